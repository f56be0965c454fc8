/**
 * Telling teams: new and escalated problems one by one where the team wants that, a digest on the mornings of its
 * working days, and for whoever gets it the Monday letter with the case notes of the week. Nothing before the history
 * is read; in the first week one digest of ten.
 */
import { lastOccurrence, nextNoticeAt } from '../../kernel/notice-hours.ts';
import { localDate } from '../../kernel/calendar.ts';
import type { Database, Runner } from '../../store/database.ts';
import { groupProblems, listProblems, type StoredProblem } from '../../store/list-problems.ts';
import { queueNotice, type NewNotice } from '../../store/notices.ts';
import { listPromises } from '../../store/promises.ts';
import type { Seal } from '../../store/seal.ts';
import {
  countTeamProblems, countUndecided, listOldest, listUntold, listWorst, markTold, readTrend, sumStake,
} from '../../store/tell-problems.ts'; // prettier-ignore
import type { FoldContext } from '../fold-orders.ts';
import { calendarOf, loadTeams, type Team } from './load-teams.ts';
import {
  caseNotesText,
  digestText,
  letterText,
  newProblemsText,
  type NoticeText,
  type TextOptions,
} from './notice-texts.ts';
import { isQuiet, noticesBeganAt } from './notices-begin.ts';
import { findCase } from '../notices/case-channel.ts';
import { refOf, teamOf } from './problem-action.ts';

export type TellOptions = {
  readonly seal: Seal;
  readonly publicUrl: string;
  readonly context: FoldContext;
  /** Case note of an order as people read it; undefined when nothing is open there. */
  readonly caseNote: (orderKey: string, language: 'en' | 'de') => Promise<string | undefined>;
};

const untoldMax = 500;
/** Problems named one by one in one notice; the rest is a number. */
const namedMax = 20;
const quietNamedMax = 10;
const worstMax = 3;
const oldestMax = 5;
const groupsMax = 10;

/** Queues all that is due to be told now; returns how many notices. */
export async function tellTeams(db: Database, options: TellOptions): Promise<number> {
  const { context } = options;
  const beganAt = await noticesBeganAt(db, context.systems, context.now);
  if (beganAt === undefined) return 0;
  const quiet = isQuiet(beganAt, context.now);
  const teams = await loadTeams(db);
  let queued = await tellNew(db, teams, quiet, options);
  for (const team of teams.values()) {
    queued += await tellDigest(db, team, quiet, options);
    if (team.letter) queued += await tellLetter(db, team, options);
  }
  return queued;
}

async function tellNew(
  db: Database,
  teams: ReadonlyMap<string, Team>,
  quiet: boolean,
  options: TellOptions,
): Promise<number> {
  const now = new Date(options.context.now).toISOString();
  const untold = await listUntold(db, untoldMax);
  let queued = 0;
  for (const [name, problems] of Map.groupBy(untold, (problem) => teamOf(problem) ?? '')) {
    const team = teams.get(name);
    const wanted = team === undefined || quiet ? [] : problems.filter((problem) => isWanted(team, problem));
    const onCases = team === undefined ? [] : await withCase(db, team, wanted);
    await db.transaction(async (tx) => {
      for (const problem of onCases) queued += await queueOnCase(tx, team!, problem, options);
      if (team !== undefined && wanted.length > 0) {
        const text = newProblemsText(wanted.slice(0, namedMax), textOptions(team, options));
        const key = wanted.length === 1 ? `problem/${refOf(wanted[0]!)}/${wanted[0]!.version}` : `problems/${now}`;
        queued += await queueFor(tx, team, { kind: 'problem', onceKey: key }, text, options);
      }
      await markTold(tx, problems, now);
    });
  }
  return queued;
} // prettier-ignore

/** Those whose order has a case where the team wants its notices. */
async function withCase(
  db: Database,
  { ticketConnection }: Team,
  problems: readonly StoredProblem[],
): Promise<readonly StoredProblem[]> {
  if (ticketConnection === null) return [];
  const found: StoredProblem[] = [];
  for (const problem of problems.slice(0, namedMax))
    if ((await findCase(db, ticketConnection, problem.subjectKey)) !== undefined) found.push(problem);
  return found;
}

/** A note on the case of the order; of one problem never a second, however often it comes back. */
async function queueOnCase(
  tx: Runner,
  team: Team,
  problem: StoredProblem,
  options: TellOptions,
): Promise<number> {
  const { subject, text } = newProblemsText([problem], textOptions(team, options));
  const ref = refOf(problem);
  const content = { to: [team.ticketConnection!], subject, text, about: { orderKey: problem.subjectKey, problem: ref } };
  const way: NewNotice = { ...headOf(team, options), kind: 'problem', onceKey: `problem/${ref}/ticket`, channel: 'ticket', content };
  return (await queueNotice(tx, options.seal, way)) === undefined ? 0 : 1;
} // prettier-ignore

const isWanted = (team: Team, problem: StoredProblem): boolean =>
  team.notify === 'all' ||
  (team.notify === 'severity-1' && (problem.severity === 1 || problem.escalatedAt !== null));

