/** What the customer is owed and has not been given: units, withdrawals, exchanges. */
import type { Fact, Purpose } from './fact.ts';
import { shareOf, type EntitledLine } from './entitle.ts';
import { dueFor, receivedUnits, shippedUnits, type Books, type Finding } from './finding.ts';
import {
  approvedBook,
  capturedMinor,
  receivedBook,
  unitsOf,
  type Item,
  type Positions,
  type ShopRefund,
} from './positions.ts';
import { openAgreements } from './remaining-charges.ts';
import { isFromWhole, standardShipping } from './withdrawal.ts';

/** Purposes for which no goods are expected: they carry their own entitlement. */
export const freePurposes: readonly Purpose[] = ['goodwill', 'price', 'shipping'];
/** A refund of units may be reduced by lines, for wear or a fee. Below this share something else went wrong. */
export const leastShare = 0.5;

/** Finds it; adds to `books.findings`. */
export function findOwedMoney(books: Books): void {
  findAgreed(books);
  findOwed(books);
  findWithdrawals(books);
  findExchanges(books);
}

const fullOf = (item: Item): { units: number; gross: number; tax: number } => ({
  units: item.ordered, gross: item.gross, tax: item.tax,
}); // prettier-ignore

/** Money that people agreed to give back and that has not gone: it is owed by their word, whatever it is for. */
function findAgreed(books: Books): void {
  if (!books.watch.on('entitled-refunded')) return;
  for (const { fact, minor, approvedAt } of openAgreements(books.positions)) {
    books.findings.push({
      code: 'refund-overdue', control: 'entitled-refunded', key: agreedKey(fact.agreement), minor, since: approvedAt,
      facts: [fact], ...dueFor(books, 'entitled-refunded', approvedAt),
    }); // prettier-ignore
  }
}

/** Key of the open item of an agreed refund, by the id of the decision. */
export const agreedKey = (agreement: string): string => `agreed ${agreement}`;

/** Units of an item that an agreed refund pays for: they stand under the agreement. */
function agreedUnits(positions: Positions, sku: string): number {
  let units = 0;
  for (const { fact } of openAgreements(positions))
    for (const line of fact.lines) if (line.sku === sku) units += line.quantity;
  return units;
}

/** Units entitled to money that no refund names, less amounts given without naming units. */
function findOwed(books: Books): void {
  const { positions, entitlement } = books;
  if (!books.watch.on('entitled-refunded') || entitlement.total === 0) return;
  const owed: { item: Item; line: EntitledLine; units: number; minor: number }[] = [];
  const named = new Map<string, number>();
  let left = 0;
  for (const line of entitlement.lines) {
    const item = positions.items.get(line.sku)!;
    const first = unitsOf(item.refunded) + agreedUnits(positions, line.sku);
    const free = (named.get(line.sku) ?? first) - keptUnits(item);
    const units = Math.max(0, line.units - Math.max(0, free));
    named.set(line.sku, Math.max(0, free - line.units));
    if (units === 0) continue;
    const minor = shareOf(fullOf(item), Math.min(units, item.ordered)).gross;
    owed.push({ item, line, units, minor });
    left += minor;
  }
  const underpaid = findUnderpaid(books);
  let rest = Math.max(0, entitlement.shipping - refundedShipping(books)) + underpaid;
  left = Math.min(left + rest, entitlement.total) - givenWithoutUnits(books);
  const tolerance = Math.max(1, entitlement.lines.length);
  if (left <= tolerance) return;
  for (const { item, line, units, minor } of owed) {
    const open = Math.min(left, minor);
    if (open <= 0) break;
    left -= open;
    addOwed(books, item, line, units, open);
  }
  rest = Math.min(rest, left);
  if (rest > tolerance) addOwedRest(books, rest);
}

/** Units refunded though the customer keeps them do not stand for units that came back. */
const keptUnits = (item: Item): number => Math.min(unitsOf(item.kept), unitsOf(item.refunded));

/** Shipping and fees given back on the refunds that count; a fee that is kept is agreed, not owed. */
function refundedShipping(books: Books): number {
  let sum = 0;
  for (const { fact, excluded } of books.positions.refunds)
    if (excluded === undefined) sum += fact.shipping.gross + Math.max(0, fact.fees.gross);
  return sum;
}

