/** The report as one self-contained page: no request leaves it, everything in it is escaped, and it prints well. */
import { createHash } from 'node:crypto';
import { problemCodes } from '../kernel/codes.ts';
import { feedSources } from '../kernel/feeds.ts';
import type { Problem } from '../kernel/order-state.ts';
import { dateText, moneyText, ownerText, type Language } from '../kernel/wording.ts';
import type { ReportOrder, StakeIn } from '../wire/audit-report.ts';
import { type AuditView, groupNotWatched, isOpen } from './audit-view.ts';
import { html, htmlTable, type Cell, type Html } from './html-text.ts';
import { pageScript, pageStyle } from './page-style.ts';
import { controlText, instantText, reportWords, sourcesText } from './report-words.ts';

const notesMax = 12;
const problemsMax = 2000;
const answersMax = 500;
const othersMax = 200;

/** The page. */
export function renderHtml(view: AuditView, language: Language): string {
  const { head } = view;
  const words = reportWords[language];
  const scriptHash = createHash('sha256').update(pageScript).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'`;
  const kept = head.imports.reduce((sum, sheet) => sum + sheet.kept, 0);
  const aside = head.imports.reduce((sum, sheet) => sum + sheet.in - sheet.kept, 0);
  const facts = [
    words.asOf(instantText(head.asOf, language, head.zone)),
    words.policy(head.policy.file),
    words.orders(head.totals.orders, head.totals.withReturn),
    words.read(head.imports.length, kept, aside),
    ...(head.laterFacts > 0 ? [words.later(head.laterFacts)] : []),
  ];
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${words.title}, ${head.asOf.slice(0, 10)}</title>
<style>${{ html: pageStyle }}</style>
</head>
<body>
<header>
<h1>${words.title}</h1>
<p class="meta">${facts.map((fact) => html`<span>${fact}</span> `)}</p>
</header>
<main>
${warnings(view, language)}
${headline(view, language)}
${groups(view, language)}
${notes(view, language)}
${problems(view, language)}
${answers(view, language)}
${others(view, language)}
${notWatched(view, language)}
${imports(view, language)}
</main>
<script>${{ html: pageScript }}</script>
</body>
</html>
`; // prettier-ignore
  return page.html;
}

function section(title: string, content: readonly (Html | undefined)[]): Html {
  return html`<section>
<h2>${title}</h2>
${content}
</section>`; // prettier-ignore
}

function warnings({ head }: AuditView, language: Language): Html | undefined {
  const words = reportWords[language];
  const thin = head.coverage.filter((entry) => entry.thin);
  const list = (lines: readonly string[]): Html =>
    html`<ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
  const parts: Html[] = [];
  if (head.incomplete.length > 0) {
    parts.push(
      html`<div class="warn">
        <h2>${words.incompleteTitle}</h2>
        <p>${words.incompleteNote}</p>
        ${list(head.incomplete)}
      </div>`,
    );
  }
  if (thin.length > 0) {
    const lines = thin.map((entry) =>
      words.thinLine(feedSources[entry.feed][language], entry.class, entry.reported, entry.applicable),
    );
    parts.push(
      html`<div class="warn">
        <h2>${words.thinTitle}</h2>
        <p>${words.thinNote}</p>
        ${list(lines)}
      </div>`,
    );
  }
  return html`${parts}`;
}

function headline({ head }: AuditView, language: Language): Html {
  const words = reportWords[language];
  const { open, pending } = head.totals.problems;
  const sums = head.totals.stake.map(
    (stake) => html`<dl class="sums">${(['gone', 'stuck', 'books'] as const).map(
      (kind) => html`<div><dt>${words.sums[kind]}</dt><dd class="money">${moneyText({ minor: stake[kind], currency: stake.currency }, language)}</dd><dd class="soft">${words.sumNotes[kind]}</dd></div>`,
    )}</dl>
`,
  ); // prettier-ignore
  return html`<p class="lead">
      ${open === 0 ? words.allFine : words.headline(head.totals.verdicts.breaks, open)}
    </p>
    ${sums}${pending > 0 ? html`<p class="soft">${words.pending(pending)}</p>` : undefined}`;
}

