import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MappingError } from '../../src/files/sales-mapping.ts';
import { parseFactMapping } from '../../src/files/fact-mapping.ts';
import { readAllFacts } from '../../src/files/read-facts.ts';
import { fileFor } from './temporary-file.ts';
import { writeXlsx } from './write-xlsx.ts';

const example: unknown = JSON.parse(
  readFileSync(new URL('../../mappings/receipts-3pl-de.json', import.meta.url), 'utf8'),
);
const heading =
  'Belegnummer;Datum;Uhrzeit;Vorgang;Bestellung;Retourennummer;Artikelnummer;Menge;Seriennummer;Zustand';
const receipts = `${heading}
WE-1;05.11.2026;14:30;Wareneingang;Best. LH-10251;RMA-1;SHOE-42;1;;
WE-2;05.11.2026;15:00;Prüfung;LH-10251;RMA-1;SHOE-42;1;;neuwertig
WE-3;06.11.2026;;Wareneingang;LH-10252;;0815;1.200;SN-7;
WE-4;06.11.2026;09:00;Storno;LH-10253;;SHOE-42;1;;
WE-5;06.11.2026;09:00;Wareneingang;LH-10254;;SHOE-42;0;;
WE-6;06.11.2026;09:00;Prüfung;LH-10255;;SHOE-42;1;;seltsam
WE-7;06.11.2026;09:00;Umlagerung;LH-10256;;SHOE-42;1;;
`;

test('the example mapping reads the receipts of a German warehouse', async (t) => {
  const { lines, sheet } = await readAllFacts(fileFor(t, Buffer.from(receipts, 'latin1')), example);
  assert.deepEqual(
    lines.map(({ row, line: { type, at, order, sku, quantity } }) => [row, type, at, order, sku, quantity]),
    [
      [2, 'goods.received', '2026-11-05T13:30:00.000Z', 'LH-10251', 'SHOE-42', 1],
      [3, 'goods.inspected', '2026-11-05T14:00:00.000Z', 'LH-10251', 'SHOE-42', 1],
      [4, 'goods.received', '2026-11-06T22:59:59.999Z', 'LH-10252', '0815', 1200],
    ],
  );
  const [, inspected, received] = lines.map(({ line }) => line);
  assert.deepEqual([inspected?.['condition'], inspected?.['disposition']], ['sellable', 'restock']);
  assert.equal(received?.['serial'], 'SN-7');
  assert.deepEqual([sheet.in, sheet.kept, sheet.setAside, sheet.skipped], [7, 3, 4, 2]);
  assert.deepEqual(
    sheet.findings
      .filter(({ code }) => code !== 'by-rule')
      .map(({ code, row, column }) => [code, row, column]),
    [
      ['unknown-word', 7, 'Zustand'],
      ['no-rule', 8, 'Vorgang'],
    ],
  );
});

const simple = {
  mapping: 1,
  name: 'receipts',
  facts: {
    system: 'wms',
    rows: [
      { type: 'goods.received', fields: { at: 'Date', order: 'Order', sku: 'Item', quantity: 'Units' } },
    ],
  },
};

test('the same file twice gives the same ids, and equal rows are two events', async (t) => {
  const text = 'Date,Order,Item,Units\n2026-11-01,A-1,S,1\n2026-11-01,A-1,S,1\n2026-11-02,A-1,S,1\n';
  const first = await readAllFacts(fileFor(t, text), simple);
  const second = await readAllFacts(fileFor(t, gzipSync(text), 'copy.csv.gz'), simple);
  const ids = first.lines.map(({ line }) => line.id);
  assert.deepEqual(second.lines.map(({ line }) => line.id), ids); // prettier-ignore
  assert.equal(new Set(ids).size, 3);
  assert.equal(ids[1], `${ids[0]}.2`);
});

test('a file that grew keeps the ids of its earlier rows', async (t) => {
  const text = 'Date,Order,Item,Units\n2026-11-01,A-1,S,1\n2026-11-02,A-1,S,1\n';
  const first = await readAllFacts(fileFor(t, text), simple);
  const second = await readAllFacts(fileFor(t, `${text}2026-11-03,A-2,S,1\n`), simple);
  assert.deepEqual(
    second.lines.slice(0, 2).map(({ line }) => line.id),
    first.lines.map(({ line }) => line.id),
  );
});

