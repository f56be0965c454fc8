/**
 * Temporal profile: for every ordered pair of activities (a before b in one case, not only directly) how far apart
 * they are. Two events at one time are 0 apart and count; pairs that run backwards in time are left out.
 *
 * All pairs of a case are visited while it has at most 2,000 events. A longer one is summed per
 * activity instead (events × activities, not events², but for pairs that run backwards), so that a case of 100,000 events takes a second, not
 * minutes.
 */
import type { EventLog } from './event-log.ts';
import { PairIndex } from './pair-index.ts';
import { microsPerSecond } from './time-text.ts';

export type TemporalProfile = {
  readonly pairs: PairIndex;
  /** Per pair, in microseconds; `stdev` is the sample's, 0 for one observation. */
  readonly counts: Float64Array;
  readonly mean: Float64Array;
  readonly stdev: Float64Array;
};

const longCase = 2000;

export function temporalProfile(log: EventLog): TemporalProfile {
  const pairs = new PairIndex(log.activities.length);
  const counts: number[] = [];
  // Sums are taken of the difference to the first value seen: where all values are equal the mean is that value exactly.
  const first: number[] = [];
  const sums: number[] = [];
  const add = (pair: number, n: number, sum: number): void => {
    if (pair === counts.length) {
      counts.push(n);
      first.push(sum / n);
      sums.push(0);
    } else {
      counts[pair]! += n;
      sums[pair]! += sum - n * first[pair]!;
    }
  };
  eachCase(log, {
    short: (start, end) => {
      const { activity, time } = log;
      for (let j = start + 1; j < end; j++) {
        const after = activity[j]!;
        const at = time[j]!;
        for (let i = start; i < j; i++) {
          const wait = at - time[i]!;
          if (!(wait >= 0)) continue;
          const pair = pairs.idOf(activity[i]!, after);
          if (pair === counts.length) add(pair, 1, wait);
          else {
            counts[pair]!++;
            sums[pair]! += wait - first[pair]!;
          }
        }
      }
    },
    long: (before, activity, at) => {
      for (const a of before.seen)
        add(pairs.idOf(a, activity), before.n[a]!, before.n[a]! * at - before.sum[a]!);
    },
  });
  const mean = Float64Array.from(counts, (n, pair) => first[pair]! + sums[pair]! / n);
  const squares = new Float64Array(counts.length);
  eachCase(log, {
    short: (start, end) => {
      const { activity, time } = log;
      for (let j = start + 1; j < end; j++) {
        const after = activity[j]!;
        const at = time[j]!;
        for (let i = start; i < j; i++) {
          const wait = at - time[i]!;
          if (!(wait >= 0)) continue;
          const pair = pairs.find(activity[i]!, after);
          const off = wait - mean[pair]!;
          squares[pair]! += off * off;
        }
      }
    },
    long: (before, activity, at) => {
      for (const a of before.seen) {
        const pair = pairs.find(a, activity);
        const from = at - mean[pair]!;
        squares[pair]! += Math.max(
          0,
          before.n[a]! * from * from - 2 * from * before.sum[a]! + before.squares[a]!,
        );
      }
    },
  });
  const stdev = squares.map((square, pair) =>
    counts[pair]! > 1 ? Math.sqrt(square / (counts[pair]! - 1)) : 0,
  );
  return { pairs, counts: Float64Array.from(counts), mean, stdev };
}

/** `[from, to, mean, stdev]` in seconds. */
export function profileRows(log: EventLog, profile: TemporalProfile): [string, string, number, number][] {
  return Array.from(profile.mean, (mean, pair) => [
    log.activities[profile.pairs.from[pair]!]!,
    log.activities[profile.pairs.to[pair]!]!,
    mean / microsPerSecond,
    profile.stdev[pair]! / microsPerSecond,
  ]);
}

export type TemporalDeviations = {
  /** Cases with at least one deviating pair, and all deviating pairs. */
  readonly cases: number;
  readonly deviations: number;
  /** Deviating pairs per case. */
  readonly perCase: Float64Array;
};

