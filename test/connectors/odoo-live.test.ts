/** The Odoo connector over real HTTP, as an administrator and as a user who is none, cut off at every write. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { ConnectorCommand, LiveConnection, SweepPage } from '../../src/connectors/live-contract.ts';
import { odooLive as live } from '../../src/connectors/odoo/odoo-live.ts';
import { type OdooRpc, openOdoo } from '../../src/connectors/odoo/odoo-rpc.ts';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import { type SandboxCompany, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { connect, never, settingsOf, sweepAll } from './live-connections.ts';
import { runThroughCrashes } from './through-crashes.ts';

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
/** The id of a many2one. */
const linkOf = (value: unknown): number => Number(listOf(value)[0] ?? 0);

const settings = settingsOf('erp', 'erp', { fields: { database: 'company' } });

function erp(sandbox: SandboxCompany): LiveConnection {
  const { baseUrl, login, password } = sandbox.odoo;
  return connect(settings, baseUrl, { user: login, password });
}

/** The same user without administrator rights: the table of external ids is closed. */
function withoutRights(connection: LiveConnection): LiveConnection {
  const data = { name: 'odoo.exceptions.AccessError', message: 'no' };
  const denied = { jsonrpc: '2.0', error: { code: 200, message: 'Odoo Server Error', data } };
  return {
    ...connection,
    http: {
      ...connection.http,
      async request(request) {
        if (request.body?.includes('"ir.model.data"') === true)
          return { status: 200, headers: {}, text: JSON.stringify(denied), json: denied };
        return connection.http.request(request);
      },
    },
  };
}

