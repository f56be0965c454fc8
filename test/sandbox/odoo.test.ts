import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { companyFor, erp } from './sandbox-clients.ts';

type Row = Record<string, unknown>;

const one = async (sandbox: SandboxCompany, model: string, id: number, fields: string[]): Promise<Row> => {
  const [row] = (await erp(sandbox, model, 'read', [[id], fields])) as Row[];
  return row!;
};
const ids = async (sandbox: SandboxCompany, model: string, domain: unknown[]): Promise<number[]> =>
  (await erp(sandbox, model, 'search', [domain], { order: 'id' })) as number[];

/** A confirmed sale of `quantity` helmets, and its delivery; validated unless told otherwise. */
async function sell(sandbox: SandboxCompany, quantity: number, validate = true) {
  const [product] = await ids(sandbox, 'product.product', [['default_code', '=', 'HELM-U1']]);
  const partner = (await erp(sandbox, 'res.partner', 'create', [{ name: 'Ada' }])) as number;
  const line = [0, 0, { product_id: product, product_uom_qty: quantity, price_unit: 84.9 }];
  const order = { partner_id: partner, client_order_ref: 'NK-1', order_line: [line] };
  const sale = (await erp(sandbox, 'sale.order', 'create', [order])) as number;
  await erp(sandbox, 'sale.order', 'action_confirm', [[sale]]);
  const [delivery] = await ids(sandbox, 'stock.picking', [['sale_id', '=', sale]]);
  if (validate) assert.equal(await erp(sandbox, 'stock.picking', 'button_validate', [[delivery]]), true);
  return { sale, delivery: delivery!, product: product!, partner };
}

/** The wizard's way to a return of `quantity`. */
async function returnOf(sandbox: SandboxCompany, delivery: number, quantity: number): Promise<number> {
  const wizard = (await erp(sandbox, 'stock.return.picking', 'create', [{ picking_id: delivery }])) as number;
  const { product_return_moves: lines } = await one(sandbox, 'stock.return.picking', wizard, [
    'product_return_moves',
  ]);
  const [line] = lines as number[];
  const chosen = { product_return_moves: [[1, line, { quantity }]] };
  await erp(sandbox, 'stock.return.picking', 'write', [[wizard], chosen]);
  const action = (await erp(sandbox, 'stock.return.picking', 'action_create_returns', [[wizard]])) as Row;
  return action['res_id'] as number;
}

test('the return wizard starts at zero, refuses nothing chosen, and links what it makes', async (t) => {
  const sandbox = await companyFor(t);
  const { delivery } = await sell(sandbox, 2);
  const wizard = (await erp(sandbox, 'stock.return.picking', 'create', [{ picking_id: delivery }])) as number;
  await assert.rejects(
    erp(sandbox, 'stock.return.picking', 'action_create_returns', [[wizard]]),
    /odoo\.exceptions\.UserError: Please specify at least one non-zero quantity/,
  );
  const back = await returnOf(sandbox, delivery, 1);
  const read = await one(sandbox, 'stock.picking', back, [
    'state',
    'return_id',
    'picking_type_code',
    'move_ids',
  ]);
  assert.deepEqual(
    [read['state'], (read['return_id'] as unknown[])[0], read['picking_type_code']],
    ['assigned', delivery, 'incoming'],
  );
  const move = await one(sandbox, 'stock.move', (read['move_ids'] as number[])[0]!, [
    'origin_returned_move_id',
    'product_uom_qty',
  ]);
  assert.equal(move['product_uom_qty'], 1);
  const [delivered] = await ids(sandbox, 'stock.move', [['picking_id', '=', delivery]]);
  assert.equal((move['origin_returned_move_id'] as unknown[])[0], delivered);
});

