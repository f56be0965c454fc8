/** Blocks as Markdown (GitHub's dialect). What comes from data is escaped here and nowhere else. */
import { closeMark, gapMark, openMark } from './people.ts';
import { piecesOf, type Block, type Line, type Piece } from './plan-block.ts';

export function renderMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(blockText).join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `# ${escaped(block.text)}`;
    case 'heading':
      return `<a id="${block.anchor}"></a>\n\n${'#'.repeat(block.level)} ${escaped(block.text)}`;
    case 'text':
      return block.lead === true ? `**${lineText(block.line)}**` : lineText(block.line);
    case 'list':
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${lineText(item)}`)
        .join('\n');
    case 'table':
      return tableText(block);
    case 'picture':
      return block.svg.trim();
    case 'code':
      return `\`\`\`\n${block.text.trimEnd()}\n\`\`\``;
    case 'quote':
      return block.text
        .split('\n')
        .map((line) => `> ${escaped(line)}  `)
        .join('\n');
    case 'comment':
      return `${openMark('comment', block.id)}\n${block.value ?? `${gapMark} ${block.gap}`}\n${closeMark}`;
  }
}

function tableText({ title, columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [
    `_${escaped(title)}_`,
    '',
    row(columns.map((column) => escaped(column.title))),
    row(columns.map(({ numeric }) => (numeric === true ? '---:' : '---'))),
    ...rows.map(({ anchors = [], cells }) =>
      row(
        cells.map(
          (cell, index) =>
            (index === 0 ? anchors.map((anchor) => `<a id="${anchor}"></a>`).join('') : '') + lineText(cell),
        ),
      ),
    ),
  ].join('\n');
}

const lineText = (line: Line): string => piecesOf(line).map(pieceText).join('');

function pieceText(piece: Piece): string {
  if (typeof piece === 'string') return escaped(piece);
  if ('code' in piece) return codeText(piece.code);
  if ('strong' in piece) return `**${escaped(piece.strong)}**`;
  if ('order' in piece)
    return piece.anchor === undefined ? codeText(piece.order) : `[${escaped(piece.order)}](#${piece.anchor})`;
  if ('link' in piece) return `[${escaped(piece.text)}](#${piece.link})`;
  return `${openMark('name', piece.slot)}${piece.value ?? `${gapMark} ${piece.gap}`}${closeMark}`;
}

/** As many backticks as the text needs. */
function codeText(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return longest === 0 ? `${ticks}${text}${ticks}` : `${ticks} ${text} ${ticks}`;
}

const escaped = (text: string): string => text.replaceAll(/[\\`*_<>[\]#]/g, (char) => `\\${char}`);
