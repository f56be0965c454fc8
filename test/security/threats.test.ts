/** SECURITY.md names a test for each threat: there must be one of that name in that file. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

type Row = { readonly threat: string; readonly file: string; readonly title: string };

function listThreats(): readonly Row[] {
  const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
  return [...text.matchAll(/^\| (.+?)\s*\| .+? \| `([^`]+)`: (.+?)\s*\|$/gm)].map(([, threat, file, title]) => ({
    threat: threat!, file: file!, title: title!,
  })); // prettier-ignore
}

test('every threat in SECURITY.md has the test that it names', () => {
  const threats = listThreats();
  const lines = readFileSync(join(root, 'SECURITY.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  assert.equal(threats.length, lines.length - 1, 'every row but the head names a file and a title');
  assert.ok(threats.length >= 25, `${threats.length} threats`);
  assert.equal(new Set(threats.map((row) => row.threat)).size, threats.length, 'each stands once');
  for (const { threat, file, title } of threats) {
    assert.ok(existsSync(join(root, file)), `${threat}: there is no ${file}`);
    const source = readFileSync(join(root, file), 'utf8');
    // A title may have a part that is filled in, before or after what stands here.
    const call = new RegExp(`\\b(?:test|it)\\(\\s*(['\`])(?:\\$\\{[^}]+\\} )?${RegExp.escape(title)}(?: \\$\\{[^}]+\\})?\\1`); // prettier-ignore
    assert.match(source, call, `${threat}: no such test in ${file}`);
  }
});
