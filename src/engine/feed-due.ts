/** When a file feed should have brought something. Pure. */
import { isBusinessDay, localDate, type Calendar } from '../kernel/calendar.ts';
import type { FeedSettings } from '../wire/feed-settings.ts';

const searchDaysMax = 60;

/**
 * The moment by which the last file was expected, and the one before it: a file that came after the earlier one
 * answers for the later one. Undefined where nothing is expected, or was within two months. Epoch milliseconds.
 */
export function lastExpected(
  expected: NonNullable<FeedSettings['expected']>,
  calendar: Calendar,
  now: number,
): { readonly day: string; readonly at: number; readonly since: number } | undefined {
  const zone = expected.zone ?? calendar.zone;
  let day = Temporal.PlainDate.from(localDate(new Date(now).toISOString(), zone));
  const found: { day: string; at: number }[] = [];
  for (let step = 0; step < searchDaysMax && found.length < 2; step++, day = day.subtract({ days: 1 })) {
    if (!isBusinessDay(day, calendar)) continue;
    const at = day.toZonedDateTime({
      timeZone: zone,
      plainTime: Temporal.PlainTime.from(expected.by),
    }).epochMilliseconds;
    if (at <= now) found.push({ day: day.toString(), at });
  }
  const [last, before] = found;
  return last === undefined || before === undefined ? undefined : { ...last, since: before.at };
}
