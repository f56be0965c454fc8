/**
 * Refund preview: what a refund would give back, every cent by component and tender, before anything moves. The same
 * figures are agreed on and sent, so preview and result are equal to the cent.
 *
 *   previewRefund(order, { lines: [{ sku: 'SHOE', units: 1 }] })
 *
 * The last units of a line take all that is left of it, the last goods the rounding of the whole order, so that the
 * last refund lands exactly on what was paid.
 */
import type { Gross, OrderLine, Pay, Purpose, RefundLine } from './fact.ts';
import { shareOf } from './entitle.ts';
import { scaleMinor } from './money.ts';
import type { Policy } from './policy.ts';
import type { Positions } from './positions.ts';
import { refuse, type Refusal } from './refusal.ts';
import { remainingCharges, type Charges, type LineCharges } from './remaining-charges.ts';
import { isWholeWithdrawal, standardShipping } from './withdrawal.ts';
import { splitTenders, type TenderPart } from './split-tenders.ts';

/** `policy`: what the shop's rules and the law owe; an amount is in minor units, gross. */
export type PartWish = 'policy' | 'none' | 'all' | { readonly minor: number };

export type RefundWish = {
  /** Units to pay for, by order line or SKU. `keepMinor`: what is kept of their price, for wear or a fee. */
  readonly lines?: readonly {
    readonly line?: string;
    readonly sku?: string;
    readonly units: number;
    readonly keepMinor?: number;
  }[];
  readonly shipping?: PartWish;
  readonly fees?: PartWish;
  /** An amount without units, on top; needs a purpose that no goods come back for. */
  readonly amountMinor?: number;
  readonly purpose?: Purpose;
  readonly pay?: Pay;
};

export type PreviewLine = {
  readonly line: string;
  readonly sku: string;
  readonly name?: string;
  readonly units: number;
  /** Of the whole line: charged, and given back before. */
  readonly charged: Gross & { readonly units: number };
  readonly before: Gross & { readonly units: number };
  /** Given back now. */
  readonly gross: number;
  readonly tax: number;
  /** Kept of what these units cost. */
  readonly kept: number;
  /** Nothing of the line is left afterwards, so it takes all that remained. */
  readonly isLast: boolean;
};

export type PreviewPart = Gross & {
  readonly charged: number;
  readonly before: number;
  /** Why this much: `all`, `standard` rate, `share` of the goods given back, as `asked`, or `none`. */
  readonly because: 'all' | 'standard' | 'share' | 'asked' | 'none';
};

export type RefundPreview = {
  readonly currency: string;
  readonly purpose: Purpose;
  readonly pay: Pay;
  readonly lines: readonly PreviewLine[];
  readonly shipping: PreviewPart;
  readonly fees: PreviewPart;
  /** What the order's total is above or below its parts; goes with the last goods. */
  readonly rounding: number;
  /** Amount without units. */
  readonly amount: number;
  /** Cut because no more than what was paid can go back; negative or 0. */
  readonly cut: number;
  readonly total: number;
  /** Tax within the lines, shipping and fees. */
  readonly tax: number;
  readonly tenders: readonly TenderPart[];
  readonly paid: number;
  /** Given back or promised before, and left afterwards. */
  readonly before: number;
  readonly left: number;
};

/** What a preview looks at. */
export type PreviewOrder = {
  readonly positions: Positions;
  readonly policy: Policy;
  /** Day of the order, for values that follow its date. */
  readonly day: string;
};

export type PreviewResult = { readonly ok: true; readonly preview: RefundPreview } | Refusal;

const freePurposes: readonly Purpose[] = ['goodwill', 'price', 'shipping', 'duplicate'];

