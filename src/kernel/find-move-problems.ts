/** What single moves, documents and reports show by themselves. */
import type { Count } from './count-item.ts';
import { dueFor, factsOf, type Books } from './finding.ts';
import { receivedBook, unitsOf, type Item } from './positions.ts';

/** Finds them for one item. */
export function findMoveProblems(books: Books, item: Item, count: Count): void {
  findPhantomStock(books, item, count);
  for (const edit of item.edited) {
    const units = Math.abs(edit.units ?? editedUnits(item, count));
    books.findings.push({
      code: 'done-move-edited', control: 'unit-cap', key: `${item.sku} ${edit.fact.object}`, sku: item.sku,
      ...(units > 0 && { units }), since: edit.at, facts: [edit.fact],
    }); // prettier-ignore
  }
  findReturnNotOnOrder(books, item, count);
  findSerialProblems(books, item);
  findCostProblems(books, item);
  findDifferingReports(books, item);
}

/** By how many units an edit changed a receipt, where the move does not tell: what was refunded or announced says. */
function editedUnits(item: Item, count: Count): number {
  const expected = unitsOf(item.refunded) > 0 ? unitsOf(item.refunded) : unitsOf(item.announced);
  return expected === 0 ? 0 : count.received - expected;
}

/** The ERP has more units of the return in its places than it received. */
function findPhantomStock(books: Books, item: Item, count: Count): void {
  const units = count.phantom;
  if (units === 0) return;
  // The input zone below zero: something was put away that never arrived. Else a second document moved stock.
  const byTwo = count.received > 0 && item.net.input >= 0;
  books.findings.push({
    code: byTwo ? 'stock-moved-by-two-documents' : 'restored-without-receipt', control: 'unit-cap', key: `${item.sku} erp`,
    sku: item.sku, units, since: item.into.saleable.at(-1)!.at, facts: factsOf(item.into.saleable),
    ...(!byTwo && { note: 'no_receipt' as const }),
  }); // prettier-ignore
}

/** The ERP's own order line still counts as delivered what its moves brought back. */
function findReturnNotOnOrder(books: Books, item: Item, count: Count): void {
  const claims = item.claimedDelivered;
  const last = claims.at(-1);
  const own = last === undefined ? undefined : item.shipped.get(last.system);
  if (last === undefined || own === undefined || count.received === 0) return;
  // One claim per order line: an item on two lines is claimed twice.
  const claimed = claims.reduce((sum, claim) => sum + (claim.quantity ?? 0), 0);
  const units = claimed - (unitsOf(own) - unitsOf(item.received.get(last.system)));
  if (units <= 0) return;
  books.findings.push({
    code: 'return-not-on-order', control: 'unit-cap', key: item.sku, sku: item.sku, units, since: last.at,
    facts: [...claims, ...[...item.received.values()].flatMap(factsOf)],
  }); // prettier-ignore
}

/** A serial number that did not leave with the order, or that came back twice. */
function findSerialProblems(books: Books, item: Item): void {
  const shipped = new Set<string>();
  for (const list of item.shipped.values()) {
    for (const { fact } of list)
      if (fact.type === 'goods.shipped' && fact.serial !== undefined) shipped.add(fact.serial);
  }
  if (shipped.size === 0) return;
  for (const { fact, at } of receivedBook(item, books.policy)) {
    if (fact.type !== 'goods.received' && fact.type !== 'stock.moved') continue;
    if (fact.serial === undefined || shipped.delete(fact.serial)) continue;
    books.findings.push({
      code: 'wrong-serial', control: 'unit-cap', key: `${item.sku} ${fact.serial} ${fact.object}`, sku: item.sku, units: 1,
      since: at, facts: [fact],
    }); // prettier-ignore
  }
}

/** Back in stock at another cost than it left with. */
function findCostProblems(books: Books, item: Item): void {
  const out = [...item.shipped.values()]
    .flatMap(factsOf)
    .find((fact) => fact.type === 'goods.shipped' && fact.unitCost !== undefined);
  if (out?.type !== 'goods.shipped' || out.unitCost === undefined) return;
  for (const { fact, at } of item.into.saleable) {
    if (fact.type !== 'stock.moved' || fact.unitCost === undefined || fact.unitCost === out.unitCost)
      continue;
    books.findings.push({
      code: 'return-valued-wrong', control: 'unit-cap', key: `${item.sku} ${fact.object} cost`, sku: item.sku,
      units: fact.quantity, minor: Math.abs(fact.unitCost - out.unitCost) * fact.quantity, since: at, facts: [out, fact],
    }); // prettier-ignore
  }
}

/** Witnesses that still count differently from the book. */
function findDifferingReports(books: Books, item: Item): void {
  if (item.received.size < 2 || !books.watch.on('reports-differ')) return;
  const book = receivedBook(item, books.policy);
  const units = unitsOf(book);
  for (const [system, postings] of item.received) {
    if (postings === book || unitsOf(postings) === units) continue;
    const since = postings.at(-1)!.at;
    books.findings.push({
      code: 'reports-differ', control: 'reports-differ', key: `${item.sku} ${system}`, sku: item.sku,
      units: Math.abs(unitsOf(postings) - units), since, facts: [...factsOf(postings), ...factsOf(book)],
      ...dueFor(books, 'reports-differ', since),
    }); // prettier-ignore
  }
}
