/**
 * Lower bounds on the cost of the rest of an alignment, from the marking equation.
 *
 * The equation asks for the cheapest numbers of moves that lead from a marking to the final one and use up the
 * remaining events, in any order. Its dual has the same feasible set for *every* marking and *every* remainder:
 * prices for tokens and for events. So one solution found anywhere is a valid, consistent bound everywhere, and
 * costs a few additions to evaluate. We solve the dual where the search stands and keep its prices; the next solve
 * starts from the last basis and takes a few pivots.
 */
import { netLabels, type PetriNet } from './petri-net.ts';

/** Prices: the bound at a marking m with remaining events is Σ place·(final − m) + Σ label over the events. */
export type Prices = { readonly place: Float64Array; readonly label: Float64Array };

const epsilon = 1e-9;
const pivotLimit = 5000;

export class LinearBound {
  readonly #net: PetriNet;
  readonly #labels: number;
  readonly #rows: number;
  readonly #columns: number;
  /** Dictionary: basic = constant − Σ coefficient × nonbasic; row-major, the last column is the constant. */
  readonly #table: Float64Array;
  /** Variable of each row and column: 0 … columns − 1 are prices (free), the rest slacks (≥ 0). */
  readonly #basic: Int32Array;
  readonly #nonbasic: Int32Array;

  /** `labelCosts`: cost of an event of each label outside the model; `transitionCosts`: of a step without event. */
  constructor(net: PetriNet, eventCost: number, transitionCosts: readonly number[]) {
    this.#net = net;
    const labels = netLabels(net);
    const labelIndex = new Map(labels.map((label, i) => [label, i]));
    this.#labels = labels.length;
    const visible = net.transitions.filter((transition) => transition.label !== undefined);
    this.#columns = net.places.length + labels.length;
    this.#rows = net.transitions.length + visible.length + labels.length;
    const width = this.#columns + 1;
    this.#table = new Float64Array(this.#rows * width);
    let row = 0;
    const effect = (transition: PetriNet['transitions'][number]): void => {
      for (const { place, weight } of transition.inputs) this.#table[row * width + place]! -= weight;
      for (const { place, weight } of transition.outputs) this.#table[row * width + place]! += weight;
    };
    net.transitions.forEach((transition, t) => {
      effect(transition);
      this.#table[row++ * width + this.#columns] = transitionCosts[t]!;
    });
    for (const transition of visible) {
      effect(transition);
      this.#table[row++ * width + net.places.length + labelIndex.get(transition.label!)!] = 1;
    }
    for (let label = 0; label < labels.length; label++) {
      this.#table[row * width + net.places.length + label] = 1;
      this.#table[row++ * width + this.#columns] = eventCost;
    }
    this.#basic = Int32Array.from({ length: this.#rows }, (_, i) => this.#columns + i);
    this.#nonbasic = Int32Array.from({ length: this.#columns }, (_, j) => j);
  }

  /**
   * The best prices at a marking with `events[label]` events to come. `unreachable`: no numbers of moves lead to
   * the final marking.
   */
  solve(marking: ArrayLike<number>, events: ArrayLike<number>): Prices | 'unreachable' {
    const places = this.#net.places.length;
    const weights = new Float64Array(this.#columns);
    for (let p = 0; p < places; p++) weights[p] = this.#net.final[p]! - marking[p]!;
    for (let a = 0; a < this.#labels; a++) weights[places + a] = events[a]!;
    const gains = this.#gains(weights);
    let still = 0;
    for (let pivots = 0; pivots < pivotLimit; pivots++) {
      const column = this.#entering(gains, still > 40);
      if (column < 0) break;
      const direction = gains[column]! > 0 ? 1 : -1;
      const row = this.#leaving(column, direction, still > 40);
      if (row < 0) return 'unreachable';
      still = Math.abs(this.#table[row * (this.#columns + 1) + this.#columns]!) < epsilon ? still + 1 : 0;
      this.#pivot(row, column, gains);
    }
    return this.#prices();
  }

  /** What each nonbasic variable adds to the bound per unit. */
  #gains(weights: Float64Array): Float64Array {
    const width = this.#columns + 1;
    const gains = new Float64Array(this.#columns);
    for (let j = 0; j < this.#columns; j++) {
      const variable = this.#nonbasic[j]!;
      if (variable < this.#columns) gains[j] = weights[variable]!;
    }
    for (let i = 0; i < this.#rows; i++) {
      const variable = this.#basic[i]!;
      if (variable >= this.#columns || weights[variable] === 0) continue;
      const weight = weights[variable]!;
      for (let j = 0; j < this.#columns; j++) gains[j]! -= weight * this.#table[i * width + j]!;
    }
    return gains;
  }

  /** Largest gain; the first one (Bland) once pivots stop moving, which ends cycles. */
  #entering(gains: Float64Array, first: boolean): number {
    let best = -1;
    let bestGain = 1e-7;
    let bestVariable = Infinity;
    for (let j = 0; j < this.#columns; j++) {
      const variable = this.#nonbasic[j]!;
      const gain = variable < this.#columns ? Math.abs(gains[j]!) : gains[j]!;
      if (gain <= 1e-7) continue;
      if (first ? variable < bestVariable : gain > bestGain) {
        best = j;
        bestGain = gain;
        bestVariable = variable;
      }
    }
    return best;
  }

  /** The slack that reaches zero first; prices are free and never leave. -1: nothing stops the growth. */
  #leaving(column: number, direction: number, first: boolean): number {
    const width = this.#columns + 1;
    let best = -1;
    let bestRatio = Infinity;
    let bestSize = 0;
    for (let i = 0; i < this.#rows; i++) {
      if (this.#basic[i]! < this.#columns) continue;
      const coefficient = this.#table[i * width + column]! * direction;
      if (coefficient <= epsilon) continue;
      const ratio = Math.max(0, this.#table[i * width + this.#columns]!) / coefficient;
      const tie = Math.abs(ratio - bestRatio) <= epsilon;
      const better = tie
        ? first
          ? this.#basic[i]! < this.#basic[best]!
          : coefficient > bestSize
        : ratio < bestRatio;
      if (best < 0 || better) {
        best = i;
        bestRatio = Math.min(ratio, bestRatio);
        bestSize = coefficient;
      }
    }
    return best;
  }

  #pivot(row: number, column: number, gains: Float64Array): void {
    const width = this.#columns + 1;
    const table = this.#table;
    const base = row * width;
    const inverse = 1 / table[base + column]!;
    for (let j = 0; j < width; j++) table[base + j]! *= inverse;
    table[base + column] = inverse;
    for (let i = 0; i < this.#rows; i++) {
      if (i === row) continue;
      const factor = table[i * width + column]!;
      if (factor === 0) continue;
      const at = i * width;
      for (let j = 0; j < width; j++) table[at + j]! -= factor * table[base + j]!;
      table[at + column] = -factor * inverse;
    }
    const gain = gains[column]!;
    for (let j = 0; j < this.#columns; j++) gains[j]! -= gain * table[base + j]!;
    gains[column] = -gain * inverse;
    const leaving = this.#basic[row]!;
    this.#basic[row] = this.#nonbasic[column]!;
    this.#nonbasic[column] = leaving;
  }

  #prices(): Prices {
    const places = this.#net.places.length;
    const values = new Float64Array(this.#columns);
    for (let i = 0; i < this.#rows; i++) {
      const variable = this.#basic[i]!;
      if (variable < this.#columns) values[variable] = this.#table[i * (this.#columns + 1) + this.#columns]!;
    }
    return { place: values.subarray(0, places), label: values.subarray(places) };
  }
}
