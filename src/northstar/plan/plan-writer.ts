/** How a plan's values are written in one language: money, dates, terms, shares, times, orders. */
import { problemCodes, type ProblemCode } from '../../kernel/codes.ts';
import { controls, type ControlId } from '../../kernel/controls.ts';
import { dateText, listText, moneyText, ownerText, type Language } from '../../kernel/wording.ts';
import type { DriftCategory } from '../drift.ts';
import type { Line, Piece } from './plan-block.ts';
import { amountsOf, ordersMax } from './amounts.ts';
import type { Amounts, Lag, Plan, PlanProblem, Share, Words } from './plan.ts';
import { termWords } from './term-words.ts';

const kinds = {
  gone: { en: 'gone', de: 'verloren' },
  stuck: { en: 'stuck', de: 'steckt fest' },
  books: { en: 'books wrong', de: 'Bücher falsch' },
} as const satisfies Record<string, Words>;

const categories: Readonly<Record<DriftCategory, Words>> = {
  missing: { en: 'missing', de: 'fehlt' },
  'too often': { en: 'too often', de: 'zu oft' },
  'out of sequence': { en: 'out of sequence', de: 'in falscher Reihenfolge' },
  'exclusive choice broken': { en: 'exclusive choice broken', de: 'beides statt eines' },
  late: { en: 'late', de: 'zu spät' },
  'not in the journey': { en: 'not in the journey', de: 'nicht im Ablauf' },
  'wrong amount': { en: 'wrong amount', de: 'falscher Betrag' },
  'wrong system': { en: 'wrong system', de: 'falsches System' },
  unreconciled: { en: 'unreconciled', de: 'nicht abgeglichen' },
};

const modes = {
  watch: { en: 'watch', de: 'beobachten' },
  suggest: { en: 'suggest', de: 'vorschlagen' },
  approve: { en: 'approve', de: 'freigeben' },
  auto: { en: 'automate', de: 'automatisieren' },
} as const satisfies Record<string, Words>;

const units = { bd: ['bd', 'AT'], cd: ['days', 'Tage'], h: ['h', 'h'] } as const;
const roles: Readonly<Record<string, Words>> = { management: { en: 'Management', de: 'Leitung' } };

/** The orders behind a number, as they stand at the end of the document. */
export type OrderList = {
  readonly anchor: string;
  /** What the numbers count that have these orders behind them. */
  readonly about: readonly string[];
  /** How many there are; `entries` are the first of them. */
  readonly n: number;
  readonly entries: readonly { readonly order: string; readonly amount?: string }[];
  /** Gives all of them. */
  readonly query: string | undefined;
};

type Behind = { readonly n?: number; readonly query?: string | undefined };

const problemsShownMax = 500;
export const examplesShown = 5;

export class PlanWriter {
  readonly plan: Plan;
  readonly language: Language;
  readonly #numbers: Intl.NumberFormat;

