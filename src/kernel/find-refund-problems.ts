/** What a refund record shows by itself: its lines, amount, shipping, currency and purpose. */
import type { Fact } from './fact.ts';
import { approvedUnits, receivedUnits, type Books } from './finding.ts';
import { receivedBook, unitsOf, type ShopRefund } from './positions.ts';
import { valueOn } from './policy.ts';

const toleranceMinor = 1;

/** Finds it for every refund that counts. */
export function findRefundProblems(books: Books): void {
  const { positions } = books;
  for (const { reference, minor, currency, since, facts } of books.settlements.foreign)
    books.findings.push({
      code: 'refund-wrong-currency', control: 'refund-cap', key: reference, since, facts, minor, currency,
    }); // prettier-ignore
  let shipping = 0;
  const perItem = new Map<string, number>();
  for (const refund of positions.refunds) {
    if (refund.excluded !== undefined) continue;
    const { fact } = refund;
    const base = { key: refund.refund, since: fact.at, facts: [fact] } as const;
    if (positions.currency !== '' && fact.money.currency !== positions.currency) {
      books.findings.push({
        ...base, code: 'refund-wrong-currency', control: 'refund-cap', minor: refund.minor, currency: fact.money.currency,
      }); // prettier-ignore
      continue;
    }
    findUnequalLines(books, refund);
    findExcessGoodwill(books, refund);
    findUnclear(books, refund);
    shipping += fact.shipping.gross;
    const charged = positions.home?.shipping.gross;
    if (charged !== undefined && fact.shipping.gross > 0 && shipping > charged + toleranceMinor) {
      books.findings.push({
        ...base, code: 'shipping-refunded-twice', control: 'component-cap', key: `${refund.refund} shipping`,
        minor: Math.min(fact.shipping.gross, shipping - charged),
      }); // prettier-ignore
    }
    for (const line of refund.lines) findLineExcess(books, refund, line, perItem);
  }
}

function findUnequalLines(books: Books, refund: ShopRefund): void {
  const { fact } = refund;
  let lines = fact.shipping.gross + fact.fees.gross;
  for (const line of refund.lines) lines += line.gross;
  const named = refund.lines.length > 0 || fact.shipping.gross !== 0 || fact.fees.gross !== 0;
  const minor = Math.abs(lines - refund.minor);
  if (!named || refund.minor <= 0 || minor <= Math.max(toleranceMinor, ownRounding(books))) return;
  books.findings.push({
    code: 'refund-lines-unequal-amount', control: 'component-cap', key: refund.refund, minor, since: fact.at, facts: [fact],
  }); // prettier-ignore
}

/** A shop that rounds tax at the subtotal charges a little more or less than its lines say; so does the last refund. */
function ownRounding({ positions: { home } }: Books): number {
  if (home === undefined) return 0;
  const parts = home.lines.reduce((sum, line) => sum + line.gross, home.shipping.gross + home.fees.gross);
  const rounding = Math.abs(home.total - parts);
  return rounding <= home.lines.length + 2 ? rounding : 0;
}

/** More was refunded for a line, over all refunds, than was charged for it. */
function findLineExcess(
  books: Books,
  refund: ShopRefund,
  line: ShopRefund['lines'][number],
  perItem: Map<string, number>,
): void {
  const item = books.positions.items.get(line.sku);
  const sum = (perItem.get(line.sku) ?? 0) + line.gross;
  perItem.set(line.sku, sum);
  if (item === undefined || !item.onOrder) return;
  const excess = sum - item.gross;
  if (excess <= toleranceMinor || unitsOf(item.refunded) > item.ordered) return;
  let listGross = 0;
  for (const other of books.positions.home?.lines ?? [])
    if (other.sku === line.sku) listGross += other.listGross ?? other.gross;
  const ignoresDiscount = listGross > item.gross && sum <= listGross + toleranceMinor;
  books.findings.push({
    code: ignoresDiscount ? 'refund-ignores-discount' : 'refunded-not-entitled', control: 'component-cap',
    key: `${refund.refund} ${line.sku}`, sku: line.sku, minor: Math.min(excess, line.gross), since: refund.fact.at,
    facts: [refund.fact],
  }); // prettier-ignore
}

/** Goodwill needs no explanation within its cap. */
function findExcessGoodwill(books: Books, refund: ShopRefund): void {
  const cap = valueOn(books.policy.goodwillCap, refund.fact.at);
  if (refund.purpose !== 'goodwill' || cap === undefined || refund.minor <= cap) return;
  books.findings.push({
    code: 'refunded-not-entitled', control: 'entitlement-cap', key: refund.refund, minor: refund.minor - cap,
    since: refund.fact.at, facts: [refund.fact],
  }); // prettier-ignore
}

/** An amount without lines that stands for a return says too little. */
function findUnclear(books: Books, refund: ShopRefund): void {
  const { positions } = books;
  if (refund.minor <= 0 || refund.purpose !== 'unclear' || refund.lines.length > 0) return;
  let open = 0;
  let anyUnits = false;
  const facts: Fact[] = [refund.fact];
  for (const item of positions.items.values()) {
    const back = Math.max(receivedUnits(books, item), approvedUnits(books, item), unitsOf(item.announced));
    if (back > 0 || item.refunded.length > 0 || item.exchanged.length > 0) anyUnits = true;
    const swapped = Math.max(unitsOf(item.exchanged), unitsOf(item.replaced));
    const units = back - unitsOf(item.refunded) - swapped - unitsOf(item.kept);
    if (units <= 0) continue;
    open += units;
    facts.push(...receivedBook(item, books.policy).map((posting) => posting.fact));
  }
  // Nobody named units: then an approved return is what the money is for.
  if (open === 0 && (anyUnits || positions.approvals.length === 0)) return;
  books.findings.push({
    code: 'refund-without-lines', control: 'entitled-refunded', key: refund.refund, minor: refund.minor,
    since: refund.fact.at, facts, ...(open > 0 && { units: open }),
  }); // prettier-ignore
}
