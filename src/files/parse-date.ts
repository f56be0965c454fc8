/** Dates as people's files write them, in named notations. Pure. */

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
