/**
 * Positions: how many units and how much money stand where, and how to read them. `fold-positions.ts` posts to them.
 *
 * Facts of one real event from several systems are reports of it and are never summed. Per item and kind of event
 * the highest-ranking system that reports is the book; the others are witnesses (policy `bookOrder`).
 */
import type { Disposition, Fact, FactOf, LocationClass, Purpose, RefundLine, System } from './fact.ts';
import type { PartialKit } from './map-items.ts';
import type { Policy } from './policy.ts';

/** Units at a time, with the fact that proves them. */
export type Posting = { readonly at: string; readonly units: number; readonly fact: Fact };

export type Waiting = {
  readonly at: string; readonly units: number; readonly document: string; readonly linked: boolean;
  readonly fact: Fact;
}; // prettier-ignore

/** Where the units of one item stand. Every list is in time order. */
export type Item = {
  readonly sku: string;
  name: string | undefined;
  /** Is it on the order, or did it only turn up? */
  onOrder: boolean;
  kind: 'goods' | 'service';
  ordered: number;
  /** What was charged for all its units, tax inside, and the tax. */
  gross: number;
  tax: number;
  unitCost: number | undefined;
  /** Reports by system; read them through `shippedUnits` and `receivedUnits`. */
  readonly shipped: Map<System, Posting[]>;
  readonly received: Map<System, Posting[]>;
  readonly approved: Posting[];
  readonly announced: Posting[];
  /** Units that need not come any more: cancelled, expired or refused after they were allowed. */
  readonly released: Posting[];
  readonly kept: Posting[];
  readonly graded: Map<Disposition, Posting[]>;
  /** Net units by location class along the return's move chain, and every move into a class. */
  readonly net: Record<LocationClass, number>;
  readonly into: Record<LocationClass, Posting[]>;
  /** Put back by the shop with a refund's restock box, and by cancelling the order. */
  readonly shopRestored: Posting[];
  readonly shopCancelled: Posting[];
  readonly sentBack: Posting[];
  readonly lost: Posting[];
  /** Units on refund lines; filled from the refunds that count. */
  readonly refunded: Posting[];
  readonly exchanged: Posting[];
  readonly replaced: Posting[];
  readonly waiting: Waiting[];
  /** Received units that the return did not announce, by a document that was cancelled, or edited when done. */
  readonly unannounced: Posting[];
  readonly inCancelled: Posting[];
  readonly edited: { readonly at: string; readonly units: number | undefined; readonly fact: Fact }[];
  /** Claims of delivered quantity, one per order line of the system that claims. */
  readonly claimedDelivered: FactOf<'status.claimed'>[];
  /** Of a set that the ERP keeps as parts: sets of which some parts are in stock and others are not. */
  partial: PartialKit | undefined;
};

/** A refund as the shop records it. `excluded` says why it does not count. */
export type ShopRefund = {
  readonly fact: FactOf<'refund.recorded'>;
  readonly refund: string;
  readonly minor: number;
  readonly lines: readonly RefundLine[];
  purpose: Purpose;
  excluded: 'deleted' | 'duplicate' | undefined;
};

/** A refund at the gateway: the newest state of one reference. */
export type GatewayRefund = {
  readonly reference: string;
  readonly minor: number;
  readonly currency: string;
  readonly charge: string | undefined;
  readonly refund: string | undefined;
  state: 'pending' | 'settled' | 'failed';
  /** It had settled before it failed. */
  wasSettled: boolean;
  readonly since: string;
  at: string;
  readonly facts: Fact[];
};

/** A refund that people agreed on. `made`: the record or store credit that carries it out. */
export type Agreement = {
  readonly fact: FactOf<'refund.agreed'>;
  readonly minor: number;
  /** Who said yes, each person once; the first one agreed, others approved. */
  readonly by: string[];
  approvedAt: string;
  revoked: boolean;
  made: Fact | undefined;
};

export type CreditDocument = {
  readonly document: string;
  state: 'drafted' | 'posted' | 'applied' | 'cancelled';
  minor: number;
  tax: number;
  at: string;
  fact: FactOf<
    'credit_note.drafted' | 'credit_note.posted' | 'credit_note.applied' | 'credit_note.cancelled'
  >;
};

export type Case = {
  readonly id: string;
  readonly connection: string;
  about: 'return' | 'question';
  openedAt: string | undefined;
  resolvedAt: string | undefined;
  readonly facts: Fact[];
};

export type Payment = {
  readonly minor: number; readonly currency: string; readonly tender: string;
  readonly reference: string | undefined; readonly fact: Fact;
}; // prettier-ignore

