/**
 * Slots by id for millions of ids: 64 bits of hash per id instead of the id itself, which takes 16 MB for a million
 * where a `Map` of texts takes 110. At ten million ids the chance that any two meet is 3 in a million.
 */
export class IdTable {
  #left = new Int32Array(1 << 12);
  #right = new Int32Array(1 << 12);
  /** Slot + 1; 0: free. */
  #slots = new Int32Array(1 << 12);
  #size = 0;

  /** The slot of the id with this hash, or undefined after noting `slot` for it. */
  findOrAdd(left: number, right: number, slot: number): number | undefined {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const at = this.#place(left, right);
    const known = this.#slots[at]!;
    if (known !== 0) return known - 1;
    this.#set(at, left, right, slot + 1);
    this.#size++;
    return undefined;
  }

  /** Notes another slot for an id that is known. */
  replace(left: number, right: number, slot: number): void {
    this.#slots[this.#place(left, right)] = slot + 1;
  }

  #place(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    let at = (left ^ (left >>> 15) ^ right) & mask;
    while (this.#slots[at] !== 0 && (this.#left[at] !== left || this.#right[at] !== right))
      at = (at + 1) & mask;
    return at;
  }

  #set(at: number, left: number, right: number, value: number): void {
    this.#left[at] = left;
    this.#right[at] = right;
    this.#slots[at] = value;
  }

  #grow(): void {
    const [lefts, rights, slots] = [this.#left, this.#right, this.#slots];
    const size = slots.length * 2;
    this.#left = new Int32Array(size);
    this.#right = new Int32Array(size);
    this.#slots = new Int32Array(size);
    for (let at = 0; at < slots.length; at++) {
      if (slots[at] === 0) continue;
      this.#set(this.#place(lefts[at]!, rights[at]!), lefts[at]!, rights[at]!, slots[at]!);
    }
  }
}

/** Writes the hash of `prefix` + `id` to two places of `into`, beginning at `at`. */
export function hashId(prefix: string, id: string, into: Int32Array, at: number): void {
  let left = 0x9e3779b9 | 0;
  let right = 0x243f6a88 | 0;
  for (let index = 0; index < prefix.length; index++) {
    const code = prefix.charCodeAt(index);
    left = Math.imul(left ^ code, 0x01000193);
    right = Math.imul(right ^ code, 0x5bd1e995) ^ (right >>> 15);
  }
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index);
    left = Math.imul(left ^ code, 0x01000193);
    right = Math.imul(right ^ code, 0x5bd1e995) ^ (right >>> 15);
  }
  into[at] = left;
  into[at + 1] = right;
}
