import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataFolder } from '../../src/cli/data-folder.ts';
import { examineCapacity, useOf, type Measured } from '../../src/cli/examine-capacity.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const measured: Measured = {
  recordsPerSecond: 100, recordsPerOrder: 9, bytesPerOrder: 50_000, freeBytes: 365 * 50_000 * 1000, orders: 960_000, ordersPerDay: 100,
  ordersInBusiestHour: 40, requestsPerSecond: 2,
}; // prettier-ignore

test('each limit is used by its share, and ten times the orders use ten times as much', () => {
  const use = useOf(measured, 1);
  assert.deepEqual(Object.fromEntries(use), {
    // 360 records in an hour, 0.1 a second.
    'processors': 0.001, 'disk': 0.1, 'sources': 0.1, 'daily measurement': 1,
  }); // prettier-ignore
  for (const [limit, share] of useOf(measured, 10))
    assert.ok(Math.abs(share - 10 * use.get(limit)!) < 1e-9, limit);
});

test('what is not known is no limit: the disk of another machine, systems that are not connected', () => {
  const use = useOf({ ...measured, freeBytes: undefined, requestsPerSecond: undefined }, 1);
  assert.deepEqual([...use.keys()], ['processors', 'daily measurement']);
});

test('it measures in a database of its own, drops it, and reckons with the orders that are there', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'reentry-capacity-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  const db = await databases.open();
  await db.pool.query(
    `insert into order_states (order_key, connection, number, state, verdict, placed_at, currency, code_version)
     select 'shop/' || n, 'shop', n::text, '{}', 'pending', now() - interval '1 hour', 'EUR', 'test' from generate_series(1, 300) as n`,
  );
  const lines = await Array.fromAsync(examineCapacity(db, openDataFolder(path)));
  assert.match(lines[0]!, /^pace +[\d,]+ records a second/);
  assert.match(lines[1]!, /^held +300 orders, 0 records/);
  assert.match(lines[2]!, /^coming in +10 orders a day, 300 in the busiest hour/);
  assert.match(lines.join('\n'), /^ +10,000 × .*processors [\d.,]+ %/m);
  const { rows } = await db.pool.query("select 1 from pg_database where datname like 'reentry_capacity_%'");
  assert.equal(rows.length, 0);
});
