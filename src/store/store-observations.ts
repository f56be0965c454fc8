/**
 * Absorb, step 1: what was read of objects goes into the store, and what changed is marked. Idempotent: equal content
 * of an object is stored once, however often it comes, and the newest one is the same for every order of arrival.
 */
import { rowsOf, runRows, statement } from './database.ts';
import { inParallel } from './in-parallel.ts';
import type { Database, Runner } from './database.ts';
import { judgeRead } from './judge-read.ts';
import type { ReadHead, ReadVerdict } from './judge-read.ts';
import { canonicalJson, hashText } from './json-text.ts';
import { stampSql, toReadStamp } from './leases.ts';
import type { ReadStamp } from './leases.ts';

export type Snapshot = {
  readonly connection: string;
  readonly kind: string;
  readonly id: string;
  /** As the connector's `keep` left it. */
  readonly body: unknown;
  /** When the read began and ended, by the database (`takeLease`, `readClock`), or by the file's manifest. */
  readonly readStartedAt: ReadStamp;
  readonly readEndedAt?: ReadStamp;
  /** Only where the connector declares it strictly growing. */
  readonly sourceVersion?: number;
  readonly modifiedAt?: string;
  readonly via: 'webhook' | 'sweep' | 'census' | 'fetch' | 'file';
  /** Lower numbers are filed first; a backfill of old objects has a higher one. */
  readonly priority?: number;
  /** Take it though its version went backwards: it was read twice. */
  readonly acceptRewound?: boolean;
};

/** `new`: first time; others as in `judge-read.ts`. */
export type StoredSnapshot = {
  readonly objectKey: string;
  readonly verdict: 'new' | ReadVerdict;
  /** The object must be read once more before anyone relies on it. */
  readonly needsRead: boolean;
  /** It took the place of one that its source had changed more than a minute later: the source went back in time. */
  readonly wentBack?: true;
};

/** `connection:kind/id`, the key of the source side, and the evidence of facts. */
export function objectKeyOf(object: {
  readonly connection: string;
  readonly kind: string;
  readonly id: string;
}): string {
  return `${object.connection}:${object.kind}/${object.id}`;
}

type Row = Snapshot & { readonly key: string; readonly text: string; readonly head: ReadHead };

/**
 * Stores a batch in one transaction (one per object where batches are off), durable when it resolves. Returns what
 * became of each snapshot, in order. Marked for filing are new and changed objects, objects that are back after they
 * were gone, and every object whose reading looked at one of these.
 */
export async function storeObservations(
  db: Database,
  snapshots: readonly Snapshot[],
): Promise<StoredSnapshot[]> {
  const rows = snapshots.map(toRow);
  if (rows.length === 0) return [];
  if (db.switches.batches) return db.transaction((tx) => storeRows(tx, rows));
  const byKey = Map.groupBy(rows, (row) => row.key);
  const results = new Map<Row, StoredSnapshot>();
  await inParallel([...byKey.values()], async (group) => {
    const stored = await db.transaction((tx) => storeRows(tx, group));
    for (const [index, row] of group.entries()) results.set(row, stored[index]!);
  });
  return rows.map((row) => results.get(row)!);
}

function toRow(snapshot: Snapshot): Row {
  const text = canonicalJson(snapshot.body);
  const startedAt = toReadStamp(snapshot.readStartedAt);
  const endedAt = snapshot.readEndedAt === undefined ? startedAt : toReadStamp(snapshot.readEndedAt);
  if (endedAt < startedAt) throw new RangeError(`read of ${objectKeyOf(snapshot)} ends before it starts`);
  const hash = hashText(text).toString('hex');
  const head = { hash, sourceVersion: snapshot.sourceVersion ?? null, startedAt, endedAt };
  return { ...snapshot, key: objectKeyOf(snapshot), text, head };
}

