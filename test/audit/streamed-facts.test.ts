import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findFiles } from '../../src/audit/find-files.ts';
import { loadExports, type Loaded } from '../../src/audit/load-exports.ts';
import { readTimes } from '../../src/audit/read-times.ts';
import { reconcile } from '../../src/audit/reconcile.ts';
import { connectors } from '../../src/connectors/registry.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { auditFolder, importOf } from './audit-folder.ts';
import { folderWith } from './temporary-folder.ts';

const now = Date.parse('2026-12-03T12:00:00Z');
const generator = fileURLToPath(new URL('../../bench/generate-canonical.ts', import.meta.url));
const generated = (count: number): string =>
  execFileSync(process.execPath, [generator, String(count)], { encoding: 'utf8', maxBuffer: 1 << 28 });

const load = (folder: string): Promise<Loaded> =>
  loadExports(findFiles([folder]), {
    connections: [],
    zone: 'UTC',
    currency: undefined,
    readTimes: readTimes(new Map(), undefined),
  });

test('facts read order by order give the same states as facts filed together', async (t) => {
  // More orders than are looked at one by one before folding, so that coverage is guessed from a sample.
  const folder = folderWith(t, { 'facts.ndjson': generated(12_000) });
  const loaded = await load(folder);
  const alone = reconcile([], defaultPolicy(), now, { streamed: loaded.streamed });
  const objects = new Map<string, Map<string, unknown>>();
  const canonical = connectors.find(({ name }) => name === 'canonical')!;
  for (const line of readFileSync(`${folder}/facts.ndjson`, 'utf8').trim().split('\n')) {
    const body: unknown = JSON.parse(line);
    const { kind, id } = canonical.kindOf(body, '')!;
    const byId = objects.get(kind) ?? new Map<string, unknown>();
    objects.set(kind, byId.set(id, body));
  }
  const { settings } = loaded.connections[0]!;
  const together = reconcile([{ connector: canonical, settings, objects }], defaultPolicy(), now);
  assert.equal(alone.states.length, together.states.length);
  assert.ok(
    alone.states.some(({ problems }) => problems.length > 0),
    'the generator plants problems',
  );
  assert.deepEqual(alone.states, together.states);
  assert.deepEqual(alone.coverage, together.coverage);
  assert.equal(alone.factCount, 12_000);
});

const received = {
  type: 'goods.received',
  at: '2026-11-03T08:00:00Z',
  system: 'wms',
  order: 'A-1',
  sku: 'S',
  quantity: 1,
};
const placed = {
  type: 'order.placed', at: '2026-11-01T08:00:00Z', system: 'shop', order: 'A-1', currency: 'EUR', total: 1000,
  shipping: { gross: 0, tax: 0 }, fees: { gross: 0, tax: 0 },
  lines: [{ line: '1', sku: 'S', quantity: 2, gross: 1000, tax: 160, kind: 'goods' }],
}; // prettier-ignore
const ndjson = (...lines: readonly unknown[]): string => lines.map((line) => JSON.stringify(line)).join('\n');

test('a later line of one file with the same id replaces the earlier one', async (t) => {
  const folder = folderWith(t, {
    'facts.ndjson': ndjson(
      placed,
      { ...received, id: 'r1' },
      { ...received, id: 'r1', quantity: 2 },
      { ...received, id: 'r1', quantity: 2 },
    ),
  });
  const report = await auditFolder(folder);
  assert.equal(report.orders[0]!.units[0]!.received, 2);
  const sheet = importOf(report, 'facts.ndjson');
  assert.deepEqual([sheet.in, sheet.kept], [4, 2]);
  assert.deepEqual(sheet.setAside.map(({ reason }) => reason).sort(), [
    'an older version of a fact that is here in a newer one',
    'the same object again, unchanged',
  ]);
});

test('two files that differ about one id are not believed either, unless they say when they were read', async (t) => {
  const files = {
    'a.ndjson': ndjson(placed, { ...received, id: 'r1' }),
    'b.ndjson': ndjson({ ...received, id: 'r2', quantity: 0 }, { ...received, id: 'r1', quantity: 2 }),
  };
  const unsure = await auditFolder(folderWith(t, files));
  assert.equal(unsure.orders[0]!.units[0]!.received, 0);
  assert.match(importOf(unsure, 'a.ndjson').setAside[0]!.reason, /nothing says which is newer \(fact\/r1\)/);
  const manifest = { files: { 'a.ndjson': '2026-11-10T00:00:00Z', 'b.ndjson': '2026-11-11T00:00:00Z' } };
  const sure = await auditFolder(folderWith(t, { ...files, 'manifest.json': manifest }));
  assert.equal(sure.orders[0]!.units[0]!.received, 2);
});

test('a line that cannot be read is set aside with its field, and its order is not called closed', async (t) => {
  const folder = folderWith(t, { 'facts.ndjson': ndjson(placed, { ...received, quantity: -1 }) });
  const report = await auditFolder(folder);
  const sheet = importOf(report, 'facts.ndjson');
  assert.deepEqual([sheet.in, sheet.kept], [2, 1]);
  assert.match(sheet.setAside[0]!.reason, /field quantity/);
  assert.deepEqual(
    report.others.map(({ code, field }) => [code, field]),
    [['unreadable-object', 'quantity']],
  );
  assert.equal(report.orders[0]!.verdict, 'incomplete');
});
