/** The reconciliation matrix: what must match what, how well it does today, and the term that today's work supports. */
import type { Term } from '../../kernel/calendar.ts';
import { controlIds, controls, type Control, type ControlId } from '../../kernel/controls.ts';
import type { Feed } from '../../kernel/feeds.ts';
import { formatDecimal } from '../../kernel/money.ts';
import type { OrderState, Problem } from '../../kernel/order-state.ts';
import { controlOn, valueOn, type Policy } from '../../kernel/policy.ts';
import type { ReportCoverage, ReportOther } from '../../wire/audit-report.ts';
import { amountsOf, ordersMax, ordersOf, shareOf } from './amounts.ts';
import { controlSides, reportersOf, type ControlSides } from './control-sides.ts';
import { pairsOf, speaksAbout } from './measure-controls.ts';
import { queryOfControl } from './plan-query.ts';
import type { Lag, MatrixRow, MatrixSide, PlanProblem, Proposal, Words } from './plan.ts';
import { lagOf } from './spread.ts';

export type MatrixInput = {
  readonly returns: readonly OrderState[];
  readonly problems: readonly PlanProblem[];
  readonly others: readonly ReportOther[];
  /** Records read, for the rows about records. */
  readonly objects: number;
  readonly coverage: readonly ReportCoverage[];
  readonly policy: Policy;
  readonly asOf: string;
  readonly currency: string;
};

const casesMin = 30;
const examplesMax = 5;
/** A control that speaks about fewer of the returns than this is thin. */
const thinShare = 0.8;
/** Set by law, whatever the work shows: Directive 2011/83/EU, article 13. */
const legal: ReadonlySet<ControlId> = new Set(['withdrawal-refunded'] satisfies ControlId[]);

export const termText = (term: Term): string => `${term.count}${term.unit}`;

export function readMatrix(input: MatrixInput): MatrixRow[] {
  const reporters = reportersOf(input.returns.map((state) => state.facts));
  return controlIds.map((control) => {
    const side = ({ event, steps, types = [] }: ControlSides['left']): MatrixSide => {
      const reports = [...steps, ...types];
      if (reports.length === 0) return { event };
      return {
        event,
        reportedBy: [...new Set(reports.flatMap((one) => [...(reporters.get(one) ?? [])]))].sort(),
      };
    };
    const { left, right, key } = controlSides[control];
    return { control, left: side(left), right: side(right), key, ...rowOf(control, input) };
  });
}

function rowOf(
  control: ControlId,
  input: MatrixInput,
): Omit<MatrixRow, 'control' | 'left' | 'right' | 'key'> {
  const { returns, policy, asOf, coverage } = input;
  const entry: Control = controls[control];
  const value = controlOn(policy, control, asOf);
  const own = input.problems.filter((problem) => problem.control === control);
  const applies = returns.filter((state) => speaksAbout(control, state, policy));
  const broken = applies.filter((state) => hasOpen(state, control));
  const held = applies.filter((state) => !hasOpen(state, control)).map(({ order }) => order);
  const watching = returns.filter((state) => entry.needs.length === 0 || state.watched.includes(control));
  const isSilent = watching.length < returns.length * thinShare;
  const missing = isSilent ? missingFeeds(control, returns, entry.needs, policy, asOf) : [];
  const isThin = coverage.some((one) => entry.needs.includes(one.feed) && one.on && one.thin);
  const others = input.others.filter((other) => other.control === control);
  const lag = lagOf(
    applies.flatMap((state) =>
      pairsOf(control, state, policy).map((pair) => ({ ...pair, order: state.order })),
    ),
    value.due?.unit ?? 'bd',
    policy.calendars[entry.owner],
    asOf,
  );
  const due = value.due === undefined ? undefined : termText(value.due);
  const owner = value.owner ?? entry.owner;
  const isWatched = entry.kind !== 'level' && watching.length > 0 && applies.length > 0;
  const aboutRecords = entry.kind === 'watch';
  const records = new Set(others.map(({ subject }) => `${subject.connection}:${subject.kind}/${subject.id}`));
  const isWaiting = (one: Problem): boolean =>
    one.control === control && one.state === 'open' && one.waitsFor !== undefined;
  const isPending = (one: Problem): boolean => one.control === control && one.state === 'pending';
  const count = (which: (problem: Problem) => boolean): number =>
    returns.reduce((sum, { problems }) => sum + problems.filter(which).length, 0);
  const ordersWith = (which: (problem: Problem) => boolean): readonly string[] =>
    ordersOf(returns.filter(({ problems }) => problems.some(which)));
  return {
    kind: entry.kind,
    ...(due !== undefined && { due }),
    tolerance: toleranceOf(control, entry, policy, input),
    owner,
    mode: value.mode,
    watched: aboutRecords
      ? 'yes'
      : !isWatched && own.length === 0
        ? 'no'
        : isThin || isSilent
          ? 'thin'
          : 'yes',
    missing,
    rate: aboutRecords
      ? { n: input.objects - records.size, of: input.objects, orders: [], few: input.objects < casesMin }
      : shareOf(held, applies.length),
    ...(lag !== undefined && { lag }),
    breaches: aboutRecords ? others.length : own.length,
    waiting: count(isWaiting),
    pending: count(isPending),
    orders: {
      breaches: aboutRecords ? [...records].slice(0, ordersMax) : ordersOf(own),
      waiting: ordersWith(isWaiting),
      pending: ordersWith(isPending),
    },
    money: amountsOf(own),
    examples: aboutRecords
      ? [...records].slice(0, examplesMax)
      : [...new Set([...own.map(({ order }) => order), ...broken.map(({ order }) => order)])].slice(
          0,
          examplesMax,
        ),
    proposal: { owner, ...propose(control, value.due, lag, isWatched, applies.length) },
    query: queryOfControl(control, asOf),
  };
}

