/** What the whole shop looks like at one moment: what waits at each step, who owns what, how it went lately. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type WaitingAtStep = {
  readonly control: string;
  readonly currency: string | null;
  readonly count: number;
  /** Past their due time. */
  readonly lateCount: number;
  readonly units: number;
  readonly minor: number;
  /** Half of them wait since before this instant. */
  readonly medianSince: string;
  readonly oldestSince: string;
};

const waitingStatement = statement<WaitingAtStep, [string]>(
  'sum-waiting',
  'list',
  `select control, currency, count(*) as count,
     count(*) filter (where due_at <= $1::timestamptz) as "lateCount",
     coalesce(sum(units), 0)::bigint as units, coalesce(sum(amount_minor), 0)::bigint as minor,
     to_timestamp(percentile_cont(0.5) within group (order by extract(epoch from since_at))) as "medianSince",
     min(since_at) as "oldestSince"
   from open_items where not is_opening group by control, currency order by control, currency`,
);

/** Open items by check and currency, in time and late; without the opening balance. */
export async function sumWaiting(db: Runner, now: string): Promise<readonly WaitingAtStep[]> {
  return db.run(waitingStatement, [now]);
}

export type OwnerSums = {
  readonly owner: string | null;
  readonly currency: string | null;
  readonly count: number;
  readonly oldestAt: string;
  readonly goneMinor: number;
  readonly stuckMinor: number;
  readonly booksMinor: number;
};

const ownersStatement = statement<OwnerSums, []>(
  'sum-problems-by-owner',
  'list',
  `select coalesce(team, owner) as owner, currency, count(*) as count, min(opened_at) as "oldestAt",
     sum(gone_minor)::bigint as "goneMinor", sum(stuck_minor)::bigint as "stuckMinor",
     sum(books_minor)::bigint as "booksMinor"
   from problems where resolved_at is null group by 1, 2 order by 1, 2`,
);

/** Open problems by the team that has them. */
export async function sumProblemsByOwner(db: Runner): Promise<readonly OwnerSums[]> {
  return db.run(ownersStatement, []);
}

export type DayCounts = { readonly day: string; readonly opened: number; readonly resolved: number };

const trendStatement = statement<DayCounts, [string, string, number]>(
  'count-problems-by-day',
  'list',
  `with days as (
     select ($1::timestamptz at time zone $2)::date - n as day from generate_series(0, $3 - 1) as n
   ), began as (
     select min(valid_from_at) as at from policy_values where name = 'notices-began'
   ), opened as (
     select (greatest(opened_at, due_at) at time zone $2)::date as day, count(*) as count from problems
     where greatest(opened_at, due_at) > (select at from began)
       and greatest(opened_at, due_at) > $1::timestamptz - make_interval(days => $3 + 1) group by 1
   ), resolved as (
     select (resolved_at at time zone $2)::date as day, count(*) as count from problems
     where resolved_at > (select at from began) and resolved_at > $1::timestamptz - make_interval(days => $3 + 1) group by 1
   )
   select to_char(days.day, 'YYYY-MM-DD') as day, coalesce(opened.count, 0) as opened, coalesce(resolved.count, 0) as resolved
   from days left join opened using (day) left join resolved using (day) order by days.day`,
);

/**
 * Problems opened and resolved per day of a zone. What was a problem before the history was read for the first time came with the
 * import, and is no trend. Oldest day first, up to the day of `now`.
 */
export async function countProblemsByDay(
  db: Runner,
  now: string,
  zone: string,
  days: number,
): Promise<readonly DayCounts[]> {
  return db.run(trendStatement, [now, zone, days]);
}
