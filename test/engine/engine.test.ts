import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConnectedSystem, ConnectedSystems } from '../../src/engine/connected-system.ts';
import type { HealthLine, LiveConnection, Snapshot } from '../../src/connectors/live-contract.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { processDeliveries, receiveDelivery } from '../../src/engine/receive.ts';
import { checkRebuild } from '../../src/engine/rebuild.ts';
import { takeCensus } from '../../src/engine/sweep.ts';
import { watchWebhooks } from '../../src/engine/watch-webhooks.ts';
import { defaultPolicy, type Policy } from '../../src/kernel/policy.ts';
import { listConnections, putConnection, setConnectionStatus } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { listOrders, listOrderStates } from '../../src/store/list-orders.ts';
import { listProblems } from '../../src/store/list-problems.ts';
import { readOpeningBalance } from '../../src/store/write-orders.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from './small-shop.ts';

const store = useTestDatabases();
const now = Date.parse('2026-11-20T12:00:00Z');

/** Manual refunds must show a payout: a control that speaks without other systems. */
const policy: Policy = {
  ...defaultPolicy('Europe/Berlin'),
  controls: { 'refund-paid-out': [{ from: '', value: { mode: 'watch', watch: 'on' } }] },
};

type Hook = ReturnType<SmallShop['hook']>;

function start(
  db: Database,
  system: ConnectedSystem,
  options: { isSimulated?: boolean; clock?: () => number } = {},
): { engine: Engine; systems: ConnectedSystems } {
  const { isSimulated = true, clock = () => now } = options;
  const systems = new Map([['shop', system]]);
  return { engine: createEngine({ db, systems, policy, codeVersion: 'test', clock, isSimulated }), systems };
}

async function statesOf(db: Database): Promise<unknown[]> {
  const { rows } = await listOrders(db, { limit: 100 });
  const states = await listOrderStates(db, rows.map((row) => row.orderKey).sort()); // prettier-ignore
  return states.map((row) => row.state);
}

/** Six orders, three refunds, one changed order. */
function fill(shop: SmallShop): Hook[] {
  const refs = [];
  for (let id = 1; id <= 6; id++) refs.push(shop.placeOrder(id, 2));
  for (let id = 1; id <= 3; id++) refs.push(shop.refundOrder(100 + id, id));
  refs.push(shop.placeOrder(4, 3));
  return refs.map((ref) => shop.hook(ref));
}

type Parts = { db: Database; systems: ConnectedSystems; engine: Engine; hooks: Hook[] };

describe('what arrives by webhook, by sweep or both gives identical states', () => {
  let expected: unknown[] | undefined;
  const ways: Record<string, (parts: Parts) => Promise<void>> = {
    'sweeps only': async ({ engine }) => {
      await engine.sweepAll();
    },
    'webhooks, then a census': async ({ db, systems, engine, hooks }) => {
      for (const hook of hooks) assert.equal((await receiveDelivery(db, systems, 'shop', hook)).status, 200);
      await engine.drain();
      await engine.censusAll();
    },
    'webhooks backwards and doubled': async ({ db, systems, engine, hooks }) => {
      for (const hook of [...hooks].reverse()) {
        await receiveDelivery(db, systems, 'shop', hook);
        await receiveDelivery(db, systems, 'shop', hook);
        await engine.drain();
      }
    },
    'all webhooks lost but one, then a census': async ({ db, systems, engine, hooks }) => {
      await receiveDelivery(db, systems, 'shop', hooks[0]!);
      await engine.censusAll();
    },
    'both at once': async ({ db, systems, engine, hooks }) => {
      await Promise.all([
        engine.sweepAll(),
        ...hooks.map((hook) => receiveDelivery(db, systems, 'shop', hook)),
      ]);
    },
  };
  for (const [way, arrive] of Object.entries(ways)) {
    test(way, async () => {
      const shop = new SmallShop();
      const hooks = fill(shop);
      const db = await store.open();
      const { engine, systems } = start(db, shop.connect());
      await arrive({ db, systems, engine, hooks });
      await engine.drain();
      const states = await statesOf(db);
      assert.equal(states.length, 6);
      expected ??= states;
      assert.deepEqual(states, expected);
      assert.equal((await listProblems(db, {})).rows.length, 3, 'three manual refunds without a payout');
      assert.deepEqual(await checkRebuild(db, engine.context()), []);
      await engine.stop();
    });
  }
});

