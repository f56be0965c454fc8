/**
 * Models of Odoo this connector reads: how a record is recognized by its shape alone (dumps of `search_read` do not
 * name their model), and which fields are kept.
 *
 * A model is recognized by fields only it has among all models. Wizards (`stock.return.picking.line` of recording
 * 033), companies (004) and answers without such fields (`{id, name, state}`, 084) are left alone: several models
 * have those.
 */
import { isRecord, many2oneOf, type OdooRecord } from './odoo-record.ts';

type Shape = {
  /** Any one of these sets of fields, all present, marks the model. */
  readonly marks: readonly (readonly string[])[];
  /** Fields that belong to another model with a similar shape. */
  readonly not?: readonly string[];
  /** What is kept beside `id create_date write_date`. */
  readonly keep: readonly string[];
  /** Many2ones whose display name is or may hold a person's name: only the id is kept. */
  readonly idOnly?: readonly string[];
};

/** Order matters: the first model that fits is taken. */
const shapes: Readonly<Record<string, Shape>> = {
  'sale.order': {
    marks: [['client_order_ref'], ['date_order', 'partner_shipping_id'], ['order_line', 'delivery_status']],
    not: ['partner_ref'],
    keep: [
      'name', 'client_order_ref', 'origin', 'state', 'date_order', 'currency_id', 'order_line', 'picking_ids',
      'invoice_ids', 'amount_untaxed', 'amount_tax', 'amount_total', 'delivery_status', 'warehouse_id',
    ], // prettier-ignore
    idOnly: ['partner_id', 'partner_shipping_id'],
  },
  'sale.order.line': {
    marks: [
      ['qty_delivered', 'qty_invoiced'],
      ['qty_delivered', 'product_uom_qty'],
    ],
    keep: [
      'name', 'display_type', 'product_id', 'product_uom_qty', 'qty_delivered', 'qty_invoiced', 'product_uom',
      'product_uom_id', 'price_subtotal', 'price_tax', 'price_total', 'is_delivery', 'is_downpayment', 'move_ids',
      'currency_id', 'state',
    ], // prettier-ignore
    idOnly: ['order_id'],
  },
  'stock.scrap': {
    marks: [['scrap_qty']],
    keep: [
      'name', 'state', 'product_id', 'scrap_qty', 'location_id', 'scrap_location_id', 'picking_id', 'move_ids',
      'move_id', 'origin', 'date_done',
    ], // prettier-ignore
  },
  'stock.move': {
    marks: [
      ['origin_returned_move_id'],
      ['product_uom_qty', 'location_id', 'location_dest_id'],
      ['product_uom_qty', 'picking_id', 'state'],
    ],
    not: ['move_id', 'qty_delivered'],
    keep: [
      'name', 'reference', 'origin', 'state', 'product_id', 'product_uom_qty', 'quantity', 'quantity_done',
      'product_uom', 'location_id', 'location_dest_id', 'picking_id', 'origin_returned_move_id', 'move_orig_ids',
      'move_line_ids', 'stock_valuation_layer_ids', 'to_refund', 'scrapped', 'scrap_id', 'scrap_ids',
      'is_inventory', 'group_id', 'date', 'value',
    ], // prettier-ignore
    // "S00024 - [TYRE-29-50] Tyre 29-50 (K00021)": the display name of a sale line ends with the customer.
    idOnly: ['sale_line_id', 'partner_id'],
  },
  'stock.move.line': {
    marks: [
      ['move_id', 'location_id', 'location_dest_id'],
      ['move_id', 'picking_id', 'lot_id'],
    ],
    not: ['debit'],
    keep: [
      'picking_id', 'product_id', 'quantity', 'qty_done', 'product_uom_id', 'location_id', 'location_dest_id',
      'lot_id', 'state', 'date',
    ], // prettier-ignore
    idOnly: ['move_id'],
  },
  'stock.picking': {
    marks: [
      ['backorder_id'],
      ['return_id'],
      ['picking_type_code', 'move_ids'],
      ['date_done', 'picking_type_id'],
    ],
    not: ['product_id'],
    keep: [
      'name', 'state', 'origin', 'picking_type_id', 'picking_type_code', 'location_id', 'location_dest_id',
      'return_id', 'return_ids', 'backorder_id', 'backorder_ids', 'sale_id', 'group_id', 'move_ids',
      'move_line_ids', 'scheduled_date', 'date_done',
    ], // prettier-ignore
    idOnly: ['partner_id'],
  },
  'stock.picking.type': {
    marks: [['sequence_code', 'code']],
    keep: [
      'name', 'code', 'sequence_code', 'warehouse_id', 'default_location_src_id', 'default_location_dest_id',
      'return_picking_type_id',
    ], // prettier-ignore
  },
  'stock.warehouse': {
    marks: [['lot_stock_id']],
    keep: [
      'code',
      'lot_stock_id',
      'wh_input_stock_loc_id',
      'wh_qc_stock_loc_id',
      'delivery_steps',
      'reception_steps',
    ],
  },
  'stock.location': {
    marks: [
      ['complete_name', 'usage'],
      ['parent_path', 'usage'],
    ],
    keep: [
      'name', 'complete_name', 'usage', 'location_id', 'parent_path', 'warehouse_id', 'scrap_location',
    ], // prettier-ignore
  },
  'stock.quant': {
    marks: [
      ['product_id', 'location_id', 'reserved_quantity'],
      ['product_id', 'location_id', 'in_date'],
      ['product_id', 'location_id', 'quantity'],
    ],
    not: ['location_dest_id', 'move_id', 'scrap_qty', 'product_uom_qty', 'picking_id'],
    keep: ['product_id', 'location_id', 'quantity', 'reserved_quantity', 'in_date'],
  },
  'product.product': {
    marks: [
      ['default_code', 'product_tmpl_id'],
      ['default_code', 'standard_price'],
      ['qty_available', 'free_qty'],
    ],
    keep: [
      'name', 'default_code', 'barcode', 'type', 'detailed_type', 'is_storable', 'standard_price', 'uom_id',
      'product_tmpl_id', 'qty_available', 'virtual_available', 'free_qty',
    ], // prettier-ignore
  },
  'stock.valuation.layer': {
    marks: [['stock_move_id', 'unit_cost']],
    keep: ['product_id', 'stock_move_id', 'quantity', 'unit_cost', 'value'],
  },
  'uom.uom': {
    marks: [
      ['uom_type', 'factor'],
      ['factor', 'factor_inv'],
      ['factor', 'relative_factor'],
    ],
    keep: ['name', 'factor', 'factor_inv', 'uom_type', 'category_id', 'relative_factor', 'relative_uom_id'],
  },
  'account.move.line': {
    marks: [
      ['move_id', 'price_subtotal'],
      ['move_id', 'debit', 'credit'],
    ],
    keep: [
      'parent_state', 'product_id', 'quantity', 'price_subtotal', 'price_total', 'display_type',
      'sale_line_ids', 'currency_id', 'debit', 'credit',
    ], // prettier-ignore
    idOnly: ['move_id'],
  },
  'account.move': {
    marks: [
      ['move_type', 'state'],
      ['invoice_origin', 'payment_state'],
    ],
    not: ['move_id'],
    keep: [
      'name', 'state', 'move_type', 'ref', 'invoice_origin', 'invoice_date', 'date', 'currency_id',
      'amount_untaxed', 'amount_tax', 'amount_total', 'payment_state', 'reversed_entry_id', 'invoice_line_ids',
    ], // prettier-ignore
    idOnly: ['partner_id'],
  },
  'account.tax': {
    marks: [['amount_type', 'type_tax_use']],
    keep: ['name', 'amount', 'amount_type', 'type_tax_use', 'price_include'],
  },
  'res.users': {
    marks: [
      ['login', 'company_id'],
      ['login', 'groups_id'],
      ['login', 'group_ids'],
    ],
    // Nothing but the two fields by which it is recognized; the login itself is a person's.
    keep: ['company_id'],
  },
  'res.partner': {
    marks: [['company_type'], ['commercial_partner_id'], ['email', 'phone', 'street']],
    not: ['login', 'chart_template'],
    keep: ['company_type', 'is_company', 'lang', 'active'],
    idOnly: ['parent_id', 'commercial_partner_id'],
  },
};

