/**
 * What of a Stripe object is stored: a few fields and short metadata. Names, addresses, mail addresses, cards and
 * receipts go. Values are kept as they came, also unreadable ones.
 */
import type { SourceObject } from '../contract.ts';
import { orderInDescription } from './stripe-links.ts';
import { isShape, isUsableMetadata, type Shape, textOf } from './stripe-object.ts';

const keys = [
  'id', 'object', 'amount', 'amount_captured', 'amount_refunded', 'currency', 'created', 'status', 'captured',
  'refunded', 'charge', 'latest_charge', 'payment_intent', 'source', 'type', 'failure_reason', 'livemode', 'arrival_date',
  'balance_transaction',
] as const; // prettier-ignore
/** Related objects, of which only the id counts should they have been expanded. */
const references = ['charge', 'latest_charge', 'payment_intent', 'source', 'balance_transaction'] as const;

/** The body to store; a body that is no object stays as it is. */
export function keepObject(object: SourceObject): unknown {
  return isShape(object.body) ? keepBody(object.body) : object.body;
}

function keepBody(body: Shape): Shape {
  const kept: Record<string, unknown> = {};
  for (const key of keys) if (Object.hasOwn(body, key)) kept[key] = body[key];
  for (const key of references) if (isShape(kept[key])) kept[key] = { id: kept[key]['id'] };
  // Descriptions may name the customer; the order's number in them is all that is needed.
  const number = orderInDescription(textOf(body['description']));
  if (number !== undefined) kept['description'] = `Order ${number}`;
  const { metadata, payment_method_details: method, balance_transactions: moves, data } = body;
  if (isShape(metadata)) kept['metadata'] = keepMetadata(metadata);
  if (isShape(method)) kept['payment_method_details'] = { type: method['type'] };
  if (Array.isArray(moves)) {
    kept['balance_transactions'] = moves.filter(isShape).map(({ created }) => ({ created }));
  }
  if (Object.hasOwn(body, 'data') && !isShape(data)) kept['data'] = Array.isArray(data) ? [] : data;
  if (isShape(data)) {
    kept['data'] = { object: isShape(data['object']) ? keepBody(data['object']) : data['object'] };
  }
  return kept;
}

function keepMetadata(metadata: Shape): Shape {
  return Object.fromEntries(Object.entries(metadata).filter(([key, value]) => isUsableMetadata(key, value)));
}
