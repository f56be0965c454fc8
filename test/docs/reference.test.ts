import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { environmentVariables, findUnknownVariables } from '../../src/cli/environment-variables.ts';
import { dependencyReasons } from './dependency-reasons.ts';
import { listDependencies, referencePages } from './reference-pages.ts';
import { root } from './shell-commands.ts';

for (const [name, render] of Object.entries(referencePages))
  test(`docs/reference/${name} is what the code says (UPDATE_DOCS=1 writes it)`, () => {
    const path = join(root, 'docs/reference', name);
    const text = render();
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, text);
    assert.equal(readFileSync(path, 'utf8'), text, `docs/reference/${name} is stale: run this test with UPDATE_DOCS=1`);
  }); // prettier-ignore

/** Names of variables as sources spell them, whatever object they are read from. */
function readVariables(): Set<string> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('environment-variables.ts')); // prettier-ignore
  const found = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(root, 'src', file), 'utf8');
    for (const [, name] of text.matchAll(/(?:env|environment)\??\.?\[?\(?'([A-Z][A-Z0-9_]{3,})'/gi))
      found.add(name!);
    for (const [, name] of text.matchAll(/= '(REENTRY_[A-Z_]+)'/g)) found.add(name!);
  }
  return found;
}

test('every variable that is read is in the table, and every one in the table is read', () => {
  // Of the terminal, not ours.
  const read = [...readVariables()].filter((name) => !['TERM'].includes(name)).sort();
  const known = Object.keys(environmentVariables).filter((name) => !name.includes('<')).sort(); // prettier-ignore
  assert.deepEqual(read, known);
});

test('a misspelt variable is found, secrets of connections are not', () => {
  assert.deepEqual(
    findUnknownVariables({ REENTRY_PROT: '1', REENTRY_PORT: '1', REENTRY_SECRET_SHOP__KEY: 'k', HOME: '/' }),
    ['REENTRY_PROT'],
  );
});

test('every package has a reason, every reason a package, and each licence is that of the package installed', () => {
  const all = listDependencies();
  assert.deepEqual(all.map((one) => one.name).filter((name) => (dependencyReasons[name] ?? '').length < 10), []); // prettier-ignore
  const names = new Set(all.map((one) => one.name));
  assert.deepEqual(Object.keys(dependencyReasons).filter((name) => !names.has(name)), []); // prettier-ignore
  const page = readFileSync(join(root, 'docs/reference/dependencies.md'), 'utf8');
  let compared = 0;
  for (const { name, version } of all) {
    const path = join(root, 'node_modules', name, 'package.json');
    if (!existsSync(path)) continue; // Of another platform.
    const installed = JSON.parse(readFileSync(path, 'utf8')) as { readonly license?: string; readonly licenses?: readonly { readonly type: string }[]; readonly version: string };
    const licence = installed.license ?? installed.licenses?.[0]?.type;
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    assert.deepEqual(row?.split(' | ').slice(1, 3), [version, licence], name);
    assert.equal(installed.version, version, name);
    // What may be passed on with Apache-2.0.
    assert.match(String(licence), /^\(?(?:MIT|MIT-0|ISC|BSD-[23]-Clause|Apache-2\.0|0BSD|BlueOak-1\.0\.0|OFL-1\.1|MPL-2\.0|PostgreSQL|AGPL-3\.0)\b/, name);
    compared += 1;
  }
  assert.ok(compared > 40, `${compared} packages`);
}); // prettier-ignore
