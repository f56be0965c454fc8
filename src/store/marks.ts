/**
 * Dirty marks: which objects are to be filed, which orders to be folded. A mark gets a new stamp with every change;
 * whoever worked on it clears it by the stamp it saw, so a change that came meanwhile is never lost.
 */
import { defineClaim, type ClaimOptions } from './claim.ts';
import { rowsOf, runRows, statement } from './database.ts';
import type { Runner } from './database.ts';

export type ObjectMark = {
  readonly objectKey: string;
  readonly stamp: string;
  readonly attemptCount: number;
  /** Of what changed: its orders are folded in the same turn. */
  readonly priority: number;
};
export type OrderMark = { readonly orderKey: string; readonly stamp: string; readonly attemptCount: number };

/** Leases marked objects, by priority, then oldest first. `without` are connections. */
export const claimDirtyObjects = defineClaim<ObjectMark>({
  name: 'claim-dirty-objects',
  table: 'object_marks',
  floor: 'object_marks',
  key: ['object_key'],
  reach: 'object',
  ready: "t.not_before_at <= now() and split_part(t.object_key, ':', 1) <> all ($2::text[])",
  order: 't.priority, t.marked_at',
  set: 'attempt_count = t.attempt_count + 1',
  returning: 't.object_key as "objectKey", t.stamp, t.attempt_count as "attemptCount", t.priority',
});

const claimMarksStatement = statement<ObjectMark, [readonly string[], readonly string[], string, number]>(
  'claim-marks-of-objects',
  'batch',
  // An array and not a join: nothing is known of how many rows a join would meet, and it may be tried row by row.
  `update object_marks t set leased_by = $3, lease_ends_at = now() + $4 * interval '1 millisecond',
     attempt_count = t.attempt_count + 1
   where t.object_key = any (array(
     select m.object_key from object_marks m
     where m.object_key = any ($1) and (m.lease_ends_at is null or m.lease_ends_at <= now())
       and m.not_before_at <= now() and split_part(m.object_key, ':', 1) <> all ($2::text[])
     order by m.object_key for update skip locked))
   returning t.object_key as "objectKey", t.stamp, t.attempt_count as "attemptCount", t.priority`,
);

/**
 * Leases those of some objects that are marked: whoever reads them anyway files them too. Only where rows can be locked
 * in passing; elsewhere each waits for its own turn.
 */
export async function claimMarksOf(
  db: Runner,
  keys: readonly string[],
  options: Omit<ClaimOptions, 'limit'>,
): Promise<readonly ObjectMark[]> {
  if (!db.switches.skipLocked || keys.length === 0) return [];
  const { holder, leaseMs, without = [] } = options;
  return db.run(claimMarksStatement, [keys, without, holder, leaseMs]);
}

/** Leases marked orders, by priority, then oldest first. `without` are connections of order keys. */
export const claimDirtyOrders = defineClaim<OrderMark>({
  name: 'claim-dirty-orders',
  table: 'order_marks',
  floor: 'order_marks',
  key: ['order_key'],
  reach: 'order',
  ready: "t.not_before_at <= now() and split_part(t.order_key, '/', 1) <> all ($2::text[])",
  order: 't.priority, t.marked_at',
  set: 'attempt_count = t.attempt_count + 1',
  returning: 't.order_key as "orderKey", t.stamp, t.attempt_count as "attemptCount"',
});

const markAgain = `set stamp = excluded.stamp, marked_at = excluded.marked_at, not_before_at = excluded.not_before_at,
       priority = least(m.priority, excluded.priority)`;

const markOrdersStatement = statement<object, [readonly string[], readonly number[]]>(
  'mark-orders',
  'batch',
  `insert into order_marks as m (order_key, priority, stamp, marked_at, not_before_at)
   select order_key, min(priority), gen_random_uuid(), now(), now()
   from unnest($1::text[], $2::smallint[]) as n (order_key, priority) group by order_key order by order_key
   on conflict (order_key) do update
     ${markAgain}`,
  `insert into order_marks as m (order_key, priority, stamp, marked_at, not_before_at)
   ${rowsOf(['text', 'smallint'], ['gen_random_uuid()', 'now()', 'now()']).one}
   on conflict (order_key) do update ${markAgain}`,
);

/** Marks orders to be folded anew: a decision, a changed policy value, a changed link. */
export async function markOrders(db: Runner, orderKeys: readonly string[], priority = 0): Promise<void> {
  if (orderKeys.length > 0)
    await runRows(db, markOrdersStatement, [orderKeys, orderKeys.map(() => priority)]);
}

// Arrays and not a join: a stamp is of one change only, and while somebody reads for long a join may read all that lies dead.
const clearStatements = {
  object: statement<object, [readonly string[], readonly string[]]>(
    'clear-object-marks',
    'batch',
    'delete from object_marks where object_key = any ($1) and stamp = any ($2::uuid[])',
    'delete from object_marks where object_key = ($1::text[])[1] and stamp = ($2::uuid[])[1]',
  ),
  order: statement<object, [readonly string[], readonly string[]]>(
    'clear-order-marks',
    'batch',
    'delete from order_marks where order_key = any ($1) and stamp = any ($2::uuid[])',
    'delete from order_marks where order_key = ($1::text[])[1] and stamp = ($2::uuid[])[1]',
  ),
};

