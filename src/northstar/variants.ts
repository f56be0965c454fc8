import type { EventLog } from './event-log.ts';

/** The distinct sequences of activities in a log. A case without events has none. */
export type Variants = {
  /** Variant of each case, -1 for a case without events. */
  readonly ofCase: Int32Array;
  /** Cases per variant. */
  readonly counts: Uint32Array;
  /** First case of each variant: its events are the sequence. */
  readonly firstCase: Uint32Array;
  /** Variant numbers by count, largest first, ties by first appearance. */
  readonly byCount: readonly number[];
};

/** One pass: sequences are hashed, and compared only where hashes meet. */
export function variantsOf(log: EventLog): Variants {
  const { activity, caseStart } = log;
  const cases = log.cases.length;
  let slots = 1024;
  let table = new Int32Array(slots).fill(-1);
  const hashes: number[] = [];
  const counts: number[] = [];
  const firstCase: number[] = [];
  const ofCase = new Int32Array(cases);
  for (let c = 0; c < cases; c++) {
    const start = caseStart[c]!;
    const end = caseStart[c + 1]!;
    if (start === end) {
      ofCase[c] = -1;
      continue;
    }
    let hash = end - start;
    for (let e = start; e < end; e++) {
      hash = Math.imul(hash ^ activity[e]!, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    let slot = hash & (slots - 1);
    let variant = -1;
    while ((variant = table[slot]!) >= 0) {
      if (hashes[variant] === hash && sameSequence(activity, caseStart, firstCase[variant]!, start, end))
        break;
      slot = (slot + 1) & (slots - 1);
    }
    if (variant < 0) {
      variant = counts.push(0) - 1;
      table[slot] = variant;
      hashes.push(hash);
      firstCase.push(c);
      if (counts.length * 2 > slots) {
        slots *= 4;
        table = new Int32Array(slots).fill(-1);
        for (let v = 0; v < counts.length; v++) {
          let free = hashes[v]! & (slots - 1);
          while (table[free]! >= 0) free = (free + 1) & (slots - 1);
          table[free] = v;
        }
      }
    }
    counts[variant]!++;
    ofCase[c] = variant;
  }
  const byCount = counts.map((_, v) => v).sort((a, b) => counts[b]! - counts[a]! || a - b);
  return { ofCase, counts: Uint32Array.from(counts), firstCase: Uint32Array.from(firstCase), byCount };
}

function sameSequence(
  activity: Uint32Array,
  caseStart: Uint32Array,
  other: number,
  start: number,
  end: number,
): boolean {
  const from = caseStart[other]!;
  if (caseStart[other + 1]! - from !== end - start) return false;
  for (let i = end - start - 1; i >= 0; i--) if (activity[from + i] !== activity[start + i]) return false;
  return true;
}

/** Names of a variant's activities in order. */
export function variantActivities(log: EventLog, variants: Variants, variant: number): string[] {
  const first = variants.firstCase[variant]!;
  return Array.from(
    log.activity.subarray(log.caseStart[first], log.caseStart[first + 1]),
    (a) => log.activities[a]!,
  );
}

/** Cases in which an activity occurs more than once, per activity. */
export function reworkCases(log: EventLog): Uint32Array {
  const seenIn = new Int32Array(log.activities.length).fill(-1);
  const countedIn = new Int32Array(log.activities.length).fill(-1);
  const rework = new Uint32Array(log.activities.length);
  for (let c = 0; c < log.cases.length; c++) {
    for (let e = log.caseStart[c]!; e < log.caseStart[c + 1]!; e++) {
      const a = log.activity[e]!;
      if (seenIn[a] !== c) seenIn[a] = c;
      else if (countedIn[a] !== c) {
        countedIn[a] = c;
        rework[a]!++;
      }
    }
  }
  return rework;
}
