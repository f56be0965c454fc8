/** What order lines and refund lines have in common: the item's SKU, and what the catalogue says about it. */
import type { ReadContext } from '../contract.ts';
import { idOf, isShape, type Shape } from './object-fields.ts';

/**
 * SKU of a line. Where the item has none a stand-in that stays the same: the variation, the product, and for
 * a line without product (218) the line itself, on a refund the line it refunds.
 */
export function skuOf(line: Shape, lineId: string | undefined): string {
  const sku = line['sku'];
  if (typeof sku === 'string' && sku.trim() !== '') return sku.trim();
  const variation = idOf(line['variation_id']);
  if (variation !== undefined) return `variation:${variation}`;
  const product = idOf(line['product_id']);
  return product !== undefined ? `product:${product}` : `line:${lineId ?? 'unknown'}`;
}

/** Product and variation of a line, as far as they are known; the variation first. */
export function catalogueOf(line: Shape, context: ReadContext): Shape[] {
  const variation = idOf(line['variation_id']);
  const product = idOf(line['product_id']);
  return [
    variation === undefined ? undefined : context.lookup('variation', variation),
    product === undefined ? undefined : context.lookup('product', product),
  ].filter(isShape);
}

/** Nothing is shipped or comes back: a virtual product, by its variation where it has one. */
export function isService(catalogue: readonly Shape[]): boolean {
  return catalogue[0]?.['virtual'] === true;
}

/** Does the shop count stock of it? A variation says `"parent"` when its product does (109); unknown is yes. */
export function isStockManaged(catalogue: readonly Shape[]): boolean {
  const managed = catalogue.map((entry) => entry['manage_stock']).filter((value) => value !== 'parent');
  return managed[0] !== false || managed.slice(1).includes(true);
}
