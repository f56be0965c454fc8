/** Decisions about goods: counted, graded, on hold and released, written off, sent back. */
import type { Decided, Desk } from './decide.ts';
import { gatherUnits, sumUnits } from './decide-return.ts';
import { countForDesk, type DeskCount } from './desk-count.ts';
import type { UnitWish, WishOf } from './desk-step.ts';
import type { Condition, Disposition, Fact } from './fact.ts';
import { refuse, type Refusal } from './refusal.ts';

/** What cannot be sold again as new. `opened` may: the shop knows its goods. */
const damaged: ReadonlySet<Condition> = new Set([
  'defective', 'customer_damaged', 'carrier_damaged', 'wrong_item', 'expired',
]); // prettier-ignore

const nothing: DeskCount = {
  bought: 0, shipped: 0, inReturns: 0, received: 0, ungraded: 0, onHold: 0, kept: 0, outThere: 0, swapped: 0,
  toCustomer: 0, toVendor: 0,
}; // prettier-ignore

function countOf(desk: Desk, sku: string): DeskCount {
  const item = desk.state.positions.items.get(sku);
  return item === undefined ? nothing : countForDesk(desk, item);
}

/** Sets on the order that an item is a part of: parts are counted one by one, and make up the set together. */
function setsWith(desk: Desk, sku: string): readonly { readonly set: string; readonly factor: number }[] {
  return Object.entries(desk.policy.items).flatMap(([set, parts]) => {
    const part = parts.find((one) => one.sku === sku);
    return part !== undefined && desk.state.positions.items.get(set)?.onOrder === true ? [{ set, factor: part.factor }] : [];
  });
} // prettier-ignore

/**
 * Counts what came. What lies on the table is told as it is: more, less, something else, without a number. Only
 * what nobody expects must be said twice, because a slip of the finger looks the same.
 */
export function receiveGoods(desk: Desk, { rma, units, isSurplus }: WishOf<'receive'>): Decided {
  const gathered = gatherUnits(units);
  if ('ok' in gathered) return gathered;
  for (const [sku, quantity] of gathered) {
    if (isSurplus === true || setsWith(desk, sku).length > 0) continue;
    const item = desk.state.positions.items.get(sku);
    if (item === undefined || !item.onOrder) return refuse('wrong-item-unconfirmed', { sku });
    const { shipped, received } = countOf(desk, sku);
    const own = desk.returns.find((one) => one.rma === rma)?.units.find((one) => one.sku === sku);
    const expected = own === undefined || own.allowed === 0 ? shipped - received : Math.min(own.allowed - own.received, shipped - received);
    if (quantity > expected) return refuse('surplus-unconfirmed', { sku, units: quantity, over: quantity - Math.max(0, expected) });
  } // prettier-ignore
  const facts = units.map(({ sku, quantity, serial }, index) =>
    desk.fact('goods.received', { sku, quantity, ...(serial !== undefined && { serial }) }, {
      part: `${sku} ${index}`, ...(rma !== undefined && { rma }),
    }),
  ); // prettier-ignore
  return { ok: true, facts, ...(rma !== undefined && { rma }) };
}

type Graded = UnitWish & { readonly condition?: Condition; readonly disposition: Disposition };

function checkGrades(units: readonly Graded[]): Refusal | undefined {
  for (const { sku, condition, disposition } of units) {
    if (disposition === 'restock' && condition !== undefined && damaged.has(condition))
      return refuse('damaged-not-for-restock', {
        sku,
        condition: condition === 'expired' ? 'expired_goods' : condition,
      });
  }
  return undefined;
}

function gradeFacts(
  desk: Desk,
  units: readonly Graded[],
  rma: string | undefined,
  from?: 'quarantine',
): Fact[] {
  return units.map(({ sku, quantity, condition, disposition }, index) =>
    desk.fact('goods.inspected', {
      sku, quantity, disposition, ...(condition !== undefined && { condition }), ...(from !== undefined && { from }),
    }, { part: `${sku} ${index}`, ...(rma !== undefined && { rma }) }),
  ); // prettier-ignore
}

/** Grades counted units; `missing` and `keep` stand for units that never came and need no count. */
export function inspectGoods(desk: Desk, { rma, units }: WishOf<'inspect'>): Decided {
  const gathered = gatherUnits(units);
  if ('ok' in gathered) return gathered;
  const [absent, present] = splitAbsent(units);
  const refused = checkGrades(units) ?? demandCounted(desk, present) ?? demandOutThere(desk, absent);
  if (refused !== undefined) return refused;
  return { ok: true, facts: gradeFacts(desk, units, rma), ...(rma !== undefined && { rma }) };
}

