import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { foldStates } from '../../src/engine/fold-orders.ts';
import { rebuildAll } from '../../src/engine/rebuild.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { noAccelerators, type Database } from '../../src/store/database.ts';
import { fileObjects, filingLease } from '../../src/store/file-objects.ts';
import { pruneLeases, releaseLease, takeLease } from '../../src/store/leases.ts';
import { claimDirtyObjects, countMarks } from '../../src/store/marks.ts';
import { readObjects } from '../../src/store/read-objects.ts';
import { objectKeyOf, storeObservations, type Snapshot } from '../../src/store/store-observations.ts';
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

test('what has to be read for a changed object is filed with it, if it has changed too', async (t) => {
  const db = await store.open();
  if (!db.switches.skipLocked) return t.skip('without row locks in passing each waits for its own turn');
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

/** Rows of a filing, and with `xmax` whether anybody has locked them since they were written. */
const listRows = async (db: Database, columns: string): Promise<unknown> =>
  (
    await db.pool.query(`select 'key' as of, term_hash::text, object_key, ${columns} from keys
      union all select 'dependent', object_key, dependent_key, ${columns} from object_dependents
      union all select 'member', order_key, object_key, ${columns} from order_objects order by 1, 2, 3`)
  ).rows;

test('what is filed again as it was stays untouched, and what was lost of it comes back', async (t) => {
  const db = await store.open();
  if (!db.switches.batches) return t.skip('each row by itself is written as it comes');
  await storeObservations(db, snapshots);
  const fileAll = async (): Promise<void> => {
    while ((await absorbObjects(db, systems, { holder: 'one' })) > 0);
  };
  await fileAll();
  const before = await listRows(db, 'xmin::text, xmax::text');
  await rebuildAll(db);
  await fileAll();
  assert.deepEqual(await listRows(db, 'xmin::text, xmax::text'), before);
  const whole = await listRows(db, '0');
  await db.pool.query('delete from keys; delete from object_dependents; delete from order_objects');
  await rebuildAll(db);
  await fileAll();
  assert.deepEqual(await listRows(db, '0'), whole);
});

test('a record that was filed is not read again to be folded, nor is its body fetched', async () => {
  const db = await store.open();
  let reads = 0;
  const counted: ConnectedSystems = new Map(
    [...systems].map(([name, system]) => {
      const read: typeof system.connector.read = (...of) => {
        reads += 1;
        return system.connector.read(...of);
      };
      return [name, { ...system, connector: { ...system.connector, read } }];
    }),
  );
  await storeObservations(db, snapshots);
  while ((await absorbObjects(db, counted, { holder: 'one' })) > 0);
  const keys = [...new Set((await readObjects(db, snapshots.map(objectKeyOf))).flatMap(({ orderKeys }) => orderKeys))];
  const readBefore = reads;
  assert.ok(readBefore >= snapshots.length);
  const context = { systems: counted, policy: defaultPolicy(), coverage: new Map(), now: Date.parse('2026-12-01'), codeVersion: 'test' };
  const states = await foldStates(db, context, keys);
  assert.ok(states.length > 0 && states.every(({ objects }) => objects.length > 0));
  assert.equal(reads, readBefore);
  const [first] = await readObjects(db, [states[0]!.objectKeys[0]!]);
  const changed = { ...snapshots.find((one) => objectKeyOf(one) === first!.objectKey)!, readStartedAt: '2026-12-01T01:00:00Z' };
  await storeObservations(db, [{ ...changed, body: { ...(first!.body as object), plugin: 'new' } }]);
  await foldStates(db, context, keys);
  assert.ok(reads > readBefore, 'another body is read');
}); // prettier-ignore

test('objects of a paused connection stay marked, though they are read', async () => {
  const db = await store.open();
  await storeObservations(db, snapshots);
  while ((await absorbObjects(db, systems, { holder: 'one', without: ['stripe'] })) > 0);
  const ofGateway = snapshots.filter(({ connection }) => connection === 'stripe').length;
  assert.equal((await countMarks(db)).objects, ofGateway);
});

test('while one files the others wait, and nothing stays behind', async () => {
  const db = await store.open();
  await storeObservations(db, snapshots);
  const { objects } = await countMarks(db);
  const { fence } = (await takeLease(db, filingLease, 'one', 60_000))!;
  assert.equal(await absorbObjects(db, systems, { holder: 'two' }), 0);
  assert.equal((await countMarks(db)).objects, objects);
  await releaseLease(db, filingLease, fence);
  const work = async (holder: string): Promise<void> => {
    while ((await absorbObjects(db, systems, { holder, batchMax: 3 })) > 0);
  };
  await Promise.all([work('one'), work('two')]);
  await work('three');
  assert.equal((await countMarks(db)).objects, 0);
});

test('who was slower than the lease files nothing over what another has filed meanwhile', async () => {
  const db = await store.open();
  await storeObservations(db, snapshots);
  const [slow] = await claimDirtyObjects(db, { holder: 'slow', limit: 1, leaseMs: 1 });
  const { fence } = (await takeLease(db, filingLease, 'slow', 1))!;
  await sleep(5);
  while ((await absorbObjects(db, systems, { holder: 'quick' })) > 0);
  const { objectKey } = slow!;
  const filed = await readObjects(db, [objectKey]);
  assert.equal(filed[0]!.orderKeys.length, 1);
  const stale = [{ objectKey, terms: [], orderKeys: [] }];
  assert.equal(await fileObjects(db, stale, [slow!], { holder: 'slow', fence }), false);
  assert.deepEqual(await readObjects(db, [objectKey]), filed);
});

test('a lease that was forgotten and taken anew gives nobody his old turn back', async () => {
  const db = await store.open();
  await storeObservations(db, snapshots);
  const marks = await claimDirtyObjects(db, { holder: 'asleep', limit: 1, leaseMs: 60_000 });
  const { fence } = (await takeLease(db, filingLease, 'asleep', 1))!;
  await sleep(5);
  await pruneLeases(db, 0);
  assert.equal((await takeLease(db, filingLease, 'awake', 60_000))!.fence, fence);
  const filings = [{ objectKey: marks[0]!.objectKey, terms: [], orderKeys: [] }];
  assert.equal(await fileObjects(db, filings, marks, { holder: 'asleep', fence }), false);
});

test('without a transaction over all: who finds afterwards that the lease was lost marks what he wrote again', async () => {
  const db = await store.open(noAccelerators);
  await storeObservations(db, snapshots);
  while ((await absorbObjects(db, systems, { holder: 'quick' })) > 0);
  const [object] = await readObjects(db, [`${snapshots[0]!.connection}:${snapshots[0]!.kind}/${snapshots[0]!.id}`]);
  const { fence } = (await takeLease(db, filingLease, 'slow', 60_000))!;
  const loses: Database = {
    ...db,
    async run(sql, values) {
      // Between writing and looking again.
      if (sql.name === 'update-filed-objects') await db.pool.query("update leases set holder = 'quick', fence = fence + 1 where lease_key = $1", [filingLease]);
      return db.run(sql, values);
    },
  };
  const stale = [{ objectKey: object!.objectKey, terms: [], orderKeys: [] }];
  assert.equal(await fileObjects(loses, stale, [], { holder: 'slow', fence }), false);
  await db.pool.query('delete from leases');
  while ((await absorbObjects(db, systems, { holder: 'quick' })) > 0);
  assert.deepEqual((await readObjects(db, [object!.objectKey]))[0]!.orderKeys, object!.orderKeys);
}); // prettier-ignore
