/**
 * What is left to be refunded of each part of an order: charged, less what refunds took, line by line.
 *
 * A refund that pays units less than their share (for wear, a fee) uses the share up: the difference was kept and
 * does not come back with the next unit. A difference of rounding stays, so that the last unit takes it.
 */
import type { FactOf, Gross, OrderLine, RefundLine } from './fact.ts';
import { shareOf, takeFrom, type Remaining } from './entitle.ts';
import { capturedMinor, type Agreement, type Positions } from './positions.ts';

export type LineCharges = {
  readonly line: OrderLine;
  readonly charged: Remaining;
  remaining: Remaining;
};

/** One thing that takes from the charges: a refund as recorded, or one that was agreed and is not made yet. */
export type Taking = {
  readonly minor: number;
  readonly lines: readonly RefundLine[];
  readonly shipping: Gross;
  readonly fees: Gross;
};

export type Charges = {
  readonly lines: readonly LineCharges[];
  readonly shipping: { readonly charged: Gross; remaining: Gross };
  readonly fees: { readonly charged: Gross; remaining: Gross };
  /** What the total is above (below: negative) the sum of its parts, and what of it is not given back yet. */
  readonly rounding: { readonly charged: number; remaining: number };
  /** Minor units that reached us, and what went back or is promised to. */
  readonly paid: number;
  taken: number;
};

const less = (left: Gross, right: Gross): Gross => ({
  gross: left.gross - right.gross,
  tax: left.tax - right.tax,
});

/** Agreed refunds that still promise money: neither revoked nor carried out. */
export function openAgreements(positions: Positions): Agreement[] {
  return [...positions.agreements.values()].filter(
    (agreement) => !agreement.revoked && agreement.made === undefined,
  );
}

/** Refunds that count: `excluded` is set by `classifyRefunds`. */
export function countedRefunds(positions: Positions): FactOf<'refund.recorded'>[] {
  return positions.refunds.filter((refund) => refund.excluded === undefined).map((refund) => refund.fact);
}

/** Charges of an order after everything that was refunded or promised. Undefined: nobody says what was bought. */
export function remainingCharges(
  positions: Positions,
  options: { readonly withAgreed?: boolean } = {},
): Charges | undefined {
  const { home } = positions;
  if (home === undefined) return undefined;
  const lines = home.lines.map((line) => {
    const charged = { units: line.quantity, gross: line.gross, tax: line.tax };
    return { line, charged, remaining: charged };
  });
  const parts =
    lines.reduce((sum, { charged }) => sum + charged.gross, 0) + home.shipping.gross + home.fees.gross;
  const rounding = home.total - parts;
  // More than a cent per part is no rounding: a part is missing in what the shop tells.
  const limit = lines.length + 2;
  const charges: Charges = {
    lines,
    shipping: { charged: home.shipping, remaining: home.shipping },
    fees: { charged: home.fees, remaining: home.fees },
    rounding: {
      charged: Math.abs(rounding) <= limit ? rounding : 0,
      remaining: Math.abs(rounding) <= limit ? rounding : 0,
    },
    paid: capturedMinor(positions),
    taken: 0,
  };
  for (const fact of countedRefunds(positions)) take(charges, { ...fact, minor: fact.money.minor });
  for (const credit of creditsOutside(positions)) charges.taken += credit;
  for (const dispute of positions.disputes.values())
    if (dispute.type === 'dispute.lost') charges.taken += dispute.money.minor;
  if (options.withAgreed !== false)
    for (const { fact, minor } of openAgreements(positions)) take(charges, { ...fact, minor });
  return charges;
}

/** Store credit that stands for no refund record. */
function creditsOutside(positions: Positions): number[] {
  const recorded = countedRefunds(positions).map((fact) => fact.money.minor);
  return positions.storeCredit.flatMap(({ money }) => {
    const index = recorded.indexOf(money.minor);
    if (index < 0) return [money.minor];
    recorded.splice(index, 1);
    return [];
  });
}

/** Takes one refund off the charges. */
export function take(charges: Charges, taking: Taking): void {
  charges.taken += taking.minor;
  let named = taking.shipping.gross + taking.fees.gross;
  for (const line of taking.lines) {
    named += line.gross;
    takeLine(charges, line);
  }
  charges.shipping.remaining = less(charges.shipping.remaining, taking.shipping);
  charges.fees.remaining = less(charges.fees.remaining, taking.fees);
  const { rounding } = charges;
  if (rounding.remaining !== 0 && taking.lines.length > 0 && taking.minor - named === rounding.remaining)
    rounding.remaining = 0;
}

function takeLine(charges: Charges, { line, sku, quantity, gross, tax }: RefundLine): void {
  const own = charges.lines.filter((one) =>
    line === undefined ? one.line.sku === sku : one.line.line === line,
  );
  const targets = own.length > 0 ? own : charges.lines.filter((one) => one.line.sku === sku);
  let [units, left]: [number, Gross] = [quantity, { gross, tax }];
  for (const [index, target] of targets.entries()) {
    const isLast = index === targets.length - 1;
    const taken = Math.min(units, target.remaining.units);
    const part = isLast || quantity === 0 ? left : shareOf({ units, ...left }, Math.min(units, taken));
    const share = shareOf(target.remaining, taken);
    const kept = taken > 0 && share.gross - part.gross > taken;
    target.remaining = takeFrom(target.remaining, taken, kept ? share : part);
    units -= taken;
    left = less(left, part);
    if (units <= 0) break;
  }
}
