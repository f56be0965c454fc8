/** Builds the 30-day plan from the states of all orders. Pure: equal input gives an equal plan, byte by byte. */
import { byText } from '../../kernel/by-text.ts';
import { caseNoteOf } from '../../kernel/case-note.ts';
import type { OrderState, Problem } from '../../kernel/order-state.ts';
import { controlOn, type Policy } from '../../kernel/policy.ts';
import { stakeKind, stakeMinor } from '../../kernel/stake.ts';
import { languages } from '../../kernel/wording.ts';
import type { ReportHead } from '../../wire/audit-report.ts';
import { amountsOf, ordersOf, rankOf, shareOf } from './amounts.ts';
import { causeOfCode } from './causes.ts';
import { queryOfCodes } from './plan-query.ts';
import {
  planFormat,
  type MoneyRow,
  type People,
  type Plan,
  type PlanConnection,
  type PlanDrift,
  type PlanNote,
  type PlanProblem,
  type RaciRow,
  type Scope,
  type Words,
} from './plan.ts';
import { readActions } from './read-actions.ts';
import { readDecisions } from './read-decisions.ts';
import { missingEvents, readEvents } from './read-events.ts';
import { readJourneySection } from './read-journey-section.ts';
import { readMatrix, termText } from './read-matrix.ts';
import { readBaseline, readQuality, readRisks } from './read-quality.ts';
import { readStatuses, type StatusWord } from './read-statuses.ts';
import { readWeeks } from './read-weeks.ts';

export type PlanInput = {
  /** Orders with a return, refund or cancellation, in any order. Others need not be given. */
  readonly states: readonly OrderState[];
  /** What the audit says over all orders: coverage, records without order, unread values, balance sheets. */
  readonly head: ReportHead;
  readonly policy: Policy;
  readonly connections: readonly PlanConnection[];
  /** Status words of the source objects, where they are at hand. */
  readonly statusWords: readonly StatusWord[];
  readonly people: People;
};

const notesMax = 10;
const dayMs = 86_400_000;

export function buildPlan(input: PlanInput): Plan {
  const { head, policy, people } = input;
  const { asOf, coverage, others } = head;
  const returns = input.states
    .filter(({ hasReturn }) => hasReturn)
    .sort((left, right) => byText(left.orderKey, right.orderKey));
  const problems = returns.flatMap(problemsOf).sort(compareProblems);
  const scope = scopeOf(input, returns, problems);
  const { currency } = scope;
  const stake = new Map<string, number>();
  for (const { orderKey, minor } of problems) stake.set(orderKey, (stake.get(orderKey) ?? 0) + minor);
  const isFed = (feed: string): boolean => coverage.some((row) => row.feed === feed && row.on);
  const spokenFor = new Set(coverage.filter(({ on }) => on).map((row) => row.class));
  const isSpokenFor = ({ positions }: OrderState): boolean =>
    spokenFor.has(positions.home?.channel ?? 'shop');
  const objects = head.imports.reduce((sum, sheet) => sum + sheet.kept, 0);
  const events = readEvents(returns, coverage, policy, asOf);
  const owners = [...new Set([...problems, ...others].map(({ owner }) => owner))].sort();
  const broken = returns.filter(({ verdict }) => verdict === 'breaks');
  const actions = readActions(returns, problems, scope, asOf);
  const base = {
    scope,
    needsSomeone: shareOf(
      byStake(broken, stake).map(({ order }) => order),
      returns.length,
    ),
    money: amountsOf(problems),
    matrix: readMatrix({ returns, problems, others, objects, coverage, policy, asOf, currency }),
    quality: readQuality(head, returns),
    owners,
    people,
    problems,
    asOf,
    notWatched: head.notWatched.map(({ control, orders, missing }) => ({
      control,
      returns: orders,
      missing,
    })),
    ...actions,
  };
  return {
    format: planFormat,
    asOf,
    zone: head.zone,
    scope,
    needsSomeone: base.needsSomeone,
    inTime: returns.reduce((sum, state) => sum + state.problems.filter(isPending).length, 0),
    inTimeOrders: ordersOf(returns.filter(({ problems: all }) => all.some(isPending))),
    money: base.money,
    byControl: moneyRows(problems, ({ control }) => control, currency),
    byOwner: moneyRows(problems, ({ owner }) => owner, currency),
    drifts: driftsOf(problems, scope, asOf),
    journey: readJourneySection({ returns, policy, isFed, isSpokenFor, asOf, stake }),
    events,
    missingEvents: missingEvents(events),
    matrix: base.matrix,
    statuses: readStatuses(input.statusWords, input.states),
    raci: raciOf(problems, policy, asOf, currency),
    owners,
    ...actions,
    decisions: readDecisions(base, policy),
    weeks: readWeeks(base, asOf),
    risks: readRisks(base),
    quality: base.quality,
    baseline: readBaseline(base, returns, policy, asOf),
    notWatched: base.notWatched,
    notes: notesOf(byStake(broken, stake), problems, policy, asOf),
    problems,
    people,
  };
}

/** Open and standing for itself: what hangs on another one closes with it and costs nothing more. */
const isRoot = (problem: Problem): boolean => problem.state === 'open' && problem.waitsFor === undefined;

