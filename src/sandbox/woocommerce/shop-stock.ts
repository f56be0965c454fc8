/** Stock of the shop: taken by paid orders, given back by cancelling or by a refund's restock box. */
import type { LineItem, Order, Product, Refund, ShopState } from './shop-state.ts';
import { addNote, setMeta } from './shop-state.ts';

/** The product whose quantity counts for a line: the variation, or its parent where that manages stock. */
function stockHolder(shop: ShopState, line: LineItem): Product | undefined {
  const own = shop.products.get(line.variationId === 0 ? line.productId : line.variationId);
  if (own === undefined || own.manageStock) return own;
  const parent = shop.products.get(own.parentId);
  return parent?.manageStock === true ? parent : undefined;
}

/** Changes a quantity and, as core does, the modified time of a variation's parent too (451, 452). */
export function changeStock(shop: ShopState, product: Product, by: number): { from: number; to: number } {
  const from = product.stock ?? 0;
  product.stock = from + by;
  product.modifiedAt = shop.now();
  const parent = shop.products.get(product.parentId);
  if (parent !== undefined) parent.modifiedAt = shop.now();
  shop.emit({ name: 'product.updated', id: product.id });
  shop.emit({ name: 'action.woocommerce_product_set_stock', id: product.id });
  return { from, to: from + by };
}

const itemMetaId = (shop: ShopState) => (): number => shop.nextId('itemMeta');

export function reduceStock(shop: ShopState, order: Order): void {
  if (order.stockReduced) return;
  order.stockReduced = true;
  const changes: string[] = [];
  for (const line of order.lines) {
    const product = stockHolder(shop, line);
    if (product?.manageStock !== true || line.meta.some((entry) => entry.key === '_reduced_stock')) continue;
    const { from, to } = changeStock(shop, product, -line.quantity);
    setMeta(line.meta, '_reduced_stock', String(line.quantity), itemMetaId(shop));
    changes.push(`${line.name} (${from}&rarr;${to})`);
  }
  if (changes.length > 0) addNote(shop, order.id, `Stock levels reduced: ${changes.join(', ')}`);
}

/** Cancelling gives back what is left of `_reduced_stock` (415, 420), shipped or not. */
export function restoreStock(shop: ShopState, order: Order): void {
  if (!order.stockReduced) return;
  order.stockReduced = false;
  const changes: string[] = [];
  for (const line of order.lines) {
    const product = stockHolder(shop, line);
    const index = line.meta.findIndex((entry) => entry.key === '_reduced_stock');
    if (product?.manageStock !== true || index < 0) continue;
    const { from, to } = changeStock(shop, product, Number(line.meta[index]?.value));
    line.meta.splice(index, 1);
    changes.push(`${line.name} (${from}&rarr;${to})`);
  }
  if (changes.length > 0) addNote(shop, order.id, `Stock levels increased: ${changes.join(', ')}`);
}

/**
 * The restock box of a refund: only lines that still carry `_reduced_stock`, and no check of the quantity: 7 of
 * 2 ordered puts 7 back and leaves the meta at -5 (327).
 */
export function restockRefunded(shop: ShopState, order: Order, refund: Refund): void {
  for (const line of order.lines) {
    const quantity = refund.lines
      .filter((item) =>
        item.meta.some((entry) => entry.key === '_refunded_item_id' && entry.value === String(line.id)),
      )
      .reduce((sum, item) => sum - item.quantity, 0);
    const reduced = Number(line.meta.find((entry) => entry.key === '_reduced_stock')?.value ?? 0);
    const product = stockHolder(shop, line);
    if (product?.manageStock !== true || reduced === 0 || quantity === 0) continue;
    const { from, to } = changeStock(shop, product, quantity);
    const restocked = Number(line.meta.find((entry) => entry.key === '_restock_refunded_items')?.value ?? 0);
    setMeta(line.meta, '_reduced_stock', String(reduced - quantity), itemMetaId(shop));
    setMeta(line.meta, '_restock_refunded_items', String(restocked + quantity), itemMetaId(shop));
    addNote(shop, order.id, `Item #${product.id} stock increased from ${from} to ${to}.`);
  }
}
