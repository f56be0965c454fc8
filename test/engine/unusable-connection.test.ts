/** A connection that nobody can speak to: it is named, and keeps nothing else from working. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { findLiveConnector } from '../../src/connectors/live-registry.ts';
import { createService } from '../../src/engine/service.ts';
import { watchFreshness } from '../../src/engine/exceptions/watch-sources.ts';
import { changeConnectionSecrets, readConnectionSecrets } from '../../src/store/connection-secrets.ts';
import { findConnection, putConnection } from '../../src/store/connections.ts';
import { recordDeliveries } from '../../src/store/deliveries.ts';
import { hashText } from '../../src/store/json-text.ts';
import { listSubjectProblems } from '../../src/store/list-problems.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { gatewayHeaders, hookSecret, openApiWorld, shopHeaders } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const [seal, otherSeal] = [createSeal(randomBytes(masterKeyBytes)), createSeal(randomBytes(masterKeyBytes))];
const settings = { baseUrl: 'http://127.0.0.1:9', allowedNetworks: ['127.0.0.1'] };

test('secrets sealed with another master key stop their connection alone, until they are given anew', async (t) => {
  const db = await databases.open();
  const [shop, psp] = [
    { connection: 'shop', connector: 'woocommerce', system: 'shop', settings },
    { connection: 'psp', connector: 'stripe', system: 'psp', settings },
  ];
  for (const one of [shop, psp]) await putConnection(db, one);
  await changeConnectionSecrets(db, otherSeal, 'shop', { webhook: hookSecret });
  await changeConnectionSecrets(db, seal, 'psp', { webhook: hookSecret });
  // Acknowledged while the key was still the right one.
  const bodyHash = hashText('{}');
  await recordDeliveries(db, [{ connection: 'shop', topic: 'webhook', objectKey: 'shop:order/7', bodyHash }]);
  const said: string[] = [];
  const service = createService({
    db, codeVersion: 'test', clock: Date.now, policyFile: {},
    load: {
      findLive: findLiveConnector, zone: 'UTC', currency: 'EUR', random: () => 0.5, seal,
      secretsOf: (name) => readConnectionSecrets(db, seal, name),
    },
    onError: (where, error) => said.push(`${where}: ${String(error)}`),
  }); // prettier-ignore
  await service.start();
  t.after(() => service.stop());

  assert.equal(service.notReady(), undefined);
  assert.ok(
    said.some((line) => line.startsWith('shop: ') && line.includes('REENTRY_MASTER_KEY')),
    said.join('\n'),
  );
  const healthOf = async (name: string): Promise<unknown> => (await findConnection(db, name))?.health;
  assert.match(JSON.stringify(await healthOf('shop')), /"state":"failed".*|.*"state": "failed"/);
  assert.deepEqual(await healthOf('psp'), {});
  const [line] = (await service.check('shop')) ?? [];
  assert.equal(line?.state, 'failed');

  const event = JSON.stringify({ id: 'evt_1', object: 'event', type: 'charge.updated', data: { object: { object: 'charge', id: 'ch_1' } } }); // prettier-ignore
  const post = (
    name: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<{ readonly is: string }> =>
    service.receive(name, {
      headers,
      body: Buffer.from(body),
      receivedAt: Date.now(),
      path: `/hooks/${name}`,
    });
  const order = JSON.stringify({ id: 7, status: 'completed' });
  assert.equal((await post('psp', gatewayHeaders(event, Date.now()), event)).is, 'stored');
  assert.equal((await post('shop', shopHeaders(order), order)).is, 'unusable');

  const { systems } = service.engine().context();
  await watchFreshness(db, systems);
  const [problem] = await listSubjectProblems(db, ['connection/shop']);
  assert.equal(problem?.code, 'source-stale');
  assert.equal(problem.resolvedAt, null);
  const waiting = async (): Promise<string | undefined> => {
    const { rows } = await db.pool.query<{ outcome: string | null }>("select outcome from deliveries where object_key = 'shop:order/7' order by received_at limit 1"); // prettier-ignore
    return rows[0]?.outcome ?? 'waits';
  };
  await service.engine().drain();
  assert.equal(await waiting(), 'waits', 'what was acknowledged is kept for later');

  await changeConnectionSecrets(db, seal, 'shop', { webhook: hookSecret });
  await service.connectionChanged('shop');
  assert.deepEqual(await healthOf('shop'), { state: 'ok' });
  assert.equal((await post('shop', shopHeaders(order), order)).is, 'stored');
  await watchFreshness(db, service.engine().context().systems);
  assert.ok((await listSubjectProblems(db, ['connection/shop']))[0]?.resolvedAt !== null);
});

test('it is listed as what it is, and its sender is told to come again', async (t) => {
  const world = await openApiWorld(databases);
  t.after(() => world.close());
  await world.db.pool.query("update connections set secrets = '\\x0102' where connection = 'shop'");
  const body = { connector: 'woocommerce', baseUrl: settings.baseUrl, allowedNetworks: ['127.0.0.1'] };
  const changed = await world.ask('admin', 'PUT', '/api/v1/connections/shop', body);
  assert.equal(changed.statusCode, 200, changed.body);
  const listed = await world.ask('admin', 'GET', '/api/v1/connections');
  const { rows } = listed.json<{ rows: readonly { connection: string; secrets: readonly string[] }[] }>();
  assert.deepEqual(rows.map((row) => [row.connection, row.secrets]), [['psp', ['webhook']], ['shop', []]]); // prettier-ignore
  const order = JSON.stringify({ id: 7 });
  const refused = await world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(order), payload: order }); // prettier-ignore
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [503, '60']);
});
