/**
 * Objects that are not there any more. Missing from a census is a suspicion; gone are they after two direct reads,
 * some time apart, that both got the system's own not-found.
 */
import { statement } from './database.ts';
import type { Database } from './database.ts';
import { toReadStamp } from './leases.ts';
import { markObjects } from './store-observations.ts';

/** `unknown`: never stored, or read successfully after this read began. */
export type MissingVerdict = 'missing' | 'gone' | 'unknown';

const recordMissingStatement = statement<
  { readonly isGone: boolean; readonly isNew: boolean },
  [string, string, string]
>(
  'record-missing',
  'object',
  `update objects o
   set missing_at = coalesce(o.missing_at, $2::timestamptz),
     gone_at = case
       when o.gone_at is not null then o.gone_at
       when o.missing_at <= $3::timestamptz then $2::timestamptz
     end
   from (select gone_at from objects where object_key = $1 for update) as before
   where o.object_key = $1 and o.read_started_at < $2::timestamptz
   returning o.gone_at is not null as "isGone", o.gone_at is not null and before.gone_at is null as "isNew"`,
);

/**
 * A direct read that began at `readStartedAt` answered not-found. The second one, at least `gapMs` after the first,
 * makes the object gone and marks it. It keeps its last content; a later successful read brings it back.
 */
export async function recordMissing(
  db: Database,
  objectKey: string,
  readStartedAt: string,
  gapMs: number,
): Promise<MissingVerdict> {
  return db.transaction(async (tx) => {
    const [row] = await tx.run(recordMissingStatement, [
      objectKey,
      readStartedAt,
      before(toReadStamp(readStartedAt), gapMs),
    ]);
    if (row === undefined) return 'unknown';
    if (row.isNew) await markObjects(tx, new Map([[objectKey, 0]]));
    return row.isGone ? 'gone' : 'missing';
  });
}

/** The instant so many milliseconds before a stamp of the database, whose microseconds stay. */
function before(stamp: string, ms: number): string {
  const [whole, micros] = [stamp.slice(0, 23), stamp.slice(23)];
  return `${new Date(Date.parse(`${whole}Z`) - ms).toISOString().slice(0, 23)}${micros}`;
}

const listKnownStatement = statement<
  { readonly id: string; readonly objectKey: string },
  [string, string, string, number]
>(
  'list-known-objects',
  'list',
  `select object_id as id, object_key as "objectKey" from objects
   where connection = $1 and kind = $2 and gone_at is null and object_key > $3
   order by object_key limit $4`,
);

/** Ids a census is compared with, in pages by object key; gone ones are left out. Start after `''`. */
export async function listKnownObjects(
  db: Database,
  connection: string,
  kind: string,
  after: string,
  limit: number,
): Promise<readonly { readonly id: string; readonly objectKey: string }[]> {
  return db.run(listKnownStatement, [connection, kind, after, limit]);
}

const listLaterStatement = statement<{ readonly objectKey: string }, [string, string, string, number]>(
  'list-objects-changed-after',
  'list',
  `select object_key as "objectKey" from objects
   where connection = $1 and kind = $2 and gone_at is null and modified_at > $3
   order by object_key limit $4`,
);

/** Known objects that their source had changed after an instant. */
export async function listChangedAfter(
  db: Database,
  connection: string,
  kind: string,
  at: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.run(listLaterStatement, [connection, kind, at, limit]);
  return rows.map((row) => row.objectKey);
}
