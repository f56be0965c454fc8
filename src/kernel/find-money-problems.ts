/**
 * Money: what the shop recorded against what the gateway or bank did. Each cent stands under one code at a time.
 */
import type { Fact } from './fact.ts';
import { dueFor, receivedUnits, type Books } from './finding.ts';
import { findCapProblems } from './find-cap-problems.ts';
import { findOwedMoney } from './find-owed-money.ts';
import { findRefundProblems } from './find-refund-problems.ts';
import { paidOutside, type PaidOutRefund } from './pay-out-refunds.ts';
import { capturedMinor, unitsOf, type GatewayRefund, type ShopRefund } from './positions.ts';
import type { Settlement } from './settle-refunds.ts';
import { valueOn } from './policy.ts';

/** Finds what is wrong with the money of one order; adds to `books.findings`. */
export function findMoneyProblems(books: Books, duplicates: readonly ShopRefund[]): void {
  for (const refund of duplicates) {
    books.findings.push({
      code: 'one-payout-two-records', control: 'refund-settled', key: refund.refund, minor: refund.minor,
      since: refund.fact.at, facts: [refund.fact],
    }); // prettier-ignore
  }
  let room = gatewayRoom(books);
  const outside = paidOutside(books);
  for (const settlement of books.settlements.byRefund)
    room -= findUnsettled(books, settlement, room, outside.get(settlement.refund));
  findVanished(books);
  findUnrecorded(books);
  findRefundProblems(books);
  findCapProblems(books);
  findOwedMoney(books);
}

/** What the gateway could still give back: it cannot refund what a gift card paid. */
export function gatewayRoom(books: Books): number {
  const { positions } = books;
  let captured = 0;
  let told = false;
  for (const payment of positions.captured) {
    if (payment.fact.system !== 'psp' || payment.currency !== positions.currency) continue;
    captured += payment.minor;
    told = true;
  }
  if (!told || captured >= capturedMinor(positions)) return Infinity;
  for (const { settled, pending } of books.settlements.byRefund) captured -= settled + pending;
  return Math.max(0, captured);
}

/** One shop refund against what the gateway paid, and what a bank or a person did. Returns what is missing at the gateway. */
function findUnsettled(
  books: Books,
  settlement: Settlement,
  room: number,
  outside: PaidOutRefund | undefined,
): number {
  const { refund } = settlement;
  if (refund.minor <= 0) return 0;
  const facts = [refund.fact, ...settlement.payments.flatMap((payment) => payment.facts)];
  const rest = refund.minor - settlement.settled - settlement.pending;
  const base = { control: 'refund-settled', key: refund.refund, facts } as const;
  const pending = settlement.payments.find((payment) => payment.state === 'pending');
  if (pending !== undefined) {
    books.findings.push({
      ...base, key: `${refund.refund} pending`, code: 'refund-stuck-pending', minor: settlement.pending,
      since: pending.since, ...dueFor(books, 'refund-settled', pending.since),
    }); // prettier-ignore
  }
  if (rest < -1) {
    books.findings.push({
      code: 'refunded-not-entitled', control: 'entitlement-cap', key: `${refund.refund} paid`, minor: -rest, facts,
      since: settlement.payments.at(-1)!.at,
    }); // prettier-ignore
  }
  if (rest <= 0) return 0;
  const failed = settlement.payments.find((payment) => payment.state === 'failed');
  if (failed !== undefined) {
    const open = Math.max(0, outside?.open ?? rest);
    const minor = Math.min(open, settlement.failed);
    if (minor > 0)
      findFailed(books, settlement, failed, minor, [...facts, ...(outside?.facts.slice(1) ?? [])]);
    return open;
  }
  if (outside !== undefined) {
    if (books.watch.on('refund-paid-out')) findUnpaid(books, outside);
    return 0;
  }
  const since = refund.fact.at;
  const minor = Math.min(rest, room);
  if (minor > 0)
    books.findings.push({ ...base, code: 'refund-not-at-gateway', minor, since, ...dueFor(books, 'refund-settled', since) }); // prettier-ignore
  return minor;
}

function findFailed(
  books: Books,
  settlement: Settlement,
  failed: GatewayRefund,
  minor: number,
  facts: Fact[],
): void {
  const { refund } = settlement;
  const code = failed.wasSettled ? 'refund-failed-later' : 'refund-failed-at-gateway';
  books.findings.push({
    code,
    control: 'refund-settled',
    key: refund.refund,
    facts,
    minor,
    since: failed.at,
  });
  const restored = restoredByShop(books, refund);
  if (restored === undefined) return;
  books.findings.push({
    code: 'restored-refund-failed', control: 'unit-cap', key: `${refund.refund} ${restored.sku}`, sku: restored.sku,
    units: restored.units, since: failed.at, facts: [...restored.facts, ...facts], waitsFor: code,
  }); // prettier-ignore
}

