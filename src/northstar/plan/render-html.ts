/** Blocks as one self-contained page that prints well: no script, no network. */
import type { Language } from '../../kernel/wording.ts';
import { closeMark, gapMark, openMark } from './people.ts';
import { piecesOf, type Block, type Line, type Piece } from './plan-block.ts';
import { planStyle } from './plan-style.ts';

export function renderHtml(blocks: readonly Block[], language: Language): string {
  const title = blocks.find((block) => block.kind === 'title')?.text ?? '';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${planStyle}</style>
</head>
<body>
<main>
${blocks.map(blockHtml).join('\n')}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `<h1>${escaped(block.text)}</h1>`;
    case 'heading':
      return `<h${block.level} id="${block.anchor}">${escaped(block.text)}</h${block.level}>`;
    case 'text':
      return `<p${block.lead === true ? ' class="lead"' : ''}>${lineHtml(block.line)}</p>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>\n${block.items.map((item) => `<li>${lineHtml(item)}</li>`).join('\n')}\n</${tag}>`;
    }
    case 'table':
      return tableHtml(block);
    case 'picture':
      return `<figure>${block.svg.trim()}<figcaption>${escaped(block.title)}</figcaption></figure>`;
    case 'code':
      return `<pre>${escaped(block.text.trimEnd())}</pre>`;
    case 'quote':
      return `<blockquote>${block.text.split('\n').map(escaped).join('<br>\n')}</blockquote>`;
    case 'comment':
      return `<div class="comment">${openMark('comment', block.id)}${escaped(block.value ?? `${gapMark} ${block.gap}`)}${closeMark}</div>`;
  }
}

function tableHtml({ title, columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const classOf = (index: number): string => (columns[index]?.numeric === true ? ' class="n"' : '');
  const heads = columns.map(
    (column, index) => `<th scope="col"${classOf(index)}>${escaped(column.title)}</th>`,
  );
  const body = rows.map(({ anchors = [], cells }) => {
    const marks = anchors.map((anchor) => `<a id="${anchor}"></a>`).join('');
    return `<tr>${cells.map((cell, index) => `<td${classOf(index)}>${index === 0 ? marks : ''}${lineHtml(cell)}</td>`).join('')}</tr>`;
  });
  return `<div class="scroll"><table><caption>${escaped(title)}</caption>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

const lineHtml = (line: Line): string => piecesOf(line).map(pieceHtml).join('');

function pieceHtml(piece: Piece): string {
  if (typeof piece === 'string') return escaped(piece);
  if ('code' in piece) return `<code>${escaped(piece.code)}</code>`;
  if ('strong' in piece) return `<strong>${escaped(piece.strong)}</strong>`;
  if ('order' in piece)
    return piece.anchor === undefined
      ? `<code>${escaped(piece.order)}</code>`
      : `<a href="#${piece.anchor}">${escaped(piece.order)}</a>`;
  if ('link' in piece) return `<a href="#${piece.link}">${escaped(piece.text)}</a>`;
  const { slot, value, gap } = piece;
  return `<span${value === undefined ? ' class="gap"' : ''}>${openMark('name', slot)}${escaped(value ?? `${gapMark} ${gap}`)}${closeMark}</span>`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => escapes[char]!);
