/**
 * Sweep and census: every connection is polled with an overlapping window and a saved cursor, also when webhooks work,
 * and a census of ids finds what vanished. One sweeper per connection and kind, by lease; a restart goes on.
 */
import type { Database } from '../store/database.ts';
import { readClock, releaseLease, renewLease, takeLease } from '../store/leases.ts';
import { listKnownObjects } from '../store/missing-objects.ts';
import { findSweepCursor, saveSweepCursor } from '../store/sweep-cursors.ts';
import { storeObservations } from '../store/store-observations.ts';
import { findConnection, setConnectionHealth, setConnectionStatus } from '../store/connections.ts';
import { setConnectionProblem } from './connection-problems.ts';
import { storePersons } from './store-persons.ts';
import type { ConnectedSystem } from './connected-system.ts';
import { requestRead, toStored } from './receive.ts';

const leaseMs = 120_000;
const pagesMax = 10_000;
/** More than this gone at once is a broken source, not a clean-up. */
const goneMin = 20;
const goneShare = 0.01;

export type SweepOptions = { readonly holder: string; readonly signal: AbortSignal };

export type SweepResult =
  | { readonly is: 'done'; readonly objects: number }
  /** Someone else sweeps it, or it has no server. */
  | { readonly is: 'skipped' }
  | { readonly is: 'failed'; readonly message: string; readonly objects: number };

/** Sweeps one kind of one connection from its saved cursor to the end. */
export async function sweepKind(
  db: Database,
  system: ConnectedSystem,
  kind: string,
  options: SweepOptions,
): Promise<SweepResult> {
  const { live, settings } = system;
  if (live === undefined) return { is: 'skipped' };
  const { connection } = settings;
  const lease = await takeLease(db, sweepLease(connection, kind), options.holder, leaseMs);
  if (lease === undefined) return { is: 'skipped' };
  let objects = 0;
  try {
    const saved = await findSweepCursor(db, connection, `sweep/${kind}`);
    // A cursor of null was reset: from the beginning.
    let cursor = (saved?.cursor ?? undefined) as string | undefined;
    let version = saved?.version ?? 0;
    for (let page = 0; page < pagesMax; page++) {
      const readStartedAt = await readClock(db);
      const swept = await live.connector.sweep(live.connection, kind, cursor, options.signal);
      const readEndedAt = await readClock(db);
      // A first sweep is a backfill: what webhooks and later sweeps bring goes before it.
      const priority = cursor === undefined ? 3 : 1;
      await storePersons(db, system, swept.objects);
      await storeObservations(db, swept.objects.map((snapshot) => toStored(system, snapshot, { readStartedAt, readEndedAt, via: 'sweep', priority }))); // prettier-ignore
      objects += swept.objects.length;
      const moved = await saveSweepCursor(db, { connection, name: `sweep/${kind}`, cursor: swept.cursor, version, progress: { objects }, isFinished: swept.done }); // prettier-ignore
      if (moved === undefined || !(await renewLease(db, sweepLease(connection, kind), lease.fence, leaseMs)))
        return { is: 'skipped' };
      [cursor, version] = [swept.cursor, moved];
      if (swept.done || options.signal.aborted) break;
    }
    return { is: 'done', objects };
  } catch (error) {
    return { is: 'failed', message: error instanceof Error ? error.message : String(error), objects };
  } finally {
    await releaseLease(db, sweepLease(connection, kind), lease.fence);
  }
}

const sweepLease = (connection: string, kind: string): string => `sweep/${connection}/${kind}`;

export type CensusResult =
  | { readonly is: 'done'; readonly known: number; readonly missing: number }
  | { readonly is: 'skipped' }
  | { readonly is: 'failed'; readonly message: string }
  /** Too much is missing: the connection was stopped, nothing is marked. */
  | { readonly is: 'alarm'; readonly known: number; readonly missing: number };