/** What the units that a refund names were charged. */
function valueOfLines(books: Books, refund: ShopRefund): number {
  let value = 0;
  for (const line of refund.lines) {
    const item = books.positions.items.get(line.sku);
    if (item === undefined || line.quantity <= 0 || line.quantity > item.ordered) continue;
    value += shareOf(fullOf(item), line.quantity).gross;
  }
  return value;
}

/** What refunds pay for their units less than half their value: missing up to the full value, unless others made up for it. */
function findUnderpaid(books: Books): number {
  const { positions } = books;
  let [missing, given] = [0, 0];
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined || refund.minor <= 0) continue;
    given += refund.minor;
    const value = valueOfLines(books, refund);
    if (refund.minor < value * leastShare) missing += value - refund.minor;
  }
  return Math.min(missing, Math.max(0, books.entitlement.total - given));
}

/** Amounts that may stand for owed units: refunds without units, payments without a record, store credit. */
function givenWithoutUnits(books: Books): number {
  const { positions, settlements } = books;
  let given = 0;
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined || freePurposes.includes(refund.purpose)) continue;
    // What a record gives beyond its units may stand for others that it should have named.
    given += Math.max(0, refund.minor - valueOfLines(books, refund) - refund.fact.shipping.gross);
  }
  const twice = new Set(
    books.findings.filter((finding) => finding.code === 'duplicate-payout').map((finding) => finding.key),
  );
  for (const payment of [...settlements.unmatched, ...settlements.ofVanished])
    if (!twice.has(payment.reference)) given += payment.minor;
  for (const fact of positions.storeCredit) given += fact.money.minor;
  return given;
}

function addOwed(books: Books, item: Item, line: EntitledLine, units: number, minor: number): void {
  const { cancelled } = books.positions;
  const evidence =
    line.because === 'received' ? receivedBook(item, books.policy) : approvedBook(item, books.policy);
  const never = line.because === 'unshipped' && cancelled !== undefined;
  const since = never ? cancelled.at : (evidence.at(-1)?.at ?? books.day);
  const facts = never ? [cancelled] : evidence.map((posting) => posting.fact);
  books.findings.push({
    code: line.because === 'received' ? 'received-not-refunded' : 'refund-overdue', control: 'entitled-refunded',
    key: `${item.sku} ${line.because}`, sku: item.sku, units, minor, since, facts,
    ...dueFor(books, 'entitled-refunded', since),
  }); // prettier-ignore
}

function addOwedRest(books: Books, minor: number): void {
  const first = books.positions.cancelled ?? firstReceipt(books);
  if (first === undefined) return;
  books.findings.push({
    code: 'refund-overdue', control: 'entitled-refunded', key: '', minor, since: first.at,
    facts: [first, ...books.positions.refunds.map((refund) => refund.fact)], ...dueFor(books, 'entitled-refunded', first.at),
  }); // prettier-ignore
}

function firstReceipt(books: Books): Fact | undefined {
  for (const item of books.positions.items.values()) {
    const posting = receivedBook(item, books.policy)[0];
    if (posting !== undefined) return posting.fact;
  }
  return undefined;
}

/** The legal term of a consumer's withdrawal: money back 14 days after the declaration, if goods or proof came. */
function findWithdrawals(books: Books): void {
  const { positions } = books;
  if (positions.home?.customer === 'business' || !books.watch.on('withdrawal-refunded')) return;
  const used = new Map<Fact, number>();
  for (const fact of positions.withdrawals) {
    const open = withdrawalValue(books, fact) - paidSince(books, fact, used);
    if (open <= 1) continue;
    const finding: Finding = {
      code: 'withdrawal-overdue', control: 'withdrawal-refunded', key: withdrawalKey(fact), minor: open, since: fact.at,
      facts: [fact, ...positions.dispatches], ...dueFor(books, 'withdrawal-refunded', fact.at),
      ...(fact.sku !== undefined && { sku: fact.sku }),
    }; // prettier-ignore
    // Until goods or proof of dispatch are there the money may be withheld: open, never late.
    const withheld: Finding = {
      ...finding,
      note: 'withheld',
      due: { on: finding.due?.on ?? '', overdueAt: Infinity },
    };
    books.findings.push(hasProof(books, fact) ? finding : withheld);
  }
}

