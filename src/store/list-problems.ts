/** Problems as lists: what there is to do, grouped by cause, and the sums. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { stampSql } from './leases.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';

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
  readonly seenAt: string;
  readonly team: string | null;
  readonly userId: string | null;
  readonly deadlineAt: string | null;
  /** By rules; what people set goes before it. */
  readonly routedTeam: string | null;
  readonly routedUserId: string | null;
  readonly routedDeadlineAt: string | null;
  readonly routingRuleId: string | null;
  /** The rule that calls it normal here. */
  readonly normalRuleId: string | null;
  /** The problem that stands for it and others with one cause. */
  readonly stormRef: string | null;
  readonly mergedRef: string | null;
  readonly dismissedAt: string | null;
  readonly escalatedAt: string | null;
  readonly snoozedAt: string | null;
  readonly snoozedUntilAt: string | null;
  readonly isSnoozedToNextFact: boolean;
  readonly resolution: string | null;
  readonly remedy: string | null;
  readonly version: number;
};

export const problemColumns = `subject_key as "subjectKey", problem_id as "problemId", code, control, severity, owner,
  due_at as "dueAt", gone_minor as "goneMinor", stuck_minor as "stuckMinor", books_minor as "booksMinor", currency,
  cause, body, opened_at as "openedAt", resolved_at as "resolvedAt", reopened_count as "reopenedCount", team,
  user_id as "userId", deadline_at as "deadlineAt", escalated_at as "escalatedAt",
  snoozed_until_at as "snoozedUntilAt", is_snoozed_to_next_fact as "isSnoozedToNextFact", resolution, remedy, version,
  seen_at as "seenAt", snoozed_at as "snoozedAt", routed_team as "routedTeam", routed_user_id as "routedUserId",
  routed_deadline_at as "routedDeadlineAt", routing_rule_id as "routingRuleId", normal_rule_id as "normalRuleId",
  storm_ref as "stormRef", merged_ref as "mergedRef", dismissed_at as "dismissedAt"`;

/**
 * Which problems a list shows. `work`: what somebody should look at now. `snoozed silenced dismissed merged storm`: why
 * an open one is not there. `open`: all of those. `resolved`.
 */
export const problemViews = [
  'work',
  'open',
  'snoozed',
  'silenced',
  'dismissed',
  'merged',
  'storm',
  'resolved',
] as const;
export type ProblemView = (typeof problemViews)[number];

/** SQL of a view that `$n` names, on the columns of `problems`. */
export const viewSql = (parameter: string): string => `case ${parameter}::text
  when 'resolved' then resolved_at is not null
  when 'open' then resolved_at is null
  when 'snoozed' then resolved_at is null and (snoozed_until_at > now() or is_snoozed_to_next_fact)
  when 'silenced' then resolved_at is null and normal_rule_id is not null
  when 'dismissed' then resolved_at is null and dismissed_at is not null
  when 'merged' then resolved_at is null and merged_ref is not null
  when 'storm' then resolved_at is null and storm_ref is not null
  else resolved_at is null and (snoozed_until_at is null or snoozed_until_at <= now()) and not is_snoozed_to_next_fact
    and normal_rule_id is null and dismissed_at is null and merged_ref is null and storm_ref is null end`;

export type ProblemFilter = {
  /** Default `work`. */
  readonly view?: ProblemView;
  readonly cause?: string;
  /** Members of the storm that this problem (`subject~id`) stands for. */
  readonly stormRef?: string;
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
    string,
    string | null,
    number | null,
    string | null,
    string | null,
    number,
    string,
    string,
    string,
    number,
    string | null,
    string | null,
  ]
>(
  'list-problems',
  'list',
  `select ${problemColumns}, ${stampSql('opened_at')} as "sortAt"
   from problems
   where ${viewSql('$1')} and ($2::text is null or code = $2) and ($3::int is null or severity = $3)
     and ($4::text is null or coalesce(team, routed_team, owner) = $4)
     and ($5::uuid is null or coalesce(user_id, routed_user_id) = $5)
     and ($11::text is null or cause = $11) and ($12::text is null or storm_ref = $12)
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
    filter.view ?? 'work', filter.code ?? null, filter.severity ?? null, filter.team ?? null, filter.userId ?? null,
    Number(severity), String(at), String(subject), String(id), limit + 1, filter.cause ?? null, filter.stormRef ?? null,
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
   from problems where ${viewSql(`'work'`)}
   group by code, severity, currency order by severity, count(*) desc, code, currency`,
);

/** Problems that somebody should look at, by code and currency: counts and the three sums. */
export async function sumProblems(db: Runner): Promise<readonly ProblemSums[]> {
  return db.run(sumProblemsStatement, []);
}

export type ProblemGroup = {
  readonly cause: string;
  readonly code: string;
  /** What the target answered to the remedy, where it refused it. */
  readonly refusal: string | null;
  readonly team: string | null;
  readonly currency: string | null;
  readonly severity: number;
  readonly count: number;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
  readonly oldestAt: string;
  readonly dueAt: string | null;
  /** Some of them, `subject~id`. */
  readonly sample: readonly string[];
};

const groupProblemsStatement = statement<ProblemGroup, [string, string | null, string | null, number]>(
  'group-problems',
  'list',
  `with shown as (
     select p.*, coalesce(p.team, p.routed_team, p.owner) as own_team,
       (select c.outcome->>'code' from commands c where c.order_key = p.subject_key and c.item_id = p.problem_id
          and c.status in ('failed', 'dead') order by c.changed_at desc limit 1) as refusal
     from problems p where ${viewSql('$1')} and ($2::text is null or coalesce(team, routed_team, owner) = $2)
       and ($3::uuid is null or coalesce(user_id, routed_user_id) = $3)
   )
   select coalesce(cause, code) as cause, code, refusal, own_team as team, currency, min(severity) as severity,
     count(*) as count, sum(gone_minor)::bigint as "goneMinor", sum(stuck_minor)::bigint as "stuckMinor",
     sum(books_minor)::bigint as "booksMinor", min(opened_at) as "oldestAt",
     min(coalesce(deadline_at, routed_deadline_at, due_at)) as "dueAt",
     (array_agg(subject_key || '~' || problem_id order by opened_at, subject_key))[1:5] as sample
   from shown group by coalesce(cause, code), code, refusal, own_team, currency
   order by min(severity), count(*) desc, min(opened_at), coalesce(cause, code), currency limit $4`,
);

/** Problems of a view by cause, team and currency: gravest first, then the largest groups. */
export async function groupProblems(
  db: Runner,
  filter: Pick<ProblemFilter, 'view' | 'team' | 'userId' | 'limit'> = {},
): Promise<readonly ProblemGroup[]> {
  const { view = 'work', team, userId, limit } = filter;
  return db.run(groupProblemsStatement, [view, team ?? null, userId ?? null, pageLimit(limit ?? 200)]);
}
