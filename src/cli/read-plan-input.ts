/** What a plan needs from exported files: states of the returns, the audit's head, connections and status words. */
import { findFiles } from '../audit/find-files.ts';
import { loadExports } from '../audit/load-exports.ts';
import { readTimes } from '../audit/read-times.ts';
import type { ConnectionObjects } from '../audit/reconcile.ts';
import { runAudit, type AuditInput, type AuditRun } from '../audit/run-audit.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { PlanInput } from '../northstar/plan/build-plan.ts';
import type { PlanConnection } from '../northstar/plan/plan.ts';
import type { StatusWord } from '../northstar/plan/read-statuses.ts';

/** Fields in which systems keep what became of an object. */
const statusField = /^(?:\w+_)?(?:status|state)$/i;
const wordMax = 40;

export async function readPlanInput(input: AuditInput): Promise<Omit<PlanInput, 'people'>> {
  let states: OrderState[] = [];
  const { head, policy } = await runAudit(input, () => {
    states = [];
    return (state) => void (state.hasReturn && states.push(state));
  });
  // The audit forgets the objects it has read; their status words need a second look. Canonical facts have none.
  const hasObjects = head.imports.some(({ format }) => format !== 'canonical');
  const objects = hasObjects ? await readObjects(input, policy) : [];
  return {
    states,
    head,
    policy: policy.policy,
    connections: connectionsOf(objects, states),
    statusWords: objects.flatMap(statusWordsOf),
  };
}

async function readObjects(
  input: AuditInput,
  { policy, connections, currency }: AuditRun['policy'],
): Promise<readonly ConnectionObjects[]> {
  const settings = new Set(['policy.json', 'manifest.json']);
  const files = findFiles(input.paths).filter(({ name }) => !settings.has(name));
  const times = readTimes(new Map(), input.readAt);
  const loaded = await loadExports(files, { connections, zone: policy.zone, currency, readTimes: times });
  return loaded.connections;
}

/** Connections that were read, and those that only facts name. */
function connectionsOf(
  objects: readonly ConnectionObjects[],
  states: readonly OrderState[],
): PlanConnection[] {
  const found = new Map<string, PlanConnection>();
  for (const { connector, settings, objects: kinds } of objects) {
    if (kinds.size === 0) continue;
    const { connection, system } = settings;
    found.set(connection, { name: connection, connector: connector.name, system });
  }
  for (const { facts } of states) {
    for (const { connection, system } of facts)
      if (!found.has(connection)) found.set(connection, { name: connection, connector: 'canonical', system });
  }
  return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function statusWordsOf({ settings, objects }: ConnectionObjects): StatusWord[] {
  const { connection } = settings;
  const words = new Map<string, { kind: string; field: string; word: string; objects: string[] }>();
  for (const [kind, byId] of objects) {
    for (const [id, body] of byId) {
      for (const [field, value] of Object.entries(body as object) as [string, unknown][]) {
        if (typeof value !== 'string' || value === '' || value.length > wordMax) continue;
        if (!statusField.test(field)) continue;
        const key = `${kind}\n${field}\n${value}`;
        const entry = words.get(key);
        if (entry === undefined)
          words.set(key, { kind, field: field.toLowerCase(), word: value, objects: [id] });
        else entry.objects.push(id);
      }
    }
  }
  for (const { objects: ids } of words.values()) ids.sort();
  return [...words.values()].map((entry) => ({ connection, ...entry }));
}
