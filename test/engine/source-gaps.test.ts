import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { HttpClient, HttpResponse } from '../../src/connectors/http-client.ts';
import type { ConnectedSystem } from '../../src/engine/connected-system.ts';
import { checkRebuild } from '../../src/engine/rebuild.ts';
import { listOrders } from '../../src/store/list-orders.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openDispatchWorld, policyIn, type DispatchWorld } from './dispatch-world.ts';

const store = useTestDatabases();

describe('a system that refuses us makes answers incomplete and deletes nothing', () => {
  let world: DispatchWorld;
  before(async () => {
    world = await openDispatchWorld(store, policyIn('watch'));
    const [lock, pump] = ['LOCK-90', 'PUMP-FL'];
    world.stepReturn({ [lock!]: 2 });
    const back = world.stepReturn({ [pump!]: 1 }, { [pump!]: 1 });
    back.approve();
    await world.sandbox.advance({ hours: 1 });
    // The first reading of a past spares the notes of orders without a return, the second has them.
    await look();
    await look();
  });
  after(() => world.close());

  const verdicts = async (): Promise<Record<string, string>> => {
    const { rows } = await listOrders(world.db, { limit: 100 });
    return Object.fromEntries(rows.map((row) => [row.orderKey, row.verdict]));
  };
  const kept = async (): Promise<unknown> =>
    (await world.db.pool.query(`select (select count(*) from objects where missing_at is null and gone_at is null) as objects,
      (select count(*) from facts where retracted_at is null) as facts`)).rows; // prettier-ignore
  const look = async (): Promise<void> => {
    await world.engine.sweepAll();
    await world.engine.censusAll();
    await world.engine.drain();
  };

  /** What is said of each order. */
  const answers = async (): Promise<readonly string[]> =>
    (
      await world.db.pool.query<{ text: string }>(`select state->'answer'->>'en' as text from order_states`)
    ).rows.map((row) => row.text);

  /** Lets something go wrong, and right again, and says what the orders looked like. */
  async function through(connection: string, wrong: () => void, right: () => void): Promise<void> {
    const [before, facts] = [await verdicts(), await kept()];
    assert.deepEqual(new Set(Object.values(before)), new Set(['closed', 'pending']));
    wrong();
    await look();
    assert.deepEqual(await verdicts(), before, 'once may be a restart of the source');
    await look();
    assert.deepEqual(new Set(Object.values(await verdicts())), new Set(['incomplete']));
    for (const text of await answers())
      assert.match(text, new RegExp(`cannot be told: ${connection} refuses to be read\\.`));
    assert.deepEqual(await kept(), facts, 'nothing is deleted');
    assert.deepEqual(await checkRebuild(world.db, world.engine.context()), []);
    right();
    await look();
    assert.deepEqual(await verdicts(), before);
    assert.deepEqual(await kept(), facts);
  }

  test('when the rights of the user in the ERP are lost', async () => {
    await through(
      'odoo',
      () => world.sandbox.faults.add({ on: 'odoo', kind: 'rights_lost' }),
      () => world.sandbox.faults.clear(),
    );
  });

  test('when the plugin of the shop is switched off', async () => {
    const systems = world.systems as Map<string, ConnectedSystem>;
    const shop = systems.get('shop')!;
    const text = '{"code":"rest_no_route","message":"No route was found."}';
    const answer: HttpResponse = { status: 404, headers: {}, text, json: JSON.parse(text) };
    const http: HttpClient = { ...shop.live!.connection.http, request: async () => answer };
    const off = { ...shop, live: { ...shop.live!, connection: { ...shop.live!.connection, http } } };
    await through(
      'shop',
      () => systems.set('shop', off),
      () => systems.set('shop', shop),
    );
  });
});