test('nothing checks that as much was delivered as is returned', async (t) => {
  const sandbox = await companyFor(t);
  const { delivery } = await sell(sandbox, 1);
  const back = await returnOf(sandbox, delivery, 7);
  assert.equal(await erp(sandbox, 'stock.picking', 'button_validate', [[back]]), true);
  assert.equal((await one(sandbox, 'stock.picking', back, ['state']))['state'], 'done');
});

test('fewer units than planned: an action instead of true, and nothing has happened', async (t) => {
  const sandbox = await companyFor(t);
  const { delivery } = await sell(sandbox, 3);
  const back = await returnOf(sandbox, delivery, 3);
  const [move] = await ids(sandbox, 'stock.move', [['picking_id', '=', back]]);
  await erp(sandbox, 'stock.move', 'write', [[move], { quantity: 2 }]);
  const asked = (await erp(sandbox, 'stock.picking', 'button_validate', [[back]])) as Row;
  assert.equal(asked['res_model'], 'stock.backorder.confirmation');
  assert.equal((await one(sandbox, 'stock.picking', back, ['state']))['state'], 'assigned');

  const context = { skip_backorder: true };
  assert.equal(await erp(sandbox, 'stock.picking', 'button_validate', [[back]], { context }), true);
  assert.equal((await one(sandbox, 'stock.move', move!, ['quantity']))['quantity'], 2);
  const [rest] = await ids(sandbox, 'stock.picking', [['backorder_id', '=', back]]);
  const backorder = await one(sandbox, 'stock.picking', rest!, ['state', 'return_id']);
  // A backorder knows its transfer, but not that it is a return.
  assert.deepEqual([backorder['state'], backorder['return_id']], ['assigned', false]);
});

test('what is done is done: validating again changes nothing, cancelling is refused', async (t) => {
  const sandbox = await companyFor(t);
  const { delivery } = await sell(sandbox, 1);
  const back = await returnOf(sandbox, delivery, 1);
  await erp(sandbox, 'stock.picking', 'button_validate', [[back]]);
  const { date_done: done } = await one(sandbox, 'stock.picking', back, ['date_done']);
  await sandbox.advance({ hours: 1 });
  assert.equal(await erp(sandbox, 'stock.picking', 'button_validate', [[back]]), true);
  assert.equal((await one(sandbox, 'stock.picking', back, ['date_done']))['date_done'], done);
  await assert.rejects(erp(sandbox, 'stock.picking', 'action_cancel', [[back]]), /set to 'Done'/);
});

test('a return that is not done can be cancelled', async (t) => {
  const sandbox = await companyFor(t);
  const { delivery } = await sell(sandbox, 1);
  const back = await returnOf(sandbox, delivery, 1);
  assert.equal(await erp(sandbox, 'stock.picking', 'action_cancel', [[back]]), true);
  assert.equal((await one(sandbox, 'stock.picking', back, ['state']))['state'], 'cancel');
});

test('a scrap takes units out of stock, and asks where there are none', async (t) => {
  const sandbox = await companyFor(t);
  const { product } = await sell(sandbox, 1);
  const [stock] = await ids(sandbox, 'stock.location', [['complete_name', '=', 'WH/Stock']]);
  const held = async (): Promise<number> => {
    const domain = [['product_id', '=', product], ['location_id', '=', stock]]; // prettier-ignore
    const quants = (await erp(sandbox, 'stock.quant', 'search_read', [domain, ['quantity']])) as {
      quantity: number;
    }[];
    return quants.reduce((sum, { quantity }) => sum + quantity, 0);
  };
  const before = await held();
  const scrap = async (quantity: number): Promise<unknown> => {
    const values = { product_id: product, scrap_qty: quantity, location_id: stock };
    const id = (await erp(sandbox, 'stock.scrap', 'create', [values])) as number;
    return erp(sandbox, 'stock.scrap', 'action_validate', [[id]]);
  };
  assert.equal(await scrap(1), true);
  assert.equal(await held(), before - 1);
  const asked = (await scrap(before + 100)) as Row;
  assert.equal(asked['res_model'], 'stock.warn.insufficient.qty.scrap');
  assert.equal(await held(), before - 1);
});