const hasOpen = (state: OrderState, control: ControlId): boolean =>
  state.problems.some((problem) => problem.control === control && problem.state === 'open');

/** Feeds without which the control is silent for some of the returns. */
function missingFeeds(
  control: ControlId,
  returns: readonly OrderState[],
  needs: readonly Feed[],
  policy: Policy,
  asOf: string,
): Feed[] {
  const found = new Set<Feed>();
  for (const state of returns) {
    for (const entry of state.notWatched) {
      if (entry.control === control) for (const feed of entry.missing) found.add(feed);
    }
  }
  if (needs.includes('shopStock') && valueOn(policy.stockAuthority, asOf) !== 'shop') found.add('shopStock');
  return needs.filter((feed) => found.has(feed));
}

/**
 * The shortest term, in the unit of today's, that nine of ten kept; never longer than today's, never on fewer than
 * 30 cases. A longer term would only hide the work that is late.
 */
function propose(
  control: ControlId,
  due: Term | undefined,
  lag: Lag | undefined,
  isWatched: boolean,
  cases: number,
): Omit<Proposal, 'owner'> {
  const mode = isWatched && cases >= casesMin ? 'suggest' : 'watch';
  if (due === undefined) return { mode, why: 'kept-none' };
  const kept = { due: termText(due), mode } as const;
  if (legal.has(control)) return { ...kept, why: 'kept-law' };
  if (lag === undefined || lag.n < casesMin) return { ...kept, why: 'kept-few' };
  if (lag.p90 === undefined) return { ...kept, why: 'kept-open' };
  if (lag.p90 > due.count) return { ...kept, why: 'kept-slow' };
  const count = Math.max(1, Math.ceil(lag.p90));
  if (count >= due.count) return { ...kept, why: 'kept-fits' };
  return { due: termText({ ...due, count }), mode, why: 'shortened' };
}

function toleranceOf(control: ControlId, entry: Control, policy: Policy, input: MatrixInput): Words {
  const { currency, asOf } = input;
  const none = { en: 'none', de: 'keine' };
  if (control === 'refund-credited') {
    const minor = valueOn(policy.booksTolerance, asOf);
    return minor === undefined
      ? { en: 'one minor unit per line', de: 'eine kleinste Einheit je Position' }
      : both(`${formatDecimal({ minor, currency })} ${currency}`);
  }
  const money = [
    'refund-settled',
    'refund-paid-out',
    'entitled-refunded',
    'withdrawal-refunded',
    'refund-cap',
    'component-cap',
    'entitlement-cap',
    'exchange-difference',
  ];
  if (money.includes(control)) return { en: 'one minor unit', de: 'eine kleinste Einheit' };
  return entry.kind === 'level' && control === 'stock-parity'
    ? { en: 'to be set', de: 'noch festzulegen' }
    : none;
}

const both = (text: string): Words => ({ en: text, de: text });
