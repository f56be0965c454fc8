/** Warehouse: locations, quants, transfers, moves, scraps and their wizards. */
import { asText } from '../service.ts';
import { postMessage } from './base-models.ts';
import type { Database } from './database.ts';
import type { Model, Row } from './model.ts';
import { field } from './model.ts';
import { userError } from './odoo-error.ts';
import {
  buttonValidate, cancelPicking, confirmPicking, createReturns, doneMoveMessage, fillReturnWizard, pickingName,
  processBackorder, processWithoutBackorder, validateScrap,
} from './pickings.ts'; // prettier-ignore
import { addQuantity, assignMove, completeMove, quantityIn, touchSale } from './stock-moves.ts';

const text = (database: Database, model: string, row: Row, name: string): string =>
  database.text(model, row.id, name);

/** `WH/Stock`: the chain of names, which stops at view locations. */
function locationName(database: Database, id: number): string {
  const parent = database.link('stock.location', id, 'location_id');
  const name = database.text('stock.location', id, 'name');
  if (parent === 0 || database.text('stock.location', id, 'usage') === 'view') return name;
  return `${locationName(database, parent)}/${name}`;
}

const parentPath = (database: Database, id: number): string => {
  const parent = database.link('stock.location', id, 'location_id');
  return `${parent === 0 ? '' : parentPath(database, parent)}${id}/`;
};

const location: Model = {
  name: 'stock.location',
  label: 'Inventory Locations',
  fields: {
    name: field.char(),
    usage: field.selection('internal'),
    location_id: field.many2one('stock.location'),
    complete_name: field.computed('char', (row, database) => locationName(database, row.id)),
    parent_path: field.computed('char', (row, database) => parentPath(database, row.id)),
    warehouse_id: field.computed(
      'many2one',
      (row, database) => (parentPath(database, row.id).startsWith('1/7/') ? 1 : false),
      'stock.warehouse',
    ),
    scrap_location: field.boolean(),
    active: field.boolean(true),
    company_id: field.many2one('res.company'),
  },
  display: (row, database) => locationName(database, row.id),
};

const quant: Model = {
  name: 'stock.quant',
  label: 'Quants',
  fields: {
    product_id: field.many2one('product.product'),
    location_id: field.many2one('stock.location'),
    quantity: field.float(),
    reserved_quantity: field.float(),
    inventory_quantity: field.float(),
    inventory_date: field.date(),
    in_date: field.datetime(),
    company_id: field.many2one('res.company', 1),
  },
  display: (row, database) =>
    database.displayName('stock.location', database.link('stock.quant', row.id, 'location_id')),
  methods: {
    action_apply_inventory: ({ database, ids }) => ids.forEach((id) => applyInventory(database, id)),
  },
  // In inventory mode a quant is a count: the difference is moved from or to the adjustment location (010).
  created(row, database, context) {
    if (context['inventory_mode'] === true) applyInventory(database, row.id);
  },
};

function applyInventory(database: Database, id: number): void {
  const product = database.link('stock.quant', id, 'product_id');
  const place = database.link('stock.quant', id, 'location_id');
  const counted = database.number('stock.quant', id, 'inventory_quantity');
  const difference = counted - quantityIn(database, product, place);
  database.set('stock.quant', id, { inventory_quantity: 0, in_date: database.now() });
  if (difference === 0) return;
  const adjustment = database.search('stock.location', [['name', '=', 'Inventory adjustment']])[0]?.id ?? 0;
  const move = database.create('stock.move', {
    name: 'Product Quantity Updated (Administrator)',
    product_id: product,
    product_uom_qty: Math.abs(difference),
    quantity: Math.abs(difference),
    location_id: difference > 0 ? adjustment : place,
    location_dest_id: difference > 0 ? place : adjustment,
    is_inventory: true,
  });
  completeMove(database, move);
}

