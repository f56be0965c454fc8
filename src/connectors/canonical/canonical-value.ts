/** Values of canonical lines by the kind the table gives them. */
import { currencyDigits, parseMinor } from '../../kernel/money.ts';
import type { Unread } from '../contract.ts';
import type { FieldKind } from './canonical-fields.ts';
import { isDate, readInstant } from './canonical-instant.ts';

/** What is needed to read the values of one line, and what was wrong with them so far. */
export type ValueState = {
  readonly zone: string;
  /** Currency of amounts that do not name one. */
  readonly currency: string;
  unread: Unread[] | undefined;
  /** The list and the place in it that is being read: paths are only made for what is wrong. */
  within: string | undefined;
  index: number;
};

/** Longest text a field takes. */
export const textMax = 2000;

/** What a value of each kind must be, in the words of the message. */
export function expectation(kind: FieldKind): string {
  if (typeof kind === 'object') return `Expected one of ${kind.oneOf.join(', ')}.`;
  return expectations[kind];
}

const amountWords = 'minor units as a whole number (5990), or decimal text with a point ("59.90")';
const expectations: Readonly<Record<Exclude<FieldKind, object>, string>> = {
  text: `Expected text that is not empty, at most ${textMax} characters.`,
  units: 'Expected a whole number of units, 0 or more.',
  signedUnits: 'Expected a whole number of units.',
  instant: 'Expected a real instant with its zone (2026-11-02T08:00:00Z) or a date (2026-11-02).',
  date: 'Expected a real date (2026-11-02).',
  flag: 'Expected true or false.',
  currency: 'Expected three capital letters (EUR).',
  money: `Expected {currency} with minor (5990) or amount ("59.90"), 0 or more.`,
  signedMoney: `Expected {currency} with minor (5990) or amount ("-59.90").`,
  amount: `Expected ${amountWords}, 0 or more, no finer than the currency.`,
  gross: `Expected {gross, tax}, each ${amountWords}, 0 or more.`,
  signedGross: `Expected {gross, tax}, each ${amountWords}.`,
  orderLines: 'Expected a list of {line, sku, quantity, gross, tax, kind, name?, parent?}.',
  refundLines: 'Expected a list of {sku, quantity, gross, tax, line?}.',
  costs: `Expected amounts by SKU, each ${amountWords}.`,
};

/** Reads a value; what is wrong with it goes to `state.unread`. The result is then undefined or incomplete. */
export function readValue(value: unknown, kind: FieldKind, path: string, state: ValueState): unknown {
  if (typeof kind === 'object') {
    // The list of types is empty in the table: the caller has found the type already.
    return typeof value === 'string' && kind.oneOf.includes(value) ? value : refuse(value, kind, path, state);
  }
  switch (kind) {
    case 'text':
      return readText(value) ?? refuse(value, kind, path, state);
    case 'units':
      // `+ 0` turns -0 into 0.
      return Number.isSafeInteger(value) && (value as number) >= 0
        ? (value as number) + 0
        : refuse(value, kind, path, state);
    case 'signedUnits':
      return Number.isSafeInteger(value) ? (value as number) + 0 : refuse(value, kind, path, state);
    case 'instant':
      return (
        (typeof value === 'string' ? readInstant(value, state.zone) : undefined) ??
        refuse(value, kind, path, state)
      );
    case 'date':
      return typeof value === 'string' && isDate(value) ? value : refuse(value, kind, path, state);
    case 'flag':
      return typeof value === 'boolean' ? value : refuse(value, kind, path, state);
    case 'currency':
      return isCurrency(value) ? value : refuse(value, kind, path, state);
    case 'amount':
      return readAmount(value, state.currency, false) ?? refuse(value, kind, path, state);
    case 'money':
    case 'signedMoney':
      return readMoney(value, kind, path, state);
    case 'gross':
    case 'signedGross':
      return readGross(value, kind, path, state);
    case 'costs':
      return readCosts(value, path, state);
    case 'orderLines':
      return readLines(value, kind, path, state);
    case 'refundLines':
      return readLines(value, kind, path, state);
  }
}

function refuse(value: unknown, kind: FieldKind, path: string, state: ValueState): undefined {
  return refuseWith(value, path, expectation(kind), state);
}

function refuseWith(value: unknown, field: string, message: string, state: ValueState): undefined {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  const path = state.within === undefined ? field : `${state.within}[${state.index}]${field && `.${field}`}`;
  (state.unread ??= []).push({ code: 'unreadable', field: path, value: shown, message });
  return undefined;
}

function readText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > textMax) return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

function isCurrency(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z]{3}$/.test(value);
}

/** Minor units as they are, decimal text by the currency's digits; never rounded. */
function readAmount(value: unknown, currency: string, signed: boolean): number | undefined {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && (signed || value >= 0) ? value + 0 : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const match = /^(-?)\d+(?:\.(\d+))?$/.exec(value);
  if (match === null || (match[1] === '-' && !signed)) return undefined;
  const beyond = (match[2] ?? '').slice(currencyDigits(currency));
  return /^0*$/.test(beyond) ? parseMinor(value, currency) : undefined;
}

