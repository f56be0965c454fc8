/**
 * Reads one canonical line into a fact, strictly: a line with anything wrong in it is set aside whole, with every
 * field that is wrong named. It is tuned for imports of a million lines (2 to 3 µs a line, 5 with lines of its own): fields are visited in the
 * table's order, paths and messages are only made for what is wrong.
 *
 *     parseCanonicalFact({ type: 'goods.received', at: '2026-11-02T08:00:00Z', system: 'wms',
 *       order: 'LH-10251', sku: 'SHOE-42', quantity: 1 }, { settings })
 */
import { factId, type Fact, type FactType, type Link } from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { ConnectionSettings, Unread } from '../contract.ts';
import { extraFields, factFields, factTypes, fieldsOf, headFields, type Field } from './canonical-fields.ts';
import { readValue, type ValueState } from './canonical-value.ts';
import { contentHash } from './content-hash.ts';

export type CanonicalContext = {
  readonly settings: Pick<ConnectionSettings, 'connection' | 'zone' | 'currency'>;
};

export type CanonicalFact = {
  readonly fact: Fact;
  /** The line's own object, `kind/id` in its connection. */
  readonly object: string;
  readonly names: readonly string[];
  readonly links: readonly Link[];
};

/** What could not be used; every field that is wrong. */
export type CanonicalUnread = { readonly unread: readonly Unread[] };

type Line = Readonly<Record<string, unknown>>;
type PlannedField = { readonly name: string; readonly field: Field };
/** The fields of the fact's own payload, in the table's order, and how many names a line of the type may have. */
type Plan = { readonly payload: readonly PlannedField[]; readonly names: ReadonlySet<string> };

const plans: ReadonlyMap<unknown, Plan> = new Map(
  factTypes.map((type) => {
    const payload = Object.entries<Field>(factFields[type]).map(([name, field]) => ({ name, field }));
    return [type, { payload, names: new Set(Object.keys(fieldsOf(type))) }] as const;
  }),
);

const noNames: readonly string[] = [];

/**
 * The fact of one line, with the names it gives its order and the links to it, or what is wrong with it. `objectId`
 * replaces the id made from the line's `id` or its content.
 */
export function parseCanonicalFact(
  value: unknown,
  context: CanonicalContext,
  objectId?: string,
): CanonicalFact | CanonicalUnread {
  if (!isLine(value)) {
    return { unread: [wrong('', value, 'Expected an object with type, at, system and order.')] };
  }
  const plan = plans.get(value['type']);
  if (plan === undefined) {
    return { unread: [wrong('type', value['type'], unknownType(value['type']))] };
  }
  const type = value['type'] as FactType;
  const { connection, zone, currency } = context.settings;
  const state: ValueState = {
    zone,
    currency: currencyOf(value) ?? currency,
    unread: undefined,
    within: undefined,
    index: 0,
  };

  const at = headText(value, 'at', state);
  const system = headText(value, 'system', state);
  const order = headText(value, 'order', state);
  const id = headText(value, 'id', state);
  const reporter = headText(value, 'connection', state) ?? connection;
  const object = headText(value, 'object', state);
  const rma = headText(value, 'rma', state);
  const own = `${canonicalKind(type)}/${objectId ?? canonicalId(value, type, id)}`;
  const fact: Record<string, unknown> = {
    id: factId(reporter, own, type),
    type,
    at,
    system,
    connection: reporter,
    object: object ?? own,
  };
  if (rma !== undefined) fact['rma'] = term.rma(rma).slice('rma/'.length);
  if (type === 'order.placed') fact['number'] = order;
  for (const { name, field } of plan.payload) {
    const given = value[name];
    if (given !== undefined) fact[name] = readValue(given, field.kind, name, state);
    else if (field.required) fail(state, wrong(name, undefined, `Missing: ${field.about}`));
  }
  const orderId =
    extraFields[type]?.['orderId'] === undefined ? undefined : extraText(value, 'orderId', state);
  for (const name in value) if (!plan.names.has(name)) fail(state, unknownField(name, type));
  if (state.unread !== undefined) return { unread: state.unread };

  // Every field was read by the table that the compiler holds against the payloads.
  const read = fact as unknown as Fact;
  const number = order as string;
  if (type === 'order.placed') return placed(read, own, number, orderId ?? number);
  const names = rma !== undefined && opensReturn.has(type) ? [term.rma(rma)] : namesOfPayment(read);
  return { fact: read, object: own, names, links: [{ term: numberTerm(number) }] };
}

