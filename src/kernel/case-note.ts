/**
 * The case note: the same truth as a short, deadpan incident report. Which system said done, which did not, what
 * stood open how long, what it cost, what closes it. Dry and exact; it never mocks a person.
 */
import { businessDaysBetween, type Calendar } from './calendar.ts';
import { problemCodes } from './codes.ts';
import type { OrderState, Problem } from './order-state.ts';
import { problemSentence } from './problem-sentences.ts';
import { stakeKind, stakeMinor, type StakeKind } from './stake.ts';
import { dateText, moneyText, oneStop, ownerText, type Language } from './wording.ts';

export type CaseNoteOptions = {
  readonly language: Language;
  readonly zone: string;
  /** ISO instant at which the note is written. */
  readonly asOf: string;
  readonly calendar: Calendar;
};

/** The note of one order, a few lines; undefined when nothing is open. */
export function caseNoteOf(state: OrderState, options: CaseNoteOptions): string | undefined {
  const { language, zone, asOf } = options;
  const open = state.problems.filter((problem) => problem.state === 'open');
  const root = open.find((problem) => problem.waitsFor === undefined) ?? open[0];
  if (root === undefined) return undefined;
  const de = language === 'de';
  const lines = [
    de
      ? `Fall ${state.order}. ${problemCodes[root.code].title.de}.`
      : `Case ${state.order}. ${problemCodes[root.code].title.en}.`,
  ];
  const claims = claimsOf(state, options);
  if (claims !== undefined) lines.push(claims);
  for (const problem of open)
    if (problem.waitsFor === undefined) lines.push(problemSentence(problem, options));
  const days = businessDaysBetween(root.since, asOf, options.calendar);
  const since = dateText(root.since, language, zone, asOf);
  const owner = ownerText(root.owner, language);
  lines.push(
    de
      ? `Offen seit ${since}, ${days} ${days === 1 ? 'Arbeitstag' : 'Arbeitstage'}. Zuständig: ${owner}.`
      : `Open since ${since}, ${days} business ${days === 1 ? 'day' : 'days'}. Owner: ${owner}.`,
  );
  const cost = costText(open, state, language);
  if (cost !== '') lines.push(cost);
  lines.push(de ? `Es schließt: ${closing(root, language)}` : `Closed by: ${closing(root, language)}`);
  return oneStop(lines.join('\n'));
}

const stakeWords: Readonly<Record<StakeKind, Readonly<Record<Language, string>>>> = {
  gone: { en: 'gone', de: 'verloren' },
  stuck: { en: 'stuck', de: 'gebunden' },
  books: { en: 'wrong in the books', de: 'falsch in den Büchern' },
};

/** What it costs, by kind: the three sums are never added up. */
function costText(open: readonly Problem[], state: OrderState, language: Language): string {
  const sums = new Map<StakeKind, number>();
  for (const problem of open) {
    if (problem.waitsFor !== undefined) continue;
    const kind = stakeKind(problem.code);
    sums.set(kind, (sums.get(kind) ?? 0) + stakeMinor(problem, state.positions));
  }
  const parts = [...sums]
    .filter(([, minor]) => minor > 0)
    .map(
      ([kind, minor]) =>
        `${moneyText({ minor, currency: state.money.currency }, language)} ${stakeWords[kind][language]}`,
    );
  if (parts.length === 0) return '';
  return `${language === 'de' ? 'Betrag' : 'Amount'}: ${parts.join('; ')}.`;
}

/** What closes a problem. */
const closing = (problem: Problem, language: Language): string => problemCodes[problem.code].todo[language];

/** Who said done, although not all agree. */
function claimsOf(state: OrderState, { language, zone, asOf }: CaseNoteOptions): string | undefined {
  const said: string[] = [];
  const day = (at: string): string => dateText(at, language, zone, asOf);
  for (const entry of state.positions.cases.values()) {
    if (entry.resolvedAt === undefined || entry.about !== 'return') continue;
    said.push(
      language === 'de'
        ? `Der Helpdesk sagte am ${day(entry.resolvedAt)} erledigt.`
        : `The helpdesk said resolved on ${day(entry.resolvedAt)}.`,
    );
  }
  const refund = state.positions.refunds.find((one) => one.excluded === undefined && one.minor > 0);
  if (refund !== undefined) {
    const amount = moneyText({ minor: refund.minor, currency: state.money.currency }, language);
    said.push(
      language === 'de'
        ? `Der Shop erstattete ${amount} am ${day(refund.fact.at)}.`
        : `The shop refunded ${amount} on ${day(refund.fact.at)}.`,
    );
  }
  return said.length === 0 ? undefined : said.join(' ');
}
