/** Four processes' worth of workers on one database: none folds what another is folding, all have their share, and a slow system holds up none of the others. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openHttpClient } from '../../src/connectors/http-client.ts';
import { fetching } from '../../src/connectors/source-unreachable.ts';
import type { ConnectorLive } from '../../src/connectors/live-contract.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { processDeliveries, requestRead } from '../../src/engine/receive.ts';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import { foldOrders, type FoldContext } from '../../src/engine/fold-orders.ts';
import { checkRebuild } from '../../src/engine/rebuild.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { claimDirtyOrders, clearOrderMarks, countMarks, markOrders } from '../../src/store/marks.ts';
import { claimDeliveries, listDeliveries } from '../../src/store/deliveries.ts';
import { findOrderState } from '../../src/store/list-orders.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from './small-shop.ts';

const store = useTestDatabases();
const workers = ['one', 'two', 'three', 'four'];
const orders = 120;
const now = Date.parse('2026-11-20T12:00:00Z');

test('four workers fold every order once, none at the same time as another, each about as many', async () => {
  const db = await store.open();
  const shop = new SmallShop();
  for (let id = 1; id <= orders; id += 1) shop.placeOrder(id);
  const system = shop.connect(orders);
  const context: FoldContext = { systems: new Map([['shop', system]]), policy: defaultPolicy('Europe/Berlin'), coverage: new Map(), now, codeVersion: 'test' }; // prettier-ignore
  const page = await system.live!.connector.sweep(system.live!.connection, 'order', undefined, new AbortController().signal); // prettier-ignore
  await storeObservations(db, page.objects.map((object) => ({ ...object, readStartedAt: '2026-11-20T11:00:00Z', via: 'sweep' as const }))); // prettier-ignore
  const folded = new Map<string, string[]>();
  /** As long as anything is left: what the others have claimed may bring work for all. */
  const until = async (left: 'objects' | 'orders', step: () => Promise<number>): Promise<void> => {
    while ((await step()) > 0 || (await countMarks(db))[left] > 0) await sleep(1);
  };
  // Filed by one at a time, whoever comes first; folded by all.
  await Promise.all(workers.map((holder) => until('objects', () => absorbObjects(db, context.systems, { holder, batchMax: 10 })))); // prettier-ignore
  await Promise.all(
    workers.map((holder) => {
      const onFolded = (keys: readonly string[]): void => void folded.set(holder, [...(folded.get(holder) ?? []), ...keys]); // prettier-ignore
      return until('orders', () => foldOrders(db, context, { holder, batchMax: 3, onFolded }));
    }),
  );
  const { objects, orders: marked } = await countMarks(db);
  assert.deepEqual([objects, marked], [0, 0]);
  const all = [...folded.values()].flat();
  assert.equal(all.length, orders, 'each once');
  assert.equal(new Set(all).size, orders);
  for (const holder of workers)
    assert.ok(
      (folded.get(holder)?.length ?? 0) >= orders / 10,
      `${holder} folded ${folded.get(holder)?.length}`,
    );
  assert.deepEqual(await checkRebuild(db, context), []);
});

test('an order that is being folded is nobody else’s, though it is marked again meanwhile', async () => {
  const db = await store.open();
  await markOrders(db, ['shop/1']);
  const claim = (holder: string): ReturnType<typeof claimDirtyOrders> => claimDirtyOrders(db, { holder, limit: 10, leaseMs: 60_000 }); // prettier-ignore
  const [first] = await claim('one');
  await markOrders(db, ['shop/1']);
  assert.deepEqual(await claim('two'), []);
  await clearOrderMarks(db, [first!], 'one');
  assert.equal((await claim('two')).length, 1, 'what came meanwhile is worked on afterwards');
});

