/** The policy in force: the file's values, and those set through the API with their dates. */
import { parsePolicyFile } from '../kernel/policy-file.ts';
import { defaultPolicy, type Policy } from '../kernel/policy.ts';
import { listPolicyValues, type PolicyValue } from '../store/connections.ts';
import type { Database } from '../store/database.ts';

/** Kept beside the policy in the same table, and not of it. */
export const notPolicy: ReadonlySet<string> = new Set([
  'coverage',
  'connections',
  'plan-people',
  'notices-began',
  'history-marked',
]);

/**
 * Policy of `file` (a parsed policy file, `{}` for the defaults) with the values stored since. Throws when a stored
 * value does not fit any more: it was checked when it was set.
 */
export async function loadPolicy(db: Database, file: object): Promise<Policy> {
  const merged: Record<string, unknown> = { ...file };
  delete merged['connections']; // Connections live in the store.
  const values = (await listPolicyValues(db)).filter(
    (value) => value.scope === '' && !notPolicy.has(value.name),
  );
  for (const one of values) {
    const { name, value } = one;
    if (name === 'controls') continue; // They carry dates of their own, one by one.
    merged[name] = isDatedKey(name) ? mergeDated(merged[name] ?? [{ value: unset }], one) : value;
  }
  merged['controls'] = mergeControls(file, values);
  // On days for which nothing was ever set the default holds.
  const unsetDays = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(merged)) {
    if (!isDatedList(value) || value.every((entry) => entry.value !== unset)) continue;
    const [not, given] = [value.filter((entry) => entry.value === unset), value.filter((entry) => entry.value !== unset)]; // prettier-ignore
    unsetDays.set(name, not.map((entry) => entry.from ?? '')); // prettier-ignore
    merged[name] = given;
  }
  const result = parsePolicyFile(merged, []);
  if (!result.ok) throw new Error(`stored policy: ${JSON.stringify(result.errors[0])}`);
  const read = result.policy as unknown as Readonly<Record<string, readonly Entry[]>>;
  const completed = [...unsetDays].map(([name, dayList]) => {
    const { value } = (defaults[name] as readonly Entry[]).at(-1)!;
    const filled = dayList.map((from): Entry => (from === '' ? { value } : { from, value }));
    return [name, [...read[name]!, ...filled].toSorted(byDay)];
  });
  return { ...result.policy, ...Object.fromEntries(completed) } as Policy;
}

type Json = Readonly<Record<string, unknown>>;
type Entry = { readonly from?: string; readonly value: unknown };

/** Stands where nothing was said. */
const unset = Symbol('unset');
const defaults = defaultPolicy() as unknown as Json;

/** May the value differ by date? */
export const isDatedKey = (name: string): boolean => Array.isArray(defaults[name]);

/** Day from which a stored value holds; empty: from ever. */
function dayOf(validFromAt: string): string {
  const day = new Date(validFromAt).toISOString().slice(0, 10);
  return day <= '0001-01-01' ? '' : day;
}

/**
 * Controls as they hold: those of the file, and those stored since, each with its dates. What is stored for some days
 * leaves all other days as they were.
 */
export function mergeControls(
  file: object,
  values: readonly Pick<PolicyValue, 'name' | 'scope' | 'validFromAt' | 'validToAt' | 'value'>[],
): Json {
  const merged: Record<string, unknown> = { ...((file as Json)['controls'] as Json | undefined) };
  for (const one of values) {
    if (one.name !== 'controls' || one.scope !== '') continue;
    for (const [control, value] of Object.entries(one.value as Json))
      // Before its first day a control is as the matrix has it.
      merged[control] = mergeDated(merged[control] ?? [{ value: {} }], { ...one, value });
  }
  return merged;
}

/**
 * Puts a value, or several with their days, over what was there. From the first of its days on it holds: of several, the
 * one that holds on that day holds from it on. Days that it does not name keep what they had; from the day on which it
 * ends, what would have held without it holds again.
 */
function mergeDated(
  before: unknown,
  given: Pick<PolicyValue, 'validFromAt' | 'validToAt' | 'value'>,
): unknown {
  const [day, end] = [
    dayOf(given.validFromAt),
    given.validToAt === null ? undefined : dayOf(given.validToAt),
  ];
  const had = entriesOf(before);
  const entries = new Map(had.map((entry) => [entry.from ?? '', entry.value]));
  for (const { from = '', value } of entriesOf(given.value))
    if (end === undefined || from < end) entries.set(from > day ? from : day, value);
  if (end !== undefined) entries.set(end, had.findLast((entry) => (entry.from ?? '') <= end)!.value);
  const sorted = [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
  if (sorted.length === 1 && sorted[0]![0] === '') return sorted[0]![1];
  return sorted.map(([from, value]): Entry => (from === '' ? { value } : { from, value }));
}

const byDay = (left: Entry, right: Entry): number => ((left.from ?? '') < (right.from ?? '') ? -1 : 1);

/** Oldest first. The first one of a list holds from ever, whatever day it names. */
function entriesOf(value: unknown): readonly Entry[] {
  if (value === undefined) return [];
  if (!isDatedList(value)) return [{ value }];
  const sorted = value.toSorted(byDay);
  return sorted.map((entry, index) => (index === 0 ? { value: entry.value } : entry));
}

const isDatedList = (value: unknown): value is readonly Entry[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((entry) => typeof entry === 'object' && entry !== null && 'value' in entry);
