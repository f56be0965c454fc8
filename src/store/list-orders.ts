/** Orders as folded: one by its key or by what people call it, and lists. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { findByTerms } from './find-by-terms.ts';
import { stampSql } from './leases.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';

export type StoredOrder = {
  readonly orderKey: string;
  readonly connection: string;
  readonly number: string;
  readonly verdict: 'breaks' | 'incomplete' | 'pending' | 'closed';
  readonly nextDueAt: string | null;
  readonly placedAt: string | null;
  readonly closedAt: string | null;
  readonly currency: string;
  readonly paidMinor: number;
  readonly refundedMinor: number;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
  readonly isReturn: boolean;
  /** The first open problem of the state that hangs on no other, as folded; null: none. */
  readonly problem: unknown;
  readonly version: number;
  readonly foldedAt: string;
};

export type StoredOrderState = StoredOrder & {
  /** As `writeOrders` got it. */
  readonly state: unknown;
  readonly codeVersion: string;
};

const orderColumns = `order_key as "orderKey", connection, number, verdict, next_due_at as "nextDueAt",
  nullif(placed_at, '-infinity') as "placedAt", closed_at as "closedAt", currency, paid_minor as "paidMinor",
  refunded_minor as "refundedMinor", gone_minor as "goneMinor", stuck_minor as "stuckMinor",
  books_minor as "booksMinor", is_return as "isReturn",
  open_problem as problem,
  version, folded_at as "foldedAt"`;

const findStates = statement<StoredOrderState, [readonly string[]]>(
  'find-order-states',
  'order',
  `select ${orderColumns}, state, code_version as "codeVersion" from order_states
   where order_key = any ($1) order by order_key`,
);

/** States of orders, those that have one, by key. */
export async function listOrderStates(
  db: Runner,
  orderKeys: readonly string[],
): Promise<readonly StoredOrderState[]> {
  return orderKeys.length === 0 ? [] : db.run(findStates, [orderKeys]);
}

const pageOfVerdictStatement = statement<{ readonly orderKey: string }, [readonly string[], string, number]>(
  'page-orders-of-verdict',
  'list',
  `select order_key as "orderKey" from order_states where verdict = any ($1) and order_key > $2
   order by order_key limit $3`,
);

const pageOfConnectionStatement = statement<{ readonly orderKey: string }, [string, string, number]>(
  'page-orders-of-connection',
  'list',
  `select distinct order_key as "orderKey" from order_objects o
   where starts_with(object_key, $1 || ':') and order_key > $2
     and not exists (select from archived_orders a where a.order_key = o.order_key) order by order_key limit $3`,
);

const keysPerPage = 1000;

async function* pageKeys(
  read: (after: string) => Promise<{ readonly orderKey: string }[]>,
): AsyncIterable<string[]> {
  for (let after = ''; ;) {
    const keys = (await read(after)).map((row) => row.orderKey);
    if (keys.length > 0) yield keys;
    if (keys.length < keysPerPage) return;
    after = keys.at(-1)!;
  }
}

/** Keys of all orders with one of these verdicts, page by page. */
export function pageOrdersOfVerdict(
  db: Runner,
  verdicts: readonly StoredOrder['verdict'][],
): AsyncIterable<string[]> {
  return pageKeys((after) => db.run(pageOfVerdictStatement, [verdicts, after, keysPerPage]));
}

/** Keys of all orders under which a record of the connection is filed and that are not archived, page by page. */
export function pageOrdersOfConnection(db: Runner, connection: string): AsyncIterable<string[]> {
  return pageKeys((after) => db.run(pageOfConnectionStatement, [connection, after, keysPerPage]));
}

/** One order's state, or undefined. */
export async function findOrderState(db: Runner, orderKey: string): Promise<StoredOrderState | undefined> {
  return (await listOrderStates(db, [orderKey]))[0];
}

/**
 * Keys of the orders known by any of these terms (`number/…`, `rma/…`, `payment/…`, `tracking/…`), without
 * repetition. More than one: the caller shows the choice.
 */
