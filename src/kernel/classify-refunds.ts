/**
 * What each shop refund is for, which records do not count, and which units they refund. Runs once per fold,
 * before anything is compared.
 */
import type { Purpose } from './fact.ts';
import { matchAgreements } from './match-agreements.ts';
import type { Policy } from './policy.ts';
import { itemOf } from './fold-positions.ts';
import { receivedBook, unitsOf, type Positions, type ShopRefund } from './positions.ts';

/** Sets `purpose` and `excluded` of every refund and fills `refunded` of every item. Returns duplicate records. */
export function classifyRefunds(
  positions: Positions,
  policy: Policy,
  anythingShipped: boolean,
): ShopRefund[] {
  const deleted = new Set(positions.deletedRefunds.map((fact) => fact.refund));
  for (const refund of positions.refunds) {
    if (deleted.has(refund.refund)) refund.excluded = 'deleted';
    refund.purpose = refund.fact.purpose ?? purposeOf(refund, anythingShipped);
  }
  const duplicates = findDuplicateRecords(positions, policy);
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined || refund.minor === 0) continue;
    for (const line of refund.lines) {
      if (line.quantity <= 0) continue;
      const posting = { at: refund.fact.at, units: line.quantity, fact: refund.fact };
      itemOf(positions, line.sku).refunded.push(posting);
    }
  }
  matchAgreements(positions);
  for (const { made, fact } of positions.agreements.values()) {
    // What people agreed on is better known than what a record looks like.
    const record = positions.refunds.find((refund) => refund.fact === made);
    if (record !== undefined && record.fact.purpose === undefined) record.purpose = fact.purpose;
  }
  return duplicates;
}

function purposeOf(refund: ShopRefund, anythingShipped: boolean): Purpose {
  if (refund.lines.some((line) => line.quantity > 0)) return anythingShipped ? 'return' : 'cancellation';
  if (refund.lines.some((line) => line.gross !== 0)) return 'price';
  if (refund.fact.shipping.gross > 0) return 'shipping';
  return anythingShipped ? 'unclear' : 'cancellation';
}

/** Same units of the same items for the same money. */
const signatureOf = (refund: ShopRefund): string =>
  `${refund.minor} ${refund.lines
    .map((line) => `${line.sku}×${line.quantity}`)
    .sort()
    .join(' ')}`;

/**
 * A second record of a refund that was paid once: the same lines for the same amount, fewer gateway payments of
 * that amount than records, and more units refunded than came back. Without the last it may be an honest second
 * refund of the same item.
 */
function findDuplicateRecords(positions: Positions, policy: Policy): ShopRefund[] {
  if (positions.refunds.length < 2 || positions.gateway.size === 0) return [];
  const groups = new Map<string, ShopRefund[]>();
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined || !refund.lines.some((line) => line.quantity > 0)) continue;
    const key = signatureOf(refund);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [refund]);
    else group.push(refund);
  }
  const payments = [...positions.gateway.values()].filter((payment) => payment.state !== 'failed');
  const duplicates: ShopRefund[] = [];
  for (const group of groups.values()) {
    const paid = payments.filter((payment) => payment.minor === group[0]!.minor).length;
    const surplus = Math.min(group.length - 1, group.length - paid);
    if (paid === 0 || surplus <= 0 || !refundedBeyondReturned(positions, policy, group)) continue;
    const named = new Set(payments.map((payment) => payment.refund));
    // Those that a payment names are the originals, then those paid through the gateway, then the earlier ones:
    // refunds come in order of time, and sorting keeps it.
    const ranked = [...group].sort(
      (left, right) =>
        Number(named.has(right.refund)) - Number(named.has(left.refund)) ||
        Number(right.fact.payment === 'gateway') - Number(left.fact.payment === 'gateway'),
    );
    for (const refund of ranked.slice(group.length - surplus)) {
      refund.excluded = 'duplicate';
      duplicates.push(refund);
    }
  }
  return duplicates;
}

function refundedBeyondReturned(positions: Positions, policy: Policy, group: readonly ShopRefund[]): boolean {
  for (const line of group[0]!.lines) {
    const item = positions.items.get(line.sku);
    if (item === undefined || line.quantity <= 0) continue;
    let refunded = 0;
    for (const refund of positions.refunds) {
      if (refund.excluded !== undefined || refund.minor === 0) continue;
      for (const other of refund.lines) if (other.sku === line.sku) refunded += other.quantity;
    }
    const limit = item.received.size > 0 ? unitsOf(receivedBook(item, policy)) : item.ordered;
    if (refunded > limit) return true;
  }
  return false;
}
