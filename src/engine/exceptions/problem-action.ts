/**
 * Acts of people on problems: who may, what changes, what is written beside it. One place for single acts and for
 * many at once, so that both refuse the same.
 */
import type { Problem } from '../../kernel/order-state.ts';
import type { User } from '../../store/accounts.ts';
import type { Runner } from '../../store/database.ts';
import { readOrderInputs } from '../../store/order-inputs.ts';
import { appendDeskEntryIn } from '../../store/desk-log.ts';
import type { StoredProblem } from '../../store/list-problems.ts';
import { findOrderState } from '../../store/list-orders.ts';
import { appendProblemNote } from '../../store/problem-notes.ts';
import { workOnProblem, type ProblemWork } from '../../store/problems.ts';

export type ProblemAction =
  | {
      readonly do: 'assign';
      readonly team?: string | null;
      readonly userId?: string | null;
      readonly deadlineAt?: string | null;
      readonly reason?: string;
    }
  | { readonly do: 'snooze'; readonly untilAt: string | null; readonly toNextFact: boolean; readonly reason?: string }
  | { readonly do: 'dismiss'; readonly reason: string }
  | { readonly do: 'merge'; readonly into: string; readonly reason?: string }
  | { readonly do: 'reopen'; readonly reason: string }
  | { readonly do: 'resolve'; readonly reason: string; readonly units?: number; readonly amountMinor?: number }; // prettier-ignore

/** `assigned snoozed …`: name of the note and, behind `problem.`, of the audit entry. */
export const noteKinds = {
  assign: 'assigned', snooze: 'snoozed', dismiss: 'dismissed', merge: 'merged', reopen: 'reopened', resolve: 'resolved',
} as const satisfies Record<ProblemAction['do'], string>; // prettier-ignore

/** The team that a problem belongs to: by people, by rules, by its check. */
export const teamOf = (problem: StoredProblem): string | null =>
  problem.team ?? problem.routedTeam ?? problem.owner;
export const userOf = (problem: StoredProblem): string | null => problem.userId ?? problem.routedUserId;
export const deadlineOf = (problem: StoredProblem): string | null =>
  problem.deadlineAt ?? problem.routedDeadlineAt;
/** `subject~prb_…`: a subject may hold any character, the id of a problem no tilde. */
export const refOf = (problem: Pick<StoredProblem, 'subjectKey' | 'problemId'>): string =>
  `${problem.subjectKey}~${problem.problemId}`;

/** May this person work on it: of a team they belong to, given to them, or anybody's while nobody owns it. */
export function mayWork(user: Pick<User, 'userId' | 'roles' | 'team'>, problem: StoredProblem): boolean {
  const team = teamOf(problem);
  return (
    team === null || user.roles.includes('admin') || user.roles.includes(team) || user.team === team ||
    userOf(problem) === user.userId
  );
} // prettier-ignore

export type Judged =
  | { readonly is: 'applied'; readonly work: ProblemWork }
  | { readonly is: 'no-op'; readonly why: string }
  | { readonly is: 'refused'; readonly why: string };

/** What an act would do to a problem at `now` (ISO). Pure. */
export function judgeAction(problem: StoredProblem, action: ProblemAction, now: string): Judged {
  const applied = (work: ProblemWork): Judged => ({ is: 'applied', work });
  if (problem.resolvedAt !== null && action.do !== 'reopen')
    return { is: 'refused', why: 'it is resolved; only facts open it again' };
  switch (action.do) {
    case 'assign': {
      const { team, userId, deadlineAt } = action;
      const work = {
        ...(team !== undefined && { team }), ...(userId !== undefined && { userId }), ...(deadlineAt !== undefined && { deadlineAt }),
      }; // prettier-ignore
      const isSame = Object.entries(work).every(([name, value]) => problem[name as keyof typeof work] === value);
      return isSame ? { is: 'no-op', why: 'it is assigned so already' } : applied({ ...work, escalatedAt: null });
    }
    case 'snooze': {
      const { untilAt, toNextFact } = action;
      if (untilAt === null && !toNextFact && problem.snoozedUntilAt === null && !problem.isSnoozedToNextFact)
        return { is: 'no-op', why: 'it is awake' };
      if (untilAt !== null && untilAt <= now) return { is: 'refused', why: 'the time lies in the past' };
      const isSet = untilAt !== null || toNextFact;
      return applied({ snoozedAt: isSet ? now : null, snoozedUntilAt: untilAt, isSnoozedToNextFact: toNextFact });
    }
    case 'dismiss':
      return problem.dismissedAt !== null ? { is: 'no-op', why: 'it is dismissed' } : applied({ dismissedAt: now, resolution: action.reason });
    case 'merge':
      if (action.into === refOf(problem)) return { is: 'refused', why: 'it cannot be merged into itself' };
      return problem.mergedRef === action.into ? { is: 'no-op', why: 'it is merged there' } : applied({ mergedRef: action.into });
    case 'reopen':
      if (problem.dismissedAt === null && problem.mergedRef === null && problem.resolution === null)
        return problem.resolvedAt === null
          ? { is: 'no-op', why: 'it is open' }
          : { is: 'refused', why: 'facts closed it; only facts open it again' };
      return applied({ dismissedAt: null, mergedRef: null, resolution: null });
    case 'resolve':
      return applied({ resolution: action.reason });
  }
} // prettier-ignore

