/** Decimals and amounts as people's files write them. Pure. */
import { currencyDigits } from './money.ts';

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
