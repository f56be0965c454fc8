/**
 * Cases and promises: claims that need their condition. They test the clearing controls and limits, never each
 * other, and run last.
 */
import { byText } from './by-text.ts';
import type { ControlId } from './controls.ts';
import type { Fact } from './fact.ts';
import { allResolvedAt, dueFor, returnCases, type Books, type Finding } from './finding.ts';
import type { Case, Positions } from './positions.ts';
import { dueAfter } from './calendar.ts';

/** Finds claims that the accounts do not support; adds to `books.findings`. */
export function findCaseProblems(books: Books): void {
  findToldTooEarly(books);
  findOpenCase(books);
  findBrokenPromises(books);
}

/** A case is resolved, or the customer told that the money is there, while something is still open. */
function findToldTooEarly(books: Books): void {
  const { positions, watch } = books;
  const open = books.findings.filter((finding) => finding.waitsFor === undefined);
  const first = [...open].sort(
    (left, right) => overdueAt(left) - overdueAt(right) || byText(left.since, right.since),
  )[0];
  if (first === undefined) return;
  const resolvedAt = watch.on('resolved-closed') ? allResolvedAt(positions) : undefined;
  const done = positions.claims.find((claim) => claim.claim === 'done');
  const moneyIsOpen = first.control === 'refund-settled' || first.control === 'entitled-refunded';
  const told = moneyIsOpen ? positions.told.find((fact) => fact.what === 'refunded') : undefined;
  const since = resolvedAt ?? done?.at ?? told?.at;
  if (since === undefined) return;
  const facts = [
    ...returnCases(positions).flatMap((entry) => entry.facts),
    ...positions.told.filter((fact) => fact.what === 'refunded'),
    ...(done === undefined ? [] : [done]),
  ];
  const refunds = positions.refunds.filter((refund) => refund.excluded === undefined);
  const pending = open.find((finding) => finding.code === 'refund-stuck-pending');
  const minor = pending?.minor ?? refunds.reduce((sum, refund) => sum + refund.minor, 0);
  books.findings.push({
    code: 'told-too-early', control: 'resolved-closed', key: '', since, facts,
    ...(minor > 0 && { minor }), ...(first.due !== undefined && { due: first.due }),
    waitsFor: (pending ?? first).code,
  }); // prettier-ignore
}

const overdueAt = (finding: Finding): number => finding.due?.overdueAt ?? 0;

/** Everything is settled, and the case is still open. */
function findOpenCase(books: Books): void {
  const { positions, watch } = books;
  if (!watch.on('closed-told')) return;
  if (books.findings.some((finding) => finding.waitsFor === undefined)) return;
  const settledAt = lastStep(books);
  if (settledAt === undefined) return;
  const open = returnCases(positions).filter(
    (entry) =>
      entry.resolvedAt === undefined && !isRefused(positions, entry) && isServed(books, entry, settledAt),
  );
  if (open.length === 0) return;
  books.findings.push({
    code: 'loop-closed-case-open', control: 'closed-told', key: open[0]!.id, since: settledAt,
    facts: open.flatMap((entry) => entry.facts), ...dueFor(books, 'closed-told', settledAt),
  }); // prettier-ignore
}

const sharesObject = (entry: Case, fact: Fact): boolean =>
  entry.facts.some((own) => own.connection === fact.connection && own.object === fact.object);

/** Was the return of this case refused? A refusal that names no case may mean any. */
function isRefused(positions: Positions, entry: Case): boolean {
  const cases = returnCases(positions);
  return positions.rejections.some(
    (fact) => sharesObject(entry, fact) || !cases.some((other) => sharesObject(other, fact)),
  );
}

/** Does what was done belong to this case? Not when it was done before, or carries another return number. */
function isServed(books: Books, entry: Case, settledAt: string): boolean {
  if (entry.openedAt !== undefined && entry.openedAt > settledAt) return false;
  const { positions } = books;
  const own = positions.approvals.find((fact) => sharesObject(entry, fact))?.rma;
  if (own === undefined || returnCases(positions).length < 2) return true;
  const numbers = new Set<string | undefined>();
  for (const { refund } of books.settlements.byRefund) if (refund.minor > 0) numbers.add(refund.fact.rma);
  for (const credit of positions.credits.values()) numbers.add(credit.fact.rma);
  for (const item of positions.items.values())
    for (const posting of item.into.saleable) numbers.add(posting.fact.rma);
  return numbers.has(own) || (numbers.has(undefined) && numbers.size === 1);
}

/** Time of the last step that settled the loop: a refund paid or an exchange shipped. Undefined: nothing was. */
function lastStep(books: Books): string | undefined {
  let last: string | undefined;
  const see = (at: string): void => {
    if (last === undefined || at > last) last = at;
  };
  for (const { refund, payments } of books.settlements.byRefund) {
    if (refund.minor <= 0 || refund.purpose === 'goodwill') continue;
    see(refund.fact.at);
    for (const payment of payments) see(payment.at);
  }
  for (const item of books.positions.items.values()) for (const posting of item.replaced) see(posting.at);
  if (last === undefined) return undefined;
  for (const credit of books.positions.credits.values()) see(credit.at);
  for (const item of books.positions.items.values())
    for (const posting of item.into.saleable) see(posting.at);
  return last;
}

/** What must be watched to know whether a promise was kept. */
export const proofOfPromise = {
  refund: 'entitled-refunded',
  replacement: 'exchange-shipped',
} as const satisfies Record<string, ControlId>;

/** A promise that what is watched does not show as kept by its day. */
function findBrokenPromises(books: Books): void {
  const { positions, policy } = books;
  for (const promise of positions.promises) {
    if (!books.watch.on(proofOfPromise[promise.promised]) || isKept(books, promise)) continue;
    const endOfDay = dueAfter(
      `${promise.until}T12:00:00.000Z`,
      { count: 0, unit: 'cd' },
      policy.calendars.support,
    );
    books.findings.push({
      code: 'promise-broken', control: 'promise-kept', key: promise.object, since: promise.at, facts: [promise],
      due: { on: promise.until, overdueAt: endOfDay.overdueAt },
    }); // prettier-ignore
  }
}

/** A refund that was paid, or a replacement that left. A refund may have been on its way when it was promised. */
function isKept(books: Books, promise: Positions['promises'][number]): boolean {
  if (promise.promised === 'replacement')
    return [...books.positions.items.values()].some((item) =>
      item.replaced.some((posting) => posting.at >= promise.at),
    );
  return books.settlements.byRefund.some(({ refund, settled }) => {
    if (refund.minor <= 0) return false;
    if (settled >= refund.minor) return true;
    return (
      refund.fact.at >= promise.at && (refund.fact.payment !== 'gateway' || !books.watch.on('refund-settled'))
    );
  });
}
