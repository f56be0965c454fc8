/** Orders, refunds and notes as the REST API shows them. */
import type { Json } from '../service.ts';
import { wallTime } from '../wall-time.ts';
import type { Micro } from './decimal.ts';
import { formatMicro, shortMicro } from './decimal.ts';
import { lineTax, taxOfRate, totalsOf } from './order-totals.ts';
import type {
  CouponLine, FeeLine, Fulfillment, Items, ItemTax, LineItem, Meta, Note, Order, Refund, ShippingLine, ShopState,
} from './shop-state.ts'; // prettier-ignore
import { refundsOf } from './shop-state.ts';

/** How to show: digits of money, and the origin that links start with. */
export type View = { readonly dp: number; readonly apiUrl: string };

const allowItem = { targetHints: { allow: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] } };
const allowGetDelete = { targetHints: { allow: ['GET', 'DELETE'] } };

export const links = (self: string, collection: string, up?: string, hints: object = allowItem): Json => ({
  self: [{ href: self, ...hints }],
  collection: [{ href: collection }],
  ...(up === undefined ? {} : { up: [{ href: up }] }),
});

export const dates = (shop: ShopState, name: string, at: number | undefined): Json => ({
  [`date_${name}`]: at === undefined ? null : wallTime(at, shop.settings.zone),
  [`date_${name}_gmt`]: at === undefined ? null : wallTime(at, 'UTC'),
});

const renderMeta = (meta: readonly Meta[]): Json[] => meta.map(({ id, key, value }) => ({ id, key, value }));

const renderItemMeta = (meta: readonly Meta[]): Json[] =>
  meta.map(({ id, key, value, label }) => ({
    id,
    key,
    value,
    display_key: label ?? key,
    display_value: typeof value === 'string' ? value : '',
  }));

const renderTaxes = (taxes: readonly ItemTax[], dp: number): Json[] =>
  taxes
    .filter((tax) => tax.total !== 0 || tax.subtotal !== 0)
    .concat(taxes.filter((tax) => tax.total === 0 && tax.subtotal === 0))
    .map((tax) => ({
      id: tax.rateId,
      total: formatMicro(tax.total, dp),
      subtotal: tax.subtotal === '' ? '' : formatMicro(tax.subtotal, dp),
    }));

function renderLine(shop: ShopState, line: LineItem, dp: number): Json {
  const product = shop.products.get(line.variationId === 0 ? line.productId : line.variationId);
  const parent = product === undefined ? undefined : shop.products.get(product.parentId);
  return {
    id: line.id,
    name: line.name,
    product_id: line.productId,
    variation_id: line.variationId,
    quantity: line.quantity,
    tax_class: line.taxClass,
    subtotal: formatMicro(line.subtotal, dp),
    subtotal_tax: formatMicro(lineTax(shop, line.taxes, 'subtotal'), dp),
    total: formatMicro(line.total, dp),
    total_tax: formatMicro(lineTax(shop, line.taxes), dp),
    taxes: renderTaxes(line.taxes, dp),
    meta_data: renderItemMeta(line.meta),
    sku: product?.sku ?? null,
    global_unique_id: product === undefined ? null : '',
    // A float, unrounded, of net price and quantity (952).
    price: line.quantity === 0 ? 0 : Math.abs(line.total / 1_000_000 / line.quantity),
    image: { id: product === undefined || parent !== undefined ? 0 : '', src: '' },
    parent_name: parent?.name ?? null,
  };
}

const renderShipping = (shop: ShopState, line: ShippingLine, dp: number): Json => ({
  id: line.id,
  method_title: line.methodTitle,
  method_id: line.methodId,
  instance_id: '',
  total: formatMicro(line.total, dp),
  total_tax: formatMicro(lineTax(shop, line.taxes), dp),
  taxes: renderTaxes(line.taxes, dp),
  tax_status: 'taxable',
  meta_data: renderItemMeta(line.meta),
});

const renderFee = (shop: ShopState, line: FeeLine, dp: number): Json => ({
  id: line.id,
  name: line.name,
  tax_class: line.taxClass,
  tax_status: line.taxStatus,
  amount: '',
  total: formatMicro(line.total, dp),
  total_tax: formatMicro(lineTax(shop, line.taxes), dp),
  taxes: renderTaxes(line.taxes, dp),
  meta_data: renderItemMeta(line.meta),
});

function renderTaxLines(shop: ShopState, items: Items, dp: number): Json[] {
  return items.taxLines.flatMap((line) => {
    const rate = shop.settings.taxRates.find((entry) => entry.id === line.rateId);
    if (rate === undefined) return [];
    const { cart, shipping } = taxOfRate(shop, items, line.rateId);
    const code = [rate.country, rate.state, rate.name.toUpperCase()].filter((part) => part !== '').join('-');
    return {
      id: line.id,
      rate_code: `${code}-${rate.priority}`,
      rate_id: rate.id,
      label: rate.name,
      compound: false,
      tax_total: formatMicro(cart, dp),
      shipping_tax_total: formatMicro(shipping, dp),
      rate_percent: rate.percent,
      meta_data: [],
    };
  });
}

function renderCoupon(line: CouponLine, discount: Micro, tax: Micro, digits: number): Json {
  const { coupon } = line;
  const nominal = coupon.amount / 1_000_000;
  const info = JSON.stringify([coupon.id, coupon.code, coupon.type, nominal]);
  return {
    id: line.id,
    code: coupon.code,
    discount: shortMicro(discount, digits),
    discount_tax: shortMicro(tax, digits),
    meta_data: [
      { id: line.metaId, key: 'coupon_info', value: info, display_key: 'coupon_info', display_value: info },
    ],
    discount_type: coupon.type,
    nominal_amount: nominal,
    free_shipping: false,
  };
}

