/**
 * Stripe's amounts: whole numbers in the currency's smallest unit, by Stripe's own list of digits
 * (https://docs.stripe.com/currencies#zero-decimal), which differs from ISO 4217 in a few places: ISK and UGX
 * have no minor unit, yet Stripe writes them with two digits; MGA has two and Stripe writes none.
 */
import { currencyDigits } from '../../kernel/money.ts';

const stripeDigits: Readonly<Record<string, number>> = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, JPY: 0, KMF: 0, KRW: 0, MGA: 0, PYG: 0, RWF: 0, VND: 0, VUV: 0, XAF: 0,
  XOF: 0, XPF: 0, BHD: 3, JOD: 3, KWD: 3, OMR: 3, TND: 3, ISK: 2, UGX: 2,
}; // prettier-ignore

/**
 * Minor units of a Stripe amount, `currency` in capitals. Undefined when it is no whole number, is not exact in
 * the currency's own digits (ISK 5.50), or is out of range.
 */
export function minorOfStripe(amount: unknown, currency: string): number | undefined {
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount)) return undefined;
  const shift = currencyDigits(currency) - (stripeDigits[currency] ?? currencyDigits(currency));
  const minor = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift;
  return Number.isSafeInteger(minor) ? minor + 0 : undefined;
}

/** A Stripe amount for minor units; undefined where Stripe cannot express it. The reverse of `minorOfStripe`. */
export function stripeOfMinor(minor: number, currency: string): number | undefined {
  const shift = currencyDigits(currency) - (stripeDigits[currency] ?? currencyDigits(currency));
  const amount = shift >= 0 ? minor / 10 ** shift : minor * 10 ** -shift;
  return Number.isSafeInteger(amount) ? amount : undefined;
}
