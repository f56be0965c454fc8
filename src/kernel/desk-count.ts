/** Units of one item as a decision needs them: what may still be returned, graded, released, sent back, refunded. */
import { gradedUnits } from './count-item.ts';
import type { Disposition } from './fact.ts';
import { receivedUnits } from './finding.ts';
import type { DeskOrder } from './decide.ts';
import { shippedBook, unitsOf, type Item } from './positions.ts';
import { isFromWhole } from './withdrawal.ts';

const final: readonly Disposition[] = [
  'restock', 'refurbish', 'return_to_vendor', 'return_to_customer', 'donate', 'recycle', 'scrap', 'missing', 'keep',
]; // prettier-ignore

export type DeskCount = {
  readonly bought: number;
  readonly shipped: number;
  /** Asked for, allowed or withdrawn and not ended: what a new return may not name again. */
  readonly inReturns: number;
  readonly received: number;
  /** Counted and not graded yet, neither by a person nor by being put away. */
  readonly ungraded: number;
  readonly onHold: number;
  readonly kept: number;
  /** Left and neither back, kept nor written down as missing. */
  readonly outThere: number;
  /** Something else was agreed for them, and that did not come back in turn: no money is owed for them. */
  readonly swapped: number;
  readonly toCustomer: number;
  readonly toVendor: number;
};

export function countForDesk(
  order: Pick<DeskOrder, 'state' | 'policy' | 'shipmentsTold'>,
  item: Item,
): DeskCount {
  const { policy } = order;
  const received = receivedUnits({ policy }, item);
  const shipped = shippedOf(order, item);
  const graded = Math.max(0, gradedUnits(item, ['quarantine'])) + gradedUnits(item, final);
  // `missing` and `keep` are grades of units that never came.
  const absent = gradedUnits(item, ['missing', 'keep']);
  const { net } = item;
  const putAway = Math.max(0, net.saleable) + Math.max(0, net.scrap) + Math.max(0, net.vendor);
  const done = Math.max(graded - absent, putAway);
  const refused = gradedUnits(item, ['return_to_customer']);
  const toCustomer = Math.max(0, refused - sentTo(item, 'customer'));
  return {
    bought: item.ordered,
    shipped,
    inReturns: inReturns(order, item),
    received,
    // `received` is less what was sent back to the customer; of those the graded ones must not count twice.
    ungraded: Math.max(0, received + refused - toCustomer - done),
    onHold: Math.max(0, gradedUnits(item, ['quarantine'])),
    kept: unitsOf(item.kept),
    outThere: Math.max(0, shipped - received - gradedUnits(item, ['missing']) - unitsOf(item.kept)),
    swapped: swappedUnits(order, item),
    toCustomer,
    toVendor: Math.max(0, gradedUnits(item, ['return_to_vendor']) - sentTo(item, 'vendor')),
  };
}

/** By the desk's word, or by a move of the ERP. */
const sentTo = (item: Item, to: 'customer' | 'vendor'): number =>
  unitsOf(item.sentBack.filter(({ fact }) => 'to' in fact && fact.to === to));

function shippedOf(
  { state, policy, shipmentsTold }: Pick<DeskOrder, 'state' | 'policy' | 'shipmentsTold'>,
  item: Item,
): number {
  const book = shippedBook(item, policy);
  if (book.length > 0) return unitsOf(book);
  const isTold = shipmentsTold || [...state.positions.items.values()].some((one) => one.shipped.size > 0);
  return isTold ? 0 : item.ordered;
}

function swappedUnits({ state, policy }: Pick<DeskOrder, 'state' | 'policy'>, item: Item): number {
  const own = state.positions.agreed.filter((fact) => fact.sku === item.sku);
  let units = 0;
  for (const [newSku, agreed] of Map.groupBy(own, (fact) => fact.newSku)) {
    const quantity = agreed.reduce((sum, fact) => sum + fact.quantity, 0);
    const other = newSku === undefined ? undefined : state.positions.items.get(newSku);
    const back = other === undefined ? 0 : receivedUnits({ policy }, other);
    // The same item again: what comes first is what was exchanged.
    units += Math.max(0, quantity - (other === item ? Math.max(0, back - quantity) : back));
  }
  return units;
}

/** Units named by requests, approvals and withdrawals that still stand. One return names its units once. */
function inReturns({ state }: Pick<DeskOrder, 'state'>, item: Item): number {
  if (state.positions.withdrawals.some(isFromWhole)) return item.ordered;
  const byNumber = new Map<string, { asked: number; allowed: number; ended: number }>();
  for (const fact of state.facts) {
    if (!('sku' in fact) || fact.sku !== item.sku) continue;
    const { quantity = 0 } = fact as { readonly quantity?: number };
    const key = fact.rma ?? fact.object;
    const own = byNumber.get(key) ?? { asked: 0, allowed: 0, ended: 0 };
    if (fact.type === 'return.requested') own.asked += quantity;
    else if (fact.type === 'withdrawal.declared') own.allowed += fact.quantity ?? item.ordered;
    else if (fact.type === 'return.approved' && fact.announces !== true) own.allowed += quantity;
    else if (
      fact.type === 'return.rejected' ||
      fact.type === 'return.cancelled' ||
      fact.type === 'return.expired'
    )
      own.ended += quantity;
    else continue;
    byNumber.set(key, own);
  }
  let units = 0;
  for (const { asked, allowed, ended } of byNumber.values())
    units += Math.max(0, Math.max(asked, allowed) - ended);
  return units;
}
