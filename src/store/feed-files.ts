/** Files that feeds brought, and which rows are in which of them: a row goes when the last file that had it lost it. */
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { canonicalJson, hashText } from './json-text.ts';

export type FeedFile = {
  readonly connection: string;
  readonly slot: string;
  readonly version: number;
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedAt: string;
  /** Hex of the SHA-256 of its bytes. */
  readonly contentHash: string;
  readonly status: 'read' | 'refused';
  /** Balance sheet as `files/finding.ts` draws it up. */
  readonly sheet: unknown;
  readonly readAt: string;
};

const columns = `connection, slot, version, name, size_bytes as "sizeBytes", modified_at as "modifiedAt",
  encode(content_hash, 'hex') as "contentHash", status, sheet, read_at as "readAt"`;

const putFileStatement = statement<
  object,
  [string, string, number, string, number, string, Buffer, string, string]
>(
  'put-feed-file',
  'reference',
  `insert into feed_files as f (connection, slot, version, name, size_bytes, modified_at, content_hash, status, sheet)
   values ($1, $2, $3, $4, $5, $6::timestamptz, $7, $8, $9::jsonb)
   on conflict (connection, slot, version) do update
     set name = excluded.name, size_bytes = excluded.size_bytes, modified_at = excluded.modified_at`,
);

/** Records a version of a file; the same version again only renews where it lies. */
export async function putFeedFile(db: Runner, file: Omit<FeedFile, 'readAt'>): Promise<void> {
  await db.run(putFileStatement, [
    file.connection, file.slot, file.version, file.name, file.sizeBytes, file.modifiedAt,
    Buffer.from(file.contentHash, 'hex'), file.status, canonicalJson(file.sheet),
  ]); // prettier-ignore
}

const newestStatement = statement<FeedFile, [string]>(
  'list-newest-feed-files',
  'reference',
  `select distinct on (slot) ${columns} from feed_files where connection = $1 order by slot, version desc`,
);

/** The newest version of every slot of a connection. */
export async function listNewestFeedFiles(db: Runner, connection: string): Promise<readonly FeedFile[]> {
  return db.run(newestStatement, [connection]);
}

const listStatement = statement<FeedFile, [string, number]>(
  'list-feed-files',
  'reference',
  `select ${columns} from feed_files where connection = $1 order by read_at desc, slot, version desc limit $2`,
);

/** Versions of a connection's files, last read first. */
export async function listFeedFiles(
  db: Runner,
  connection: string,
  limit: number,
): Promise<readonly FeedFile[]> {
  return db.run(listStatement, [connection, limit]);
}

const putRowsStatement = statement<object, [readonly string[], readonly Buffer[], string, string, number]>(
  'put-feed-rows',
  'batch',
  `insert into feed_rows as r (object_key, slot, connection, version, content_hash)
   select key, $3, $4, $5, hash from unnest($1::text[], $2::bytea[]) as n (key, hash) order by key
   on conflict (object_key, slot) do update set version = excluded.version, content_hash = excluded.content_hash`,
);

/** Says that these rows, by object key and stored body, are in this version of the slot's file. */
export async function putFeedRows(
  db: Runner,
  rows: ReadonlyMap<string, unknown>,
  file: Pick<FeedFile, 'connection' | 'slot' | 'version'>,
): Promise<void> {
  if (rows.size === 0) return;
  const hashes = Array.from(rows.values(), (body) => hashText(canonicalJson(body)));
  await db.run(putRowsStatement, [[...rows.keys()], hashes, file.slot, file.connection, file.version]);
}

export type DroppedRow = {
  readonly objectKey: string;
  /** What another file says under the same id; null where none has it. */
  readonly elsewhere: unknown;
};

const dropRowsStatement = statement<DroppedRow, [string, string, number, number]>(
  'list-dropped-feed-rows',
  'list',
  `select distinct on (r.object_key) r.object_key as "objectKey", c.body as "elsewhere"
   from (select object_key from feed_rows where connection = $1 and slot = $2 and version < $3
         order by object_key limit $4) as r
   left join feed_rows o on o.object_key = r.object_key and o.slot <> $2
   left join observations c on c.object_key = o.object_key and c.content_hash = o.content_hash
   order by r.object_key, o.slot desc`,
);

const deleteRowsStatement = statement<object, [readonly string[], string]>(
  'delete-feed-rows',
  'batch',
  'delete from feed_rows where object_key = any ($1) and slot = $2',
);

/**
 * Takes the rows that this version no longer has, batch by batch; `withdraw` must have stored what follows from that
 * when it resolves, for the rows are forgotten after it.
 */
export async function dropFeedRows(
  db: Database,
  file: Pick<FeedFile, 'connection' | 'slot' | 'version'>,
  withdraw: (rows: readonly DroppedRow[]) => Promise<void>,
): Promise<number> {
  let count = 0;
  for (;;) {
    const rows = await db.run(dropRowsStatement, [file.connection, file.slot, file.version, 1000]);
    if (rows.length === 0) return count;
    await withdraw(rows);
    await db.run(deleteRowsStatement, [rows.map((row) => row.objectKey), file.slot]);
    count += rows.length;
  }
}
