/** Orders by what stands in their records: the id of any record, a SKU. */
import { byText } from '../kernel/by-text.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';

const recordKindsStatement = statement<{ readonly connection: string; readonly kind: string }, []>(
  'list-record-kinds',
  'list',
  // One step of the index per kind instead of all of its rows.
  `with recursive kinds as (
     (select connection, kind from objects order by connection, kind limit 1)
     union all
     select next.connection, next.kind from kinds, lateral (
       select connection, kind from objects where (connection, kind) > (kinds.connection, kinds.kind)
       order by connection, kind limit 1) as next
   )
   select connection, kind from kinds`,
  'select distinct connection, kind from objects',
);

const ordersOfRecordsStatement = statement<{ readonly orderKeys: readonly string[] }, [readonly string[]]>(
  'list-orders-of-records',
  'batch',
  'select order_keys as "orderKeys" from objects where object_key = any ($1) order by object_key',
);

/** Keys of the orders under which a record with this id in any system stands (a refund, a picking, a ticket). */
export async function findOrdersOfRecord(db: Runner, id: string): Promise<readonly string[]> {
  const kinds = await db.run(recordKindsStatement, []);
  const keys = kinds.map(({ connection, kind }) => `${connection}:${kind}/${id}`);
  return (await db.run(ordersOfRecordsStatement, [keys])).flatMap((row) => row.orderKeys);
}

type OfSku = { readonly orderKey: string; readonly placedAt: string | null };
const ofSku = `select order_key as "orderKey", nullif(placed_at, '-infinity') as "placedAt" from order_states
   where is_return and jsonb_path_query_array(state, '$.units[*].sku') @> jsonb_build_array($1::text)`;

// Without an order, so that the item's own index is used whatever is believed of how common it is.
const someOfSkuStatement = statement<OfSku, [string, number]>(
  'list-some-orders-of-sku',
  'list',
  `${ofSku} limit $2`,
);

const newestOfSkuStatement = statement<OfSku, [string, number]>(
  'list-newest-orders-of-sku',
  'list',
  `${ofSku} order by placed_at desc, order_key desc limit $2`,
);

/**
 * Keys of orders with a return that hold this item, in the order of every list: newest first. An item in more orders than `someMax` is common: a walk
 * through the returns, newest first, soon meets enough of them.
 */
export async function findOrdersOfSku(
  db: Runner,
  sku: string,
  limit: number,
  someMax = 2000,
): Promise<readonly string[]> {
  const some = await db.run(someOfSkuStatement, [sku, someMax + 1]);
  const found = some.length > someMax ? await db.run(newestOfSkuStatement, [sku, limit]) : some;
  return found
    .toSorted(
      (left, right) =>
        byText(right.placedAt ?? '', left.placedAt ?? '') || byText(right.orderKey, left.orderKey),
    )
    .slice(0, limit)
    .map((row) => row.orderKey);
}
