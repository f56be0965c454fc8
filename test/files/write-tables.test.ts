/** Lists as files: numbers stay numbers to the minor unit, texts never become formulas, and a German spreadsheet reads them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Findings } from '../../src/files/finding.ts';
import { readXlsxTable } from '../../src/files/read-xlsx-table.ts';
import { writeCsvTable, type Cell, type TableColumn } from '../../src/files/write-csv-table.ts';
import { writeXlsxTable } from '../../src/files/write-xlsx-table.ts';

type Row = readonly Cell[];
const columns: readonly TableColumn<Row>[] = [
  { title: { en: 'Text', de: 'Text' }, value: (row) => row[0]! },
  { title: { en: 'Units', de: 'Stück' }, value: (row) => row[1]! },
  { title: { en: 'Amount', de: 'Betrag' }, value: (row) => row[2]! },
];
const eur = (minor: number): Cell => ({ minor, currency: 'EUR' });
const dangerous = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'];
const rows: readonly Row[] = [
  ['Größe; "M"', 12, eur(123_456_789)],
  ['', 0, eur(-5990)],
  ['two\nlines', 1, { minor: 5, currency: 'JPY' }],
  ['dinar', 1, { minor: 1, currency: 'KWD' }],
  ...dangerous.map((text): Row => [text, null, null]),
];

async function* given(): AsyncGenerator<Row> {
  yield* rows;
}
async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
async function bytesOf(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

test('German CSV has a byte order mark, semicolons and a decimal comma', async () => {
  const text = await textOf(writeCsvTable(columns, given(), 'de'));
  const lines = text.split('\r\n');
  assert.equal(lines[0], '\u{feff}Text;Stück;Betrag');
  assert.equal(lines[1], '"Größe; ""M""";12;1234567,89');
  assert.equal(lines[2], ';0;-59,90');
  assert.match(text, /"two\nlines";1;5\r\n/);
  assert.match(text, /dinar;1;0,001\r\n/);
});

test('English CSV has commas and a decimal point', async () => {
  const lines = (await textOf(writeCsvTable(columns, given(), 'en'))).split('\r\n');
  assert.deepEqual(lines.slice(0, 3), ['Text,Units,Amount', '"Größe; ""M""",12,1234567.89', ',0,-59.90']);
});

test('what a spreadsheet would take for a formula gets an apostrophe, in both kinds of file; a negative amount does not', async () => {
  const text = await textOf(writeCsvTable(columns, given(), 'de'));
  for (const bad of dangerous) assert.ok(text.includes(`'${bad}`), JSON.stringify(bad));
  assert.doesNotMatch(text, /(?:^|\r\n)"?[=+\-@\t]/);
  assert.ok(text.includes(';-59,90'));
  await withFolder(async (folder) => {
    const path = join(folder, 'list.xlsx');
    writeFileSync(path, await bytesOf(writeXlsxTable(columns, given(), 'en', 'list')));
    const read = await readTable(path);
    assert.deepEqual(read.slice(5).map((row) => row[0]), dangerous.map((bad) => `'${bad}`.replace('\r', '\r')));
  });
}); // prettier-ignore

test('a workbook is read back cell by cell, also one of 20,000 rows', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'list.xlsx');
    async function* many(): AsyncGenerator<Row> {
      for (let index = 0; index < 20_000; index += 1) yield [`row ${index}`, index, eur(index)];
    }
    writeFileSync(path, await bytesOf(writeXlsxTable(columns, many(), 'de', 'list')));
    const read = await readTable(path);
    assert.equal(read.length, 20_001);
    assert.deepEqual(read[0], ['Text', 'Stück', 'Betrag']);
    assert.deepEqual(read[19_999 + 1], ['row 19999', 19_999, 199.99]);
  });
});

const soffice = ['/usr/bin/soffice', '/usr/bin/libreoffice'].find((path) => existsSync(path));
const skip = soffice === undefined ? 'LibreOffice is not installed (Debian: libreoffice-calc-nogui)' : false;

test('LibreOffice reads German CSV with numeric columns and opens the workbook', { skip, timeout: 120_000 }, async () => {
  await withFolder(async (folder) => {
    writeFileSync(join(folder, 'german.csv'), await textOf(writeCsvTable(columns, given(), 'de')));
    writeFileSync(join(folder, 'book.xlsx'), await bytesOf(writeXlsxTable(columns, given(), 'de', 'list')));
    // Semicolon, quotation mark, UTF-8, from the first line, as a German locale, numbers found by themselves.
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
    const options = { cwd: folder, timeout: 110_000 };
    const run = promisify(execFile);
    await run(soffice!, [profile, '--headless', '--infilter=CSV:59,34,76,1,,1031,false,true', '--convert-to', 'fods', 'german.csv'], options);
    await run(soffice!, [profile, '--headless', '--convert-to', 'fods:OpenDocument Spreadsheet Flat XML', '--outdir', join(folder, 'out'), 'book.xlsx'], options);
    for (const path of ['german.fods', 'out/book.fods']) {
      const sheet = readFileSync(join(folder, path), 'utf8');
      const cells = [...sheet.matchAll(/<table:table-cell[^>]*office:value-type="(\w+)"(?:[^>]*office:value="([^"]*)")?/g)];
      const numbers = cells.filter((cell) => cell[1] === 'float').map((cell) => Number(cell[2]));
      assert.deepEqual(numbers, [12, 1234567.89, 0, -59.9, 1, 5, 1, 0.001], path);
      assert.doesNotMatch(sheet, /table:formula/, path);
    }
  });
}); // prettier-ignore

/** Cells as read back by our own reader, head first. */
async function readTable(path: string): Promise<readonly (readonly unknown[])[]> {
  const findings = new Findings();
  const table = await readXlsxTable(path, findings);
  assert.ok(table !== undefined, JSON.stringify(findings));
  const read: (readonly unknown[])[] = [table.columns];
  for await (const batch of table.batches) read.push(...batch.map((row) => row.cells));
  return read;
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-tables-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
