/** Facts of a `sale.order` and of its lines. */
import { factId, type Fact, type Gross, type Link, type OrderLine } from '../../kernel/fact.ts';
import { addMinor } from '../../kernel/money.ts';
import { term } from '../../kernel/term.ts';
import type { ReadContext, Reading, Unread } from '../contract.ts';
import { findProduct, isGoods, productUnits, skuOf } from './odoo-product.ts';
import {
  currencyOf, idsOf, instantOf, isRecord, many2oneOf, minorOf, textOf, type OdooRecord,
} from './odoo-record.ts'; // prettier-ignore
import { unmapped, unreadable } from './unread.ts';

const shopWords = /woo|shop|magento|store|online|presta|oxid|website|ecommerce/i;
const shippingWords = /ship|versand|deliver|liefer|porto|fracht|freight|postage/i;

/**
 * A confirmed sale. It is the witness of a shop's order where `client_order_ref` or `origin` name one, the home of a
 * sale that no shop knows (a marketplace, the phone). Quotations are no orders.
 */
export function readSaleOrder(id: string, sale: OdooRecord, context: ReadContext): Reading {
  const { connection, system } = context.settings;
  const object = `sale.order/${id}`;
  const name = textOf(sale, 'name');
  const reference = textOf(sale, 'client_order_ref');
  const channel = channelOf(sale, context);
  const names = [term.object(connection, 'sale.order', id)];
  if (name !== undefined) names.push(term.object(connection, 'sale.name', name));
  const number = reference ?? name ?? `sale.order/${id}`;
  if (channel !== 'shop') names.push(term.number(number));
  for (const field of ['partner_id', 'partner_shipping_id']) {
    const partner = many2oneOf(sale, field);
    if (partner !== undefined) names.push(term.customer(connection, partner.id));
  }
  const reading = { facts: [], names: [...new Set(names)], links: referenceLinks(sale), unread: [] };

  const state = textOf(sale, 'state');
  if (state === 'draft' || state === 'sent') return reading;
  if (state !== 'sale' && state !== 'done' && state !== 'cancel') {
    return { ...reading, unread: [unmapped('state', sale['state'], 'Sale with an unknown state.')] };
  }
  const currency = currencyOf(sale, context.settings.currency);
  const total = minorOf(sale, 'amount_total', currency);
  const at = instantOf(sale, 'date_order') ?? instantOf(sale, 'create_date');
  if (total === undefined) {
    return { ...reading, unread: [unreadable('amount_total', sale['amount_total'], 'Expected an amount.')] };
  }
  if (at === undefined) {
    const message = 'Expected a time such as 2026-11-23 10:51:04.';
    return { ...reading, unread: [unreadable('date_order', sale['date_order'], message)] };
  }
  const content = readLines(sale, currency, context);
  const head = { at, system, connection, object };
  const customer = customerKind(sale, context);
  const facts: Fact[] = [
    {
      id: factId(connection, object, 'order.placed'),
      type: 'order.placed',
      ...head,
      number,
      currency,
      lines: content.lines,
      shipping: content.shipping,
      fees: content.fees,
      total,
      channel,
      ...(customer === undefined ? {} : customer),
      ...(Object.keys(content.unitCost).length === 0 ? {} : { unitCost: content.unitCost }),
    },
  ];
  if (state === 'cancel') {
    const cancelledAt = instantOf(sale, 'write_date') ?? at;
    const cancelled = factId(connection, object, 'order.cancelled');
    facts.push({ id: cancelled, type: 'order.cancelled', ...head, at: cancelledAt });
  }
  return { ...reading, facts, unread: content.unread };
}

/**
 * What a sale line claims to be delivered. With `to_refund` off on the return (the wizard's "update quantities on
 * the order") it never goes down, which nothing but a comparison with the moves shows.
 */
export function readSaleLine(id: string, line: OdooRecord, context: ReadContext): Reading {
  const { connection, system } = context.settings;
  const object = `sale.order.line/${id}`;
  const order = many2oneOf(line, 'order_id');
  const links = order === undefined ? [] : [{ term: term.object(connection, 'sale.order', order.id) }];
  const reading = { facts: [], names: [term.object(connection, 'sale.order.line', id)], links, unread: [] };
  const sku = skuOf(line, context);
  const state = textOf(line, 'state');
  if (sku === undefined || isText(line) || !isGoods(findProduct(line, context))) return reading;
  if (line['is_downpayment'] === true || state === 'draft' || state === 'sent') return reading;
  const uom = 'product_uom' in line ? 'product_uom' : 'product_uom_id';
  const quantity = productUnits(line, 'qty_delivered', uom, context);
  const at = instantOf(line, 'write_date') ?? instantOf(line, 'create_date');
  // Below zero where a finished return move was edited to more than had been delivered.
  if (quantity === undefined) {
    const message = 'Expected whole units.';
    return { ...reading, unread: [unreadable('qty_delivered', line['qty_delivered'], message)] };
  }
  if (at === undefined) return reading;
  const kept = returnsNotCounted(line, context);
  const text =
    kept.length === 0 ? {} : { text: `${kept.join(', ')}: "update quantities on the order" was off` };
  const fact: Fact = {
    id: factId(connection, object, 'status.claimed'),
    type: 'status.claimed',
    at,
    system,
    connection,
    object,
    claim: 'delivered_quantity',
    sku,
    quantity,
    ...text,
  };
  return { ...reading, facts: [fact] };
}

