/**
 * A sheet of an XLSX workbook as a table, streamed. Own reader instead of a package: it must name the cell of every
 * fault, refuse archive bombs by what really unpacks, and tell stored formula results from missing ones; the npm
 * packages that are kept load the whole workbook and hide these.
 */
import { excerpt, type Findings } from './finding.ts';
import { parseXml, XmlError } from './parse-xml.ts';
import { noteRepeated } from './read-csv-table.ts';
import { ZipError, ZipFile } from './read-zip.ts';
import {
  findHeading,
  uniqueColumns,
  type Cell,
  type Table,
  type TableOptions,
  type TableRow,
} from './table.ts';
import { columnName, columnNumber, columnsMax, sheetRows, type SheetRow } from './xlsx-rows.ts';
import { readDateStyles } from './xlsx-style.ts';

type Merge = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number };

const headingWithin = 60;
/** Opens the workbook; undefined, with a finding, where nothing of it can be read. */
export async function readXlsxTable(
  path: string,
  findings: Findings,
  options: TableOptions = {},
): Promise<Table | undefined> {
  let zip: ZipFile;
  try {
    zip = await ZipFile.open(path);
  } catch (error) {
    stop(error, findings);
    return undefined;
  }
  try {
    return await openSheet(zip, findings, options);
  } catch (error) {
    await zip.close();
    stop(error, findings);
    return undefined;
  }
}

/** Turns a fault of the container into a finding; throws everything else. */
function stop(error: unknown, findings: Findings, row?: number): void {
  const place = row === undefined ? {} : { row };
  if (error instanceof ZipError) {
    findings.add({ code: error.code, effect: 'stopped', ...place, message: error.message });
  } else if (error instanceof XmlError) {
    const message = `The sheet is damaged: ${error.message}. What came before was read; save the file again.`;
    findings.add({ code: 'damaged-sheet', effect: 'stopped', ...place, message });
  } else throw error;
}

async function openSheet(
  zip: ZipFile,
  findings: Findings,
  options: TableOptions,
): Promise<Table | undefined> {
  const book = await readWorkbook(zip);
  const names = [...book.sheets.keys()];
  const sheet = options.sheet ?? names[0];
  const part = sheet === undefined ? undefined : book.sheets.get(sheet);
  if (sheet === undefined || part === undefined) {
    const message =
      sheet === undefined
        ? 'The workbook has no sheet.'
        : `The workbook has no sheet "${sheet}"; it has ${names.map((name) => `"${name}"`).join(', ')}.`;
    findings.add({ code: 'no-sheet', effect: 'stopped', message });
    await zip.close();
    return undefined;
  }
  if (names.length > 1 && options.sheet === undefined) {
    const others = names.slice(1).map((name) => `"${name}"`).join(', '); // prettier-ignore
    const message = `Only the first sheet "${sheet}" is read; there are also ${others}. Name one with "sheet" in the mapping.`;
    findings.add({ code: 'several-sheets', effect: 'note', message });
  }
  const strings = await readSharedStrings(zip);
  const dateStyles = await readDateStyles(zip);
  const merges = await readMerges(zip, part);
  const source = sheetRows(zip, part, { strings, dateStyles, base1904: book.base1904 });

  const first: SheetRow[] = [];
  while (first.length < headingWithin) {
    const next = await source.next();
    if (next.done === true) break;
    first.push(...next.value);
  }
  for (const row of first) fillMerges(row, merges);
  const texts = first.map(({ cells }) =>
    withoutTitle(cells.map((cell) => (cell === null ? '' : String(cell)))),
  );
  const at =
    options.headerRow === undefined
      ? findHeading(texts, options.expects)
      : first.findIndex(({ row }) => row === options.headerRow);
  if (at === undefined || at === -1) {
    const seen =
      texts[0] === undefined ? 'The sheet is empty.' : `First row: "${excerpt(texts[0].join(' | '))}".`;
    const message = `No row of the sheet "${sheet}" looks like headings. ${seen} Say which row it is with "headerRow" in the mapping.`;
    findings.add({ code: 'no-heading', effect: 'stopped', row: 1, message });
    await zip.close();
    return undefined;
  }
  const heading = first[at]!;
  const under = spreadHeading(heading, merges, first[at + 1], findings);
  const { columns, repeated } = uniqueColumns(under.names);
  noteRepeated(columns, repeated, heading.row, findings);

  async function* batches(): AsyncGenerator<readonly TableRow[]> {
    let last = heading.row;
    try {
      yield keep(first.slice(at! + (under.usedNext ? 2 : 1)));
      for await (const rows of source) {
        last = rows.at(-1)?.row ?? last;
        for (const row of rows) fillMerges(row, merges);
        yield keep(rows);
      }
    } catch (error) {
      stop(error, findings, last + 1);
    } finally {
      await zip.close();
    }
  }
  function keep(rows: readonly SheetRow[]): TableRow[] {
    const kept: TableRow[] = [];
    for (const { row, cells, bad } of rows) {
      if (cells.every((cell) => cell === null || cell === '')) continue;
      findings.rowsIn += 1;
      noteMerged(row, merges, columns, findings);
      if (bad !== undefined) {
        const column = columns[bad.column] ?? columnName(bad.column);
        findings.add({ code: bad.code, effect: 'set-aside', row, column, message: bad.message });
        continue;
      }
      const extra = cells.slice(columns.length).findIndex((cell) => cell !== null && cell !== '');
      if (extra !== -1) {
        const column = columnName(columns.length + extra);
        const message = `Column ${column} has no heading but holds "${excerpt(cells[columns.length + extra])}"; the row was set aside.`;
        findings.add({ code: 'row-too-long', effect: 'set-aside', row, column, message });
        continue;
      }
      while (cells.length < columns.length) cells.push(null);
      cells.length = columns.length;
      kept.push({ row, cells });
    }
    return kept;
  }
  return { kind: `xlsx sheet "${sheet}"`, columns, repeated, batches: batches() };
}

