import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { parseFactMapping } from '../../src/files/fact-mapping.ts';
import { Findings } from '../../src/files/finding.ts';
import type { CanonicalLine } from '../../src/files/map-row.ts';
import { openTable } from '../../src/files/open-table.ts';
import { presets, recognizePreset } from '../../src/files/presets.ts';
import { readAllFacts } from '../../src/files/read-facts.ts';
import { fileFor } from './temporary-file.ts';

/** Recognizes the file by its headings and reads it with the preset. */
async function readKnown(t: TestContext, content: string, preset: string) {
  const path = fileFor(t, content);
  const table = await openTable(path, new Findings());
  const known = recognizePreset(table!.columns);
  assert.equal(known?.name, preset);
  const { lines, sheet } = await readAllFacts(path, known.mapping);
  assert.equal(sheet.in, sheet.kept + sheet.setAside);
  assert.equal(sheet.setAside, sheet.skipped, 'only rules set rows aside');
  return { facts: lines.map(({ line }) => line), sheet };
}

const brief = (facts: readonly CanonicalLine[], ...fields: string[]) =>
  facts.map((fact) => [fact.type, fact.order, ...fields.map((name) => fact[name])]);
const eur = (minor: number) => ({ minor, currency: 'EUR' });

const entry = (parts: {
  amount: string;
  direction: string;
  purpose: string;
  more?: string;
  status?: string;
}) => `
  <Ntry><Amt Ccy="EUR">${parts.amount}</Amt><CdtDbtInd>${parts.direction}</CdtDbtInd>
  <Sts><Cd>${parts.status ?? 'BOOK'}</Cd></Sts><BookgDt><Dt>2026-11-05</Dt></BookgDt><AcctSvcrRef>REF-${parts.amount}</AcctSvcrRef>
  <NtryDtls><TxDtls>${parts.more ?? ''}<RmtInf><Ustrd>${parts.purpose}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`;

test('CAMT.053: refunds out, refunds that came back, and nothing of what customers pay', async (t) => {
  const statement = `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S-1</Id>
    <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
    ${entry({ amount: '59.90', direction: 'DBIT', purpose: 'Erstattung Bestellung LH-10251' })}
    ${entry({ amount: '59.90', direction: 'CRDT', purpose: 'LH-10251', more: '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>' })}
    ${entry({ amount: '12.00', direction: 'CRDT', purpose: 'Rueckbuchung Order 10260' })}
    ${entry({ amount: '80.00', direction: 'CRDT', purpose: 'Rechnung 4711' })}
    ${entry({ amount: '5.00', direction: 'DBIT', purpose: 'LH-10270', status: 'PDNG' })}
    </Stmt></BkToCstmrStmt></Document>`;
  const { facts, sheet } = await readKnown(t, statement, 'camt-053');
  assert.deepEqual(brief(facts, 'money', 'reference'), [
    ['payout.confirmed', 'LH-10251', eur(5990), 'REF-59.90'],
    ['payout.returned', 'LH-10251', eur(5990), 'REF-59.90'],
    ['payout.returned', '10260', eur(1200), 'REF-12.00'],
  ]);
  assert.ok(
    facts.every(({ at }) => at === '2026-11-05T22:59:59.999Z'),
    'a bare date ends with its day in Berlin',
  );
  assert.deepEqual([sheet.in, sheet.skipped], [5, 2]);
});

test('a CAMT.053 statement that is cut gives what came before and says where', async (t) => {
  const cut = `<?xml version="1.0"?><Document xmlns="camt.053"><BkToCstmrStmt><Stmt>${entry({ amount: '1.00', direction: 'DBIT', purpose: 'LH-10251' })}<Ntry><Amt`;
  const camt = presets.find(({ name }) => name === 'camt-053')!;
  const { lines, sheet } = await readAllFacts(fileFor(t, cut), camt.mapping);
  assert.equal(lines.length, 1);
  assert.deepEqual(
    [sheet.complete, sheet.findings[0]?.code, sheet.findings[0]?.row],
    [false, 'damaged-xml', 2],
  );
});

