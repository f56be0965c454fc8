/** The simulation finds nothing in the product, and finds every guard that is taken away from it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guards } from '../../src/simulation/guards.ts';
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

/** How many seeds a guard may hide from; many more are played by `npm run simulate`. */
const seedsMax = 8;

test('a run comes to rest without a violation, and the same seed plays the same', async () => {
  const first = await simulateSeed(store, '1');
  assert.equal(first.violation, undefined);
  assert.ok(first.commands > 0 && first.effects > 0 && first.faults.size > 3);
  assert.deepEqual(await simulateSeed(store, '1'), first);
});

for (const guard of guards) {
  test(`without the guard "${guard}" something that must never happen does`, async () => {
    for (let seed = 1; seed <= seedsMax; seed += 1) {
      const { violation } = await simulateSeed(store, String(seed), { without: guard });
      if (violation !== undefined) return;
    }
    assert.fail(`nothing was noticed in ${seedsMax} seeds`);
  });
}
