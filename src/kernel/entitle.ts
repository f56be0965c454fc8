/**
 * Entitlement: the most the customer may get, to the cent, by component.
 *
 * Per line: remaining = charged − already refunded. The last units take all that remains; otherwise
 * round(remaining ÷ remaining units × units), half away from zero. Tax is never recomputed from rates, it is
 * shared out the same way. So any sequence of partial refunds adds up to what was paid, and their order changes
 * no total.
 */
import type { Gross } from './fact.ts';
import { addMinor, scaleMinor } from './money.ts';

/** What is left of one line. */
export type Remaining = { readonly units: number; readonly gross: number; readonly tax: number };

/** Share of `units` units in what remains of a line. `units` must not exceed what remains. */
export function shareOf(remaining: Remaining, units: number): Gross {
  if (!Number.isInteger(units) || units < 0)
    throw new RangeError(`units must be a whole number ≥ 0: ${units}`);
  if (units > remaining.units) throw new RangeError(`${units} units asked, ${remaining.units} remain`);
  if (units === 0) return { gross: 0, tax: 0 };
  if (units === remaining.units) return { gross: remaining.gross, tax: remaining.tax };
  return {
    gross: scaleMinor(remaining.gross, units, remaining.units),
    tax: scaleMinor(remaining.tax, units, remaining.units),
  };
}

/** What remains after `taken` of `units` units left a line. */
export function takeFrom(remaining: Remaining, units: number, taken: Gross): Remaining {
  return {
    units: remaining.units - units,
    gross: remaining.gross - taken.gross,
    tax: remaining.tax - taken.tax,
  };
}

/** What one line entitles to. */
export type EntitledLine = {
  readonly sku: string;
  readonly units: number;
  readonly gross: number;
  readonly tax: number;
  /** Why: the units came back, were never shipped, or got lost on the way back. */
  readonly because: 'received' | 'unshipped' | 'approved' | 'lost';
};

export type Entitlement = {
  readonly lines: readonly EntitledLine[];
  /** Outbound shipping owed: all of it when nothing was shipped, the standard rate on a whole withdrawal. */
  readonly shipping: number;
  /** Sum in minor units, within what was captured. */
  readonly total: number;
  /** False where no system counts units, so that nothing can be said. */
  readonly known: boolean;
};

/** Adds lines and shipping, capped at `cap` minor units. */
export function entitlementOf(
  lines: readonly EntitledLine[],
  shipping: number,
  cap: number,
  known: boolean,
): Entitlement {
  let total = shipping;
  for (const line of lines) total = addMinor(total, line.gross);
  return { lines, shipping, total: Math.min(total, cap), known };
}
