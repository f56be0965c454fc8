/**
 * Loads an audit's files: finds out what each holds, keeps the newest snapshot of each object and draws up a
 * balance sheet per file. Nothing is skipped in silence.
 */
import { AppError } from '../wire/errors.ts';
import { decodeText } from './decode-text.ts';
import { fileChunks, GzipDamaged, isGzip } from './file-chunks.ts';
import type { FoundFile } from './find-files.ts';
import { SheetCounter, type ImportSheet } from './import-sheet.ts';
import type { LaneTask } from './lane-work.ts';
import { Lanes } from './lanes.ts';
import { firstOfLines, LineBlocks, readBlock, readLine, type LineBlock } from './line-blocks.ts';
import { defaultCurrency, LoadTarget, RowTaker, settingsOf, type TargetOptions } from './load-target.ts';
import { readJsonRows } from './read-json-rows.ts';
import type { ConnectionObjects } from './reconcile.ts';
import { prefixesOf, type StreamedFacts } from './streamed-facts.ts';

/** `lanes`: threads that may help; without, all is done in this one. */
export type LoadOptions = TargetOptions & { readonly lanes?: Lanes };

export type Loaded = {
  readonly connections: readonly ConnectionObjects[];
  /** Canonical facts, already read. */
  readonly streamed: StreamedFacts;
  /** Balance sheets. Complete once canonical facts have been read, order by order, by `reconcileEach`. */
  imports(): ImportSheet[];
  /** What is known to be missing: files that were cut off or could not be read. */
  readonly incomplete: readonly string[];
};

/** Node holds no text of more than 512 MB. */
const textBytesMax = 500 << 20;

/** Loads all files. Throws `nothing-understood` when not one object was recognized. */
export async function loadExports(files: readonly FoundFile[], options: LoadOptions): Promise<Loaded> {
  const loader = new Loader(options);
  for (const file of files) await loader.load(file);
  return loader.finish();
}