export function previewRefund(order: PreviewOrder, wish: RefundWish): PreviewResult {
  const charges = remainingCharges(order.positions);
  if (charges === undefined) return refuse('order-unknown');
  if (charges.paid <= 0) return refuse('nothing-paid');
  const lines = chooseLines(charges, wish);
  if ('ok' in lines) return lines;
  const goodsDone = isEveryUnitTaken(charges, lines);
  const fees = feesPart(charges, wish.fees ?? 'policy', lines, goodsDone);
  if ('ok' in fees) return fees;
  const shipping = shippingPart(order, charges, wish, lines, goodsDone);
  if ('ok' in shipping) return shipping;
  const amount = wish.amountMinor ?? 0;
  if (!Number.isSafeInteger(amount) || amount < 0) return refuse('amount-invalid');
  const rounding = goodsDone && lines.length > 0 ? charges.rounding.remaining : 0;
  const goods = lines.reduce((sum, line) => sum + line.gross, 0);
  const asked = goods + shipping.gross + fees.gross + rounding + amount;
  const room = charges.paid - charges.taken;
  if (asked <= 0) return refuse(room <= 0 ? 'already-refunded' : 'refund-of-nothing');
  // What people typed is refused above the cap; what follows from units is cut to what is left.
  if (amount > 0 && asked > room)
    return refuse('over-cap', { left: room, currency: order.positions.currency });
  if (room <= 0) return refuse('already-refunded');
  const total = Math.min(asked, room);
  const pay = wish.pay ?? 'original';
  const tax = lines.reduce((sum, line) => sum + line.tax, 0) + shipping.tax + fees.tax;
  return {
    ok: true,
    preview: {
      currency: order.positions.currency, purpose: purposeOf(order, wish, lines), pay, lines, shipping, fees, rounding, amount,
      cut: total - asked, total, tax, tenders: splitTenders(order.positions, total, pay), paid: charges.paid,
      before: charges.taken, left: charges.paid - charges.taken - total,
    },
  }; // prettier-ignore
}

function purposeOf({ positions }: PreviewOrder, wish: RefundWish, lines: readonly PreviewLine[]): Purpose {
  if (wish.purpose !== undefined) return wish.purpose;
  if (lines.length === 0) return (wish.amountMinor ?? 0) > 0 ? 'goodwill' : 'shipping';
  return positions.cancelled === undefined ? 'return' : 'cancellation';
}

function chooseLines(charges: Charges, wish: RefundWish): PreviewLine[] | Refusal {
  const taken = new Map<LineCharges, { units: number; keep: number }>();
  for (const { line, sku, units, keepMinor = 0 } of wish.lines ?? []) {
    if (!Number.isSafeInteger(units) || units <= 0) return refuse('units-invalid');
    if (!Number.isSafeInteger(keepMinor) || keepMinor < 0) return refuse('amount-invalid');
    const own = charges.lines.filter((one) =>
      line === undefined ? one.line.sku === sku : one.line.line === line,
    );
    if (own.length === 0) return refuse('item-not-on-order', { sku: line ?? sku ?? '' });
    let left = units;
    for (const target of own) {
      const before = taken.get(target) ?? { units: 0, keep: 0 };
      const more = Math.min(left, target.remaining.units - before.units);
      if (more <= 0) continue;
      // What is kept stands with the first of the lines that hold the units.
      taken.set(target, { units: before.units + more, keep: before.keep + (left === units ? keepMinor : 0) });
      left -= more;
    }
    if (left > 0) return refuse('more-than-left', { sku: own[0]!.line.sku, left: units - left });
  }
  const chosen: PreviewLine[] = [];
  for (const [target, { units, keep }] of taken) {
    const share = shareOf(target.remaining, units);
    if (keep > share.gross) return refuse('kept-too-much', { sku: target.line.sku });
    chosen.push(previewLine(target, units, share, keep));
  }
  return chosen.sort((left, right) => orderOf(charges, left.line) - orderOf(charges, right.line));
}

const orderOf = (charges: Charges, line: string): number =>
  charges.lines.findIndex((one) => one.line.line === line);

function previewLine(target: LineCharges, units: number, share: Gross, keep: number): PreviewLine {
  const { line, charged, remaining } = target;
  const gross = share.gross - keep;
  return {
    line: line.line, sku: line.sku, ...nameOf(line), units, charged,
    before: {
      units: charged.units - remaining.units, gross: charged.gross - remaining.gross, tax: charged.tax - remaining.tax,
    },
    gross, tax: keep === 0 || share.gross === 0 ? share.tax : scaleMinor(share.tax, gross, share.gross), kept: keep,
    isLast: units === remaining.units,
  }; // prettier-ignore
}

const nameOf = (line: OrderLine): { name?: string } => (line.name === undefined ? {} : { name: line.name });

