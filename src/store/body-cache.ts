/**
 * Bodies that were read last, by the object they are of and the hash of their content. A body that has the hash is the
 * body: nothing is ever out of date here. An order's records are read when one of them is filed and again when it is
 * folded; their bodies need not travel twice.
 */
export type CachedBody = {
  /** SHA-256 of the content. */
  readonly hash: Buffer;
  /** Parsed JSON; shared by all who read it, so nobody changes it. */
  readonly body: unknown;
  /** Characters of JSON. */
  readonly size: number;
};

/** Characters of JSON in all: some five thousand records of a shop. */
const sizeMaxDefault = 16_000_000;

export class BodyCache {
  readonly #bodies = new Map<string, CachedBody>();
  readonly #sizeMax: number;
  #size = 0;

  constructor(sizeMax = sizeMaxDefault) {
    this.#sizeMax = sizeMax;
  }

  /** What was last read of an object; it is kept longer for that. */
  find(objectKey: string): CachedBody | undefined {
    const found = this.#bodies.get(objectKey);
    if (found === undefined) return undefined;
    this.#bodies.delete(objectKey);
    this.#bodies.set(objectKey, found);
    return found;
  }

  /** Keeps a body in the place of an older one of the same object; what was not asked for longest goes. */
  keep(objectKey: string, body: CachedBody): void {
    this.forget(objectKey);
    if (body.size > this.#sizeMax) return;
    this.#bodies.set(objectKey, body);
    this.#size += body.size;
    for (const key of this.#bodies.keys()) {
      if (this.#size <= this.#sizeMax) return;
      this.forget(key);
    }
  }

  /** Of what lies in the archive from now on nothing is kept. */
  forget(objectKey: string): void {
    const known = this.#bodies.get(objectKey);
    if (known === undefined) return;
    this.#bodies.delete(objectKey);
    this.#size -= known.size;
  }
}
