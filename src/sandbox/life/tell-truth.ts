/** The truth about the company, in the shape of a `truth.json`. */
import type { Company } from '../company.ts';
import { totalOf } from '../odoo/invoices.ts';
import type { Refund } from '../woocommerce/shop-state.ts';
import { refundsOf } from '../woocommerce/shop-state.ts';
import type { OrderRecord, Truth, TruthMoney, TruthOrder, TruthUnits } from './order-record.ts';
import { minor } from './shop-acts.ts';
import type { Life } from './start-life.ts';
import { locations } from './warehouse-acts.ts';

/** After this a planted failure is overdue under the default due times. */
export const overdueAfterMs = 10 * 86_400_000;

/** Posted credit notes in minor units, by the sale they name. */
type Credits = ReadonlyMap<string, number>;

function postedCredits({ odoo: { database } }: Company): Credits {
  const sales = new Map(
    database
      .rows('sale.order')
      .map((row) => [database.text('sale.order', row.id, 'name'), `odoo:sale.order/${row.id}`]),
  );
  const credits = new Map<string, number>();
  for (const { id } of database.rows('account.move')) {
    if (database.text('account.move', id, 'move_type') !== 'out_refund') continue;
    if (database.text('account.move', id, 'state') !== 'posted') continue;
    const sale = sales.get(database.text('account.move', id, 'invoice_origin')) ?? '';
    credits.set(sale, (credits.get(sale) ?? 0) + Math.round(totalOf(database, id) * 100));
  }
  return credits;
}

function moneyOf(company: Company, record: OrderRecord, credits: Credits): TruthMoney {
  const { shop } = company.woocommerce;
  const { gateway } = company.stripe;
  const chargeId = record.refs.charge?.replace('stripe:', '') ?? '';
  const payouts = gateway.refundsByCharge.get(chargeId) ?? [];
  const paidOut = (statuses: readonly string[]): number =>
    payouts
      .filter((refund) => statuses.includes(refund.status))
      .reduce((sum, refund) => sum + refund.amount, 0);
  return {
    paid: gateway.charges.get(chargeId)?.amount ?? 0,
    refunded_shop: refundsOf(shop, record.wooOrderId).reduce(
      (sum, refund: Refund) => sum + (refund.amount === '' ? 0 : minor(refund.amount)),
      0,
    ),
    refunded_gateway_settled: paidOut(['succeeded']),
    refunded_gateway_pending: paidOut(['pending', 'requires_action']),
    refunded_gateway_failed: paidOut(['failed']),
    disputed: [...gateway.disputes.values()]
      .filter((dispute) => dispute.charge === chargeId)
      .reduce((sum, dispute) => sum + dispute.amount, 0),
    credited: credits.get(record.refs.sale ?? '') ?? 0,
  };
}

function unitsOfOrder(company: Company, record: OrderRecord): Record<string, TruthUnits> {
  const { shop } = company.woocommerce;
  const { database } = company.odoo;
  const units: Record<string, TruthUnits> = {};
  const of = (sku: string): TruthUnits =>
    (units[sku] ??= {
      ordered: 0,
      shipped: 0,
      received: 0,
      restored_erp: 0,
      written_off: 0,
      restored_shop: 0,
      refunded: 0,
    });
  const order = shop.orders.get(record.wooOrderId);
  for (const line of order?.lines ?? []) {
    const sku = shop.products.get(line.variationId === 0 ? line.productId : line.variationId)?.sku ?? '';
    of(sku).ordered += line.quantity;
    const restocked = line.meta.find((entry) => entry.key === '_restock_refunded_items')?.value;
    // A cancelled order has given back its whole line, whatever it says.
    of(sku).restored_shop += order?.status === 'cancelled' ? line.quantity : Number(restocked ?? 0);
    of(sku).refunded += refundsOf(shop, record.wooOrderId)
      .flatMap((refund) => refund.lines)
      .filter((item) => item.meta.some((entry) => entry.value === String(line.id)))
      .reduce((sum, item) => sum - item.quantity, 0);
  }
  const saleable = (location: number): boolean =>
    location === locations.stock || location === locations.shelf;
  const countMoves = (
    picking: number,
    count: (sku: string, quantity: number, from: number, to: number) => void,
  ): void => {
    for (const move of database.links('stock.picking', picking, 'move_ids')) {
      if (database.text('stock.move', move, 'state') !== 'done') continue;
      const sku = database.text(
        'product.product',
        database.link('stock.move', move, 'product_id'),
        'default_code',
      );
      count(
        sku,
        database.number('stock.move', move, 'quantity'),
        database.link('stock.move', move, 'location_id'),
        database.link('stock.move', move, 'location_dest_id'),
      );
    }
  };
  const sale = record.refs.sale === null ? 0 : Number(record.refs.sale.split('/')[1]);
  for (const picking of sale === 0 ? [] : database.links('sale.order', sale, 'picking_ids')) {
    if (database.text('stock.picking', picking, 'picking_type_code') !== 'outgoing') continue;
    countMoves(picking, (sku, quantity) => {
      of(sku).shipped += quantity;
    });
  }
  for (const refs of record.refs.returns) {
    const pickings = [refs.return_picking ?? 0, ...refs.backorders, ...refs.transfers].filter((id) => id > 0);
    for (const picking of pickings) {
      countMoves(picking, (sku, quantity, from, to) => {
        if (from === locations.customers) of(sku).received += quantity;
        if (to === locations.scrap) of(sku).written_off += quantity;
        if (saleable(to) && !saleable(from)) of(sku).restored_erp += quantity;
        if (saleable(from) && to === locations.scrap) of(sku).restored_erp -= quantity;
      });
    }
  }
  return units;
}

function tellOrder(company: Company, record: OrderRecord, asOf: number, credits: Credits): TruthOrder {
  const over = record.finishedAt !== undefined && asOf - record.finishedAt >= overdueAfterMs;
  const planted = record.stories.length > 0;
  return {
    order: record.order,
    woo_order_id: record.wooOrderId,
    kind: record.kind,
    stories: record.stories,
    // What is not overdue yet may be found, but need not.
    expect: over ? record.expect : [],
    acceptable: [...record.acceptable, ...(over ? [] : record.expect.map((entry) => entry.code))],
    clean: !planted,
    open: record.open || (planted && !over),
    refs: record.refs,
    timeline: record.timeline,
    money: moneyOf(company, record, credits),
    units: unitsOfOrder(company, record),
  };
}

/** `asOf` in milliseconds. Default: now while orders are under way, else far enough on that all is overdue. */
export function tellTruth(company: Company, life: Life, started: number, asOf?: number): Truth {
  const now = company.clock.now();
  const credits = postedCredits(company);
  const judged = asOf ?? (life.running() === 0 ? now + overdueAfterMs : now);
  return {
    company: company.name,
    started: new Date(started).toISOString(),
    ended: new Date(now).toISOString(),
    asOf: 'Judge at asOfDate: what is expected is overdue by then, what is open only waits.',
    asOfDate: new Date(judged).toISOString(),
    currency: 'EUR',
    noise: life.noise,
    orders: life.records.map((record) => tellOrder(company, record, judged, credits)),
  };
}
