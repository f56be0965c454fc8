/**
 * The fold: from the facts of one order to its state. Pure: equal facts, policy, coverage and `now` give an equal
 * state, in whatever order and however often the facts arrived.
 */
import { byText } from './by-text.ts';
import { accountsOf } from './accounts.ts';
import { arrangeProblems } from './arrange-problems.ts';
import { classifyRefunds } from './classify-refunds.ts';
import { controls, controlIds } from './controls.ts';
import type { Fact } from './fact.ts';
import type { Gap } from './gap.ts';
import { watchOf, type Coverage, type Watch } from './feeds.ts';
import { approvedUnits, receivedUnits, shippedUnits, type Books, type Finding } from './finding.ts';
import { findBooksProblems } from './find-books-problems.ts';
import { findCaseProblems } from './find-case-problems.ts';
import { findGoodsProblems } from './find-goods-problems.ts';
import { entitleOrder } from './entitle-order.ts';
import { findMoneyProblems } from './find-money-problems.ts';
import { mapItems } from './map-items.ts';
import type { ItemUnits, OrderMoney, OrderState, Problem, Verdict } from './order-state.ts';
import type { Policy } from './policy.ts';
import { compareFacts, foldPositions } from './fold-positions.ts';
import { countedPayouts } from './pay-out-refunds.ts';
import { capturedMinor, unitsOf, type Positions } from './positions.ts';
import { settleRefunds } from './settle-refunds.ts';
import { stakeOf } from './stake.ts';

export type FoldInput = {
  readonly orderKey: string;
  /** The connection that is this order's home. */
  readonly home: string;
  /** Facts of the order, in any order, repeats allowed. */
  readonly facts: readonly Fact[];
  readonly policy: Policy;
  readonly coverage: Coverage;
  /** Epoch milliseconds to judge at. */
  readonly now: number;
  /** Why nothing can be closed. Empty: complete. */
  readonly incomplete?: readonly Gap[];
};

/** Sorts by time and drops repeats, by id, and incoming payments that are no returned transfers. */
export function orderFacts(facts: readonly Fact[]): Fact[] {
  const sorted = [...facts].sort(compareFacts);
  const once = sorted.filter((fact, index) => index === 0 || fact.id !== sorted[index - 1]!.id);
  const payouts = once.filter((fact) => fact.type === 'payout.confirmed' || fact.type === 'payout.returned');
  if (!payouts.some((fact) => fact.type === 'payout.returned')) return once;
  const counted: ReadonlySet<Fact> = new Set(countedPayouts(payouts));
  return once.filter((fact) => fact.type !== 'payout.returned' || counted.has(fact));
}

/** Positions of one order, before anything is compared: what coverage is measured on. */
export function positionsOf(facts: readonly Fact[], home: string): Positions {
  return foldPositions(facts, (fact) => fact.connection === home);
}

/** State of one order at `now`. */
export function foldOrder(input: FoldInput): OrderState {
  const { policy, coverage, now, orderKey } = input;
  const facts = orderFacts(input.facts);
  const mapped = mapItems(facts, input.home, policy.items);
  const positions = positionsOf(mapped.facts, input.home);
  for (const [sku, partial] of mapped.partial) positions.items.get(sku)!.partial = partial;
  const first = positions.home ?? positions.witnesses[0];
  const day = first?.at ?? facts[0]?.at ?? new Date(now).toISOString();
  if (positions.currency === '') positions.currency = first?.currency ?? currencyOf(facts);
  const watch = watchOf(positions, policy, coverage, day);
  const hasReturn = touchesReturn(positions);
  const state = {
    orderKey,
    order: first?.number ?? orderKey,
    connection: input.home,
    placedAt: first?.at,
    hasReturn,
    facts,
    positions,
    ...((input.incomplete?.length ?? 0) > 0 && { gaps: input.incomplete }),
  };
  if (!hasReturn) {
    const money = moneyOf(positions, 0);
    return {
      ...state, ...watchedControls(watch), verdict: verdictOf([], input.incomplete), problems: [], units: unitsTable(positions, policy, watch),
      money, stake: { gone: 0, stuck: 0, books: 0 }, accounts: [], nextDueAt: undefined,
    }; // prettier-ignore
  }

  const base = { positions, policy, watch, day };
  const anythingShipped = [...positions.items.values()].some((item) => shippedUnits(base, item) > 0);
  const duplicates = classifyRefunds(positions, policy, anythingShipped);
  const settlements = settleRefunds(positions);
  const books: Books = { ...base, settlements, entitlement: entitleOrder(base), findings: [] };
  findGoodsProblems(books);
  findMoneyProblems(books, duplicates);
  findBooksProblems(books);
  findCaseProblems(books);
  const findings = withoutAccepted(books.findings, positions);

  const problems = arrangeProblems(findings, orderKey, positions.currency, policy, now);
  return {
    ...state,
    ...watchedControls(watch),
    verdict: verdictOf(problems, input.incomplete),
    problems,
    units: unitsTable(positions, policy, watch),
    money: moneyOf(positions, books.entitlement.total),
    stake: stakeOf(problems, positions),
    accounts: accountsOf(books),
    nextDueAt: nextDue(findings, now),
  };
}

const currencyOf = (facts: readonly Fact[]): string => {
  for (const fact of facts) {
    const { money } = fact as { money?: { currency: string } };
    if (money !== undefined) return money.currency;
  }
  return '';
};