test('a workbook and a CSV with the same content say the same', async (t) => {
  // Day 46327 of Excel is 1 November 2026.
  const book = writeXlsx({
    name: 'R',
    rows: [
      ['Receipts of November', null, null, null],
      ['Date', 'Order', 'Item', 'Units'],
      [{ day: 46_327 }, 'A-1', 'S', 2],
    ],
  });
  const typed = await readAllFacts(fileFor(t, book, 'r.xlsx'), simple);
  const text = await readAllFacts(fileFor(t, 'Date,Order,Item,Units\n2026-11-01,A-1,S,2\n'), simple);
  const { id: _typed, ...one } = typed.lines[0]!.line;
  const { id: _text, ...other } = text.lines[0]!.line;
  assert.deepEqual(one, other);
  assert.equal(typed.lines[0]!.row, 3);
});

const orders = {
  mapping: 1,
  name: 'orders',
  facts: {
    system: 'shop',
    rows: [
      {
        type: 'order.placed',
        groupBy: 'Order',
        fields: { at: 'Date', order: 'Order', 'shipping.gross': 'Shipping' },
        line: { sku: 'Item', quantity: 'Units', gross: 'Gross' },
      },
    ],
  },
};

test('rows of one order become one order with its lines and their sum', async (t) => {
  const text = `Date,Order,Item,Units,Gross,Shipping
2026-11-01,A-1,S,2,119.80,4.90
2026-11-01,A-2,S,1,59.90,4.90
2026-11-01,A-1,T,1,10.00,4.90
`;
  const { lines } = await readAllFacts(fileFor(t, text), orders);
  assert.deepEqual(
    lines.map(({ line }) => [
      line.order,
      line['total'],
      (line['lines'] as { sku: string }[]).map(({ sku }) => sku),
    ]),
    [
      ['A-1', 13_470, ['S', 'T']],
      ['A-2', 6480, ['S']],
    ],
  );
});

test('an order of which one row cannot be read is set aside whole', async (t) => {
  const text = `Date,Order,Item,Units,Gross,Shipping
2026-11-01,A-1,S,2,119.80,4.90
2026-11-01,A-2,S,1,59.90,4.90
2026-11-01,A-1,T,1,10.005,4.90
`;
  const { lines, sheet } = await readAllFacts(fileFor(t, text), orders);
  assert.deepEqual(lines.map(({ line }) => line.order), ['A-2']); // prettier-ignore
  assert.deepEqual([sheet.in, sheet.kept, sheet.setAside], [3, 1, 2]);
  assert.deepEqual(
    sheet.findings.map(({ code, row }) => [code, row]),
    [
      ['bad-gross', 4],
      ['incomplete-group', 2],
    ],
  );
});

test('a mapping that is wrong in itself is refused with the place', () => {
  const rows = (rule: object) => ({ ...simple, facts: { system: 'wms', rows: [rule] } });
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ ...simple, mapping: 2 }, /"mapping" must be 1/],
    [{ ...simple, file: { dates: ['dd.mm.yy'] } }, /"file\.dates" must list notations/],
    [{ ...simple, file: { zone: 'Europe/Berlln' } }, /"file\.zone" is no time zone: Europe\/Berlln/],
    [{ ...simple, file: { decmal: ',' } }, /"file\.decmal" is unknown/],
    [{ ...simple, facts: { system: 'shopp', rows: [] } }, /"facts\.system" must be one of/],
    [rows({ type: 'goods.recieved', fields: {} }), /"facts\.rows\[0\]\.type" must be a type of fact/],
    [rows({ type: 'goods.received', fields: { at: 'Date', sku: 'Item' } }), /lacks "quantity"/],
    [rows({ type: 'goods.received', fields: { at: 'Date', skuu: 'Item' } }), /fields\.skuu" is unknown/],
    [
      rows({ type: 'return.expired', fields: { at: { column: 'D', pattern: '(' } } }),
      /at\.pattern" is no regular expression/,
    ],
  ];
  for (const [json, message] of wrong) {
    assert.throws(
      () => parseFactMapping(json),
      (error) => error instanceof MappingError && message.test(error.message),
      String(message),
    );
  }
});
