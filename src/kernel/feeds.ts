/**
 * Feeds: does a system speak about a kind of event at all? A control accuses only where both of its sides are
 * fed, because silence of a system that never speaks proves nothing.
 *
 * A feed is on for a class of orders when it reported in at least 20 % and at least 5 of the cases where it could
 * have, or because policy says so. Whether the work is done is not asked: a shop whose stock-ins are missing in
 * 40 % of its returns is exactly the one that needs the control.
 */
import { controlIds, controls, type ControlId } from './controls.ts';
import { controlOn, type Policy, valueOn } from './policy.ts';
import type { Item, Positions } from './positions.ts';

export const feeds = [
  'approvals', 'receipts', 'erpStock', 'inspections', 'grades', 'shopStock', 'shopRefunds', 'gateway', 'payouts',
  'creditNotes', 'cases', 'shipments', 'carrier', 'exchanges',
] as const; // prettier-ignore
export type Feed = (typeof feeds)[number];

/** What would feed it, in words for the answer. */
export const feedSources: Readonly<Record<Feed, { readonly en: string; readonly de: string }>> = {
  approvals: { en: 'return approvals from the helpdesk or the shop', de: 'Retourenfreigaben aus Helpdesk oder Shop' },
  receipts: { en: 'receipts of returned goods from the ERP or warehouse', de: 'Wareneingänge von Retouren aus ERP oder Lager' },
  erpStock: { en: 'stock moves of returns from the ERP', de: 'Lagerbewegungen von Retouren aus dem ERP' },
  inspections: { en: 'inspection results from the desk or warehouse', de: 'Prüfergebnisse vom Retourentisch oder Lager' },
  grades: { en: 'put-away moves or inspection results', de: 'Einlagerungen oder Prüfergebnisse' },
  shopStock: { en: 'the setting who owns the shop stock (stockAuthority: shop)', de: 'die Einstellung, wer den Shopbestand führt (stockAuthority: shop)' },
  shopRefunds: { en: 'refunds recorded in the shop', de: 'im Shop erfasste Erstattungen' },
  gateway: { en: 'refunds of the payment gateway', de: 'Erstattungen des Zahlungsanbieters' },
  payouts: { en: 'bank lines or settlement reports', de: 'Kontobewegungen oder Abrechnungen' },
  creditNotes: { en: 'credit notes from the ERP', de: 'Gutschriften aus dem ERP' },
  cases: { en: 'return cases from the helpdesk', de: 'Retourenfälle aus dem Helpdesk' },
  shipments: { en: 'deliveries from the ERP, warehouse or shop', de: 'Lieferungen aus ERP, Lager oder Shop' },
  carrier: { en: 'return parcels from the carrier', de: 'Retourenpakete vom Paketdienst' },
  exchanges: { en: 'agreed exchanges and their deliveries', de: 'vereinbarte Umtausche und ihre Lieferungen' },
}; // prettier-ignore

export type Count = { applicable: number; reported: number };

/** Cases per feed and order class. Measured over all orders, recorded as a dated policy value. */
export type Coverage = ReadonlyMap<Feed, ReadonlyMap<string, Count>>;

const shareMin = 0.2;
const reportedMin = 5;
/** Between the two the control speaks, and the thin coverage is itself worth a line. */
const shareThin = 0.8;

/** The class of an order whose silence is compared: channel, and for the gateway the tender as well. */
export function orderClass(positions: Positions, feed: Feed): string {
  const channel = positions.home?.channel ?? 'shop';
  return feed === 'gateway' || feed === 'payouts' ? `${channel}/${tenderOf(positions)}` : channel;
}

/** Tender of the order: of its largest capture, else as placed. */
export function tenderOf(positions: Positions): string {
  let best: { minor: number; tender: string } | undefined;
  for (const payment of positions.captured)
    if (best === undefined || payment.minor > best.minor) best = payment;
  return best?.tender ?? positions.home?.tender ?? 'other';
}

const some = (positions: Positions, test: (item: Item) => boolean): boolean => {
  for (const item of positions.items.values()) if (test(item)) return true;
  return false;
};

const hasReceipt = (item: Item): boolean => item.received.size > 0;
const hasErpStock = (item: Item): boolean =>
  item.into.saleable.length + item.into.scrap.length + item.into.hold.length + item.into.vendor.length > 0;

