import type { Block, JourneyModel } from './journey-model.ts';

/** What the text of a journey says about each of its steps. */
export type StepPlace = {
  readonly activity: string;
  readonly withinSeconds: number | undefined;
  readonly withinBusinessDays?: number | undefined;
  /** Steps that may come right before it; empty for the first ones. */
  readonly before: readonly string[];
  /** Steps of the other lines of the choices it stands in: only one line of each may happen. */
  readonly instead: readonly string[];
};

/** Places of all steps, in the order in which they are written. */
export function stepPlaces(model: JourneyModel): StepPlace[] {
  const places: StepPlace[] = [];
  /** Returns the steps with which the block may end; an empty way through passes on what came before. */
  const walk = (block: Block, before: readonly string[], instead: readonly string[]): readonly string[] => {
    if (block.kind === 'step') {
      const { activity, withinSeconds, withinBusinessDays } = block;
      places.push({ activity, withinSeconds, withinBusinessDays, before, instead });
      return [block.activity];
    }
    if (block.kind === 'choice') {
      return unique(
        block.parts.flatMap((part) => {
          const others = block.parts.filter((other) => other !== part).flatMap(stepNames);
          return walk(part, before, unique([...instead, ...others]));
        }),
      );
    }
    if (block.kind === 'any order') return unique(block.parts.flatMap((part) => walk(part, before, instead)));
    let last = before;
    for (const part of block.parts) last = walk(part, last, instead);
    return block.kind === 'optional' ? unique([...last, ...before]) : last;
  };
  walk(model.body, [], []);
  return places;
}

/**
 * The journey as it is written, from each step to the next, without the short cuts: the spine of the map. What may come
 * in any order stands as it mostly comes, by the mean `places` of steps in their cases; else as it is written.
 */
export function spineEdges(
  model: JourneyModel,
  places: ReadonlyMap<string, number> = new Map(),
): [string, string][] {
  const edges: [string, string][] = [];
  const walk = (block: Block, before: readonly string[]): readonly string[] => {
    if (block.kind === 'step') {
      for (const from of before) edges.push([from, block.activity]);
      return [block.activity];
    }
    if (block.kind === 'choice') return unique(block.parts.flatMap((part) => walk(part, before)));
    if (block.kind === 'any order' && !block.parts.some(hasChoice)) {
      const merged = mergeByPlace(block.parts.map(stepNames), places);
      return merged.reduce<readonly string[]>((last, activity) => {
        for (const from of last) edges.push([from, activity]);
        return [activity];
      }, before);
    }
    return block.parts.reduce((last, part) => walk(part, last), before);
  };
  walk(model.body, []);
  return edges;
}

const hasChoice = (block: Block): boolean =>
  block.kind === 'choice' || (block.kind !== 'step' && block.parts.some(hasChoice));

/** One line out of several, each in its own order; a step that was never seen follows the one before it. */
function mergeByPlace(parts: readonly (readonly string[])[], places: ReadonlyMap<string, number>): string[] {
  const rest = parts.map((part) => [...part]);
  const merged: string[] = [];
  let last = 0;
  const place = (at: number): number => places.get(rest[at]![0]!) ?? (at === last ? -1 : Infinity);
  for (;;) {
    const open = rest.flatMap((part, at) => (part.length > 0 ? [at] : []));
    if (open.length === 0) return merged;
    last = open.reduce((best, at) => (place(at) < place(best) ? at : best));
    merged.push(rest[last]!.shift()!);
  }
}

/** The spine over some of its steps: from each to the next of those that are left. */
export function spineOver(
  spine: readonly (readonly [string, string])[],
  steps: ReadonlySet<string>,
): (readonly [string, string])[] {
  let edges = [...spine];
  for (const gone of new Set(spine.flat())) {
    if (steps.has(gone)) continue;
    const into = edges.filter(([, to]) => to === gone);
    const out = edges.filter(([from]) => from === gone);
    const at = edges.findIndex((edge) => edge.includes(gone));
    const bridged = into.flatMap(([from]) => out.map(([, to]): [string, string] => [from, to]));
    const rest = edges.filter((edge) => !edge.includes(gone));
    edges = [...rest.slice(0, at), ...bridged, ...rest.slice(at)];
  }
  const once = [...new Map(edges.map((edge) => [edge.join('\n'), edge])).values()];
  // A step that is left in a choice is no short cut.
  return once.filter(([from, to]) => !once.some(([a, b]) => a === from && b !== to && once.some((next) => next[0] === b && next[1] === to))); // prettier-ignore
}

function stepNames(block: Block): string[] {
  return block.kind === 'step' ? [block.activity] : block.parts.flatMap(stepNames);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
