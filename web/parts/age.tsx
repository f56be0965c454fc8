/** How long something lasts or is ago, in its largest unit. */
import { ageText } from '../format/time.ts';
import { useWords } from '../words/words.ts';

export function Age({ ms }: { readonly ms: number }) {
  const { language } = useWords();
  // Formatted by the language's rules, not from the catalogue.
  return <span translate="no">{ageText(ms, language)}</span>;
}
