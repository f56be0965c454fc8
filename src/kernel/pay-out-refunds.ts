/**
 * Which payout (a bank line, a line of a settlement report, a person with a reference) pays which refund that no gateway
 * paid: by name first, then by amount, each cent once. A transfer that came back opens its refund again.
 */
import type { Fact, FactOf } from './fact.ts';
import type { Books } from './finding.ts';
import type { ShopRefund } from './positions.ts';
import { subsetOf } from './subset-of.ts';

type Payout = FactOf<'payout.confirmed' | 'payout.returned'>;

/** A refund that waits for payouts; amounts in minor units. */
export type PayoutNeed = {
  readonly refund: ShopRefund;
  /** What the gateway has not paid. */
  readonly rest: number;
};

export type PaidOutRefund = PayoutNeed & {
  /** What no payout covers. */
  readonly open: number;
  /** Since when it is open: the refund's time, or that of the transfer that came back. */
  readonly since: string;
  readonly facts: readonly Fact[];
};

/**
 * Payouts that count: all that went out, and of those that came back the ones that had gone out. An incoming payment
 * that a bank statement shows for an order is a returned transfer only where that much had left before.
 */
export function countedPayouts(payouts: readonly Payout[]): Payout[] {
  const out: { readonly fact: Payout; isBack: boolean }[] = [];
  return payouts.filter((fact) => {
    if (fact.type === 'payout.confirmed') out.push({ fact, isBack: false });
    else if (fact.refund === undefined) {
      const gone = lastOut(out, fact);
      if (gone === undefined) return false;
      gone.isBack = true;
    }
    return true;
  });
}

/** The latest transfer of the same amount that has not come back yet. */
function lastOut<T extends { readonly fact: Payout; isBack: boolean }>(
  out: readonly T[],
  back: Payout,
): T | undefined {
  return out.findLast(
    ({ fact, isBack }) =>
      !isBack && fact.money.minor === back.money.minor && fact.money.currency === back.money.currency,
  );
}

type Open = { readonly need: PayoutNeed; open: number; since: string; readonly facts: Fact[] };
type Sent = {
  readonly fact: Payout;
  isBack: boolean;
  readonly paid: { readonly to: Open; readonly minor: number }[];
};

/**
 * Refunds that a bank or a person has to pay, and what of them was paid: those that go no other way, the rest of those that
 * the gateway paid in part, and those that failed there, which mostly are paid another way.
 */
export function paidOutside({
  positions,
  settlements,
  watch,
}: Books): ReadonlyMap<ShopRefund, PaidOutRefund> {
  const needs = settlements.byRefund.flatMap(({ refund, payments, settled, pending }): PayoutNeed[] => {
    const rest = refund.minor - settled - pending;
    const isOutside =
      refund.fact.payment === 'manual' ||
      !watch.on('refund-settled') ||
      payments.some((payment) => payment.state === 'failed');
    return refund.minor > 0 && rest > 0 && isOutside ? [{ refund, rest }] : [];
  });
  // More may have come back than ever went out: open is no more than was to be paid.
  return new Map(
    payOutRefunds(positions.payouts, needs).map((paid) => [
      paid.refund,
      { ...paid, open: Math.min(paid.open, paid.rest) },
    ]),
  );
}

/** What of each refund is still open after all payouts, in the order of `needs`. `payouts` are in order of time. */
export function payOutRefunds(payouts: readonly Payout[], needs: readonly PayoutNeed[]): PaidOutRefund[] {
  const opens = needs.map((need): Open => ({
    need, open: need.rest, since: need.refund.fact.at, facts: [need.refund.fact],
  })); // prettier-ignore
  const sent: Sent[] = [];
  for (const fact of payouts) {
    if (fact.type === 'payout.confirmed') {
      const one: Sent = { fact, isBack: false, paid: [] };
      sent.push(one);
      const target = opens.find(({ need, open }) =>
        fits(need, fact) && (fact.refund === undefined ? open === fact.money.minor : need.refund.refund === fact.refund),
      ); // prettier-ignore
      if (target !== undefined) pay(target, one, fact.money.minor);
    } else comeBack(opens, sent, fact);
  }
  paySums(opens, sent);
  return opens.map(({ need, open, since, facts }) => ({ ...need, open, since, facts }));
}

const fits = (need: PayoutNeed, fact: Payout): boolean =>
  need.refund.fact.money.currency === fact.money.currency;

function pay(to: Open, sent: Sent, minor: number): void {
  to.open -= minor;
  to.facts.push(sent.fact);
  sent.paid.push({ to, minor });
}

function comeBack(opens: readonly Open[], sent: readonly Sent[], fact: Payout): void {
  const ofRefund =
    fact.refund === undefined ? sent : sent.filter((one) => one.paid.some(({ to }) => to.need.refund.refund === fact.refund)); // prettier-ignore
  const gone = lastOut(ofRefund, fact);
  const back = (to: Open, minor: number): void => {
    to.open += minor;
    to.since = fact.at;
    to.facts.push(fact);
  };
  if (gone !== undefined) {
    gone.isBack = true;
    for (const { to, minor } of gone.paid) back(to, minor);
    return;
  }
  // Part of a transfer, or of one that is not known, but it says whose it is.
  const named = opens.find(({ need }) => fact.refund !== undefined && need.refund.refund === fact.refund);
  if (named !== undefined) back(named, fact.money.minor);
}

/** One refund paid in several parts, then several refunds paid at once: only what adds up exactly. */
function paySums(opens: readonly Open[], sent: readonly Sent[]): void {
  const free = (): Sent[] => sent.filter((one) => !one.isBack && one.paid.length === 0 && one.fact.refund === undefined); // prettier-ignore
  for (const target of opens.filter(({ open }) => open > 0)) {
    const candidates = free().filter(({ fact }) => fits(target.need, fact));
    for (const part of subsetOf(candidates, ({ fact }) => fact.money.minor, target.open, 0) ?? [])
      pay(target, part, part.fact.money.minor);
  }
  for (const one of free()) {
    const waiting = opens.filter(({ need, open }) => open > 0 && fits(need, one.fact));
    for (const target of subsetOf(waiting, ({ open }) => open, one.fact.money.minor, 0) ?? [])
      pay(target, one, target.open);
  }
}
