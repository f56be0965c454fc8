/** What a browser must load before the first page shows: the entry with all it imports, and one language. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildConsoleOnce } from './build-console-once.ts';

const built = join(import.meta.dirname, '../../dist/web');
const initialMax = 300_000;
const furtherMax = 120_000;

type Chunk = { readonly file: string; readonly imports?: readonly string[]; readonly isEntry?: boolean };

test('the initial script is at most 300 kB, gzipped; a further page adds little', async () => {
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
  const initial = reach('pages/overview/overview-page.tsx', reach('words/de.ts', reach(entry, new Set())));
  const size = sizeOf(initial);
  assert.ok(size <= initialMax, `${size} bytes of script before the overview shows`);
  const pages = Object.keys(chunks).filter((name) => /^pages\/.*-page\.tsx$/.test(name));
  assert.ok(pages.length > 3, 'every page is a chunk of its own');
  for (const page of pages) {
    const more = sizeOf(reach(page, new Set(initial))) - size;
    assert.ok(more <= furtherMax, `${page}: ${more} more bytes of script`);
  }
});