for (const [who, wrap] of [
  ['an administrator', (connection: LiveConnection) => connection],
  ['a user without administrator rights', withoutRights],
] as const) {
  void describe(`commands to Odoo as ${who}`, () => {
    let sandbox: SandboxCompany;
    let connection: LiveConnection;
    let rpc: OdooRpc;
    const used = new Set<number>();
    before(async () => {
      sandbox = await startSandbox({
        seed: 'odoo', now: '2026-06-01T08:00:00Z', ordersPerDay: 12, returnRate: 0,
      }); // prettier-ignore
      await sandbox.advance({ days: 12 });
      connection = wrap(erp(sandbox));
      rpc = await openOdoo(connection, never);
    });
    after(() => sandbox.close());

    type Sold = { sale: number; product: number; sku: string; delivery: number };
    /** A delivered and invoiced sale with at least so many units of one item. */
    async function soldOrder(units = 1): Promise<Sold> {
      const delivered = [
        ['state', '=', 'done'],
        ['location_dest_id.usage', '=', 'customer'],
        ['product_uom_qty', '>=', units],
      ];
      for (const move of await rpc.find('stock.move', delivered, [
        'product_id',
        'sale_line_id',
        'picking_id',
      ])) {
        const line = [['id', '=', linkOf(move['sale_line_id'])]];
        const [sold] = await rpc.find('sale.order.line', line, ['order_id']);
        const sale = linkOf(sold?.['order_id']);
        const product = linkOf(move['product_id']);
        const [row] = await rpc.find('product.product', [['id', '=', product]], ['default_code']);
        const [order] = await rpc.find('sale.order', [['id', '=', sale]], ['invoice_ids']);
        if (used.has(sale) || listOf(order?.['invoice_ids']).length === 0) continue;
        used.add(sale);
        return { sale, product, sku: String(row?.['default_code']), delivery: linkOf(move['picking_id']) };
      }
      throw new Error('no order left');
    }
    async function stockOf(product: number): Promise<number> {
      const [warehouse] = await rpc.find('stock.warehouse', [], ['lot_stock_id']);
      const place = linkOf(warehouse?.['lot_stock_id']);
      const domain = [
        ['product_id', '=', product],
        ['location_id', '=', place],
      ];
      const quants = await rpc.find('stock.quant', domain, ['quantity']);
      return quants.reduce((sum, quant) => sum + Number(quant['quantity']), 0);
    }
    const command = (
      kind: ConnectorCommand['kind'],
      sale: number,
      more: Partial<ConnectorCommand>,
    ): ConnectorCommand => ({
      key: `test/${sale}/${kind}`, kind, orderKey: `shop/${sale}`, problem: 'p', control: 'inspected-restored',
      mode: 'auto', refs: { 'sale.order': String(sale) }, ...more,
    }); // prettier-ignore
    const throughCrashes = (wanted: ConnectorCommand): Promise<number> =>
      runThroughCrashes(live, connection, wanted);
    async function returnsOf(delivery: number): Promise<readonly string[]> {
      const rows = await rpc.find('stock.picking', [['return_id', '=', delivery]], ['state']);
      return rows.map((row) => String(row['state'])).toSorted();
    }

    void it('restores one unit, once, through any number of crashes', async () => {
      const sold = await soldOrder();
      const before = await stockOf(sold.product);
      const wanted = command('restore-stock', sold.sale, { sku: sold.sku, units: 1 });
      const crashes = await throughCrashes(wanted);
      assert.ok(crashes >= 4, `only ${crashes} writes were cut`);
      assert.equal(await stockOf(sold.product), before + 1);
      assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
      assert.equal(await stockOf(sold.product), before + 1);
      const states = await returnsOf(sold.delivery);
      assert.equal(states.filter((state) => state === 'done').length, 1);
      assert.ok(
        states.every((state) => state === 'done' || state === 'cancel'),
        'no twin is left waiting',
      );
    });

    void it('plants the key before it validates', async () => {
      const sold = await soldOrder();
      const wanted = command('restore-stock', sold.sale, { sku: sold.sku, units: 1 });
      let planted: string | undefined;
      const watched: LiveConnection = {
        ...connection,
        http: {
          ...connection.http,
          async request(request) {
            if (request.body?.includes('button_validate') === true) {
              const domain = [['note', 'ilike', plantedKey(wanted.key)]];
              const rows = await rpc.find('stock.picking', domain, ['state']);
              planted = String(rows[0]?.['state']);
            }
            return connection.http.request(request);
          },
        },
      };
      assert.equal((await live.execute(watched, wanted, never)).is, 'accepted');
      assert.equal(planted, 'assigned');
    });

    void it('takes the return that people have prepared, and leaves what did not come', async () => {
      const sold = await soldOrder(2);
      const options = {
        context: { active_model: 'stock.picking', active_id: sold.delivery, active_ids: [sold.delivery] },
      };
      const values = [{ picking_id: sold.delivery }];
      const wizard = await rpc.write('stock.return.picking', 'create', values, options);
      const kind = 'stock.return.picking.line';
      for (const line of await rpc.find(kind, [['wizard_id', '=', wizard]], ['move_quantity']))
        await rpc.write(kind, 'write', [[line['id']], { quantity: line['move_quantity'] }]);
      const action = await rpc.write('stock.return.picking', 'action_create_returns', [[wizard]], options);
      const made = (action as { readonly res_id: number }).res_id;
      sandbox.company.odoo.database.set('stock.picking', made, { create_uid: 1 });
      const before = await stockOf(sold.product);
      await throughCrashes(command('restore-stock', sold.sale, { sku: sold.sku, units: 1 }));
      assert.equal(await stockOf(sold.product), before + 1);
      const [row] = await rpc.find('stock.picking', [['id', '=', made]], ['state', 'backorder_ids']);
      assert.equal(row?.['state'], 'done');
      assert.equal(listOf(row?.['backorder_ids']).length, 1, 'the rest is still expected');
    });

    void it('writes off into scrap', async () => {
      const sold = await soldOrder();
      const before = await stockOf(sold.product);
      const deliveredOf = async (): Promise<number> => {
        const domain = [
          ['order_id', '=', sold.sale],
          ['product_id', '=', sold.product],
        ];
        const lines = await rpc.find('sale.order.line', domain, ['qty_delivered']);
        return lines.reduce((sum, line) => sum + Number(line['qty_delivered']), 0);
      };
      const delivered = await deliveredOf();
      const wanted = command('write-off', sold.sale, { sku: sold.sku, units: 1 });
      await throughCrashes(wanted);
      assert.equal(await stockOf(sold.product), before);
      assert.equal(await deliveredOf(), delivered - 1, 'the sale knows that the unit is back');
      const scraps = await rpc.find('stock.scrap', [['origin', 'ilike', plantedKey(wanted.key)]], ['state']);
      assert.deepEqual(
        scraps.map((scrap) => scrap['state']),
        ['done'],
      );
      assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
      assert.equal(await stockOf(sold.product), before);
    });

    void it('writes off into the scrap of the company that received the units', async () => {
      const { database } = sandbox.company.odoo;
      const sold = await soldOrder();
      const [moved] = await rpc.find('stock.move', [['picking_id', '=', sold.delivery]], ['location_id']);
      const [usual] = await rpc.find('stock.location', [['scrap_location', '=', true]], ['location_id']);
      const second = database.create('res.company', { name: 'Second' });
      const other = { usage: 'inventory', scrap_location: true, location_id: linkOf(usual?.['location_id']) };
      const scrap = database.create('stock.location', { ...other, name: 'Scrap', company_id: second });
      database.set('stock.location', linkOf(moved?.['location_id']), { company_id: second });
      database.set('stock.location', Number(usual?.['id']), { company_id: 1 });
      const wanted = command('write-off', sold.sale, { sku: sold.sku, units: 1 });
      await throughCrashes(wanted);
      database.set('stock.location', linkOf(moved?.['location_id']), { company_id: false });
      const fields = ['company_id', 'scrap_location_id'];
      const [made] = await rpc.find('stock.scrap', [['origin', 'ilike', plantedKey(wanted.key)]], fields);
      assert.deepEqual(
        fields.map((field) => linkOf(made?.[field])),
        [second, scrap],
      );
    });

    void it('returns no more than was delivered, although the wizard would', async () => {
      const sold = await soldOrder();
      const many = command('restore-stock', sold.sale, { sku: sold.sku, units: 90 });
      const result = await live.execute(connection, many, never);
      assert.deepEqual([result.is, result.is === 'failed' && result.final], ['failed', true]);
    });

    void it('drafts one credit note of the exact amount', async () => {
      const sold = await soldOrder();
      const [sale] = await rpc.find('sale.order', [['id', '=', sold.sale]], ['invoice_ids']);
      const amount = { minor: 700, currency: 'EUR' };
      const wanted = command('draft-credit-note', sold.sale, { amount });
      await throughCrashes(wanted);
      assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
      const domain = [
        ['reversed_entry_id', 'in', sale?.['invoice_ids']],
        ['move_type', '=', 'out_refund'],
      ];
      const notes = await rpc.find('account.move', domain, ['state', 'amount_total']);
      assert.deepEqual(
        notes.map((row) => [row['state'], row['amount_total']]),
        [['draft', 7]],
      );
      const other = command('draft-credit-note', sold.sale, { key: 'other', amount });
      const refused = await live.execute(connection, other, never);
      assert.equal(refused.is === 'failed' && refused.code, 'draft-exists');
    });

    void it('knows the stock by its place in the warehouse, whatever it is called', async () => {
      const sold = await soldOrder();
      const { database } = sandbox.company.odoo;
      const [warehouse] = await rpc.find('stock.warehouse', [], ['lot_stock_id']);
      const place = linkOf(warehouse?.['lot_stock_id']);
      const name = database.text('stock.location', place, 'name');
      database.set('stock.location', place, { name: 'Magasin' });
      const before = await stockOf(sold.product);
      const wanted = command('restore-stock', sold.sale, { sku: sold.sku, units: 1 });
      assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
      assert.deepEqual([(await live.probe(connection, wanted, never)).is, await stockOf(sold.product)], ['effect', before + 1]); // prettier-ignore
      database.set('stock.location', place, { name });
    });

    void it('finds an item without a code as facts name it', async () => {
      const sold = await soldOrder();
      const { database } = sandbox.company.odoo;
      database.set('product.product', sold.product, { default_code: false });
      const wanted = command('restore-stock', sold.sale, { sku: `product:${sold.product}`, units: 1 });
      assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
      database.set('product.product', sold.product, { default_code: sold.sku });
    });
  });
}

