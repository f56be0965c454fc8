/**
 * Many short byte strings in few large blocks: a million lines cost their bytes and nothing for the collector of
 * garbage to walk over.
 */
import { NumberColumn } from './number-column.ts';

const slabBytes = 8 << 20;

export class ByteSlabs {
  readonly #slabs: Buffer[] = [];
  readonly #slabOf = new NumberColumn();
  readonly #startOf = new NumberColumn();
  readonly #lengthOf = new NumberColumn();
  #free = 0;

  /** Copies bytes; gives their number, counting from 0. */
  add(bytes: Buffer): number {
    let slab = this.#slabs.at(-1);
    if (slab === undefined || this.#free + bytes.length > slab.length) {
      slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, bytes.length));
      this.#slabs.push(slab);
      this.#free = 0;
    }
    bytes.copy(slab, this.#free);
    this.#slabOf.push(this.#slabs.length - 1);
    this.#startOf.push(this.#free);
    this.#lengthOf.push(bytes.length);
    this.#free += bytes.length;
    return this.#slabOf.length - 1;
  }

  /** The text of one entry. */
  text(index: number): string {
    const start = this.#startOf.get(index);
    return this.#slabs[this.#slabOf.get(index)]!.toString('utf8', start, start + this.#lengthOf.get(index));
  }
}