/** A title merged over the whole width is one cell, not as many headings of one name. */
function withoutTitle(texts: readonly string[]): readonly string[] {
  const filled = texts.filter((text) => text !== '');
  return filled.length > 1 && new Set(filled).size === 1 ? filled.slice(0, 1) : texts;
}

type Workbook = { readonly sheets: ReadonlyMap<string, string>; readonly base1904: boolean };

async function readWorkbook(zip: ZipFile): Promise<Workbook> {
  if (!zip.names().includes('xl/workbook.xml')) {
    throw new ZipError(
      'damaged-archive',
      'This archive is no XLSX workbook. Unpack it, or export as XLSX or CSV.',
    );
  }
  const targets = new Map<string, string>();
  for await (const events of parseXml(zip.read('xl/_rels/workbook.xml.rels'))) {
    for (const event of events) {
      if (event.kind !== 'open' || event.name !== 'Relationship') continue;
      const target = (event.attributes['Target'] ?? '').replace(/^\/?(?:xl\/)?/, 'xl/');
      targets.set(event.attributes['Id'] ?? '', target);
    }
  }
  const sheets = new Map<string, string>();
  let base1904 = false;
  for await (const events of parseXml(zip.read('xl/workbook.xml'))) {
    for (const event of events) {
      if (event.kind !== 'open') continue;
      if (event.name === 'workbookPr') base1904 = /^(?:1|true)$/.test(event.attributes['date1904'] ?? '');
      const hidden = (event.attributes['state'] ?? 'visible') !== 'visible';
      const target = targets.get(event.attributes['r:id'] ?? '');
      if (event.name === 'sheet' && !hidden && target !== undefined)
        sheets.set(event.attributes['name'] ?? '', target);
    }
  }
  return { sheets, base1904 };
}

