/** Sales: orders, their lines, the wizard that invoices them. */
import { asList, asText } from '../service.ts';
import { postMessage } from './base-models.ts';
import type { Database } from './database.ts';
import { createInvoice } from './invoices.ts';
import type { Call, Model, Row } from './model.ts';
import { field } from './model.ts';
import { userError } from './odoo-error.ts';
import { confirmPicking, pickingName } from './pickings.ts';
import { roundTo } from './round-cents.ts';
import { cancelMove, deliveredQuantity } from './stock-moves.ts';

const line = 'sale.order.line';

/** Net, tax and gross of one line, each rounded for itself; tax per rate. */
function lineAmounts(database: Database, id: number): { net: number; tax: number } {
  const quantity = database.number(line, id, 'product_uom_qty');
  const price = database.number(line, id, 'price_unit');
  const rates = database
    .links(line, id, 'tax_id')
    .map((tax) => database.number('account.tax', tax, 'amount'));
  const net = roundTo(quantity * price * (1 - database.number(line, id, 'discount') / 100));
  return { net, tax: rates.reduce((sum, rate) => sum + roundTo((net * rate) / 100), 0) };
}

/** Invoiced less credited, drafts included, whatever was paid. */
function invoicedQuantity(database: Database, id: number): number {
  return database.links(line, id, 'invoice_lines').reduce((sum, invoiceLine) => {
    const move = database.link('account.move.line', invoiceLine, 'move_id');
    if (database.text('account.move', move, 'state') === 'cancel') return sum;
    const quantity = database.number('account.move.line', invoiceLine, 'quantity');
    return database.text('account.move', move, 'move_type') === 'out_refund'
      ? sum - quantity
      : sum + quantity;
  }, 0);
}

export function quantityToInvoice(database: Database, id: number): number {
  const order = database.link(line, id, 'order_id');
  if (database.text('sale.order', order, 'state') !== 'sale') return 0;
  const product = database.link(line, id, 'product_id');
  const byDelivery =
    product !== 0 && database.text('product.product', product, 'invoice_policy') === 'delivery';
  const owed = byDelivery ? deliveredOf(database, id) : database.number(line, id, 'product_uom_qty');
  return owed - invoicedQuantity(database, id);
}

/** Services have no moves: somebody writes down what was delivered. */
function deliveredOf(database: Database, id: number): number {
  const product = database.link(line, id, 'product_id');
  const service = product !== 0 && database.text('product.product', product, 'type') === 'service';
  return service ? database.number(line, id, 'qty_delivered_manual') : deliveredQuantity(database, id);
}

function lineStatus(database: Database, id: number): string {
  const order = database.link(line, id, 'order_id');
  if (database.text('sale.order', order, 'state') !== 'sale') return 'no';
  if (quantityToInvoice(database, id) !== 0) return 'to invoice';
  return invoicedQuantity(database, id) >= database.number(line, id, 'product_uom_qty') ? 'invoiced' : 'no';
}

function orderStatus(row: Row, database: Database): string {
  const states = database.links('sale.order', row.id, 'order_line').map((id) => lineStatus(database, id));
  if (states.includes('to invoice')) return 'to invoice';
  return states.length > 0 && states.every((state) => state === 'invoiced') ? 'invoiced' : 'no';
}

function deliveryStatus(row: Row, database: Database): string | false {
  const states = database
    .links('sale.order', row.id, 'picking_ids')
    .map((id) => database.text('stock.picking', id, 'state'))
    .filter((state) => state !== 'cancel');
  if (states.length === 0) return false;
  if (states.every((state) => state === 'done')) return 'full';
  return states.includes('done') ? 'partial' : 'pending';
}

const sumOf = (row: Row, database: Database, part: 'net' | 'tax'): number =>
  roundTo(
    database
      .links('sale.order', row.id, 'order_line')
      .reduce((sum, id) => sum + lineAmounts(database, id)[part], 0),
  );

function confirm({ database, ids }: Call): unknown {
  for (const id of ids) {
    if (database.text('sale.order', id, 'state') === 'sale') continue;
    const name = database.text('sale.order', id, 'name');
    const partner = database.link('sale.order', id, 'partner_id');
    database.write('sale.order', [id], { state: 'sale' });
    const goods = database.links('sale.order', id, 'order_line').filter((lineId) => {
      const product = database.link(line, lineId, 'product_id');
      return product !== 0 && database.text('product.product', product, 'type') !== 'service';
    });
    if (goods.length === 0) continue;
    const group = database.create('procurement.group', { name, sale_id: id });
    const [type] = database.search('stock.picking.type', [['code', '=', 'outgoing']]);
    const typeId = type?.id ?? 0;
    const picking = database.create('stock.picking', {
      name: pickingName(database, typeId),
      origin: name,
      partner_id: partner,
      picking_type_id: typeId,
      location_id: database.link('stock.picking.type', typeId, 'default_location_src_id'),
      location_dest_id: database.link('stock.picking.type', typeId, 'default_location_dest_id'),
      sale_id: id,
      group_id: group,
    });
    for (const lineId of goods) {
      database.create('stock.move', {
        name: database.text(line, lineId, 'name'),
        origin: name,
        product_id: database.link(line, lineId, 'product_id'),
        product_uom_qty: database.number(line, lineId, 'product_uom_qty'),
        picking_id: picking,
        sale_line_id: lineId,
        group_id: group,
      });
    }
    confirmPicking(database, picking);
    database.set('sale.order', id, { group_id: group });
  }
  return true;
}