function groups({ head }: AuditView, language: Language): Html | undefined {
  if (head.totals.groups.length === 0) return undefined;
  const { columns, sums, byCheck } = reportWords[language];
  const money = (stake: readonly StakeIn[], kind: 'gone' | 'stuck' | 'books'): Cell => {
    const shown = stake.filter((entry) => entry[kind] !== 0);
    const text = shown
      .map((entry) => moneyText({ minor: entry[kind], currency: entry.currency }, language))
      .join(' + ');
    return { content: text, sort: shown[0]?.[kind] ?? 0 };
  };
  const shown = (value: number): Cell => ({ content: value === 0 ? '' : String(value), sort: value });
  const rows = head.totals.groups.map((group): Cell[] => [
    controlText(group.control, language),
    ownerText(group.owner, language),
    shown(group.open),
    shown(group.waiting),
    shown(group.pending),
    shown(group.units),
    money(group.stake, 'gone'),
    money(group.stake, 'stuck'),
    money(group.stake, 'books'),
  ]);
  const numeric = [
    columns.open,
    columns.attached,
    columns.pending,
    columns.units,
    ...[sums.gone, sums.stuck, sums.books].map(capital),
  ];
  const heads = [
    { title: columns.check },
    { title: columns.owner },
    ...numeric.map((title) => ({ title, numeric: true as const })),
  ];
  return section(byCheck, [htmlTable(byCheck, '', heads, rows)]);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function notes({ broken }: AuditView, language: Language): Html | undefined {
  if (broken.length === 0) return undefined;
  const articles = broken.slice(0, notesMax).map((order) => {
    const [title = '', ...lines] = (order.caseNote ?? '').split('\n');
    return html`<article><h3>${title}</h3>${lines.map((line) => html`<p>${line}</p>`)}</article>
`; // prettier-ignore
  });
  return section(reportWords[language].worst, [html`<div class="notes">${articles}</div>`]);
}

function problems({ broken, head }: AuditView, language: Language): Html | undefined {
  if (broken.length === 0) return undefined;
  const { columns, problems: title, problemsCut } = reportWords[language];
  const all = broken.flatMap((order) => order.problems.filter(isOpen).map((problem) => ({ order, problem })));
  const rows = all
    .slice(0, problemsMax)
    .map(({ order, problem }) => problemRow(order, problem, head.zone, head.asOf, language));
  const heads = [
    { title: columns.order }, { title: columns.problem }, { title: columns.item }, { title: columns.units, numeric: true as const },
    { title: columns.amount, numeric: true as const }, { title: columns.owner }, { title: columns.since }, { title: columns.due },
  ]; // prettier-ignore
  return section(title, [
    htmlTable(title, all.length > problemsMax ? problemsCut(problemsMax, all.length) : '', heads, rows),
  ]);
}

function problemRow(
  order: ReportOrder,
  problem: Problem,
  zone: string,
  asOf: string,
  language: Language,
): Cell[] {
  const { columns } = reportWords[language];
  const title = problemCodes[problem.code].title[language];
  const hangs = problem.waitsFor;
  const name =
    hangs === undefined
      ? html`<span class="open">${title}</span>`
      : html`<span class="hangs">${title}</span>
          <span class="soft">(${columns.hangsOn}: ${problemCodes[hangs].title[language]})</span>`;
  const day = (when: string): Cell => ({ content: dateText(when, language, zone, asOf), sort: when });
  return [
    order.order,
    { content: name, sort: title },
    { content: problem.sku === undefined ? '' : html`<code>${problem.sku}</code>` },
    { content: problem.units === undefined ? '' : String(problem.units), sort: problem.units ?? 0 },
    problem.amount === undefined
      ? { content: '', sort: 0 }
      : { content: moneyText(problem.amount, language), sort: problem.amount.minor },
    ownerText(problem.owner, language),
    day(problem.since),
    day(problem.due),
  ];
}

function answers({ broken }: AuditView, language: Language): Html | undefined {
  if (broken.length === 0) return undefined;
  const title = language === 'de' ? 'Antworten mit Belegen' : 'Answers with their evidence';
  const items = broken.slice(0, answersMax).map((order) => {
    const sentences = order.answer.map(({ text, evidence }) => {
      const refs =
        evidence.length === 0 ? undefined : html` <code class="soft">${evidence.join('  ')}</code>`;
      return html`<li>${text}${refs}</li>`;
    });
    return html`<details><summary>${order.order}</summary><ul>${sentences}</ul></details>
`; // prettier-ignore
  });
  return section(title, items);
}

function others({ head }: AuditView, language: Language): Html | undefined {
  if (head.others.length === 0) return undefined;
  const words = reportWords[language];
  const { problem, owner, reason } = words.columns;
  const rows = head.others
    .slice(0, othersMax)
    .map((other): Cell[] => [
      problemCodes[other.code].title[language],
      ownerText(other.owner, language),
      other.text,
    ]);
  const rest = head.others.length - othersMax;
  return section(words.others, [
    htmlTable(
      words.others,
      rest > 0 ? words.more(rest) : '',
      [{ title: problem }, { title: owner }, { title: reason }],
      rows,
    ),
  ]);
}

function notWatched({ head }: AuditView, language: Language): Html | undefined {
  if (head.notWatched.length === 0) return undefined;
  const words = reportWords[language];
  const rows = groupNotWatched(head).map(({ controls, orders, missing }): Cell[] => [
    controls.map((control) => controlText(control, language)).join('; '),
    { content: String(orders), sort: orders },
    sourcesText(missing, language),
  ]);
  const heads = [
    { title: words.columns.check },
    { title: words.columns.orders, numeric: true as const },
    { title: words.columns.would },
  ];
  return section(words.notWatched, [htmlTable(words.notWatched, words.notWatchedNote, heads, rows)]);
}

function imports({ head }: AuditView, language: Language): Html {
  const words = reportWords[language];
  const { file, kind, in: came, kept, setAside, reason } = words.columns;
  const rows = head.imports.map((sheet): Cell[] => {
    const reasons = sheet.setAside.map(({ reason: why, count }) => (count > 1 ? `${count} × ${why}` : why));
    const aside = sheet.in - sheet.kept;
    return [
      { content: html`<code>${sheet.file}</code>` },
      `${sheet.kind} (${sheet.format})`,
      { content: String(sheet.in), sort: sheet.in },
      { content: String(sheet.kept), sort: sheet.kept },
      { content: aside === 0 ? '' : String(aside), sort: aside },
      reasons.join('; '),
    ];
  });
  const heads = [
    { title: file }, { title: kind }, { title: came, numeric: true as const }, { title: kept, numeric: true as const },
    { title: setAside, numeric: true as const }, { title: reason },
  ]; // prettier-ignore
  return section(words.imports, [htmlTable(words.imports, '', heads, rows)]);
}