test('a deleted refund leaves the answer after a census and two direct reads', async () => {
  const shop = new SmallShop();
  shop.placeOrder(1);
  const refund = shop.refundOrder(101, 1);
  const db = await store.open();
  const { engine, systems } = start(db, shop.connect());
  await engine.sweepAll();
  await engine.drain();
  assert.equal((await listProblems(db, {})).rows.length, 1);
  shop.delete(refund);
  await engine.sweepAll();
  await engine.drain();
  assert.equal((await listProblems(db, {})).rows.length, 1, 'a sweep cannot see what is missing');
  const options = { holder: 'test', signal: new AbortController().signal, goneGapMs: 0 };
  for (let look = 0; look < 3; look++) {
    await takeCensus(db, systems.get('shop')!, 'refund', options);
    while ((await processDeliveries(db, systems, options)) > 0);
  }
  await engine.drain();
  assert.equal((await listProblems(db, {})).rows.length, 0);
  const [state] = (await statesOf(db)) as [{ money: { refunded: number } }];
  assert.equal(state.money.refunded, 0);
  await engine.stop();
});

test('lost rights delete nothing', async () => {
  const shop = new SmallShop();
  fill(shop);
  const db = await store.open();
  const { engine, systems } = start(db, shop.connect());
  await engine.sweepAll();
  await engine.drain();
  const before = await statesOf(db);
  shop.failure = 'unauthorized';
  await engine.sweepAll();
  await engine.censusAll();
  await receiveDelivery(db, systems, 'shop', shop.hook({ kind: 'order', id: '1' }));
  await engine.drain();
  assert.deepEqual(await statesOf(db), before);
  await engine.stop();
});

test('a census that suddenly misses 5 % stops the connection with one exception and marks nothing', async () => {
  const shop = new SmallShop();
  const refs = Array.from({ length: 500 }, (_, index) => shop.placeOrder(index + 1));
  shop.refundOrder(901, 1);
  const db = await store.open();
  const system = shop.connect(250);
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings: {} });
  const { engine } = start(db, system);
  await engine.sweepAll();
  for (const ref of refs.slice(0, 25)) shop.delete(ref);
  const options = { holder: 'test', signal: new AbortController().signal };
  assert.deepEqual(await takeCensus(db, system, 'order', options), { is: 'alarm', known: 500, missing: 25 });
  assert.equal((await listConnections(db))[0]?.status, 'stopped');
  // The other kinds of a stopped connection, and the census of every six hours, add nothing and take nothing back.
  await engine.censusAll();
  const alarms = (await listProblems(db, { code: 'census-alarm' })).rows;
  assert.deepEqual(
    alarms.map(({ subjectKey, owner }) => [subjectKey, owner]),
    [['connection/shop', 'ops']],
  );
  assert.match(JSON.stringify(alarms[0]?.body), /25 of 500/);
  const { rows } = await db.pool.query(
    'select from objects where gone_at is not null or missing_at is not null',
  );
  assert.equal(rows.length, 0, 'nothing is marked gone');

  // Resumed by somebody who has looked: still nothing is gone without being read by itself, and one more is an alarm.
  await setConnectionStatus(db, 'shop', 'active');
  shop.delete(refs[30]!);
  assert.deepEqual(await takeCensus(db, system, 'order', options), { is: 'alarm', known: 500, missing: 26 });
  await setConnectionStatus(db, 'shop', 'active');
  assert.deepEqual(await takeCensus(db, system, 'order', options), { is: 'done', known: 500, missing: 26 });
  assert.equal((await db.pool.query('select from objects where gone_at is not null')).rows.length, 0);
  shop.placeOrder(31);

  // Hidden for a while only: back again and resumed, the census is in order and the exception is resolved.
  for (const [index] of refs.slice(0, 25).entries()) shop.placeOrder(index + 1);
  await setConnectionStatus(db, 'shop', 'active');
  await engine.censusAll();
  assert.deepEqual((await listProblems(db, { code: 'census-alarm' })).rows, []);
  await engine.stop();
});