const isPending = ({ state }: Problem): boolean => state === 'pending';

function problemsOf(state: OrderState): PlanProblem[] {
  return state.problems.filter(isRoot).map((problem) => ({
    id: problem.id,
    order: state.order,
    orderKey: state.orderKey,
    code: problem.code,
    control: problem.control,
    owner: problem.owner,
    kind: stakeKind(problem.code),
    minor: stakeMinor(problem, state.positions),
    currency: problem.amount?.currency ?? state.money.currency,
    ...(problem.sku !== undefined && { sku: problem.sku }),
    ...(problem.units !== undefined && { units: problem.units }),
    since: problem.since,
    due: problem.due,
  }));
}

function compareProblems(left: PlanProblem, right: PlanProblem): number {
  return (
    byText(left.code, right.code) ||
    right.minor - left.minor ||
    byText(left.orderKey, right.orderKey) ||
    byText(left.id, right.id)
  );
}

function scopeOf(input: PlanInput, returns: readonly OrderState[], problems: readonly PlanProblem[]): Scope {
  const { head } = input;
  const times = returns
    .flatMap(({ facts }) => facts.filter(({ type }) => type !== 'order.placed').map(({ at }) => at))
    .sort(byText);
  const [from, to] = [times[0], times.at(-1)];
  const { file } = head.policy;
  return {
    orders: head.totals.orders,
    returns: head.totals.withReturn,
    returnOrders: ordersOf(returns),
    facts: head.totals.facts,
    ...(from !== undefined && to !== undefined && { from, to }),
    days:
      from === undefined || to === undefined
        ? 1
        : Math.max(1, Math.ceil((Date.parse(to) - Date.parse(from)) / dayMs)),
    currency: mostFrequent([
      ...problems.map(({ currency }) => currency),
      ...returns.map(({ money }) => money.currency),
    ]),
    connections: input.connections,
    ...(file !== undefined && { policyFile: file }),
  };
}

function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((left, right) => right[1] - left[1] || byText(left[0], right[0]))[0]?.[0] ?? 'EUR';
}

const byStake = (states: readonly OrderState[], stake: ReadonlyMap<string, number>): OrderState[] =>
  [...states].sort(
    (left, right) =>
      (stake.get(right.orderKey) ?? 0) - (stake.get(left.orderKey) ?? 0) ||
      byText(left.orderKey, right.orderKey),
  );

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups];
}

/** Rows by the money they touch, then by how many problems they have. */
function moneyRows(
  problems: readonly PlanProblem[],
  keyOf: (problem: PlanProblem) => string,
  currency: string,
): MoneyRow[] {
  const rows = groupBy(problems, keyOf).map(([key, group]) => ({
    key,
    problems: group.length,
    orders: new Set(group.map(({ orderKey }) => orderKey)).size,
    money: amountsOf(group),
  }));
  return rows.sort(
    (left, right) =>
      rankOf(right.money, currency) - rankOf(left.money, currency) ||
      right.problems - left.problems ||
      byText(left.key, right.key),
  );
}

function driftsOf(problems: readonly PlanProblem[], scope: Scope, asOf: string): PlanDrift[] {
  const drifts = groupBy(problems, ({ code }) => code).map(([, group]): PlanDrift => {
    const { code, control, kind } = group[0]!;
    return {
      code,
      control,
      kind,
      category: causeOfCode[code].category,
      orders: shareOf(
        group.map(({ order }) => order),
        scope.returns,
      ),
      problems: group.length,
      money: amountsOf(group),
      since: group.map(({ since }) => since).sort(byText)[0]!,
      query: queryOfCodes([code], asOf),
    };
  });
  return drifts.sort(
    (left, right) =>
      rankOf(right.money, scope.currency) - rankOf(left.money, scope.currency) ||
      right.problems - left.problems ||
      byText(left.code, right.code),
  );
}

/** Exception classes by owner: one row per code and owner. */
function raciOf(problems: readonly PlanProblem[], policy: Policy, asOf: string, currency: string): RaciRow[] {
  const rows = groupBy(problems, ({ code, owner }) => `${code}\n${owner}`).map(([, group]): RaciRow => {
    const { code, owner, control } = group[0]!;
    const { due } = controlOn(policy, control, asOf);
    return {
      code,
      owner,
      control,
      ...(due !== undefined && { due: termText(due) }),
      open: group.length,
      money: amountsOf(group),
      orders: ordersOf(group),
    };
  });
  return rows.sort(
    (left, right) =>
      rankOf(right.money, currency) - rankOf(left.money, currency) ||
      right.open - left.open ||
      byText(left.code, right.code),
  );
}

function notesOf(
  worst: readonly OrderState[],
  problems: readonly PlanProblem[],
  policy: Policy,
  asOf: string,
): PlanNote[] {
  return worst.slice(0, notesMax).map((state) => {
    const texts = languages.map((language) => [
      language,
      caseNoteOf(state, { language, zone: policy.zone, asOf, calendar: policy.calendars.ops }) ?? '',
    ]);
    return {
      order: state.order,
      orderKey: state.orderKey,
      money: amountsOf(problems.filter(({ orderKey }) => orderKey === state.orderKey)),
      text: Object.fromEntries(texts) as Words,
    };
  });
}
