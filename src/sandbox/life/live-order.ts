/** One order from the click to the end of its return. Yields the hours until the next act. */
import type { Company } from '../company.ts';
import type { Random } from '../random.ts';
import { createInvoice } from '../odoo/invoices.ts';
import { createRefund } from '../woocommerce/create-refund.ts';
import type { Customer } from '../woocommerce/shop-state.ts';
import { addNote } from '../woocommerce/shop-state.ts';
import type { Catalog } from './catalog.ts';
import type { Choice } from './choose-plan.ts';
import { choosePlan } from './choose-plan.ts';
import type { Expectation, OrderRecord } from './order-record.ts';
import type { ReturnOutcome, Wait } from './play-return.ts';
import { playReturn } from './play-return.ts';
import { payThroughGateway } from './refund-acts.ts';
import type { PlacedOrder } from './shop-acts.ts';
import {
  callErp,
  cancelShopOrder,
  enterSale,
  minor,
  note,
  orderTotal,
  placeOrder,
  postCredit,
  ship,
  unitsOf,
} from './shop-acts.ts';
import type { Story } from './stories.ts';
import { openTicket, resolveTicket } from './ticket-acts.ts';

export type LifeSettings = {
  /** Share of shipped orders that come back, 0 to 1. */
  readonly returnRate: number;
  /** Share of returns that go wrong. */
  readonly storyRate: number;
  /** Codes that may be planted; undefined for all. */
  readonly stories: readonly string[] | undefined;
};

const currency = 'EUR';

export async function* liveOrder(
  company: Company,
  catalog: Catalog,
  { customer, regular }: { readonly customer: Customer; readonly regular: boolean },
  settings: LifeSettings,
  random: Random,
  nextRma: () => string,
  born: (record: OrderRecord) => void,
): AsyncGenerator<Wait> {
  const articles = [...catalog.articles].sort(() => random.next() - 0.5).slice(0, random.int(1, 3));
  const wanted = articles.map((article) => ({ article, quantity: random.int(1, 3) }));
  const bank = random.chance(0.03);
  const placed = placeOrder(company, customer, wanted, { bank, coupon: random.chance(0.1), regular });
  const { record, order } = placed;
  born(record);
  if (bank) {
    record.kind = 'unpaid';
    yield random.int(72, 120);
    cancelShopOrder(company, placed, 'order-cancelled-unpaid');
    return;
  }
  yield random.int(1, 6);
  enterSale(company, catalog, placed);
  if (random.chance(0.03)) {
    record.kind = 'cancel-unshipped';
    yield random.int(1, 4);
    await cancelUnshipped(company, catalog, placed);
    return;
  }
  yield random.int(6, 30);
  ship(company, catalog, placed);
  if (random.chance(0.1)) {
    addNote(
      company.woocommerce.shop,
      order.id,
      'Refund was asked for by phone, customer keeps the goods after all',
    );
  }
  yield random.int(48, 240);
  if (!random.chance(settings.returnRate)) {
    yield* afterlife(company, catalog, placed, settings, random);
    return;
  }
  const ordered = unitsOf(catalog, order);
  const others = catalog.articles.map((article) => article.sku).filter((sku) => !(sku in ordered));
  const choice = choosePlan(ordered, others, random, settings);
  record.kind = choice.kind;
  if (choice.story !== undefined) {
    record.stories.push(choice.story.code);
    record.acceptable.add(choice.story.code);
    for (const code of choice.story.acceptable) record.acceptable.add(code);
  }
  const outcome = yield* playReturn(company, catalog, placed, choice.plan, nextRma(), random);
  if (choice.story !== undefined) expectStory(placed, choice.story, choice, outcome);
}

/** Orders that do not come back: questions, goodwill, and the one that is cancelled though it is on its way. */
async function* afterlife(
  company: Company,
  catalog: Catalog,
  placed: PlacedOrder,
  settings: LifeSettings,
  random: Random,
): AsyncGenerator<Wait> {
  const { record, order } = placed;
  const mayCancel = settings.stories?.includes('cancelled-after-shipping-restocked') ?? true;
  if (mayCancel && random.chance(settings.storyRate * 0.03)) {
    const units = unitsOf(catalog, order);
    record.kind = 'story';
    record.stories.push('cancelled-after-shipping-restocked');
    for (const code of ['refund-overdue', 'restored-without-receipt']) record.acceptable.add(code);
    cancelShopOrder(company, placed, 'order-cancelled-after-shipping', units);
    for (const [sku, count] of Object.entries(units)) {
      record.expect.push({
        code: 'cancelled-after-shipping-restocked',
        pair: 'shop-erp',
        owner: 'ops',
        sku,
        units: count,
        currency,
        evidence: [`woo:order/${order.id}`, `odoo:stock.picking/${placed.delivery}`],
      });
    }
    return;
  }
  if (random.chance(0.06)) {
    record.kind = 'goodwill';
    await giveGoodwill(company, catalog, placed, random.int(2, 10) * 100);
    return;
  }
  if (random.chance(0.12)) {
    const ticket = openTicket(
      company,
      {
        subject: 'Question',
        text: 'Does this fit a 28 inch wheel?',
        orderNumber: order.number,
        isReturn: false,
      },
      record,
    );
    yield random.int(2, 24);
    resolveTicket(company, record, ticket);
  }
}

