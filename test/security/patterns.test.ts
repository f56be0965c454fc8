/**
 * Regular expressions that take for ever: every one that stands in the code is run over texts made to keep it busy. One
 * that grows with the square of its text is as bad here, because texts of a hundred thousand characters do come in.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { parseSync, Visitor } from 'oxc-parser';

const root = join(import.meta.dirname, '../../src');
/** First a look at short texts; what shows there is looked at with long ones, where a square means 800 million steps. */
const [shortLength, longLength] = [2_000, 40_000];
const suspectMs = 0.8;
const limitMs = 400;

type Found = { readonly file: string; readonly source: string; readonly flags: string };

function listPatterns(): readonly Found[] {
  const found = new Map<string, Found>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.startsWith('sandbox')) continue;
    const { program } = parseSync(file, readFileSync(join(root, file), 'utf8'));
    new Visitor({
      Literal(node) {
        if (!('regex' in node) || node.regex === null || node.regex === undefined) return;
        const { pattern: source, flags } = node.regex;
        found.set(`${source} ${flags}`, { file, source, flags });
      },
    }).visit(program);
  }
  return [...found.values()];
}

/** Characters that a pattern names, and those that patterns are mostly about. */
function textsFor({ source }: Found, length: number): readonly string[] {
  const plain = source.replaceAll(/\\[dwsDWSbBpPu]|\{[^}]*\}|[\\^$.*+?()[\]|]/g, ' ');
  const named = [...new Set(plain.replaceAll(/\s/g, ''))].slice(0, 8);
  const units = [...new Set(['a', '0', ' ', '\n', '.', '-', '@', 'a ', '0 ', 'a.', 'a@', '"', ...named, ...named.map((one) => `${one}a`)])]; // prettier-ignore
  return units.flatMap((unit) => {
    const run = unit.repeat(length / unit.length);
    return [`${run}\u0001`, `a@${run}\u0001`];
  });
}

test('no regular expression takes long over any text', () => {
  const patterns = listPatterns();
  assert.ok(patterns.length > 200, `${patterns.length} patterns`);
  // An endless one must not take this test along: the engine of a script can be stopped.
  const script = new Script('made.lastIndex = 0; text.replace(made, "");');
  const timeOf = (made: RegExp, text: string): number => {
    Object.assign(globalThis, { made, text });
    const beganAt = process.cpuUsage();
    try {
      script.runInThisContext({ timeout: 3_000 });
    } catch {
      return Number.POSITIVE_INFINITY;
    }
    return process.cpuUsage(beganAt).user / 1000;
  };
  const slow: string[] = [];
  for (const pattern of patterns) {
    const made = new RegExp(pattern.source, pattern.flags);
    const long = textsFor(pattern, longLength);
    for (const [index, text] of textsFor(pattern, shortLength).entries()) {
      if (timeOf(made, text) < suspectMs) continue;
      const ms = Math.min(timeOf(made, long[index]!), timeOf(made, long[index]!));
      if (ms < limitMs) continue;
      slow.push(`${pattern.file}: /${pattern.source}/${pattern.flags} takes ${Math.round(ms)} ms on ${JSON.stringify(text.slice(0, 8))}…`); // prettier-ignore
      break;
    }
  }
  assert.deepEqual(slow, []);
});
