/** A small shop's company in a fresh Tryton, and what its people do in it. */
import type { TrytonRpc } from '../../src/connectors/tryton/tryton-rpc.ts';

type Row = Record<string, unknown>;

const decimal = (text: string): object => ({ __class__: 'Decimal', decimal: text });
const day = (year: number, month: number, date: number): object => ({
  __class__: 'date',
  year,
  month,
  day: date,
});
const today = (): object => {
  const now = new Date();
  return day(now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate());
};

export type Company = {
  readonly rpc: TrytonRpc;
  readonly party: number;
  readonly address: number;
  readonly warehouse: number;
  readonly storage: number;
  readonly waste: number;
  readonly unit: number;
  readonly tax: number;
  readonly company: number;
  readonly currency: number;
  /** Product ids by SKU. */
  readonly products: Readonly<Record<string, number>>;
};

/** Does with a model what a person would: `acting(rpc)('sale.sale', 'quote', [[1]])`. */
export const acting =
  (rpc: TrytonRpc) =>
  (model: string, method: string, parameters: readonly unknown[]): Promise<unknown> =>
    rpc.write(`model.${model}.${method}`, parameters);

export async function find(
  rpc: TrytonRpc,
  model: string,
  domain: unknown,
  fields: readonly string[] = ['id'],
): Promise<readonly Row[]> {
  const order = [['id', 'ASC']];
  return (await rpc.read(`model.${model}.search_read`, [domain, 0, null, order, fields])) as readonly Row[];
}

async function create(rpc: TrytonRpc, model: string, values: Row): Promise<number> {
  const [id] = (await rpc.write(`model.${model}.create`, [[values]])) as readonly number[];
  return id as number;
}

const idOf = (rows: readonly Row[]): number => rows[0]?.['id'] as number;

const prices: Readonly<Record<string, string>> = {
  'SHOE-42': '50.0000',
  'MUG-TI': '20.0000',
  'LAMP-1': '35.5000',
};

/** The company of an earlier test of the same run, or a new one. */
export async function openCompany(open: () => Promise<TrytonRpc>): Promise<Company> {
  const rpc = await open();
  const products = await find(rpc, 'product.product', [], ['code']);
  if (products.length === 0) return setUpCompany(rpc, open);
  const only = async (model: string, domain: unknown): Promise<number> =>
    idOf(await find(rpc, model, domain));
  const party = await only('party.party', [['name', '=', 'Ada Meyer']]);
  const ends = ['storage_location'];
  const [warehouse] = await find(rpc, 'stock.location', [['type', '=', 'warehouse']], ends);
  return {
    rpc,
    party,
    address: await only('party.address', [['party', '=', party]]),
    warehouse: warehouse?.['id'] as number,
    storage: warehouse?.['storage_location'] as number,
    waste: await only('stock.location', [['code', '=', 'SCRAP']]),
    unit: await only('product.uom', [['name', '=', 'Unit']]),
    tax: await only('account.tax', [['name', '=', 'VAT 19%']]),
    company: await only('company.company', []),
    currency: await only('currency.currency', [['code', '=', 'EUR']]),
    products: Object.fromEntries(products.map((row) => [row['code'], row['id']])) as Record<string, number>,
  };
}

type Books = { readonly revenue: number; readonly expense: number; readonly payable: number };

