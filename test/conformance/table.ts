/** The table of the suite: printed by the run, and kept in docs/reference/connectors.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { rows } from './rows.ts';

const connectorNames = [
  'woocommerce', 'odoo', 'tryton', 'rt', 'hubspot', 'stripe', 'canonical', 'zendesk', 'sendcloud',
] as const; // prettier-ignore

export type Cell = 'ok' | 'n/a' | 'failed' | '';
export type Table = Map<string, Map<string, Cell>>;

const shown: Readonly<Record<Cell, string>> = { ok: '✓', 'n/a': '–', failed: '✗', '': '' };
const page = new URL('../../docs/reference/connectors.md', import.meta.url);
const begin = '<!-- conformance: written by test/conformance -->';
const end = '<!-- end of conformance -->';

/** The table as Markdown. */
export function renderTable(table: Table): string {
  const head = `| | ${connectorNames.join(' | ')} |\n|---|${connectorNames.map(() => '---').join('|')}|`;
  const lines = rows.map(({ name }) => {
    const cells = connectorNames.map((connector) => shown[table.get(name)?.get(connector) ?? '']);
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return [head, ...lines].join('\n');
}

/** The table as the page has it, so that a run against some servers leaves the other columns alone. */
function readPage(): { readonly text: string; readonly table: Table } {
  const text = readFileSync(page, 'utf8');
  const block = text.slice(text.indexOf(begin) + begin.length, text.indexOf(end));
  const cellOf = (text: string): Cell =>
    (Object.keys(shown) as Cell[]).find((key) => shown[key] === text) ?? '';
  const table: Table = new Map();
  for (const line of block.split('\n').filter((each) => each.startsWith('|'))) {
    const [name = '', ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    table.set(
      name,
      new Map(connectorNames.map((connector, index) => [connector, cellOf(cells[index] ?? '')])),
    );
  }
  return { text, table };
}

/** The page with these results in it, and the page as it is. With `UPDATE_DOCS=1` the page is written. */
export function updatePage(results: Table): { readonly wanted: string; readonly present: string } {
  const { text, table } = readPage();
  for (const [row, cells] of results) {
    const merged = table.get(row) ?? new Map<string, Cell>();
    for (const [connector, cell] of cells) merged.set(connector, cell);
    table.set(row, merged);
  }
  const from = text.indexOf(begin) + begin.length;
  const wanted = `${text.slice(0, from)}\n\n${renderTable(table)}\n\n${text.slice(text.indexOf(end))}`;
  const isUpdate = process.env['UPDATE_DOCS'] === '1';
  if (isUpdate) writeFileSync(page, wanted);
  return { wanted, present: isUpdate ? wanted : text };
}
