/** `POST /orders` and `PUT /orders/{id}`: what the REST API lets in, which is nearly everything. */
import type { Json } from '../service.ts';
import { asJson, asList, asText } from '../service.ts';
import { changeStatus, statusesOf } from './change-status.ts';
import { readFlag, refundRest } from './create-refund.ts';
import type { Micro } from './decimal.ts';
import { parseMicro, percentOf } from './decimal.ts';
import { netOf, ratesAt, renewTaxLines, taxesOn } from './order-totals.ts';
import { invalidParameter, RestError } from './rest-error.ts';
import type { Address, Coupon, LineItem, Order, Product, ShopState } from './shop-state.ts';
import { addNote, setMeta, touchOrder } from './shop-state.ts';

const billingFields = [
  'first_name', 'last_name', 'company', 'address_1', 'address_2', 'city', 'state', 'postcode', 'country', 'email', 'phone',
] as const; // prettier-ignore
const shippingFields = billingFields.filter((field) => field !== 'email');

/** An address with every field the API shows; fields not named keep their value. */
export function readAddress(value: unknown, fields: readonly string[], known: Address = {}): Address {
  const given = asJson(value);
  return Object.fromEntries(
    fields.map((field) => [field, field in given ? asText(given[field]) : (known[field] ?? '')]),
  );
}

export const readBilling = (value: unknown, known?: Address): Address =>
  readAddress(value, billingFields, known);
export const readShipping = (value: unknown, known?: Address): Address =>
  readAddress(value, shippingFields, known);

export function checkStatus(shop: ShopState, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const allowed = ['auto-draft', ...statusesOf(shop).map((status) => status.slug)];
  const status = asText(value);
  if (allowed.includes(status)) return status;
  const words = `${allowed.slice(0, -1).join(', ')}, and ${allowed.at(-1) ?? ''}`;
  throw invalidParameter('status', 'rest_not_in_enum', `status is not one of ${words}.`);
}

const metaId = (shop: ShopState) => (): number => shop.nextId('meta');
const itemMetaId = (shop: ShopState) => (): number => shop.nextId('itemMeta');

/** Name of a line: variations show their attributes, "Tee - S". */
function lineName(shop: ShopState, product: Product | undefined): string {
  if (product === undefined) return '';
  const parent = shop.products.get(product.parentId);
  const options = product.attributes.map((attribute) => attribute.options[0] ?? '').join(', ');
  return parent === undefined ? product.name : `${parent.name} - ${options}`;
}

function addLine(shop: ShopState, order: Order, item: Json): void {
  const variationId = Number(asText(item['variation_id'])) || 0;
  const productId = Number(asText(item['product_id'])) || 0;
  const product = shop.products.get(variationId === 0 ? productId : variationId);
  const quantity = item['quantity'] === undefined ? 1 : Number(asText(item['quantity']));
  const own = product?.taxClass ?? '';
  const taxClass = own === 'parent' ? (shop.products.get(product?.parentId ?? 0)?.taxClass ?? '') : own;
  const rates = ratesAt(shop, order.billing, taxClass);
  const price = product === undefined || product.regularPrice === '' ? 0 : product.regularPrice;
  const subtotal = parseMicro(item['subtotal']) ?? netOf(shop, price * quantity, rates);
  const total = parseMicro(item['total']) ?? subtotal;
  const line: LineItem = {
    id: shop.nextId('item'),
    name: item['name'] === undefined ? lineName(shop, product) : asText(item['name']),
    // A product that does not exist is accepted and becomes 0 (218).
    productId: product === undefined ? 0 : product.parentId === 0 ? product.id : product.parentId,
    variationId: product === undefined || product.parentId === 0 ? 0 : product.id,
    quantity,
    taxClass,
    subtotal,
    total,
    taxes: taxesOn(rates, total, subtotal),
    meta: [],
  };
  if (product !== undefined && product.parentId !== 0) {
    for (const attribute of product.attributes) {
      line.meta.push({
        id: shop.nextId('itemMeta'),
        key: attribute.name.toLowerCase(),
        value: attribute.options[0] ?? '',
        label: attribute.name,
      });
    }
  }
  for (const entry of asList(item['meta_data']).map(asJson)) {
    setMeta(line.meta, asText(entry['key']), entry['value'], itemMetaId(shop));
  }
  order.lines.push(line);
}

