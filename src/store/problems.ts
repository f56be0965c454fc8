/**
 * Problems, and the work on them. A fold writes what was found (code, severity, sums, due); people write who works on
 * it and until when. Neither touches the other's columns.
 */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';
import { stampSql } from './leases.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';

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
  /** Order key, or `object/…`, `sku/…`, `connection/…`. */
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
  await tx.run(upsertProblems, [
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
const upsertProblems = statement<
  object,
  [readonly string[], readonly string[], Texts, Texts, readonly number[], Texts, Texts, readonly number[],
    readonly number[], readonly number[], Texts, Texts, readonly string[], readonly string[]]
>(
  'upsert-problems',
  'batch',
  `insert into problems as p
     (subject_key, problem_id, code, control, severity, owner, due_at, gone_minor, stuck_minor, books_minor, currency,
      cause, body, opened_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::timestamptz[],
     $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::jsonb[], $14::timestamptz[])
   on conflict (subject_key, problem_id) do update
     set code = excluded.code, control = excluded.control, severity = excluded.severity, owner = excluded.owner,
       due_at = excluded.due_at, gone_minor = excluded.gone_minor, stuck_minor = excluded.stuck_minor,
       books_minor = excluded.books_minor, currency = excluded.currency, cause = excluded.cause, body = excluded.body,
       opened_at = excluded.opened_at, resolved_at = null, resolution = null,
       reopened_count = p.reopened_count + (p.resolved_at is not null)::int,
       version = p.version + 1, changed_at = now()
     where p.resolved_at is not null
       or (p.body, p.severity, p.owner, p.due_at, p.cause, p.opened_at, p.gone_minor, p.stuck_minor, p.books_minor)
         is distinct from (excluded.body, excluded.severity, excluded.owner, excluded.due_at, excluded.cause,
           excluded.opened_at, excluded.gone_minor, excluded.stuck_minor, excluded.books_minor)`,
); // prettier-ignore

export type StoredProblem = {
  readonly subjectKey: string;
  readonly problemId: string;
  readonly code: string;
  readonly control: string;
  readonly severity: number;
  readonly owner: string | null;
  readonly dueAt: string | null;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
  readonly currency: string | null;
  readonly cause: string | null;
  readonly body: unknown;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly reopenedCount: number;
  readonly team: string | null;
  readonly userId: string | null;
  readonly deadlineAt: string | null;
  readonly escalatedAt: string | null;
  readonly snoozedUntilAt: string | null;
  readonly isSnoozedToNextFact: boolean;
  readonly resolution: string | null;
  readonly remedy: string | null;
  readonly version: number;
};

const problemColumns = `subject_key as "subjectKey", problem_id as "problemId", code, control, severity, owner,
  due_at as "dueAt", gone_minor as "goneMinor", stuck_minor as "stuckMinor", books_minor as "booksMinor", currency,
  cause, body, opened_at as "openedAt", resolved_at as "resolvedAt", reopened_count as "reopenedCount", team,
  user_id as "userId", deadline_at as "deadlineAt", escalated_at as "escalatedAt",
  snoozed_until_at as "snoozedUntilAt", is_snoozed_to_next_fact as "isSnoozedToNextFact", resolution, remedy, version`;

export type ProblemFilter = {
  /** Default true: not resolved. */
  readonly isOpen?: boolean;
  readonly code?: string;
  readonly severity?: number;
  /** The team people gave it to, else the owner by the control. */
  readonly team?: string;
  readonly userId?: string;
  readonly cursor?: string;
  readonly limit?: number;
};

const listProblemsStatement = statement<
  StoredProblem & { readonly sortAt: string },
  [
    boolean,
    string | null,
    number | null,
    string | null,
    string | null,
    number,
    string,
    string,
    string,
    number,
  ]
>(
  'list-problems',
  'list',
  `select ${problemColumns}, ${stampSql('opened_at')} as "sortAt"
   from problems
   where (resolved_at is null) = $1 and ($2::text is null or code = $2) and ($3::int is null or severity = $3)
     and ($4::text is null or coalesce(team, owner) = $4) and ($5::uuid is null or user_id = $5)
     and severity >= $6
     and (severity > $6 or opened_at < $7::timestamptz
       or (opened_at = $7::timestamptz and (subject_key, problem_id) > ($8, $9)))
   order by severity, opened_at desc, subject_key, problem_id limit $10`,
);

/** Problems, gravest first, then newest. */
export async function listProblems(db: Runner, filter: ProblemFilter = {}): Promise<Page<StoredProblem>> {
  const [severity = 0, at = 'infinity', subject = '', id = ''] = readCursor(filter.cursor, 4) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listProblemsStatement, [
    filter.isOpen ?? true, filter.code ?? null, filter.severity ?? null, filter.team ?? null, filter.userId ?? null,
    Number(severity), String(at), String(subject), String(id), limit + 1,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.severity, row.sortAt, row.subjectKey, row.problemId]);
}

const listSubjectProblemsStatement = statement<StoredProblem, [readonly string[]]>(
  'list-subject-problems',
  'order',
  `select ${problemColumns} from problems where subject_key = any ($1) order by resolved_at is not null, severity, opened_at`,
);

/** Problems of subjects, also resolved ones; open ones first. */
export async function listSubjectProblems(
  db: Runner,
  subjectKeys: readonly string[],
): Promise<readonly StoredProblem[]> {
  return db.run(listSubjectProblemsStatement, [subjectKeys]);
}

/** What people may set; a field left out keeps its value, null clears it. */
export type ProblemWork = {
  readonly team?: string | null;
  readonly userId?: string | null;
  readonly deadlineAt?: string | null;
  readonly escalatedAt?: string | null;
  readonly snoozedUntilAt?: string | null;
  readonly isSnoozedToNextFact?: boolean;
  readonly resolution?: string | null;
  readonly remedy?: string | null;
};

const workOnProblemStatement = statement<{ readonly version: number }, [string, string, number, string]>(
  'work-on-problem',
  'order',
  `update problems p
   set team = w.team, user_id = w.user_id, deadline_at = w.deadline_at, escalated_at = w.escalated_at,
     snoozed_until_at = w.snoozed_until_at, is_snoozed_to_next_fact = w.is_snoozed_to_next_fact,
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
    snoozed_until_at: work.snoozedUntilAt,
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
     update problems set user_id = $2, version = version + 1, changed_at = now()
     where user_id = $1 and resolved_at is null returning 1
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

export type ProblemSums = {
  readonly code: string;
  readonly severity: number;
  readonly currency: string | null;
  readonly count: number;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
  readonly oldestAt: string;
};

const sumProblemsStatement = statement<ProblemSums, []>(
  'sum-problems',
  'list',
  `select code, severity, currency, count(*) as count, sum(gone_minor)::bigint as "goneMinor",
     sum(stuck_minor)::bigint as "stuckMinor", sum(books_minor)::bigint as "booksMinor", min(opened_at) as "oldestAt"
   from problems where resolved_at is null
   group by code, severity, currency order by severity, count(*) desc, code, currency`,
);

/** Open problems by code and currency: counts and the three sums. */
export async function sumProblems(db: Runner): Promise<readonly ProblemSums[]> {
  return db.run(sumProblemsStatement, []);
}
