/** Units that a step may name, by where they are, and how many at most. */
import type { DeskOrder, DeskReturn } from '../../api/returns.ts';

export type UnitRow = {
  readonly key: string;
  readonly sku: string;
  readonly name: string | null;
  /** `absent`: a return named them and they never came. */
  readonly where?: 'counted' | 'held' | 'absent';
  readonly most: number;
};

/** What becomes of goods that are written off, or where goods go that are sent back. */
export const choices = {
  'write-off': ['scrap', 'recycle', 'donate', 'missing'],
  'send-back': ['customer', 'vendor'],
} as const;
export type Choice = (typeof choices)[keyof typeof choices][number];

type Item = DeskOrder['items'][number];
const rowOf = ({ sku, name }: Pick<Item, 'sku' | 'name'>, most: number, where?: UnitRow['where']): UnitRow => ({
  key: `${where ?? ''} ${sku}`, sku, name, most, ...(where !== undefined && { where }),
}); // prettier-ignore
const some = (rows: readonly UnitRow[]): readonly UnitRow[] => rows.filter((row) => row.most > 0);

export const keepable = (one: DeskReturn): readonly UnitRow[] =>
  some(one.units.map((own) => rowOf(own, Math.max(own.allowed, own.requested) - own.received)));

/** Of a return, or of what no return names yet. */
export const exchangeable = (order: DeskOrder, one: DeskReturn | undefined): readonly UnitRow[] =>
  some(
    one !== undefined
      ? one.units.map((own) => rowOf(own, Math.max(own.allowed, own.requested, own.received)))
      : order.items
          .filter((item) => item.kind === 'goods' && item.isOnOrder)
          .map((item) => rowOf(item, item.shipped - item.inReturns)),
  );

export function unitsFor(order: DeskOrder, choice: Choice): readonly UnitRow[] {
  const { items } = order;
  if (choice === 'customer') return some(items.map((item) => rowOf(item, item.toCustomer)));
  if (choice === 'vendor') return some(items.map((item) => rowOf(item, item.toVendor)));
  // What was counted is not missing; it may get lost once it lies on the shelf.
  return some(
    items.flatMap((item) => [
      choice === 'missing'
        ? rowOf(item, Math.min(item.inReturns, item.shipped) - item.received, 'absent')
        : rowOf(item, item.ungraded, 'counted'),
      rowOf(item, item.onHold, 'held'),
    ]),
  );
}
