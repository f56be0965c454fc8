/**
 * Optimal alignments of traces with a net: A* over pairs (events read, marking), with bounds from the marking
 * equation (`linear-bound.ts`). Costs as in the field: 10,000 for an event outside the model or a step of the model
 * without event, 1 for a silent step, 0 for both together.
 */
import { LinearBound, type Prices } from './linear-bound.ts';
import { MarkingSpace } from './marking-space.ts';
import { netLabels, type PetriNet } from './petri-net.ts';

export const deviationCost = 10_000;
export const silentCost = 1;

/** One column of an alignment. `log`: an event that the model does not have there. `model`: a step without event. */
export type Move = {
  readonly kind: 'both' | 'log' | 'model' | 'silent';
  readonly activity: string | undefined;
};

export type Alignment = { readonly cost: number; readonly moves: readonly Move[] };

/** No alignment: the model has no run to its end, or the search grew beyond its limit. */
export type NoAlignment = 'no-run' | 'too-large';

const stateLimit = 3_000_000;
const pricesLimit = 48;
/** Expansions between two looks for better prices. */
const patience = 64;

type PricedBound = { readonly prices: Prices; readonly ofMarking: number[] };

export class Aligner {
  readonly #space: MarkingSpace;
  readonly #bound: LinearBound;
  readonly #labels: ReadonlyMap<string, number>;
  /** Label of each transition as a number, -1 for silent ones. */
  readonly #labelOf: Int32Array;
  readonly #costOf: Float64Array;
  readonly #pool: PricedBound[] = [];
  readonly #stateLimit: number;

