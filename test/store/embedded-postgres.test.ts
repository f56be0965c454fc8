/** The database that comes along: one per folder, taken over after a crash, gone after a stop. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { isRunning } from '../../src/store/postmaster.ts';
import { AppError, errors } from '../../src/wire/errors.ts';

const settings = { fsync: 'off' };

/** Servers of the test that runs; they must stop before their folder goes. */
const started: EmbeddedPostgres[] = [];

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reentry-embedded-'));
  t.after(async () => {
    for (const server of started.splice(0)) await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

async function start(folder: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, settings });
  started.push(server);
  return server;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

test('starts, keeps what was written over a restart, and leaves no process', async (t) => {
  const folder = await makeFolder(t);
  const first = await start(folder);
  assert.equal(first.wasAdopted, false);
  await ask(first.url, 'create table kept as select 1 as one');
  const db = await openDatabase({ url: first.url });
  assert.doesNotMatch(db.name, new RegExp(new URL(first.url).password), 'messages name no password');
  await db.close();
  // Nothing but a login gets in.
  const stranger = new URL(first.url);
  stranger.password = 'guess';
  await assert.rejects(openDatabase({ url: stranger.href }), hasCode('store-refused-login'));
  // A second one on the folder is refused, the first goes on.
  await assert.rejects(
    startEmbeddedPostgres({ folder, settings }),
    (error) =>
      hasCode('store-folder-locked')(error) &&
      String((error as AppError).detail).includes(String(process.pid)),
  );
  await ask(first.url, 'select 1');
  const pid = first.pid();
  await first.stop();
  await first.stop();
  assert.equal(await isRunning(pid), false);
  await assert.rejects(openDatabase({ url: first.url }), hasCode('store-unreachable'));
  const second = await start(folder);
  assert.deepEqual(await ask(second.url, 'select one from kept'), [{ one: 1 }]);
});

test('takes over the server that a killed process left, and starts one that dies again', async (t) => {
  const folder = await makeFolder(t);
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'hold-server.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => holder.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: holder.stdout }), 'line')) as [string];
  const left = JSON.parse(line) as { url: string; pid: number };
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  assert.equal(await isRunning(left.pid), true, 'the server outlives who started it');
  const server = await start(folder);
  assert.deepEqual([server.wasAdopted, server.pid(), server.url], [true, left.pid, left.url]);

  process.kill(left.pid, 'SIGKILL');
  const isBack = async (): Promise<boolean> =>
    server.pid() !== left.pid && (await ask(server.url, 'select 1').then(() => true, () => false)); // prettier-ignore
  for (let waitedMs = 0; waitedMs < 20_000 && !(await isBack()); waitedMs += 100) await sleep(100);
  assert.equal(await isBack(), true, 'a dead server is started again on its port');
  const pid = server.pid();
  await server.stop();
  assert.equal(await isRunning(pid), false);
});

test('a folder that cannot be made is an error of the table', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(
    startEmbeddedPostgres({ folder: join(folder, 'file'), settings }),
    hasCode('store-folder-unwritable'),
  );
  await assert.rejects(
    startEmbeddedPostgres({ folder: join(folder, 'file', 'below'), settings }),
    hasCode('store-folder-unwritable'),
  );
  assert.ok(errors['store-folder-unwritable'].todo.length > 0);
});

test('programs that are not there are named', async (t) => {
  const folder = await makeFolder(t);
  await assert.rejects(
    startEmbeddedPostgres({ folder, settings, programs: join(folder, 'none') }),
    hasCode('store-programs-missing'),
  );
});
