import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { draftMap } from '../../src/files/draft-map.ts';
import { writeXlsx } from './write-xlsx.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-draft-'));
after(() => rmSync(folder, { recursive: true }));
async function draft(name: string, content: Buffer | string) {
  writeFileSync(join(folder, name), content);
  return draftMap(join(folder, name));
}

test('a German bank list with tabs and a mark at its head: what people wrote is the reference', async () => {
  const rows =
    '\ufeffDatum\tBetrag\tVerwendungszweck\tWährung\n09.11.2026\t-120,00\tErstattung NK-10251\tEUR\n';
  const { rows: shown } = await draft('bank.txt', rows);
  const [first] = shown;
  assert.equal(first?.mapped.kind, 'facts');
  assert.match(JSON.stringify(first), /payout\.confirmed.*"minor":12000.*Erstattung NK-10251/);
});

test('a warehouse list in Windows-1252 with semicolons: units, article and order are found', async () => {
  const rows =
    'Bestellnr.;Artikelnummer;Menge;Eingangsdatum;Rückgabegrund\r\nNK-1;SHOE-1;2;03.11.2026 14:05;zu groß\r\n';
  const { rows: shown } = await draft('lager.csv', Buffer.from(rows, 'latin1'));
  assert.match(JSON.stringify(shown[0]), /goods\.received.*"order":"NK-1","sku":"SHOE-1","quantity":2/);
});

/** Lists as warehouses, shops and banks keep them: titles above, totals below, abbreviated headings, dates of other things beside. */
const lists: readonly (readonly [name: string, text: string, line: object])[] = [
  [
    '3pl.csv',
    'Wareneingang Retouren KW 45;;;;;\nLager Nord GmbH;;;;;\n;;;;;\nLieferschein;Bestell-Nr.;Art.-Nr.;Bezeichnung;Menge;Datum\nLS-1;NK-1;SHOE;Schuh;2;03.11.2026\nLS-1;NK-2;BAG;Tasche;1;03.11.2026\nSumme;;;;3;\n',
    { type: 'goods.received', order: 'NK-1', sku: 'SHOE', quantity: 2 },
  ],
  ['kurz.csv', 'Best.-Nr.;Art.Nr;Stk.;WE-Datum\nNK-1;SHOE;2;03.11.2026\n', { type: 'goods.received', order: 'NK-1', sku: 'SHOE', quantity: 2 }],
  [
    'erstattungen.csv',
    'Erstattungen November 2026\n\nNr.;Bestellung;Kunde;Betrag;Erstattet am;Grund\n1;NK-1;Maria Lind;59,90;09.11.2026;defekt\nGesamt;;;59,90;;\n',
    { type: 'refund.recorded', order: 'NK-1', money: { minor: 5990, currency: 'EUR' }, refund: '1' },
  ],
  [
    'refunds.csv',
    'Refund Date,Order No.,Refund Amount,Currency,Transaction ID,Reason\n11/23/2026,1,"$1,059.90",USD,re_1,size\n',
    { type: 'refund.recorded', order: '1', money: { minor: 105_990, currency: 'USD' }, refund: 're_1' },
  ],
  [
    'sparkasse.csv',
    '"Auftragskonto";"Buchungstag";"Valutadatum";"Verwendungszweck";"Betrag";"Waehrung"\n"DE89";"09.11.26";"10.11.26";"Erstattung NK-1";"-120,00";"EUR"\n',
    { type: 'payout.confirmed', at: '2026-11-09T23:59:59.999Z', money: { minor: 12_000, currency: 'EUR' }, reference: 'Erstattung NK-1' },
  ],
  [
    'inspection.csv',
    'Inspection report,,,,,\nReturn ID,Order #,SKU,Qty,Inspected on,Disposition\nRMA-1,1,SHOE,2,2026-11-03 14:05,restock\nTotal,,,2,,\n',
    { type: 'goods.inspected', order: '1', sku: 'SHOE', quantity: 2, disposition: 'restock', rma: 'RMA-1' },
  ],
  ['rma.csv', 'RMA-Nr;Bestellnummer;Artikel;Menge;Genehmigt am\nRMA-1;NK-1;SHOE;2;03.11.2026\n', { type: 'return.approved', order: 'NK-1', rma: 'RMA-1', sku: 'SHOE', quantity: 2 }],
  [
    'two-dates.csv',
    'Order Date,Order ID,Item SKU,Received Qty,Received Date\n2026-10-20,1,SHOE,2,2026-11-03\n',
    { type: 'goods.received', at: '2026-11-03T23:59:59.999Z', order: '1', sku: 'SHOE', quantity: 2 },
  ],
  [
    'zwei-daten.csv',
    'Auftragsdatum;Auftragsnummer;Artikelnummer;Retourenmenge;Retourendatum\n01.11.2026;NK-1;SHOE;2;05.11.2026\n',
    { type: 'goods.received', at: '2026-11-05T23:59:59.999Z', order: 'NK-1' },
  ],
  [
    'gutschriften.csv',
    'Belegliste Gutschriften;;;;;\nGutschrift-Nr.;Datum;Auftrag;Netto;MwSt.;Brutto\nGS-1;09.11.2026;NK-1;50,34;9,56;59,90\nSumme;;;50,34;9,56;59,90\n',
    { type: 'credit_note.posted', order: 'NK-1', money: { minor: 5990, currency: 'EUR' }, tax: 956 },
  ],
]; // prettier-ignore

for (const [name, text, line] of lists) {
  test(`${name}: what its first row says is found, its totals become no event`, async () => {
    const { rows } = await draft(name, text);
    const [first] = rows;
    assert.ok(first?.mapped.kind === 'facts', JSON.stringify(first?.mapped));
    assert.partialDeepStrictEqual(first.mapped.lines[0]?.line, line);
    for (const { cells, mapped } of rows)
      if (/^(Summe|Gesamt|Total)$/.test(String(cells[0]))) assert.notEqual(mapped.kind, 'facts');
  });
}

test('a workbook with a merged title, headings over two rows and a total', async () => {
  const rows = [
    ['Erstattungen November', null, null, null, null],
    ['Shop Nord', null, null, null, null],
    ['Bestellung', null, 'Betrag', null, 'Grund'],
    ['Nr.', 'Datum', 'Brutto', 'Währung', ''],
    ['NK-1', { day: 46_329 }, 59.9, 'EUR', 'defekt'],
    ['Gesamt', null, 59.9, null, null],
  ];
  const { columns, rows: shown } = await draft('erstattungen.xlsx', writeXlsx({ name: 'T', rows, merges: ['A1:E1', 'A3:B3', 'C3:D3'] }));
  assert.deepEqual(columns.slice(0, 4), ['Bestellung / Nr.', 'Bestellung / Datum', 'Betrag / Brutto', 'Betrag / Währung']);
  const [first, total] = shown;
  assert.match(JSON.stringify(first?.mapped), /refund\.recorded.*"order":"NK-1".*"minor":5990/);
  assert.notEqual(total?.mapped.kind, 'facts');
}); // prettier-ignore
