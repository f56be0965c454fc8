/** Reads files of invoice lines into sales, credits and stock adjustments, by a mapping. */
import { excerpt, Findings, type BalanceSheet } from './finding.ts';
import { openTable } from './open-table.ts';
import { lineAmount, parseMicros, parseWhole, type DecimalMark } from '../kernel/written-decimal.ts';
import { parseDate } from './parse-date.ts';
import {
  findKind,
  MappingError,
  type DocumentKind,
  type LineKind,
  type SalesMapping,
} from './sales-mapping.ts';
import type { Cell } from './table.ts';

/** One line of an invoice, credit or adjustment. */
export type SalesLine = {
  /** `file number : row`, stable for equal files. */
  readonly id: string;
  readonly row: number;
  readonly document: string;
  readonly documentKind: DocumentKind;
  readonly sku: string;
  readonly kind: LineKind | 'unmapped';
  readonly text: string;
  /** As written; negative on credits and write-offs. */
  readonly quantity: number;
  /** Millionths of the currency's unit. */
  readonly unitPrice: number;
  /** quantity × unit price in minor units, rounded once per line. */
  readonly amount: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly customer: string | undefined;
};

export type SalesFiles = { readonly lines: readonly SalesLine[]; readonly sheets: readonly BalanceSheet[] };

/** Reads all lines; rows that cannot be read are in the balance sheets, with row and column. */
export async function readSales(paths: readonly string[], mapping: SalesMapping): Promise<SalesFiles> {
  const lines: SalesLine[] = [];
  const sheets: BalanceSheet[] = [];
  const textOf = cellText(mapping.file.decimal);
  const { currency } = mapping.file;
  for (const [file, path] of paths.entries()) {
    const first = lines.length;
    const findings = new Findings();
    let kind = 'unreadable';
    const expects = Object.values(mapping.columns);
    const table = await openTable(path, findings, { ...mapping.file, expects });
    if (table !== undefined) {
      // Delimited files hold nothing but text.
      const written = table.kind.startsWith('csv');
      const read = lineReader(mapping, table.columns, file + 1, findings);
      for await (const batch of table.batches) {
        for (const row of batch) {
          const cells = written ? (row.cells as readonly string[]) : row.cells.map(textOf);
          const line = read(row.row, cells);
          if (line === undefined) continue;
          findings.rowsKept += 1;
          lines.push(line);
        }
      }
      kind = table.kind;
      signCredits(lines, first, currency);
    }
    sheets.push(findings.sheet(path.split('/').at(-1)!, kind));
  }
  return { lines, sheets };
}

/**
 * Many programs write credit notes without a sign, or with it on the price: the document says what they do. Where no
 * credit line of a file has a negative quantity, all of them take back.
 */
function signCredits(lines: SalesLine[], first: number, currency: string): void {
  for (let i = first; i < lines.length; i++)
    if (lines[i]!.documentKind === 'credit' && lines[i]!.quantity < 0) return;
  for (let i = first; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.documentKind !== 'credit' || line.quantity === 0) continue;
    const [quantity, unitPrice] = [-line.quantity, Math.abs(line.unitPrice)];
    lines[i] = { ...line, quantity, unitPrice, amount: lineAmount(quantity, unitPrice, currency) };
  }
}

/** Text as the mapping expects it; numbers and dates of typed files (XLSX, Parquet) are written out. */
function cellText(mark: DecimalMark): (cell: Cell) => string {
  return (cell) => {
    if (typeof cell === 'string') return cell;
    return cell === null ? '' : String(cell).replace('.', mark);
  };
}

function lineReader(mapping: SalesMapping, headings: readonly string[], file: number, findings: Findings) {
  const position = (column: string): number => {
    const at = headings.indexOf(column);
    if (at === -1) {
      throw new MappingError(
        `the file has no column "${column}"; it has ${headings.map((each) => `"${each}"`).join(', ')}`,
      );
    }
    return at;
  };
  const { columns } = mapping;
  const at = {
    document: position(columns.document),
    sku: position(columns.sku),
    quantity: position(columns.quantity),
    at: position(columns.at),
    unitPrice: position(columns.unitPrice),
    customer: columns.customer === undefined ? -1 : position(columns.customer),
    text: columns.text === undefined ? -1 : position(columns.text),
  };
  const { decimal, dates, zone, currency } = mapping.file;
  // Lines of one invoice share its time, and few codes make many lines: each distinct text is read once.
  const instants = remember(
    (text) => (parseDate(text, dates, zone) ?? parseDate(text, ['yyyy-MM-dd'], zone))?.at,
  );
  const documentKinds = remember((text) => findKind(mapping.documents, text));
  const kinds = remember((text) => findKind(mapping.items, text));
  const quantities = remember((text) => parseWhole(text, decimal));
  const prices = remember((text) => parseMicros(text, decimal));
  const texts = remember((text) => text);
  const customers = remember((text) => parseWhole(text, '.')?.toString() ?? text);

  const setAside = (row: number, column: string, value: string, wanted: string): undefined => {
    const message = `"${excerpt(value)}" is no ${wanted}; the row was set aside.`;
    findings.add({ code: `bad-${wanted.split(' ')[0]}`, effect: 'set-aside', row, column, message });
  };
  return (row: number, cells: readonly string[]): SalesLine | undefined => {
    const document = cells[at.document]!.trim();
    if (document === '') return setAside(row, columns.document, document, 'document number');
    const documentKind = documentKinds(document);
    if (documentKind === undefined) {
      return setAside(row, columns.document, document, 'document that the mapping knows ("sales.documents")');
    }
    const quantity = quantities(cells[at.quantity]!);
    if (quantity === undefined) return setAside(row, columns.quantity, cells[at.quantity]!, 'quantity');
    const unitPrice = prices(cells[at.unitPrice]!);
    if (unitPrice === undefined) return setAside(row, columns.unitPrice, cells[at.unitPrice]!, 'price');
    const instant = instants(cells[at.at]!);
    if (instant === undefined) return setAside(row, columns.at, cells[at.at]!, `date (${dates.join(', ')})`);
    const sku = cells[at.sku]!.trim();
    const customer = at.customer === -1 ? '' : cells[at.customer]!.trim();
    const text = at.text === -1 ? '' : cells[at.text]!.trim();
    return {
      id: `${file}:${row}`,
      row,
      document: texts(document),
      documentKind,
      sku: texts(sku),
      kind: kinds(sku) ?? 'unmapped',
      text: texts(text),
      quantity,
      unitPrice,
      amount: lineAmount(quantity, unitPrice, currency),
      at: instant,
      customer: customer === '' ? undefined : customers(customer),
    };
  };
}

/** Reads each distinct text once. Neighbouring rows mostly say the same, so the last one is looked at first. */
function remember<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  let last = '';
  let lastValue = read('');
  return (text) => {
    if (text === last) return lastValue;
    let value = known.get(text);
    if (value === undefined) {
      // A cell is a slice that would keep its whole megabyte of file alive: the map holds a copy.
      const copy = Buffer.from(text).toString();
      value = read(copy);
      known.set(copy, value);
    }
    last = text;
    lastValue = value;
    return value;
  };
}
