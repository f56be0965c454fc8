/**
 * Tables that work as queues, while somebody reads for a long time (a report, a dump, a forgotten session): until that
 * ends no row that was deleted or replaced can be cleared away.
 *
 *   node test/runs/bloat-run.ts [minutes]      10 unless said otherwise
 *
 * As many changes as go are delivered, claimed, stored, filed and folded, for so many minutes beside the reader, and half as
 * many after it. Work must not slow down by what lies dead, and what lay dead must be used again.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { companyCopies, copiesContext } from '../../bench/company-copies.ts';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import { foldOrders } from '../../src/engine/fold-orders.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { claimDeliveries, finishDeliveries, recordDeliveries } from '../../src/store/deliveries.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';
import { raiseQueueFloors } from '../../src/store/queue-floors.ts';
import { objectKeyOf, storeObservations } from '../../src/store/store-observations.ts';

const minutes = Number(process.argv[2] ?? 10);
assert.ok(minutes >= 1, 'a number of minutes, 1 or more');
const [objects, batch] = [3_000, 20];
/** As often as the service does it. */
const floorsMs = 20_000;
/** Of the pace of the first minute that is not warming up. */
const paceMin = 0.7;
/** A change leaves so much dead in all queues together, at most: rows of some 200 bytes, each written a few times. */
const bytesPerChangeMax = 6_000;
/** After the reader has gone, queues grow by no more than this. */
const growthMax = 1.1;

const queues = ['deliveries', 'object_marks', 'order_marks'] as const;

const folder = mkdtempSync(join(tmpdir(), 'reentry-bloat-'));
chmodSync(folder, 0o755);
const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
const db = await openDatabase({ url: server.url });
try {
  await run(db);
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function run(store: Database): Promise<void> {
  await migrateDatabase(store);
  const { systems, snapshots } = companyCopies(objects);
  const context = copiesContext(systems);
  const settle = async (): Promise<void> => {
    while ((await absorbObjects(store, systems, { holder: 'a' })) > 0);
    while ((await foldOrders(store, context, { holder: 'f' })) > 0);
  };
  for (let start = 0; start < snapshots.length; start += 200)
    await storeObservations(store, snapshots.slice(start, start + 200));
  await settle();

  let [changes, floorsAt] = [0, performance.now()];
  /** One batch of changes, from the webhook to the answer. */
  const change = async (): Promise<void> => {
    const changed = Array.from({ length: batch }, () => {
      changes += 1;
      const snapshot = snapshots[(changes * 7) % snapshots.length]!;
      const readStartedAt = new Date(Date.parse('2026-12-01T00:00:00Z') + changes * 10).toISOString();
      return { ...snapshot, body: { ...(snapshot.body as object), change: changes }, readStartedAt };
    });
    await recordDeliveries(
      store,
      changed.map((snapshot, index) => ({
        connection: snapshot.connection, topic: 'webhook', objectKey: objectKeyOf(snapshot),
        bodyHash: createHash('sha256').update(`${changes} ${index}`).digest(),
      })),
    ); // prettier-ignore
    const claimed = await claimDeliveries(store, { holder: 'd', limit: batch, leaseMs: 60_000 });
    await storeObservations(store, changed);
    await finishDeliveries(store, claimed, 'read');
    await settle();
    if (performance.now() - floorsAt < floorsMs) return;
    floorsAt = performance.now();
    await raiseQueueFloors(store);
  };
  /** Changes a second, minute by minute. */
  const load = async (count: number): Promise<readonly number[]> => {
    const paces: number[] = [];
    for (let minute = 0; minute < count; minute += 1) {
      const [began, before] = [performance.now(), changes];
      while (performance.now() - began < 60_000) await change();
      paces.push((changes - before) / 60);
      const sizes = await sizesOf(store);
      console.log(`minute ${minute + 1}: ${paces.at(-1)!.toFixed(0)} changes a second; ${queues.map((table) => `${table} ${mega(sizes.get(table)!)}`).join(', ')}`); // prettier-ignore
    }
    return paces;
  };

  const [empty, beforeReader] = [await sizesOf(store), changes];
  const reader = await store.pool.connect();
  await reader.query('begin isolation level repeatable read read only');
  await reader.query('select count(*) from object_marks');
  console.log(`${minutes} minutes beside a reader`);
  const paces = await load(minutes).finally(() => reader.release(true));
  const beside = await sizesOf(store);
  const perChange = (sumOf(beside) - sumOf(empty)) / (changes - beforeReader);
  console.log('the reader has gone');
  await load(Math.max(1, Math.ceil(minutes / 2)));
  const after = await sizesOf(store);

  const [first, last] = [paces[Math.min(1, paces.length - 1)]!, paces.at(-1)!];
  // What is delivered is kept for days, and is no queue's dead weight: only marks must not grow.
  const growth = (after.get('object_marks')! + after.get('order_marks')!) / (beside.get('object_marks')! + beside.get('order_marks')!); // prettier-ignore
  console.log(`pace ${(last / first).toFixed(2)} of the first; ${perChange.toFixed(0)} bytes a change; ${growth.toFixed(2)} times as large afterwards`); // prettier-ignore
  assert.ok(last >= paceMin * first, `slower than ${paceMin} of the pace it began with`);
  assert.ok(perChange <= bytesPerChangeMax, `more than ${bytesPerChangeMax} bytes a change`);
  assert.ok(growth <= growthMax, `more than ${growthMax} times as large after the reader had gone`);
}

async function sizesOf(store: Database): Promise<ReadonlyMap<string, number>> {
  const { rows } = await store.pool.query<{ table: string; bytes: number }>(
    `select relname as table, pg_total_relation_size(oid) as bytes from pg_class where relname = any ($1)`,
    [queues],
  );
  return new Map(rows.map((row) => [row.table, row.bytes]));
}

function sumOf(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((sum, one) => sum + one, 0);
}

function mega(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