/** Refunded in full by amount, then cancelled: the shop restocks, sale and delivery are cancelled, no invoice. */
async function cancelUnshipped(company: Company, catalog: Catalog, placed: PlacedOrder): Promise<void> {
  const total = orderTotal(company, placed.order);
  await refundAmount(company, placed, total, 'Order cancelled');
  cancelShopOrder(company, placed, 'order-cancelled-before-shipping', unitsOf(catalog, placed.order));
  callErp(company, 'sale.order', 'action_cancel', [placed.sale]);
  note(company, placed.record, 'odoo', 'sale-cancelled', `sale.order/${placed.sale}`);
}

async function refundAmount(
  company: Company,
  placed: PlacedOrder,
  amount: number,
  reason: string,
): Promise<void> {
  const { gateway, payout } = payThroughGateway(company, placed, 'succeeded');
  const refund = await createRefund(
    company.woocommerce.shop,
    placed.order.id,
    { amount: (amount / 100).toFixed(2), reason, api_refund: true, api_restock: false },
    gateway,
  );
  if (refund === undefined || refund.amount === '') return;
  note(company, placed.record, 'woo', 'refund-created', `refund/${refund.id}`, {
    amount: minor(refund.amount),
    units: {},
  });
  const paid = payout();
  if (paid !== undefined)
    note(company, placed.record, 'stripe', 'refund-succeeded', paid.id, { amount: paid.amount });
}

/** At most ten euros, amount only, the reason says so; booked over a goodwill line. */
async function giveGoodwill(
  company: Company,
  catalog: Catalog,
  placed: PlacedOrder,
  amount: number,
): Promise<void> {
  const reason = 'Goodwill: late delivery';
  await refundAmount(company, placed, amount, reason);
  const { database } = company.odoo;
  const document = createInvoice(database, {
    type: 'out_refund',
    partner: database.link('account.move', placed.invoice, 'partner_id'),
    ref: `Reversal of: ${database.text('account.move', placed.invoice, 'name')}, ${reason}`,
    origin: database.text('account.move', placed.invoice, 'invoice_origin'),
    reverses: placed.invoice,
    lines: [
      {
        name: '[GOODWILL] Goodwill',
        product: catalog.goodwillProduct,
        quantity: 1,
        price: Math.round((amount * 10_000) / 119) / 10_000,
        taxes: [1],
        saleLine: 0,
      },
    ],
  });
  postCredit(company, placed.record, document, true);
}

type Evidence = Story['evidence'][number];

function evidenceOf(placed: PlacedOrder, outcome: ReturnOutcome, kind: Evidence): readonly string[] {
  const { refs } = outcome;
  const one = (prefix: string, id: string | number | null | undefined): readonly string[] =>
    id === null || id === undefined || id === 0 ? [] : [`${prefix}${id}`];
  switch (kind) {
    case 'refund':
      return refs.woo_refunds.map((id) => `woo:refund/${id}`);
    case 'payout':
      return refs.gateway_refunds.map((id) => `stripe:${id}`);
    case 'charge':
      return one('stripe:', placed.charge?.id);
    case 'dispute':
      return one('stripe:', outcome.dispute);
    case 'picking':
      return one('odoo:stock.picking/', refs.return_picking);
    case 'backorder':
      return refs.backorders.map((id) => `odoo:stock.picking/${id}`);
    case 'scrap':
      return refs.scraps.map((id) => `odoo:stock.scrap/${id}`);
    case 'sale':
      return one('odoo:sale.order/', placed.sale);
    case 'move':
      return one('odoo:stock.move/', outcome.wrongMove);
    case 'credit':
      return [
        ...one('odoo:account.move/', refs.credit_note),
        ...one('odoo:account.move/', refs.credit_note_2),
      ];
    case 'ticket':
      return one('hubspot:ticket/', refs.ticket);
    case 'order':
      return [`woo:order/${placed.order.id}`];
  }
}

/** Writes down what has to be found, once the story is over. */
function expectStory(placed: PlacedOrder, story: Story, { plan }: Choice, outcome: ReturnOutcome): void {
  const { record } = placed;
  record.acceptable.delete(story.code);
  const known = {
    plan,
    refunded: outcome.refunded,
    credited: outcome.credited,
    secondCredit: outcome.secondCredit,
  };
  const head = {
    code: story.code,
    pair: story.pair,
    owner: story.owner,
    currency,
    evidence: story.evidence.flatMap((kind) => evidenceOf(placed, outcome, kind)),
  };
  const amount = story.amount?.(known);
  const found: readonly Expectation[] =
    story.measure === 'units'
      ? Object.entries(story.units?.(known) ?? {}).map(([sku, units]) => ({ ...head, sku, units }))
      : [story.measure === 'amount' && amount !== undefined ? { ...head, amount_minor: amount } : head];
  record.expect.push(...found);
}
