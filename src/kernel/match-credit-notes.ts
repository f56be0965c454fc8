/**
 * Which credit note books which refund: by reference, by amount, then several for one; what is left over on
 * either side is the difference.
 */
import type { CreditDocument } from './positions.ts';
import { subsetOf } from './subset-of.ts';

/** Something that must be booked: a refund, an exchange value, store credit. Gross, minor units. */
export type Bookable = {
  readonly id: string;
  readonly at: string;
  readonly minor: number;
  readonly rma: string | undefined;
};

export type CreditMatch<B> = {
  /** Without any credit note. */
  readonly unbooked: readonly B[];
  /** Posted, and no refund stands behind them. */
  readonly surplus: readonly CreditDocument[];
  /** Booked sum less refunded sum over what matched, in minor units. */
  readonly difference: number;
};

/** Matches posted credit notes to what they book. `tolerance` in minor units per match. */
export function matchCreditNotes<B extends Bookable>(
  bookables: readonly B[],
  posted: readonly CreditDocument[],
  tolerance: number,
): CreditMatch<B> {
  const open = [...bookables];
  const left = [...posted];
  let difference = 0;
  const take = (test: (bookable: Bookable, credit: CreditDocument) => boolean): void => {
    for (let b = 0; b < open.length; b++) {
      const c = left.findIndex((credit) => test(open[b]!, credit));
      if (c === -1) continue;
      difference += left[c]!.minor - open[b]!.minor;
      open.splice(b--, 1);
      left.splice(c, 1);
    }
  };
  const near = (bookable: Bookable, credit: CreditDocument): boolean =>
    Math.abs(credit.minor - bookable.minor) <= tolerance;
  take((bookable, credit) => credit.fact.refund !== undefined && bookable.id === credit.fact.refund);
  take(
    (bookable, credit) =>
      bookable.rma !== undefined && bookable.rma === credit.fact.rma && near(bookable, credit),
  );
  take(near);

  // Several refunds in one credit note, or several credit notes for one refund: whatever adds up exactly.
  const groupFor = <L, S>(
    singles: S[],
    many: L[],
    minorOf: (one: S) => number,
    minorOfMany: (one: L) => number,
  ): void => {
    for (let s = 0; s < singles.length; s++) {
      const group = subsetOf(many, minorOfMany, minorOf(singles[s]!), tolerance);
      if (group === undefined) continue;
      singles.splice(s--, 1);
      for (const one of group) many.splice(many.indexOf(one), 1);
    }
  };
  groupFor(
    left,
    open,
    (credit) => credit.minor,
    (bookable) => bookable.minor,
  );
  groupFor(
    open,
    left,
    (bookable) => bookable.minor,
    (credit) => credit.minor,
  );

  // One of each left that belong together by their return number or because nothing else is left: they differ.
  take((bookable, credit) => bookable.rma !== undefined && bookable.rma === credit.fact.rma);
  if (open.length === 1 && left.length === 1 && similar(open[0]!.minor, left[0]!.minor)) take(() => true);
  return { unbooked: open, surplus: left, difference };
}

/** Same event with another amount rather than two events: at most half apart. */
const similar = (one: number, other: number): boolean => Math.min(one, other) * 2 >= Math.max(one, other);
