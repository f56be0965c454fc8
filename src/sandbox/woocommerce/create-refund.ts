/**
 * Refunds, with core's habits: almost nothing is validated, the row is public before the gateway has answered
 * (801) and disappears when it declines (806), nothing is idempotent (331 to 334).
 */
import type { Json } from '../service.ts';
import { asJson, asList, asText } from '../service.ts';
import { changeStatus } from './change-status.ts';
import type { Micro } from './decimal.ts';
import { parseMicro, roundMicro } from './decimal.ts';
import { remainingAmount, renewTaxLines } from './order-totals.ts';
import { invalidType, RestError } from './rest-error.ts';
import type { ItemTax, LineItem, Meta, Order, Refund, ShopState } from './shop-state.ts';
import { refundsOf, setMeta, touchOrder } from './shop-state.ts';
import { restockRefunded } from './shop-stock.ts';

/** How the gateway takes an order to pay back. `dies`: PHP ends in the middle of the call (807). */
export type GatewayAnswer =
  | { readonly outcome: 'paid' }
  | { readonly outcome: 'declined'; readonly message: string }
  | { readonly outcome: 'false' }
  | { readonly outcome: 'dies' };

export type Gateway = (refund: Refund, order: Order, amount: Micro) => GatewayAnswer | Promise<GatewayAnswer>;

const cannotCreate = (message: string): RestError =>
  new RestError(500, 'woocommerce_rest_cannot_create_order_refund', message, 500);

/** WordPress reads `true "true" 1 "1"` and `false "false" 0 "0"` alike (346); missing is true for both flags. */
export function readFlag(value: unknown, missing: boolean): boolean {
  if (value === undefined || value === null) return missing;
  return !(value === false || value === 0 || value === '0' || value === '' || value === 'false');
}

const negated = (taxes: readonly ItemTax[], withSubtotal: boolean): ItemTax[] =>
  taxes.map((tax) => ({ ...tax, subtotal: withSubtotal ? tax.total : '' }));

function refundTaxes(value: unknown): ItemTax[] {
  return asList(value).map((entry) => {
    const tax = asJson(entry);
    return {
      rateId: Number(asText(tax['id'])),
      total: -(parseMicro(tax['refund_total']) ?? 0) + 0,
      subtotal: '' as const,
    };
  });
}

/** Sum of the lines' money, where the request names no amount (304). */
const amountOfLines = (lines: readonly Json[]): Micro =>
  lines.reduce(
    (sum, line) =>
      sum +
      (parseMicro(line['refund_total']) ?? 0) -
      refundTaxes(line['refund_tax']).reduce((left, tax) => left + tax.total, 0),
    0,
  );

function takeLines(shop: ShopState, order: Order, refund: Refund, lines: readonly Json[]): void {
  const refunded = (id: number): Meta[] => [
    { id: shop.nextId('itemMeta'), key: '_refunded_item_id', value: String(id) },
  ];
  for (const line of lines) {
    const id = Number(asText(line['id']));
    const quantity = Number(asText(line['quantity'])) || 0;
    const total = -(parseMicro(line['refund_total']) ?? 0) + 0;
    const taxes = refundTaxes(line['refund_tax']);
    if (quantity === 0 && total === 0 && taxes.every((tax) => tax.total === 0)) continue;
    const goods = order.lines.find((item) => item.id === id);
    const shipping = order.shippingLines.find((item) => item.id === id);
    const fee = order.feeLines.find((item) => item.id === id);
    // Money of a line id that is not on the order is paid all the same, the line is dropped (323).
    if (goods !== undefined) {
      const item: LineItem = {
        ...goods,
        id: shop.nextId('item'),
        quantity: -quantity + 0,
        subtotal: total,
        total,
        taxes: negated(taxes, true),
        meta: refunded(id),
      };
      refund.lines.push(item);
    } else if (shipping !== undefined) {
      refund.shippingLines.push({ ...shipping, id: shop.nextId('item'), total, taxes, meta: refunded(id) });
    } else if (fee !== undefined) {
      refund.feeLines.push({ ...fee, id: shop.nextId('item'), total, taxes, meta: refunded(id) });
    }
  }
  renewTaxLines(shop, refund);
}

function store(
  shop: ShopState,
  order: Order,
  amount: Micro | '',
  reason: string,
  refundedBy: number,
): Refund {
  const refund: Refund = {
    id: shop.nextId('post'),
    orderId: order.id,
    createdAt: shop.now(),
    modifiedAt: shop.now(),
    amount,
    reason,
    refundedBy,
    refundedPayment: false,
    meta: [],
    lines: [],
    shippingLines: [],
    feeLines: [],
    taxLines: [],
  };
  shop.refunds.set(refund.id, refund);
  const list = shop.refundsByOrder.get(order.id);
  if (list === undefined) shop.refundsByOrder.set(order.id, [refund.id]);
  else list.push(refund.id);
  return refund;
}

