/** What a browser must load before the first page shows: the entry with all it imports, and one language. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildConsoleOnce } from './build-console-once.ts';

const built = join(import.meta.dirname, '../../dist/web');
const initialMax = 300_000;

type Chunk = { readonly file: string; readonly imports?: readonly string[]; readonly isEntry?: boolean };

test('the initial script is at most 300 kB, gzipped, with the largest page', async () => {
  await buildConsoleOnce();
  const chunks = JSON.parse(readFileSync(join(built, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >;
  const reach = (name: string, seen: Set<string>): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const next of chunks[name]!.imports ?? []) reach(next, seen);
    return seen;
  };
  const sizeOf = (names: ReadonlySet<string>): number =>
    [...names]
      .filter((name) => chunks[name]!.file.endsWith('.js'))
      .reduce((sum, name) => sum + statSync(join(built, `${chunks[name]!.file}.gz`)).size, 0);
  const entry = Object.keys(chunks).find((name) => chunks[name]!.isEntry === true)!;
  const initial = reach('words/de.ts', reach(entry, new Set()));
  const pages = Object.keys(chunks).filter((name) => /^pages\/.*-page\.tsx$/.test(name));
  assert.ok(pages.length > 3, 'every page is a chunk of its own');
  for (const page of pages) {
    const size = sizeOf(reach(page, new Set(initial)));
    assert.ok(size <= initialMax, `${page}: ${size} bytes of script, gzipped`);
  }
});