test('a reversal is a draft that names its invoice, and nothing stops a second one', async (t) => {
  const sandbox = await companyFor(t);
  const { sale } = await sell(sandbox, 2);
  const context = { active_model: 'sale.order', active_ids: [sale] };
  const wizard = (await erp(
    sandbox,
    'sale.advance.payment.inv',
    'create',
    [{ advance_payment_method: 'delivered' }],
    { context },
  )) as number;
  await erp(sandbox, 'sale.advance.payment.inv', 'create_invoices', [[wizard]], { context });
  const { name } = await one(sandbox, 'sale.order', sale, ['name']);
  const [invoice] = await ids(sandbox, 'account.move', [['invoice_origin', '=', name], ['move_type', '=', 'out_invoice']]); // prettier-ignore
  await erp(sandbox, 'account.move', 'action_post', [[invoice]]);
  await assert.rejects(
    erp(sandbox, 'account.move', 'action_post', [[invoice]]),
    /odoo\.exceptions\.UserError/,
  );
  const reverse = async (): Promise<Row> => {
    const values = { move_ids: [[6, 0, [invoice]]], reason: 'return', journal_id: 1 };
    const reversal = (await erp(sandbox, 'account.move.reversal', 'create', [values])) as number;
    const action = (await erp(sandbox, 'account.move.reversal', 'reverse_moves', [[reversal]])) as Row;
    return one(sandbox, 'account.move', action['res_id'] as number, [
      'state',
      'move_type',
      'reversed_entry_id',
      'amount_total',
    ]);
  };
  const first = await reverse();
  assert.deepEqual([first['state'], first['move_type']], ['draft', 'out_refund']);
  assert.equal((first['reversed_entry_id'] as unknown[])[0], invoice);
  const { amount_total: total } = await one(sandbox, 'account.move', invoice!, ['amount_total']);
  assert.equal(first['amount_total'], total);
  assert.notEqual((await reverse())['id'], first['id']);
});

test('every error is a 200 with the exception inside', async (t) => {
  const sandbox = await companyFor(t);
  const call = async (args: unknown[]): Promise<[number, string | undefined]> => {
    const { baseUrl, database, password } = sandbox.odoo;
    const answer = await fetch(`${baseUrl}/jsonrpc`, {
      method: 'POST',
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 9,
        params: { service: 'object', method: 'execute_kw', args: [database, 2, password, ...args] },
      }),
    });
    const body = (await answer.json()) as { id: number; error?: { data: { name: string } } };
    assert.equal(body.id, 9);
    return [answer.status, body.error?.data.name];
  };
  assert.equal((await call(['no.model', 'read', [[1]]]))[0], 200);
  assert.match((await call(['no.model', 'read', [[1]]]))[1]!, /\w/);
  assert.deepEqual(await call(['sale.order', 'no_method', [[1]]]), [200, 'builtins.AttributeError']);
  assert.deepEqual(await call(['sale.order', '_compute', [[1]]]), [200, 'odoo.exceptions.AccessError']);
  assert.deepEqual(await call(['sale.order', 'write', [[999_999], { note: 'x' }]]), [
    200,
    'odoo.exceptions.MissingError',
  ]);
  // An id that is gone is left out of a read, without an error.
  assert.deepEqual(await erp(sandbox, 'sale.order', 'read', [[999_999], ['name']]), []);
  const wrong = { ...sandbox, odoo: { ...sandbox.odoo, password: 'no' } };
  await assert.rejects(erp(wrong, 'sale.order', 'search', [[]]), /odoo\.exceptions\.AccessDenied/);
  const text = await fetch(`${sandbox.odoo.baseUrl}/jsonrpc`, { method: 'POST', body: '{"jsonrpc"' });
  assert.equal(text.status, 400);
});
