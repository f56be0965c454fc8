/**
 * One act on many problems. The preview says what would become of each; the job then does exactly that, item by item,
 * each in a transaction of its own, so that a process may die anywhere and another goes on.
 */
import { createHash } from 'node:crypto';
import { listUsers, type User } from '../../store/accounts.ts';
import { appendAudit } from '../../store/audit-trail.ts';
import {
  claimBulkJobs, doBulkItem, failBulkItem, finishBulkJob, listWaitingItems, releaseBulkJob, type BulkItem, type BulkJob,
} from '../../store/bulk-jobs.ts'; // prettier-ignore
import type { Database, Runner } from '../../store/database.ts';
import { canonicalJson } from '../../store/json-text.ts';
import {
  listProblems,
  listSubjectProblems,
  type ProblemFilter,
  type StoredProblem,
} from '../../store/list-problems.ts';
import { applyAction, judgeAction, mayWork, noteKinds, refOf, type ProblemAction } from './problem-action.ts';

export type BulkSelection = {
  /** `subject~id`. */
  readonly ids?: readonly string[] | undefined;
  readonly filter?:
    Pick<ProblemFilter, 'cause' | 'code' | 'team' | 'severity' | 'userId' | 'view'> | undefined;
};

export const bulkItemsMax = 5000;

export type BulkPreview = {
  readonly items: readonly {
    readonly problem: StoredProblem | undefined;
    readonly id: string;
    readonly outcome: 'applied' | 'no-op' | 'refused';
    readonly detail: string | null;
  }[];
  /** Of action, problems and their versions: a job does what was previewed, or does not start. */
  readonly stamp: string;
};

/** What an act would do to everything selected. Changes nothing. */
export async function previewBulk(
  db: Runner,
  user: User,
  action: ProblemAction,
  selection: BulkSelection,
  now: string,
): Promise<BulkPreview> {
  const selected = await select(db, selection);
  const items = selected.map(({ id, problem }) => {
    if (problem === undefined) return { id, problem, outcome: 'refused' as const, detail: 'there is no such problem' };
    if (!mayWork(user, problem)) return { id, problem, outcome: 'refused' as const, detail: 'it belongs to another team' };
    const judged = judgeAction(problem, action, now);
    return { id, problem, outcome: judged.is, detail: judged.is === 'applied' ? null : judged.why };
  });
  const facts = items.map(({ id, problem, outcome }) => [id, problem?.version ?? 0, outcome]);
  const stamp = createHash('sha256').update(canonicalJson([action, facts])).digest('base64url').slice(0, 22);
  return { items, stamp };
} // prettier-ignore

async function select(
  db: Runner,
  { ids, filter }: BulkSelection,
): Promise<readonly { readonly id: string; readonly problem: StoredProblem | undefined }[]> {
  if (ids !== undefined) {
    const unique = [...new Set(ids)];
    const subjects = [...new Set(unique.map((id) => id.slice(0, id.lastIndexOf('~'))))];
    const found = new Map((await listSubjectProblems(db, subjects)).map((problem) => [refOf(problem), problem]));
    return unique.map((id) => ({ id, problem: found.get(id) }));
  }
  const selected: StoredProblem[] = [];
  let cursor: string | undefined;
  do {
    const page = await listProblems(db, { ...filter, limit: 500, ...(cursor !== undefined && { cursor }) });
    selected.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined && selected.length < bulkItemsMax);
  return selected.slice(0, bulkItemsMax).map((problem) => ({ id: refOf(problem), problem }));
} // prettier-ignore

/** As a job keeps it: what is done, and by whom. Rights are looked up anew for every item. */
export type StoredAction = { readonly action: ProblemAction; readonly userId: string };

export type BulkOptions = {
  readonly holder: string;
  readonly now: () => number;
  readonly onDone?: (ref: string) => void;
};

const leaseMs = 60_000;
const itemsPerTurn = 50;

/** Works off some items of one job; returns how many were looked at. */
export async function runBulkJobs(db: Database, options: BulkOptions): Promise<number> {
  const [job] = await claimBulkJobs(db, { holder: options.holder, limit: 1, leaseMs });
  if (job === undefined) return 0;
  const { userId } = job.action as StoredAction;
  const user = (await listUsers(db)).find((one) => one.userId === userId && one.deactivatedAt === null);
  const items = await listWaitingItems(db, job.jobId, itemsPerTurn);
  for (const item of items) await doItem(db, job, item, user, options);
  await finishBulkJob(db, job.jobId);
  await releaseBulkJob(db, job.jobId);
  return items.length;
}

async function doItem(
  db: Database,
  job: BulkJob,
  item: BulkItem,
  user: User | undefined,
  options: BulkOptions,
): Promise<void> {
  const { action } = job.action as StoredAction;
  const { subjectKey, problemId } = item;
  let after: unknown;
  try {
    await doBulkItem(db, job.jobId, item.item, async (tx) => {
      if (user === undefined) return { outcome: 'refused', detail: 'whoever started this is gone' };
      const problem = (await listSubjectProblems(tx, [subjectKey])).find((one) => one.problemId === problemId);
      if (problem === undefined) return { outcome: 'refused', detail: 'there is no such problem' };
      if (!mayWork(user, problem)) return { outcome: 'refused', detail: 'it belongs to another team' };
      const judged = judgeAction(problem, action, new Date(options.now()).toISOString());
      if (judged.is !== 'applied') return { outcome: judged.is, detail: judged.why };
      if (problem.version !== item.version) return { outcome: 'refused', detail: 'it changed since the preview' };
      const version = await applyAction(tx, problem, action, judged.work, job.madeBy);
      if (version === undefined) return { outcome: 'refused', detail: 'it changed since the preview' };
      after = { problem: problemId, job: job.jobId, ...judged.work };
      return { outcome: 'applied' };
    });
  } catch (error) {
    await failBulkItem(db, job.jobId, item.item, error instanceof Error ? error.message.slice(0, 300) : 'failed');
    return;
  }
  if (after === undefined) return;
  const body = { before: null, after, why: action.reason ?? null, request: `job/${job.jobId}` };
  await appendAudit(db, { chain: subjectKey, actor: job.madeBy, action: `problem.${noteKinds[action.do]}`, body });
  options.onDone?.(`${subjectKey}~${problemId}`);
} // prettier-ignore
