/**
 * A case-centric event log in columns. Events lie case by case, inside a case in the order of the file (or, when
 * asked, by time with ties in file order): event e of case c has caseStart[c] ≤ e < caseStart[c + 1].
 */
export type EventLog = {
  /** Names by number; only those that occur. */
  readonly activities: readonly string[];
  /** Case ids in order of appearance; a case may have no events. */
  readonly cases: readonly string[];
  readonly caseStart: Uint32Array;
  readonly activity: Uint32Array;
  /** Microseconds since 1970 on the log's clock; NaN where the event has no readable time. */
  readonly time: Float64Array;
  /** UTC, or the local clock of the one zone the log was written in (see `local-clock.ts`). */
  readonly clock: Clock;
  /** Position of the event in the file, 0 upwards. */
  readonly row: Uint32Array;
  /** Further columns, where the reader was asked to keep them. */
  readonly columns: readonly Column[];
};

/** One attribute of all events; `values[e]` indexes `texts`. Index 0 is the empty text: no value. */
export type Column = {
  readonly name: string;
  readonly texts: readonly string[];
  readonly values: Uint32Array;
};

export type EventOrder = 'file' | 'time';
export type Clock = 'utc' | 'local';

/** The events of a log as they come out of a file, one entry per event, in file order. */
export type EventRows = {
  readonly activities: readonly string[];
  readonly cases: readonly string[];
  readonly case: Uint32Array;
  readonly activity: Uint32Array;
  readonly time: Float64Array;
  readonly clock: Clock;
  readonly columns?: readonly Column[];
};

/** Groups events by case with one counting sort: linear in events and cases. */
export function groupByCase(rows: EventRows, order: EventOrder = 'file'): EventLog {
  const events = rows.case.length;
  const caseStart = new Uint32Array(rows.cases.length + 1);
  for (let e = 0; e < events; e++) caseStart[rows.case[e]! + 1]!++;
  for (let c = 0; c < rows.cases.length; c++) caseStart[c + 1]! += caseStart[c]!;
  const next = caseStart.slice(0, -1);
  const row = new Uint32Array(events);
  let isInPlace = true;
  for (let e = 0; e < events; e++) {
    const place = next[rows.case[e]!]!++;
    row[place] = e;
    if (place !== e) isInPlace = false;
  }
  if (order === 'time') isInPlace = !sortCasesByTime(row, caseStart, rows.time) && isInPlace;
  // Most files hold case after case: then nothing moves, and copying as it is takes a tenth of the time.
  const activity = isInPlace ? rows.activity.slice() : new Uint32Array(events);
  const time = isInPlace ? rows.time.slice() : new Float64Array(events);
  if (!isInPlace) {
    for (let e = 0; e < events; e++) {
      activity[e] = rows.activity[row[e]!]!;
      time[e] = rows.time[row[e]!]!;
    }
  }
  const columns = (rows.columns ?? []).map((column) => {
    const values = new Uint32Array(events);
    for (let e = 0; e < events; e++) values[e] = column.values[row[e]!]!;
    return { name: column.name, texts: column.texts, values };
  });
  return {
    activities: rows.activities,
    cases: rows.cases,
    caseStart,
    activity,
    time,
    clock: rows.clock,
    row,
    columns,
  };
}

/** Stable sort inside each case; events without time keep the place after the one before them. Did any move? */
function sortCasesByTime(row: Uint32Array, caseStart: Uint32Array, time: Float64Array): boolean {
  let hasMoved = false;
  for (let c = 0; c + 1 < caseStart.length; c++) {
    const start = caseStart[c]!;
    const end = caseStart[c + 1]!;
    let sorted = true;
    for (let e = start + 1; e < end && sorted; e++) sorted = !(time[row[e]!]! < time[row[e - 1]!]!);
    if (sorted) continue;
    hasMoved = true;
    let latest = -Infinity;
    const keyed = [...row.subarray(start, end)].map((r) => {
      const t = time[r]!;
      if (!Number.isNaN(t)) latest = t;
      return { r, t: latest };
    });
    keyed.sort((a, b) => a.t - b.t || a.r - b.r);
    for (let i = 0; i < keyed.length; i++) row[start + i] = keyed[i]!.r;
  }
  return hasMoved;
}

/** Cases in which an event lies before its predecessor: their file order and time order differ. */
export function countUnorderedCases(log: EventLog): number {
  let count = 0;
  for (let c = 0; c < log.cases.length; c++) {
    const end = log.caseStart[c + 1]!;
    for (let e = log.caseStart[c]! + 1; e < end; e++) {
      if (log.time[e]! < log.time[e - 1]!) {
        count++;
        break;
      }
    }
  }
  return count;
}
