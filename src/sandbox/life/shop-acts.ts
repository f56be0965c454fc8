/**
 * Selling, shipping and booking: what sales and accounting do. Each act works in the systems as a person would, and writes down what was done: the systems' own records are
 * what a reconciler sees, the notes are the truth.
 */
import type { Company } from '../company.ts';
import { asJson } from '../service.ts';
import { chargeCard, describeCharge } from '../stripe/gateway-acts.ts';
import type { Charge } from '../stripe/gateway-state.ts';
import { totalsOf } from '../woocommerce/order-totals.ts';
import type { Customer, LineItem, Order } from '../woocommerce/shop-state.ts';
import { addNote } from '../woocommerce/shop-state.ts';
import { createOrder, updateOrder } from '../woocommerce/write-order.ts';
import type { Article, Catalog } from './catalog.ts';
import type { OrderRecord, ReturnRefs, TruthEvent, Units } from './order-record.ts';

export type PlacedOrder = {
  readonly record: OrderRecord;
  readonly order: Order;
  readonly customer: Customer;
  /** The customer has, or will have, other orders. */
  readonly regular: boolean;
  readonly charge: Charge | undefined;
  sale: number;
  delivery: number;
  invoice: number;
};

export type Wanted = { readonly article: Article; readonly quantity: number };

/** Calls a method of the ERP as a client would, without the network. */
export function callErp(
  company: Company,
  model: string,
  method: string,
  ids: readonly number[],
  values?: unknown,
): unknown {
  const { database } = company.odoo;
  const found = database.model(model).methods?.[method];
  if (found === undefined) throw new Error(`${model} has no ${method}`);
  const args = values === undefined ? [] : [values];
  return found({ database, ids, args, kwargs: {}, context: asJson(values) });
}

const iso = (company: Company): string => new Date(company.clock.now()).toISOString();

export function note(
  company: Company,
  record: OrderRecord,
  system: TruthEvent['system'],
  event: string,
  ref: string,
  more: Partial<TruthEvent> = {},
): void {
  record.timeline.push({ at: iso(company), system, event, ref: `${system}:${ref}`, ...more });
}

export const minor = (micro: number): number => Math.round(micro / 10_000);

export const orderTotal = (company: Company, order: Order): number =>
  minor(totalsOf(company.woocommerce.shop, order).total);

/** A customer buys and pays; `bank` orders wait for a transfer that may never come. */
export function placeOrder(
  company: Company,
  customer: Customer,
  wanted: readonly Wanted[],
  options: { bank?: boolean; coupon?: boolean; regular: boolean },
): PlacedOrder {
  const { shop } = company.woocommerce;
  const { gateway } = company.stripe;
  const base = {
    customer_id: customer.id,
    billing: customer.billing,
    shipping: customer.shipping,
    line_items: wanted.map(({ article, quantity }) => ({
      product_id: article.productId,
      variation_id: article.variationId,
      quantity,
    })),
    shipping_lines: [{ method_id: 'flat_rate', method_title: 'DHL', total: '5.79' }],
    ...(options.coupon === true ? { coupon_lines: [{ code: 'herbst10' }] } : {}),
  };
  const bank = options.bank === true;
  const order = createOrder(
    shop,
    bank
      ? { ...base, payment_method: 'bacs', payment_method_title: 'Bank transfer', status: 'on-hold' }
      : { ...base, payment_method: 'stripe', payment_method_title: 'Card', status: 'pending' },
  );
  const total = orderTotal(company, order);
  const name = `${customer.firstName} ${customer.lastName}`;
  const charge = bank
    ? undefined
    : chargeCard(gateway, {
        amount: total,
        currency: 'eur',
        description: `${company.name} - Order ${order.number}`,
        email: customer.email,
        name,
        last4: String(1000 + (order.id % 9000)),
        metadata: {},
      });
  if (charge !== undefined) {
    describeCharge(gateway, charge, {
      order_id: String(order.id),
      order_number: order.number,
      customer_email: customer.email,
    });
    updateOrder(shop, order, { transaction_id: charge.id, set_paid: true });
    addNote(shop, order.id, `Payment via Card (${charge.id}).`);
    customer.paying = true;
  }
  const record: OrderRecord = {
    order: order.number,
    wooOrderId: order.id,
    kind: 'plain',
    stories: [],
    expect: [],
    acceptable: new Set(),
    open: false,
    finishedAt: undefined,
    refs: {
      order: `woo:order/${order.id}`,
      sale: null,
      charge: charge === undefined ? null : `stripe:${charge.id}`,
      returns: [],
    },
    timeline: [],
  };
  note(company, record, 'woo', 'order-created', `order/${order.id}`, { amount: total });
  if (charge !== undefined) note(company, record, 'stripe', 'charge-succeeded', charge.id, { amount: total });
  return { record, order, customer, regular: options.regular, charge, sale: 0, delivery: 0, invoice: 0 };
}