/** Is no unit of goods left afterwards? Services count once they are charged. */
function isEveryUnitTaken(charges: Charges, lines: readonly PreviewLine[]): boolean {
  return charges.lines.every(({ line, remaining }) => {
    const now = lines.find((one) => one.line === line.line)?.units ?? 0;
    return remaining.units - now === 0;
  });
}

const part = (
  { charged, remaining }: { readonly charged: Gross; readonly remaining: Gross },
  gross: number,
  because: PreviewPart['because'],
): PreviewPart => ({
  gross,
  tax: gross === remaining.gross ? remaining.tax : remaining.gross === 0 ? 0 : taxShare(remaining, gross),
  charged: charged.gross,
  before: charged.gross - remaining.gross,
  because: gross === 0 ? 'none' : because,
});

const taxShare = ({ gross, tax }: Gross, wanted: number): number =>
  gross < 0 ? scaleMinor(-tax, wanted, -gross) : scaleMinor(tax, wanted, gross);

/**
 * A fee that was charged goes back when all goods do. One below zero is a discount: each refund of goods carries its
 * share, so that nobody gets back what nobody paid.
 */
function feesPart(
  charges: Charges,
  wish: PartWish,
  lines: readonly PreviewLine[],
  goodsDone: boolean,
): PreviewPart | Refusal {
  const { fees } = charges;
  const { gross } = fees.remaining;
  if (typeof wish === 'object') {
    if (!Number.isSafeInteger(wish.minor)) return refuse('amount-invalid');
    if (gross >= 0 ? wish.minor < 0 || wish.minor > gross : wish.minor > 0 || wish.minor < gross)
      return refuse('over-component', { part: 'fees', left: gross });
    return part(fees, wish.minor, 'asked');
  }
  if (wish === 'none') return part(fees, 0, 'none');
  if (wish === 'all' || (goodsDone && lines.length > 0)) return part(fees, gross, 'all');
  if (gross >= 0 || lines.length === 0) return part(fees, 0, 'none');
  const goods = charges.lines.reduce((sum, one) => sum + one.remaining.gross, 0);
  const now = lines.reduce((sum, line) => sum + line.gross + line.kept, 0);
  return part(fees, goods === 0 ? 0 : scaleMinor(gross, now, goods), 'share');
}

/** Outbound shipping: all when nothing was shipped, the standard rate when a consumer withdraws from the whole order. */
function shippingPart(
  order: PreviewOrder,
  charges: Charges,
  wish: RefundWish,
  lines: readonly PreviewLine[],
  goodsDone: boolean,
): PreviewPart | Refusal {
  const { shipping } = charges;
  const { gross } = shipping.remaining;
  const wanted = wish.shipping ?? (wish.purpose === 'shipping' && lines.length === 0 ? 'all' : 'policy');
  if (typeof wanted === 'object') {
    if (!Number.isSafeInteger(wanted.minor) || wanted.minor < 0) return refuse('amount-invalid');
    if (wanted.minor > gross) return refuse('over-component', { part: 'shipping', left: gross });
    return part(shipping, wanted.minor, 'asked');
  }
  if (wanted === 'all') return part(shipping, gross, 'all');
  if (wanted === 'none' || !goodsDone || lines.length === 0) return part(shipping, 0, 'none');
  if (freePurposes.includes(wish.purpose ?? 'return')) return part(shipping, 0, 'none');
  const { positions, policy, day } = order;
  const nothingLeft = [...positions.items.values()].every((item) => item.shipped.size === 0);
  if (wish.purpose === 'cancellation' || (positions.cancelled !== undefined && nothingLeft))
    return part(shipping, gross, 'all');
  if (!isWholeWithdrawal(positions)) return part(shipping, 0, 'none');
  const owed = standardShipping(positions, policy, day);
  const given = shipping.charged.gross - gross;
  return part(shipping, Math.max(0, Math.min(gross, owed - given)), owed === gross ? 'all' : 'standard');
}

/** The lines of a preview as a refund record carries them. */
export function refundLinesOf(preview: RefundPreview): RefundLine[] {
  return preview.lines.map(({ line, sku, units, gross, tax }) => ({
    line,
    sku,
    quantity: units,
    gross,
    tax,
  }));
}
