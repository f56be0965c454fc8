/** Problems of a state in short, for assertions. */
import type { OrderState } from '../../src/kernel/order-state.ts';
import { roots } from './story.ts';

/** Everything is overdue by then. */
export const late = '2026-12-15';

/** Open root problems as `code SKU units minor`, sorted. */
export const found = (state: OrderState): string[] =>
  roots(state)
    .map(({ code, sku, units, amount }) =>
      [code, sku, units, amount?.minor].filter((part) => part !== undefined).join(' '),
    )
    .sort();

/** All problems as `code → what it waits for`, sorted. */
export const everything = (state: OrderState): string[] =>
  state.problems
    .map(({ code, waitsFor }) => (waitsFor === undefined ? code : `${code} → ${waitsFor}`))
    .sort();

export const eur = (minor: number): { minor: number; currency: string } => ({ minor, currency: 'EUR' });