/** Deletes for good: no bump, no note, no stock, no webhook (335, 431). */
export function deleteRefund(shop: ShopState, refund: Refund): void {
  shop.refunds.delete(refund.id);
  const list = shop.refundsByOrder.get(refund.orderId) ?? [];
  shop.refundsByOrder.set(
    refund.orderId,
    list.filter((id) => id !== refund.id),
  );
}

/** A free line that has not been refunded keeps an order from becoming `refunded` (359). */
const freeItemLeft = (shop: ShopState, order: Order): boolean =>
  order.lines.some((line) => line.total === 0) &&
  order.lines.some((line) => {
    const back = refundsOf(shop, order.id)
      .flatMap((refund) => refund.lines)
      .filter((item) => item.meta.some((entry) => entry.value === String(line.id)))
      .reduce((sum, item) => sum - item.quantity, 0);
    return line.quantity > back;
  });

function finish(shop: ShopState, order: Order, refund: Refund): void {
  const full = remainingAmount(shop, order) <= 0 && !freeItemLeft(shop, order);
  setMeta(refund.meta, '_refund_type', full ? 'full' : 'partial', () => shop.nextId('meta'));
  shop.emit({ name: `action.woocommerce_order_${full ? 'fully' : 'partially'}_refunded`, id: order.id });
  if (full && order.status !== 'trash') changeStatus(shop, order, 'refunded', () => undefined);
  touchOrder(shop, order);
  shop.emit({ name: 'action.woocommerce_refund_created', id: refund.id });
  shop.emit({ name: 'action.woocommerce_order_refunded', id: order.id });
}

/** What setting the status `refunded` by hand does: the rest, without lines (225). */
export function refundRest(shop: ShopState, order: Order, by: number): void {
  const amount = remainingAmount(shop, order);
  const refund = store(shop, order, amount, 'Order fully refunded.', by);
  finish(shop, order, refund);
}

/**
 * `POST /orders/{id}/refunds`. Throws `RestError`; resolves to undefined when PHP died in the gateway's call: the
 * refund stays, unpaid and unmarked, and the answer is an empty 200 (807, 808).
 */
export async function createRefund(
  shop: ShopState,
  orderId: number,
  body: Json,
  gateway: Gateway,
  userId = 1,
): Promise<Refund | undefined> {
  if (shop.refunds.has(orderId)) {
    // A live refund's id in place of an order's: core falls over (569).
    throw new RestError(
      500,
      'internal_server_error',
      '<p>There has been a critical error on this website.</p><p><a href="https://wordpress.org/documentation/article/faq-troubleshooting/">Learn more about troubleshooting WordPress.</a></p>',
      { status: 500 },
      { additional_errors: [] },
    );
  }
  const order = shop.orders.get(orderId);
  if (body['amount'] !== undefined && body['amount'] !== null && typeof body['amount'] !== 'string') {
    throw invalidType('amount', 'string');
  }
  if (order === undefined) {
    throw new RestError(500, 'woocommerce_rest_invalid_order_id', 'Invalid order ID.', 404);
  }
  const lines = asList(body['line_items']).map(asJson);
  const given = asText(body['amount']);
  const named = given === '' ? (lines.length > 0 ? amountOfLines(lines) : '') : parseMicro(given);
  if (named !== undefined && named !== '' && named < 0) {
    throw new RestError(
      500,
      'woocommerce_rest_invalid_order_refund',
      'Refund amount must be greater than zero.',
      400,
    );
  }
  // "abc" and one cent too much are the same error (320, 307).
  const amount = named === undefined || named === '' ? named : roundMicro(named, shop.settings.digits);
  if (amount === undefined || (amount !== '' && amount > remainingAmount(shop, order))) {
    throw cannotCreate('Invalid refund amount.');
  }
  const refund = store(shop, order, amount, asText(body['reason']), userId);
  takeLines(shop, order, refund, lines);
  order.modifiedAt = shop.now();
  if (readFlag(body['api_refund'], true)) {
    const refused = ((): string | undefined => {
      if (!shop.settings.knownGateways.includes(order.paymentMethod)) {
        return 'The payment gateway for this order does not exist.';
      }
      return shop.settings.refundingGateways.includes(order.paymentMethod)
        ? undefined
        : 'The payment gateway for this order does not support automatic refunds.';
    })();
    const answer: GatewayAnswer =
      refused === undefined
        ? await gateway(refund, order, amount === '' ? 0 : amount)
        : { outcome: 'declined', message: refused };
    if (answer.outcome === 'dies') return undefined;
    if (answer.outcome !== 'paid') {
      deleteRefund(shop, refund);
      throw cannotCreate(
        answer.outcome === 'declined'
          ? answer.message
          : 'An error occurred while attempting to create the refund using the payment gateway API.',
      );
    }
    refund.refundedPayment = true;
  }
  if (readFlag(body['api_restock'], true)) restockRefunded(shop, order, refund);
  finish(shop, order, refund);
  // Core adds the caller's meta last, as new entries even beside its own keys (801, 810).
  for (const entry of asList(body['meta_data']).map(asJson)) {
    const key = asText(entry['key']);
    refund.meta.push({ id: shop.nextId('meta'), key, value: entry['value'] });
  }
  return refund;
}
