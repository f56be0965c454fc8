import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { renderBalanceSheet, type Finding } from '../../src/files/finding.ts';
import { readAllFacts } from '../../src/files/read-facts.ts';
import { fileFor } from './temporary-file.ts';
import { workbookParts, writeXlsx, writeZip, type Sheet, type SheetCell } from './write-xlsx.ts';

const mapping = {
  mapping: 1,
  name: 'receipts',
  file: { decimal: '.', dates: ['yyyy-MM-dd'], zone: 'UTC', currency: 'EUR' },
  facts: {
    system: 'wms',
    rows: [
      {
        type: 'goods.received',
        fields: { at: 'Date', order: 'Order', sku: 'Item', quantity: 'Units', serial: 'Note' },
      },
    ],
  },
};

const heading = 'Date,Order,Item,Units,Note';
const good = (order: number): string => `2026-11-0${order},A-10${order},SHOE,1,ok`;
const csv = (...rows: readonly string[]): string => `${[heading, ...rows].join('\n')}\n`;
const head: SheetCell[] = ['Date', 'Order', 'Item', 'Units', 'Note'];
const line = (units: SheetCell, note: SheetCell = 'ok'): SheetCell[] => ['2026-11-01', 'A-101', 'SHOE', units, note]; // prettier-ignore
const sheet = (...rows: readonly SheetCell[][]): Sheet => ({ name: 'Receipts', rows: [head, ...rows] });
const zeros = Buffer.alloc(64_000_000, 0x20);

type Case = {
  readonly name: string;
  readonly content: string | Buffer;
  /** Changes of the mapping's `file`. */
  readonly file?: object;
  readonly in: number;
  readonly kept: number;
  readonly complete?: false;
  readonly finding: Partial<Pick<Finding, 'row' | 'column'>> & Pick<Finding, 'code' | 'effect'>;
  readonly message: RegExp;
  readonly count?: number;
};

