/**
 * The dock: a set of three parts of which two come back, where Odoo counts and nobody grades. The desk shows what is
 * here and what is missing, and books nothing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listOrders } from '../../src/store/list-orders.ts';
import { listSubjectProblems } from '../../src/store/list-problems.ts';
import { erp, paidOrder, woo } from '../sandbox/sandbox-clients.ts';
import { useConsole } from './console-world.ts';

const parts = ['PART-A', 'PART-B', 'PART-C'] as const;
const world = useConsole({
  days: 0,
  ordersPerDay: 0,
  isConnected: true,
  policy: {
    homes: { receive: 'erp', inspect: 'erp' },
    items: { 'SET-3': parts.map((sku) => ({ sku, factor: 1 })) },
    barcodes: { '4006381333931': 'PART-A', '4006381333948': 'PART-B', '4006381333955': 'PART-C' },
  },
});

const ids = async (model: string, domain: unknown[]): Promise<number[]> =>
  (await erp(world.sandbox, model, 'search', [domain], { order: 'id' })) as number[];

/** A set sold in the shop and delivered by the ERP as its three parts. */
async function sellSet(): Promise<{ readonly number: string; readonly delivery: number }> {
  const { sandbox } = world;
  const set = (await woo(sandbox, 'POST', '/products', { name: 'Set of three', sku: 'SET-3', regular_price: '59.50', manage_stock: true, stock_quantity: 5 })).body; // prettier-ignore
  const order = await paidOrder(sandbox);
  const sold = await woo(sandbox, 'POST', '/orders', {
    payment_method: 'stripe', transaction_id: order['transaction_id'], set_paid: true, billing: { country: 'DE', first_name: 'Ada' },
    line_items: [{ product_id: set['id'], quantity: 1 }],
  }); // prettier-ignore
  const number = String(sold.body['number']);
  const partner = await erp(sandbox, 'res.partner', 'create', [{ name: 'Ada' }]);
  const lines = await Promise.all(
    parts.map(async (sku) => {
      const product = await erp(sandbox, 'product.product', 'create', [{ name: sku, default_code: sku, is_storable: true }]);
      return [0, 0, { product_id: product, product_uom_qty: 1, price_unit: 19.83 }];
    }),
  ); // prettier-ignore
  const sale = await erp(sandbox, 'sale.order', 'create', [
    { partner_id: partner, client_order_ref: number, order_line: lines },
  ]);
  await erp(sandbox, 'sale.order', 'action_confirm', [[sale]]);
  const [delivery] = await ids('stock.picking', [['sale_id', '=', sale]]);
  assert.equal(await erp(sandbox, 'stock.picking', 'button_validate', [[delivery]]), true);
  await woo(sandbox, 'PUT', `/orders/${String(sold.body['id'])}`, { status: 'completed' });
  return { number, delivery: delivery! };
}

/** What somebody in the warehouse does in Odoo: a return of some of the delivery's parts, validated. */
async function returnParts(delivery: number, skus: readonly string[]): Promise<void> {
  const { sandbox } = world;
  const wizard = await erp(sandbox, 'stock.return.picking', 'create', [{ picking_id: delivery }]);
  const [read] = (await erp(sandbox, 'stock.return.picking', 'read', [[wizard], ['product_return_moves']])) as { product_return_moves: number[] }[]; // prettier-ignore
  const moves = (await erp(sandbox, 'stock.return.picking.line', 'read', [read!.product_return_moves, ['product_id']])) as { id: number; product_id: [number, string] }[]; // prettier-ignore
  const chosen = moves.map((move) => [1, move.id, { quantity: skus.some((sku) => move.product_id[1].includes(sku)) ? 1 : 0 }]); // prettier-ignore
  await erp(sandbox, 'stock.return.picking', 'write', [[wizard], { product_return_moves: chosen }]);
  const made = (await erp(sandbox, 'stock.return.picking', 'action_create_returns', [[wizard]])) as { res_id: number }; // prettier-ignore
  assert.equal(await erp(sandbox, 'stock.picking', 'button_validate', [[made.res_id]]), true);
}

/** Units that came back, as the facts have them. */
async function unitsBack(orderKey: string): Promise<Record<string, number>> {
  const { rows } = await world.db.pool.query<{ sku: string; units: number }>(
    `select body->>'sku' as sku, sum((body->>'quantity')::int)::int as units from facts
     where order_key = $1 and retracted_at is null and (type = 'goods.received' or type = 'stock.moved' and body->>'from' = 'customer')
     group by 1 order by 1`,
    [orderKey],
  );
  return Object.fromEntries(rows.map(({ sku, units }) => [sku, units]));
}

