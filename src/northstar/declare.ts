/**
 * Constraints that a log mostly keeps, in the templates of DECLARE, each with the number of cases that it speaks
 * about (support) and that keep it (confidence). A case speaks or is silent as a whole; the definitions below are
 * those of the field's reference tool (PM4Py 2.7.14), down to its peculiarities: to *find* constraints, the alternate
 * and chain templates ask for strict alternation in both directions and the precedences speak only where both
 * activities occur; whether a case *keeps* a constraint is judged by other rules (`declare-check.ts`).
 */
import { breaks } from './declare-check.ts';
import type { EventLog } from './event-log.ts';
import { variantsOf } from './variants.ts';

export const constraintTemplates = [
  'existence', 'absence', 'exactly_one', 'init', 'responded_existence', 'coexistence', 'response', 'precedence',
  'succession', 'altresponse', 'altprecedence', 'altsuccession', 'chainresponse', 'chainprecedence', 'chainsuccession',
] as const; // prettier-ignore
export type ConstraintTemplate = (typeof constraintTemplates)[number];

export type Constraint = {
  readonly template: ConstraintTemplate;
  readonly activity: string;
  /** The second activity of binary templates. */
  readonly other: string | undefined;
  readonly support: number;
  readonly confidence: number;
};

export type ConstraintFit = {
  readonly fittingCases: number;
  /** Mean share of kept constraints per case. */
  readonly meanFitness: number;
  /** Broken constraints, summed over cases. */
  readonly deviations: number;
};

/** A constraint is reported from this share of the best one's support and confidence on. */
const nearBest = 0.8;
/** Binary constraints between activities that occur in fewer cases can never come near the best one. */
const frequentShare = 0.5;

const unary = ['existence', 'absence', 'exactly_one', 'init'] as const;
const binary = constraintTemplates.filter((template) => !(unary as readonly string[]).includes(template));

/** A variant with the positions of each activity, and how many cases have it. */
export type Trace = {
  readonly sequence: Uint32Array;
  readonly at: ReadonlyMap<number, number[]>;
  readonly cases: number;
};

function tracesOf(log: EventLog): Trace[] {
  const variants = variantsOf(log);
  return variants.byCount.map((variant) => {
    const first = variants.firstCase[variant]!;
    const sequence = log.activity.subarray(log.caseStart[first], log.caseStart[first + 1]);
    const at = new Map<number, number[]>();
    sequence.forEach((activity, i) => {
      const positions = at.get(activity);
      if (positions === undefined) at.set(activity, [i]);
      else positions.push(i);
    });
    return { sequence, at, cases: variants.counts[variant]! };
  });
}

/** Constraints near the best one, by template, then by names. */
export function findConstraints(log: EventLog): Constraint[] {
  const traces = tracesOf(log);
  const cases = traces.reduce((sum, trace) => sum + trace.cases, 0);
  const all = Array.from(log.activities, (_, a) => a);
  const inCases = all.map((a) => traces.reduce((sum, trace) => sum + (trace.at.has(a) ? trace.cases : 0), 0));
  const frequent = all.filter((a) => inCases[a]! >= cases * frequentShare);
  const found: Constraint[] = [];
  const count = (template: ConstraintTemplate, a: number, b: number | undefined): void => {
    let support = 0;
    let confidence = 0;
    for (const trace of traces) {
      const verdict = judge(template, trace, a, b ?? a);
      if (verdict !== 0) support += trace.cases;
      if (verdict > 0) confidence += trace.cases;
    }
    if (support > 0)
      found.push({
        template,
        activity: log.activities[a]!,
        other: b === undefined ? undefined : log.activities[b]!,
        support,
        confidence,
      });
  };
  for (const template of unary) for (const a of all) count(template, a, undefined);
  for (const template of binary)
    for (const a of frequent) for (const b of frequent) if (a !== b) count(template, a, b);
  return nearTheBest(found, cases).sort(byName);
}

