/** What stands on the map: the words of an edge and of the legend, in either language, and how much room they take. */
import { moneyText, type Language } from '../kernel/wording.ts';
import type { Money } from '../kernel/money.ts';

/** Occurrences, median wait in seconds and money of the cases on an edge. */
export type EdgeFigure = {
  readonly count: number;
  readonly medianSeconds: number | undefined;
  readonly money: Money | undefined;
};

/** Is an edge on the agreed journey? `unknown` where nothing was agreed. */
export type EdgeKind = 'agreed' | 'outside' | 'unknown';

const words = {
  en: {
    never: 'agreed, never seen', outside: 'not agreed', events: (count: string) => `${count} ${count === '1' ? 'event' : 'events'}`,
    legend: {
      figures: 'on each line: how often · median wait', money: ', and the money open in those cases',
      agreed: 'as agreed', outside: 'not agreed', never: 'agreed, never seen',
    },
  },
  de: {
    never: 'vereinbart, nie gesehen', outside: 'nicht vereinbart', events: (count: string) => `${count} ${count === '1' ? 'Ereignis' : 'Ereignisse'}`,
    legend: {
      figures: 'an jeder Linie: wie oft · mittlere Wartezeit', money: ', und das in diesen Fällen offene Geld',
      agreed: 'wie vereinbart', outside: 'nicht vereinbart', never: 'vereinbart, nie gesehen',
    },
  },
} as const; // prettier-ignore

export const mapWords = (language: Language) => words[language];

/** Words of an edge, one or two lines: `21× · 9 s`, `€393.85 · not agreed`. */
export function edgeLines(figure: EdgeFigure | undefined, kind: EdgeKind, language: Language): string[] {
  if (figure === undefined || figure.count === 0) return [words[language].never];
  const { count, medianSeconds, money } = figure;
  const first = [`${grouped(count, language)}×`];
  if (medianSeconds !== undefined) first.push(durationText(medianSeconds, language));
  const second = money === undefined ? [] : [moneyText(money, language)];
  if (kind === 'outside') second.push(words[language].outside);
  return second.length === 0 ? [first.join(' · ')] : [first.join(' · '), second.join(' · ')];
}

/** `12,345` and `12.345`. */
export function grouped(count: number, language: Language): string {
  return String(count).replace(/\B(?=(?:\d{3}){1,9}$)/g, language === 'de' ? '.' : ',');
}

/** A duration as people say it: `40 s`, `12 min`, `3.5 h`, `6 d`. */
export function durationText(seconds: number, language: Language = 'en'): string {
  const size = Math.abs(seconds);
  const [value, unit] = size < 90 ? [seconds, 's'] : size < 5400 ? [seconds / 60, 'min'] : size < 172_800 ? [seconds / 3600, 'h'] : [seconds / 86_400, 'd']; // prettier-ignore
  const text = String(Number(value.toPrecision(2)));
  return `${language === 'de' ? text.replace('.', ',') : text} ${unit}`;
}

export const edgeFontSize = 10;
export const edgeLineHeight = 13;

/** Room for the words of an edge, in points. */
export function linesSize(lines: readonly string[]): { readonly width: number; readonly height: number } {
  const longest = Math.max(0, ...lines.map((line) => line.length));
  return { width: Math.ceil(longest * edgeFontSize * 0.58) + 10, height: lines.length * edgeLineHeight + 4 };
}

const nameLineMax = 26;

/** A name on one or two lines. */
export function nameLines(name: string): string[] {
  if (name.length <= nameLineMax) return [name];
  const at = name.lastIndexOf(' ', nameLineMax);
  const [head, rest] = at > 8 ? [name.slice(0, at), name.slice(at + 1)] : [name.slice(0, nameLineMax), name.slice(nameLineMax)]; // prettier-ignore
  return [head, rest.length <= nameLineMax ? rest : `${rest.slice(0, nameLineMax - 1)}…`];
}
