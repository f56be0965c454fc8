/** Amounts as people type them into a field, with a comma or a point, and their minor units. */

/** Digits behind the comma: 2 for EUR, 0 for JPY, 3 for KWD. */
const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** `12,50` EUR is 1250; undefined where it is no amount of the currency. */
export function readAmount(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const [, whole, part = ''] = /^\s*(\d{1,12})(?:[.,](\d{1,3}))?\s*$/.exec(text) ?? [];
  if (whole === undefined || part.length > digits) return undefined;
  return Number(whole + part.padEnd(digits, '0'));
}
