import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { claimDeliveries, recordDeliveries } from '../../src/store/deliveries.ts';
import { claimDirtyOrders, clearOrderMarks, markOrders, postponeOrders } from '../../src/store/marks.ts';
import { raiseQueueFloors } from '../../src/store/queue-floors.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const claim = { holder: 'one', limit: 10, leaseMs: 60_000 };

/** Age of a queue's floor in seconds. */
async function floorAge(db: Database, queue: string): Promise<number> {
  const { rows } = await db.pool.query<{ age: number }>(
    'select extract(epoch from now() - floor_at)::float8 as age from queue_floors where queue = $1',
    [queue],
  );
  return rows[0]!.age;
}

const age = (db: Database, table: string, column: string, seconds: number): Promise<unknown> =>
  db.pool.query(`update ${table} set ${column} = now() - $1 * interval '1 second'`, [seconds]);

const orderKeys = async (db: Database): Promise<readonly string[]> =>
  (await claimDirtyOrders(db, claim)).map((mark) => mark.orderKey);

test('a floor is as old as what waits longest, also while that is claimed or postponed, and young where nothing waits', async () => {
  const db = await databases.open();
  await markOrders(db, ['shop/1']);
  await age(db, 'order_marks', 'marked_at', 3600);
  const near = (seconds: number, expected: number): void =>
    assert.ok(Math.abs(seconds - expected) < 20, `${seconds} s`);
  await raiseQueueFloors(db);
  near(await floorAge(db, 'order_marks'), 3600);
  near(await floorAge(db, 'object_marks'), 30);
  const marks = await claimDirtyOrders(db, claim);
  assert.deepEqual(
    marks.map((mark) => mark.orderKey),
    ['shop/1'],
    'what stands on the floor is claimed',
  );
  await raiseQueueFloors(db);
  near(await floorAge(db, 'order_marks'), 3600);
  await postponeOrders(db, ['shop/1'], 'one', 600_000);
  await raiseQueueFloors(db);
  near(await floorAge(db, 'order_marks'), 3600);
  await clearOrderMarks(db, marks, 'one');
  await raiseQueueFloors(db);
  near(await floorAge(db, 'order_marks'), 30);
});

test('what is added under a floor, by a long transaction or a clock that went back, is found with the next raise', async () => {
  const db = await databases.open();
  await raiseQueueFloors(db);
  await markOrders(db, ['shop/1', 'shop/2']);
  await db.pool.query(
    "update order_marks set marked_at = now() - interval '1 hour' where order_key = 'shop/1'",
  );
  assert.deepEqual(await orderKeys(db), ['shop/2']);
  await raiseQueueFloors(db);
  assert.deepEqual(await orderKeys(db), ['shop/1']);
});

test('deliveries that were processed hold no floor down; a postponed one waits above it', async () => {
  const db = await databases.open();
  const deliver = (id: string): Promise<string[]> =>
    recordDeliveries(db, [
      {
        connection: 'shop',
        topic: 'order.updated',
        objectKey: `shop:order/${id}`,
        bodyHash: Buffer.from(id),
      },
    ]);
  await deliver('1');
  await age(db, 'deliveries', 'not_before_at', 3600);
  await db.pool.query("update deliveries set processed_at = now(), outcome = 'read'");
  await deliver('2');
  await db.pool.query(
    "update deliveries set not_before_at = now() + interval '1 hour' where object_key = 'shop:order/2'",
  );
  await raiseQueueFloors(db);
  assert.ok(Math.abs((await floorAge(db, 'deliveries')) - 30) < 20);
  await deliver('3');
  const claimed = await claimDeliveries(db, claim);
  assert.deepEqual(
    claimed.map((row) => row.objectKey),
    ['shop:order/3'],
  );
});
