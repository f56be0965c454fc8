/** Event inventory: which event comes from which system, how complete, how late; and which nobody reports. */
import { controlIds, controls, type Control } from '../../kernel/controls.ts';
import type { Feed } from '../../kernel/feeds.ts';
import type { OrderState } from '../../kernel/order-state.ts';
import type { Policy } from '../../kernel/policy.ts';
import type { ReportCoverage } from '../../wire/audit-report.ts';
import { shareOf } from './amounts.ts';
import type { EventRow, MissingEvent } from './plan.ts';
import { queryOfStep } from './plan-query.ts';
import { lagOf, type OrderPair } from './spread.ts';
import { stepIds, steps, stepsOfFact, withoutRepeats, type Step, type StepId } from './steps.ts';

type Seen = { events: number; orders: Set<string>; pairs: OrderPair[]; system: string };

/** One row per connection and step, in the order of the journey. */
export function readEvents(
  returns: readonly OrderState[],
  coverage: readonly ReportCoverage[],
  policy: Policy,
  asOf: string,
): EventRow[] {
  const seen = new Map<string, Seen>();
  for (const state of returns) {
    const first = firstTimes(state);
    const counted = new Set<string>();
    for (const fact of withoutRepeats(state.facts)) {
      for (const step of stepsOfFact(fact)) {
        const key = `${step}\n${fact.connection}`;
        let entry = seen.get(key);
        if (entry === undefined)
          seen.set(key, (entry = { events: 0, orders: new Set(), pairs: [], system: fact.system }));
        entry.events++;
        entry.orders.add(state.order);
        if (counted.has(key)) continue;
        counted.add(key);
        const { after } = steps[step] as Step;
        const cause = after === undefined ? undefined : first.get(after as StepId);
        if (cause !== undefined) entry.pairs.push({ order: state.order, leftAt: cause, rightAt: fact.at });
      }
    }
  }
  return [...seen]
    .map(([key, { events, orders, pairs, system }]): EventRow => {
      const [step, connection] = key.split('\n') as [StepId, string];
      const { after, feed, types } = steps[step] as Step;
      const lag = lagOf(pairs, 'h', policy.calendars.ops, asOf);
      return {
        connection,
        system,
        step,
        types,
        events,
        returns: shareOf(orders, Math.max(orders.size, applicable(feed, coverage) ?? returns.length)),
        ...(after !== undefined && lag !== undefined && { after, lag }),
        query: queryOfStep(types, connection, asOf),
      };
    })
    .sort(
      (left, right) =>
        stepIds.indexOf(left.step as StepId) - stepIds.indexOf(right.step as StepId) ||
        (left.connection < right.connection ? -1 : 1),
    );
}

/** Orders in which the feed could have reported. */
function applicable(feed: Feed | undefined, coverage: readonly ReportCoverage[]): number | undefined {
  const rows = coverage.filter((row) => row.feed === feed);
  return feed === undefined || rows.length === 0 || feed === 'shipments'
    ? undefined
    : rows.reduce((sum, row) => sum + row.applicable, 0);
}

function firstTimes(state: OrderState): Map<StepId, string> {
  const first = new Map<StepId, string>();
  for (const fact of withoutRepeats(state.facts))
    for (const step of stepsOfFact(fact)) if (!first.has(step)) first.set(step, fact.at);
  return first;
}

/** Steps of the journey that no system reports, with the controls that stay silent for it. */
export function missingEvents(rows: readonly EventRow[]): MissingEvent[] {
  const reported = new Set(rows.map((row) => row.step));
  return stepIds.flatMap((step) => {
    const { feed } = steps[step] as Step;
    if (feed === undefined || reported.has(step)) return [];
    const silent = controlIds.filter((id) => (controls[id] as Control).needs.includes(feed));
    return [{ step, feed, controls: silent }];
  });
}
