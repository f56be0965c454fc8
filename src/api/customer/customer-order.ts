/** One order as its customer may see it: no internals, no other person's words, nothing about problems. */
import type { OpenOrder } from '../../engine/decide-order.ts';
import { countForDesk } from '../../kernel/desk-count.ts';
import { deskReturns, type DeskReturn } from '../../kernel/desk-return.ts';
import { tenderText } from '../../kernel/preview-sentences.ts';
import { openAgreements } from '../../kernel/remaining-charges.ts';
import { previewRefund } from '../../kernel/refund-preview.ts';
import { valueOn } from '../../kernel/policy.ts';
import type { Item } from '../../kernel/positions.ts';
import { moneyText, type Language } from '../../kernel/wording.ts';

export type CustomerItem = {
  readonly sku: string;
  readonly name: string;
  readonly bought: number;
  /** What a return, or a withdrawal, may still name. */
  readonly returnable: number;
  readonly withdrawable: number;
};

export type CustomerMoney =
  | {
      readonly is: 'went-back' | 'on-its-way' | 'failed';
      readonly amount: string;
      readonly at: string;
      readonly tender: string;
    }
  | {
      readonly is: 'comes';
      readonly amount: string;
      readonly tender: string;
      readonly byDate?: string;
      readonly after?: 'goods' | 'check';
    };

export type CustomerOrder = {
  readonly orderKey: string;
  readonly number: string;
  readonly placedAt: string | undefined;
  readonly zone: string;
  readonly shop: string;
  readonly returnAddress: string | undefined;
  readonly mayWithdraw: boolean;
  readonly items: readonly CustomerItem[];
  readonly returns: readonly DeskReturn[];
  readonly money: readonly CustomerMoney[];
};

export function customerOrder(order: OpenOrder, language: Language): CustomerOrder {
  const { state, policy } = order;
  const { positions } = state;
  const day = state.placedAt ?? '';
  const returns = deskReturns(state.facts, positions, policy);
  const items = [...positions.items.values()].filter(
    (item) => item.onOrder && item.kind === 'goods' && item.ordered > 0,
  );
  return {
    orderKey: state.orderKey, number: state.order, placedAt: state.placedAt, zone: policy.zone, shop: policy.shopName ?? '',
    returnAddress: policy.returnAddress,
    mayWithdraw: positions.home?.customer !== 'business' && valueOn(policy.withdrawal, day) === 'offered',
    items: items.map((item) => customerItem(order, item, returns)), returns, money: customerMoney(order, returns, language),
  }; // prettier-ignore
}

function customerItem(order: OpenOrder, item: Item, returns: readonly DeskReturn[]): CustomerItem {
  const { shipped, inReturns } = countForDesk(order, item);
  const withdrawn = returns.filter((one) => one.kind === 'withdrawal').flatMap((one) => one.units).reduce((sum, own) => sum + (own.sku === item.sku ? own.allowed : 0), 0); // prettier-ignore
  const isWhole = returns.some(
    (one) => one.kind === 'withdrawal' && one.wholeOrder && one.stage !== 'cancelled',
  );
  return {
    sku: item.sku, name: item.name ?? item.sku, bought: item.ordered,
    returnable: isWhole ? 0 : Math.max(0, shipped - inReturns),
    withdrawable: isWhole ? 0 : Math.max(0, item.ordered - withdrawn),
  }; // prettier-ignore
}

