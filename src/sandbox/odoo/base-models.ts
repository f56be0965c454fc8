/** Companies, partners, products and what else every ERP has. */
import type { Database } from './database.ts';
import type { Model, Row } from './model.ts';
import { field } from './model.ts';
import { OdooError, validationError } from './odoo-error.ts';

const named = (row: Row, database: Database, model: string): string => database.text(model, row.id, 'name');

/** A model that only has a name and some fields of its own. */
const simple = (name: string, label: string, fields: Model['fields'] = {}): Model => ({
  name,
  label,
  fields: { name: field.char(), ...fields },
  display: (row, database) => named(row, database, name),
});

/** Units of a product in locations of one kind, from its quants. */
const onHand = (row: Row, database: Database, part: 'quantity' | 'reserved_quantity'): number =>
  database
    .search('stock.quant', [['product_id', '=', row.id]])
    .filter((quant) => {
      // Everything under the warehouse counts, hold locations too.
      const location = database.link('stock.quant', quant.id, 'location_id');
      return database.text('stock.location', location, 'usage') === 'internal';
    })
    .reduce((sum, quant) => sum + database.number('stock.quant', quant.id, part), 0);

const planned = (row: Row, database: Database, direction: 'in' | 'out'): number =>
  database
    .search('stock.move', [
      ['product_id', '=', row.id],
      ['state', 'in', ['confirmed', 'assigned', 'partially_available', 'waiting']],
      [direction === 'in' ? 'location_dest_id.usage' : 'location_id.usage', '=', 'internal'],
      [direction === 'in' ? 'location_id.usage' : 'location_dest_id.usage', '!=', 'internal'],
    ])
    .reduce((sum, move) => sum + database.number('stock.move', move.id, 'product_uom_qty'), 0);

const product: Model = {
  name: 'product.product',
  label: 'Product Variant',
  fields: {
    name: field.char(),
    default_code: field.char(),
    barcode: field.char(),
    type: field.selection('consu'),
    is_storable: field.boolean(),
    active: field.boolean(true),
    list_price: field.float(1),
    standard_price: field.float(),
    uom_id: field.many2one('uom.uom', 1),
    product_tmpl_id: field.computed('many2one', (row) => row.id, 'product.product'),
    invoice_policy: field.selection('order'),
    taxes_id: field.many2many('account.tax'),
    qty_available: field.computed('float', (row, database) => onHand(row, database, 'quantity')),
    incoming_qty: field.computed('float', (row, database) => planned(row, database, 'in')),
    outgoing_qty: field.computed('float', (row, database) => planned(row, database, 'out')),
    free_qty: field.computed(
      'float',
      (row, database) => onHand(row, database, 'quantity') - onHand(row, database, 'reserved_quantity'),
    ),
    virtual_available: field.computed(
      'float',
      (row, database) =>
        onHand(row, database, 'quantity') + planned(row, database, 'in') - planned(row, database, 'out'),
    ),
  },
  // Without a word on tax a product takes the company's default.
  created(row, database) {
    const [tax] = database.rows('account.tax');
    if (!row.values.has('taxes_id') && tax !== undefined)
      database.set('product.product', row.id, { taxes_id: [tax.id] });
  },
  display(row, database) {
    const code = database.text('product.product', row.id, 'default_code');
    const name = named(row, database, 'product.product');
    return code === '' ? name : `[${code}] ${name}`;
  },
};

/** Module and name are unique together: the one real key of this ERP (017, 018). */
const modelData: Model = {
  name: 'ir.model.data',
  label: 'Model Data',
  fields: {
    module: field.char(),
    name: field.char(),
    model: field.char(),
    res_id: field.integer(),
    noupdate: field.boolean(),
  },
  display: (row, database) => named(row, database, 'ir.model.data'),
  created(row, database) {
    const module = database.text('ir.model.data', row.id, 'module');
    const name = named(row, database, 'ir.model.data');
    const same = database.search('ir.model.data', [
      ['module', '=', module],
      ['name', '=', name],
    ]);
    if (same.length < 2) return;
    database.unlink('ir.model.data', [row.id]);
    throw validationError(
      `The operation cannot be completed: duplicate key value violates unique constraint "ir_model_data_module_name_uniq_index"\nDETAIL:  Key (module, name)=(${module}, ${name}) already exists.\n`,
    );
  },
};

export const baseModels: readonly Model[] = [
  product,
  modelData,
  simple('uom.uom', 'Unit of Measure'),
  simple('res.country', 'Country', { code: field.char() }),
  simple('res.currency', 'Currency', { symbol: field.char(), decimal_places: field.integer(2) }),
  simple('res.company', 'Companies', {
    currency_id: field.many2one('res.currency', 1),
    country_id: field.many2one('res.country'),
    chart_template: field.char('generic_coa'),
  }),
  simple('res.partner', 'Contact', {
    email: field.char(),
    phone: field.char(),
    ref: field.char(),
    street: field.char(),
    zip: field.char(),
    city: field.char(),
    country_id: field.many2one('res.country'),
    parent_id: field.many2one('res.partner'),
    active: field.boolean(true),
    company_type: field.selection('person'),
    note: field.text(),
  }),
  simple('res.users', 'User', {
    login: field.char(),
    email: field.char(),
    password: field.char(),
    active: field.boolean(true),
    company_id: field.many2one('res.company', 1),
    groups_id: field.many2many('res.groups'),
  }),
  simple('res.groups', 'Access Groups'),
  simple('account.journal', 'Journal', { type: field.selection(), code: field.char() }),
  simple('account.tax', 'Tax', {
    amount: field.float(),
    amount_type: field.selection('percent'),
    type_tax_use: field.selection('sale'),
    price_include: field.boolean(),
    active: field.boolean(true),
  }),
  simple('procurement.group', 'Procurement Group', { sale_id: field.many2one('sale.order') }),
  {
    name: 'mail.message',
    label: 'Message',
    fields: {
      model: field.char(),
      res_id: field.integer(),
      body: field.text(),
      message_type: field.selection('comment'),
      author_id: field.many2one('res.partner'),
      date: field.datetime(),
    },
    display: (row) => `mail.message,${row.id}`,
  },
];

/** Posts into a record's chatter; answers with the message's id. */
export function postMessage(database: Database, model: string, id: number, body: string): number {
  if (database.find(model, id) === undefined)
    throw new OdooError('odoo.exceptions.MissingError', 'Record does not exist');
  return database.create('mail.message', { model, res_id: id, body, date: database.now() });
}
