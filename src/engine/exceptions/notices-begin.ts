/**
 * When people may be told of problems: not before the history of every live connection is read and counted once. The
 * moment is kept; the week after it is quiet.
 */
import { listPolicyValues, putPolicyValue } from '../../store/connections.ts';
import type { Database } from '../../store/database.ts';
import { countMarks } from '../../store/marks.ts';
import { listSweepCursors } from '../../store/sweep-cursors.ts';
import type { ConnectedSystems } from '../connected-system.ts';

const name = 'notices-began';
export const quietDays = 7;
/** More waiting than this is an import. */
const importingMin = 200;

/** The instant (ISO) from which people are told of problems; undefined while the history is still being read. */
export async function noticesBeganAt(
  db: Database,
  systems: ConnectedSystems,
  now: number,
): Promise<string | undefined> {
  const known = (await listPolicyValues(db)).find((value) => value.name === name);
  if (known !== undefined) return new Date(known.validFromAt).toISOString();
  if (!(await isHistoryRead(db, systems))) return undefined;
  const at = new Date(now).toISOString();
  await putPolicyValue(db, {
    name,
    scope: '',
    validFromAt: at,
    validToAt: null,
    value: true,
    setBy: 'system',
  });
  return at;
}

/** Has every kind of every live connection been swept to its end, and counted where that can be done? */
async function isHistoryRead(db: Database, systems: ConnectedSystems): Promise<boolean> {
  const live = [...systems].filter(([, system]) => system.live !== undefined);
  if (systems.size === 0) return false;
  const cursors = await listSweepCursors(db);
  if (cursors.some((row) => row.name.startsWith('backfill/') && row.finishedAt === null && systems.get(row.connection)?.live !== undefined)) return false;
  const finished = new Set(cursors.filter((row) => row.finishedAt !== null).map((row) => `${row.connection} ${row.name}`));
  for (const [connection, { live: own }] of live)
    for (const { kind, census } of own!.connector.sweeps) {
      if (!finished.has(`${connection} sweep/${kind}`)) return false;
      if (census && !finished.has(`${connection} census/${kind}`)) return false;
    }
  const { objects, orders } = await countMarks(db);
  return objects + orders <= importingMin;
} // prettier-ignore

/** Is it the first week, in which one digest in the morning is all that people get? */
export const isQuiet = (beganAt: string, now: number): boolean =>
  now < Date.parse(beganAt) + quietDays * 86_400_000;
