/**
 * Filing: by which terms an object is known, to which it links, and under which orders it stands. Look-ups by term are
 * how a refund finds its order, and how an order that comes late finds the refunds that were waiting for it.
 */
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { canonicalJson, termHash } from './json-text.ts';
import { clearObjectMarks, markOrders } from './marks.ts';
import type { ObjectMark } from './marks.ts';

export type FiledTerm = { readonly term: string; readonly role: 'name' | 'link'; readonly weak?: true };

export type Filing = {
  readonly objectKey: string;
  /** All terms as last read; those not named any more are taken back. */
  readonly terms: readonly FiledTerm[];
  /** All orders it stands under; empty for an orphan. */
  readonly orderKeys: readonly string[];
  /** Objects its reading looked up: when one of them changes, this one is marked again. */
  readonly lookedAt?: readonly string[];
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
 * Files objects whose marks `holder` claimed: writes their terms and orders, marks every order they stand under or no
 * longer stand under, and clears the marks by their stamps. Where batches are off the tables lie in different shards;
 * then each object is filed by itself, the mark last, so that a crash in between only repeats work.
 */
export async function fileObjects(
  db: Database,
  filings: readonly Filing[],
  marks: readonly ObjectMark[],
  holder: string,
): Promise<void> {
  if (db.switches.batches) {
    await db.transaction((tx) => fileRows(tx, filings, marks, holder));
    return;
  }
  for (const filing of filings) {
    await fileRows(db, [filing], marks.filter((mark) => mark.objectKey === filing.objectKey), holder); // prettier-ignore
  }
}

async function fileRows(
  tx: Runner,
  filings: readonly Filing[],
  marks: readonly ObjectMark[],
  holder: string,
): Promise<void> {
  const sorted = [...filings].sort((left, right) => (left.objectKey < right.objectKey ? -1 : 1));
  const before = new Map<string, Before>();
  for (const row of await tx.run(lockFiled, [sorted.map((filing) => filing.objectKey)]))
    before.set(row.objectKey, row);

  const gone: KeyRow[] = [];
  const kept: KeyRow[] = [];
  const members: Member[] = [];
  const leavers: Member[] = [];
  const dirty = new Map<string, number>();
  for (const filing of sorted) {
    const { objectKey, orderKeys } = filing;
    const now = new Map<string, StoredTerm>();
    for (const term of filing.terms) {
      const stored = toStored(term);
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

  if (gone.length > 0) await tx.run(deleteKeys, [gone.map(hashOf), gone.map((row) => row.objectKey), gone.map((row) => row.role)]); // prettier-ignore
  await tx.run(insertKeys, [
    kept.map(hashOf),
    kept.map((row) => row.objectKey),
    kept.map((row) => row.role),
    kept.map((row) => row.weak),
    kept.map((row) => row.orderKey),
  ]);
  if (leavers.length > 0) await tx.run(deleteMembers, memberColumns(leavers));
  await tx.run(insertMembers, memberColumns(members));
  await insertLookedAt(tx, sorted);
  for (const [priority, keys] of Map.groupBy(dirty.keys(), (key) => dirty.get(key)!)) await markOrders(tx, keys.sort(), priority); // prettier-ignore
  await tx.run(updateFiled, [
    sorted.map((filing) => filing.objectKey),
    sorted.map((filing) => canonicalJson(filing.terms.map(toStored))),
    sorted.map((filing) => canonicalJson(filing.orderKeys)),
  ]);
  await clearObjectMarks(tx, marks, holder);
}

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

async function insertLookedAt(tx: Runner, filings: readonly Filing[]): Promise<void> {
  const pairs = filings.flatMap(({ objectKey, lookedAt = [] }) =>
    lookedAt.map((key) => [key, objectKey] as const),
  );
  if (pairs.length === 0) return;
  pairs.sort(([left], [right]) => (left < right ? -1 : 1));
  await tx.run(insertDependents, [pairs.map(([key]) => key), pairs.map(([, dependent]) => dependent)]);
}

const lockFiled = statement<Before, [readonly string[]]>(
  'lock-filed-objects',
  'batch',
  `select object_key as "objectKey", terms, order_keys as "orderKeys" from objects
   where object_key = any ($1) order by object_key for update`,
);

const updateFiled = statement<object, [readonly string[], readonly string[], readonly string[]]>(
  'update-filed-objects',
  'batch',
  `update objects o
   set terms = n.terms, order_keys = array(select jsonb_array_elements_text(n.order_keys))
   from unnest($1::text[], $2::jsonb[], $3::jsonb[]) as n (object_key, terms, order_keys)
   where o.object_key = n.object_key and (o.terms, to_jsonb(o.order_keys)) is distinct from (n.terms, n.order_keys)`,
);

const deleteKeys = statement<object, [readonly Buffer[], readonly string[], readonly string[]]>(
  'delete-keys',
  'batch',
  `delete from keys k using unnest($1::bytea[], $2::text[], $3::text[]) as n (term_hash, object_key, role)
   where k.term_hash = n.term_hash and k.object_key = n.object_key and k.role = n.role`,
);

const insertKeys = statement<
  object,
  [readonly Buffer[], readonly string[], readonly string[], readonly boolean[], readonly (string | null)[]]
>(
  'insert-keys',
  'batch',
  `insert into keys as k (term_hash, object_key, role, is_weak, order_key)
   select * from unnest($1::bytea[], $2::text[], $3::text[], $4::bool[], $5::text[])
   on conflict (term_hash, object_key, role) do update
     set is_weak = excluded.is_weak, order_key = excluded.order_key
     where (k.is_weak, k.order_key) is distinct from (excluded.is_weak, excluded.order_key)`,
);

const insertMembers = statement<object, [readonly string[], readonly string[]]>(
  'insert-order-objects',
  'batch',
  `insert into order_objects (order_key, object_key) select * from unnest($1::text[], $2::text[])
   on conflict (order_key, object_key) do nothing`,
);

const deleteMembers = statement<object, [readonly string[], readonly string[]]>(
  'delete-order-objects',
  'batch',
  `delete from order_objects m using unnest($1::text[], $2::text[]) as n (order_key, object_key)
   where m.order_key = n.order_key and m.object_key = n.object_key`,
);

const insertDependents = statement<object, [readonly string[], readonly string[]]>(
  'insert-object-dependents',
  'batch',
  `insert into object_dependents (object_key, dependent_key) select * from unnest($1::text[], $2::text[])
   on conflict (object_key, dependent_key) do nothing`,
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
