/** What people decided at the desk, and what customers were told, as facts of the order: inputs of its fold like the objects of any system. */
import { factId, type Fact, type FactOf } from '../kernel/fact.ts';
import type { DeskEntry, OrderInputs } from '../store/order-inputs.ts';

/** Kind of the desk entries that are decisions. */
export const decisionKind = 'decision';

/** A decision as the desk log keeps it: the facts that `decide` gave. */
export type DecisionBody = {
  readonly step: string;
  readonly facts: readonly Fact[];
  readonly rma?: string;
  readonly agreement?: string;
  /** Free text of whoever decided; never part of a fact. */
  readonly note?: string;
  readonly photos?: readonly string[];
};

/** Facts of all decisions on an order. */
export function decisionsOf({
  orderKey,
  deskEntries,
}: Pick<OrderInputs, 'orderKey' | 'deskEntries'>): Fact[] {
  const decisions = deskEntries.filter((entry) => entry.kind === decisionKind);
  return decisions.flatMap((entry, index): Fact[] => {
    const body = entry.body as Partial<DecisionBody> & { readonly type?: string };
    if (body.facts !== undefined) return [...body.facts];
    const object = `decision/${entry.entryId}`;
    const at = new Date(entry.madeAt).toISOString();
    const head = { at, system: 'desk', connection: 'desk', object, order: orderKey } as const;
    switch (body.type) {
      case 'difference.accepted': {
        if (isWithdrawn(entry, decisions.slice(index + 1))) return [];
        const { control, key, units, money, reason } = body as unknown as FactOf<'difference.accepted'>;
        return [{
          ...head, id: factId('desk', object, body.type), type: body.type, control, key, reason, by: entry.madeBy,
          ...(units !== undefined && { units }), ...(money !== undefined && { money }),
        }];
      }
      case 'customer.told': {
        const { what } = body as unknown as FactOf<'customer.told'>;
        return [{ ...head, id: factId('desk', object, body.type), type: body.type, what }];
      }
      case 'promise.made': {
        const { promised, until } = body as unknown as FactOf<'promise.made'>;
        return [{ ...head, id: factId('desk', object, body.type), type: body.type, promised, until, by: entry.madeBy }];
      }
      default:
        return [];
    }
  });
} // prettier-ignore

/** Was an acceptance taken back later? */
function isWithdrawn(entry: DeskEntry, later: readonly DeskEntry[]): boolean {
  if (entry.problemId === null) return false;
  return later.some(
    (one) =>
      one.problemId === entry.problemId &&
      (one.body as { readonly type?: string }).type === 'difference.withdrawn',
  );
}
