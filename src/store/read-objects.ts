/** The newest snapshots of objects, and every content one was seen with. */
import { archivedSql, withArchivedBodies } from './archive.ts';
import { statement } from './database.ts';
import { inParallel } from './in-parallel.ts';
import type { Runner } from './database.ts';
import { stampSql } from './leases.ts';

export type StoredObject = {
  readonly objectKey: string;
  readonly connection: string;
  readonly kind: string;
  readonly id: string;
  readonly body: unknown;
  readonly sourceVersion: number | null;
  /** In microseconds, as a ReadStamp. */
  readonly readStartedAt: string;
  readonly modifiedAt: string | null;
  readonly version: number;
  readonly goneAt: string | null;
  readonly orderKeys: readonly string[];
  /** In which file its body lies; null: here. */
  readonly archived: string | null;
};

const headSql = `o.object_key as "objectKey", o.connection, o.kind, o.object_id as id, o.source_version as "sourceVersion", ${stampSql('o.read_started_at')} as "readStartedAt",
  o.modified_at as "modifiedAt", o.version, o.gone_at as "goneAt", o.order_keys as "orderKeys"`;

type ObjectRow = Omit<StoredObject, 'body'> & { readonly hash: string; readonly text: string | null };

// What is known by its hash needs not be unpacked and sent.
const readObjectsStatement = statement<ObjectRow, [readonly string[], readonly Buffer[]]>(
  'read-objects',
  'object',
  `select ${headSql}, encode(o.content_hash, 'hex') as hash, v.text, v.archived
   from objects o left join lateral (
     select v.body::text as text, ${archivedSql('v')} from observations v
     where v.object_key = o.object_key and v.content_hash = o.content_hash and o.content_hash <> all ($2)
     offset 0) as v on true
   where o.object_key = any ($1) order by o.object_key`,
);

/** Of more keys than this it is cheaper to ask every shard than each for its own. */
const singlesMax = 24;

/** Newest snapshots of objects, sorted by key; those never stored are left out, gone ones are there with `goneAt`. */
export async function readObjects(db: Runner, keys: readonly string[]): Promise<readonly StoredObject[]> {
  if (keys.length === 0) return [];
  // One after another by their shards where they are few; of many every shard is asked once.
  return withArchivedBodies(
    db,
    db.switches.batches || keys.length > singlesMax
      ? await readRows(db, keys)
      : (await inParallel([...new Set(keys)].sort(), (key) => readRows(db, [key]))).flat(),
  );
}

async function readRows(db: Runner, keys: readonly string[]): Promise<readonly StoredObject[]> {
  const known = new Map<string, unknown>();
  const hashes: Buffer[] = [];
  for (const key of keys) {
    const cached = db.bodies.find(key);
    if (cached === undefined) continue;
    known.set(cached.hash.toString('hex'), cached.body);
    hashes.push(cached.hash);
  }
  const rows = await db.run(readObjectsStatement, [keys, hashes]);
  return rows.map(({ hash, text, ...head }) => {
    if (text === null) return { ...head, body: known.get(hash) };
    const body = JSON.parse(text) as unknown;
    if (head.archived === null)
      db.bodies.keep(head.objectKey, { hash: Buffer.from(hash, 'hex'), body, size: text.length });
    return { ...head, body };
  });
}

export type FiledObject = Pick<StoredObject, 'objectKey' | 'orderKeys'>;

const listObjectsStatement = statement<FiledObject, [string, number]>(
  'list-objects',
  'list',
  `select o.object_key as "objectKey", o.order_keys as "orderKeys"
   from objects o join observations v on v.object_key = o.object_key and v.content_hash = o.content_hash
   where o.object_key > $1 and v.archive_file is null
   order by o.object_key limit $2`,
);

/** All objects that are not archived, in pages by key: what a rebuild goes through. Start after `''`. */
export async function listObjects(db: Runner, after: string, limit: number): Promise<readonly FiledObject[]> {
  return db.run(listObjectsStatement, [after, limit]);
}

export type ObjectContent = {
  readonly body: unknown;
  readonly firstReadAt: string;
  readonly sourceVersion: number | null;
  readonly via: string;
  readonly isNewest: boolean;
  /** Hex. */
  readonly hash: string;
};
type ContentRow = ObjectContent & { readonly objectKey: string; readonly archived: string | null };

const listContentsStatement = statement<ContentRow, [string]>(
  'list-object-contents',
  'object',
  `select v.body, ${stampSql('v.first_read_at')} as "firstReadAt", v.source_version as "sourceVersion", v.via,
     v.content_hash = o.content_hash as "isNewest", encode(v.content_hash, 'hex') as hash, v.object_key as "objectKey", ${archivedSql('v')}
   from observations v join objects o on o.object_key = v.object_key
   where v.object_key = $1 order by v.first_read_at, v.content_hash`,
);

/** Every content an object was seen with, by the first read that saw it. */
export async function listContents(db: Runner, objectKey: string): Promise<readonly ObjectContent[]> {
  return withArchivedBodies(db, await db.run(listContentsStatement, [objectKey]));
}

const deleteContentsStatement = statement<object, [string, readonly Buffer[]]>(
  'delete-object-contents',
  'object',
  `delete from observations v using objects o
   where v.object_key = $1 and v.content_hash = any ($2) and o.object_key = v.object_key
     and v.content_hash <> o.content_hash`,
);

/** Forgets superseded contents of an object by their hashes; the newest one always stays. */
export async function deleteContents(
  db: Runner,
  objectKey: string,
  hashes: readonly string[],
): Promise<void> {
  await db.run(deleteContentsStatement, [objectKey, hashes.map((hash) => Buffer.from(hash, 'hex'))]);
}

const listChangedStatement = statement<{ readonly objectKey: string }, [string, string, number]>(
  'list-changed-objects',
  'list',
  `select object_key as "objectKey" from observations
   where object_key > $1 and first_read_at < $2::timestamptz and archive_file is null
   group by object_key having count(*) > 1 order by object_key limit $3`,
);

/** Objects that had several contents before an instant, in pages by key; start after `''`. */
export async function listChangedObjects(
  db: Runner,
  after: string,
  before: string,
  limit: number,
): Promise<readonly string[]> {
  return (await db.run(listChangedStatement, [after, before, limit])).map((row) => row.objectKey);
}
