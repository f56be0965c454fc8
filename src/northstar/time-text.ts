/**
 * Points in time as files write them. A time is a whole number of microseconds since 1970 in UTC (exact in a
 * double until the year 2255), so that differences are exact. How a text was written (`T` or blank, digits of the
 * fraction, zone) is its *form*: with it, writing gives back the same characters.
 *
 *   2010-12-30T14:32:00.000+01:00   2010-12-30 14:32:00+0100   2010-12-30T14:32Z   2010-12-30
 *   2010/12/30 14:32                30.12.2010 14:32:00        1293715920 (seconds, 13 digits ms, 16 digits µs)
 *
 * A text without zone is read as UTC and counted in `assumedUtc`. `12/30/2010` is refused: nobody can tell month
 * and day apart in all of them.
 */
export type TimeForm = {
  readonly style: 'dash' | 'slash' | 'german' | 'seconds' | 'milliseconds' | 'microseconds';
  /** Between date and clock: `T`, `t`, blank, or empty for a date alone. */
  readonly separator: string;
  /** Whether the clock has seconds. */
  readonly seconds: boolean;
  /** Digits of the fraction as written, at most 6 are kept. */
  readonly fraction: number;
  /** As written: `Z`, `+01:00`, `+0100`, `+01`, ` UTC`, or empty. */
  readonly zone: string;
};

/** RFC 3339 in UTC with as many digits as needed: what writers use where the form of a text is not known. */
export const utcForm: TimeForm = { style: 'dash', separator: 'T', seconds: true, fraction: 0, zone: 'Z' };

export const microsPerSecond = 1_000_000;
const microsPerMinute = 60 * microsPerSecond;
const microsPerDay = 86_400 * microsPerSecond;
const textLimit = 64;
const monthsMax = 300 * 12;

/** Days since 1970-01-01 of a date in the Gregorian calendar; NaN for a date that does not exist. */
function daysOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > 31) return NaN;
  if (day > 28) {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const longest =
      month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
    if (day > longest) return NaN;
  }
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

/**
 * Reads times one after the other. `read` returns microseconds or NaN; `form` then is the index in `forms` of how
 * the last one was written.
 */
export class TimeReader {
  readonly forms: TimeForm[] = [];
  form = 0;
  /** Texts without a zone, read as UTC. */
  assumedUtc = 0;
  /** Texts with more than six digits of fraction, cut. */
  cutFraction = 0;
  readonly #formIds = new Map<string, number>();
  readonly #scratch = new Uint8Array(textLimit);
  /** Days of the first of each month met, by months since 1900; few months make up a log. */
  readonly #months = new Float64Array(monthsMax).fill(NaN);
  #lastKey = -1;
  #lastZone = '';