  constructor(net: PetriNet, limit: number = stateLimit) {
    this.#space = new MarkingSpace(net);
    this.#labels = new Map(netLabels(net).map((label, i) => [label, i]));
    this.#labelOf = Int32Array.from(net.transitions, ({ label }) =>
      label === undefined ? -1 : this.#labels.get(label)!,
    );
    this.#costOf = Float64Array.from(this.#labelOf, (label) => (label < 0 ? silentCost : deviationCost));
    this.#bound = new LinearBound(net, deviationCost, [...this.#costOf]);
    this.#stateLimit = limit;
  }

  /** Cheapest alignment of a sequence of activities. */
  align(trace: readonly string[]): Alignment | NoAlignment {
    const labels = Int32Array.from(trace, (activity) => this.#labels.get(activity) ?? -1);
    return new Search(this, labels, trace).run();
  }

  get space(): MarkingSpace {
    return this.#space;
  }

  get pool(): readonly PricedBound[] {
    return this.#pool;
  }

  get stateLimit(): number {
    return this.#stateLimit;
  }

  labelOf(transition: number): number {
    return this.#labelOf[transition]!;
  }

  costOf(transition: number): number {
    return this.#costOf[transition]!;
  }

  activityOf(transition: number): string | undefined {
    return this.#space.net.transitions[transition]!.label;
  }

  /** Σ price × tokens still to come, for one entry of the pool. */
  placeBound(entry: PricedBound, marking: number): number {
    const known = entry.ofMarking[marking];
    if (known !== undefined) return known;
    const tokens = this.#space.tokens(marking);
    const final = this.#space.net.final;
    let sum = 0;
    for (let p = 0; p < tokens.length; p++) sum += entry.prices.place[p]! * (final[p]! - tokens[p]!);
    return (entry.ofMarking[marking] = sum);
  }

  /** Solves at a state; a solution that says more than `known` joins the pool. */
  improve(marking: number, labels: Int32Array, at: number, known: number): 'unreachable' | 'better' | 'same' {
    const events = new Float64Array(this.#labels.size);
    let outside = 0;
    for (let i = at; i < labels.length; i++) {
      if (labels[i]! < 0) outside += deviationCost;
      else events[labels[i]!]!++;
    }
    const prices = this.#bound.solve(this.#space.tokens(marking), events);
    if (prices === 'unreachable') return 'unreachable';
    const entry: PricedBound = { prices, ofMarking: [] };
    let value = this.placeBound(entry, marking) + outside;
    for (let a = 0; a < events.length; a++) value += events[a]! * prices.label[a]!;
    if (value <= known + 0.5) return 'same';
    if (this.#pool.length >= pricesLimit) this.#pool.shift();
    this.#pool.push(entry);
    return 'better';
  }
}

/** One A* search. A state is `marking × (events + 1) + events read`. */
class Search {
  readonly #aligner: Aligner;
  readonly #labels: Int32Array;
  readonly #trace: readonly string[];
  readonly #width: number;
  readonly #indexOf = new Map<number, number>();
  readonly #marking: number[] = [];
  readonly #read: number[] = [];
  readonly #cost: number[] = [];
  readonly #before: number[] = [];
  /** Transition fired to get here, -1 for none; whether an event was read with it is told by `#read`. */
  readonly #fired: number[] = [];
  readonly #closed: boolean[] = [];
  readonly #queue = new StateQueue();
  /** Per entry of the pool: Σ label prices of the events from a position on. */
  readonly #eventBounds = new Map<PricedBound, Float64Array>();

  constructor(aligner: Aligner, labels: Int32Array, trace: readonly string[]) {
    this.#aligner = aligner;
    this.#labels = labels;
    this.#trace = trace;
    this.#width = labels.length + 1;
  }

  run(): Alignment | NoAlignment {
    const { space } = this.#aligner;
    if (
      this.#aligner.improve(space.initial, this.#labels, 0, this.#estimate(space.initial, 0)) ===
      'unreachable'
    )
      return 'no-run';
    this.#visit(space.initial, 0, 0, -1, -1);
    let expanded = 0;
    for (;;) {
      const state = this.#queue.pop();
      if (state < 0) return 'no-run';
      if (this.#closed[state]) continue;
      const marking = this.#marking[state]!;
      const read = this.#read[state]!;
      const estimate = this.#estimate(marking, read);
      // Prices found since this state was queued may say that it costs more: then it waits its turn again.
      if (this.#cost[state]! + estimate > this.#queue.lastKey) {
        this.#queue.push(this.#cost[state]! + estimate, read, state);
        continue;
      }
      if (marking === space.final && read === this.#labels.length) return this.#trail(state);
      if (++expanded % patience === 0) {
        const outcome = this.#aligner.improve(marking, this.#labels, read, estimate);
        if (outcome === 'unreachable') {
          this.#closed[state] = true;
          continue;
        }
        if (outcome === 'better') {
          this.#queue.push(this.#cost[state]! + this.#estimate(marking, read), read, state);
          continue;
        }
      }
      this.#closed[state] = true;
      this.#expand(state, marking, read);
      if (this.#marking.length > this.#aligner.stateLimit) return 'too-large';
    }
  }

  #expand(state: number, marking: number, read: number): void {
    const aligner = this.#aligner;
    const cost = this.#cost[state]!;
    const more = read < this.#labels.length;
    const label = more ? this.#labels[read]! : -2;
    if (more) this.#visit(marking, read + 1, cost + deviationCost, state, -1);
    for (const step of aligner.space.steps(marking)) {
      const { transition } = step;
      if (label >= 0 && aligner.labelOf(transition) === label)
        this.#visit(step.marking, read + 1, cost, state, transition);
      this.#visit(step.marking, read, cost + aligner.costOf(transition), state, transition);
    }
  }

  #visit(marking: number, read: number, cost: number, before: number, fired: number): void {
    const key = marking * this.#width + read;
    let state = this.#indexOf.get(key);
    if (state === undefined) {
      state = this.#marking.push(marking) - 1;
      this.#indexOf.set(key, state);
      this.#read.push(read);
      this.#cost.push(cost);
      this.#before.push(before);
      this.#fired.push(fired);
      this.#closed.push(false);
    } else {
      if (this.#closed[state] || cost >= this.#cost[state]!) return;
      this.#cost[state] = cost;
      this.#before[state] = before;
      this.#fired[state] = fired;
    }
    this.#queue.push(cost + this.#estimate(marking, read), read, state);
  }

  /** The best bound of the pool, as a whole number: costs are whole, so rounding up stays below them. */
  #estimate(marking: number, read: number): number {
    let best = 0;
    for (const entry of this.#aligner.pool) {
      let bounds = this.#eventBounds.get(entry);
      if (bounds === undefined) this.#eventBounds.set(entry, (bounds = this.#sumFromEnd(entry.prices)));
      const value = this.#aligner.placeBound(entry, marking) + bounds[read]!;
      if (value > best) best = value;
    }
    return Math.ceil(best - 1e-4);
  }

  #sumFromEnd(prices: Prices): Float64Array {
    const sums = new Float64Array(this.#width);
    for (let i = this.#labels.length - 1; i >= 0; i--) {
      const label = this.#labels[i]!;
      sums[i] = sums[i + 1]! + (label < 0 ? deviationCost : prices.label[label]!);
    }
    return sums;
  }

  #trail(end: number): Alignment {
    const moves: Move[] = [];
    for (let state = end; this.#before[state]! >= 0; state = this.#before[state]!) {
      const before = this.#before[state]!;
      const fired = this.#fired[state]!;
      const event = this.#read[state]! > this.#read[before]!;
      const activity = fired < 0 ? this.#trace[this.#read[before]!] : this.#aligner.activityOf(fired);
      moves.push({
        kind: fired < 0 ? 'log' : event ? 'both' : activity === undefined ? 'silent' : 'model',
        activity,
      });
    }
    return { cost: this.#cost[end]!, moves: moves.reverse() };
  }
}

/** Binary heap by smallest key; among equals the state that has read most events, which is nearest to the end. */
class StateQueue {
  /** Key of the state popped last. */
  lastKey = 0;
  readonly #keys: number[] = [];
  readonly #reads: number[] = [];
  readonly #states: number[] = [];

  push(key: number, read: number, state: number): void {
    let at = this.#keys.push(key) - 1;
    this.#reads.push(read);
    this.#states.push(state);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The first state, or -1. */
  pop(): number {
    const size = this.#keys.length;
    if (size === 0) return -1;
    this.#swap(0, size - 1);
    this.lastKey = this.#keys.pop()!;
    this.#reads.pop();
    const state = this.#states.pop()!;
    for (let at = 0; ;) {
      let child = at * 2 + 1;
      if (child >= size - 1) break;
      if (child + 1 < size - 1 && this.#before(child + 1, child)) child++;
      if (!this.#before(child, at)) break;
      this.#swap(child, at);
      at = child;
    }
    return state;
  }

  #before(a: number, b: number): boolean {
    return (
      this.#keys[a]! < this.#keys[b]! ||
      (this.#keys[a] === this.#keys[b] && this.#reads[a]! > this.#reads[b]!)
    );
  }

  #swap(a: number, b: number): void {
    for (const list of [this.#keys, this.#reads, this.#states]) {
      const value = list[a]!;
      list[a] = list[b]!;
      list[b] = value;
    }
  }
}
