/** What the desk lists over all orders, derived from one order's state: its returns, and its goods on hold. */
import { deskReturns } from '../kernel/desk-return.ts';
import type { FactOf } from '../kernel/fact.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { Policy } from '../kernel/policy.ts';
import type { DeskWrite, HeldWrite } from '../store/order-returns.ts';

export function deskOf(state: OrderState, policy: Policy): Omit<DeskWrite, 'orderKey'> {
  if (!state.hasReturn) return { returns: [], held: [] };
  const returns = deskReturns(state.facts, state.positions, policy).map((one) => ({
    rma: one.rma, kind: one.kind, stage: one.stage, openedAt: one.openedAt, isWithheld: one.withheld === true, body: one,
    ...(one.legalOn !== undefined && { legalOn: one.legalOn }),
  })); // prettier-ignore
  return { returns, held: [...heldAtDesk(state), ...heldInErp(state)] };
}

/** Units graded as quarantine and not decided on, by return; first on hold, first released. */
function heldAtDesk(state: OrderState): HeldWrite[] {
  const shelves = new Map<string, { facts: FactOf<'goods.inspected'>[]; released: number }>();
  for (const fact of state.facts) {
    if (fact.type !== 'goods.inspected') continue;
    const isReleased = fact.from === 'quarantine';
    if (!isReleased && fact.disposition !== 'quarantine') continue;
    const key = `${fact.sku}\n${fact.rma ?? ''}`;
    const shelf = shelves.get(key) ?? { facts: [], released: 0 };
    if (isReleased) shelf.released += fact.quantity;
    else shelf.facts.push(fact);
    shelves.set(key, shelf);
  }
  return [...shelves.values()].flatMap(({ facts, released }) => {
    let gone = released;
    let units = 0;
    let first: FactOf<'goods.inspected'> | undefined;
    for (const fact of facts) {
      const left = Math.max(0, fact.quantity - gone);
      gone = Math.max(0, gone - fact.quantity);
      units += left;
      if (left > 0) first ??= fact;
    }
    if (first === undefined) return [];
    const name = state.positions.items.get(first.sku)?.name;
    const body = { condition: first.condition ?? null, name: name ?? null };
    return [{ sku: first.sku, rma: first.rma ?? '', units, since: first.at, heldBy: 'desk' as const, body }];
  });
}

/** Units the ERP has in a location on hold, beyond those that the desk graded so. */
function heldInErp(state: OrderState): HeldWrite[] {
  const held: HeldWrite[] = [];
  for (const item of state.positions.items.values()) {
    const graded = (item.graded.get('quarantine') ?? []).reduce((sum, posting) => sum + posting.units, 0);
    const units = Math.max(0, item.net.hold) - Math.max(0, graded);
    const since = item.into.hold.at(-1);
    if (units <= 0 || since === undefined) continue;
    const body = { condition: null, name: item.name ?? null };
    held.push({ sku: item.sku, rma: since.fact.rma ?? '', units, since: since.at, heldBy: 'erp', body });
  }
  return held;
}