const freeStatements = {
  object: statement<object, [readonly string[], string, number]>(
    'free-object-marks',
    'batch',
    `update object_marks set leased_by = null, lease_ends_at = null,
       not_before_at = now() + $3 * interval '1 millisecond'
     where object_key = any ($1) and leased_by = $2`,
  ),
  order: statement<object, [readonly string[], string, number]>(
    'free-order-marks',
    'batch',
    `update order_marks set leased_by = null, lease_ends_at = null,
       not_before_at = now() + $3 * interval '1 millisecond'
     where order_key = any ($1) and leased_by = $2`,
  ),
};

/**
 * Ends the work on claimed objects: marks whose stamp is unchanged go, the others (changed meanwhile) become free at
 * once. Run it in the transaction that wrote the results.
 */
export async function clearObjectMarks(
  db: Runner,
  done: readonly ObjectMark[],
  holder: string,
): Promise<void> {
  const keys = done.map((mark) => mark.objectKey);
  await db.run(clearStatements.object, [keys, done.map((mark) => mark.stamp)]);
  await db.run(freeStatements.object, [keys, holder, 0]);
}

/** As `clearObjectMarks`, for orders. `writeOrders` does it by itself. */
export async function clearOrderMarks(
  db: Runner,
  done: readonly Pick<OrderMark, 'orderKey' | 'stamp'>[],
  holder: string,
): Promise<void> {
  const keys = done.map((mark) => mark.orderKey);
  await db.run(clearStatements.order, [keys, done.map((mark) => mark.stamp)]);
  await db.run(freeStatements.order, [keys, holder, 0]);
}

/** Gives claimed objects back, to be tried again after `delayMs`. */
export async function postponeObjects(
  db: Runner,
  keys: readonly string[],
  holder: string,
  delayMs: number,
): Promise<void> {
  await db.run(freeStatements.object, [keys, holder, delayMs]);
}

/** Gives claimed orders back, to be tried again after `delayMs`. */
export async function postponeOrders(
  db: Runner,
  keys: readonly string[],
  holder: string,
  delayMs: number,
): Promise<void> {
  await db.run(freeStatements.order, [keys, holder, delayMs]);
}

const wakeDueStatement = statement<{ readonly orderKey: string }, [string, number]>(
  'wake-due-orders',
  'list',
  `select s.order_key as "orderKey" from order_states s left join order_marks m on m.order_key = s.order_key
   where s.next_due_at <= $1::timestamptz and m.order_key is null order by s.next_due_at limit $2`,
);

/** Marks orders whose next due time has come and which are not marked already; returns them. */
export async function wakeDueOrders(db: Runner, now: string, limit: number): Promise<string[]> {
  const due = (await db.run(wakeDueStatement, [now, limit])).map((row) => row.orderKey);
  await markOrders(db, due);
  return due;
}

const countMarksStatement = statement<
  { readonly objects: number; readonly orders: number; readonly oldestAt: string | null },
  []
>(
  'count-marks',
  'list',
  `select (select count(*) from object_marks) as objects, (select count(*) from order_marks) as orders,
     least((select min(marked_at) from object_marks), (select min(marked_at) from order_marks)) as "oldestAt"`,
);

/** How much is waiting, and since when: for health and metrics. */
export async function countMarks(
  db: Runner,
): Promise<{ readonly objects: number; readonly orders: number; readonly oldestAt: string | null }> {
  return (await db.run(countMarksStatement, []))[0]!;
}

const listMarkedStatement = statement<{ readonly key: string }, [readonly string[], readonly string[]]>(
  'list-marked',
  'batch',
  `select order_key as key from order_marks where order_key = any ($1)
   union all select object_key from object_marks where object_key = any ($2)
   union all select m.order_key from order_objects m where m.order_key = any ($1)
     and m.object_key in (select object_key from object_marks)`,
);

/** Those of some orders and objects that wait to be derived again, or hold an object that does. */
export async function listMarked(
  db: Runner,
  orderKeys: readonly string[],
  objectKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set((await db.run(listMarkedStatement, [orderKeys, objectKeys])).map((row) => row.key));
}

const listUnfiledStatement = statement<{ readonly objectKey: string }, [readonly string[], number]>(
  'list-unfiled',
  'list',
  `select object_key as "objectKey" from object_marks where split_part(object_key, ':', 1) = any ($1)
   order by priority, marked_at limit $2`,
);

/** Objects of some connections that were read and are not filed yet, most urgent first. */
export async function listUnfiled(
  db: Runner,
  connections: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  return (await db.run(listUnfiledStatement, [connections, limit])).map((row) => row.objectKey);
}
