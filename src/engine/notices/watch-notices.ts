/**
 * What could not be told, or nobody knows whether it was, is somebody's problem: one per order or team and outcome,
 * however many notices it has. It is over when a later one of the kind was taken, or a person says so.
 */
import { problemCodes, type ProblemCode } from '../../kernel/codes.ts';
import type { Database } from '../../store/database.ts';
import { listFailedNotices, listSubjectsOfCodes, type FailedNotice } from '../../store/failed-notices.ts';
import { readClock } from '../../store/leases.ts';
import { writeProblems, type SubjectProblem } from '../../store/problems.ts';

const codeOf = {
  dead: 'notice-failed',
  unknown: 'notice-outcome-unknown',
} as const satisfies Record<FailedNotice['status'], ProblemCode>;

/** Whoever was to be told a month ago has found out by other ways, or never will by this one. */
const matterMs = 30 * 86_400_000;
const noticesMax = 500;

/** Opens, keeps and resolves the problems of notices; returns how many there are. */
export async function watchNotices(db: Database): Promise<number> {
  const since = new Date(Date.parse(await readClock(db)) - matterMs).toISOString();
  const failed = await listFailedNotices(db, since, noticesMax);
  const bySubject = Map.groupBy(failed, (notice) => `notice/${notice.subjectKey}`);
  const before = await listSubjectsOfCodes(db, Object.values(codeOf));
  const touched = [...new Set([...before, ...bySubject.keys()])].sort();
  if (touched.length === 0) return 0;
  const problems = [...bySubject].flatMap(([subjectKey, notices]) =>
    [...Map.groupBy(notices, (notice) => notice.status)].map(([status, own]) => problemOf(subjectKey, codeOf[status], own)),
  ); // prettier-ignore
  await db.transaction((tx) => writeProblems(tx, touched, problems));
  return problems.length;
}

/** `notices` are newest first. */
function problemOf(subjectKey: string, code: ProblemCode, notices: readonly FailedNotice[]): SubjectProblem {
  const [last] = notices;
  const { subjectKey: about, kind, channel, message } = last!;
  const { severity } = problemCodes[code];
  // A team whose way is broken sees it in its list; a customer is support's.
  const owner = about.startsWith('team/') ? about.slice('team/'.length) : problemCodes[code].owner;
  const at = new Date(notices.at(-1)!.endedAt).toISOString();
  const control = 'closed-told';
  const note = `${kind} by ${channel} about ${about}${notices.length > 1 ? ` and ${notices.length - 1} more` : ''}: ${message ?? 'no answer'}.`;
  const body = {
    id: code, code, control, owner, severity, state: 'open', since: at, due: at, overdueAt: at, evidence: [], note,
    notices: notices.map((notice) => notice.noticeId),
  }; // prettier-ignore
  return {
    subjectKey,
    id: code,
    code,
    control,
    severity,
    since: at,
    owner,
    cause: `${code} · ${channel}`,
    body,
  };
}
