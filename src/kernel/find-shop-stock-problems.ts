/** The shop's stock and the ERP's against what really came back, and against each other. */
import { gradedUnits, notSaleable, type Count } from './count-item.ts';
import { dueFor, factsOf, type Books } from './finding.ts';
import { openPart, unitsOf, type Item } from './positions.ts';

/** Finds them for one item. `missing` units were refunded and never came: they have their own problem. */
export function findShopStockProblems(books: Books, item: Item, count: Count, missing: number): void {
  const credible = findRestoredTwice(books, item, count);
  if (books.watch.on('back-restored') || gradedUnits(item, notSaleable) > 0) {
    const damaged = findRestoredDamaged(books, item, count, credible);
    if (!damaged && missing === 0) findRestoredUnreceived(books, item, count, credible);
  }
  findNotRestocked(books, item, count);
}

/** The shop put back more than its refunds list. Returns the units that refunds stand behind. */
function findRestoredTwice(books: Books, item: Item, count: Count): number {
  const { positions, settlements } = books;
  let asked = 0;
  for (const refund of positions.refunds)
    for (const line of refund.lines) if (line.sku === item.sku) asked += line.quantity;
  // The restock of a record that is gone stays: then nothing tells how much was asked for.
  const recordsGone = settlements.ofVanished.length > 0 || positions.deletedRefunds.length > 0;
  const units = count.shopRestored - asked;
  if (units <= 0 || asked === 0 || recordsGone) return count.shopRestored;
  books.findings.push({
    code: 'restored-twice', control: 'unit-cap', key: item.sku, sku: item.sku, units,
    since: item.shopRestored.at(-1)!.at, facts: factsOf(item.shopRestored),
  }); // prettier-ignore
  return asked;
}

/** Units that are not saleable and came into the shop's stock, or into the ERP's. */
function findRestoredDamaged(books: Books, item: Item, count: Count, inShop: number): boolean {
  const gradedBad = gradedUnits(item, notSaleable);
  const bad = Math.max(item.net.scrap, gradedBad);
  if (bad <= 0) return false;
  // Good units may be in the shop before the ERP has put them away.
  const good = Math.max(count.saleable, count.received - bad) + count.refundedUnshipped;
  const damaged = Math.min(inShop - good, bad);
  const base = {
    code: 'restored-though-damaged',
    control: 'inspected-written-off',
    key: item.sku,
    sku: item.sku,
  } as const;
  if (damaged > 0) {
    books.findings.push({
      ...base, units: damaged, since: item.shopRestored[0]!.at,
      facts: [...factsOf(item.shopRestored), ...factsOf(item.into.scrap)],
    }); // prettier-ignore
    return true;
  }
  const tooMany = count.saleable - Math.max(0, count.received - gradedBad);
  if (gradedBad > 0 && tooMany > 0) {
    books.findings.push({
      ...base,
      units: tooMany,
      since: item.into.saleable[0]!.at,
      facts: factsOf(item.into.saleable),
    });
  }
  return false;
}

/** The shop put back units that nobody received, though no refund of them is open. */
function findRestoredUnreceived(books: Books, item: Item, count: Count, inShop: number): void {
  if (!books.watch.on('back-restored') || unitsOf(item.kept) > 0) return;
  const known = count.received + count.refundedUnshipped + count.phantom;
  const part = inShop > known ? openPart(item.shopRestored, known) : undefined;
  if (part === undefined) return;
  books.findings.push({
    code: 'restored-without-receipt', control: 'unit-cap', key: item.sku, sku: item.sku,
    units: Math.min(part.units, inShop - known), since: part.since, facts: part.facts, note: 'no_receipt',
    ...dueFor(books, 'back-restored', part.since),
  }); // prettier-ignore
}

/** In the ERP's saleable stock and not in the shop's. */
function findNotRestocked(books: Books, item: Item, count: Count): void {
  const units = count.saleable - count.shopRestored - unitsOf(item.shopCancelled);
  if (units <= 0 || !books.watch.on('erp-shop-stock')) return;
  const part = openPart(item.into.saleable, unitsOf(item.into.saleable) - units);
  if (part === undefined) return;
  // Records of zero money have one purpose: to put stock back.
  let restockOnly = 0;
  for (const refund of books.positions.refunds) {
    if (refund.minor !== 0) continue;
    for (const line of refund.lines) if (line.sku === item.sku) restockOnly += line.quantity;
  }
  const refundedAt = item.refunded.at(-1)?.at ?? part.since;
  books.findings.push({
    code: restockOnly > count.shopRestored ? 'restore-had-no-effect' : 'shop-not-restocked',
    control: 'erp-shop-stock', key: item.sku, sku: item.sku, units, since: part.since,
    facts: [...part.facts, ...factsOf(item.refunded)],
    ...dueFor(books, 'erp-shop-stock', refundedAt > part.since ? refundedAt : part.since),
  }); // prettier-ignore
}
