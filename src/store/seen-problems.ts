/** Problems of the last days, open or not: what rules are tried on. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { problemColumns, type StoredProblem } from './list-problems.ts';

export type SeenProblem = StoredProblem & {
  /** A remedy was made, a difference accepted, a promise or deadline broken: it was no mere noise. */
  readonly provedReal: boolean;
};

const listStatement = statement<SeenProblem, [string, string, string, number]>(
  'list-seen-problems',
  'list',
  `select ${problemColumns}, (p.escalated_at is not null or exists (
       select from commands c where c.order_key = p.subject_key and c.item_id = p.problem_id and c.status = 'confirmed')
     or exists (
       select from desk_entries d where d.order_key = p.subject_key and d.problem_id = p.problem_id
         and d.kind = 'decision' and d.body->>'type' = 'difference.accepted')) as "provedReal"
   from problems p
   where greatest(p.opened_at, coalesce(p.resolved_at, p.opened_at)) >= $1::timestamptz
     and (p.subject_key, p.problem_id) > ($2, $3)
   order by p.subject_key, p.problem_id limit $4`,
);

/** Problems that stood open at some time since `since`, by subject and id, after a pair of them. */
export async function listSeenProblems(
  db: Runner,
  since: string,
  [subjectKey, problemId]: readonly [string, string],
  limit: number,
): Promise<readonly SeenProblem[]> {
  return db.run(listStatement, [since, subjectKey, problemId, limit]);
}
