/**
 * Typed access to the fields of a WooCommerce object. What a field cannot give is noted as unread, with its path,
 * and the caller gets a harmless stand-in; `whole` then throws the result away. So a fact is either built from
 * readable fields only or not at all, and nothing throws.
 *
 *   const fields = new ObjectFields(body, unread);
 *   const placed = whole(unread, () => ({ total: fields.money('EUR', 'total'), at: fields.instant('date_created') }));
 */
import type { Unread } from '../contract.ts';
import { sumMinor } from './exact-decimal.ts';

export type Shape = Readonly<Record<string, unknown>>;

export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A positive whole number, as number or digits; ids are never anything else here. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? text : undefined;
}

/** The result of `build`, or undefined when it met a field that could not be read. */
export function whole<T>(unread: readonly Unread[], build: () => T): T | undefined {
  const before = unread.length;
  const value = build();
  return unread.length === before ? value : undefined;
}

const instantPattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z?)$/;

/**
 * An instant from WooCommerce's `2026-11-23T10:08:34`, which has no zone: `zone` says which one is meant.
 * Undefined for anything that is no day or no time (30 February).
 */
export function instantIn(value: unknown, zone: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = instantPattern.exec(value);
  if (match === null) return undefined;
  try {
    const local = Temporal.PlainDateTime.from(`${match[1]}T${match[2]}`, { overflow: 'reject' });
    const instant = local.toZonedDateTime(match[3] === 'Z' ? 'UTC' : zone).toInstant();
    const text = instant.toString({ fractionalSecondDigits: 3 });
    // Beyond the years 0 to 9999 instants have a sign and no longer sort as text.
    return text.length === 24 ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A value as the list of unread fields shows it. What stands where a text should is not spelled out. */
function shortText(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, 80);
  if (Array.isArray(value)) return 'a list';
  return isShape(value) ? 'an object' : value === undefined ? 'missing' : String(value);
}

export class ObjectFields {
  readonly body: Shape;
  private readonly unread: Unread[];
  private readonly path: string;

  constructor(body: Shape, unread: Unread[], path = '') {
    this.body = body;
    this.unread = unread;
    this.path = path;
  }

  /** Notes a field as unreadable; `value` where the field holds more than the offending part. */
  refuse(name: string, message: string, value: unknown = this.body[name]): void {
    this.unread.push({ code: 'unreadable', field: this.path + name, value: shortText(value), message });
  }

  id(name: string): string {
    const id = idOf(this.body[name]);
    if (id === undefined) this.refuse(name, 'Expected a positive whole number.');
    return id ?? '';
  }

  /** Text that must be there; numbers are taken as written. */
  text(name: string): string {
    const text = this.optionalText(name);
    if (text === undefined) this.refuse(name, 'Expected a text that is not empty.');
    return text ?? '';
  }

  /** Text, or undefined when the field is missing, empty or of another type. */
  optionalText(name: string): string | undefined {
    const value = this.body[name];
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  }

  /** Units: a whole number that is safe to count with. */
  quantity(name: string): number {
    const value = this.body[name];
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number === 0 ? 0 : number;
    this.refuse(name, 'Expected a whole number of units.');
    return 0;
  }

  /** Sum of decimal fields in minor units of `currency`, rounded once. Names the first field that is none. */
  money(currency: string, ...names: readonly [string, ...string[]]): number {
    const decimals = names.map((name) => this.optionalText(name) ?? '');
    const minor = sumMinor(decimals, currency);
    if (minor !== undefined) return minor;
    const bad = decimals.findIndex((decimal) => sumMinor([decimal], currency) === undefined);
    this.refuse(names[Math.max(bad, 0)] ?? names[0], 'Expected a decimal such as "59.90".');
    return 0;
  }

  /**
   * An instant: `<name>_gmt` in UTC, or `<name>` in the shop's zone where an export left the GMT field out.
   * Undefined when both are null or missing; unread when one is there and cannot be read.
   */
  optionalInstant(name: string, zone: string): string | undefined {
    const gmt = this.body[`${name}_gmt`];
    const isGiven = gmt !== undefined && gmt !== null;
    const field = isGiven ? `${name}_gmt` : name;
    const value = this.body[field];
    if (value === undefined || value === null) return undefined;
    const instant = instantIn(value, isGiven ? 'UTC' : zone);
    if (instant === undefined) this.refuse(field, 'Expected a date and time such as "2026-11-23T10:08:34".');
    return instant;
  }

  instant(name: string, zone: string): string {
    const before = this.unread.length;
    const instant = this.optionalInstant(name, zone);
    if (instant === undefined && this.unread.length === before) {
      this.refuse(`${name}_gmt`, 'Expected a date and time; there is none.');
    }
    return instant ?? '';
  }

  /** ISO 4217 code in capitals. */
  currency(name: string): string {
    const value = this.body[name];
    if (typeof value === 'string' && /^[A-Za-z]{3}$/.test(value)) return value.toUpperCase();
    this.refuse(name, 'Expected a currency code of three letters.');
    return 'XXX'; // ISO 4217 for no currency; the fact is not made.
  }

  /** The objects of a list; a missing list is empty unless `required`. */
  list(name: string, required = false): ObjectFields[] {
    const value = this.body[name];
    if ((value === undefined || value === null) && !required) return [];
    if (!Array.isArray(value)) {
      this.refuse(name, 'Expected a list.');
      return [];
    }
    const found: ObjectFields[] = [];
    value.forEach((entry: unknown, index) => {
      const path = `${this.path}${name}[${index}]`;
      if (isShape(entry)) found.push(new ObjectFields(entry, this.unread, `${path}.`));
      else {
        const message = 'Expected an object.';
        this.unread.push({ code: 'unreadable', field: path, value: shortText(entry), message });
      }
    });
    return found;
  }
}
