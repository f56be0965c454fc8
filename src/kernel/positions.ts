/**
 * Positions: how many units and how much money stand where, folded from the facts of one order.
 *
 * Facts of one real event from several systems are reports of it and are never summed. Per item and kind of event
 * the highest-ranking system that reports is the book; the others are witnesses (policy `bookOrder`).
 */
import type {
  Disposition, Fact, FactOf, LocationClass, OrderLine, Purpose, RefundLine, System,
} from './fact.ts'; // prettier-ignore
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

const emptyNet = (): Record<LocationClass, number> => ({
  saleable: 0, input: 0, hold: 0, scrap: 0, vendor: 0, customer: 0, other: 0,
}); // prettier-ignore

const emptyInto = (): Record<LocationClass, Posting[]> => ({
  saleable: [], input: [], hold: [], scrap: [], vendor: [], customer: [], other: [],
}); // prettier-ignore

function newItem(sku: string): Item {
  return {
    sku, name: undefined, onOrder: false, kind: 'goods', ordered: 0, gross: 0, tax: 0, unitCost: undefined,
    shipped: new Map(), received: new Map(), approved: [], announced: [], kept: [], graded: new Map(),
    net: emptyNet(), into: emptyInto(), shopRestored: [], shopCancelled: [], sentBack: [], lost: [],
    refunded: [], exchanged: [], replaced: [], waiting: [], unannounced: [], inCancelled: [], edited: [],
    claimedDelivered: [], partial: undefined,
  }; // prettier-ignore
}

function newPositions(): Positions {
  return {
    home: undefined, witnesses: [], currency: '', cancelled: undefined, deleted: undefined, items: new Map(),
    captured: [], refunds: [], gateway: new Map(), payouts: [], deletedRefunds: [], storeCredit: [],
    credits: new Map(), disputes: new Map(), cases: new Map(), told: [], promises: [], approvals: [],
    announcements: [], rejections: [], withdrawals: [], dispatches: [], parcels: [], agreed: [], claims: [],
    accepted: [], systems: new Set(),
  }; // prettier-ignore
}

/** Order of facts on a timeline: by time, ties by id. */
export function compareFacts(left: Fact, right: Fact): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/**
 * Folds the facts of one order into positions. `facts` must be sorted by `compareFacts` and hold each id once;
 * `isHome` tells the order's own `order.placed` from those of other systems.
 */
export function foldPositions(facts: readonly Fact[], isHome: (fact: Fact) => boolean): Positions {
  const positions = newPositions();
  for (const fact of facts) {
    positions.systems.add(fact.system);
    if (fact.type === 'order.placed') {
      if (isHome(fact) && positions.home === undefined) placeOrder(positions, fact);
      else positions.witnesses.push(fact);
    }
  }
  for (const fact of facts) applyFact(positions, fact);
  return positions;
}

/** The item of a SKU, created when it first turns up. */
export function itemOf(positions: Positions, sku: string): Item {
  let item = positions.items.get(sku);
  if (item === undefined) positions.items.set(sku, (item = newItem(sku)));
  return item;
}

function placeOrder(positions: Positions, fact: FactOf<'order.placed'>): void {
  positions.home = fact;
  positions.currency = fact.currency;
  for (const line of fact.lines) addLine(itemOf(positions, line.sku), line);
}

function addLine(item: Item, line: OrderLine): void {
  item.name ??= line.name;
  item.onOrder = true;
  item.kind = line.kind;
  item.ordered += line.quantity;
  item.gross += line.gross;
  item.tax += line.tax;
}

function push(lists: Map<System, Posting[]>, system: System, posting: Posting): void {
  const list = lists.get(system);
  if (list === undefined) lists.set(system, [posting]);
  else list.push(posting);
}

