import assert from 'node:assert/strict';
import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeConnectionSecrets } from '../../src/store/connection-secrets.ts';
import { putConnection, setConnectionStatus } from '../../src/store/connections.ts';
import { createSeal } from '../../src/store/seal.ts';
import { exitCodes } from '../../src/wire/exit-codes.ts';
import { freePort } from '../runs/free-port.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const root = join(import.meta.dirname, '../..');

function reentry(args: readonly string[], environment: Record<string, string>): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [join(root, 'bin/reentry.js'), ...args], {
    cwd: root, encoding: 'utf8', env: { ...process.env, ...environment },
  }); // prettier-ignore
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-doctor-'));
  // Where root's server, which runs as another user, can reach it: else the cluster would lie elsewhere and stay.
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('tells each thing that keeps the service from working, and what to do', async (t) => {
  const folder = makeFolder(t);
  const db = await databases.open();
  const environment = { DATABASE_URL: databases.urlOf(db) };
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const port = String((taken.address() as AddressInfo).port);
  // The master key is made at the first look; secrets sealed with another one cannot be opened.
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings: {} });
  await changeConnectionSecrets(db, createSeal(Buffer.alloc(32, 1)), 'shop', { consumerKey: 'ck' });
  await putConnection(db, { connection: 'erp', connector: 'odoo', system: 'erp', settings: {} });
  await setConnectionStatus(db, 'erp', 'stopped');
  const sick = reentry(['doctor', '--data', folder, '--port', port], environment);
  assert.equal(sick.status, exitCodes.failed, sick.stderr);
  assert.match(sick.stdout, /^ok +database: /m);
  assert.match(sick.stdout, new RegExp(`^failed +address: 127.0.0.1:${port} .*--port`, 'm'));
  assert.match(sick.stdout, /^failed +master key: .*REENTRY_MASTER_KEY/m);
  assert.match(sick.stdout, /^failed +connection erp: stopped .*resume/m);
});

test('finds nothing wrong with an installation that is well', async (t) => {
  const folder = makeFolder(t);
  const environment = { DATABASE_URL: databases.urlOf(await databases.open()) };
  const well = reentry(['doctor', '--data', folder, '--port', '1'], environment);
  assert.doesNotMatch(well.stdout, /^failed +(?!address)/m);
  assert.match(well.stdout, /^ok +schema: /m);
});

test('says what is wrong with files and with a database that does not answer', (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'connections.json'), '{ "shop": { "connector": "shopify" } }');
  const wrongFile = reentry(['doctor', '--data', folder], {});
  assert.match(wrongFile.stdout, /^failed +data folder: .*shop\.connector.*woocommerce/m);
  rmSync(join(folder, 'connections.json'));
  const noDatabase = reentry(['doctor', '--data', folder], {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
  });
  assert.match(noDatabase.stdout, /^failed +database: .*127\.0\.0\.1/m);
  writeFileSync(join(folder, 'master.key'), 'short');
  chmodSync(join(folder, 'master.key'), 0o600);
  assert.match(reentry(['doctor', '--data', folder], {}).stdout, /^failed +data folder: .*master/im);
  assert.equal(readFileSync(join(folder, 'master.key'), 'utf8'), 'short', 'nothing is changed');
});

test('several processes need a database of their own, and rebuild --check of an empty one finds nothing', async (t) => {
  const folder = makeFolder(t);
  const alone = reentry(['serve', '--role', 'worker', '--data', folder], {});
  assert.equal(alone.status, exitCodes.configuration);
  assert.match(alone.stderr, /DATABASE_URL/);
  const environment = { DATABASE_URL: databases.urlOf(await databases.open()) };
  const check = reentry(['rebuild', '--check', '--data', folder], environment);
  assert.deepEqual([check.status, check.stdout], [exitCodes.fine, '0 differences\n'], check.stderr);
});

test('a worker says how it is on a port of its own, and nothing else there', async (t) => {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const worker = spawn(process.execPath, ['bin/reentry.js', 'serve', '--role', 'worker', '--probe-port', String(port)], {
    cwd: root, stdio: 'ignore',
    env: { ...process.env, REENTRY_DATA: makeFolder(t), DATABASE_URL: databases.urlOf(await databases.open()) },
  }); // prettier-ignore
  const ended = once(worker, 'exit');
  t.after(async () => {
    worker.kill('SIGTERM');
    await ended;
  });
  const ask = (path: string): Promise<Response | undefined> => fetch(base + path).catch(() => undefined);
  for (const until = Date.now() + 30_000; (await ask('/health/ready'))?.status !== 200; await sleep(50))
    assert.ok(Date.now() < until, 'it is ready');
  assert.match(await (await ask('/metrics'))!.text(), /^reentry_waiting_deliveries 0$/m);
  for (const path of ['/', '/api/v1/orders', '/api/v1/session', '/hooks/shop'])
    assert.equal((await ask(path))?.status, 404, path);
});
