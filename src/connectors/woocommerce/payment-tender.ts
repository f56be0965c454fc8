/**
 * What the customer paid with, from WooCommerce's payment method id. The shop's own setting `tenders` goes first;
 * then the ids of the common gateways, then the title the shop shows (`payment_method_title`: "Card").
 */
import type { ConnectionSettings } from '../contract.ts';
import type { Shape } from './object-fields.ts';

/** Order matters: `ppcp-credit-card-gateway` is a card, `stripe_klarna` is none. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/gift.?card|gutschein|voucher/, 'gift_card'],
  [/store.?credit|account.?funds|wallet(?!.*(?:apple|google))|guthaben/, 'store_credit'],
  [/klarna|afterpay|clearpay|affirm|sepa|ideal|sofort|giropay|bancontact|eps|przelewy|p24|blik/, 'other'],
  [
    /invoice|rechnung|purchase.?order|bacs|cheque|check.?payment|bank.?transfer|überweisung|vorkasse/,
    'invoice',
  ],
  [/^cod$|cash.?on.?delivery|nachnahme/, 'cod'],
  [/credit.?card|debit.?card|\bcard\b|_card|_cc$|creditcard|kreditkarte|karte\b|visa|mastercard/, 'card'],
  [/paypal|ppcp|ppec/, 'paypal'],
  [/stripe|woocommerce_payments|square|braintree|apple.?pay|google.?pay/, 'card'],
];

const byPattern = (text: string): string | undefined =>
  patterns.find(([pattern]) => pattern.test(text.toLowerCase()))?.[1];

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** Tender of an order, or undefined when the order names no payment method (made by hand, free). */
export function findTender(order: Shape, settings: ConnectionSettings): string | undefined {
  const method = textOf(order['payment_method']);
  const title = textOf(order['payment_method_title']);
  if (method === '' && title === '') return undefined;
  return (
    (Object.hasOwn(settings.tenders, method) ? settings.tenders[method] : undefined) ??
    byPattern(method) ??
    byPattern(title) ??
    'other'
  );
}

/** Methods of other tenders that send the customer to a page of theirs. */
const redirects =
  /klarna|afterpay|clearpay|affirm|sepa|ideal|sofort|giropay|bancontact|\beps\b|_eps|przelewy|p24|blik|twint|multibanco|trustly|amazon|stripe|mollie|adyen|payone|ppcp/;

/** Was it to be paid on the page of a gateway? Until then an order waits as "pending", which has reduced no stock yet. */
export function isPaidOnline(order: Shape, settings: ConnectionSettings): boolean {
  const tender = findTender(order, settings);
  if (tender === 'card' || tender === 'paypal') return true;
  const isMapped = Object.hasOwn(settings.tenders, textOf(order['payment_method']));
  return tender === 'other' && !isMapped && redirects.test(textOf(order['payment_method']).toLowerCase());
}
