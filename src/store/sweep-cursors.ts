/** How far each sweep, census and backfill of a connection has come. Kept by whoever holds its lease. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';

export type SweepCursor = {
  readonly cursor: unknown;
  readonly progress: unknown;
  readonly version: number;
  readonly startedAt: string;
  readonly movedAt: string;
  readonly finishedAt: string | null;
};

const columns = `cursor, progress, version, started_at as "startedAt", moved_at as "movedAt",
  finished_at as "finishedAt"`;

const findSweepCursorStatement = statement<SweepCursor, [string, string]>(
  'find-sweep-cursor',
  'reference',
  `select ${columns} from sweep_cursors where connection = $1 and name = $2`,
);

/** The saved place of `name` (`sweep`, `census/refund`, `backfill`), or undefined before its first page. */
export async function findSweepCursor(
  db: Runner,
  connection: string,
  name: string,
): Promise<SweepCursor | undefined> {
  return (await db.run(findSweepCursorStatement, [connection, name]))[0];
}

const saveSweepCursorStatement = statement<
  { readonly version: number },
  [string, string, string, string, number, boolean]
>(
  'save-sweep-cursor',
  'reference',
  `insert into sweep_cursors as c (connection, name, cursor, progress, finished_at)
   select $1, $2, $3::jsonb, $4::jsonb, case when $6 then now() end where $5 = 0 or exists (
     select from sweep_cursors where connection = $1 and name = $2)
   on conflict (connection, name) do update
     set cursor = excluded.cursor, progress = excluded.progress, version = c.version + 1, moved_at = now(),
       started_at = case when c.finished_at is null then c.started_at else now() end,
       finished_at = excluded.finished_at
     where c.version = $5
   returning version`,
);

/**
 * Saves the place after what lies before it is stored. `version` is the one read (0: there was none). Returns the new
 * version, or undefined when someone else has moved it meanwhile: then stop, the lease was lost.
 */
export async function saveSweepCursor(
  db: Runner,
  place: {
    readonly connection: string;
    readonly name: string;
    readonly cursor: unknown;
    readonly progress?: unknown;
    readonly version: number;
    readonly isFinished?: boolean;
  },
): Promise<number | undefined> {
  const rows = await db.run(saveSweepCursorStatement, [
    place.connection, place.name, canonicalJson(place.cursor), canonicalJson(place.progress ?? {}), place.version,
    place.isFinished ?? false,
  ]); // prettier-ignore
  return rows[0]?.version;
}

const listSweepCursorsStatement = statement<
  SweepCursor & { readonly connection: string; readonly name: string },
  []
>(
  'list-sweep-cursors',
  'reference',
  `select connection, name, ${columns} from sweep_cursors order by connection, name`,
);

/** All saved places: for health and progress. */
export async function listSweepCursors(
  db: Runner,
): Promise<readonly (SweepCursor & { readonly connection: string; readonly name: string })[]> {
  return db.run(listSweepCursorsStatement, []);
}
