/**
 * The answer: the few sentences that say where an order stands. Templates, not prose generation; each sentence
 * carries the refs of the objects that prove it, and what is not watched is said.
 */
import { problemCodes } from './codes.ts';
import { feedSources, type Feed } from './feeds.ts';
import type { Fact, System } from './fact.ts';
import { gapsText, unreadObjects } from './gap.ts';
import type { OrderState, Problem } from './order-state.ts';
import { problemSentence } from './problem-sentences.ts';
import { dateText, listText, moneyText, oneStop, ownerText, unitsText, type Language } from './wording.ts';

export type Sentence = {
  readonly text: string;
  /** Refs of the objects that prove it, `connection:kind/id`. */
  readonly evidence: readonly string[];
};

export type AnswerOptions = {
  readonly language: Language;
  /** IANA zone for dates. */
  readonly zone: string;
  /** Date or instant of the answer, to leave out the year where it is the same. */
  readonly asOf: string;
};

const systemWords: Readonly<Record<System, Readonly<Record<Language, string>>>> = {
  shop: { en: 'shop', de: 'Shop' },
  erp: { en: 'ERP', de: 'ERP' },
  crm: { en: 'helpdesk', de: 'Helpdesk' },
  psp: { en: 'gateway', de: 'Zahlungsanbieter' },
  wms: { en: 'warehouse', de: 'Lager' },
  carrier: { en: 'carrier', de: 'Paketdienst' },
  bank: { en: 'bank', de: 'Bank' },
  desk: { en: 'returns desk', de: 'Retourentisch' },
};

/** Where the order stands, in a few sentences. */
export function answerOf(state: OrderState, options: AnswerOptions): Sentence[] {
  const { language } = options;
  if (!state.hasReturn) {
    const text =
      language === 'de'
        ? 'Zu dieser Bestellung gibt es keine Retoure und keine Erstattung.'
        : 'There is no return and no refund on this order.';
    const evidence = refsOf(state.facts.filter((fact) => fact.type === 'order.placed'));
    return [{ text, evidence }, ...incompleteSentences(state, options)];
  }
  const sentences = [...goodsSentences(state, options), ...moneySentences(state, options)];
  const roots = state.problems.filter(
    (problem) => problem.state === 'open' && problem.waitsFor === undefined,
  );
  for (const problem of roots) {
    sentences.push({
      text: `${problemSentence(problem, options)} ${ownerSentence(problem, options)}`,
      evidence: problem.evidence,
    });
  }
  for (const problem of state.problems) {
    if (problem.state === 'open' && problem.waitsFor !== undefined) {
      sentences.push({
        text: `${problemSentence(problem, options)} ${hangsSentence(problem, options)}`,
        evidence: problem.evidence,
      });
    }
  }
  const next = state.problems.find(
    (problem) => problem.state === 'pending' && problem.waitsFor === undefined,
  );
  if (next !== undefined) sentences.push({ text: pendingSentence(next, options), evidence: next.evidence });
  if (state.verdict === 'closed') sentences.push({ text: closedSentence(state, options), evidence: [] });
  sentences.push(...incompleteSentences(state, options));
  const unwatched = notWatchedSentence(state, options);
  if (unwatched !== undefined) sentences.push(unwatched);
  return joinEqual(sentences);
}

/** That it cannot be told whether all is done, and why. */
function incompleteSentences({ verdict, gaps = [] }: OrderState, { language }: AnswerOptions): Sentence[] {
  if (verdict !== 'incomplete') return [];
  const start =
    language === 'de'
      ? 'Ob alles erledigt ist, lässt sich nicht feststellen'
      : 'Whether all is done cannot be told';
  const text = `${start}: ${gapsText(gaps, language)}.`;
  return [{ text, evidence: unreadObjects(gaps) }];
}

/** Says twice the same once, with how often and all of its evidence; one full stop is enough. */
function joinEqual(sentences: readonly Sentence[]): Sentence[] {
  return [...Map.groupBy(sentences, (sentence) => sentence.text)].map(([text, equal]) => ({
    text: `${equal.length > 1 ? `${equal.length} × ` : ''}${oneStop(text)}`,
    evidence: [...new Set(equal.flatMap((sentence) => sentence.evidence))],
  }));
}

/** Refs of the objects behind some facts, each once. */
export function refsOf(facts: readonly Fact[]): string[] {
  const refs = new Set<string>();
  for (const { connection, object } of facts) refs.add(`${connection}:${object}`);
  return [...refs];
}

function goodsSentences(state: OrderState, options: AnswerOptions): Sentence[] {
  const { language } = options;
  let [expected, received, restored, hold, scrapped] = [0, 0, 0, 0, 0];
  for (const item of state.units) {
    if (item.ordered === 0) continue;
    expected += Math.min(item.ordered, Math.max(item.approved, item.refunded, item.received));
    received += item.received;
    restored += item.restored;
    hold += item.onHold;
    scrapped += item.writtenOff;
  }
  const watchesGoods = state.watched.includes('back-restored') || received > 0;
  if (expected === 0 || !watchesGoods) return [];
  const moves = state.facts.filter((fact) => fact.type === 'stock.moved' || fact.type === 'goods.received');
  const parts: string[] = [];
  if (language === 'de') {
    if (restored > 0) parts.push(`${restored} wieder im Bestand`);
    if (hold > 0) parts.push(`${hold} in Quarantäne`);
    if (scrapped > 0) parts.push(`${scrapped} ausgebucht`);
    const details = parts.length > 0 ? `, davon ${listText(parts, language)}` : '';
    return [
      {
        text: `${received} von ${expected} Stück ${received === 1 ? 'ist' : 'sind'} zurück${details}.`,
        evidence: refsOf(moves),
      },
    ];
  }
  if (restored > 0) parts.push(`${restored} back in stock`);
  if (hold > 0) parts.push(`${hold} on hold`);
  if (scrapped > 0) parts.push(`${scrapped} written off`);
  const verb = received === 1 ? 'is' : 'are';
  const details = parts.length > 0 ? `: ${listText(parts, language)}` : '';
  return [
    {
      text: `${received} of ${expected} ${expected === 1 ? 'unit' : 'units'} ${verb} back${details}.`,
      evidence: refsOf(moves),
    },
  ];
}