class Loader {
  readonly #options: LoadOptions;
  readonly #sheets: SheetCounter[] = [];
  readonly #target: LoadTarget;
  readonly #lanes: Lanes;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#lanes = options.lanes ?? new Lanes(0);
    this.#target = new LoadTarget(options);
  }

  /** One file: line by line where it has lines, else as a whole. */
  async load(file: FoundFile): Promise<void> {
    const sheet = new SheetCounter(file.name);
    this.#sheets.push(sheet);
    const gzip = isGzip(file);
    const parts: Buffer[] = [];
    const chunks = this.#goodChunks(file, sheet, gzip);
    for await (const chunk of chunks) {
      const first = parts.length === 0 ? firstOfLines(chunk) : undefined;
      if (first !== undefined) {
        sheet.format = gzip ? 'NDJSON, gzip' : 'NDJSON';
        await this.#loadLines(first, blocksOf(chunk, chunks), file, sheet);
        return;
      }
      parts.push(Buffer.from(chunk));
    }
    this.#loadWhole(Buffer.concat(parts), file, sheet, gzip);
  }

  /** Pieces of a file, up to where it is damaged. */
  async *#goodChunks(file: FoundFile, sheet: SheetCounter, gzip: boolean): AsyncGenerator<Buffer, undefined> {
    try {
      yield* fileChunks(file, gzip);
    } catch (error) {
      if (!(error instanceof GzipDamaged)) throw error;
      missing(sheet, `${file.name}: the gzip file is damaged or cut off; copy it again`);
    }
  }

  /** Lines; those of canonical facts are digested by all threads. */
  async #loadLines(
    first: object,
    blocks: AsyncIterable<LineBlock>,
    file: FoundFile,
    sheet: SheetCounter,
  ): Promise<void> {
    const rows = new RowTaker(this.#target, file, sheet);
    rows.prefer([first]);
    const sink = {
      row: (value: unknown) => rows.take(value),
      setAside: (reason: string) => missing(sheet, reason),
    };
    const origin = rows.canonicalOrigin();
    if (origin === undefined) {
      for await (const block of blocks) readBlock(block, file.name, sink);
      return;
    }
    await this.#lanes.run(
      digestTasks(blocks, prefixesOf(origin.settings), () => this.#lanes.open()),
      (result, { block }) => {
        if (result.did !== 'digest') return;
        this.#target.streamed.addBlock(block, result.digest, origin, (index, start, end) => {
          readLine({ block, name: file.name, number: block.line + index, start, end, valid: false }, sink);
        });
      },
    );
  }

  #loadWhole(bytes: Buffer, file: FoundFile, sheet: SheetCounter, gzip: boolean): void {
    const named = /\.(json|ndjson|jsonl)(\.gz)?$/i.test(file.name);
    const decoded = decodeText(bytes);
    if (!decoded.ok) {
      sheet.format = 'unknown';
      if (named) missing(sheet, `${file.name}: ${decoded.message}`);
      else sheet.setAside(`${file.name}: ${decoded.message}`);
      return;
    }
    if (decoded.bytes.length > textBytesMax) {
      sheet.format = 'unknown';
      missing(
        sheet,
        `${file.name}: one JSON document of more than ${textBytesMax >> 20} MB; export it as NDJSON, one object per line`,
      );
      return;
    }
    const text = decoded.bytes.toString('utf8');
    const details = [gzip ? 'gzip' : undefined, decoded.encoding === 'UTF-8' ? undefined : decoded.encoding];
    if (!named && !/^\s*[[{]/.test(text)) {
      sheet.format = 'text';
      sheet.setAside(`${file.name}: ${whatElse(file.name)}`);
      return;
    }
    const rows: unknown[] = [];
    const format = readJsonRows(text, file.name, {
      row: (value) => void rows.push(value),
      setAside: (reason) => missing(sheet, reason),
    });
    sheet.format = [format, ...details.filter((detail) => detail !== undefined)].join(', ');
    const taker = new RowTaker(this.#target, file, sheet);
    taker.prefer(rows);
    for (const row of rows) taker.take(row);
  }

  finish(): Loaded {
    const imports = (): ImportSheet[] => this.#sheets.map((sheet) => sheet.sheet());
    if (this.#sheets.every((sheet) => sheet.kept === 0)) {
      throw new AppError('nothing-understood', { detail: describeImports(imports()) });
    }
    const { connections, currencies, streamed } = this.#target;
    const currency = this.#options.currency ?? mostCommon(currencies) ?? defaultCurrency;
    return {
      connections: [...connections.values()]
        .sort((left, right) => (left.name < right.name ? -1 : 1))
        .map((connection) => ({
          connector: connection.connector,
          settings: settingsOf(connection, { ...this.#options, currency }),
          objects: connection.objects.bodies(),
          disputed: connection.objects.disputed(),
        })),
      streamed,
      imports,
      incomplete: this.#sheets.flatMap((sheet) => (sheet.incomplete === undefined ? [] : [sheet.incomplete])),
    };
  }
}

/** Sets something aside that should have been there: what the file says is no longer the whole truth. */
function missing(sheet: SheetCounter, reason: string): void {
  sheet.setAside(reason);
  sheet.incomplete ??= reason;
}

function whatElse(name: string): string {
  const isTable = /\.(?:csv|tsv|xlsx|parquet)(?:\.gz)?$/i.test(name);
  return isTable
    ? 'a table, not what an API answers; "reentry audit --draft-map FILE" proposes how to read it'
    : 'not an export of an API (expected JSON or NDJSON)';
}

type DigestTask = Extract<LaneTask, { do: 'digest' }>;

/** Tasks for all blocks; from the second on help is called. */
async function* digestTasks(
  blocks: AsyncIterable<LineBlock>,
  prefixes: DigestTask['prefixes'],
  callHelp: () => void,
): AsyncGenerator<DigestTask> {
  let first = true;
  for await (const block of blocks) {
    if (!first) callHelp();
    first = false;
    yield { do: 'digest', block, prefixes };
  }
}

/** Blocks of lines of a file of which one piece was read already. */
async function* blocksOf(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  const blocks = new LineBlocks();
  const begun = blocks.push(first);
  if (begun !== undefined) yield begun;
  for await (const chunk of rest) {
    const block = blocks.push(chunk);
    if (block !== undefined) yield block;
  }
  const last = blocks.end();
  if (last !== undefined) yield last;
}

function mostCommon(counts: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  for (const [key, count] of counts) if (best === undefined || count > counts.get(best)!) best = key;
  return best;
}

/** One line per file, for the message when nothing was understood. */
function describeImports(imports: readonly ImportSheet[]): string {
  const lines = imports.slice(0, 20).map((sheet) => {
    const reasons = sheet.setAside.map(({ reason, count }) => {
      // Many reasons begin with the file, which stands before all of them here.
      const own = reason.startsWith(`${sheet.file}: `) ? reason.slice(sheet.file.length + 2) : reason;
      return count > 1 ? `${count} × ${own}` : own;
    });
    return `\n  ${sheet.file}: ${reasons.length === 0 ? 'no objects' : reasons.join('; ')}`;
  });
  const rest = imports.length > 20 ? `\n  and ${imports.length - 20} further files` : '';
  return lines.join('') + rest;
}
