/** Which lines of which delivery Odoo is asked to return, where the units left in several lines or deliveries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { executeRestore } from '../../src/connectors/odoo/odoo-restore-live.ts';
import type { OdooRpc } from '../../src/connectors/odoo/odoo-rpc.ts';
import { settingsOf } from './live-connections.ts';

const out = (id: number, picking: number, units: number): object => ({
  id, state: 'done', product_id: [10, 'A'], product_uom_qty: units, quantity: units, picking_id: [picking, 'OUT'], location_id: [8, 'Stock'],
  location_dest_id: [5, 'Customers'], origin_returned_move_id: false, product_uom: [1, 'Units'],
}); // prettier-ignore
const back = (id: number, origin: number, units: number): object => ({
  ...out(id, 70, units), location_id: [5, 'Customers'], location_dest_id: [8, 'Stock'], origin_returned_move_id: [origin, 'x'],
}); // prettier-ignore

type World = { readonly delivered: readonly object[]; readonly returned?: readonly object[]; readonly lines?: readonly number[] }; // prettier-ignore

/** What the wizard is filled with for two units of A; the code of the refusal where it is not reached. */
async function asked({ delivered, returned = [], lines = [] }: World): Promise<unknown> {
  let written: unknown;
  const rows: Readonly<Record<string, readonly object[]>> = {
    'product.product': [{ id: 10 }],
    'stock.location': [{ id: 8, complete_name: 'WH/Stock', usage: 'internal' }],
    'stock.return.picking': [{ id: 1, product_return_moves: lines }],
    'stock.return.picking.line': lines.map((move) => ({ id: move * 10, move_id: [move, 'm'] })),
  };
  const rpc = {
    userId: 2,
    fieldsOf: () => Promise.resolve(['quantity', 'location_id', 'complete_name', 'usage']),
    mayRead: () => Promise.resolve(true),
    find: (model: string, domain: unknown) =>
      Promise.resolve(
        model === 'stock.move' ? (JSON.stringify(domain).includes('sale_line_id.order_id') ? delivered : returned) : (rows[model] ?? []),
      ),
    write: (_model: string, method: string, args: readonly unknown[]) => {
      if (method === 'create') return Promise.resolve(1);
      written = args[1];
      return Promise.reject(new Error('far enough'));
    },
  }; // prettier-ignore
  const command = { key: 'p.1', kind: 'restore-stock', sku: 'A', units: 2, refs: { 'sale.order': '1' } };
  const connection = { settings: settingsOf('erp', 'erp') } as unknown as LiveConnection;
  try {
    await executeRestore(rpc as unknown as OdooRpc, connection, command as unknown as ConnectorCommand);
  } catch (error) {
    return written ?? (error as { readonly code?: string }).code;
  }
  return written;
}

test('lines of one delivery are returned together, each with what it still has out', async () => {
  assert.deepEqual(await asked({ delivered: [out(100, 50, 1), out(101, 50, 1)], lines: [100, 101, 102] }), {
    product_return_moves: [
      [1, 1000, { quantity: 1 }],
      [1, 1010, { quantity: 1 }],
      [1, 1020, { quantity: 0 }],
    ],
  });
  const world = {
    delivered: [out(100, 50, 2), out(101, 51, 2)],
    returned: [back(200, 100, 1)],
    lines: [101],
  };
  assert.deepEqual(await asked(world), { product_return_moves: [[1, 1010, { quantity: 2 }]] });
});

test('units of several deliveries are left to people, who are told so', async () => {
  assert.equal(await asked({ delivered: [out(100, 50, 1), out(101, 51, 1)] }), 'several-deliveries');
  assert.equal(await asked({ delivered: [out(100, 50, 1)] }), 'no-delivery');
});

test('a wizard that comes without lines is given them, and where they go', async () => {
  assert.deepEqual(await asked({ delivered: [out(100, 50, 2)] }), {
    product_return_moves: [[0, 0, { move_id: 100, product_id: 10, quantity: 2 }]],
    location_id: 8,
  });
});
