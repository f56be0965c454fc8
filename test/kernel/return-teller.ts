/**
 * Tells one return of an order step by step in the way a company works: which zones goods pass, who carries return
 * numbers, in what order money and put-away come.
 */
import type { LocationClass } from '../../src/kernel/fact.ts';
import type { Story } from './story.ts';

export type Style = {
  /** Straight into stock, through the input zone, or through a hold zone. */
  readonly route: 'one step' | 'input' | 'hold';
  /** Which documents carry the return number beside the ticket. */
  readonly numbers: 'all' | 'erp' | 'shop' | 'none';
  /** Does the money go back before the goods are put away? */
  readonly paysFirst: boolean;
  /** Does the gateway refund name the shop refund? */
  readonly named: boolean;
};

/** `[sku, units, gross]` for all units. */
export type Line = readonly [sku: string, units: number, gross: number];

export class ReturnTeller {
  readonly #story: Story;
  readonly #style: Style;
  readonly rma: string;

  constructor(story: Story, style: Style, rma: string) {
    this.#story = story;
    this.#style = style;
    this.rma = rma;
  }

  get #erp(): { rma?: string } {
    return ['all', 'erp'].includes(this.#style.numbers) ? { rma: this.rma } : {};
  }

  get #shop(): { rma?: string } {
    return ['all', 'shop'].includes(this.#style.numbers) ? { rma: this.rma } : {};
  }

  get #ticket(): { object: string } {
    return { object: `ticket/${this.rma}` };
  }

  /** Ticket with a return number, and the ERP document that announces the units. */
  approved(lines: readonly Line[], announced = true): this {
    this.#story.fact('case.opened', 'crm', { case: this.rma, about: 'return' }, undefined, this.#ticket);
    this.#story.fact('return.approved', 'crm', {}, undefined, { ...this.#ticket, rma: this.rma });
    this.#story.fact('customer.told', 'crm', { what: 'approved', case: this.rma });
    if (announced) this.announced(lines);
    return this;
  }

  announced(lines: readonly Line[]): this {
    for (const [sku, quantity] of lines)
      this.#story.fact('return.approved', 'erp', { sku, quantity, announces: true }, undefined, this.#erp);
    return this;
  }

  get arrival(): LocationClass {
    return this.#style.route === 'one step' ? 'saleable' : this.#style.route;
  }

  /** Comes in; in one-step companies straight to `to`. */
  arrived(lines: readonly Line[], to: LocationClass = this.arrival, unannounced = false): this {
    for (const [sku, quantity] of lines) {
      const extra = unannounced ? { unannounced } : {};
      this.#story.fact(
        'stock.moved',
        'erp',
        { sku, quantity, from: 'customer', to, ...extra },
        undefined,
        this.#erp,
      );
    }
    return this;
  }

  putAway(lines: readonly Line[], to: LocationClass = 'saleable'): this {
    if (this.#style.route === 'one step' && to === 'saleable') return this;
    const from = this.#style.route === 'one step' ? 'saleable' : this.#style.route;
    for (const [sku, quantity] of lines)
      this.#story.fact('stock.moved', 'erp', { sku, quantity, from, to }, undefined, this.#erp);
    return this;
  }

  /** The shop's record, without the gateway. */
  recorded(id: string, lines: readonly Line[], payment: 'gateway' | 'manual' = 'gateway'): this {
    this.#story.recorded(id, lines, undefined, { payment }, this.#shop.rma);
    return this;
  }

  restocked(lines: readonly Line[]): this {
    for (const [sku, units] of lines) this.#story.restocked(sku, units);
    return this;
  }

  settled(
    id: string,
    minor: number,
    names = this.#style.named,
    state: 'settled' | 'pending' | 'failed' = 'settled',
  ): this {
    this.#story.atGateway(state, `re_${id}`, minor, names ? id.replace(/-.*/, '') : undefined);
    return this;
  }

  refunded(id: string, lines: readonly Line[]): this {
    return this.recorded(id, lines).settled(id, sumOf(lines));
  }

  credited(minor: number, state: 'drafted' | 'posted' = 'posted', document = `CN-${this.rma}`): this {
    const tax = Math.round((minor * 19) / 119);
    this.#story.fact(
      `credit_note.${state}`,
      'erp',
      { money: { minor, currency: 'EUR' }, tax, document },
      undefined,
      this.#erp,
    );
    return this;
  }

  closed(): this {
    this.#story.fact('customer.told', 'crm', { what: 'refunded', case: this.rma });
    this.#story.fact('case.resolved', 'crm', { case: this.rma, about: 'return' }, undefined, this.#ticket);
    return this;
  }

  /** Goods and money in this company's order. `good` goes to stock, `bad` to scrap, and `money` does the rest. */
  handled(good: readonly Line[], money: (teller: this) => void, bad: readonly Line[] = []): this {
    if (this.#style.route === 'one step') {
      this.arrived(good).arrived(bad, 'scrap');
      money(this);
      return this;
    }
    this.arrived([...good, ...bad]);
    if (this.#style.paysFirst) money(this);
    this.putAway(bad, 'scrap').putAway(good);
    if (!this.#style.paysFirst) money(this);
    return this;
  }

  clean(id: string, lines: readonly Line[]): this {
    return this.approved(lines)
      .handled(lines, (teller) => teller.refunded(id, lines).restocked(lines))
      .credited(sumOf(lines))
      .closed();
  }
}

export const sumOf = (lines: readonly Line[]): number => lines.reduce((sum, [, , gross]) => sum + gross, 0);
