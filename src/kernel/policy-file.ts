/**
 * Reads a policy file: parsed JSON in, policy and connection settings or a list of errors out. An error names the
 * path in the file and what is allowed there. Pure.
 */
import { byText } from './by-text.ts';
import type { Calendar, Term } from './calendar.ts';
import type { ControlId, Team } from './controls.ts';
import type { LocationClass, Purpose, System } from './fact.ts';
import { defaultPolicy, type ControlPolicy, type Dated, type Policy, type RetentionClass } from './policy.ts';
import { policySchema, readDate, type Shape } from './policy-schema.ts';

/** What a policy file says about one connection; what it leaves out the connector decides. */
export type ConnectionPolicy = {
  readonly name: string;
  readonly connector: string;
  readonly path?: string;
  readonly system?: System;
  readonly zone?: string;
  readonly currency?: string;
  readonly orderReference?: 'number' | 'id' | 'either';
  readonly locations?: Readonly<Record<string, LocationClass>>;
  readonly statuses?: Readonly<Record<string, string>>;
  readonly reasons?: Readonly<Record<string, Purpose>>;
  readonly tenders?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
};

export type PolicyFile = {
  readonly policy: Policy;
  readonly connections: readonly ConnectionPolicy[];
  readonly currency: string | undefined;
};

export type PolicyFileError = {
  /** Where: `controls.back-restored.due`, `payAfter[1].from`; empty: the file itself. */
  readonly path: string;
  /** What is wrong there and what is allowed. */
  readonly message: string;
};

export type PolicyFileResult =
  ({ readonly ok: true } & PolicyFile) | { readonly ok: false; readonly errors: readonly PolicyFileError[] };

/** What holds without a policy file. */
export function defaultPolicyFile(): PolicyFile {
  return { policy: defaultPolicy(), connections: [], currency: undefined };
}

/** Checks and reads a parsed policy file. `connectors` are the names that `connections.*.connector` may have. */
export function parsePolicyFile(value: unknown, connectors: readonly string[]): PolicyFileResult {
  const errors: PolicyFileError[] = [];
  const input = readShape(policySchema, value, '', errors) as PolicyInput | undefined;
  if (input === undefined || errors.length > 0) return { ok: false, errors };
  const connections = Object.entries(input.connections ?? {}).map(([name, entry]) => ({
    ...entry,
    name,
    connector: entry.connector ?? name,
  }));
  for (const { name, connector } of connections) {
    if (connectors.includes(connector)) continue;
    errors.push({
      path: `connections.${name}.connector`,
      message: `"${connector}" is no connector; there are: ${connectors.join(', ')}`,
    });
  }
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, policy: policyOf(input), connections, currency: input.currency };
}

type CalendarInput = {
  readonly zone?: string;
  readonly workdays?: readonly number[];
  readonly holidays?: readonly string[];
};
type ControlInput = Partial<Omit<ControlPolicy, 'due'>> & { readonly due?: Term };

/** What `readShape` makes of a file that fits `policySchema`. */
type PolicyInput = Partial<
  Pick<
    Policy,
    | 'zone' | 'payAfter' | 'stockAuthority' | 'books' | 'authorization' | 'booksTolerance' | 'goodwillCap'
    | 'standardShipping' | 'periodClose' | 'returnWindow' | 'expireUnused' | 'autoApprove' | 'autoApproveCap' | 'secondApproval'
    | 'withdrawal' | 'items' | 'barcodes' | 'shopName' | 'returnAddress' | 'owners'
  >
> & {
  readonly currency?: string;
  readonly calendars?: Partial<Record<Team | 'all', CalendarInput>>;
  readonly controls?: Partial<Record<ControlId, Dated<ControlInput>>>;
  readonly bookOrder?: Partial<Policy['bookOrder']>;
  readonly homes?: Partial<Policy['homes']>;
  readonly retention?: Partial<Record<RetentionClass, number | 'forever'>>;
  readonly connections?: Readonly<Record<string, Omit<ConnectionPolicy, 'name' | 'connector'> & { readonly connector?: string }>>;
}; // prettier-ignore

function policyOf(input: PolicyInput): Policy {
  const { controls, bookOrder, homes, retention, connections: _, currency: __, ...simple } = input;
  const base = defaultPolicy(input.zone ?? 'UTC');
  return {
    ...base,
    ...simple,
    calendars: {
      support: calendarOf('support', input, base),
      ops: calendarOf('ops', input, base),
      finance: calendarOf('finance', input, base),
    },
    bookOrder: { ...base.bookOrder, ...bookOrder },
    homes: { ...base.homes, ...homes },
    retention: {
      ...base.retention,
      ...Object.fromEntries(
        Object.entries(retention ?? {}).map(([name, days]) => [name, days === 'forever' ? undefined : days]),
      ),
    },
    controls: Object.fromEntries(
      Object.entries(controls ?? {}).map(([id, dated]) => [
        id,
        dated.map(({ from, value }) => ({ from, value: { mode: 'watch', watch: 'auto', ...value } })),
      ]),
    ),
  };
}

