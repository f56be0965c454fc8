/**
 * The warehouse. Each act works in the systems as a person would, and writes down what was done: the systems' own records are
 * what a reconciler sees, the notes are the truth.
 */
import type { Company } from '../company.ts';
import { asJson } from '../service.ts';
import type { Article, Catalog } from './catalog.ts';
import type { OrderRecord, Units } from './order-record.ts';
import type { PlacedOrder } from './shop-acts.ts';
import { callErp, note } from './shop-acts.ts';

export const locations = { stock: 8, customers: 5, inspection: 18, shelf: 19, scrap: 16 } as const;

/** The Return button of a delivery; returns the new transfer, ready to be received. */
export function makeReturn(
  company: Company,
  placed: PlacedOrder,
  units: Units,
  options: { toRefund: boolean; rma: string; place: number },
): number {
  const { database } = company.odoo;
  const wizard = database.create('stock.return.picking', { picking_id: placed.delivery });
  for (const line of database.links('stock.return.picking', wizard, 'product_return_moves')) {
    const product = database.link('stock.return.picking.line', line, 'product_id');
    const quantity = units[database.text('product.product', product, 'default_code')] ?? 0;
    database.write('stock.return.picking.line', [line], { quantity, to_refund: options.toRefund });
  }
  const action = asJson(callErp(company, 'stock.return.picking', 'action_create_returns', [wizard]));
  const picking = Number(action['res_id']);
  // About half of the staff write the return number over "Return of …".
  if (picking % 2 === 0) database.write('stock.picking', [picking], { origin: options.rma });
  if (options.place !== locations.stock) {
    database.write('stock.picking', [picking], { location_dest_id: options.place });
    database.write('stock.move', database.links('stock.picking', picking, 'move_ids'), {
      location_dest_id: options.place,
    });
  }
  note(company, placed.record, 'odoo', 'return-picking-created', `stock.picking/${picking}`, { units });
  return picking;
}

/** Counts what came and validates; returns the backorder where the rest is still awaited. */
export function receive(
  company: Company,
  record: OrderRecord,
  picking: number,
  received: Units,
  rest: 'backorder' | 'give up',
): number | undefined {
  const { database } = company.odoo;
  for (const move of database.links('stock.picking', picking, 'move_ids')) {
    const product = database.link('stock.move', move, 'product_id');
    const sku = database.text('product.product', product, 'default_code');
    database.write('stock.move', [move], { quantity: received[sku] ?? 0 });
  }
  const answer = callErp(company, 'stock.picking', 'button_validate', [picking]);
  if (answer !== true) {
    const wizard = database.create('stock.backorder.confirmation', { pick_ids: [[6, 0, [picking]]] });
    const method = rest === 'backorder' ? 'process' : 'process_cancel_backorder';
    callErp(company, 'stock.backorder.confirmation', method, [wizard], {
      button_validate_picking_ids: [picking],
    });
  }
  const place = database.displayName(
    'stock.location',
    database.link('stock.picking', picking, 'location_dest_id'),
  );
  note(company, record, 'odoo', 'goods-received', `stock.picking/${picking}`, { units: received });
  if (place === 'WH/Stock')
    note(company, record, 'odoo', 'goods-restored', `stock.picking/${picking}`, { units: received });
  return database.links('stock.picking', picking, 'backorder_ids')[0];
}

/** A transfer by hand: from the inspection to the shelf, or goods that nobody announced. */
export function transfer(
  company: Company,
  catalog: Catalog,
  units: Units,
  options: { type: number; from: number; to: number; origin: string | false; partner: number | false },
): number {
  const { database } = company.odoo;
  const picking = database.create('stock.picking', {
    picking_type_id: options.type,
    location_id: options.from,
    location_dest_id: options.to,
    origin: options.origin,
    partner_id: options.partner,
    move_ids: Object.entries(units).map(([sku, quantity]) => [
      0,
      0,
      {
        name: sku,
        product_id: catalog.articles.find((article) => article.sku === sku)?.erpProduct,
        product_uom_qty: quantity,
        location_id: options.from,
        location_dest_id: options.to,
      },
    ]),
  });
  callErp(company, 'stock.picking', 'action_confirm', [picking]);
  callErp(company, 'stock.picking', 'button_validate', [picking]);
  return picking;
}

export function scrap(
  company: Company,
  article: Article,
  quantity: number,
  options: { location: number; picking: number | false; origin: string | false },
): number {
  const { database } = company.odoo;
  const id = database.create('stock.scrap', {
    product_id: article.erpProduct,
    scrap_qty: quantity,
    location_id: options.location,
    scrap_location_id: locations.scrap,
    picking_id: options.picking,
    origin: options.origin,
  });
  const answer = callErp(company, 'stock.scrap', 'action_validate', [id]);
  if (answer !== true) throw new Error(`nothing there to scrap: ${article.sku}`);
  return id;
}

/** Lines of a transfer by SKU. */
export const moveOf = (company: Company, picking: number, sku: string): number =>
  company.odoo.database.links('stock.picking', picking, 'move_ids').find((move) => {
    const product = company.odoo.database.link('stock.move', move, 'product_id');
    return company.odoo.database.text('product.product', product, 'default_code') === sku;
  }) ?? 0;
