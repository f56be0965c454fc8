/** Style and script of the report's page: calm, dense, readable in light, dark and on paper. */

export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1d20; --soft: #5c636b; --line: #d9dce0; --paper: #fff; --tint: #f5f6f7; --accent: #0b5cad; --alert: #a3341c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6e8; --soft: #9aa2aa; --line: #34393f; --paper: #16181b; --tint: #1d2024; --accent: #79b4f2; --alert: #f0957f; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 40px 24px 64px; max-width: 1080px; background: var(--paper); color: var(--ink);
  font: 13px/20px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 28px; font-weight: 600; }
h2 { margin: 40px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 15px; line-height: 20px; font-weight: 600; }
h3 { margin: 0 0 4px; font-size: 13px; line-height: 20px; font-weight: 600; }
p { margin: 0 0 8px; max-width: 80ch; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.soft, caption { color: var(--soft); }
.meta { color: var(--soft); max-width: none; }
.meta span + span::before { content: " · "; }
.lead { margin: 28px 0 12px; font-size: 20px; line-height: 28px; font-weight: 600; max-width: none; }
.sums { display: flex; flex-wrap: wrap; gap: 12px 48px; margin: 0 0 12px; }
.sums div { display: flex; flex-direction: column; min-width: 160px; max-width: 260px; }
.sums dt { order: 1; font-weight: 600; }
.sums dd.soft { order: 2; }
.sums dd { margin: 0; }
.sums .money { font-size: 24px; line-height: 32px; font-weight: 600; }
.warn { margin: 20px 0; padding: 12px 16px; border-left: 3px solid var(--alert); background: var(--tint); }
.warn h2 { margin: 0 0 4px; padding: 0; border: 0; }
.warn ul { margin: 0; padding-left: 18px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; padding: 0 0 6px; }
th, td { padding: 5px 12px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
thead th { color: var(--soft); border-bottom-color: var(--soft); }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
th[aria-sort] button::after { content: " ↑"; }
th[aria-sort="descending"] button::after { content: " ↓"; }
td:last-child, th:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; }
tbody tr:hover { background: var(--tint); }
code { font: 12px/20px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
td code { white-space: nowrap; }
.open::before { content: "\\25CF\\00A0"; color: var(--alert); }
.hangs::before { content: "\\21B3\\00A0"; color: var(--soft); }
.notes { columns: 2 420px; column-gap: 40px; }
.notes article { break-inside: avoid; margin: 0 0 20px; }
.notes p { margin: 0; }
details { margin: 0 0 4px; border-bottom: 1px solid var(--line); padding-bottom: 4px; }
summary { cursor: pointer; }
details ul { margin: 4px 0 8px; padding-left: 18px; max-width: 90ch; }
ul.plain { margin: 0; padding-left: 18px; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --tint: #fff; --accent: #000; --alert: #000; }
  @page { margin: 16mm 14mm; }
  body { padding: 0; max-width: none; font-size: 9.5pt; line-height: 13pt; }
  h2 { break-after: avoid; margin-top: 20px; }
  thead { display: table-header-group; }
  tr, article, details { break-inside: avoid; }
  .scroll { overflow: visible; }
  th, td { padding: 3px 8px 3px 0; }
  a { text-decoration: none; }
}`;

/** Makes heads of tables sort their table, and opens all details before printing. The page reads as well without it. */
export const pageScript = `
for (const head of document.querySelectorAll('thead th')) {
  const button = document.createElement('button');
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const body = head.closest('table').tBodies[0];
    const key = (row) => row.cells[head.cellIndex].dataset.sort ?? row.cells[head.cellIndex].textContent;
    const rows = [...body.rows].sort((a, b) => key(a).localeCompare(key(b), undefined, { numeric: true }));
    body.append(...(down ? rows.reverse() : rows));
  });
}
addEventListener('beforeprint', () => { for (const one of document.querySelectorAll('details')) one.open = true; });
`;
