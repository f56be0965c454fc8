/**
 * Rebuild: everything below observations derives again. `check` compares without writing; there must be no
 * difference.
 */
import type { Database } from '../store/database.ts';
import { listOrderStates, type StoredOrderState } from '../store/list-orders.ts';
import type { OrderWrite } from '../store/write-orders.ts';
import { listFacts } from '../store/order-inputs.ts';
import { canonicalJson } from '../store/json-text.ts';
import { listMarked } from '../store/marks.ts';
import { markObjectsAlone } from '../store/store-observations.ts';
import { listObjects } from '../store/read-objects.ts';
import { foldKeys, type FoldContext } from './fold-orders.ts';
import { pageOrderKeys } from './measure-coverage.ts';
import { readComponent } from './read-component.ts';

export type Difference = {
  readonly orderKey: string;
  /** `state`, `facts` or `filing`. */
  readonly part: string;
  readonly stored: string;
  readonly derived: string;
};

const objectsPageMax = 500;
const marksPageMax = 5000;
/** After what changed by itself. */
const rebuildPriority = 5;

/** Marks every object, so that all of it is read, filed and folded anew. Returns how many. */
export async function rebuildAll(db: Database): Promise<number> {
  let count = 0;
  let after = '';
  for (;;) {
    const page = await listObjects(db, after, marksPageMax);
    if (page.length === 0) return count;
    await markObjectsAlone(db, page.map((object) => object.objectKey), rebuildPriority); // prettier-ignore
    count += page.length;
    after = page.at(-1)!.objectKey;
  }
}

/**
 * Derives every order again at the moment it was last folded, and compares facts, state and filing with what is
 * stored. `now` of the context is replaced by each order's own.
 */
export async function checkRebuild(db: Database, context: FoldContext): Promise<Difference[]> {
  const differences: Difference[] = [];
  for await (const keys of pageOrderKeys(db)) {
    const states = await listOrderStates(db, keys);
    // Orders folded in one batch share their moment, and are derived together.
    for (const [asOf, group] of Map.groupBy(states, (row) => (row.state as { asOf: string }).asOf)) {
      const folded = await foldKeys(db, { ...context, now: Date.parse(asOf) }, group.map((row) => row.orderKey)); // prettier-ignore
      const byKey = new Map(folded.map(({ write }) => [write.orderKey, write]));
      for (const stored of group)
        differences.push(...(await compareOrder(db, stored, byKey.get(stored.orderKey)!)));
    }
  }
  return withoutWaiting(db, [...differences, ...(await checkFiling(db, context))]);
}

/** What waits to be derived again is no difference: the service works while this compares. */
async function withoutWaiting(db: Database, differences: readonly Difference[]): Promise<Difference[]> {
  if (differences.length === 0) return [];
  const keys = [...new Set(differences.map((difference) => difference.orderKey))];
  const marked = await listMarked(db, keys, keys);
  return differences.filter((difference) => !marked.has(difference.orderKey));
}

async function compareOrder(
  db: Database,
  stored: StoredOrderState,
  derived: OrderWrite,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const compare = (part: string, left: unknown, right: unknown): void => {
    const [before, after] = [canonicalJson(left), canonicalJson(right)];
    if (before !== after)
      differences.push({ orderKey: stored.orderKey, part, stored: before, derived: after });
  };
  compare('state', stored.state, derived.state.body);
  const facts = (await listFacts(db, stored.orderKey)).filter((fact) => fact.retractedAt === null);
  compare('facts', facts.map((fact) => fact.body).sort(byId), [...derived.facts].sort(byId)); // prettier-ignore
  return differences;
}

const byId = (left: unknown, right: unknown): number => {
  const [a, b] = [(left as { id: string }).id, (right as { id: string }).id];
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Is every object filed where its links lead? */
async function checkFiling(db: Database, context: FoldContext): Promise<Difference[]> {
  const differences: Difference[] = [];
  let after = '';
  for (;;) {
    const page = await listObjects(db, after, objectsPageMax);
    if (page.length === 0) return differences;
    const component = await readComponent(db, context.systems, page.map((object) => object.objectKey)); // prettier-ignore
    for (const object of page) {
      const stored = [...object.orderKeys].sort().join(' ');
      const derived = (component.ordersOf.get(object.objectKey) ?? []).join(' ');
      if (stored !== derived)
        differences.push({ orderKey: object.objectKey, part: 'filing', stored, derived });
    }
    after = page.at(-1)!.objectKey;
  }
}
