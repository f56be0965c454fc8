/** Books: what was refunded against what was credited. */
import type { Finding, Books } from './finding.ts';
import { dueFor, dueOf } from './finding.ts';
import { localDate } from './calendar.ts';
import { matchCreditNotes, type Bookable } from './match-credit-notes.ts';
import { valueOn } from './policy.ts';
import type { CreditDocument } from './positions.ts';

/** Finds what is wrong in the books of one order; adds to `books.findings`. */
export function findBooksProblems(books: Books): void {
  const { positions, watch } = books;
  if (!watch.on('refund-credited')) return;
  const bookables = listBookables(books);
  const documents = [...positions.credits.values()];
  const posted = documents.filter((credit) => credit.state === 'posted' || credit.state === 'applied');
  const drafts = documents.filter((credit) => credit.state === 'drafted');
  const tolerance = toleranceOf(books, posted);
  const match = matchCreditNotes(bookables, posted, tolerance);

  const openDrafts = [...drafts];
  for (const bookable of match.unbooked) {
    if (bookable.cancellation) continue; // Nothing had left, so nothing need have been invoiced.
    const at = bookable.at;
    const due = dueOf(books, 'refund-credited', at);
    const near = openDrafts.findIndex((draft) => Math.abs(draft.minor - bookable.minor) <= tolerance);
    const index = near === -1 && openDrafts.length === 1 && match.unbooked.length === 1 ? 0 : near;
    const draft = index === -1 ? undefined : openDrafts.splice(index, 1)[0];
    books.findings.push({
      code: draft === undefined ? 'refund-without-credit-note' : 'credit-note-left-draft', control: 'refund-credited',
      key: bookable.id, minor: bookable.minor, since: at, ...(due && { due }),
      facts: draft === undefined ? [...bookable.facts] : [draft.fact, ...bookable.facts],
    }); // prettier-ignore
  }
  findSurplus(books, match.surplus, posted, tolerance);
  // What is missing may be a second part that was never posted.
  const missing = openDrafts.find((draft) => Math.abs(draft.minor + match.difference) <= tolerance);
  if (Math.abs(match.difference) > tolerance) {
    const last = posted.at(-1)!;
    const since = missing?.at ?? last.at;
    books.findings.push({
      code: missing === undefined ? 'credit-note-differs' : 'credit-note-left-draft', control: 'refund-credited', key: '',
      minor: Math.abs(match.difference), since, ...dueFor(books, 'refund-credited', since),
      facts: [
        ...(missing === undefined ? [] : [missing.fact]), ...posted.map((credit) => credit.fact),
        ...bookables.flatMap((bookable) => bookable.facts),
      ],
    }); // prettier-ignore
  } else if (match.unbooked.length === 0 && match.surplus.length === 0) {
    findTaxAndPeriod(books, bookables, posted, tolerance);
  }
}

type BookableWithFacts = Bookable & {
  readonly facts: Finding['facts'];
  readonly tax: number | undefined;
  readonly cancellation: boolean;
};

/** Everything that must be in the books: refunds that count, gateway refunds without a record, store credit. */
function listBookables(books: Books): BookableWithFacts[] {
  const list: BookableWithFacts[] = [];
  for (const { refund, payments } of books.settlements.byRefund) {
    if (refund.minor <= 0) continue;
    let tax: number | undefined = refund.fact.shipping.tax + refund.fact.fees.tax;
    for (const line of refund.lines) tax += line.tax;
    if (refund.lines.length === 0 && refund.fact.shipping.gross === 0) tax = undefined;
    const facts = [refund.fact, ...payments.flatMap((payment) => payment.facts)];
    list.push({
      id: refund.refund,
      at: refund.fact.at,
      minor: refund.minor,
      rma: refund.fact.rma,
      facts,
      tax,
      cancellation: refund.purpose === 'cancellation',
    });
  }
  const duplicates = new Set(
    books.findings.filter((finding) => finding.code === 'duplicate-payout').map((finding) => finding.key),
  );
  // Nothing had left of an order that was cancelled: then nothing need have been invoiced.
  const { lines } = books.entitlement;
  const nothingLeft =
    books.positions.cancelled !== undefined &&
    lines.length > 0 &&
    lines.every((line) => line.because === 'unshipped');
  for (const payment of [...books.settlements.unmatched, ...books.settlements.ofVanished]) {
    if (duplicates.has(payment.reference)) continue;
    list.push({
      id: payment.reference,
      at: payment.at,
      minor: payment.minor,
      rma: undefined,
      facts: payment.facts,
      tax: undefined,
      cancellation: nothingLeft,
    });
  }
  for (const fact of books.positions.storeCredit) {
    list.push({
      id: fact.reference,
      at: fact.at,
      minor: fact.money.minor,
      rma: fact.rma,
      facts: [fact],
      tax: undefined,
      cancellation: false,
    });
  }
  return list;
}

