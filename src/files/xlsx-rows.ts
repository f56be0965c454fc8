/** Rows of a sheet as they stream out of its XML: values, dates by style, and what is wrong with a cell. */
import { excerpt } from './finding.ts';
import { parseXml, type XmlEvent } from './parse-xml.ts';
import type { ZipFile } from './read-zip.ts';
import type { Cell } from './table.ts';
import { excelDate } from './xlsx-style.ts';

export type SheetRow = { readonly row: number; readonly cells: Cell[]; readonly bad: SheetFault | undefined };
export type SheetFault = { readonly column: number; readonly message: string; readonly code: string };
/** Sheets have 16,384 columns; a table has fewer. */
export const columnsMax = 2_000;

/** Number of a column, from 0, by its letters. */
export function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}

/** Letters of a column counted from 0. */
export function columnName(number: number): string {
  const letter = String.fromCharCode(65 + (number % 26));
  return number < 26 ? letter : columnName(Math.floor(number / 26) - 1) + letter;
}

export type CellContext = {
  readonly strings: readonly string[];
  readonly dateStyles: readonly boolean[];
  readonly base1904: boolean;
};

export async function* sheetRows(
  zip: ZipFile,
  part: string,
  context: CellContext,
): AsyncGenerator<SheetRow[]> {
  let row = 0;
  let cells: Cell[] = [];
  let bad: SheetFault | undefined;
  let column = -1;
  let attributes: Readonly<Record<string, string>> = {};
  let value: string | undefined;
  let formula = false;
  let collects = false;
  for await (const events of parseXml(zip.read(part))) {
    const rows: SheetRow[] = [];
    for (const event of events) {
      if (event.kind === 'text') {
        if (collects) value = (value ?? '') + event.text;
        continue;
      }
      switch (`${event.kind} ${event.name}` as `${XmlEvent['kind']} ${string}`) {
        case 'open row':
          row =
            event.kind === 'open' && event.attributes['r'] !== undefined
              ? Number(event.attributes['r'])
              : row + 1;
          cells = [];
          bad = undefined;
          column = -1;
          break;
        case 'open c': {
          attributes = event.kind === 'open' ? event.attributes : {};
          const letters = /^[A-Z]+/.exec(attributes['r'] ?? '')?.[0];
          column = letters === undefined ? column + 1 : columnNumber(letters);
          value = undefined;
          formula = false;
          break;
        }
        case 'open f':
          formula = true;
          break;
        case 'open v':
        case 'open t':
          collects = true;
          break;
        case 'close v':
        case 'close t':
          collects = false;
          break;
        case 'close c': {
          if (column >= columnsMax) break;
          while (cells.length < column) cells.push(null);
          const read = readCell(value, attributes, formula, context);
          if (typeof read === 'object' && read !== null) bad ??= { column, ...read };
          cells[column] = typeof read === 'object' ? null : read;
          break;
        }
        case 'close row':
          rows.push({ row, cells, bad });
          break;
        default:
      }
    }
    if (rows.length > 0) yield rows;
  }
}

function readCell(
  value: string | undefined,
  attributes: Readonly<Record<string, string>>,
  formula: boolean,
  { strings, dateStyles, base1904 }: CellContext,
): Cell | { readonly code: string; readonly message: string } {
  const type = attributes['t'] ?? 'n';
  if (value === undefined || value === '') {
    if (!formula || type === 'str') return null;
    const message =
      'The formula has no stored result; open the file in a spreadsheet program, save it, and import again.';
    return { code: 'formula-without-value', message };
  }
  switch (type) {
    case 's':
      return (
        strings[Number(value)] ?? {
          code: 'damaged-cell',
          message: `There is no text number ${excerpt(value)} in the workbook.`,
        }
      );
    case 'str':
    case 'inlineStr':
      return value;
    case 'b':
      return value === '1';
    case 'd':
      return value;
    case 'e':
      return {
        code: 'error-cell',
        message: `The cell shows the error ${excerpt(value)}; the row was set aside. Correct its formula.`,
      };
    default: {
      const number = Number(value);
      if (Number.isNaN(number)) return { code: 'damaged-cell', message: `"${excerpt(value)}" is no number.` };
      if (dateStyles[Number(attributes['s'] ?? -1)] === true) {
        return (
          excelDate(number, base1904) ?? { code: 'bad-date', message: `Day number ${number} is no date.` }
        );
      }
      // Excel stores binary fractions: 59.9 as 59.899999999999999. Fifteen digits are what it shows.
      return Number(number.toPrecision(15));
    }
  }
}