test('PayPal activity, English', async (t) => {
  const { facts } = await readKnown(
    t,
    `"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID","Reference Txn ID","Invoice Number"
"11/02/2026","09:15:00","PST","Ada","Express Checkout Payment","Completed","USD","1,059.90","-2.00","1,057.90","TX1","","LH-1"
"11/05/2026","10:00:00","PST","Ada","Payment Refund","Completed","USD","-59.90","0.00","-59.90","TX2","TX1","LH-1"
"11/05/2026","10:01:00","PST","Ada","Payment Refund","Pending","USD","-9.90","0.00","-9.90","TX3","TX1","LH-1"
"11/06/2026","10:01:00","PST","Ada","Payment Reversal","Completed","USD","-20.00","0.00","-20.00","TX4","TX1","LH-1"
"11/07/2026","10:01:00","PST","","General Withdrawal","Completed","USD","-500.00","0.00","-500.00","TX5","",""
`,
    'paypal-activity-en',
  );
  assert.deepEqual(brief(facts, 'money', 'id'), [
    ['payment.captured', 'LH-1', { minor: 105_990, currency: 'USD' }, 'TX1:payment.captured'],
    ['refund.settled', 'LH-1', { minor: 5990, currency: 'USD' }, 'TX2:refund.settled'],
    ['refund.pending', 'LH-1', { minor: 990, currency: 'USD' }, 'TX3:refund.pending'],
    ['dispute.opened', 'LH-1', { minor: 2000, currency: 'USD' }, 'TX4:dispute.opened'],
  ]);
  assert.equal(facts[0]?.at, '2026-11-02T17:15:00.000Z');
});

test('PayPal-Aktivitäten, deutsch', async (t) => {
  const { facts } = await readKnown(
    t,
    `"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","Währung","Brutto","Transaktionscode","Zugehöriger Transaktionscode","Rechnungsnummer"
"02.11.2026","09:15:00","CET","Ada","PayPal Express-Zahlung","Abgeschlossen","EUR","1.059,90","TX1","","LH-1"
"05.11.2026","10:00:00","CET","Ada","Rückzahlung","Abgeschlossen","EUR","-59,90","TX2","TX1","LH-1"
"06.11.2026","10:00:00","CET","Ada","Rückzahlung","Storniert","EUR","-5,00","TX3","TX1","LH-1"
"07.11.2026","10:00:00","CET","","Allgemeine Abbuchung","Abgeschlossen","EUR","-500,00","TX4","",""
`,
    'paypal-activity-de',
  );
  assert.deepEqual(brief(facts, 'money', 'reference'), [
    ['payment.captured', 'LH-1', eur(105_990), 'TX1'],
    ['refund.settled', 'LH-1', eur(5990), 'TX2'],
    ['refund.failed', 'LH-1', eur(500), 'TX3'],
  ]);
});

test('Klarna settlement', async (t) => {
  const { facts, sheet } = await readKnown(
    t,
    `type,order_id,merchant_reference1,merchant_reference2,amount,currency_code,sale_date,capture_date,capture_id,refund_id
SALE,k-1,LH-1,,59.90,EUR,2026-11-02T09:00:00Z,2026-11-03T09:00:00Z,c-1,
RETURN,k-1,LH-1,,-59.90,EUR,2026-11-02T09:00:00Z,2026-11-09T09:00:00Z,c-1,r-1
COMMISSION,k-1,LH-1,,-1.20,EUR,2026-11-02T09:00:00Z,2026-11-03T09:00:00Z,c-1,
REVERSAL,k-2,,LH-2,-10.00,EUR,2026-11-02T09:00:00Z,2026-11-10T09:00:00Z,c-2,
`,
    'klarna-settlement',
  );
  assert.deepEqual(brief(facts, 'money', 'at'), [
    ['payment.captured', 'LH-1', eur(5990), '2026-11-03T09:00:00.000Z'],
    ['refund.settled', 'LH-1', eur(5990), '2026-11-09T09:00:00.000Z'],
    ['dispute.lost', 'LH-2', eur(1000), '2026-11-10T09:00:00.000Z'],
  ]);
  assert.equal(facts[1]?.['reference'], 'r-1');
  assert.equal(sheet.skipped, 1);
});