  /** Reads a text; anything longer than 64 characters or beyond ASCII is no time. */
  readText(text: string): number {
    const length = text.length;
    if (length > textLimit) return NaN;
    const scratch = this.#scratch;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return NaN;
      scratch[i] = code;
    }
    return this.read(scratch, 0, length);
  }

  /** Reads `bytes[start, end)`; blanks around it are ignored. */
  read(bytes: Uint8Array, start: number, end: number): number {
    while (start < end && bytes[start]! <= 32) start++;
    while (end > start && bytes[end - 1]! <= 32) end--;
    const digits = digitsAt(bytes, start, end);
    if (digits === 4) return this.#readDate(bytes, start, end);
    if (digits === 2) return this.#readGerman(bytes, start, end);
    if (start + digits !== end) return NaN;
    if (digits === 10) return this.#epoch(bytes, start, end, 'seconds', microsPerSecond);
    if (digits === 13) return this.#epoch(bytes, start, end, 'milliseconds', 1000);
    if (digits === 16) return this.#epoch(bytes, start, end, 'microseconds', 1);
    return NaN;
  }

  #epoch(bytes: Uint8Array, start: number, end: number, style: TimeForm['style'], scale: number): number {
    this.#keepForm(style, '', false, 0, '');
    return numberAt(bytes, start, end) * scale;
  }

  #readDate(bytes: Uint8Array, start: number, end: number): number {
    const mark = bytes[start + 4];
    if ((mark !== 45 && mark !== 47) || bytes[start + 7] !== mark || end - start < 10) return NaN;
    const month = pairAt(bytes, start + 5);
    const day = pairAt(bytes, start + 8);
    const year = numberAt(bytes, start, start + 4);
    const days = this.#daysOf(year, month, day);
    return this.#withClock(bytes, start + 10, end, days, mark === 45 ? 'dash' : 'slash');
  }

  #readGerman(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start + 2] !== 46 || bytes[start + 5] !== 46 || digitsAt(bytes, start + 6, end) !== 4)
      return NaN;
    const year = numberAt(bytes, start + 6, start + 10);
    const days = this.#daysOf(year, pairAt(bytes, start + 3), pairAt(bytes, start));
    return this.#withClock(bytes, start + 10, end, days, 'german');
  }

  #daysOf(year: number, month: number, day: number): number {
    const place = (year - 1900) * 12 + month - 1;
    if (!(place >= 0 && place < monthsMax && month >= 1 && month <= 12 && day >= 1 && day <= 28))
      return daysOf(year, month, day);
    let first = this.#months[place]!;
    if (Number.isNaN(first)) this.#months[place] = first = daysOf(year, month, 1);
    return first + day - 1;
  }

  #withClock(bytes: Uint8Array, at: number, end: number, days: number, style: TimeForm['style']): number {
    if (Number.isNaN(days)) return NaN;
    if (at === end) {
      this.assumedUtc++;
      this.#keepForm(style, '', false, 0, '');
      return days * microsPerDay;
    }
    const separator = bytes[at]!;
    if ((separator !== 84 && separator !== 116 && separator !== 32) || bytes[at + 3] !== 58) return NaN;
    const hour = pairAt(bytes, at + 1);
    const minute = pairAt(bytes, at + 4);
    if (!(hour < 24 && minute < 60) || at + 6 > end) return NaN;
    at += 6;
    let micros = days * microsPerDay + (hour * 60 + minute) * microsPerMinute;
    const withSeconds = at < end && bytes[at] === 58;
    let fraction = 0;
    if (withSeconds) {
      const second = pairAt(bytes, at + 1);
      if (!(second < 60) || at + 3 > end) return NaN;
      micros += second * microsPerSecond;
      at += 3;
      if (at < end && (bytes[at] === 46 || bytes[at] === 44)) {
        fraction = digitsAt(bytes, at + 1, end);
        if (fraction === 0) return NaN;
        let part = 0;
        for (let i = 0; i < 6; i++) part = part * 10 + (i < fraction ? bytes[at + 1 + i]! - 48 : 0);
        micros += part;
        at += 1 + fraction;
        if (fraction > 6) {
          this.cutFraction++;
          fraction = 6;
        }
      }
    }
    const offset = this.#zone(bytes, at, end);
    if (Number.isNaN(offset)) return NaN;
    this.#keepZone(bytes, at, end);
    this.#keepForm(style, String.fromCharCode(separator), withSeconds, fraction, this.#lastZone);
    return micros - offset * microsPerMinute;
  }

  /** Offset in minutes of the zone written in `bytes[at, end)`; NaN when it is none. */
  #zone(bytes: Uint8Array, at: number, end: number): number {
    if (at === end) {
      this.assumedUtc++;
      return 0;
    }
    const blank = bytes[at] === 32;
    if (blank) at++;
    const sign = bytes[at];
    const length = end - at;
    if (length === 1 && !blank) return sign === 90 || sign === 122 ? 0 : NaN;
    if (length === 3 && sign === 85 && bytes[at + 1] === 84 && bytes[at + 2] === 67) return 0; // UTC
    if (sign !== 43 && sign !== 45) return NaN;
    const hours = pairAt(bytes, at + 1);
    const colon = bytes[at + 3] === 58 ? 1 : 0;
    if (length !== 3 && length !== 5 + colon) return NaN;
    const minutes = length === 3 ? 0 : pairAt(bytes, at + 3 + colon);
    if (!(hours < 24 && minutes < 60)) return NaN;
    const offset = hours * 60 + minutes;
    return sign === 45 ? -offset : offset;
  }

  /** Most times of a file share their zone: the text is made anew only when it differs from the last. */
  #keepZone(bytes: Uint8Array, at: number, end: number): void {
    const last = this.#lastZone;
    let same = last.length === end - at;
    for (let i = 0; same && i < last.length; i++) same = last.charCodeAt(i) === bytes[at + i];
    if (same) return;
    this.#lastZone = String.fromCharCode(...bytes.subarray(at, end));
    this.#lastKey = -1;
  }

  #keepForm(
    style: TimeForm['style'],
    separator: string,
    seconds: boolean,
    fraction: number,
    zone: string,
  ): void {
    const styleKey = style === 'dash' ? 0 : style === 'slash' ? 1 : style === 'german' ? 2 : style === 'seconds' ? 3 : style === 'milliseconds' ? 4 : 5; // prettier-ignore
    const separatorKey = separator === 'T' ? 0 : separator === ' ' ? 1 : separator === '' ? 2 : 3;
    const key = ((styleKey * 4 + separatorKey) * 2 + (seconds ? 1 : 0)) * 8 + fraction;
    if (key === this.#lastKey) return;
    if (zone === '') this.#lastZone = '';
    const name = `${key}|${zone}`;
    let id = this.#formIds.get(name);
    if (id === undefined) {
      id = this.forms.push({ style, separator, seconds, fraction, zone }) - 1;
      this.#formIds.set(name, id);
    }
    this.form = id;
    this.#lastKey = key;
  }
}

