/** The watch over sources themselves: read lately, and living at the same time as we do. */
import type { Database } from '../../store/database.ts';
import { listConnections } from '../../store/connections.ts';
import { readClock } from '../../store/leases.ts';
import { listSubjectProblems } from '../../store/list-problems.ts';
import type { ConnectedSystems } from '../connected-system.ts';
import { setConnectionProblem } from '../connection-problems.ts';
import { readSweptAt } from '../fresh-reads.ts';

/** A source that was not read to its end for this long is stale. Sweeps run every minute, long ones for hours at first. */
const staleMs = 30 * 60_000;
/** A first import may take this long before it is called stale. */
const firstImportMs = 24 * 3_600_000;

/** Raises `source-stale` for active connections whose last complete sweep is too long ago, and takes it back. */
export async function watchFreshness(db: Database, systems: ConnectedSystems): Promise<number> {
  const now = await readClock(db);
  const swept = await readSweptAt(db, systems);
  const changed = new Map((await listConnections(db)).map((row) => [row.connection, new Date(row.changedAt).toISOString()]));
  for (const [name, { unusable }] of systems)
    if (unusable !== undefined) await setConnectionProblem(db, name, 'source-stale', { note: `${name} cannot be read: ${unusable}`, since: now });
  for (const [name, sweptAt] of swept) {
    if (systems.get(name)?.unusable !== undefined) continue;
    const since = sweptAt ?? changed.get(name) ?? now;
    const isStale = Date.parse(now) - Date.parse(since) > (sweptAt === undefined ? firstImportMs : staleMs);
    const note = `${name} was last read to its end at ${since.slice(0, 16).replace('T', ' ')} UTC. Problems that it would prove wait until it is read again.`;
    await setConnectionProblem(db, name, 'source-stale', isStale ? { note, since } : undefined);
    await endRewind(db, name, now);
  }
  return 0;
} // prettier-ignore

/** What was restored has long been read again by then; it stays to be seen for a day. */
const rewoundMs = 24 * 3_600_000;

async function endRewind(db: Database, name: string, now: string): Promise<void> {
  const problems = await listSubjectProblems(db, [`connection/${name}`]);
  const open = problems.find((each) => each.code === 'source-rewound' && each.resolvedAt === null);
  if (open !== undefined && Date.parse(now) - Date.parse(open.openedAt) > rewoundMs)
    await setConnectionProblem(db, name, 'source-rewound', undefined);
}

const checkTimeoutMs = 20_000;

/** Asks every live connection about its clock. What cannot be asked now keeps the answer of the last time. */
export async function watchClocks(
  db: Database,
  systems: ConnectedSystems,
  signal: AbortSignal,
): Promise<number> {
  for (const [name, { live }] of systems) {
    if (live === undefined || signal.aborted) continue;
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(checkTimeoutMs)]);
      const lines = await live.connector.check(live.connection, limit);
      const clocks = lines.filter((line) => line.check === 'clock');
      if (clocks.length === 0 && lines.some((line) => line.state === 'failed')) continue;
      const off = clocks.filter((line) => line.state !== 'ok');
      const note = off.map((line) => line.message).join(' ');
      await setConnectionProblem(db, name, 'clock-skew', off.length === 0 ? undefined : { note, since: await readClock(db) });
    } catch {
      // Not reachable now: `source-stale` says so when it lasts.
    }
  }
  return 0;
} // prettier-ignore
