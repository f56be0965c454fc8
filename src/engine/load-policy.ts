/** The policy in force: the file's values, and those set through the API with their dates. */
import { parsePolicyFile } from '../kernel/policy-file.ts';
import type { Policy } from '../kernel/policy.ts';
import { listPolicyValues } from '../store/connections.ts';
import type { Database } from '../store/database.ts';

/** Kept beside the policy in the same table, and not of it. */
const notPolicy: ReadonlySet<string> = new Set(['coverage', 'connections']);

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
  const result = parsePolicyFile(merged, []);
  if (!result.ok) throw new Error(`stored policy: ${JSON.stringify(result.errors[0])}`);
  return result.policy;
}
