/** Order statuses and what a change of status does by itself. */
import { totalsOf, remainingAmount } from './order-totals.ts';
import type { Order, ShopState } from './shop-state.ts';
import { addNote } from './shop-state.ts';
import { reduceStock, restoreStock } from './shop-stock.ts';

const coreStatuses = [
  { slug: 'pending', name: 'Pending payment' },
  { slug: 'processing', name: 'Processing' },
  { slug: 'on-hold', name: 'On hold' },
  { slug: 'completed', name: 'Completed' },
  { slug: 'cancelled', name: 'Cancelled' },
  { slug: 'refunded', name: 'Refunded' },
  { slug: 'failed', name: 'Failed' },
] as const;

/** Registered statuses in core's order, plugins' before the draft (905). */
export const statusesOf = (shop: ShopState): readonly { slug: string; name: string }[] => [
  ...coreStatuses,
  ...shop.settings.customStatuses,
  { slug: 'checkout-draft', name: 'Draft' },
];

const nameOf = (shop: ShopState, slug: string): string =>
  statusesOf(shop).find((status) => status.slug === slug)?.name ?? slug;

/**
 * Moves an order to a status. `refundFully` is called where core makes a refund of the rest by itself (225).
 * The caller bumps the order.
 */
export function changeStatus(
  shop: ShopState,
  order: Order,
  status: string,
  refundFully: (order: Order) => void,
): void {
  if (order.status === status) return;
  const from = order.status;
  order.status = status;
  switch (status) {
    case 'processing':
    case 'completed':
    case 'on-hold':
      reduceStock(shop, order);
      break;
    case 'cancelled':
    case 'pending':
      restoreStock(shop, order);
      break;
    default:
  }
  if ((status === 'processing' || status === 'completed') && order.paidAt === undefined) {
    order.paidAt = shop.now();
    for (const line of order.lines) {
      const product = shop.products.get(line.productId);
      if (product !== undefined) product.totalSales += line.quantity;
    }
  }
  if (status === 'completed') order.completedAt = shop.now();
  addNote(shop, order.id, `Order status changed from ${nameOf(shop, from)} to ${nameOf(shop, status)}.`);
  // A refund of the rest, without lines, without restock and without the gateway (225, 419).
  if (status === 'refunded' && totalsOf(shop, order).total > 0 && remainingAmount(shop, order) > 0) {
    refundFully(order);
  }
  shop.emit({ name: 'action.woocommerce_order_status_changed', id: order.id });
}
