/**
 * Accounts: each watched clearing control of one order as postings, left plus and right minus, summed without
 * looking at findings, so that a verdict, and someone else's program, can check every balance.
 */
import type { Fact, LocationClass } from './fact.ts';
import { shareOf } from './entitle.ts';
import { gatewayRoom } from './find-money-problems.ts';
import { freePurposes, leastShare } from './find-owed-money.ts';
import { shippedUnits, type Books } from './finding.ts';
import type { Account, AccountPosting } from './order-state.ts';
import type { ControlId } from './controls.ts';
import {
  approvedBook,
  isKeptWhole,
  receivedBook,
  type Item,
  type Positions,
  type Posting,
  type ShopRefund,
} from './positions.ts';
import { paidOutside } from './pay-out-refunds.ts';
import { openAgreements } from './remaining-charges.ts';

const placed: readonly LocationClass[] = ['saleable', 'scrap', 'vendor'];

/** The accounts of one order that hold any posting. */
export function accountsOf(books: Books): Account[] {
  const accounts: Account[] = [];
  const open = (
    control: ControlId,
    unit: Account['unit'],
    left: AccountPosting[],
    right: AccountPosting[],
  ): void => {
    if (!books.watch.on(control) || left.length + right.length === 0) return;
    accounts.push({ control, unit, left: sum(left), right: sum(right), postings: { left, right } });
  };
  const items = [...books.positions.items.values()].filter(
    (item) => item.onOrder || books.positions.home === undefined,
  );
  const received = items.flatMap((item) => unitPostings(item, receivedBook(item, books.policy)));
  const saleable = items.flatMap((item) => movesInto(item, ['saleable']));
  const putAway = items.flatMap((item) => movesInto(item, placed));
  const graded = items.flatMap((item) =>
    [...item.graded.values()].flatMap((postings) => unitPostings(item, postings)),
  );
  open('received-inspected', 'units', received, sum(putAway) >= sum(graded) ? putAway : graded);
  const inShop = items.flatMap((item) => unitPostings(item, backInShop(books, item)));
  open('erp-shop-stock', 'units', saleable, inShop);
  openMoney(books, open);
  return accounts;
}

type Open = (
  control: ControlId,
  unit: Account['unit'],
  left: AccountPosting[],
  right: AccountPosting[],
) => void;

function openMoney(books: Books, open: Open): void {
  const { positions, settlements } = books;
  const recorded: AccountPosting[] = [];
  const byHand: AccountPosting[] = [];
  const settled: AccountPosting[] = [];
  const given: AccountPosting[] = [];
  const bookable: AccountPosting[] = [];
  const credited = [...positions.credits.values()]
    .filter((credit) => credit.state === 'posted' || credit.state === 'applied')
    .map((credit) => moneyPosting(credit.fact, credit.minor));
  const outside = paidOutside(books);
  let room = gatewayRoom(books);
  for (const { refund, payments, ...paid } of settlements.byRefund) {
    if (refund.minor === 0) continue;
    given.push(moneyPosting(refund.fact, refund.minor));
    // Nothing had left, so nothing need have been invoiced; where it was, it must be credited.
    if (refund.purpose !== 'cancellation' || credited.length > 0)
      bookable.push(moneyPosting(refund.fact, refund.minor));
    const rest = refund.minor - paid.settled - paid.pending;
    const isFailed = payments.some((payment) => payment.state === 'failed');
    const byBank = outside.get(refund);
    // All that no gateway will pay; of what failed at one, what was paid another way.
    const away = byBank === undefined ? 0 : isFailed ? rest - Math.max(0, byBank.open) : rest;
    if (away > 0) byHand.push(moneyPosting(refund.fact, away));
    if (away > 0 && away === rest && paid.settled + paid.pending === 0) continue;
    const open = Math.min(rest - away, room);
    room -= Math.max(0, open);
    recorded.push(moneyPosting(refund.fact, paid.settled + paid.pending + Math.max(0, open)));
    let left = paid.settled;
    for (const payment of payments) {
      if (payment.state !== 'settled') continue;
      // One payment may pay several records: each shows its own part.
      const minor = Math.min(left, payment.minor);
      settled.push(moneyPosting(payment.facts.at(-1)!, minor));
      left -= minor;
    }
  }
  for (const payment of [...settlements.unmatched, ...settlements.ofVanished]) {
    const posting = moneyPosting(payment.facts.at(-1)!, payment.minor);
    given.push(posting);
    bookable.push(posting);
    if (payment.state === 'settled') settled.push(posting);
  }
  for (const fact of positions.storeCredit) {
    given.push(moneyPosting(fact, fact.money.minor));
    bookable.push(moneyPosting(fact, fact.money.minor));
  }
  const paidOut = positions.payouts
    .filter((fact) => fact.money.currency === positions.currency)
    .map((fact) =>
      moneyPosting(fact, fact.type === 'payout.confirmed' ? fact.money.minor : -fact.money.minor),
    );
  open('refund-settled', 'money', recorded, settled);
  open('refund-paid-out', 'money', byHand, paidOut);
  // Where nobody counts units, what is owed cannot be told.
  if (books.entitlement.known) open('entitled-refunded', 'money', owedPostings(books), given);
  open('refund-credited', 'money', bookable, credited);
}

