/**
 * The archive: contents of records and facts of closed orders, in files beside the database. What is archived is read from
 * there as if it lay here, and an order that is folded anew comes back first.
 *
 *   archiveOrders     a file is written, made durable and read back; only then rows go, in one transaction
 *   reviveOrders      rows come back in one transaction; the file stays for the others in it
 *
 * A crash between the two leaves a file that nobody names: `pruneArchive` takes it away.
 */
import type { ArchivedRow, ArchiveQuery } from '../wire/archived-row.ts';
import { AppError } from '../wire/errors.ts';
import type { Database, Runner } from './database.ts';
import { rowsOf, runRows, statement } from './database.ts';
import { renewLease } from './leases.ts';
import { clearOrderMarks } from './marks.ts';
import type { OrderMark } from './marks.ts';

/** Where the files are. */
export type ArchiveFiles = {
  /** Writes a file; it is durable and was read back when this resolves to its name. */
  write(rows: readonly ArchivedRow[]): Promise<string>;
  /** Rows of some orders or records. Rejects where the file is not there or not whole. */
  read(file: string, query: ArchiveQuery): Promise<readonly ArchivedRow[]>;
  list(): Promise<readonly string[]>;
  remove(file: string): Promise<void>;
};

/** Lists and notices ask for these by SQL: they stay. */
const keptFacts = `('order.placed', 'promise.made')`;
/** For so long one page may be at work; after it folds that were kept away go on, and another process may archive. */
export const archiveLeaseMs = 10 * 60_000;

/** Rows of a file. Throws AppError `archive-unreadable`. */
async function readFile(
  db: Pick<Runner, 'archive'>,
  file: string,
  query: ArchiveQuery,
): Promise<readonly ArchivedRow[]> {
  if (db.archive === undefined)
    throw new AppError('archive-unreadable', { detail: `${file}: no folder of an archive is known here` });
  try {
    return await db.archive.read(file, query);
  } catch (cause) {
    throw new AppError('archive-unreadable', { detail: file, cause });
  }
}

/** Column by which a content is known in a file; null where its body lies here. */
export const archivedSql = (content: string): string =>
  `${content}.archive_file || ' ' || encode(${content}.content_hash, 'hex') as archived`;

/** Bodies of contents that lie in files, put in their places. */
export async function withArchivedBodies<
  Row extends { readonly objectKey: string; readonly body: unknown; readonly archived: string | null },
>(db: Pick<Runner, 'archive'>, rows: readonly Row[]): Promise<readonly Row[]> {
  const away = rows.flatMap((row) =>
    row.archived === null ? [] : [{ row, file: row.archived.split(' ')[0]! }],
  );
  if (away.length === 0) return rows;
  const bodies = new Map<string, string>();
  for (const [file, group] of Map.groupBy(away, (one) => one.file)) {
    const records = [...new Set(group.map(({ row }) => row.objectKey))];
    for (const { objectKey, id, body, part } of await readFile(db, file, { records }))
      if (part === 'record') bodies.set(`${objectKey} ${file} ${id}`, body);
  }
  return rows.map((row) => {
    if (row.archived === null) return row;
    const body = bodies.get(`${row.objectKey} ${row.archived}`);
    if (body === undefined) throw new AppError('archive-unreadable', { detail: `${row.archived}: ${row.objectKey} is not in it` }); // prettier-ignore
    return { ...row, body: JSON.parse(body) as unknown };
  });
}

const listArchivedStatement = statement<
  { readonly orderKey: string; readonly file: string },
  [readonly string[]]
>(
  'list-archived-orders',
  'order',
  'select order_key as "orderKey", archive_file as file from archived_orders where order_key = any ($1)',
);

/** Rows of those of the orders that are archived. */
export async function readArchived(
  db: Runner,
  orderKeys: readonly string[],
): Promise<readonly ArchivedRow[]> {
  const archived = await db.run(listArchivedStatement, [orderKeys]);
  const rows: ArchivedRow[] = [];
  for (const [file, group] of Map.groupBy(archived, (one) => one.file))
    rows.push(...(await readFile(db, file, { orders: group.map(({ orderKey }) => orderKey) })));
  return rows;
}

