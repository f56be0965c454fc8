/** What teams are told: new problems, the daily digest, the Monday letter. Plain text, English and German. */
import { causeTitle } from './cause.ts';
import type { ProblemGroup, StoredProblem } from '../../store/list-problems.ts';
import type { PromiseRow } from '../../store/promises.ts';
import { problemCodes, type ProblemCode } from '../../kernel/codes.ts';
import { dateText, moneyText, type Language } from '../../kernel/wording.ts';
import { deadlineOf, refOf } from './problem-action.ts';

export type NoticeText = { readonly subject: string; readonly text: string };

export type TextOptions = {
  readonly language: Language;
  readonly zone: string;
  /** ISO instant of the text. */
  readonly asOf: string;
  /** Address of the console, for links. */
  readonly publicUrl: string;
};

const titleOf = (code: string, language: Language): string =>
  problemCodes[code as ProblemCode]?.title[language] ?? code;

/** `shop/10251` is told as 10251. */
const subjectText = (key: string): string => key.slice(key.indexOf('/') + 1);

function problemLine(problem: StoredProblem, options: TextOptions): string {
  const { language, zone, asOf } = options;
  const body = problem.body as { readonly amount?: { readonly minor: number; readonly currency: string }; readonly count?: number };
  const amount = body.amount === undefined ? '' : `, ${moneyText(body.amount, language)}`;
  const count = body.count === undefined ? '' : ` (${body.count} ×)`;
  const dueAt = deadlineOf(problem) ?? problem.dueAt;
  const due = dueAt === null ? '' : `, ${language === 'de' ? 'fällig' : 'due'} ${dateText(new Date(dueAt).toISOString(), language, zone, asOf)}`;
  const link = `${options.publicUrl}/problems/${encodeURIComponent(refOf(problem))}`;
  return `- ${subjectText(problem.subjectKey)}: ${titleOf(problem.code, language)}${count}${amount}${due}\n  ${link}`;
} // prettier-ignore

/** New problems, or one that has been escalated. */
export function newProblemsText(problems: readonly StoredProblem[], options: TextOptions): NoticeText {
  const de = options.language === 'de';
  const [first] = problems;
  const isLate = problems.every((problem) => problem.escalatedAt !== null);
  const what = isLate ? (de ? 'Frist überschritten' : 'Past its deadline') : de ? 'Neuer Klärfall' : 'New problem';
  const subject =
    problems.length === 1
      ? `${what}: ${subjectText(first!.subjectKey)}, ${titleOf(first!.code, options.language)}`
      : de ? `${problems.length} neue Klärfälle` : `${problems.length} new problems`;
  return { subject, text: problems.map((problem) => problemLine(problem, options)).join('\n') };
} // prettier-ignore

export type Digest = {
  readonly title: string;
  readonly count: number;
  readonly overdue: number;
  readonly problems: readonly StoredProblem[];
  readonly groups: readonly ProblemGroup[];
  readonly promises: readonly PromiseRow[];
};

/** What a team has before it this morning. */
export function digestText(digest: Digest, options: TextOptions): NoticeText {
  const { language } = options;
  const de = language === 'de';
  const { count, overdue, problems, groups, promises, title } = digest;
  const lines: string[] = [];
  lines.push(
    de
      ? `${count} Klärfälle für ${title}, davon ${overdue} überfällig.`
      : `${count} ${count === 1 ? 'problem' : 'problems'} for ${title}, ${overdue} of them overdue.`,
  );
  if (groups.length > 0) lines.push('', de ? 'Nach Ursache:' : 'By cause:');
  for (const group of groups) {
    const name = causeTitle(group.cause, group.code, group.refusal)[language];
    lines.push(`- ${group.count} × ${name}${stakeText(group, language)}`);
  }
  if (problems.length > 0) lines.push('', de ? 'Zuerst:' : 'First:');
  for (const problem of problems) lines.push(problemLine(problem, options));
  if (promises.length > 0) lines.push('', de ? 'Zusagen, fällig oder überfällig:' : 'Promises due or overdue:');
  for (const promise of promises)
    lines.push(`- ${promise.number}: ${promiseWord(promise.promised, language)}, ${dateText(promise.until, language, options.zone, options.asOf)}`);
  lines.push('', `${options.publicUrl}/problems`);
  const subject = de
    ? `${title}: ${count} Klärfälle, ${overdue} überfällig`
    : `${title}: ${count} ${count === 1 ? 'problem' : 'problems'}, ${overdue} overdue`;
  return { subject, text: lines.join('\n') };
} // prettier-ignore

