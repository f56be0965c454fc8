/** How Stripe objects name each other and the shop's order. */
import type { Link } from '../../kernel/fact.ts';
import { normalizeNumber, term } from '../../kernel/term.ts';
import type { ReadContext } from '../contract.ts';
import { findMetadata, referenceOf, type Shape, textOf } from './stripe-object.ts';

/**
 * What an object belongs to: its charge and payment intent, which the shop's order carries as transaction id; then
 * the metadata. Shop plugins fill `order_id` with the order's number or its id, so it is a bare reference, unless
 * the setting `fields.shop` names the shop's connection and says it is the id. The description is free text: weak.
 */
export function linksOf(kind: string, body: Shape, connection: string, context: ReadContext): Link[] {
  const { fields } = context.settings;
  const charge =
    kind === 'charge' ? textOf(body['id']) : referenceOf(body['charge'] ?? body['latest_charge']);
  const intent = kind === 'payment_intent' ? textOf(body['id']) : referenceOf(body['payment_intent']);
  const number = findMetadata(body, [fields['number'], 'order_number', 'woo_order_number']);
  const orderId = findMetadata(body, [fields['order'], 'order_id', 'woo_order_id']);
  const described = orderInDescription(textOf(body['description']));
  const terms: (string | undefined)[] = [
    charge === undefined || kind === 'charge' ? undefined : term.object(connection, 'charge', charge),
    charge === undefined ? undefined : term.payment(charge),
    intent === undefined ? undefined : term.payment(intent),
    number === undefined || normalizeNumber(number) === '' ? undefined : term.number(number),
    orderId === undefined || normalizeNumber(orderId) === '' ? undefined : orderTerm(orderId, fields['shop']),
  ];
  return [
    ...terms.flatMap((text) => (text === undefined ? [] : [{ term: text }])),
    ...(described === undefined ? [] : [{ term: term.number(described), weak: true as const }]),
  ];
}

function orderTerm(orderId: string, shop: string | undefined): string {
  return shop !== undefined && /^\d+$/.test(orderId) ? term.orderId(shop, orderId) : term.ref(orderId);
}

/** `Lindholm Outdoor - Order LH-10231`: what shop plugins write. */
export function orderInDescription(description: string | undefined): string | undefined {
  const number =
    /\b(?:order|bestellung)\s*(?:no\.?|nr\.?|number|nummer)?\s*[:#]?\s*([A-Z0-9][\w-]*\d[\w-]*|\d+)/i.exec(
      description ?? '',
    )?.[1];
  return number === undefined || normalizeNumber(number) === '' ? undefined : number;
}

/** Terms an object is known by. A charge also by its payment intent, which some shops keep instead. */
export function namesOf(kind: string, id: string, body: Shape, connection: string): string[] {
  const names = [term.object(connection, kind, id)];
  if (kind === 'charge' || kind === 'payment_intent') names.push(term.payment(id));
  const intent = kind === 'charge' ? referenceOf(body['payment_intent']) : undefined;
  if (intent !== undefined) names.push(term.payment(intent));
  return names;
}
