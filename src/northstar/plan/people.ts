/**
 * Names and comments that people typed into a printed plan. They stand between marks that Markdown and HTML both
 * hide, and are read back before the plan is written anew:
 *
 *     <!-- reentry:name support.owner -->Maria Lind<!-- /reentry -->
 *     <!-- reentry:comment matrix.back-restored -->
 *     Agreed with the warehouse on 3 December.
 *     <!-- /reentry -->
 */
import type { People } from './plan.ts';

export const nobody: People = { names: {}, comments: {} };

export type SlotKind = 'name' | 'comment';

export const openMark = (kind: SlotKind, id: string): string =>
  `<!-- reentry:${kind} ${encodeURIComponent(id)} -->`;
export const closeMark = '<!-- /reentry -->';

/** What stands where nobody has typed anything. */
export const gapMark = '…';

const slotPattern = /<!-- reentry:(name|comment) (\S+) -->([\s\S]*?)<!-- \/reentry -->/g;

/** Reads what people typed into a plan printed as Markdown or HTML. Texts without marks give nobody's. */
export function readPeople(text: string): People {
  const isHtml = /^\s*<!doctype html/i.test(text);
  const names: Record<string, string> = {};
  const comments: Record<string, string> = {};
  for (const [, kind, id, raw] of text.matchAll(slotPattern)) {
    const value = (isHtml ? unescapeHtml(raw!.replaceAll(/<[^<>]*>/g, '')) : raw!).trim();
    if (value === '' || value.startsWith(gapMark)) continue;
    (kind === 'name' ? names : comments)[decodeURIComponent(id!)] = value;
  }
  return { names, comments };
}

/** A file of names and comments: `{ "names": { "support.owner": "Maria" }, "comments": { … } }`; undefined: it is none. */
export function parsePeople(value: unknown): People | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { names = {}, comments = {} } = value as { readonly names?: unknown; readonly comments?: unknown };
  return isTexts(names) && isTexts(comments) ? { names, comments } : undefined;
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === 'string');

/** Later sources win, entry by entry. Keys in alphabetical order, so that equal people print alike. */
export function mergePeople(...sources: readonly People[]): People {
  const merged = (part: keyof People): Record<string, string> => {
    const all = sources.flatMap((source) => Object.entries(source[part]));
    // A mark inside a text would end it early when it is read back.
    const last = new Map(all.map(([id, text]) => [id, text.replaceAll(/<!--|-->/g, '').trim()]));
    return Object.fromEntries([...last].sort(([left], [right]) => (left < right ? -1 : 1)));
  };
  return { names: merged('names'), comments: merged('comments') };
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const unescapeHtml = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity]!);