/** Compares the ids that there are with the ids that are known; what is missing is read directly, twice. */
export async function takeCensus(
  db: Database,
  system: ConnectedSystem,
  kind: string,
  options: SweepOptions,
): Promise<CensusResult> {
  const { live, settings } = system;
  if (live === undefined) return { is: 'skipped' };
  const { connection } = settings;
  // Stopped by the census of another kind a moment ago.
  const row = await findConnection(db, connection);
  if (row?.status === 'stopped') return { is: 'skipped' };
  const looked = lookedInto(row?.health, kind);
  const key = `census/${connection}/${kind}`;
  const lease = await takeLease(db, key, options.holder, leaseMs);
  if (lease === undefined) return { is: 'skipped' };
  try {
    // Known ids first: what appears during the census is not yet known and cannot look missing.
    const known = new Map<string, string>();
    let after = '';
    for (;;) {
      const page = await listKnownObjects(db, connection, kind, after, 1000);
      for (const row of page) known.set(row.id, row.objectKey);
      if (page.length === 0) break;
      after = page.at(-1)!.objectKey;
    }
    const total = known.size;
    const unknown: string[] = [];
    for await (const refs of live.connector.census(live.connection, kind, options.signal)) {
      for (const ref of refs) if (!known.delete(ref.id)) unknown.push(`${connection}:${kind}/${ref.id}`);
      await renewLease(db, key, lease.fence, leaseMs);
    }
    if (known.size > Math.max(goneMin, total * goneShare, looked ?? 0)) {
      await setConnectionStatus(db, connection, 'stopped');
      await setConnectionHealth(db, connection, {
        state: 'failed',
        code: 'census-alarm',
        kind,
        known: total,
        missing: known.size,
      });
      await setConnectionProblem(db, connection, 'census-alarm', {
        note: `${known.size} of ${total} records of the kind ${kind} are missing at once, so the connection was stopped and nothing was taken for gone. Look in the system whether they were really deleted or only hidden (rights, a plugin, another database), then resume the connection.`,
        since: await readClock(db),
      });
      return { is: 'alarm', known: total, missing: known.size };
    }
    if (looked !== undefined) await setConnectionHealth(db, connection, { state: 'ok' });
    await setConnectionProblem(db, connection, 'census-alarm', undefined);
    await requestRead(db, [...known.values()], 'census');
    await requestRead(db, unknown, 'census');
    // That it was counted once is what notices wait for.
    const version = (await findSweepCursor(db, connection, `census/${kind}`))?.version ?? 0;
    const progress = { known: total, missing: known.size };
    await saveSweepCursor(db, {
      connection,
      name: `census/${kind}`,
      cursor: null,
      version,
      progress,
      isFinished: true,
    });
    return { is: 'done', known: total, missing: known.size };
  } catch (error) {
    return { is: 'failed', message: error instanceof Error ? error.message : String(error) };
  } finally {
    await releaseLease(db, key, lease.fence);
  }
}

/**
 * How many were missing when the census stopped the connection: whoever resumed it has looked into so many. They are
 * read one by one then, twice, before any of them counts as gone; more than that is an alarm again.
 */
function lookedInto(health: unknown, kind: string): number | undefined {
  const said = (health ?? {}) as { readonly code?: unknown; readonly kind?: unknown; readonly missing?: unknown };
  return said.code === 'census-alarm' && said.kind === kind && typeof said.missing === 'number' ? said.missing : undefined;
} // prettier-ignore

/** Forgets how far the sweeps of a connection have come, so that the next one begins from the start. */
export async function resetSweeps(db: Database, system: ConnectedSystem): Promise<void> {
  const { connection } = system.settings;
  for (const { kind } of system.live?.connector.sweeps ?? []) {
    const name = `sweep/${kind}`;
    const saved = await findSweepCursor(db, connection, name);
    if (saved !== undefined)
      await saveSweepCursor(db, { connection, name, cursor: null, version: saved.version });
  }
}
