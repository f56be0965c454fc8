import type { BalanceSheet } from './balance-sheet.ts';
import { constraintTemplates, findConstraints, fitConstraints } from './declare.ts';
import { directlyFollows, edgesByCount } from './directly-follows.ts';
import type { EventLog } from './event-log.ts';
import { logSkeleton, type LogSkeleton } from './log-skeleton.ts';
import { PairIndex } from './pair-index.ts';
import { caseDurations, performanceGraph, type Spread } from './performance-graph.ts';
import {
  profileRows,
  temporalDeviations,
  temporalProfile,
  type TemporalProfile,
} from './temporal-profile.ts';
import { reworkCases, variantActivities, variantsOf } from './variants.ts';

export type Counts = Readonly<Record<string, number>>;

/** Everything the map says about a case-centric log. Durations are seconds; lists begin with the most frequent. */
export type CaseReport = {
  readonly kind: 'cases';
  readonly format: string;
  readonly events: number;
  readonly cases: number;
  readonly activities: Counts;
  /** Number of distinct sequences; the most frequent ones follow in `topVariants`. */
  readonly variants: number;
  readonly topVariants: readonly (readonly [readonly string[], number])[];
  /** Events of the shortest case that has any; null without events. */
  readonly shortestCase: number | null;
  readonly startActivities: Counts;
  readonly endActivities: Counts;
  readonly dfg: readonly (readonly [string, string, number])[];
  readonly performance: readonly (readonly [string, string, Spread])[];
  /** Mean and standard deviation from the first activity of a pair to the second, wherever in a case. */
  readonly temporalProfile: readonly (readonly [string, string, number, number])[];
  /** Cases and pairs further than that many standard deviations from the mean. */
  readonly temporalDeviations: readonly {
    readonly zeta: number;
    readonly cases: number;
    readonly deviations: number;
  }[];
  /** Cases in which an activity comes more than once. */
  readonly rework: Counts;
  readonly caseDuration: Spread | null;
  /** `utc`, or `local` where the log's offsets are one zone with summer time. */
  readonly clock: 'utc' | 'local';
  readonly footprints: {
    readonly sequence: readonly (readonly [string, string])[];
    readonly parallel: readonly (readonly [string, string])[];
  };
  /** How often the first activity of a pair comes anywhere before the second in a case, with all repetitions. */
  readonly eventuallyFollows: readonly (readonly [string, string, number])[];
  /** Constraints that most cases keep: template, activities, cases it speaks about, cases that keep it. */
  readonly constraints: ConstraintReport | null;
  /** What holds between two activities in every case; null where constraints are. */
  readonly logSkeleton: LogSkeleton | null;
  readonly balance: BalanceSheet;
};

export type ConstraintReport = {
  readonly found: readonly {
    readonly template: string;
    readonly activities: readonly string[];
    readonly support: number;
    readonly confidence: number;
  }[];
  readonly fittingCases: number;
  readonly meanFitness: number;
  readonly deviations: number;
};

const zetas = [1, 2, 3];
const topVariants = 100;
/** Variants × pairs of activities that are judged for a report; beyond, they are left to those who ask for them. */
const constraintBudget = 20_000_000;

export function caseReport(log: EventLog, format: string, balance: BalanceSheet): CaseReport {
  const names = log.activities;
  const graph = directlyFollows(log);
  const variants = variantsOf(log);
  const profile = temporalProfile(log);
  const pair = (pairs: PairIndex, edge: number): [string, string] => [
    names[pairs.from[edge]!]!,
    names[pairs.to[edge]!]!,
  ];
  return {
    kind: 'cases',
    format,
    events: log.activity.length,
    cases: log.cases.length,
    activities: countsByName(names, graph.activityCounts),
    variants: variants.counts.length,
    topVariants: variants.byCount
      .slice(0, topVariants)
      .map((variant) => [variantActivities(log, variants, variant), variants.counts[variant]!]),
    shortestCase: shortestCase(log),
    startActivities: countsByName(names, graph.starts),
    endActivities: countsByName(names, graph.ends),
    dfg: edgesByCount(names, graph.pairs, graph.counts).map((edge) => [
      ...pair(graph.pairs, edge),
      graph.counts[edge]!,
    ]),
    performance: performanceRows(log),
    temporalProfile: sortedProfile(log, profile),
    temporalDeviations: zetas.map((zeta) => {
      const { cases, deviations } = temporalDeviations(log, profile, zeta);
      return { zeta, cases, deviations };
    }),
    rework: countsByName(names, reworkCases(log)),
    caseDuration: caseDurations(log) ?? null,
    clock: log.clock,
    footprints: footprints(names, graph.pairs),
    eventuallyFollows: eventuallyFollows(log),
    ...pairJudgements(log, variants.counts.length),
    balance,
  };
}

