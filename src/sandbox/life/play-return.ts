/** A return from the customer's mail to the closed ticket, as its plan has it. Yields the hours until the next act. */
import type { Company } from '../company.ts';
import type { CrmObject } from '../hubspot/crm-state.ts';
import type { Random } from '../random.ts';
import { failRefund, openDispute, settleRefund } from '../stripe/gateway-acts.ts';
import type { GatewayRefund } from '../stripe/gateway-state.ts';
import { deleteRefund } from '../woocommerce/create-refund.ts';
import type { Refund } from '../woocommerce/shop-state.ts';
import { refundsOf } from '../woocommerce/shop-state.ts';
import { updateOrder } from '../woocommerce/write-order.ts';
import type { Article, Catalog } from './catalog.ts';
import type { ReturnRefs, Units } from './order-record.ts';
import type { RefundPlan, ReturnPlan } from './return-plan.ts';
import { refundInDashboard, refundInShop, refundLines, sumOf } from './refund-acts.ts';
import type { PlacedOrder } from './shop-acts.ts';
import {
  creditByReversal,
  invoiceSale,
  minor,
  newReturn,
  note,
  orderTotal,
  postCredit,
} from './shop-acts.ts';
import { approveReturn, openTicket, rejectReturn, resolveTicket, tellCustomer } from './ticket-acts.ts';
import { locations, makeReturn, moveOf, receive, scrap, transfer } from './warehouse-acts.ts';

export type ReturnOutcome = {
  readonly refs: ReturnRefs;
  readonly refunded: number;
  readonly credited: number;
  readonly secondCredit: number;
  readonly dispute: string | undefined;
  readonly wrongMove: number;
};

/** Hours to wait. */
export type Wait = number;

const total = (units: Units): number => Object.values(units).reduce((sum, count) => sum + count, 0);

