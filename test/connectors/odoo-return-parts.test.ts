/** Which lines of which delivery Odoo is asked to return, where the units left in several lines or deliveries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { executeCreditNote, probeCreditNote } from '../../src/connectors/odoo/odoo-credit-live.ts';
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

/** Received where nothing is sold from. */
const held = (id: number, picking: number, units: number): object => ({
  ...back(id, 100, units), picking_id: [picking, `IN/${picking}`], location_dest_id: [9, 'Returns'],
}); // prettier-ignore

type World = {
  readonly delivered: readonly object[];
  readonly returned?: readonly object[];
  /** Moves that Odoo's routes chained to received ones. */
  readonly onward?: readonly object[];
  readonly lines?: readonly number[];
};

/** What is written first for two units of A (the wizard's lines, a transfer); the code of the refusal where nothing is. */
async function asked({ delivered, returned = [], onward = [], lines = [] }: World): Promise<unknown> {
  let written: unknown;
  const rows: Readonly<Record<string, readonly object[]>> = {
    'product.product': [{ id: 10 }],
    'stock.location': [
      { id: 8, complete_name: 'WH/Stock', usage: 'internal' },
      { id: 9, complete_name: 'WH/Returns', usage: 'internal' },
    ],
    'stock.picking': [70, 71, 80].map((id) => ({ id, name: `IN/${id}`, state: 'assigned' })),
    'stock.return.picking': [{ id: 1, product_return_moves: lines }],
    'stock.return.picking.line': lines.map((move) => ({ id: move * 10, move_id: [move, 'm'] })),
  };
  const rpc = {
    userId: 2,
    fieldsOf: () => Promise.resolve(['quantity', 'location_id', 'complete_name', 'usage']),
    mayRead: () => Promise.resolve(true),
    find: (model: string, domain: unknown) => {
      const text = JSON.stringify(domain);
      if (model !== 'stock.move') {
        const id = /\["id","(?:=|in)",\[?(\d+)/.exec(text)?.[1];
        return Promise.resolve((rows[model] ?? []).filter((row) => model !== 'stock.picking' || (id !== undefined && (row as { id: number }).id === Number(id))));
      }
      if (text.includes('sale_line_id.order_id')) return Promise.resolve(delivered);
      return Promise.resolve(text.includes('origin_returned_move_id') ? returned : text.includes('move_orig_ids') ? onward : []);
    },
    write: (_model: string, method: string, args: readonly unknown[]) => {
      if (method === 'create') return Promise.resolve(1);
      written ??= args[1];
      return Promise.reject(new Error('far enough'));
    },
  }; // prettier-ignore
  const command = { key: 'p.1', kind: 'restore-stock', sku: 'A', units: 2, refs: { 'sale.order': '1' } };
  const connection = {
    settings: settingsOf('erp', 'erp', { locations: { 'WH/Returns': 'hold' } }),
  } as unknown as LiveConnection;
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

test('units that came by several receipts are back already: nothing is returned once more', async () => {
  const apart = [held(200, 70, 1), held(201, 71, 1)];
  assert.equal(
    await asked({ delivered: [out(100, 50, 4)], returned: apart, lines: [100] }),
    'received-apart',
  );
});

test('a transfer that waits to bring them into place, as a route of Odoo makes it, is gone on with', async () => {
  const chained = { ...out(300, 80, 2), state: 'assigned', location_id: [9, 'Returns'], location_dest_id: [8, 'Stock'] }; // prettier-ignore
  const written = await asked({
    delivered: [out(100, 50, 4)],
    returned: [held(200, 70, 2)],
    onward: [chained],
  });
  assert.match(JSON.stringify(written), /RTY-/);
  assert.doesNotMatch(JSON.stringify(written), /product_return_moves/);
});

test('a draft credit note that somebody else changed is theirs, and is never taken away', async () => {
  const draft = (writer: number): object => ({ id: 129, state: 'draft', amount_total: 13.99, write_uid: [writer, 'somebody'] }); // prettier-ignore
  const rpcOf = (writer: number, calls: unknown[]): OdooRpc => ({
    userId: 2, fieldsOf: () => Promise.resolve(['narration']),
    find: (model: string) => Promise.resolve(model === 'account.move' ? [draft(writer)] : []),
    write: (...call: readonly unknown[]) => Promise.resolve(calls.push(call.slice(0, 2).join(' ')) > 0),
  }) as unknown as OdooRpc; // prettier-ignore
  const command = { key: 'k', kind: 'draft-credit-note', amount: { minor: 700, currency: 'EUR' }, refs: { 'sale.order': '1' } } as unknown as ConnectorCommand; // prettier-ignore
  const calls: unknown[] = [];
  assert.equal((await probeCreditNote(rpcOf(6, calls), command)).is, 'effect');
  assert.equal((await executeCreditNote(rpcOf(6, calls), command)).is, 'accepted');
  assert.deepEqual(calls, []);
  assert.equal((await probeCreditNote(rpcOf(2, calls), command)).is, 'absent', 'ours, half made');
});
