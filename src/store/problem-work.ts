/** What rules and time do to problems: routing, waking from a snooze, escalation, and one problem for a storm. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { problemColumns, type StoredProblem } from './list-problems.ts';

const listUnroutedStatement = statement<StoredProblem, [number]>(
  'list-unrouted-problems',
  'list',
  `select ${problemColumns} from problems where resolved_at is null and routed_at is null
   order by subject_key, problem_id limit $1`,
);

/** Open problems that no rule has looked at since they appeared or changed. */
export async function listUnrouted(db: Runner, limit: number): Promise<readonly StoredProblem[]> {
  return db.run(listUnroutedStatement, [limit]);
}

export type RoutedProblem = {
  readonly subjectKey: string;
  readonly problemId: string;
  readonly version: number;
  readonly team: string | undefined;
  readonly userId: string | undefined;
  readonly deadlineAt: string | undefined;
  readonly ruleId: string | undefined;
  readonly normalRuleId: string | undefined;
};

type Texts = readonly (string | null)[];
const routeStatement = statement<
  object,
  [readonly string[], readonly string[], readonly number[], Texts, Texts, Texts, Texts, Texts]
>(
  'route-problems',
  'batch',
  `update problems p
   set routed_at = now(), routed_team = n.team, routed_user_id = n.user_id, routing_rule_id = n.rule_id,
     -- A deadline that runs is not moved by routing it again.
     routed_deadline_at = case when p.routing_rule_id is not distinct from n.rule_id and p.routed_team is not distinct from n.team
       then coalesce(p.routed_deadline_at, n.deadline_at) else n.deadline_at end,
     normal_rule_id = n.normal_rule_id
   from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::uuid[], $6::timestamptz[], $7::uuid[], $8::uuid[])
     as n (subject_key, problem_id, version, team, user_id, deadline_at, rule_id, normal_rule_id)
   where p.subject_key = n.subject_key and p.problem_id = n.problem_id and p.version = n.version
   returning p.problem_id`,
);

/** Writes what rules say; a problem that changed meanwhile is left to be routed again. Returns how many were written. */
export async function writeRouting(db: Runner, routed: readonly RoutedProblem[]): Promise<number> {
  if (routed.length === 0) return 0;
  const rows = await db.run(routeStatement, [
    routed.map((one) => one.subjectKey), routed.map((one) => one.problemId), routed.map((one) => one.version),
    routed.map((one) => one.team ?? null), routed.map((one) => one.userId ?? null),
    routed.map((one) => one.deadlineAt ?? null), routed.map((one) => one.ruleId ?? null),
    routed.map((one) => one.normalRuleId ?? null),
  ]); // prettier-ignore
  return rows.length;
}

const rerouteStatement = statement<object, []>(
  'reroute-problems',
  'list',
  'update problems set routed_at = null where resolved_at is null and routed_at is not null',
);

/** Has all open problems looked at by the rules again: after a rule, a team or a person changed. */
export async function rerouteProblems(db: Runner): Promise<void> {
  await db.run(rerouteStatement, []);
}

const endNormalStatement = statement<{ readonly count: number }, [string]>(
  'reroute-expired-normal',
  'list',
  `with woken as (
     update problems p set routed_at = null from normal_rules r
     where p.normal_rule_id = r.rule_id and p.resolved_at is null and p.routed_at is not null
       and (r.ended_at is not null or r.expires_at <= $1::timestamptz) returning 1
   )
   select count(*) from woken`,
);

/** Brings back what a rule called normal that has ended by `now`. */
export async function wakeExpiredNormal(db: Runner, now: string): Promise<number> {
  return (await db.run(endNormalStatement, [now]))[0]!.count;
}

const wakeSnoozedStatement = statement<{ readonly ref: string }, [string]>(
  'wake-snoozed-problems',
  'list',
  `update problems p
   set snoozed_at = null, snoozed_until_at = null, is_snoozed_to_next_fact = false, version = p.version + 1,
     changed_at = now()
   where p.resolved_at is null and (p.snoozed_until_at <= $1::timestamptz
     or (p.is_snoozed_to_next_fact and exists (
       select from facts f where f.order_key = p.subject_key
         and (f.recorded_at > p.snoozed_at or f.retracted_at > p.snoozed_at))))
   returning p.subject_key || '~' || p.problem_id as ref`,
);

/** Ends snoozes whose time has come, or whose order has a new fact; returns the problems, `subject~id`. */
export async function wakeSnoozed(db: Runner, now: string): Promise<readonly string[]> {
  return (await db.run(wakeSnoozedStatement, [now])).map((row) => row.ref);
}

