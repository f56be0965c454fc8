/** Style of the plan's page: calm, dense, readable in light, dark and on paper. */
export const planStyle = `
:root { color-scheme: light dark; --ink: #1b1d20; --soft: #5c636b; --line: #d9dce0; --paper: #fff; --tint: #f5f6f7; --accent: #0b5cad; --alert: #a3341c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6e8; --soft: #9aa2aa; --line: #34393f; --paper: #16181b; --tint: #1d2024; --accent: #79b4f2; --alert: #f0957f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 13px/20px ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; }
main { margin: 0 auto; padding: 40px 24px 64px; max-width: 1120px; }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 30px; font-weight: 600; }
h2 { margin: 40px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); font-size: 16px; line-height: 22px; font-weight: 600; }
h3 { margin: 24px 0 4px; font-size: 13px; line-height: 20px; font-weight: 600; }
p { margin: 0 0 8px; max-width: 84ch; }
.lead { font-size: 16px; line-height: 25px; max-width: 76ch; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul, ol { margin: 0 0 12px; padding-left: 20px; max-width: 90ch; }
li { margin: 0 0 4px; }
.scroll { overflow-x: auto; margin: 0 0 16px; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; padding: 0 0 6px; color: var(--soft); }
th, td { padding: 5px 12px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
thead th { color: var(--soft); border-bottom-color: var(--soft); }
td:last-child, th:last-child { padding-right: 0; }
td { min-width: 4em; }
.n { text-align: right; white-space: nowrap; }
tr:has(a:target) { background: var(--tint); }
code, pre { font: 12px/18px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0 0 12px; padding: 10px 12px; background: var(--tint); white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { margin: 0 0 12px; padding: 0 0 0 12px; border-left: 3px solid var(--line); break-inside: avoid; }
figure { margin: 12px 0; padding: 8px; background: #fff; border: 1px solid var(--line); overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; max-height: 1200px; margin: 0 auto; }
figcaption { color: #5c636b; }
.comment { margin: 0 0 12px; padding: 6px 12px; border-left: 3px solid var(--accent); background: var(--tint); color: var(--soft); white-space: pre-wrap; max-width: 84ch; }
.gap { color: var(--alert); }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --tint: #fff; --accent: #000; --alert: #000; }
  @page { size: A4; margin: 16mm 14mm; }
  main { padding: 0; max-width: none; }
  body { font-size: 9pt; line-height: 12.5pt; }
  .lead { font-size: 12pt; line-height: 17pt; }
  h2, h3 { break-after: avoid; }
  h2 { margin-top: 20px; }
  thead { display: table-header-group; }
  tr, blockquote, figure, .comment { break-inside: avoid; }
  figure svg { max-height: 230mm; }
  .scroll, figure { overflow: visible; }
  th, td { padding: 3px 6px 3px 0; }
  a { text-decoration: none; }
}`;
