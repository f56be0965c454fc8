import type { EventLog } from './event-log.ts';
import { PairIndex } from './pair-index.ts';
import { microsPerSecond } from './time-text.ts';

/** Spread of a set of durations, in seconds. `stdev` is the sample's (n − 1); null for one value. */
export type Spread = {
  readonly n: number;
  readonly mean: number;
  readonly median: number;
  readonly p90: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly stdev: number | null;
};

/** Waits between directly following events, per edge. Edges without any pair of readable times have none. */
export type PerformanceGraph = { readonly pairs: PairIndex; readonly spreads: readonly Spread[] };

/** Two passes: count per edge, then durations side by side per edge. */
export function performanceGraph(log: EventLog): PerformanceGraph {
  const { activity, caseStart, time } = log;
  const pairs = new PairIndex(log.activities.length);
  const events = activity.length;
  const pairOf = new Int32Array(events).fill(-1);
  const counts: number[] = [];
  for (let c = 0; c + 1 < caseStart.length; c++) {
    const end = caseStart[c + 1]!;
    for (let e = caseStart[c]! + 1; e < end; e++) {
      if (Number.isNaN(time[e]! - time[e - 1]!)) continue;
      const pair = pairs.idOf(activity[e - 1]!, activity[e]!);
      if (pair === counts.length) counts.push(1);
      else counts[pair]!++;
      pairOf[e] = pair;
    }
  }
  const start = new Uint32Array(counts.length + 1);
  for (let p = 0; p < counts.length; p++) start[p + 1] = start[p]! + counts[p]!;
  const next = start.slice();
  const durations = new Float64Array(start[counts.length]!);
  for (let e = 1; e < events; e++) {
    const pair = pairOf[e]!;
    if (pair >= 0) durations[next[pair]!++] = time[e]! - time[e - 1]!;
  }
  const spreads = counts.map((_, p) => spreadOf(durations.subarray(start[p]!, start[p + 1]!)));
  return { pairs, spreads };
}

/** From first to last event of each case that has both times, in seconds. */
export function caseDurations(log: EventLog): Spread | undefined {
  const values: number[] = [];
  for (let c = 0; c < log.cases.length; c++) {
    const [start, end] = [log.caseStart[c]!, log.caseStart[c + 1]!];
    if (start === end) continue;
    const duration = log.time[end - 1]! - log.time[start]!;
    if (!Number.isNaN(duration)) values.push(duration);
  }
  return values.length === 0 ? undefined : spreadOf(Float64Array.from(values));
}

/** Spread of durations in microseconds; sorts them in place. At least one. */
export function spreadOf(micros: Float64Array): Spread {
  const n = micros.length;
  micros.sort();
  let sum = 0;
  for (let i = 0; i < n; i++) sum += micros[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (micros[i]! - mean) ** 2;
  const middle = n >> 1;
  const median = n % 2 === 1 ? micros[middle]! : (micros[middle - 1]! + micros[middle]!) / 2;
  return {
    n,
    mean: mean / microsPerSecond,
    median: median / microsPerSecond,
    p90: micros[Math.ceil(n * 0.9) - 1]! / microsPerSecond,
    min: micros[0]! / microsPerSecond,
    max: micros[n - 1]! / microsPerSecond,
    sum: sum / microsPerSecond,
    stdev: n === 1 ? null : Math.sqrt(squares / (n - 1)) / microsPerSecond,
  };
}
