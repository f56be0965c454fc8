/** Times between a left and a right event, with those still open censored. */
import { businessDaysBetween, localDate, type Calendar, type Term } from '../../kernel/calendar.ts';
import { ordersOf } from './amounts.ts';
import type { Lag } from './plan.ts';

/** One left event and, where it came, the right one that matched it. ISO instants. */
export type Pair = { readonly leftAt: string; readonly rightAt: string | undefined };
/** With the number of its order. */
export type OrderPair = Pair & { readonly order: string };

/** Percentile of durations of which some still run (Kaplan–Meier): undefined where too many do to know it. */
export function percentile(
  durations: readonly { readonly value: number; readonly done: boolean }[],
  share: number,
): number | undefined {
  // At one time, what was done comes before what is still open.
  const sorted = [...durations].sort(
    (left, right) => left.value - right.value || Number(right.done) - Number(left.done),
  );
  let open = 1;
  for (let index = 0; index < sorted.length;) {
    const { value } = sorted[index]!;
    const atRisk = sorted.length - index;
    let done = 0;
    while (index < sorted.length && sorted[index]!.value === value) done += Number(sorted[index++]!.done);
    open *= 1 - done / atRisk;
    if (done > 0 && 1 - open >= share - 1e-12) return value;
  }
  return undefined;
}

/** Spread of the pairs in the unit of their term; undefined without any. */
export function lagOf(
  pairs: readonly OrderPair[],
  unit: Term['unit'],
  calendar: Calendar,
  asOf: string,
): Lag | undefined {
  if (pairs.length === 0) return undefined;
  const durations = pairs.map(({ order, leftAt, rightAt }) => ({
    order,
    value: durationIn(unit, leftAt, rightAt ?? asOf, calendar),
    done: rightAt !== undefined,
  }));
  const done = durations.filter((one) => one.done);
  const p50 = percentile(durations, 0.5);
  const p90 = percentile(durations, 0.9);
  const slowest = [...durations].sort(
    (left, right) =>
      Number(left.done) - Number(right.done) ||
      right.value - left.value ||
      (left.order < right.order ? -1 : left.order > right.order ? 1 : 0),
  );
  return {
    unit,
    n: pairs.length,
    done: done.length,
    orders: ordersOf(slowest),
    ...(done.length > 0 && { mean: rounded(done.reduce((sum, one) => sum + one.value, 0) / done.length) }),
    ...(p50 !== undefined && { p50: rounded(p50) }),
    ...(p90 !== undefined && { p90: rounded(p90) }),
  };
}

/** What came before its cause took no time. */
function durationIn(unit: Term['unit'], from: string, until: string, calendar: Calendar): number {
  if (until <= from) return 0;
  if (unit === 'bd') return businessDaysBetween(from, until, calendar);
  if (unit === 'h') return (Date.parse(until) - Date.parse(from)) / 3_600_000;
  const days = (instant: string): number => Date.parse(`${localDate(instant, calendar.zone)}T00:00:00Z`);
  return Math.round((days(until) - days(from)) / 86_400_000);
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