/** Is anything being returned, refunded, cancelled, disputed or promised? Most orders are not, and need no look. */
function touchesReturn(positions: Positions): boolean {
  if (
    positions.refunds.length > 0 || positions.gateway.size > 0 || positions.credits.size > 0 ||
    positions.approvals.length > 0 || positions.announcements.length > 0 || positions.rejections.length > 0 ||
    positions.cancelled !== undefined || positions.disputes.size > 0 || positions.parcels.length > 0 ||
    positions.promises.length > 0 || positions.deletedRefunds.length > 0 || positions.agreed.length > 0 ||
    positions.payouts.length > 0 || positions.storeCredit.length > 0 || positions.requests.length > 0 ||
    positions.agreements.size > 0
  ) return true; // prettier-ignore
  for (const entry of positions.cases.values()) if (entry.about === 'return') return true;
  for (const item of positions.items.values()) {
    if (
      item.received.size > 0 || item.graded.size > 0 || item.shopRestored.length > 0 || item.waiting.length > 0 ||
      item.into.saleable.length > 0 || item.sentBack.length > 0
    ) return true; // prettier-ignore
  }
  return false;
}

/** A person accepted a fixed amount or number: it closes exactly that, and opens again when it changes. */
function withoutAccepted(findings: readonly Finding[], positions: Positions): readonly Finding[] {
  if (positions.accepted.length === 0) return findings;
  const isAccepted = (finding: Finding): boolean =>
    positions.accepted.some(
      (fact) =>
        fact.control === finding.control && fact.key === finding.key &&
        (fact.units === undefined || fact.units === finding.units) &&
        (fact.money === undefined || fact.money.minor === finding.minor),
    ); // prettier-ignore
  const open = findings.filter((finding) => !isAccepted(finding));
  // What hung on an accepted finding hangs on nothing any more.
  const codes = new Set(open.map((finding) => finding.code));
  return open.filter((finding) => finding.waitsFor === undefined || codes.has(finding.waitsFor));
}

function verdictOf(problems: readonly Problem[], incomplete: readonly Gap[] | undefined): Verdict {
  if (problems.some((problem) => problem.state === 'open')) return 'breaks';
  if (incomplete !== undefined && incomplete.length > 0) return 'incomplete';
  return problems.length > 0 ? 'pending' : 'closed';
}

const told = controlIds.filter((id) => controls[id].kind === 'clearing' || controls[id].kind === 'gate');

const listed = new WeakMap<Watch, Pick<OrderState, 'watched' | 'notWatched'>>();

function watchedControls(watch: Watch): Pick<OrderState, 'watched' | 'notWatched'> {
  let lists = listed.get(watch);
  if (lists === undefined) {
    const silent = told.filter((control) => !watch.on(control));
    lists = {
      watched: told.filter((control) => watch.on(control)),
      notWatched: silent.map((control) => ({ control, missing: watch.missing(control) })),
    };
    listed.set(watch, lists);
  }
  return lists;
}

function nextDue(findings: readonly Finding[], now: number): number | undefined {
  let next: number | undefined;
  for (const { due } of findings) {
    if (due === undefined || due.overdueAt <= now || due.overdueAt === Infinity) continue;
    if (next === undefined || due.overdueAt < next) next = due.overdueAt;
  }
  return next;
}

function unitsTable(positions: Positions, policy: Policy, watch: Watch): ItemUnits[] {
  const table: ItemUnits[] = [];
  for (const item of positions.items.values()) {
    if (item.kind === 'service') continue;
    table.push({
      sku: item.sku,
      ordered: item.ordered,
      shipped: item.shipped.size > 0 ? shippedUnits({ positions, policy, watch }, item) : 0,
      approved: Math.max(approvedUnits({ policy }, item), unitsOf(item.announced)),
      received: receivedUnits({ policy }, item),
      restored: Math.max(0, item.net.saleable),
      onHold: Math.max(0, item.net.hold),
      writtenOff: Math.max(0, item.net.scrap),
      restoredInShop: unitsOf(item.shopRestored) + unitsOf(item.shopCancelled),
      refunded: unitsOf(item.refunded),
    });
  }
  return table.sort((left, right) => byText(left.sku, right.sku));
}

function moneyOf(positions: Positions, entitled: number): OrderMoney {
  let [refunded, settled, pending, failed, paidOut, credited, storeCredit, disputed] = [
    0, 0, 0, 0, 0, 0, 0, 0,
  ];
  for (const refund of positions.refunds) if (refund.excluded !== 'deleted') refunded += refund.minor;
  for (const payment of positions.gateway.values()) {
    if (payment.currency !== positions.currency) continue;
    if (payment.state === 'settled') settled += payment.minor;
    else if (payment.state === 'pending') pending += payment.minor;
    else failed += payment.minor;
  }
  for (const payout of positions.payouts)
    paidOut += payout.type === 'payout.confirmed' ? payout.money.minor : -payout.money.minor;
  for (const credit of positions.credits.values())
    if (credit.state === 'posted' || credit.state === 'applied') credited += credit.minor;
  for (const fact of positions.storeCredit) storeCredit += fact.money.minor;
  for (const dispute of positions.disputes.values())
    if (dispute.type !== 'dispute.won') disputed += dispute.money.minor;
  return {
    currency: positions.currency,
    paid: capturedMinor(positions),
    entitled,
    refunded,
    settled,
    pending,
    failed,
    paidOut,
    credited,
    storeCredit,
    disputed,
  };
}
