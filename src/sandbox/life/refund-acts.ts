/**
 * Paying back: in the shop, at the gateway, or past the shop in the gateway's dashboard. Each act works in the systems as a person would, and writes down what was done: the systems' own records are
 * what a reconciler sees, the notes are the truth.
 */
import type { Company } from '../company.ts';
import { refundCharge } from '../stripe/gateway-acts.ts';
import type { Charge, GatewayRefund, RefundStatus } from '../stripe/gateway-state.ts';
import type { Gateway } from '../woocommerce/create-refund.ts';
import { createRefund } from '../woocommerce/create-refund.ts';
import { formatMicro } from '../woocommerce/decimal.ts';
import { lineTax, remainingAmount } from '../woocommerce/order-totals.ts';
import type { LineItem, Refund } from '../woocommerce/shop-state.ts';
import type { Catalog } from './catalog.ts';
import type { Units } from './order-record.ts';
import type { PlacedOrder } from './shop-acts.ts';
import { articleOf, minor, note } from './shop-acts.ts';

export type RefundOrder = {
  /** Units to pay back, by SKU; empty with an `amount` for a refund without lines. */
  readonly units: Units;
  readonly shipping: boolean;
  readonly restock: boolean;
  readonly throughGateway: boolean;
  readonly reason: string;
  readonly rma: string | undefined;
  /** Minor units paid less than what the lines add up to. */
  readonly amountLess: number;
  /** The lines themselves are one cent short of the remainder. */
  readonly centShort: boolean;
  /** How the gateway takes it; undefined: it never hears of it although the shop believes so. */
  readonly gatewayStatus: RefundStatus | undefined;
};

/** Money of `quantity` units of a line, the last units taking what remains; millionths, net and tax. */
function share(company: Company, line: LineItem, quantity: number): { net: number; tax: number } {
  const tax = lineTax(company.woocommerce.shop, line.taxes);
  const whole = quantity >= line.quantity;
  const cut = (value: number): number =>
    whole ? value : Math.round((value * quantity) / line.quantity / 10_000) * 10_000;
  const gross = cut(Math.round((line.total + tax) / 10_000) * 10_000);
  const taxShare = cut(tax);
  return { net: gross - taxShare, tax: taxShare };
}

/** Lines of the REST request: refunded units at what the customer paid for them, the last ones taking what remains. */
export function refundLines(
  company: Company,
  catalog: Catalog,
  placed: PlacedOrder,
  request: { readonly units: Units; readonly shipping: boolean },
): { readonly lines: readonly RequestLine[]; readonly shipping: readonly RequestLine[] } {
  const { shop } = company.woocommerce;
  const { order } = placed;
  const lines = order.lines.flatMap((line) => {
    const quantity = request.units[articleOf(catalog, line).sku] ?? 0;
    if (quantity === 0) return [];
    const { net, tax } = share(company, line, quantity);
    const rate = line.taxes[0]?.rateId ?? 0;
    return {
      id: line.id,
      quantity,
      refund_total: formatMicro(net, 6),
      refund_tax: [{ id: rate, refund_total: formatMicro(tax, 2) }],
    };
  });
  const shipping = request.shipping
    ? order.shippingLines.map((line) => ({
        id: line.id,
        refund_total: formatMicro(line.total, 6),
        refund_tax: [
          { id: line.taxes[0]?.rateId ?? 0, refund_total: formatMicro(lineTax(shop, line.taxes), 2) },
        ],
      }))
    : [];
  return { lines: settleCents(company, placed, lines, shipping), shipping };
}

/** More than rounding between lines and total never makes. */
const roundingMost = 5;

/**
 * Displayed lines need not add up to the order's total (962): whoever refunds the rest takes the exact remainder, and
 * nobody can refund more than it.
 */
