/**
 * What of a WooCommerce object is stored: fields that a fact, a link or a page needs. Names, addresses, phones,
 * mail addresses, IPs, user agents, images, links and free texts between colleagues are dropped. Values are kept as
 * they came, also unreadable ones, so that reading what was kept says the same.
 */
import type { SourceObject } from '../contract.ts';
import { isShape, type Shape } from './object-fields.ts';
import { keepMeta } from './meta-data.ts';
import { findOrderId } from './order-link.ts';
import { headerOf } from './recognize-object.ts';
import { stockNotesField } from './stock-note.ts';

const lineKeys = [
  'id', 'name', 'product_id', 'variation_id', 'quantity', 'total', 'total_tax', 'sku', 'bundled_by',
  'composite_parent', 'cost_of_goods_sold',
] as const; // prettier-ignore
const chargeKeys = ['id', 'total', 'total_tax'] as const;
const datesOf = (...names: readonly string[]): string[] => names.flatMap((name) => [name, `${name}_gmt`]);

const orderKeys = [
  'id', 'number', 'status', 'currency', 'total', 'shipping_total', 'shipping_tax', 'payment_method',
  'payment_method_title', 'transaction_id', 'created_via', 'customer_id',
  ...datesOf('date_created', 'date_modified', 'date_paid', 'date_completed'),
]; // prettier-ignore
const refundKeys = [
  'id',
  'order_id',
  'parent_id',
  'amount',
  'reason',
  'refunded_payment',
  ...datesOf('date_created'),
];
const stockItemKeys = [
  'id', 'parent_id', 'type', 'sku', 'name', 'status', 'virtual', 'downloadable', 'manage_stock', 'stock_quantity',
  'stock_status', 'backorders', 'variations', 'cost_of_goods_sold', ...datesOf('date_modified'),
]; // prettier-ignore
const fulfillmentKeys = ['id', 'entity_type', 'entity_id', 'is_fulfilled', 'status', 'date_updated'];

/** The body to store. A body that is no object stays as it is. */
export function keepObject(object: SourceObject): unknown {
  const { body } = object;
  if (!isShape(body)) return body;
  switch (object.kind) {
    case 'order':
      return keepOrder(body);
    case 'refund':
      return { ...pick(body, refundKeys), ...lists(body), ...meta(body), ...owner(body) };
    case 'order_note':
      return keepNote(body);
    case 'product':
    case 'variation':
      return { ...pick(body, stockItemKeys), ...meta(body) };
    case 'fulfillment':
      return keepFulfillment(body);
    case 'delivery':
      return keepDelivery(body);
    default:
      return pick(body, ['id', 'role', 'is_paying_customer']);
  }
}

function keepOrder(body: Shape): Shape {
  const billing = body['billing'];
  const company = isShape(billing) ? billing['company'] : undefined;
  return {
    ...pick(body, orderKeys),
    ...lists(body),
    ...each(body, 'refunds', (refund) => pick(refund, ['id', 'total'])),
    ...each(body, stockNotesField, (note) => pick(note, ['product', 'at'])),
    ...meta(body),
    // Whether a company was named tells business from consumer; which one does not matter.
    ...(typeof company === 'string' ? { billing: { company: company.trim() === '' ? '' : '*' } } : {}),
  };
}

function lists(body: Shape): Shape {
  const line = (keys: readonly string[]) => (entry: Shape) => ({ ...pick(entry, keys), ...meta(entry) });
  return {
    ...each(body, 'line_items', line(lineKeys)),
    ...each(body, 'shipping_lines', line(chargeKeys)),
    ...each(body, 'fee_lines', line(chargeKeys)),
  };
}

/** The text of a note to the customer says what they were told; other notes are between colleagues. */
function keepNote(body: Shape): Shape {
  const keys = ['id', 'order_id', 'parent_id', 'customer_note', ...datesOf('date_created')];
  const note = body['customer_note'] === true ? body['note'] : '';
  return { ...pick(body, keys), ...('note' in body ? { note } : {}), ...owner(body) };
}

/** Entries that are not needed leave their key behind, so that paths in the list of unread fields stay true. */
function keepFulfillment(body: Shape): Shape {
  const isNeeded = (key: unknown): boolean => key === '_items' || key === '_date_fulfilled';
  return {
    ...pick(body, fulfillmentKeys),
    ...each(body, 'meta_data', (entry) => (isNeeded(entry['key']) ? entry : pick(entry, ['key']))),
  };
}

/** A delivery is a hint: which object to read again, never what it says. */
function keepDelivery(body: Shape): Shape {
  return {
    ...pick(body, ['received_at']),
    topic: headerOf(body, 'x-wc-webhook-topic') ?? 'ping',
    resource: resourceOf(body['body_raw']),
  };
}

/** `id` of the delivered object, or `arg` of an action (531). */
function resourceOf(raw: unknown): number | null {
  try {
    const body: unknown = typeof raw === 'string' ? JSON.parse(raw) : undefined;
    const id = isShape(body) ? (body['id'] ?? body['arg']) : undefined;
    return typeof id === 'number' ? id : null;
  } catch {
    return null;
  }
}

/** The order's id under a name of its own where only the dropped `_links` had it. */
function owner(body: Shape): Shape {
  const orderId = findOrderId(body);
  return orderId === undefined ? {} : { order_id: Number(orderId) };
}

function meta(body: Shape): Shape {
  return Array.isArray(body['meta_data']) ? { meta_data: keepMeta(body) } : pick(body, ['meta_data']);
}

function each(body: Shape, name: string, keep: (entry: Shape) => Shape): Shape {
  const entries = body[name];
  if (!Array.isArray(entries)) return pick(body, [name]);
  return { [name]: entries.map((entry: unknown) => (isShape(entry) ? keep(entry) : entry)) };
}

function pick(body: Shape, keys: readonly string[]): Shape {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(body, key)).map((key) => [key, body[key]]));
}
