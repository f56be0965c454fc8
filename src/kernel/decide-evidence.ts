/** Decisions that put something on record: a difference accepted, an event vouched for, a match confirmed. */
import type { Decided, Desk } from './decide.ts';
import { assertable, settlesMoney, type Assertable, type Assertion, type WishOf } from './desk-step.ts';
import type { Fact } from './fact.ts';
import { refuse, type Refusal } from './refusal.ts';

/** A fixed amount against a fixed open item: it mutes nothing, and opens again when the amount changes. */
export function acceptDifference(desk: Desk, { problem, why }: WishOf<'accept'>): Decided {
  if (why.trim() === '') return refuse('reason-needed');
  const found = desk.state.problems.find((one) => one.id === problem);
  if (found === undefined) return refuse('nothing-to-accept');
  const fact = desk.fact('difference.accepted', {
    control: found.control, key: found.key, reason: why, by: desk.by.by, ...(found.units !== undefined && { units: found.units }),
    ...(found.amount !== undefined && { money: found.amount }),
  }); // prettier-ignore
  return { ok: true, facts: [fact] };
}

/**
 * A person vouches for what no system reports. It counts until a system that can report it does: of several reports of
 * one event the desk's ranks behind.
 */
export function assertFact(desk: Desk, { assertion, text, rma }: WishOf<'assert'>): Decided {
  if (!assertable.includes(assertion.type)) return refuse('not-assertable', { type: assertion.type });
  if (text.trim() === '') return refuse('evidence-needed');
  const at = assertion.at ?? desk.by.at;
  if (Number.isNaN(Date.parse(at)) || at > desk.by.at) return refuse('evidence-needed');
  if (isBeforeOrder(desk, at)) return refuse('before-order');
  const own = assertedFact(desk, assertion, { at, ...(rma !== undefined && { rma }) });
  if ('ok' in own) return own;
  const vouched = desk.fact('fact.asserted', { by: desk.by.by, text, asserts: own.id } as never);
  return { ok: true, facts: [own, vouched], ...(rma !== undefined && { rma }) };
}

const dayMs = 24 * 60 * 60_000;

/** More than a day, for an order may be typed in after it was taken. */
export const isBeforeOrder = ({ state: { placedAt } }: Pick<Desk, 'state'>, at: string): boolean =>
  placedAt !== undefined && Date.parse(at) < Date.parse(placedAt) - dayMs;

/** A payout pays what was refunded and has not gone out; where no refund is recorded, what was paid to us. */
function checkPayout(
  { state: { money, positions } }: Desk,
  minor: number,
  refund: string | undefined,
): Refusal | undefined {
  const counted = positions.refunds.filter((one) => one.excluded === undefined);
  const own = counted.find((one) => one.refund === refund);
  if (refund !== undefined && own === undefined) return refuse('refund-unknown', { refund });
  const gone = money.settled + money.pending + money.paidOut;
  const left = (counted.length > 0 ? money.refunded : money.paid) - gone;
  const limit = Math.max(0, Math.min(left, own?.minor ?? left));
  return minor > limit ? refuse('over-cap', { left: limit, currency: positions.currency }) : undefined;
}

function assertedFact(desk: Desk, assertion: Assertion, extra: { at: string; rma?: string }): Fact | Refusal {
  const { positions } = desk.state;
  const { type, sku = '', quantity = 0, minor = 0, reference = '', refund } = assertion;
  const needsUnits: readonly Assertable[] = [
    'goods.shipped',
    'goods.received',
    'goods.sent_back',
    'exchange.shipped',
  ];
  const needsReference: readonly Assertable[] = [...settlesMoney, 'parcel.handed_over', 'parcel.lost'];
  if (needsUnits.includes(type)) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) return refuse('units-invalid');
    if (positions.items.get(sku) === undefined) return refuse('item-not-on-order', { sku });
  }
  if (settlesMoney.includes(type) && (!Number.isSafeInteger(minor) || minor < 1))
    return refuse('amount-invalid');
  if (needsReference.includes(type) && reference.trim() === '') return refuse('evidence-needed');
  const refused = type === 'payout.confirmed' ? checkPayout(desk, minor, refund) : undefined;
  if (refused !== undefined) return refused;
  const units = { sku, quantity };
  const some = quantity > 0 && sku !== '' ? units : {};
  const money = { money: { minor, currency: positions.currency }, reference };
  switch (type) {
    case 'goods.shipped':
    case 'goods.received':
    case 'exchange.shipped':
      return desk.fact(type, units, extra);
    case 'goods.sent_back':
      return desk.fact(type, { ...units, to: assertion.to ?? 'customer' }, extra);
    case 'dispatch.proved':
      return desk.fact(type, some, extra);
    case 'parcel.handed_over':
    case 'parcel.lost':
      return desk.fact(type, { ...some, tracking: reference }, extra);
    case 'payout.confirmed':
      return desk.fact(type, { ...money, ...(refund !== undefined && { refund }) }, extra);
    case 'store_credit.issued':
      return desk.fact(type, money, extra);
    case 'customer.told':
      return desk.fact(type, { what: 'other' }, extra);
  }
}

/** A person ties a record that found no order to this one. A record that has an order is not taken from it. */
export function confirmMatch(desk: Desk, { subject, text }: WishOf<'match'>): Decided {
  if (text.trim() === '') return refuse('evidence-needed');
  if (desk.records?.has(subject) !== true) return refuse('match-unknown', { subject });
  const order = desk.records.get(subject);
  if (order !== undefined) return refuse('match-taken', { order });
  return { ok: true, facts: [desk.fact('match.confirmed', { subject, by: desk.by.by })] };
}