function moneySentences(state: OrderState, options: AnswerOptions): Sentence[] {
  const { language, zone, asOf } = options;
  const { positions, money } = state;
  const sentences: Sentence[] = [];
  const day = (at: string): string => dateText(at, language, zone, asOf);
  const amount = (minor: number): string => moneyText({ minor, currency: money.currency }, language);
  for (const payment of positions.gateway.values()) {
    const what = moneyText({ minor: payment.minor, currency: payment.currency }, language);
    const isGerman = language === 'de';
    const since = day(payment.state === 'failed' ? payment.at : payment.since);
    const text = {
      settled: isGerman ? `${what} wurden am ${since} erstattet und sind ausgezahlt.` : `${what} went back on ${since} and has settled.`,
      pending: isGerman ? `${what} sind seit ${since} unterwegs, nicht ausgezahlt.` : `${what} is on its way since ${since}, not settled.`,
      failed: isGerman ? `Eine Erstattung von ${what} schlug am ${since} fehl.` : `A refund of ${what} failed on ${since}.`,
    }[payment.state]; // prettier-ignore
    sentences.push({ text, evidence: refsOf(payment.facts) });
  }
  if (positions.gateway.size === 0) {
    for (const refund of positions.refunds) {
      if (refund.excluded !== undefined || refund.minor === 0) continue;
      const text = language === 'de'
        ? `Der Shop führt eine Erstattung von ${amount(refund.minor)} vom ${day(refund.fact.at)}.`
        : `The shop records a refund of ${amount(refund.minor)} on ${day(refund.fact.at)}.`; // prettier-ignore
      sentences.push({ text, evidence: refsOf([refund.fact]) });
    }
  }
  return sentences;
}

function ownerSentence(problem: Problem, { language, zone, asOf }: AnswerOptions): string {
  const owner = ownerText(problem.owner, language);
  const due = dateText(problem.due, language, zone, asOf);
  return language === 'de' ? `Zuständig: ${owner}, fällig am ${due}.` : `${owner} owns this, due ${due}.`;
}

function hangsSentence(problem: Problem, { language }: AnswerOptions): string {
  const title = problemCodes[problem.waitsFor!].title[language];
  return language === 'de' ? `Hängt an: ${title}.` : `This hangs on: ${title}.`;
}

function pendingSentence(problem: Problem, { language, zone, asOf }: AnswerOptions): string {
  const title = problemCodes[problem.code].title[language];
  const due = dateText(problem.due, language, zone, asOf);
  const what =
    problem.sku === undefined || problem.units === undefined
      ? ''
      : ` (${unitsText(problem.units, language)} ${problem.sku})`;
  const owner = ownerText(problem.owner, language);
  if (problem.note === 'withheld') {
    return language === 'de'
      ? 'Widerrufen; das Geld darf zurückgehalten werden, bis Ware oder Versandnachweis da ist.'
      : 'Withdrawn; the money may be withheld until the goods or a proof of dispatch are here.';
  }
  return language === 'de'
    ? `Im Plan; als nächstes fällig am ${due}, sonst „${title}“${what}, zuständig: ${owner}.`
    : `On track; next due ${due}, else “${title}”${what}, owner ${owner}.`;
}

function closedSentence(state: OrderState, { language }: AnswerOptions): string {
  const systems = [...state.positions.systems].map((system) => systemWords[system][language]);
  const list = listText(systems.sort(), language);
  if (state.notWatched.length === 0) return language === 'de' ? 'Erledigt.' : 'Closed.';
  return language === 'de' ? `Erledigt, soweit überwacht: ${list}.` : `Closed as far as watched: ${list}.`;
}

/** Feeds whose silence a shop owner would want to know of; the others are beside the point here. */
const toldFeeds: readonly Feed[] = [
  'receipts',
  'erpStock',
  'shopRefunds',
  'gateway',
  'payouts',
  'creditNotes',
  'cases',
  'shopStock',
];

function notWatchedSentence(state: OrderState, { language }: AnswerOptions): Sentence | undefined {
  const missing = new Set<Feed>();
  for (const entry of state.notWatched)
    for (const feed of entry.missing) if (toldFeeds.includes(feed)) missing.add(feed);
  if (missing.has('payouts') && !missing.has('gateway')) missing.delete('payouts');
  if (missing.size === 0) return undefined;
  const list = [...missing].map((feed) => feedSources[feed][language]).join('; ');
  return {
    text: language === 'de' ? `Nicht überwacht, es fehlt: ${list}.` : `Not watched, it would need: ${list}.`,
    evidence: [],
  };
}