test('two of three parts of a set: the desk shows what is missing and books nothing; Odoo moves two units, once', async () => {
  const { number, delivery } = await sellSet();
  await world.catchUp();
  const order = (await listOrders(world.db, {})).rows.find((row) => row.number === number)!;
  const page = await world.open('ops', '/desk', { viewport: { width: 1024, height: 768 } });
  const scanText = async (text: string): Promise<void> => {
    await page.getByRole('searchbox', { name: 'Scan or type' }).waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await scanText(number);
  await page.getByRole('heading', { name: `Order ${number}` }).waitFor();
  await scanText('4006381333931');
  await page.getByText('SET-3: 1 of 3 parts').waitFor();
  await scanText('4006381333948');
  await page.getByText('SET-3: 2 of 3 parts').waitFor();
  await page.getByText('1 × PART-C missing').waitFor();
  // The receipt is made in Odoo: said, and nothing offered that would book it here.
  await page.getByText('Made in ERP').first().waitFor();
  assert.equal(await page.getByRole('button', { name: /Count what lies here/ }).count(), 0);
  await page.getByText('Nobody has decided anything here yet.').waitFor();
  assert.deepEqual(await unitsBack(order.orderKey), {});
  const { rows: entries } = await world.db.pool.query('select 1 from desk_entries where order_key = $1', [order.orderKey]); // prettier-ignore
  assert.equal(entries.length, 0);

  await returnParts(delivery, ['PART-A', 'PART-B']);
  await world.catchUp();
  await world.catchUp();
  assert.deepEqual(await unitsBack(order.orderKey), { 'PART-A': 1, 'PART-B': 1 });
  await page.reload();
  await page.getByText('SET-3: 2 of 3 parts').waitFor();
  await page.getByText('1 × PART-C missing').waitFor();
  // Long after every date by which somebody might have graded them.
  await world.sandbox.advance({ days: 30 });
  await world.catchUp();
  const problems = await listSubjectProblems(world.db, [order.orderKey]);
  assert.deepEqual(problems.filter(({ code }) => code === 'not-inspected'), []);
  assert.deepEqual(await unitsBack(order.orderKey), { 'PART-A': 1, 'PART-B': 1 });
}); // prettier-ignore

test('scans made without a network are kept in order, also over a reload, and made when it is back', async () => {
  const [order] = (await listOrders(world.db, {})).rows.filter((row) => row.number !== '');
  const page = await world.open('ops', '/desk', { viewport: { width: 1024, height: 768 } });
  const box = page.getByRole('searchbox', { name: 'Scan or type' });
  await box.waitFor();
  await page.route('**/api/v1/desk/scan', (route) => route.abort());
  for (const text of [order!.number, '4006381333931', '4006381333948']) {
    await box.fill(text);
    await page.keyboard.press('Enter');
    await page.getByText(text, { exact: false }).first().waitFor();
  }
  await page.getByText('3 scans wait for the network').waitFor();
  await page.reload();
  await page.getByText('3 scans wait for the network').waitFor();
  await page.unroute('**/api/v1/desk/scan');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: `Order ${order!.number}` }).waitFor();
  await page.getByText('SET-3: 2 of 3 parts').waitFor();
  await page.getByText('wait for the network').waitFor({ state: 'detached' });
}); // prettier-ignore

test('a label says what is on it, for people and for scanners', async () => {
  const [order] = (await listOrders(world.db, {})).rows;
  const page = await world.open('admin', '/desk');
  await page.getByRole('searchbox', { name: 'Scan or type' }).waitFor();
  const path = `/api/v1/orders/${encodeURIComponent(order!.orderKey)}/returns`;
  const made = await page.evaluate<{ readonly rma: string }>(`(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const { version, items } = await (await fetch('${path}')).json();
    const units = [{ sku: items.find((item) => item.isOnOrder && item.shipped > 0).sku, quantity: 1 }];
    const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf };
    return (await fetch('${path}/request', { method: 'POST', headers, body: JSON.stringify({ version, units }) })).json();
  })()`);
  await page.goto(
    `${world.address}/console/desk?order=${encodeURIComponent(order!.orderKey)}&rma=${made.rma}`,
  );
  await page.getByRole('link', { name: 'Print labels' }).click();
  const label = page.getByRole('region', { name: `Return ${made.rma}` });
  await label.getByText(`Order ${order!.number}`).waitFor();
  await label.getByText('1 × ').waitFor();
  const bars = await label.locator('svg rect').count();
  assert.equal(bars, (made.rma.length + 2) * 3 + 4, 'a bar code of the return number');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false);
});
