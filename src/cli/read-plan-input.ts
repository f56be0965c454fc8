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
import { StatusWords } from '../northstar/plan/status-words.ts';

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
    statusWords: statusWordsOf(objects),
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

function statusWordsOf(connections: readonly ConnectionObjects[]): StatusWord[] {
  const words = new StatusWords();
  for (const { settings, objects } of connections)
    for (const [kind, byId] of objects)
      for (const [id, body] of byId) words.add(settings.connection, kind, id, body);
  return words.list();
}