// -------------------------------------------------------------------------------------------------- away

/** Orders closed before an instant and for good: nothing is due, under way, open or waiting to be folded. */
const listArchivableStatement = statement<
  { readonly orderKey: string },
  [string, string, readonly string[] | null, string, number]
>(
  'list-archivable-orders',
  'list',
  `select s.order_key as "orderKey" from order_states s
   where s.verdict = 'closed' and s.next_due_at is null and s.closed_at < $1::timestamptz and s.order_key > $2
     and ($3::text[] is null or s.order_key = any ($3))
     and not exists (select from archived_orders a where a.order_key = s.order_key)
     and not exists (select from order_marks m where m.order_key = s.order_key and m.leased_by is distinct from $4)
     and not exists (select from commands c where c.order_key = s.order_key and c.ended_at is null)
     and not exists (select from problems p where p.subject_key = s.order_key and p.resolved_at is null)
   order by s.order_key limit $5`,
);

const holdSql = (rows: string): string =>
  `insert into order_marks (order_key, leased_by, priority, lease_ends_at) ${rows}
   on conflict (order_key) do nothing
   returning order_key as "orderKey", stamp, attempt_count as "attemptCount"`;
const holdRows = rowsOf(['text', 'text'], ['5', `now() + ${archiveLeaseMs} * interval '1 millisecond'`]);

const holdStatement = statement<OrderMark, [readonly string[], readonly string[]]>(
  'hold-orders-to-archive',
  'batch',
  holdSql(holdRows.many),
  holdSql(holdRows.one),
);

type Part = Omit<ArchivedRow, 'part'>;

const readStatesStatement = statement<Part, [readonly string[]]>(
  'list-states-to-archive',
  'order',
  `select order_key as "orderKey", '' as "objectKey", '' as id, (to_jsonb(s) - 'state')::text as head, state::text as body
   from order_states s where order_key = any ($1)`,
);

const readFactsStatement = statement<Part, [readonly string[]]>(
  'list-facts-to-archive',
  'order',
  `select order_key as "orderKey", object_key as "objectKey", fact_id as id, (to_jsonb(f) - 'body')::text as head, body::text as body
   from facts f where order_key = any ($1) and type not in ${keptFacts}`,
);

const listMembersStatement = statement<{ readonly objectKey: string }, [readonly string[]]>(
  'list-records-to-archive',
  'order',
  'select distinct object_key as "objectKey" from order_objects where order_key = any ($1)',
);

// What stands under several orders stays, and so does what a feed compares its next file with.
const readContentsStatement = statement<Part, [readonly string[], readonly string[]]>(
  'list-contents-to-archive',
  'batch',
  `select o.order_keys[1] as "orderKey", v.object_key as "objectKey", encode(v.content_hash, 'hex') as id,
     (to_jsonb(v) - 'body')::text as head, v.body::text as body
   from observations v join objects o on o.object_key = v.object_key
   where v.object_key = any ($1) and cardinality(o.order_keys) = 1 and o.order_keys[1] = any ($2) and v.body is not null
     and not exists (select from feed_rows r where r.object_key = v.object_key)`,
);

const rowPairs = rowsOf(['text', 'text']);
const insertArchived = statement<object, [readonly string[], readonly string[]]>(
  'insert-archived-orders',
  'batch',
  `insert into archived_orders (order_key, archive_file) ${rowPairs.many}`,
  `insert into archived_orders (order_key, archive_file) ${rowPairs.one}`,
);

const deleteFacts = statement<object, [readonly string[], readonly string[]]>(
  'delete-archived-facts',
  'batch',
  `delete from facts f using unnest($1::text[], $2::text[]) as n (order_key, fact_id)
   where f.order_key = n.order_key and f.fact_id = n.fact_id`,
  'delete from facts where order_key = ($1::text[])[1] and fact_id = any ($2)',
);

const emptyContents = statement<object, [readonly string[], readonly Buffer[], string]>(
  'empty-archived-contents',
  'batch',
  `update observations o set body = null, archive_file = $3
   from unnest($1::text[], $2::bytea[]) as n (object_key, content_hash)
   where o.object_key = n.object_key and o.content_hash = n.content_hash and o.body is not null`,
);