const cases: readonly Case[] = [
  {
    name: 'an empty file',
    content: '',
    in: 0, kept: 0, complete: false,
    finding: { code: 'empty-file', effect: 'stopped', row: 1 },
    message: /0 bytes/,
  },
  {
    name: 'nothing but blanks',
    content: ' \n\n  ',
    in: 0, kept: 0, complete: false,
    finding: { code: 'empty-file', effect: 'stopped', row: 1 },
    message: /nothing but blanks/,
  },
  {
    name: 'a file cut in the middle of a row',
    content: csv(good(1), good(2)) + '2026-11-03,A-1',
    in: 3, kept: 2,
    finding: { code: 'row-too-short', effect: 'set-aside', row: 4, column: 'Item' },
    message: /2 of 5 cells/,
  },
  {
    name: 'a row with too many cells',
    content: csv(good(1), '2026-11-02,A-102,SHOE,1,blue, size 42', good(3)),
    in: 3, kept: 2,
    finding: { code: 'row-too-long', effect: 'set-aside', row: 3, column: 'Note' },
    message: /6 cells for 5 headings \(extra: "size 42"\)/,
  },
  {
    name: 'a quotation mark that never closes',
    content: csv(good(1), '2026-11-02,A-102,SHOE,1,"blue', good(3)),
    in: 2, kept: 1, complete: false,
    finding: { code: 'unclosed-quote', effect: 'stopped', row: 3 },
    message: /never closes/,
  },
  {
    name: 'text after a closing quotation mark',
    content: csv('2026-11-01,A-101,"SHOE"42,1,ok'),
    in: 1, kept: 1,
    finding: { code: 'text-after-quote', effect: 'note', row: 2 },
    message: /after a closing quotation mark/,
  },
  {
    name: 'UTF-8 and Windows-1252 in one file',
    content: Buffer.concat([
      Buffer.from(csv('2026-11-01,A-101,SHOE,1,größe')),
      Buffer.from('2026-11-02,A-102,SHOE,1,gr\u00f6\u00dfe\n', 'latin1'),
    ]),
    in: 2, kept: 2,
    finding: { code: 'mixed-encodings', effect: 'note', row: 3, column: 'Note' },
    message: /\(1, first here\) are Windows-1252/,
  },
  {
    name: 'a formula instead of a value',
    content: csv(good(1), '2026-11-02,A-102,SHOE,=SUM(D2:D3),ok'),
    in: 2, kept: 1,
    finding: { code: 'formula', effect: 'set-aside', row: 3, column: 'Units' },
    message: /"=SUM\(D2:D3\)" is a formula/,
  },
  {
    name: 'dates in four notations of which two are named',
    content: csv('2026-11-01,A-1,S,1,', '02.11.2026,A-2,S,1,', '11/03/2026,A-3,S,1,', '4 Nov 2026,A-4,S,1,'),
    file: { dates: ['yyyy-MM-dd', 'dd.MM.yyyy'] },
    in: 4, kept: 2, count: 2,
    finding: { code: 'bad-at', effect: 'set-aside', row: 4, column: 'Date' },
    message: /"11\/03\/2026" is not a date written as yyyy-MM-dd or dd\.MM\.yyyy/,
  },
  {
    name: '30 February',
    content: csv(good(1), '2026-02-30,A-102,SHOE,1,ok'),
    in: 2, kept: 1,
    finding: { code: 'bad-at', effect: 'set-aside', row: 3, column: 'Date' },
    message: /"2026-02-30" is not a date/,
  },
  {
    name: 'half a unit',
    content: csv(good(1), '2026-11-02,A-102,SHOE,0.5,ok'),
    in: 2, kept: 1,
    finding: { code: 'bad-quantity', effect: 'set-aside', row: 3, column: 'Units' },
    message: /"0\.5" is not a whole number/,
  },
  {
    name: 'a needed cell that is empty',
    content: csv('2026-11-01,A-101,,1,ok', good(2)),
    in: 2, kept: 1,
    finding: { code: 'missing', effect: 'set-aside', row: 2, column: 'Item' },
    message: /"sku" is needed/,
  },
  {
    name: 'a column the mapping needs is not there',
    content: 'Date,Order,Item,Note\n2026-11-01,A-101,SHOE,ok\n',
    in: 0, kept: 0, complete: false,
    finding: { code: 'missing-column', effect: 'stopped', row: 1, column: 'Units' },
    message: /no column "Units"; it has "Date", "Order", "Item", "Note"/,
  },
  {
    name: 'a heading twice that the mapping means',
    content: 'Date,Order,Item,Units,Note,Units\n2026-11-01,A-101,SHOE,1,ok,2\n',
    in: 0, kept: 0, complete: false,
    finding: { code: 'ambiguous-heading', effect: 'stopped', row: 1, column: 'Units' },
    message: /more than once; nothing was read/,
  },
  {
    name: 'a heading twice that the mapping does not mean',
    content: 'Date,Order,Item,Units,Note,Colour,Colour\n2026-11-01,A-101,SHOE,1,ok,red,blue\n',
    in: 1, kept: 1,
    finding: { code: 'duplicate-heading', effect: 'note', row: 1, column: 'Colour' },
    message: /columns 6 and 7/,
  },
  {
    name: 'no heading at all',
    content: '1,2,3\n4,5,6\n',
    in: 0, kept: 0, complete: false,
    finding: { code: 'no-heading', effect: 'stopped', row: 1 },
    message: /looks like headings/,
  },
  {
    name: 'a zero byte in the text',
    content: csv(good(1)) + '2026-11-02,A\0',
    in: 0, kept: 0, complete: false,
    finding: { code: 'not-text', effect: 'stopped', row: 3 },
    message: /zero byte/,
  },
  {
    name: 'a cut gzip archive',
    content: gzipSync(csv(...Array.from({ length: 5000 }, (_, at) => `2026-11-01,A-${at * 7919},S${at},1,`))).subarray(0, -2000), // prettier-ignore
    in: -1, kept: -1, complete: false,
    finding: { code: 'truncated-archive', effect: 'stopped' },
    message: /cut or damaged/,
  },
  {
    name: 'an old Excel workbook',
    content: Buffer.from('d0cf11e0a1b11ae100000000', 'hex'),
    in: 0, kept: 0, complete: false,
    finding: { code: 'foreign-format', effect: 'stopped', row: 1 },
    message: /\.xls/,
  },
  {
    name: 'a login page in place of the export',
    content: '<!DOCTYPE html><html><body>Sign in</body></html>',
    in: 0, kept: 0, complete: false,
    finding: { code: 'foreign-format', effect: 'stopped', row: 1 },
    message: /login page/,
  },
  {
    name: 'a PDF',
    content: '%PDF-1.7\n',
    in: 0, kept: 0, complete: false,
    finding: { code: 'foreign-format', effect: 'stopped', row: 1 },
    message: /PDF/,
  },
  {
    name: 'one JSON list',
    content: '[{"Date":"2026-11-01"}]',
    in: 0, kept: 0, complete: false,
    finding: { code: 'foreign-format', effect: 'stopped', row: 1 },
    message: /NDJSON/,
  },
  {
    name: 'NDJSON with a cut line',
    content: '{"Date":"2026-11-01","Order":"A-1","Item":"S","Units":1,"Note":"ok"}\n{"Date":"2026-11-02","Or\n',
    in: 2, kept: 1,
    finding: { code: 'bad-json', effect: 'set-aside', row: 2, column: '25' },
    message: /no JSON from character/,
  },
  {
    name: 'XML that is no bank statement',
    content: '<?xml version="1.0"?><orders/>',
    in: 0, kept: 0, complete: false,
    finding: { code: 'foreign-format', effect: 'stopped', row: 1 },
    message: /no CAMT/,
  },
  {
    name: 'a workbook that is cut',
    content: writeXlsx(sheet(line(1))).subarray(0, 400),
    in: 0, kept: 0, complete: false,
    finding: { code: 'damaged-archive', effect: 'stopped' },
    message: /cut/,
  },
  {
    name: 'a ZIP that is no workbook',
    content: writeZip([{ name: 'readme.txt', content: 'hello' }]),
    in: 0, kept: 0, complete: false,
    finding: { code: 'damaged-archive', effect: 'stopped' },
    message: /no XLSX workbook/,
  },
  {
    name: 'a workbook with a password',
    content: writeZip(workbookParts([sheet(line(1))]).map((part) => ({ ...part, flags: 1 }))),
    in: 0, kept: 0, complete: false,
    finding: { code: 'encrypted-archive', effect: 'stopped' },
    message: /password/,
  },
  {
    name: 'a sheet that unpacks to a thousand times its size',
    content: writeZip([
      ...workbookParts([sheet(line(1))]).filter(({ name }) => !name.includes('worksheets')),
      { name: 'xl/worksheets/sheet1.xml', content: zeros },
    ]),
    in: 0, kept: 0, complete: false,
    finding: { code: 'archive-bomb', effect: 'stopped' },
    message: /no honest sheet/,
  },
  {
    name: 'a formula without a stored result',
    content: writeXlsx(sheet(line(1), line({ formula: 'D2*2' }), line({ formula: 'D2*2', result: 2 }))),
    in: 3, kept: 2,
    finding: { code: 'formula-without-value', effect: 'set-aside', row: 3, column: 'Units' },
    message: /no stored result/,
  },
  {
    name: 'a cell that shows an error',
    content: writeXlsx(sheet(line({ error: '#REF!' }), line(2))),
    in: 2, kept: 1,
    finding: { code: 'error-cell', effect: 'set-aside', row: 2, column: 'Units' },
    message: /#REF!/,
  },
  {
    name: 'a value in a column without heading',
    content: writeXlsx(sheet([...line(1), 'stray'], line(2))),
    in: 2, kept: 1,
    finding: { code: 'row-too-long', effect: 'set-aside', row: 2, column: 'F' },
    message: /Column F has no heading but holds "stray"/,
  },
  {
    name: 'merged cells in the heading',
    content: writeXlsx({ name: 'R', rows: [[...head, 'Size', null], [...line(1), 42, 43]], merges: ['F1:G1'] }),
    in: 1, kept: 1,
    finding: { code: 'merged-heading', effect: 'note', row: 1, column: 'Size' },
    message: /F1:G1 are merged/,
  },
  {
    name: 'several sheets',
    content: writeXlsx(sheet(line(1)), { name: 'Old', rows: [head] }),
    in: 1, kept: 1,
    finding: { code: 'several-sheets', effect: 'note' },
    message: /Only the first sheet "Receipts" is read; there are also "Old"/,
  },
  {
    name: 'a sheet that is not there',
    content: writeXlsx(sheet(line(1))),
    file: { sheet: 'July' },
    in: 0, kept: 0, complete: false,
    finding: { code: 'no-sheet', effect: 'stopped' },
    message: /no sheet "July"; it has "Receipts"/,
  },
]; // prettier-ignore

