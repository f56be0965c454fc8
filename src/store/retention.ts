/** Data whose time is over. Every statement takes the instant before which something must have ended. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

const counted = (name: string, sql: string) =>
  statement<{ readonly one: number }, [string]>(name, 'list', `${sql} returning 1 as one`);

const expiring = {
  deliveries: [
    counted('expire-deliveries', 'delete from deliveries where received_at < $1::timestamptz and processed_at < $1::timestamptz'),
  ],
  sessions: [
    counted('expire-sessions', 'delete from sessions where coalesce(revoked_at, expires_at) < $1::timestamptz'),
    counted('expire-login-links', 'delete from login_links where coalesce(used_at, expires_at) < $1::timestamptz'),
  ],
  notices: [
    counted('expire-notices', 'update notices set sealed_content = null where ended_at < $1::timestamptz and sealed_content is not null'),
  ],
  declarations: [
    counted('expire-declarations', `update declarations set sealed_content = null where processed_at < $1::timestamptz and outcome = 'filed' and sealed_content is not null`),
  ],
  photos: [
    counted('expire-photos', `delete from photos p where p.taken_at < $1::timestamptz
      and exists (select from order_states s where s.order_key = p.order_key and s.verdict = 'closed')`),
  ],
} as const; // prettier-ignore

export type ExpiringClass = keyof typeof expiring;
export const expiringClasses = Object.keys(expiring) as readonly ExpiringClass[];

/** Lets go what of a class had ended before an instant; returns how much there was. */
export async function expireClass(db: Runner, name: ExpiringClass, before: string): Promise<number> {
  let count = 0;
  for (const one of expiring[name]) count += (await db.run(one, [before])).length;
  return count;
}

const listOldCustomers = statement<{ readonly customerKey: string }, [string, string, number]>(
  'list-old-customers',
  'list',
  `select customer_key as "customerKey" from person_keys
   where erased_at is null and made_at < $1::timestamptz and customer_key > $2 order by customer_key limit $3`,
);

/** Customers first seen before an instant, in pages by key. */
export async function listCustomersSince(
  db: Runner,
  before: string,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  return (await db.run(listOldCustomers, [before, after, limit])).map((row) => row.customerKey);
}

const listOrdersOfCustomers = statement<
  { readonly customerKey: string; readonly orderKey: string | null; readonly setAt: string },
  [readonly string[]]
>(
  'list-orders-of-customers',
  'list',
  // Two looks, for the records of a customer lie elsewhere than the customer.
  `with fields as (
     select customer_key, object_key, max(set_at) as set_at from person_fields where customer_key = any ($1) group by 1, 2
   ), records as (
     select object_key, order_keys from objects where object_key in (select object_key from fields)
   )
   select f.customer_key as "customerKey", k.order_key as "orderKey", max(f.set_at) as "setAt"
   from fields f left join records o on o.object_key = f.object_key left join lateral unnest(o.order_keys) as k (order_key) on true
   group by 1, 2`,
);

const listLivelyOrders = statement<{ readonly orderKey: string }, [readonly string[], string]>(
  'list-lively-orders',
  'order',
  `select s.order_key as "orderKey" from order_states s
   where s.order_key = any ($1) and (s.verdict <> 'closed' or s.placed_at >= $2::timestamptz or s.closed_at >= $2::timestamptz
     or exists (select from facts f where f.order_key = s.order_key and f.happened_at >= $2::timestamptz))`,
);

/** Of these customers, those of whom every order is closed and saw nothing since an instant. */
export async function listQuietCustomers(
  db: Runner,
  customers: readonly string[],
  since: string,
): Promise<readonly string[]> {
  const held = await db.run(listOrdersOfCustomers, [customers]);
  const orders = [...new Set(held.flatMap((row) => row.orderKey ?? []))];
  const lively = new Set((await db.run(listLivelyOrders, [orders, since])).map((row) => row.orderKey));
  const busy = new Set(
    held.flatMap(({ customerKey, orderKey, setAt }) => {
      // Of a record that no order is known for, only when it was last read says how old it is.
      const isBusy = orderKey === null ? Date.parse(setAt) >= Date.parse(since) : lively.has(orderKey);
      return isBusy ? [customerKey] : [];
    }),
  );
  return customers.filter((key) => !busy.has(key));
}