/** Waits per edge, the edge with most of them first. */
export function performanceRows(log: EventLog): [string, string, Spread][] {
  const { pairs, spreads } = performanceGraph(log);
  const counts = spreads.map(({ n }) => n);
  return edgesByCount(log.activities, pairs, counts).map((edge) => [
    log.activities[pairs.from[edge]!]!,
    log.activities[pairs.to[edge]!]!,
    spreads[edge]!,
  ]);
}

function shortestCase(log: EventLog): number | null {
  let shortest = Infinity;
  for (let c = 0; c < log.cases.length; c++) {
    const length = log.caseStart[c + 1]! - log.caseStart[c]!;
    if (length > 0 && length < shortest) shortest = length;
  }
  return Number.isFinite(shortest) ? shortest : null;
}

/** `{ name: count }` without zeros, largest first, ties by name. */
export function countsByName(names: readonly string[], counts: ArrayLike<number>): Counts {
  const rows = names.map((name, i) => [name, counts[i]!] as const).filter(([, count]) => count > 0);
  return Object.fromEntries(rows.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

function sortedProfile(log: EventLog, profile: TemporalProfile): [string, string, number, number][] {
  const rows = profileRows(log, profile);
  return edgesByCount(log.activities, profile.pairs, profile.counts).map((pair) => rows[pair]!);
}

function footprints(names: readonly string[], pairs: PairIndex): CaseReport['footprints'] {
  const sequence: [string, string][] = [];
  const parallel: [string, string][] = [];
  for (let edge = 0; edge < pairs.size; edge++) {
    const [from, to] = [pairs.from[edge]!, pairs.to[edge]!];
    (pairs.find(to, from) < 0 ? sequence : parallel).push([names[from]!, names[to]!]);
  }
  const byName = (a: [string, string], b: [string, string]): number => (a.join('\n') < b.join('\n') ? -1 : 1);
  return { sequence: sequence.sort(byName), parallel: parallel.sort(byName) };
}

/** One pass with a count per activity of the case so far: events × activities of the case, not events². */
function eventuallyFollows(log: EventLog): [string, string, number][] {
  const pairs = new PairIndex(log.activities.length);
  const counts: number[] = [];
  const before = new Float64Array(log.activities.length);
  for (let c = 0; c < log.cases.length; c++) {
    const seen: number[] = [];
    for (let e = log.caseStart[c]!; e < log.caseStart[c + 1]!; e++) {
      const activity = log.activity[e]!;
      for (const earlier of seen) {
        const pair = pairs.idOf(earlier, activity);
        counts[pair] = (counts[pair] ?? 0) + before[earlier]!;
      }
      if (before[activity] === 0) seen.push(activity);
      before[activity]!++;
    }
    for (const activity of seen) before[activity] = 0;
  }
  return edgesByCount(log.activities, pairs, counts).map((pair) => [
    log.activities[pairs.from[pair]!]!,
    log.activities[pairs.to[pair]!]!,
    counts[pair]!,
  ]);
}

function pairJudgements(log: EventLog, variants: number): Pick<CaseReport, 'constraints' | 'logSkeleton'> {
  const work = variants * log.activities.length * (log.activities.length + constraintTemplates.length);
  if (variants === 0 || work > constraintBudget) return { constraints: null, logSkeleton: null };
  return { constraints: constraintReport(log), logSkeleton: logSkeleton(log) };
}

function constraintReport(log: EventLog): ConstraintReport {
  const found = findConstraints(log);
  const rows = found.map(({ template, activity, other, support, confidence }) => ({
    template,
    activities: other === undefined ? [activity] : [activity, other],
    support,
    confidence,
  }));
  return { found: rows, ...fitConstraints(log, found) };
}