// The one place where each type of fact finds its account: long because the vocabulary is.
function applyFact(positions: Positions, fact: Fact): void {
  switch (fact.type) {
    case 'order.placed':
      for (const [sku, cost] of Object.entries(fact.unitCost ?? {})) itemOf(positions, sku).unitCost ??= cost;
      break;
    case 'order.cancelled':
      if (positions.home === undefined || fact.connection === positions.home.connection)
        positions.cancelled ??= fact;
      break;
    case 'order.deleted':
      positions.deleted ??= fact;
      break;
    case 'payment.captured':
      positions.captured.push({
        minor: fact.money.minor,
        currency: fact.money.currency,
        tender: fact.tender,
        reference: fact.reference,
        fact,
      });
      break;
    case 'goods.shipped':
      push(itemOf(positions, fact.sku).shipped, fact.system, { at: fact.at, units: fact.quantity, fact });
      break;
    case 'return.approved':
      applyApproval(positions, fact);
      break;
    case 'withdrawal.declared':
      positions.withdrawals.push(fact);
      positions.approvals.push(fact);
      if (fact.sku !== undefined && fact.quantity !== undefined) {
        itemOf(positions, fact.sku).approved.push({ at: fact.at, units: fact.quantity, fact });
      }
      break;
    case 'return.rejected':
    case 'return.cancelled':
    case 'return.expired':
      positions.rejections.push(fact);
      break;
    case 'return.waiting':
      itemOf(positions, fact.sku).waiting.push({
        at: fact.at,
        units: fact.quantity,
        document: fact.document,
        linked: fact.linked,
        fact,
      });
      break;
    case 'dispatch.proved':
      positions.dispatches.push(fact);
      break;
    case 'parcel.handed_over':
    case 'parcel.delivered':
    case 'parcel.lost':
      positions.parcels.push(fact);
      if (fact.type === 'parcel.lost' && fact.sku !== undefined) {
        itemOf(positions, fact.sku).lost.push({ at: fact.at, units: fact.quantity ?? 0, fact });
      }
      break;
    case 'goods.received':
      push(itemOf(positions, fact.sku).received, fact.system, { at: fact.at, units: fact.quantity, fact });
      break;
    case 'goods.inspected':
      applyGrade(itemOf(positions, fact.sku), fact);
      break;
    case 'stock.moved':
      applyMove(itemOf(positions, fact.sku), fact);
      break;
    case 'goods.sent_back':
      itemOf(positions, fact.sku).sentBack.push({ at: fact.at, units: fact.quantity, fact });
      break;
    case 'refund.recorded':
      positions.refunds.push({
        fact, refund: fact.refund, minor: fact.money.minor, lines: namedAsBought(positions, fact.lines),
        purpose: fact.purpose ?? 'unclear', excluded: undefined,
      }); // prettier-ignore
      break;
    case 'refund.pending':
    case 'refund.settled':
    case 'refund.failed':
    case 'refund.reversed':
      applyGatewayRefund(positions, fact);
      break;
    case 'refund.deleted':
      positions.deletedRefunds.push(fact);
      break;
    case 'payout.confirmed':
    case 'payout.returned':
      positions.payouts.push(fact);
      break;
    case 'store_credit.issued':
      positions.storeCredit.push(fact);
      break;
    case 'credit_note.drafted':
    case 'credit_note.posted':
    case 'credit_note.applied':
    case 'credit_note.cancelled':
      applyCreditNote(positions, fact);
      break;
    case 'exchange.agreed':
      positions.agreed.push(fact);
      itemOf(positions, fact.sku).exchanged.push({ at: fact.at, units: fact.quantity, fact });
      break;
    case 'exchange.shipped':
      itemOf(positions, fact.sku).replaced.push({ at: fact.at, units: fact.quantity, fact });
      break;
    case 'dispute.opened':
    case 'dispute.won':
    case 'dispute.lost':
      positions.disputes.set(`${fact.connection}/${fact.dispute}`, fact);
      break;
    case 'case.opened':
    case 'case.resolved':
    case 'case.reopened':
      applyCase(positions, fact);
      break;
    case 'customer.told':
      positions.told.push(fact);
      break;
    case 'promise.made':
      positions.promises.push(fact);
      break;
    case 'status.claimed':
      positions.claims.push(fact);
      if (fact.claim === 'delivered_quantity' && fact.sku !== undefined)
        itemOf(positions, fact.sku).claimedDelivered.push(fact);
      break;
    case 'difference.accepted':
      positions.accepted.push(fact);
      break;
    case 'order.changed':
    case 'payment.authorized':
    case 'payment.voided':
    case 'return.requested':
    case 'store_credit.spent':
    case 'fact.asserted':
    case 'match.confirmed':
    case 'change.seen':
      break; // Seen on the timeline; posts to no account.
  }
}

/** Refund lines under the SKU that the order knows: the line tells, where the item was renamed since. */
function namedAsBought(positions: Positions, lines: readonly RefundLine[]): readonly RefundLine[] {
  const isBought = (sku: string): boolean => positions.items.get(sku)?.onOrder === true;
  if (positions.home === undefined || lines.every((line) => isBought(line.sku))) return lines;
  return lines.map((line) => {
    const bought = isBought(line.sku)
      ? undefined
      : positions.home?.lines.find((own) => own.line === line.line);
    return bought === undefined ? line : { ...line, sku: bought.sku };
  });
}