function customerMoney(
  order: OpenOrder,
  returns: readonly DeskReturn[],
  language: Language,
): CustomerMoney[] {
  const { state, policy } = order;
  const { positions } = state;
  const amount = (minor: number, currency = positions.currency): string =>
    moneyText({ minor, currency }, language);
  const paidBy = (tender: string | undefined): string =>
    tenderText(tender ?? positions.home?.tender ?? 'other', language);
  const said: CustomerMoney[] = [];
  for (const payment of positions.gateway.values())
    said.push({
      is: payment.state === 'settled' ? 'went-back' : payment.state === 'pending' ? 'on-its-way' : 'failed',
      // The day that the answer names, too: when it was sent, not when it arrived.
      amount: amount(payment.minor, payment.currency), at: payment.state === 'failed' ? payment.at : payment.since, tender: paidBy(undefined),
    }); // prettier-ignore
  said.push(...recordedMoney(order, amount, paidBy));
  const promised = openAgreements(positions);
  for (const { fact, minor } of promised)
    said.push({
      is: 'comes',
      amount: amount(minor),
      tender: paidBy(fact.pay === 'original' ? undefined : fact.pay),
    });
  // Something else is sent for these.
  const swapped = (sku: string): number => {
    const item = positions.items.get(sku);
    return item === undefined ? 0 : countForDesk(order, item).swapped;
  };
  for (const one of returns) {
    if (promised.some(({ fact }) => fact.rma === one.rma)) continue;
    const wanted = one.units.map((own) => ({ sku: own.sku, units: Math.max(own.allowed, own.received) - swapped(own.sku) })).filter((own) => own.units > 0); // prettier-ignore
    const lines = one.wholeOrder ? [...positions.items.values()].filter((item) => item.onOrder && item.ordered > 0).map((item) => ({ sku: item.sku, units: item.ordered })) : wanted; // prettier-ignore
    const isOpen = one.stage === 'withdrawn' || one.stage === 'approved' || one.stage === 'received' || one.stage === 'inspected'; // prettier-ignore
    if (!isOpen || lines.length === 0) continue;
    const result = previewRefund({ positions, policy, day: state.placedAt ?? '' }, { lines });
    if (!result.ok) continue;
    const tender = result.preview.tenders.map((part) => tenderText(part.tender, language)).join(', ');
    const when = one.legalOn === undefined ? { after: 'check' as const } : { byDate: one.legalOn, ...(one.withheld === true && { after: 'goods' as const }) }; // prettier-ignore
    said.push({ is: 'comes', amount: amount(result.preview.total), tender, ...when });
  }
  return said;
}

/**
 * What the shop recorded and no payment shows. Where somebody tells of payments it is on its way and no more; else the
 * record is all there is, and only of one that the shop pays by hand it does not say that it was paid.
 */
function recordedMoney(
  { state: { money, positions, watched } }: OpenOrder,
  amount: (minor: number) => string,
  paidBy: (tender: string | undefined) => string,
): CustomerMoney[] {
  const refunds = positions.refunds.filter((one) => one.excluded === undefined && one.minor > 0);
  if (positions.gateway.size > 0 || money.paidOut > 0) {
    const rest = money.refunded - money.settled - money.pending - money.paidOut - money.failed;
    const last = refunds.at(-1);
    const said: CustomerMoney[] = positions.payouts.filter((one) => one.type === 'payout.confirmed').map((one) => ({
      is: 'went-back', amount: amount(one.money.minor), at: one.at, tender: paidBy('invoice'),
    })); // prettier-ignore
    if (rest > 0 && last !== undefined)
      said.push({
        is: 'on-its-way',
        amount: amount(rest),
        at: last.fact.at,
        tender: paidBy(last.fact.tender),
      });
    return said;
  }
  const isTold = watched.includes('refund-settled');
  return refunds.map(({ fact, minor }) => ({
    is: isTold || fact.payment === 'manual' ? 'on-its-way' : 'went-back',
    amount: amount(minor), at: fact.at, tender: paidBy(fact.tender),
  })); // prettier-ignore
}

/** A date as people write it, `7 November 2026`; an instant with its time and zone. */
export function longDate(when: string, language: Language, zone: string): string {
  const isDate = when.length === 10;
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'long', timeZone: isDate ? 'UTC' : zone,
  }).format(new Date(isDate ? `${when}T12:00:00Z` : when)); // prettier-ignore
}

export function longTime(at: string, language: Language, zone: string): string {
  return new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone, timeZoneName: 'short',
  }).format(new Date(at)); // prettier-ignore
}
