import type { Language } from '../words/words.ts';

/** The first language of the browser that there is a catalogue for. */
export function browserLanguage(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2));
  return wanted.find((tag) => tag === 'de' || tag === 'en') === 'de' ? 'de' : 'en';
}
