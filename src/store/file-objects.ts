/**
 * Filing: by which terms an object is known, to which it links, and under which orders it stands. Look-ups by term are
 * how a refund finds its order, and how an order that comes late finds the refunds that were waiting for it.
 */
import { rowsOf, runRows, statement } from './database.ts';
import { inParallel } from './in-parallel.ts';
import type { Database, Runner } from './database.ts';
import { canonicalJson, termHash } from './json-text.ts';
import { isTurn, lockTurn, type Turn } from './leases.ts';
import { clearObjectMarks, markOrders } from './marks.ts';
import type { ObjectMark } from './marks.ts';
import { markObjects } from './store-observations.ts';

/**
 * Filing looks at everything that hangs together, and what one files is what another looks at: two at once could each
 * miss what the other is about to write, and the slower one would put the older answer over the newer.
 */
export const filingLease = 'file-objects';
/** Renewed while work goes on; so long nothing is filed after a process died. */
export const filingLeaseMs = 15_000;

export type FiledTerm = { readonly term: string; readonly role: 'name' | 'link'; readonly weak?: true };

export type Filing = {
  readonly objectKey: string;
  /** All terms as last read; those not named any more are taken back. */
  readonly terms: readonly FiledTerm[];
  /** All orders it stands under; empty for an orphan. */
  readonly orderKeys: readonly string[];
  /** Objects its reading looked up, and in which version it saw them (0: none): when one of them changes, this one is marked again. */
  readonly lookedAt?: ReadonlyMap<string, number>;
  /** Of the orders' marks; lower is folded first. */
  readonly priority?: number;
};

type StoredTerm = { readonly hash: string; readonly role: 'name' | 'link'; readonly weak: boolean };
type Before = {
  readonly objectKey: string;
  readonly terms: readonly StoredTerm[];
  readonly orderKeys: readonly string[];
};

/**
 * Files objects whose marks were claimed under a turn of the filing lease: writes their terms and orders, marks every
 * order they stand under or no longer stand under, and clears the marks by their stamps. False when someone else has
 * taken the lease since; then nothing is written.
 *
 * Where batches are off the tables lie in different shards, and no transaction spans them: each object is filed by itself,
 * the marks go last, so that a crash in between only repeats work. Who finds only then that the lease was lost may have
 * written over what another has filed, and marks it all to be filed again.
 */
export async function fileObjects(
  db: Database,
  filings: readonly Filing[],
  marks: readonly ObjectMark[],
  turn: Turn,
): Promise<boolean> {
  if (db.switches.batches) {
    return db.transaction(async (tx) => {
      if (!(await lockTurn(tx, filingLease, turn))) return false;
      await fileRows(tx, filings);
      await markStale(tx, marks);
      await clearObjectMarks(tx, marks, turn.holder);
      return true;
    });
  }
  if (!(await isTurn(db, filingLease, turn))) return false;
  await inParallel(filings, (filing) => fileRows(db, [filing]));
  if (!(await isTurn(db, filingLease, turn))) {
    await markObjects(db, new Map(filings.map(({ objectKey, priority = 0 }) => [objectKey, priority])));
    return false;
  }
  await markStale(db, marks);
  await inParallel(marks, (mark) => clearObjectMarks(db, [mark], turn.holder));
  return true;
}

