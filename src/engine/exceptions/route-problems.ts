/**
 * Routing of problems: rules give every open problem an owner and a deadline, or call it normal here. A fold does not
 * know of it, so nothing that is true about an order changes with a rule.
 */
import type { FactOf } from '../../kernel/fact.ts';
import type { Problem } from '../../kernel/order-state.ts';
import { fitsScope, type ScopedProblem } from '../../kernel/problem-scope.ts';
import { routeProblem, type Routed } from '../../kernel/route-problem.ts';
import type { Policy } from '../../kernel/policy.ts';
import type { Database, Runner } from '../../store/database.ts';
import type { StoredProblem } from '../../store/list-problems.ts';
import { listPlacedFacts } from '../../store/placed-facts.ts';
import { listUnrouted, wakeExpiredNormal, wakeSnoozed, writeRouting } from '../../store/problem-work.ts';
import { loadRouting, type RoutingContext } from './load-teams.ts';

const batchMax = 500;

/** Routes one batch of problems that no rule has looked at; returns how many were written. */
export async function routeProblems(db: Database, policy: Policy, now: number): Promise<number> {
  const at = new Date(now).toISOString();
  await wakeExpiredNormal(db, at);
  await wakeSnoozed(db, at);
  const problems = await listUnrouted(db, batchMax);
  if (problems.length === 0) return 0;
  const context = await loadRouting(db, policy, now);
  const scoped = await scopeProblems(db, problems);
  return writeRouting(
    db,
    problems.map((problem) => {
      const { subjectKey, problemId, version } = problem;
      const routed = routeOne(problem, scoped.get(problem)!, context, now);
      const normalRuleId = context.normal.find((rule) => fitsScope(scoped.get(problem)!, rule.scope))?.ruleId;
      const { team, userId, deadlineAt, ruleId } = routed;
      return { subjectKey, problemId, version, team, userId, deadlineAt, ruleId, normalRuleId };
    }),
  );
}

/** Who would own a problem by the rules of `context`. */
export function routeOne(
  problem: StoredProblem,
  scoped: ScopedProblem,
  context: RoutingContext,
  now: number,
): Routed {
  const owner = problem.owner ?? undefined;
  const routed = routeProblem({ ...scoped, owner }, context.rules, context.teams, context.active, now);
  if (routed.team === undefined || context.teams.has(routed.team) || routed.userId !== undefined)
    return routed;
  // A policy may name a person where a team stands.
  const person = context.users.find(
    (user) => user.deactivatedAt === null && [user.email, user.name].includes(routed.team!),
  );
  return person === undefined
    ? routed
    : { ...routed, team: person.team ?? routed.team, userId: person.userId };
}

/** What rules look at, for each of some problems. */
export async function scopeProblems(
  db: Runner,
  problems: readonly StoredProblem[],
): Promise<ReadonlyMap<StoredProblem, ScopedProblem>> {
  const placed = await listPlacedFacts(db, [...new Set(problems.map((problem) => problem.subjectKey))]);
  return new Map(problems.map((problem) => [problem, scopeOf(problem, placed.get(problem.subjectKey))]));
}

function scopeOf(problem: StoredProblem, placed: FactOf<'order.placed'> | undefined): ScopedProblem {
  const { code, control, severity, subjectKey } = problem;
  const found = problem.body as Partial<Problem>;
  const connections = new Set((found.evidence ?? []).map((ref) => ref.slice(0, ref.indexOf(':'))));
  // `shop/10251` is of the connection shop, `object/erp:stock.picking/7` and `connection/erp` of the ERP.
  const [first = '', second = ''] = subjectKey.split('/');
  connections.add(first === 'object' || first === 'connection' ? (second.split(':')[0] ?? '') : first);
  return {
    code, control, severity,
    minor: Math.max(found.amount?.minor ?? 0, problem.goneMinor, problem.stuckMinor, problem.booksMinor),
    currency: problem.currency ?? undefined,
    connections: [...connections],
    skus: found.sku === undefined ? (placed?.lines ?? []).map((line) => line.sku) : [found.sku],
    customer: placed?.customer, channel: placed?.channel,
  };
} // prettier-ignore
