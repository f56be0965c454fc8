/** Things to sell in a real Odoo 16 to 19, and what its people do in it, each as a click on the screen does it. */
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import { idsOf, isRecord, many2oneOf } from '../../src/connectors/odoo/odoo-record.ts';
import { type OdooRpc, openOdoo } from '../../src/connectors/odoo/odoo-rpc.ts';
import { connect, givenServer, never, settingsOf } from '../connectors/live-connections.ts';

export type Row = Readonly<Record<string, unknown>>;

export const odooAt = givenServer('ODOO');
const variable = (name: string, usual: string): string => process.env[`REENTRY_LIVE_ODOO_${name}`] ?? usual;
export const erpSettings = settingsOf('erp', 'erp', { fields: { database: variable('DATABASE', 'odoo') } });
export const adminSecrets = { user: variable('USER', 'admin'), password: variable('PASSWORD', 'admin') };
export const leastPassword = 'Lq8-least-rights';

/** Marks what this run made, so that many runs may share a database. */
export const runMark = Date.now().toString(36).toUpperCase();
export const skuOf = (name: string): string => `${name}-${runMark}`;

export const openErp = (secrets = adminSecrets): LiveConnection => connect(erpSettings, odooAt.url, secrets);

export type Company = {
  readonly rpc: OdooRpc;
  readonly customer: number;
  /** Product ids by short name. */
  readonly products: Readonly<Record<string, number>>;
  /** Stock location of the first warehouse. */
  readonly stock: number;
  /** A user with the rights that the guide names. */
  readonly least: { readonly user: string; readonly password: string };
};

export const linkOf = (row: Row | undefined, field: string): number => many2oneOf(row ?? {}, field)?.id ?? 0;

export async function create(rpc: OdooRpc, model: string, values: Row, context: Row = {}): Promise<number> {
  const made = await rpc.write(model, 'create', [[values]], { context });
  return Array.isArray(made) ? Number(made[0]) : Number(made);
}

/** A button on the screen. */
export const press = (
  rpc: OdooRpc,
  model: string,
  method: string,
  ids: readonly number[],
  context: Row = {},
): Promise<unknown> => rpc.write(model, method, [ids], { context });

/** Id of a record that a module brought along. */
async function known(rpc: OdooRpc, module: string, name: string): Promise<number> {
  const domain = [['module', '=', module], ['name', '=', name]]; // prettier-ignore
  const [row] = await rpc.find('ir.model.data', domain, ['res_id']);
  return Number(row?.['res_id']);
}

/** A user with the rights of the guide and no more. */
export async function makeUser(rpc: OdooRpc, login: string, email: string | false): Promise<string> {
  const groups = [
    await known(rpc, 'base', 'group_user'),
    await known(rpc, 'sales_team', 'group_sale_salesman_all_leads'),
    await known(rpc, 'stock', 'group_stock_user'),
    await known(rpc, 'account', 'group_account_invoice'),
  ];
  // `groups_id` up to 18.
  const field = (await rpc.fieldsOf('res.users')).includes('group_ids') ? 'group_ids' : 'groups_id';
  const values = { name: 'Reentry', login, email, password: leastPassword, [field]: [[6, 0, groups]] };
  await create(rpc, 'res.users', values, { no_reset_password: true });
  return login;
}

export async function setUnits(rpc: OdooRpc, product: number, place: number, units: number, lot?: number): Promise<void> {
  const values = { product_id: product, location_id: place, inventory_quantity: units, ...(lot === undefined ? {} : { lot_id: lot }) };
  const quant = await create(rpc, 'stock.quant', values, { inventory_mode: true });
  await press(rpc, 'stock.quant', 'action_apply_inventory', [quant]);
} // prettier-ignore

/** `is_storable` since 18, type `product` before. */
export async function makeProduct(rpc: OdooRpc, name: string, price: number, more: Row = {}): Promise<number> {
  const isNew = (await rpc.fieldsOf('product.product')).includes('is_storable');
  return create(rpc, 'product.product', {
    name: `${name} of the live test`, default_code: skuOf(name), list_price: price, standard_price: 10, taxes_id: [[6, 0, []]],
    ...(isNew ? { type: 'consu', is_storable: true } : { detailed_type: 'product' }), invoice_policy: 'order', ...more,
  });
} // prettier-ignore

let company: Promise<Company> | undefined;

/** The company of this run; made once. */
export function setUpCompany(connection: LiveConnection): Promise<Company> {
  company ??= (async () => {
    const rpc = await openOdoo(connection, never);
    const [warehouse] = await rpc.find('stock.warehouse', [], ['lot_stock_id'], 1);
    const stock = linkOf(warehouse, 'lot_stock_id');
    const customer = await create(rpc, 'res.partner', { name: 'Ada Meyer' });
    const products: Record<string, number> = {};
    for (const [name, price] of [
      ['SHOE', 59.5],
      ['MUG', 19.99],
      ['LAMP', 35],
    ] as const) {
      const product = await makeProduct(rpc, name, price);
      products[name] = product;
      await setUnits(rpc, product, stock, 500);
    }
    const least = {
      user: await makeUser(rpc, `reentry-${runMark}`, 'reentry@example.test'),
      password: leastPassword,
    };
    return { rpc, customer, products, stock, least };
  })();
  return company;
}

