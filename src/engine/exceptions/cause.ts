/** Causes: what many problems have in common, as a key to group by and as words. */
import { problemCodes, type ProblemCode } from '../../kernel/codes.ts';
import type { Problem } from '../../kernel/order-state.ts';

const separator = ' · ';

/** Code, what is special about it, and the connection whose record stands alone: `not-inspected · in_input · erp`. */
export function causeOf(problem: Problem): string {
  const [first = ''] = problem.evidence;
  const connection = first.slice(0, Math.max(0, first.indexOf(':')));
  return [problem.code, problem.note ?? '', connection].filter((part) => part !== '').join(separator);
}

const noteWords: Readonly<
  Record<NonNullable<Problem['note']>, { readonly en: string; readonly de: string }>
> = {
  no_receipt: { en: 'no receipt anywhere', de: 'kein Wareneingang erfasst' },
  in_input: { en: 'received, never put away', de: 'eingetroffen, nie eingelagert' },
  on_hold: { en: 'on hold', de: 'in Quarantäne' },
  withheld: { en: 'withheld', de: 'zurückgehalten' },
  rejected: { en: 'return was refused', de: 'Retoure war abgelehnt' },
  at_once: { en: 'failed at once', de: 'sofort fehlgeschlagen' },
};

/** The cause in words, with what the target answered where it refused the remedy. */
export function causeTitle(
  cause: string,
  code: string,
  refusal: string | null,
): { readonly en: string; readonly de: string } {
  const title = problemCodes[code as ProblemCode]?.title ?? { en: code, de: code };
  const parts = cause.split(separator).slice(1);
  const say = (language: 'en' | 'de'): string => {
    const words = parts.map((part) => noteWords[part as keyof typeof noteWords]?.[language] ?? part);
    const refused = refusal === null ? [] : [language === 'de' ? `abgelehnt: ${refusal}` : `refused: ${refusal}`];
    return [title[language], ...words, ...refused].join(separator);
  };
  return { en: say('en'), de: say('de') };
} // prettier-ignore
