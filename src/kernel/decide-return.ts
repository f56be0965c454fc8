/** Decisions about a return as such: asked for, withdrawn, allowed, refused, ended, kept. */
import { dueAfter } from './calendar.ts';
import type { Decided, Desk } from './decide.ts';
import { isBeforeOrder } from './decide-evidence.ts';
import { countForDesk } from './desk-count.ts';
import { nextRma, type ReturnUnits } from './desk-return.ts';
import type { UnitWish, WishOf } from './desk-step.ts';
import type { Fact } from './fact.ts';
import { shareOf } from './entitle.ts';
import { valueOn } from './policy.ts';
import { shippedBook, type Item } from './positions.ts';
import { refuse, type Refusal } from './refusal.ts';

/** Each item once, with a quantity that counts. */
export function gatherUnits(units: readonly UnitWish[]): Map<string, number> | Refusal {
  if (units.length === 0) return refuse('nothing-named');
  for (const { quantity } of units)
    if (!Number.isSafeInteger(quantity) || quantity < 1) return refuse('units-invalid');
  return sumUnits(units);
}

/** Each item once. */
export function sumUnits(units: readonly UnitWish[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of units) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}

/** Goods of the order that a return may name; of a kit the customer names the whole. */
function findGoods(desk: Desk, sku: string): Item | Refusal {
  const item = desk.state.positions.items.get(sku);
  if (item === undefined || !item.onOrder) return refuse('item-not-on-order', { sku });
  return item.kind === 'service' ? refuse('item-not-returnable', { sku }) : item;
}

export function requestReturn(desk: Desk, wish: WishOf<'request'>): Decided {
  const gathered = gatherUnits(wish.units);
  if ('ok' in gathered) return gathered;
  for (const [sku, units] of gathered) {
    const item = findGoods(desk, sku);
    if ('ok' in item) return item;
    const { shipped, inReturns } = countForDesk(desk, item);
    if (units > shipped) return refuse('more-than-shipped', { sku, units, limit: shipped });
    if (units > shipped - inReturns)
      return refuse('more-than-open', { sku, left: Math.max(0, shipped - inReturns) });
  }
  const until = returnsUntil(desk);
  const isLate = Date.parse(desk.by.at) >= until.overdueAt;
  // People at the desk may be kinder than the rule.
  if (isLate && desk.by.as === 'customer') return refuse('return-window-over', { until: until.on });
  const rma = nextRma(desk.state.order, desk.returns);
  const facts: Fact[] = [];
  const about = {
    ...(wish.reason !== undefined && { reason: wish.reason }),
    ...(wish.wish !== undefined && { wish: wish.wish }),
  };
  for (const [sku, quantity] of gathered) facts.push(desk.fact('return.requested', { sku, quantity, ...about }, { rma, part: sku })); // prettier-ignore
  if (!isLate && isApprovedAlone(desk, gathered))
    for (const [sku, quantity] of gathered) facts.push(desk.fact('return.approved', { sku, quantity }, { rma, part: sku })); // prettier-ignore
  return { ok: true, facts, rma };
}

/** Last day of the return window, from the last shipment, else from the order. */
function returnsUntil(desk: Desk): ReturnType<typeof dueAfter> {
  let from = desk.state.placedAt ?? desk.by.at;
  for (const item of desk.state.positions.items.values())
    for (const posting of shippedBook(item, desk.policy)) if (posting.at > from) from = posting.at;
  return dueAfter(from, valueOn(desk.policy.returnWindow, desk.day), desk.policy.calendars.support);
}

/** Does the policy approve by itself: in the window, and up to a value? */
function isApprovedAlone(desk: Desk, units: ReadonlyMap<string, number>): boolean {
  const { autoApprove, autoApproveCap } = desk.policy;
  if (valueOn(autoApprove, desk.by.at) !== 'in-window') return false;
  const cap = valueOn(autoApproveCap, desk.by.at);
  if (cap === undefined) return true;
  let value = 0;
  for (const [sku, quantity] of units) {
    const item = desk.state.positions.items.get(sku)!;
    value += shareOf(
      { units: item.ordered, gross: item.gross, tax: item.tax },
      Math.min(quantity, item.ordered),
    ).gross;
  }
  return value <= cap;
}

