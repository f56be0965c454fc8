/** What was sold and came back by item, over the orders of some time: exact sums, per currency. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type ItemSums = {
  /** Empty: given back without naming items. */
  readonly sku: string;
  readonly name: string | null;
  readonly currency: string;
  readonly orders: number;
  readonly sold: number;
  readonly received: number;
  readonly restored: number;
  readonly writtenOff: number;
  readonly refunded: number;
  readonly unshipped: number;
  readonly grossMinor: number;
  readonly taxMinor: number;
  readonly refundedMinor: number;
  readonly refundedTaxMinor: number;
  /** Of units that did not come back into stock, where their cost is known. */
  readonly costMinor: number;
  /** Units of which the cost is not known. */
  readonly costUnknown: number;
};

export type ItemFilter = {
  readonly from?: string;
  readonly to?: string;
  readonly currency?: string;
  readonly sku?: string;
};

/** Units that are gone for good: sold, not restored, and not cancelled before they left. */
const gone = 'greatest(0, sold - unshipped - restored)';

const sumItemsStatement = statement<
  ItemSums,
  [string, string, string | null, string | null]
>(
  'sum-order-items',
  'list',
  `select sku, max(name) as name, currency, count(*) as orders, sum(sold)::bigint as sold, sum(received)::bigint as received,
     sum(restored)::bigint as restored, sum(written_off)::bigint as "writtenOff", sum(refunded)::bigint as refunded,
     sum(unshipped)::bigint as unshipped, sum(gross_minor)::bigint as "grossMinor", sum(tax_minor)::bigint as "taxMinor",
     sum(refunded_minor)::bigint as "refundedMinor", sum(refunded_tax_minor)::bigint as "refundedTaxMinor",
     coalesce(sum(${gone} * unit_cost_minor), 0)::bigint as "costMinor",
     coalesce(sum(${gone}) filter (where unit_cost_minor is null), 0)::bigint as "costUnknown"
   from order_items
   where placed_at >= $1::timestamptz and placed_at < $2::timestamptz and ($3::text is null or currency = $3)
     and ($4::text is null or starts_with(sku, $4))
   group by sku, currency
   order by currency, sum(refunded_minor) desc, sku`,
); // prettier-ignore

/** Sums by item and currency, those that gave back most first. */
export async function sumItems(db: Runner, filter: ItemFilter): Promise<readonly ItemSums[]> {
  return db.run(sumItemsStatement, [
    filter.from ?? '-infinity', filter.to ?? 'infinity', filter.currency ?? null, filter.sku ?? null,
  ]); // prettier-ignore
}