/** Confirms, delivers and invoices a sale of the shop. */
export async function sell(
  { rpc, customer, products }: Company,
  number: string,
  lines: Readonly<Record<string, number>>,
  { isInvoiced = true, more = {} }: { readonly isInvoiced?: boolean; readonly more?: Row } = {},
): Promise<{ readonly sale: number; readonly delivery: number; readonly invoice: number }> {
  const sale = await create(rpc, 'sale.order', {
    partner_id: customer, client_order_ref: number,
    order_line: Object.entries(lines).map(([name, units]) => [0, 0, { product_id: products[name], product_uom_qty: units }]),
    ...more,
  }); // prettier-ignore
  await press(rpc, 'sale.order', 'action_confirm', [sale]);
  const [sold] = await rpc.find('sale.order', [['id', '=', sale]], ['picking_ids']);
  const [delivery = 0] = idsOf(sold ?? {}, 'picking_ids');
  await validate(rpc, delivery);
  const invoice = isInvoiced ? await invoiceOf(rpc, sale) : 0;
  return { sale, delivery, invoice };
}

/** Validates a transfer of everything it expects; what Odoo asks then is answered with its own wizard. */
export async function validate(rpc: OdooRpc, picking: number, rest: 'process' | 'process_cancel_backorder' = 'process'): Promise<void> {
  const action = await press(rpc, 'stock.picking', 'button_validate', [picking]);
  if (!isRecord(action)) return;
  const model = String(action['res_model']);
  const context = isRecord(action['context']) ? action['context'] : {};
  const wizard = await create(rpc, model, { pick_ids: [[4, picking]] }, context);
  const next = await press(rpc, model, model === 'stock.immediate.transfer' ? 'process' : rest, [wizard], { ...context, button_validate_picking_ids: [picking] });
  if (isRecord(next) && next['res_model'] === 'stock.backorder.confirmation') {
    const more = await create(rpc, 'stock.backorder.confirmation', { pick_ids: [[4, picking]] }, isRecord(next['context']) ? next['context'] : {});
    await press(rpc, 'stock.backorder.confirmation', rest, [more], { button_validate_picking_ids: [picking] });
  }
} // prettier-ignore

export async function invoiceOf(rpc: OdooRpc, sale: number): Promise<number> {
  const context = { active_model: 'sale.order', active_id: sale, active_ids: [sale] };
  const wizard = await create(
    rpc,
    'sale.advance.payment.inv',
    { advance_payment_method: 'delivered' },
    context,
  );
  await press(rpc, 'sale.advance.payment.inv', 'create_invoices', [wizard], context);
  const [sold] = await rpc.find('sale.order', [['id', '=', sale]], ['invoice_ids']);
  const invoice = idsOf(sold ?? {}, 'invoice_ids').at(-1) ?? 0;
  await press(rpc, 'account.move', 'action_post', [invoice]);
  return invoice;
}

/** Announces a return by the wizard of a delivery; answers its transfer. */
export async function announceReturn(
  { rpc, products }: Company,
  delivery: number,
  units: Readonly<Record<string, number>>,
): Promise<number> {
  const context = { active_model: 'stock.picking', active_id: delivery, active_ids: [delivery] };
  const wizard = await create(rpc, 'stock.return.picking', { picking_id: delivery }, context);
  const [head] = await rpc.find('stock.return.picking', [['id', '=', wizard]], ['product_return_moves']);
  const lines = await rpc.find('stock.return.picking.line', [['id', 'in', idsOf(head ?? {}, 'product_return_moves')]], ['product_id']);
  for (const line of lines) {
    const name = Object.keys(units).find((each) => products[each] === linkOf(line, 'product_id')) ?? '';
    await rpc.write('stock.return.picking.line', 'write', [[line['id']], { quantity: units[name] ?? 0 }]);
  }
  const isOld = await press(rpc, 'stock.return.picking', 'action_create_returns', [wizard], context).catch(() => undefined);
  const action = isOld ?? (await press(rpc, 'stock.return.picking', 'create_returns', [wizard], context));
  return Number(isRecord(action) ? action['res_id'] : 0);
} // prettier-ignore

/** Sets what really came, by product. */
export async function count({ rpc, products }: Company, picking: number, units: Readonly<Record<string, number>>): Promise<void> {
  const fields = await rpc.fieldsOf('stock.move');
  const field = fields.includes('quantity') ? 'quantity' : 'quantity_done';
  for (const move of await rpc.find('stock.move', [['picking_id', '=', picking]], ['product_id'])) {
    const name = Object.keys(units).find((each) => products[each] === linkOf(move, 'product_id')) ?? '';
    const taken = units[name] ?? 0;
    await rpc.write('stock.move', 'write', [[move['id']], { [field]: taken, ...(fields.includes('picked') ? { picked: taken > 0 } : {}) }]);
  }
} // prettier-ignore

/** Units of a product in a place and what lies below it. */
export async function unitsIn(rpc: OdooRpc, product: number, place: number): Promise<number> {
  const domain = [['product_id', '=', product], ['location_id', 'child_of', place]]; // prettier-ignore
  const quants = await rpc.find('stock.quant', domain, ['quantity']);
  return quants.reduce((sum, quant) => sum + Number(quant['quantity']), 0);
}
