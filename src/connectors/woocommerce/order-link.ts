/** How WooCommerce objects name the order they belong to. */
import type { Link } from '../../kernel/fact.ts';
import { normalizeNumber, term } from '../../kernel/term.ts';
import { idOf, isShape, type Shape } from './object-fields.ts';

/**
 * The order's id of a refund or note: `order_id` where an export added it, `parent_id` from the top-level
 * `/refunds` (620), else the path of the link `up` (304), for the answer itself does not say. 0 means none.
 */
export function findOrderId(body: Shape): string | undefined {
  return idOf(body['order_id']) ?? idOf(body['parent_id']) ?? orderIdInLinks(body['_links']);
}

function orderIdInLinks(links: unknown): string | undefined {
  const up = isShape(links) ? links['up'] : undefined;
  const first: unknown = Array.isArray(up) ? up[0] : undefined;
  const href = isShape(first) ? first['href'] : undefined;
  if (typeof href !== 'string') return undefined;
  return idOf(/\/orders\/(\d+)\/?(?:\?.*)?$/.exec(href)?.[1]);
}

export function orderLinks(connection: string, orderId: string | undefined): Link[] {
  if (orderId === undefined) return [];
  return [{ term: term.orderId(connection, orderId) }, { term: term.object(connection, 'order', orderId) }];
}

/** A return number as other systems write it, normalized; undefined when nothing usable is there. */
export function rmaOf(text: string | undefined): string | undefined {
  const rma = text === undefined ? '' : normalizeNumber(text);
  return rma === '' ? undefined : rma;
}
