/** Problems of a state in short, for assertions. */
import type { OrderState, Problem } from '../../src/kernel/order-state.ts';
import { roots } from './story.ts';

/** Everything is overdue by then. */
export const late = '2026-12-15';

const inShort = ({ code, sku, units, amount }: Problem): string =>
  [code, sku, units, amount?.minor].filter((part) => part !== undefined).join(' ');

/** Open root problems as `code SKU units minor`, sorted. */
export const found = (state: OrderState): string[] => roots(state).map(inShort).sort();

/** Open problems whose codes begin so, whatever they hang on, as `code SKU units minor`, sorted. */
export const openCodes = (state: OrderState, ...beginnings: readonly string[]): string[] =>
  state.problems
    .filter((one) => one.state === 'open' && beginnings.some((beginning) => one.code.startsWith(beginning)))
    .map(inShort)
    .sort();

/** All problems as `code → what it waits for`, sorted. */
export const everything = (state: OrderState): string[] =>
  state.problems
    .map(({ code, waitsFor }) => (waitsFor === undefined ? code : `${code} → ${waitsFor}`))
    .sort();

export const eur = (minor: number): { minor: number; currency: string } => ({ minor, currency: 'EUR' });