test('a connection whose system hangs holds up none of the others, and is left at once', async () => {
  const db = await store.open();
  const [mute, quick] = [new SmallShop(), new SmallShop()];
  const ref = quick.placeOrder(1);
  const asked: string[] = [];
  // Takes every request and never answers.
  const server = createServer(({ url = '' }) => void asked.push(url)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const http = openHttpClient({ secrets: [], allowedNetworks: ['127.0.0.1'], requestsPerSecond: 100, random: () => 0 });
  const slow = mute.connect();
  let reads = 0;
  const fetch: ConnectorLive['fetch'] = (_connection, _ref, signal) =>
    fetching(async () => {
      reads += 1;
      await http.request({ method: 'GET', url, signal });
      return { is: 'gone' };
    });
  const systems = new Map([
    ['slow', { ...slow, settings: { ...slow.settings, connection: 'slow' }, live: { ...slow.live!, connector: { ...slow.live!.connector, sweeps: [], fetch } } }],
    ['shop', quick.connect()],
  ]);
  // More than one batch of it, and all of them older.
  await requestRead(db, Array.from({ length: 120 }, (_, id) => `slow:order/${id}`), 'webhook');
  await requestRead(db, [`shop:${ref.kind}/${ref.id}`], 'webhook');
  const intervals = { workMs: 20, sweepMs: Infinity, censusMs: Infinity };
  const engine = createEngine({ db, systems, policy: defaultPolicy('Europe/Berlin'), codeVersion: 'test', clock: () => now, isSimulated: true, intervals });
  try {
    await engine.start();
    const until = Date.now() + 20_000;
    while ((await findOrderState(db, 'shop/1')) === undefined || asked.length === 0) {
      assert.ok(Date.now() < until, 'the order of the quick shop is answered');
      await sleep(20);
    }
    const began = performance.now();
    await engine.stop();
    assert.ok(performance.now() - began < 5_000, 'well before the request would time out');
    assert.ok(reads <= 4, `a few hung, and none was begun while stopping: ${reads}`);
    const { rows } = await listDeliveries(db, { connection: 'slow', isWaiting: true, limit: 200 });
    assert.equal(rows.length, 120);
    assert.ok(rows.every((row) => row.attemptCount === 0), 'what we broke off ourselves counts as no attempt');
    const free = await claimDeliveries(db, { holder: 'next', limit: 200, leaseMs: 60_000 });
    assert.equal(free.length, 120, 'and is free for the next process');
  } finally {
    await engine.stop();
    http.close();
    server.closeAllConnections();
    server.close();
  }
}); // prettier-ignore

test('a connection whose sweep hangs holds up the sweeps of none of the others', async () => {
  const db = await store.open();
  const [mute, quick] = [new SmallShop(), new SmallShop()];
  const slow = mute.connect();
  // Until it is told to stop, as a server that sends a byte a minute.
  const sweep: ConnectorLive['sweep'] = (_connection, _kind, _cursor, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
  const systems = new Map([
    ['slow', { ...slow, settings: { ...slow.settings, connection: 'slow' }, live: { ...slow.live!, connector: { ...slow.live!.connector, sweep } } }],
    ['shop', quick.connect()],
  ]);
  const intervals = { workMs: 20, sweepMs: 50, censusMs: Infinity };
  const engine = createEngine({ db, systems, policy: defaultPolicy('Europe/Berlin'), codeVersion: 'test', clock: () => now, isSimulated: true, intervals });
  try {
    await engine.start();
    for (const id of [1, 2]) {
      // The second one only a later sweep can bring.
      quick.placeOrder(id);
      for (const until = Date.now() + 20_000; (await findOrderState(db, `shop/${id}`)) === undefined; await sleep(20))
        assert.ok(Date.now() < until, `order ${id} is answered`);
    }
  } finally {
    await engine.stop();
  }
}); // prettier-ignore

test('objects of one connection are read a few at a time', async () => {
  const db = await store.open();
  const shop = new SmallShop();
  const refs = Array.from({ length: 12 }, (_, index) => shop.placeOrder(index + 1));
  const system = shop.connect();
  let [under, most] = [0, 0];
  const fetch: ConnectorLive['fetch'] = async (...asked) => {
    most = Math.max(most, (under += 1));
    await sleep(5);
    under -= 1;
    return system.live!.connector.fetch(...asked);
  };
  const systems = new Map([['shop', { ...system, live: { ...system.live!, connector: { ...system.live!.connector, fetch } } }]]);
  await requestRead(db, refs.map(({ kind, id }) => `shop:${kind}/${id}`), 'webhook');
  const options = { holder: 'one', signal: new AbortController().signal, readsAtOnce: 4 };
  assert.equal(await processDeliveries(db, systems, options), refs.length);
  assert.ok(most > 1 && most <= 4, `${most} at a time`);
  const { rows } = await listDeliveries(db, { connection: 'shop' });
  assert.deepEqual(rows.map((row) => row.outcome), refs.map(() => 'read'));
}); // prettier-ignore
