/**
 * Where a JSON text breaks. `JSON.parse` says so only for some errors and in words that change between versions;
 * people need the line and the column in their file.
 */

export type JsonBreak = { readonly offset: number; readonly atEnd: boolean };

/** Offset of the first character that cannot continue a JSON value; undefined: the text is one whole value. */
export function locateJsonError(text: string): JsonBreak | undefined {
  const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y; // eslint-disable-line no-control-regex
  const blankPattern = /[ \t\n\r]*/y;
  let at = 0;
  const open: ('{' | '[')[] = [];
  const fail = (offset: number): JsonBreak => ({ offset, atEnd: offset >= text.length });
  const take = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : -1;
  };
  const skipBlanks = (): void => {
    at = take(blankPattern);
  };
  /** Reads a string; the offset of its break, or -1. */
  const string = (): number => {
    const end = text[at] === '"' ? take(stringPattern) : at;
    if (text[at] !== '"' || text[end] !== '"') return end;
    at = end + 1;
    return -1;
  };
  let expects: 'value' | 'first-value' | 'first-key' | 'key' | 'colon' | 'after' = 'value';
  for (;;) {
    skipBlanks();
    const char = text[at];
    if (expects === 'after') {
      const top = open.at(-1);
      if (top === undefined) return at >= text.length ? undefined : fail(at);
      if (char === ',') expects = top === '{' ? 'key' : 'value';
      else if (char === (top === '{' ? '}' : ']')) open.pop();
      else return fail(at);
      at++;
    } else if (expects === 'colon') {
      if (char !== ':') return fail(at);
      at++;
      expects = 'value';
    } else if (expects === 'key' || expects === 'first-key') {
      if (char === '}' && expects === 'first-key') {
        open.pop();
        at++;
        expects = 'after';
        continue;
      }
      const bad = string();
      if (bad >= 0) return fail(bad);
      expects = 'colon';
    } else if (char === ']' && expects === 'first-value') {
      open.pop();
      at++;
      expects = 'after';
    } else if (char === '{' || char === '[') {
      open.push(char);
      at++;
      expects = char === '{' ? 'first-key' : 'first-value';
    } else if (char === '"') {
      const bad = string();
      if (bad >= 0) return fail(bad);
      expects = 'after';
    } else {
      const word = ['true', 'false', 'null'].find((known) => text.startsWith(known, at));
      const end = word === undefined ? take(numberPattern) : at + word.length;
      if (end < 0) {
        const cut = ['true', 'false', 'null', '-'].some((known) => known.startsWith(text.slice(at)));
        return fail(cut ? text.length : at);
      }
      at = end;
      expects = 'after';
    }
  }
}

/** Line and column, both from 1, of an offset in a text. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
