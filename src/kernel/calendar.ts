/**
 * Business calendars: when something that must happen "within 3 business days" is due.
 *
 * A term in days ends with its last day: a refund recorded on Tuesday 3 November with 3 business days is due on
 * Friday 6 November and overdue from the first moment of the 7th, in the calendar's zone. A term in hours is exact.
 */
export type Calendar = {
  /** IANA zone whose days count. */
  readonly zone: string;
  /** Working weekdays, 1 (Monday) to 7 (Sunday). */
  readonly workdays: readonly number[];
  /** Days off, `YYYY-MM-DD`. */
  readonly holidays: ReadonlySet<string>;
};

/** A length of time as policy writes it: `3bd` business days, `14cd` calendar days, `1h` hours. */
export type Term = { readonly count: number; readonly unit: 'bd' | 'cd' | 'h' };

/**
 * When an open item becomes overdue: `on` is what people read (a date, or an instant for terms in hours),
 * `overdueAt` the first instant, in epoch milliseconds, at which it is late.
 */
export type Due = { readonly on: string; readonly overdueAt: number };

const termPattern = /^(\d{1,4})\s*(bd|cd|h)$/;

/** Reads `3bd`, `14cd`, `1h`; undefined for anything else. */
export function parseTerm(text: string): Term | undefined {
  const match = termPattern.exec(text);
  if (match === null) return undefined;
  return { count: Number(match[1]), unit: match[2] as Term['unit'] };
}

const searchDaysMax = 3660;
const dueByCalendar = new WeakMap<Calendar, Map<string, Due>>();

/** Due time of `term` counted from the instant `from` (ISO, UTC). */
export function dueAfter(from: string, term: Term, calendar: Calendar): Due {
  if (term.unit === 'h') {
    const overdueAt = Date.parse(from) + term.count * 3_600_000;
    return { on: new Date(overdueAt).toISOString(), overdueAt };
  }
  const start = localDate(from, calendar.zone);
  const key = `${start} ${term.count}${term.unit}`;
  let known = dueByCalendar.get(calendar);
  if (known === undefined) dueByCalendar.set(calendar, (known = new Map()));
  let due = known.get(key);
  if (due === undefined) known.set(key, (due = countDays(start, term, calendar)));
  return due;
}

const workdaysByCalendar = new WeakMap<Calendar, Map<string, number>>();

/** Number of working days strictly after `from` up to and including `until` (both ISO instants). */
export function businessDaysBetween(from: string, until: string, calendar: Calendar): number {
  const first = localDate(from, calendar.zone);
  const last = localDate(until, calendar.zone);
  let known = workdaysByCalendar.get(calendar);
  if (known === undefined) workdaysByCalendar.set(calendar, (known = new Map()));
  const key = `${first} ${last}`;
  let count = known.get(key);
  if (count === undefined) known.set(key, (count = countWorkdays(first, last, calendar)));
  return count;
}

function countWorkdays(first: string, last: string, calendar: Calendar): number {
  let day = Temporal.PlainDate.from(first);
  let count = 0;
  for (let step = 0; step < searchDaysMax; step++) {
    day = day.add({ days: 1 });
    if (day.toString() > last) break;
    if (isBusinessDay(day, calendar)) count++;
  }
  return count;
}

function countDays(start: string, term: Term, calendar: Calendar): Due {
  let day = Temporal.PlainDate.from(start);
  if (term.unit === 'cd') day = day.add({ days: term.count });
  else {
    let left = term.count;
    for (let step = 0; left > 0 && step < searchDaysMax; step++) {
      day = day.add({ days: 1 });
      if (isBusinessDay(day, calendar)) left--;
    }
  }
  const next = day.add({ days: 1 }).toZonedDateTime(calendar.zone);
  return { on: day.toString(), overdueAt: next.epochMilliseconds };
}

/** Is the day one of work? */
export function isBusinessDay(day: Temporal.PlainDate, calendar: Calendar): boolean {
  return calendar.workdays.includes(day.dayOfWeek) && !calendar.holidays.has(day.toString());
}

const dateByZoneHour = new Map<string, string>();
const rememberedHoursMax = 200_000;

/** The calendar date of an instant in a zone. Zone offsets change on quarter hours at the finest. */
export function localDate(instant: string, zone: string): string {
  if (zone === 'UTC') return instant.slice(0, 10);
  const quarter = Math.floor(Number(instant.slice(14, 16)) / 15);
  const key = `${zone} ${instant.slice(0, 13)}.${quarter}`;
  let date = dateByZoneHour.get(key);
  if (date === undefined) {
    if (dateByZoneHour.size >= rememberedHoursMax) dateByZoneHour.clear();
    date = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
    dateByZoneHour.set(key, date);
  }
  return date;
}
