/**
 * Fulfillments (off by default, 904): parcels that left, with their lines in meta data (917). One that is not
 * `is_fulfilled` is a plan; its units are not checked against the order either (918: 9 of 3).
 */
import { type Fact, factId } from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { Reading, ReadContext, SourceObject, Unread } from '../contract.ts';
import { skuOf } from './line-item.ts';
import { findMeta } from './meta-data.ts';
import { idOf, instantIn, isShape, ObjectFields, type Shape, whole } from './object-fields.ts';
import { orderLinks } from './order-link.ts';

/** An order of which parcels were planned or have left (920); then those say what was shipped. */
export function usesFulfillments(order: Shape): boolean {
  const status = findMeta(order, ['_fulfillment_status']);
  return status !== undefined && status !== 'no_fulfillments' && status !== 'unfulfilled';
}

export function readFulfillment(object: SourceObject, body: Shape, context: ReadContext): Reading {
  const { connection } = object;
  const unread: Unread[] = [];
  const fields = new ObjectFields(body, unread);
  const orderId = body['entity_type'] === 'WC_Order' ? idOf(body['entity_id']) : undefined;
  const facts =
    body['is_fulfilled'] === true ? whole(unread, () => shipped(object, fields, orderId, context)) : [];
  return {
    facts: facts ?? [],
    names: [term.object(connection, 'fulfillment', object.id)],
    links: orderLinks(connection, orderId),
    unread,
  };
}

function shipped(
  object: SourceObject,
  fields: ObjectFields,
  orderId: string | undefined,
  context: ReadContext,
): Fact[] {
  const { connection } = object;
  const source = `fulfillment/${object.id}`;
  const at =
    instantIn(findMeta(fields.body, ['_date_fulfilled']), context.settings.zone) ??
    fields.instant('date_updated', context.settings.zone);
  const lines = orderId === undefined ? [] : linesOf(context.lookup('order', orderId));
  return itemsOf(fields).map((item) => {
    const line = item.id('item_id');
    const quantity = item.quantity('qty');
    if (quantity < 0) item.refuse('qty', 'Expected units that are not below zero.');
    const sku = skuOf(lines.find((entry) => idOf(entry['id']) === line) ?? {}, line);
    return {
      id: factId(connection, source, 'goods.shipped', line),
      at,
      system: context.settings.system,
      connection,
      object: source,
      type: 'goods.shipped',
      line,
      sku,
      quantity,
    };
  });
}

function itemsOf(fields: ObjectFields): ObjectFields[] {
  const items = fields.list('meta_data', true).find((entry) => entry.body['key'] === '_items');
  if (items !== undefined) return items.list('value', true);
  fields.refuse('meta_data', 'Expected the fulfilled lines under the key _items.', 'no _items');
  return [];
}

function linesOf(order: unknown): Shape[] {
  const lines = isShape(order) ? order['line_items'] : undefined;
  return Array.isArray(lines) ? lines.filter(isShape) : [];
}
