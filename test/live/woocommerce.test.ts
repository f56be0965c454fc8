/** The WooCommerce connector against a real shop that somebody gave: whole returns, and refunds whose answer is lost. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { reconcile } from '../../src/audit/reconcile.ts';
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import { woocommerceLive as live } from '../../src/connectors/woocommerce/woocommerce-live.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { unitsOf } from '../../src/kernel/positions.ts';
import { crashing, never, sweepAll } from '../connectors/live-connections.ts';
import { liveCommand } from './live-command.ts';
import {
  ask, gateway, lineOf, listAll, openShop, sell, setUpShop, shopAt, shopSettings, skuOf, stockOf, zone, type Row,
  type Shop,
} from './woocommerce-shop.ts'; // prettier-ignore

const currencyOf = (order: Row): string => String(order['currency']);
const shown = (value: unknown): string => JSON.stringify(value);

void describe(`WooCommerce, live, in ${zone}`, { skip: shopAt.skip }, () => {
  let connection: LiveConnection;
  let shop: Shop;
  const objects = new Map<string, Map<string, unknown>>();
  const cursors = new Map<string, string>();
  before(async () => {
    connection = openShop();
    shop = await setUpShop(connection);
  });
  after(() => connection.http.close());

  async function stateOf(order: Row): Promise<OrderState> {
    await sweepAll(live, connection, objects, cursors);
    const connections = [{ connector: woocommerce, settings: shopSettings, objects }];
    const { states } = reconcile(connections, defaultPolicy('UTC'), Date.now());
    const number = String(order['number']);
    const state = states.find((each) => each.order === number);
    assert.ok(state, `no order ${number}`);
    return state;
  }
  const refund = (order: Row, body: Row): Promise<Row> =>
    ask(connection, 'POST', `orders/${String(order['id'])}/refunds`, { api_refund: false, ...body });
  const refundsOf = (order: Row): Promise<readonly Row[]> =>
    listAll(connection, `orders/${String(order['id'])}/refunds`);
  const refundedOf = (state: OrderState): readonly unknown[] =>
    [...state.positions.refunds.values()].map((each) => each.minor).toSorted();
  const restored = (state: OrderState, name: string): number =>
    unitsOf(state.positions.items.get(skuOf(name))?.shopRestored);

  void it('sees what was ordered, what was given back and what went back into stock', async () => {
    const order = await sell(shop, { SHOE: 2, MUG: 1 });
    const shoe = lineOf(order, 'SHOE');
    await refund(order, {
      amount: '59.50', reason: 'RMA-1', api_restock: true,
      line_items: [{ id: shoe['id'], quantity: 1, refund_total: '59.50' }],
    }); // prettier-ignore
    await refund(order, { amount: '5.00', reason: 'goodwill', api_restock: false });
    const state = await stateOf(order);
    assert.deepEqual(refundedOf(state), [500, 5950]);
    assert.equal(restored(state, 'SHOE'), 1);
    assert.equal(restored(state, 'MUG'), 0);
  });

  void it('says gone of a refund that was deleted, and counts it no more', async () => {
    const order = await sell(shop, { MUG: 1 });
    const made = await refund(order, { amount: '1.00', reason: 'mistake', api_restock: false });
    assert.deepEqual(refundedOf(await stateOf(order)), [100]);
    await ask(
      connection,
      'DELETE',
      `orders/${String(order['id'])}/refunds/${String(made['id'])}`,
      undefined,
      {
        force: 'true',
      },
    );
    const ref = { kind: 'refund', id: String(made['id']) };
    assert.deepEqual(await live.fetch(connection, ref, never), { is: 'gone' });
    const counted: string[] = [];
    for await (const page of live.census(connection, 'refund', never))
      counted.push(...page.map(({ id }) => id));
    assert.ok(!counted.includes(ref.id));
  });

  void it('reads an order that was cancelled and one that was put into the trash', async () => {
    const cancelled = await sell(shop, { LAMP: 1 });
    const trashed = await sell(shop, { LAMP: 1 });
    await stateOf(trashed);
    await ask(connection, 'PUT', `orders/${String(cancelled['id'])}`, { status: 'cancelled' });
    await ask(connection, 'DELETE', `orders/${String(trashed['id'])}`);
    await stateOf(cancelled);
    const statusOf = (order: Row): unknown =>
      (objects.get('order')?.get(String(order['id'])) as Row | undefined)?.['status'];
    assert.deepEqual([statusOf(cancelled), statusOf(trashed)], ['cancelled', 'trash']);
  });

  void it('misses none of many orders of one second, from any zone', async () => {
    const batch = (await ask(connection, 'POST', 'orders/batch', {
      create: Array.from({ length: 12 }, () => ({
        status: 'processing', line_items: [{ product_id: shop.products['MUG'], quantity: 1 }],
      })),
    })) as { readonly create?: readonly Row[] }; // prettier-ignore
    const made = (batch.create ?? []).map((row) => String(row['id']));
    assert.equal(made.length, 12);
    await sweepAll(live, connection, objects, cursors);
    for (const id of made) assert.ok(objects.get('order')?.has(id), id);
    await ask(connection, 'PUT', `orders/${made[3]}`, { status: 'completed' });
    await sweepAll(live, connection, objects, cursors);
    assert.match(shown(objects.get('order')?.get(made[3] ?? '')), /"status":"completed"/);
  });

  void it('records what was paid elsewhere, once, whatever is lost on the way', async () => {
    const order = await sell(shop, { SHOE: 1 });
    const refs = { order: String(order['id']) };
    const command = liveCommand('record-refund', {
      refs, amount: { minor: 5950, currency: currencyOf(order) }, sku: skuOf('SHOE'), units: 1, text: 'RMA-7',
    }); // prettier-ignore
    const cut = crashing(connection, 1, 'after');
    assert.equal((await live.execute(cut.connection, command, never)).is, 'unknown');
    assert.equal((await live.probe(connection, command, never)).is, 'effect');
    assert.equal((await live.execute(connection, command, never)).is, 'accepted');
    const [only, second] = await refundsOf(order);
    assert.equal(second, undefined);
    assert.equal(only?.['reason'], `RMA-7 (${plantedKey(command.key)})`);
    assert.equal(only?.['refunded_payment'], false);
    const state = await stateOf(order);
    assert.deepEqual(refundedOf(state), [5950]);
    assert.equal(restored(state, 'SHOE'), 0, 'money alone puts nothing back');
  });

  void it('puts units back into the shop, once, and no more than went out', async () => {
    const order = await sell(shop, { LAMP: 2 });
    const refs = { order: String(order['id']) };
    const before = await stockOf(shop, 'LAMP');
    const command = liveCommand('restock-shop', { refs, sku: skuOf('LAMP'), units: 1 });
    const cut = crashing(connection, 1, 'after');
    assert.equal((await live.execute(cut.connection, command, never)).is, 'unknown');
    assert.equal((await live.execute(connection, command, never)).is, 'accepted');
    assert.equal(await stockOf(shop, 'LAMP'), before + 1);
    const state = await stateOf(order);
    assert.deepEqual([restored(state, 'LAMP'), refundedOf(state)], [1, []]);
    const more = liveCommand('restock-shop', { refs, sku: skuOf('LAMP'), units: 2 });
    const refused = await live.execute(connection, more, never);
    assert.equal(refused.is === 'failed' && refused.code, 'nothing-to-restock', shown(refused));
  });

  void it('refuses more than is left before it asks the shop', async () => {
    const order = await sell(shop, { MUG: 1 });
    const refs = { order: String(order['id']) };
    const refusal = async (minor: number, currency: string): Promise<unknown> => {
      const command = liveCommand('record-refund', { refs, amount: { minor, currency } });
      const result = await live.execute(connection, command, never);
      return result.is === 'failed' && result.final ? result.code : result;
    };
    assert.equal(await refusal(2000, currencyOf(order)), 'over-remaining');
    assert.equal(await refusal(100, 'JPY'), 'wrong-currency');
    assert.deepEqual(await refundsOf(order), []);
  });

  void it('pays back through the gateway once', { skip: gateway === undefined && 'no gateway given' }, async () => {
    const order = await sell(shop, { SHOE: 1 });
    const refs = { order: String(order['id']) };
    const command = liveCommand('refund', { refs, amount: { minor: 2000, currency: currencyOf(order) } });
    const cut = crashing(connection, 1, 'after');
    assert.equal((await live.execute(cut.connection, command, never)).is, 'unknown');
    const probed = await live.probe(connection, command, never);
    assert.equal(probed.is, 'effect', shown(probed));
    assert.equal((await live.execute(connection, command, never)).is, 'accepted');
    const made = await refundsOf(order);
    assert.deepEqual(made.map((each) => [each['amount'], each['refunded_payment']]), [['20.00', true]]);
  }); // prettier-ignore
});
