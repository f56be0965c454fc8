/**
 * Sweep and census: every connection is polled with an overlapping window and a saved cursor, also when webhooks work,
 * and a census of ids finds what vanished. One sweeper per connection and kind, by lease; a restart goes on.
 */
import type { Database } from '../store/database.ts';
import { readClock, releaseLease, renewLease, takeLease } from '../store/leases.ts';
import { listChangedAfter, listKnownObjects } from '../store/missing-objects.ts';
import {
  findSweepCursor,
  listSweepCursors,
  saveSweepCursor,
  type SweepCursor,
} from '../store/sweep-cursors.ts';
import type { UnreachableCode } from '../connectors/live-contract.ts';
import { SourceUnreachable } from '../connectors/source-unreachable.ts';
import { findConnection, setConnectionHealth, setConnectionStatus } from '../store/connections.ts';
import { noteRewound, setConnectionProblem } from './connection-problems.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';
import { requestRead, storeRead } from './receive.ts';

const leaseMs = 120_000;
const pagesMax = 10_000;
/** More than this gone at once is a broken source, not a clean-up. */
const goneMin = 20;
const goneShare = 0.01;

export type SweepOptions = {
  readonly holder: string;
  readonly signal: AbortSignal;
  /** Epoch ms: a first sweep reads what changed since, and leaves what lies before to a backfill. Without it: all. */
  readonly recentSince?: number;
};

export type SweepResult =
  | { readonly is: 'done'; readonly objects: number }
  /** Someone else sweeps it, or it has no server. */
  | { readonly is: 'skipped' }
  | {
      readonly is: 'failed';
      readonly message: string;
      readonly objects: number;
      readonly code?: UnreachableCode;
    };

/** Marks of what sweeps bring: what lies long back comes after everything else. */
const [sweepPriority, backfillPriority] = [1, 3];

/** Sweeps one kind of one connection from its saved cursor to the end. */
export async function sweepKind(
  db: Database,
  system: ConnectedSystem,
  kind: string,
  options: SweepOptions,
): Promise<SweepResult> {
  const { connector } = system.live ?? {};
  const { recentSince } = options;
  const begin = async (): Promise<string | undefined> => {
    const cursor = recentSince === undefined ? undefined : connector?.cursorSince?.(kind, recentSince);
    if (cursor !== undefined) await noteBackfill(db, system.settings.connection, kind, recentSince!);
    return cursor;
  };
  return readPages(db, system, kind, { ...options, name: `sweep/${kind}`, begin });
}

/** Reads one kind from where its backfill stands to the end, behind everything else; skipped where none is asked for. */
export async function backfillKind(
  db: Database,
  system: ConnectedSystem,
  kind: string,
  options: SweepOptions,
): Promise<SweepResult> {
  const name = `backfill/${kind}`;
  const saved = await findSweepCursor(db, system.settings.connection, name);
  if (saved === undefined || saved.finishedAt !== null) return { is: 'skipped' };
  return readPages(db, system, kind, { ...options, name, begin: async () => undefined, isBackfill: true });
}

/** Reads page after page under a lease, and saves the cursor after each. */
async function readPages(
  db: Database,
  system: ConnectedSystem,
  kind: string,
  options: SweepOptions & {
    readonly name: string;
    /** Cursor of a run that has none saved. */
    readonly begin: () => Promise<string | undefined>;
    readonly isBackfill?: true;
  },
): Promise<SweepResult> {
  const { live, settings } = system;
  if (live === undefined) return { is: 'skipped' };
  const { connection } = settings;
  const { name, isBackfill = false } = options;
  const key = `${name.slice(0, name.indexOf('/'))}/${connection}/${kind}`;
  const lease = await takeLease(db, key, options.holder, leaseMs);
  if (lease === undefined) return { is: 'skipped' };
  let objects = 0;
  try {
    const saved = await findSweepCursor(db, connection, name);
    // What a run before has counted goes on; what it noted stays.
    const noted = isBackfill
      ? (saved?.progress as { readonly objects?: number; readonly since?: string })
      : {};
    let cursor = (saved?.cursor ?? undefined) as string | undefined;
    let version = saved?.version ?? 0;
    // A first sweep of everything is a backfill too: what webhooks and later sweeps bring goes before it.
    let isWhole = false;
    for (let page = 0; page < pagesMax; page++) {
      const readStartedAt = await readClock(db);
      if (saved === undefined && page === 0) {
        cursor = await options.begin();
        isWhole = cursor === undefined && options.recentSince === undefined;
      }
      const priority = isBackfill || isWhole ? backfillPriority : sweepPriority;
      const swept = await live.connector.sweep(live.connection, kind, cursor, options.signal);
      const readEndedAt = await readClock(db);
      await storeRead(db, system, swept.objects, { readStartedAt, readEndedAt, via: 'sweep', priority });
      if (swept.wentBackTo !== undefined) await lookIntoRewind(db, system, kind, swept.wentBackTo);
      objects += swept.objects.length;
      const progress = { ...noted, objects: (noted.objects ?? 0) + objects };
      const moved = await saveSweepCursor(db, { connection, name, cursor: swept.cursor, version, progress, isFinished: swept.done, startedAt: readStartedAt }); // prettier-ignore
      if (moved === undefined || !(await renewLease(db, key, lease.fence, leaseMs))) return { is: 'skipped' };
      [cursor, version] = [swept.cursor, moved];
      if (swept.done || options.signal.aborted) break;
    }
    return { is: 'done', objects };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof SourceUnreachable ? error.code : undefined;
    return { is: 'failed', message, objects, ...(code !== undefined && { code }) };
  } finally {
    await releaseLease(db, key, lease.fence);
  }
}

