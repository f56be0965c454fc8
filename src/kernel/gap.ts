/** Why it cannot be told whether all of an order is done: what of it is not known, and in which words that is said. */
import { listText, type Language } from './wording.ts';

export type Gap =
  /** A record, `connection:kind/id`, that could not be read in full. */
  | { readonly is: 'unread'; readonly object: string }
  /** A connection that is paused: what it holds may be old. */
  | { readonly is: 'paused'; readonly connection: string }
  /** A connection that refuses to be read. */
  | { readonly is: 'refused'; readonly connection: string }
  /** The order is older than what has been read so far. */
  | { readonly is: 'past' }
  /** A file that is not whole; what is wrong with it, as said where it was read. */
  | { readonly is: 'file'; readonly reason: string };

/** Records named in a sentence; of more it is said how many there are. */
const namedMax = 3;

/** What is missing, as the end of a sentence. `gaps` holds at least one. */
export function gapsText(gaps: readonly Gap[], language: Language): string {
  const isGerman = language === 'de';
  const parts: string[] = [];
  if (gaps.some((gap) => gap.is === 'past'))
    parts.push(isGerman ? 'die Vergangenheit wird noch eingelesen' : 'the past is still being read');

  const paused = connectionsOf(gaps, 'paused');
  const isOne = paused.length === 1;
  if (paused.length > 0)
    parts.push(
      isGerman
        ? `${listText(paused, language)} ${isOne ? 'ist' : 'sind'} angehalten`
        : `${listText(paused, language)} ${isOne ? 'is' : 'are'} paused`,
    );

  const refused = connectionsOf(gaps, 'refused');
  const isAlone = refused.length === 1;
  if (refused.length > 0)
    parts.push(
      isGerman
        ? `${listText(refused, language)} ${isAlone ? 'lässt' : 'lassen'} sich nicht lesen`
        : `${listText(refused, language)} ${isAlone ? 'refuses' : 'refuse'} to be read`,
    );

  const unread = unreadObjects(gaps);
  if (unread.length > namedMax)
    parts.push(
      isGerman
        ? `${unread.length} Datensätze ließen sich nicht ganz lesen`
        : `${unread.length} records could not be read in full`,
    );
  else if (unread.length > 0)
    parts.push(
      isGerman
        ? `nicht ganz lesbar: ${listText(unread, language)}`
        : `${listText(unread, language)} could not be read in full`,
    );

  if (gaps.some((gap) => gap.is === 'file'))
    parts.push(isGerman ? 'eine Datei ist unvollständig' : 'a file is not complete');
  return parts.join('; ');
}

/** Records that could not be read in full, each once. */
export function unreadObjects(gaps: readonly Gap[]): string[] {
  return [...new Set(gaps.flatMap((gap) => (gap.is === 'unread' ? [gap.object] : [])))];
}

function connectionsOf(gaps: readonly Gap[], kind: 'paused' | 'refused'): string[] {
  return [...new Set(gaps.flatMap((gap) => (gap.is === kind ? [gap.connection] : [])))].sort();
}
