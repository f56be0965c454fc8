/** A tiny writer of ZIP archives and workbooks: just what tests need, wrong on purpose where they ask for it. */
import { crc32, deflateRawSync } from 'node:zlib';

export type ZipPart = { readonly name: string; readonly content: string | Buffer; readonly flags?: number };

/** A ZIP archive of deflated parts. */
export function writeZip(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, content, flags = 0 } of parts) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0', 'latin1'), common, tail, path]));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, directory, Buffer.from('PK\u0005\u0006', 'latin1'), end]);
}

/** A formula with its stored result, an error, a date by day number; else a plain value. */
export type SheetCell =
  | string
  | number
  | null
  | { readonly formula: string; readonly result?: number }
  | { readonly error: string }
  | { readonly day: number };

export type Sheet = {
  readonly name: string;
  readonly rows: readonly (readonly SheetCell[])[];
  readonly merges?: readonly string[];
};

const letters = (at: number): string => String.fromCharCode(65 + at);
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function cellXml(cell: SheetCell, at: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return `<c r="${at}" t="inlineStr"><is><t>${escape(cell)}</t></is></c>`;
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  if ('error' in cell) return `<c r="${at}" t="e"><v>${cell.error}</v></c>`;
  if ('day' in cell) return `<c r="${at}" s="1"><v>${cell.day}</v></c>`;
  const result = cell.result === undefined ? '' : `<v>${cell.result}</v>`;
  return `<c r="${at}"><f>${escape(cell.formula)}</f>${result}</c>`;
}

/** XML of a sheet. */
export function sheetXml({ rows, merges = [] }: Omit<Sheet, 'name'>): string {
  const body = rows
    .map((cells, row) => {
      const inner = cells.map((cell, at) => cellXml(cell, `${letters(at)}${row + 1}`)).join('');
      return `<row r="${row + 1}">${inner}</row>`;
    })
    .join('');
  const merged = merges.map((range) => `<mergeCell ref="${range}"/>`).join('');
  return `<?xml version="1.0"?><worksheet><sheetData>${body}</sheetData>${
    merged === '' ? '' : `<mergeCells>${merged}</mergeCells>`
  }</worksheet>`;
}

/** The parts of a workbook; style 1 is a date. */
export function workbookParts(sheets: readonly Sheet[]): ZipPart[] {
  const listed = sheets.map(
    ({ name }, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="r${at + 1}"/>`,
  );
  const targets = sheets.map(
    (_, at) => `<Relationship Id="r${at + 1}" Target="worksheets/sheet${at + 1}.xml"/>`,
  );
  return [
    { name: 'xl/workbook.xml', content: `<workbook><sheets>${listed.join('')}</sheets></workbook>` },
    { name: 'xl/_rels/workbook.xml.rels', content: `<Relationships>${targets.join('')}</Relationships>` },
    {
      name: 'xl/styles.xml',
      content: '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    },
    ...sheets.map((sheet, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: sheetXml(sheet),
    })),
  ];
}

export function writeXlsx(...sheets: readonly Sheet[]): Buffer {
  return writeZip(workbookParts(sheets));
}
