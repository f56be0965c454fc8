/** Promises made to customers, and whether they were kept. */
import { proofOfPromise } from '../kernel/find-case-problems.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';

/** `not-watched`: nobody reports whether it is kept. */
export type PromiseState = 'open' | 'today' | 'overdue' | 'kept' | 'broken' | 'not-watched';

export type PromiseRow = {
  readonly orderKey: string;
  readonly factId: string;
  readonly number: string;
  readonly promised: 'refund' | 'replacement';
  readonly by: string;
  /** `YYYY-MM-DD`, the last day on which it is kept. */
  readonly until: string;
  readonly madeAt: string;
  readonly state: PromiseState;
  /** `subject~id` once it is broken. */
  readonly problem: string | null;
};

const proofSql = `case f.body->>'promised' ${Object.entries(proofOfPromise).map(([promised, control]) => `when '${promised}' then '${control}'`).join(' ')} end`; // prettier-ignore

// An open item of the gate says that the promised event is not there: pending until the day, a problem from then on. Where
// the event is not watched there is never one.
const listStatement = statement<PromiseRow, [string, string, string, string, string, number]>(
  'list-promises',
  'list',
  `with promises as (
     select f.order_key, f.fact_id, s.number, f.body->>'promised' as promised, f.body->>'by' as by, f.body->>'until' as until,
       f.happened_at, i.item_id, p.problem_id, coalesce(s.state->'watched' ? ${proofSql}, false) as is_watched
     from facts f join order_states s on s.order_key = f.order_key
     left join open_items i on i.order_key = f.order_key and i.control = 'promise-kept' and i.body->'evidence' ? f.object_key
     left join problems p on p.subject_key = f.order_key and p.problem_id = i.item_id and p.resolved_at is null
     where f.type = 'promise.made' and f.retracted_at is null
   ), judged as (
     select *, case when item_id is null then case when is_watched then 'kept' else 'not-watched' end when until < $2 then case when problem_id is null then 'overdue' else 'broken' end
       when until = $2 then 'today' else 'open' end as state
     from promises
   )
   select order_key as "orderKey", fact_id as "factId", number, promised, by, until, happened_at as "madeAt", state,
     order_key || '~' || problem_id as problem
   from judged
   where case $1 when 'open' then state in ('open', 'today', 'overdue', 'broken') or (state = 'not-watched' and until >= $2) when 'overdue' then state in ('overdue', 'broken')
       else state = $1 end
     and (until, order_key, fact_id) > ($3, $4, $5)
   order by until, order_key, fact_id limit $6`,
);

/**
 * Promises by the day they end, soonest first. `today` (`YYYY-MM-DD`) is the day in the zone of the business. `open` are
 * all that are not known to be kept, of those that are not watched only where the day is not over; `overdue` those whose day is over.
 */
export async function listPromises(
  db: Runner,
  filter: {
    readonly state: PromiseState;
    readonly today: string;
    readonly cursor?: string;
    readonly limit?: number;
  },
): Promise<Page<PromiseRow>> {
  const [until = '', order = '', fact = ''] = readCursor(filter.cursor, 3) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listStatement, [
    filter.state, filter.today, String(until), String(order), String(fact), limit + 1,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.until, row.orderKey, row.factId]);
}
