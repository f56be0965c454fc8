/**
 * Money at stake: three sums that are never added up. *Gone*: paid without goods, or twice. *Stuck*: units that
 * cannot be sold, at cost, else at net price. *Books*: records that say something else than what happened.
 * Each open problem counts once, under one of them; what is not yet due is none of them.
 */
import type { ProblemCode } from './codes.ts';
import type { Problem, Stake } from './order-state.ts';
import type { Positions } from './positions.ts';

const gone: ReadonlySet<ProblemCode> = new Set([
  'duplicate-payout', 'refund-and-dispute', 'refund-over-cap', 'refunded-not-entitled', 'refund-ignores-discount',
  'shipping-refunded-twice', 'refunded-more-than-bought', 'refunded-unreceived-units', 'refunded-goods-never-came',
  'refund-wrong-currency', 'refund-wrong-tender', 'returned-to-origin', 'wrong-item-received',
] satisfies ProblemCode[]); // prettier-ignore

const stuck: ReadonlySet<ProblemCode> = new Set([
  'approved-but-not-restored', 'not-inspected', 'quarantine-forgotten', 'wrong-location', 'cancelled-but-moved',
  'shop-not-restocked', 'restore-had-no-effect', 'delivered-not-received', 'return-backorder-lost', 'blind-return',
] satisfies ProblemCode[]); // prettier-ignore

export type StakeKind = keyof Stake;

/** Which sum a code belongs to. */
export function stakeKind(code: ProblemCode): StakeKind {
  return gone.has(code) ? 'gone' : stuck.has(code) ? 'stuck' : 'books';
}

/** What one problem puts at stake, in minor units of the order's currency. */
export function stakeMinor(problem: Problem, positions: Positions): number {
  const kind = stakeKind(problem.code);
  if (kind !== 'stuck' && problem.amount !== undefined) return problem.amount.minor;
  if (problem.sku === undefined || problem.units === undefined) return problem.amount?.minor ?? 0;
  const item = positions.items.get(problem.sku);
  if (item === undefined || item.ordered === 0) return (item?.unitCost ?? 0) * problem.units;
  if (kind === 'stuck' && item.unitCost !== undefined) return item.unitCost * problem.units;
  const value = kind === 'stuck' ? item.gross - item.tax : item.gross;
  return Math.round((value / item.ordered) * problem.units);
}

/** The three sums over the open problems of one order. */
export function stakeOf(problems: readonly Problem[], positions: Positions): Stake {
  const sums = { gone: 0, stuck: 0, books: 0 };
  for (const problem of problems) {
    if (problem.state !== 'open' || problem.waitsFor !== undefined) continue;
    sums[stakeKind(problem.code)] += stakeMinor(problem, positions);
  }
  return sums;
}
