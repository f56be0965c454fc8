/** What became of the last plan: what turned green, what got worse. */
import type { ProblemCode } from '../../kernel/codes.ts';
import type { ControlId } from '../../kernel/controls.ts';
import { amountsOf } from './amounts.ts';
import { causeOfCode, causes, type CauseId } from './causes.ts';
import { planFormat, type Amounts, type Plan, type PlanProblem } from './plan.ts';

/** Open problems then and now. */
export type Change<K extends string> = { readonly key: K; readonly before: number; readonly now: number };

export type PlanChanges = {
  readonly before: string;
  readonly now: string;
  /** Problems that are gone, new, and still there. */
  readonly resolved: readonly PlanProblem[];
  readonly appeared: readonly PlanProblem[];
  readonly stayed: number;
  readonly moneyBefore: Amounts;
  readonly moneyResolved: Amounts;
  readonly moneyAppeared: Amounts;
  /** Causes whose problems are all gone, and those that have more than before. */
  readonly causesGreen: readonly Change<CauseId>[];
  readonly causesWorse: readonly Change<CauseId>[];
  readonly controlsGreen: readonly Change<ControlId>[];
  readonly controlsWorse: readonly Change<ControlId>[];
  readonly codesNew: readonly ProblemCode[];
};

/** Reads a plan as `reentry plan --json` printed it; undefined where it is none. */
export function parsePlan(value: unknown): Plan | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, problems, matrix, people } = value as Partial<Plan>;
  const isPlan =
    format === planFormat && Array.isArray(problems) && Array.isArray(matrix) && typeof people === 'object';
  return isPlan ? (value as Plan) : undefined;
}

export function comparePlans(before: Plan, now: Plan): PlanChanges {
  const old = new Set(before.problems.map(({ id }) => id));
  const current = new Set(now.problems.map(({ id }) => id));
  const resolved = before.problems.filter(({ id }) => !current.has(id));
  const appeared = now.problems.filter(({ id }) => !old.has(id));
  const rows = changesOf(openByControl(before), openByControl(now));
  const byCause = changesOf(openByCause(before), openByCause(now));
  const codes = new Set(before.problems.map(({ code }) => code));
  return {
    before: before.asOf,
    now: now.asOf,
    resolved,
    appeared,
    stayed: now.problems.length - appeared.length,
    moneyBefore: before.money,
    moneyResolved: amountsOf(resolved),
    moneyAppeared: amountsOf(appeared),
    causesGreen: byCause.filter(isGreen),
    causesWorse: byCause.filter(isWorse),
    controlsGreen: rows.filter(isGreen),
    controlsWorse: rows.filter(isWorse),
    codesNew: [...new Set(appeared.map(({ code }) => code))].filter((code) => !codes.has(code)).sort(),
  };
}

const isGreen = ({ before, now }: Change<string>): boolean => before > 0 && now === 0;
const isWorse = ({ before, now }: Change<string>): boolean => now > before;

const openByControl = ({ matrix }: Plan): Map<ControlId, number> =>
  new Map(matrix.map(({ control, breaches, waiting }) => [control, breaches + waiting]));

/** Over all problems, not only those of the seven actions: a cause that left the list may still have some. */
function openByCause({ problems }: Plan): Map<CauseId, number> {
  const counts = new Map((Object.keys(causes) as CauseId[]).map((cause) => [cause, 0]));
  for (const { code } of problems) {
    // A plan of an older version may name a code that is no more.
    const cause = causeOfCode[code]?.cause as CauseId | undefined;
    if (cause !== undefined) counts.set(cause, counts.get(cause)! + 1);
  }
  return counts;
}

function changesOf<K extends string>(
  before: ReadonlyMap<K, number>,
  now: ReadonlyMap<K, number>,
): Change<K>[] {
  return [...new Set([...before.keys(), ...now.keys()])].map((key) => ({
    key,
    before: before.get(key) ?? 0,
    now: now.get(key) ?? 0,
  }));
}