export type ArchiveStep = 'held' | 'written' | 'removed';

export type ArchiveBatch = {
  readonly db: Database;
  readonly files: ArchiveFiles;
  /** Who holds the orders: unique per process and run. */
  readonly holder: string;
  /** Of the lease `archive`, renewed just now: who has lost it removes nothing. */
  readonly fence: number;
  /** Instant before which they were closed. */
  readonly before: string;
  /** Pages by key; start after `''`. */
  readonly after: string;
  readonly limit: number;
  /** Called after every step; tests stop there. */
  readonly reach?: (step: ArchiveStep) => Promise<void>;
};

/** Orders that can be archived, in pages by key. */
export async function listArchivable(
  { db, before, after, limit }: Pick<ArchiveBatch, 'db' | 'before' | 'after' | 'limit'>,
): Promise<readonly string[]> {
  return (await db.run(listArchivableStatement, [before, after, null, '', limit])).map((row) => row.orderKey);
} // prettier-ignore

/** All that would go into a file for some orders. */
export async function readToArchive(
  db: Database,
  orderKeys: readonly string[],
): Promise<readonly ArchivedRow[]> {
  const members = (await db.run(listMembersStatement, [orderKeys])).map((row) => row.objectKey);
  const states = await db.run(readStatesStatement, [orderKeys]);
  const facts = await db.run(readFactsStatement, [orderKeys]);
  const contents = await db.run(readContentsStatement, [members, orderKeys]);
  return [
    ...states.map((row) => ({ ...row, part: 'state' as const })),
    ...facts.map((row) => ({ ...row, part: 'fact' as const })),
    ...contents.map((row) => ({ ...row, part: 'record' as const })),
  ];
}

/** Archives one page of orders into one file; returns them, and the key to go on after. */
export async function archiveOrders(
  batch: ArchiveBatch,
): Promise<{ readonly archived: readonly string[]; readonly next: string | undefined }> {
  const { db, files, holder, before, after, limit, reach } = batch;
  const page = await listArchivable(batch);
  const next = page.length < limit ? undefined : page.at(-1);
  if (page.length === 0) return { archived: [], next };
  const held = await runRows(db, holdStatement, [page, page.map(() => holder)]);
  const heldKeys = held.map((mark) => mark.orderKey);
  await reach?.('held');
  // Whoever folded one before it was held may have found something.
  const still = new Set((await db.run(listArchivableStatement, [before, after, heldKeys, holder, limit])).map((row) => row.orderKey)); // prettier-ignore
  const marks = held.filter((mark) => still.has(mark.orderKey));
  const orderKeys = marks.map((mark) => mark.orderKey);
  if (orderKeys.length > 0) {
    const rows = await readToArchive(db, orderKeys);
    const file = await files.write(rows);
    await reach?.('written');
    const byOrder = Map.groupBy(rows, (row) => row.orderKey);
    // Where batches are off each order in a transaction of its own.
    for (const part of db.switches.batches ? [marks] : marks.map((mark) => [mark]))
      await db.transaction((tx) => removeRows(tx, part, byOrder, file, batch));
    for (const row of rows) if (row.part === 'record') db.bodies.forget(row.objectKey);
    await reach?.('removed');
  }
  const left = held.filter((mark) => !still.has(mark.orderKey));
  for (const part of db.switches.batches ? [left] : left.map((mark) => [mark]))
    if (part.length > 0) await db.transaction((tx) => clearOrderMarks(tx, part, holder));
  return { archived: orderKeys, next };
}

