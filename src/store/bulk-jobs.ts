/** One act on many problems: items are worked off one by one, each once, by whichever process holds the job. */
import { defineClaim } from './claim.ts';
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { newId } from './ids.ts';
import { canonicalJson } from './json-text.ts';

export type BulkOutcome = 'applied' | 'no-op' | 'refused' | 'failed' | 'cancelled';

export type BulkJob = {
  readonly jobId: string;
  readonly action: unknown;
  readonly madeBy: string;
  readonly madeAt: string;
  readonly itemCount: number;
  readonly status: 'running' | 'done' | 'cancelled';
  readonly endedAt: string | null;
};

export type BulkItem = {
  readonly item: number;
  readonly subjectKey: string;
  readonly problemId: string;
  /** Of the problem, as previewed. */
  readonly version: number;
  readonly outcome: BulkOutcome | null;
  readonly detail: string | null;
  readonly doneAt: string | null;
};

const jobSql = `t.job_id as "jobId", t.action, t.made_by as "madeBy", t.made_at as "madeAt",
  t.item_count as "itemCount", t.status, t.ended_at as "endedAt"`;
const itemSql = `item, subject_key as "subjectKey", problem_id as "problemId", version, outcome, detail, done_at as "doneAt"`;

const insertJob = statement<object, [string, string, string, number]>(
  'insert-bulk-job',
  'reference',
  'insert into bulk_jobs (job_id, action, made_by, item_count) values ($1, $2::jsonb, $3, $4)',
);
const insertItems = statement<object, [string, readonly string[], readonly string[], readonly number[]]>(
  'insert-bulk-items',
  'reference',
  `insert into bulk_items (job_id, item, subject_key, problem_id, version)
   select $1, n.item, n.subject_key, n.problem_id, n.version
   from unnest($2::text[], $3::text[], $4::bigint[]) with ordinality as n (subject_key, problem_id, version, item)`,
);

/** Starts a job; returns its id. */
export async function startBulkJob(
  db: Database,
  job: {
    readonly action: unknown;
    readonly madeBy: string;
    readonly items: readonly Pick<BulkItem, 'subjectKey' | 'problemId' | 'version'>[];
  },
): Promise<string> {
  const id = newId();
  const { items } = job;
  await db.transaction(async (tx) => {
    await tx.run(insertJob, [id, canonicalJson(job.action), job.madeBy, items.length]);
    await tx.run(insertItems, [
      id, items.map((item) => item.subjectKey), items.map((item) => item.problemId), items.map((item) => item.version),
    ]); // prettier-ignore
  });
  return id;
}

/** Leases jobs that have items left. */
export const claimBulkJobs = defineClaim<BulkJob>({
  name: 'claim-bulk-jobs',
  table: 'bulk_jobs',
  key: ['job_id'],
  reach: 'reference',
  ready: `t.status = 'running' and $2::text[] is not null`,
  order: 't.made_at',
  returning: jobSql,
});

const listWaiting = statement<BulkItem, [string, number]>(
  'list-waiting-bulk-items',
  'reference',
  `select ${itemSql} from bulk_items where job_id = $1 and outcome is null order by item limit $2`,
);

export async function listWaitingItems(
  db: Runner,
  jobId: string,
  limit: number,
): Promise<readonly BulkItem[]> {
  return db.run(listWaiting, [jobId, limit]);
}

const takeItem = statement<object, [string, number]>(
  'take-bulk-item',
  'reference',
  `select 1 from bulk_items i join bulk_jobs j using (job_id)
   where i.job_id = $1 and i.item = $2 and i.outcome is null and j.status = 'running' for update of i`,
);
const endItem = statement<object, [string, number, string, string | null]>(
  'end-bulk-item',
  'reference',
  `update bulk_items set outcome = $3, detail = $4, done_at = now()
   where job_id = $1 and item = $2 and outcome is null`,
);

/** Does one item and records its outcome in one transaction; false when it was done, or the job cancelled. */
export async function doBulkItem(
  db: Database,
  jobId: string,
  item: number,
  work: (tx: Runner) => Promise<{ readonly outcome: BulkOutcome; readonly detail?: string }>,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    if ((await tx.run(takeItem, [jobId, item])).length === 0) return false;
    const { outcome, detail } = await work(tx);
    await tx.run(endItem, [jobId, item, outcome, detail ?? null]);
    return true;
  });
}

/** Records an item that failed, outside of the transaction that was rolled back. */
export async function failBulkItem(db: Runner, jobId: string, item: number, detail: string): Promise<void> {
  await db.run(endItem, [jobId, item, 'failed', detail]);
}

const finishJob = statement<object, [string]>(
  'finish-bulk-job',
  'reference',
  `update bulk_jobs j set status = 'done', ended_at = now(), leased_by = null, lease_ends_at = null
   where job_id = $1 and status = 'running'
     and not exists (select from bulk_items i where i.job_id = j.job_id and i.outcome is null)`,
);

export async function finishBulkJob(db: Runner, jobId: string): Promise<void> {
  await db.run(finishJob, [jobId]);
}

const releaseJob = statement<object, [string]>(
  'release-bulk-job',
  'reference',
  'update bulk_jobs set leased_by = null, lease_ends_at = null where job_id = $1',
);

export async function releaseBulkJob(db: Runner, jobId: string): Promise<void> {
  await db.run(releaseJob, [jobId]);
}

const cancelJob = statement<object, [string]>(
  'cancel-bulk-job',
  'reference',
  `update bulk_jobs set status = 'cancelled', ended_at = now() where job_id = $1 and status = 'running' returning job_id`,
);
const cancelItems = statement<object, [string]>(
  'cancel-bulk-items',
  'reference',
  `update bulk_items set outcome = 'cancelled', done_at = now() where job_id = $1 and outcome is null`,
);

/** Stops a job: what is done stays, the rest is not begun. False when it had ended. */
export async function cancelBulkJob(db: Database, jobId: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    if ((await tx.run(cancelJob, [jobId])).length === 0) return false;
    await tx.run(cancelItems, [jobId]);
    return true;
  });
}

const findJob = statement<BulkJob, [string]>(
  'find-bulk-job',
  'reference',
  `select ${jobSql} from bulk_jobs t where t.job_id = $1`,
);
const countItems = statement<{ readonly outcome: BulkOutcome | null; readonly count: number }, [string]>(
  'count-bulk-items',
  'reference',
  'select outcome, count(*) as count from bulk_items where job_id = $1 group by outcome',
);

export type BulkProgress = BulkJob & { readonly counts: Readonly<Record<BulkOutcome | 'waiting', number>> };

/** A job and how far it is; undefined when there is none. */
export async function findBulkJob(db: Runner, jobId: string): Promise<BulkProgress | undefined> {
  const job = (await db.run(findJob, [jobId]))[0];
  if (job === undefined) return undefined;
  const counts = { waiting: 0, applied: 0, 'no-op': 0, refused: 0, failed: 0, cancelled: 0 };
  for (const { outcome, count } of await db.run(countItems, [jobId])) counts[outcome ?? 'waiting'] = count;
  return { ...job, counts };
}

const listItems = statement<BulkItem, [string, number, number]>(
  'list-bulk-items',
  'reference',
  `select ${itemSql} from bulk_items where job_id = $1 and item > $2 order by item limit $3`,
);

/** Items of a job after an item, in order. */
export async function listBulkItems(
  db: Runner,
  jobId: string,
  after: number,
  limit: number,
): Promise<readonly BulkItem[]> {
  return db.run(listItems, [jobId, after, limit]);
}
