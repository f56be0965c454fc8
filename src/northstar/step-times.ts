import { dueAfter, type Calendar } from '../kernel/calendar.ts';
import { plainCalendar } from '../kernel/policy.ts';
import { calendarOf } from './business-clock.ts';
import type { EventLog } from './event-log.ts';
import type { StepPlace } from './journey-order.ts';
import { microsPerSecond } from './time-text.ts';

/** First time of each activity in a case, in microseconds. */
export function timesByActivity(log: EventLog, c: number): Map<string, number> {
  const times = new Map<string, number>();
  for (let e = log.caseStart[c]!; e < log.caseStart[c + 1]!; e++) {
    const activity = log.activities[log.activity[e]!]!;
    if (!times.has(activity) && !Number.isNaN(log.time[e]!)) times.set(activity, log.time[e]!);
  }
  return times;
}

/** When the time of a step began: at the latest step before it. Undefined where none of them happened. */
export function beganAt(place: StepPlace, times: ReadonlyMap<string, number>): number | undefined {
  const begins = place.before.map((activity) => times.get(activity)).filter((time) => time !== undefined);
  return begins.length === 0 ? undefined : Math.max(...begins);
}

/** Tells when steps are due. Without a calendar, Monday to Friday in UTC are business days. */
export class StepClock {
  readonly #calendar: Calendar;

  constructor(log: EventLog, calendar: Calendar = plainCalendar('UTC')) {
    this.#calendar = calendarOf(log, calendar);
  }

  /** The first microsecond at which the step is late. Undefined where it has no window or its time has not begun. */
  overdueAt(place: StepPlace, times: ReadonlyMap<string, number>): number | undefined {
    const began = beganAt(place, times);
    if (began === undefined) return undefined;
    if (place.withinBusinessDays !== undefined) {
      const from = new Date(Math.floor(began / 1000)).toISOString();
      return dueAfter(from, { count: place.withinBusinessDays, unit: 'bd' }, this.#calendar).overdueAt * 1000;
    }
    return place.withinSeconds === undefined ? undefined : began + place.withinSeconds * microsPerSecond + 1;
  }
}

/** Time of the last event; -Infinity where none has a time. */
export function latestTime(time: Float64Array): number {
  let last = -Infinity;
  for (let e = 0; e < time.length; e++) if (time[e]! > last) last = time[e]!;
  return last;
}
