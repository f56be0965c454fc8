/**
 * Work of an audit that any thread can do: digest a block of lines, count the coverage of a chunk of orders, fold one.
 * Equal tasks give equal results, whoever does them.
 */
import type { Count, Coverage, Feed } from '../kernel/feeds.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { ReportOrder } from '../wire/audit-report.ts';
import { digestLines, type Digest, type IdPrefixes } from './digest-lines.ts';
import { ChunkReader, type FactChunk } from './fact-chunk.ts';
import { foldChunk, measureChunk, type FoldedChunk, type FoldTerms } from './fold-chunk.ts';
import type { LineBlock } from './line-blocks.ts';
import { ReportBuilder, type ReportOptions, type ReportPart } from './report-builder.ts';
import type { ChunkSource } from './streamed-facts.ts';

/** What a pass over all chunks is given, once per thread. */
export type PassTerms = {
  readonly source: ChunkSource;
  readonly fold: FoldTerms;
  readonly report: ReportOptions;
  /** Are all orders wanted as JSON, or only those with problems? */
  readonly rows: boolean;
};

export type LaneTask =
  | { readonly do: 'digest'; readonly block: LineBlock; readonly prefixes: IdPrefixes }
  | { readonly do: 'measure' | 'fold'; readonly chunk: FactChunk };

export type ReportedChunk = FoldedChunk & {
  readonly counted: Coverage;
  readonly part: ReportPart;
  /** Orders with problems. */
  readonly orders: readonly ReportOrder[];
  /** Every order as JSON, where that is wanted. */
  readonly rows: readonly string[];
};

export type LaneResult =
  | { readonly did: 'digest'; readonly digest: Digest }
  | { readonly did: 'measure'; readonly counted: Coverage }
  | { readonly did: 'fold'; readonly folded: ReportedChunk };

/** Does tasks one after the other. */
export class LaneWork {
  #pass: PassTerms | undefined;
  #reader: ChunkReader | undefined;

  /** To be told before `measure` and `fold`. */
  begin(pass: PassTerms): void {
    this.#pass = pass;
    this.#reader = new ChunkReader(pass.source.slabs, pass.source.settings);
  }

  perform(task: LaneTask): LaneResult {
    if (task.do === 'digest') {
      const { slab, length } = task.block;
      return { did: 'digest', digest: digestLines(slab.subarray(0, length), task.prefixes) };
    }
    const counted = new Map<Feed, Map<string, Count>>();
    const pass = this.#pass!;
    if (task.do === 'measure') {
      measureChunk(this.#reader!, task.chunk, pass.fold.until, counted);
      return { did: 'measure', counted };
    }
    const builder = new ReportBuilder(pass.report);
    const taker = new OrderTaker(builder, pass.rows);
    const folded = foldChunk(this.#reader!, task.chunk, pass.fold, counted, (state) => {
      builder.add(state);
      taker.describe(state);
    });
    const { orders, rows } = taker;
    return { did: 'fold', folded: { ...folded, counted, part: builder.part(), orders, rows } };
  }
}

/** Keeps the orders that have problems and, where wanted, all of them as JSON. */
export class OrderTaker {
  readonly #builder: ReportBuilder;
  readonly #wantsRows: boolean;
  readonly orders: ReportOrder[] = [];
  readonly rows: string[] = [];

  constructor(builder: ReportBuilder, wantsRows: boolean) {
    this.#builder = builder;
    this.#wantsRows = wantsRows;
  }

  describe(state: OrderState): void {
    const broken = state.problems.length > 0;
    if (!broken && !this.#wantsRows) return;
    const order = this.#builder.order(state);
    if (broken) this.orders.push(order);
    if (this.#wantsRows) this.rows.push(JSON.stringify(order));
  }
}