const pickingType: Model = {
  name: 'stock.picking.type',
  label: 'Picking Type',
  fields: {
    name: field.char(),
    code: field.selection(),
    sequence_code: field.char(),
    active: field.boolean(true),
    warehouse_id: field.many2one('stock.warehouse', 1),
    default_location_src_id: field.many2one('stock.location'),
    default_location_dest_id: field.many2one('stock.location'),
    return_picking_type_id: field.many2one('stock.picking.type'),
    create_backorder: field.selection('ask'),
  },
  display: (row, database) => `My Company: ${text(database, 'stock.picking.type', row, 'name')}`,
};

const picking: Model = {
  name: 'stock.picking',
  label: 'Transfer',
  fields: {
    name: field.char(),
    state: field.selection('draft'),
    origin: field.char(),
    note: field.text(),
    partner_id: field.many2one('res.partner'),
    picking_type_id: field.many2one('stock.picking.type'),
    picking_type_code: { type: 'selection', related: ['picking_type_id', 'code'] },
    location_id: { ...field.many2one('stock.location'), required: 'Source Location' },
    location_dest_id: { ...field.many2one('stock.location'), required: 'Destination Location' },
    return_id: field.many2one('stock.picking'),
    return_ids: field.one2many('stock.picking', 'return_id'),
    return_count: field.computed(
      'integer',
      (row, database) => database.links('stock.picking', row.id, 'return_ids').length,
    ),
    backorder_id: field.many2one('stock.picking'),
    backorder_ids: field.one2many('stock.picking', 'backorder_id'),
    sale_id: field.many2one('sale.order'),
    group_id: field.many2one('procurement.group'),
    move_ids: field.one2many('stock.move', 'picking_id'),
    move_line_ids: field.one2many('stock.move.line', 'picking_id'),
    scheduled_date: field.datetime(),
    date_deadline: field.datetime(),
    date_done: field.datetime(),
    user_id: field.many2one('res.users'),
    company_id: field.many2one('res.company', 1),
    is_locked: field.boolean(true),
  },
  display: (row, database) => text(database, 'stock.picking', row, 'name'),
  created(row, database) {
    if (text(database, 'stock.picking', row, 'name') === '') {
      const type = database.link('stock.picking', row.id, 'picking_type_id');
      database.set('stock.picking', row.id, { name: pickingName(database, type), user_id: 2 });
    }
    if (!row.values.has('scheduled_date'))
      database.set('stock.picking', row.id, { scheduled_date: database.now() });
    for (const move of database.links('stock.picking', row.id, 'move_ids')) adoptMove(database, move, row.id);
  },
  deleting(row, database) {
    const moves = database.links('stock.picking', row.id, 'move_ids');
    if (moves.some((id) => database.text('stock.move', id, 'state') === 'done'))
      throw userError(doneMoveMessage);
    database.unlink('stock.move', moves);
  },
  methods: {
    action_confirm: ({ database, ids }) => ids.forEach((id) => confirmPicking(database, id)) ?? true,
    action_assign: ({ database, ids }) => ids.forEach((id) => confirmPicking(database, id)) ?? true,
    button_validate: buttonValidate,
    action_cancel: cancelPicking,
    message_post: ({ database, ids, kwargs, args }) =>
      postMessage(database, 'stock.picking', ids[0] ?? 0, asText(kwargs['body'] ?? args[0])),
  },
};

/** What a move takes from its transfer where it was created without. */
function adoptMove(database: Database, id: number, pickingId: number): void {
  const take = (name: string): void => {
    if (database.link('stock.move', id, name) !== 0) return;
    database.set('stock.move', id, { [name]: database.link('stock.picking', pickingId, name) || false });
  };
  for (const name of ['location_id', 'location_dest_id', 'partner_id', 'picking_type_id']) take(name);
}

const lastName = (database: Database, id: number): string => database.text('stock.location', id, 'name');

