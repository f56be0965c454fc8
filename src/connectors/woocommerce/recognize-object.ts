/**
 * Which WooCommerce object a parsed JSON value is, by its shape. Errors, pings, action deliveries, lists cut with
 * `_fields` and objects of other systems are none.
 */
import { idOf, isShape, type Shape } from './object-fields.ts';

const has = (body: Shape, ...keys: readonly string[]): boolean =>
  keys.every((key) => Object.hasOwn(body, key));

/** Stripe names its objects, Tryton and Odoo links look different; none of these keys is WooCommerce's. */
const foreignKeys = ['object', '_type', '_hyperlinks', 'rec_name', 'create_uid', 'billing_period'] as const;

const shapes: readonly (readonly [string, (body: Shape) => boolean])[] = [
  ['order', (body) => has(body, 'status', 'currency', 'total', 'number', 'line_items', 'shipping_lines')],
  ['refund', (body) => has(body, 'amount', 'reason', 'refunded_payment', 'line_items')],
  ['order_note', (body) => has(body, 'note', 'customer_note') && hasDate(body)],
  ['fulfillment', (body) => has(body, 'entity_type', 'entity_id', 'is_fulfilled')],
  ['variation', (body) => isStockItem(body) && (body['type'] === 'variation' || !has(body, 'type'))],
  ['product', (body) => isStockItem(body) && has(body, 'type', 'variations')],
  ['customer', (body) => has(body, 'role', 'username', 'is_paying_customer')],
];

const hasDate = (body: Shape): boolean => has(body, 'date_created') || has(body, 'date_created_gmt');
const isStockItem = (body: Shape): boolean => has(body, 'sku', 'manage_stock', 'stock_status', 'virtual');

/**
 * Kind and id of a body. Deliveries of webhooks have no id of their own (541: theirs is shared by two orders), so
 * it is made of the time they came and their signature.
 */
export function recognizeObject(body: unknown): { kind: string; id: string } | undefined {
  if (!isShape(body)) return undefined;
  if (isDelivery(body)) return { kind: 'delivery', id: deliveryId(body) };
  const id = idOf(body['id']);
  if (id === undefined || has(body, 'code', 'message') || foreignKeys.some((key) => has(body, key))) {
    return undefined;
  }
  const kind = shapes.find(([, matches]) => matches(body))?.[0];
  return kind === undefined ? undefined : { kind, id };
}

/** One delivery as a log line: headers as they came and the raw body. A ping (521) has no `X-WC-` headers. */
function isDelivery(body: Shape): boolean {
  if (!has(body, 'received_at', 'headers', 'body_raw')) return false;
  const topic = headerOf(body, 'x-wc-webhook-topic');
  const agent = headerOf(body, 'user-agent');
  return topic !== undefined || (agent?.startsWith('WooCommerce/') ?? false);
}

function deliveryId(body: Shape): string {
  const mark = headerOf(body, 'x-wc-webhook-signature') ?? body['body_raw'];
  return `${String(body['received_at'])}/${(typeof mark === 'string' ? mark : '').slice(0, 44)}`;
}

/** A header of a delivery by its lower-case name. */
export function headerOf(body: Shape, name: string): string | undefined {
  const headers = body['headers'];
  if (!isShape(headers)) return undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : undefined;
}