for (const each of cases) {
  test(`${each.name}: said where, and counted`, async (t) => {
    const path = fileFor(t, each.content);
    const json = { ...mapping, file: { ...mapping.file, ...each.file } };
    const { lines, sheet: found } = await readAllFacts(path, json);
    const finding = found.findings.find(({ code }) => code === each.finding.code);
    assert.ok(finding !== undefined, renderBalanceSheet(found));
    const { code, effect, row, column } = finding;
    assert.deepEqual({ code, effect, row, column }, { row: undefined, column: undefined, ...each.finding });
    assert.match(finding.message, each.message);
    assert.equal(finding.count, each.count ?? 1);
    assert.equal(found.complete, each.complete ?? true);
    assert.equal(found.in, found.kept + found.setAside);
    assert.equal(lines.length, found.kept);
    if (each.in >= 0) assert.deepEqual([found.in, found.kept], [each.in, each.kept]);
    else assert.ok(found.kept > 0 && found.kept < 5000, `${found.kept} kept before the cut`);
    if (row !== undefined) assert.ok(renderBalanceSheet(found).includes(`row ${row}`));
  });
}

test('a file with a hole of two gigabytes is left alone at once', async (t) => {
  const path = fileFor(t, csv(good(1)));
  truncateSync(path, 2_147_483_648);
  const started = performance.now();
  const { lines, sheet: found } = await readAllFacts(path, mapping);
  assert.equal(lines.length, 0);
  assert.equal(found.complete, false);
  assert.equal(found.findings[0]?.code, 'not-text');
  assert.ok(performance.now() - started < 3000);
});

