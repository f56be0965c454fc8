/**
 * Time that counts: a clock that runs on working days only, so that the difference of two of its readings is the
 * time between them without weekends and holidays. A working day has 24 hours, from midnight to midnight on the
 * clocks of the calendar's zone; the days on which clocks change have 24 too.
 */
import type { Calendar } from '../kernel/calendar.ts';
import type { EventLog } from './event-log.ts';

const microsPerDay = 86_400_000_000;
const microsPerMilli = 1000;

export class BusinessClock {
  /** Changes of the zone's offset: from `since[i]` (microseconds in UTC) on it is `offset[i]` microseconds. */
  readonly #since: number[] = [-Infinity];
  readonly #offset: number[];
  readonly #firstDay: number;
  /** Working days before the day, from the first day on. */
  readonly #before: Uint32Array;

  /** For times from `first` to `last`, microseconds in UTC. */
  constructor(calendar: Calendar, first: number, last: number) {
    let at = Temporal.Instant.fromEpochMilliseconds(Math.floor(first / microsPerMilli)).toZonedDateTimeISO(
      calendar.zone,
    );
    this.#offset = [at.offsetNanoseconds / 1000];
    for (;;) {
      const next = at.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds * microsPerMilli > last) break;
      this.#since.push(next.epochMilliseconds * microsPerMilli);
      this.#offset.push(next.offsetNanoseconds / 1000);
      at = next;
    }
    this.#firstDay = Math.floor(first / microsPerDay) - 1;
    const days = Math.floor(last / microsPerDay) + 2 - this.#firstDay;
    const holidays = new Set(
      Array.from(calendar.holidays, (day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000),
    );
    this.#before = new Uint32Array(days + 1);
    for (let i = 0; i < days; i++) {
      const day = this.#firstDay + i;
      // 1970-01-01 was a Thursday, weekday 4.
      const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
      const works = calendar.workdays.includes(weekday) && !holidays.has(day);
      this.#before[i + 1] = this.#before[i]! + (works ? 1 : 0);
    }
  }

  /** Working time from the first day to that instant, in microseconds. */
  at(micros: number): number {
    let change = this.#since.length - 1;
    while (this.#since[change]! > micros) change--;
    const local = micros + this.#offset[change]!;
    const day = Math.floor(local / microsPerDay);
    const before = this.#before[day - this.#firstDay]!;
    const works = this.#before[day - this.#firstDay + 1]! > before;
    return before * microsPerDay + (works ? local - day * microsPerDay : 0);
  }
}

/** The same log with its times on a clock that runs on working days only. Unreadable times stay so. */
export function onBusinessClock(log: EventLog, calendar: Calendar): EventLog {
  let [first, last] = [Infinity, -Infinity];
  for (const time of log.time) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  if (first > last) return log;
  const clock = new BusinessClock(calendarOf(log, calendar), first, last);
  return { ...log, time: log.time.map((time) => (Number.isNaN(time) ? time : clock.at(time))) };
}

/** A log on its local clock is in its zone already: only days and holidays of the calendar count. */
export function calendarOf(log: EventLog, calendar: Calendar): Calendar {
  return log.clock === 'local' ? { ...calendar, zone: 'UTC' } : calendar;
}
