import type { BalanceSheet } from './balance-sheet.ts';
import { countsByName, performanceRows, type Counts } from './case-report.ts';
import { directlyFollows } from './directly-follows.ts';
import { executionsOf } from './executions.ts';
import { flatten, lifecycles, objectEdges } from './object-graph.ts';
import { countChanges, type ObjectLog } from './object-log.ts';
import type { Spread } from './performance-graph.ts';
import { slicedVariants } from './sliced-variants.ts';
import { variantsOf } from './variants.ts';

type ByType<T> = Readonly<Record<string, T>>;

/** Everything the map says about an object-centric log. Durations are seconds. */
export type ObjectReport = {
  readonly kind: 'objects';
  readonly format: string;
  readonly events: number;
  readonly objects: number;
  readonly e2o: number;
  readonly o2o: number;
  /** Attribute values of objects that replaced an earlier one. */
  readonly changes: number;
  readonly activities: Counts;
  readonly objectTypes: Counts;
  /** Objects without any event, per type: what was promised and never happened. */
  readonly objectsWithoutEvents: Counts;
  /** Per object type what follows what in the life of its objects. */
  readonly dfg: ByType<
    readonly (readonly [
      string,
      string,
      { eventCouples: number; uniqueObjects: number; totalObjects: number },
    ])[]
  >;
  readonly performance: ByType<readonly (readonly [string, string, Spread])[]>;
  readonly startActivities: ByType<Counts>;
  readonly endActivities: ByType<Counts>;
  /** Distinct sequences of activities in the life of a type's objects. */
  readonly variants: ByType<number>;
  /** The number that PM4Py prints in place of `variants`: see `sliced-variants.ts`. For comparison only. */
  readonly variantsInPm4py: ByType<number>;
  /** Groups of objects tied by common events, and how many kinds of them: see `executions.ts`. */
  readonly executions: number;
  readonly executionVariants: number;
  /** Executions per kind, most frequent first; the first hundred kinds. */
  readonly topExecutionVariants: readonly number[];
  /** Comparisons that took too many steps; their two executions stand as one kind. */
  readonly executionsUndecided: number;
  readonly balance: BalanceSheet;
};

export function objectReport(log: ObjectLog, format: string, balance: BalanceSheet): ObjectReport {
  const lives = lifecycles(log);
  const executions = executionsOf(log, lives);
  const activityNames = log.eventTypes.map(({ name }) => name);
  const typeNames = log.objectTypes.map(({ name }) => name);
  const idle = new Uint32Array(typeNames.length);
  log.objects.type.forEach((type, object) => {
    if (lives.start[object] === lives.start[object + 1]) idle[type]!++;
  });
  const perType = typeNames.map((type, index) => {
    const flat = flatten(log, lives, index);
    const graph = directlyFollows(flat);
    return {
      type,
      dfg: objectEdges(flat, graph).map(({ from, to, ...counts }) => [from, to, counts] as const),
      performance: performanceRows(flat),
      starts: countsByName(flat.activities, graph.starts),
      ends: countsByName(flat.activities, graph.ends),
      variants: variantsOf(flat).counts.length,
      variantsInPm4py: slicedVariants(log, index),
    };
  });
  const byType = <T>(pick: (row: (typeof perType)[number]) => T): ByType<T> =>
    Object.fromEntries(perType.map((row) => [row.type, pick(row)]));
  return {
    kind: 'objects',
    format,
    events: log.events.ids.length,
    objects: log.objects.ids.length,
    e2o: log.e2o.from.length,
    o2o: log.o2o.from.length,
    changes: countChanges(log),
    activities: countsByName(activityNames, tally(log.events.type, activityNames.length)),
    objectTypes: countsByName(typeNames, tally(log.objects.type, typeNames.length)),
    objectsWithoutEvents: countsByName(typeNames, idle),
    dfg: byType((row) => row.dfg),
    performance: byType((row) => row.performance),
    startActivities: byType((row) => row.starts),
    endActivities: byType((row) => row.ends),
    variants: byType((row) => row.variants),
    variantsInPm4py: byType((row) => row.variantsInPm4py),
    executions: executions.count,
    executionVariants: executions.variants.length,
    topExecutionVariants: executions.variants.slice(0, 100),
    executionsUndecided: executions.undecided,
    balance,
  };
}

function tally(values: Uint32Array, size: number): Uint32Array {
  const counts = new Uint32Array(size);
  for (let i = 0; i < values.length; i++) counts[values[i]!]!++;
  return counts;
}
