import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { exitCodes } from '../../src/wire/exit-codes.ts';

const root = join(import.meta.dirname, '../..');
const asOf = ['--as-of', '2026-12-03T12:00:00Z'];

function reentry(args: readonly string[], input = ''): SpawnSyncReturns<string> {
  const run = spawnSync(process.execPath, [join(root, 'bin/reentry.js'), ...args], {
    cwd: root, encoding: 'utf8', input, maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: '1' },
  }); // prettier-ignore
  assert.doesNotMatch(run.stderr, /^\s+at .*\.[jt]s:\d+/m, 'no stack trace');
  return run;
}

function folderWith(t: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('help starts with examples, and the version is the version', () => {
  const help = reentry(['--help']);
  assert.equal(help.status, exitCodes.fine);
  assert.match(help.stdout, /^Examples:/);
  assert.match(reentry(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('an unknown command or option is a usage error', () => {
  assert.equal(reentry(['audti']).status, exitCodes.usage);
  assert.equal(reentry(['audit', 'sample', '--nonsense']).status, exitCodes.usage);
  assert.equal(reentry(['audit', 'sample', '--as-of', '30 February']).status, exitCodes.usage);
});

test('open problems exit with 3, none with 0', (t) => {
  assert.equal(reentry(['audit', 'sample', ...asOf]).status, exitCodes.differencesFound);
  const fact = {
    type: 'order.placed', at: '2026-11-02T08:00:00Z', system: 'shop', order: 'A1', currency: 'EUR', number: 'A1',
    lines: [{ line: '1', sku: 'S', quantity: 1, gross: 100, tax: 0, kind: 'goods' }], shipping: { gross: 0, tax: 0 },
    fees: { gross: 0, tax: 0 }, total: 100,
  }; // prettier-ignore
  const folder = folderWith(t, { 'facts.ndjson': `${JSON.stringify(fact)}\n` });
  assert.equal(reentry(['audit', folder, ...asOf]).status, exitCodes.fine);
});

test('what is not there is not found, and the message names it', (t) => {
  const missing = reentry(['audit', 'no/such/folder']);
  assert.equal(missing.status, exitCodes.notFound);
  assert.match(missing.stderr, /no\/such\/folder/);
  assert.equal(reentry(['audit', folderWith(t, {})]).status, exitCodes.notFound);
  assert.equal(
    reentry(['order', 'answer', 'NOPE-1', '--from', 'sample', ...asOf]).status,
    exitCodes.notFound,
  );
});

test('a policy file that does not fit is a configuration error that names the place', (t) => {
  const folder = folderWith(t, { 'policy.json': '{"payAfter":"sometimes"}' });
  const run = reentry(['audit', 'sample', '--policy', join(folder, 'policy.json'), ...asOf]);
  assert.equal(run.status, exitCodes.configuration);
  assert.match(run.stderr, /payAfter/);
});

test('a truncated file says file, line and column; what was whole is kept', (t) => {
  const folder = folderWith(t, { 'tickets.json': '[{"id": 1, "Subject": "x"' });
  const run = reentry(['audit', folder, ...asOf]);
  assert.notEqual(run.status, exitCodes.fine);
  assert.match(run.stderr + run.stdout, /tickets\.json/);
});

test('an order is found as people type its number, in either language', () => {
  const english = reentry(['order', 'answer', '#lh-10251', '--from', 'sample', ...asOf]);
  assert.match(english.stdout, /The ERP has not put 1 unit LAMP-H3 back in stock/);
  const german = reentry(['order', 'answer', 'LH-10251', '--from', 'sample', '--lang', 'de', ...asOf]);
  assert.match(german.stdout, /Das ERP hat 1 Stück LAMP-H3 nicht wieder im Bestand/);
  const timeline = reentry(['order', 'timeline', 'LH-10251', '--from', 'sample', ...asOf]);
  assert.match(timeline.stdout, /refund\.recorded/);
});

test('facts reads one payload from stdin and names what it did not understand', () => {
  const body = {
    id: 1,
    parent_id: 7,
    amount: '1,234.56',
    date_created_gmt: '2026-11-02T09:00:00',
    reason: '',
    refunded_payment: false,
    line_items: [],
    meta_data: [],
  };
  const run = reentry(['facts', 'woocommerce', '-'], JSON.stringify(body));
  assert.match(run.stderr, /amount/);
  assert.match(run.stderr, /1,234\.56/);
  const good = reentry(['facts', 'woocommerce', '-'], JSON.stringify({ ...body, amount: '12.50' }));
  const [fact] = good.stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; money: { minor: number } }); // prettier-ignore
  assert.deepEqual([fact?.type, fact?.money.minor], ['refund.recorded', 1250]);
});

test('the sample comes along, and can be written as a page', (t) => {
  const page = join(folderWith(t, {}), 'report.html');
  const run = reentry(['audit', '--sample']);
  assert.equal(run.status, exitCodes.differencesFound);
  assert.match(run.stdout, /43 orders need someone: 55 open problems/);
  assert.equal(reentry(['audit', '--sample', '--html', page]).status, exitCodes.differencesFound);
  assert.match(readFileSync(page, 'utf8'), /LH-10251/);
  assert.equal(reentry(['audit', '--sample', 'exports']).status, exitCodes.usage);
  assert.equal(reentry(['audit']).status, exitCodes.usage);
});

test('a file of which no line can be matched is an error, and the report says why', (t) => {
  const heading = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
  const folder = folderWith(t, {
    'picture.csv': '\u0089PNG\r\n\u0000\u0000\u0000\rIHDR\u0000',
    'dates.csv': `${heading}536365,85123A,HEART,6,yesterday,2.55,17850,UK\n`,
    'good.csv': `${heading}536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,UK\n`,
  });
  const match = (...names: readonly string[]): SpawnSyncReturns<string> =>
    reentry(['match', ...names.map((name) => join(folder, name)), '--map', 'mappings/online-retail.json']);
  for (const name of ['picture.csv', 'dates.csv']) {
    const run = match(name);
    assert.equal(run.status, exitCodes.failed, name);
    assert.match(run.stdout, name === 'dates.csv' ? /"yesterday" is no date/ : /picture\.csv/);
    assert.match(run.stderr, /None of these files holds a line that could be read/);
  }
  assert.equal(match('picture.csv', 'good.csv').status, exitCodes.fine);
});
