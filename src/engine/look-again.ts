/**
 * Looking again before something is written: what others did meanwhile must be known, whatever webhooks and sweeps have
 * brought so far. It reads from where the sweeps stand, without a lease and without moving their cursors: observations
 * may be stored any number of times.
 */
import type { Database } from '../store/database.ts';
import { readClock } from '../store/leases.ts';
import { objectKeyOf, storeObservations } from '../store/store-observations.ts';
import { findSweepCursor } from '../store/sweep-cursors.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';
import { readObject, refOf, toStored } from './receive.ts';

export type Look =
  | {
      readonly is: 'done';
      /** Objects seen; some of them may not be filed yet. */ readonly seen: readonly string[];
    }
  | { readonly is: 'failed'; readonly message: string; readonly retryAfterMs?: number };

const pagesMax = 200;

/** Reads everything of a connection that changed since its sweeps were last saved. */
export async function lookAtConnection(
  db: Database,
  system: ConnectedSystem,
  signal: AbortSignal,
): Promise<Look> {
  const { live } = system;
  const { connection } = system.settings;
  if (live === undefined) return { is: 'done', seen: [] };
  const seen: string[] = [];
  try {
    for (const { kind } of live.connector.sweeps) {
      const saved = await findSweepCursor(db, connection, `sweep/${kind}`);
      // Before the first import has ended nothing of the connection is known for sure.
      if (saved === undefined || saved.finishedAt === null)
        return { is: 'failed', message: `${connection} is still being read for the first time` };
      let cursor = (saved.cursor ?? undefined) as string | undefined;
      for (let page = 0; page < pagesMax; page++) {
        const readStartedAt = await readClock(db);
        const swept = await live.connector.sweep(live.connection, kind, cursor, signal);
        const readEndedAt = await readClock(db);
        const snapshots = swept.objects.map((snapshot) => toStored(system, snapshot, { readStartedAt, readEndedAt, via: 'fetch' })); // prettier-ignore
        await storeObservations(db, snapshots);
        seen.push(...snapshots.map(objectKeyOf));
        cursor = swept.cursor;
        if (swept.done) break;
      }
    }
    return { is: 'done', seen };
  } catch (error) {
    return failedLook(error);
  }
}

/** Reads these objects now, those of connections that are up. Gone ones are no failure; unreachable ones are. */
export async function lookAtObjects(
  db: Database,
  systems: ConnectedSystems,
  objectKeys: readonly string[],
  signal: AbortSignal,
): Promise<Look> {
  const seen: string[] = [];
  for (const key of objectKeys) {
    const { connection, ref } = refOf(key);
    const system = systems.get(connection);
    if (system?.live === undefined || !system.connector.stateKinds.includes(ref.kind)) continue;
    const outcome = await readObject(db, system, system.live, ref, 'fetch', { signal });
    if (outcome.is === 'unreachable') return { is: 'failed', message: outcome.message };
    seen.push(key);
  }
  return { is: 'done', seen };
}

function failedLook(error: unknown): Look {
  const message = error instanceof Error ? error.message : String(error);
  const later = (error as { readonly retryAfterMs?: number }).retryAfterMs;
  return { is: 'failed', message, ...(later !== undefined && { retryAfterMs: later }) };
}
