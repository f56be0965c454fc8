import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replay } from '../../src/engine/replay.ts';
import { listDeliveries } from '../../src/store/deliveries.ts';
import { countMarks } from '../../src/store/marks.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld } from '../api/api-world.ts';

const databases = useTestDatabases();

test('an order, a record and a webhook go through once more, and what comes out the same changes nothing', async () => {
  const world = await openApiWorld(databases);
  const { db } = world;
  await world.addOrder(1);
  await world.addOrder(2);
  const facts = async (): Promise<unknown> => (await db.pool.query('select order_key, fact_id, body, recorded_at, retracted_at from facts order by 1, 2')).rows;
  const before = await facts();
  const waiting = async (): Promise<number> => (await listDeliveries(db, { isWaiting: true })).rows.length;

  assert.equal(await replay(db, { what: 'record', objectKey: 'shop:order/1', isRead: false }), 1);
  const { objects, orders } = await countMarks(db);
  assert.deepEqual([objects, orders, await waiting()], [1, 0, 0], 'derived anew without asking the shop');
  assert.equal(await replay(db, { what: 'order', number: 'T-2', isRead: true }), 1);
  assert.deepEqual([(await countMarks(db)).orders, await waiting()], [1, 1], 'the shop is asked again');

  const [delivery] = (await listDeliveries(db, {})).rows;
  const ref = { what: 'delivery', objectKey: delivery!.objectKey, deliveryId: delivery!.deliveryId } as const;
  assert.equal(await replay(db, ref), undefined, 'it waits anyway');
  await db.pool.query("update deliveries set processed_at = now(), outcome = 'read'");
  assert.equal(await replay(db, ref), 1);
  assert.equal(await waiting(), 1);

  for (const unknown of [{ what: 'order', number: 'T-9', isRead: true }, { what: 'record', objectKey: 'shop:order/9', isRead: true }] as const)
    assert.equal(await replay(db, unknown), undefined);
  await db.pool.query('delete from deliveries');
  await world.addOrder(3);
  assert.deepEqual((await countMarks(db)).objects, 0, 'all of it was derived');
  assert.deepEqual((await facts() as { order_key: string }[]).filter((row) => row.order_key !== 'shop/3'), before);
  await world.close();
}); // prettier-ignore