/** Changing a line does not move stock, as the recordings show (426, 427). */
function editLine(shop: ShopState, order: Order, line: LineItem, item: Json): void {
  if (item['quantity'] !== undefined) line.quantity = Number(asText(item['quantity']));
  if (line.quantity === 0) {
    order.lines = order.lines.filter((other) => other !== line);
    return;
  }
  line.subtotal = parseMicro(item['subtotal']) ?? line.subtotal;
  line.total = parseMicro(item['total']) ?? line.total;
  line.taxes = taxesOn(ratesAt(shop, order.billing, line.taxClass), line.total, line.subtotal);
  for (const entry of asList(item['meta_data']).map(asJson)) {
    // `_reduced_stock` is taken but core's own bookkeeping wins (428).
    if (asText(entry['key']) === '_reduced_stock') continue;
    setMeta(line.meta, asText(entry['key']), entry['value'], itemMetaId(shop));
  }
}

function applyCoupon(shop: ShopState, order: Order, coupon: Coupon): void {
  const sum = order.lines.reduce((left, line) => left + line.total, 0);
  for (const line of order.lines) {
    const rates = ratesAt(shop, order.billing, line.taxClass);
    const cut: Micro =
      coupon.type === 'percent'
        ? percentOf(line.total, coupon.amount / 1_000_000)
        : Math.round((netOf(shop, coupon.amount, rates) * line.total) / Math.max(sum, 1));
    line.total -= Math.min(cut, line.total);
    line.taxes = taxesOn(rates, line.total, line.subtotal);
  }
  order.couponLines.push({ id: shop.nextId('item'), coupon, metaId: shop.nextId('itemMeta') });
}

function takeItems(shop: ShopState, order: Order, body: Json): void {
  for (const item of asList(body['line_items']).map(asJson)) {
    const known = order.lines.find((line) => String(line.id) === asText(item['id']));
    if (known === undefined) addLine(shop, order, item);
    else editLine(shop, order, known, item);
  }
  for (const item of asList(body['shipping_lines']).map(asJson)) {
    const total = parseMicro(item['total']) ?? 0;
    const rates = ratesAt(shop, order.billing, '').filter((rate) => rate.onShipping);
    order.shippingLines.push({
      id: shop.nextId('item'),
      methodTitle: asText(item['method_title']),
      methodId: asText(item['method_id']),
      total,
      taxes: taxesOn(rates, total, ''),
      meta: [],
    });
  }
  for (const item of asList(body['fee_lines']).map(asJson)) {
    const total = parseMicro(item['total']) ?? 0;
    const taxable = asText(item['tax_status']) !== 'none';
    order.feeLines.push({
      id: shop.nextId('item'),
      name: asText(item['name']) || 'Fee',
      taxClass: asText(item['tax_class']),
      taxStatus: taxable ? 'taxable' : 'none',
      total,
      taxes: taxable ? taxesOn(ratesAt(shop, order.billing, asText(item['tax_class'])), total, '') : [],
      meta: [],
    });
  }
  renewTaxLines(shop, order);
  for (const item of asList(body['coupon_lines']).map(asJson)) {
    const coupon = [...shop.coupons.values()].find(
      (entry) => entry.code === asText(item['code']).toLowerCase(),
    );
    if (coupon === undefined) {
      throw new RestError(
        400,
        'woocommerce_rest_invalid_coupon',
        `Coupon "${asText(item['code'])}" does not exist!`,
      );
    }
    applyCoupon(shop, order, coupon);
  }
}

