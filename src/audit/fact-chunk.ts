/** Canonical lines of some orders, as places in shared memory: what one thread hands another to fold. */
import { isAscii } from 'node:buffer';
import type { ConnectionSettings, Unread } from '../connectors/contract.ts';
import { canonical } from '../connectors/canonical/canonical-connector.ts';
import { parseCanonicalFact } from '../connectors/canonical/parse-canonical-fact.ts';
import type { Filable } from '../kernel/file-facts.ts';
import type { Slab } from './byte-slabs.ts';

/** Lines in order of their reading, grouped by the order they name. */
export type FactChunk = {
  /** One past the last line of each group. */
  readonly groupEnds: Int32Array;
  /** Four numbers per line: block, first byte, length, and which settings it is read with. */
  readonly lines: Int32Array;
};

/** A line that cannot be read at all. */
export type RefusedLine = {
  /** Its place in the chunk. */
  readonly line: number;
  readonly ref: string;
  readonly kind: string;
  readonly id: string;
  readonly unread: readonly Unread[];
};

/** What the lines of one group say, and which of them could not be read. */
export type Group = { readonly objects: readonly Filable[]; readonly refused: readonly RefusedLine[] };

/** Numbers per line of a chunk. */
export const lineWidth = 4;

/** Reads chunks. The blocks are those that the chunks point into, the settings likewise. */
export class ChunkReader {
  readonly #slabs: readonly Slab[];
  readonly #settings: readonly ConnectionSettings[];
  /** Bytes of plain ASCII become text at a third of the cost. */
  readonly #encodings: readonly ('latin1' | 'utf8')[];

  constructor(slabs: readonly Slab[], settings: readonly ConnectionSettings[]) {
    this.#slabs = slabs;
    this.#settings = settings;
    this.#encodings = slabs.map((slab) => (isAscii(slab) ? 'latin1' : 'utf8'));
  }

  /** All groups of a chunk, in its order. */
  *groups(chunk: FactChunk): Generator<Group> {
    let line = 0;
    for (const end of chunk.groupEnds) {
      const objects: Filable[] = [];
      const refused: RefusedLine[] = [];
      for (; line < end; line++) this.#read(chunk.lines, line, objects, refused);
      yield { objects, refused };
    }
  }

  #read(lines: Int32Array, line: number, objects: Filable[], refused: RefusedLine[]): void {
    const at = line * lineWidth;
    const slab = lines[at]!;
    const start = lines[at + 1]!;
    const text = this.#slabs[slab]!.toString(this.#encodings[slab], start, start + lines[at + 2]!);
    const body: unknown = JSON.parse(text);
    const settings = this.#settings[lines[at + 3]!]!;
    const read = parseCanonicalFact(body, { settings });
    if ('unread' in read) {
      const { kind, id } = canonical.kindOf(body, '')!;
      refused.push({ line, ref: `${settings.connection}:${kind}/${id}`, kind, id, unread: read.unread });
      return;
    }
    const { fact, names, links, object } = read;
    objects.push({ ref: `${settings.connection}:${object}`, names, links, facts: [fact] });
  }
}