/** Chart of accounts, with the fiscal year of today. */
async function setUpBooks(rpc: TrytonRpc, company: number): Promise<Books> {
  const [wizard] = (await rpc.write('wizard.account.create_chart.create', [])) as readonly number[];
  const template = idOf(await find(rpc, 'account.account.template', [['parent', '=', null]]));
  const run = (data: Row, state: string): Promise<unknown> =>
    rpc.write('wizard.account.create_chart.execute', [wizard, data, state]);
  await run({ account: { company, account_template: template } }, 'create_account');
  const account = async (flag: string): Promise<number> => {
    const domain = [
      [`type.${flag}`, '=', true],
      ['closed', '!=', true],
    ];
    return idOf(await find(rpc, 'account.account', domain));
  };
  const [revenue, expense] = [await account('revenue'), await account('expense')];
  const payable = await account('payable');
  const properties = {
    company, account_receivable: await account('receivable'), account_payable: payable,
    category_account_revenue: revenue, category_account_expense: expense,
  }; // prettier-ignore
  await run({ properties }, 'create_properties');
  await rpc.write('wizard.account.create_chart.delete', [wizard]);

  const typeOf = async (name: string): Promise<number> =>
    idOf(await find(rpc, 'ir.sequence.type', [['name', '=', name]]));
  const moves = await create(rpc, 'ir.sequence', {
    name: 'Moves',
    company,
    sequence_type: await typeOf('Account Move'),
  });
  const sequence_type = await typeOf('Invoice');
  const numbers = (prefix: string): Promise<number> =>
    create(rpc, 'ir.sequence.strict', { name: prefix, prefix, company, sequence_type });
  const [invoices, credits] = [await numbers('INV-'), await numbers('CN-')];
  const sequences = {
    company, out_invoice_sequence: invoices, out_credit_note_sequence: credits, in_invoice_sequence: invoices,
    in_credit_note_sequence: credits,
  }; // prettier-ignore
  const year = new Date().getUTCFullYear();
  const fiscal = await create(rpc, 'account.fiscalyear', {
    name: String(year), start_date: day(year, 1, 1), end_date: day(year, 12, 31), company, post_move_sequence: moves,
    invoice_sequences: [['create', [sequences]]],
  }); // prettier-ignore
  await rpc.write('model.account.fiscalyear.create_period', [[fiscal]]);
  return { revenue, expense, payable };
}

/** Currency, company and the user in it; `reopen` logs in again, so that the company is in the context. */
async function setUpCompany(first: TrytonRpc, reopen: () => Promise<TrytonRpc>): Promise<Company> {
  const currency = await create(first, 'currency.currency', {
    name: 'Euro', symbol: '€', code: 'EUR', rounding: decimal('0.01'), digits: 2,
    rates: [['create', [{ rate: decimal('1.000000'), date: day(2020, 1, 1) }]]],
  }); // prettier-ignore
  const addresses = [['create', [{ street: 'Weg 1' }]]];
  const home = await create(first, 'party.party', { name: 'Shop Ltd', addresses });
  const company = await create(first, 'company.company', { party: home, currency });
  await first.write('model.res.user.write', [[1], { companies: [['add', [company]]], company }]);
  const rpc = await reopen();
  const { revenue, expense, payable } = await setUpBooks(rpc, company);

  const tax = await create(rpc, 'account.tax', {
    name: 'VAT 19%', description: 'VAT 19%', company, type: 'percentage', rate: decimal('0.19'),
    invoice_account: payable, credit_note_account: payable,
  }); // prettier-ignore
  const category = await create(rpc, 'product.category', {
    name: 'Goods', accounting: true, account_revenue: revenue, account_expense: expense,
    customer_taxes: [['add', [tax]]],
  }); // prettier-ignore
  const unit = idOf(await find(rpc, 'product.uom', [['name', '=', 'Unit']]));
  const products: Record<string, number> = {};
  for (const [sku, price] of Object.entries(prices)) {
    await create(rpc, 'product.template', {
      name: sku, type: 'goods', default_uom: unit, sale_uom: unit, salable: true, list_price: decimal(price),
      cost_price_method: 'fixed', account_category: category,
      products: [['create', [{ suffix_code: sku, cost_price: decimal('10.0000') }]]],
    }); // prettier-ignore
    products[sku] = idOf(await find(rpc, 'product.product', [['code', '=', sku]]));
  }
  const ends = ['storage_location'];
  const [warehouse] = await find(rpc, 'stock.location', [['type', '=', 'warehouse']], ends);
  const storage = warehouse?.['storage_location'] as number;
  const waste = await create(rpc, 'stock.location', { name: 'Scrap', code: 'SCRAP', type: 'lost_found' });
  const wastes = { waste_locations: [['add', [waste]]] };
  await rpc.write('model.stock.location.write', [[warehouse?.['id']], wastes]);
  const count = await create(rpc, 'stock.inventory', {
    location: storage, date: today(), company,
    lines: [['create', Object.values(products).map((product) => ({ product, quantity: 500 }))]],
  }); // prettier-ignore
  await rpc.write('model.stock.inventory.confirm', [[count]]);
  const lines = [['create', [{ type: 'remainder' }]]];
  const term = await create(rpc, 'account.invoice.payment_term', { name: 'now', lines });
  const party = await create(rpc, 'party.party', {
    name: 'Ada Meyer', customer_payment_term: term,
    addresses: [['create', [{ street: 'Weg 2', city: 'Hamburg', delivery: true, invoice: true }]]],
  }); // prettier-ignore
  const address = idOf(await find(rpc, 'party.address', [['party', '=', party]]));
  return {
    rpc, party, address, warehouse: warehouse?.['id'] as number, storage, waste, unit, tax, company, currency,
    products,
  }; // prettier-ignore
}