test('webhooks are set up with our own secret, revived, and an open problem while they are off', async () => {
  const shop = new SmallShop();
  const db = await store.open();
  const system = shop.connect();
  const asked: string[] = [];
  let lines: readonly HealthLine[] = [
    { check: 'webhook order.updated', state: 'warning', message: 'Was off.' },
  ];
  const live = {
    ...system.live!,
    connector: {
      ...system.live!.connector,
      subscribe: async (connection: LiveConnection, url: string) => {
        asked.push(`${url} ${connection.secrets['webhook'] === undefined ? 'without' : 'with'} secret`);
        return lines;
      },
    },
  };
  const systems = new Map([['shop', { ...system, live }]]);
  const watch = (): Promise<void> =>
    watchWebhooks(db, systems, 'https://reentry.example/', new AbortController().signal);
  await watch();
  await watch();
  assert.deepEqual(new Set(asked), new Set(['https://reentry.example/hooks/shop with secret']));
  const open = async (): Promise<readonly unknown[]> =>
    (await listProblems(db, {})).rows.map(({ code, subjectKey, reopenedCount }) => [
      code,
      subjectKey,
      reopenedCount,
    ]);
  assert.deepEqual(await open(), [['webhook-disabled', 'connection/shop', 0]]);
  lines = [{ check: 'webhook order.updated', state: 'ok', message: 'Is on.' }];
  await watch();
  assert.deepEqual(await open(), []);
});

test('a forged delivery and one for an unknown connection are refused', async () => {
  const shop = new SmallShop();
  const ref = shop.placeOrder(1);
  const db = await store.open();
  const { engine, systems } = start(db, shop.connect());
  const forged = await receiveDelivery(db, systems, 'shop', shop.hook(ref, 'another secret'));
  assert.equal(forged.status, 401);
  assert.equal((await receiveDelivery(db, systems, 'elsewhere', shop.hook(ref))).status, 404);
  await engine.drain();
  assert.deepEqual(await statesOf(db), []);
  await engine.stop();
});

test('facts that are posted are stored before they are acknowledged', async () => {
  const shop = new SmallShop();
  const ref = shop.placeOrder(1);
  const db = await store.open();
  const system = shop.connect();
  const body = (await system.live!.connector.fetch(
    system.live!.connection,
    ref,
    new AbortController().signal,
  )) as {
    snapshot: Snapshot;
  };
  const posting: ConnectedSystem = {
    ...system,
    live: {
      ...system.live!,
      connector: {
        ...system.live!.connector,
        verify: () => ({ is: 'delivery', key: 'posted-1', hints: [], objects: [body.snapshot] }),
      },
    },
  };
  const { engine, systems } = start(db, posting);
  shop.failure = 'unauthorized';
  assert.equal((await receiveDelivery(db, systems, 'shop', shop.hook(ref))).status, 200);
  await engine.drain();
  assert.equal((await statesOf(db)).length, 1, 'the order is there without any read');
  await engine.stop();
});

test('what stood open before the watch began is one line of the opening balance, never a problem', async () => {
  const shop = new SmallShop();
  for (let id = 1; id <= 5; id++) {
    shop.placeOrder(id, 1, 59.9, '2026-05-04T09:00:00');
    shop.refundOrder(100 + id, id, 59.9, '2026-05-05T09:00:00');
  }
  shop.placeOrder(9);
  shop.refundOrder(109, 9);
  const db = await store.open();
  const { engine } = start(db, shop.connect(3, '2026-10-01T00:00:00.000Z'));
  await engine.sweepAll();
  await engine.drain();
  const problems = (await listProblems(db, {})).rows;
  assert.deepEqual(problems.map((problem) => problem.subjectKey), ['shop/9']); // prettier-ignore
  const lines = (await readOpeningBalance(db)).map(({ control, count, minor }) => ({
    control,
    count,
    minor,
  }));
  assert.deepEqual(lines, [{ control: 'refund-paid-out', count: 5, minor: 29950 }]);
  await engine.stop();
});

test('a problem waits for a read that is younger than its due time', async () => {
  const shop = new SmallShop();
  shop.placeOrder(1);
  shop.refundOrder(101, 1);
  const db = await store.open();
  // Due weeks ago by the database's clock: the sweep is younger than that, and nothing is withheld.
  const { engine } = start(db, shop.connect(), { isSimulated: false, clock: Date.now });
  await engine.sweepAll();
  await engine.drain();
  assert.equal((await listProblems(db, {})).rows.length, 1);
  await engine.stop();
  // A refund of today becomes due in the future; seen from then, today's read is too old to accuse anybody.
  const otherDb = await store.open();
  const soon = Date.now() + 30 * 86_400_000;
  const later = start(otherDb, shop.connect(), { isSimulated: false, clock: () => soon });
  shop.refundOrder(101, 1, 59.9, new Date().toISOString().slice(0, 19));
  await later.engine.sweepAll();
  const asked = shop.requests;
  await later.engine.drain();
  assert.ok(shop.requests > asked, 'the order is read again');
  assert.equal((await listProblems(otherDb, {})).rows.length, 0, 'nobody is accused meanwhile');
  await later.engine.stop();
});
