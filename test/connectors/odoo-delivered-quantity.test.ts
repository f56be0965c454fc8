/** A finished return move that was edited to more than had been delivered takes Odoo's own figure below zero. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import { settingsOf } from './sandbox-connection.ts';

test('a delivered quantity below zero is claimed as Odoo states it', () => {
  const body = {
    id: 60, order_id: [50, 'S00050'], product_id: [1, 'A-1'], product_uom: [1, 'Units'], qty_delivered: -1,
    move_ids: [], state: 'sale', write_date: '2026-11-02 09:00:00',
  }; // prettier-ignore
  const products: Readonly<Record<string, unknown>> = {
    'product.product/1': {
      id: 1,
      default_code: 'A-1',
      type: 'consu',
      is_storable: true,
      uom_id: [1, 'Units'],
    },
  };
  const lookup = (kind: string, id: string | number): unknown => products[`${kind}/${id}`];
  const { facts, unread } = odoo.read(
    { connection: 'erp', kind: 'sale.order.line', id: '60', body },
    { settings: settingsOf('erp', 'erp'), lookup },
  );
  assert.deepEqual(unread, []);
  const [fact] = facts;
  assert.ok(fact?.type === 'status.claimed');
  assert.deepEqual([fact.claim, fact.sku, fact.quantity], ['delivered_quantity', 'A-1', -1]);
});
