/** `npm run docs`: the documentation as a small site of plain pages, without a script; by default below `site/`. */
import MarkdownIt, { type Token } from 'markdown-it';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { siteSections } from './site-pages.ts';

const root = join(import.meta.dirname, '..');

const style = `:root{--ink:#1b1f24;--soft:#5b6470;--line:#dfe3e8;--back:#fff;--pane:#f6f7f9;--link:#1857b8}
@media(prefers-color-scheme:dark){:root{--ink:#e4e7eb;--soft:#9aa3ad;--line:#30363d;--back:#14171a;--pane:#1c2024;--link:#7db2ff}}
*{box-sizing:border-box}body{margin:0;display:grid;grid-template-columns:16rem minmax(0,1fr);color:var(--ink);background:var(--back);font:16px/1.6 system-ui,sans-serif}
nav{padding:1.5rem;border-right:1px solid var(--line);background:var(--pane);min-height:100vh;font-size:.92rem}nav h2{margin:1.2rem 0 .3rem;font-size:.8rem;color:var(--soft);text-transform:uppercase;letter-spacing:.05em}
nav ul{list-style:none;margin:0;padding:0}nav a{color:inherit;text-decoration:none;display:block;padding:.1rem 0}nav a[aria-current]{font-weight:600;color:var(--link)}
main{padding:2rem 3rem 4rem;max-width:56rem;overflow-wrap:break-word}a{color:var(--link)}h1,h2,h3{line-height:1.25}h2{margin-top:2.2rem}
pre{background:var(--pane);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow:auto}code{font:.9em ui-monospace,monospace}
table{border-collapse:collapse;display:block;overflow:auto;font-size:.92rem}th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}img{max-width:100%}
@media(max-width:48rem){body{display:block}nav{min-height:0;border-right:0}main{padding:1rem}}
`;

export const pageAddress = (page: string): string =>
  page === 'README.md' ? 'index.html' : page.replace(/\.md$/, '.html').replace(/^docs\//, '').toLowerCase(); // prettier-ignore

/** As code hosts make them from headings, so that one link works there and here. */
export const anchorOf = (heading: string): string =>
  heading.toLowerCase().replaceAll(/<[^>]+>|[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(/\s/g, '-'); // prettier-ignore

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'); // prettier-ignore

function makeReader() {
  // HTML in a page stays text, except comments, which mark places for programs.
  const reader = new MarkdownIt({ html: false, linkify: true });
  const seen = new Map<string, number>();
  reader.core.ruler.push('anchors', (state) => {
    seen.clear();
    for (const [index, token] of state.tokens.entries()) {
      if (token.type !== 'heading_open') continue;
      const plain = (state.tokens[index + 1]?.children ?? []).filter((part) => part.type === 'text' || part.type === 'code_inline').map((part) => part.content).join('');
      const base = anchorOf(plain);
      const count = seen.get(base) ?? 0;
      seen.set(base, count + 1);
      token.attrSet('id', count === 0 ? base : `${base}-${count}`);
    }
  });
  return reader;
} // prettier-ignore

/** Where a link of a page leads on the site: pages to pages, files to files, everything else as it is. */
function siteLink(link: string, page: string, pages: ReadonlySet<string>): string {
  if (/^[a-z]+:|^#|^\/\//.test(link)) return link;
  const [path = '', anchor] = link.split('#', 2);
  const target = join(dirname(page), path);
  const address = pages.has(target) ? pageAddress(target) : target.replace(/^docs\//, '');
  return relative(dirname(pageAddress(page)), address) + (anchor === undefined ? '' : `#${anchor}`);
}

/** Writes the site; returns its pages. */
export function buildDocs(into: string): readonly string[] {
  const listed = siteSections.flatMap((section) => section.pages);
  const pages = new Set(listed);
  const reader = makeReader();
  const read = (page: string): string => readFileSync(join(root, page), 'utf8').replaceAll(/<!--[\s\S]*?-->/g, '');
  const titles = new Map(listed.map((page) => [page, /^# (.+)$/m.exec(read(page))?.[1] ?? page]));
  rmSync(into, { recursive: true, force: true });
  for (const page of listed) {
    const tokens = reader.parse(read(page), {});
    for (const token of tokens.flatMap((one: Token) => [one, ...(one.children ?? [])])) {
      for (const name of ['href', 'src']) {
        const link = token.attrGet(name);
        if (link !== null) token.attrSet(name, siteLink(String(link), page, pages));
      }
    }
    const up = relative(dirname(pageAddress(page)), '') || '.';
    const navigation = siteSections.map(({ title, pages: own }) => {
      const items = own.map((one) => `<li><a href="${siteLink(relative(dirname(page), one), page, pages)}"${one === page ? ' aria-current="page"' : ''}>${escape(titles.get(one)!)}</a></li>`);
      return `<h2>${title}</h2><ul>${items.join('')}</ul>`;
    });
    const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(titles.get(page)!)} · Reentry</title>
<link rel="stylesheet" href="${up}/style.css"></head><body><nav aria-label="Pages">${navigation.join('')}</nav><main>
${reader.renderer.render(tokens, reader.options, {})}</main></body></html>
`;
    const path = join(into, pageAddress(page));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, html);
  }
  writeFileSync(join(into, 'style.css'), style);
  for (const name of ['LICENSE', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((one) => /\.(?:png|json)$|^adr\/.*\.md$/.test(one)).map((one) => `docs/${one}`)]) {
    const path = join(into, name.replace(/^docs\//, ''));
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(root, name), path);
  }
  return listed;
} // prettier-ignore

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const into = process.argv[2] ?? join(root, 'site');
  process.stderr.write(`${buildDocs(into).length} pages in ${into}\n`);
}
