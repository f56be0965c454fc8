/** What other versions of Odoo call differently, as their source has it: 16, 17 and 19. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { settingsOf } from './live-connections.ts';

const settings = settingsOf('erp', 'erp');
type Body = Readonly<Record<string, unknown>>;

/** Facts of one record beside others, through what is kept of each. */
function factsOf(kind: string, id: number, others: Readonly<Record<string, Body>>): readonly Fact[] {
  const kept = (kindOf: string, body: Body | undefined): unknown =>
    body === undefined ? undefined : odoo.keep({ connection: 'erp', kind: kindOf, id: '1', body });
  const lookup = (other: string, otherId: string | number): unknown =>
    kept(other, others[`${other}/${otherId}`]);
  const body = kept(kind, others[`${kind}/${id}`]);
  const read = odoo.read({ connection: 'erp', kind, id: String(id), body }, { settings, lookup });
  assert.deepEqual(read.unread, []);
  return read.facts;
}

const locations = {
  'stock.location/5': { id: 5, complete_name: 'Partners/Customers', usage: 'customer', location_id: false },
  'stock.location/8': { id: 8, complete_name: 'WH/Stock', usage: 'internal', location_id: false },
} as const;
const delivery = {
  id: 30, state: 'done', product_id: [1, '[A-1] A'], product_uom_qty: 2, product_uom: [2, 'Dozens'], location_id: [8, 'WH/Stock'],
  location_dest_id: [5, 'Partners/Customers'], sale_line_id: [9, 'S1 - A'], origin_returned_move_id: false,
  date: '2026-11-03 10:00:00', create_date: '2026-11-02 10:00:00', write_date: '2026-11-03 10:00:00',
} as const; // prettier-ignore
const product = { id: 1, default_code: 'A-1', type: 'consu', uom_id: [1, 'Units'] };
const line = { id: 9, order_id: [4, 'S1'], qty_delivered: 0 };

void describe('other versions of Odoo', () => {
  const shipped = (units: Readonly<Record<string, Body>>, move: Body): unknown => {
    const others = { ...locations, ...units, 'product.product/1': product, 'sale.order.line/9': line, 'stock.move/30': move };
    return factsOf('stock.move', 30, others).map((fact) => fact.type === 'goods.shipped' && [fact.quantity, fact.unitCost]);
  }; // prettier-ignore

  void it('18 and before: the factor of a unit is how many make one reference unit', () => {
    const units = {
      'uom.uom/1': { id: 1, name: 'Units', factor: 1, factor_inv: 1, uom_type: 'reference' },
      'uom.uom/2': { id: 2, name: 'Dozens', factor: 0.08333333333333333, factor_inv: 12, uom_type: 'bigger' },
    };
    assert.deepEqual(shipped(units, { ...delivery, quantity: 2 }), [[24, undefined]]);
    assert.deepEqual(
      shipped(units, { ...delivery, quantity_done: 2 }),
      [[24, undefined]],
      '16: quantity_done',
    );
  });

  void it('19: the factor of a unit is how many reference units it is, and the move itself has its value', () => {
    const units = {
      'uom.uom/1': { id: 1, name: 'Units', factor: 1, relative_factor: 1, relative_uom_id: false },
      'uom.uom/2': { id: 2, name: 'Dozens', factor: 12, relative_factor: 12, relative_uom_id: [1, 'Units'] },
    };
    assert.deepEqual(shipped(units, { ...delivery, quantity: 2, value: -120 }), [[24, 500]]);
    assert.deepEqual(odoo.kindOf({ ...units['uom.uom/2'], create_date: '2026-01-01 00:00:00' }, ''), { kind: 'uom.uom', id: '2' }); // prettier-ignore
  });

  void it('18: the head of a combo is no goods, its parts are', () => {
    const sale = {
      id: 4, name: 'S1', state: 'sale', date_order: '2026-11-01 10:00:00', amount_total: 59.5, order_line: [9, 10], client_order_ref: 'LH-1',
    }; // prettier-ignore
    const priced = {
      order_id: [4, 'S1'],
      product_uom_qty: 1,
      product_uom: [1, 'Units'],
      price_tax: 0,
      qty_delivered: 0,
    };
    const facts = factsOf('sale.order', 4, {
      'sale.order/4': sale,
      'sale.order.line/9': { id: 9, ...priced, product_id: [2, '[MENU] Menu'], price_total: 0 },
      'sale.order.line/10': { id: 10, ...priced, product_id: [1, '[A-1] A'], price_total: 59.5 },
      'product.product/1': product,
      'product.product/2': { id: 2, default_code: 'MENU', type: 'combo', uom_id: [1, 'Units'] },
    });
    const [placed] = facts.filter((fact) => fact.type === 'order.placed');
    assert.deepEqual(placed?.lines.map(({ sku, kind }) => [sku, kind]), [['MENU', 'service'], ['A-1', 'goods']]); // prettier-ignore
  });

  void it('19: what a scrap order moves is scrapped, whatever its location is called', () => {
    const scrapped = {
      ...delivery, id: 31, sale_line_id: false, quantity: 1, product_uom: [1, 'Units'], scrap_id: [7, 'SP/00007'], location_dest_id: [16, 'Virtuaalinen/Hylly'],
    }; // prettier-ignore
    const facts = factsOf('stock.move', 31, {
      ...locations,
      'stock.location/16': { id: 16, complete_name: 'Virtuaalinen/Hylly', usage: 'inventory' },
      'product.product/1': product,
      'stock.scrap/7': { id: 7, scrap_qty: 1, move_ids: [31], origin: 'RMA-7101', state: 'done' },
      'stock.move/31': scrapped,
    });
    assert.deepEqual(facts.map((fact) => [fact.type, fact.type === 'stock.moved' && fact.to]), [['stock.moved', 'scrap']]); // prettier-ignore
  });

  void it('16: a move lists the scrap it was made by, which names the return', () => {
    const scrapped = {
      ...delivery, id: 31, sale_line_id: false, quantity_done: 1, product_uom: [1, 'Units'], scrap_ids: [7], location_dest_id: [16, 'Virtual Locations/Scrap'],
    }; // prettier-ignore
    const facts = factsOf('stock.move', 31, {
      ...locations,
      'stock.location/16': {
        id: 16,
        complete_name: 'Virtual Locations/Scrap',
        usage: 'inventory',
        scrap_location: true,
      },
      'product.product/1': product,
      'stock.scrap/7': { id: 7, scrap_qty: 1, move_id: [31, 'A'], origin: 'RMA-7101', state: 'done' },
      'stock.move/31': scrapped,
    });
    assert.deepEqual(facts.map((fact) => [fact.type, fact.type === 'stock.moved' && fact.to, fact.rma]), [['stock.moved', 'scrap', 'RMA-7101']]); // prettier-ignore
  });
});
