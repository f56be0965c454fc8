/**
 * Facts of any number of files, order by order, in bounded memory: DuckDB sorts by order key and spills what does not
 * fit to a temporary folder, the facts of one order at a time come to JavaScript.
 *
 *     const stream = streamFactsByOrder(['facts.parquet'], 'canonical');
 *     for await (const [order, facts] of stream.orders) …
 *     stream.sheets();
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { byText } from '../kernel/by-text.ts';
import { duckdbLimitsDefault, loadDuckdb, sqlText, withDuckdb, type DuckdbLimits } from './with-duckdb.ts';
import { excerpt, Findings, type BalanceSheet } from './finding.ts';
import { EqualIds, type CanonicalLine } from './map-row.ts';
import { readHead } from './open-bytes.ts';
import { detectFormat } from './open-table.ts';
import { parquetCell, type ParquetColumn } from './read-parquet-table.ts';
import { readFacts } from './read-facts.ts';

/** Facts of one order; undefined for facts that name none, which come in pieces. */
export type OrderFacts = readonly [order: string | undefined, facts: readonly CanonicalLine[]];

export type FactStream = {
  /** In order of the order key, byte by byte. Facts of one order by time. */
  readonly orders: AsyncIterable<OrderFacts>;
  /** One for each file; complete once `orders` has been read to its end. */
  sheets(): readonly BalanceSheet[];
};

/** Facts without an order are handed over in pieces of this many. */
const unfiledMax = 1000;

/**
 * `mapping` is the JSON of a fact mapping, or `canonical` for CSV and Parquet files whose columns are the fields of
 * canonical facts (`type at system order id sku quantity money.minor money.currency …`; lists and objects as JSON
 * text or Parquet structs). Throws the file system's errors.
 */
export function streamFactsByOrder(
  paths: readonly string[],
  mapping: unknown,
  limits: DuckdbLimits = duckdbLimitsDefault,
): FactStream {
  const sheets: (() => BalanceSheet)[] = [];
  const orders = withDuckdb(limits, (connection) => {
    const rows =
      mapping === 'canonical'
        ? canonicalRows(connection, paths, sheets)
        : mappedRows(connection, paths, mapping, sheets);
    return groupByOrder(rows);
  });
  return { orders, sheets: () => sheets.map((sheet) => sheet()) };
}

type Row = readonly [order: string | null, line: CanonicalLine];

