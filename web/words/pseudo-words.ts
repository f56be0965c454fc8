/** The pseudo-language: every text of the catalogue in brackets, accented and a third longer, as German is. */
const accents: Readonly<Record<string, string>> = {
  a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', n: 'ñ', c: 'ç', y: 'ý',
  A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú', N: 'Ñ', C: 'Ç',
}; // prettier-ignore

function pseudo(text: string): string {
  if (!/\p{L}/u.test(text)) return text;
  const accented = [...text].map((letter) => accents[letter] ?? letter).join('');
  return `⟦${accented}${'~'.repeat(Math.ceil(text.length * 0.3))}⟧`;
}

export function pseudoWords<T>(words: T): T {
  if (typeof words === 'string') return pseudo(words) as T;
  if (typeof words === 'function') {
    const call = words as unknown as (...args: unknown[]) => unknown;
    return ((...args: unknown[]) => pseudoWords(call(...args))) as T;
  }
  if (Array.isArray(words)) return words.map(pseudoWords) as T;
  if (words === null || typeof words !== 'object') return words;
  return Object.fromEntries(Object.entries(words).map(([name, value]) => [name, pseudoWords(value)])) as T;
}