/** Objects read again at once when a source seems to have gone back. */
const rewoundMax = 1000;

/**
 * The source shows nothing as new as what was read of it before: records were deleted, or a backup was restored. What had
 * changed later than anything it shows is read again; what then comes back as it was before tells the two apart. More of
 * them than people delete say so at once.
 */
async function lookIntoRewind(
  db: Database,
  system: ConnectedSystem,
  kind: string,
  newestAt: string,
): Promise<void> {
  const { connection } = system.settings;
  const later = await listChangedAfter(db, connection, kind, newestAt, rewoundMax);
  await requestRead(db, later, 'rewound');
  if (later.length <= goneMin) return;
  const shown = newestAt.slice(0, 16).replace('T', ' ');
  await noteRewound(
    db,
    connection,
    `${connection} shows no ${kind} that changed after ${shown} UTC, but ${later.length} that had were read before.`,
  );
}

/** Writes down that what lies before `since` is still to be read, before the first sweep is. */
async function noteBackfill(db: Database, connection: string, kind: string, since: number): Promise<void> {
  const progress = { objects: 0, since: new Date(since).toISOString() };
  // One that is there stays: a crash came between it and the first page.
  await saveSweepCursor(db, { connection, name: `backfill/${kind}`, cursor: null, progress, version: 0 });
}

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

export type BackfillRequest = 'started' | 'running';

/**
 * Asks for a connection to be read again: from `from` (epoch ms) on where its system can, else as far as it goes. The
 * sweeps of every minute go on meanwhile.
 */
export async function requestBackfill(
  db: Database,
  system: ConnectedSystem,
  from?: number,
): Promise<BackfillRequest> {
  const { connection } = system.settings;
  const { sweeps, cursorSince } = system.live?.connector ?? {};
  const kinds = (sweeps ?? []).map(({ kind }) => kind);
  const saved = new Map<string, SweepCursor | undefined>();
  for (const kind of kinds) saved.set(kind, await findSweepCursor(db, connection, `backfill/${kind}`));
  if ([...saved.values()].some((row) => row !== undefined && row.finishedAt === null)) return 'running';
  for (const kind of kinds) {
    const cursor = from === undefined ? null : (cursorSince?.(kind, from) ?? null);
    const version = saved.get(kind)?.version ?? 0;
    await saveSweepCursor(db, { connection, name: `backfill/${kind}`, cursor, progress: { objects: 0 }, version }); // prettier-ignore
  }
  return 'started';
}

/**
 * Orders placed before this (epoch ms) may not be known whole: a first backfill of some connection has not ended.
 * Undefined: all of the past is read.
 */
export async function readHistorySince(db: Database, systems: ConnectedSystems): Promise<number | undefined> {
  let since: number | undefined;
  for (const { connection, name, progress, finishedAt } of await listSweepCursors(db)) {
    if (finishedAt !== null || !name.startsWith('backfill/') || systems.get(connection)?.live === undefined) continue;
    const noted = (progress as { readonly since?: unknown }).since;
    if (typeof noted === 'string') since = Math.max(since ?? -Infinity, Date.parse(noted));
  }
  return since;
} // prettier-ignore
