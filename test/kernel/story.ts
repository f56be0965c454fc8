/**
 * Stories: facts of one order written as people tell them, for tests.
 *
 *   const state = story('1001').bought('SHOE', 2, 5990).paid().shipped('SHOE', 2)
 *     .approved('2026-11-02').refunded('SHOE', 1, 'Tue 3 Nov 09:00').judge('2026-11-09');
 *
 * Times are `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM` in Berlin; without one, each step follows the last by an hour.
 */
import type {
  Fact,
  FactType,
  Payloads,
  RefundLine,
  System,
  LocationClass,
  Purpose,
  Disposition,
} from '../../src/kernel/fact.ts';
import { controlIds } from '../../src/kernel/controls.ts';
import { feeds, type Coverage, type Feed } from '../../src/kernel/feeds.ts';
import { foldOrder } from '../../src/kernel/fold.ts';
import type { OrderState, Problem } from '../../src/kernel/order-state.ts';
import { defaultPolicy, type Policy } from '../../src/kernel/policy.ts';

export const zone = 'Europe/Berlin';

/** Feeds that speak, for every class of orders that these stories use. */
export function coverageOf(on: readonly Feed[]): Coverage {
  const classes = ['shop', 'marketplace', 'subscription', 'pos'];
  const tenders = ['card', 'paypal', 'invoice', 'cod', 'gift_card', 'store_credit', 'other'];
  const coverage = new Map<Feed, Map<string, { applicable: number; reported: number }>>();
  for (const feed of on) {
    const counts = new Map<string, { applicable: number; reported: number }>();
    for (const channel of classes) {
      counts.set(channel, { applicable: 100, reported: 95 });
      for (const tender of tenders) counts.set(`${channel}/${tender}`, { applicable: 100, reported: 95 });
    }
    coverage.set(feed, counts);
  }
  return coverage;
}

/** Everything is connected and speaks, but for what few shops have. */
export const everythingFed = coverageOf(
  feeds.filter(
    (feed) => feed !== 'payouts' && feed !== 'inspections' && feed !== 'carrier' && feed !== 'exchanges',
  ),
);

/** All of it. */
export const allFed = coverageOf(feeds);

/** Policy of a shop in Berlin that owns its stock figure. */
export const shopPolicy: Policy = { ...defaultPolicy(zone), stockAuthority: [{ from: '', value: 'shop' }] };

const controlSet = new Set<string>(controlIds);
if (controlSet.size !== controlIds.length) throw new Error('control ids repeat');

/** An instant from Berlin time text. */
export function berlin(text: string): string {
  const local = text.length === 10 ? `${text}T08:00` : text;
  return new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds).toISOString();
}

type LineOptions = { line?: string; tax?: number; kind?: 'goods' | 'service'; listGross?: number };