/** Sells, ships and invoices an order of the shop; answers the sale's id. */
export async function sell(
  shop: Company,
  number: string,
  lines: Readonly<Record<string, number>>,
): Promise<number> {
  const act = acting(shop.rpc);
  const sale = await create(shop.rpc, 'sale.sale', {
    party: shop.party, company: shop.company, currency: shop.currency, invoice_address: shop.address,
    shipment_address: shop.address, warehouse: shop.warehouse, reference: number, web_id: number, sale_date: today(),
    invoice_method: 'order', shipment_method: 'order',
    lines: [
      ['create', Object.entries(lines).map(([sku, quantity]) => ({
        type: 'line', product: shop.products[sku], quantity, unit: shop.unit,
        unit_price: decimal(prices[sku] ?? '1.0000'), taxes: [['add', [shop.tax]]], description: '',
      }))],
    ],
  }); // prettier-ignore
  for (const step of ['quote', 'confirm', 'process']) await act('sale.sale', step, [[sale]]);
  const [read] = await find(shop.rpc, 'sale.sale', [['id', '=', sale]], ['shipments', 'invoices']);
  for (const shipment of (read?.['shipments'] ?? []) as readonly number[]) {
    for (const step of ['assign_try', 'pick', 'pack', 'done'])
      await act('stock.shipment.out', step, [[shipment]]);
  }
  for (const invoice of (read?.['invoices'] ?? []) as readonly number[])
    await act('account.invoice', 'post', [[invoice]]);
  return sale;
}

/** Announces a return as a clerk does: the wizard, the return's number, the quantities. */
export async function announceReturn(
  shop: Company,
  sale: number,
  rma: string,
  lines: Readonly<Record<string, number>>,
): Promise<{ readonly sale: number; readonly shipment: number }> {
  const { rpc } = shop;
  const act = acting(rpc);
  const [wizard] = (await rpc.write('wizard.sale.return_sale.create', [])) as readonly number[];
  const context = { active_model: 'sale.sale', active_id: sale, active_ids: [sale] };
  await rpc.write('wizard.sale.return_sale.execute', [wizard, {}, 'return_'], context);
  const made = await find(rpc, 'sale.sale', [['origin', '=', `sale.sale,${sale}`]], ['lines']);
  const back = made.at(-1);
  const copied = await find(rpc, 'sale.line', [['id', 'in', back?.['lines']]], ['product.code', 'quantity']);
  const changes = copied.map((line) => {
    const quantity = lines[(line['product.'] as Row)['code'] as string];
    return quantity === undefined
      ? ['delete', [line['id']]]
      : ['write', [line['id']], { quantity: -quantity }];
  });
  await act('sale.sale', 'write', [[back?.['id']], { reference: rma, lines: changes }]);
  for (const step of ['quote', 'confirm', 'process']) await act('sale.sale', step, [[back?.['id']]]);
  const [read] = await find(rpc, 'sale.sale', [['id', '=', back?.['id']]], ['shipment_returns']);
  const [shipment = 0] = (read?.['shipment_returns'] ?? []) as readonly number[];
  return { sale: back?.['id'] as number, shipment };
}

/** Units of a product in stock, as the warehouse counts them. */
export async function inStorage(shop: Company, sku: string): Promise<number> {
  const context = { locations: [shop.storage], with_childs: true, stock_date_end: today() };
  const parameters = [[shop.products[sku]], ['quantity']];
  const rows = (await shop.rpc.read('model.product.product.read', parameters, context)) as readonly Row[];
  return rows[0]?.['quantity'] as number;
}