/** The order goes into the ERP under the shop's number, net prices as the shop charged them. */
export function enterSale(company: Company, catalog: Catalog, placed: PlacedOrder): void {
  const { database } = company.odoo;
  const { order, customer } = placed;
  const [known] = database.search('res.partner', [['email', '=', customer.email]]);
  const partner =
    known?.id ??
    database.create('res.partner', {
      name: `${customer.firstName} ${customer.lastName}`,
      email: customer.email,
      ref: `K${String(customer.id).padStart(5, '0')}`,
      city: customer.billing['city'],
    });
  const net = (micro: number, quantity: number): number => Math.round(micro / quantity / 10) / 100_000;
  const lines = order.lines.map((line) => {
    const article = articleOf(catalog, line);
    return [
      0,
      0,
      {
        product_id: article.erpProduct,
        product_uom_qty: line.quantity,
        price_unit: net(line.total, line.quantity),
      },
    ];
  });
  const shipping = order.shippingLines.map((line) => [
    0,
    0,
    { product_id: catalog.shippingProduct, product_uom_qty: 1, price_unit: net(line.total, 1) },
  ]);
  placed.sale = database.create('sale.order', {
    partner_id: partner,
    client_order_ref: order.number,
    origin: 'WooCommerce',
    order_line: [...lines, ...shipping],
  });
  callErp(company, 'sale.order', 'action_confirm', [placed.sale]);
  placed.delivery = database.links('sale.order', placed.sale, 'picking_ids')[0] ?? 0;
  placed.record.refs.sale = `odoo:sale.order/${placed.sale}`;
  note(company, placed.record, 'odoo', 'sale-confirmed', `sale.order/${placed.sale}`);
}

export const articleOf = (catalog: Catalog, line: LineItem): Article =>
  catalog.articles.find((article) =>
    line.variationId === 0 ? article.productId === line.productId : article.variationId === line.variationId,
  ) as Article;

export function unitsOf(catalog: Catalog, order: Order): Units {
  return Object.fromEntries(order.lines.map((line) => [articleOf(catalog, line).sku, line.quantity]));
}

/** Goods leave, the invoice is posted, the shop order is completed. */
export function ship(company: Company, catalog: Catalog, placed: PlacedOrder): void {
  const { database } = company.odoo;
  const { record } = placed;
  callErp(company, 'stock.picking', 'button_validate', [placed.delivery]);
  note(company, record, 'odoo', 'shipped', `stock.picking/${placed.delivery}`, {
    units: unitsOf(catalog, placed.order),
  });
  placed.invoice = invoiceSale(company, placed.sale);
  const total = Math.round(database.number('account.move', placed.invoice, 'amount_total') * 100);
  note(company, record, 'odoo', 'invoice-posted', `account.move/${placed.invoice}`, { amount: total });
  updateOrder(company.woocommerce.shop, placed.order, { status: 'completed' });
  note(company, record, 'woo', 'order-completed', `order/${placed.order.id}`);
}

/** Invoices what is to be invoiced and posts it; a negative rest becomes a credit note. Returns the document. */
export function invoiceSale(company: Company, sale: number, post = true): number {
  const { database } = company.odoo;
  const wizard = database.create('sale.advance.payment.inv', { sale_order_ids: [[6, 0, [sale]]] });
  const action = asJson(callErp(company, 'sale.advance.payment.inv', 'create_invoices', [wizard]));
  const invoice = Number(action['res_id']);
  if (post) callErp(company, 'account.move', 'action_post', [invoice]);
  return invoice;
}

export function cancelShopOrder(company: Company, placed: PlacedOrder, event: string, units?: Units): void {
  updateOrder(company.woocommerce.shop, placed.order, { status: 'cancelled' });
  note(
    company,
    placed.record,
    'woo',
    event,
    `order/${placed.order.id}`,
    units === undefined ? {} : { units },
  );
}

/** A credit note for units by reversing the invoice, its lines lowered to what came back. */
export function creditByReversal(
  company: Company,
  placed: PlacedOrder,
  units: Units,
  options: { shipping: boolean; reason: string; post: boolean; goodwill?: number },
): number {
  const { database } = company.odoo;
  const wizard = database.create('account.move.reversal', {
    move_ids: [[6, 0, [placed.invoice]]],
    reason: options.reason,
  });
  const action = asJson(callErp(company, 'account.move.reversal', 'refund_moves', [wizard]));
  const document = Number(action['res_id']);
  for (const line of database.links('account.move', document, 'invoice_line_ids')) {
    const product = database.link('account.move.line', line, 'product_id');
    const sku = database.text('product.product', product, 'default_code');
    const quantity = sku === 'SHIPPING' ? (options.shipping ? 1 : 0) : (units[sku] ?? 0);
    if (quantity === 0) database.unlink('account.move.line', [line]);
    else database.write('account.move.line', [line], { quantity });
  }
  postCredit(company, placed.record, document, options.post);
  return document;
}

export function postCredit(company: Company, record: OrderRecord, document: number, post: boolean): void {
  const { database } = company.odoo;
  const amount = Math.round(database.number('account.move', document, 'amount_total') * 100);
  note(company, record, 'odoo', 'credit-note-draft', `account.move/${document}`, { amount });
  if (!post) return;
  callErp(company, 'account.move', 'action_post', [document]);
  note(company, record, 'odoo', 'credit-note-posted', `account.move/${document}`, { amount });
}

export const newReturn = (): ReturnRefs => ({
  rma: null,
  ticket: null,
  return_picking: null,
  backorders: [],
  transfers: [],
  scraps: [],
  credit_note: null,
  woo_refunds: [],
  gateway_refunds: [],
});