/** Transfers by which units of this line came back without being counted off the delivered quantity. */
function returnsNotCounted(line: OdooRecord, context: ReadContext): readonly string[] {
  const moves = idsOf(line, 'move_ids')
    .map((id) => context.lookup('stock.move', id))
    .filter(isRecord);
  return moves
    .filter(
      (move) => move['to_refund'] === false && many2oneOf(move, 'origin_returned_move_id') !== undefined,
    )
    .filter((move) => textOf(move, 'state') === 'done')
    .map((move) => (many2oneOf(move, 'picking_id')?.name || textOf(move, 'reference')) ?? 'a return');
}

/** The shop's number stands in `client_order_ref`; some connectors write it to `origin` too, or only there. */
function referenceLinks(sale: OdooRecord): readonly Link[] {
  const reference = textOf(sale, 'client_order_ref');
  const origin = textOf(sale, 'origin');
  const links: Link[] = [];
  if (reference !== undefined) links.push({ term: term.number(reference) }, { term: term.ref(reference) });
  const numberInOrigin = origin !== undefined && /\d/.test(origin) && !origin.includes(' ');
  if (numberInOrigin && origin !== reference) {
    links.push({ term: term.number(origin) }, { term: term.ref(origin) });
  }
  return links;
}

/**
 * Where the sale came from. `fields.shopOrigin` names what the shop's connector writes to `origin`; without it the
 * usual words count, and an origin that repeats the shop's number.
 */
function channelOf(sale: OdooRecord, context: ReadContext): string {
  const reference = textOf(sale, 'client_order_ref');
  const origin = textOf(sale, 'origin');
  const shop = context.settings.fields['shopOrigin'];
  if (origin === undefined) return reference === undefined ? 'phone' : 'shop';
  if (shop !== undefined) return origin.toLowerCase().includes(shop.toLowerCase()) ? 'shop' : 'marketplace';
  if (shopWords.test(origin) || /\d/.test(origin)) return 'shop';
  return reference === undefined ? 'phone' : 'marketplace';
}

type Content = {
  lines: OrderLine[];
  shipping: Gross;
  fees: Gross;
  unitCost: Record<string, number>;
  unread: Unread[];
};

function readLines(sale: OdooRecord, currency: string, context: ReadContext): Content {
  const none = { gross: 0, tax: 0 };
  const content: Content = { lines: [], shipping: none, fees: none, unitCost: {}, unread: [] };
  for (const [index, id] of idsOf(sale, 'order_line').entries()) {
    const line = context.lookup('sale.order.line', id);
    if (!isRecord(line) || isText(line)) continue;
    const uom = 'product_uom' in line ? 'product_uom' : 'product_uom_id';
    const quantity = productUnits(line, 'product_uom_qty', uom, context);
    const gross = minorOf(line, 'price_total', currency);
    const tax = minorOf(line, 'price_tax', currency);
    const field = `order_line[${index}]`;
    if (quantity === undefined || gross === undefined || tax === undefined) {
      const given = [line['product_uom_qty'], line['price_total'], line['price_tax']];
      content.unread.push(unreadable(field, given, 'Expected whole units and two amounts.'));
      continue;
    }
    addLine(content, { id, line, quantity: Math.abs(quantity), gross, tax }, currency, context);
  }
  return content;
}

type PricedLine = { id: number; line: OdooRecord; quantity: number; gross: number; tax: number };

function addLine(content: Content, priced: PricedLine, currency: string, context: ReadContext): void {
  const { id, line, quantity, gross, tax } = priced;
  const product = findProduct(line, context);
  const goods = isGoods(product) && line['is_delivery'] !== true;
  const sku = skuOf(line, context) ?? `line:${id}`;
  const name = textOf(line, 'name');
  if (!goods && (line['is_delivery'] === true || shippingWords.test(`${sku} ${name ?? ''}`))) {
    content.shipping = plus(content.shipping, gross, tax);
  } else if (gross < 0) {
    content.fees = plus(content.fees, gross, tax);
  } else {
    const kind = goods && !sku.startsWith('line:') ? 'goods' : 'service';
    content.lines.push({
      line: String(id),
      sku,
      ...(name === undefined ? {} : { name }),
      quantity,
      gross,
      tax,
      kind,
    });
  }
  // Cost stands in the company's currency: of no use beside prices in another one.
  if (!goods || product === undefined || currency !== context.settings.currency) return;
  const cost = minorOf(product, 'standard_price', currency);
  if (cost !== undefined && cost > 0) content.unitCost[sku] = cost;
}

function plus(sum: Gross, gross: number, tax: number): Gross {
  return { gross: addMinor(sum.gross, gross), tax: addMinor(sum.tax, tax) };
}

/** Sections and notes between the lines of a sale. */
function isText(line: OdooRecord): boolean {
  return textOf(line, 'display_type') !== undefined;
}

function customerKind(
  sale: OdooRecord,
  context: ReadContext,
): { customer: 'consumer' | 'business'; language?: string } | undefined {
  const partner = many2oneOf(sale, 'partner_id');
  const body = partner && context.lookup('res.partner', partner.id);
  if (!isRecord(body)) return undefined;
  const business = textOf(body, 'company_type') === 'company' || many2oneOf(body, 'parent_id') !== undefined;
  const language = textOf(body, 'lang')?.replace('_', '-');
  const customer = business || body['is_company'] === true ? 'business' : 'consumer';
  return language === undefined ? { customer } : { customer, language };
}
