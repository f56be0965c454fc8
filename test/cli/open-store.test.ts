import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataFolder } from '../../src/cli/data-folder.ts';
import { openStore } from '../../src/cli/open-store.ts';
import { isRunning } from '../../src/store/postmaster.ts';

test('a command works beside a running service and leaves its database running', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'reentry-beside-'));
  // Where root's server, which runs as another user, can reach it: else the cluster would lie elsewhere and stay.
  chmodSync(path, 0o755);
  t.after(() => rmSync(path, { recursive: true, force: true }));
  const given = process.env['DATABASE_URL'];
  delete process.env['DATABASE_URL'];
  t.after(() => {
    if (given !== undefined) process.env['DATABASE_URL'] = given;
  });
  const folder = openDataFolder(path);
  const pidOf = async ({ db }: Awaited<ReturnType<typeof openStore>>): Promise<number> => {
    const { rows } = await db.pool.query<{ pid: number }>(
      "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid",
    );
    return rows[0]!.pid;
  };

  const service = await openStore(folder, 'serve');
  const server = await pidOf(service);
  const command = await openStore(folder, 'beside');
  assert.equal(await pidOf(command), server);
  await command.close();
  assert.ok(await isRunning(server), 'the command did not stop what it had not started');
  await service.close();
  assert.ok(!(await isRunning(server)));

  const alone = await openStore(folder, 'beside');
  const own = await pidOf(alone);
  assert.notEqual(own, server);
  await alone.close();
  assert.ok(!(await isRunning(own)), 'what it started for itself it stopped');
});
