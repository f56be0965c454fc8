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

const listCursorsOfStatement = statement<SweepCursor & { readonly name: string }, [string]>(
  'list-sweep-cursors-of',
  'reference',
  `select name, ${columns} from sweep_cursors where connection = $1`,
);

/** The saved places of one connection, by name. */
export async function findSweepCursors(
  db: Runner,
  connection: string,
): Promise<ReadonlyMap<string, SweepCursor>> {
  return new Map((await db.run(listCursorsOfStatement, [connection])).map((row) => [row.name, row]));
}

const insertSweepCursor = statement<
  { readonly version: number },
  [string, string, string, string, boolean, string | null]
>(
  'insert-sweep-cursor',
  'reference',
  `insert into sweep_cursors (connection, name, cursor, progress, finished_at, started_at)
   values ($1, $2, $3::jsonb, $4::jsonb, now() + case when $5 then interval '0' end, coalesce($6::timestamptz, now()))
   on conflict (connection, name) do nothing returning version`,
);

const moveSweepCursor = statement<
  { readonly version: number },
  [string, string, string, string, number, boolean, string | null]
>(
  'move-sweep-cursor',
  'reference',
  `update sweep_cursors c
   set cursor = $3::jsonb, progress = $4::jsonb, version = c.version + 1, moved_at = clock.at,
     started_at = case when c.finished_at is null then c.started_at else coalesce($7::timestamptz, clock.at) end,
     finished_at = case when $6 then clock.at end
   from (select now() as at offset 0) as clock
   where c.connection = $1 and c.name = $2 and c.version = $5 returning c.version`,
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
    /** When its first page was asked for (ISO), where this begins a run; default now. */
    readonly startedAt?: string;
  },
): Promise<number | undefined> {
  const { connection, name, version, isFinished = false, startedAt = null } = place;
  const [cursor, progress] = [canonicalJson(place.cursor), canonicalJson(place.progress ?? {})];
  const rows =
    version === 0
      ? await db.run(insertSweepCursor, [connection, name, cursor, progress, isFinished, startedAt])
      : await db.run(moveSweepCursor, [connection, name, cursor, progress, version, isFinished, startedAt]);
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
