/** What the customer of one order is owed: from units that came back, were approved, or never left. */
import { gradedUnits } from './count-item.ts';
import { entitlementOf, shareOf, type EntitledLine, type Entitlement } from './entitle.ts';
import { approvedUnits, receivedUnits, shippedUnits, type Books } from './finding.ts';
import { capturedMinor, receivedBook, unitsOf, type Item } from './positions.ts';
import { valueOn } from './policy.ts';
import { isWholeWithdrawal, standardShipping } from './withdrawal.ts';

/** Runs after the refunds were classified. */
export function entitleOrder(books: Pick<Books, 'positions' | 'policy' | 'watch' | 'day'>): Entitlement {
  const { positions } = books;
  const lines: EntitledLine[] = [];
  let everythingUnshipped = positions.items.size > 0;
  let substitutes = substituteUnits(books);
  for (const item of positions.items.values()) {
    if (!item.onOrder || item.ordered === 0) continue;
    const unshipped = cancelledUnits(books, item);
    if (item.kind === 'goods' && unshipped < item.ordered) everythingUnshipped = false;
    const back = backUnits(books, item, item.ordered - unshipped);
    const replaced = Math.min(back.units, substitutes);
    substitutes -= replaced;
    const owed = back.units - replaced;
    const remaining = { units: item.ordered, gross: item.gross, tax: item.tax };
    if (unshipped > 0)
      lines.push({ sku: item.sku, units: unshipped, ...shareOf(remaining, unshipped), because: 'unshipped' });
    if (owed > 0)
      lines.push({ sku: item.sku, units: owed, ...shareOf(remaining, owed), because: back.because });
  }
  const nothingLeft = positions.cancelled !== undefined && everythingUnshipped;
  const shipping = nothingLeft
    ? (positions.home?.shipping.gross ?? 0) + (positions.home?.fees.gross ?? 0)
    : withdrawnShipping(books);
  const known = [...positions.items.values()].some((item) => item.received.size > 0) || nothingLeft;
  const captured = capturedMinor(positions);
  // Nothing was paid: nothing is owed, whatever came back.
  if (captured <= 0) return entitlementOf([], 0, 0, known);
  return entitlementOf(lines, shipping, captured, known);
}

/** Outbound shipping at the standard rate, where a consumer withdrew from the whole order and goods came back. */
function withdrawnShipping({ positions, policy, day }: Pick<Books, 'positions' | 'policy' | 'day'>): number {
  if (!isWholeWithdrawal(positions)) return 0;
  if (![...positions.items.values()].some((item) => item.received.size > 0)) return 0;
  return standardShipping(positions, policy, day);
}

/** Units that never left and need not any more: all of a cancelled order, else those the shop refunded. */
function cancelledUnits(books: Pick<Books, 'positions' | 'policy' | 'watch'>, item: Item): number {
  const unshipped = Math.max(0, item.ordered - shippedUnits(books, item));
  return books.positions.cancelled === undefined ? Math.min(unshipped, unitsOf(item.refunded)) : unshipped;
}

/** Units that came back (or may, where money goes first) and that no replacement stands for; at most `limit`. */
function backUnits(
  books: Pick<Books, 'positions' | 'policy' | 'watch' | 'day'>,
  item: Item,
  limit: number,
): { units: number; because: 'received' | 'approved' } {
  const refused = gradedUnits(item, ['return_to_customer']);
  const received = Math.max(0, Math.min(receivedUnits(books, item) - refused, limit));
  const first = valueOn(books.policy.payAfter, books.day) === 'approval';
  const approved = first ? Math.min(approvedUnits(books, item), limit) : 0;
  // Shipped more than was bought: the rest replaced what came back.
  const again = shippedUnits(books, item) - item.ordered;
  const replaced = Math.max(unitsOf(item.exchanged), unitsOf(item.replaced), again);
  const units = Math.max(0, Math.max(received, approved) - replaced);
  return { units, because: received >= approved ? 'received' : 'approved' };
}

/** Units of other items that left under the same order once a return had begun: an exchange nobody announced. */
function substituteUnits(books: Pick<Books, 'positions' | 'policy'>): number {
  const { positions } = books;
  let begun: string | undefined;
  const see = (at: string | undefined): void => {
    if (at !== undefined && (begun === undefined || at < begun)) begun = at;
  };
  see(positions.approvals[0]?.at);
  see(positions.announcements[0]?.at);
  for (const item of positions.items.values()) see(receivedBook(item, books.policy)[0]?.at);
  if (begun === undefined) return 0;
  let units = 0;
  for (const item of positions.items.values()) {
    if (item.onOrder) continue;
    for (const postings of item.shipped.values())
      for (const posting of postings) if (posting.at > begun) units += posting.units;
  }
  return units;
}
