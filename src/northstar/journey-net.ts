import type { Block, JourneyModel } from './journey-model.ts';
import type { PetriNet, Transition } from './petri-net.ts';

/** The journey as a Petri net whose runs are exactly the journeys that the text allows. */
export function journeyNet(model: JourneyModel): PetriNet {
  const places: string[] = [];
  const transitions: Transition[] = [];
  const place = (): number => places.push(`p${places.length}`) - 1;
  const step = (label: string | undefined, inputs: readonly number[], outputs: readonly number[]): void => {
    const arcs = (of: readonly number[]): { place: number; weight: number }[] =>
      of.map((p) => ({ place: p, weight: 1 }));
    transitions.push({ label, inputs: arcs(inputs), outputs: arcs(outputs) });
  };
  const build = (block: Block, from: number, to: number): void => {
    switch (block.kind) {
      case 'step':
        step(block.activity, [from], [to]);
        break;
      case 'steps':
        sequence(block.parts, from, to);
        break;
      case 'choice':
        for (const part of block.parts) build(part, from, to);
        break;
      case 'optional':
        sequence(block.parts, from, to);
        step(undefined, [from], [to]);
        break;
      case 'any order': {
        const ends = block.parts.map((part) => {
          const [start, end] = [place(), place()];
          build(part, start, end);
          return { start, end };
        });
        step(
          undefined,
          [from],
          ends.map(({ start }) => start),
        );
        step(
          undefined,
          ends.map(({ end }) => end),
          [to],
        );
        break;
      }
      case 'repeat': {
        // Own places keep the way back out of the neighbours' reach.
        const [start, end] = [place(), place()];
        step(undefined, [from], [start]);
        sequence(block.parts, start, end);
        step(undefined, [end], [start]);
        step(undefined, [end], [to]);
        break;
      }
    }
  };
  const sequence = (parts: readonly Block[], from: number, to: number): void => {
    let at = from;
    parts.forEach((part, i) => {
      const next = i === parts.length - 1 ? to : place();
      build(part, at, next);
      at = next;
    });
  };
  const [source, sink] = [place(), place()];
  build(model.body, source, sink);
  const marking = (marked: number): number[] => places.map((_, p) => (p === marked ? 1 : 0));
  return { name: model.name, places, transitions, initial: marking(source), final: marking(sink) };
}
