/**
 * Fresh reads before a problem: an open item becomes work for people only after the order's objects were read, and
 * every live connection swept, later than it became late. A stale read accuses nobody.
 */
import type { Problem } from '../kernel/order-state.ts';
import type { Database } from '../store/database.ts';
import type { StoredObject } from '../store/read-objects.ts';
import { listSweepCursors } from '../store/sweep-cursors.ts';
import type { ConnectedSystems } from './connected-system.ts';

/** When the last complete sweep of each live connection began (ISO); undefined: one of its kinds has none. */
export type SweptAt = ReadonlyMap<string, string | undefined>;

/** Reads the sweep times of all live connections. */
export async function readSweptAt(db: Database, systems: ConnectedSystems): Promise<SweptAt> {
  const cursors = new Map((await listSweepCursors(db)).map((row) => [`${row.connection} ${row.name}`, row]));
  const swept = new Map<string, string | undefined>();
  for (const [name, system] of systems) {
    if (system.unusable !== undefined) swept.set(name, undefined);
    if (system.live === undefined) continue;
    let oldest: string | undefined = '9999';
    for (const { kind } of system.live.connector.sweeps) {
      const row = cursors.get(`${name} sweep/${kind}`);
      const at =
        row === undefined || row.finishedAt === null ? undefined : new Date(row.startedAt).toISOString();
      oldest = at === undefined || oldest === undefined ? undefined : at < oldest ? at : oldest;
    }
    swept.set(name, oldest);
  }
  return swept;
}

export type Freshness =
  | { readonly is: 'fresh' }
  /** Objects to read again; empty where only a sweep is missing. */
  | { readonly is: 'stale'; readonly read: readonly string[] };

/** Is what is known about an order newer than the moment at which `problem` became late? */
export function freshnessOf(
  problem: Problem,
  objects: readonly StoredObject[],
  systems: ConnectedSystems,
  sweptAt: SweptAt,
): Freshness {
  const lateAt = problem.overdueAt ?? problem.since;
  const read: string[] = [];
  let unswept = false;
  const seen = new Set<string>();
  for (const object of objects) {
    const system = systems.get(object.connection);
    if (system?.live === undefined || !system.connector.stateKinds.includes(object.kind)) continue;
    // A row of a file cannot be read again: its file is awaited, and missed, as a whole.
    if (system.live.connector.sweeps.length === 0) continue;
    if (object.goneAt === null && object.readStartedAt < lateAt) read.push(object.objectKey);
    if (!seen.has(object.connection)) {
      seen.add(object.connection);
      const swept = sweptAt.get(object.connection);
      if (swept === undefined || swept < lateAt) unswept = true;
    }
  }
  return read.length === 0 && !unswept ? { is: 'fresh' } : { is: 'stale', read };
}
