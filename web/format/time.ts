/** Times in the shop's zone, or in the reader's by a switch. Deadlines are dates; ages are durations. */
import type { Language } from '../words/words.ts';
import { localeOf } from './locale.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(
  language: Language,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language}/${zone}/${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(localeOf(language), { ...options, timeZone: zone });
    formats.set(key, format);
  }
  return format;
}

/** `3 Nov 2026, 14:02`. Takes an instant or a date, which has no time. */
export function timeText(at: string, language: Language, zone: string): string {
  if (isDate(at)) return dateText(at, language, zone);
  return dateFormat(language, zone, {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).format(Date.parse(at)); // prettier-ignore
}

/** `14:02`, or with seconds. */
export function clockText(at: string | number, language: Language, zone: string): string {
  return dateFormat(language, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    typeof at === 'number' ? at : Date.parse(at),
  );
}

/** `3 Nov 2026`; the day of an instant in the zone. */
export function dateText(at: string, language: Language, zone: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  return isDate(at)
    ? dateFormat(language, 'UTC', options).format(Date.parse(`${at}T00:00:00Z`))
    : dateFormat(language, zone, options).format(Date.parse(at));
}

/** `3 Nov`: without the year where it is this one. */
export function shortDateText(
  at: string,
  language: Language,
  zone: string,
  now: number = Date.now(),
): string {
  const instant = isDate(at) ? Date.parse(`${at}T12:00:00Z`) : Date.parse(at);
  const year = dateFormat(language, zone, { year: 'numeric' });
  if (year.format(instant) !== year.format(now)) return dateText(at, language, zone);
  return dateFormat(language, isDate(at) ? 'UTC' : zone, { day: 'numeric', month: 'short' }).format(instant);
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** How long something lasts or is ago, in its largest unit: `12 days`, `3 hours`. */
export function ageText(milliseconds: number, language: Language): string {
  return durationText(milliseconds, language, 'long');
}

const durationFormats = new Map<string, Intl.NumberFormat>();

function durationText(milliseconds: number, language: Language, unitDisplay: 'long' | 'narrow'): string {
  const length = Math.max(0, milliseconds);
  const [unit, size] = units.find(([, least]) => length >= least) ?? units[2];
  const key = `${language}/${unit}/${unitDisplay}`;
  let format = durationFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(localeOf(language), {
      style: 'unit',
      unit,
      unitDisplay,
      maximumFractionDigits: 0,
    });
    durationFormats.set(key, format);
  }
  return format.format(Math.floor(length / size));
}

/** Too short to be said in minutes. */
export const isNow = (milliseconds: number): boolean => milliseconds < 60_000;

/**
 * The same in narrow columns: `12d`, `3h`.
 *
 * @public
 */
export function shortAgeText(milliseconds: number, language: Language): string {
  return durationText(milliseconds, language, 'narrow');
}

const isDate = (at: string): boolean => /^\d{4}-\d\d-\d\d$/.test(at);
