/** The base of orders: what was bought, by whom, in which language. */
import type { FactOf } from '../kernel/fact.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';

const listStatement = statement<
  { readonly orderKey: string; readonly body: FactOf<'order.placed'> },
  [readonly string[]]
>(
  'list-placed-facts',
  'order',
  `select order_key as "orderKey", body from facts
   where order_key = any ($1) and type = 'order.placed' and retracted_at is null order by fact_id desc`,
);

/** The fact `order.placed` of the home system, by order key; orders without one are left out. */
export async function listPlacedFacts(
  db: Runner,
  orderKeys: readonly string[],
): Promise<ReadonlyMap<string, FactOf<'order.placed'>>> {
  const found = new Map<string, FactOf<'order.placed'>>();
  for (const { orderKey, body } of await db.run(listStatement, [orderKeys])) {
    const isHome = orderKey.startsWith(`${body.connection}/`);
    if (isHome || !found.has(orderKey)) found.set(orderKey, body);
  }
  return found;
}