export function renderOrder(shop: ShopState, order: Order, view: View): Json {
  const { dp, apiUrl } = view;
  const digits = shop.settings.digits;
  const totals = totalsOf(shop, order);
  const money = (micro: Micro): string => formatMicro(micro, dp);
  const created = dates(shop, 'created', order.createdAt);
  const modified = dates(shop, 'modified', order.modifiedAt);
  const completed = dates(shop, 'completed', order.completedAt);
  const paid = dates(shop, 'paid', order.paidAt);
  const unpaid = ['pending', 'failed', 'checkout-draft'].includes(order.status);
  const self = `${apiUrl}/orders/${order.id}`;
  return {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency: order.currency,
    version: '10.5.0',
    prices_include_tax: order.pricesIncludeTax,
    date_created: created['date_created'],
    date_modified: modified['date_modified'],
    discount_total: money(totals.discount),
    discount_tax: money(totals.discountTax),
    shipping_total: money(totals.shipping),
    shipping_tax: money(totals.shippingTax),
    cart_tax: money(totals.cartTax),
    total: money(totals.total),
    total_tax: money(totals.totalTax),
    customer_id: order.customerId,
    order_key: order.orderKey,
    billing: order.billing,
    shipping: order.shipping,
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentMethodTitle,
    transaction_id: order.transactionId,
    customer_ip_address: '',
    customer_user_agent: '',
    created_via: 'rest-api',
    customer_note: order.customerNote,
    date_completed: completed['date_completed'],
    date_paid: paid['date_paid'],
    cart_hash: '',
    number: order.number,
    meta_data: renderMeta(order.meta),
    line_items: order.lines.map((line) => renderLine(shop, line, dp)),
    tax_lines: renderTaxLines(shop, order, dp),
    shipping_lines: order.shippingLines.map((line) => renderShipping(shop, line, dp)),
    fee_lines: order.feeLines.map((line) => renderFee(shop, line, dp)),
    coupon_lines: order.couponLines.map((line) =>
      renderCoupon(line, totals.discount, totals.discountTax, digits),
    ),
    refunds: refundsOf(shop, order.id).map((refund) => ({
      id: refund.id,
      reason: refund.reason,
      total: money(refund.amount === '' ? 0 : -refund.amount),
    })),
    payment_url: `${shop.settings.siteUrl}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.orderKey}`,
    is_editable: ['pending', 'on-hold', 'auto-draft'].includes(order.status),
    needs_payment: unpaid && totals.total > 0,
    needs_processing: order.lines.some((line) => line.productId !== 0),
    date_created_gmt: created['date_created_gmt'],
    date_modified_gmt: modified['date_modified_gmt'],
    date_completed_gmt: completed['date_completed_gmt'],
    date_paid_gmt: paid['date_paid_gmt'],
    currency_symbol: shop.settings.currencySymbol,
    _links: {
      ...links(self, `${apiUrl}/orders`),
      email_templates: [{ embeddable: true, href: `${self}/actions/email_templates` }],
      ...(order.customerId === 0 ? {} : { customer: [{ href: `${apiUrl}/customers/${order.customerId}` }] }),
    },
  };
}

/** A refund; the top-level list also tells its order (620). It never says whether it restocked. */
export function renderRefund(shop: ShopState, refund: Refund, view: View, topLevel: boolean): Json {
  const { dp, apiUrl } = view;
  const collection = `${apiUrl}/orders/${refund.orderId}/refunds`;
  return {
    id: refund.id,
    ...(topLevel ? { parent_id: refund.orderId } : {}),
    ...dates(shop, 'created', refund.createdAt),
    amount: refund.amount === '' ? '' : formatMicro(refund.amount, dp),
    reason: refund.reason,
    refunded_by: refund.refundedBy,
    refunded_payment: refund.refundedPayment,
    meta_data: renderMeta(refund.meta),
    line_items: refund.lines.map((line) => renderLine(shop, line, dp)),
    shipping_lines: refund.shippingLines.map((line) => renderShipping(shop, line, dp)),
    tax_lines: renderTaxLines(shop, refund, dp),
    fee_lines: refund.feeLines.map((line) => renderFee(shop, line, dp)),
    _links: links(
      `${collection}/${refund.id}`,
      collection,
      `${apiUrl}/orders/${refund.orderId}`,
      allowGetDelete,
    ),
  };
}

export function renderNote(shop: ShopState, note: Note, apiUrl: string): Json {
  const collection = `${apiUrl}/orders/${note.orderId}/notes`;
  return {
    id: note.id,
    author: note.author,
    ...dates(shop, 'created', note.createdAt),
    note: note.note,
    customer_note: note.customerNote,
    _links: links(`${collection}/${note.id}`, collection, `${apiUrl}/orders/${note.orderId}`, allowGetDelete),
  };
}

export const renderFulfillment = (item: Fulfillment): Json => ({
  id: item.id,
  entity_type: 'WC_Order',
  entity_id: String(item.orderId),
  is_fulfilled: item.fulfilled,
  status: item.status,
  date_updated: wallTime(item.updatedAt, 'UTC').replace('T', ' '),
  meta_data: renderMeta(item.meta),
});
