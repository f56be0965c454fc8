/**
 * Storms: when one cause brings far more problems at once than is usual, one problem stands for them, and nobody is
 * told three hundred times that the ERP is down. Members stay what they are and close by their own facts.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../../store/database.ts';
import { listProblems } from '../../store/list-problems.ts';
import { endStorm, joinStorm, listBursts, listStorms, type StormMembers } from '../../store/problem-work.ts';
import { writeProblems, type SubjectProblem } from '../../store/problems.ts';

/** A storm is at least this many within the window, and this many times what was usual in an hour. */
const recentMin = 20;
const usualTimes = 3;
const windowMs = 3_600_000;
const usualMs = 14 * 86_400_000;
/** With fewer left they stand for themselves again. */
const keptMin = 5;
const problemId = 'many-at-once';

/** Looks for storms and what became of those there are; returns how many there are. Not to be asked while importing. */
export async function findStorms(db: Database): Promise<number> {
  for (const burst of await listBursts(db, { windowMs, recentMin, usualMs }))
    if (burst.recent >= usualTimes * burst.usual) await joinStorm(db, refOfStorm(burst), burst, windowMs);
  const storms = await listStorms(db);
  for (const storm of storms) if (storm.count < keptMin) await endStorm(db, storm.ref);
  const kept = storms.filter((storm) => storm.count >= keptMin);
  const before = await listProblems(db, { view: 'open', code: problemId, limit: 500 });
  const subjects = new Set([...before.rows.map((row) => row.subjectKey), ...kept.map((storm) => subjectOf(storm.ref))]);
  if (subjects.size > 0) await db.transaction((tx) => writeProblems(tx, [...subjects], kept.map(toProblem)));
  return kept.length;
} // prettier-ignore

const subjectOf = (ref: string): string => ref.slice(0, ref.lastIndexOf('~'));

function refOfStorm({
  cause,
  currency,
}: {
  readonly cause: string;
  readonly currency: string | null;
}): string {
  const hash = createHash('sha256').update(`${cause}\n${currency}`).digest('hex').slice(0, 16);
  return `storm/${hash}~${problemId}`;
}

function toProblem(storm: StormMembers): SubjectProblem {
  const { cause, code, count, severity, owner, currency, goneMinor, stuckMinor, booksMinor } = storm;
  const since = new Date(storm.oldestAt).toISOString();
  return {
    subjectKey: subjectOf(storm.ref), id: problemId, code: problemId, control: 'source-fresh', severity, since, cause,
    goneMinor, stuckMinor, booksMinor,
    ...(owner !== null && { owner }), ...(currency !== null && { currency }),
    body: { id: problemId, code: problemId, of: code, cause, count, state: 'open', since, evidence: [] },
  };
} // prettier-ignore