/** The kind of a line's object: an order replaces its earlier version, whatever the line's content. */
export function canonicalKind(type: unknown): 'order' | 'fact' {
  return type === 'order.placed' ? 'order' : 'fact';
}

/** The id of a line's object: its `id`, for an order its own id or number, else a hash of what it says. */
export function canonicalId(line: Line, type: unknown, id: string | undefined): string {
  if (id !== undefined) return encodePart(id);
  if (type === 'order.placed') {
    const order = line['orderId'] ?? line['order'];
    if (typeof order === 'string' && order.trim() !== '') return encodePart(order.trim());
  }
  return contentHash(line);
}

/** Facts that give a return its number: other systems often know nothing but that number. */
const opensReturn: ReadonlySet<string> = new Set([
  'return.requested',
  'return.approved',
  'withdrawal.declared',
]);

/**
 * The order's own line. From a shop it is the home; from another system it is the home only where no other order has
 * its number, so it links to that.
 */
function placed(fact: Fact, object: string, number: string, orderId: string): CanonicalFact {
  const names = [
    numberTerm(number),
    term.orderId(fact.connection, orderId),
    term.ref(number),
    ...(orderId === number ? [] : [term.ref(orderId)]),
  ];
  return { fact, object, names, links: fact.system === 'shop' ? [] : [{ term: numberTerm(number) }] };
}

/** A payment is known by its reference, to which a gateway's refunds point. */
function namesOfPayment(fact: Fact): readonly string[] {
  if (fact.type !== 'payment.captured' && fact.type !== 'payment.authorized') return noNames;
  return fact.reference === undefined ? noNames : [term.payment(fact.reference)];
}

/** Facts of one order mostly follow each other: the last number is not normalized again. */
let lastNumber = '';
let lastTerm = term.number('');

function numberTerm(number: string): string {
  if (number !== lastNumber) [lastNumber, lastTerm] = [number, term.number(number)];
  return lastTerm;
}

function headText(line: Line, name: keyof typeof headFields, state: ValueState): string | undefined {
  const field = headFields[name];
  const given = line[name];
  if (given !== undefined) return readValue(given, field.kind, name, state) as string | undefined;
  if (field.required) fail(state, wrong(name, undefined, `Missing: ${field.about}`));
  return undefined;
}

function extraText(line: Line, name: string, state: ValueState): string | undefined {
  const given = line[name];
  return given === undefined ? undefined : (readValue(given, 'text', name, state) as string | undefined);
}

/** Currency of the amounts in a line: its own, or that of its money. */
function currencyOf(line: Line): string | undefined {
  const own = line['currency'];
  if (typeof own === 'string') return own;
  const money = line['money'];
  const currency = isLine(money) ? money['currency'] : undefined;
  return typeof currency === 'string' ? currency : undefined;
}

/** Object ids stand behind a slash in references. */
function encodePart(id: string): string {
  // Most ids hold neither, and looking is a fifth of the cost of replacing.
  if (!id.includes('/') && !id.includes('%')) return id;
  return id.replaceAll('%', '%25').replaceAll('/', '%2F');
}

function unknownType(type: unknown): string {
  const close = typeof type === 'string' ? factTypes.find((known) => isClose(known, type)) : undefined;
  return close === undefined
    ? `Unknown type; expected one of ${factTypes.join(', ')}.`
    : `Unknown type; did you mean ${close}?`;
}

/** The same but for case, signs, and letters that were swapped, doubled or left out. */
function isClose(known: string, given: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z]/g, '');
  const [left, right] = [bare(known), bare(given)];
  const sorted = (text: string): string => [...new Set(text)].sort().join('');
  return left === right || (Math.abs(left.length - right.length) <= 1 && sorted(left) === sorted(right));
}

function unknownField(name: string, type: FactType): Unread {
  const known = Object.keys(fieldsOf(type)).join(', ');
  // The value is not shown: nobody said what it is, so it may be a person's.
  return {
    code: 'unreadable',
    field: name.slice(0, 80),
    value: '',
    message: `Unknown field; ${type} takes ${known}.`,
  };
}

function wrong(field: string, value: unknown, message: string): Unread {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return { code: 'unreadable', field, value: text.length > 80 ? `${text.slice(0, 79)}…` : text, message };
}

function fail(state: ValueState, unread: Unread): void {
  if (state.unread === undefined) state.unread = [unread];
  else state.unread.push(unread);
}

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
