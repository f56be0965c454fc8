/**
 * Which gateway refund pays which of the shop's refunds: by reference first, then by amount, each cent once.
 */
import { byText } from './by-text.ts';
import type { GatewayRefund, Positions, ShopRefund } from './positions.ts';
import { subsetOf } from './subset-of.ts';

/** What became of one shop refund at the gateway. Amounts in minor units. */
export type Settlement = {
  readonly refund: ShopRefund;
  readonly payments: GatewayRefund[];
  settled: number;
  pending: number;
  failed: number;
};

export type Settlements = {
  readonly byRefund: readonly Settlement[];
  /** Gateway refunds (not failed) that pay no record of the shop. */
  readonly unmatched: readonly GatewayRefund[];
  /** Gateway refunds that name a shop refund which no longer exists. */
  readonly ofVanished: readonly GatewayRefund[];
  /** Gateway refunds in another currency than the order's that pay no record in theirs: no sum holds them. */
  readonly foreign: readonly GatewayRefund[];
};

/** Matches gateway refunds to the shop refunds that count. */
export function settleRefunds(positions: Positions): Settlements {
  const byRefund: Settlement[] = [];
  const byId = new Map<string, Settlement>();
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined) continue;
    const settlement: Settlement = { refund, payments: [], settled: 0, pending: 0, failed: 0 };
    byRefund.push(settlement);
    byId.set(refund.refund, settlement);
  }
  if (positions.gateway.size === 0) return { byRefund, unmatched: [], ofVanished: [], foreign: [] };

  const deleted = new Set(positions.deletedRefunds.map((fact) => fact.refund));
  const open: GatewayRefund[] = [];
  const ofVanished: GatewayRefund[] = [];
  const shopSpeaks = positions.home !== undefined && positions.home.system === 'shop';
  for (const payment of positions.gateway.values()) {
    const named = payment.refund === undefined ? undefined : byId.get(payment.refund);
    const isSameMoney = named?.refund.fact.money.currency === payment.currency;
    if (
      named !== undefined &&
      isSameMoney &&
      (payment.state === 'failed' || covered(named) < named.refund.minor)
    )
      pay(named, payment);
    else if (
      payment.refund !== undefined &&
      (deleted.has(payment.refund) || (shopSpeaks && named === undefined))
    ) {
      ofVanished.push(payment);
    } else open.push(payment);
  }
  open.sort((left, right) => byText(left.since, right.since) || byText(left.reference, right.reference));
  const rest = open.filter((payment) => {
    const target = closestOpen(byRefund, payment);
    if (target !== undefined) pay(target, payment);
    return target === undefined && payment.state !== 'failed';
  });
  const unmatched = payOneInPart(byRefund, payBySums(byRefund, rest));
  // The record may have been entered anew under another id.
  const vanished = ofVanished.filter((payment) => {
    if (payment.state === 'failed') return false;
    const target = closestOpen(byRefund, payment);
    if (target !== undefined) pay(target, payment);
    return target === undefined;
  });
  const isOwn = ({ currency }: GatewayRefund): boolean =>
    positions.currency === '' || currency === positions.currency;
  return {
    byRefund, unmatched: unmatched.filter(isOwn), ofVanished: vanished.filter(isOwn),
    foreign: [...unmatched, ...vanished].filter((payment) => !isOwn(payment)),
  }; // prettier-ignore
}

/** One refund paid in several parts, then several refunds paid at once: only what adds up exactly. */
function payBySums(settlements: readonly Settlement[], payments: readonly GatewayRefund[]): GatewayRefund[] {
  let left = [...payments];
  const unpaid = (): Settlement[] =>
    settlements.filter((settlement) => covered(settlement) === 0 && settlement.refund.minor > 0);
  for (const settlement of unpaid()) {
    const ofCurrency = left.filter((payment) => payment.currency === settlement.refund.fact.money.currency);
    const parts = subsetOf(ofCurrency, (payment) => payment.minor, settlement.refund.minor, 0);
    if (parts === undefined) continue;
    for (const payment of parts) pay(settlement, payment);
    left = left.filter((payment) => !parts.includes(payment));
  }
  return left.filter((payment) => {
    const sameCurrency = unpaid().filter((one) => one.refund.fact.money.currency === payment.currency);
    const group = subsetOf(sameCurrency, (one) => one.refund.minor, payment.minor, 0);
    if (group === undefined) return true;
    for (const settlement of group) {
      settlement.payments.push(payment);
      if (payment.state !== 'failed') settlement[payment.state] += settlement.refund.minor;
    }
    return false;
  });
}

/**
 * One record without a payment and one payment without a record, of different amounts: they are of the same refund, and
 * what differs is the difference. With more of them nothing says which belongs to which.
 */
function payOneInPart(
  settlements: readonly Settlement[],
  payments: readonly GatewayRefund[],
): GatewayRefund[] {
  return [...Map.groupBy(payments, (payment) => payment.currency)].flatMap(([currency, own]) => {
    const unpaid = settlements.filter(
      (one) => covered(one) === 0 && one.refund.minor > 0 && one.refund.fact.money.currency === currency,
    );
    if (own.length !== 1 || unpaid.length !== 1) return own;
    pay(unpaid[0]!, own[0]!);
    return [];
  });
}

const covered = (settlement: Settlement): number => settlement.settled + settlement.pending;

function pay(settlement: Settlement, payment: GatewayRefund): void {
  settlement.payments.push(payment);
  settlement[payment.state] += payment.minor;
}

/** The shop refund that lacks exactly this amount and lies nearest in time. */
function closestOpen(settlements: readonly Settlement[], payment: GatewayRefund): Settlement | undefined {
  let best: Settlement | undefined;
  let bestGap = Infinity;
  for (const settlement of settlements) {
    const rest = settlement.refund.minor - covered(settlement);
    if (rest !== payment.minor || settlement.refund.fact.money.currency !== payment.currency) continue;
    const gap = Math.abs(Date.parse(settlement.refund.fact.at) - Date.parse(payment.since));
    if (gap < bestGap) [best, bestGap] = [settlement, gap];
  }
  return best;
}