test('a hole behind the head of a file ends the reading, and what came before is kept', async (t) => {
  const rows = Array.from({ length: 4000 }, (_, at) => `2026-11-01,A-${at},SHOE,1,ok`);
  const text = csv(...rows);
  const path = fileFor(t, text);
  truncateSync(path, 2_147_483_648);
  const started = performance.now();
  const { lines, sheet: found } = await readAllFacts(path, mapping);
  assert.equal(lines.length, 4000);
  assert.deepEqual([found.in, found.kept, found.complete], [4001, 4000, false]);
  const [finding] = found.findings;
  assert.deepEqual([finding?.code, finding?.row], ['record-too-long', 4002]);
  assert.ok(performance.now() - started < 5000);
});

test('a part that lies about its size is still counted by what comes out', async (t) => {
  const parts = workbookParts([sheet(line(1))]);
  const archive = writeZip(
    parts.map((part) => (part.name.includes('worksheets') ? { ...part, content: zeros } : part)),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(zeros.length);
  const packed = deflateRawSync(zeros).length;
  // Both places where the archive says how large the part gets now say 100 bytes.
  for (let at = archive.indexOf(size); at !== -1; at = archive.indexOf(size, at + 1))
    archive.writeUInt32LE(100, at);
  const { sheet: found } = await readAllFacts(fileFor(t, archive), mapping);
  assert.deepEqual([found.kept, found.findings[0]?.code], [0, 'archive-bomb']);
  assert.match(found.findings[0]!.message, new RegExp(`from ${packed} bytes`));
});
