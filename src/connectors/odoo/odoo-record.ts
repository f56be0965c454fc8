/**
 * Odoo records as `read` and `search_read` give them over RPC: a many2one is `[id, name]` or `false`, an empty text
 * or date is `false`, times are UTC text without zone (recording 068), amounts and quantities are JSON floats.
 * Every accessor answers undefined for what is not there or has another shape; none throws.
 */
import { parseMinor } from '../../kernel/money.ts';

export type OdooRecord = Readonly<Record<string, unknown>>;

/** A many2one: the id, and the display name where the server gave one. */
export type Many2one = { readonly id: number; readonly name: string };

export function isRecord(value: unknown): value is OdooRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text that says something: `false`, `null` and blanks are undefined. */
export function textOf(record: OdooRecord, field: string): string | undefined {
  const value = record[field];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A many2one as `[id, name]`, as a bare id (`load: ''`), or as `{id, display_name}` (`web_read`). */
export function many2oneOf(record: OdooRecord, field: string): Many2one | undefined {
  const value = record[field];
  if (isId(value)) return { id: value, name: '' };
  if (Array.isArray(value) && isId(value[0])) {
    return { id: value[0], name: typeof value[1] === 'string' ? value[1] : '' };
  }
  if (isRecord(value) && isId(value['id'])) {
    return { id: value['id'], name: textOf(value, 'display_name') ?? '' };
  }
  return undefined;
}

/** Ids of a one2many or many2many. */
export function idsOf(record: OdooRecord, field: string): readonly number[] {
  const value = record[field];
  return Array.isArray(value) ? value.filter(isId) : [];
}

const timePattern = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?Z?)?$/;

/** A time of Odoo (`2026-11-23 10:52:03`, UTC) as an instant; undefined for what is no time, 30 February included. */
export function instantOf(record: OdooRecord, field: string): string | undefined {
  const match = timePattern.exec(textOf(record, field) ?? '');
  if (match === null || match[4] === undefined) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text ? text : undefined;
}

/** A date field (`2026-11-23`); undefined for what is no date. */
export function dateOf(record: OdooRecord, field: string): string | undefined {
  const text = textOf(record, field) ?? '';
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const at = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined;
}

export function numberOf(record: OdooRecord, field: string): number | undefined {
  const value = record[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * The whole number a float stands for (`2.0000000000000004` is 2), or undefined where it is a real fraction or too large
 * to be exact.
 */
export function wholeUnits(value: number): number | undefined {
  const whole = Math.round(value);
  // `+ 0` turns -0 into 0.
  return Math.abs(value - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole + 0 : undefined;
}

/**
 * An amount in minor units. `price_tax` comes as `1.0999999999999996`: eight decimals first take off the noise of
 * the float, as the server's own rounding does, then the currency's digits round half away from zero.
 */
export function minorOf(record: OdooRecord, field: string, currency: string): number | undefined {
  const value = record[field];
  if (typeof value === 'string') return parseMinor(value, currency);
  if (typeof value !== 'number' || Math.abs(value) >= 1e13) return undefined;
  return Number.isFinite(value) ? parseMinor(value.toFixed(8), currency) : undefined;
}

/** Currency of a document: the code is the display name of `currency_id`. */
export function currencyOf(record: OdooRecord, fallback: string): string {
  const name = many2oneOf(record, 'currency_id')?.name ?? '';
  return /^[A-Z]{3}$/.test(name) ? name : fallback;
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
