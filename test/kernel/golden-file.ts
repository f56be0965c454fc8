/**
 * Golden files: what is told of many stories, written out, so that whatever changes it shows as a difference that a
 * person reads. After a wanted change: `UPDATE_GOLDEN=1 npm test`, then look at what changed.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** Declares one test per section of a golden file beside this one. */
export function checkGolden(name: string, told: readonly (readonly [title: string, text: string])[]): void {
  const path = join(import.meta.dirname, name);
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(path, `${told.map(([title, text]) => `# ${title}\n${text}`).join('\n')}\n`);
  const golden = readGolden(path);
  test(`${name} holds these sections and no others`, () => {
    assert.deepEqual(
      [...golden.keys()],
      told.map(([title]) => title),
    );
  });
  for (const [title, text] of told) {
    test(`${title}: as written in ${name}`, () => {
      assert.equal(text.trimEnd(), golden.get(title));
    });
  }
}

/** Sections by their title. */
function readGolden(path: string): Map<string, string> {
  if (!existsSync(path)) return new Map();
  const sections = readFileSync(path, 'utf8').split(/^# /m).slice(1);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1).trimEnd()];
    }),
  );
}