/**
 * A withdrawal is declared, not asked for: it needs nobody's consent and may come before the goods were shipped.
 * Without units it is from the whole order.
 */
export function declareWithdrawal(desk: Desk, wish: WishOf<'withdraw'>): Decided {
  const { positions } = desk.state;
  if (positions.home?.customer === 'business') return refuse('not-a-consumer');
  if (valueOn(desk.policy.withdrawal, desk.day) === 'none') return refuse('withdrawal-not-offered');
  const at = wish.declaredAt ?? desk.by.at;
  if (Number.isNaN(Date.parse(at)) || at > desk.by.at) return refuse('declared-in-future');
  if (isBeforeOrder(desk, at)) return refuse('before-order');
  const rma = nextRma(desk.state.order, desk.returns);
  if (wish.units === undefined || wish.units.length === 0) {
    if (desk.returns.some((one) => one.kind === 'withdrawal' && one.wholeOrder && one.stage !== 'cancelled'))
      return refuse('withdrawn-already');
    return { ok: true, rma, facts: [desk.fact('withdrawal.declared', { wholeOrder: true }, { rma, at })] };
  }
  const gathered = gatherUnits(wish.units);
  if ('ok' in gathered) return gathered;
  for (const [sku, units] of gathered) {
    const item = findGoods(desk, sku);
    if ('ok' in item) return item;
    const withdrawn = unitsWithdrawn(desk, sku);
    const { bought } = countForDesk(desk, item);
    if (units > bought) return refuse('more-than-bought', { sku, limit: bought });
    if (units > bought - withdrawn)
      return refuse('more-than-open', { sku, left: Math.max(0, bought - withdrawn) });
  }
  const facts = [...gathered].flatMap(([sku, quantity]) => [
    ...replacedReturns(desk, sku, quantity),
    desk.fact('withdrawal.declared', { sku, quantity }, { rma, at, part: sku }),
  ]);
  return { ok: true, facts, rma };
}

const isOpenReturn = ({ kind, stage }: Desk['returns'][number]): boolean =>
  kind === 'return' && (stage === 'requested' || stage === 'approved');

function unitsWithdrawn(desk: Desk, sku: string): number {
  let units = 0;
  for (const one of desk.returns)
    if (one.kind === 'withdrawal') for (const own of one.units) if (own.sku === sku) units += own.allowed;
  return units;
}

/** The right goes before what was only asked for: units of a return that did not begin are withdrawn instead. */
function replacedReturns(desk: Desk, sku: string, quantity: number): Fact[] {
  const item = desk.state.positions.items.get(sku)!;
  const { bought, inReturns } = countForDesk(desk, item);
  let over = quantity - Math.max(0, bought - inReturns);
  const facts: Fact[] = [];
  for (const one of desk.returns.filter(isOpenReturn)) {
    const own = one.units.find((units) => units.sku === sku);
    const units = Math.min(over, Math.max(own?.allowed ?? 0, own?.requested ?? 0));
    if (units <= 0) continue;
    over -= units;
    facts.push(
      desk.fact('return.cancelled', { sku, quantity: units }, { rma: one.rma, part: `${one.rma} ${sku}` }),
    );
  }
  return facts;
}

export function proveDispatch(desk: Desk, { rma, tracking, text }: WishOf<'prove-dispatch'>): Decided {
  if (text.trim() === '') return refuse('evidence-needed');
  const facts = [desk.fact('dispatch.proved', {}, { rma })];
  if (tracking !== undefined) facts.push(desk.fact('parcel.handed_over', { tracking }, { rma }));
  return { ok: true, facts, rma };
}