/** `S00001/SHOE-42: Stock>Customers` */
function moveName(row: Row, database: Database): string {
  const pickingId = database.link('stock.move', row.id, 'picking_id');
  const origin = pickingId === 0 ? '' : database.text('stock.picking', pickingId, 'origin');
  const product = database.link('stock.move', row.id, 'product_id');
  const code = product === 0 ? '' : database.text('product.product', product, 'default_code');
  const from = lastName(database, database.link('stock.move', row.id, 'location_id'));
  const to = lastName(database, database.link('stock.move', row.id, 'location_dest_id'));
  return `${origin === '' ? '' : `${origin}/`}${code === '' ? '' : `${code}: `}${from}>${to}`;
}

const move: Model = {
  name: 'stock.move',
  label: 'Stock Move',
  fields: {
    name: field.char(),
    reference: field.computed('char', (row, database) => {
      const pickingId = database.link('stock.move', row.id, 'picking_id');
      return pickingId === 0
        ? text(database, 'stock.move', row, 'name')
        : database.text('stock.picking', pickingId, 'name');
    }),
    origin: field.char(),
    state: field.selection('draft'),
    product_id: field.many2one('product.product'),
    product_uom_qty: field.float(),
    quantity: field.float(),
    picked: field.boolean(),
    product_uom: field.many2one('uom.uom', 1),
    location_id: field.many2one('stock.location'),
    location_dest_id: field.many2one('stock.location'),
    picking_id: field.many2one('stock.picking'),
    picking_type_id: field.many2one('stock.picking.type'),
    partner_id: field.many2one('res.partner'),
    origin_returned_move_id: field.many2one('stock.move'),
    returned_move_ids: field.one2many('stock.move', 'origin_returned_move_id'),
    move_orig_ids: field.many2many('stock.move'),
    move_dest_ids: field.many2many('stock.move'),
    move_line_ids: field.one2many('stock.move.line', 'move_id'),
    to_refund: field.boolean(),
    sale_line_id: field.many2one('sale.order.line'),
    scrapped: field.boolean(),
    scrap_id: field.many2one('stock.scrap'),
    is_inventory: field.boolean(),
    group_id: field.many2one('procurement.group'),
    date: field.datetime(),
    date_deadline: field.datetime(),
    company_id: field.many2one('res.company', 1),
  },
  display: moveName,
  created(row, database) {
    if (!row.values.has('date')) database.set('stock.move', row.id, { date: database.now() });
    const pickingId = database.link('stock.move', row.id, 'picking_id');
    if (pickingId === 0) return;
    adoptMove(database, row.id, pickingId);
    // Added by hand to a transfer that is already ready.
    const state = database.text('stock.picking', pickingId, 'state');
    const byHand = database.link('stock.move', row.id, 'scrap_id') === 0;
    if (state === 'assigned' && byHand && database.number('stock.move', row.id, 'quantity') === 0) {
      assignMove(database, row.id);
    }
  },
  // A done move can be edited: stock follows, and neither the transfer nor its dates show it.
  writing(row, next, database) {
    const quantity = next.get('quantity');
    if (text(database, 'stock.move', row, 'state') !== 'done' || typeof quantity !== 'number') return;
    const by = quantity - database.number('stock.move', row.id, 'quantity');
    const product = database.link('stock.move', row.id, 'product_id');
    addQuantity(database, product, database.link('stock.move', row.id, 'location_id'), -by);
    addQuantity(database, product, database.link('stock.move', row.id, 'location_dest_id'), by);
    touchSale(database, row.id);
  },
  written(row, database) {
    const quantity = database.number('stock.move', row.id, 'quantity');
    for (const line of database.links('stock.move', row.id, 'move_line_ids')) {
      database.set('stock.move.line', line, { quantity });
      database.touch('stock.move.line', [line]);
    }
  },
};

