/**
 * Sums of WooCommerce decimals. With `dp=6` net amounts come unrounded while taxes may be rounded
 * (14.277311 + 2.710000), so amounts are added exactly and rounded once: the cents then are those the customer paid.
 */
import { parseMinor } from '../../kernel/money.ts';

const decimalPattern = /^([+-]?)(\d{1,30})(?:\.(\d{0,30}))?$/;

/**
 * Adds decimals exactly and rounds the sum to minor units, half away from zero. Undefined when one of them is
 * not a plain decimal (`1,234.56`, `1e3`, empty) or the sum is out of range.
 */
export function sumMinor(decimals: readonly string[], currency: string): number | undefined {
  let scale = 0;
  const parts: { readonly digits: string; readonly scale: number }[] = [];
  for (const decimal of decimals) {
    const match = decimalPattern.exec(decimal.trim());
    if (match === null) return undefined;
    const [, sign = '', whole = '', fraction = ''] = match;
    parts.push({ digits: `${sign === '-' ? '-' : ''}${whole}${fraction}`, scale: fraction.length });
    scale = Math.max(scale, fraction.length);
  }
  let sum = 0n;
  for (const part of parts) sum += BigInt(part.digits) * 10n ** BigInt(scale - part.scale);
  const size = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, '0');
  const split = size.length - scale;
  return parseMinor(`${sum < 0n ? '-' : ''}${size.slice(0, split)}.${size.slice(split)}`, currency);
}
