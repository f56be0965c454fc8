/** Building blocks of the page: everything that comes from outside is escaped here and nowhere else. */

/** Markup that is safe to put into a page as it is. */
export type Html = { readonly html: string };

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char]!);

type Part = string | number | Html | undefined | readonly Part[];

function render(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if ('html' in part) return part.html;
  return part.map(render).join('');
}

/** A template whose values are escaped unless they are markup themselves. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0]!;
  for (const [index, part] of parts.entries()) text += render(part) + strings[index + 1]!;
  return { html: text };
}

export type Column = { readonly title: string; readonly numeric?: true };

/** A cell; `sort` where its text does not sort by itself (money, dates). */
export type Cell = string | { readonly content: string | Html; readonly sort?: string | number };

/**
 * A table in a box that scrolls by itself on small screens. `title` is its caption for those who hear the page;
 * `note` is shown above it.
 */
export function htmlTable(
  title: string,
  note: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Html {
  const heads = columns.map(
    ({ title, numeric }) =>
      html`<th scope="col" ${numeric === true ? { html: ' class="n"' } : undefined}>${title}</th>`,
  );
  const body = rows.map(
    (row) =>
      html`<tr>
        ${row.map((cell, index) => tableCell(cell, columns[index]!))}
      </tr> `,
  );
  return html`<div class="scroll"><table><caption><span class="heard">${title}.</span> ${note}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody></table></div>`; // prettier-ignore
}

function tableCell(cell: Cell, column: Column): Html {
  const { content, sort } = typeof cell === 'string' ? { content: cell, sort: undefined } : cell;
  const kind = column.numeric === true ? { html: ' class="n"' } : undefined;
  return sort === undefined
    ? html`<td${kind}>${content}</td>`
    : html`<td${kind} data-sort="${sort}">${content}</td>`;
}