function readMoney(value: unknown, kind: 'money' | 'signedMoney', path: string, state: ValueState): unknown {
  if (!isRecord(value)) return refuse(value, kind, path, state);
  const { currency, minor: minorText, amount: amountText, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) return refuseWith('', `${path}.${other}`, 'Unknown field.', state);
  if (!isCurrency(currency)) return refuse(currency, 'currency', `${path}.currency`, state);
  if ((minorText === undefined) === (amountText === undefined)) return refuse(value, kind, path, state);
  const given = minorText === undefined ? amountText : minorText;
  const wrongForm = typeof given !== (minorText === undefined ? 'string' : 'number');
  const minor = wrongForm ? undefined : readAmount(given, currency, kind === 'signedMoney');
  const name = minorText === undefined ? 'amount' : 'minor';
  return minor === undefined ? refuse(given, kind, `${path}.${name}`, state) : { minor, currency };
}

function readGross(value: unknown, kind: 'gross' | 'signedGross', path: string, state: ValueState): unknown {
  if (!isRecord(value)) return refuse(value, kind, path, state);
  const other = Object.keys(value).find((name) => name !== 'gross' && name !== 'tax');
  if (other !== undefined) return refuseWith('', `${path}.${other}`, 'Unknown field.', state);
  const signed = kind === 'signedGross';
  const gross = readAmount(value['gross'], state.currency, signed);
  const tax = readAmount(value['tax'], state.currency, signed);
  if (gross === undefined) return refuse(value['gross'], 'amount', `${path}.gross`, state);
  return tax === undefined ? refuse(value['tax'], 'amount', `${path}.tax`, state) : { gross, tax };
}

function readCosts(value: unknown, path: string, state: ValueState): unknown {
  if (!isRecord(value)) return refuse(value, 'costs', path, state);
  const entries = Object.entries(value).map(([sku, given]) => {
    const cost = readAmount(given, state.currency, false);
    return [sku, cost ?? refuse(given, 'amount', `${path}.${sku}`, state)] as const;
  });
  return Object.fromEntries(entries);
}

/** Fields of the lines of an order and of a refund or credit note. */
export type LineField = { readonly kind: FieldKind | 'signedAmount'; readonly required: boolean };

export const orderLineFields: Readonly<Record<string, LineField>> = {
  line: { kind: 'text', required: true },
  sku: { kind: 'text', required: true },
  name: { kind: 'text', required: false },
  quantity: { kind: 'units', required: true },
  gross: { kind: 'signedAmount', required: true },
  tax: { kind: 'signedAmount', required: true },
  kind: { kind: { oneOf: ['goods', 'service'] }, required: true },
  parent: { kind: 'text', required: false },
};

export const refundLineFields: Readonly<Record<string, LineField>> = {
  line: { kind: 'text', required: false },
  sku: { kind: 'text', required: true },
  quantity: { kind: 'units', required: true },
  gross: { kind: 'signedAmount', required: true },
  tax: { kind: 'signedAmount', required: true },
};

type PlannedLine = readonly (readonly [name: string, field: LineField])[];

const orderLinePlan: PlannedLine = Object.entries(orderLineFields);
const refundLinePlan: PlannedLine = Object.entries(refundLineFields);

function readLines(
  value: unknown,
  kind: 'orderLines' | 'refundLines',
  path: string,
  state: ValueState,
): unknown {
  if (!Array.isArray(value)) return refuse(value, kind, path, state);
  const fields = kind === 'orderLines' ? orderLineFields : refundLineFields;
  const plan = kind === 'orderLines' ? orderLinePlan : refundLinePlan;
  const lines: unknown[] = [];
  for (let index = 0; index < value.length; index++) {
    state.within = path;
    state.index = index;
    lines.push(readLine(value[index], kind, fields, plan, state));
  }
  state.within = undefined;
  return lines;
}

function readLine(
  line: unknown,
  kind: 'orderLines' | 'refundLines',
  fields: Readonly<Record<string, LineField>>,
  plan: PlannedLine,
  state: ValueState,
): unknown {
  if (!isRecord(line)) return refuse(line, kind, '', state);
  const read: Record<string, unknown> = {};
  for (const [name, field] of plan) {
    const given = line[name];
    if (given === undefined) {
      if (field.required) refuseWith(undefined, name, `Missing. ${expectation(kind)}`, state);
    } else if (field.kind === 'signedAmount') {
      read[name] = readAmount(given, state.currency, true) ?? refuse(given, 'amount', name, state);
    } else read[name] = readValue(given, field.kind, name, state);
  }
  for (const name in line) {
    if (!Object.hasOwn(fields, name)) refuseWith('', name, `Unknown field. ${expectation(kind)}`, state);
  }
  return read;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
