/**
 * Many short byte strings in few large blocks: a million lines cost their bytes and nothing for the collector of
 * garbage to walk over. The blocks are shared memory, so that another thread reads them where they are.
 */

const slabBytes = 4 << 20;

/** A block of bytes that threads share. */
export type Slab = Buffer<SharedArrayBuffer>;

export const newSlab = (bytes: number): Slab => Buffer.from(new SharedArrayBuffer(bytes));

export class ByteSlabs {
  readonly #slabs: Slab[] = [];
  /** The block that takes single strings; others came filled. */
  #open = -1;
  #free = 0;

  /** Copies bytes; gives the block and the place in it where they are. */
  add(bytes: Buffer): { readonly slab: number; readonly start: number } {
    if (this.#open < 0 || this.#free + bytes.length > this.#slabs[this.#open]!.length) {
      this.#open = this.adopt(newSlab(Math.max(slabBytes, bytes.length)));
      this.#free = 0;
    }
    bytes.copy(this.#slabs[this.#open]!, this.#free);
    const start = this.#free;
    this.#free += bytes.length;
    return { slab: this.#open, start };
  }

  /** Takes a filled block as it is; gives its number. */
  adopt(slab: Slab): number {
    this.#slabs.push(slab);
    return this.#slabs.length - 1;
  }

  all(): readonly Slab[] {
    return this.#slabs;
  }

  bytes(slab: number, start: number, length: number): Buffer {
    return this.#slabs[slab]!.subarray(start, start + length);
  }
}