function takeFields(shop: ShopState, order: Order, body: Json): void {
  if (body['billing'] !== undefined) order.billing = readBilling(body['billing'], order.billing);
  if (body['shipping'] !== undefined) order.shipping = readShipping(body['shipping'], order.shipping);
  if (body['currency'] !== undefined) order.currency = asText(body['currency']);
  if (body['customer_id'] !== undefined) order.customerId = Number(asText(body['customer_id']));
  if (body['customer_note'] !== undefined) order.customerNote = asText(body['customer_note']);
  if (body['transaction_id'] !== undefined) order.transactionId = asText(body['transaction_id']);
  if (body['payment_method'] !== undefined) order.paymentMethod = asText(body['payment_method']);
  if (body['payment_method_title'] !== undefined) {
    order.paymentMethodTitle = asText(body['payment_method_title']);
  }
  for (const entry of asList(body['meta_data']).map(asJson)) {
    setMeta(order.meta, asText(entry['key']), entry['value'], metaId(shop));
  }
}

/** Creates an order; `refunds` and dates in the body are ignored (812, 814). */
export function createOrder(shop: ShopState, body: Json): Order {
  const status = checkStatus(shop, body['status']) ?? 'pending';
  const id = shop.nextId('post');
  const order: Order = {
    id,
    number: shop.nextNumber(id),
    status: 'pending',
    currency: shop.settings.currency,
    pricesIncludeTax: shop.settings.pricesIncludeTax,
    createdAt: shop.now(),
    modifiedAt: shop.now(),
    paidAt: undefined,
    completedAt: undefined,
    customerId: 0,
    orderKey: `wc_order_${shop.random.letters(13)}`,
    billing: readBilling({}),
    shipping: readShipping({}),
    paymentMethod: '',
    paymentMethodTitle: '',
    transactionId: '',
    customerNote: '',
    meta: [],
    couponLines: [],
    stockReduced: false,
    lines: [],
    shippingLines: [],
    feeLines: [],
    taxLines: [],
  };
  takeFields(shop, order, body);
  takeItems(shop, order, body);
  if (shop.settings.orderNumbers !== undefined) {
    setMeta(order.meta, '_order_number', order.number, metaId(shop));
  }
  shop.orders.set(id, order);
  if (readFlag(body['set_paid'], false)) {
    changeStatus(shop, order, 'processing', (it) => refundRest(shop, it, 1));
    if (order.transactionId !== '') {
      addNote(shop, id, `Payment via ${order.paymentMethodTitle} (${order.transactionId}).`);
    }
  } else {
    changeStatus(shop, order, status, (it) => refundRest(shop, it, 1));
  }
  shop.emit({ name: 'order.created', id });
  shop.emit({ name: 'order.updated', id });
  return order;
}

export function updateOrder(shop: ShopState, order: Order, body: Json): void {
  const status = checkStatus(shop, body['status']);
  takeFields(shop, order, body);
  takeItems(shop, order, body);
  if (readFlag(body['set_paid'], false) && order.paidAt === undefined) {
    changeStatus(shop, order, 'processing', (it) => refundRest(shop, it, 1));
  }
  if (status !== undefined) changeStatus(shop, order, status, (it) => refundRest(shop, it, 1));
  touchOrder(shop, order);
}

/** Trash keeps everything, also the stock (422); force deletes order and refunds (424, 567). */
export function deleteOrder(shop: ShopState, order: Order, force: boolean): void {
  if (force) {
    shop.orders.delete(order.id);
    for (const id of shop.refundsByOrder.get(order.id) ?? []) shop.refunds.delete(id);
    shop.refundsByOrder.delete(order.id);
  } else {
    setMeta(order.meta, '_wp_trash_meta_status', `wc-${order.status}`, metaId(shop));
    setMeta(order.meta, '_wp_trash_meta_time', String(Math.floor(shop.now() / 1000)), metaId(shop));
    order.status = 'trash';
    order.modifiedAt = shop.now();
  }
  shop.emit({ name: 'order.deleted', id: order.id });
}