const listLateStatement = statement<StoredProblem, [string, number]>(
  'list-late-problems',
  'list',
  `select ${problemColumns} from problems
   where resolved_at is null and escalated_at is null and coalesce(deadline_at, routed_deadline_at) <= $1::timestamptz
     and normal_rule_id is null and dismissed_at is null and merged_ref is null and storm_ref is null
     and (snoozed_until_at is null or snoozed_until_at <= $1::timestamptz) and not is_snoozed_to_next_fact
   order by coalesce(deadline_at, routed_deadline_at) limit $2`,
);

/** Problems past the deadline of whoever owns them, not yet escalated. */
export async function listLate(db: Runner, now: string, limit: number): Promise<readonly StoredProblem[]> {
  return db.run(listLateStatement, [now, limit]);
}

export type Burst = {
  readonly cause: string;
  readonly currency: string | null;
  readonly code: string;
  readonly recent: number;
  /** Most that came within one hour during the days before. */
  readonly usual: number;
};

const listBurstsStatement = statement<Burst, [number, number, number]>(
  'list-problem-bursts',
  'list',
  `with recent as (
     select cause, currency, min(code) as code, count(*) as recent from problems
     where cause is not null and resolved_at is null and seen_at > now() - $1 * interval '1 millisecond'
       and subject_key not like 'storm/%'
     group by cause, currency having count(*) >= $2
   ), hours as (
     select cause, currency, date_trunc('hour', seen_at) as hour, count(*) as n from problems
     where cause in (select cause from recent)
       and seen_at between now() - $3 * interval '1 millisecond' and now() - $1 * interval '1 millisecond'
     group by cause, currency, date_trunc('hour', seen_at)
   ), usual as (
     select cause, currency, max(n) as n from hours group by cause, currency
   )
   select r.cause, r.currency, r.code, r.recent, coalesce(u.n, 0) as usual
   from recent r left join usual u on u.cause = r.cause and u.currency is not distinct from r.currency
   order by r.cause, r.currency`,
);

/** Causes with at least `recentMin` new open problems within `windowMs`, and what was usual over `usualMs`. */
export async function listBursts(
  db: Runner,
  options: { readonly windowMs: number; readonly recentMin: number; readonly usualMs: number },
): Promise<readonly Burst[]> {
  return db.run(listBurstsStatement, [options.windowMs, options.recentMin, options.usualMs]);
}

const joinStormStatement = statement<object, [string, string, string | null, number]>(
  'join-storm',
  'list',
  `update problems set storm_ref = $1
   where cause = $2 and currency is not distinct from $3 and resolved_at is null and storm_ref is null
     and subject_key not like 'storm/%' and seen_at > now() - $4 * interval '1 millisecond'`,
);

/** Puts new problems of a cause under the one that stands for them. */
export async function joinStorm(
  db: Runner,
  ref: string,
  of: Pick<Burst, 'cause' | 'currency'>,
  windowMs: number,
): Promise<void> {
  await db.run(joinStormStatement, [ref, of.cause, of.currency, windowMs]);
}

export type StormMembers = {
  readonly ref: string;
  readonly cause: string;
  readonly code: string;
  readonly severity: number;
  readonly owner: string | null;
  readonly currency: string | null;
  readonly count: number;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
  readonly oldestAt: string;
};

const listStormsStatement = statement<StormMembers, []>(
  'list-storms',
  'list',
  `select storm_ref as ref, min(cause) as cause, min(code) as code, min(severity) as severity,
     min(coalesce(team, routed_team, owner)) as owner, min(currency) as currency, count(*) as count,
     sum(gone_minor)::bigint as "goneMinor", sum(stuck_minor)::bigint as "stuckMinor",
     sum(books_minor)::bigint as "booksMinor", min(opened_at) as "oldestAt"
   from problems where storm_ref is not null and resolved_at is null group by storm_ref order by storm_ref`,
);

/** Storms that have members which are still open. */
export async function listStorms(db: Runner): Promise<readonly StormMembers[]> {
  return db.run(listStormsStatement, []);
}

const endStormStatement = statement<object, [string]>(
  'end-storm',
  'list',
  'update problems set storm_ref = null where storm_ref = $1 and resolved_at is null',
);

/** Lets the last few stand for themselves again. */
export async function endStorm(db: Runner, ref: string): Promise<void> {
  await db.run(endStormStatement, [ref]);
}

const countSilencedStatement = statement<{ readonly ruleId: string; readonly count: number }, []>(
  'count-silenced-problems',
  'list',
  `select normal_rule_id as "ruleId", count(*) as count from problems
   where normal_rule_id is not null and resolved_at is null group by normal_rule_id`,
);

/** Open problems that each rule calls normal. */
export async function countSilenced(db: Runner): Promise<ReadonlyMap<string, number>> {
  return new Map((await db.run(countSilencedStatement, [])).map((row) => [row.ruleId, row.count]));
}