async function storeRows(tx: Runner, rows: readonly Row[]): Promise<StoredSnapshot[]> {
  // Keys in one order everywhere: two batches with common objects queue up, they do not deadlock.
  const firsts = [...new Map([...rows].reverse().map((row) => [row.key, row])).values()].sort(byKey);
  const current = await lockCurrent(tx, firsts);
  // Most reads of a sweep bring what is known: their bodies need not travel.
  const isKnown = (row: Row): boolean => current.get(row.key)?.hash === row.head.hash;
  await insertContents(tx, rows.filter((row) => !isKnown(row))); // prettier-ignore
  await backdateContents(tx, rows.filter((row) => isKnown(row) && row.head.startedAt < current.get(row.key)!.startedAt)); // prettier-ignore

  const missing = firsts.filter((row) => !current.has(row.key));
  const created = new Set<string>();
  if (missing.length > 0) {
    for (const row of await runRows(tx, insertObjects, columnsOf(missing))) created.add(row.object_key);
    for (const row of missing) {
      if (created.has(row.key)) current.set(row.key, asCurrent(row));
    }
    // Somebody else made it in this moment: theirs is the one to compare with.
    const raced = await lockCurrent(tx, missing.filter((row) => !created.has(row.key))); // prettier-ignore
    for (const [key, row] of raced) current.set(key, row);
  }

  const isFresh = new Set(created);
  const winners = new Map<string, { row: Row; isChange: boolean }>();
  const dirty = new Map<string, number>();
  const results = rows.map((row): StoredSnapshot => {
    if (isFresh.delete(row.key)) {
      dirty.set(row.key, row.priority ?? 0);
      return { objectKey: row.key, verdict: 'new', needsRead: false };
    }
    const before = current.get(row.key)!;
    const judged = judgeRead(before, row.head, row.acceptRewound);
    if (judged.wins) {
      const isChange = before.hash !== row.head.hash || before.isGone;
      winners.set(row.key, { row, isChange: isChange || (winners.get(row.key)?.isChange ?? false) });
      current.set(row.key, asCurrent(row));
      if (isChange) dirty.set(row.key, Math.min(row.priority ?? 0, dirty.get(row.key) ?? Infinity));
    }
    const wentBack = judged.wins && isEarlier(row.modifiedAt, before.modifiedAt);
    const { verdict, needsRead } = judged;
    return { objectKey: row.key, verdict, needsRead, ...(wentBack && { wentBack }) };
  });

  const updates = [...winners.values()].sort((left, right) => byKey(left.row, right.row));
  if (updates.length > 0) {
    const columns = columnsOf(updates.map(({ row }) => row));
    await tx.run(updateObjects, [...columns, updates.map(({ isChange }) => isChange)]);
  }
  if (dirty.size > 0) await markObjects(tx, dirty);
  return results;
}

const asCurrent = (row: Row): Current => ({
  key: row.key,
  ...row.head,
  modifiedAt: row.modifiedAt ?? null,
  isGone: false,
});

/** More than clocks differ that are set anew. */
const rewoundMs = 60_000;

function isEarlier(incoming: string | undefined, current: string | null): boolean {
  return incoming !== undefined && current !== null && Date.parse(current) - Date.parse(incoming) > rewoundMs;
}

function byKey(left: { readonly key: string }, right: { readonly key: string }): number {
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}

async function lockCurrent(tx: Runner, rows: readonly Row[]): Promise<Map<string, Current>> {
  if (rows.length === 0) return new Map();
  const found = await tx.run(lockObjects, [rows.map((row) => row.key)]);
  return new Map(found.map((row) => [row.key, row]));
}

async function backdateContents(tx: Runner, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(backdateObservations, [
    rows.map((row) => row.key),
    rows.map((row) => Buffer.from(row.head.hash, 'hex')),
    rows.map((row) => row.head.startedAt),
  ]);
}

const backdateObservations = statement<object, [readonly string[], readonly Buffer[], readonly string[]]>(
  'backdate-observations',
  'batch',
  `update observations o set first_read_at = n.first_read_at
   from (
     select object_key, content_hash, min(first_read_at) as first_read_at
     from unnest($1::text[], $2::bytea[], $3::timestamptz[]) as n (object_key, content_hash, first_read_at)
     group by object_key, content_hash
   ) as n
   where o.object_key = n.object_key and o.content_hash = n.content_hash and n.first_read_at < o.first_read_at`,
);

async function insertContents(tx: Runner, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const contents = new Map<string, Row>();
  for (const row of rows) {
    const name = `${row.key}\n${row.head.hash}`;
    const known = contents.get(name);
    if (known === undefined || row.head.startedAt < known.head.startedAt) contents.set(name, row);
  }
  const sorted = [...contents.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, row]) => row);
  await runRows(tx, insertObservations, [
    sorted.map((row) => row.key),
    sorted.map((row) => Buffer.from(row.head.hash, 'hex')),
    sorted.map((row) => row.text),
    sorted.map((row) => row.head.sourceVersion),
    sorted.map((row) => row.head.startedAt),
    sorted.map((row) => row.via),
  ]);
}

const insertObservationsSql = (rows: string): string =>
  `insert into observations as o (object_key, content_hash, body, source_version, first_read_at, via)
   ${rows}
   on conflict (object_key, content_hash) do update
     set first_read_at = excluded.first_read_at, source_version = excluded.source_version, via = excluded.via
     where excluded.first_read_at < o.first_read_at`;
const observationRows = rowsOf(['text', 'bytea', 'jsonb', 'bigint', 'timestamptz', 'text']);

const insertObservations = statement<
  object,
  [readonly string[], readonly Buffer[], readonly string[], readonly (number | null)[], readonly string[], readonly string[]]
>(
  'insert-observations',
  'batch',
  insertObservationsSql(observationRows.many),
  insertObservationsSql(observationRows.one),
); // prettier-ignore

type ObjectColumns = [
  keys: readonly string[],
  connections: readonly string[],
  kinds: readonly string[],
  ids: readonly string[],
  hashes: readonly Buffer[],
  versions: readonly (number | null)[],
  starts: readonly string[],
  ends: readonly string[],
  modified: readonly (string | null)[],
];

