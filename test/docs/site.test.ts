/** The site built from the documentation: every page is in it, every link leads somewhere. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildDocs, pageAddress } from '../../scripts/build-docs.ts';
import { listPages } from './shell-commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-site-'));
let pages: readonly string[] = [];
before(() => void (pages = buildDocs(folder)));
after(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (address: string): string => readFileSync(join(folder, address), 'utf8');
const idsOf = (address: string): Set<string> => new Set([...textOf(address).matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!)); // prettier-ignore

test('every page of the documentation stands in one section', () => {
  // Decisions are for those who change the code; they are read where the code is.
  const own = listPages().filter((page) => !page.startsWith('docs/adr/'));
  assert.deepEqual([...pages].filter((page) => own.includes(page)).sort(), own);
  assert.equal(new Set(pages).size, pages.length);
});

test('every link and every picture leads to something that is there', () => {
  const broken: string[] = [];
  let count = 0;
  for (const address of pages.map(pageAddress)) {
    for (const [, raw] of textOf(address).matchAll(/ (?:href|src)="([^"]*)"/g)) {
      const link = decodeURIComponent(raw!.replaceAll('&amp;', '&'));
      if (/^(?:https?|mailto):/.test(link)) continue;
      count += 1;
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? address : join(dirname(address), path);
      if (!existsSync(join(folder, target))) broken.push(`${address}: ${link}`);
      else if (anchor !== undefined && !idsOf(target).has(anchor)) broken.push(`${address}: ${link} (no such heading)`);
    }
  }
  assert.deepEqual(broken, []);
  assert.ok(count > 1000, `${count} links`);
}); // prettier-ignore

test('pages need no script, and HTML in a page stays text', () => {
  for (const address of pages.map(pageAddress)) assert.doesNotMatch(textOf(address), /<script|javascript:|onerror=/i, address); // prettier-ignore
  assert.match(textOf('index.html'), /<h1 id="reentry">Reentry<\/h1>/);
  assert.match(textOf('guides/run-it.html'), /aria-current="page">Run it/);
});
