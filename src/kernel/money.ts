/**
 * Money is a whole number of minor units (cents, yen, fils) with an ISO 4217 currency. It is never a float.
 *
 * `minor` is a safe integer, not a bigint (docs/adr/0002): nine quadrillion minor units are more than any shop
 * holds, JSON carries it unchanged, and a million facts fold several times faster. Every sum goes through
 * `addMinor`, which refuses what would no longer be exact.
 */
export type Money = { readonly minor: number; readonly currency: string };

/** Digits after the point by ISO 4217, where they are not 2. */
const digitsByCurrency: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, VND: 0, VUV: 0,
  XAF: 0, XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
}; // prettier-ignore

/** How many digits a currency has after the point: 0, 2 or 3. */
export function currencyDigits(currency: string): number {
  return digitsByCurrency[currency] ?? 2;
}

/** Adds two amounts in minor units; throws when the sum would not be exact. */
export function addMinor(left: number, right: number): number {
  const sum = left + right;
  if (!Number.isSafeInteger(sum)) throw new RangeError(`amount out of range: ${left} + ${right}`);
  return sum;
}

/** `numerator × amount ÷ denominator` in minor units, rounded half away from zero. */
export function scaleMinor(amount: number, numerator: number, denominator: number): number {
  if (denominator <= 0) throw new RangeError(`denominator must be positive: ${denominator}`);
  const product = BigInt(amount) * BigInt(numerator);
  const size = BigInt(denominator);
  const half = (product < 0n ? -product : product) * 2n + size;
  const rounded = half / (size * 2n);
  return Number(product < 0n ? -rounded : rounded);
}

const decimalPattern = /^([+-]?)(\d+)(?:\.(\d*))?$/;

/**
 * Reads a decimal as source systems write it (`"59.9"`, `"59.900000"`) into minor units, rounded half away from
 * zero at the currency's digits. Returns undefined for anything else (`1,234.56`, `1e3`, empty), so that the
 * caller can name the field.
 */
export function parseMinor(text: string, currency: string): number | undefined {
  const match = decimalPattern.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = currencyDigits(currency);
  const kept = fraction.slice(0, digits).padEnd(digits, '0');
  const rest = fraction.slice(digits);
  const up = rest !== '' && rest.charCodeAt(0) >= 53 /* '5' */ ? 1 : 0;
  const minor = Number(whole + kept) + up;
  if (!Number.isSafeInteger(minor)) return undefined;
  return sign === '-' && minor !== 0 ? -minor : minor;
}

/** Plain decimal text of an amount, as files and ledgers want it: `5990` EUR → `"59.90"`. */
export function formatDecimal(money: Money): string {
  const digits = currencyDigits(money.currency);
  const sign = money.minor < 0 ? '-' : '';
  const text = String(Math.abs(money.minor)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