/** Adds one order's cases to a coverage under construction. */
export function addCoverage(coverage: Map<Feed, Map<string, Count>>, positions: Positions): void {
  const add = (feed: Feed, applicable: boolean, reported: boolean): void => {
    if (!applicable && !reported) return;
    let classes = coverage.get(feed);
    if (classes === undefined) coverage.set(feed, (classes = new Map()));
    const key = orderClass(positions, feed);
    let count = classes.get(key);
    if (count === undefined) classes.set(key, (count = { applicable: 0, reported: 0 }));
    count.applicable++;
    if (reported) count.reported++;
  };
  const received = some(positions, hasReceipt);
  const erpStock = some(positions, hasErpStock);
  const graded = some(positions, (item) => item.graded.size > 0);
  const shipped = some(positions, (item) => item.shipped.size > 0);
  const goodsRefunded = positions.refunds.some((refund) => refund.lines.some((line) => line.quantity > 0));
  const goodsBack = received || (goodsRefunded && shipped);
  const refunded = positions.refunds.length > 0;
  const credited = positions.credits.size > 0;
  const byGateway = positions.refunds.some((refund) => refund.fact.payment !== 'manual');
  const byHand = positions.refunds.some((refund) => refund.fact.payment === 'manual');
  const returnCase = [...positions.cases.values()].some((entry) => entry.about === 'return');
  if (positions.home !== undefined) add('shipments', positions.captured.length > 0, shipped);
  if (
    !goodsBack &&
    !refunded &&
    !credited &&
    positions.approvals.length === 0 &&
    positions.gateway.size === 0
  )
    return;
  add('receipts', goodsBack, received);
  add('erpStock', goodsBack, erpStock);
  add('inspections', received, graded);
  add('grades', received, graded || erpStock);
  add('approvals', received, positions.approvals.length > 0);
  add('shopRefunds', refunded || positions.gateway.size > 0 || received, refunded);
  add('gateway', byGateway, positions.gateway.size > 0);
  add('payouts', byHand, positions.payouts.length > 0);
  add('creditNotes', refunded || received, credited);
  add('cases', goodsBack || refunded, returnCase);
  add('carrier', goodsBack, positions.parcels.length > 0);
  add(
    'exchanges',
    positions.agreed.length > 0,
    some(positions, (item) => item.replaced.length > 0),
  );
}

/** Adds what was counted elsewhere. */
export function mergeCoverage(coverage: Map<Feed, Map<string, Count>>, counted: Coverage): void {
  for (const [feed, classes] of counted) {
    let own = coverage.get(feed);
    if (own === undefined) coverage.set(feed, (own = new Map()));
    for (const [cls, { applicable, reported }] of classes) {
      const count = own.get(cls);
      if (count === undefined) own.set(cls, { applicable, reported });
      else {
        count.applicable += applicable;
        count.reported += reported;
      }
    }
  }
}

export type FeedState = { readonly on: boolean; readonly thin: boolean; readonly count: Count };

/** Is a feed on for a class of orders? */
export function feedState(coverage: Coverage, feed: Feed, cls: string): FeedState {
  const count = coverage.get(feed)?.get(cls) ?? { applicable: 0, reported: 0 };
  const share = count.reported / count.applicable;
  const on = count.reported >= reportedMin && share >= shareMin;
  return { on, thin: on && share < shareThin, count };
}

/** Which controls speak about one order; asked often, so answers are remembered. */
export type Watch = {
  /** Does the control speak? */
  on(control: ControlId): boolean;
  /** Feeds of the control that are silent: what would have to be connected. */
  missing(control: ControlId): readonly Feed[];
  /** Does anybody report what leaves, for orders of this class? */
  readonly shipmentsOn: boolean;
  /** Does anybody report money that goes back? Else a credit note without a refund is no wonder. */
  readonly refundsOn: boolean;
};

/** Orders of one class and day are watched alike: a coverage that is complete is asked once for all of them. */
const remembered = new WeakMap<Coverage, WeakMap<Policy, Map<string, Watch>>>();

/** Which controls speak about the order of `positions`, on `day`. `coverage` must not change afterwards. */
export function watchOf(positions: Positions, policy: Policy, coverage: Coverage, day: string): Watch {
  let byPolicy = remembered.get(coverage);
  if (byPolicy === undefined) remembered.set(coverage, (byPolicy = new WeakMap()));
  let byClass = byPolicy.get(policy);
  if (byClass === undefined) byPolicy.set(policy, (byClass = new Map()));
  const date = day.slice(0, 10);
  const key = `${orderClass(positions, 'gateway')} ${positions.home?.system ?? ''} ${date}`;
  let watch = byClass.get(key);
  if (watch === undefined) byClass.set(key, (watch = newWatch(positions, policy, coverage, date)));
  return watch;
}

function newWatch(positions: Positions, policy: Policy, coverage: Coverage, day: string): Watch {
  const known = new Map<ControlId, readonly Feed[]>();
  for (const control of controlIds)
    known.set(control, silentFeeds(control, positions, policy, coverage, day));
  const missing = (control: ControlId): readonly Feed[] => known.get(control)!;
  const isFed = (feed: Feed): boolean => feedState(coverage, feed, orderClass(positions, feed)).on;
  const isWanted = controlOn(policy, 'refund-credited', day).watch === 'on';
  return {
    on: (control) => missing(control).length === 0, missing, shipmentsOn: isFed('shipments'),
    refundsOn: isWanted || isFed('shopRefunds') || isFed('gateway'),
  }; // prettier-ignore
}

function silentFeeds(
  control: ControlId,
  positions: Positions,
  policy: Policy,
  coverage: Coverage,
  day: string,
): readonly Feed[] {
  const { watch } = controlOn(policy, control, day);
  const needs: readonly Feed[] = controls[control].needs;
  if (watch === 'off') return needs;
  // What was sold elsewhere did not leave the shop's stock.
  const shopStockOn = valueOn(policy.stockAuthority, day) === 'shop' && positions.home?.system === 'shop';
  if (control === 'refund-credited' && valueOn(policy.books, day) !== 'per_order') return needs;
  return needs.filter((feed) => {
    if (feed === 'shopStock') return !shopStockOn;
    if (watch === 'on') return false;
    return !feedState(coverage, feed, orderClass(positions, feed)).on;
  });
}
