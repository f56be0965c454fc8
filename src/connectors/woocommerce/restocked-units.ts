/**
 * How many units of a line its refunds put back into the shop's stock. `_restock_refunded_items` counts them over all
 * refunds (304), and `_reduced_stock` goes down by as many. Requests that run at once each add to what they read when
 * they began, so the last one wins and both counts are too low (455), while the stock itself went up by all of them.
 */
import type { ReadContext } from '../contract.ts';
import { findMetaCount } from './meta-data.ts';
import { idOf, type Shape } from './object-fields.ts';
import { type KnownRefund, refundRunMaxMs } from './refunds-of-order.ts';
import { restocksOf } from './stock-note.ts';

export type Restocked = {
  readonly units: number;
  /** False where refunds overlapped and the notes of the shop do not say how many of them put units back. */
  readonly isSure: boolean;
};

export function restockedUnits(
  order: Shape,
  line: Shape,
  refunds: readonly KnownRefund[],
  context: ReadContext,
): Restocked {
  const counted = Math.max(findMetaCount(line, '_restock_refunded_items') ?? 0, 0);
  const id = idOf(line['id']);
  const mine = refunds
    .flatMap(({ at, units }) => ({
      at: Date.parse(at),
      units: (id === undefined ? undefined : units.get(id)) ?? 0,
    }))
    .filter(({ units }) => units > 0)
    .sort((left, right) => left.at - right.at);
  const asked = mine.reduce((sum, { units }) => sum + units, 0);
  const gaps = mine.slice(1).map(({ at }, index) => at - mine[index]!.at);
  // The last one to write counted itself at least: of zero nothing was lost.
  const mayHaveLost = counted > 0 && counted < asked && gaps.some((gap) => gap <= refundRunMaxMs);
  if (!mayHaveLost) return { units: counted, isSure: true };
  const restocks = restocksOf(order, line, context);
  // An export without its notes: there the count is all there is, and nothing is ever told to the shop.
  if (restocks === undefined) return { units: counted, isSure: true };
  const own = mine.map(({ units }) => units);
  const count = restocks.filter((at) => at >= mine[0]!.at).length;
  // As many refunds as there are notes make up the count: nothing was lost.
  if (canMakeUp(own, count, counted)) return { units: counted, isSure: true };
  if (count >= own.length) return { units: asked, isSure: true };
  const each = own[0]!;
  if (own.every((units) => units === each) && count * each > counted)
    return { units: count * each, isSure: true };
  // What one of them did the others most likely did too: the same program made them.
  return { units: asked, isSure: false };
}

/** A line is refunded a few times; of more than these nobody tries all ways to add them up. */
const triedMax = 16;

/** Whether some of these, so many of them, sum up to `sum`. */
function canMakeUp(units: readonly number[], count: number, sum: number): boolean {
  if (units.length > triedMax) return false;
  if (count === 0 || units.length < count) return count === 0 && sum === 0;
  const [first = 0, ...rest] = units;
  return canMakeUp(rest, count - 1, sum - first) || canMakeUp(rest, count, sum);
}