async function fileRows(tx: Runner, filings: readonly Filing[]): Promise<void> {
  const sorted = [...filings].sort((left, right) => (left.objectKey < right.objectKey ? -1 : 1));
  const before = new Map<string, Before>();
  for (const row of await tx.run(listFiled, [sorted.map((filing) => filing.objectKey)]))
    before.set(row.objectKey, row);
  const isFiled = ({ objectKey }: { readonly objectKey: string }): boolean =>
    (before.get(objectKey)?.terms.length ?? 0) > 0;

  const gone: KeyRow[] = [];
  const kept: KeyRow[] = [];
  const members: Member[] = [];
  const leavers: Member[] = [];
  const dirty = new Map<string, number>();
  const changed: Before[] = [];
  for (const filing of sorted) {
    const { objectKey, orderKeys } = filing;
    const now = new Map<string, StoredTerm>();
    const terms = filing.terms.map(toStored);
    const after = { objectKey, terms, orderKeys };
    if (!isSame(before.get(objectKey), after)) changed.push(after);
    for (const stored of terms) {
      const known = now.get(`${stored.role} ${stored.hash}`);
      // A term given twice, once weak: the stronger one holds.
      now.set(`${stored.role} ${stored.hash}`, known === undefined || known.weak ? stored : known);
    }
    for (const term of before.get(objectKey)?.terms ?? []) {
      if (!now.has(`${term.role} ${term.hash}`)) gone.push({ objectKey, ...term, orderKey: null });
    }
    for (const term of now.values()) kept.push({ objectKey, ...term, orderKey: orderKeys[0] ?? null });
    const left = (before.get(objectKey)?.orderKeys ?? []).filter((key) => !orderKeys.includes(key));
    for (const orderKey of orderKeys) members.push({ orderKey, objectKey });
    for (const orderKey of left) leavers.push({ orderKey, objectKey });
    for (const orderKey of [...orderKeys, ...left]) {
      dirty.set(orderKey, Math.min(filing.priority ?? 0, dirty.get(orderKey) ?? Infinity));
    }
  }

  if (gone.length > 0) await runRows(tx, deleteKeys, [gone.map(hashOf), gone.map((row) => row.objectKey), gone.map((row) => row.role)]); // prettier-ignore
  for (const [isAgain, rows] of Map.groupBy(kept, isFiled))
    await runRows(tx, isAgain ? insertMissingKeys : insertKeys, [
      rows.map(hashOf),
      rows.map((row) => row.objectKey),
      rows.map((row) => row.role),
      rows.map((row) => row.weak),
      rows.map((row) => row.orderKey),
    ]);
  if (leavers.length > 0) await runRows(tx, deleteMembers, memberColumns(leavers));
  await runRows(tx, insertMembers, memberColumns(members));
  await insertLookedAt(tx, sorted, isFiled);
  for (const [priority, keys] of Map.groupBy(dirty.keys(), (key) => dirty.get(key)!)) await markOrders(tx, keys.sort(), priority); // prettier-ignore
  if (changed.length > 0)
    await tx.run(updateFiled, [
      changed.map((now) => now.objectKey),
      changed.map((now) => canonicalJson(now.terms)),
      changed.map((now) => canonicalJson(now.orderKeys)),
    ]);
}

const isSame = (before: Before | undefined, now: Before): boolean =>
  before !== undefined &&
  before.orderKeys.length === now.orderKeys.length &&
  before.terms.length === now.terms.length &&
  before.orderKeys.every((key, index) => key === now.orderKeys[index]) &&
  before.terms.every(({ hash, role, weak }, index) => {
    const term = now.terms[index]!;
    return hash === term.hash && role === term.role && weak === term.weak;
  });

type KeyRow = StoredTerm & { readonly objectKey: string; readonly orderKey: string | null };
type Member = { readonly orderKey: string; readonly objectKey: string };

function toStored(term: FiledTerm): StoredTerm {
  return { hash: termHash(term.term).toString('hex'), role: term.role, weak: term.weak ?? false };
}

function hashOf(row: StoredTerm): Buffer {
  return Buffer.from(row.hash, 'hex');
}

function memberColumns(members: readonly Member[]): [readonly string[], readonly string[]] {
  const sorted = [...members].sort((left, right) => (left.orderKey < right.orderKey ? -1 : 1));
  return [sorted.map((member) => member.orderKey), sorted.map((member) => member.objectKey)];
}

