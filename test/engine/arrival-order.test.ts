/** The same weeks of a company, told to five databases in different ways: each must end with the same answers. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connectSandbox } from '../../src/cli/sandbox-connections.ts';
import { findLiveConnector } from '../../src/connectors/live-registry.ts';
import type { RawDelivery } from '../../src/connectors/live-contract.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { loadSystems } from '../../src/engine/load-systems.ts';
import { checkRebuild } from '../../src/engine/rebuild.ts';
import { receiveDelivery } from '../../src/engine/receive.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { startSandbox, type SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { readConnectionSecrets } from '../../src/store/connection-secrets.ts';
import { listOrders, listOrderStates } from '../../src/store/list-orders.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { policyIn } from './dispatch-world.ts';

const store = useTestDatabases();

type Hook = { readonly connection: string; readonly delivery: RawDelivery };
type Way = { readonly engine: Engine; readonly deliver: (hooks: readonly Hook[]) => Promise<void> };

describe('whatever way the weeks of a company arrive, the answers are the same', () => {
  const hooks: Hook[] = [];
  const secrets = new Map<string, Record<string, string>>();
  let sandbox: SandboxCompany;
  let receiver: Server;

  before(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '/';
        const headers = request.headers as Record<string, string>;
        const delivery = { headers, body: Buffer.concat(chunks), receivedAt: sandbox.now(), path };
        hooks.push({ connection: path.slice('/hooks/'.length), delivery });
        response.end('{}');
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    sandbox = await startSandbox({ seed: 'arrival', now: '2026-11-02T07:00:00Z', ordersPerDay: 3, returnRate: 0.7, storyRate: 0.5 }); // prettier-ignore
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
    const signed = await sandbox.subscribe({ woocommerce: `${url}/shop`, stripe: `${url}/stripe`, hubspot: `${url}/hubspot` }); // prettier-ignore
    secrets.set('shop', { webhook: signed.woocommerce! });
    secrets.set('stripe', { webhook: signed.stripe! });
    secrets.set('hubspot', { webhookUrl: `${url}/hubspot` });
    await sandbox.advance({ days: 6 });
    assert.ok(hooks.length > 30, `${hooks.length} webhooks came`);
  });
  after(async () => {
    await sandbox.close();
    receiver.closeAllConnections();
    receiver.close();
  });

  const random = createRandom('arrival');
  const shuffled = (list: readonly Hook[]): Hook[] =>
    list.map((hook) => ({ hook, at: random.next() })).sort((a, b) => a.at - b.at).map(({ hook }) => hook); // prettier-ignore
  let expected: unknown[] | undefined;

  const ways: Readonly<Record<string, (way: Way) => Promise<void>>> = {
    'sweeps only': async ({ engine }) => {
      await engine.sweepAll();
      await engine.sweepAll();
    },
    'webhooks, then one census': async ({ engine, deliver }) => {
      await deliver(hooks);
      await engine.drain();
      await engine.censusAll();
    },
    'both, shuffled and doubled': async ({ engine, deliver }) => {
      const half = Math.floor(hooks.length / 2);
      await deliver(shuffled([...hooks.slice(half), ...hooks.slice(half)]));
      await engine.drain();
      await engine.sweepAll();
      await deliver(shuffled(hooks));
      await engine.sweepAll();
    },
    'a census first, then sweeps and webhooks at once': async ({ engine, deliver }) => {
      await engine.censusAll();
      await engine.drain();
      await Promise.all([engine.sweepAll(), deliver(shuffled(hooks))]);
      await engine.sweepAll();
    },
  };

  for (const [name, arrive] of Object.entries(ways))
    test(name, async () => {
      const db = await store.open();
      const seal = createSeal(randomBytes(masterKeyBytes));
      await connectSandbox(db, seal, sandbox);
      const systems = await loadSystems(db, {
        findLive: findLiveConnector, zone: 'Europe/Berlin', currency: 'EUR', random: () => 0.5,
        secretsOf: async (connection) => ({ ...(await readConnectionSecrets(db, seal, connection)), ...secrets.get(connection) }),
      }); // prettier-ignore
      const clock = (): number => sandbox.now();
      const engine = createEngine({ db, systems, policy: policyIn('watch'), codeVersion: 'test', clock, isSimulated: true }); // prettier-ignore
      const deliver = async (list: readonly Hook[]): Promise<void> => {
        for (const { connection, delivery } of list) {
          const received = await receiveDelivery(db, systems, connection, delivery);
          assert.equal(received.status, 200, JSON.stringify(received));
        }
      };
      await arrive({ engine, deliver });
      await engine.drain();
      const keys = (await listOrders(db, { limit: 200 })).rows.map((row) => row.orderKey).sort();
      const states = (await listOrderStates(db, keys)).map((row) => row.state);
      assert.ok(states.length >= 6);
      expected ??= states;
      assert.deepEqual(states, expected);
      assert.deepEqual(await checkRebuild(db, engine.context()), []);
      await engine.stop();
    });
});