/** Pairs of events that lie further than `zeta` standard deviations from the mean of their activities. */
export function temporalDeviations(
  log: EventLog,
  profile: TemporalProfile,
  zeta: number,
): TemporalDeviations {
  const { pairs, mean, stdev } = profile;
  const least = mean.map((value, pair) => value - zeta * stdev[pair]!);
  const most = mean.map((value, pair) => value + zeta * stdev[pair]!);
  const perCase = new Float64Array(log.cases.length);
  eachCase(log, {
    short: (start, end, c) => {
      const { activity, time } = log;
      let found = 0;
      for (let j = start + 1; j < end; j++) {
        const after = activity[j]!;
        const at = time[j]!;
        for (let i = start; i < j; i++) {
          const wait = at - time[i]!;
          if (!(wait >= 0)) continue;
          const pair = pairs.find(activity[i]!, after);
          if (pair >= 0 && (wait < least[pair]! || wait > most[pair]!)) found++;
        }
      }
      perCase[c] = found;
    },
    long: (before, activity, at, c) => {
      for (const a of before.seen) {
        const pair = pairs.find(a, activity);
        if (pair < 0) continue;
        const times = before.times[a]!;
        // Times rise: the earliest ones wait too long, the latest ones too short.
        perCase[c]! +=
          firstAtLeast(times, at - most[pair]!) +
          Math.max(0, before.n[a]! - firstAbove(times, at - least[pair]!));
      }
    },
  });
  let cases = 0;
  let deviations = 0;
  for (const found of perCase) {
    deviations += found;
    if (found > 0) cases++;
  }
  return { cases, deviations, perCase };
}

/** What lies before an event in a long case; times count from the start of the case. */
type Before = {
  readonly seen: number[];
  readonly n: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly times: number[][];
};

type Visit = {
  readonly short: (start: number, end: number, c: number) => void;
  readonly long: (before: Before, activity: number, at: number, c: number) => void;
};

function eachCase(log: EventLog, visit: Visit): void {
  for (let c = 0; c < log.cases.length; c++) {
    const start = log.caseStart[c]!;
    const end = log.caseStart[c + 1]!;
    if (end - start <= longCase) visit.short(start, end, c);
    else visitLong(log, start, end, c, visit.long);
  }
}

function visitLong(log: EventLog, start: number, end: number, c: number, visit: Visit['long']): void {
  const size = log.activities.length;
  const all: Before = { seen: [], ...sums(size), times: Array.from({ length: size }, () => []) };
  const notLater: Before = { seen: [], ...sums(size), times: all.times };
  let origin = NaN;
  for (let e = start; e < end; e++) {
    if (Number.isNaN(log.time[e]!)) continue;
    if (Number.isNaN(origin)) origin = log.time[e]!;
    const at = log.time[e]! - origin;
    const a = log.activity[e]!;
    notLater.seen.length = 0;
    for (const b of all.seen) {
      const times = all.times[b]!;
      let [n, sum, squares] = [all.n[b]!, all.sum[b]!, all.squares[b]!];
      // What lies earlier in the case but later in time makes no pair; of a case in time order there is none.
      for (; n > 0 && times[n - 1]! > at; n--) {
        sum -= times[n - 1]!;
        squares -= times[n - 1]! ** 2;
      }
      if (n === 0) continue;
      notLater.seen.push(b);
      [notLater.n[b], notLater.sum[b], notLater.squares[b]] = [n, sum, squares];
    }
    visit(notLater, a, at, c);
    const times = all.times[a]!;
    if (times.length === 0) all.seen.push(a);
    all.n[a]!++;
    all.sum[a]! += at;
    all.squares[a]! += at * at;
    if (times.length === 0 || times.at(-1)! <= at) times.push(at);
    else times.splice(firstAbove(times, at), 0, at);
  }
}

const sums = (size: number): Pick<Before, 'n' | 'sum' | 'squares'> => ({
  n: new Float64Array(size),
  sum: new Float64Array(size),
  squares: new Float64Array(size),
});

/** Index of the first value ≥ limit in rising values. */
function firstAtLeast(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first value > limit in rising values. */
function firstAbove(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
