/**
 * Where a group drifts more than the rest: its rate against the rate of all other cases (lift), with the 95 %
 * interval of that ratio. A lift whose interval holds 1 may be chance; fewer than 30 cases are marked.
 */
import type { Column, EventLog } from './event-log.ts';

export type GroupRow = {
  readonly column: string;
  readonly value: string;
  readonly cases: number;
  readonly drifting: number;
  readonly rate: number;
  readonly restCases: number;
  readonly restRate: number;
  readonly lift: number;
  /** 95 % interval of the lift. */
  readonly low: number;
  readonly high: number;
  readonly fewCases: boolean;
  /** Minor units at stake in the group's drifting cases. */
  readonly moneyMinor: number | undefined;
};

const fewCases = 30;
const z95 = 1.959963984540054;

/** Groups cases by the first value they have in a column; cases without one are no group. Highest lift first. */
export function compareGroups(
  log: EventLog,
  column: Column,
  drifting: Uint8Array,
  money?: Float64Array,
): GroupRow[] {
  const groups = new Map<number, { cases: number; drifting: number; money: number }>();
  let allCases = 0;
  let allDrifting = 0;
  for (let c = 0; c < log.cases.length; c++) {
    let value = 0;
    for (let e = log.caseStart[c]!; e < log.caseStart[c + 1]! && value === 0; e++) value = column.values[e]!;
    allCases++;
    allDrifting += drifting[c]!;
    if (value === 0) continue;
    let group = groups.get(value);
    if (group === undefined) groups.set(value, (group = { cases: 0, drifting: 0, money: 0 }));
    group.cases++;
    group.drifting += drifting[c]!;
    if (drifting[c] === 1) group.money += money?.[c] ?? 0;
  }
  const rows = Array.from(groups, ([value, group]): GroupRow => {
    const rest = { cases: allCases - group.cases, drifting: allDrifting - group.drifting };
    return {
      column: column.name,
      value: column.texts[value]!,
      cases: group.cases,
      drifting: group.drifting,
      rate: group.drifting / group.cases,
      restCases: rest.cases,
      restRate: rest.cases === 0 ? 0 : rest.drifting / rest.cases,
      ...riskRatio(group.drifting, group.cases, rest.drifting, rest.cases),
      fewCases: group.cases < fewCases || rest.cases < fewCases,
      moneyMinor: money === undefined ? undefined : group.money,
    };
  });
  return rows.sort((a, b) => b.low - a.low || b.cases - a.cases || (a.value < b.value ? -1 : 1));
}

/** Ratio of two rates with its interval by the log method (Katz); empty cells get one half, as is usual. */
export function riskRatio(
  hits: number,
  cases: number,
  restHits: number,
  restCases: number,
): { lift: number; low: number; high: number } {
  if (cases === 0 || restCases === 0) return { lift: 1, low: 0, high: Infinity };
  const add = hits === 0 || restHits === 0 ? 0.5 : 0;
  const [a, n, b, m] = [hits + add, cases + add * 2, restHits + add, restCases + add * 2];
  const lift = a / n / (b / m);
  const error = Math.sqrt(Math.max(0, 1 / a - 1 / n + 1 / b - 1 / m));
  return { lift, low: lift * Math.exp(-z95 * error), high: lift * Math.exp(z95 * error) };
}
