import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rankBroken } from '../../src/audit/audit-view.ts';
import { cellText, renderCsv } from '../../src/audit/render-csv.ts';
import { renderHtml } from '../../src/audit/render-html.ts';
import { renderTerminal } from '../../src/audit/render-terminal.ts';
import type { AuditReport } from '../../src/wire/audit-report.ts';
import { auditFolder } from './audit-folder.ts';
import { folderWith } from './temporary-folder.ts';
import { wooOrder } from './woo-order.ts';

const nasty = '=HYPERLINK("http://x")<script>alert(1)</script>';

/** An order whose number is an attack, refunded more than it cost. */
async function nastyReport(t: Parameters<typeof folderWith>[0]): Promise<AuditReport> {
  const refund = {
    id: 90, parent_id: 1, order_id: 1, amount: '80.00', reason: 'x', refunded_by: 1, refunded_payment: true, meta_data: [],
    date_created_gmt: '2026-11-03T09:00:00', line_items: [], shipping_lines: [], tax_lines: [], fee_lines: [],
  }; // prettier-ignore
  const order = wooOrder(1, { number: nasty, refunds: [{ id: 90, reason: 'x', total: '-80.00' }] });
  return auditFolder(folderWith(t, { 'orders.json': [order], 'refunds.json': [refund] }));
}

const view = (report: AuditReport) => ({
  head: report,
  broken: rankBroken(report.orders),
  paths: ['exports'],
});

test('cells that a spreadsheet would run are made harmless, numbers stay numbers', () => {
  for (const formula of ['=1+1', '+1+1', '-1+cmd', '@SUM(A1)', '\t=1', ' =1', '|calc', '＝1+1']) {
    assert.match(cellText(formula, ','), /^"?'/, formula);
  }
  for (const plain of ['-12.34', '+5', '59.90', 'LH-10251', '-12,34'])
    assert.equal(cellText(plain, ';'), plain);
  assert.equal(cellText('a,"b"', ','), '"a,""b"""');
  assert.equal(cellText('a\nb', ','), '"a\nb"');
});

test('the CSV has one line per problem, in the manner of the language', async (t) => {
  const report = await nastyReport(t);
  const problems = report.orders.flatMap((order) => order.problems).length + report.others.length;
  const english = [...renderCsv(report.orders, report, 'en')];
  assert.equal(english.length, problems + 1);
  assert.match(english[1]!, /^"'=HYPERLINK/);
  assert.match(english.join(''), /,20\.10,EUR,/);
  const german = [...renderCsv(report.orders, report, 'de')].join('');
  assert.ok(german.startsWith('\uFEFForder;'));
  assert.match(german, /;20,10;EUR;/);
});

test('the page escapes what comes from outside and loads nothing', async (t) => {
  const report = await nastyReport(t);
  const page = renderHtml(view(report), 'en');
  assert.doesNotMatch(page, /<script>alert/);
  assert.match(page, /&lt;script&gt;alert\(1\)/);
  assert.doesNotMatch(page, /\b(?:src|href)=|url\(|@import/);
  assert.match(page, /default-src 'none'|default-src &#39;none&#39;/);
  assert.equal((page.match(/<script>/g) ?? []).length, 1, 'its own script only');
});

test('the terminal report holds sums, owner, case note, what is not watched and the imports', async (t) => {
  const report = await nastyReport(t);
  const text = renderTerminal(view(report), { language: 'en', colour: false, width: 100 });
  for (const part of [
    '€20.10',
    'Finance',
    'Case ',
    'Not watched',
    'credit notes from the ERP',
    'orders.json',
    'woocommerce order',
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes('\u001b'), 'no escape sequences without colour');
  const coloured = renderTerminal(view(report), { language: 'de', colour: true, width: 100 });
  assert.ok(coloured.includes('\u001b[1m') && coloured.includes('Nicht beobachtet'));
});
