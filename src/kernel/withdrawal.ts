/** What the law adds when a consumer withdraws from a whole order. */
import type { FactOf } from './fact.ts';
import { valueOn, type Policy } from './policy.ts';
import type { Item, Positions } from './positions.ts';

/** Is this one from everything that was bought? One that names no item is. */
export const isFromWhole = ({ wholeOrder, sku }: FactOf<'withdrawal.declared'>): boolean =>
  wholeOrder === true || sku === undefined;

/** Did a consumer withdraw from everything that was bought, at once or in parts? */
export function isWholeWithdrawal(positions: Positions): boolean {
  if (positions.home?.customer === 'business' || positions.withdrawals.length === 0) return false;
  if (positions.withdrawals.some(isFromWhole)) return true;
  const goods = [...positions.items.values()].filter((item) => item.onOrder && item.kind === 'goods');
  return goods.length > 0 && goods.every((item) => withdrawnUnits(positions, item) >= item.ordered);
}

/** Units of an item that withdrawals name; one that names it without a count is from all of it. */
function withdrawnUnits({ withdrawals }: Positions, item: Item): number {
  let units = 0;
  for (const { sku, quantity = item.ordered } of withdrawals) if (sku === item.sku) units += quantity;
  return units;
}

/** Outbound shipping that is owed then, in minor units: what was charged, at most the standard rate. */
export function standardShipping({ home }: Positions, policy: Policy, day: string): number {
  const charged = home?.shipping.gross ?? 0;
  return Math.min(charged, valueOn(policy.standardShipping, day) ?? charged);
}
