import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exitCodes } from '../../src/wire/exit-codes.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const root = join(import.meta.dirname, '../..');

test('without --apply it only says what would go; with it the orders lie in files', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-archive-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const db = await databases.open();
  const environment = { DATABASE_URL: databases.urlOf(db) };
  const archive = (...args: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [join(root, 'bin/reentry.js'), 'archive', '--data', folder, ...args], {
      cwd: root, encoding: 'utf8', env: { ...process.env, ...environment },
    }); // prettier-ignore
  await db.pool.query(
    `insert into order_states (order_key, connection, number, state, verdict, placed_at, closed_at, currency, code_version)
     values ('shop/1', 'shop', '1', '{}', 'closed', '2024-01-01Z', '2024-02-01Z', 'EUR', 'test')`,
  );
  for (const wrong of [['--apply'], ['--before', 'yesterday'], ['--before', '2999-01-01']])
    assert.equal(archive(...wrong).status, exitCodes.usage, wrong.join(' '));
  assert.match(archive('--before', '2024-02-02').stderr, /^1 orders closed before 2024-02-02 would go: 1 records and facts/);
  assert.match(archive().stderr, /^0 orders lie in 0 files/);
  assert.match(archive('--before', '2024-02-01', '--apply').stderr, /^Archived 0 orders/);
  assert.match(archive('--before', '2024-02-02', '--apply').stderr, /^Archived 1 orders/);
  assert.match(archive().stderr, /^1 orders lie in 1 files/);
  assert.equal(readdirSync(join(folder, 'archive')).length, 1);
}); // prettier-ignore