/** All models this connector knows, in the order in which they are tried. */
export const odooKinds: readonly string[] = Object.keys(shapes);

/**
 * The model and id of a record. `hint` (a file name such as `stock_moves`) is not needed: a name proves nothing,
 * other systems have models of the same names.
 */
export function kindOfRecord(body: unknown): { kind: string; id: string } | undefined {
  if (!isRecord(body)) return undefined;
  const id = body['id'];
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id <= 0) return undefined;
  if (!looksLikeOdoo(body)) return undefined;
  for (const [kind, shape] of Object.entries(shapes)) {
    const marked = shape.marks.some((fields) => fields.every((field) => field in body));
    if (marked && !(shape.not ?? []).some((field) => field in body)) return { kind, id: String(id) };
  }
  return undefined;
}

/** Fields of models that may come without any of the values that give Odoo away (recordings 009, 013, 044). */
const ownFields = new Set(['free_qty', 'standard_price', 'complete_name', 'parent_path', 'client_order_ref']);

/**
 * Tryton has models and fields of the same names. What sets Odoo apart: it writes no `rec_name` and no
 * `__class__`, and gives many2ones as pairs, empty values as `false`, times without `T`.
 */
function looksLikeOdoo(body: OdooRecord): boolean {
  if ('rec_name' in body || '__class__' in body) return false;
  return Object.keys(body).some((field) => {
    if (ownFields.has(field) || field.startsWith('qty_')) return true;
    const value = body[field];
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value);
    if (Array.isArray(value)) return typeof value[1] === 'string' && many2oneOf(body, field) !== undefined;
    return value === false;
  });
}

/** The record without what no fact, link or page needs, and without the names of people. */
export function keepRecord(kind: string, body: unknown): unknown {
  const shape = shapes[kind];
  if (!isRecord(body) || shape === undefined) return body;
  const kept: Record<string, unknown> = {};
  for (const field of ['id', ...shape.keep, 'create_date', 'write_date']) {
    if (field in body) kept[field] = body[field];
  }
  for (const field of shape.idOnly ?? []) {
    if (!(field in body)) continue;
    kept[field] = many2oneOf(body, field)?.id ?? (isEmpty(body[field]) ? false : unusable);
  }
  if (kind === 'res.users') kept['login'] = '';
  return kept;
}

/** Stands for a many2one of which nothing could be used: what it held may have been a person's name. */
const unusable = '?';

const isEmpty = (value: unknown): boolean => value === false || value === null || value === undefined;

/** Many2ones of a record that hold neither a record nor `false`; the value is left out where it may be a name. */
export function badMany2ones(
  kind: string,
  body: OdooRecord,
): { readonly field: string; readonly value: unknown }[] {
  const { keep = [], idOnly = [] } = shapes[kind] ?? {};
  return [...keep, ...idOnly]
    .filter(
      (field) => field.endsWith('_id') && !isEmpty(body[field]) && many2oneOf(body, field) === undefined,
    )
    .map((field) => ({ field, value: idOnly.includes(field) ? '' : body[field] }));
}
