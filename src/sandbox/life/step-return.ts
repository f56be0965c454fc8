/**
 * A return played step by step, by hand: each call is what one person does in one system. For the story of the demo,
 * for tests, and for the simulation, where such people come in between.
 */
import type { Company } from '../company.ts';
import type { CrmObject } from '../hubspot/crm-state.ts';
import type { Random } from '../random.ts';
import { failRefund, settleRefund } from '../stripe/gateway-acts.ts';
import type { Article, Catalog } from './catalog.ts';
import { newCustomer } from './customers.ts';
import type { Units } from './order-record.ts';
import { refundInDashboard, refundInShop } from './refund-acts.ts';
import { creditByReversal, enterSale, newReturn, placeOrder, ship, type PlacedOrder } from './shop-acts.ts';
import { approveReturn, openTicket, resolveTicket, tellCustomer } from './ticket-acts.ts';
import { locations, makeReturn, receive, transfer } from './warehouse-acts.ts';

export type SteppedReturn = {
  readonly placed: PlacedOrder;
  readonly number: string;
  readonly units: Units;
  /** What one unit was paid, minor units. */
  readonly unitGross: (sku: string) => number;
  /** Opens a ticket and approves the return in it. */
  approve(): void;
  /** Makes the return in the ERP; goods will go to inspection, or straight to stock. */
  announce(to: 'inspection' | 'stock'): void;
  /** Books the announced units in. */
  receive(): void;
  /** Moves units from inspection to stock, as warehouse staff do. */
  putAway(units?: Units): void;
  /** Refunds units in the shop, through the gateway. Resolves to the shop's refund id and the amount. */
  refund(options?: { readonly units?: Units; readonly status?: 'succeeded' | 'pending'; readonly restock?: boolean }): Promise<{ readonly id: number; readonly minor: number }>;
  /** Refunds an amount in the gateway's dashboard, past the shop. */
  refundAtGateway(minor: number): void;
  settleRefunds(): void;
  failRefunds(): void;
  credit(options?: { readonly post?: boolean }): void;
  tell(minor: number): void;
  resolve(): void;
  readonly ticket: () => CrmObject | undefined;
}; // prettier-ignore

/** Places an order of these units, has it paid and shipped, and stands ready to send `back` home again. */
export function stepReturn(
  company: Company,
  catalog: Catalog,
  random: Random,
  ordered: Units,
  back: Units = ordered,
): SteppedReturn {
  const article = (sku: string): Article => {
    const found = catalog.articles.find((one) => one.sku === sku);
    if (found === undefined) throw new RangeError(`the company sells no ${sku}`);
    return found;
  };
  const customer = newCustomer(company, random, random.int(1000, 999_999));
  const wanted = Object.entries(ordered).map(([sku, quantity]) => ({ article: article(sku), quantity }));
  const placed = placeOrder(company, customer, wanted, { regular: false });
  enterSale(company, catalog, placed);
  ship(company, catalog, placed);
  const refs = newReturn();
  placed.record.refs.returns.push(refs);
  const rma = `RMA-${placed.order.id}`;
  const { stripe } = company;
  let ticket: CrmObject | undefined;
  let picking: number | undefined;
  let announcedTo: 'inspection' | 'stock' = 'inspection';
  return {
    placed,
    number: placed.order.number,
    units: back,
    unitGross: (sku) => article(sku).price,
    ticket: () => ticket,
    approve() {
      ticket = openTicket(
        company,
        {
          subject: 'Return',
          text: 'I would like to send something back.',
          orderNumber: placed.order.number,
          isReturn: true,
        },
        placed.record,
      );
      refs.ticket = ticket.id;
      refs.rma = rma;
      approveReturn(company, placed.record, ticket, rma, back);
    },
    announce(to) {
      announcedTo = to;
      const place = to === 'stock' ? locations.stock : locations.inspection;
      picking = makeReturn(company, placed, back, { toRefund: true, rma, place });
      refs.return_picking = picking;
    },
    receive() {
      if (picking === undefined) throw new Error('announce the return first');
      receive(company, placed.record, picking, back, 'give up');
    },
    putAway(units = back) {
      if (announcedTo === 'stock') return;
      const id = transfer(company, catalog, units, {
        type: 3, from: locations.inspection, to: locations.stock, origin: rma, partner: false,
      }); // prettier-ignore
      refs.transfers.push(id);
    },
    async refund(options = {}) {
      const { units = back, status = 'succeeded', restock = false } = options;
      const { refund, payout } = await refundInShop(company, catalog, placed, {
        units, shipping: false, restock, throughGateway: true, reason: 'Changed mind', rma, amountLess: 0, centShort: false,
        gatewayStatus: status,
      }); // prettier-ignore
      refs.woo_refunds.push(refund.id);
      if (payout !== undefined) refs.gateway_refunds.push(payout.id);
      return { id: refund.id, minor: refund.amount === '' ? 0 : Math.round(refund.amount / 10_000) };
    },
    refundAtGateway(minor) {
      refs.gateway_refunds.push(refundInDashboard(company, placed, minor).id);
    },
    settleRefunds() {
      for (const id of refs.gateway_refunds) {
        const refund = stripe.gateway.refunds.get(id);
        if (refund?.status === 'pending') settleRefund(stripe.gateway, refund);
      }
    },
    failRefunds() {
      for (const id of refs.gateway_refunds) {
        const refund = stripe.gateway.refunds.get(id);
        if (refund !== undefined) failRefund(stripe.gateway, refund);
      }
    },
    credit({ post = true } = {}) {
      refs.credit_note = creditByReversal(company, placed, back, { shipping: false, reason: rma, post });
    },
    tell(minor) {
      if (ticket !== undefined) tellCustomer(company, placed.record, ticket, minor);
    },
    resolve() {
      if (ticket !== undefined) resolveTicket(company, placed.record, ticket);
    },
  };
}