/** What the customer may get: units, and what refunds of another purpose bring along as their own entitlement. */
function owedPostings({ positions, policy, entitlement }: Books): AccountPosting[] {
  const owed: AccountPosting[] = [];
  const post = (fact: Fact | undefined, minor: number): void => {
    if (fact !== undefined && minor !== 0) owed.push(moneyPosting(fact, minor));
  };
  for (const line of entitlement.lines) {
    const item = positions.items.get(line.sku)!;
    const because =
      line.because === 'unshipped' ? positions.cancelled : receivedBook(item, policy).at(-1)?.fact;
    post(because ?? approvedBook(item, policy).at(-1)?.fact ?? item.refunded[0]?.fact, line.gross);
  }
  post(positions.cancelled ?? positions.withdrawals[0], entitlement.shipping);
  const entitled = new Set(entitlement.lines.map((line) => line.sku));
  // Amounts without units may make up for what lines leave out.
  let madeUp = 0;
  for (const refund of positions.refunds) if (isAmountOnly(refund)) madeUp += refund.minor;
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined) continue;
    if (freePurposes.includes(refund.purpose)) post(refund.fact, refund.minor);
    else {
      const left = Math.max(0, leftOut(positions, refund) - madeUp);
      madeUp = Math.max(0, madeUp - leftOut(positions, refund));
      const shipping = entitlement.shipping === 0 ? componentsOf(refund) : 0;
      post(refund.fact, shipping + withoutGoods(positions, refund, entitled) - left);
    }
  }
  for (const { fact, minor } of openAgreements(positions))
    if (freePurposes.includes(fact.purpose)) post(fact, minor);
  for (const fact of positions.agreed) post(fact, -Math.min(0, fact.difference?.minor ?? 0));
  return owed;
}

const componentsOf = ({ fact }: ShopRefund): number => fact.shipping.gross + fact.fees.gross;

const isAmountOnly = (refund: ShopRefund): boolean =>
  refund.excluded === undefined &&
  refund.lines.length === 0 &&
  !freePurposes.includes(refund.purpose) &&
  componentsOf(refund) === 0;

/** Units the customer keeps, and services that nothing comes back of. */
function withoutGoods(positions: Positions, refund: ShopRefund, entitled: ReadonlySet<string>): number {
  let minor = 0;
  for (const line of refund.lines) {
    const item = positions.items.get(line.sku);
    if (item === undefined || line.quantity <= 0) continue;
    const isKept = item.kept.length > 0 || isKeptWhole(positions);
    if (isKept || (item.kind === 'service' && !entitled.has(line.sku))) minor += line.gross;
  }
  return minor;
}

/** What lines pay less than their units were charged: for wear, or a fee. */
function leftOut(positions: Positions, refund: ShopRefund): number {
  let minor = 0;
  for (const line of refund.lines) {
    const item = positions.items.get(line.sku);
    if (item === undefined || line.quantity <= 0 || line.quantity > item.ordered) continue;
    const full = shareOf({ units: item.ordered, gross: item.gross, tax: item.tax }, line.quantity).gross;
    if (refund.minor > 0 && line.gross >= full * leastShare) minor += Math.max(0, full - line.gross);
  }
  return minor;
}

/** What the shop put back of units that had left; the first ones stand for what never did. */
function backInShop(books: Books, item: Item): Posting[] {
  const gone = shippedUnits(books, item);
  let never = Math.max(0, item.ordered - gone);
  return [...item.shopRestored, ...item.shopCancelled].flatMap((posting) => {
    const skipped = Math.min(never, posting.units);
    never -= skipped;
    return skipped === posting.units ? [] : [{ ...posting, units: posting.units - skipped }];
  });
}

const moneyPosting = (fact: Fact, amount: number): AccountPosting => ({ at: fact.at, amount, fact: fact.id });

const unitPostings = (item: Item, postings: readonly Posting[]): AccountPosting[] =>
  postings.map((posting) => ({
    at: posting.at,
    amount: posting.units,
    sku: item.sku,
    fact: posting.fact.id,
  }));

/** Moves into some classes from outside them, less those out again. */
function movesInto(item: Item, classes: readonly LocationClass[]): AccountPosting[] {
  const postings: AccountPosting[] = [];
  for (const list of Object.values(item.into)) {
    for (const { fact } of list) {
      if (fact.type !== 'stock.moved') continue;
      const amount =
        (Number(classes.includes(fact.to)) - Number(classes.includes(fact.from))) * fact.quantity;
      if (amount !== 0) postings.push({ at: fact.at, amount, sku: item.sku, fact: fact.id });
    }
  }
  return postings;
}

const sum = (postings: readonly AccountPosting[]): number =>
  postings.reduce((total, posting) => total + posting.amount, 0);