async function removeRows(
  tx: Runner,
  marks: readonly OrderMark[],
  byOrder: ReadonlyMap<string, readonly ArchivedRow[]>,
  file: string,
  { holder, fence }: ArchiveBatch,
): Promise<void> {
  // Locks it until the end: nobody takes the file for one that nobody names before its orders are written down.
  if (!(await renewLease(tx, 'archive', fence, archiveLeaseMs))) throw new Error('the lease was lost while a file was written');
  const rows = marks.flatMap((mark) => byOrder.get(mark.orderKey) ?? []);
  const facts = rows.filter((row) => row.part === 'fact');
  const records = rows.filter((row) => row.part === 'record');
  await runRows(tx, insertArchived, [marks.map((mark) => mark.orderKey), marks.map(() => file)]);
  if (facts.length > 0) await tx.run(deleteFacts, [facts.map((row) => row.orderKey), facts.map((row) => row.id)]);
  if (records.length > 0) await tx.run(emptyContents, [records.map((row) => row.objectKey), records.map(hashOf), file]);
  await clearOrderMarks(tx, marks, holder);
} // prettier-ignore

const hashOf = (row: ArchivedRow): Buffer => Buffer.from(row.id, 'hex');

// -------------------------------------------------------------------------------------------------- back

const deleteArchived = statement<object, [string, string]>(
  'delete-archived-order',
  'order',
  'delete from archived_orders where order_key = $1 and archive_file = $2 returning order_key',
);

const factColumns =
  'order_key, fact_id, type, happened_at, system, connection, object_key, body, recorded_at, retracted_at';
const bringFactsBack = statement<object, [readonly string[], readonly string[]]>(
  'bring-facts-back',
  'batch',
  `insert into facts (${factColumns})
   select f.order_key, f.fact_id, f.type, f.happened_at, f.system, f.connection, f.object_key, f.body, f.recorded_at, f.retracted_at
   from unnest($1::jsonb[], $2::jsonb[]) as n (head, body),
     jsonb_populate_record(null::facts, n.head || jsonb_build_object('body', n.body)) as f
   on conflict (order_key, fact_id) do nothing`,
); // prettier-ignore

const fillContents = statement<object, [readonly string[], readonly Buffer[], readonly string[], string]>(
  'fill-archived-contents',
  'batch',
  `update observations o set body = n.body, archive_file = null
   from unnest($1::text[], $2::bytea[], $3::jsonb[]) as n (object_key, content_hash, body)
   where o.object_key = n.object_key and o.content_hash = n.content_hash and o.archive_file = $4`,
);

/** Brings orders back that are archived; they must be held (by their mark), so that nobody archives them meanwhile. */
export async function reviveOrders(db: Database, orderKeys: readonly string[]): Promise<void> {
  const archived = await db.run(listArchivedStatement, [orderKeys]);
  for (const { orderKey, file } of archived) {
    const rows = await readFile(db, file, { orders: [orderKey] });
    const facts = rows.filter((row) => row.part === 'fact');
    const records = rows.filter((row) => row.part === 'record');
    await db.transaction(async (tx) => {
      if ((await tx.run(deleteArchived, [orderKey, file])).length === 0) return;
      if (facts.length > 0) await tx.run(bringFactsBack, [facts.map((row) => row.head), facts.map((row) => row.body)]);
      if (records.length > 0) await tx.run(fillContents, [records.map((row) => row.objectKey), records.map(hashOf), records.map((row) => row.body), file]);
    });
  }
} // prettier-ignore

// -------------------------------------------------------------------------------------------------- files

const listFilesStatement = statement<{ readonly file: string }, []>(
  'list-archive-files',
  'list',
  `select distinct archive_file as file from archived_orders
   union select distinct archive_file from observations where archive_file is not null`,
);

/** Removes files that nothing names any more: their orders came back, or their writer died. Returns how many. */
export async function pruneArchive(db: Database, files: ArchiveFiles): Promise<number> {
  // First the files: one that is written meanwhile is not among them.
  const there = await files.list();
  const named = new Set((await db.run(listFilesStatement, [])).map((row) => row.file));
  const left = there.filter((file) => !named.has(file));
  for (const file of left) await files.remove(file);
  return left.length;
}

const countArchivedStatement = statement<{ readonly orders: number; readonly files: number }, []>(
  'count-archived-orders',
  'list',
  'select count(*) as orders, count(distinct archive_file) as files from archived_orders',
);

export async function countArchived(
  db: Runner,
): Promise<{ readonly orders: number; readonly files: number }> {
  return (await db.run(countArchivedStatement, []))[0]!;
}
