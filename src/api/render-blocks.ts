/** Blocks of text as a page without script, and as Markdown. */
import type { Block } from './reference-blocks.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign]!);
const inline = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** A whole page; `style` is the address of its style sheet. */
export function renderHtml(blocks: readonly Block[], title: string, style: string): string {
  const contents = blocks
    .flatMap((block) => (block.is === 'heading' && block.level === 2 ? [block] : []))
    .map(({ anchor, text }) => `<li><a href="#${anchor}">${inline(text)}</a></li>`)
    .join('\n');
  const [head, ...rest] = blocks.map(htmlBlock);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main>
${head ?? ''}
<nav aria-label="Contents"><ul>
${contents}
</ul></nav>
${rest.join('\n')}
</main>
</body>
</html>
`;
}

function htmlBlock(block: Block): string {
  switch (block.is) {
    case 'heading':
      return `<h${block.level} id="${block.anchor}">${inline(block.text)}</h${block.level}>`;
    case 'text':
      return `<p>${inline(block.text)}</p>`;
    case 'code':
      return `<pre tabindex="0">${escape(block.text)}</pre>`;
    case 'table': {
      const head = block.head.map((cell) => `<th scope="col">${inline(cell)}</th>`).join('');
      const rows = block.rows.map(
        (row) => `<tr>${row.map((cell) => `<td>${inline(cell)}</td>`).join('')}</tr>`,
      );
      return `<table><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
    }
  }
}

export function renderMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(markdownBlock).join('\n\n')}\n`;
}

function markdownBlock(block: Block): string {
  switch (block.is) {
    case 'heading':
      return `<a id="${block.anchor}"></a>\n\n${'#'.repeat(block.level)} ${block.text}`;
    case 'text':
      return block.text;
    case 'code':
      return `\`\`\`ts\n${block.text}\n\`\`\``;
    case 'table': {
      const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
      return [line(block.head), line(block.head.map(() => '---')), ...block.rows.map(line)].join('\n');
    }
  }
}
