/**
 * Preview and result, equal to the cent: orders as a shop computes them (discounts, two rates, shipping, fees, 0, 2 and
 * 3 decimals), refunded in random steps through the shop and the gateway of the sandbox, each step as previewed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wooRefundLines } from '../../src/connectors/woocommerce/refund-lines.ts';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import type { ConnectionSettings } from '../../src/connectors/contract.ts';
import type { Fact, FactOf } from '../../src/kernel/fact.ts';
import { foldOrder } from '../../src/kernel/fold.ts';
import { formatDecimal, parseMinor } from '../../src/kernel/money.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import {
  previewRefund,
  refundLinesOf,
  type RefundPreview,
  type RefundWish,
} from '../../src/kernel/refund-preview.ts';
import type { Positions } from '../../src/kernel/positions.ts';
import { createRandom, type Random } from '../../src/sandbox/random.ts';
import { createRefund } from '../../src/sandbox/woocommerce/create-refund.ts';
import { renderOrder, renderRefund } from '../../src/sandbox/woocommerce/render-order.ts';
import { createShopState, type Order, type ShopState } from '../../src/sandbox/woocommerce/shop-state.ts';
import { createCoupon, createProduct } from '../../src/sandbox/woocommerce/write-product.ts';
import { createOrder } from '../../src/sandbox/woocommerce/write-order.ts';
import { chargeCard, refundCharge } from '../../src/sandbox/stripe/gateway-acts.ts';
import { amountRefunded, createGatewayState } from '../../src/sandbox/stripe/gateway-state.ts';

const at = Date.parse('2026-11-01T08:00:00Z');
const currencies = [['EUR', 2], ['JPY', 0], ['KWD', 3], ['USD', 2]] as const; // prettier-ignore
const view = { dp: 6, apiUrl: 'https://shop.example/wp-json/wc/v3' };
type Json = Record<string, unknown>;

function openShop(random: Random, index: number): { shop: ShopState; currency: string; digits: number } {
  const [currency, digits] = currencies[index % currencies.length]!;
  const rate = (id: number, percent: number, taxClass: string): object => ({ id, country: 'DE', state: '', taxClass, percent, name: `${percent}%`, priority: 1, onShipping: taxClass === '' }); // prettier-ignore
  // The last kind taxes one class twice, as states and counties do.
  const rates = [
    rate(1, 19, ''),
    rate(2, 7, 'reduced-rate'),
    ...(index % 5 === 4 ? [rate(3, 1.375, '')] : []),
  ];
  const shop = createShopState({
    siteUrl: 'https://shop.example', currency, currencySymbol: currency, digits, zone: 'UTC', pricesIncludeTax: index % 3 !== 0,
    base: { country: 'DE', state: '' }, taxRates: rates as never, customStatuses: [], keys: [], refundingGateways: ['stripe'],
    knownGateways: ['stripe'], fulfillments: false, firstPostId: 1000,
  }, () => at, random); // prettier-ignore
  return { shop, currency, digits };
}

function placeOrder(shop: ShopState, random: Random, index: number, digits: number): Order {
  const price = (): string => formatMinor(random.int(10 ** digits, 250 * 10 ** digits), digits);
  const products = Array.from({ length: 3 }, (_, number) =>
    createProduct(shop, { name: `Item ${number}`, sku: `SKU-${number}`, regular_price: price(), tax_class: number === 1 ? 'reduced-rate' : '', manage_stock: true, stock_quantity: 100 }),
  ); // prettier-ignore
  if (index % 2 === 0) createCoupon(shop, { code: 'less', discount_type: index % 4 === 0 ? 'percent' : 'fixed_cart', amount: index % 4 === 0 ? '10' : formatMinor(333, Math.min(digits, 2)) }); // prettier-ignore
  const lines = products
    .slice(0, random.int(1, 3))
    .map((product) => ({ product_id: product.id, quantity: random.int(1, 4) }));
  return createOrder(shop, {
    status: 'processing', set_paid: true, payment_method: 'stripe', transaction_id: `ch_${index}`, billing: { country: 'DE' }, line_items: lines,
    ...(index % 2 === 0 && { coupon_lines: [{ code: 'less' }] }),
    ...(index % 3 !== 1 && { shipping_lines: [{ method_id: 'flat', method_title: 'Flat', total: formatMinor(random.int(1, 15 * 10 ** digits), digits) }] }),
    ...(index % 5 === 0 && { fee_lines: [{ name: 'Wrapping', total: formatMinor(random.int(1, 5 * 10 ** digits), digits) }] }),
    ...(index % 7 === 3 && { fee_lines: [{ name: 'Loyalty', total: `-${formatMinor(random.int(1, 10 ** digits), digits)}` }] }),
  }); // prettier-ignore
}

const formatMinor = (minor: number, digits: number): string => {
  const text = String(minor).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

const settingsOf = (currency: string): ConnectionSettings => ({ connection: 'shop', system: 'shop', zone: 'UTC', currency, orderReference: 'number', locations: {}, statuses: {}, reasons: {}, tenders: {}, fields: {} }); // prettier-ignore

/** The order and its refunds as the shop's API shows them, read and folded. */
function positionsOf(
  order: Json,
  refunds: readonly Json[],
  currency: string,
): { positions: Positions; day: string } {
  const read = (kind: string, body: Json): readonly Fact[] => {
    const reading = woocommerce.read({ connection: 'shop', kind, id: String(body['id']), body }, { settings: settingsOf(currency), lookup: (of) => (of === 'order' ? order : undefined) }); // prettier-ignore
    assert.deepEqual(reading.unread, []);
    return reading.facts;
  };
  const facts = [...read('order', order), ...refunds.flatMap((body) => read('refund', body))];
  const state = foldOrder({ orderKey: 'shop/1', home: 'shop', facts, policy: defaultPolicy(), coverage: new Map(), now: at + 86_400_000 }); // prettier-ignore
  return { positions: state.positions, day: state.placedAt! };
}