async function insertLookedAt(
  tx: Runner,
  filings: readonly Filing[],
  isFiled: (filing: Filing) => boolean,
): Promise<void> {
  for (const [isAgain, group] of Map.groupBy(filings, isFiled)) {
    const rows = group.flatMap(({ objectKey, lookedAt = new Map<string, number>() }) =>
      [...lookedAt].map(([key, version]) => ({ key, objectKey, version })),
    );
    if (rows.length === 0) continue;
    rows.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : left.objectKey < right.objectKey ? -1 : 1));
    await runRows(tx, isAgain ? insertMissingDependents : insertDependents, [rows.map((row) => row.key), rows.map((row) => row.objectKey), rows.map((row) => row.version)]);
  }
} // prettier-ignore

/**
 * Whoever changes an object marks those whose reading looked at it; of one that was being read at that moment nobody knew
 * yet. Filings take turns, so its reading is on record by now, and with it the version that it saw.
 */
async function markStale(tx: Runner, marks: readonly ObjectMark[]): Promise<void> {
  const priorityOf = new Map(marks.map((mark) => [mark.objectKey, mark.priority]));
  const stale = new Map<string, number>();
  for (const { key, dependent } of await tx.run(listStaleDependentsStatement, [[...priorityOf.keys()]]))
    stale.set(dependent, Math.min(priorityOf.get(key)!, stale.get(dependent) ?? Infinity));
  const keys = [...stale.keys()].sort();
  if (keys.length > 0) await runRows(tx, markStaleObjects, [keys, keys.map((key) => stale.get(key)!)]);
}

/** Objects that were filed as some others were in another version than now. */
export async function listStaleDependents(
  db: Runner,
  objectKeys: readonly string[],
): Promise<readonly string[]> {
  if (objectKeys.length === 0) return [];
  const rows = await db.run(listStaleDependentsStatement, [objectKeys]);
  return [...new Set(rows.map((row) => row.dependent))];
}

// Filings take turns: nobody else writes what is read here.
const listFiled = statement<Before, [readonly string[]]>(
  'list-filed-objects',
  'batch',
  `select object_key as "objectKey", terms, order_keys as "orderKeys" from objects where object_key = any ($1)`,
);

const updateFiled = statement<object, [readonly string[], readonly string[], readonly string[]]>(
  'update-filed-objects',
  'batch',
  // Locked in the order of their keys, as by whoever stores what was read of them.
  `with locked as (select object_key from objects where object_key = any ($1) order by object_key for update)
   update objects o
   set terms = n.terms, order_keys = n.order_keys
   from locked join (select u.object_key, u.terms, array(select jsonb_array_elements_text(u.order_keys)) as order_keys
         from unnest($1::text[], $2::jsonb[], $3::jsonb[]) as u (object_key, terms, order_keys)) as n on n.object_key = locked.object_key
   where o.object_key = locked.object_key`,
  `update objects o set terms = n.terms, order_keys = n.order_keys
   from (select ($2::jsonb[])[1] as terms, array(select jsonb_array_elements_text(($3::jsonb[])[1])) as order_keys) as n
   where o.object_key = ($1::text[])[1]`,
);

const deleteKeys = statement<object, [readonly Buffer[], readonly string[], readonly string[]]>(
  'delete-keys',
  'batch',
  `delete from keys k using unnest($1::bytea[], $2::text[], $3::text[]) as n (term_hash, object_key, role)
   where k.term_hash = n.term_hash and k.object_key = n.object_key and k.role = n.role`,
  'delete from keys where term_hash = ($1::bytea[])[1] and object_key = ($2::text[])[1] and role = ($3::text[])[1]',
);

const insertKeysSql = (rows: string): string =>
  `insert into keys as k (term_hash, object_key, role, is_weak, order_key)
   ${rows}
   on conflict (term_hash, object_key, role) do update
     set is_weak = excluded.is_weak, order_key = excluded.order_key
     where (k.is_weak, k.order_key) is distinct from (excluded.is_weak, excluded.order_key)`;
const keyRows = rowsOf(['bytea', 'text', 'text', 'bool', 'text']);

const insertKeys = statement<
  object,
  [readonly Buffer[], readonly string[], readonly string[], readonly boolean[], readonly (string | null)[]]
>('insert-keys', 'batch', insertKeysSql(keyRows.many), insertKeysSql(keyRows.one));

