/** Returns as such: goods without permission, permission without goods, parcels that got stuck. */
import { touchedItems } from './count-item.ts';
import { allResolvedAt, approvedUnits, dueFor, receivedUnits, type Books } from './finding.ts';
import { approvedBook, capturedMinor, openPart, receivedBook, unitsOf, type Item } from './positions.ts';
import { valueOn } from './policy.ts';

/** Goods without anybody's permission, where returns need one. */
export function findBlindReturn(books: Books): void {
  const { positions, policy, watch } = books;
  const rule = valueOn(policy.authorization, books.day);
  if (rule === 'none' || wentBackToOrigin(books)) return;
  if (rule === 'auto' && watch.missing('authorized-received').includes('approvals')) return;
  for (const item of touchedItems(positions.items.values())) {
    if (!item.onOrder) continue;
    const received = receivedUnits(books, item);
    const units =
      positions.approvals.length === 0 ? received : Math.min(received, unexpectedUnits(books, item));
    const part = openPart(receivedBook(item, policy), unitsOf(receivedBook(item, policy)) - units);
    if (units <= 0 || part === undefined) continue;
    books.findings.push({
      code: 'blind-return', control: 'authorized-received', key: item.sku, sku: item.sku, units, since: part.since,
      facts: part.facts, ...(positions.rejections.length > 0 && { note: 'rejected' as const }),
    }); // prettier-ignore
  }
}

/** A parcel that was never delivered needs no permission to come back: nothing was paid, or the carrier says so. */
function wentBackToOrigin(books: Books): boolean {
  const { positions } = books;
  if (positions.parcels.some((parcel) => parcel.type === 'parcel.delivered' && parcel.toOrigin === true))
    return true;
  const unpaid = capturedMinor(positions) === 0 && positions.refunds.length === 0;
  return unpaid && (positions.cancelled !== undefined || positions.home?.tender === 'cod');
}

/**
 * On an order with an approved return: units received without a return number beyond all that was announced.
 * Said only where an ERP announces what it expects.
 */
function unexpectedUnits(books: Books, item: Item): number {
  if (books.positions.announcements.length === 0 || approvedUnits(books, item) > 0) return 0;
  // A finished move that was edited is its own problem.
  if (item.edited.length > 0) return 0;
  const receipts = receivedBook(item, books.policy).filter((posting) => posting.units > 0);
  let excess = unitsOf(receipts) - unitsOf(item.announced);
  let blind = 0;
  for (const { fact, units } of receipts.toReversed()) {
    if (fact.rma !== undefined || units > excess) continue;
    blind += units;
    excess -= units;
  }
  return blind;
}

/** Approved, and nothing or less came. Silent once the return is cancelled, refused or its case is closed. */
export function findUnusedReturn(books: Books): void {
  const { positions, watch } = books;
  if (!watch.on('authorized-received') || allResolvedAt(positions) !== undefined) return;
  const approvals = [...positions.approvals, ...positions.announcements].filter(
    (fact) => fact.type !== 'return.approved' || fact.keep !== true,
  );
  if (approvals.length === 0 || positions.rejections.length > 0) return;
  let anyUnits = false;
  const touched = touchedItems(positions.items.values());
  for (const item of touched) {
    const approved = approvedBook(item, books.policy);
    const expected = unitsOf(approved) >= unitsOf(item.announced) ? approved : item.announced;
    if (unitsOf(expected) === 0) continue;
    anyUnits = true;
    const received = receivedUnits(books, item);
    const part = openPart(
      expected,
      received + unitsOf(item.kept) + unitsOf(item.lost) + unitsOf(item.released),
    );
    if (part === undefined || unitsOf(item.refunded) > received) continue;
    books.findings.push({
      code: received > 0 || isOnTheWay(books) ? 'received-short' : 'label-unused', control: 'authorized-received', key: item.sku,
      sku: item.sku, units: part.units, since: part.since, facts: part.facts,
      ...dueFor(books, 'authorized-received', part.since),
    }); // prettier-ignore
  }
  const moved = touched.some(
    (item) => receivedUnits(books, item) > 0 || item.refunded.length > 0 || item.kept.length > 0,
  );
  if (anyUnits || moved || positions.refunds.length > 0 || isOnTheWay(books)) return;
  const since = approvals[0]!.at;
  books.findings.push({
    code: 'label-unused', control: 'authorized-received', key: '', since, facts: approvals,
    ...dueFor(books, 'authorized-received', since),
  }); // prettier-ignore
}

/** Did the customer hand anything over? */
const isOnTheWay = ({ positions }: Books): boolean =>
  positions.dispatches.length > 0 ||
  positions.parcels.some((parcel) => parcel.type !== 'parcel.delivered' || parcel.toOrigin !== true);

const dayMs = 86_400_000;

/** The carrier says delivered, nobody has received. */
export function findParcelProblems(books: Books): void {
  const { positions } = books;
  for (const parcel of positions.parcels) {
    if (parcel.type !== 'parcel.delivered') continue;
    if (parcel.toOrigin === true) {
      findRefundOfUnpaid(books, parcel);
      continue;
    }
    if (!books.watch.on('delivered-received') || hasArrived(books, parcel)) continue;
    books.findings.push({
      code: 'delivered-not-received', control: 'delivered-received', key: parcel.tracking,
      ...(parcel.sku !== undefined && { sku: parcel.sku }), ...(parcel.quantity !== undefined && { units: parcel.quantity }),
      since: parcel.at, facts: [parcel], ...dueFor(books, 'delivered-received', parcel.at),
    }); // prettier-ignore
  }
}

type Parcel = Books['positions']['parcels'][number];

/** Undelivered goods are back, nothing had been paid, and yet money goes out. */
function findRefundOfUnpaid(books: Books, parcel: Parcel): void {
  const { positions } = books;
  const refunds = positions.refunds.filter((refund) => refund.excluded === undefined && refund.minor > 0);
  if (capturedMinor(positions) > 0 || refunds.length === 0) return;
  books.findings.push({
    code: 'returned-to-origin', control: 'refund-cap', key: parcel.tracking,
    minor: refunds.reduce((sum, refund) => sum + refund.minor, 0), since: parcel.at,
    facts: [parcel, ...refunds.map((refund) => refund.fact)],
  }); // prettier-ignore
}

/** Was this parcel booked? By units where it names them, else by a receipt that is not older than a day. */
function hasArrived(books: Books, parcel: Parcel): boolean {
  const { positions } = books;
  if (parcel.sku !== undefined) {
    const item = positions.items.get(parcel.sku);
    return item !== undefined && receivedUnits(books, item) >= (parcel.quantity ?? 1);
  }
  const earliest = Date.parse(parcel.at) - dayMs;
  for (const item of positions.items.values()) {
    for (const posting of receivedBook(item, books.policy))
      if (posting.units > 0 && Date.parse(posting.at) >= earliest) return true;
  }
  return false;
}
