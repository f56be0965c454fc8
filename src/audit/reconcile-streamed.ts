/**
 * Reconciles canonical facts alone. They name their order by its number and nothing else, so the lines of one
 * number are read, filed and folded by themselves, and forgotten: memory holds one order at a time, and several
 * threads can each take some orders.
 *
 * Coverage has to be known before the first order is folded, and reading everything twice would cost a third of the
 * time. So which feeds speak is guessed from a sample and counted while folding; where the guess was wrong, all is
 * folded again with what was counted.
 */
import { feedState, mergeCoverage, type Count, type Coverage, type Feed } from '../kernel/feeds.ts';
import type { Orphan } from '../kernel/file-facts.ts';
import type { Policy } from '../kernel/policy.ts';
import type { ReportOrder } from '../wire/audit-report.ts';
import { ChunkReader, type FactChunk } from './fact-chunk.ts';
import { foldChunk, measureChunk, type FoldedChunk } from './fold-chunk.ts';
import type { LaneTask, PassTerms } from './lane-work.ts';
import type { Lanes } from './lanes.ts';
import type { Reconciled, ReconcileOptions, Visit } from './reconcile.ts';
import type { ReportBuilder } from './report-builder.ts';
import type { StreamedFacts } from './streamed-facts.ts';

/** Fewer orders than this are all looked at first: then the guess is the truth. */
const sampleMin = 4096;
const sampleEvery = 16;
const ordersPerChunk = 256;

type Counted = Map<Feed, Map<string, Count>>;
type Outcome = Omit<Reconciled, 'states'>;

/** In this thread, one state after the other. */
export function reconcileStreamed(
  streamed: StreamedFacts,
  policy: Policy,
  now: number,
  begin: () => Visit,
  options: ReconcileOptions,
): Outcome {
  const orders = streamed.orders();
  const { slabs, settings } = streamed.source();
  const reader = new ChunkReader(slabs, settings);
  let coverage: Counted = new Map();
  for (const chunk of chunksOf(streamed, sampleOf(orders)))
    measureChunk(reader, chunk, options.until, coverage);
  for (;;) {
    const pass = new Pass(streamed);
    const visit = begin();
    for (const chunk of chunksOf(streamed, orders))
      pass.take(chunk, foldChunk(reader, chunk, { policy, now, coverage, ...options }, pass.counted, visit));
    if (watchAlike(coverage, pass.counted)) return pass.outcome();
    coverage = pass.counted;
  }
}

/** What a report is made of. `begin` may be called a second time, and then what was taken before does not count. */
export type ReportSink = {
  begin(): {
    readonly builder: ReportBuilder;
    /** Takes orders with problems, and every order as JSON where that is wanted. */
    take(orders: readonly ReportOrder[], rows: readonly string[]): void;
  };
};

/** With all threads there are, straight to what a report shows. */
export async function reportStreamed(
  streamed: StreamedFacts,
  lanes: Lanes,
  terms: Omit<PassTerms, 'source' | 'fold'> & { readonly fold: Omit<PassTerms['fold'], 'coverage'> },
  sink: ReportSink,
): Promise<Outcome> {
  const orders = streamed.orders();
  const source = streamed.source();
  let coverage: Counted = new Map();
  const guess = (result: Counted): void => mergeCoverage(coverage, result);
  lanes.begin({ ...terms, source, fold: { ...terms.fold, coverage } });
  const sample = tasksOf('measure', chunksOf(streamed, sampleOf(orders)));
  await lanes.run(sample, (result) => result.did === 'measure' && guess(result.counted as Counted));
  for (;;) {
    lanes.begin({ ...terms, source, fold: { ...terms.fold, coverage } });
    const pass = new Pass(streamed);
    const { builder, take } = sink.begin();
    await lanes.run(tasksOf('fold', chunksOf(streamed, orders)), (result, task) => {
      if (result.did !== 'fold') return;
      const { folded } = result;
      pass.take(task.chunk, folded);
      mergeCoverage(pass.counted, folded.counted);
      builder.addPart(folded.part);
      take(folded.orders, folded.rows);
    });
    if (watchAlike(coverage, pass.counted)) return pass.outcome();
    coverage = pass.counted;
  }
}

/** What one pass over all orders came to. */
class Pass {
  readonly counted: Counted = new Map();
  readonly #streamed: StreamedFacts;
  readonly #orphans: Orphan[] = [];
  #laterCount = 0;

  constructor(streamed: StreamedFacts) {
    this.#streamed = streamed;
  }

  take(chunk: FactChunk, { orphans, refused, laterCount }: FoldedChunk): void {
    this.#streamed.refuse(chunk, refused);
    this.#orphans.push(...orphans);
    this.#laterCount += laterCount;
  }

  outcome(): Outcome {
    const { unread, factCount } = this.#streamed;
    return {
      orphans: this.#orphans,
      unread,
      coverage: this.counted,
      factCount,
      laterCount: this.#laterCount,
      missing: [],
    };
  }
}

function sampleOf(orders: readonly string[]): readonly string[] {
  if (orders.length < sampleMin * sampleEvery) return orders;
  return orders.filter((_, index) => index % sampleEvery === 0);
}

function* chunksOf(streamed: StreamedFacts, orders: readonly string[]): Generator<FactChunk> {
  for (let from = 0; from < orders.length; from += ordersPerChunk)
    yield streamed.chunk(orders.slice(from, from + ordersPerChunk));
}

type ChunkTask = Extract<LaneTask, { chunk: FactChunk }>;

function* tasksOf(what: ChunkTask['do'], chunks: Iterable<FactChunk>): Generator<ChunkTask> {
  for (const chunk of chunks) yield { do: what, chunk };
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
