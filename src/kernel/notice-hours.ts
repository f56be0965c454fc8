/** Notice hours: when a team may be told something, on its working days and in its zone. */
import type { Calendar } from './calendar.ts';

/** `HH:MM` of the day, `from` included, `until` not. */
export type NoticeHours = { readonly from: string; readonly until: string };

const daysMax = 366;

/** The instant from which a team may be told what happened at `at` (both ISO): at once, or when it next works. */
export function nextNoticeAt(at: string, hours: NoticeHours, calendar: Calendar): string {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(calendar.zone);
  const [from, until] = [Temporal.PlainTime.from(hours.from), Temporal.PlainTime.from(hours.until)];
  const time = local.toPlainTime();
  const day = local.toPlainDate();
  const isBefore = Temporal.PlainTime.compare(time, from) < 0;
  const isAfter = Temporal.PlainTime.compare(time, until) >= 0;
  if (works(day, calendar) && !isBefore && !isAfter) return at;
  let next = isBefore ? day : day.add({ days: 1 });
  for (let step = 0; step < daysMax && !works(next, calendar); step++) next = next.add({ days: 1 });
  return instantOf(next, from, calendar);
}

/** The day (`YYYY-MM-DD`) whose time `HH:MM` was the last one to pass on a working day at or before `at`. */
export function lastOccurrence(at: string, time: string, calendar: Calendar): string | undefined {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(calendar.zone);
  const passed = Temporal.PlainTime.compare(local.toPlainTime(), Temporal.PlainTime.from(time)) >= 0;
  const day = local.toPlainDate();
  return passed && works(day, calendar) ? day.toString() : undefined;
}

const works = (day: Temporal.PlainDate, calendar: Calendar): boolean =>
  calendar.workdays.includes(day.dayOfWeek) && !calendar.holidays.has(day.toString());

const instantOf = (day: Temporal.PlainDate, time: Temporal.PlainTime, { zone }: Calendar): string =>
  new Date(day.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds).toISOString();
