import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { rebuildAll } from '../../src/engine/rebuild.ts';
import { countMarks } from '../../src/store/marks.ts';
import { storeObservations, type Snapshot } from '../../src/store/store-observations.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { companyFolders, readCompany } from './company-objects.ts';

const store = useTestDatabases();
const connections = readCompany(companyFolders['company-o']).filter(({ connector }) =>
  ['woocommerce', 'stripe'].includes(connector.name),
);
const systems: ConnectedSystems = new Map(
  connections.map(({ connector, settings }) => [settings.connection, { connector, settings }]),
);
/** One order with a refund, and the refund and charge of the gateway. */
const snapshots: Snapshot[] = connections.flatMap(({ settings: { connection }, objects }) =>
  [...objects].flatMap(([kind, byId]) =>
    [...byId].flatMap(([id, body]) =>
      ['order', 'refund', 'charge'].includes(kind)
        ? [{ connection, kind, id, body, readStartedAt: '2026-12-01T00:00:00Z', via: 'file' as const }]
        : [],
    ),
  ),
);

test('what has to be read for a changed object is filed with it, if it has changed too', async () => {
  const db = await store.open();
  await storeObservations(db, snapshots);
  // What an object is known by is found out when it is first filed.
  while ((await absorbObjects(db, systems, { holder: 'one' })) > 0);
  const before = await rebuildAll(db);
  assert.equal(before, snapshots.length);
  let filed = 0;
  let steps = 0;
  for (let count = 1; count > 0; steps++)
    filed += count = await absorbObjects(db, systems, { holder: 'one', batchMax: 1 });
  assert.ok(filed >= before, `${filed} of ${before}`);
  assert.ok(steps < before / 2, `${steps} steps for ${before} objects`);
  assert.equal((await countMarks(db)).objects, 0);
});

test('objects of a paused connection stay marked, though they are read', async () => {
  const db = await store.open();
  await storeObservations(db, snapshots);
  while ((await absorbObjects(db, systems, { holder: 'one', without: ['stripe'] })) > 0);
  const ofGateway = snapshots.filter(({ connection }) => connection === 'stripe').length;
  assert.equal((await countMarks(db)).objects, ofGateway);
});

test('two at once share the work, and nothing stays behind', async () => {
  const db = await store.open();
  await storeObservations(db, snapshots);
  const work = async (holder: string): Promise<void> => {
    while ((await absorbObjects(db, systems, { holder, batchMax: 3 })) > 0);
  };
  await Promise.all([work('one'), work('two')]);
  await work('three');
  assert.equal((await countMarks(db)).objects, 0);
});
