import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reconcile } from '../../src/audit/reconcile.ts';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { foldOrders, toWrite, type FoldContext } from '../../src/engine/fold-orders.ts';
import { recordCoverage } from '../../src/engine/measure-coverage.ts';
import { checkRebuild } from '../../src/engine/rebuild.ts';
import { defaultPolicy, type Policy } from '../../src/kernel/policy.ts';
import type { Database } from '../../src/store/database.ts';
import { listOrderStates } from '../../src/store/list-orders.ts';
import { storeObservations, type Snapshot } from '../../src/store/store-observations.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { companyFolders, readCompany } from './company-objects.ts';

const store = useTestDatabases();
const now = Date.parse('2026-12-03T12:00:00Z');
const policy: Policy = { ...defaultPolicy('Europe/Berlin'), stockAuthority: [{ from: '', value: 'shop' }] };

/** A shuffle that a seed repeats. */
function shuffle<T>(list: readonly T[], seed: number): T[] {
  const copy = [...list];
  let state = seed;
  for (let index = copy.length - 1; index > 0; index--) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (index + 1);
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}

async function absorbAll(db: Database, context: FoldContext): Promise<void> {
  const options = { holder: 'test', batchMax: 2000 };
  while ((await absorbObjects(db, context.systems, options)) > 0);
  while ((await foldOrders(db, context, options)) > 0);
}

for (const company of ['company-a', 'company-o'] as const) {
  test(`audit and service give the same answers for ${company}, whatever the order of arrival`, async () => {
    const connections = readCompany(companyFolders[company]);
    const audit = reconcile(connections, policy, now);
    const systems: ConnectedSystems = new Map(
      connections.map(({ connector, settings }) => [settings.connection, { connector, settings }]),
    );
    const db = await store.open();
    const context: FoldContext = { systems, policy, coverage: new Map(), now, codeVersion: 'test' };

    const snapshots: Snapshot[] = connections.flatMap(({ settings, objects }) =>
      [...objects].flatMap(([kind, byId]) =>
        [...byId].map(([id, body]) => ({
          connection: settings.connection,
          kind,
          id,
          body,
          readStartedAt: '2026-12-01T00:00:00Z',
          via: 'file' as const,
        })),
      ),
    );
    const arrivals = shuffle([...snapshots, ...snapshots.slice(0, 500)], 7);
    for (let start = 0; start < arrivals.length; start += 400) {
      await storeObservations(db, arrivals.slice(start, start + 400));
      // Some orders are folded before all of their objects are here.
      if (start === 800 || start === 2000) await absorbAll(db, context);
    }
    await absorbAll(db, context);
    const { coverage } = await recordCoverage(db, systems, now);
    const settled = { ...context, coverage };
    await absorbAll(db, settled);

    const keys = audit.states.map((state) => state.orderKey);
    const stored = new Map((await listOrderStates(db, keys)).map((row) => [row.orderKey, row.state]));
    assert.equal(stored.size, audit.states.length);
    for (const state of audit.states) {
      const expected: unknown = JSON.parse(JSON.stringify(toWrite(state, 0, settled).state.body));
      assert.deepEqual(stored.get(state.orderKey), expected, state.order);
    }
    assert.deepEqual(await checkRebuild(db, settled), []);
  });
}