function preview(order: Json, refunds: readonly Json[], currency: string, wish: RefundWish): RefundPreview {
  const { positions, day } = positionsOf(order, refunds, currency);
  const result = previewRefund({ positions, policy: defaultPolicy(), day }, wish);
  assert.ok(result.ok, JSON.stringify(result));
  return result.preview;
}

/** Units of some lines; `rest`: of everything that is left, with shipping and fees. */
function chooseWish(
  random: Random,
  left: ReadonlyMap<string, number>,
  shipping: number,
  rest: boolean,
): RefundWish {
  const open = [...left].filter(([, units]) => units > 0);
  if (rest) return { lines: open.map(([line, units]) => ({ line, units })), shipping: 'all', fees: 'all' };
  const lines = open.flatMap(([line, units]) => {
    const some = random.int(0, units);
    return some > 0 ? [{ line, units: some }] : [];
  });
  return {
    lines,
    shipping: shipping > 1 && random.chance(0.2) ? { minor: random.int(1, shipping - 1) } : 'none',
  };
}

/** Is the whole tale of a refund as it was previewed? */
function assertSame(seen: FactOf<'refund.recorded'>, wanted: RefundPreview, where: string): void {
  assert.equal(seen.money.minor, wanted.total, `${where}: amount`);
  const lines = (facts: readonly { line?: string; quantity: number; gross: number; tax: number }[]): string[] => facts.map((line) => `${line.line} ${line.quantity} ${line.gross} ${line.tax}`).sort(); // prettier-ignore
  assert.deepEqual(lines(seen.lines), lines(refundLinesOf(wanted)), `${where}: lines`);
  assert.deepEqual([seen.shipping.gross, seen.fees.gross], [wanted.shipping.gross, wanted.fees.gross], `${where}: shipping and fees`); // prettier-ignore
}

const cases = 240;

