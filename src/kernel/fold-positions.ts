/** Posts the facts of one order to its positions: one switch, one place per type of fact. */
import { byText } from './by-text.ts';
import type { Fact, FactOf, LocationClass, OrderLine, RefundLine, System } from './fact.ts';
import type { CreditDocument, Item, Positions, Posting } from './positions.ts';

const emptyNet = (): Record<LocationClass, number> => ({
  saleable: 0, input: 0, hold: 0, scrap: 0, vendor: 0, customer: 0, other: 0,
}); // prettier-ignore

const emptyInto = (): Record<LocationClass, Posting[]> => ({
  saleable: [], input: [], hold: [], scrap: [], vendor: [], customer: [], other: [],
}); // prettier-ignore

function newItem(sku: string): Item {
  return {
    sku, name: undefined, onOrder: false, kind: 'goods', ordered: 0, gross: 0, tax: 0, unitCost: undefined,
    shipped: new Map(), received: new Map(), approved: [], announced: [], released: [], kept: [], graded: new Map(),
    net: emptyNet(), into: emptyInto(), shopRestored: [], shopCancelled: [], sentBack: [], lost: [],
    refunded: [], exchanged: [], replaced: [], waiting: [], unannounced: [], inCancelled: [], edited: [],
    claimedDelivered: [], partial: undefined,
  }; // prettier-ignore
}

function newPositions(): Positions {
  return {
    home: undefined, witnesses: [], currency: '', cancelled: undefined, deleted: undefined, items: new Map(),
    captured: [], refunds: [], gateway: new Map(), payouts: [], deletedRefunds: [], agreements: new Map(), requests: [], storeCredit: [],
    credits: new Map(), disputes: new Map(), cases: new Map(), told: [], promises: [], approvals: [],
    announcements: [], rejections: [], withdrawals: [], dispatches: [], parcels: [], agreed: [], claims: [],
    accepted: [], systems: new Set(),
  }; // prettier-ignore
}

/** Order of facts on a timeline: by time, ties by id. */
export function compareFacts(left: Fact, right: Fact): number {
  return byText(left.at, right.at) || byText(left.id, right.id);
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
  dropVouchedPayouts(positions);
  return positions;
}

/** The item of a SKU, created when it first turns up. */
export function itemOf(positions: Positions, sku: string): Item {
  let item = positions.items.get(sku);
  if (item === undefined) positions.items.set(sku, (item = newItem(sku)));
  return item;
}

/** A payout that a person vouched for counts until a system reports it: the same amount, for the same refund. */
function dropVouchedPayouts(positions: Positions): void {
  const { payouts } = positions;
  const reported = payouts.filter((fact) => fact.system !== 'desk' && fact.type === 'payout.confirmed');
  for (const fact of payouts.filter((one) => one.system === 'desk')) {
    const index = reported.findIndex(
      (other) =>
        other.money.minor === fact.money.minor && other.money.currency === fact.money.currency &&
        (fact.refund === undefined || other.refund === undefined || other.refund === fact.refund),
    ); // prettier-ignore
    if (index < 0) continue;
    reported.splice(index, 1);
    payouts.splice(payouts.indexOf(fact), 1);
  }
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
    case 'return.requested':
      positions.requests.push(fact);
      break;
    case 'return.rejected':
    case 'return.cancelled':
    case 'return.expired':
      // At the desk what names its units ends those; elsewhere a refusal may mean the whole return.
      if (fact.system !== 'desk' || fact.sku === undefined || fact.quantity === undefined)
        positions.rejections.push(fact);
      else if (fact.type !== 'return.rejected')
        itemOf(positions, fact.sku).released.push({ at: fact.at, units: fact.quantity, fact });
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
    case 'refund.agreed':
      positions.agreements.set(fact.agreement, {
        fact, minor: fact.money.minor, by: [fact.by], approvedAt: fact.at, revoked: false, made: undefined,
      }); // prettier-ignore
      break;
    case 'refund.approved':
    case 'refund.revoked':
      applyAgreement(positions, fact);
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
  return lines.map((line) => {
    if (isBought(line.sku)) return line;
    const bought = positions.home?.lines.find((own) => own.line === line.line);
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

function applyAgreement(positions: Positions, fact: FactOf<'refund.approved' | 'refund.revoked'>): void {
  const agreement = positions.agreements.get(fact.agreement);
  if (agreement === undefined) return;
  if (fact.type === 'refund.revoked') agreement.revoked = true;
  else if (!agreement.by.includes(fact.by)) {
    agreement.by.push(fact.by);
    agreement.approvedAt = fact.at;
  }
}

function applyGrade(item: Item, fact: FactOf<'goods.inspected'>): void {
  const posting = { at: fact.at, units: fact.quantity, fact };
  const list = item.graded.get(fact.disposition);
  if (list === undefined) item.graded.set(fact.disposition, [posting]);
  else list.push(posting);
  if (fact.from === 'quarantine') {
    const held = item.graded.get('quarantine') ?? [];
    held.push({ ...posting, units: -posting.units });
    item.graded.set('quarantine', held);
  }
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
