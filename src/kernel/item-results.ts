/**
 * What each item of an order brought in and what came back of it: the ground of margin and sell-through after returns.
 * Sums over the lines of an order are its charges for goods and its refunds, to the minor unit.
 */
import { byText } from './by-text.ts';
import type { OrderState } from './order-state.ts';

export type ItemResult = {
  /** Empty: given back without naming items (amounts, shipping, fees). */
  readonly sku: string;
  readonly name: string | undefined;
  /** Units bought; received back; net in saleable stock and in scrap; on refunds that count; that never left. */
  readonly sold: number;
  readonly received: number;
  readonly restored: number;
  readonly writtenOff: number;
  readonly refunded: number;
  readonly unshipped: number;
  /** Charged and given back, tax inside, in minor units. */
  readonly gross: number;
  readonly tax: number;
  readonly refundedGross: number;
  readonly refundedTax: number;
  readonly unitCost: number | undefined;
};

/** One line per item that was bought, sorted by SKU. */
export function itemResults({ positions, units }: Pick<OrderState, 'positions' | 'units'>): ItemResult[] {
  const bySku = new Map(units.map((row) => [row.sku, row]));
  const back = new Map<string, { units: number; gross: number; tax: number }>();
  let [looseGross, looseTax] = [0, 0];
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined) continue;
    let rest = refund.minor;
    for (const line of refund.lines) {
      const own = back.get(line.sku) ?? { units: 0, gross: 0, tax: 0 };
      back.set(line.sku, { units: own.units + line.quantity, gross: own.gross + line.gross, tax: own.tax + line.tax });
      rest -= line.gross;
    }
    looseGross += rest;
    looseTax += refund.fact.shipping.tax + refund.fact.fees.tax;
  }
  const results: ItemResult[] = [];
  for (const item of positions.items.values()) {
    const given = back.get(item.sku) ?? { units: 0, gross: 0, tax: 0 };
    back.delete(item.sku);
    if (item.ordered === 0 && given.gross === 0) continue;
    const row = bySku.get(item.sku);
    const neverLeft = positions.cancelled !== undefined && (row?.shipped ?? 0) === 0;
    results.push({
      sku: item.sku, name: item.name, sold: item.ordered, received: row?.received ?? 0, restored: row?.restored ?? 0,
      writtenOff: row?.writtenOff ?? 0, refunded: given.units, unshipped: neverLeft ? item.ordered : 0, gross: item.gross,
      tax: item.tax, refundedGross: given.gross, refundedTax: given.tax, unitCost: item.unitCost,
    });
  }
  // Lines of refunds that name no item of the order.
  for (const given of back.values()) {
    looseGross += given.gross;
    looseTax += given.tax;
  }
  if (looseGross !== 0 || looseTax !== 0)
    results.push({
      sku: '', name: undefined, sold: 0, received: 0, restored: 0, writtenOff: 0, refunded: 0, unshipped: 0, gross: 0, tax: 0,
      refundedGross: looseGross, refundedTax: looseTax, unitCost: undefined,
    });
  return results.sort((left, right) => byText(left.sku, right.sku));
} // prettier-ignore
