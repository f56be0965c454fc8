/**
 * WooCommerce (REST `wc/v3`, seen on 10.5.0), the pure half: what orders, refunds and notes say.
 *
 * Settings of a connection it understands:
 * - `orderReference`: `number` (default of the shop) or `id`, whichever other systems mean by order number.
 * - `statuses`: custom order status → core status, `return.requested` and the like (`order-status.ts`), `ignore`.
 * - `tenders`: payment method id → tender. `reasons`: part of a refund's reason → purpose.
 * - `fields`: meta keys `rma` (refunds), `replaces`, `language`, `payment` (orders), `unitCost` (products);
 *   `shippedBy: "fulfillments"` when "completed" does not mean shipped here. Keys that look like personal data
 *   (`billing…`, `…email…`) are dropped before storage and cannot be used.
 */
import { term } from '../../kernel/term.ts';
import type { ConnectorPure, Reading, SourceObject } from '../contract.ts';
import { keepObject } from './keep-object.ts';
import { isShape } from './object-fields.ts';
import { statusFacts } from './order-status.ts';
import { personOfOrder } from './order-person.ts';
import { readFulfillment } from './read-fulfillment.ts';
import { readOrderNote } from './read-order-note.ts';
import { readOrder } from './read-order.ts';
import { readRefund } from './read-refund.ts';
import { recognizeObject } from './recognize-object.ts';

export const woocommerce: ConnectorPure = {
  name: 'woocommerce',
  system: 'shop',
  reports: [
    'order.placed', 'order.cancelled', 'order.deleted', 'payment.captured', 'goods.shipped', 'stock.moved',
    'refund.recorded', 'customer.told', ...statusFacts,
  ], // prettier-ignore
  needed: ['order', 'refund'],
  stateKinds: ['order', 'refund', 'product', 'variation', 'customer', 'fulfillment'],
  logKinds: ['order_note', 'delivery'],
  kindOf: recognizeObject,
  read(object, context) {
    const { body } = object;
    if (!isShape(body)) return unreadable(object);
    switch (object.kind) {
      case 'order':
        return readOrder(object, body, context);
      case 'refund':
        return readRefund(object, body, context);
      case 'order_note':
        return readOrderNote(object, body, context);
      case 'fulfillment':
        return readFulfillment(object, body, context);
      default:
        return { facts: [], names: namesOf(object), links: [], unread: [] };
    }
  },
  keep: keepObject,
  person: personOfOrder,
};

/** Products, variations and customers are only looked up; a delivery is a hint and has no name. */
function namesOf(object: SourceObject): string[] {
  const { connection, kind, id } = object;
  if (kind === 'delivery') return [];
  return kind === 'customer'
    ? [term.customer(connection, id), term.object(connection, kind, id)]
    : [term.object(connection, kind, id)];
}

function unreadable(object: SourceObject): Reading {
  const message = 'Expected a JSON object.';
  return {
    facts: [],
    names: [],
    links: [],
    unread: [{ code: 'unreadable', field: '', value: typeof object.body, message }],
  };
}
