import type { EventLog } from './event-log.ts';

/** Mean place of each activity in its cases, from 0. */
export function meanPlaces(log: EventLog): ReadonlyMap<string, number> {
  const sums = new Float64Array(log.activities.length);
  const counts = new Float64Array(log.activities.length);
  for (let c = 0; c < log.cases.length; c++) {
    const start = log.caseStart[c]!;
    for (let e = start; e < log.caseStart[c + 1]!; e++) {
      sums[log.activity[e]!]! += e - start;
      counts[log.activity[e]!]!++;
    }
  }
  return new Map(
    log.activities.flatMap((name, a) => (counts[a]! > 0 ? [[name, sums[a]! / counts[a]!]] : [])),
  );
}
