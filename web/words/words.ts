/**
 * The texts of the screen: one catalogue per language, loaded when it is used. Keys are checked by the compiler: `de`
 * has the type of `en`. A text with values in it is a function, so that each language orders and inflects as it must.
 *
 *   const { t, language } = useWords();
 *   t.list.newRows(4)
 */
import { createContext, use } from 'react';
import type { en } from './en.ts';

export type Words = typeof en;

/** `pseudo` is for tests: longer texts with accents in brackets, so that cut or hard-coded ones stand out. */
export const languages = ['en', 'de', 'pseudo'] as const;
export type Language = (typeof languages)[number];

export type WordsContext = {
  readonly t: Words;
  readonly language: Language;
  setLanguage(language: Language): void;
};

export const WordsContextHolder = createContext<WordsContext | undefined>(undefined);

export function useWords(): WordsContext {
  const context = use(WordsContextHolder);
  if (context === undefined) throw new Error('no words around this component');
  return context;
}

export async function loadWords(language: Language): Promise<Words> {
  switch (language) {
    case 'de':
      return (await import('./de.ts')).de;
    case 'en':
      return (await import('./en.ts')).en;
    case 'pseudo': {
      const [{ en }, { pseudoWords }] = await Promise.all([import('./en.ts'), import('./pseudo-words.ts')]);
      return pseudoWords(en);
    }
  }
}

/** A name or text that the API gives in both languages. */
export function ofLanguage<T>(texts: { readonly en: T; readonly de: T }, language: Language): T {
  return language === 'de' ? texts.de : texts.en;
}
