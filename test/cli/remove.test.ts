/** A data folder is taken away with what lies elsewhere because of it. */
import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { outsidePlace } from '../../src/store/postgres-user.ts';
import { exitCodes } from '../../src/wire/exit-codes.ts';

const root = join(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;

function reentry(...args: readonly string[]): SpawnSyncReturns<string> {
  // A database that does not answer: doctor is asked about folders only.
  const env = { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
  return spawnSync(process.execPath, [join(root, 'bin/reentry.js'), ...args], { cwd: root, encoding: 'utf8', env }); // prettier-ignore
}

test(
  'a database that lies elsewhere is named when its folder is gone, and goes with it',
  { skip: isRoot ? false : 'only the data of root lies elsewhere' },
  async (t) => {
    const closed = mkdtempSync(join(tmpdir(), 'reentry-remove-'));
    t.after(() => rmSync(closed, { recursive: true, force: true }));
    const data = join(closed, 'data');
    const server = await startEmbeddedPostgres({ folder: join(data, 'postgres'), settings: { fsync: 'off' } }); // prettier-ignore
    t.after(() => server.stop());
    const place = outsidePlace(join(data, 'postgres'));
    assert.ok(existsSync(join(place, 'cluster')));
    assert.equal(reentry('remove', '--data', data, '--yes').status, exitCodes.tryLater, 'it is in use');
    await server.stop();

    const asked = reentry('remove', '--data', data);
    assert.equal(asked.status, exitCodes.refused);
    assert.ok(asked.stderr.includes(place), asked.stderr);
    assert.ok(existsSync(join(place, 'cluster')), 'nothing was touched');
    assert.ok(!reentry('doctor', '--data', closed).stdout.includes(place), 'nothing is left as long as the folder is there'); // prettier-ignore

    rmSync(data, { recursive: true });
    const named = reentry('doctor', '--data', closed).stdout;
    assert.match(named, new RegExp(`^warning +left database: ${place} .*reentry remove --data ${data} --yes`, 'm')); // prettier-ignore
    assert.equal(reentry('remove', '--data', data, '--yes').status, exitCodes.fine);
    assert.ok(!existsSync(place));
  },
);

test('what people wrote stays', (t) => {
  const data = mkdtempSync(join(tmpdir(), 'reentry-remove-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  for (const name of ['master.key', 'policy.json']) writeFileSync(join(data, name), '{}');
  const removed = reentry('remove', '--data', data, '--yes');
  assert.deepEqual([removed.status, existsSync(join(data, 'master.key')), existsSync(join(data, 'policy.json'))], [exitCodes.fine, false, true]); // prettier-ignore
  assert.match(removed.stderr, /policy\.json/);
});