test('Stripe payout reconciliation', async (t) => {
  const { facts, sheet } = await readKnown(
    t,
    `balance_transaction_id,created_utc,created,reporting_category,gross,fee,net,currency,source_id,charge_id,payment_metadata[order_id]
txn_1,2026-11-02 09:00:00,,charge,59.90,1.20,58.70,eur,ch_1,ch_1,LH-1
txn_2,2026-11-05 09:00:00,,refund,-59.90,0.00,-59.90,eur,re_1,ch_1,LH-1
txn_3,2026-11-08 09:00:00,,refund_failure,59.90,0.00,59.90,eur,re_1,ch_1,LH-1
txn_4,2026-11-08 09:00:00,,dispute,-10.00,15.00,-25.00,eur,dp_1,ch_2,LH-2
txn_5,2026-11-09 09:00:00,,dispute_reversal,10.00,0.00,10.00,eur,dp_1,ch_2,LH-2
txn_6,2026-11-09 09:00:00,,payout,-40.00,0.00,-40.00,eur,po_1,,
`,
    'stripe-payout',
  );
  assert.deepEqual(brief(facts, 'money', 'charge'), [
    ['payment.captured', 'LH-1', eur(5990), undefined],
    ['refund.settled', 'LH-1', eur(5990), 'ch_1'],
    ['refund.failed', 'LH-1', eur(5990), 'ch_1'],
    ['dispute.opened', 'LH-2', eur(1000), 'ch_2'],
    ['dispute.won', 'LH-2', eur(1000), 'ch_2'],
  ]);
  assert.equal(sheet.skipped, 1);
});

test('WooCommerce Analytics, English and German', async (t) => {
  const english = await readKnown(
    t,
    `Date,"Order #","N. Revenue (formatted)",Status,Customer,"Product(s)","Items sold","N. Revenue"
"2026-11-05 09:00:00",10251,€0.00,refunded,Ada,"1× Shoe",1,0
"2026-11-06 09:00:00",10252,€0.00,cancelled,Bob,"1× Shoe",1,0
"2026-11-06 09:00:00",10253,€59.90,completed,Cem,"1× Shoe",1,59.90
`,
    'woocommerce-orders-en',
  );
  assert.deepEqual(brief(english.facts), [
    ['status.claimed', '10251'],
    ['order.cancelled', '10252'],
  ]);
  const german = await readKnown(
    t,
    `Datum;"Bestellung #";Status;Kunde;"Produkt(e)";"N. Umsatz"
"05.11.2026 09:00";10251;Rückerstattet;Ada;"1× Schuh";0
"06.11.2026 09:00";10252;Storniert;Bob;"1× Schuh";0
"06.11.2026 09:00";10253;Fertiggestellt;Cem;"1× Schuh";59,90
`,
    'woocommerce-orders-de',
  );
  assert.deepEqual(brief(german.facts), brief(english.facts));
  assert.equal(german.facts[0]?.at, '2026-11-05T08:00:00.000Z');
});

test('Odoo stock moves, English and German: what comes from customers, by where it goes', async (t) => {
  const english = await readKnown(
    t,
    `Date,Reference,Source Document,Product,From,To,Quantity,Status
2026-11-05 09:00:00,WH/IN/00007,Return of LH-10251,[SHOE] Trail shoe,Partners/Customers,WH/Stock,1.00,Done
2026-11-05 09:00:00,WH/IN/00008,LH-10252,[SHOE] Trail shoe,Partners/Customers,WH/Input,2.00,Done
2026-11-05 09:00:00,WH/IN/00009,LH-10253,[SHOE] Trail shoe,Partners/Customers,Virtual Locations/Scrap,1.00,Done
2026-11-05 09:00:00,WH/IN/00010,LH-10254,[SHOE] Trail shoe,Partners/Customers,WH/Stock,1.00,Available
2026-11-05 09:00:00,WH/OUT/00010,LH-10255,[SHOE] Trail shoe,WH/Stock,Partners/Customers,1.00,Done
`,
    'odoo-stock-moves-en',
  );
  assert.deepEqual(brief(english.facts, 'sku', 'quantity', 'to'), [
    ['stock.moved', 'LH-10251', 'SHOE', 1, 'saleable'],
    ['stock.moved', 'LH-10252', 'SHOE', 2, 'input'],
    ['stock.moved', 'LH-10253', 'SHOE', 1, 'scrap'],
  ]);
  const german = await readKnown(
    t,
    `Datum;Referenz;Referenzbeleg;Produkt;Von;Nach;Menge;Status
05.11.2026 10:00:00;WH/IN/00007;LH-10251;[SHOE] Schuh;Partner/Kunden;WH/Bestand;1,00;Erledigt
05.11.2026 10:00:00;WH/IN/00008;LH-10252;[SHOE] Schuh;Partner/Kunden;WH/Wareneingang;2,00;Erledigt
05.11.2026 10:00:00;WH/IN/00009;LH-10253;[SHOE] Schuh;Partner/Kunden;Virtuell/Ausschuss;1,00;Erledigt
`,
    'odoo-stock-moves-de',
  );
  assert.deepEqual(
    brief(german.facts, 'sku', 'quantity', 'to'),
    brief(english.facts, 'sku', 'quantity', 'to'),
  );
});

