/**
 * Which agreed refund was carried out by what. A record that was not known when people agreed, of the same amount, is
 * the agreed one; the same units decide where two would fit. Each record carries out one agreement.
 */
import type { Fact, RefundLine } from './fact.ts';
import type { Agreement, Positions } from './positions.ts';

/** Sets `made` of every agreement. Runs after duplicates and deleted records were told apart. */
export function matchAgreements(positions: Positions): void {
  const used = new Set<Fact>();
  for (const agreement of positions.agreements.values()) {
    if (agreement.revoked) continue;
    const made = findRecord(positions, agreement, used) ?? findOther(positions, agreement, used);
    if (made === undefined) continue;
    used.add(made);
    agreement.made = made;
  }
}

function findRecord(
  positions: Positions,
  { fact, minor }: Agreement,
  used: ReadonlySet<Fact>,
): Fact | undefined {
  const seen = new Set(fact.seen?.split(','));
  const fitting = positions.refunds.filter(
    (refund) =>
      refund.excluded === undefined &&
      refund.minor === minor &&
      !seen.has(refund.refund) &&
      !used.has(refund.fact),
  );
  const units = unitsText(fact.lines);
  return (fitting.find((refund) => unitsText(refund.lines) === units) ?? fitting[0])?.fact;
}

/** Store credit, or money that went out by hand without a record in the shop. */
function findOther(
  positions: Positions,
  { fact, minor }: Agreement,
  used: ReadonlySet<Fact>,
): Fact | undefined {
  const others: readonly Fact[] =
    fact.pay === 'store_credit'
      ? positions.storeCredit
      : fact.pay === 'manual'
        ? positions.payouts.filter((payout) => payout.type === 'payout.confirmed')
        : [];
  return others.find(
    (other) => 'money' in other && other.money?.minor === minor && other.at >= fact.at && !used.has(other),
  );
}

const unitsText = (lines: readonly RefundLine[]): string =>
  lines
    .filter((line) => line.quantity > 0)
    .map((line) => `${line.sku} ${line.quantity}`)
    .sort()
    .join(',');
