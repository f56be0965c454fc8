/**
 * The simulation finds nothing in the product, and finds guards that are taken away from it: `npm run test:simulation`, too
 * long for every day. "one writer" and "probe" are not among them: without them the other guards still caught every
 * effect in the seeds tried.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guards, type Guard } from '../../src/simulation/guards.ts';
import { simulateSeed } from '../../src/simulation/simulate-seed.ts';
import { openSimulatedStore, type SimulatedStore } from '../../src/simulation/simulated-store.ts';
import { startTestServer, type TestServer } from '../store/test-server.ts';

let server: TestServer;
let store: SimulatedStore;
before(async () => {
  server = await startTestServer();
  store = await openSimulatedStore(server.url);
});
after(async () => {
  await store.close();
  await server.stop();
});

/** Seeds in which the lack of a guard shows soon; `npm run simulate -- --without GUARD` plays as many as one likes. */
const seedsOf: Readonly<Partial<Record<Guard, readonly string[]>>> = {
  'lease check': ['1', '3'],
  dedupe: ['1', '2'],
  'confirm by facts': ['1', '2'],
  'fresh read': ['2', '1', '3'],
  watchFrom: ['1', '2'],
};

test('a run comes to rest without a violation, and the same seed plays the same', async () => {
  const first = await simulateSeed(store, '3');
  assert.equal(first.violation, undefined);
  assert.ok(first.commands > 0 && first.effects > 0 && first.faults.size > 3);
  assert.deepEqual(await simulateSeed(store, '3'), first);
});

for (const guard of guards.filter((one) => seedsOf[one] !== undefined)) {
  test(`without the guard "${guard}" something that must never happen does`, async () => {
    for (const seed of seedsOf[guard] ?? []) {
      const { violation } = await simulateSeed(store, seed, { without: guard });
      if (violation !== undefined) return;
    }
    assert.fail('nothing was noticed');
  });
}
