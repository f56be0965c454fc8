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

/** The journey as it is written, from each step to the next, without the short cuts: the spine of the map. */
export function spineEdges(model: JourneyModel): [string, string][] {
  const edges: [string, string][] = [];
  const walk = (block: Block, before: readonly string[]): readonly string[] => {
    if (block.kind === 'step') {
      for (const from of before) edges.push([from, block.activity]);
      return [block.activity];
    }
    if (block.kind === 'choice' || block.kind === 'any order')
      return unique(block.parts.flatMap((part) => walk(part, before)));
    return block.parts.reduce((last, part) => walk(part, last), before);
  };
  walk(model.body, []);
  return edges;
}

function stepNames(block: Block): string[] {
  return block.kind === 'step' ? [block.activity] : block.parts.flatMap(stepNames);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