async function tellDigest(
  db: Database,
  team: Team,
  quiet: boolean,
  options: TellOptions,
): Promise<number> {
  const { context } = options;
  const now = new Date(context.now).toISOString();
  const calendar = calendarOf(team, context.policy);
  const day = team.digestAt === null ? undefined : lastOccurrence(now, team.digestAt, calendar);
  if (day === undefined || !hasWay(team)) return 0;
  const { count, overdue } = await countTeamProblems(db, team.team, now);
  const today = localDate(now, calendar.zone);
  const overduePromises = team.team === 'support' ? (await listPromises(db, { state: 'overdue', today, limit: namedMax })).rows : [];
  const duePromises = team.team === 'support' ? (await listPromises(db, { state: 'today', today, limit: namedMax })).rows : [];
  const promises = [...overduePromises, ...duePromises];
  if (count === 0 && promises.length === 0) return 0;
  const limit = quiet ? quietNamedMax : namedMax;
  const problems = (await listProblems(db, { team: team.team, limit })).rows;
  const groups = quiet ? [] : await groupProblems(db, { team: team.team, limit: groupsMax });
  const title = team.title[team.language];
  const text = digestText({ title, count, overdue, problems, groups, promises }, textOptions(team, options));
  return queueFor(db, team, { kind: 'digest', onceKey: `digest/${day}` }, text, options);
} // prettier-ignore

async function tellLetter(db: Database, team: Team, options: TellOptions): Promise<number> {
  const { context } = options;
  const now = new Date(context.now).toISOString();
  const calendar = { ...calendarOf(team, context.policy), workdays: [1], holidays: new Set<string>() };
  const monday = lastOccurrence(now, team.digestAt ?? team.hours.from, calendar);
  if (monday === undefined || !hasWay(team)) return 0;
  const own = textOptions(team, options);
  const letter = {
    sums: await sumStake(db),
    trend: await readTrend(db, now),
    oldest: await listOldest(db, oldestMax),
    decisions: decisionTexts(await countUndecided(db, now), team.language),
  };
  let queued = await queueFor(db, team, { kind: 'letter', onceKey: `letter/${monday}` }, letterText(letter, own), options);
  const notes: string[] = [];
  const seen = new Set<string>();
  for (const { subjectKey } of await listWorst(db, worstMax * 3)) {
    if (seen.has(subjectKey) || notes.length >= worstMax) continue;
    seen.add(subjectKey);
    const note = await options.caseNote(subjectKey, team.language);
    if (note !== undefined) notes.push(note);
  }
  if (notes.length > 0)
    queued += await queueFor(db, team, { kind: 'case-notes', onceKey: `case-notes/${monday}` }, caseNotesText(notes, own), options);
  return queued;
} // prettier-ignore

function decisionTexts(
  { withoutOwner, toApprove, openingGroups, normalEnding }: Awaited<ReturnType<typeof countUndecided>>,
  language: 'en' | 'de',
): string[] {
  const de = language === 'de';
  const lines: (readonly [number, string])[] = [
    [withoutOwner, de ? 'Klärfälle gehören niemandem' : 'problems belong to nobody'],
    [toApprove, de ? 'Korrekturen warten auf Freigabe' : 'fixes wait for approval'],
    [openingGroups, de ? 'Gruppen der Eröffnungsbilanz sind weder übernommen noch akzeptiert' : 'groups of the opening balance are neither taken on nor accepted'],
    [normalEnding, de ? 'Regeln „Hier normal“ laufen diese Woche aus' : '“Normal here” rules end this week'],
  ];
  return lines.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`);
} // prettier-ignore

const textOptions = (team: Team, { context, publicUrl }: TellOptions): TextOptions => ({
  language: team.language,
  zone: calendarOf(team, context.policy).zone,
  asOf: new Date(context.now).toISOString(),
  publicUrl,
});

/** What is no problem of an order goes out by mail and chat only. */
const hasWay = (team: Team): boolean => team.emails.length > 0 || team.sealedChat !== null;

function headOf(team: Team, { context }: TellOptions): Pick<NewNotice, 'subjectKey' | 'notBefore'> {
  const now = new Date(context.now).toISOString();
  const notBefore = nextNoticeAt(now, team.hours, calendarOf(team, context.policy));
  // Waiting is counted on the database's clock, which a simulated one does not share.
  return {
    subjectKey: `team/${team.team}`,
    ...(notBefore > now && context.freshReads !== false && { notBefore }),
  };
}

/** One notice by mail and by chat, where the team has them, within its hours; returns how many were new. */
async function queueFor(
  db: Runner,
  team: Team,
  { kind, onceKey }: Pick<NewNotice, 'kind' | 'onceKey'>,
  { subject, text }: NoticeText,
  options: TellOptions,
): Promise<number> {
  const { seal } = options;
  const head = { ...headOf(team, options), kind };
  const ways: NewNotice[] = [];
  if (team.emails.length > 0)
    ways.push({ ...head, onceKey: `${onceKey}/email`, channel: 'email', content: { to: team.emails, subject, text } });
  if (team.sealedChat !== null) {
    const url = seal.open(`team/${team.team}`, team.sealedChat).toString('utf8');
    ways.push({ ...head, onceKey: `${onceKey}/chat`, channel: 'chat', content: { to: [url], subject, text, format: team.chatFormat } });
  }
  let queued = 0;
  for (const way of ways) if ((await queueNotice(db, seal, way)) !== undefined) queued++;
  return queued;
} // prettier-ignore
