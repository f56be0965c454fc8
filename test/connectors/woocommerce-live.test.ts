/** The WooCommerce connector over real HTTP, against a shop that behaves, and misbehaves, as recorded. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { ConnectorCommand, LiveConnection, RawDelivery } from '../../src/connectors/live-contract.ts';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import { callWoo } from '../../src/connectors/woocommerce/woo-request.ts';
import { woocommerceLive as live } from '../../src/connectors/woocommerce/woocommerce-live.ts';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type SandboxCompany, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { connect, never, settingsOf, sweepAll } from './live-connections.ts';

const settings = settingsOf('shop', 'shop', { zone: 'Europe/Berlin' });

function shopConnection(
  sandbox: SandboxCompany,
  more: { readonly plain?: boolean; readonly readOnly?: boolean; readonly webhook?: string } = {},
): LiveConnection {
  const { woocommerce } = sandbox;
  const keys = more.readOnly === true ? woocommerce.readOnly : woocommerce;
  return connect(settings, more.plain === true ? woocommerce.plainUrl : woocommerce.baseUrl, {
    consumerKey: keys.consumerKey,
    consumerSecret: keys.consumerSecret,
    webhook: more.webhook ?? 'whsec-of-ours',
  });
}

for (const zone of ['Europe/Berlin', 'America/New_York']) {
  void describe(`a shop in ${zone}`, () => {
    let sandbox: SandboxCompany;
    let connection: LiveConnection;
    const objects = new Map<string, Map<string, unknown>>();
    const cursors = new Map<string, string>();
    before(async () => {
      sandbox = await startSandbox({
        seed: zone, now: '2026-06-01T08:00:00Z', ordersPerDay: 12, zone, requestNow: Date.now,
      }); // prettier-ignore
      await sandbox.advance({ days: 15 });
      connection = shopConnection(sandbox);
    });
    after(() => sandbox.close());

    const ids = (kind: string): Set<string> => new Set(objects.get(kind)?.keys());
    const own = (): { orders: Set<string>; refunds: Set<string> } => ({
      orders: new Set([...sandbox.company.woocommerce.shop.orders.keys()].map(String)),
      refunds: new Set([...sandbox.company.woocommerce.shop.refunds.keys()].map(String)),
    });

    void it('is read whole by the first run, newest first', async () => {
      const first = await live.sweep(connection, 'order', undefined, never);
      assert.equal(first.done, false);
      const orders = first.objects.filter((object) => object.kind === 'order');
      const times = orders.map((order) =>
        String((order.body as Record<string, unknown>)['date_modified_gmt']),
      );
      assert.deepEqual(times, times.toSorted().toReversed());
      await sweepAll(live, connection, objects, cursors);
      assert.deepEqual(ids('order'), own().orders);
      assert.deepEqual(ids('refund'), own().refunds);
      assert.ok(own().refunds.size > 5);
    });

    void it('tells in the next run what happened since, over OAuth on plain http too', async () => {
      await sandbox.advance({ days: 3 });
      const seen = await sweepAll(live, shopConnection(sandbox, { plain: true }), objects, cursors);
      assert.deepEqual(ids('order'), own().orders);
      assert.deepEqual(ids('refund'), own().refunds);
      const repeated = seen.filter((object) => object.kind === 'order').length;
      assert.ok(repeated < own().orders.size, 'and not everything again');
    });

    void it('loses nothing while the list changes under a run', async () => {
      sandbox.faults.add({ on: 'woocommerce', kind: 'page_shift', match: /orders/, times: 2 });
      const fresh = new Map<string, Map<string, unknown>>();
      // An order that changes before the run gets to it moves ahead of where the run began: the next one has it.
      const since = new Map<string, string>();
      await sweepAll(live, connection, fresh, since);
      await sweepAll(live, connection, fresh, since);
      assert.deepEqual(new Set(fresh.get('order')?.keys()), own().orders);
      sandbox.faults.clear();
    });

    void it('tells when the newest order lies before what was read already', async () => {
      const { orders } = sandbox.company.woocommerce.shop;
      const since = new Map<string, string>();
      await sweepAll(live, connection, new Map(), since);
      const dates = [...orders.values()].map((order) => [order, order.modifiedAt] as const);
      for (const [order, at] of dates) order.modifiedAt = at - 40 * 86_400_000;
      const back = await live.sweep(connection, 'order', since.get('order'), never);
      const again = await live.sweep(connection, 'order', back.cursor, never);
      for (const [order, at] of dates) order.modifiedAt = at;
      const newest = Math.max(...dates.map(([, at]) => at)) - 40 * 86_400_000;
      assert.equal(Date.parse(back.wentBackTo ?? ''), Math.floor(newest / 1000) * 1000);
      assert.equal(again.wentBackTo, undefined);
      assert.ok(again.objects.length > 0, 'the run begins at the older time');
      const usual = await live.sweep(connection, 'order', since.get('order'), never);
      assert.equal(usual.wentBackTo, undefined);
    });

    void it('counts all ids there are', async () => {
      const wanted = { order: own().orders, refund: own().refunds };
      for (const [kind, known] of Object.entries(wanted)) {
        const found: string[] = [];
        for await (const page of live.census(connection, kind, never))
          found.push(...page.map((ref) => ref.id));
        assert.deepEqual(new Set(found), known, kind);
        assert.equal(found.length, known.size);
      }
    });

    void it('says gone of a deleted refund, and of nothing else', async () => {
      const [refund] = [...own().refunds];
      const there = await live.fetch(connection, { kind: 'refund', id: refund ?? '' }, never);
      assert.ok(there.is === 'snapshot' && (there.others ?? []).some((other) => other.kind === 'order'));
      for (const kind of ['order', 'refund', 'product', 'variation'])
        assert.deepEqual(await live.fetch(connection, { kind, id: '987654' }, never), { is: 'gone' }, kind);
      const astray = { ...connection, baseUrl: `${connection.baseUrl}/blog` };
      const lost = await live.fetch(astray, { kind: 'order', id: '987654' }, never);
      assert.equal(lost.is, 'unreachable');
      sandbox.faults.add({ on: 'woocommerce', kind: 'rights_lost' });
      const denied = await live.fetch(connection, { kind: 'order', id: '987654' }, never);
      assert.deepEqual(
        [denied.is, denied.is === 'unreachable' && denied.code],
        ['unreachable', 'unauthorized'],
      );
      sandbox.faults.clear();
    });
  });
}

void describe('commands to WooCommerce', () => {
  let sandbox: SandboxCompany;
  let connection: LiveConnection;
  const done = new Set<number>();
  before(async () => {
    sandbox = await startSandbox({
      seed: 'commands', now: '2026-06-01T08:00:00Z', ordersPerDay: 20, returnRate: 0, requestNow: Date.now,
    }); // prettier-ignore
    await sandbox.advance({ days: 10 });
    const opened = shopConnection(sandbox);
    // A client that does not wait long and, as it must not, never sends a write again.
    connection = {
      ...opened,
      http: { ...opened.http, request: (request) => opened.http.request({ timeoutMs: 400, ...request }) },
    };
  });
  after(() => sandbox.close());

  const shop = (): SandboxCompany['company']['woocommerce']['shop'] => sandbox.company.woocommerce.shop;
  /** A paid order with something on it, each handed out once. */
  function freshOrder(): { id: number; product: number } {
    for (const [id, order] of shop().orders) {
      const refunded = [...shop().refunds.values()].some((refund) => refund.orderId === id);
      if (done.has(id) || refunded || order.paymentMethod !== 'stripe' || order.status !== 'completed')
        continue;
      done.add(id);
      return { id, product: order.lines[0]?.productId ?? 0 };
    }
    throw new Error('no order left');
  }
  const command = (
    kind: ConnectorCommand['kind'],
    order: number,
    more: Partial<ConnectorCommand> = {},
  ): ConnectorCommand => ({
    key: `test/${order}/${kind}`, kind, orderKey: `shop/${order}`, problem: 'p', control: 'entitled-refunded',
    mode: 'approve', refs: { order: String(order) }, amount: { minor: 500, currency: 'EUR' },
    text: 'Return RMA-7', ...more,
  }); // prettier-ignore
  const refundsOf = (order: number): { reason: string; refundedPayment: boolean }[] =>
    [...shop().refunds.values()].filter((refund) => refund.orderId === order);
  const paidOut = (order: number): number => {
    const { gateway } = sandbox.company.stripe;
    const charge = gateway.charges.get(shop().orders.get(order)?.transactionId ?? '');
    return [...gateway.refunds.values()]
      .filter((refund) => refund.charge === charge?.id)
      .reduce((sum, refund) => sum + refund.amount, 0);
  };
  const strike = (order: number, fault: Omit<Fault, 'on'>): void =>
    sandbox.faults.add({
      on: 'woocommerce',
      times: 1,
      match: new RegExp(`orders?[ /]${order}\\b`),
      ...fault,
    });
  const refundPost = (order: number): RegExp => new RegExp(`POST /orders/${order}/refunds`);

  void it('refunds once, with the key in reason and meta, and says so', async () => {
    const { id } = freshOrder();
    const wanted = command('refund', id);
    assert.deepEqual(await live.probe(connection, wanted, never), { is: 'absent' });
    const result = await live.execute(connection, wanted, never);
    assert.equal(result.is, 'accepted', JSON.stringify(result));
    assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
    assert.equal((await live.probe(connection, wanted, never)).is, 'effect');
    const [refund, second] = refundsOf(id);
    assert.equal(refund?.reason, `Return RMA-7 (${plantedKey(wanted.key)})`);
    assert.equal(second, undefined);
    assert.equal(paidOut(id), 500);
  });

  const unclear: readonly (readonly [string, Omit<Fault, 'on'>, number])[] = [
    ['a time-out after the effect', { kind: 'time_out_after' }, 500],
    ['a time-out before it', { kind: 'time_out_before' }, 0],
    ['an error page after the effect', { kind: 'error_after' }, 500],
    ['PHP that dies in the call', { kind: 'gateway_dies' }, 0],
  ];
  for (const [name, fault, paid] of unclear) {
    void it(`never pays twice after ${name}`, async () => {
      const { id } = freshOrder();
      const wanted = command('refund', id);
      strike(id, fault.kind.startsWith('gateway') ? fault : { ...fault, match: refundPost(id) });
      const result = await live.execute(connection, wanted, never);
      assert.equal(result.is, 'unknown', JSON.stringify(result));
      assert.equal(paidOut(id), paid);
      const probed = await live.probe(connection, wanted, never);
      const expected = fault.kind === 'gateway_dies' ? 'undecidable' : paid > 0 ? 'effect' : 'absent';
      assert.equal(probed.is, expected);
      if (probed.is === 'undecidable') {
        // A person has to decide: doing it again is refused as long as our own refund stands there unpaid.
        assert.equal((await live.execute(connection, wanted, never)).is, 'unknown');
      } else await live.execute(connection, wanted, never);
      assert.ok(paidOut(id) <= 500 && refundsOf(id).length === 1);
    });
  }

  void it('sees an effect that lands after the first read-back', async () => {
    const { id } = freshOrder();
    const wanted = command('refund', id);
    strike(id, { kind: 'lands_late', reads: 2, match: refundPost(id) });
    assert.equal((await live.execute(connection, wanted, never)).is, 'unknown');
    assert.equal((await live.probe(connection, wanted, never)).is, 'absent');
    await live.probe(connection, wanted, never);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await live.probe(connection, wanted, never)).is, 'effect');
    assert.equal(paidOut(id), 500);
  });

  void it('does not take the ghost of a declined refund for a refund', async () => {
    const { id } = freshOrder();
    strike(id, { kind: 'gateway_declined' });
    const wanted = command('refund', id);
    const result = await live.execute(connection, wanted, never);
    assert.deepEqual([result.is, result.is === 'failed' && result.final], ['failed', true]);
    assert.deepEqual(await live.probe(connection, wanted, never), { is: 'absent' });
    assert.deepEqual([refundsOf(id).length, paidOut(id)], [0, 0]);
  });

  void it('records what was paid elsewhere without paying it again', async () => {
    const { id } = freshOrder();
    const result = await live.execute(connection, command('record-refund', id), never);
    assert.equal(result.is, 'accepted');
    assert.deepEqual([refundsOf(id).map((refund) => refund.refundedPayment), paidOut(id)], [[false], 0]);
  });

  void it('puts units back into the shop without money, and no more than went out', async () => {
    const { id, product } = freshOrder();
    const read = async (): Promise<Record<string, unknown>> => {
      const found = await live.fetch(connection, { kind: 'product', id: String(product) }, never);
      return found.is === 'snapshot' ? (found.snapshot.body as Record<string, unknown>) : {};
    };
    const stock = async (): Promise<number> => Number((await read())['stock_quantity']);
    const sku = String((await read())['sku']);
    const before = await stock();
    const wanted = command('restock-shop', id, { sku, units: 1 });
    assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
    assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
    assert.equal(await stock(), before + 1);
    const many = command('restock-shop', id, { key: 'other', sku, units: 50 });
    const more = await live.execute(connection, many, never);
    assert.equal(more.is === 'failed' && more.code, 'nothing-to-restock');
  });

  void it('counts what overlapping refunds put back by the notes of the shop, and asks a person without them', async () => {
    const { id, product } = freshOrder();
    const order = shop().orders.get(id)!;
    const [line] = order.lines;
    assert.ok(line !== undefined);
    const ref = { kind: 'order', id: String(id) };
    const { sku } = shop().products.get(product)!;
    line.quantity = 3;
    const setMark = (key: string, value: string): void => {
      const mark = line.meta.find((entry) => entry.key === key);
      assert.ok(mark, key);
      mark.value = value;
    };
    setMark('_reduced_stock', '3');
    const restocked = async (): Promise<unknown> => {
      const found = await live.fetch(connection, ref, never);
      assert.ok(found.is === 'snapshot');
      const bodies = new Map((found.others ?? []).map((other) => [`${other.kind}/${other.id}`, other.body]));
      const lookup = (kind: string, other: string | number): unknown => bodies.get(`${kind}/${other}`);
      const body = woocommerce.keep(found.snapshot);
      const { facts, unread } = woocommerce.read({ ...found.snapshot, body }, { settings, lookup });
      const moved = facts.filter((fact) => fact.type === 'stock.moved').map((fact) => fact.quantity);
      return [moved, unread.map((each) => each.field)];
    };
    for (const key of ['one', 'two'])
      assert.equal(
        (await live.execute(connection, command('restock-shop', id, { key, sku, units: 1 }), never)).is,
        'accepted',
      );
    assert.deepEqual(await restocked(), [[2], []]);
    // Two requests at once: each adds to what it read when it began, and the last one wins (455).
    setMark('_restock_refunded_items', '1');
    setMark('_reduced_stock', '2');
    assert.deepEqual(await restocked(), [[2], []]);
    const restock = async (key: string, units: number): Promise<string> => {
      const result = await live.execute(connection, command('restock-shop', id, { key, sku, units }), never);
      return result.is === 'failed' ? result.code : result.is;
    };
    assert.equal(await restock('three', 2), 'nothing-to-restock');
    const notes = shop().notesByOrder.get(id)!;
    notes.splice(0, notes.length);
    assert.deepEqual(await restocked(), [[2], ['line_items[0].meta_data']], 'and nothing rests on it');
    assert.equal(await restock('four', 1), 'restock-unclear');
  });

  void it('reads what left by the fulfillments of an order that has them', async () => {
    const { id } = freshOrder();
    const order = shop().orders.get(id)!;
    const [line] = order.lines;
    assert.ok(line !== undefined);
    Object.assign(shop().settings, { fulfillments: true });
    order.meta.push({ id: 1, key: '_fulfillment_status', value: 'partially_fulfilled' });
    const meta_data = [{ id: 0, key: '_items', value: [{ item_id: line.id, qty: 1 }] }];
    const body = { status: 'fulfilled', is_fulfilled: true, meta_data };
    const made = await callWoo(
      connection,
      { method: 'POST', path: `orders/${id}/fulfillments`, body },
      never,
    );
    assert.equal(made.is, 'ok');
    const found = await live.fetch(connection, { kind: 'order', id: String(id) }, never);
    assert.ok(found.is === 'snapshot');
    const all = [found.snapshot, ...(found.others ?? [])];
    const lookup = (kind: string, other: string | number): unknown =>
      all.find((each) => each.kind === kind && each.id === String(other))?.body;
    const facts = all.flatMap((each) => woocommerce.read(each, { settings, lookup }).facts);
    const shipped = facts.filter((fact) => fact.type === 'goods.shipped');
    assert.deepEqual(shipped.map((fact) => [fact.object.split('/')[0], fact.quantity]), [['fulfillment', 1]]); // prettier-ignore
    Object.assign(shop().settings, { fulfillments: false });
    assert.equal((await live.fetch(connection, { kind: 'order', id: String(id) }, never)).is, 'snapshot');
  });

  void it('refuses more than is left, another currency and an order that is not there', async () => {
    const { id } = freshOrder();
    const refusal = async (more: Partial<ConnectorCommand>): Promise<string> => {
      const result = await live.execute(connection, command('refund', id, more), never);
      return result.is === 'failed' && result.final ? result.code : result.is;
    };
    assert.equal(await refusal({ amount: { minor: 99_999_999, currency: 'EUR' } }), 'over-remaining');
    assert.equal(await refusal({ amount: { minor: 100, currency: 'USD' } }), 'wrong-currency');
    assert.equal(await refusal({ refs: { order: '987654' } }), 'woocommerce_rest_shop_order_invalid_id');
    assert.equal(refundsOf(id).length, 0);
  });

  void it('says that customers are mailed about what is recorded, where the shop does so', async () => {
    const lineWith = async (value: string): Promise<string | undefined> => {
      const asked: LiveConnection = {
        ...connection,
        http: {
          ...connection.http,
          async request(request) {
            if (!request.url.includes('/settings/email_customer_refunded_order/enabled'))
              return connection.http.request(request);
            return { status: 200, headers: {}, text: '', json: { id: 'enabled', value } };
          },
        },
      };
      return (await live.check(asked, never)).find((line) => line.check === 'mail')?.message;
    };
    assert.match((await lineWith('yes')) ?? '', /mails customers about each refund/);
    assert.equal(await lineWith('no'), undefined);
  });

  void it('refunds nothing beside a refund that somebody made meanwhile, until it is known', async () => {
    const { id } = freshOrder();
    const theirs = await live.execute(connection, command('record-refund', id, { key: 'by hand' }), never);
    const made = theirs.is === 'accepted' ? theirs.refs[0]!.id : '';
    const wanted = command('refund', id);
    const result = await live.execute(connection, wanted, never);
    assert.deepEqual([result.is, result.is === 'failed' && result.code, result.is === 'failed' && result.final], ['failed', 'refunded-meanwhile', false]); // prettier-ignore
    assert.deepEqual([refundsOf(id).length, paidOut(id)], [1, 0]);
    const refs = { order: String(id), refund: made };
    assert.equal((await live.execute(connection, { ...wanted, refs }, never)).is, 'accepted');
  });

  void it('puts back units of an item without a SKU', async () => {
    const { id } = freshOrder();
    const { productId, variationId } = shop().orders.get(id)!.lines[0]!;
    const item = shop().products.get(variationId === 0 ? productId : variationId)!;
    const { sku } = item;
    Object.assign(item, { sku: '' });
    const name = variationId === 0 ? `product:${productId}` : `variation:${variationId}`;
    const wanted = command('restock-shop', id, { sku: name, units: 1 });
    const done = await live.execute(connection, wanted, never);
    assert.equal(done.is, 'accepted', JSON.stringify(done));
    Object.assign(item, { sku });
  });

  void it('only watches with a key that may only read', async () => {
    const { id } = freshOrder();
    const readOnly = shopConnection(sandbox, { readOnly: true });
    const result = await live.execute(readOnly, command('refund', id), never);
    assert.deepEqual([result.is, result.is === 'failed' && result.final], ['failed', true]);
    const health = await live.check(readOnly, never);
    assert.match(health.find((line) => line.check === 'write')?.message ?? '', /only read/);
    assert.deepEqual(
      health.filter((line) => line.state === 'failed'),
      [],
    );
    const keys = { consumerKey: 'ck_x', consumerSecret: 'cs_wrong' };
    const wrong = connect(settings, sandbox.woocommerce.baseUrl, keys);
    assert.ok((await live.check(wrong, never)).every((line) => line.state === 'failed'));
  });
});

