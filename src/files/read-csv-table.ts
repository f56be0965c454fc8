/** A delimited text file as a table, with every fault named by row and column. */
import { Findings, excerpt } from './finding.ts';
import { decodeCell, detectEncoding, readLatin1, type EncodingCount, type FileHead } from './open-bytes.ts';
import { detectDelimiter, parseCsv, type CsvFault, type CsvRecord } from './parse-csv.ts';
import { findHeading, uniqueColumns, type Table, type TableOptions, type TableRow } from './table.ts';

/** Records looked at to find the heading. */
const headingWithin = 60;

const faults: Readonly<Record<CsvFault['code'], string>> = {
  'unclosed-quote': 'A quotation mark opens here and never closes; this row and what follows is not read. Close it.',
  'text-after-quote': 'There is text after a closing quotation mark; it was read as part of the cell.',
  'record-too-long': 'This row is longer than 4 MB: a hole in the file or a quotation mark that never closes. Reading ended here.',
}; // prettier-ignore

export async function readCsvTable(
  path: string,
  head: FileHead,
  findings: Findings,
  options: TableOptions = {},
): Promise<Table | undefined> {
  const encoding = detectEncoding(head.bytes);
  const sample =
    encoding === 'utf-8' ? head.bytes.toString('latin1') : new TextDecoder(encoding).decode(head.bytes);
  if (encoding === 'utf-8' && head.bytes.includes(0)) {
    const at = head.bytes.indexOf(0);
    const row = head.bytes.subarray(0, at).toString('latin1').split('\n').length;
    findings.add({
      code: 'not-text',
      effect: 'stopped',
      row,
      message: `There is a zero byte at position ${at + 1}: this is no text file, or one with a hole. Export it again.`,
    });
    return undefined;
  }
  const delimiter =
    options.delimiter ?? detectDelimiter(sample.replace(/^(?:\u00ef\u00bb\u00bf|\ufeff)/, ''));
  const counts: EncodingCount = { utf8: 0, windows1252: 0 };
  const heads: EncodingCount = { utf8: 0, windows1252: 0 };
  const decode = (record: CsvRecord): string[] => record.cells.map((cell) => decodeCell(cell, heads));
  const fault = (found: CsvFault): void => {
    // The row at which reading ended came in, and was not kept.
    if (found.code !== 'text-after-quote') findings.rowsIn += 1;
    const effect = found.code === 'text-after-quote' ? 'note' : 'stopped';
    findings.add({ code: found.code, effect, row: found.line, message: faults[found.code] });
  };

  const source = parseCsv(readLatin1(path, head, findings), delimiter, fault);
  const first: CsvRecord[] = [];
  while (first.length < headingWithin) {
    const next = await source.next();
    if (next.done === true) break;
    first.push(...next.value);
  }
  if (first[0]?.cells.length === 1 && /^sep=.$/.test(first[0].cells[0]!)) first.shift();
  const rows = first.slice(0, headingWithin).map(decode);
  const heading =
    options.headerRow === undefined
      ? findHeading(rows, options.expects)
      : first.findIndex((record) => record.line === options.headerRow);
  if (heading === undefined || heading === -1) {
    findings.add({ code: 'no-heading', effect: 'stopped', row: 1, message: noHeading(rows) });
    return undefined;
  }
  const { columns, repeated } = uniqueColumns(rows[heading]!);
  noteRepeated(columns, repeated, first[heading]!.line, findings);

  async function* batches(): AsyncGenerator<readonly TableRow[]> {
    yield keepWhole(first.slice(heading! + 1));
    for await (const records of source) yield keepWhole(records);
    if (counts.utf8 > 0 && counts.windows1252 > 0) {
      const message = `Some cells (${counts.windows1252}, first here) are Windows-1252 in a file that is otherwise UTF-8; each was read in its own encoding. Check names and texts.`;
      findings.add({ code: 'mixed-encodings', effect: 'note', ...mixedAt, message });
    }
  }
  let mixedAt: { row?: number; column?: string } = {};
  function keepWhole(records: readonly CsvRecord[]): TableRow[] {
    const kept: TableRow[] = [];
    for (const record of records) {
      if (record.cells.length === 1 && record.cells[0]!.trim() === '') continue;
      findings.rowsIn += 1;
      const before = counts.windows1252;
      const cells = record.cells.map((cell, at) => {
        const text = decodeCell(cell, counts);
        if (counts.windows1252 > before && mixedAt.row === undefined) {
          mixedAt = { row: record.line, column: columns[at] ?? `column ${at + 1}` };
        }
        return text;
      });
      if (cells.length > columns.length && cells.slice(columns.length).every((cell) => cell.trim() === '')) {
        cells.length = columns.length;
      }
      if (cells.length === columns.length) {
        kept.push({ row: record.line, cells });
        continue;
      }
      const short = cells.length < columns.length;
      const column = short ? columns[cells.length]! : columns.at(-1)!;
      const message = short
        ? `The row has ${cells.length} of ${columns.length} cells and ends before "${column}"; it was set aside. Is it cut, or does a delimiter "${delimiter}" lack?`
        : `The row has ${cells.length} cells for ${columns.length} headings (extra: "${excerpt(cells[columns.length])}"); it was set aside. Put quotation marks around texts that hold "${delimiter}".`;
      findings.add({
        code: short ? 'row-too-short' : 'row-too-long',
        effect: 'set-aside',
        row: record.line,
        column,
        message,
      });
    }
    return kept;
  }
  const shown = delimiter === '\t' ? 'tab' : delimiter;
  const table: Table = {
    get kind() {
      const single = counts.windows1252 > 0 && counts.utf8 === 0 ? 'windows-1252' : encoding;
      return `csv ${shown} ${single}${head.gzip ? ' gzip' : ''}`;
    },
    columns,
    repeated,
    batches: batches(),
  };
  return table;
}

/** A heading that stands twice is only a danger where a mapping means one of them; see `read-facts.ts`. */
export function noteRepeated(
  columns: readonly string[],
  repeated: ReadonlySet<string>,
  row: number,
  findings: Findings,
): void {
  for (const name of repeated) {
    const places = columns.flatMap((column, at) =>
      column.replace(/ \(\d+\)$/, '') === name ? [at + 1] : [],
    );
    const message = `The heading "${name}" stands in columns ${places.join(' and ')}; they are read as ${places.map((_, at) => (at === 0 ? `"${name}"` : `"${name} (${at + 1})"`)).join(' and ')}.`;
    findings.add({ code: 'duplicate-heading', effect: 'note', row, column: name, message });
  }
}

function noHeading(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'The file is empty.';
  return `No row of the first ${rows.length} looks like headings (first: "${excerpt(rows[0]!.join(' | '))}"). Say which row it is with "headerRow" in the mapping.`;
}