function cancel({ database, ids }: Call): unknown {
  for (const id of ids) {
    for (const picking of database.links('sale.order', id, 'picking_ids')) {
      if (database.text('stock.picking', picking, 'state') === 'done') continue;
      for (const move of database.links('stock.picking', picking, 'move_ids')) cancelMove(database, move);
      database.write('stock.picking', [picking], { state: 'cancel' });
    }
    database.write('sale.order', [id], { state: 'cancel' });
  }
  return true;
}

const order: Model = {
  name: 'sale.order',
  label: 'Sales Order',
  fields: {
    name: field.char(),
    client_order_ref: field.char(),
    origin: field.char(),
    state: field.selection('draft'),
    locked: field.boolean(),
    delivery_status: field.computed('selection', deliveryStatus),
    invoice_status: field.computed('selection', orderStatus),
    date_order: field.datetime(),
    commitment_date: field.datetime(),
    partner_id: { ...field.many2one('res.partner'), required: 'Customer' },
    partner_invoice_id: field.many2one('res.partner'),
    partner_shipping_id: field.many2one('res.partner'),
    warehouse_id: field.many2one('stock.warehouse', 1),
    currency_id: { type: 'many2one', relation: 'res.currency', related: ['company_id', 'currency_id'] },
    order_line: field.one2many(line, 'order_id'),
    picking_ids: field.one2many('stock.picking', 'sale_id'),
    group_id: field.many2one('procurement.group'),
    invoice_ids: field.computed(
      'many2many',
      (row, database) => [
        ...new Set(
          database
            .links('sale.order', row.id, 'order_line')
            .flatMap((id) => database.links(line, id, 'invoice_lines'))
            .map((id) => database.link('account.move.line', id, 'move_id')),
        ),
      ],
      'account.move',
    ),
    note: field.text(),
    amount_untaxed: field.computed('float', (row, database) => sumOf(row, database, 'net')),
    amount_tax: field.computed('float', (row, database) => sumOf(row, database, 'tax')),
    amount_total: field.computed('float', (row, database) =>
      roundTo(sumOf(row, database, 'net') + sumOf(row, database, 'tax')),
    ),
    user_id: field.many2one('res.users', 2),
    company_id: field.many2one('res.company', 1),
  },
  display: (row, database) => database.text('sale.order', row.id, 'name'),
  created(row, database) {
    const partner = database.link('sale.order', row.id, 'partner_id');
    database.set('sale.order', row.id, {
      name: `S${String(database.sequence('sale')).padStart(5, '0')}`,
      partner_invoice_id: partner,
      partner_shipping_id: partner,
      ...(row.values.has('date_order') ? {} : { date_order: database.now() }),
    });
  },
  methods: {
    action_confirm: confirm,
    action_cancel: cancel,
    message_post: ({ database, ids, kwargs, args }) =>
      postMessage(database, 'sale.order', ids[0] ?? 0, asText(kwargs['body'] ?? args[0])),
  },
};

const orderLine: Model = {
  name: line,
  label: 'Sales Order Line',
  fields: {
    order_id: field.many2one('sale.order'),
    name: field.text(),
    product_id: field.many2one('product.product'),
    product_uom_qty: field.float(1),
    qty_delivered: field.computed('float', (row, database) => deliveredOf(database, row.id)),
    qty_delivered_manual: field.float(),
    qty_invoiced: field.computed('float', (row, database) => invoicedQuantity(database, row.id)),
    qty_to_invoice: field.computed('float', (row, database) => quantityToInvoice(database, row.id)),
    invoice_status: field.computed('selection', (row, database) => lineStatus(database, row.id)),
    product_uom: field.many2one('uom.uom', 1),
    price_unit: field.float(),
    discount: field.float(),
    tax_id: field.many2many('account.tax'),
    price_subtotal: field.computed('float', (row, database) => lineAmounts(database, row.id).net),
    price_tax: field.computed('float', (row, database) => lineAmounts(database, row.id).tax),
    price_total: field.computed('float', (row, database) => {
      const { net, tax } = lineAmounts(database, row.id);
      return roundTo(net + tax);
    }),
    move_ids: field.one2many('stock.move', 'sale_line_id'),
    invoice_lines: field.computed(
      'many2many',
      (row, database) => database.links(line, row.id, 'own_invoice_lines'),
      'account.move.line',
    ),
    own_invoice_lines: field.one2many('account.move.line', 'sale_line_id'),
    state: { type: 'selection', related: ['order_id', 'state'] },
    currency_id: { type: 'many2one', relation: 'res.currency', related: ['order_id', 'currency_id'] },
  },
  display(row, database) {
    const orderId = database.link(line, row.id, 'order_id');
    const partner = orderId === 0 ? 0 : database.link('sale.order', orderId, 'partner_id');
    const ref = partner === 0 ? '' : database.text('res.partner', partner, 'ref');
    return `${database.displayName('sale.order', orderId)} - ${database.text(line, row.id, 'name')}${ref === '' ? '' : ` (${ref})`}`;
  },
  created(row, database) {
    const product = database.link(line, row.id, 'product_id');
    if (product === 0) return;
    if (!row.values.has('name'))
      database.set(line, row.id, { name: database.displayName('product.product', product) });
    if (!row.values.has('price_unit')) {
      database.set(line, row.id, { price_unit: database.number('product.product', product, 'list_price') });
    }
    if (!row.values.has('tax_id'))
      database.set(line, row.id, { tax_id: database.links('product.product', product, 'taxes_id') });
  },
};

