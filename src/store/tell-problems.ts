/** What teams still have to be told, and the figures of their digests and letters. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { problemColumns, viewSql, type StoredProblem } from './list-problems.ts';

const listUntoldStatement = statement<StoredProblem, [number]>(
  'list-untold-problems',
  'list',
  `select ${problemColumns} from problems
   where ${viewSql(`'work'`)} and routed_at is not null
     and (notified_at is null or (escalated_at is not null and notified_at < escalated_at))
   order by severity, opened_at, subject_key, problem_id limit $1`,
);

/** Problems nobody was told of since they came, or since they were escalated. */
export async function listUntold(db: Runner, limit: number): Promise<readonly StoredProblem[]> {
  return db.run(listUntoldStatement, [limit]);
}

const markToldStatement = statement<object, [readonly string[], readonly string[], string]>(
  'mark-problems-told',
  'batch',
  `update problems p set notified_at = $3::timestamptz
   from unnest($1::text[], $2::text[]) as n (subject_key, problem_id)
   where p.subject_key = n.subject_key and p.problem_id = n.problem_id`,
);

/** Remembers that their team was told, or need not be told, at `at`. */
export async function markTold(
  db: Runner,
  problems: readonly Pick<StoredProblem, 'subjectKey' | 'problemId'>[],
  at: string,
): Promise<void> {
  if (problems.length === 0) return;
  await db.run(markToldStatement, [
    problems.map((problem) => problem.subjectKey), problems.map((problem) => problem.problemId), at,
  ]); // prettier-ignore
}

const countTeamStatement = statement<
  { readonly count: number; readonly overdue: number },
  [string, string, string]
>(
  'count-team-problems',
  'list',
  `select count(*) as count,
     count(*) filter (where coalesce(deadline_at, routed_deadline_at, due_at) < $2::timestamptz) as overdue
   from problems where ${viewSql('$3')} and coalesce(team, routed_team, owner) = $1`,
);

/** How much a team has before it at `now`, and how much of it is past its deadline. */
export async function countTeamProblems(
  db: Runner,
  team: string,
  now: string,
): Promise<{ readonly count: number; readonly overdue: number }> {
  return (await db.run(countTeamStatement, [team, now, 'work']))[0]!;
}

const listOldestStatement = statement<StoredProblem, [number]>(
  'list-oldest-problems',
  'list',
  `select ${problemColumns} from problems where ${viewSql(`'work'`)} order by opened_at, subject_key, problem_id limit $1`,
);

/** Problems that have stood open longest. */
export async function listOldest(db: Runner, limit: number): Promise<readonly StoredProblem[]> {
  return db.run(listOldestStatement, [limit]);
}

const listWorstStatement = statement<StoredProblem, [number]>(
  'list-worst-problems',
  'list',
  `select ${problemColumns} from problems p
   where ${viewSql(`'work'`)} and exists (select from order_states s where s.order_key = p.subject_key)
   order by severity, gone_minor + stuck_minor + books_minor desc, opened_at, subject_key, problem_id limit $1`,
);

/** The gravest problems of orders: by severity, then by what is at stake. */
export async function listWorst(db: Runner, limit: number): Promise<readonly StoredProblem[]> {
  return db.run(listWorstStatement, [limit]);
}

export type StakeSums = {
  readonly currency: string | null;
  readonly count: number;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
};

const sumStakeStatement = statement<StakeSums, []>(
  'sum-stake',
  'list',
  `select currency, count(*) as count, sum(gone_minor)::bigint as "goneMinor", sum(stuck_minor)::bigint as "stuckMinor",
     sum(books_minor)::bigint as "booksMinor"
   from problems where ${viewSql(`'work'`)} group by currency order by count(*) desc, currency`,
);

/** The three sums of all that is to be done, by currency. */
export async function sumStake(db: Runner): Promise<readonly StakeSums[]> {
  return db.run(sumStakeStatement, []);
}

export type Trend = {
  readonly opened: number;
  readonly closed: number;
  readonly openedBefore: number;
  readonly closedBefore: number;
};

const trendStatement = statement<Trend, [string]>(
  'read-problem-trend',
  'list',
  `select count(*) filter (where seen_at > n.now - interval '7 days') as opened,
     count(*) filter (where resolved_at > n.now - interval '7 days') as closed,
     count(*) filter (where seen_at between n.now - interval '14 days' and n.now - interval '7 days') as "openedBefore",
     count(*) filter (where resolved_at between n.now - interval '14 days' and n.now - interval '7 days') as "closedBefore"
   from problems, (select $1::timestamptz as now) n`,
);

/** Problems that came and went in the last seven days before `now`, and in the seven before those. */
export async function readTrend(db: Runner, now: string): Promise<Trend> {
  return (await db.run(trendStatement, [now]))[0]!;
}

export type Undecided = {
  readonly withoutOwner: number;
  readonly toApprove: number;
  readonly openingGroups: number;
  readonly normalEnding: number;
};

const undecidedStatement = statement<Undecided, [string]>(
  'count-undecided',
  'list',
  `select
     (select count(*) from problems where ${viewSql(`'work'`)} and coalesce(team, routed_team, owner) is null) as "withoutOwner",
     (select count(*) from commands where status = 'planned' and mode = 'approve') as "toApprove",
     (select count(*) from (select control, coalesce(currency, '') as currency from open_items where is_opening group by 1, 2) g
        where not exists (select from opening_decisions d where d.control = g.control and d.currency = g.currency)) as "openingGroups",
     (select count(*) from normal_rules where ended_at is null and expires_at between $1::timestamptz and $1::timestamptz + interval '7 days') as "normalEnding"`,
);

/** What waits for a decision of somebody. */
export async function countUndecided(db: Runner, now: string): Promise<Undecided> {
  return (await db.run(undecidedStatement, [now]))[0]!;
}