test('Odoo credit notes, English and German', async (t) => {
  const english = await readKnown(
    t,
    `Number,Invoice/Bill Date,Origin,Tax,Total,Status
RINV/2026/00003,2026-11-05,LH-10251,-9.56,-59.90,Posted
RINV/2026/00004,2026-11-06,LH-10252,9.56,59.90,Draft
RINV/2026/00005,2026-11-06,LH-10253,9.56,59.90,Cancelled
INV/2026/00001,2026-11-06,LH-10254,9.56,59.90,Posted
`,
    'odoo-credit-notes-en',
  );
  assert.deepEqual(brief(english.facts, 'money', 'tax', 'document'), [
    ['credit_note.posted', 'LH-10251', eur(5990), 956, 'RINV/2026/00003'],
    ['credit_note.drafted', 'LH-10252', eur(5990), 956, 'RINV/2026/00004'],
    ['credit_note.cancelled', 'LH-10253', eur(5990), 956, 'RINV/2026/00005'],
  ]);
  const german = await readKnown(
    t,
    `Nummer;Rechnungsdatum;Referenzbeleg;Steuer;Gesamt;Status
RINV/2026/00003;05.11.2026;LH-10251;9,56 €;59,90 €;Gebucht
RINV/2026/00004;06.11.2026;LH-10252;9,56 €;59,90 €;Entwurf
RINV/2026/00005;06.11.2026;LH-10253;9,56 €;59,90 €;Abgebrochen
`,
    'odoo-credit-notes-de',
  );
  assert.deepEqual(brief(german.facts, 'money', 'tax'), brief(english.facts, 'money', 'tax'));
});

test('HubSpot tickets, English and German: a closed ticket says two things', async (t) => {
  const english = await readKnown(
    t,
    `Ticket ID,Ticket name,Ticket status,Create date,Close date
71,Return of order LH-10251,Closed,2026-11-05 09:00,2026-11-09 09:00
72,Where is my refund 10252?,New,2026-11-06 09:00,
73,Question about sizes,New,2026-11-06 09:00,
`,
    'hubspot-tickets-en',
  );
  const expected = [
    ['case.opened', 'LH-10251', '71'],
    ['case.resolved', 'LH-10251', '71'],
    ['case.opened', '10252', '72'],
  ];
  assert.deepEqual(brief(english.facts, 'case'), expected);
  const german = await readKnown(
    t,
    `Ticket-ID;Ticketname;Ticketstatus;Erstelldatum;Abschlussdatum
71;Retoure Bestellung LH-10251;Geschlossen;05.11.2026 10:00;09.11.2026 10:00
72;Wo bleibt die Erstattung 10252?;Neu;06.11.2026 10:00;
73;Frage zur Größe;Neu;06.11.2026 10:00;
`,
    'hubspot-tickets-de',
  );
  assert.deepEqual(brief(german.facts, 'case'), expected);
  assert.deepEqual(german.facts.map(({ at }) => at), english.facts.map(({ at }) => at)); // prettier-ignore
});

test('every preset is a mapping that can be used, with a name of its own', () => {
  for (const { mapping } of presets) parseFactMapping(mapping);
  assert.equal(new Set(presets.map(({ name }) => name)).size, presets.length);
});