/** Invoices what is to be invoiced; where that is negative it makes a credit note without `reversed_entry_id`. */
function createInvoices({ database, ids, context }: Call): unknown {
  const wizard = ids[0] ?? 0;
  const named = asList(context['active_ids']).map(Number);
  const orders =
    wizard > 0 && database.links('sale.advance.payment.inv', wizard, 'sale_order_ids').length > 0
      ? database.links('sale.advance.payment.inv', wizard, 'sale_order_ids')
      : named;
  const made: number[] = [];
  for (const id of orders) {
    const open = database
      .links('sale.order', id, 'order_line')
      .map((lineId) => ({ lineId, quantity: quantityToInvoice(database, lineId) }))
      .filter(({ quantity }) => quantity !== 0);
    if (open.length === 0) {
      throw userError(
        'Cannot create an invoice. No items are available to invoice.\n\nTo resolve this issue, please ensure that:\n   • The products have been delivered before attempting to invoice them.\n   • The invoicing policy of the product is configured correctly.\n',
      );
    }
    const value = open.reduce(
      (sum, { lineId, quantity }) => sum + quantity * database.number(line, lineId, 'price_unit'),
      0,
    );
    const sign = value < 0 ? -1 : 1;
    made.push(
      createInvoice(database, {
        type: sign < 0 ? 'out_refund' : 'out_invoice',
        partner: database.link('sale.order', id, 'partner_id'),
        ref: database.text('sale.order', id, 'client_order_ref'),
        origin: database.text('sale.order', id, 'name'),
        lines: open.map(({ lineId, quantity }) => ({
          name: database.text(line, lineId, 'name'),
          product: database.link(line, lineId, 'product_id'),
          quantity: quantity * sign,
          price: database.number(line, lineId, 'price_unit'),
          taxes: database.links(line, lineId, 'tax_id'),
          saleLine: lineId,
        })),
      }),
    );
    database.touch('sale.order', [id]);
  }
  return invoiceAction(made[0] ?? 0);
}

/** The window action that the client would open next (028). */
const invoiceAction = (id: number): object => ({
  id: 249,
  name: 'Invoices',
  type: 'ir.actions.act_window',
  xml_id: 'account.action_move_out_invoice_type',
  path: 'invoicing',
  help: '<p class="o_view_nocontent_smiling_face">Create a customer invoice</p>',
  binding_model_id: false,
  binding_type: 'action',
  binding_view_types: 'list,form',
  display_name: 'Invoices',
  view_id: [693, 'account.out.invoice.list'],
  domain: "[('move_type', 'in', ['out_invoice', 'out_refund'])]",
  context: {
    default_move_type: 'out_invoice',
    default_partner_id: id,
    default_partner_shipping_id: id,
    default_invoice_payment_term_id: null,
  },
  res_id: id,
  res_model: 'account.move',
  target: 'current',
  view_mode: 'list,kanban,form,activity',
  mobile_view_mode: 'kanban',
  views: [
    [700, 'form'],
    [693, 'list'],
    [false, 'kanban'],
    [false, 'activity'],
  ],
  limit: 80,
  groups_id: [],
  search_view_id: [703, 'account.invoice.select'],
  embedded_action_ids: [],
  filter: false,
});

export const saleModels: readonly Model[] = [
  order,
  orderLine,
  {
    name: 'sale.advance.payment.inv',
    label: 'Sales Advance Payment Invoice',
    fields: {
      advance_payment_method: field.selection('delivered'),
      sale_order_ids: field.many2many('sale.order'),
    },
    display: (row) => `sale.advance.payment.inv,${row.id}`,
    methods: { create_invoices: createInvoices },
  },
];