const withdrawalKey = (fact: Positions['withdrawals'][number]): string =>
  fact.sku === undefined ? fact.object : `${fact.object} ${fact.sku}`;

/** Did the goods come, or proof that they are on their way? Of the withdrawn item where both name one. */
function hasProof(books: Books, fact: Positions['withdrawals'][number]): boolean {
  const { positions } = books;
  const matches = (sku: string | undefined): boolean =>
    sku === undefined || isFromWhole(fact) || sku === fact.sku;
  if (positions.dispatches.some((one) => one.type === 'dispatch.proved' && matches(one.sku))) return true;
  for (const item of positions.items.values())
    if (matches(item.sku) && receivedUnits(books, item) > 0) return true;
  return false;
}

/**
 * Money that reached the customer since the declaration, each cent once. A refund at a watched gateway counts by
 * what the gateway did.
 */
function paidSince(books: Books, fact: Positions['withdrawals'][number], used: Map<Fact, number>): number {
  const { positions, settlements } = books;
  let wanted = withdrawalValue(books, fact);
  let paid = 0;
  const take = (source: Fact, minor: number): void => {
    const free = minor - (used.get(source) ?? 0);
    const taken = Math.max(0, Math.min(free, wanted));
    used.set(source, (used.get(source) ?? 0) + taken);
    wanted -= taken;
    paid += taken;
  };
  for (const { refund, settled, pending } of settlements.byRefund) {
    if (refund.fact.at < fact.at || freePurposes.includes(refund.purpose)) continue;
    const named =
      refund.lines.length === 0 ||
      fact.sku === undefined ||
      refund.lines.some((line) => line.sku === fact.sku);
    if (!named) continue;
    const byGateway = refund.fact.payment === 'gateway' && books.watch.on('refund-settled');
    take(refund.fact, byGateway ? settled + pending : refund.minor);
  }
  for (const payment of settlements.unmatched)
    if (payment.since >= fact.at) take(payment.facts[0]!, payment.minor);
  for (const credit of positions.storeCredit) if (credit.at >= fact.at) take(credit, credit.money.minor);
  return paid;
}

/** Value of what was withdrawn from: units, or all that was left of the order with the standard shipping. */
function withdrawalValue(books: Books, fact: Positions['withdrawals'][number]): number {
  const { positions } = books;
  const item = fact.sku === undefined ? undefined : positions.items.get(fact.sku);
  if (!isFromWhole(fact) && item !== undefined)
    return shareOf(fullOf(item), Math.min(fact.quantity ?? item.ordered, item.ordered)).gross;
  let owed = 0;
  for (const one of positions.items.values()) owed += one.gross;
  owed += standardShipping(positions, books.policy, books.day);
  for (const { fact: refund, minor, excluded } of positions.refunds)
    if (excluded === undefined && refund.at < fact.at) owed -= minor;
  return Math.max(0, owed);
}

function findExchanges(books: Books): void {
  const { positions, watch } = books;
  for (const item of positions.items.values()) {
    const shippedAgain = shippedUnits(books, item) - item.ordered;
    const open = unitsOf(item.exchanged) - Math.max(unitsOf(item.replaced), shippedAgain);
    if (open <= 0 || !watch.on('exchange-shipped')) continue;
    const since = item.exchanged.at(-1)!.at;
    books.findings.push({
      code: 'exchange-not-shipped', control: 'exchange-shipped', key: item.sku, sku: item.sku, units: open, since,
      facts: item.exchanged.map((posting) => posting.fact), ...dueFor(books, 'exchange-shipped', since),
    }); // prettier-ignore
  }
  for (const fact of positions.agreed) {
    const owed = fact.difference?.minor ?? 0;
    if (owed === 0 || !watch.on('exchange-difference')) continue;
    const extra = capturedMinor(positions) - (positions.home?.total ?? 0);
    let refunded = 0;
    for (const refund of positions.refunds)
      if (refund.excluded === undefined && refund.fact.at >= fact.at) refunded += refund.minor;
    const open = owed > 0 ? owed - Math.max(0, extra) : -owed - refunded;
    if (open <= 0) continue;
    books.findings.push({
      code: 'exchange-balance-dropped', control: 'exchange-difference', key: fact.object, minor: open, since: fact.at,
      facts: [fact], ...dueFor(books, 'exchange-difference', fact.at),
    }); // prettier-ignore
  }
}