void describe('reading Odoo', () => {
  let sandbox: SandboxCompany;
  let connection: LiveConnection;
  const objects = new Map<string, Map<string, unknown>>();
  const cursors = new Map<string, string>();
  const own = (model: string): Set<string> =>
    new Set(sandbox.company.odoo.database.rows(model).map((row) => String(row.id)));
  before(async () => {
    sandbox = await startSandbox({ seed: 'read', now: '2026-06-01T08:00:00Z', ordersPerDay: 15 });
    await sandbox.advance({ days: 14 });
    connection = erp(sandbox);
  });
  after(() => sandbox.close());

  void it('reads all that matters, and in the next run what happened since', async () => {
    const kinds = ['stock.move', 'stock.picking', 'sale.order', 'sale.order.line', 'product.product'];
    await sweepAll(live, connection, objects, cursors);
    for (const kind of kinds) assert.deepEqual(new Set(objects.get(kind)?.keys()), own(kind), kind);
    await sandbox.advance({ days: 2 });
    const moves = [...own('stock.move')].length;
    const seen = await sweepAll(live, connection, objects, cursors);
    for (const kind of kinds) assert.deepEqual(new Set(objects.get(kind)?.keys()), own(kind), kind);
    assert.ok(seen.filter((each) => each.kind === 'stock.move').length < moves);
  });

  void it('sees a second change within one second', async () => {
    const [id = ''] = [...own('stock.picking')];
    const { database } = sandbox.company.odoo;
    database.set('stock.picking', Number(id), { origin: 'first' });
    database.touch('stock.picking', [Number(id)]);
    await sweepAll(live, connection, objects, cursors);
    database.set('stock.picking', Number(id), { origin: 'second' });
    await sweepAll(live, connection, objects, cursors);
    assert.ok(JSON.stringify(objects.get('stock.picking')?.get(id)).includes('"second"'));
  });

  void it('tells when the newest record lies before what was read already, and goes on from there', async () => {
    const { database } = sandbox.company.odoo;
    const readAll = async (from?: string): Promise<SweepPage> => {
      let page = await live.sweep(connection, 'stock.picking', from, never);
      const { wentBackTo } = page;
      while (!page.done) page = await live.sweep(connection, 'stock.picking', page.cursor, never);
      return { ...page, ...(wentBackTo === undefined ? {} : { wentBackTo }) };
    };
    const { cursor } = await readAll();
    const dates = database
      .rows('stock.picking')
      .map((row) => [row.id, Number(row.values.get('write_date'))] as const);
    const newest = Math.max(...dates.map(([, at]) => at));
    const before = newest - 40 * 86_400_000;
    for (const [id] of dates) database.set('stock.picking', id, { write_date: before });
    const page = await readAll(cursor);
    const again = await live.sweep(connection, 'stock.picking', page.cursor, never);
    for (const [id, at] of dates) database.set('stock.picking', id, { write_date: at });
    assert.equal(Date.parse(page.wentBackTo ?? ''), Math.floor(before / 1000) * 1000);
    assert.equal(again.wentBackTo, undefined);
    assert.ok(again.objects.length > 0, 'the run begins at the older time');
  });

  void it('loses nothing while records are written under a run', async () => {
    sandbox.faults.add({ on: 'odoo', kind: 'page_shift', times: 6 });
    const fresh = new Map<string, Map<string, unknown>>();
    await sweepAll(live, connection, fresh, new Map());
    assert.deepEqual(new Set(fresh.get('stock.move')?.keys()), own('stock.move'));
    sandbox.faults.clear();
  });

  void it('counts all ids, says gone of a missing one, and nothing when it may not read', async () => {
    const found: string[] = [];
    for await (const page of live.census(connection, 'stock.move', never))
      found.push(...page.map((ref) => ref.id));
    assert.deepEqual(new Set(found), own('stock.move'));
    const missing = { kind: 'stock.move', id: '987654' };
    assert.deepEqual(await live.fetch(connection, missing, never), { is: 'gone' });
    const keys = { user: 'admin', password: 'wrong-password' };
    const wrong = connect(settings, sandbox.odoo.baseUrl, keys);
    const denied = await live.fetch(wrong, missing, never);
    assert.deepEqual(
      [denied.is, denied.is === 'unreachable' && denied.code],
      ['unreachable', 'unauthorized'],
    );
    assert.equal((await live.check(wrong, never))[0]?.state, 'failed');
    assert.ok(
      (await live.check(connection, never)).every((line) => line.state === 'ok' || line.check === 'clock'),
    );
  });

  const recorded = (
    name: string,
  ): { readonly status: number; readonly headers: {}; readonly text: string; readonly json: unknown } => {
    const path = new URL(`../fixtures/exchanges/odoo/${name}.json`, import.meta.url);
    const { response } = JSON.parse(readFileSync(path, 'utf8')) as {
      response: { status: number; body: unknown };
    };
    return { status: response.status, headers: {}, text: '', json: response.body };
  };
  /** The connection where some calls are answered as Odoo 18 answered them. */
  function answered(own: LiveConnection, answers: readonly (readonly [RegExp, string])[]): LiveConnection {
    const request: LiveConnection['http']['request'] = async (given) => {
      const known = answers.find(([pattern]) => pattern.test(given.body ?? ''));
      return known === undefined ? own.http.request(given) : recorded(known[1]);
    };
    return { ...own, http: { ...own.http, request } };
  }

  void it('reads moves though the user may not see the valuations that they list', async () => {
    const least = answered(connection, [
      [/"stock\.valuation\.layer","(?:search|read)/, 'valuations-refused'],
      [/"stock\.move","fields_get"/, 'moves-fields'],
      [/"stock\.move","read".*"stock_valuation_layer_ids"/, 'moves-refused'],
    ]);
    const page = await live.sweep(least, 'stock.move', undefined, never);
    assert.deepEqual(page.setAside, []);
    assert.ok(page.objects.length > 20);
    const valuations = await live.sweep(least, 'stock.valuation.layer', undefined, never);
    assert.deepEqual([valuations.objects.length, valuations.done], [0, true]);
  });

  void it('says of rights that are missing for every record, not that the records are broken', async () => {
    const denied = answered(connection, [[/"stock\.move","read"/, 'moves-refused']]);
    await assert.rejects(live.sweep(denied, 'stock.move', undefined, never), { code: 'forbidden' });
  });

  void it('says that its user has no e-mail address, without which Odoo makes no return', async () => {
    const mute = answered(connection, [
      [/"res\.users","read"/, 'user-without-address'],
      [/"action_create_returns"/, 'return-without-address'],
    ]);
    const health = await live.check(mute, never);
    assert.deepEqual(
      health.filter((line) => line.state === 'warning').map((line) => line.check),
      // The company of the sandbox lives in another month than we do.
      ['clock', 'address'],
    );
    const rpc = await openOdoo(mute, never);
    const delivered = [
      ['state', '=', 'done'],
      ['location_dest_id.usage', '=', 'customer'],
      ['returned_move_ids', '=', false],
    ];
    const [move] = await rpc.find('stock.move', delivered, ['product_id', 'sale_line_id']);
    const [line] = await rpc.find(
      'sale.order.line',
      [['id', '=', linkOf(move?.['sale_line_id'])]],
      ['order_id'],
    );
    const [product] = await rpc.find(
      'product.product',
      [['id', '=', linkOf(move?.['product_id'])]],
      ['default_code'],
    );
    const command: ConnectorCommand = {
      key: 'mute',
      kind: 'restore-stock',
      orderKey: 'shop/1',
      problem: 'p',
      control: 'inspected-restored',
      mode: 'auto',
      refs: { 'sale.order': String(linkOf(line?.['order_id'])) },
      sku: String(product?.['default_code']),
      units: 1,
    };
    const result = await live.execute(mute, command, never);
    assert.deepEqual([result.is, result.is === 'failed' && result.code], ['failed', 'no-address']);
  });
});
