import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expireContents, keepHouse } from '../../src/engine/keep-house.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import { listContents } from '../../src/store/read-objects.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import { wooOrder } from '../audit/woo-order.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from './small-shop.ts';

const databases = useTestDatabases();
const { signal } = new AbortController();
const options = { signal, retention: defaultPolicy().retention, nowMs: Date.now() };

test('old snapshots that changed no fact expire, all others stay', async () => {
  const db = await databases.open();
  const systems = new Map([['shop', new SmallShop().connect()]]);
  const see = async (day: string, changes: Readonly<Record<string, unknown>>): Promise<void> => {
    const body = woocommerce.keep({ connection: 'shop', kind: 'order', id: '1', body: wooOrder(1, changes) });
    // Beside what the connector keeps: something that no fact rests on.
    const seen = { ...(body as object), seen: day };
    await storeObservations(db, [{ connection: 'shop', kind: 'order', id: '1', body: seen, readStartedAt: `2026-10-${day}T08:00:00Z`, via: 'sweep' }]); // prettier-ignore
  };
  await see('01', {});
  await see('02', {});
  await see('03', { total: '49.90' });
  await see('04', { total: '49.90' });
  await see('05', { total: '49.90' });
  const days = async (): Promise<readonly string[]> =>
    (await listContents(db, 'shop:order/1')).map(({ body }) => (body as { readonly seen: string }).seen);
  assert.equal(await expireContents(db, systems, '2026-10-02T00:00:00.000Z', signal), 0, 'too young');
  assert.deepEqual(await days(), ['01', '02', '03', '04', '05']);
  assert.equal(await expireContents(db, systems, '2026-11-01T00:00:00.000Z', signal), 2);
  assert.deepEqual(await days(), ['01', '03', '05'], 'the first of each, and the newest');
});

test('one process tidies up, and only once an hour', async () => {
  const db = await databases.open();
  await db.pool.query("insert into leases (lease_key, holder, ends_at) values ('old', 'gone', now() - interval '2 days')"); // prettier-ignore
  const left = async (): Promise<number> => (await db.pool.query("select from leases where lease_key = 'old'")).rowCount ?? 0; // prettier-ignore
  await keepHouse(db, new Map(), { holder: 'one', ...options });
  assert.equal(await left(), 0);
  await db.pool.query("insert into leases (lease_key, holder, ends_at) values ('old', 'gone', now() - interval '2 days')"); // prettier-ignore
  await keepHouse(db, new Map(), { holder: 'two', ...options });
  assert.equal(await left(), 1, 'it was done within this hour');
});
