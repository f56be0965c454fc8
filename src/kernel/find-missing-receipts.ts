/** Units refunded that no system has seen come back. */
import type { Count } from './count-item.ts';
import type { Fact } from './fact.ts';
import {
  allResolvedAt,
  dueFor,
  factsOf,
  paysAfterReceipt,
  receivedUnits,
  returnCases,
  type Books,
} from './finding.ts';
import { isKeptWhole, receivedBook, unitsOf, type Item, type Posting } from './positions.ts';

/** What came back on the order besides the items that should have; `wrongUnits` is used up item by item. */
export type Strays = { readonly anyReceipt: boolean; wrongUnits: number };

/** Finds them, and says how many units of the item are explained by it. */
export function findMissingReceipts(books: Books, item: Item, count: Count, strays: Strays): number {
  const lost = findLostBackorder(books, item);
  const known =
    count.received +
    unitsOf(item.kept) +
    unitsOf(item.lost) +
    lost +
    (item.partial?.units ?? 0) +
    count.phantom;
  let missing = isKeptWhole(books.positions) ? 0 : Math.max(0, count.refundedBack - known);
  const wrong = Math.min(missing, strays.wrongUnits);
  strays.wrongUnits -= wrong;
  missing -= wrong;
  const explained = missing + lost;
  if (missing === 0) return explained;
  const open = unreceivedPart(item, receivedBook(item, books.policy), missing);
  const base = { key: item.sku, sku: item.sku, since: open.since } as const;

  if (!paysAfterReceipt(books)) {
    if (books.watch.on('refunded-received')) {
      books.findings.push({
        ...base, code: 'refunded-goods-never-came', control: 'refunded-received', units: missing, facts: open.facts,
        ...dueFor(books, 'refunded-received', open.since),
      }); // prettier-ignore
    }
    return explained;
  }
  if (!books.watch.on('back-restored')) return explained;
  const due = dueFor(books, 'back-restored', open.since);
  const waiting = item.waiting.map((entry) => entry.fact);
  if (sameReturnCame(books, open.facts, strays.anyReceipt)) {
    books.findings.push({
      ...base, code: 'refunded-unreceived-units', control: 'entitlement-cap', units: missing,
      facts: [...open.facts, ...[...item.received.values()].flatMap(factsOf), ...waiting], ...due,
    }); // prettier-ignore
    return explained;
  }
  const restored = Math.min(
    missing,
    Math.max(0, count.shopRestored - count.received - count.refundedUnshipped),
  );
  if (restored > 0) {
    books.findings.push({
      ...base, code: 'restored-without-receipt', control: 'unit-cap', units: restored,
      facts: [...open.facts, ...factsOf(item.shopRestored)], note: 'no_receipt', ...due,
    }); // prettier-ignore
  }
  if (missing > restored) {
    books.findings.push({
      ...base, code: 'approved-but-not-restored', control: 'back-restored', units: missing - restored,
      facts: [...open.facts, ...waiting], note: 'no_receipt', ...due,
    }); // prettier-ignore
  }
  return explained;
}

/**
 * The refunds behind `missing` units. A refund takes the receipts of its return number first, then the newest that
 * were there when it was made; what is known otherwise covers the rest, first in first out.
 */
function unreceivedPart(
  item: Item,
  receipts: readonly Posting[],
  missing: number,
): { since: string; facts: Fact[] } {
  const free = receipts.map((posting) => Math.max(0, posting.units));
  const rest = item.refunded.map((posting) => posting.units);
  let capacity = unitsOf(item.refunded) - missing;
  const take = (refund: number, receipt: number): void => {
    const taken = Math.min(rest[refund]!, free[receipt]!, capacity);
    rest[refund]! -= taken;
    free[receipt]! -= taken;
    capacity -= taken;
  };
  for (const [index, { fact }] of item.refunded.entries()) {
    if (fact.rma === undefined) continue;
    for (const [receipt, posting] of receipts.entries())
      if (posting.fact.rma === fact.rma) take(index, receipt);
  }
  for (const [index, { fact }] of item.refunded.entries()) {
    for (let receipt = receipts.length - 1; receipt >= 0; receipt--)
      if (receipts[receipt]!.at <= fact.at) take(index, receipt);
  }
  const open = item.refunded.filter((_, index) => {
    const taken = Math.min(rest[index]!, capacity);
    capacity -= taken;
    return rest[index]! > taken;
  });
  return { since: open[0]!.at, facts: factsOf(open) };
}

/**
 * Did anything of the return behind these refunds come back? By return number where both sides carry one. On an
 * order with one return any receipt belongs to it; with several, one that no other refund stands for.
 */
function sameReturnCame(books: Books, refunds: readonly Fact[], anyReceipt: boolean): boolean {
  if (!anyReceipt || countReturns(books) <= 1) return anyReceipt;
  const wanted = new Set(refunds.map((fact) => fact.rma).filter((rma) => rma !== undefined));
  let unnumbered = false;
  for (const item of books.positions.items.values()) {
    for (const { fact, units } of receivedBook(item, books.policy)) {
      if (fact.rma === undefined) unnumbered = true;
      else if (units > 0 && wanted.has(fact.rma)) return true;
    }
  }
  if (wanted.size > 0 && !unnumbered) return false;
  const skus = new Set<string>();
  for (const fact of refunds)
    if (fact.type === 'refund.recorded') for (const line of fact.lines) skus.add(line.sku);
  for (const sku of skus) {
    const item = books.positions.items.get(sku);
    if (item === undefined) continue;
    let byOthers = 0;
    for (const { fact, units } of item.refunded) if (!refunds.includes(fact)) byOthers += units;
    if (receivedUnits(books, item) > byOthers) return true;
  }
  return false;
}

/** How many returns the order has: by return numbers or by cases, whichever tells of more. */
function countReturns(books: Books): number {
  const { positions } = books;
  const numbers = new Set<string>();
  for (const { rma } of [...positions.approvals, ...positions.announcements])
    if (rma !== undefined) numbers.add(rma);
  return Math.max(numbers.size, returnCases(positions).length);
}

/** The rest of a partial return hangs in a document without a link, and everybody else is done. */
function findLostBackorder(books: Books, item: Item): number {
  const resolvedAt = allResolvedAt(books.positions);
  if (resolvedAt === undefined || !books.watch.on('resolved-closed')) return 0;
  const lost = item.waiting.filter((entry) => !entry.linked);
  if (lost.length === 0) return 0;
  const units = lost.reduce((sum, entry) => sum + entry.units, 0);
  books.findings.push({
    code: 'return-backorder-lost', control: 'authorized-received', key: item.sku, sku: item.sku, units,
    since: resolvedAt, facts: [...lost.map((entry) => entry.fact), ...returnCases(books.positions).flatMap((entry) => entry.facts)],
    ...dueFor(books, 'back-restored', resolvedAt),
  }); // prettier-ignore
  return units;
}