const moveLine: Model = {
  name: 'stock.move.line',
  label: 'Product Moves (Stock Move Line)',
  fields: {
    move_id: field.many2one('stock.move'),
    picking_id: field.many2one('stock.picking'),
    product_id: field.many2one('product.product'),
    product_uom_id: field.many2one('uom.uom', 1),
    quantity: field.float(),
    location_id: field.many2one('stock.location'),
    location_dest_id: field.many2one('stock.location'),
    state: { type: 'selection', related: ['move_id', 'state'] },
    reference: { type: 'char', related: ['move_id', 'reference'] },
    origin: { type: 'char', related: ['move_id', 'origin'] },
    picked: field.boolean(),
    lot_id: field.many2one('stock.lot'),
    date: field.datetime(),
  },
  display: (row, database) =>
    database.displayName('product.product', database.link('stock.move.line', row.id, 'product_id')),
};

const scrap: Model = {
  name: 'stock.scrap',
  label: 'Scrap',
  fields: {
    name: field.char(),
    state: field.selection('draft'),
    product_id: field.many2one('product.product'),
    scrap_qty: field.float(1),
    product_uom_id: field.many2one('uom.uom', 1),
    location_id: field.many2one('stock.location'),
    scrap_location_id: field.many2one('stock.location', 16),
    company_id: field.many2one('res.company', 1),
    picking_id: field.many2one('stock.picking'),
    move_ids: field.one2many('stock.move', 'scrap_id'),
    origin: field.char(),
    date_done: field.datetime(),
    scrap_reason_tag_ids: field.many2many('stock.scrap.reason.tag'),
  },
  display: (row, database) => text(database, 'stock.scrap', row, 'name'),
  created(row, database) {
    database.set('stock.scrap', row.id, {
      name: `SP/${String(database.sequence('scrap')).padStart(5, '0')}`,
    });
  },
  methods: { action_validate: validateScrap },
};

const nameless = (
  name: string,
  label: string,
  fields: Model['fields'],
  rest: Partial<Model> = {},
): Model => ({
  name,
  label,
  fields,
  display: (row) => `${name},${row.id}`,
  ...rest,
});

export const stockModels: readonly Model[] = [
  location,
  quant,
  pickingType,
  picking,
  move,
  moveLine,
  scrap,
  nameless('stock.lot', 'Lot/Serial', { name: field.char(), product_id: field.many2one('product.product') }),
  nameless('stock.scrap.reason.tag', 'Scrap Reason Tag', { name: field.char() }),
  {
    name: 'stock.warehouse',
    label: 'Warehouse',
    fields: {
      name: field.char(),
      code: field.char(),
      lot_stock_id: field.many2one('stock.location'),
      in_type_id: field.many2one('stock.picking.type'),
      out_type_id: field.many2one('stock.picking.type'),
      delivery_steps: field.selection('ship_only'),
      reception_steps: field.selection('one_step'),
    },
    display: (row, database) => text(database, 'stock.warehouse', row, 'name'),
  },
  nameless(
    'stock.return.picking',
    'Return Picking',
    {
      picking_id: field.many2one('stock.picking'),
      product_return_moves: field.one2many('stock.return.picking.line', 'wizard_id'),
    },
    {
      created: (row, database) => {
        if (database.links('stock.return.picking', row.id, 'product_return_moves').length === 0) {
          fillReturnWizard(database, row.id);
        }
      },
      methods: { action_create_returns: createReturns },
    },
  ),
  nameless('stock.return.picking.line', 'Return Picking Line', {
    wizard_id: field.many2one('stock.return.picking'),
    product_id: field.many2one('product.product'),
    quantity: field.float(),
    move_quantity: field.float(),
    move_id: field.many2one('stock.move'),
    to_refund: field.boolean(true),
  }),
  nameless(
    'stock.backorder.confirmation',
    'Backorder Confirmation',
    { pick_ids: field.many2many('stock.picking'), show_transfers: field.boolean() },
    { methods: { process: processBackorder, process_cancel_backorder: processWithoutBackorder } },
  ),
];
