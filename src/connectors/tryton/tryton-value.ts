/**
 * Tryton's JSON-RPC encodings, decoded strictly: what is not exactly the documented shape is `undefined`, so that
 * the caller can name the field.
 *
 *   {"__class__": "Decimal", "decimal": "89.9000"}
 *   {"__class__": "datetime", "year": 2026, "month": 11, "day": 23, "hour": 10, "minute": 8, "second": 51, "microsecond": 55511}
 *   {"__class__": "date", "year": 2026, "month": 11, "day": 23}
 *   "sale.line,383"                                   a reference; "sale.line,-1" is an empty one
 *
 * Times are UTC without a zone (recording 031).
 */
import { parseMinor } from '../../kernel/money.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : undefined;
}

/** True for any value in one of Tryton's `__class__` encodings. */
export function isEncoded(value: unknown): boolean {
  return typeof asRecord(value)?.['__class__'] === 'string';
}

const scientific = /^([+-]?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/;

/** Python prints tiny or huge decimals with an exponent (`0E-8`): plain digits again. */
function plainDecimal(text: string): string {
  const match = scientific.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const point = whole.length + Number(power);
  const digits = (whole + fraction).padStart(whole.length + fraction.length - Math.min(0, point - 1), '0');
  const shifted = point < 1 ? 1 : point;
  return `${sign}${digits.slice(0, shifted).padEnd(shifted, '0')}.${digits.slice(shifted)}`;
}

/** Digits of an encoded Decimal. */
function decimalText(value: unknown): string | undefined {
  const record = asRecord(value);
  if (record?.['__class__'] !== 'Decimal' || typeof record['decimal'] !== 'string') return undefined;
  return plainDecimal(record['decimal']);
}

/** Minor units of an encoded Decimal, rounded half away from zero at the currency's digits. */
export function decodeMinor(value: unknown, currency: string): number | undefined {
  const text = decimalText(value);
  return text === undefined ? undefined : parseMinor(text, currency);
}

/** An encoded Decimal that is no money, such as a rate. */
export function decodeDecimal(value: unknown): number | undefined {
  const number = Number(decimalText(value) ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}

function wholeNumbers(record: JsonRecord, fields: readonly string[]): number[] | undefined {
  const numbers: number[] = [];
  for (const field of fields) {
    const value = record[field];
    if (!Number.isInteger(value)) return undefined;
    numbers.push(value as number);
  }
  return numbers;
}

/** `2026-11-23T10:08:51.055Z` of an encoded datetime. */
export function decodeInstant(value: unknown): string | undefined {
  const record = asRecord(value);
  if (record?.['__class__'] !== 'datetime') return undefined;
  const parts = wholeNumbers(record, ['year', 'month', 'day', 'hour', 'minute', 'second']);
  const micro = record['microsecond'] ?? 0;
  if (parts === undefined || !Number.isInteger(micro)) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const milli = Math.floor((micro as number) / 1000);
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milli));
  const asGiven =
    year >= 1000 && year <= 9999 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day &&
    at.getUTCHours() === hour && at.getUTCMinutes() === minute && at.getUTCSeconds() === second &&
    milli >= 0 && milli < 1000; // prettier-ignore
  return asGiven ? at.toISOString() : undefined;
}

/** `2026-11-23` of an encoded date. */
export function decodeDate(value: unknown): string | undefined {
  const record = asRecord(value);
  if (record?.['__class__'] !== 'date') return undefined;
  const midnight = decodeInstant({
    ...record,
    __class__: 'datetime',
    hour: 0,
    minute: 0,
    second: 0,
    microsecond: 0,
  });
  return midnight?.slice(0, 10);
}

export type Reference = { readonly model: string; readonly id: number };

/** Model and id of a reference field; undefined for an empty or malformed one. */
export function decodeReference(value: unknown): Reference | undefined {
  const match = typeof value === 'string' ? /^([a-z][a-z0-9_.]*),(\d{1,15})$/.exec(value) : null;
  if (match === null) return undefined;
  const [, model = '', id = ''] = match;
  return Number(id) > 0 ? { model, id: Number(id) } : undefined;
}

/** A record id: a positive whole number. */
export function decodeId(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}

/** A quantity in whole units, with sign. Tryton sends floats: `2.0`, and now and then `2.0000000000000004`. */
export function decodeUnits(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  const whole = Math.round(value);
  return Number.isSafeInteger(whole) && Math.abs(value - whole) < 1e-9 ? whole + 0 : undefined;
}

/** The last millisecond of a date in a zone, as an instant. */
export function endOfDay(date: string, zone: string): string {
  const next = Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone);
  return new Date(next.epochMilliseconds - 1).toISOString();
}
