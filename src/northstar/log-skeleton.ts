/** The log skeleton: what holds between two activities wherever they occur. Counted as PM4Py 2.7.14 counts. */
import { byText } from '../kernel/by-text.ts';
import { directlyFollows } from './directly-follows.ts';
import type { EventLog } from './event-log.ts';
import { variantsOf } from './variants.ts';

type Pairs = readonly (readonly [string, string])[];

export type LogSkeleton = {
  /** Wherever the first occurs the second does, equally often in the case. */
  readonly equivalence: Pairs;
  /** Whatever comes after the first, directly or later, is the second. */
  readonly alwaysAfter: Pairs;
  /** Whatever comes before the first, directly or earlier, is the second. */
  readonly alwaysBefore: Pairs;
  readonly neverTogether: Pairs;
  /** Right after the first the second always comes. */
  readonly directlyFollows: Pairs;
  /** How often an activity occurs in one case: all numbers seen, rising. */
  readonly frequencies: Readonly<Record<string, readonly number[]>>;
};

export function logSkeleton(log: EventLog): LogSkeleton {
  const size = log.activities.length;
  const graph = directlyFollows(log);
  const events = graph.activityCounts;
  const { follows, together, equal, frequencies } = relationsOf(log);
  const used = Array.from(log.activities, (_, a) => a).filter((a) => events[a]! > 0);
  const successors = used.map((a) => used.filter((b) => follows[a * size + b] === 1));
  const predecessors = used.map((b) => used.filter((a) => follows[a * size + b] === 1));
  const pairs = (holds: (a: number, b: number) => boolean): Pairs =>
    used
      .flatMap((a) =>
        used.filter((b) => holds(a, b)).map((b) => [log.activities[a]!, log.activities[b]!] as const),
      )
      .sort((x, y) => byText(x[0], y[0]) || byText(x[1], y[1]));
  const only = (lists: readonly (readonly number[])[]): Pairs => {
    const single = new Map(used.map((a, i) => [a, lists[i]!.length === 1 ? lists[i]![0] : undefined]));
    return pairs((a, b) => single.get(a) === b);
  };
  const edgeCount = (a: number, b: number): number => {
    const edge = graph.pairs.find(a, b);
    return edge < 0 ? 0 : graph.counts[edge]!;
  };
  return {
    equivalence: pairs((a, b) => a !== b && equal[a * size + b] === events[a]),
    alwaysAfter: only(successors),
    alwaysBefore: only(predecessors),
    neverTogether: pairs((a, b) => a !== b && together[a * size + b] === 0),
    directlyFollows: pairs((a, b) => edgeCount(a, b) === events[a]),
    frequencies: Object.fromEntries(
      used
        .map((a) => [log.activities[a]!, [...frequencies[a]!].sort((x, y) => x - y)] as const)
        .sort((x, y) => byText(x[0], y[0])),
    ),
  };
}

/** Pairs lie at `a * activities + b`. */
type Relations = {
  /** 1 where a comes before b in some case. */
  readonly follows: Uint8Array;
  /** 1 where both occur in some case. */
  readonly together: Uint8Array;
  /** Events of a in cases in which b occurs equally often. */
  readonly equal: Float64Array;
  /** Occurrences per case, as sets. */
  readonly frequencies: readonly Set<number>[];
};

/** One pass over the variants: events, then pairs of the activities of a variant. */
function relationsOf(log: EventLog): Relations {
  const size = log.activities.length;
  const variants = variantsOf(log);
  const frequencies = log.activities.map(() => new Set<number>());
  const [follows, together] = [new Uint8Array(size * size), new Uint8Array(size * size)];
  const equal = new Float64Array(size * size);
  const [count, first, last] = [new Uint32Array(size), new Uint32Array(size), new Uint32Array(size)];
  const inVariants = new Uint32Array(size);
  variants.counts.forEach((weight, variant) => {
    const c = variants.firstCase[variant]!;
    const trace = log.activity.subarray(log.caseStart[c], log.caseStart[c + 1]);
    const present: number[] = [];
    trace.forEach((a, i) => {
      if (count[a] === 0) {
        present.push(a);
        first[a] = i;
      }
      count[a]!++;
      last[a] = i;
    });
    for (const a of present) {
      inVariants[a]!++;
      frequencies[a]!.add(count[a]!);
      for (const b of present) {
        const pair = a * size + b;
        together[pair] = 1;
        if (first[a]! < last[b]!) follows[pair] = 1;
        if (count[a] === count[b]) equal[pair]! += count[a]! * weight;
      }
    }
    for (const a of present) count[a] = 0;
  });
  frequencies.forEach((seen, a) => {
    if (inVariants[a]! < variants.counts.length) seen.add(0);
  });
  return { follows, together, equal, frequencies };
}
