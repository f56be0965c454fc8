/** What the law adds when a consumer withdraws from a whole order. */
import { valueOn, type Policy } from './policy.ts';
import type { Positions } from './positions.ts';

/** Did a consumer withdraw from everything that was bought, at once or in parts? */
export function isWholeWithdrawal(positions: Positions): boolean {
  if (positions.home?.customer === 'business' || positions.withdrawals.length === 0) return false;
  if (positions.withdrawals.some((fact) => fact.wholeOrder === true || fact.sku === undefined)) return true;
  const withdrawn = new Map<string, number>();
  for (const { sku = '', quantity = 0 } of positions.withdrawals)
    withdrawn.set(sku, (withdrawn.get(sku) ?? 0) + quantity);
  const goods = [...positions.items.values()].filter((item) => item.onOrder && item.kind === 'goods');
  return goods.length > 0 && goods.every((item) => (withdrawn.get(item.sku) ?? 0) >= item.ordered);
}

/** Outbound shipping that is owed then, in minor units: what was charged, at most the standard rate. */
export function standardShipping({ home }: Positions, policy: Policy, day: string): number {
  const charged = home?.shipping.gross ?? 0;
  return Math.min(charged, valueOn(policy.standardShipping, day) ?? charged);
}