/**
 * Makes the change, with its note and, for an accepted difference, the decision that folds into the order. Undefined
 * when the problem has changed since it was read. Run it in a transaction.
 */
export async function applyAction(
  tx: Runner,
  problem: StoredProblem,
  action: ProblemAction,
  work: ProblemWork,
  actor: string,
): Promise<number | undefined> {
  const version = await workOnProblem(tx, problem, work);
  if (version === undefined) return undefined;
  const fields = Object.keys(work) as (keyof ProblemWork & keyof StoredProblem)[];
  const before = Object.fromEntries(fields.map((field) => [field, problem[field]]));
  const body = { ...work, before, why: action.reason ?? null, version };
  const noteId = await appendProblemNote(tx, problem, { kind: noteKinds[action.do], madeBy: actor, body });
  if (action.do === 'resolve') await decide(tx, problem, action, actor, noteId);
  if (action.do === 'reopen') await withdrawDecisions(tx, problem, actor);
  return version;
}

/** A decision is an input of the fold: a fixed amount against a fixed open item. */
async function decide(
  tx: Runner,
  problem: StoredProblem,
  action: Extract<ProblemAction, { readonly do: 'resolve' }>,
  actor: string,
  noteId: string,
): Promise<void> {
  const { subjectKey, problemId, control } = problem;
  // Only orders are folded; elsewhere the resolution stands for itself.
  if ((await findOrderState(tx, subjectKey)) === undefined) return;
  const found = problem.body as Problem;
  const units = action.units ?? found.units;
  const money =
    action.amountMinor === undefined
      ? found.amount
      : { minor: action.amountMinor, currency: found.amount?.currency ?? problem.currency ?? '' };
  await appendDeskEntryIn(tx, {
    orderKey: subjectKey, kind: 'decision', problemId, madeBy: actor,
    body: {
      type: 'difference.accepted', control, key: found.key, note: noteId,
      ...(units !== undefined && { units }), ...(money !== undefined && { money }), reason: action.reason,
    },
  }); // prettier-ignore
}

/** Takes back every acceptance of a problem. */
export async function withdrawDecisions(tx: Runner, problem: StoredProblem, actor: string): Promise<void> {
  if ((await findOrderState(tx, problem.subjectKey)) === undefined) return;
  await appendDeskEntryIn(tx, {
    orderKey: problem.subjectKey, kind: 'decision', problemId: problem.problemId, madeBy: actor,
    body: { type: 'difference.withdrawn' },
  }); // prettier-ignore
}

/** Accepts again what was accepted when a problem was reopened: that was taken back. */
export async function restoreDecision(tx: Runner, problem: StoredProblem, actor: string): Promise<void> {
  const { subjectKey, problemId } = problem;
  if ((await findOrderState(tx, subjectKey)) === undefined) return;
  const [inputs] = await readOrderInputs(tx, [subjectKey], { objects: false });
  const typeOf = (body: unknown): unknown => (body as { readonly type?: string }).type;
  const own = (inputs?.deskEntries ?? []).filter((entry) => entry.kind === 'decision' && entry.problemId === problemId);
  const last = own.findLastIndex((entry) => typeOf(entry.body) === 'difference.withdrawn');
  const accepted = own[last - 1];
  // Reopened was a dismissal or a merge, which no decision stands for.
  if (accepted === undefined || typeOf(accepted.body) !== 'difference.accepted') return;
  await appendDeskEntryIn(tx, { orderKey: subjectKey, kind: 'decision', problemId, madeBy: actor, body: accepted.body });
} // prettier-ignore