void describe('webhooks of WooCommerce', () => {
  let sandbox: SandboxCompany;
  let receiver: Server;
  const deliveries: RawDelivery[] = [];
  const secret = 'whsec-of-ours';
  before(async () => {
    sandbox = await startSandbox({
      seed: 'hooks', now: '2026-06-01T08:00:00Z', ordersPerDay: 0, requestNow: Date.now,
    }); // prettier-ignore
    receiver = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        deliveries.push({ headers, body: Buffer.concat(chunks), receivedAt: Date.now(), path: '/' });
        reply.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    receiver.close();
    await sandbox.close();
  });

  void it('are set up with our own secret, watched, and revived when the shop switched them off', async () => {
    const connection = shopConnection(sandbox, { webhook: secret });
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/shop`;
    const states = async (): Promise<Set<string>> =>
      new Set((await live.subscribe?.(connection, url, never))?.map((line) => line.state));
    assert.deepEqual(await states(), new Set(['ok']));
    const { webhooks } = sandbox.company.woocommerce.shop;
    const count = webhooks.size;
    assert.deepEqual(await states(), new Set(['ok']));
    assert.equal(webhooks.size, count, 'none is made twice');
    const [hook] = webhooks.values();
    assert.ok(hook);
    hook.status = 'disabled';
    // With a key that may only read they cannot be revived: that is said.
    const readOnly = shopConnection(sandbox, { readOnly: true, webhook: secret });
    const refused = (await live.subscribe?.(readOnly, url, never)) ?? [];
    assert.deepEqual(refused.filter(({ state }) => state === 'failed').map(({ check }) => check), [`webhook ${hook.topic}`]); // prettier-ignore
    // Where none was ever set up, polling is what was chosen, and nothing is off.
    const elsewhere = (await live.subscribe?.(readOnly, `${url}-elsewhere`, never)) ?? [];
    assert.deepEqual(elsewhere.map(({ state }) => state), ['ok']); // prettier-ignore
    assert.deepEqual(await states(), new Set(['ok', 'warning']));
    assert.equal(hook.status, 'active');

    await sandbox.addOrders(3);
    await sandbox.advance({ days: 30 });
    const verified = deliveries.map((delivery) =>
      live.verify({ settings, secrets: { webhook: secret } }, delivery),
    );
    const kinds = new Set(verified.map((each) => each.is));
    assert.ok(kinds.has('delivery') && !kinds.has('rejected'), [...kinds].join(' '));
    const hinted = verified.flatMap((each) => (each.is === 'delivery' ? each.hints : []));
    for (const order of sandbox.company.woocommerce.shop.orders.keys())
      assert.ok(hinted.some((hint) => hint.kind === 'order' && hint.id === String(order)));
    const forged = deliveries.find((delivery) => delivery.headers['x-wc-webhook-signature'] !== undefined);
    assert.ok(forged);
    const bad = { ...forged, body: Buffer.concat([forged.body, Buffer.from(' ')]) };
    assert.equal(live.verify({ settings, secrets: { webhook: secret } }, bad).is, 'rejected');
    assert.equal(live.verify({ settings, secrets: {} }, forged).is, 'rejected');
  });
});