async function* groupByOrder(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<OrderFacts> {
  let current: string | null | undefined;
  let facts: CanonicalLine[] = [];
  for await (const rows of batches) {
    for (const [order, line] of rows) {
      if (order !== current || (order === null && facts.length >= unfiledMax)) {
        if (facts.length > 0) yield [current ?? undefined, byTime(facts)];
        current = order;
        facts = [];
      }
      facts.push(line);
    }
  }
  if (facts.length > 0) yield [current ?? undefined, byTime(facts)];
}

/** Few facts make an order: sorting them here spares DuckDB half of its keys. */
function byTime(facts: CanonicalLine[]): CanonicalLine[] {
  return facts.sort((left, right) => byText(left.at, right.at) || byText(left.id ?? '', right.id ?? ''));
}

/** Files with any mapping: rows become facts here, and are kept as JSON while they are sorted. */
async function* mappedRows(
  connection: DuckDBConnection,
  paths: readonly string[],
  mapping: unknown,
  sheets: (() => BalanceSheet)[],
): AsyncGenerator<Row[]> {
  await connection.run('create table facts (file integer, order_key varchar, line varchar)');
  const appender = await connection.createAppender('facts');
  const { DuckDBDataChunk, INTEGER, VARCHAR } = await loadDuckdb();
  const types = [INTEGER, VARCHAR, VARCHAR];
  for (const [number, path] of paths.entries()) {
    const file = await readFacts(path, mapping, false);
    sheets.push(() => file.sheet());
    for await (const lines of file.lines) {
      for (let from = 0; from < lines.length; from += 2048) {
        const piece = lines.slice(from, from + 2048);
        const chunk = DuckDBDataChunk.create(types, piece.length);
        chunk.setColumns([
          piece.map(() => number),
          piece.map(({ line }) => line.order ?? null),
          piece.map(({ line }) => JSON.stringify(line)),
        ]);
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    }
  }
  appender.closeSync();
  const result = await connection.stream(
    'select file, order_key, line from facts order by order_key nulls last',
  );
  // Equal rows share their order, so they are numbered within it, file by file: the same file twice says the same.
  let current: string | null | undefined;
  let seen = new Map<number, EqualIds>();
  for await (const chunk of result) {
    const [files, keys, texts] = chunk.getColumns() as [number[], (string | null)[], string[]];
    yield keys.map((key, at): Row => {
      if (key !== current) seen = new Map();
      current = key;
      const file = files[at]!;
      const ids = seen.get(file) ?? new EqualIds();
      seen.set(file, ids);
      const line = JSON.parse(texts[at]!) as CanonicalLine;
      return [key, { ...line, id: ids.number(line.id) }];
    });
  }
}

type Source = {
  readonly sql: string;
  readonly columns: readonly ParquetColumn[];
  readonly findings: Findings;
};

/** Files whose columns are the fields: DuckDB reads and sorts them itself. */
async function* canonicalRows(
  connection: DuckDBConnection,
  paths: readonly string[],
  sheets: (() => BalanceSheet)[],
): AsyncGenerator<Row[]> {
  const sources: Source[] = [];
  for (const path of paths) {
    const findings = new Findings();
    const head = await readHead(path);
    const format = detectFormat(head, findings);
    const kind = format === 'parquet' ? 'parquet' : 'csv';
    sheets.push(() => findings.sheet(path.split(/[/\\]/).at(-1)!, kind));
    if (format === undefined) continue;
    const source = await describe(connection, path, kind, findings);
    if (source !== undefined) sources.push(source);
  }
  if (sources.length === 0) return;
  const names = [...new Set(sources.flatMap(({ columns }) => columns.map(({ name }) => name)))];
  const selects = sources.map(({ sql, columns }, file) => {
    const cells = names.map((name) => {
      const column = columns.find((each) => each.name === name);
      return column === undefined ? "''" : `coalesce(${cellText(column)}, '')`;
    });
    const key = columns.find(({ name }) => name === 'order')!;
    // One text per fact: bringing a value over to JavaScript costs more than splitting it there.
    return `select ${file} as file, nullif(${cellText(key)}, '') as order_key, concat_ws(chr(31), ${cells.join(', ')}) as line from ${sql}`;
  });
  const sorted = `select file, order_key, line from (${selects.join(' union all ')}) order by order_key nulls last`;
  const fields = names.map(fieldPath);
  let read = 0;
  try {
    const result = await connection.stream(sorted);
    for await (const chunk of result) {
      const [files, keys, texts] = chunk.getColumns() as [number[], (string | null)[], string[]];
      read += files.length;
      yield files.flatMap((file, at): Row[] => {
        const { findings } = sources[file]!;
        findings.rowsIn += 1;
        const cells = texts[at]!.split('\u001f');
        if (cells.length !== fields.length) {
          const message = `A fact of order ${excerpt(keys[at])} holds the control character 1F; it was set aside.`;
          findings.add({ code: 'control-character', effect: 'set-aside', message });
          return [];
        }
        findings.rowsKept += 1;
        return [[keys[at]!, toLine(fields, cells)]];
      });
    }
  } catch (error) {
    const message = `Reading ended after ${read} facts: ${excerpt((error as Error).message)}.`;
    for (const { findings } of sources) findings.add({ code: 'damaged-file', effect: 'stopped', message });
  }
  await noteRejects(connection, sources[0]!.findings);
}

/** Columns of a file; undefined, with a finding, where it is none or lacks what every fact has. */
async function describe(
  connection: DuckDBConnection,
  path: string,
  kind: 'parquet' | 'csv',
  findings: Findings,
): Promise<Source | undefined> {
  // Bad lines are kept apart in DuckDB's table of rejects, with their place.
  const sql =
    kind === 'parquet'
      ? `read_parquet(${sqlText(path)})`
      : `read_csv(${sqlText(path)}, all_varchar = true, header = true, store_rejects = true)`;
  try {
    const described = await connection.runAndReadAll(`describe select * from ${sql}`);
    const columns = described.getRows().map((row) => ({ name: String(row[0]), type: String(row[1]) }));
    const missing = ['type', 'at', 'system', 'order'].filter(
      (name) => !columns.some((column) => column.name === name),
    );
    if (missing.length === 0) return { sql, columns, findings };
    const message = `The file has no column "${missing[0]}"; canonical facts have type, at, system and order. Use a mapping.`;
    findings.add({ code: 'missing-column', effect: 'stopped', row: 1, column: missing[0]!, message });
  } catch (error) {
    const message = `The file cannot be read: ${excerpt((error as Error).message)}.`;
    findings.add({ code: 'damaged-file', effect: 'stopped', row: 1, message });
  }
  return undefined;
}

async function noteRejects(connection: DuckDBConnection, findings: Findings): Promise<void> {
  const tables = await connection.runAndReadAll(
    "select 1 from duckdb_tables() where table_name = 'reject_errors'",
  );
  if (tables.currentRowCount === 0) return;
  const rejects = await connection.runAndReadAll(
    'select line, first(column_name), first(error_message) from reject_errors group by scan_id, file_id, line order by line',
  );
  for (const [line, column, error] of rejects.getRows()) {
    findings.rowsIn += 1;
    const message = `The row was set aside: ${excerpt(String(error).split('\n')[0])}.`;
    findings.add({
      code: 'bad-row',
      effect: 'set-aside',
      row: Number(line),
      column: String(column ?? ''),
      message,
    });
  }
}

type FieldPath = {
  readonly outer: string;
  readonly inner: string | undefined;
  readonly kind: 'text' | 'number' | 'flag' | 'json';
};

const numbers = new Set(['quantity', 'tax', 'total', 'minor', 'gross', 'units', 'editedBy']);
const flags = new Set([
  'keep',
  'announces',
  'toOrigin',
  'linked',
  'wholeOrder',
  'unannounced',
  'documentCancelled',
]);
const objects = new Set(['lines', 'shipping', 'fees', 'money', 'difference', 'unitCost']);

function fieldPath(name: string): FieldPath {
  const [outer, inner] = name.split('.') as [string, string?];
  const last = inner ?? outer;
  const kind = numbers.has(last) ? 'number' : flags.has(last) ? 'flag' : objects.has(last) ? 'json' : 'text';
  return { outer, inner, kind };
}

function toLine(fields: readonly FieldPath[], cells: readonly string[]): CanonicalLine {
  const line: Record<string, unknown> = {};
  for (let column = 0; column < fields.length; column += 1) {
    const cell = cells[column]!;
    if (cell === '') continue;
    const { outer, inner, kind } = fields[column]!;
    const value = kind === 'text' ? cell : readCell(cell, kind);
    if (inner === undefined) line[outer] = value;
    else ((line[outer] ??= {}) as Record<string, unknown>)[inner] = value;
  }
  // The canonical connector checks the line; what is wrong with it is said there, field by field.
  return line as unknown as CanonicalLine;
}

function readCell(text: string, kind: Exclude<FieldPath['kind'], 'text'>): unknown {
  switch (kind) {
    case 'number':
      // Decimal text ("59.90") stays text: the connector reads it by the currency.
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'json':
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
  }
}

/** SQL of a cell as text; `undefined` facts stay null. */
function cellText(column: ParquetColumn): string {
  const sql = parquetCell(column).replace(/ as "(?:[^"]|"")*"$/, '');
  return column.type === 'VARCHAR' ? sql : `(${sql})::varchar`;
}
