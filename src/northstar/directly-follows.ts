import { byText } from '../kernel/by-text.ts';
import type { EventLog } from './event-log.ts';
import { PairIndex } from './pair-index.ts';

/** Directly-follows graph of a log: how often one activity comes right after another in a case. */
export type DirectlyFollows = {
  /** Edges in order of first appearance. */
  readonly pairs: PairIndex;
  /** Occurrences per edge. */
  readonly counts: Uint32Array;
  /** Occurrences per activity, and cases that begin and end with it. */
  readonly activityCounts: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
};

/** One pass over the events. */
export function directlyFollows(log: EventLog): DirectlyFollows {
  const { activity, caseStart } = log;
  const size = log.activities.length;
  const pairs = new PairIndex(size);
  const counts: number[] = [];
  const activityCounts = new Uint32Array(size);
  const starts = new Uint32Array(size);
  const ends = new Uint32Array(size);
  for (let c = 0; c + 1 < caseStart.length; c++) {
    const start = caseStart[c]!;
    const end = caseStart[c + 1]!;
    if (start === end) continue;
    let before = activity[start]!;
    starts[before]!++;
    activityCounts[before]!++;
    for (let e = start + 1; e < end; e++) {
      const after = activity[e]!;
      activityCounts[after]!++;
      const pair = pairs.idOf(before, after);
      if (pair === counts.length) counts.push(1);
      else counts[pair]!++;
      before = after;
    }
    ends[before]!++;
  }
  return { pairs, counts: Uint32Array.from(counts), activityCounts, starts, ends };
}

/** Edge numbers by count, largest first, ties by names: the order in which people read them. */
export function edgesByCount(
  names: readonly string[],
  pairs: PairIndex,
  counts: ArrayLike<number>,
): number[] {
  const order = Array.from({ length: pairs.size }, (_, pair) => pair);
  return order.sort(
    (a, b) =>
      counts[b]! - counts[a]! ||
      byText(names[pairs.from[a]!]!, names[pairs.from[b]!]!) ||
      byText(names[pairs.to[a]!]!, names[pairs.to[b]!]!),
  );
}
