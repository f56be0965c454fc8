/** Money limits of the whole order: more out than in, remainders, tenders, disputes. */
import type { Books } from './finding.ts';
import { capturedMinor, unitsOf, type ShopRefund } from './positions.ts';

/** Finds them. */
export function findCapProblems(books: Books): void {
  const { positions } = books;
  const captured = capturedMinor(positions);
  if (captured > 0 && positions.home !== undefined) {
    const counted = positions.refunds.filter(
      (refund) => refund.excluded === undefined && refund.fact.money.currency === positions.currency,
    );
    findOverCap(books, counted, captured);
    findWrongTender(books, counted);
    findResidue(books, counted, captured);
  }
  findDisputes(books);
}

const sumOf = (refunds: readonly ShopRefund[]): number =>
  refunds.reduce((sum, refund) => sum + refund.minor, 0);

function findOverCap(books: Books, counted: readonly ShopRefund[], captured: number): void {
  const { positions, settlements } = books;
  const duplicates = books.findings.filter((finding) => finding.code === 'duplicate-payout');
  let out = sumOf(counted);
  for (const fact of positions.storeCredit) out += fact.money.minor;
  for (const payment of settlements.unmatched) out += payment.minor;
  for (const finding of duplicates) out -= finding.minor!; // These cents have their problem.
  const last = counted.at(-1)?.fact ?? positions.storeCredit.at(-1) ?? settlements.unmatched.at(-1)?.facts[0];
  if (out <= captured || last === undefined) return;
  books.findings.push({
    code: 'refund-over-cap', control: 'refund-cap', key: '', minor: out - captured, since: last.at,
    facts: [
      ...counted.map((refund) => refund.fact), ...positions.storeCredit,
      ...settlements.unmatched.flatMap((payment) => payment.facts),
    ],
  }); // prettier-ignore
}

/** Everything was refunded but for a rounding remainder. */
function findResidue(books: Books, counted: readonly ShopRefund[], captured: number): void {
  const { positions } = books;
  const last = counted.at(-1);
  if (last === undefined) return;
  const rest = captured - sumOf(counted);
  const items = [...positions.items.values()].filter((item) => item.onOrder);
  const residueMax = Math.max(2, items.length);
  if (rest <= 0 || rest > residueMax || items.length === 0) return;
  if (!items.every((item) => unitsOf(item.refunded) >= item.ordered)) return;
  const shipping = counted.reduce((sum, refund) => sum + refund.fact.shipping.gross, 0);
  if (Math.abs(shipping - (positions.home?.shipping.gross ?? 0)) > residueMax) return;
  books.findings.push({
    code: 'refund-rounding-residue', control: 'component-cap', key: '', minor: rest, since: last.fact.at,
    facts: counted.map((refund) => refund.fact),
  }); // prettier-ignore
}

/** Money to a method that did not pay. Store credit is no such method: the customer may choose it. */
function findWrongTender(books: Books, refunds: readonly ShopRefund[]): void {
  const { captured } = books.positions;
  for (const refund of refunds) {
    const { tender } = refund.fact;
    if (tender === undefined || tender === 'store_credit' || refund.minor === 0) continue;
    if (captured.some((payment) => payment.tender === tender)) continue;
    books.findings.push({
      code: 'refund-wrong-tender', control: 'refund-cap', key: refund.refund, minor: refund.minor, since: refund.fact.at,
      facts: [refund.fact, ...captured.map((payment) => payment.fact)],
    }); // prettier-ignore
  }
}

/** Refund and dispute on one charge; a dispute's end that the shop's record ignores. */
function findDisputes(books: Books): void {
  const { positions, settlements } = books;
  for (const dispute of positions.disputes.values()) {
    const ofCharge = [...positions.gateway.values()].filter(
      (payment) =>
        payment.state !== 'failed' &&
        (dispute.charge === undefined || payment.charge === undefined || payment.charge === dispute.charge),
    );
    const refunded = ofCharge.reduce((sum, payment) => sum + payment.minor, 0);
    const records = settlements.byRefund.filter(
      (settlement) => settlement.payments.length === 0 && settlement.refund.minor > 0,
    );
    const unpaid = records.reduce((sum, settlement) => sum + settlement.refund.minor, 0);
    const facts = [
      dispute,
      ...ofCharge.flatMap((payment) => payment.facts),
      ...records.map((settlement) => settlement.refund.fact),
    ];
    const base = { control: 'refund-cap', key: dispute.dispute, since: dispute.at, facts } as const;
    if (dispute.type !== 'dispute.won' && refunded > 0)
      books.findings.push({ ...base, code: 'refund-and-dispute', minor: refunded });
    else if (dispute.type === 'dispute.lost' && unpaid > dispute.money.minor) {
      books.findings.push({ ...base, code: 'dispute-lost-partially', minor: unpaid - dispute.money.minor });
    } else if (dispute.type === 'dispute.won' && unpaid > 0) {
      books.findings.push({ ...base, code: 'dispute-won-still-refunded', minor: unpaid });
    }
  }
}
