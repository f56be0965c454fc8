/**
 * Problems, and the work on them. A fold writes what was found (code, severity, sums, due); people write who works on
 * it and until when. Neither touches the other's columns.
 */
import { rowsOf, runRows, statement } from './database.ts';
import type { Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';

export type ProblemWrite = {
  /** Stable: of subject, control, key and side. */
  readonly id: string;
  readonly code: string;
  readonly control: string;
  readonly severity: number;
  readonly since: string;
  /** Team that owns it by the control. */
  readonly owner?: string;
  readonly dueAt?: string;
  readonly goneMinor?: number;
  readonly stuckMinor?: number;
  readonly booksMinor?: number;
  readonly currency?: string;
  /** Groups problems with one cause. */
  readonly cause?: string;
  /** The whole problem. */
  readonly body: unknown;
};

export type SubjectProblem = ProblemWrite & {
  /** Order key, or `object/…`, `sku/…`, `connection/…`, `notice/…`. */
  readonly subjectKey: string;
};

/**
 * Makes `problems` the open ones of their subjects: new ones open, known ones are updated, resolved ones reopen; others
 * of `subjectKeys` are resolved. Run it in a transaction.
 */
export async function writeProblems(
  tx: Runner,
  subjectKeys: readonly string[],
  problems: readonly SubjectProblem[],
): Promise<void> {
  const keys = problems.map((problem) => problem.subjectKey);
  const ids = problems.map((problem) => problem.id);
  if (subjectKeys.length > 0) await tx.run(resolveProblems, [subjectKeys, keys, ids]);
  if (problems.length === 0) return;
  await runRows(tx, upsertProblems, [
    keys,
    ids,
    problems.map((problem) => problem.code),
    problems.map((problem) => problem.control),
    problems.map((problem) => problem.severity),
    problems.map((problem) => problem.owner ?? null),
    problems.map((problem) => problem.dueAt ?? null),
    problems.map((problem) => problem.goneMinor ?? 0),
    problems.map((problem) => problem.stuckMinor ?? 0),
    problems.map((problem) => problem.booksMinor ?? 0),
    problems.map((problem) => problem.currency ?? null),
    problems.map((problem) => problem.cause ?? null),
    problems.map((problem) => canonicalJson(problem.body)),
    problems.map((problem) => problem.since),
  ]);
}

const resolveProblems = statement<object, [readonly string[], readonly string[], readonly string[]]>(
  'resolve-problems',
  'batch',
  `update problems p set resolved_at = now(), changed_at = now(), version = p.version + 1
   where p.subject_key = any ($1) and p.resolved_at is null
     and not exists (select from unnest($2::text[], $3::text[]) as n (subject_key, problem_id)
                     where n.subject_key = p.subject_key and n.problem_id = p.problem_id)`,
);

type Texts = readonly (string | null)[];
const upsertProblemsSql = (rows: string): string =>
  `insert into problems as p
     (subject_key, problem_id, code, control, severity, owner, due_at, gone_minor, stuck_minor, books_minor, currency,
      cause, body, opened_at, changed_at)
   ${rows}
   on conflict (subject_key, problem_id) do update
     set code = excluded.code, control = excluded.control, severity = excluded.severity, owner = excluded.owner,
       due_at = excluded.due_at, gone_minor = excluded.gone_minor, stuck_minor = excluded.stuck_minor,
       books_minor = excluded.books_minor, currency = excluded.currency, cause = excluded.cause, body = excluded.body,
       opened_at = excluded.opened_at, resolved_at = null, resolution = null, routed_at = null,
       dismissed_at = case when p.resolved_at is null
         and (p.body->'amount', p.body->'units', p.gone_minor, p.stuck_minor, p.books_minor, p.severity)
           is not distinct from (excluded.body->'amount', excluded.body->'units', excluded.gone_minor,
             excluded.stuck_minor, excluded.books_minor, excluded.severity) then p.dismissed_at end,
       merged_ref = case when p.resolved_at is null then p.merged_ref end,
       notified_at = case when p.resolved_at is null then p.notified_at end,
       escalated_at = case when p.resolved_at is null then p.escalated_at end,
       reopened_count = p.reopened_count + (p.resolved_at is not null)::int,
       version = p.version + 1, changed_at = excluded.changed_at
     where p.resolved_at is not null
       or (p.body, p.severity, p.owner, p.due_at, p.cause, p.opened_at, p.gone_minor, p.stuck_minor, p.books_minor)
         is distinct from (excluded.body, excluded.severity, excluded.owner, excluded.due_at, excluded.cause,
           excluded.opened_at, excluded.gone_minor, excluded.stuck_minor, excluded.books_minor)`;
const problemRows = rowsOf(
  ['text', 'text', 'text', 'text', 'smallint', 'text', 'timestamptz', 'bigint', 'bigint', 'bigint', 'text', 'text', 'jsonb', 'timestamptz'],
  ['now()'],
); // prettier-ignore

const upsertProblems = statement<
  object,
  [readonly string[], readonly string[], Texts, Texts, readonly number[], Texts, Texts, readonly number[],
    readonly number[], readonly number[], Texts, Texts, readonly string[], readonly string[]]
>(
  'upsert-problems',
  'batch',
  upsertProblemsSql(problemRows.many),
  upsertProblemsSql(problemRows.one),
); // prettier-ignore

/** What people may set; a field left out keeps its value, null clears it. */
export type ProblemWork = {
  readonly team?: string | null;
  readonly userId?: string | null;
  readonly deadlineAt?: string | null;
  readonly escalatedAt?: string | null;
  readonly snoozedAt?: string | null;
  readonly snoozedUntilAt?: string | null;
  readonly isSnoozedToNextFact?: boolean;
  readonly dismissedAt?: string | null;
  /** `subject~id` of the problem it was merged into. */
  readonly mergedRef?: string | null;
  readonly resolution?: string | null;
  readonly remedy?: string | null;
};

const workOnProblemStatement = statement<{ readonly version: number }, [string, string, number, string]>(
  'work-on-problem',
  'order',
  `update problems p
   set team = w.team, user_id = w.user_id, deadline_at = w.deadline_at, escalated_at = w.escalated_at,
     snoozed_until_at = w.snoozed_until_at, is_snoozed_to_next_fact = w.is_snoozed_to_next_fact,
     snoozed_at = w.snoozed_at, dismissed_at = w.dismissed_at, merged_ref = w.merged_ref,
     resolution = w.resolution, remedy = w.remedy, version = p.version + 1, changed_at = now()
   from problems old, jsonb_populate_record(old, $4::jsonb) as w
   where p.subject_key = $1 and p.problem_id = $2 and p.version = $3
     and old.subject_key = $1 and old.problem_id = $2
   returning p.version`,
);

/** Sets the work columns if the problem still has this version; returns the new one, or undefined for a stale form. */
export async function workOnProblem(
  db: Runner,
  ref: { readonly subjectKey: string; readonly problemId: string; readonly version: number },
  work: ProblemWork,
): Promise<number | undefined> {
  const columns = {
    team: work.team,
    user_id: work.userId,
    deadline_at: work.deadlineAt,
    escalated_at: work.escalatedAt,
    snoozed_at: work.snoozedAt,
    snoozed_until_at: work.snoozedUntilAt,
    dismissed_at: work.dismissedAt,
    merged_ref: work.mergedRef,
    is_snoozed_to_next_fact: work.isSnoozedToNextFact,
    resolution: work.resolution,
    remedy: work.remedy,
  };
  const rows = await db.run(workOnProblemStatement, [
    ref.subjectKey, ref.problemId, ref.version, canonicalJson(columns),
  ]); // prettier-ignore
  return rows[0]?.version;
}

const handOverStatement = statement<{ readonly count: number }, [string, string | null]>(
  'hand-over-problems',
  'list',
  `with moved as (
     update problems set user_id = case when user_id = $1 then $2 else user_id end,
       routed_user_id = case when routed_user_id = $1 then $2 else routed_user_id end,
       routed_at = case when $2::uuid is null then null else routed_at end, version = version + 1, changed_at = now()
     where (user_id = $1 or routed_user_id = $1) and resolved_at is null returning 1
   )
   select count(*) from moved`,
);

/** Gives all open problems of one person to another, or back to their teams; returns how many. */
export async function handOverProblems(
  db: Runner,
  fromUserId: string,
  toUserId: string | null,
): Promise<number> {
  return (await db.run(handOverStatement, [fromUserId, toUserId]))[0]!.count;
}

const listSubjectsStatement = statement<{ readonly subjectKey: string }, [readonly string[]]>(
  'list-subjects-with-problems',
  'batch',
  'select distinct subject_key as "subjectKey" from problems where subject_key = any ($1) and resolved_at is null',
);

/** Those of some subjects that have an open problem. */
export async function listSubjectsWithProblems(
  db: Runner,
  subjectKeys: readonly string[],
): Promise<readonly string[]> {
  return (await db.run(listSubjectsStatement, [subjectKeys])).map((row) => row.subjectKey);
}

const hideFreshStatement = statement<object, [readonly string[], readonly string[], number]>(
  'hide-fresh-problems',
  'batch',
  `update problems p set snoozed_at = now(), snoozed_until_at = now() + $3 * interval '1 millisecond'
   from unnest($1::text[], $2::text[]) as n (subject_key, problem_id)
   where p.subject_key = n.subject_key and p.problem_id = n.problem_id and p.seen_at = now()`,
);

/** Puts off those that were written for the first time in this transaction. */
export async function hideFreshProblems(
  tx: Runner,
  problems: readonly SubjectProblem[],
  forMs: number,
): Promise<void> {
  if (problems.length === 0) return;
  await tx.run(hideFreshStatement, [
    problems.map((problem) => problem.subjectKey), problems.map((problem) => problem.id), forMs,
  ]); // prettier-ignore
}
