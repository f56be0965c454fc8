/** The three sums by currency: adding up problems without adding up the sums. */
import type { StakeKind } from '../../kernel/stake.ts';
import type { Amounts, PlanProblem, Share } from './plan.ts';

/** So many orders stand behind a number; a query gives the others. */
export const ordersMax = 200;
const fewBelow = 30;

/** Sums over problems; currencies in alphabetical order, those without any amount left out. */
export function amountsOf(problems: readonly Pick<PlanProblem, 'kind' | 'minor' | 'currency'>[]): Amounts {
  const sums = new Map<string, Record<StakeKind, number>>();
  for (const { kind, minor, currency } of problems) {
    if (minor === 0) continue;
    const sum = sums.get(currency) ?? { gone: 0, stuck: 0, books: 0 };
    sum[kind] += minor;
    sums.set(currency, sum);
  }
  return [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([currency, sum]) => ({ currency, ...sum }));
}

/**
 * A number to rank rows by, in the plan's main currency: all money a row touches, whichever sum it stands in. Only
 * for sorting; other currencies break ties.
 */
export function rankOf(amounts: Amounts, currency: string): number {
  let rank = 0;
  for (const sums of amounts) {
    const total = sums.gone + sums.stuck + sums.books;
    rank += sums.currency === currency ? total : total / 1e9;
  }
  return rank;
}

/** Each amount times `factor`, rounded to minor units. */
export function scaleAmounts(amounts: Amounts, factor: number): Amounts {
  return amounts.map(({ currency, gone, stuck, books }) => ({
    currency,
    gone: Math.round(gone * factor),
    stuck: Math.round(stuck * factor),
    books: Math.round(books * factor),
  }));
}

/** `n` distinct orders of `of`. */
export function shareOf(orders: Iterable<string>, of: number): Share {
  const distinct = [...new Set(orders)];
  return { n: distinct.length, of, orders: distinct.slice(0, ordersMax), few: of < fewBelow };
}

/** Distinct order numbers, the first 200. */
export function ordersOf(states: Iterable<{ readonly order: string }>): readonly string[] {
  const found = new Set<string>();
  for (const { order } of states) {
    if (found.size === ordersMax) break;
    found.add(order);
  }
  return [...found];
}