/** Of what was filed before: an upsert locks, and logs, also the rows that it leaves as they are. */
const insertMissingKeys: typeof insertKeys = statement(
  'insert-missing-keys',
  'batch',
  insertKeysSql(
    `${keyRows.many} left join lateral (
       select k.is_weak, k.order_key from keys k where k.term_hash = n.c1 and k.object_key = n.c2 and k.role = n.c3 offset 0) as h on true
     where h.is_weak is distinct from n.c4 or h.order_key is distinct from n.c5`,
  ),
  insertKeysSql(keyRows.one),
);

const pairRows = rowsOf(['text', 'text']);

const insertMembers = statement<object, [readonly string[], readonly string[]]>(
  'insert-order-objects',
  'batch',
  `insert into order_objects (order_key, object_key) ${pairRows.many} on conflict (order_key, object_key) do nothing`,
  `insert into order_objects (order_key, object_key) ${pairRows.one} on conflict (order_key, object_key) do nothing`,
);

const deleteMembers = statement<object, [readonly string[], readonly string[]]>(
  'delete-order-objects',
  'batch',
  `delete from order_objects m using unnest($1::text[], $2::text[]) as n (order_key, object_key)
   where m.order_key = n.order_key and m.object_key = n.object_key`,
  'delete from order_objects where order_key = ($1::text[])[1] and object_key = ($2::text[])[1]',
);

const insertDependentsSql = (rows: string): string =>
  `insert into object_dependents as d (object_key, dependent_key, seen_version) ${rows}
   on conflict (object_key, dependent_key) do update set seen_version = excluded.seen_version
     where d.seen_version <> excluded.seen_version`;
const dependentRows = rowsOf(['text', 'text', 'bigint']);

const insertDependents = statement<object, [readonly string[], readonly string[], readonly number[]]>(
  'insert-object-dependents',
  'batch',
  insertDependentsSql(dependentRows.many),
  insertDependentsSql(dependentRows.one),
);

/** As with keys. */
const insertMissingDependents: typeof insertDependents = statement(
  'insert-missing-object-dependents',
  'batch',
  insertDependentsSql(
    `${dependentRows.many} left join lateral (
       select d.seen_version from object_dependents d where d.object_key = n.c1 and d.dependent_key = n.c2 offset 0) as h on true
     where h.seen_version is distinct from n.c3`,
  ),
  insertDependentsSql(dependentRows.one),
);

const listStaleDependentsStatement = statement<
  { readonly key: string; readonly dependent: string },
  [readonly string[]]
>(
  'list-stale-dependents',
  'batch',
  `select d.object_key as key, d.dependent_key as dependent
   from object_dependents d join objects o on o.object_key = d.object_key
   where d.object_key = any ($1) and d.seen_version <> o.version`,
);

// One that is marked already is filed anyway, and keeps its stamp.
const markStaleSql = (rows: string): string =>
  `insert into object_marks (object_key, priority, stamp, marked_at, not_before_at) ${rows} on conflict (object_key) do nothing`;
const staleRows = rowsOf(['text', 'smallint'], ['gen_random_uuid()', 'now()', 'now()']);

const markStaleObjects = statement<object, [readonly string[], readonly number[]]>(
  'mark-stale-objects',
  'batch',
  markStaleSql(staleRows.many),
  markStaleSql(staleRows.one),
);

const listOrphansStatement = statement<
  { readonly objectKey: string; readonly changedAt: string },
  [readonly string[], string, number]
>(
  'list-orphans',
  'list',
  `select object_key as "objectKey", changed_at as "changedAt" from objects
   where order_keys = '{}' and kind = any ($1) and gone_at is null and object_key > $2
   order by object_key limit $3`,
);

/**
 * Objects of these kinds that stand under no order, in pages by key; start after `''`.
 *
 * @public
 */
export async function listOrphans(
  db: Runner,
  kinds: readonly string[],
  after: string,
  limit: number,
): Promise<readonly { readonly objectKey: string; readonly changedAt: string }[]> {
  return db.run(listOrphansStatement, [kinds, after, limit]);
}
