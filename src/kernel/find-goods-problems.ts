/**
 * Goods: where each returned unit stands, and which step nobody recorded. Each unit stands under one code at a
 * time: broken limits first, then missing receipts, then missing stock.
 */
import { countItem, touchedItems, type Count } from './count-item.ts';
import { dueFor, factsOf, receivedUnits, shippedUnits, type Books } from './finding.ts';
import { findMissingReceipts, type Strays } from './find-missing-receipts.ts';
import { findMoveProblems } from './find-move-problems.ts';
import { findBlindReturn, findParcelProblems, findUnusedReturn } from './find-return-problems.ts';
import { findShopStockProblems } from './find-shop-stock-problems.ts';
import { findGradedNotDone, findUnstocked } from './find-unstocked.ts';
import { openPart, receivedBook, unitsOf, type Item } from './positions.ts';

/** Finds what is wrong with the goods of one order; adds to `books.findings`. */
export function findGoodsProblems(books: Books): void {
  const { positions } = books;
  const returned = touchedItems(positions.items.values());
  const strays: Strays = {
    anyReceipt: returned.some((item) => receivedUnits(books, item) > 0),
    wrongUnits: findWrongItems(books),
  };
  for (const item of returned) {
    if (item.onOrder || positions.home === undefined) findItemProblems(books, item, strays);
  }
  findBlindReturn(books);
  findUnusedReturn(books);
  findParcelProblems(books);
}

/** Items that are not on the order: refunded all the same, or come back though they never left. Returns their units. */
function findWrongItems(books: Books): number {
  let wrong = 0;
  if (books.positions.home === undefined) return wrong;
  for (const item of touchedItems(books.positions.items.values())) {
    if (item.onOrder) continue;
    const refunded = openPart(item.refunded, 0);
    if (refunded !== undefined) {
      books.findings.push({
        code: 'refunded-more-than-bought', control: 'unit-cap', key: `${item.sku} refunded`, sku: item.sku, units: refunded.units,
        since: refunded.since, facts: refunded.facts,
      }); // prettier-ignore
    }
    const sent = item.shipped.size > 0 ? shippedUnits(books, item) : 0;
    const units = receivedUnits(books, item) - sent;
    const part = openPart(receivedBook(item, books.policy), sent);
    if (units <= 0 || part === undefined) continue;
    wrong += units;
    books.findings.push({
      code: 'wrong-item-received', control: 'unit-cap', key: item.sku, sku: item.sku, units, since: part.since,
      facts: part.facts,
    }); // prettier-ignore
  }
  return wrong;
}

function findItemProblems(books: Books, item: Item, strays: Strays): void {
  const count = countItem(books, item);
  findUnitCaps(books, item, count);
  findPartialKit(books, item);
  const missing = findMissingReceipts(books, item, count, strays);
  findUnstocked(books, item, count, missing);
  findGradedNotDone(books, item, count);
  findShopStockProblems(books, item, count, missing);
  findMoveProblems(books, item, count);
}

function findUnitCaps(books: Books, item: Item, count: Count): void {
  const excess = openPart(item.refunded, item.ordered);
  if (excess !== undefined) {
    books.findings.push({
      code: 'refunded-more-than-bought', control: 'unit-cap', key: item.sku, sku: item.sku, units: excess.units,
      since: excess.since, facts: excess.facts,
    }); // prettier-ignore
  }
  if (item.shipped.size === 0) return;
  // What left counts whole here: a replacement under the same order may come back as well.
  const left = shippedUnits(books, item);
  const over = count.received - left;
  const part = over > 0 ? openPart(receivedBook(item, books.policy), left) : undefined;
  if (part !== undefined && item.ordered > 0 && books.positions.home !== undefined) {
    books.findings.push({
      code: 'received-over', control: 'unit-cap', key: `${item.sku} over`, sku: item.sku, units: over, since: part.since,
      facts: part.facts,
    }); // prettier-ignore
  }
  const cancelled =
    Math.min(unitsOf(item.shopCancelled), count.shipped) - count.received - cameBackToOrigin(books, item);
  if (cancelled > 0) {
    books.findings.push({
      code: 'cancelled-after-shipping-restocked', control: 'unit-cap', key: item.sku, sku: item.sku, units: cancelled,
      since: item.shopCancelled[0]!.at,
      facts: [...factsOf(item.shopCancelled), ...[...item.shipped.values()].flatMap(factsOf)],
    }); // prettier-ignore
  }
}

/** Units that the carrier brought back undelivered; all of an item where the parcel names none. */
function cameBackToOrigin(books: Books, item: Item): number {
  let units = 0;
  for (const parcel of books.positions.parcels) {
    if (parcel.type !== 'parcel.delivered' || parcel.toOrigin !== true) continue;
    if (parcel.sku === undefined) return item.ordered;
    if (parcel.sku === item.sku) units += parcel.quantity ?? item.ordered;
  }
  return units;
}

/** Some parts of a set are back in stock and others are not. */
function findPartialKit(books: Books, item: Item): void {
  const { partial } = item;
  if (partial === undefined || !books.watch.on('back-restored')) return;
  books.findings.push({
    code: 'kit-partly-restored', control: 'inspected-restored', key: `${item.sku} parts`, sku: item.sku,
    units: partial.units, since: partial.at, facts: partial.facts, ...dueFor(books, 'inspected-restored', partial.at),
  }); // prettier-ignore
}