function calendarOf(team: Team, input: PolicyInput, base: Policy): Calendar {
  const plain = base.calendars[team];
  const own = { ...input.calendars?.all, ...input.calendars?.[team] };
  return {
    zone: own.zone ?? plain.zone,
    workdays: own.workdays ?? plain.workdays,
    holidays: new Set(own.holidays),
  };
}

/** Reads a value by its shape. Undefined where it does not fit; then `errors` says why. */
function readShape(shape: Shape, value: unknown, path: string, errors: PolicyFileError[]): unknown {
  if (shape.kind !== 'map' && shape.dated === true) return readDated(shape, value, path, errors);
  if (Array.isArray(value) && shape.kind === 'value' && value.some(isDatedEntry)) {
    errors.push({ path, message: `cannot be dated; give one value: ${shape.type.allowed}` });
    return undefined;
  }
  return readPlain(shape, value, path, errors);
}

const isDatedEntry = (value: unknown): boolean => isRecord(value) && 'from' in value && 'value' in value;

function readPlain(shape: Shape, value: unknown, path: string, errors: PolicyFileError[]): unknown {
  if (shape.kind === 'value') {
    const read = shape.type.read(value);
    if (read === undefined)
      errors.push({ path, message: `${show(value)} is not allowed; allowed: ${shape.type.allowed}` });
    return read;
  }
  if (!isRecord(value)) {
    errors.push({ path, message: `${show(value)} is not allowed; allowed: an object` });
    return undefined;
  }
  const known = shape.kind === 'object' ? Object.keys(shape.fields) : shape.keys;
  const read: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const inner = path === '' ? key : `${path}.${key}`;
    // `$schema` and `_comment` are for editors and people.
    if (key.startsWith('$') || key.startsWith('_')) continue;
    if (known !== undefined && !known.includes(key)) {
      errors.push({
        path: inner,
        message: `unknown key${nearest(key, known)}; allowed: ${known.join(', ')}`,
      });
      continue;
    }
    const next = shape.kind === 'object' ? shape.fields[key]! : shape.value;
    const result = readShape(next, entry, inner, errors);
    if (result !== undefined) read[key] = result;
  }
  return read;
}

/** One value that holds from ever, or a list of values with the days from which they hold. */
function readDated(shape: Shape, value: unknown, path: string, errors: PolicyFileError[]): unknown {
  if (!Array.isArray(value)) {
    const plain = readPlain(shape, value, path, errors);
    return plain === undefined ? undefined : [{ from: '', value: plain }];
  }
  const entries: { from: string; value: unknown }[] = [];
  for (const [index, entry] of (value as unknown[]).entries()) {
    const place = `${path}[${index}]`;
    if (
      !isRecord(entry) ||
      !('value' in entry) ||
      Object.keys(entry).some((key) => key !== 'from' && key !== 'value')
    ) {
      errors.push({ path: place, message: 'expected { "from": "YYYY-MM-DD", "value": … }' });
      continue;
    }
    const from = entry['from'] === undefined && index === 0 ? '' : readDate(entry['from']);
    if (from === undefined) {
      errors.push({ path: `${place}.from`, message: `${show(entry['from'])} is no day; write YYYY-MM-DD` });
    } else if (entries.some((other) => other.from === from)) {
      errors.push({ path: `${place}.from`, message: `${from} is there twice` });
    }
    const read = readPlain(shape, entry['value'], `${place}.value`, errors);
    if (from !== undefined && read !== undefined) entries.push({ from, value: read });
  }
  if (value.length === 0)
    errors.push({ path, message: 'an empty list; leave the key out to use the default' });
  return entries.sort((left, right) => byText(left.from, right.from));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** `, did you mean "payAfter"?` where one known key is nearly this one. */
function nearest(key: string, known: readonly string[]): string {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
  const wanted = plain(key);
  const found = known.find(
    (candidate) => plain(candidate) === wanted || distanceIsOne(plain(candidate), wanted),
  );
  return found === undefined ? '' : `, did you mean "${found}"?`;
}

/** One letter added, missing, changed or swapped with its neighbour. */
function distanceIsOne(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  let [endLeft, endRight] = [left.length, right.length];
  while (endLeft > start && endRight > start && left[endLeft - 1] === right[endRight - 1]) {
    endLeft--;
    endRight--;
  }
  const [cutLeft, cutRight] = [left.slice(start, endLeft), right.slice(start, endRight)];
  const swapped = cutLeft.length === 2 && cutLeft[0] === cutRight[1] && cutLeft[1] === cutRight[0];
  return swapped || Math.max(cutLeft.length, cutRight.length) <= 1;
}
