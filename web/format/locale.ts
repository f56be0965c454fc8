import type { Language } from '../words/words.ts';

/** The pseudo-language of the tests formats as English. */
export function localeOf(language: Language): string {
  return language === 'de' ? 'de-DE' : 'en-GB';
}
