/** Typed arrays that grow by doubling: columns while a file is read and its length is only guessed. */
const capacityMin = 1024;

export class Uint32List {
  length = 0;
  #values: Uint32Array;

  /** Room for so many values at first. */
  constructor(capacity = capacityMin) {
    this.#values = new Uint32Array(Math.max(capacityMin, capacity));
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  /** The values; a view, not a copy. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}

export class Float64List {
  length = 0;
  #values: Float64Array;

  /** Room for so many values at first. */
  constructor(capacity = capacityMin) {
    this.#values = new Float64Array(Math.max(capacityMin, capacity));
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  view(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}
