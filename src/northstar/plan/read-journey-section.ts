/** How returns really run: the map, how they leave the agreed path, and where a group does so more than the rest. */
import { byText } from '../../kernel/by-text.ts';
import type { OrderState } from '../../kernel/order-state.ts';
import type { Policy } from '../../kernel/policy.ts';
import type { Feed } from '../../kernel/feeds.ts';
import { edgeMoney } from '../case-money.ts';
import { allowedPairs } from '../allowed-pairs.ts';
import { directlyFollows, edgesByCount } from '../directly-follows.ts';
import { findDrift } from '../drift.ts';
import { compareGroups } from '../group-comparison.ts';
import { journeyNet } from '../journey-net.ts';
import { readJourney } from '../journey-model.ts';
import { spineEdges } from '../journey-order.ts';
import { meanPlaces } from '../step-places.ts';
import { netLabels } from '../petri-net.ts';
import { performanceGraph } from '../performance-graph.ts';
import { edgeKey } from '../map-svg.ts';
import { variantsOf } from '../variants.ts';
import { edgeReturns } from './edge-returns.ts';
import { agreedJourneyText } from './agreed-journey.ts';
import { ordersMax, ordersOf, shareOf } from './amounts.ts';
import type { GroupLift, Journey } from './plan.ts';
import { isGoodsReturn, returnLog } from './return-log.ts';
import { stepIds, steps, type Step } from './steps.ts';

export type JourneyInput = {
  /** Orders with a return, in a fixed order. */
  readonly returns: readonly OrderState[];
  readonly policy: Policy;
  readonly isFed: (feed: Feed) => boolean;
  /** Does any system speak for orders of this kind? */
  readonly isSpokenFor: (state: OrderState) => boolean;
  readonly asOf: string;
  /** Minor units at stake per order key, of orders with an open problem. */
  readonly stake: ReadonlyMap<string, number>;
};

const groupsMax = 5;
const groupCasesMin = 10;

export function readJourneySection(input: JourneyInput): Journey {
  const { policy, isFed, asOf } = input;
  const returns = input.returns.filter((state) => isGoodsReturn(state) && input.isSpokenFor(state));
  const numberOf = new Map(returns.map((state) => [state.orderKey, state.order]));
  const log = returnLog(returns);
  // A return that is still in time has nothing missing yet.
  const settled = returns.filter(({ verdict }) => verdict !== 'pending');
  const settledLog = returnLog(settled);
  const model = agreedJourneyText(policy, isFed, asOf.slice(0, 10));
  const compared = new Set(settled);
  const journey = readJourney(model);
  const net = journeyNet(journey);
  const spine = spineEdges(journey, meanPlaces(log));
  const agreed = new Set([...(allowedPairs(net) ?? []), ...spine].map(([from, to]) => `${from}\n${to}`));
  const agreedSteps = new Set(netLabels(net));
  const graph = directlyFollows(log);
  const waits = performanceGraph(log);
  const { drifts, conformance, open } = findDrift(
    settledLog,
    { net, journey },
    { asOf: Date.parse(asOf) * 1000, calendar: policy.calendars.ops, examplesMax: ordersMax },
  );
  const settledVariants = variantsOf(settledLog);
  const fits = new Set(
    conformance.variants.filter(({ fitness }) => fitness === 1).map(({ variant }) => variant),
  );
  const ways = edgeReturns(returns);
  const atStake = Float64Array.from(returns, ({ orderKey }) => input.stake.get(orderKey) ?? 0);
  const sums = edgeMoney(log, graph, atStake);
  const names = log.activities;
  const returnsWith = new Uint32Array(names.length);
  for (let c = 0; c < log.cases.length; c++) {
    for (const activity of new Set(log.activity.subarray(log.caseStart[c], log.caseStart[c + 1])))
      returnsWith[activity]!++;
  }
  const isWatched = (id: string): boolean => {
    const { feed } = (steps as Readonly<Record<string, Step>>)[id] ?? {};
    return names.includes(id) || (feed !== undefined && isFed(feed));
  };
  return {
    steps: stepIds
      .filter((id) => names.includes(id) || agreedSteps.has(id))
      .map((id) => {
        const index = names.indexOf(id);
        return {
          step: id,
          events: index < 0 ? 0 : graph.activityCounts[index]!,
          returns: index < 0 ? 0 : returnsWith[index]!,
          agreed: agreedSteps.has(id),
          watched: isWatched(id),
        };
      }),
    edges: edgesByCount(names, graph.pairs, graph.counts).map((edge) => {
      const [a, b] = [graph.pairs.from[edge]!, graph.pairs.to[edge]!];
      const wait = waits.pairs.find(a, b);
      const spread = wait < 0 ? undefined : waits.spreads[wait]!;
      return {
        from: names[a]!,
        to: names[b]!,
        count: graph.counts[edge]!,
        ...(spread !== undefined && { medianSeconds: spread.median, p90Seconds: spread.p90 }),
        minor: sums[edge]!,
        agreed: agreed.has(`${names[a]!}\n${names[b]!}`),
        orders: ordersOf(ways.get(edgeKey(names[a]!, names[b]!)) ?? []),
      };
    }),
    spine,
    model,
    variants: variantsOf(log).counts.length,
    variantOrders: { n: returns.length, orders: ordersOf(returns) },
    leftOut: input.returns.length - settled.length,
    leftOutOrders: ordersOf(input.returns.filter((state) => !compared.has(state))),
    fitting: {
      n: conformance.fittingCases,
      of: conformance.cases,
      orders: ordersOf(settled.filter((_, c) => fits.has(settledVariants.ofCase[c]!))),
      few: conformance.cases < 30,
    },
    notAligned: conformance.notAligned,
    stillRunning: open,
    sequence: drifts
      .map(({ category, activity, cases, examples }) => ({
        category,
        step: activity,
        orders: {
          ...shareOf(
            examples.map((key) => numberOf.get(key)!),
            settled.length,
          ),
          n: cases,
        },
      }))
      .sort(
        (left, right) =>
          right.orders.n - left.orders.n || byText(left.step + left.category, right.step + right.category),
      ),
    groups: groupsOf(returns, log, atStake),
  };
}

/** Groups that break more often than the rest, beyond what chance explains. */
function groupsOf(
  returns: readonly OrderState[],
  log: ReturnType<typeof returnLog>,
  money: Float64Array,
): GroupLift[] {
  const breaks = Uint8Array.from(returns, ({ verdict }) => Number(verdict === 'breaks'));
  const rows = log.columns.flatMap((column) => compareGroups(log, column, breaks, money));
  const valueOf = (name: string, c: number): string | undefined => {
    const column = log.columns.find((one) => one.name === name)!;
    return column.texts[column.values[log.caseStart[c]!]!];
  };
  const significant = rows.filter((row) => row.low > 1 && row.restCases > 0 && row.cases >= groupCasesMin);
  return significant.slice(0, groupsMax).map((row) => ({
    by: row.column as GroupLift['by'],
    value: row.value,
    breaks: {
      n: row.drifting,
      of: row.cases,
      orders: ordersOf(returns.filter((_, c) => breaks[c] === 1 && valueOf(row.column, c) === row.value)),
      few: row.fewCases,
    },
    rest: { n: Math.round(row.restRate * row.restCases), of: row.restCases },
    lift: round2(row.lift),
    low: round2(row.low),
    high: round2(row.high),
    minor: row.moneyMinor ?? 0,
  }));
}

const round2 = (value: number): number => (Number.isFinite(value) ? Math.round(value * 100) / 100 : 0);
