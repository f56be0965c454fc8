/** The report for a terminal: what needs someone, how much is at stake, who owns it, what was read. */
import { problemCodes } from '../kernel/codes.ts';
import { feedSources } from '../kernel/feeds.ts';
import { dateText, moneyText, ownerText, type Language } from '../kernel/wording.ts';
import type { ReportGroup, StakeIn } from '../wire/audit-report.ts';
import { type AuditView, groupNotWatched, listOldest, splitOffRare } from './audit-view.ts';
import { controlText, instantText, reportWords, sourcesText } from './report-words.ts';

export type TerminalOptions = {
  readonly language: Language;
  /** Escape sequences for bold and dim. */
  readonly colour: boolean;
  /** Columns to wrap text at. */
  readonly width: number;
};

const worstMax = 5;
const oldestMax = 5;
const othersMax = 8;

/** The whole report as text, ending with a newline. */
export function renderTerminal(view: AuditView, options: TerminalOptions): string {
  const { head } = view;
  const { language } = options;
  const words = reportWords[language];
  const paint = painter(options.colour);
  const lines: string[] = [];
  const wrap = (text: string, indent: string): void =>
    void lines.push(...wrapText(text, indent, options.width));
  const section = (title: string): void => void lines.push('', paint.bold(title));

  lines.push(paint.bold(words.title));
  lines.push(
    paint.dim(
      `${words.asOf(instantText(head.asOf, language, head.zone))}. ${words.policy(head.policy.file)}.`,
    ),
  );
  const kept = head.imports.reduce((sum, sheet) => sum + sheet.kept, 0);
  const aside = head.imports.reduce((sum, sheet) => sum + sheet.in - sheet.kept, 0);
  lines.push(paint.dim(`${words.read(head.imports.length, kept, aside)}.`));
  lines.push(paint.dim(`${words.orders(head.totals.orders, head.totals.withReturn)}.`));
  if (head.laterFacts > 0) lines.push(paint.dim(`${words.later(head.laterFacts)}.`));

  if (head.incomplete.length > 0) {
    section(words.incompleteTitle);
    wrap(words.incompleteNote, '  ');
    for (const reason of head.incomplete) wrap(reason, '  ! ');
  }
  const thin = head.coverage.filter((entry) => entry.thin);
  if (thin.length > 0) {
    section(words.thinTitle);
    wrap(words.thinNote, '  ');
    for (const entry of thin) {
      wrap(
        words.thinLine(feedSources[entry.feed][language], entry.class, entry.reported, entry.applicable),
        '  · ',
      );
    }
  }

  lines.push('');
  const { open, pending } = head.totals.problems;
  lines.push(paint.bold(open === 0 ? words.allFine : words.headline(head.totals.verdicts.breaks, open)));
  for (const sums of head.totals.stake) {
    for (const kind of ['gone', 'stuck', 'books'] as const) {
      const money = moneyText({ minor: sums[kind], currency: sums.currency }, language);
      lines.push(`  ${money.padStart(14)}  ${words.sums[kind]}${paint.dim(`: ${words.sumNotes[kind]}`)}`);
    }
  }
  if (pending > 0) lines.push(`  ${words.pending(pending)}`);

  if (head.totals.groups.length > 0) {
    section(words.byCheck);
    lines.push(...groupTable(head.totals.groups, language, paint));
  }
  if (view.broken.length > 0) {
    section(words.worst);
    for (const order of view.broken.slice(0, worstMax)) {
      const [title = '', ...rest] = (order.caseNote ?? '').split('\n');
      lines.push(`  ${paint.bold(title)}`);
      for (const line of rest) wrap(line, '    ');
      lines.push('');
    }
    lines.pop();
    section(words.oldest);
    const rows = listOldest(view.broken)
      .slice(0, oldestMax)
      .map(({ order, problem }) => [
        order.order,
        problemCodes[problem.code].title[language],
        dateText(problem.since, language, head.zone, head.asOf),
        ownerText(problem.owner, language),
      ]);
    lines.push(
      ...table(
        [words.columns.order, words.columns.problem, words.columns.since, words.columns.owner],
        rows,
        [],
        paint,
      ),
    );
  }
  if (head.others.length > 0) {
    section(words.others);
    for (const other of head.others.slice(0, othersMax)) {
      wrap(
        `${problemCodes[other.code].title[language]} (${ownerText(other.owner, language)}): ${other.text}`,
        '  · ',
      );
    }
    if (head.others.length > othersMax) lines.push(`  ${words.more(head.others.length - othersMax)}`);
  }
  if (head.notWatched.length > 0) {
    section(words.notWatched);
    wrap(words.notWatchedNote, '  ');
    const { common, rare, rareOrders } = splitOffRare(groupNotWatched(head));
    for (const { controls: names, orders, missing } of common) {
      wrap(
        `${names.map((name) => controlText(name, language)).join('; ')}: ${words.notWatchedLine(orders, sourcesText(missing, language))}`,
        '  · ',
      );
    }
    if (rare.length > 0) {
      wrap(
        words.notWatchedRare(rareOrders, rare.map((name) => controlText(name, language)).join('; ')),
        '  · ',
      );
    }
  }
  section(words.imports);
  const rows = head.imports.map((sheet) => [
    sheet.file,
    `${sheet.kind} (${sheet.format})`,
    String(sheet.in),
    String(sheet.kept),
    String(sheet.in - sheet.kept),
  ]);
  const { file, kind, in: came, kept: keptWord, setAside } = words.columns;
  lines.push(...table([file, kind, came, keptWord, setAside], rows, [2, 3, 4], paint));
  for (const sheet of head.imports) {
    for (const { reason, count } of sheet.setAside) wrap(reasonText(sheet.file, reason, count), '  · ');
  }
  if (view.broken.length > 0) lines.push('', paint.dim(words.hint(view.paths.join(' '))));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Reasons about one place name their file themselves. */
const reasonText = (file: string, reason: string, count: number): string =>
  `${reason.startsWith(file) ? '' : `${file}: `}${count > 1 ? `${count} × ` : ''}${reason}`;

type Painter = { bold(text: string): string; dim(text: string): string };

function painter(colour: boolean): Painter {
  if (!colour) return { bold: (text) => text, dim: (text) => text };
  return { bold: (text) => `\u001b[1m${text}\u001b[22m`, dim: (text) => `\u001b[2m${text}\u001b[22m` };
}

function groupTable(groups: readonly ReportGroup[], language: Language, paint: Painter): string[] {
  const { columns, sums } = reportWords[language];
  const money = (stake: readonly StakeIn[], kind: 'gone' | 'stuck' | 'books'): string =>
    stake
      .filter((entry) => entry[kind] !== 0)
      .map((entry) => moneyText({ minor: entry[kind], currency: entry.currency }, language))
      .join(' + ');
  const shown = (value: number): string => (value === 0 ? '' : String(value));
  const rows = groups.map((group) => [
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
  const { check, owner, open, attached, pending, units } = columns;
  const heads = [check, owner, open, attached, pending, units, sums.gone, sums.stuck, sums.books];
  return table(heads, rows, [2, 3, 4, 5, 6, 7, 8], paint);
}

/** Columns as wide as their widest cell; those in `right` are aligned right. */
function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
  paint: Painter,
): string[] {
  const widths = heads.map((head, index) => Math.max(head.length, ...rows.map((row) => row[index]!.length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, index) => (right.includes(index) ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!))).join('  ')}`;
  return [paint.dim(line(heads)), ...rows.map(line)];
}

/** Breaks text at blanks; the first line begins with `indent`, the others are set below it. */
export function wrapText(text: string, indent: string, width: number): string[] {
  const rest = ' '.repeat(indent.length);
  const lines: string[] = [];
  let line = indent;
  let bare = true;
  for (const word of text.split(' ')) {
    if (!bare && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      bare = true;
    }
    line += bare ? word : ` ${word}`;
    bare = false;
  }
  lines.push(line);
  return lines;
}
