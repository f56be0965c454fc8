/**
 * Tables that people open in a spreadsheet, as CSV. German spreadsheets want semicolons, a decimal comma and a byte order
 * mark; amounts are plain decimals, so that both read them as numbers.
 */
import { formatDecimal, type Money } from '../kernel/money.ts';

/** What a cell holds. An amount keeps the digits of its currency; nothing is a float. */
export type Cell = string | number | Money | null;

export type TableColumn<Row> = {
  readonly title: { readonly en: string; readonly de: string };
  readonly value: (row: Row) => Cell;
};

export type TableLanguage = 'en' | 'de';

/** Starts of a text that a spreadsheet takes for a formula. */
const formulaStart = /^[=+\-@\t\r\n]/;

/** A text that no spreadsheet runs: one that looks like a formula gets an apostrophe in front. */
export const guardText = (text: string): string => (formulaStart.test(text) ? `'${text}` : text);

/** Digits of an amount as plain decimal: `-59.90`. */
export const decimalOf = (cell: number | Money): string =>
  typeof cell === 'number' ? String(cell) : formatDecimal(cell);

const bom = '\u{feff}';
const rowsPerPiece = 500;

/** The table in pieces of text, header first. */
export async function* writeCsvTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: AsyncIterable<Row>,
  language: TableLanguage,
): AsyncGenerator<string> {
  const separator = language === 'de' ? ';' : ',';
  const line = (cells: readonly Cell[]): string =>
    `${cells.map((cell) => fieldOf(cell, separator, language)).join(separator)}\r\n`;
  let piece = (language === 'de' ? bom : '') + line(columns.map((column) => column.title[language]));
  let count = 0;
  for await (const row of rows) {
    piece += line(columns.map((column) => column.value(row)));
    count += 1;
    if (count % rowsPerPiece !== 0) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function fieldOf(cell: Cell, separator: string, language: TableLanguage): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') {
    const text = decimalOf(cell);
    return language === 'de' ? text.replace('.', ',') : text;
  }
  const text = guardText(cell);
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