/** Without a watched gateway only evidence of the payout closes a refund; a returned transfer opens it again. */
function findUnpaid(books: Books, { refund, open, since, facts }: PaidOutRefund): void {
  if (open <= 0) return;
  books.findings.push({
    code: 'refund-recorded-never-paid', control: 'refund-paid-out', key: refund.refund, minor: open,
    since, facts: [...facts], ...dueFor(books, 'refund-paid-out', since),
  }); // prettier-ignore
}

/** Units the shop put back with a refund whose money failed, though nothing was received. */
function restoredByShop(
  books: Books,
  refund: ShopRefund,
): { sku: string; units: number; facts: Fact[] } | undefined {
  if (!books.watch.on('back-restored')) return undefined;
  for (const line of refund.lines) {
    const item = books.positions.items.get(line.sku);
    if (item === undefined || receivedUnits(books, item) > 0) continue;
    const units = Math.min(line.quantity, unitsOf(item.shopRestored));
    if (units > 0) return { sku: item.sku, units, facts: item.shopRestored.map((posting) => posting.fact) };
  }
  return undefined;
}

/** Shop records that are gone although the gateway paid them, or the books hold them. */
function findVanished(books: Books): void {
  const { positions, settlements } = books;
  // Only where the shop's refunds are fed does a missing one say anything.
  if (!books.watch.on('entitled-refunded') && positions.deletedRefunds.length === 0) return;
  for (const payment of settlements.ofVanished) {
    books.findings.push({
      code: 'refund-vanished', control: 'refund-settled', key: payment.refund ?? payment.reference, minor: payment.minor,
      since: payment.at, facts: payment.facts,
    }); // prettier-ignore
  }
  for (const fact of positions.deletedRefunds) {
    if (settlements.ofVanished.some((payment) => payment.refund === fact.refund)) continue;
    // The books hold it still: more credit notes of that amount than records of it.
    const booked = [...positions.credits.values()].filter(
      (credit) => credit.state === 'posted' && credit.minor === fact.money?.minor,
    );
    const recorded = settlements.byRefund.filter(({ refund }) => refund.minor === fact.money?.minor);
    const credited = booked.length > recorded.length ? booked.at(-1) : undefined;
    if (credited === undefined) continue;
    books.findings.push({
      code: 'refund-vanished', control: 'refund-settled', key: fact.refund, minor: credited.minor, since: fact.at,
      facts: [fact, credited.fact],
    }); // prettier-ignore
  }
}

/** Gateway refunds that no record of the shop explains. */
function findUnrecorded(books: Books): void {
  const { positions, settlements, entitlement } = books;
  if (settlements.unmatched.length === 0 || positions.home?.system !== 'shop') return;
  if (!books.watch.on('entitled-refunded')) return;
  let given = 0;
  for (const { refund } of settlements.byRefund) given += refund.minor;
  for (const payment of settlements.ofVanished) given += payment.minor;
  for (const payment of settlements.unmatched) {
    const twin = twinOf(books, payment);
    const duplicate = isSecondPayout(books, payment, given, twin !== undefined, entitlement.total);
    given += payment.minor;
    const base = { key: payment.reference, minor: payment.minor, since: payment.at } as const;
    if (duplicate) {
      books.findings.push({
        ...base, code: 'duplicate-payout', control: 'entitlement-cap',
        facts: [...payment.facts, ...(twin ?? []).flatMap((other) => other.facts)],
      }); // prettier-ignore
    } else {
      books.findings.push({
        ...base, code: 'gateway-refund-not-in-shop', control: 'refund-settled', facts: payment.facts,
        ...dueFor(books, 'refund-settled', payment.at),
      }); // prettier-ignore
    }
  }
}

/** Payments of one shop refund, or another one, over the same amount. */
function twinOf(books: Books, payment: GatewayRefund): readonly GatewayRefund[] | undefined {
  for (const { payments, settled, pending } of books.settlements.byRefund)
    if (payments.length > 0 && settled + pending === payment.minor) return payments;
  const other = [...books.positions.gateway.values()].find(
    (one) => one !== payment && one.minor === payment.minor && one.state !== 'failed',
  );
  return other === undefined ? undefined : [other];
}

/** Is a payment beyond what is owed the second one for the same? `given` was given before it. */
function isSecondPayout(
  books: Books,
  payment: GatewayRefund,
  given: number,
  hasTwin: boolean,
  owed: number,
): boolean {
  const { positions, entitlement } = books;
  if (given + payment.minor > capturedMinor(positions)) return true;
  // Made by hand in the gateway it may well include the shipping.
  const shipping = positions.home?.shipping.gross ?? 0;
  if (entitlement.known && owed + shipping - given >= payment.minor - 1) return false;
  if (hasTwin) return true;
  const goodwill = valueOn(books.policy.goodwillCap, payment.since);
  return entitlement.known && given > 0 && (goodwill === undefined || payment.minor > goodwill);
}