export function approveReturn(desk: Desk, { rma, units }: WishOf<'approve'>): Decided {
  const asked = new Map(unitsOfReturn(desk, rma).map((own) => [own.sku, own.requested]));
  const gathered = units === undefined ? asked : gatherUnits(units);
  if ('ok' in gathered) return gathered;
  const facts: Fact[] = [];
  for (const [sku, quantity] of gathered) {
    const item = findGoods(desk, sku);
    if ('ok' in item) return item;
    const { shipped, inReturns } = countForDesk(desk, item);
    const free = shipped - inReturns + (asked.get(sku) ?? 0);
    if (quantity > shipped) return refuse('more-than-shipped', { sku, units: quantity, limit: shipped });
    if (quantity > free) return refuse('more-than-open', { sku, left: Math.max(0, free) });
    facts.push(desk.fact('return.approved', { sku, quantity }, { rma, part: sku }));
  }
  // A request that named no units is approved as it is.
  if (facts.length === 0) facts.push(desk.fact('return.approved', {}, { rma }));
  // What was asked for and not allowed is refused with it, so that its units are free again.
  for (const [sku, quantity] of asked) {
    const rest = quantity - (gathered.get(sku) ?? 0);
    if (rest > 0)
      facts.push(desk.fact('return.rejected', { sku, quantity: rest }, { rma, part: `${sku} rest` }));
  }
  return { ok: true, facts, rma };
}

export function rejectReturn(desk: Desk, { rma, why }: WishOf<'reject' | 'cancel'>): Decided {
  if (why.trim() === '') return refuse('reason-needed');
  const units = unitsOfReturn(desk, rma);
  const facts = units.map(({ sku, requested }) =>
    desk.fact('return.rejected', { sku, quantity: requested }, { rma, part: sku }),
  );
  return { ok: true, facts: facts.length > 0 ? facts : [desk.fact('return.rejected', {}, { rma })], rma };
}

/** Ends a return of which nothing came: what was allowed, or only asked for, is free again. */
export function endReturn(
  desk: Desk,
  rma: string,
  type: 'return.cancelled' | 'return.expired',
  why: string,
): Decided {
  if (why.trim() === '') return refuse('reason-needed');
  const facts = unitsOfReturn(desk, rma)
    .filter((own) => Math.max(own.allowed, own.requested) > 0)
    .map((own) => desk.fact(type, { sku: own.sku, quantity: own.allowed > 0 ? own.allowed : own.requested }, { rma, part: own.sku })); // prettier-ignore
  return { ok: true, facts: facts.length > 0 ? facts : [desk.fact(type, {}, { rma })], rma };
}

/** The customer keeps the goods: no goods are expected, and units already allowed need not come. */
export function keepGoods(desk: Desk, { rma, units }: WishOf<'keep'>): Decided {
  const own = new Map(unitsOfReturn(desk, rma).map((one) => [one.sku, one]));
  const named = [...own.values()].map(({ sku, allowed, requested }) => ({ sku, quantity: Math.max(allowed, requested) })).filter((one) => one.quantity > 0); // prettier-ignore
  const gathered = gatherUnits(units ?? named);
  if ('ok' in gathered) return gathered;
  const facts: Fact[] = [];
  for (const [sku, quantity] of gathered) {
    const one = own.get(sku);
    const left = one === undefined ? 0 : Math.max(one.allowed, one.requested) - one.received;
    if (quantity > left) return refuse('more-than-open', { sku, left: Math.max(0, left) });
    facts.push(desk.fact('return.approved', { sku, quantity, keep: true }, { rma, part: `${sku} kept` }));
    if (one!.allowed > 0) facts.push(desk.fact('return.cancelled', { sku, quantity: Math.min(quantity, one!.allowed) }, { rma, part: `${sku} kept` })); // prettier-ignore
  }
  return { ok: true, facts, rma };
}

function unitsOfReturn(desk: Desk, rma: string): readonly ReturnUnits[] {
  return desk.returns.find((one) => one.rma === rma)?.units ?? [];
}