test(`${cases} orders refunded in steps: what was previewed is what shop and gateway then show, and the last step lands on what was paid`, async () => {
  const kinds = new Map<string, number>();
  let steps = 0;
  for (let index = 0; index < cases; index++) {
    const random = createRandom(`preview ${index}`);
    const { shop, currency, digits } = openShop(random, index);
    const order = placeOrder(shop, random, index, digits);
    const shown = (): Json => renderOrder(shop, order, view);
    const paid = parseMinor(String(shown()['total']), currency)!;
    if (paid < 3) continue;
    const gateway = createGatewayState(() => at, random);
    const charge = chargeCard(gateway, { amount: paid, currency: currency.toLowerCase(), description: '', email: '', name: '', last4: '4242', metadata: {} }); // prettier-ignore
    const left = new Map(order.lines.map((line) => [String(line.id), line.quantity]));
    const refunds: Json[] = [];
    let back = 0;
    let shipping = positionsOf(shown(), [], currency).positions.home!.shipping.gross;
    for (let step = 0; step < 6 && back < paid; step++) {
      const isLast = step === 5 || [...left.values()].every((units) => units === 0) || random.chance(0.25);
      const wish = chooseWish(random, left, shipping, isLast);
      if (!isLast && wish.lines!.length === 0) continue;
      const where = `case ${index}, step ${step}`;
      const wanted = preview(shown(), refunds, currency, wish);
      const parts = { lines: refundLinesOf(wanted), shipping: wanted.shipping, fees: wanted.fees };
      const lines = wooRefundLines(shown(), parts, currency);
      assert.ok(lines !== undefined, where);
      const made = await createRefund(shop, order.id, {
        amount: formatDecimal({ minor: wanted.total, currency }), reason: '', line_items: lines, api_refund: true, api_restock: false,
      }, () => ({ outcome: 'paid' })); // prettier-ignore
      refundCharge(gateway, charge, { amount: wanted.total });
      refunds.push(renderRefund(shop, made!, view, false));
      const { positions } = positionsOf(shown(), refunds, currency);
      assertSame(positions.refunds.at(-1)!.fact, wanted, where);
      assert.equal(
        wanted.tenders.reduce((sum, tender) => sum + tender.minor, 0),
        wanted.total,
        `${where}: tenders`,
      );
      assert.equal(wanted.cut, 0, where);
      for (const { line, units } of wish.lines!) left.set(line!, left.get(line!)! - units);
      steps++;
      back += wanted.total;
      shipping -= wanted.shipping.gross;
      assert.equal(wanted.left, paid - back, where);
      if (isLast) break;
    }
    assert.equal(back, paid, `case ${index}: the last refund lands on what was paid`);
    assert.equal(amountRefunded(gateway, charge), paid);
    assert.equal(shown()['status'], 'refunded');
    for (const kind of [currency, index % 2 === 0 ? 'discount' : '', index % 3 !== 1 ? 'shipping' : '', index % 5 === 0 ? 'fee' : '', index % 7 === 3 && index % 5 !== 0 ? 'negative fee' : '']) if (kind !== '') kinds.set(kind, (kinds.get(kind) ?? 0) + 1); // prettier-ignore
  }
  assert.ok(steps > 500, `${steps} steps`);
  for (const kind of ['EUR', 'JPY', 'KWD', 'discount', 'shipping', 'fee', 'negative fee']) assert.ok((kinds.get(kind) ?? 0) >= 20, `${kind}: ${kinds.get(kind)}`); // prettier-ignore
});

test('with tax rounded at the subtotal the lines do not add up to the total; the last refund still lands on it', () => {
  for (let index = 0; index < 60; index++) {
    const random = createRandom(`subtotal ${index}`);
    const count = random.int(2, 6);
    // Each line ends in a fraction of a cent; only their sum is rounded (962).
    const nets = Array.from({ length: count }, () => random.int(1000, 9000) / 100);
    const lines = nets.map((net, number) => ({
      id: number + 1, name: `L${number}`, product_id: number + 1, variation_id: 0, quantity: 1, tax_class: '', sku: `S-${number}`, subtotal: net.toFixed(6),
      subtotal_tax: '0', total: net.toFixed(6), total_tax: (net * 0.19).toFixed(6), taxes: [{ id: 1, total: (net * 0.19).toFixed(6), subtotal: '' }], meta_data: [],
    })); // prettier-ignore
    const net = nets.reduce((sum, one) => sum + one, 0);
    const total = (Math.round((net + net * 0.19) * 100) / 100).toFixed(2);
    const order: Json = {
      id: 1, number: '1', status: 'completed', currency: 'EUR', date_created_gmt: '2026-11-01T08:00:00', date_paid_gmt: '2026-11-01T08:00:01', total, shipping_total: '0',
      shipping_tax: '0', payment_method: 'stripe', transaction_id: 'ch_1', line_items: lines, fee_lines: [], shipping_lines: [], tax_lines: [], coupon_lines: [], refunds: [], meta_data: [],
    }; // prettier-ignore
    const refunds: Json[] = [];
    let back = 0;
    for (const [number, line] of lines.entries()) {
      const wanted = preview(order, refunds, 'EUR', { lines: [{ line: String(line.id), units: 1 }] });
      const made = wooRefundLines(order, { lines: refundLinesOf(wanted), shipping: wanted.shipping, fees: wanted.fees }, 'EUR')!; // prettier-ignore
      refunds.push({
        id: 100 + number, date_created: '2026-11-02T08:00:00', amount: formatDecimal({ minor: wanted.total, currency: 'EUR' }), reason: '', refunded_payment: true, meta_data: [], shipping_lines: [], fee_lines: [],
        line_items: made.map((one) => ({ ...line, id: 1000 + one.id, quantity: -one.quantity, total: `-${one.refund_total}`, total_tax: `-${one.refund_tax[0]!.refund_total}`, meta_data: [{ key: '_refunded_item_id', value: String(one.id) }] })),
      }); // prettier-ignore
      back += wanted.total;
    }
    assert.equal(back, parseMinor(total, 'EUR'), `case ${index}`);
    const { positions } = positionsOf(order, refunds, 'EUR');
    assert.equal(positions.refunds.length, count);
  }
});
