/**
 * Reads and folds the orders of one chunk. Nothing is remembered between chunks, so any thread can take any of them;
 * what they give is put together in their order.
 */
import { addCoverage, type Count, type Coverage, type Feed } from '../kernel/feeds.ts';
import { Filing, type Filed, type Orphan } from '../kernel/file-facts.ts';
import { orderFacts, positionsOf } from '../kernel/fold.ts';
import type { Policy } from '../kernel/policy.ts';
import type { ChunkReader, FactChunk, Group, RefusedLine } from './fact-chunk.ts';
import { factsUntil, OrderFolder } from './order-folder.ts';
import type { ReconcileOptions, Visit } from './reconcile.ts';

/** What every fold of one pass is given. */
export type FoldTerms = {
  readonly policy: Policy;
  /** Epoch milliseconds to judge at. */
  readonly now: number;
  readonly coverage: Coverage;
} & Pick<ReconcileOptions, 'incomplete' | 'until'>;

export type FoldedChunk = {
  readonly orphans: readonly Orphan[];
  readonly refused: readonly RefusedLine[];
  readonly laterCount: number;
};

/** Folds all orders of a chunk, adding their cases to `counted`. */
export function foldChunk(
  reader: ChunkReader,
  chunk: FactChunk,
  terms: FoldTerms,
  counted: Map<Feed, Map<string, Count>>,
  visit: Visit,
): FoldedChunk {
  const folder = new OrderFolder(terms.policy, terms.now, [], terms);
  const orphans: Orphan[] = [];
  const refused: RefusedLine[] = [];
  const take: Visit = (state) => {
    addCoverage(counted, state.positions);
    visit(state);
  };
  for (const group of reader.groups(chunk)) {
    const filed = fileGroup(group);
    orphans.push(...filed.orphans);
    refused.push(...group.refused);
    const refs = group.refused.map(({ ref }) => ref);
    for (const order of filed.orders.values()) folder.fold(order, terms.coverage, take, refs);
  }
  return { orphans, refused, laterCount: folder.laterCount };
}

/** Adds the cases of a chunk's orders to `coverage`, without folding them. */
export function measureChunk(
  reader: ChunkReader,
  chunk: FactChunk,
  until: number | undefined,
  coverage: Map<Feed, Map<string, Count>>,
): void {
  for (const group of reader.groups(chunk)) {
    for (const order of fileGroup(group).orders.values())
      addCoverage(coverage, positionsOf(orderFacts(factsUntil(order.facts, until)), order.home));
  }
}

/**
 * Files the lines of one number. Where exactly one of them is the order, and from the shop, all others name it and
 * nothing else: that is most of them, and takes no search.
 */
function fileGroup({ objects }: Group): Filed {
  const orders = objects.filter(({ facts }) => facts[0]!.type === 'order.placed');
  const [order] = orders;
  if (orders.length === 1 && order!.facts[0]!.system === 'shop') {
    const home = order!.facts[0]!.connection;
    const orderKey = `${home}/${order!.ref.slice(order!.ref.lastIndexOf('/') + 1)}`;
    const facts = objects.map((object) => object.facts[0]!);
    return { orders: new Map([[orderKey, { orderKey, home, facts }]]), orphans: [] };
  }
  const filing = new Filing();
  for (const object of objects) filing.add(object);
  return filing.file();
}