/** Units that never came, and those that are here. */
function splitAbsent<Graded extends { readonly disposition: Disposition }>(
  units: readonly Graded[],
): readonly [absent: readonly Graded[], present: readonly Graded[]] {
  const isAbsent = ({ disposition }: Graded): boolean => disposition === 'missing' || disposition === 'keep';
  return [units.filter(isAbsent), units.filter((one) => !isAbsent(one))];
}

/** No more is missing, or stays with the customer, than left and did not come back. */
function demandOutThere(desk: Desk, units: readonly UnitWish[]): Refusal | undefined {
  for (const [sku, quantity] of sumUnits(units)) {
    const sets = setsWith(desk, sku);
    if (sets.length === 0 && desk.state.positions.items.get(sku)?.onOrder !== true)
      return refuse('item-not-on-order', { sku });
    const asPart = sets.reduce((sum, { set, factor }) => sum + countOf(desk, set).outThere * factor, 0);
    const outThere = countOf(desk, sku).outThere + asPart;
    if (quantity > outThere) return refuse('not-out-there', { sku, left: outThere });
  }
  return undefined;
}

function demandCounted(desk: Desk, units: readonly UnitWish[]): Refusal | undefined {
  for (const [sku, quantity] of sumUnits(units)) {
    const { ungraded } = countOf(desk, sku);
    if (quantity > ungraded) return refuse('not-counted', { sku, left: ungraded });
  }
  return undefined;
}

export function releaseGoods(desk: Desk, { rma, units }: WishOf<'release'>): Decided {
  const gathered = gatherUnits(units);
  if ('ok' in gathered) return gathered;
  const refused = checkGrades(units) ?? demandOnHold(desk, units) ?? checkHeldDamage(desk, units, rma);
  if (refused !== undefined) return refused;
  return { ok: true, facts: gradeFacts(desk, units, rma, 'quarantine'), ...(rma !== undefined && { rma }) };
}

function demandOnHold(desk: Desk, units: readonly UnitWish[]): Refusal | undefined {
  for (const [sku, quantity] of sumUnits(units)) {
    const { onHold } = countOf(desk, sku);
    if (quantity > onHold) return refuse('not-on-hold', { sku, left: onHold });
  }
  return undefined;
}

/** A unit that went on hold as damaged is released for sale only by somebody who says that it is not. */
function checkHeldDamage(desk: Desk, units: readonly Graded[], rma: string | undefined): Refusal | undefined {
  for (const { sku, disposition, condition } of units) {
    if (disposition !== 'restock' || condition !== undefined) continue;
    const held = desk.state.facts.find(
      (fact) =>
        fact.type === 'goods.inspected' && fact.sku === sku && fact.disposition === 'quarantine' &&
        (rma === undefined || fact.rma === rma) && fact.condition !== undefined && damaged.has(fact.condition),
    ); // prettier-ignore
    if (held?.type === 'goods.inspected')
      return refuse('damaged-not-for-restock', { sku, condition: held.condition! });
  }
  return undefined;
}

export function writeOffGoods(desk: Desk, { rma, units }: WishOf<'write-off'>): Decided {
  const held = units.filter((one) => one.from === 'quarantine');
  const [absent, counted] = splitAbsent(units.filter((one) => one.from === undefined));
  const gathered = gatherUnits(units);
  if ('ok' in gathered) return gathered;
  const refused = demandOnHold(desk, held) ?? demandCounted(desk, counted) ?? demandOutThere(desk, absent);
  if (refused !== undefined) return refused;
  const facts = units.map(({ sku, quantity, disposition, from }, index) =>
    desk.fact('goods.inspected', { sku, quantity, disposition, ...(from !== undefined && { from }) }, {
      part: `${sku} ${index}`, ...(rma !== undefined && { rma }),
    }),
  ); // prettier-ignore
  return { ok: true, facts, ...(rma !== undefined && { rma }) };
}

export function sendBackGoods(desk: Desk, { rma, units, to }: WishOf<'send-back'>): Decided {
  const gathered = gatherUnits(units);
  if ('ok' in gathered) return gathered;
  const facts: Fact[] = [];
  for (const [sku, quantity] of gathered) {
    const count = countOf(desk, sku);
    const left = to === 'customer' ? count.toCustomer : count.toVendor;
    if (quantity > left) return refuse('not-to-send-back', { sku, left, to });
    facts.push(desk.fact('goods.sent_back', { sku, quantity, to }, { part: sku, ...(rma !== undefined && { rma }) })); // prettier-ignore
  }
  return { ok: true, facts, ...(rma !== undefined && { rma }) };
}
