import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const sources = listFiles('src');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const importsOf = (file: string): string[] =>
  [
    ...textOf(file).matchAll(
      /^\s*(?:import|export)\b[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3])!);

/** The room a file is in: the folder below src, or `main`. */
const roomOf = (file: string): string => (file.split('/').length > 2 ? file.split('/')[1]! : 'main');

/** Which rooms each room may import from, beside itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  wire: ['kernel'],
  connectors: ['kernel', 'wire'],
  files: ['kernel', 'wire'],
  store: ['kernel', 'wire'],
  northstar: ['kernel', 'wire'],
  audit: ['kernel', 'wire', 'connectors', 'files'],
  engine: ['kernel', 'wire', 'connectors', 'store', 'files'],
  sandbox: ['kernel', 'wire'],
  api: ['kernel', 'wire', 'store', 'engine', 'connectors', 'northstar', 'audit', 'files'],
  cli: [
    'kernel', 'wire', 'store', 'engine', 'connectors', 'northstar', 'audit', 'api', 'files', 'sandbox',
  ],
  simulation: ['kernel', 'wire', 'connectors', 'store', 'engine', 'api', 'sandbox'],
  main: ['cli', 'wire'],
}; // prettier-ignore

test('nothing in the tree points out of it', () => {
  const links = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      if (entry.name === 'node_modules' || entry.name === '.git') return [];
      const path = join(folder, entry.name);
      return entry.isSymbolicLink() ? [path] : entry.isDirectory() ? links(path) : [];
    });
  assert.deepEqual(links('.'), []);
});

test('imports point inwards', () => {
  const wrong: string[] = [];
  for (const file of sources) {
    const room = roomOf(file);
    const rooms = allowed[room];
    assert.ok(rooms !== undefined, `${file}: unknown room ${room}; name it in the table`);
    for (const target of importsOf(file)) {
      if (!target.startsWith('.')) continue;
      const path = relative(root, join(root, file, '..', target));
      const other = roomOf(path);
      if (other !== room && !rooms.includes(other)) wrong.push(`${file} → ${path}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('the console sees of the service only what crosses the wire', () => {
  const wrong = listFiles('web').flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => relative(root, join(root, file, '..', target)))
      .filter((path) => !path.startsWith('web/') && !path.startsWith('src/wire/'))
      .map((path) => `${file} → ${path}`),
  );
  assert.deepEqual(wrong, []);
});

test('connectors do not see each other', () => {
  const wrong = sources.filter((file) => {
    const [, room, folder, ...rest] = file.split('/');
    if (room !== 'connectors' || rest.length === 0) return false;
    return importsOf(file).some(
      (target) => /^\.\.\/[a-z]+\//.test(target) && !target.startsWith(`../${folder}/`),
    );
  });
  assert.deepEqual(wrong, []);
});

test('the kernel imports nothing from outside, and knows no clock, chance, environment or network', () => {
  const forbidden =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bperformance\.|\bTemporal\.Now\b|\bfetch\(|\bsetTimeout\b|\bcrypto\b/;
  const wrong: string[] = [];
  for (const file of sources.filter((one) => roomOf(one) === 'kernel')) {
    for (const target of importsOf(file))
      if (!target.startsWith('./')) wrong.push(`${file} imports ${target}`);
    const code = textOf(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    if (forbidden.test(code)) wrong.push(`${file}: ${forbidden.exec(code)![0]}`);
  }
  assert.deepEqual(wrong, []);
});

test('files are named after what they hold: no utils, helpers or barrels', () => {
  const wrong = [...sources, ...listFiles('web')].filter(
    (file) => /(^|\/)(utils?|helpers?|index|misc|common)\.tsx?$/.test(file) || /[A-Z_]/.test(file),
  );
  assert.deepEqual(wrong, []);
});
