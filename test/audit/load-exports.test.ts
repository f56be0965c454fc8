import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { auditFolder, importOf, setAsideOf } from './audit-folder.ts';
import { folderWith } from './temporary-folder.ts';
import { wooOrder } from './woo-order.ts';

const sample = fileURLToPath(new URL('../../sample', import.meta.url));
const recordings = fileURLToPath(new URL('../fixtures/recordings', import.meta.url));

test('every import ends with a balance sheet: in = kept + set aside', async () => {
  for (const folder of [sample, ...readdirSync(recordings).map((name) => `${recordings}/${name}`)]) {
    const report = await auditFolder(folder);
    for (const sheet of report.imports) {
      assert.equal(sheet.in, sheet.kept + setAsideOf(sheet), `${folder} ${sheet.file}`);
      for (const { reason, count } of sheet.setAside) assert.ok(count > 0 && reason !== '', sheet.file);
    }
  }
});

test('every file of the sample but the stock levels is taken for what it is', async () => {
  const report = await auditFolder(sample);
  const unknown = report.imports.filter((sheet) => sheet.kept !== sheet.in).map((sheet) => sheet.file);
  assert.deepEqual(unknown, ['tryton/stock_levels.json']);
  assert.equal(importOf(report, 'tryton/shipments_return.json').kind, 'tryton stock.shipment.out.return');
});

test('objects are found in the envelopes of APIs', async (t) => {
  const folder = folderWith(t, {
    'array.json': [wooOrder(1)],
    'single.json': wooOrder(2),
    'rpc.json': { jsonrpc: '2.0', id: 7, result: [wooOrder(3)] },
    'list.json': { object: 'list', has_more: false, data: [wooOrder(4)] },
    'page.json': { count: 1, items: [wooOrder(5)] },
    'results.json': { results: [wooOrder(6)], paging: { next: { after: '10' } } },
    'named.json': { orders: [wooOrder(7)], next_page: null },
    'exchange.json': {
      request: { method: 'GET' },
      response: { status: 200, headers: {}, body: [wooOrder(8)] },
    },
    'failed.json': {
      request: { method: 'GET' },
      response: { status: 404, headers: {}, body: { code: 'x' } },
    },
  });
  const report = await auditFolder(folder);
  assert.deepEqual(report.orders.map((order) => order.order).sort(), [
    'T-1',
    'T-2',
    'T-3',
    'T-4',
    'T-5',
    'T-6',
    'T-7',
    'T-8',
  ]);
  assert.equal(importOf(report, 'failed.json').setAside[0]!.reason, 'a recorded answer with HTTP status 404');
});

test('of two readings of one object the later read counts, else the later modified time', async (t) => {
  const old = wooOrder(1, { status: 'completed', date_modified_gmt: '2026-11-09T08:00:00' });
  const young = wooOrder(1, { status: 'cancelled', date_modified_gmt: '2026-11-08T08:00:00' });
  const byModified = await auditFolder(folderWith(t, { 'a.json': [old], 'b.json': [young] }));
  assert.equal(byModified.orders[0]!.hasReturn, false, 'the later modified time wins');
  assert.equal(importOf(byModified, 'b.json').kept, 0);
  const manifest = { files: { 'a.json': '2026-11-10T00:00:00Z', 'b.json': '2026-11-11T00:00:00Z' } };
  const byRead = await auditFolder(
    folderWith(t, { 'a.json': [old], 'b.json': [young], 'manifest.json': manifest }),
  );
  assert.equal(byRead.orders[0]!.hasReturn, true, 'the later read wins over the modified time');
  assert.equal(importOf(byRead, 'a.json').kept, 0);
});

test('two readings that differ and cannot be ordered are both set aside and shown', async (t) => {
  const folder = folderWith(t, {
    'a.json': [wooOrder(1), wooOrder(2)],
    'b.json': [wooOrder(1, { status: 'cancelled' })],
  });
  const report = await auditFolder(folder);
  assert.deepEqual(
    report.orders.map((order) => [order.order, order.verdict]),
    [
      ['T-1', 'incomplete'],
      ['T-2', 'closed'],
    ],
  );
  for (const file of ['a.json', 'b.json']) {
    assert.match(
      importOf(report, file).setAside[0]!.reason,
      /nothing says which is newer \(order\/1\)/,
      file,
    );
  }
});

test('the same object twice counts once, and equal files in any order give the same orders', async (t) => {
  const one = await auditFolder(
    folderWith(t, { 'a.json': [wooOrder(1)], 'b.json': [wooOrder(1), wooOrder(2)] }),
  );
  const other = await auditFolder(
    folderWith(t, { 'z.json': [wooOrder(1)], 'b.json': [wooOrder(2), wooOrder(1)] }),
  );
  assert.equal(importOf(one, 'b.json').setAside[0]!.reason, 'the same object again, unchanged');
  assert.deepEqual(one.orders, other.orders);
});

test('a connection of its own per folder where the policy says so', async (t) => {
  const folder = folderWith(t, {
    'north/orders.json': [wooOrder(1)],
    'south/orders.json': [wooOrder(1, { status: 'cancelled' })],
    'policy.json': {
      connections: {
        north: { connector: 'woocommerce', path: 'north' },
        south: { connector: 'woocommerce', path: 'south' },
      },
    },
  });
  const report = await auditFolder(folder);
  assert.deepEqual(report.orders.map((order) => order.orderKey).sort(), ['north/1', 'south/1']);
  assert.equal(report.policy.file, 'policy.json');
});

test('what happened after the as-of time is left out and counted', async (t) => {
  const folder = folderWith(t, { 'orders.json': [wooOrder(1)] });
  const report = await auditFolder(folder, { asOf: '2026-11-02T09:00:00Z' });
  assert.ok(report.laterFacts > 0);
  const later = await auditFolder(folder);
  assert.equal(later.laterFacts, 0);
});
