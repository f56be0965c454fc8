/** What stood open before the watch: shown in groups, accepted or taken on as work by finance, with a trail. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listAudit } from '../../src/store/audit-trail.ts';
import { findConnection, putConnection } from '../../src/store/connections.ts';
import { markOrders } from '../../src/store/marks.ts';
import type { Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { connectNobody, openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
const control = 'refund-paid-out';
let world: ApiWorld;

before(async () => {
  world = await openApiWorld(databases, {
    policy: { controls: { [control]: { watch: 'on' } } },
    connect: async (db, seal) => {
      await connectNobody(db, seal);
      const { connection, connector, system, settings } = (await findConnection(db, 'shop'))!;
      await putConnection(db, { connection, connector, system, settings, watchFromAt: '2026-11-18T00:00:00Z' });
    },
  });
  // Refunded by hand long before the watch began, and no payout was ever seen.
  for (const id of [1, 2]) {
    await world.addOrder(id);
    await world.addRecord('shop', 'refund', String(100 + id), {
      parent_id: id, order_id: id, amount: '59.90', reason: '', refunded_payment: false, date_created_gmt: '2026-11-04T09:00:00',
      meta_data: [], shipping_lines: [], fee_lines: [],
      line_items: [{ id: 1000 + id, product_id: 7, variation_id: 0, sku: 'SHOE-42', quantity: -1, total: '-59.90', total_tax: '0.00', meta_data: [{ key: '_refunded_item_id', value: String(id * 10) }] }],
    });
  }
}); // prettier-ignore
after(() => world.close());

type Group = { readonly control: string; readonly currency: string; readonly count: number; readonly minor: number; readonly decision: { readonly decision: string; readonly reason: string } | null }; // prettier-ignore
const groups = async (): Promise<readonly Group[]> =>
  (await world.ask('finance', 'GET', '/api/v1/opening-balance')).json<{ rows: Group[] }>().rows;
const decide = async (who: Role, decision: string, ofControl: string = control): Promise<number> => {
  const body = { control: ofControl, currency: 'EUR', decision, reason: 'looked through' };
  return (await world.ask(who, 'POST', '/api/v1/opening-balance/decide', body)).statusCode;
};
const openProblems = async (): Promise<readonly string[]> => {
  await markOrders(world.db, ['shop/1', 'shop/2']);
  await world.engine().drain();
  const { rows } = (await world.ask('finance', 'GET', '/api/v1/problems')).json<{ rows: { subject: string; control: string }[] }>();
  return rows.filter((row) => row.control === control).map((row) => row.subject).sort();
}; // prettier-ignore

test('what is old is one line, accepted as it is, and nobody has to work on it', async () => {
  const [group, ...others] = await groups();
  assert.deepEqual([group?.control, group?.count, group?.minor, group?.decision, others.length], [control, 2, 11_980, null, 0]); // prettier-ignore
  assert.equal(await decide('finance', 'accepted'), 200);
  assert.deepEqual((await groups())[0]?.decision?.decision, 'accepted');
  assert.deepEqual(await openProblems(), []);
});

test('taken on, a group is work like any other; taken back, it is old again', async () => {
  assert.equal(await decide('finance', 'taken-on'), 200);
  assert.deepEqual(await openProblems(), ['shop/1', 'shop/2']);
  assert.deepEqual(await groups(), [], 'nothing of it stands in the opening balance');
  assert.equal(await decide('finance', 'none'), 200);
  assert.deepEqual(await openProblems(), []);
  assert.equal((await groups())[0]?.decision, null);
  const trail = (await listAudit(world.db, 'opening-balance')).map((entry) => entry.action);
  assert.deepEqual(trail, ['opening.accepted', 'opening.taken-on', 'opening.none']);
});

test('a group that is not there is not decided on, nor by who may not', async () => {
  assert.equal(await decide('finance', 'accepted', 'refund-credited'), 404);
  assert.equal(await decide('support', 'accepted'), 403);
});
