/** How a plan's values are written in one language: money, dates, terms, shares, times, orders. */
import { problemCodes, type ProblemCode } from '../../kernel/codes.ts';
import { controls, type ControlId } from '../../kernel/controls.ts';
import { dateText, listText, moneyText, ownerText, type Language } from '../../kernel/wording.ts';
import type { DriftCategory } from '../drift.ts';
import type { Piece } from './plan-block.ts';
import type { Amounts, Lag, Plan, Share, Words } from './plan.ts';
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

export class PlanWriter {
  readonly plan: Plan;
  readonly language: Language;

  constructor(plan: Plan, language: Language) {
    this.plan = plan;
    this.language = language;
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
  share({ n, of, few }: Omit<Share, 'examples'>): string {
    const text = this.say(
      `${this.number(n)} of ${this.number(of)}`,
      `${this.number(n)} von ${this.number(of)}`,
    );
    return few ? `${text} ${this.say('(few)', '(wenige)')}` : `${text} (${this.percent(n, of)})`;
  }

  /** Times: how many are done, mean with p90 beside it, median. */
  lag(lag: Lag | undefined): string {
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
    return `p50 ${time(lag.p50)}, p90 ${time(lag.p90)}, ${this.say('mean', 'Mittel')} ${time(lag.mean)} (${done})`;
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.language === 'de' ? 'de-DE' : 'en-GB', {
      maximumFractionDigits: 1,
    }).format(value);
  }

  list(texts: readonly string[]): string {
    return listText(texts, this.language);
  }

  /** Example orders, as links to the list of problems where they stand in it. */
  orders(orders: readonly string[], all = orders.length): Piece[] {
    const pieces = orders.flatMap((order, index): Piece[] => [
      ...(index === 0 ? [] : [', ']),
      this.#listed.has(order) ? { link: orderAnchor(order), text: order } : { code: order },
    ]);
    return all > orders.length ? [...pieces, ' …'] : pieces;
  }

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
    this.#orders ??= new Set(this.plan.problems.map(({ order }) => order));
    return this.#orders;
  }
  #orders: ReadonlySet<string> | undefined;
}

export const orderAnchor = (order: string): string => `order-${slug(order)}`;
export const slug = (text: string): string => text.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
