import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readConnectionsFile, storeConnectionsFile } from '../../src/cli/connections-file.ts';
import { secretsFromEnvironment } from '../../src/cli/environment-secrets.ts';
import { forgetSandbox, hasOwnConnections } from '../../src/cli/sandbox-company.ts';
import { listConnections, putConnection } from '../../src/store/connections.ts';
import { listOrders } from '../../src/store/list-orders.ts';
import { AppError } from '../../src/wire/errors.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { SmallShop } from '../engine/small-shop.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();

function makeFolder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-configuration-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('secrets come from the environment or from files it names, for the connection they name', (t) => {
  const folder = makeFolder(t, { hook: 'whsec_1\nsecond line\n' });
  const environment = {
    REENTRY_SECRET_SHOP__CONSUMER_KEY: 'ck_1',
    REENTRY_SECRET_SHOP__WEBHOOK_FILE: join(folder, 'hook'),
    REENTRY_SECRET_SHOP_DE__CONSUMER_KEY: 'ck_de',
    REENTRY_SECRET_SHOP__EMPTY: '',
  };
  assert.deepEqual(secretsFromEnvironment(environment, 'shop'), { consumerKey: 'ck_1', webhook: 'whsec_1' });
  assert.deepEqual(secretsFromEnvironment(environment, 'shop-de'), { consumerKey: 'ck_de' });
  assert.throws(
    () => secretsFromEnvironment({ REENTRY_SECRET_SHOP__WEBHOOK_FILE: join(folder, 'none') }, 'shop'),
    (error) => error instanceof AppError && error.code === 'secret-unreadable',
  );
});

test('connections of the file are stored, twice the same, and a mistake is named', async (t) => {
  const shop = { connector: 'woocommerce', baseUrl: 'https://shop.example', requestsPerSecond: 3, watchFrom: '2026-11-01T00:00:00Z' }; // prettier-ignore
  const folder = makeFolder(t, { 'connections.json': JSON.stringify({ shop, 'shop-de': shop }) });
  const db = await databases.open();
  await storeConnectionsFile(db, folder);
  const before = await listConnections(db);
  await storeConnectionsFile(db, folder);
  assert.deepEqual(await listConnections(db), before, 'nothing changed, not even the time');
  assert.deepEqual(
    before.map((one) => [one.connection, one.system, one.watchFromAt]),
    [
      ['shop', 'shop', '2026-11-01T00:00:00.000Z'],
      ['shop-de', 'shop', '2026-11-01T00:00:00.000Z'],
    ],
  );
  for (const [text, named] of [
    ['{', /connections\.json/],
    ['{"shop":{"connector":"woocommerce","secrets":{}}}', /shop.*secrets/],
    ['{"Shop":{"connector":"woocommerce"}}', /small letters/],
    ['{"shop":{"connector":"shopify"}}', /shop\.connector.*woocommerce/],
  ] as const)
    assert.throws(
      () => readConnectionsFile(makeFolder(t, { 'connections.json': text })),
      (error) => error instanceof AppError && error.code === 'connections-file-invalid' && named.test(error.message), // prettier-ignore
    );
});

test('the sandbox company goes with all that was read from it, and nothing else does', async () => {
  const db = await databases.open();
  const sandbox = new SmallShop();
  sandbox.placeOrder(1);
  sandbox.refundOrder(101, 1);
  const engine = createEngine({
    db, systems: new Map([['shop', sandbox.connect()]]), policy: defaultPolicy('UTC'), codeVersion: 'test',
    clock: Date.now, isSimulated: true,
  }); // prettier-ignore
  await engine.sweepAll();
  await engine.drain();
  await engine.stop();
  const settings = { isSandbox: true };
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings });
  assert.equal(await hasOwnConnections(db), false);
  await putConnection(db, { connection: 'shop-de', connector: 'woocommerce', system: 'shop', settings: {} });
  assert.equal(await hasOwnConnections(db), true);
  assert.equal((await listOrders(db, {})).rows.length, 1);
  assert.deepEqual(await forgetSandbox(db), ['shop']);
  assert.equal((await listOrders(db, {})).rows.length, 0);
  for (const table of [
    'objects',
    'observations',
    'facts',
    'keys',
    'problems',
    'sweep_cursors',
    'order_marks',
  ]) {
    const { rows } = await db.pool.query<{ count: string }>(`select count(*)::text as count from ${table}`);
    assert.equal(rows[0]?.count, '0', table);
  }
  assert.deepEqual((await listConnections(db)).map((one) => one.connection), ['shop-de']); // prettier-ignore
});