export class Story {
  readonly number: string;
  readonly facts: Fact[] = [];
  #clock: string;
  #count = 0;
  #lines: {
    line: string;
    sku: string;
    quantity: number;
    gross: number;
    tax: number;
    kind: 'goods' | 'service';
    listGross?: number;
  }[] = [];
  #shipping = 0;
  #fees = 0;
  currency = 'EUR';

  constructor(number: string, placedAt = '2026-10-26T10:00') {
    this.number = number;
    this.#clock = berlin(placedAt);
  }

  /** Adds any fact; `at` moves the clock. */
  fact<T extends FactType>(
    type: T,
    system: System,
    payload: Payloads[T],
    at?: string,
    extra: { rma?: string; object?: string; connection?: string } = {},
  ): this {
    if (at === undefined) this.#clock = new Date(Date.parse(this.#clock) + 3_600_000).toISOString();
    else this.#clock = berlin(at);
    const connection = extra.connection ?? system;
    const object = extra.object ?? `${type}/${this.number}-${++this.#count}`;
    this.facts.push({
      id: `${connection}:${object}#${type}${this.#count}`, type, at: this.#clock, system, connection, object,
      order: this.number, ...(extra.rma !== undefined && { rma: extra.rma }), ...payload,
    } as Fact); // prettier-ignore
    return this;
  }

  line(sku: string, quantity: number, unitGross: number, options: LineOptions = {}): this {
    const gross = unitGross * quantity;
    this.#lines.push({
      line: options.line ?? String(this.#lines.length + 1), sku, quantity, gross,
      tax: options.tax ?? Math.round((gross * 19) / 119), kind: options.kind ?? 'goods',
      ...(options.listGross !== undefined && { listGross: options.listGross }),
    }); // prettier-ignore
    return this;
  }

  delivery(gross: number): this {
    this.#shipping = gross;
    return this;
  }

  fee(gross: number): this {
    this.#fees = gross;
    return this;
  }

  /** Places the order with the lines so far. */
  placed(extra: Partial<Payloads['order.placed']> = {}, system: System = 'shop'): this {
    const total = this.#lines.reduce((sum, line) => sum + line.gross, 0) + this.#shipping + this.#fees;
    const payload = {
      number: this.number, currency: this.currency, lines: [...this.#lines], shipping: { gross: this.#shipping, tax: 0 },
      fees: { gross: this.#fees, tax: 0 }, total, tender: 'card', ...extra,
    }; // prettier-ignore
    return this.fact('order.placed', system, payload, undefined, { object: `order/${this.number}` });
  }

  get total(): number {
    return this.#lines.reduce((sum, line) => sum + line.gross, 0) + this.#shipping + this.#fees;
  }

  paid(minor = this.total, tender = 'card', system: System = 'psp', at?: string): this {
    return this.fact(
      'payment.captured',
      system,
      { money: { minor, currency: this.currency }, tender, reference: `ch_${this.number}_${tender}` },
      at,
    );
  }

  shipped(sku: string, quantity: number, at?: string, system: System = 'erp'): this {
    return this.fact('goods.shipped', system, { sku, quantity }, at);
  }

  /** Bought, paid by card and shipped by the ERP: where most stories start. */
  delivered(sku = 'SHOE', quantity = 1, unitGross = 5990): this {
    return this.line(sku, quantity, unitGross).placed().paid().shipped(sku, quantity);
  }

  approved(at?: string, rma?: string): this {
    return this.fact('case.opened', 'crm', { case: `t${this.number}`, about: 'return' }, at, { object: `ticket/${this.number}` }).fact(
      'return.approved', 'crm', {}, at, { object: `ticket/${this.number}`, ...(rma !== undefined && { rma }) },
    ); // prettier-ignore
  }

  announced(sku: string, quantity: number, at?: string, rma?: string): this {
    return this.fact(
      'return.approved',
      'erp',
      { sku, quantity, announces: true },
      at,
      rma === undefined ? {} : { rma },
    );
  }

  moved(
    sku: string,
    quantity: number,
    from: LocationClass,
    to: LocationClass,
    at?: string,
    extra: Partial<Payloads['stock.moved']> = {},
    rma?: string,
  ): this {
    return this.fact(
      'stock.moved',
      'erp',
      { sku, quantity, from, to, ...extra },
      at,
      rma === undefined ? {} : { rma },
    );
  }

  /** Received into the input zone and put into saleable stock. */
  received(sku: string, quantity: number, at?: string, rma?: string): this {
    return this.moved(sku, quantity, 'customer', 'input', at, {}, rma).moved(
      sku,
      quantity,
      'input',
      'saleable',
      undefined,
      {},
      rma,
    );
  }

  graded(sku: string, quantity: number, disposition: Disposition, at?: string): this {
    return this.fact('goods.inspected', 'desk', { sku, quantity, disposition }, at);
  }

  /** A refund in the shop by lines `[sku, units, gross]`, without the gateway. */
  recorded(
    id: string,
    lines: readonly (readonly [string, number, number])[],
    at?: string,
    extra: Partial<Payloads['refund.recorded']> = {},
    rma?: string,
  ): this {
    const refundLines: RefundLine[] = lines.map(([sku, quantity, gross]) => ({
      sku,
      quantity,
      gross,
      tax: Math.round((gross * 19) / 119),
    }));
    const minor = refundLines.reduce((sum, line) => sum + line.gross, 0) + (extra.shipping?.gross ?? 0);
    return this.fact('refund.recorded', 'shop', {
      money: { minor, currency: this.currency }, refund: id, lines: refundLines, shipping: { gross: 0, tax: 0 },
      fees: { gross: 0, tax: 0 }, payment: 'gateway', ...extra,
    }, at, rma === undefined ? {} : { rma }); // prettier-ignore
  }

  amountOnly(
    id: string,
    minor: number,
    purpose?: Purpose,
    at?: string,
    extra: Partial<Payloads['refund.recorded']> = {},
  ): this {
    return this.recorded(id, [], at, {
      money: { minor, currency: this.currency },
      ...(purpose !== undefined && { purpose }),
      ...extra,
    });
  }

  atGateway(
    state: 'pending' | 'settled' | 'failed',
    reference: string,
    minor: number,
    refund?: string,
    at?: string,
  ): this {
    return this.fact(
      `refund.${state}`,
      'psp',
      { money: { minor, currency: this.currency }, reference, ...(refund !== undefined && { refund }) },
      at,
    );
  }

  /** Shop refund by lines, settled at the gateway. */
  refunded(
    id: string,
    lines: readonly (readonly [string, number, number])[],
    at?: string,
    extra: Partial<Payloads['refund.recorded']> = {},
  ): this {
    this.recorded(id, lines, at, extra);
    const last = this.facts.at(-1);
    const minor = last?.type === 'refund.recorded' ? last.money.minor : 0;
    return this.atGateway('settled', `re_${id}`, minor, id);
  }

  /** What a clean return ends with: credit note, message, closed ticket. */
  closed(minor: number, document = `CN${this.number}`): this {
    return this.credited(document, minor).told().resolved();
  }

  restocked(sku: string, quantity: number, cause: 'refund' | 'cancellation' = 'refund', at?: string): this {
    return this.fact('stock.moved', 'shop', { sku, quantity, from: 'other', to: 'saleable', cause }, at);
  }

  credited(
    document: string,
    minor: number,
    at?: string,
    state: 'drafted' | 'posted' | 'applied' | 'cancelled' = 'posted',
  ): this {
    return this.fact(
      `credit_note.${state}`,
      'erp',
      { money: { minor, currency: this.currency }, tax: Math.round((minor * 19) / 119), document },
      at,
    );
  }

  /** The gateway says `settled`, then the money comes back. */
  reversed(reference: string, minor: number, refund?: string, at?: string): this {
    return this.fact(
      'refund.reversed',
      'psp',
      { money: { minor, currency: this.currency }, reference, ...(refund !== undefined && { refund }) },
      at,
    );
  }

  paidOut(
    minor: number,
    refund?: string,
    at?: string,
    type: 'payout.confirmed' | 'payout.returned' = 'payout.confirmed',
  ): this {
    return this.fact(
      type,
      'bank',
      {
        money: { minor, currency: this.currency },
        reference: `bank ${minor}`,
        ...(refund !== undefined && { refund }),
      },
      at,
    );
  }

  disputed(state: 'opened' | 'won' | 'lost', minor: number, at?: string): this {
    return this.fact(
      `dispute.${state}`,
      'psp',
      { money: { minor, currency: this.currency }, dispute: `dp_${this.number}` },
      at,
    );
  }

  /** The shop cancels the whole order. */
  cancelled(at?: string): this {
    return this.fact('order.cancelled', 'shop', {}, at, { object: `order/${this.number}` });
  }

  told(at?: string): this {
    return this.fact('customer.told', 'crm', { what: 'refunded' }, at);
  }

  resolved(at?: string): this {
    return this.fact('case.resolved', 'crm', { case: `t${this.number}`, about: 'return' }, at, {
      object: `ticket/${this.number}`,
    });
  }

  /** A whole clean return of all units of one SKU. */
  cleanReturn(sku: string, quantity: number, gross: number): this {
    return this.approved()
      .received(sku, quantity)
      .refunded(`r${this.number}`, [[sku, quantity, gross]])
      .restocked(sku, quantity)
      .credited(`CN${this.number}`, gross)
      .told()
      .resolved();
  }

  judge(now: string, options: { policy?: Policy; coverage?: Coverage; home?: string } = {}): OrderState {
    return foldOrder({
      orderKey: `shop/${this.number}`, home: options.home ?? 'shop', facts: this.facts, policy: options.policy ?? shopPolicy,
      coverage: options.coverage ?? everythingFed, now: Date.parse(berlin(now)),
    }); // prettier-ignore
  }
}

export const story = (number: string, placedAt?: string): Story => new Story(number, placedAt);

/** Two shoes and a hat, paid and shipped. */
export const shoesAndHat = (shoe: number, hat: number): Story =>
  story('1')
    .line('SHOE', 2, shoe)
    .line('HAT', 1, hat)
    .delivery(490)
    .placed()
    .paid()
    .shipped('SHOE', 2)
    .shipped('HAT', 1);

/** Problems that are open and hang on nothing. */
export const roots = (state: OrderState): Problem[] =>
  state.problems.filter((problem) => problem.state === 'open' && problem.waitsFor === undefined);

/** Codes of the problems that are open and hang on nothing. */
export const codesOf = (state: OrderState): string[] => roots(state).map((problem) => problem.code);
