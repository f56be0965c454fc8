/**
 * Tables as an Excel workbook of one sheet, written as they come: text stays text, amounts are numbers with the digits of
 * their currency. The archive is streamed, so its sizes stand behind each part (bit 3 of the flags).
 */
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { currencyDigits } from '../kernel/money.ts';
import { decimalOf, guardText, type Cell, type TableColumn, type TableLanguage } from './write-csv-table.ts';

/** Rows of a sheet, by Excel's own limit; what is more stands in CSV. */
export const sheetRowsMax = 1_048_576;
const rowsPerPiece = 200;

/** Numbers of the styles below: whole, 2 and 3 digits, head. */
const styleOf = { whole: 1, two: 2, three: 3, head: 4 } as const;

const fixedParts: readonly (readonly [name: string, text: string])[] = [
  ['[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'],
  ['_rels/.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'],
  ['xl/_rels/workbook.xml.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>'],
  ['xl/styles.xml', '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="0.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf numFmtId="1" applyNumberFormat="1"/><xf numFmtId="2" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'],
]; // prettier-ignore
const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** The bytes of the workbook, in pieces. */
export async function* writeXlsxTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: AsyncIterable<Row>,
  language: TableLanguage,
  sheetName: string,
): AsyncGenerator<Buffer> {
  const zip = new ZipWriter();
  for (const [name, text] of fixedParts) yield* zip.whole(name, xmlHead + text);
  const workbook = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="${escapeXml(sheetName.slice(0, 31))}" sheetId="1" r:id="rId1"/></sheets></workbook>`;
  yield* zip.whole('xl/workbook.xml', xmlHead + workbook);
  yield* zip.streamed('xl/worksheets/sheet1.xml', sheetOf(columns, rows, language));
  yield zip.end();
}

async function* sheetOf<Row>(
  columns: readonly TableColumn<Row>[],
  rows: AsyncIterable<Row>,
  language: TableLanguage,
): AsyncGenerator<string> {
  const pane = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  const widths = columns.map((_column, index) => `<col min="${index + 1}" max="${index + 1}" width="18" customWidth="1"/>`);
  let piece = `${xmlHead}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${pane}<cols>${widths.join('')}</cols><sheetData>`;
  piece += rowOf(columns.map((column) => cellOf(column.title[language], styleOf.head)));
  let count = 1;
  for await (const row of rows) {
    if (count >= sheetRowsMax) break;
    piece += rowOf(columns.map((column) => cellOf(column.value(row))));
    count += 1;
    if (count % rowsPerPiece !== 0) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}</sheetData></worksheet>`;
} // prettier-ignore

const rowOf = (cells: readonly string[]): string => `<row>${cells.join('')}</row>`;

function cellOf(cell: Cell, style = 0): string {
  if (cell === null) return '<c/>';
  if (typeof cell === 'string')
    return `<c t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${escapeXml(guardText(cell))}</t></is></c>`;
  const digits = typeof cell === 'number' ? 0 : currencyDigits(cell.currency);
  const number = digits === 0 ? styleOf.whole : digits === 2 ? styleOf.two : styleOf.three;
  return `<c s="${number}"><v>${decimalOf(cell)}</v></c>`;
}

/** XML text; what XML 1.0 cannot hold is left out. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
} // prettier-ignore

type Entry = { readonly name: Buffer; readonly crc: number; readonly packed: number; readonly size: number; readonly offset: number; readonly flags: number }; // prettier-ignore

/** UTF-8 names; sizes behind the data. */
const [utf8Names, sizesBehind] = [0x0800, 0x0008];
const deflated = 8;
/** 1 January 1980: the same table gives the same bytes. */
const dosDate = 0x21;

/** A ZIP archive below 4 GiB, written front to back. */
class ZipWriter {
  #offset = 0;
  readonly #entries: Entry[] = [];

  *whole(name: string, text: string): Generator<Buffer> {
    const plain = Buffer.from(text);
    const packed = deflateRawSync(plain);
    const entry: Entry = { name: Buffer.from(name), crc: crc32(plain), packed: packed.length, size: plain.length, offset: this.#offset, flags: utf8Names };
    this.#entries.push(entry);
    yield this.#counted(Buffer.concat([localHeader(entry), packed]));
  } // prettier-ignore

  async *streamed(name: string, pieces: AsyncIterable<string>): AsyncGenerator<Buffer> {
    const entry = { name: Buffer.from(name), crc: 0, packed: 0, size: 0, offset: this.#offset, flags: utf8Names | sizesBehind };
    yield this.#counted(localHeader(entry));
    const plain = async function* (): AsyncGenerator<Buffer> {
      for await (const piece of pieces) {
        const bytes = Buffer.from(piece);
        entry.crc = crc32(bytes, entry.crc);
        entry.size += bytes.length;
        yield bytes;
      }
    };
    for await (const packed of Readable.from(plain()).compose(createDeflateRaw()) as AsyncIterable<Buffer>) {
      entry.packed += packed.length;
      yield this.#counted(packed);
    }
    const behind = Buffer.alloc(16);
    behind.writeUInt32LE(0x08074b50, 0);
    behind.writeUInt32LE(entry.crc, 4);
    behind.writeUInt32LE(entry.packed, 8);
    behind.writeUInt32LE(entry.size, 12);
    this.#entries.push(entry);
    yield this.#counted(behind);
  } // prettier-ignore

  end(): Buffer {
    const directory = Buffer.concat(this.#entries.map(directoryEntry));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(this.#offset, 16);
    return Buffer.concat([directory, end]);
  }

  #counted(bytes: Buffer): Buffer {
    this.#offset += bytes.length;
    return bytes;
  }
}

function localHeader({ name, flags, ...entry }: Entry): Buffer {
  const isBehind = (flags & sizesBehind) !== 0;
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  writeCommon(head, 6, flags, isBehind ? { crc: 0, packed: 0, size: 0 } : entry);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name]);
}

function directoryEntry({ name, flags, offset, ...entry }: Entry): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(20, 6);
  writeCommon(head, 8, flags, entry);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, name]);
}

/** Flags, method, time, checksum and sizes stand in both headers, one after another. */
function writeCommon(head: Buffer, at: number, flags: number, { crc, packed, size }: Pick<Entry, 'crc' | 'packed' | 'size'>): void {
  head.writeUInt16LE(flags, at);
  head.writeUInt16LE(deflated, at + 2);
  head.writeUInt16LE(0, at + 4);
  head.writeUInt16LE(dosDate, at + 6);
  head.writeUInt32LE(crc, at + 8);
  head.writeUInt32LE(packed, at + 12);
  head.writeUInt32LE(size, at + 16);
} // prettier-ignore