function settleCents(
  company: Company,
  { order }: PlacedOrder,
  lines: readonly RequestLine[],
  shipping: readonly RequestLine[],
): readonly RequestLine[] {
  const [first, ...others] = lines;
  const missing = minor(remainingAmount(company.woocommerce.shop, order)) - sumOf([...lines, ...shipping]);
  const isRest = shipping.length > 0 && missing <= roundingMost;
  if (first === undefined || missing < -roundingMost || !(missing < 0 || isRest)) return lines;
  return [{ ...first, refund_total: (Number(first.refund_total) + missing / 100).toFixed(6) }, ...others];
}

type RequestLine = {
  readonly id: number;
  readonly quantity?: number;
  readonly refund_total: string;
  readonly refund_tax: readonly { readonly id: number; readonly refund_total: string }[];
};

export async function refundInShop(
  company: Company,
  catalog: Catalog,
  placed: PlacedOrder,
  request: RefundOrder,
): Promise<{ refund: Refund; payout: GatewayRefund | undefined }> {
  const { shop } = company.woocommerce;
  const { order, record } = placed;
  const whole = refundLines(company, catalog, placed, request);
  const shipping = whole.shipping;
  const lines = whole.lines.map((line, index) =>
    index > 0 || !request.centShort
      ? line
      : { ...line, refund_total: (Number(line.refund_total) - 0.01).toFixed(6) },
  );
  const { gateway, payout: paidOut } = payThroughGateway(company, placed, request.gatewayStatus);
  const refund = (await createRefund(
    shop,
    order.id,
    {
      ...(request.amountLess === 0
        ? {}
        : { amount: ((sumOf([...lines, ...shipping]) - request.amountLess) / 100).toFixed(2) }),
      line_items: [...lines, ...shipping],
      reason: request.reason,
      api_refund: request.throughGateway,
      api_restock: request.restock,
      ...(request.rma === undefined ? {} : { meta_data: [{ key: '_rma_number', value: request.rma }] }),
    },
    gateway,
  )) as Refund;
  const payout = paidOut();
  const amount = refund.amount === '' ? 0 : minor(refund.amount);
  note(company, record, 'woo', 'refund-created', `refund/${refund.id}`, { amount, units: request.units });
  if (payout !== undefined) {
    note(company, record, 'stripe', `refund-${payout.status}`, payout.id, { amount: payout.amount });
  }
  return { refund, payout };
}

/**
 * The shop's plugin for the gateway: pays what the shop asks for and leaves the shop's refund id in the metadata.
 * With no status the gateway never hears of it, although the shop believes so.
 */
export function payThroughGateway(
  company: Company,
  { charge, order }: PlacedOrder,
  status: RefundStatus | undefined,
): { gateway: Gateway; payout: () => GatewayRefund | undefined } {
  let payout: GatewayRefund | undefined;
  return {
    payout: () => payout,
    gateway: (refund, _, amount) => {
      if (status !== undefined && charge !== undefined) {
        payout = refundCharge(company.stripe.gateway, charge, {
          amount: minor(amount),
          reason: 'requested_by_customer',
          status,
          metadata: {
            order_id: String(order.id),
            order_number: order.number,
            woo_refund_id: String(refund.id),
          },
        });
      }
      return { outcome: 'paid' };
    },
  };
}

/** A refund made in the gateway's dashboard: it carries no word of the shop. */
export function refundInDashboard(company: Company, placed: PlacedOrder, amount: number): GatewayRefund {
  const payout = refundCharge(company.stripe.gateway, placed.charge as Charge, { amount, reason: null });
  note(company, placed.record, 'stripe', 'refund-succeeded', payout.id, { amount });
  return payout;
}

/** What the lines of a request add up to, in minor units. */
export const sumOf = (lines: readonly RequestLine[]): number =>
  Math.round(
    lines.reduce(
      (sum, line) =>
        sum +
        Number(line.refund_total) +
        line.refund_tax.reduce((taxes, tax) => taxes + Number(tax.refund_total), 0),
      0,
    ) * 100,
  );