function nearTheBest(found: readonly Constraint[], cases: number): Constraint[] {
  let best = { product: -1, support: 0, confidence: 0 };
  for (const { support, confidence } of found) {
    const candidate = {
      product: (support / cases) * (confidence / support),
      support: support / cases,
      confidence: confidence / support,
    };
    if (
      candidate.product > best.product ||
      (candidate.product === best.product && candidate.support > best.support)
    )
      best = candidate;
  }
  return found.filter(
    ({ support, confidence }) =>
      support >= cases * best.support * nearBest && confidence >= support * best.confidence * nearBest,
  );
}

function byName(a: Constraint, b: Constraint): number {
  const key = (c: Constraint): string =>
    `${String(constraintTemplates.indexOf(c.template)).padStart(2, '0')}\n${c.activity}\n${c.other ?? ''}`;
  return key(a) < key(b) ? -1 : 1;
}

/**
 * How the cases of a log keep a list of constraints. Alternate responses are checked for the pairs of the *responses*
 * of the list, as the reference tool does: its totals can be compared only so.
 */
export function fitConstraints(log: EventLog, constraints: readonly Constraint[]): ConstraintFit {
  const index = new Map(log.activities.map((name, a) => [name, a]));
  const numberOf = (name: string): number => index.get(name) ?? -1;
  const alternate = constraints.some(({ template }) => template === 'altresponse');
  const checks = constraints.flatMap(({ template, activity, other }) => {
    const check = { template, a: numberOf(activity), b: numberOf(other ?? activity) };
    if (template === 'altresponse') return [];
    return template === 'response' && alternate
      ? [check, { ...check, template: 'altresponse' as const }]
      : [check];
  });
  let [cases, fitting, fitness, deviations] = [0, 0, 0, 0];
  for (const trace of tracesOf(log)) {
    let broken = 0;
    for (const { template, a, b } of checks) if (breaks(template, trace, a, b)) broken++;
    cases += trace.cases;
    if (broken === 0) fitting += trace.cases;
    if (constraints.length > 0) fitness += trace.cases * (1 - broken / constraints.length);
    deviations += broken * trace.cases;
  }
  return { fittingCases: fitting, meanFitness: cases === 0 ? 1 : fitness / cases, deviations };
}

/** 1 kept, -1 broken, 0 the case is silent about it. */
function judge(template: ConstraintTemplate, trace: Trace, a: number, b: number): -1 | 0 | 1 {
  const first = trace.at.get(a);
  const second = trace.at.get(b);
  const verdict = (kept: boolean): -1 | 1 => (kept ? 1 : -1);
  switch (template) {
    case 'existence':
      return verdict(first !== undefined);
    case 'absence':
      return verdict(first === undefined);
    case 'exactly_one':
      return first === undefined ? 0 : verdict(first.length === 1);
    case 'init':
      return verdict(trace.sequence[0] === a);
    case 'coexistence':
      return first === undefined && second === undefined
        ? 0
        : verdict(first !== undefined && second !== undefined);
    case 'responded_existence':
      return first === undefined ? 0 : verdict(second !== undefined);
    case 'response':
      return first === undefined ? 0 : verdict(second !== undefined && first.at(-1)! < second.at(-1)!);
    case 'precedence':
      return first === undefined || second === undefined ? 0 : verdict(first[0]! < second[0]!);
    case 'succession':
      return first === undefined
        ? 0
        : verdict(second !== undefined && first.at(-1)! < second.at(-1)! && first[0]! < second[0]!);
    case 'altresponse':
    case 'altsuccession':
      return first === undefined ? 0 : verdict(alternates(first, second, 0));
    case 'altprecedence':
      return first === undefined || second === undefined ? 0 : verdict(alternates(first, second, 0));
    case 'chainresponse':
    case 'chainsuccession':
      return first === undefined ? 0 : verdict(alternates(first, second, 1));
    case 'chainprecedence':
      return first === undefined || second === undefined ? 0 : verdict(alternates(first, second, 1));
  }
}

/** a b a b …: as many of both, each a before its b, each b before the next a; `gap` 1: right after one another. */
function alternates(first: readonly number[], second: readonly number[] | undefined, gap: 0 | 1): boolean {
  if (second?.length !== first.length) return false;
  return first.every((at, i) => {
    const answer = second[i]!;
    return gap === 1 ? answer === at + 1 : at < answer && (i + 1 === first.length || answer < first[i + 1]!);
  });
}
