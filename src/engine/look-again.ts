/**
 * Looking again before something is written: what others did meanwhile must be known, whatever webhooks and sweeps have
 * brought so far. It reads from where the sweeps stand, without their lease: observations may be stored any number of
 * times. What it has read to the end no later look needs to read again, so it moves their cursors too, where nobody else
 * has meanwhile.
 */
import type { Database } from '../store/database.ts';
import { readClock } from '../store/leases.ts';
import { findSweepCursors, saveSweepCursor, type SweepCursor } from '../store/sweep-cursors.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';
import { eachAtOnce } from '../connectors/each-at-once.ts';
import { readObjectsNow, refOf, storeRead } from './receive.ts';

export type Look =
  | {
      readonly is: 'done';
      /** Of objects that were asked for: their keys, and those of what came with them. */
      readonly read: readonly string[];
    }
  | { readonly is: 'failed'; readonly message: string; readonly retryAfterMs?: number };

const pagesMax = 200;
/** Systems, or kinds of one system, at the same time: most of it is waiting, and the clients hold them to their rates. */
const readsAtOnce = 4;

/** Reads everything of a connection that changed since its sweeps were last saved. */
export async function lookAtConnection(
  db: Database,
  system: ConnectedSystem,
  signal: AbortSignal,
): Promise<Look> {
  const { live } = system;
  const { connection } = system.settings;
  if (live === undefined) return { is: 'done', read: [] };
  try {
    const cursors = await findSweepCursors(db, connection);
    const saved = live.connector.sweeps.map(({ kind }) => ({ kind, place: cursors.get(`sweep/${kind}`) }));
    // Before the first import has ended nothing of the connection is known for sure; nor while a run is under way.
    if (saved.some(({ place }) => place === undefined || place.finishedAt === null))
      return { is: 'failed', message: `${connection} is still being read` };
    await eachAtOnce(saved, readsAtOnce, async ({ kind, place }) => {
      await lookAtKind(db, system, live, kind, place!, signal);
    });
    return { is: 'done', read: [] };
  } catch (error) {
    return failedLook(error);
  }
}

/** Reads what changed of one kind. */
async function lookAtKind(
  db: Database,
  system: ConnectedSystem,
  { connector, connection: live }: NonNullable<ConnectedSystem['live']>,
  kind: string,
  { cursor: savedCursor, version }: SweepCursor,
  signal: AbortSignal,
): Promise<void> {
  let cursor = (savedCursor ?? undefined) as string | undefined;
  let [objects, isRewound] = [0, false];
  let startedAt: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const readStartedAt = await readClock(db);
    startedAt ??= readStartedAt;
    const swept = await connector.sweep(live, kind, cursor, signal);
    const readEndedAt = await readClock(db);
    await storeRead(db, system, swept.objects, { readStartedAt, readEndedAt, via: 'fetch' });
    objects += swept.objects.length;
    isRewound ||= swept.wentBackTo !== undefined;
    cursor = swept.cursor;
    if (!swept.done) continue;
    // A source that went back is looked into by its sweep, which must see it too.
    if (isRewound) return;
    const { connection } = system.settings;
    await saveSweepCursor(db, { connection, name: `sweep/${kind}`, cursor, version, progress: { objects }, isFinished: true, startedAt }); // prettier-ignore
    return;
  }
  // The sweep goes on from its own cursor, and the look after it has less to read.
  throw new Error(`${system.settings.connection} shows more changes of ${kind} than one look reads`);
}

/** Reads these objects now, those of connections that are up. Gone ones are no failure; unreachable ones are. */
export async function lookAtObjects(
  db: Database,
  systems: ConnectedSystems,
  objectKeys: readonly string[],
  signal: AbortSignal,
): Promise<Look> {
  const read: string[] = [];
  let failure: string | undefined;
  const wanted = Map.groupBy(objectKeys.map(refOf), ({ connection }) => connection);
  await eachAtOnce(wanted, readsAtOnce, async ([connection, all]) => {
    const system = systems.get(connection);
    if (system?.live === undefined) return;
    const refs = all.map(({ ref }) => ref).filter(({ kind }) => system.connector.stateKinds.includes(kind));
    const { outcomes, read: own } = await readObjectsNow(db, system, system.live, refs, 'fetch', { signal });
    for (const outcome of outcomes) if (outcome.is === 'unreachable') failure ??= outcome.message;
    read.push(...own);
  });
  if (failure !== undefined) return { is: 'failed', message: failure };
  return { is: 'done', read };
}

function failedLook(error: unknown): Look {
  const message = error instanceof Error ? error.message : String(error);
  const later = (error as { readonly retryAfterMs?: number }).retryAfterMs;
  return { is: 'failed', message, ...(later !== undefined && { retryAfterMs: later }) };
}
