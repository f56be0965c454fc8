/** What rules would have done: routing on the last days, "Normal here" on the last 90. Changes nothing. */
import type { Policy } from '../../kernel/policy.ts';
import { fitsScope, type ProblemScope } from '../../kernel/problem-scope.ts';
import type { RoutingRule } from '../../kernel/route-problem.ts';
import type { Database } from '../../store/database.ts';
import { listSeenProblems, type SeenProblem } from '../../store/seen-problems.ts';
import { isKnownOwner, loadRouting } from './load-teams.ts';
import { refOf, teamOf, userOf } from './problem-action.ts';
import { routeOne, scopeProblems } from './route-problems.ts';

const dayMs = 86_400_000;
const pageMax = 1000;
const sampleMax = 50;
export const normalPreviewDays = 90;

export type TriedRouting = {
  readonly problems: number;
  readonly moved: number;
  readonly gaps: number;
  readonly owners: readonly { readonly owner: string; readonly before: number; readonly after: number }[];
  readonly rules: readonly { readonly place: number; readonly count: number }[];
  readonly sample: readonly { readonly id: string; readonly code: string; readonly before: string; readonly after: string }[];
}; // prettier-ignore

/** Routes every problem of the last `days` by `rules` instead of those in force. */
export async function tryRouting(
  db: Database,
  policy: Policy,
  rules: readonly RoutingRule[],
  days: number,
  now: number,
): Promise<TriedRouting> {
  const context = { ...(await loadRouting(db, policy, now)), rules };
  const nameOf = (team: string | null | undefined, userId: string | null | undefined): string =>
    context.users.find((user) => user.userId === userId)?.name ?? team ?? '–';
  const owners = new Map<string, { before: number; after: number }>();
  const byRule = new Map<string, number>();
  const sample: TriedRouting['sample'][number][] = [];
  let [problems, moved, gaps] = [0, 0, 0];
  const count = (owner: string, when: 'before' | 'after'): void => {
    const entry = owners.get(owner) ?? { before: 0, after: 0 };
    entry[when]++;
    owners.set(owner, entry);
  };
  for await (const page of pageSeen(db, days, now)) {
    const scoped = await scopeProblems(db, page);
    for (const problem of page) {
      problems++;
      const routed = routeOne(problem, scoped.get(problem)!, context, now);
      const [before, after] = [nameOf(teamOf(problem), userOf(problem)), nameOf(routed.team, routed.userId)];
      count(before, 'before');
      count(after, 'after');
      if (routed.ruleId !== undefined) byRule.set(routed.ruleId, (byRule.get(routed.ruleId) ?? 0) + 1);
      if (routed.userId === undefined && (routed.team === undefined || !isKnownOwner(routed.team, context))) gaps++;
      if (before === after) continue;
      moved++;
      if (sample.length < sampleMax) sample.push({ id: refOf(problem), code: problem.code, before, after });
    }
  }
  return {
    problems, moved, gaps, sample,
    owners: [...owners].map(([owner, entry]) => ({ owner, ...entry })).sort((left, right) => right.after - left.after || (left.owner < right.owner ? -1 : 1)),
    rules: rules.map((rule, place) => ({ place, count: byRule.get(rule.ruleId) ?? 0 })),
  };
} // prettier-ignore

export type NormalPreview = {
  readonly problems: number;
  readonly real: number;
  readonly open: number;
  readonly stake: readonly {
    readonly currency: string;
    readonly stake: { readonly gone: number; readonly stuck: number; readonly books: number };
  }[];
  readonly sample: readonly string[];
};

/** What a scope would have silenced in the last 90 days, and how much of it proved real. */
export async function previewNormal(db: Database, scope: ProblemScope, now: number): Promise<NormalPreview> {
  let [problems, real, open] = [0, 0, 0];
  const sums = new Map<string, { gone: number; stuck: number; books: number }>();
  const [proved, others]: [string[], string[]] = [[], []];
  for await (const page of pageSeen(db, normalPreviewDays, now)) {
    const scoped = await scopeProblems(db, page);
    for (const problem of page) {
      if (!fitsScope(scoped.get(problem)!, scope)) continue;
      problems++;
      if (problem.provedReal) real++;
      if (problem.resolvedAt === null) open++;
      const list = problem.provedReal ? proved : others;
      if (list.length < sampleMax) list.push(refOf(problem));
      if (problem.currency === null) continue;
      const sum = sums.get(problem.currency) ?? { gone: 0, stuck: 0, books: 0 };
      sum.gone += problem.goneMinor;
      sum.stuck += problem.stuckMinor;
      sum.books += problem.booksMinor;
      sums.set(problem.currency, sum);
    }
  }
  const stake = [...sums].map(([currency, sum]) => ({ currency, stake: sum }));
  return { problems, real, open, stake, sample: [...proved, ...others].slice(0, sampleMax) };
}

async function* pageSeen(db: Database, days: number, now: number): AsyncIterable<readonly SeenProblem[]> {
  const since = new Date(now - days * dayMs).toISOString();
  let after: readonly [string, string] = ['', ''];
  for (;;) {
    const page = await listSeenProblems(db, since, after, pageMax);
    if (page.length === 0) return;
    yield page;
    const last = page.at(-1)!;
    after = [last.subjectKey, last.problemId];
  }
}
