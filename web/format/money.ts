/** Money, counts, lists by Intl. Minor units in, text out; never a sum across currencies. */
import type { Language } from '../words/words.ts';
import { localeOf } from './locale.ts';

type MoneyFormat = { readonly format: Intl.NumberFormat; readonly digits: number };
const formats = new Map<string, MoneyFormat>();

function moneyFormat(currency: string, language: Language): MoneyFormat {
  const key = `${language}/${currency}`;
  let known = formats.get(key);
  if (known === undefined) {
    const format = new Intl.NumberFormat(localeOf(language), { style: 'currency', currency });
    known = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
    formats.set(key, known);
  }
  return known;
}

/** `5990` EUR is `€59.90`, in German `59,90 €`. Digits by currency: JPY has none. */
export function moneyText(minor: number, currency: string, language: Language): string {
  const { format, digits } = moneyFormat(currency, language);
  // As text, so that no floating point touches the amount.
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return format.format(`${minor < 0 ? '-' : ''}${whole}` as unknown as number);
}

/**
 * Sums of several currencies side by side: `€59.90 · $10.00`.
 *
 * @public
 */
export function moneyListText(
  sums: readonly { readonly minor: number; readonly currency: string }[],
  language: Language,
): string {
  return sums
    .filter((sum) => sum.minor !== 0)
    .map((sum) => moneyText(sum.minor, sum.currency, language))
    .join(' · ');
}

/** @public */
export function countText(count: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language)).format(count);
}
