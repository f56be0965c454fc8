/** Escalation: what is past its deadline goes to whoever stands above, once, and is told. */
import { appendAudit } from '../../store/audit-trail.ts';
import type { Database } from '../../store/database.ts';
import { listLate } from '../../store/problem-work.ts';
import { appendProblemNote } from '../../store/problem-notes.ts';
import { workOnProblem, type ProblemWork } from '../../store/problems.ts';
import { loadTeams } from './load-teams.ts';
import { deadlineOf, refOf, teamOf } from './problem-action.ts';

const batchMax = 200;

/** Escalates what is late at `now` (epoch ms); returns how many. A team without one above it keeps the problem. */
export async function escalateProblems(
  db: Database,
  now: number,
  onDone?: (ref: string) => void,
): Promise<number> {
  const at = new Date(now).toISOString();
  const late = await listLate(db, at, batchMax);
  if (late.length === 0) return 0;
  const teams = await loadTeams(db);
  for (const problem of late) {
    const from = teamOf(problem);
    const to = (from === null ? undefined : teams.get(from)?.escalateTo) ?? null;
    // Told again to whoever has it now; the old deadline is over, a new one is for them to set.
    const work: ProblemWork = { escalatedAt: at, ...(to !== null && { team: to, userId: null }) };
    const done = await db.transaction(async (tx) => {
      if ((await workOnProblem(tx, problem, work)) === undefined) return false;
      const body = { from, to: to ?? from, deadlineAt: deadlineOf(problem) };
      await appendProblemNote(tx, problem, { kind: 'escalated', madeBy: 'system', body });
      return true;
    });
    if (!done) continue;
    const body = { before: { team: from }, after: { problem: problem.problemId, ...work }, why: 'deadline passed' };
    await appendAudit(db, { chain: problem.subjectKey, actor: 'system', action: 'problem.escalated', body });
    onDone?.(refOf(problem));
  }
  return late.length;
} // prettier-ignore
