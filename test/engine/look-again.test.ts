/** What is read once more before something is sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAtObjects } from '../../src/engine/look-again.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from './small-shop.ts';

const store = useTestDatabases();
/** Records that are asked for before the first answer is there. */
const askedAtOnce = 4;

test('a system that cannot be reached is not asked for every record; once it can, all are read', async () => {
  const db = await store.open();
  const shop = new SmallShop();
  const keys = Array.from({ length: 12 }, (_, index) => `shop:order/${shop.placeOrder(index + 1, 1).id}`);
  const systems = new Map([['shop', shop.connect()]]);
  const look = (): ReturnType<typeof lookAtObjects> =>
    lookAtObjects(db, systems, keys, new AbortController().signal);
  const before = shop.requests;
  shop.failure = 'server-error';
  assert.deepEqual(await look(), { is: 'failed', message: 'the shop says no' });
  const asked = shop.requests - before;
  assert.ok(asked >= 1 && asked <= askedAtOnce, `${asked} of ${keys.length} were asked for`);
  shop.failure = undefined;
  const done = await look();
  assert.deepEqual(done.is === 'done' && done.read.toSorted(), keys.toSorted());
});
