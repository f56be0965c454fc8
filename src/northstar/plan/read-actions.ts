/** At most seven actions, each a cause with the euros it costs and the query that must turn green. */
import type { ProblemCode } from '../../kernel/codes.ts';
import type { OrderState } from '../../kernel/order-state.ts';
import { amountsOf, rankOf, scaleAmounts, shareOf } from './amounts.ts';
import { causeOfCode, causes, type Cause, type CauseId } from './causes.ts';
import { acceptanceQuery } from './plan-query.ts';
import type { Plan, PlanAction, PlanProblem, Scope } from './plan.ts';

export const actionsMax = 7;
const monthDays = 30;

type Group = {
  problems: PlanProblem[];
  waiting: string[];
  codes: Set<ProblemCode>;
  connections: Set<string>;
};

export function readActions(
  returns: readonly OrderState[],
  problems: readonly PlanProblem[],
  scope: Scope,
  asOf: string,
): Pick<Plan, 'actions' | 'otherCauses'> {
  const groups = new Map<CauseId, Group>();
  const groupOf = (code: ProblemCode): Group => {
    const { cause } = causeOfCode[code];
    let group = groups.get(cause);
    if (group === undefined)
      groups.set(cause, (group = { problems: [], waiting: [], codes: new Set(), connections: new Set() }));
    group.codes.add(code);
    return group;
  };
  for (const problem of problems) groupOf(problem.code).problems.push(problem);
  for (const { order, problems: all } of returns) {
    for (const { state, waitsFor, code, evidence } of all) {
      if (state !== 'open') continue;
      const group = groupOf(code);
      if (waitsFor !== undefined) group.waiting.push(order);
      for (const ref of evidence) group.connections.add(ref.slice(0, ref.indexOf(':')));
    }
  }
  const ranked = [...groups]
    .map(([cause, group]) => actionOf(cause, group, scope, asOf))
    .sort(
      (left, right) =>
        rankOf(right.money, scope.currency) - rankOf(left.money, scope.currency) ||
        right.problems + right.waiting - (left.problems + left.waiting) ||
        (left.cause < right.cause ? -1 : 1),
    );
  const rest = ranked.slice(actionsMax);
  const left = new Set(rest.map(({ cause }) => cause));
  const leftProblems = problems.filter(({ code }) => left.has(causeOfCode[code].cause));
  return {
    actions: ranked.slice(0, actionsMax),
    otherCauses: { causes: [...left], problems: leftProblems.length, money: amountsOf(leftProblems) },
  };
}

function actionOf(cause: CauseId, group: Group, scope: Scope, asOf: string): PlanAction {
  const { effort, decides, settings }: Cause = causes[cause];
  const seen = scope.connections.filter(({ name }) => group.connections.has(name));
  const connectors = Object.keys(settings ?? {}).filter((name) =>
    seen.some(({ connector }) => connector === name),
  );
  const codes = [...group.codes].sort();
  const money = amountsOf(group.problems);
  return {
    cause,
    connectors,
    codes,
    orders: shareOf([...group.problems.map(({ order }) => order), ...group.waiting], scope.returns),
    problems: group.problems.length,
    waiting: group.waiting.length,
    money,
    perMonth: scaleAmounts(money, monthDays / Math.max(monthDays, scope.days)),
    effort,
    decides,
    query: acceptanceQuery(codes, asOf),
  };
}
