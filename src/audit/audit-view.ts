/** What of an audit is shown: its head and the orders with problems, ranked. */
import { byText } from '../kernel/by-text.ts';
import type { ControlId } from '../kernel/controls.ts';
import type { Feed } from '../kernel/feeds.ts';
import type { Problem } from '../kernel/order-state.ts';
import type { ReportHead, ReportOrder } from '../wire/audit-report.ts';

export type AuditView = {
  readonly head: ReportHead;
  /** Orders with open problems, worst first. */
  readonly broken: readonly ReportOrder[];
  /** Paths as given, for the hint what to run next. */
  readonly paths: readonly string[];
};

/** One open problem with its order. */
export type ShownProblem = { readonly order: ReportOrder; readonly problem: Problem };

/** Orders with open problems, worst first: money gone, then goods stuck, then books, then age. */
export function rankBroken(orders: readonly ReportOrder[]): ReportOrder[] {
  const broken = orders.filter((order) => order.problems.some(isOpen));
  return broken.sort(
    (left, right) =>
      right.stake.gone - left.stake.gone ||
      right.stake.stuck - left.stake.stuck ||
      right.stake.books - left.stake.books ||
      byText(oldestSince(left), oldestSince(right)) ||
      byText(left.orderKey, right.orderKey),
  );
}

/** The oldest open problem that stands for itself of each order, oldest first. */
export function listOldest(broken: readonly ReportOrder[]): ShownProblem[] {
  return broken
    .flatMap((order) => {
      const own = order.problems.filter((problem) => isOpen(problem) && problem.waitsFor === undefined);
      const problem = own.sort((left, right) => byText(left.since, right.since))[0];
      return problem === undefined ? [] : [{ order, problem }];
    })
    .sort(
      (left, right) =>
        byText(left.problem.since, right.problem.since) || byText(left.order.orderKey, right.order.orderKey),
    );
}

/** Silent checks that lack the same sources, in one line: most returns first. */
export type SilentChecks = {
  readonly controls: readonly ControlId[];
  readonly orders: number;
  readonly missing: readonly Feed[];
};

/** Groups what is not watched by what would feed it. */
export function groupNotWatched(head: ReportHead): SilentChecks[] {
  const groups = new Map<string, { controls: ControlId[]; orders: number; missing: readonly Feed[] }>();
  for (const { control, orders, missing } of head.notWatched) {
    const key = `${orders} ${missing.join(' ')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { controls: [control], orders, missing });
    else group.controls.push(control);
  }
  return [...groups.values()].sort((left, right) => right.orders - left.orders);
}

/** Shops with many returns have a few odd ones: checks that are silent only there are named together at the end. */
export function splitOffRare(groups: readonly SilentChecks[]): {
  readonly common: readonly SilentChecks[];
  readonly rare: readonly ControlId[];
  readonly rareOrders: number;
} {
  const most = groups[0]?.orders ?? 0;
  const isRare = ({ orders }: SilentChecks): boolean => orders * rareShare <= most;
  const rare = groups.filter(isRare);
  return {
    common: groups.filter((group) => !isRare(group)),
    rare: [...new Set(rare.flatMap(({ controls }) => controls))],
    rareOrders: Math.max(0, ...rare.map(({ orders }) => orders)),
  };
}

/** One of this many returns, or fewer. */
const rareShare = 20;

export const isOpen = (problem: Problem): boolean => problem.state === 'open';

function oldestSince(order: ReportOrder): string {
  let oldest = '~';
  for (const problem of order.problems) if (isOpen(problem) && problem.since < oldest) oldest = problem.since;
  return oldest;
}
