import type { ConstraintTemplate, Trace } from './declare.ts';

const none: readonly number[] = [];

/**
 * Whether a trace breaks a constraint, by the rules with which the field's reference tool checks (PM4Py 2.7.14): a
 * trace may break a constraint that it would be silent about when constraints are looked for. `a` and `b` are
 * activity numbers, equal for templates of one activity.
 */
export function breaks(template: ConstraintTemplate, trace: Trace, a: number, b: number): boolean {
  const first = trace.at.get(a) ?? none;
  const second = trace.at.get(b) ?? none;
  const [hasFirst, hasSecond] = [first.length > 0, second.length > 0];
  switch (template) {
    case 'existence':
      return !hasFirst;
    case 'absence':
      return hasFirst;
    case 'exactly_one':
      return first.length !== 1;
    case 'init':
      return trace.sequence[0] !== a;
    case 'responded_existence':
      return hasFirst && !hasSecond;
    case 'coexistence':
      return hasFirst !== hasSecond;
    case 'response':
      return hasFirst && !(hasSecond && first.at(-1)! < second.at(-1)!);
    case 'precedence':
      return hasSecond && !(hasFirst && first[0]! < second[0]!);
    case 'succession':
      return !(hasFirst && hasSecond && first[0]! < second[0]! && first.at(-1)! < second.at(-1)!);
    case 'altresponse':
      return !alternates(fromFirst(steps(first, second)), false);
    case 'chainresponse':
      return !alternates(fromFirst(steps(first, second)), true);
    case 'altprecedence':
      return !alternates(upToSecond(steps(first, second)), false);
    case 'chainprecedence':
      return !alternates(upToSecond(steps(first, second)), true);
    case 'altsuccession':
      return !alternates(steps(first, second), false);
    case 'chainsuccession':
      return !alternates(steps(first, second), true);
  }
}

type Step = { readonly first: boolean; readonly at: number };

/** Occurrences of both activities in their order. */
function steps(first: readonly number[], second: readonly number[]): Step[] {
  const all = [...first.map((at) => ({ first: true, at })), ...second.map((at) => ({ first: false, at }))];
  return all.sort((x, y) => x.at - y.at);
}

/** A response is silent about what comes before its first activity. */
function fromFirst(all: readonly Step[]): readonly Step[] {
  const start = all.findIndex(({ first }) => first);
  return start < 0 ? [] : all.slice(start);
}

/** A precedence begins with the step right before the first of its second activity; the last step always stays. */
function upToSecond(all: readonly Step[]): readonly Step[] {
  const second = all.findIndex(({ first }, i) => i > 0 && !first);
  return all.slice(second < 0 ? -1 : second - 1);
}

/** a b a b … to the end; `chained`: each b right after its a. */
function alternates(all: readonly Step[], chained: boolean): boolean {
  return all.every(({ first, at }, i) => {
    if (i % 2 === 1) return !first;
    const next = all[i + 1];
    return first && next?.first === false && (!chained || next.at === at + 1);
  });
}
