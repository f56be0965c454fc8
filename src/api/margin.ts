/** Margin and sell-through by item after returns: what stayed sold, what it brought in, what it cost. */
import type { z } from 'zod';
import { localDate } from '../kernel/calendar.ts';
import { sumItems, type ItemSums } from '../store/list-item-results.ts';
import type { marginFilterSchema, marginRowSchema, marginSchema } from '../wire/api-finance.ts';
import type { ApiContext } from './api-config.ts';

type Row = z.output<typeof marginRowSchema>;
type Figures = Omit<Row, 'sku' | 'name'>;

const daysDefault = 90;
const shareWhole = 10_000;

/** Rows by item and the totals of each currency, over the orders placed on some days of the shop's zone. */
export async function readMargin(
  { db, engine, clock }: Pick<ApiContext, 'db' | 'engine' | 'clock'>,
  filter: z.output<typeof marginFilterSchema>,
): Promise<z.output<typeof marginSchema>> {
  const zone = engine.zone();
  const today = Temporal.PlainDate.from(localDate(new Date(clock()).toISOString(), zone));
  const to = filter.to === undefined ? today : Temporal.PlainDate.from(filter.to);
  const from = filter.from === undefined ? to.subtract({ days: daysDefault - 1 }) : Temporal.PlainDate.from(filter.from);
  const startOf = (day: Temporal.PlainDate): string => new Date(day.toZonedDateTime(zone).epochMilliseconds).toISOString();
  const sums = await sumItems(db, {
    from: startOf(from), to: startOf(to.add({ days: 1 })),
    ...(filter.currency !== undefined && { currency: filter.currency }), ...(filter.sku !== undefined && { sku: filter.sku }),
  });
  const rows = sums.map(({ sku, name, ...row }): Row => ({ sku, name, ...figuresOf(row) }));
  const totals = [...Map.groupBy(sums, (row) => row.currency).values()].map((group) => figuresOf(group.reduce(addSums)));
  return { from: from.toString(), to: to.toString(), rows, totals };
} // prettier-ignore

function addSums(left: ItemSums, right: ItemSums): ItemSums {
  const sum = { ...left };
  for (const field of summed) sum[field] = left[field] + right[field];
  return sum;
}

const summed = [
  'orders', 'sold', 'received', 'restored', 'writtenOff', 'refunded', 'unshipped', 'grossMinor', 'taxMinor', 'refundedMinor',
  'refundedTaxMinor', 'costMinor', 'costUnknown',
] as const; // prettier-ignore

function figuresOf(sums: Omit<ItemSums, 'sku' | 'name'>): Figures {
  const { currency, orders, sold, received, restored, writtenOff, refunded, unshipped, costUnknown } = sums;
  const netMinor = sums.grossMinor - sums.taxMinor;
  const refundedNetMinor = sums.refundedMinor - sums.refundedTaxMinor;
  const revenueMinor = netMinor - refundedNetMinor;
  // Back with us, or paid back though it stays away: either way it is not sold.
  const kept = Math.max(0, sold - Math.max(received, refunded, unshipped));
  const costMinor = costUnknown > 0 ? null : sums.costMinor;
  return {
    currency, orders, sold, received, restored, writtenOff, kept, costUnknown, netMinor, refundedNetMinor, revenueMinor, costMinor,
    sellThrough: sold === 0 ? null : Math.round((kept * shareWhole) / sold),
    marginMinor: costMinor === null ? null : revenueMinor - costMinor,
  }; // prettier-ignore
}