function digitsAt(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i]! >= 48 && bytes[i]! <= 57) i++;
  return i - start;
}

function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + bytes[i]! - 48;
  return value;
}

/** Two digits; NaN when they are none. */
function pairAt(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** Writes a time in a form: the characters it was read from. Without a form: RFC 3339 in UTC. */
export function formatTime(micros: number, form: TimeForm = utcForm): string {
  if (form.style === 'seconds') return String(micros / microsPerSecond);
  if (form.style === 'milliseconds') return String(micros / 1000);
  if (form.style === 'microseconds') return String(micros);
  const local = micros + zoneMinutes(form.zone) * microsPerMinute;
  const millis = Math.floor(local / 1000);
  const iso = new Date(millis).toISOString();
  const [year, month, day] = [iso.slice(0, -20), iso.slice(-19, -17), iso.slice(-16, -14)];
  const date =
    form.style === 'dash' ? `${year}-${month}-${day}` : form.style === 'slash' ? `${year}/${month}/${day}` : `${day}.${month}.${year}`; // prettier-ignore
  if (form.separator === '') return date;
  const sixDigits = iso.slice(-4, -1) + String(local - millis * 1000).padStart(3, '0');
  const needed = form === utcForm ? sixDigits.replace(/0{1,6}$/, '').length : form.fraction;
  const fraction = needed === 0 ? '' : `.${sixDigits.slice(0, needed)}`;
  return `${date}${form.separator}${iso.slice(-13, form.seconds ? -5 : -8)}${fraction}${form.zone}`;
}

/** RFC 3339 with its own zone where the form is one, else in UTC: for formats whose schema demands it. */
export function formatRfc3339(micros: number, form: TimeForm | undefined): string {
  const fits =
    form?.style === 'dash' &&
    form.separator === 'T' &&
    form.seconds &&
    /^(?:Z|[+-]\d\d:\d\d)$/.test(form.zone);
  return formatTime(micros, fits ? form : utcForm);
}

/** Minutes east of UTC of a zone as written; 0 for `Z`, `UTC` or none. */
export function zoneMinutes(zone: string): number {
  const match = /([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}
