/**
 * Numbers the ordered pairs of activities that occur, in order of appearance. A table of all pairs while that is
 * small (2,048 activities: 16 MB), a map beyond.
 */
const denseLimit = 2048;

export class PairIndex {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly #activities: number;
  readonly #dense: Int32Array | undefined;
  readonly #sparse = new Map<number, number>();

  constructor(activities: number) {
    this.#activities = activities;
    this.#dense = activities <= denseLimit ? new Int32Array(activities * activities) : undefined;
  }

  get size(): number {
    return this.from.length;
  }

  /** Number of the pair, a new one where it has not occurred before. */
  idOf(from: number, to: number): number {
    const key = from * this.#activities + to;
    if (this.#dense !== undefined) {
      const found = this.#dense[key]!;
      if (found > 0) return found - 1;
      this.#dense[key] = this.from.length + 1;
    } else {
      const found = this.#sparse.get(key);
      if (found !== undefined) return found;
      this.#sparse.set(key, this.from.length);
    }
    this.from.push(from);
    this.to.push(to);
    return this.from.length - 1;
  }

  /** Number of the pair, or -1. */
  find(from: number, to: number): number {
    const key = from * this.#activities + to;
    return this.#dense === undefined ? (this.#sparse.get(key) ?? -1) : this.#dense[key]! - 1;
  }
}
