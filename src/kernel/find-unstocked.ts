/** Units that came back and are neither saleable nor settled elsewhere, and grades that nobody carried out. */
import { gradedUnits, leavesUs, notSaleable, type Count } from './count-item.ts';
import { dueFor, factsOf, type Books } from './finding.ts';
import { openPart, receivedBook, unitsOf, type Item, type Posting } from './positions.ts';

/** Units that came back and are neither saleable nor settled elsewhere. `missing` of the refunded never came. */
export function findUnstocked(books: Books, item: Item, count: Count, missing: number): void {
  const { watch } = books;
  const inCancelled = unitsOf(item.inCancelled);
  if (inCancelled > 0 && watch.on('back-restored')) {
    books.findings.push({
      code: 'cancelled-but-moved', control: 'unit-cap', key: item.sku, sku: item.sku, units: inCancelled,
      since: item.inCancelled[0]!.at, facts: factsOf(item.inCancelled),
    }); // prettier-ignore
  }
  const placed = count.saleable + count.settledElsewhere + inCancelled + (item.partial?.units ?? 0);
  let open = Math.max(0, count.received - placed);
  if (open === 0) return;
  open -= Math.min(open, findGradedNotStocked(books, item, count));

  const refundedOpen = Math.min(open, Math.max(0, count.refundedBack - missing - placed));
  if (refundedOpen > 0 && watch.on('back-restored')) {
    const part = openPart(item.refunded, Math.max(0, unitsOf(item.refunded) - missing - refundedOpen));
    const since = part?.since ?? item.refunded[0]!.at;
    books.findings.push({
      code: 'approved-but-not-restored', control: 'back-restored', key: item.sku, sku: item.sku, units: refundedOpen,
      since, facts: [
        ...(part?.facts ?? []), ...[...item.received.values()].flatMap(factsOf), ...item.waiting.map((entry) => entry.fact),
      ],
      note: item.net.hold > 0 ? 'on_hold' : 'in_input', ...dueFor(books, 'back-restored', since),
    }); // prettier-ignore
    open -= refundedOpen;
  }
  const onHold = Math.min(open, Math.max(0, item.net.hold));
  if (onHold > 0) push(books, item, 'quarantine-forgotten', 'quarantine-released', item.into.hold, onHold);
  const elsewhere = Math.min(open - onHold, Math.max(0, item.net.other));
  if (elsewhere > 0) push(books, item, 'wrong-location', 'received-inspected', item.into.other, elsewhere);
  const waiting = open - onHold - elsewhere;
  if (waiting > 0 && item.graded.size === 0) {
    push(books, item, 'not-inspected', 'received-inspected', receivedBook(item, books.policy), waiting);
  }
}

function push(
  books: Books,
  item: Item,
  code: 'quarantine-forgotten' | 'not-inspected' | 'wrong-location',
  control: 'quarantine-released' | 'received-inspected',
  postings: readonly Posting[],
  units: number,
): void {
  if (!books.watch.on(control)) return;
  const part = openPart(postings, Math.max(0, unitsOf(postings) - units));
  if (part === undefined) return;
  books.findings.push({
    code, control, key: item.sku, sku: item.sku, units, since: part.since, facts: part.facts,
    ...dueFor(books, control, part.since),
  }); // prettier-ignore
}

/** Units graded as restock that the ERP does not have in stock. Returns how many. */
function findGradedNotStocked(books: Books, item: Item, count: Count): number {
  const graded = item.graded.get('restock') ?? [];
  const part = books.watch.on('inspected-restored') ? openPart(graded, count.saleable) : undefined;
  if (part === undefined) return 0;
  books.findings.push({
    code: 'approved-but-not-restored', control: 'inspected-restored', key: item.sku, sku: item.sku, units: part.units,
    since: part.since, facts: part.facts, ...dueFor(books, 'inspected-restored', part.since),
  }); // prettier-ignore
  return part.units;
}

/** Write-offs, quarantine and sending back that were decided at the desk and not done. */
export function findGradedNotDone(books: Books, item: Item, count: Count): void {
  if (item.graded.size === 0) return;
  const { watch } = books;
  const bad = notSaleable.flatMap((disposition) => item.graded.get(disposition) ?? []);
  const writtenOff = Math.max(0, item.net.scrap);
  const notWritten = watch.on('inspected-written-off') ? openPart(bad, writtenOff) : undefined;
  if (notWritten !== undefined) {
    books.findings.push({
      code: 'write-off-missing', control: 'inspected-written-off', key: `${item.sku} graded`, sku: item.sku,
      units: notWritten.units, since: notWritten.since, facts: notWritten.facts,
      ...dueFor(books, 'inspected-written-off', notWritten.since),
    }); // prettier-ignore
  }
  const back = leavesUs.flatMap((disposition) => item.graded.get(disposition) ?? []);
  const sent = unitsOf(item.sentBack) + Math.max(0, item.net.vendor);
  const notSent = watch.on('sent-back') ? openPart(back, sent) : undefined;
  if (notSent !== undefined) {
    books.findings.push({
      code: 'goods-not-sent-back', control: 'sent-back', key: item.sku, sku: item.sku, units: notSent.units,
      since: notSent.since, facts: notSent.facts, ...dueFor(books, 'sent-back', notSent.since),
    }); // prettier-ignore
  }
  // What was graded for good, or moved where it stays, is released; the same unit may be told by both.
  const settled =
    Math.max(gradedUnits(item, ['restock']), count.saleable) +
    Math.max(gradedUnits(item, notSaleable), writtenOff) +
    gradedUnits(item, leavesUs);
  const released = Math.max(0, settled - neverHeld(item, count));
  const held = item.graded.get('quarantine') ?? [];
  const taken = held.reduce((sum, posting) => sum - Math.min(0, posting.units), 0);
  const forgotten = watch.on('quarantine-released')
    ? openPart(held.filter((posting) => posting.units > 0), released + taken)
    : undefined; // prettier-ignore
  if (forgotten !== undefined) {
    books.findings.push({
      code: 'quarantine-forgotten', control: 'quarantine-released', key: `${item.sku} graded`, sku: item.sku,
      units: forgotten.units, since: forgotten.since, facts: forgotten.facts,
      ...dueFor(books, 'quarantine-released', forgotten.since),
    }); // prettier-ignore
  }
}

/**
 * Units with a final grade that says nothing about a release: those that the desk took off hold are off already, and
 * as many as came back beside the held ones were never on hold.
 */
function neverHeld(item: Item, count: Count): number {
  let [marked, first, held] = [0, 0, 0];
  for (const [disposition, postings] of item.graded)
    for (const { fact, units } of postings) {
      if (fact.type !== 'goods.inspected' || fact.system !== 'desk' || units < 0) continue;
      if (fact.from === 'quarantine') marked += units;
      else if (disposition === 'quarantine') held += units;
      else first += units;
    }
  return marked + Math.min(first, Math.max(0, count.received - held));
}
