/** Times of canonical facts: RFC 3339 with a zone, or a bare date. */

const timePattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)$/;
const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * An instant in UTC with milliseconds, or undefined for what is none: 30 February, a time without zone. A bare date
 * is the last millisecond of that day in `zone`.
 */
export function readInstant(text: string, zone: string): string | undefined {
  if (isPlainUtc(text)) return text.length === 24 ? text : `${text.slice(0, 19)}.000Z`;
  if (datePattern.test(text)) return isDate(text) ? endOfDay(text, zone) : undefined;
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = 'Z'] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const colon = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  if (colon !== 'Z' && (Number(colon.slice(1, 3)) > 23 || Number(colon.slice(4)) > 59)) return undefined;
  const at = new Date(local + colon);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Whether a text is a day of the calendar, `2026-11-02`. */
export function isDate(text: string): boolean {
  const date = datePattern.exec(text);
  return date !== null && isDay(Number(date[1]), Number(date[2]), Number(date[3]));
}

/**
 * `2026-11-02T08:00:00Z` or `…00.000Z`, the forms nearly every line has; checked by character because a million
 * lines go through here.
 */
function isPlainUtc(text: string): boolean {
  const { length } = text;
  if ((length !== 20 && length !== 24) || text.charCodeAt(length - 1) !== 90 /* Z */) return false;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(10) !== 84 /* T */)
    return false;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58 /* : */) return false;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  if (!isDay(year, twoDigits(text, 5), twoDigits(text, 8))) return false;
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return false;
  if (length === 20) return true;
  return text.charCodeAt(19) === 46 /* . */ && twoDigits(text, 20) >= 0 && twoDigits(text, 21) >= 0;
}

/** Two digits as a number, NaN for anything else. */
function twoDigits(text: string, index: number): number {
  const tens = text.charCodeAt(index) - 48;
  const ones = text.charCodeAt(index + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  if (month !== 2 || day < 29) return day <= daysInMonth[month - 1]!;
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function endOfDay(day: string, zone: string): string {
  try {
    const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime({ timeZone: zone });
    return new Date(next.epochMilliseconds - 1).toISOString();
  } catch {
    return `${day}T23:59:59.999Z`;
  }
}