const promiseWord = (promised: PromiseRow['promised'], language: Language): string =>
  language === 'de'
    ? promised === 'refund' ? 'Erstattung' : 'Ersatz'
    : promised; // prettier-ignore

type Sums = { readonly currency: string | null; readonly goneMinor: number; readonly stuckMinor: number; readonly booksMinor: number }; // prettier-ignore

/** The three sums, never added up. */
function stakeText({ currency, goneMinor, stuckMinor, booksMinor }: Sums, language: Language): string {
  if (currency === null) return '';
  const words = language === 'de' ? ['verloren', 'gebunden', 'falsch gebucht'] : ['gone', 'stuck', 'wrong in the books'];
  const parts = [goneMinor, stuckMinor, booksMinor].flatMap((minor, index) =>
    minor === 0 ? [] : [`${moneyText({ minor, currency }, language)} ${words[index]}`]);
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`;
} // prettier-ignore

export type Letter = {
  readonly sums: readonly (Sums & { readonly count: number })[];
  /** Problems opened and closed in the last seven days, and in the seven before. */
  readonly trend: { readonly opened: number; readonly closed: number; readonly openedBefore: number; readonly closedBefore: number };
  readonly oldest: readonly StoredProblem[];
  /** What only a person can decide: accepted differences and rules of the week, groups without owner, two-person approvals. */
  readonly decisions: readonly string[];
}; // prettier-ignore

/** The Monday letter for the shop owner. No names, no ranking of people. */
export function letterText(letter: Letter, options: TextOptions): NoticeText {
  const { language, asOf, zone } = options;
  const de = language === 'de';
  const lines: string[] = [de ? 'Was offen ist, in drei Summen:' : 'What stands open, in three sums:'];
  for (const sum of letter.sums) {
    const currency = sum.currency ?? '';
    const words = de ? 'Klärfälle' : sum.count === 1 ? 'problem' : 'problems';
    lines.push(`- ${currency} ${sum.count} ${words}${stakeText(sum, language)}`.replace('-  ', '- '));
  }
  if (letter.sums.length === 0) lines.push(de ? '- nichts' : '- nothing');
  const { opened, closed, openedBefore, closedBefore } = letter.trend;
  lines.push(
    '',
    de
      ? `Diese Woche ${opened} neu und ${closed} erledigt; in der Woche davor ${openedBefore} und ${closedBefore}.`
      : `This week ${opened} came and ${closed} were closed; the week before ${openedBefore} and ${closedBefore}.`,
  );
  if (letter.oldest.length > 0) lines.push('', de ? 'Am längsten offen:' : 'Open longest:');
  for (const problem of letter.oldest) {
    const since = dateText(new Date(problem.openedAt).toISOString(), language, zone, asOf);
    lines.push(`${problemLine(problem, options)} (${de ? 'seit' : 'since'} ${since})`);
  }
  lines.push('', de ? 'Zu entscheiden:' : 'To decide:');
  if (letter.decisions.length === 0) lines.push(de ? '- nichts' : '- nothing');
  for (const decision of letter.decisions) lines.push(`- ${decision}`);
  const day = dateText(asOf, language, zone, '');
  return { subject: de ? `Retouren, Montagsbrief vom ${day}` : `Returns, Monday letter of ${day}`, text: lines.join('\n') };
} // prettier-ignore

/** The week's worst three, as case notes. */
export function caseNotesText(notes: readonly string[], options: TextOptions): NoticeText {
  const de = options.language === 'de';
  const day = dateText(options.asOf, options.language, options.zone, '');
  return {
    subject: de ? `Fallnotizen der Woche, ${day}` : `Case notes of the week, ${day}`,
    text: notes.join('\n\n'),
  };
}
