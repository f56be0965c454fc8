/** Values as people's files write them: decimals, dates in named notations, amounts. Pure. */
import { currencyDigits } from '../kernel/money.ts';

/** The character between whole and fraction. */
export type DecimalMark = '.' | ',';

const micro = 1_000_000;

const plainPatterns = { '.': /^-?\d{1,9}(?:\.\d{1,6})?$/, ',': /^-?\d{1,9}(?:,\d{1,6})?$/ } as const;
const groupedPatterns = {
  '.': /^(\d+|\d{1,3}(?:[,'\u2019 ]\d{3})+)(?:\.(\d*))?$|^\.(\d+)$/,
  ',': /^(\d+|\d{1,3}(?:[.'\u2019 ]\d{3})+)(?:,(\d*))?$|^,(\d+)$/,
} as const;

/**
 * A decimal in millionths, exact: `1.234,50` with mark `,` is 1234500000. Groups must be of three digits, the sign
 * may lead or trail (`12,00-`), parentheses mean minus, a currency sign or code may stand at either end.
 * Undefined for anything else, also for more than six digits after the mark and for values beyond 9 billion.
 */
export function parseMicros(text: string, mark: DecimalMark): number | undefined {
  // Nearly every cell is as plain as this; only the others pay for the ways people write numbers.
  const plain = plainPatterns[mark].test(text) ? text.replace(',', '.') : toPlain(text, mark);
  if (plain === undefined) return undefined;
  const point = plain.indexOf('.');
  const whole = point === -1 ? plain : plain.slice(0, point);
  const fraction = point === -1 ? '' : plain.slice(point + 1).replace(/0{1,99}$/, '');
  if (fraction.length > 6) return undefined;
  const size = Math.abs(Number(whole)) * micro + Number(fraction.padEnd(6, '0'));
  if (!Number.isSafeInteger(size)) return undefined;
  return plain.startsWith('-') && size !== 0 ? -size : size;
}

/** Reduces a written number to `-1234.5`; undefined where its parts do not stand as numbers are written. */
function toPlain(text: string, mark: DecimalMark): string | undefined {
  let body = text.replace(/[\u00a0\u202f\s]/g, ' ').trim();
  body = body.replace(/^(?:[A-Z]{3}|[€$£¥])|(?:[A-Z]{3}|[€$£¥])$/g, '').trim();
  let minus = false;
  const wrapped = /^\((.*)\)$/.exec(body);
  if (wrapped !== null) {
    minus = true;
    body = wrapped[1]!.trim();
  }
  const before = /^[+\-\u2212]/.exec(body)?.[0] ?? '';
  const rest = body.slice(before.length);
  const after = /[+\-\u2212]$/.exec(rest)?.[0] ?? '';
  if (before !== '' && after !== '') return undefined;
  if (/[-\u2212]/.test(`${before}${after}`)) minus = !minus;
  body = rest
    .slice(0, rest.length - after.length)
    .trim()
    .replace(/^(?:[€$£¥])\s*/, '');
  const number = groupedPatterns[mark].exec(body);
  if (number === null) return undefined;
  const whole = (number[1] ?? '0').replace(/\D/g, '');
  const fraction = number[2] ?? number[3] ?? '';
  return `${minus ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A whole number (`17850`, `17850.0`, `1.200` with decimal comma); undefined for anything else. */
export function parseWhole(text: string, mark: DecimalMark): number | undefined {
  const micros = parseMicros(text, mark);
  return micros === undefined || micros % micro !== 0 ? undefined : micros / micro;
}

/** An amount in minor units; undefined where it has more digits than the currency (rounding would guess). */
export function parseAmount(text: string, mark: DecimalMark, currency: string): number | undefined {
  const micros = parseMicros(text, mark);
  if (micros === undefined) return undefined;
  const unit = 10 ** (6 - currencyDigits(currency));
  return micros % unit === 0 ? micros / unit : undefined;
}

/** `quantity` × a price in millionths, in minor units, rounded half away from zero. */
export function lineAmount(quantity: number, unitPriceMicros: number, currency: string): number {
  const unit = 10 ** (6 - currencyDigits(currency));
  const product = quantity * unitPriceMicros;
  if (!Number.isSafeInteger(product))
    throw new RangeError(`line too large: ${quantity} × ${unitPriceMicros}`);
  const size = Math.abs(product);
  const rounded = Math.floor(size / unit) + ((size % unit) * 2 >= unit ? 1 : 0);
  return product < 0 && rounded !== 0 ? -rounded : rounded;
}

/** Date notations a mapping may name. Times (`08:26`, `08:26:00.5`, `8:26 PM`) and zones (`Z`, `+01:00`) may follow. */
export const dateNotations = [
  'yyyy-MM-dd', 'yyyy/MM/dd', 'yyyyMMdd', 'dd.MM.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy', 'dd-MM-yyyy', 'd MMM yyyy',
  'MMM d, yyyy', 'epoch-seconds', 'epoch-milliseconds',
] as const; // prettier-ignore
export type DateNotation = (typeof dateNotations)[number];

const timePattern =
  '(?:[ T,]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?:\\s*([AaPp])\\.?[Mm]\\.?)?)?\\s*(Z|UTC|GMT|[+-]\\d{2}:?\\d{2}|[A-Z]{3,4})?';
const datePatterns: Readonly<Record<Exclude<DateNotation, `epoch-${string}`>, RegExp>> = {
  'yyyy-MM-dd': new RegExp(`^(?<y>\\d{4})-(?<m>\\d{1,2})-(?<d>\\d{1,2})${timePattern}$`),
  'yyyy/MM/dd': new RegExp(`^(?<y>\\d{4})/(?<m>\\d{1,2})/(?<d>\\d{1,2})${timePattern}$`),
  yyyyMMdd: new RegExp(`^(?<y>\\d{4})(?<m>\\d{2})(?<d>\\d{2})${timePattern}$`),
  'dd.MM.yyyy': new RegExp(`^(?<d>\\d{1,2})\\.(?<m>\\d{1,2})\\.(?<y>\\d{4}|\\d{2})${timePattern}$`),
  'dd/MM/yyyy': new RegExp(`^(?<d>\\d{1,2})/(?<m>\\d{1,2})/(?<y>\\d{4}|\\d{2})${timePattern}$`),
  'MM/dd/yyyy': new RegExp(`^(?<m>\\d{1,2})/(?<d>\\d{1,2})/(?<y>\\d{4}|\\d{2})${timePattern}$`),
  'dd-MM-yyyy': new RegExp(`^(?<d>\\d{1,2})-(?<m>\\d{1,2})-(?<y>\\d{4})${timePattern}$`),
  'd MMM yyyy': new RegExp(`^(?<d>\\d{1,2})\\.? (?<n>\\p{L}{3,9})\\.?,? (?<y>\\d{4})${timePattern}$`, 'u'),
  'MMM d, yyyy': new RegExp(`^(?<n>\\p{L}{3,9})\\.? (?<d>\\d{1,2}),? (?<y>\\d{4})${timePattern}$`, 'u'),
};

/** First three letters of month names, English and German. */
const months: readonly string[][] = [
  ['jan', 'jän'], ['feb'], ['mar', 'mär', 'mrz'], ['apr'], ['may', 'mai'], ['jun'],
  ['jul'], ['aug'], ['sep'], ['oct', 'okt'], ['nov'], ['dec', 'dez'],
]; // prettier-ignore

/** An instant in milliseconds; `dateOnly` where no time was given: it then stands for the end of that day. */
export type ParsedDate = { readonly at: number; readonly dateOnly: boolean };

/**
 * Reads a date in one of the notations given, local to `zone` unless it names its own. A date without time is the
 * last millisecond of its day there. Undefined for anything else, also for 30 February and 25:00.
 */
export function parseDate(
  text: string,
  notations: readonly DateNotation[],
  zone: string,
): ParsedDate | undefined {
  const body = text.trim();
  for (const notation of notations) {
    if (notation === 'epoch-seconds' || notation === 'epoch-milliseconds') {
      if (!/^\d{9,14}(?:\.0+)?$/.test(body)) continue;
      const at = Number(body) * (notation === 'epoch-seconds' ? 1000 : 1);
      return Number.isSafeInteger(at) && at < 8.64e15 ? { at, dateOnly: false } : undefined;
    }
    const match = datePatterns[notation].exec(body);
    const parsed = match === null ? undefined : toInstant(match, zone);
    if (parsed !== undefined) return parsed;
  }
  return undefined;
}

function toInstant(match: RegExpExecArray, zone: string): ParsedDate | undefined {
  const groups = match.groups!;
  const year = groups['y']!.length === 2 ? 2000 + Number(groups['y']) : Number(groups['y']);
  const name = groups['n']?.slice(0, 3).toLowerCase();
  const month =
    name === undefined ? Number(groups['m']) : months.findIndex((names) => names.includes(name)) + 1;
  const day = Number(groups['d']);
  const [hourText, minuteText, secondText, fraction, half, offset] = match.slice(-6);
  const named = offset === undefined ? zone : offsetZone(offset);
  if (named === undefined) return undefined;
  if (hourText === undefined) {
    const start = halfHourStart(named, year, month, day, 24, 0);
    return start === undefined ? undefined : { at: start - 1, dateOnly: true };
  }
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  const minute = Number(minuteText);
  const second = Number(secondText ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const start = halfHourStart(named, year, month, day, hour, minute < 30 ? 0 : 30);
  if (start === undefined) return undefined;
  const millisecond = Number((fraction ?? '0').slice(0, 3).padEnd(3, '0'));
  return { at: start + (minute % 30) * 60_000 + second * 1000 + millisecond, dateOnly: false };
}

const startsMax = 50_000;
const starts = new Map<string, number | undefined>();

/**
 * Where a half hour of local time begins, in epoch milliseconds; hour 24 is the next day's first. Clocks change at
 * full and half hours only, so all times within one are read from it: a table of rows would otherwise spend most
 * of its time in the calendar. Undefined for what is no date.
 */
function halfHourStart(
  zone: string,
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): number | undefined {
  const key = `${zone} ${year}-${month}-${day} ${hour}:${minute}`;
  const known = starts.get(key);
  if (known !== undefined || starts.has(key)) return known;
  if (starts.size >= startsMax) starts.clear();
  let start: number | undefined;
  try {
    const date = Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
    const plain =
      hour === 24 ? date.add({ days: 1 }).toPlainDateTime() : date.toPlainDateTime({ hour, minute });
    start = plain.toZonedDateTime(zone).epochMilliseconds;
  } catch {
    // Temporal refuses what is no date; that is the answer, not a fault.
  }
  starts.set(key, start);
  return start;
}

const zoneNames: Readonly<Record<string, string>> = {
  Z: 'UTC', UTC: 'UTC', GMT: 'UTC', CET: '+01:00', CEST: '+02:00', BST: '+01:00',
  EST: '-05:00', EDT: '-04:00', CST: '-06:00', CDT: '-05:00', MST: '-07:00', MDT: '-06:00',
  PST: '-08:00', PDT: '-07:00',
}; // prettier-ignore

function offsetZone(text: string): string | undefined {
  const offset = /^([+-]\d{2}):?(\d{2})$/.exec(text);
  return offset === null ? zoneNames[text] : `${offset[1]}:${offset[2]}`;
}