  constructor(plan: Plan, language: Language) {
    this.plan = plan;
    this.language = language;
    // Made once: a plan has thousands of numbers, and making one takes longer than writing ten.
    this.#numbers = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB', {
      maximumFractionDigits: 1,
    });
  }

  say(en: string, de: string): string {
    return this.language === 'de' ? de : en;
  }

  words(words: Words): string {
    return words[this.language];
  }

  money(minor: number, currency: string): string {
    return moneyText({ minor, currency }, this.language);
  }

  /** Each sum by its name; nothing at stake is a dash. */
  amounts(amounts: Amounts): string {
    const parts = amounts.flatMap(({ currency, ...sums }) =>
      (['gone', 'stuck', 'books'] as const)
        .filter((kind) => sums[kind] !== 0)
        .map((kind) => `${this.money(sums[kind], currency)} ${this.words(kinds[kind])}`),
    );
    return parts.length === 0 ? '–' : parts.join(', ');
  }

  sum(amounts: Amounts, kind: keyof typeof kinds): string {
    const parts = amounts
      .filter((sums) => sums[kind] !== 0)
      .map((sums) => this.money(sums[kind], sums.currency));
    return parts.length === 0 ? '–' : parts.join(' + ');
  }

  kind(kind: keyof typeof kinds): string {
    return this.words(kinds[kind]);
  }

  day(instant: string): string {
    // Always with its year: a plan is read weeks later.
    return dateText(instant, this.language, this.plan.zone, '0000');
  }

  owner(owner: string): string {
    return roles[owner] === undefined ? ownerText(owner, this.language) : this.words(roles[owner]);
  }

  code(code: ProblemCode): string {
    return problemCodes[code].title[this.language];
  }

  control(control: ControlId): string {
    return controls[control].title[this.language];
  }

  category(category: DriftCategory): string {
    return this.words(categories[category]);
  }

  mode(mode: keyof typeof modes): string {
    return this.words(modes[mode]);
  }

  /** `3bd` as `3 business days`. */
  term(due: string | undefined): string {
    return this.words(termWords(due));
  }

  percent(n: number, of: number): string {
    return of === 0 ? '–' : `${Math.round((n / of) * 100)} %`;
  }

  /** `43 of 65 (66 %)`; few cases are marked. */
  shareText({ n, of, few }: Omit<Share, 'orders'>): string {
    const text = this.say(
      `${this.number(n)} of ${this.number(of)}`,
      `${this.number(n)} von ${this.number(of)}`,
    );
    return few ? `${text} ${this.say('(few)', '(wenige)')}` : `${text} (${this.percent(n, of)})`;
  }

  /** The same, leading to the orders behind it. */
  share(share: Share, about: string, query?: string): Piece {
    return this.behind(this.shareText(share), about, share.orders, { n: share.n, query });
  }

  /** A number that leads to the orders behind it: all, or the first of `n`. Plain where there are none. */
  behind(
    text: string,
    about: string,
    orders: readonly string[],
    { n = orders.length, query }: Behind = {},
  ): Piece {
    return this.#linked(text, about, { n, query, entries: orders.map((order) => ({ order })) });
  }

  /** A number or amount that leads to the orders of these problems, with what each has at stake. */
  ofProblems(text: string, about: string, problems: readonly PlanProblem[]): Piece {
    const byOrder = [...Map.groupBy(problems, ({ order }) => order)];
    const entries = byOrder.slice(0, ordersMax).map(([order, own]) => {
      const amounts = amountsOf(own);
      return { order, ...(amounts.length > 0 && { amount: this.amounts(amounts) }) };
    });
    return this.#linked(text, about, { n: byOrder.length, query: undefined, entries });
  }

  /** Lists that what was written so far leads to, in the order of the text. */
  orderLists(): readonly OrderList[] {
    return [...this.#lists.values()];
  }

  /** Numbers with the same orders behind them share one list. */
  #linked(text: string, about: string, list: Omit<OrderList, 'anchor' | 'about'>): Piece {
    if (list.entries.length === 0) return text;
    const key = JSON.stringify([list.n, list.entries]);
    let known = this.#lists.get(key);
    if (known === undefined) {
      known = { ...list, anchor: `orders-${this.#lists.size + 1}`, about: [] };
      this.#lists.set(key, known);
    }
    if (!known.about.includes(about)) known.about.push(about);
    return { link: known.anchor, text };
  }
  readonly #lists = new Map<string, OrderList & { readonly about: string[] }>();

  /** Times: how many are done, mean with p90 beside it, median. */
  lag(lag: Lag | undefined, about: string): Line {
    if (lag === undefined) return '–';
    const [en, de] = units[lag.unit];
    const unit = this.say(en, de);
    const time = (value: number | undefined): string =>
      value === undefined
        ? this.say('not reached', 'nicht erreicht')
        : lag.unit === 'h' && value < 1
          ? `${this.number(value * 60)} min`
          : `${this.number(value)} ${unit}`;
    const done = this.say(`${lag.done} of ${lag.n} done`, `${lag.done} von ${lag.n} erledigt`);
    return [
      `p50 ${time(lag.p50)}, p90 ${time(lag.p90)}, ${this.say('mean', 'Mittel')} ${time(lag.mean)} (`,
      this.behind(
        done,
        `${about}: ${this.say('open ones first, then the slowest', 'offene zuerst, dann die langsamsten')}`,
        lag.orders,
        { n: lag.orders.length < ordersMax ? lag.orders.length : lag.n },
      ),
      ')',
    ];
  }

  number(value: number): string {
    return this.#numbers.format(value);
  }

  list(texts: readonly string[]): string {
    return listText(texts, this.language);
  }

  /** Some orders of `all`. */
  orders(orders: readonly string[], all = orders.length): Piece[] {
    const shown = orders.slice(0, examplesShown);
    const pieces = shown.flatMap((order, index): Piece[] => [
      ...(index === 0 ? [] : [', ']),
      this.order(order),
    ]);
    return all > shown.length ? [...pieces, ' …'] : pieces;
  }

  /** An order, leading to the list of problems where it stands in it. */
  order(order: string): Piece {
    return { order, ...(this.#listed.has(order) && { anchor: orderAnchor(order) }) };
  }

  /** The problems that are listed: all, or as many of each kind. */
  get problemsShown(): readonly PlanProblem[] {
    if (this.#shown === undefined) {
      const { problems } = this.plan;
      const kinds = Map.groupBy(problems, ({ code }) => code);
      const each = Math.max(10, Math.floor(problemsShownMax / Math.max(1, kinds.size)));
      this.#shown =
        problems.length <= problemsShownMax
          ? problems
          : [...kinds.values()].flatMap((group) => group.slice(0, each));
    }
    return this.#shown;
  }
  #shown: readonly PlanProblem[] | undefined;

  /** A name that a person types; shown as a gap until then. */
  name(slot: string, gap: string): Piece {
    return { slot, value: this.plan.people.names[slot], gap };
  }

  /** The name typed elsewhere, or a link to the gap where it is to be typed: each slot stands once. */
  nameShown(slot: string): Piece {
    const gap = this.say('gap: nobody named', 'Lücke: niemand benannt');
    return this.plan.people.names[slot] ?? { link: 'owners', text: gap };
  }

  comment(id: string): {
    readonly kind: 'comment';
    readonly id: string;
    readonly value: string | undefined;
    readonly gap: string;
  } {
    const gap = this.say(
      'comment here; it stays when the plan is made anew',
      'hier kommentieren; der Text bleibt, wenn der Plan neu entsteht',
    );
    return { kind: 'comment', id, value: this.plan.people.comments[id], gap };
  }

  get #listed(): ReadonlySet<string> {
    this.#orders ??= new Set(this.problemsShown.map(({ order }) => order));
    return this.#orders;
  }
  #orders: ReadonlySet<string> | undefined;
}

export const orderAnchor = (order: string): string => `order-${slug(order)}`;
export const slug = (text: string): string => text.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