function applyApproval(positions: Positions, fact: FactOf<'return.approved'>): void {
  (fact.announces === true ? positions.announcements : positions.approvals).push(fact);
  if (fact.sku === undefined || fact.quantity === undefined) return;
  const item = itemOf(positions, fact.sku);
  const posting = { at: fact.at, units: fact.quantity, fact };
  if (fact.keep === true) item.kept.push(posting);
  else if (fact.announces === true) item.announced.push(posting);
  else item.approved.push(posting);
}

function applyGrade(item: Item, fact: FactOf<'goods.inspected'>): void {
  const posting = { at: fact.at, units: fact.quantity, fact };
  const list = item.graded.get(fact.disposition);
  if (list === undefined) item.graded.set(fact.disposition, [posting]);
  else list.push(posting);
  if (fact.disposition === 'keep') item.kept.push(posting);
}

function applyMove(item: Item, fact: FactOf<'stock.moved'>): void {
  const posting = { at: fact.at, units: fact.quantity, fact };
  if (fact.system === 'shop') {
    (fact.cause === 'cancellation' ? item.shopCancelled : item.shopRestored).push(posting);
    return;
  }
  item.net[fact.from] -= fact.quantity;
  item.net[fact.to] += fact.quantity;
  item.into[fact.to].push(posting);
  if (fact.from === 'customer') {
    push(item.received, fact.system, posting);
    if (fact.unannounced === true) item.unannounced.push(posting);
    if (fact.documentCancelled === true) item.inCancelled.push(posting);
  } else if (fact.to === 'customer') {
    push(item.received, fact.system, { at: fact.at, units: -fact.quantity, fact });
    item.sentBack.push(posting);
  }
  if (fact.editedAt !== undefined) item.edited.push({ at: fact.editedAt, units: fact.editedBy, fact });
}

function applyGatewayRefund(
  positions: Positions,
  fact: FactOf<'refund.pending' | 'refund.settled' | 'refund.failed' | 'refund.reversed'>,
): void {
  const key = `${fact.connection}/${fact.reference}`;
  const state =
    fact.type === 'refund.pending' ? 'pending' : fact.type === 'refund.settled' ? 'settled' : 'failed';
  const known = positions.gateway.get(key);
  if (known === undefined) {
    positions.gateway.set(key, {
      reference: fact.reference, minor: fact.money.minor, currency: fact.money.currency, charge: fact.charge,
      refund: fact.refund, state, wasSettled: fact.type === 'refund.reversed', since: fact.at, at: fact.at,
      facts: [fact],
    }); // prettier-ignore
    return;
  }
  if (state === 'failed' && known.state === 'settled') known.wasSettled = true;
  known.state = state;
  known.at = fact.at;
  known.facts.push(fact);
}

function applyCreditNote(positions: Positions, fact: CreditDocument['fact']): void {
  const state = fact.type.slice('credit_note.'.length) as CreditDocument['state'];
  const key = `${fact.connection}/${fact.document}`;
  const known = positions.credits.get(key);
  if (known === undefined) {
    positions.credits.set(key, {
      document: fact.document,
      state,
      minor: fact.money.minor,
      tax: fact.tax,
      at: fact.at,
      fact,
    });
    return;
  }
  known.state = state;
  known.minor = fact.money.minor;
  known.tax = fact.tax;
  known.at = fact.at;
  known.fact = fact;
}

function applyCase(
  positions: Positions,
  fact: FactOf<'case.opened' | 'case.resolved' | 'case.reopened'>,
): void {
  const key = `${fact.connection}/${fact.case}`;
  let known = positions.cases.get(key);
  if (known === undefined) {
    known = {
      id: fact.case,
      connection: fact.connection,
      about: fact.about,
      openedAt: undefined,
      resolvedAt: undefined,
      facts: [],
    };
    positions.cases.set(key, known);
  }
  if (fact.about === 'return') known.about = 'return';
  known.facts.push(fact);
  if (fact.type === 'case.resolved') known.resolvedAt = fact.at;
  else {
    known.openedAt ??= fact.at;
    known.resolvedAt = undefined;
  }
}

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

function bookedCaptures(positions: Positions): readonly Payment[] {
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