async function readSharedStrings(zip: ZipFile): Promise<string[]> {
  const strings: string[] = [];
  if (!zip.names().includes('xl/sharedStrings.xml')) return strings;
  let text = '';
  let inText = false;
  let phonetic = false;
  for await (const events of parseXml(zip.read('xl/sharedStrings.xml'))) {
    for (const event of events) {
      if (event.kind === 'text') {
        if (inText && !phonetic) text += event.text;
      } else if (event.name === 't') inText = event.kind === 'open';
      else if (event.name === 'rPh') phonetic = event.kind === 'open';
      else if (event.name === 'si') {
        if (event.kind === 'close') strings.push(text);
        text = '';
      }
    }
  }
  return strings;
}

/** Merged ranges stand behind the rows, so they are looked up first; as text, which is quick. */
async function readMerges(zip: ZipFile, part: string): Promise<Merge[]> {
  const merges: Merge[] = [];
  let rest = '';
  for await (const piece of zip.read(part)) {
    const text = rest + piece.toString('latin1');
    for (const match of text.matchAll(/<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g)) {
      merges.push({ left: columnNumber(match[1]!), top: Number(match[2]), right: columnNumber(match[3]!), bottom: Number(match[4]) }); // prettier-ignore
    }
    const cut = text.lastIndexOf('<');
    rest = cut === -1 || text.length - cut > 500 ? '' : text.slice(cut);
    if (/ref="[^"]+"/.test(rest)) rest = '';
  }
  return merges;
}

/** A merged cell's value counts for every cell of its range. The top row is remembered until its range is passed. */
const topValues = new WeakMap<Merge, Cell>();
function fillMerges(row: SheetRow, merges: readonly Merge[]): void {
  for (const merge of merges) {
    if (row.row < merge.top || row.row > merge.bottom) continue;
    if (row.row === merge.top) topValues.set(merge, row.cells[merge.left] ?? null);
    const value = topValues.get(merge) ?? null;
    for (let column = merge.left; column <= Math.min(merge.right, columnsMax); column += 1) {
      while (row.cells.length <= column) row.cells.push(null);
      row.cells[column] = value;
    }
  }
}

function noteMerged(
  row: number,
  merges: readonly Merge[],
  columns: readonly string[],
  findings: Findings,
): void {
  for (const merge of merges) {
    if (merge.top !== row) continue;
    const column = columns[merge.left] ?? columnName(merge.left);
    const range = `${columnName(merge.left)}${merge.top}:${columnName(merge.right)}${merge.bottom}`;
    const message = `Cells ${range} are merged; their value is used for each of them.`;
    findings.add({ code: 'merged-cells', effect: 'note', row, column, message });
  }
}

/** Headings over two rows: a merged group above (`Amount`) and its parts below (`Gross`, `Net`). */
function spreadHeading(
  heading: SheetRow,
  merges: readonly Merge[],
  next: SheetRow | undefined,
  findings: Findings,
): { names: string[]; usedNext: boolean } {
  const names = heading.cells.map((cell) => (cell === null ? '' : String(cell)));
  const groups = merges.filter((merge) => merge.top === heading.row && merge.right > merge.left);
  if (groups.length === 0) return { names, usedNext: false };
  const below = (next?.cells ?? []).map((cell) => (typeof cell === 'string' ? cell : ''));
  const split = groups.some((group) => new Set(below.slice(group.left, group.right + 1)).size > 1);
  const [group] = groups;
  const range = `${columnName(group!.left)}${group!.top}:${columnName(group!.right)}${group!.bottom}`;
  const how = split ? 'read together with the row below as "group / part"' : 'used for each of its columns';
  findings.add({
    code: 'merged-heading',
    effect: 'note',
    row: heading.row,
    column: names[group!.left] ?? '',
    message: `The heading cells ${range} are merged; they are ${how}.`,
  });
  if (!split) return { names, usedNext: false };
  const width = Math.max(names.length, below.length);
  const joined = Array.from({ length: width }, (_, at) => {
    const top = (names[at] ?? '').trim();
    const part = (below[at] ?? '').trim();
    return part === '' || part === top ? top : top === '' ? part : `${top} / ${part}`;
  });
  return { names: joined, usedNext: true };
}