function columnsOf(rows: readonly Row[]): ObjectColumns {
  return [
    rows.map((row) => row.key),
    rows.map((row) => row.connection),
    rows.map((row) => row.kind),
    rows.map((row) => row.id),
    rows.map((row) => Buffer.from(row.head.hash, 'hex')),
    rows.map((row) => row.head.sourceVersion),
    rows.map((row) => row.head.startedAt),
    rows.map((row) => row.head.endedAt),
    rows.map((row) => row.modifiedAt ?? null),
  ];
}

const objectColumns = `object_key, connection, kind, object_id, content_hash, source_version, read_started_at,
  read_ended_at, modified_at`;
const objectArrays = `$1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::timestamptz[],
  $8::timestamptz[], $9::timestamptz[]`;

const objectRows = rowsOf(['text', 'text', 'text', 'text', 'bytea', 'bigint', 'timestamptz', 'timestamptz', 'timestamptz']); // prettier-ignore

const insertObjects = statement<{ readonly object_key: string }, ObjectColumns>(
  'insert-objects',
  'batch',
  `insert into objects (${objectColumns}) ${objectRows.many} on conflict (object_key) do nothing returning object_key`,
  `insert into objects (${objectColumns}) ${objectRows.one} on conflict (object_key) do nothing returning object_key`,
);

type Current = ReadHead & {
  readonly key: string;
  readonly modifiedAt: string | null;
  readonly isGone: boolean;
};

const lockObjects = statement<Current, [readonly string[]]>(
  'lock-objects',
  'batch',
  `select object_key as key, encode(content_hash, 'hex') as hash, source_version as "sourceVersion",
     ${stampSql('read_started_at')} as "startedAt", ${stampSql('read_ended_at')} as "endedAt",
     modified_at as "modifiedAt", missing_at is not null as "isGone"
   from objects where object_key = any ($1) order by object_key for update`,
);

const updateObjects = statement<object, [...ObjectColumns, changes: readonly boolean[]]>(
  'update-objects',
  'batch',
  `update objects o
   set content_hash = n.content_hash, source_version = n.source_version, read_started_at = n.read_started_at,
     read_ended_at = n.read_ended_at, modified_at = coalesce(n.modified_at, o.modified_at),
     missing_at = null, gone_at = null,
     version = o.version + n.is_change::int, changed_at = case when n.is_change then n.now_at else o.changed_at end
   from (select u.*, now() as now_at from unnest(${objectArrays}, $10::bool[]) as u (${objectColumns}, is_change) offset 0) as n
   where o.object_key = n.object_key`,
);

const markAgain = `set stamp = excluded.stamp, marked_at = excluded.marked_at, not_before_at = excluded.not_before_at,
       priority = least(m.priority, excluded.priority)`;

const markRows = rowsOf(['text', 'smallint'], ['gen_random_uuid()', 'now()', 'now()']);
const markAloneSql = (rows: string): string =>
  `insert into object_marks as m (object_key, priority, stamp, marked_at, not_before_at)
   ${rows} on conflict (object_key) do update ${markAgain}`;

const markObjectsStatement = statement<object, [readonly string[], readonly number[]]>(
  'mark-objects',
  'batch',
  `insert into object_marks as m (object_key, priority, stamp, marked_at, not_before_at)
   select object_key, min(priority), gen_random_uuid(), now(), now()
   from (
     select n.object_key, n.priority from unnest($1::text[], $2::smallint[]) as n (object_key, priority)
     union all
     select d.dependent_key, n.priority
     from unnest($1::text[], $2::smallint[]) as n (object_key, priority)
     join object_dependents d on d.object_key = n.object_key
   ) as dirty
   group by object_key order by object_key
   on conflict (object_key) do update
     ${markAgain}`,
  // Without the dependents: they lie in other shards, and are looked up before.
  markAloneSql(markRows.one),
);

const markAloneStatement = statement<object, [readonly string[], readonly number[]]>(
  'mark-objects-alone',
  'batch',
  markAloneSql(markRows.many),
  markAloneSql(markRows.one),
);

const listDependents = statement<{ readonly key: string; readonly dependent: string }, [readonly string[]]>(
  'list-object-dependents',
  'batch',
  'select object_key as key, dependent_key as dependent from object_dependents where object_key = any ($1)',
);

/** Marks objects (key → priority) and those whose reading looked at them, to be filed anew. */
export async function markObjects(db: Runner, dirty: ReadonlyMap<string, number>): Promise<void> {
  if (dirty.size === 0) return;
  const all = new Map(dirty);
  if (!db.switches.batches) {
    for (const { key, dependent } of await db.run(listDependents, [[...dirty.keys()]]))
      all.set(dependent, Math.min(dirty.get(key)!, all.get(dependent) ?? Infinity));
  }
  const keys = [...all.keys()].sort();
  await runRows(db, markObjectsStatement, [keys, keys.map((key) => all.get(key)!)]);
}

/** Marks objects alone, whoever looked at them: for where those are marked as well. Sorted by key. */
export async function markObjectsAlone(db: Runner, keys: readonly string[], priority: number): Promise<void> {
  if (keys.length > 0) await runRows(db, markAloneStatement, [keys, keys.map(() => priority)]);
}
