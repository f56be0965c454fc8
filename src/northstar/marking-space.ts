import { ImportError } from './balance-sheet.ts';
import type { PetriNet } from './petri-net.ts';

const tokenLimit = 250;

/** A step from a marking: the transition fired and the marking reached. */
export type Step = { readonly transition: number; readonly marking: number };

/** The reachable markings of a net, numbered and expanded as the search meets them; shared by all traces. */
export class MarkingSpace {
  readonly net: PetriNet;
  readonly initial: number;
  readonly final: number;
  readonly #markings: Uint8Array[] = [];
  readonly #ids = new Map<string, number>();
  readonly #steps: (readonly Step[] | undefined)[] = [];

  constructor(net: PetriNet) {
    this.net = net;
    this.initial = this.#idOf(Uint8Array.from(net.initial));
    this.final = this.#idOf(Uint8Array.from(net.final));
  }

  tokens(marking: number): Uint8Array {
    return this.#markings[marking]!;
  }

  steps(marking: number): readonly Step[] {
    return (this.#steps[marking] ??= this.#expand(this.#markings[marking]!));
  }

  #expand(marking: Uint8Array): Step[] {
    const steps: Step[] = [];
    this.net.transitions.forEach(({ inputs, outputs }, transition) => {
      for (const { place, weight } of inputs) if (marking[place]! < weight) return;
      const next = marking.slice();
      for (const { place, weight } of inputs) next[place]! -= weight;
      for (const { place, weight } of outputs) {
        if (next[place]! + weight > tokenLimit)
          throw new ImportError(
            'net-unbounded',
            `the model piles up tokens in place "${this.net.places[place]}"`,
          );
        next[place]! += weight;
      }
      steps.push({ transition, marking: this.#idOf(next) });
    });
    return steps;
  }

  #idOf(marking: Uint8Array): number {
    const key = String.fromCharCode(...marking);
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#markings.push(marking) - 1;
      this.#ids.set(key, id);
    }
    return id;
  }
}
