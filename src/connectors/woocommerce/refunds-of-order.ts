/** An order's refunds as far as they are known: the order names them, their own objects say what they took back. */
import type { ReadContext } from '../contract.ts';
import { findMeta } from './meta-data.ts';
import { idOf, instantIn, isShape, type Shape } from './object-fields.ts';

/** PHP ends a request after minutes; two refunds made within that time may have run at once. */
export const refundRunMaxMs = 5 * 60_000;

export type KnownRefund = {
  readonly at: string;
  /** Units by the id of the order line they refund. */
  readonly units: ReadonlyMap<string, number>;
};

/** The refunds an order names and of which the object is known, in no particular order. */
export function refundsOf(order: Shape, context: ReadContext): KnownRefund[] {
  const named = Array.isArray(order['refunds']) ? (order['refunds'] as readonly unknown[]) : [];
  return named.flatMap((entry) => {
    const id = isShape(entry) ? idOf(entry['id']) : undefined;
    const refund = id === undefined ? undefined : context.lookup('refund', id);
    return isShape(refund) ? knownRefund(refund) : [];
  });
}

/** What one refund took back, where it says when it was made. */
export function knownRefund(refund: Shape): KnownRefund[] {
  const at = instantIn(refund['date_created_gmt'], 'UTC');
  return at === undefined ? [] : [{ at, units: unitsByLine(refund) }];
}

function unitsByLine(refund: Shape): Map<string, number> {
  const units = new Map<string, number>();
  const lines = Array.isArray(refund['line_items']) ? (refund['line_items'] as readonly unknown[]) : [];
  for (const line of lines.filter(isShape)) {
    const item = idOf(findMeta(line, ['_refunded_item_id']));
    const quantity = line['quantity'];
    if (item === undefined || typeof quantity !== 'number' || !Number.isSafeInteger(quantity)) continue;
    units.set(item, (units.get(item) ?? 0) - quantity);
  }
  return units;
}

export function unitsRefundedBefore(refunds: readonly KnownRefund[], line: string, at: string): number {
  let sum = 0;
  for (const refund of refunds) if (refund.at < at) sum += refund.units.get(line) ?? 0;
  return sum;
}

/** When units of a line were last refunded. */
export function lastRefundOf(refunds: readonly KnownRefund[], line: string): string | undefined {
  let last: string | undefined;
  for (const { at, units } of refunds) {
    if ((units.get(line) ?? 0) > 0 && (last === undefined || at > last)) last = at;
  }
  return last;
}
