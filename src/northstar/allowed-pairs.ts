import { MarkingSpace } from './marking-space.ts';
import type { PetriNet } from './petri-net.ts';

/** Beyond this many markings the model allows too much to be listed. */
const markingLimit = 50_000;

/** Which activity may come right after which in the runs of a model; undefined where the model is too large. */
export function allowedPairs(net: PetriNet): [string, string][] | undefined {
  const space = new MarkingSpace(net);
  const seen = new Set([space.initial]);
  const open = [space.initial];
  const pairs = new Map<string, [string, string]>();
  for (let marking = open.pop(); marking !== undefined; marking = open.pop()) {
    for (const step of space.steps(marking)) {
      const label = net.transitions[step.transition]!.label;
      if (label !== undefined) {
        for (const next of nextLabels(space, step.marking)) pairs.set(`${label}\n${next}`, [label, next]);
      }
      if (seen.has(step.marking)) continue;
      if (seen.size >= markingLimit) return undefined;
      seen.add(step.marking);
      open.push(step.marking);
    }
  }
  return [...pairs.values()].sort((a, b) => (a.join('\n') < b.join('\n') ? -1 : 1));
}

/** Activities that can come next from a marking, behind silent steps too. */
function nextLabels(space: MarkingSpace, start: number): Set<string> {
  const labels = new Set<string>();
  const seen = new Set([start]);
  const open = [start];
  for (let marking = open.pop(); marking !== undefined; marking = open.pop()) {
    for (const step of space.steps(marking)) {
      const label = space.net.transitions[step.transition]!.label;
      if (label !== undefined) labels.add(label);
      else if (!seen.has(step.marking)) {
        seen.add(step.marking);
        open.push(step.marking);
      }
    }
  }
  return labels;
}
