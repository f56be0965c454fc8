/**
 * The JSON values of one file: the elements of an array, the lines of an NDJSON file, or one document. What does
 * not parse is set aside with its line and column; whole values before and after it are kept.
 */
import { brokenLine } from './line-blocks.ts';
import { locateJsonError, placeOf } from './locate-json-error.ts';

export type RowSink = {
  /** One value with the line it starts on, where that is known. */
  row(value: unknown): void;
  /** Something that is no value: counted once, with a reason people can act on. */
  setAside(reason: string): void;
};

/** What the text was: decides what it is called in the balance sheet. */
export type RowFormat = 'JSON' | 'NDJSON';

/** Reads all values of a text into `sink`. Never throws for bad JSON. */
export function readJsonRows(text: string, name: string, sink: RowSink): RowFormat {
  if (isLines(text)) {
    readLines(text, name, sink);
    return 'NDJSON';
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    readBroken(text, name, sink);
    return 'JSON';
  }
  if (Array.isArray(value)) for (const element of value as unknown[]) sink.row(element);
  else sink.row(value);
  return 'JSON';
}

/** NDJSON: the first line is a whole JSON value by itself and another line follows. */
export function isLines(text: string): boolean {
  const first = /\S/.exec(text)?.index ?? 0;
  const end = text.indexOf('\n', first);
  if (end < 0 || text.slice(end).trim() === '') return false;
  const line = text.slice(first, end).trim();
  if (!line.startsWith('{') && !line.startsWith('[')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    // A broken first line between lines that each hold an object: still lines. A pretty-printed file has none.
    const second = text.slice(end + 1, text.indexOf('\n', end + 1) + 1 || text.length).trim();
    return line.length > 1 && second.startsWith('{') && second.endsWith('}');
  }
}

function readLines(text: string, name: string, sink: RowSink): void {
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (line === '') continue;
    try {
      sink.row(JSON.parse(line));
    } catch {
      sink.setAside(brokenLine(name, number, line));
    }
  }
}

/** A document that does not parse: whole elements of a list are kept, up to where it breaks. */
function readBroken(text: string, name: string, sink: RowSink): void {
  const broken = locateJsonError(text) ?? { offset: 0, atEnd: false };
  const place = placeOf(text, broken.offset);
  const trimmed = text.trimStart();
  // No line is what an export of lines writes of nothing.
  if (trimmed === '' && /\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(name)) return;
  if (!trimmed.startsWith('[') && !trimmed.startsWith('{')) {
    sink.setAside(trimmed === '' ? `${name}: the file is empty` : `${name}: this is not JSON`);
    return;
  }
  const why = broken.atEnd
    ? `${name}, line ${place.line}, column ${place.column}: the file ends in the middle of a value; it was cut off, export it again`
    : `${name}, line ${place.line}, column ${place.column}: this is not JSON`;
  for (const element of elementsBefore(text, broken.offset)) sink.row(element);
  sink.setAside(why);
}

/**
 * Whole elements of the outermost list that end before `until`; the text up to there is known to be well formed.
 * The list may stand inside an envelope (`{"result":[…`); elements are objects.
 */
function elementsBefore(text: string, until: number): unknown[] {
  const elements: unknown[] = [];
  const listAt = text.trimStart().startsWith('[') ? text.indexOf('[') : text.search(/:\s*\[\s*\{/);
  if (listAt < 0 || listAt >= until) return elements;
  let depth = 0;
  let start = -1;
  for (let at = text.indexOf('[', listAt) + 1; at < until; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; at < until && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (char === '{' || char === '[') {
      if (depth++ === 0) start = at;
    } else if (char === '}' || char === ']') {
      if (--depth < 0) break;
      if (depth === 0) elements.push(JSON.parse(text.slice(start, at + 1)));
    }
  }
  return elements;
}
