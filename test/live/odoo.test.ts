/** The Odoo connector against a real Odoo that somebody gave: whole returns, and commands that are cut off. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { reconcile } from '../../src/audit/reconcile.ts';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import { odooLive as live } from '../../src/connectors/odoo/odoo-live.ts';
import { currencyOf, idsOf } from '../../src/connectors/odoo/odoo-record.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { never, sweepAll } from '../connectors/live-connections.ts';
import { runThroughCrashes } from '../connectors/through-crashes.ts';
import { liveCommand } from './live-command.ts';
import {
  adminSecrets, announceReturn, count, create, erpSettings, leastPassword, linkOf, makeProduct, makeUser, odooAt, openErp, press,
  runMark, sell, setUnits, setUpCompany, skuOf, unitsIn, validate, type Company,
} from './odoo-company.ts'; // prettier-ignore

void describe('Odoo, live', { skip: odooAt.skip }, () => {
  const opened: LiveConnection[] = [];
  const open = (secrets?: { readonly user: string; readonly password: string }): LiveConnection => {
    const connection = openErp(secrets);
    opened.push(connection);
    return connection;
  };
  let company: Company;
  let connection: LiveConnection;
  const objects = new Map<string, Map<string, unknown>>();
  const cursors = new Map<string, string>();
  let currency = 'USD';
  before(async () => {
    company = await setUpCompany(open());
    connection = open(company.least);
    const [house] = await company.rpc.find('res.company', [], ['currency_id'], 1);
    currency = currencyOf(house ?? {}, currency);
  });
  after(() => opened.forEach((each) => each.http.close()));

  let numbers = 0;
  const nextNumber = (): string => `LH-${runMark}-S${(numbers += 1)}`;
  async function stateOf(number: string): Promise<OrderState> {
    await sweepAll(live, connection, objects, cursors);
    const settings = { ...erpSettings, currency };
    const { states } = reconcile([{ connector: odoo, settings, objects }], defaultPolicy('UTC'), Date.now());
    const state = states.find((each) => each.order === number);
    assert.ok(state, `no order ${number}`);
    return state;
  }
  const received = (state: OrderState, name: string): number =>
    (state.positions.items.get(skuOf(name))?.received.get('erp') ?? []).reduce(
      (sum, each) => sum + each.units,
      0,
    );
  const net = (state: OrderState, name: string, where: 'saleable' | 'scrap' | 'hold'): number =>
    state.positions.items.get(skuOf(name))?.net[where] ?? 0;
  const unitsOf = (list: readonly { readonly units: number }[] | undefined): readonly number[] =>
    (list ?? []).map((each) => each.units);
  const creditsOf = (state: OrderState): readonly unknown[] =>
    [...state.positions.credits.values()].map((credit) => [credit.state, credit.minor]); // prettier-ignore

  void it('says what the user of the guide may do, and what is missing', async () => {
    const health = await live.check(connection, never);
    assert.deepEqual(health.filter((line) => line.state !== 'ok'), []); // prettier-ignore
    const user = await makeUser(company.rpc, `mute-${runMark}`, false);
    const mute = await live.check(open({ user, password: leastPassword }), never);
    assert.deepEqual(mute.filter((line) => line.state !== 'ok').map((line) => line.check), ['address']); // prettier-ignore
  });

  void it('sees a return announced, received in part, and the rest that is still expected', async () => {
    const number = nextNumber();
    const { delivery } = await sell(company, number, { SHOE: 3, MUG: 1 });
    const back = await announceReturn(company, delivery, { SHOE: 2 });
    let state = await stateOf(number);
    assert.equal(received(state, 'SHOE'), 0);
    assert.deepEqual(unitsOf(state.positions.items.get(skuOf('SHOE'))?.announced), [2]);
    await count(company, back, { SHOE: 1 });
    await validate(company.rpc, back);
    state = await stateOf(number);
    const item = state.positions.items.get(skuOf('SHOE'));
    assert.deepEqual([received(state, 'SHOE'), net(state, 'SHOE', 'saleable')], [1, 1]);
    assert.deepEqual(unitsOf(item?.waiting), [1], 'the backorder, whose return_id is false');
    const backorder = await company.rpc.find('stock.picking', [['backorder_id', '=', back]], ['id']);
    await validate(company.rpc, Number(backorder[0]?.['id']));
    state = await stateOf(number);
    assert.deepEqual([received(state, 'SHOE'), received(state, 'MUG')], [2, 0]);
    assert.deepEqual(unitsOf(state.positions.items.get(skuOf('SHOE'))?.waiting), []);
  });

  void it('sees damaged units go into scrap, and a cancelled return bring nothing', async () => {
    const number = nextNumber();
    const { delivery } = await sell(company, number, { LAMP: 2 });
    const back = await announceReturn(company, delivery, { LAMP: 1 });
    await validate(company.rpc, back);
    const scrap = await create(company.rpc, 'stock.scrap', {
      product_id: company.products['LAMP'], scrap_qty: 1, picking_id: back, location_id: company.stock,
    }); // prettier-ignore
    await press(company.rpc, 'stock.scrap', 'action_validate', [scrap]);
    const other = await announceReturn(company, delivery, { LAMP: 1 });
    await press(company.rpc, 'stock.picking', 'action_cancel', [other]);
    const state = await stateOf(number);
    assert.deepEqual(
      [received(state, 'LAMP'), net(state, 'LAMP', 'scrap'), net(state, 'LAMP', 'saleable')],
      [1, 1, 0],
    );
  });

  void it('sees a finished return that somebody edits, although its transfer does not change', async () => {
    const number = nextNumber();
    const { delivery } = await sell(company, number, { SHOE: 2 });
    const back = await announceReturn(company, delivery, { SHOE: 2 });
    await validate(company.rpc, back);
    assert.equal(received(await stateOf(number), 'SHOE'), 2);
    const [move] = await company.rpc.find('stock.move', [['picking_id', '=', back]], ['move_line_ids']);
    const field = (await company.rpc.fieldsOf('stock.move.line')).includes('quantity') ? 'quantity' : 'qty_done';
    await company.rpc.write('stock.move.line', 'write', [idsOf(move ?? {}, 'move_line_ids'), { [field]: 1 }]);
    const state = await stateOf(number);
    assert.deepEqual([received(state, 'SHOE'), net(state, 'SHOE', 'saleable')], [1, 1]);
  }); // prettier-ignore

  void it('reads lots, and takes back the one that was sold', async () => {
    const { rpc } = company;
    const product = await makeProduct(rpc, 'BIKE', 900, { tracking: 'serial' });
    const lots: number[] = [];
    for (const name of ['A', 'B']) {
      const [house] = await rpc.find('res.company', [], ['id'], 1);
      const columns = ['name', 'product_id/.id', 'company_id/.id'];
      const row = [`${name}-${runMark}`, String(product), String(house?.['id'])];
      // By import: some releases of 18 refuse to create a lot by RPC.
      const loaded = (await rpc.write('stock.lot', 'load', [columns, [row]])) as { readonly ids: readonly number[] };
      const [lot = 0] = loaded.ids;
      lots.push(lot);
      await setUnits(rpc, product, company.stock, 1, lot);
    }
    const number = nextNumber();
    const withBike = { ...company, products: { ...company.products, BIKE: product } };
    const { sale, delivery } = await sell(withBike, number, { BIKE: 1 });
    const [out] = await rpc.find('stock.move', [['picking_id', '=', delivery]], ['move_line_ids']);
    const [line] = await rpc.find('stock.move.line', [['id', 'in', idsOf(out ?? {}, 'move_line_ids')]], ['lot_id']);
    const sold = linkOf(line, 'lot_id');
    assert.ok(lots.includes(sold));
    await throughCrashes(
      liveCommand('restore-stock', { refs: { 'sale.order': String(sale) }, sku: skuOf('BIKE'), units: 1 }),
    );
    const [quant] = await rpc.find('stock.quant', [['lot_id', '=', sold], ['location_id', '=', company.stock]], ['quantity']);
    assert.equal(quant?.['quantity'], 1);
    const state = await stateOf(number);
    assert.deepEqual([received(state, 'BIKE'), net(state, 'BIKE', 'saleable')], [1, 1]);
  }); // prettier-ignore

  void it('tells a draft credit note from a posted one, made from the invoice', async () => {
    const number = nextNumber();
    const { invoice } = await sell(company, number, { SHOE: 1 });
    const context = { active_model: 'account.move', active_ids: [invoice], active_id: invoice };
    const values = { move_ids: [[6, 0, [invoice]]], reason: 'RMA-9' };
    const [head] = await company.rpc.find('account.move', [['id', '=', invoice]], ['journal_id']);
    const journal = linkOf(head, 'journal_id');
    const wizard = await create(company.rpc, 'account.move.reversal', { ...values, journal_id: journal }, context);
    const fields = await company.rpc.fieldsOf('account.move.reversal');
    const method = fields.includes('refund_method') ? 'reverse_moves' : 'refund_moves';
    await press(company.rpc, 'account.move.reversal', method, [wizard], context);
    assert.deepEqual(creditsOf(await stateOf(number)), [['drafted', 5950]]);
    const [note] = await company.rpc.find('account.move', [['reversed_entry_id', '=', invoice]], ['id']);
    await press(company.rpc, 'account.move', 'action_post', [Number(note?.['id'])]);
    assert.deepEqual(creditsOf(await stateOf(number)), [['posted', 5950]]);
  }); // prettier-ignore

  /** Runs a command cut off at its next write again and again: each run looks, and goes on where nothing is found. */
  const throughCrashes = (wanted: ConnectorCommand): Promise<number> =>
    runThroughCrashes(live, connection, wanted);
  const inStock = (name: string): Promise<number> =>
    unitsIn(company.rpc, company.products[name] ?? 0, company.stock);
  const refsTo = (sale: number): { readonly refs: Readonly<Record<string, string>> } => ({
    refs: { 'sale.order': String(sale) },
  });
  const amount = (minor: number): { readonly amount: { minor: number; currency: string } } => ({
    amount: { minor, currency },
  });
  const openReturns = async (delivery: number): Promise<readonly unknown[]> => {
    const domain = [['move_ids.origin_returned_move_id.picking_id', '=', delivery]];
    const rows = await company.rpc.find('stock.picking', domain, ['state']);
    return rows.map((row) => row['state']).filter((state) => state !== 'cancel');
  };

  void it('restores one unit, once, through any number of crashes, and leaves no twin', async () => {
    const number = nextNumber();
    const { sale, delivery } = await sell(company, number, { SHOE: 2, MUG: 1 });
    const before = await inStock('SHOE');
    const wanted = liveCommand('restore-stock', { ...refsTo(sale), sku: skuOf('SHOE'), units: 1 });
    const crashes = await throughCrashes(wanted);
    assert.ok(crashes >= 4, `only ${crashes} writes were cut`);
    assert.equal(await inStock('SHOE'), before + 1);
    assert.equal((await live.execute(connection, wanted, never)).is, 'accepted');
    assert.equal(await inStock('SHOE'), before + 1, 'doing it again changes nothing');
    assert.deepEqual(await openReturns(delivery), ['done']);
    const state = await stateOf(number);
    assert.deepEqual([received(state, 'SHOE'), net(state, 'SHOE', 'saleable')], [1, 1]);
  });

  void it('receives the counted unit of a return that people announced, and leaves the rest expected', async () => {
    const number = nextNumber();
    const { sale, delivery } = await sell(company, number, { SHOE: 2, MUG: 1 });
    await announceReturn(company, delivery, { SHOE: 2, MUG: 1 });
    const before = [await inStock('SHOE'), await inStock('MUG')];
    await throughCrashes(liveCommand('restore-stock', { ...refsTo(sale), sku: skuOf('SHOE'), units: 1 }));
    assert.deepEqual([await inStock('SHOE'), await inStock('MUG')], [(before[0] ?? 0) + 1, before[1]]);
    const state = await stateOf(number);
    const waiting = ['SHOE', 'MUG'].map((name) => unitsOf(state.positions.items.get(skuOf(name))?.waiting));
    assert.deepEqual(waiting, [[1], [1]]);
  });

  void it('writes a damaged unit off by a scrap order, and puts away one that waits in a place for returns', async () => {
    const number = nextNumber();
    const { sale, delivery } = await sell(company, number, { LAMP: 3 });
    const before = await inStock('LAMP');
    await throughCrashes(liveCommand('write-off', { ...refsTo(sale), sku: skuOf('LAMP'), units: 1 }));
    assert.equal(await inStock('LAMP'), before);
    assert.equal(net(await stateOf(number), 'LAMP', 'scrap'), 1);
    const delivered = async (): Promise<unknown> =>
      (await company.rpc.find('sale.order.line', [['order_id', '=', sale]], ['qty_delivered']))[0]?.[
        'qty_delivered'
      ];
    assert.equal(await delivered(), 2, 'the sale knows that the unit is back');

    const [house] = await company.rpc.find('stock.warehouse', [], ['view_location_id'], 1);
    const hold = await create(company.rpc, 'stock.location', {
      name: `Returns inspection ${runMark}`, usage: 'internal', location_id: linkOf(house, 'view_location_id'),
    }); // prettier-ignore
    const back = await announceReturn(company, delivery, { LAMP: 1 });
    const moves = await company.rpc.find('stock.move', [['picking_id', '=', back]], ['move_line_ids']);
    const place = { location_dest_id: hold };
    await company.rpc.write('stock.picking', 'write', [[back], place]);
    await company.rpc.write('stock.move', 'write', [moves.map((move) => move['id']), place]);
    const lines = moves.flatMap((move) => idsOf(move, 'move_line_ids'));
    if (lines.length > 0) await company.rpc.write('stock.move.line', 'write', [lines, place]);
    await validate(company.rpc, back);
    assert.equal(net(await stateOf(number), 'LAMP', 'hold'), 1);
    await throughCrashes(liveCommand('restore-stock', { ...refsTo(sale), sku: skuOf('LAMP'), units: 1 }));
    const state = await stateOf(number);
    assert.deepEqual([net(state, 'LAMP', 'hold'), net(state, 'LAMP', 'saleable')], [0, 1]);
    assert.equal(await inStock('LAMP'), before + 1);
  });

  void it('works for a second company with its own warehouse and scrap', async () => {
    const { rpc, least } = company;
    const name = 'Second company of the live test';
    const [there] = await rpc.find('res.company', [['name', '=', name]], ['id']);
    const second = Number(there?.['id'] ?? (await create(rpc, 'res.company', { name })));
    const logins = [['login', 'in', [adminSecrets.user, least.user]]];
    for (const user of await rpc.find('res.users', logins, ['id']))
      await rpc.write('res.users', 'write', [[user['id']], { company_ids: [[4, second]] }]);
    const houses = [['company_id', '=', second]];
    if ((await rpc.find('stock.warehouse', houses, ['id'])).length === 0)
      await create(rpc, 'stock.warehouse', { name: 'Second', code: 'TWO', company_id: second });
    const [house] = await rpc.find('stock.warehouse', houses, ['lot_stock_id']);
    const place = linkOf(house, 'lot_stock_id');
    const product = await makeProduct(rpc, 'TENT', 120);
    await setUnits(rpc, product, place, 10);
    const more = { company_id: second, warehouse_id: house?.['id'] };
    const withTent = { ...company, products: { TENT: product } };
    const { sale } = await sell(withTent, nextNumber(), { TENT: 3 }, { isInvoiced: false, more });
    await throughCrashes(liveCommand('restore-stock', { ...refsTo(sale), sku: skuOf('TENT'), units: 1 }));
    assert.equal(await unitsIn(rpc, product, place), 8);
    await throughCrashes(liveCommand('write-off', { ...refsTo(sale), sku: skuOf('TENT'), units: 1 }));
    assert.equal(await unitsIn(rpc, product, place), 8);
    const scraps = await rpc.find('stock.scrap', [['product_id', '=', product]], ['company_id', 'state']);
    assert.deepEqual(scraps.map((scrap) => [linkOf(scrap, 'company_id'), scrap['state']]), [[second, 'done']]);
  }); // prettier-ignore

  void it('refuses to bring back more than was delivered, although the wizard would', async () => {
    const { sale } = await sell(company, nextNumber(), { MUG: 1 });
    const many = liveCommand('restore-stock', { ...refsTo(sale), sku: skuOf('MUG'), units: 5 });
    const result = await live.execute(connection, many, never);
    assert.equal(
      result.is === 'failed' && result.final && result.code,
      'no-delivery',
      JSON.stringify(result),
    );
  });

  void it('drafts one credit note of the exact amount, and none beside it', async () => {
    const number = nextNumber();
    const { sale } = await sell(company, number, { SHOE: 2 });
    const units = liveCommand('draft-credit-note', { ...refsTo(sale), sku: skuOf('SHOE'), units: 1, ...amount(5950) });
    await throughCrashes(units);
    assert.deepEqual(creditsOf(await stateOf(number)), [['drafted', 5950]]);
    const other = liveCommand('draft-credit-note', { ...refsTo(sale), ...amount(700) });
    const refused = await live.execute(connection, other, never);
    assert.equal(refused.is === 'failed' && refused.code, 'draft-exists');
    const next = nextNumber();
    const part = await sell(company, next, { SHOE: 1 });
    await throughCrashes(liveCommand('draft-credit-note', { ...refsTo(part.sale), ...amount(700) }));
    assert.deepEqual(creditsOf(await stateOf(next)), [['drafted', 700]]);
  }); // prettier-ignore

  void it('says in plain words that its user has no e-mail address', async () => {
    const { sale } = await sell(company, nextNumber(), { MUG: 1 });
    const user = await makeUser(company.rpc, `silent-${runMark}`, false);
    const wanted = liveCommand('restore-stock', { ...refsTo(sale), sku: skuOf('MUG'), units: 1 });
    const result = await live.execute(open({ user, password: leastPassword }), wanted, never);
    assert.deepEqual([result.is, result.is === 'failed' && result.code], ['failed', 'no-address']);
  });
});