/** Rounding per document is normal: one minor unit per line credited, or what finance has set. */
function toleranceOf(books: Books, posted: readonly CreditDocument[]): number {
  const set = valueOn(books.policy.booksTolerance, books.day);
  if (set !== undefined) return set;
  return posted.reduce((most, credit) => Math.max(most, credit.fact.lines?.length ?? 1), 1);
}

function findSurplus(
  books: Books,
  surplus: readonly CreditDocument[],
  posted: readonly CreditDocument[],
  tolerance: number,
): void {
  if (!books.watch.refundsOn) return;
  for (const credit of surplus) {
    if (credit.state === 'applied') continue; // Set off against an invoice: that is how it is paid.
    const twin = posted.find(
      (other) =>
        other !== credit && !surplus.includes(other) && Math.abs(other.minor - credit.minor) <= tolerance,
    );
    const both = surplus.find(
      (other) =>
        other !== credit && Math.abs(other.minor - credit.minor) <= tolerance && other.at < credit.at,
    );
    const due = dueOf(books, 'refund-credited', credit.at);
    const base = {
      control: 'refund-credited',
      key: credit.document,
      minor: credit.minor,
      since: credit.at,
      ...(due && { due }),
    } as const;
    const first = twin ?? both;
    if (first !== undefined) {
      const [later, earlier] = first.at > credit.at ? [first, credit] : [credit, first];
      books.findings.push({
        ...base,
        code: 'duplicate-credit-note',
        key: later.document,
        since: later.at,
        facts: [later.fact, earlier.fact],
      });
    } else books.findings.push({ ...base, code: 'credit-note-without-refund', facts: [credit.fact] });
  }
}

/** Same total: is the tax the same, and the month? */
function findTaxAndPeriod(
  books: Books,
  bookables: readonly BookableWithFacts[],
  posted: readonly CreditDocument[],
  tolerance: number,
): void {
  if (posted.length === 0) return;
  const facts = [...posted.map((credit) => credit.fact), ...bookables.flatMap((bookable) => bookable.facts)];
  const last = posted.at(-1)!;
  if (bookables.every((bookable) => bookable.tax !== undefined)) {
    const refunded = bookables.reduce((sum, bookable) => sum + bookable.tax!, 0);
    const credited = posted.reduce((sum, credit) => sum + credit.tax, 0);
    // Each line rounds its tax for itself on both sides.
    if (Math.abs(refunded - credited) > tolerance + posted.length) {
      const due = dueOf(books, 'refund-credited', last.at);
      books.findings.push({
        code: 'credit-note-tax-differs', control: 'refund-credited', key: 'tax', minor: Math.abs(refunded - credited),
        since: last.at, facts, ...(due && { due }),
      }); // prettier-ignore
    }
  }
  if (valueOn(books.policy.periodClose, books.day) !== 'month' || bookables.length !== 1) return;
  const zone = books.policy.zone;
  for (const credit of posted) {
    if (localDate(credit.at, zone).slice(0, 7) <= localDate(bookables[0]!.at, zone).slice(0, 7)) continue;
    books.findings.push({
      code: 'credit-note-wrong-period', control: 'refund-credited', key: credit.document, minor: credit.minor,
      since: credit.at, facts: [credit.fact, ...bookables[0]!.facts],
    }); // prettier-ignore
  }
}
