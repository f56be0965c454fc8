/**
 * Which payment pays how much of a refund. Money goes back the way it came: first to what was paid with money, largest
 * rest first; gift cards and store credit take what is left, so that nobody turns a card payment into a voucher.
 */
import { byText } from './by-text.ts';
import type { Pay } from './fact.ts';
import { bookedCaptures, type Positions } from './positions.ts';

export type TenderPart = {
  readonly tender: string;
  readonly reference?: string;
  readonly captured: number;
  /** Given back to this payment before. */
  readonly before: number;
  readonly minor: number;
};

const vouchers: ReadonlySet<string> = new Set(['gift_card', 'store_credit']);

/** Shares `total` minor units out; parts of 0 are left out. `manual` and store credit go out in one part. */
export function splitTenders(positions: Positions, total: number, pay: Pay): TenderPart[] {
  const payments = bookedCaptures(positions)
    .filter((payment) => payment.currency === positions.currency && payment.minor > 0)
    .map((payment) => ({ ...payment, before: 0 }));
  const before = positions.refunds.reduce(
    (sum, { minor, excluded }) => sum + (excluded === undefined ? minor : 0),
    0,
  );
  if (pay !== 'original') {
    const captured = payments.reduce((sum, payment) => sum + payment.minor, 0);
    return [{ tender: pay === 'store_credit' ? 'store_credit' : 'manual', captured, before, minor: total }];
  }
  const ranked = payments.sort(
    (left, right) =>
      Number(vouchers.has(left.tender)) - Number(vouchers.has(right.tender)) || right.minor - left.minor ||
      byText(left.reference ?? '', right.reference ?? ''),
  ); // prettier-ignore
  let given = before;
  let left = total;
  const parts: TenderPart[] = [];
  for (const payment of ranked) {
    const used = Math.min(given, payment.minor);
    given -= used;
    const minor = Math.min(left, payment.minor - used);
    left -= minor;
    if (minor > 0)
      parts.push({
        tender: payment.tender, captured: payment.minor, before: used, minor,
        ...(payment.reference !== undefined && { reference: payment.reference }),
      }); // prettier-ignore
  }
  return parts;
}