const minus = (left: Units, right: Units): Units =>
  Object.fromEntries(
    Object.entries(left)
      .map(([sku, count]) => [sku, count - (right[sku] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );

/** Share of refunds that are pending first. */
const slowBankShare = 0.2;

const reasons = ['Wrong size', 'Changed mind', 'Not as described', 'Arrived too late'] as const;

export async function* playReturn(
  company: Company,
  catalog: Catalog,
  placed: PlacedOrder,
  plan: ReturnPlan,
  rma: string,
  random: Random,
): AsyncGenerator<Wait, ReturnOutcome> {
  const refs = newReturn();
  placed.record.refs.returns.push(refs);
  const outcome = {
    refunded: 0,
    credited: 0,
    secondCredit: 0,
    dispute: undefined as string | undefined,
    wrongMove: 0,
  };
  let ticket: CrmObject | undefined;

  if (plan.approved || plan.rejected) {
    ticket = openTicket(
      company,
      {
        subject: 'Return',
        text: 'I would like to send something back.',
        orderNumber: sloppy(placed.order.number, random),
        isReturn: true,
      },
      placed.record,
    );
    refs.ticket = ticket.id;
    yield random.int(1, 20);
    if (plan.rejected) {
      rejectReturn(company, placed.record, ticket);
      return { ...outcome, refs };
    }
    refs.rma = rma;
    approveReturn(company, placed.record, ticket, rma, plan.announced);
    placed.record.open = true;
    yield random.int(4, 30);
  }

  yield* warehouse(company, catalog, placed, plan, rma, refs, outcome, random);

  for (const refund of plan.refunds) {
    yield random.int(2, 20);
    outcome.refunded += await pay(company, catalog, placed, plan, refund, rma, refs, random);
  }
  if (plan.gateway === 'pays') {
    yield random.int(4, 30);
    for (const id of refs.gateway_refunds) settle(company, placed, id);
  }
  if (plan.credit !== 'none') {
    yield random.int(1, 12);
    const post = plan.credit !== 'draft';
    const shipping = plan.refunds.some((refund) => refund.shipping);
    const byReversal = plan.creditBy === 'reversal' || shipping;
    refs.credit_note = byReversal
      ? creditByReversal(company, placed, plan.creditUnits, { shipping, reason: rma, post })
      : invoiceSale(company, placed.sale, false);
    if (!byReversal) postCredit(company, placed.record, refs.credit_note, post);
    outcome.credited = creditTotal(company, refs.credit_note);
    if (plan.credit === 'twice') {
      yield random.int(4, 40);
      refs.credit_note_2 = creditByReversal(company, placed, plan.creditUnits, {
        shipping,
        reason: rma,
        post: true,
      });
      outcome.secondCredit = creditTotal(company, refs.credit_note_2);
    }
  }
  if (plan.recordVanishes) {
    yield random.int(5, 50);
    for (const id of refs.woo_refunds)
      deleteRefund(company.woocommerce.shop, company.woocommerce.shop.refunds.get(id) as Refund);
    note(company, placed.record, 'woo', 'refund-deleted', `refund/${refs.woo_refunds[0] ?? 0}`);
  }
  if (ticket !== undefined && plan.told) {
    yield random.int(1, 10);
    tellCustomer(company, placed.record, ticket, outcome.refunded);
  }
  if (ticket !== undefined && plan.resolved) resolveTicket(company, placed.record, ticket);
  if (plan.moveEditedBy !== 0 && refs.return_picking !== null) {
    yield random.int(5, 60);
    editMove(company, placed, plan, refs.return_picking, outcome);
  }
  if (plan.gateway === 'fails later') {
    yield random.int(48, 120);
    for (const id of refs.gateway_refunds) {
      failRefund(company.stripe.gateway, company.stripe.gateway.refunds.get(id) as GatewayRefund);
      note(company, placed.record, 'stripe', 'refund-failed', id, { amount: outcome.refunded });
    }
  }
  if (plan.disputed && placed.charge !== undefined) {
    yield random.int(24, 96);
    const dispute = openDispute(company.stripe.gateway, placed.charge);
    dispute.status = 'under_review';
    outcome.dispute = dispute.id;
    note(company, placed.record, 'stripe', 'dispute-opened', dispute.id, { amount: dispute.amount });
  }
  placed.record.open = false;
  return { ...outcome, refs };
}

const creditTotal = (company: Company, document: number): number =>
  Math.round(company.odoo.database.number('account.move', document, 'amount_total') * 100);

/** Customers and agents write numbers as they like. */
function sloppy(number: string, random: Random): string {
  if (!random.chance(0.2)) return number;
  return random.pick([`#${number}`, ` ${number} `, number.toLowerCase(), `Nr. ${number}`]);
}

/** Some banks take a day or two. */
function settle(company: Company, placed: PlacedOrder, id: string): void {
  const refund = company.stripe.gateway.refunds.get(id);
  if (refund?.status !== 'pending') return;
  settleRefund(company.stripe.gateway, refund);
  note(company, placed.record, 'stripe', 'refund-succeeded', id, { amount: refund.amount });
}

function editMove(
  company: Company,
  placed: PlacedOrder,
  plan: ReturnPlan,
  picking: number,
  outcome: { wrongMove: number },
): void {
  const sku = Object.keys(plan.received)[0] ?? '';
  const move = moveOf(company, picking, sku);
  const before = company.odoo.database.number('stock.move', move, 'quantity');
  company.odoo.database.write('stock.move', [move], { quantity: before + plan.moveEditedBy });
  outcome.wrongMove = move;
  note(company, placed.record, 'odoo', 'done-move-edited', `stock.move/${move}`, {
    units: { [sku]: before + plan.moveEditedBy },
  });
}

async function* warehouse(
  company: Company,
  catalog: Catalog,
  placed: PlacedOrder,
  plan: ReturnPlan,
  rma: string,
  refs: ReturnRefs,
  outcome: { wrongMove: number },
  random: Random,
): AsyncGenerator<Wait> {
  const { record } = placed;
  const { database } = company.odoo;
  const article = (sku: string): Article => catalog.articles.find((entry) => entry.sku === sku) as Article;
  if (!plan.approved && plan.picking === 'received') {
    // Nobody announced it: the dock books it in by hand, on the customer's name.
    refs.return_picking = transfer(company, catalog, plan.received, {
      type: 1,
      from: locations.customers,
      to: locations.stock,
      // Whose order it was is plain from the name only where the name has one order.
      origin: placed.regular ? placed.order.number : false,
      partner: database.link('sale.order', placed.sale, 'partner_id'),
    });
    note(company, record, 'odoo', 'goods-received', `stock.picking/${refs.return_picking}`, {
      units: plan.received,
    });
    return;
  }
  if (plan.picking === 'none') {
    yield random.int(48, 140);
    return;
  }
  const place = plan.inspected ? locations.inspection : locations.stock;
  const picking = makeReturn(company, placed, plan.announced, { toRefund: plan.toRefund, rma, place });
  refs.return_picking = picking;
  yield random.int(48, 140) + plan.slowDays * 24;
  if (plan.picking === 'waiting') return;
  if (plan.wrongItem !== undefined) {
    database.create('stock.move', {
      name: plan.wrongItem,
      product_id: article(plan.wrongItem).erpProduct,
      product_uom_qty: 1,
      picking_id: picking,
    });
    receive(company, record, picking, { [plan.wrongItem]: 1 }, 'give up');
    outcome.wrongMove = moveOf(company, picking, plan.wrongItem);
    return;
  }
  const first = plan.rest === 'second parcel' ? plan.received : minus(plan.received, {});
  const backorder = receive(
    company,
    record,
    picking,
    first,
    plan.rest === 'given up' ? 'give up' : 'backorder',
  );
  if (backorder !== undefined) refs.backorders.push(backorder);
  if (plan.rest === 'second parcel' && backorder !== undefined) {
    yield random.int(20, 60);
    receive(company, record, backorder, minus(plan.announced, plan.received), 'give up');
  }
  yield random.int(2, 20);
  const came = plan.rest === 'second parcel' ? plan.announced : plan.received;
  for (const [sku, quantity] of Object.entries(plan.damaged)) {
    const id = scrap(company, article(sku), quantity, { location: place, picking, origin: rma });
    refs.scraps.push(id);
    note(company, record, 'odoo', 'goods-written-off', `stock.scrap/${id}`, { units: { [sku]: quantity } });
  }
  const sound = minus(came, plan.damaged);
  if (plan.inspected && plan.putAway && total(sound) > 0) {
    const id = transfer(company, catalog, sound, {
      type: 3,
      from: locations.inspection,
      to: random.chance(0.2) ? locations.shelf : locations.stock,
      // The only tie to the return: its number, or the transfer's name.
      origin: random.chance(0.6) ? rma : database.text('stock.picking', picking, 'name'),
      partner: false,
    });
    refs.transfers.push(id);
    note(company, record, 'odoo', 'goods-restored', `stock.picking/${id}`, { units: sound });
  }
}

/** Pays one refund of a plan; returns the amount in minor units. */
async function pay(
  company: Company,
  catalog: Catalog,
  placed: PlacedOrder,
  plan: ReturnPlan,
  refund: RefundPlan,
  rma: string,
  refs: ReturnRefs,
  random: Random,
): Promise<number> {
  const { shop } = company.woocommerce;
  if (refund.byStatus) {
    updateOrder(shop, placed.order, { status: 'refunded' });
    const [made] = refundsOf(shop, placed.order.id);
    const amount = orderTotal(company, placed.order);
    if (made !== undefined) refs.woo_refunds.push(made.id);
    note(company, placed.record, 'woo', 'refund-created', `refund/${made?.id ?? 0}`, { amount, units: {} });
    refs.gateway_refunds.push(refundInDashboard(company, placed, amount).id);
    return amount;
  }
  const request = {
    units: refund.units,
    shipping: refund.shipping,
    restock: refund.restock,
    reason: random.pick(reasons),
    rma: random.chance(0.5) ? rma : undefined,
    throughGateway: refund.throughGateway,
    amountLess: refund.amountLess,
    centShort: refund.centShort,
  };
  if (plan.gateway === 'dashboard only') {
    const { lines, shipping } = refundLines(company, catalog, placed, refund);
    const payout = refundInDashboard(company, placed, sumOf([...lines, ...shipping]));
    refs.gateway_refunds.push(payout.id);
    return payout.amount;
  }
  const status = { 'never hears': undefined, fails: 'pending', 'stays pending': 'pending' } as const;
  const { refund: made, payout } = await refundInShop(company, catalog, placed, {
    ...request,
    gatewayStatus:
      plan.gateway in status
        ? status[plan.gateway as keyof typeof status]
        : plan.gateway === 'pays' && random.chance(slowBankShare)
          ? 'pending'
          : 'succeeded',
  });
  refs.woo_refunds.push(made.id);
  if (payout !== undefined) refs.gateway_refunds.push(payout.id);
  const amount = made.amount === '' ? 0 : minor(made.amount);
  if (plan.gateway === 'fails' && payout !== undefined) {
    failRefund(company.stripe.gateway, payout, 'declined');
    note(company, placed.record, 'stripe', 'refund-failed', payout.id, { amount });
  }
  if (plan.gateway === 'pays twice') refs.gateway_refunds.push(refundInDashboard(company, placed, amount).id);
  return amount;
}
