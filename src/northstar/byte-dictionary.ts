/**
 * Gives each distinct byte string a number, 0 upwards in order of appearance, without making JavaScript strings
 * for the millions of repetitions in a file. Open addressing over FNV-1a; keys are copied into one arena.
 */
const guessesMax = 1024;

export class ByteDictionary {
  size = 0;
  #arena = new Uint8Array(1 << 12);
  #used = 0;
  /** Key i lies in the arena from ends[i-1] to ends[i]. */
  #ends = new Uint32Array(1 << 8);
  #hashes = new Int32Array(1 << 8);
  #table = new Int32Array(1 << 9).fill(-1);
  #last = -1;
  /** The key last met with these few marks: spares the hash of a value that comes again and again. */
  readonly #guesses = new Int32Array(guessesMax).fill(-1);

  /** The number of `bytes[start, end)`. Files group equal values, so the last key is tried first. */
  idOf(bytes: Uint8Array, start: number, end: number): number {
    if (this.#last >= 0 && this.#equals(this.#last, bytes, start, end)) return this.#last;
    const mark = end - start + bytes[start]! * 31 + bytes[end - 1]! * 7 + bytes[(start + end) >>> 1]! * 13;
    const place = mark & (guessesMax - 1);
    const guess = this.#guesses[place]!;
    if (guess >= 0 && this.#equals(guess, bytes, start, end)) return (this.#last = guess);
    return (this.#guesses[place] = this.#find(bytes, start, end));
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = this.#table[slot]!;
      if (id < 0) break;
      if (this.#equals(id, bytes, start, end)) return (this.#last = id);
      slot = (slot + 1) & mask;
    }
    const id = this.#add(bytes, start, end, hash);
    this.#table[slot] = id;
    if (this.size * 2 > this.#table.length) this.#grow();
    return (this.#last = id);
  }

  /** All keys as text, by number. */
  toStrings(decode: (bytes: Uint8Array) => string): string[] {
    const texts: string[] = [];
    for (let id = 0; id < this.size; id++) {
      texts.push(decode(this.#arena.subarray(id === 0 ? 0 : this.#ends[id - 1]!, this.#ends[id]!)));
    }
    return texts;
  }

  #equals(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = id === 0 ? 0 : this.#ends[id - 1]!;
    const length = this.#ends[id]! - from;
    if (length !== end - start) return false;
    const arena = this.#arena;
    for (let i = length - 1; i >= 0; i--) if (arena[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    if (this.#used + length > this.#arena.length) {
      const arena = new Uint8Array(Math.max(this.#arena.length * 2, this.#used + length));
      arena.set(this.#arena);
      this.#arena = arena;
    }
    for (let i = 0; i < length; i++) this.#arena[this.#used + i] = bytes[start + i]!;
    this.#used += length;
    if (this.size === this.#ends.length) {
      const ends = new Uint32Array(this.size * 2);
      ends.set(this.#ends);
      this.#ends = ends;
      const hashes = new Int32Array(this.size * 2);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    this.#ends[this.size] = this.#used;
    this.#hashes[this.size] = hash;
    return this.size++;
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 4).fill(-1);
    const mask = table.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = this.#hashes[id]! & mask;
      while (table[slot]! >= 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.#table = table;
  }
}

/** Gives each distinct text a number, 0 upwards in order of appearance. */
export class Dictionary {
  readonly texts: string[] = [];
  readonly #ids = new Map<string, number>();

  idOf(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.#ids.set(text, id);
    }
    return id;
  }

  find(text: string): number | undefined {
    return this.#ids.get(text);
  }
}
