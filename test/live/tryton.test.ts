/** The Tryton connector against a real Tryton 6: whole returns as people make them, and commands that are cut off. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { reconcile } from '../../src/audit/reconcile.ts';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { tryton } from '../../src/connectors/tryton/tryton-connector.ts';
import { trytonLive } from '../../src/connectors/tryton/tryton-live.ts';
import { openTryton } from '../../src/connectors/tryton/tryton-rpc.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { connect, crashing, liveUrl, never, settingsOf, sweepAll } from '../connectors/live-connections.ts';
import { runThroughCrashes } from '../connectors/through-crashes.ts';
import {
  type Company,
  acting,
  announceReturn,
  find,
  inStorage,
  openCompany,
  sell,
} from './tryton-company.ts';

const { url, skip } = liveUrl('TRYTON');
const settings = settingsOf('erp', 'erp', { locations: { SCRAP: 'scrap' } });
const secrets = { user: 'admin', password: process.env['LIVE_TRYTON_PASSWORD'] ?? '' };
const returnKind = 'stock.shipment.out.return';

void describe('Tryton, live', { skip }, () => {
  const opened: LiveConnection[] = [];
  const open = (keys: LiveConnection['secrets'] = secrets): LiveConnection => {
    const connection = connect(settings, url, keys);
    opened.push(connection);
    return connection;
  };
  let shop: Company;
  let connection: LiveConnection;
  const objects = new Map<string, Map<string, unknown>>();
  const cursors = new Map<string, string>();

  before(async () => {
    shop = await openCompany(() => openTryton(open(), never));
    connection = open();
  });
  after(() => opened.forEach((each) => each.http.close()));

  /** What the sweep has seen, as the state of one order. */
  async function stateOf(number: string): Promise<OrderState> {
    await sweepAll(trytonLive, connection, objects, cursors);
    const connections = [{ connector: tryton, settings, objects }];
    const { states, unread } = reconcile(connections, defaultPolicy('UTC'), Date.now());
    assert.deepEqual(unread, []);
    const state = states.find((each) => each.order === number);
    assert.ok(state, `no order ${number}`);
    return state;
  }
  const received = (state: OrderState, sku: string): number =>
    (state.positions.items.get(sku)?.received.get('erp') ?? []).reduce((sum, each) => sum + each.units, 0);
  const net = (state: OrderState, sku: string, where: 'saleable' | 'scrap' | 'input'): number =>
    state.positions.items.get(sku)?.net[where] ?? 0;
  const unitsOf = (list: readonly { readonly units: number }[] | undefined): readonly number[] =>
    (list ?? []).map((each) => each.units);
  const creditsOf = async (number: string): Promise<readonly unknown[]> =>
    [...(await stateOf(number)).positions.credits.values()].map((credit) => [
      credit.state,
      credit.minor,
      credit.tax,
    ]);
  const act: ReturnType<typeof acting> = (...all) => acting(shop.rpc)(...all);
  const step = (method: string, shipment: number): Promise<unknown> => act(returnKind, method, [[shipment]]);
  const movesOf = async (shipment: number, field: string): Promise<unknown> =>
    (await find(shop.rpc, returnKind, [['id', '=', shipment]], [field]))[0]?.[field];

  void it('checks the connection and names what is missing', async () => {
    const health = await trytonLive.check(connection, never);
    assert.deepEqual(
      health.filter((line) => line.state !== 'ok'),
      [],
    );
    const [line] = await trytonLive.check(open({ user: 'admin', password: 'wrong-password' }), never);
    assert.deepEqual([line?.check, line?.state], ['login', 'failed']);
  });

  void it('sees a whole return: announced, received, put away, credited', async () => {
    const sale = await sell(shop, 'LH-1001', { 'SHOE-42': 2, 'MUG-TI': 1 });
    const { sale: back, shipment } = await announceReturn(shop, sale, 'RMA-1001', { 'SHOE-42': 2 });
    let state = await stateOf('LH-1001');
    assert.equal(received(state, 'SHOE-42'), 0);
    assert.deepEqual(unitsOf(state.positions.items.get('SHOE-42')?.announced), [2]);

    await step('receive', shipment);
    state = await stateOf('LH-1001');
    assert.deepEqual([received(state, 'SHOE-42'), net(state, 'SHOE-42', 'saleable')], [2, 0]);

    await step('done', shipment);
    const [row] = await find(shop.rpc, 'sale.sale', [['id', '=', back]], ['invoices']);
    await act('account.invoice', 'post', [row?.['invoices']]);
    state = await stateOf('LH-1001');
    assert.deepEqual([received(state, 'SHOE-42'), net(state, 'SHOE-42', 'saleable')], [2, 2]);
    assert.deepEqual(await creditsOf('LH-1001'), [['posted', 11900, 1900]]);
  });

  void it('sees a partial return and the rest that Tryton announces again', async () => {
    const sale = await sell(shop, 'LH-1002', { 'SHOE-42': 3 });
    const { sale: back, shipment } = await announceReturn(shop, sale, 'RMA-1002', { 'SHOE-42': 2 });
    await act('stock.move', 'write', [await movesOf(shipment, 'incoming_moves'), { quantity: 1 }]);
    await step('receive', shipment);
    await step('done', shipment);
    await act('sale.sale', 'process', [[back]]);
    const state = await stateOf('LH-1002');
    const item = state.positions.items.get('SHOE-42');
    assert.deepEqual([received(state, 'SHOE-42'), net(state, 'SHOE-42', 'saleable')], [1, 1]);
    assert.deepEqual(unitsOf(item?.announced), [2]);
    assert.deepEqual(unitsOf(item?.waiting), [1], 'the backorder of the return');
  });

  void it('sees damaged units go to waste and not into stock', async () => {
    const sale = await sell(shop, 'LH-1003', { 'LAMP-1': 2 });
    const before = await inStorage(shop, 'LAMP-1');
    const { shipment } = await announceReturn(shop, sale, 'RMA-1003', { 'LAMP-1': 1 });
    await step('receive', shipment);
    const moves = await movesOf(shipment, 'inventory_moves');
    await act('stock.move', 'write', [moves, { to_location: shop.waste }]);
    await step('done', shipment);
    const state = await stateOf('LH-1003');
    assert.deepEqual([net(state, 'LAMP-1', 'scrap'), net(state, 'LAMP-1', 'saleable')], [1, 0]);
    assert.equal(await inStorage(shop, 'LAMP-1'), before);
  });

  void it('sees that a return cancelled after receipt still moved the goods', async () => {
    const sale = await sell(shop, 'LH-1004', { 'MUG-TI': 1 });
    const { shipment } = await announceReturn(shop, sale, 'RMA-1004', { 'MUG-TI': 1 });
    await step('receive', shipment);
    await step('cancel', shipment);
    const state = await stateOf('LH-1004');
    assert.equal(received(state, 'MUG-TI'), 1);
    assert.deepEqual(unitsOf(state.positions.items.get('MUG-TI')?.inCancelled), [1]);
  });

  void it('says gone only of what is gone', async () => {
    const sale = await sell(shop, 'LH-1005', { 'MUG-TI': 1 });
    const { shipment } = await announceReturn(shop, sale, 'RMA-1005', { 'MUG-TI': 1 });
    await step('cancel', shipment);
    await step('delete', shipment);
    const ref = { kind: returnKind, id: String(shipment) };
    assert.deepEqual(await trytonLive.fetch(connection, ref, never), { is: 'gone' });
    const there = await trytonLive.fetch(connection, { kind: 'sale.sale', id: String(sale) }, never);
    assert.equal(there.is, 'snapshot');
    const codeOf = async (at: LiveConnection, kind: string): Promise<string> => {
      const found = await trytonLive.fetch(at, { ...ref, kind }, never);
      return found.is === 'unreachable' ? found.code : found.is;
    };
    assert.equal(await codeOf(connection, 'no.such.model'), 'route-missing');
    assert.equal(await codeOf(open({ user: 'admin', password: 'wrong' }), returnKind), 'unauthorized');
  });

  const command = (
    kind: ConnectorCommand['kind'],
    sale: number,
    more: Partial<ConnectorCommand>,
  ): ConnectorCommand => ({
    key: `test/${sale}/${kind}`, kind, orderKey: `erp/${sale}`, problem: 'p', control: 'inspected-restored',
    mode: 'auto', refs: { 'sale.sale': String(sale) }, ...more,
  }); // prettier-ignore
  const euros = (minor: number): Partial<ConnectorCommand> => ({ amount: { minor, currency: 'EUR' } });

  /** Runs a command cut off at its next write again and again: each run looks, and goes on where nothing is found. */
  async function throughCrashes(wanted: ConnectorCommand): Promise<number> {
    let crashes = 0;
    for (let nth = 1; nth < 20; nth += 1) {
      const probed = await trytonLive.probe(connection, wanted, never);
      if (probed.is === 'effect') return crashes;
      assert.equal(probed.is, 'absent');
      const cut = crashing(connection, 1, nth % 3 === 0 ? 'before' : 'after');
      const result = await trytonLive.execute(cut.connection, wanted, never);
      if (cut.crashed()) crashes += 1;
      assert.equal(result.is, cut.crashed() ? 'unknown' : 'accepted', JSON.stringify(result));
    }
    throw new Error('never got through');
  }
  const refusal = async (wanted: ConnectorCommand): Promise<string> => {
    const result = await trytonLive.execute(connection, wanted, never);
    return result.is === 'failed' && result.final ? result.code : result.is;
  };

  void it('restores a unit that no return in Tryton knows, once, through any number of crashes', async () => {
    const sale = await sell(shop, 'LH-2001', { 'SHOE-42': 2 });
    const before = await inStorage(shop, 'SHOE-42');
    const wanted = command('restore-stock', sale, { sku: 'SHOE-42', units: 1 });
    const crashes = await throughCrashes(wanted);
    assert.ok(crashes >= 5, `only ${crashes} writes were cut`);
    assert.equal(await inStorage(shop, 'SHOE-42'), before + 1);
    assert.equal((await trytonLive.execute(connection, wanted, never)).is, 'accepted');
    assert.equal(await inStorage(shop, 'SHOE-42'), before + 1, 'doing it again changes nothing');
    const made = await find(shop.rpc, 'sale.sale', [['origin', '=', `sale.sale,${sale}`]], ['invoices']);
    assert.deepEqual(
      made.map((each) => each['invoices']),
      [[]],
      'one return sale, and no credit note',
    );
    const state = await stateOf('LH-2001');
    assert.deepEqual([received(state, 'SHOE-42'), net(state, 'SHOE-42', 'saleable')], [1, 1]);
  });

  void it('puts away one of two received units and leaves the other waiting', async () => {
    const sale = await sell(shop, 'LH-2002', { 'SHOE-42': 2, 'MUG-TI': 1 });
    const { shipment } = await announceReturn(shop, sale, 'RMA-2002', { 'SHOE-42': 2, 'MUG-TI': 1 });
    await step('receive', shipment);
    const before = await inStorage(shop, 'SHOE-42');
    await throughCrashes(command('restore-stock', sale, { sku: 'SHOE-42', units: 1 }));
    assert.equal(await inStorage(shop, 'SHOE-42'), before + 1);
    const state = await stateOf('LH-2002');
    assert.deepEqual([received(state, 'SHOE-42'), net(state, 'SHOE-42', 'saleable')], [2, 1]);
    assert.deepEqual([net(state, 'SHOE-42', 'input'), net(state, 'MUG-TI', 'input')], [1, 1]);
    await throughCrashes(command('restore-stock', sale, { key: 'second', sku: 'SHOE-42', units: 1 }));
    await throughCrashes(command('restore-stock', sale, { key: 'third', sku: 'MUG-TI', units: 1 }));
    assert.equal(await movesOf(shipment, 'state'), 'done', 'the last put-away finishes the shipment');
  });

  void it('receives the counted unit of an announced return, and announces the rest apart', async () => {
    const sale = await sell(shop, 'LH-2003', { 'SHOE-42': 2, 'MUG-TI': 1 });
    await announceReturn(shop, sale, 'RMA-2003', { 'SHOE-42': 2, 'MUG-TI': 1 });
    const stock = async (): Promise<readonly number[]> => [
      await inStorage(shop, 'SHOE-42'),
      await inStorage(shop, 'MUG-TI'),
    ];
    const [shoes = 0, mugs = 0] = await stock();
    await throughCrashes(command('restore-stock', sale, { sku: 'SHOE-42', units: 1 }));
    assert.deepEqual(await stock(), [shoes + 1, mugs]);
    const state = await stateOf('LH-2003');
    assert.deepEqual([received(state, 'SHOE-42'), received(state, 'MUG-TI')], [1, 0]);
    const waiting = ['SHOE-42', 'MUG-TI'].map((sku) => unitsOf(state.positions.items.get(sku)?.waiting));
    assert.deepEqual(waiting, [[1], [1]]);
  });

  void it('writes a damaged unit off into the waste location', async () => {
    const sale = await sell(shop, 'LH-2004', { 'LAMP-1': 1 });
    const before = await inStorage(shop, 'LAMP-1');
    await throughCrashes(command('write-off', sale, { sku: 'LAMP-1', units: 1 }));
    assert.equal(await inStorage(shop, 'LAMP-1'), before);
    assert.equal(net(await stateOf('LH-2004'), 'LAMP-1', 'scrap'), 1);
  });

  void it('receives goods that nobody announced, whose moves have no origin', async () => {
    const sale = await sell(shop, 'LH-2011', { 'MUG-TI': 1 });
    const before = await inStorage(shop, 'MUG-TI');
    const [house] = await find(shop.rpc, 'stock.location', [['id', '=', shop.warehouse]], ['input_location']);
    const [away] = await find(shop.rpc, 'stock.location', [['type', '=', 'customer']]);
    const move = {
      product: shop.products['MUG-TI'], quantity: 1, uom: shop.unit, from_location: away?.['id'], to_location: house?.['input_location'],
      company: shop.company, unit_price: { __class__: 'Decimal', decimal: '20.0000' }, currency: shop.currency,
    }; // prettier-ignore
    const values = {
      customer: shop.party, delivery_address: shop.address, company: shop.company, warehouse: shop.warehouse, reference: 'RMA-2011',
      incoming_moves: [['create', [move]]],
    }; // prettier-ignore
    const [shipment] = (await act(returnKind, 'create', [[values]])) as readonly number[];
    const refs = { 'sale.sale': String(sale), [returnKind]: String(shipment) };
    const wanted = command('restore-stock', sale, { sku: 'MUG-TI', units: 1, refs });
    await runThroughCrashes(trytonLive, connection, wanted);
    assert.equal(await inStorage(shop, 'MUG-TI'), before + 1);
  });

  void it('refuses to bring back more than was sold', async () => {
    const sale = await sell(shop, 'LH-2005', { 'MUG-TI': 1 });
    await throughCrashes(command('restore-stock', sale, { sku: 'MUG-TI', units: 1 }));
    const again = command('restore-stock', sale, { key: 'other', sku: 'MUG-TI', units: 1 });
    assert.equal(await refusal(again), 'already-returned');
  });

  void it('drafts one credit note for returned units, and one for an amount', async () => {
    const sale = await sell(shop, 'LH-2006', { 'SHOE-42': 2, 'MUG-TI': 1 });
    const units = command('draft-credit-note', sale, { sku: 'SHOE-42', units: 1, ...euros(5950) });
    await throughCrashes(units);
    assert.deepEqual(await creditsOf('LH-2006'), [['drafted', 5950, 950]]);
    assert.equal((await trytonLive.execute(connection, units, never)).is, 'accepted');
    assert.equal((await creditsOf('LH-2006')).length, 1);

    const other = await sell(shop, 'LH-2007', { 'LAMP-1': 1 });
    await throughCrashes(command('draft-credit-note', other, euros(1000)));
    assert.deepEqual(await creditsOf('LH-2007'), [['drafted', 1000, 160]]);
  });

  void it('drafts no second credit note beside one that waits', async () => {
    const sale = await sell(shop, 'LH-2008', { 'SHOE-42': 1 });
    await announceReturn(shop, sale, 'RMA-2008', { 'SHOE-42': 1 });
    assert.equal(await refusal(command('draft-credit-note', sale, euros(5950))), 'draft-exists');
  });

  void it('works as a user with the rights of the guide and no more', async () => {
    const names = ['Sales', 'Stock', 'Account'];
    const groups = await find(shop.rpc, 'res.group', [['name', 'in', names]]);
    const user = { user: 'reentry', password: 'Lq8-least-rights' };
    const values = {
      name: 'Integration', login: user.user, password: user.password, company: shop.company,
      groups: [['add', groups.map((group) => group['id'])]], companies: [['add', [shop.company]]],
    }; // prettier-ignore
    await act('res.user', 'create', [[values]]);
    const least = open(user);
    const failed = (await trytonLive.check(least, never)).filter((line) => line.state === 'failed');
    assert.deepEqual(failed, []);
    const sale = await sell(shop, 'LH-2009', { 'MUG-TI': 1 });
    const wanted = command('restore-stock', sale, { sku: 'MUG-TI', units: 1 });
    const result = await trytonLive.execute(least, wanted, never);
    assert.equal(result.is, 'accepted', JSON.stringify(result));
  });
});
