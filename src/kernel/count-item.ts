/** Units of one item, worked out once for all detectors of goods. */
import { byText } from './by-text.ts';
import type { Disposition } from './fact.ts';
import { receivedUnits, shippedUnits, type Books } from './finding.ts';
import { unitsOf, type Item } from './positions.ts';

export const notSaleable: readonly Disposition[] = ['scrap', 'recycle', 'donate', 'missing'];
export const leavesUs: readonly Disposition[] = ['return_to_vendor', 'return_to_customer'];
const shielded: readonly Disposition[] = ['quarantine', 'refurbish'];

/** Units that somebody graded with one of some dispositions. */
export function gradedUnits(item: Item, wanted: readonly Disposition[]): number {
  let units = 0;
  for (const disposition of wanted) units += unitsOf(item.graded.get(disposition));
  return units;
}

export type Count = {
  readonly shipped: number;
  /** Refunded although they never left: a cancellation, no goods expected. */
  readonly unshipped: number;
  readonly received: number;
  /** Refunded units that never left, and those that had left. */
  readonly refundedUnshipped: number;
  readonly refundedBack: number;
  /** ERP net units that customers can buy again. */
  readonly saleable: number;
  /** Units that found their last place other than saleable stock. */
  readonly settledElsewhere: number;
  readonly shopRestored: number;
  /** ERP units in its places beyond what it received, of an item whose receipts it reports. */
  readonly phantom: number;
};

export function countItem(books: Books, item: Item): Count {
  const shipped = Math.min(shippedUnits(books, item), item.ordered);
  const unshipped = Math.max(0, item.ordered - shipped);
  const refunded = Math.min(unitsOf(item.refunded), item.ordered);
  const moved = item.net.scrap + item.net.vendor;
  const graded = gradedUnits(item, notSaleable) + gradedUnits(item, leavesUs) + gradedUnits(item, shielded);
  return {
    shipped,
    unshipped,
    received: receivedUnits(books, item),
    refundedUnshipped: Math.min(refunded, unshipped),
    refundedBack: Math.max(0, refunded - unshipped),
    saleable: Math.max(0, item.net.saleable),
    settledElsewhere: Math.max(0, moved, graded),
    shopRestored: unitsOf(item.shopRestored),
    phantom: phantomUnits(item, receivedUnits(books, item)),
  };
}

function phantomUnits(item: Item, received: number): number {
  if (item.into.saleable.length === 0 || (item.received.size > 0 && !item.received.has('erp'))) return 0;
  const placed = Math.max(0, item.net.saleable) + Math.max(0, item.net.scrap) + Math.max(0, item.net.hold);
  return Math.max(0, placed - received);
}

/** Goods that a return touches, in a stable order. */
export function touchedItems(items: Iterable<Item>): Item[] {
  const touched: Item[] = [];
  for (const item of items) if (item.kind === 'goods' && isTouched(item)) touched.push(item);
  return touched.sort((left, right) => byText(left.sku, right.sku));
}

const isTouched = (item: Item): boolean =>
  item.refunded.length > 0 || item.received.size > 0 || item.shopRestored.length > 0 || item.shopCancelled.length > 0 ||
  item.into.saleable.length > 0 || item.into.scrap.length > 0 || item.into.hold.length > 0 || item.waiting.length > 0 ||
  item.graded.size > 0 || item.approved.length > 0 || item.announced.length > 0 || item.exchanged.length > 0 ||
  item.edited.length > 0 || item.sentBack.length > 0 || item.partial !== undefined; // prettier-ignore
