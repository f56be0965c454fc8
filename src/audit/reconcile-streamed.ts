/**
 * Reconciles canonical facts alone. They name their order by its number and nothing else, so the lines of one
 * number are read, filed and folded by themselves, and forgotten: memory holds one order at a time.
 *
 * Coverage has to be known before the first order is folded, and reading everything twice would cost a third of the
 * time. So which feeds speak is guessed from a sample and counted while folding; where the guess was wrong, all is
 * folded again with what was counted.
 */
import { addCoverage, feedState, type Count, type Coverage, type Feed } from '../kernel/feeds.ts';
import { Filing, type Filed, type Orphan } from '../kernel/file-facts.ts';
import { orderFacts, positionsOf } from '../kernel/fold.ts';
import type { Policy } from '../kernel/policy.ts';
import { factsUntil, OrderFolder } from './order-folder.ts';
import type { Reconciled, ReconcileOptions, Visit } from './reconcile.ts';
import type { StreamedFacts } from './streamed-facts.ts';

/** Fewer orders than this are all looked at first: then the guess is the truth. */
const sampleMin = 4096;
const sampleEvery = 16;

export function reconcileStreamed(
  streamed: StreamedFacts,
  policy: Policy,
  now: number,
  begin: () => Visit,
  options: ReconcileOptions,
): Omit<Reconciled, 'states'> {
  const terms = streamed.groups();
  let coverage = sampleCoverage(streamed, terms, options.until);
  for (;;) {
    const counted = new Map<Feed, Map<string, Count>>();
    const folder = new OrderFolder(policy, now, streamed.unread, options);
    const orphans: Orphan[] = [];
    const visit = begin();
    for (const term of terms) {
      const { filed, refused } = fileGroup(streamed, term);
      orphans.push(...filed.orphans);
      for (const order of filed.orders.values()) {
        const take: Visit = (state) => {
          addCoverage(counted, state.positions);
          visit(state);
        };
        folder.fold(order, coverage, take, refused);
      }
    }
    if (watchAlike(coverage, counted)) {
      const { unread, factCount } = streamed;
      return { orphans, unread, coverage: counted, factCount, laterCount: folder.laterCount };
    }
    coverage = counted;
  }
}

function sampleCoverage(
  streamed: StreamedFacts,
  terms: readonly string[],
  until: number | undefined,
): Map<Feed, Map<string, Count>> {
  const coverage = new Map<Feed, Map<string, Count>>();
  const step = terms.length < sampleMin * sampleEvery ? 1 : sampleEvery;
  for (let index = 0; index < terms.length; index += step) {
    for (const order of fileGroup(streamed, terms[index]!).filed.orders.values()) {
      addCoverage(coverage, positionsOf(orderFacts(factsUntil(order.facts, until)), order.home));
    }
  }
  return coverage;
}

/**
 * Files the lines of one number. Where exactly one of them is the order, and from the shop, all others name it and
 * nothing else: that is most of them, and takes no search.
 */
function fileGroup(
  streamed: StreamedFacts,
  term: string,
): { readonly filed: Filed; readonly refused: readonly string[] } {
  const { objects, refused } = streamed.group(term);
  const orders = objects.filter(({ facts }) => facts[0]!.type === 'order.placed');
  const [order] = orders;
  if (orders.length === 1 && order!.facts[0]!.system === 'shop') {
    const home = order!.facts[0]!.connection;
    const orderKey = `${home}/${order!.ref.slice(order!.ref.lastIndexOf('/') + 1)}`;
    const facts = objects.map((object) => object.facts[0]!);
    return { filed: { orders: new Map([[orderKey, { orderKey, home, facts }]]), orphans: [] }, refused };
  }
  const filing = new Filing();
  for (const object of objects) filing.add(object);
  return { filed: filing.file(), refused };
}

/** Do two measurements let the same controls speak? Nothing else of them reaches a fold. */
function watchAlike(guessed: Coverage, counted: Coverage): boolean {
  for (const coverage of [guessed, counted]) {
    for (const [feed, classes] of coverage) {
      for (const cls of classes.keys()) {
        if (feedState(guessed, feed, cls).on !== feedState(counted, feed, cls).on) return false;
      }
    }
  }
  return true;
}