export type Positions = {
  /** The order as its home system placed it; undefined when only other systems speak of it. */
  home: FactOf<'order.placed'> | undefined;
  readonly witnesses: FactOf<'order.placed'>[];
  currency: string;
  cancelled: Fact | undefined;
  deleted: Fact | undefined;
  readonly items: Map<string, Item>;
  readonly captured: Payment[];
  readonly refunds: ShopRefund[];
  readonly gateway: Map<string, GatewayRefund>;
  readonly payouts: FactOf<'payout.confirmed' | 'payout.returned'>[];
  readonly deletedRefunds: FactOf<'refund.deleted'>[];
  /** Agreed refunds by the id of the decision, in time order. */
  readonly agreements: Map<string, Agreement>;
  readonly requests: FactOf<'return.requested'>[];
  readonly storeCredit: FactOf<'store_credit.issued'>[];
  readonly credits: Map<string, CreditDocument>;
  readonly disputes: Map<string, FactOf<'dispute.opened' | 'dispute.won' | 'dispute.lost'>>;
  readonly cases: Map<string, Case>;
  readonly told: FactOf<'customer.told'>[];
  readonly promises: FactOf<'promise.made'>[];
  /** Facts that allow a return, without regard to units: approvals, withdrawals; announcements apart. */
  readonly approvals: Fact[];
  readonly announcements: Fact[];
  readonly rejections: Fact[];
  readonly withdrawals: FactOf<'withdrawal.declared'>[];
  readonly dispatches: Fact[];
  readonly parcels: FactOf<'parcel.handed_over' | 'parcel.delivered' | 'parcel.lost'>[];
  readonly agreed: FactOf<'exchange.agreed'>[];
  readonly claims: FactOf<'status.claimed'>[];
  readonly accepted: FactOf<'difference.accepted'>[];
  /** Systems that said anything at all. */
  readonly systems: Set<System>;
};

/** Did somebody say, without naming units, that the customer keeps the goods? */
export const isKeptWhole = (positions: Positions): boolean =>
  positions.approvals.some(
    (fact) => fact.type === 'return.approved' && fact.keep === true && fact.sku === undefined,
  );

/** Sum of the units of some postings. */
export function unitsOf(postings: readonly Posting[] | undefined): number {
  if (postings === undefined) return 0;
  let sum = 0;
  for (const posting of postings) sum += posting.units;
  return sum;
}

const none: readonly Posting[] = [];

/** The book among several reports: that of the first system in `ranking` that reports at all. */
export function bookOf(
  reports: ReadonlyMap<System, readonly Posting[]>,
  ranking: readonly System[],
): readonly Posting[] {
  if (reports.size === 0) return none;
  for (const system of ranking) {
    const postings = reports.get(system);
    if (postings !== undefined) return postings;
  }
  return none;
}

export const receivedBook = (item: Item, policy: Policy): readonly Posting[] =>
  bookOf(item.received, policy.bookOrder.received);
/** Approved units of the first system in the ranking that names units at all. */
export function approvedBook(item: Item, policy: Policy): readonly Posting[] {
  const { approved } = item;
  const first = approved[0]?.fact.system;
  if (first === undefined || approved.every((posting) => posting.fact.system === first)) return approved;
  for (const system of policy.bookOrder.approved) {
    const own = approved.filter((posting) => posting.fact.system === system);
    if (own.length > 0) return own;
  }
  return approved;
}
export const shippedBook = (item: Item, policy: Policy): readonly Posting[] =>
  bookOf(item.shipped, policy.bookOrder.shipped);

/**
 * The part of `postings` that `matched` units do not cover, first in first out: how many units, and the posting
 * that has been open longest. Undefined when everything is covered.
 */
export function openPart(
  postings: readonly Posting[],
  matched: number,
): { units: number; since: string; facts: Fact[] } | undefined {
  let left = matched;
  let units = 0;
  let since: string | undefined;
  const facts: Fact[] = [];
  for (const posting of postings) {
    if (posting.units <= 0) {
      left -= posting.units;
      continue;
    }
    const covered = Math.min(Math.max(left, 0), posting.units);
    left -= covered;
    const open = posting.units - covered;
    if (open > 0) {
      units += open;
      since ??= posting.at;
      facts.push(posting.fact);
    }
  }
  return since === undefined ? undefined : { units, since, facts };
}

/**
 * Money captured in the order's currency, minor units. The shop repeats what the gateway captured: of one payment
 * method the gateway's report is the book, and one reference is one payment.
 */
export function capturedMinor(positions: Positions): number {
  let sum = 0;
  for (const payment of bookedCaptures(positions))
    if (payment.currency === positions.currency) sum += payment.minor;
  return sum;
}

/** Captured payments, each once. */
export function bookedCaptures(positions: Positions): readonly Payment[] {
  const { captured } = positions;
  const byGateway = captured.filter((payment) => payment.fact.system !== 'shop');
  if (byGateway.length === 0 || byGateway.length === captured.length) return captured;
  const references = new Set(byGateway.map((payment) => payment.reference));
  const tenders = new Set(byGateway.map((payment) => payment.tender));
  return captured.filter(
    (payment) =>
      payment.fact.system !== 'shop' ||
      (!tenders.has(payment.tender) &&
        (payment.reference === undefined || !references.has(payment.reference))),
  );
}
