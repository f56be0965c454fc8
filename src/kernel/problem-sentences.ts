/** One sentence per problem code, in English and German, with what it is about. */
import { problemCodes, type ProblemCode } from './codes.ts';
import type { Problem } from './order-state.ts';
import { moneyText, unitsText, type Language } from './wording.ts';

type Words = { readonly units: string; readonly sku: string; readonly money: string };
type Template = Partial<Record<Language, (words: Words, problem: Problem) => string>>;

const noReceipt = {
  en: '; no receipt was recorded anywhere',
  de: '; nirgends wurde ein Wareneingang erfasst',
} as const;

/** Sentences that say more than title and cause. The others are built from the catalogue. */
const templates: Partial<Record<ProblemCode, Template>> = {
  'approved-but-not-restored': {
    en: ({ units, sku }, { note }) =>
      `The ERP has not put ${units} ${sku} back in stock${note === 'no_receipt' ? noReceipt.en : note === 'on_hold' ? '; received and still on hold' : '; received and never put away'}.`,
    de: ({ units, sku }, { note }) =>
      `Das ERP hat ${units} ${sku} nicht wieder im Bestand${note === 'no_receipt' ? noReceipt.de : note === 'on_hold' ? '; eingetroffen und noch in Quarantäne' : '; eingetroffen und nie eingelagert'}.`,
  },
  'restored-without-receipt': {
    en: ({ units, sku }) => `${units} ${sku} were put into stock${noReceipt.en}.`,
    de: ({ units, sku }) => `${units} ${sku} wurden in den Bestand gebucht${noReceipt.de}.`,
  },
  'told-too-early': {
    en: () => 'One system says done, another shows open loss: the case was closed too early.',
    de: () =>
      'Ein System sagt erledigt, ein anderes zeigt offenen Verlust: der Fall wurde zu früh geschlossen.',
  },
  'blind-return': {
    en: ({ units, sku }, { note }) =>
      `${units} ${sku} came back ${note === 'rejected' ? 'although the return was refused' : 'without any permission'}.`,
    de: ({ units, sku }, { note }) =>
      `${units} ${sku} kamen zurück, ${note === 'rejected' ? 'obwohl die Retoure abgelehnt war' : 'ohne dass jemand sie freigab'}.`,
  },
};

/** What is wrong, in one sentence with units, item and amount. */
export function problemSentence(problem: Problem, options: { readonly language: Language }): string {
  const { language } = options;
  const words: Words = {
    units: problem.units === undefined ? '' : unitsText(problem.units, language),
    sku: problem.sku === undefined ? '' : problem.sku,
    money: problem.amount === undefined ? '' : moneyText(problem.amount, language),
  };
  const template = templates[problem.code]?.[language];
  if (template !== undefined) return template(words, problem);
  const about = [words.units, words.sku, words.money].filter((word) => word !== '').join(' ');
  const title = problemCodes[problem.code].title[language];
  return about === '' ? `${title}.` : `${title}: ${about}.`;
}