export async function findOrderKeys(db: Runner, terms: readonly string[]): Promise<readonly string[]> {
  const found = await findByTerms(db, terms);
  return [
    ...new Set(found.flatMap((row) => (row.isWeak || row.orderKey === null ? [] : [row.orderKey]))),
  ].sort();
}

const listNumbersStatement = statement<
  { readonly orderKey: string; readonly number: string },
  [readonly string[]]
>(
  'list-order-numbers',
  'batch',
  'select order_key as "orderKey", number from order_states where order_key = any ($1)',
);

/** Numbers of orders, those that have a state, by key. */
export async function listOrderNumbers(
  db: Runner,
  orderKeys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = orderKeys.length === 0 ? [] : await db.run(listNumbersStatement, [orderKeys]);
  return new Map(rows.map((row) => [row.orderKey, row.number]));
}

export type OrderFilter = {
  readonly verdict?: StoredOrder['verdict'];
  readonly connection?: string;
  readonly isReturn?: boolean;
  /** Start of the order number, letter case as stored. */
  readonly numberPrefix?: string;
  readonly placedFrom?: string;
  readonly placedTo?: string;
  /** Without those that are archived. */
  readonly isHere?: true;
  readonly cursor?: string;
  readonly limit?: number;
};

const listOrdersStatement = statement<
  StoredOrder & { readonly sortAt: string },
  [
    string | null,
    string | null,
    boolean | null,
    string | null,
    string,
    string,
    string,
    string,
    number,
    boolean,
  ]
>(
  'list-orders',
  'list',
  `select ${orderColumns},
     case when isfinite(placed_at) then ${stampSql('placed_at')} else placed_at::text end as "sortAt"
   from order_states s
   where ($1::text is null or verdict = $1) and ($2::text is null or connection = $2)
     and ($3::bool is null or is_return = $3) and ($4::text is null or number like $4)
     and placed_at >= $5::timestamptz and placed_at < $6::timestamptz
     and (placed_at, order_key) < ($7::timestamptz, $8)
     and (not $10 or not exists (select from archived_orders a where a.order_key = s.order_key))
   order by placed_at desc, order_key desc limit $9`,
);

/** Orders, newest first; those without a known date last. */
export async function listOrders(db: Runner, filter: OrderFilter = {}): Promise<Page<StoredOrder>> {
  const [at = 'infinity', key = ''] = readCursor(filter.cursor, 2) ?? [];
  const limit = pageLimit(filter.limit);
  const prefix = filter.numberPrefix?.replace(/[\\%_]/g, String.raw`\$&`);
  const rows = await db.run(listOrdersStatement, [
    filter.verdict ?? null, filter.connection ?? null, filter.isReturn ?? null,
    prefix === undefined ? null : `${prefix}%`, filter.placedFrom ?? '-infinity', filter.placedTo ?? 'infinity',
    String(at), String(key), limit + 1, filter.isHere ?? false,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.sortAt, row.orderKey]);
}

const countOrdersStatement = statement<{ readonly verdict: string; readonly count: number }, []>(
  'count-orders',
  'list',
  'select verdict, count(*) from order_states where is_return group by verdict order by verdict',
);

/** Orders with a return by verdict. */
export async function countOrders(
  db: Runner,
): Promise<readonly { readonly verdict: string; readonly count: number }[]> {
  return db.run(countOrdersStatement, []);
}

const listOrderKeysStatement = statement<{ readonly orderKey: string }, [string, number]>(
  'list-order-keys',
  'list',
  'select order_key as "orderKey" from order_states where order_key > $1 order by order_key limit $2',
);

/**
 * Keys of all orders in pages; start after `''`. What a rebuild and the daily coverage go through.
 *
 * @public
 */
export async function listOrderKeys(db: Runner, after: string, limit: number): Promise<readonly string[]> {
  return (await db.run(listOrderKeysStatement, [after, limit])).map((row) => row.orderKey);
}
