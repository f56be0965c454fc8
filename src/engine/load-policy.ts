/** The policy in force: the file's values, and those set through the API with their dates. */
import { parsePolicyFile } from '../kernel/policy-file.ts';
import type { Policy } from '../kernel/policy.ts';
import { listPolicyValues, type PolicyValue } from '../store/connections.ts';
import type { Database } from '../store/database.ts';

/** Kept beside the policy in the same table, and not of it. */
export const notPolicy: ReadonlySet<string> = new Set([
  'coverage',
  'connections',
  'plan-people',
  'notices-began',
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
  for (const [name, dated] of Map.groupBy(values, (value) => value.name)) {
    if (name === 'controls') continue; // They carry dates of their own.

    const before =
      merged[name] === undefined || Array.isArray(merged[name])
        ? []
        : [{ from: '0001-01-01', value: merged[name] }];
    const since = dated.map(({ validFromAt, value }) => ({
      from: new Date(validFromAt).toISOString().slice(0, 10),
      value,
    }));
    merged[name] = dated.length === 1 && before.length === 0 ? dated[0]!.value : [...before, ...since];
  }
  merged['controls'] = mergeControls(file, values);
  const result = parsePolicyFile(merged, []);
  if (!result.ok) throw new Error(`stored policy: ${JSON.stringify(result.errors[0])}`);
  return result.policy;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Controls carry dates of their own, one by one: of a stored value each control that lists dates replaces what was
 * there, and one without them holds from the day of the value on.
 */
export function mergeControls(
  file: object,
  values: readonly Pick<PolicyValue, 'name' | 'scope' | 'validFromAt' | 'value'>[],
): Json {
  const merged: Record<string, unknown> = { ...((file as Json)['controls'] as Json | undefined) };
  for (const { name, scope, validFromAt, value } of values) {
    if (name !== 'controls' || scope !== '') continue;
    for (const [control, given] of Object.entries(value as Json)) {
      const before = merged[control];
      if (Array.isArray(given) || before === undefined) merged[control] = given;
      else {
        const from = new Date(validFromAt).toISOString().slice(0, 10);
        merged[control] = [
          ...(Array.isArray(before) ? (before as unknown[]) : [{ value: before }]),
          { from, value: given },
        ];
      }
    }
  }
  return merged;
}
