/**
 * Canonical facts of an import. They may be millions, so nothing of them stays on the heap: of each line its bytes
 * stay, grouped by the order number it names, and are read order by order. A million facts of 220 bytes take 0.5 GB
 * so, where the facts themselves took 1.5 GB.
 *
 * A later line of one file with the same id replaces the earlier one; two files that differ about an id and do not
 * say when they were read are not believed either.
 */
import { isDeepStrictEqual } from 'node:util';
import { canonical } from '../connectors/canonical/canonical-connector.ts';
import type { ConnectionSettings } from '../connectors/contract.ts';
import type { Filing } from '../kernel/file-facts.ts';
import { term } from '../kernel/term.ts';
import { ByteSlabs } from './byte-slabs.ts';
import { orderNumberOf, other, type Digest, type IdPrefixes } from './digest-lines.ts';
import { ChunkReader, lineWidth, type FactChunk, type RefusedLine } from './fact-chunk.ts';
import { hashId, IdTable } from './id-table.ts';
import type { SheetCounter } from './import-sheet.ts';
import type { LineBlock } from './line-blocks.ts';
import { NumberColumn } from './number-column.ts';
import type { UnreadObject } from './reconcile.ts';

/** Where a line came from. */
export type Origin = {
  readonly sheet: SheetCounter;
  readonly readAt: number | undefined;
  readonly settings: ConnectionSettings;
};

/** Ids of facts and of orders are told apart, and those of connections. */
export const prefixesOf = ({ connection }: ConnectionSettings): IdPrefixes => ({
  order: connection,
  fact: `${connection}/`,
});

/** How many lines that cannot be read are listed one by one; all are counted in the balance sheet. */
const unreadMax = 1000;
const gone = -1;
const kindNames = ['canonical fact', 'canonical order'] as const;

export class StreamedFacts {
  readonly #slabs = new ByteSlabs();
  /** Per slot: block, first byte and length of the line; block `gone` where nothing of the slot is used. */
  readonly #slabOf = new NumberColumn();
  readonly #startOf = new NumberColumn();
  readonly #lengthOf = new NumberColumn();
  readonly #originOf = new NumberColumn();
  /** Number of the line in its file; 0 where it is none. */
  readonly #lineOf = new NumberColumn();
  /** The slot before it in its group; `gone` at the first. */
  readonly #previous = new NumberColumn();
  readonly #groupOf = new Map<string, number>();
  readonly #lastOfGroup = new NumberColumn();
  readonly #origins: Origin[] = [];
  readonly #ids = new IdTable();
  readonly #disputed = new Set<number>();
  readonly #refused = new Set<number>();
  /** Slots of the lines of the chunks that are being read. */
  readonly #slotsOf = new WeakMap<FactChunk, Int32Array>();
  readonly #hash = new Int32Array(2);
  /** Complete when every group was read. */
  readonly unread: UnreadObject[] = [];
  factCount = 0;

  /** Takes one canonical object that is no line of its own, and counts it in the sheet of its file. */
  add(found: { readonly kind: string; readonly id: string }, body: unknown, origin: Origin): void {
    const isOrder = found.kind === 'order';
    const prefixes = prefixesOf(origin.settings);
    hashId(isOrder ? prefixes.order : prefixes.fact, found.id, this.#hash, 0);
    const [left, right] = this.#hash as unknown as [number, number];
    const bytes = Buffer.from(JSON.stringify(body));
    const known = this.#ids.findOrAdd(left, right, this.#slabOf.length);
    const append = (): number => {
      const { slab, start } = this.#slabs.add(bytes);
      const group = this.#groupNumber(term.number(orderNumberOf(body)));
      return this.#append(group, slab, start, bytes.length, this.#originIndex(origin), 0);
    };
    if (known === undefined) {
      append();
      this.factCount++;
      origin.sheet.keep(kindNames[isOrder ? 1 : 0]);
    } else if (this.#repeat(known, bytes, origin)) this.#ids.replace(left, right, append());
  }

  /**
   * Takes the lines of a block and counts them in the sheet of their file. `closer` gets the place of each line that
   * is no canonical object by itself.
   */
  addBlock(
    block: LineBlock,
    digest: Digest,
    origin: Origin,
    closer: (index: number, start: number, end: number) => void,
  ): void {
    const slab = this.#slabs.adopt(block.slab);
    const originIndex = this.#originIndex(origin);
    const groups = digest.orders.map((order) => this.#groupNumber(order));
    const { count, starts, ends, hashes, what } = digest;
    const kept: [facts: number, orders: number] = [0, 0];
    const settle = (): void => {
      for (const kind of [0, 1] as const) if (kept[kind] > 0) origin.sheet.keep(kindNames[kind], kept[kind]);
      this.factCount += kept[0] + kept[1];
      kept.fill(0);
    };
    for (let index = 0; index < count; index++) {
      const start = starts[index]!;
      const end = ends[index]!;
      const code = what[index]!;
      if (code === other) {
        settle();
        closer(index, start, end);
        continue;
      }
      const left = hashes[2 * index]!;
      const right = hashes[2 * index + 1]!;
      const known = this.#ids.findOrAdd(left, right, this.#slabOf.length);
      if (known === undefined) {
        this.#append(groups[code >> 1]!, slab, start, end - start, originIndex, block.line + index);
        kept[(code & 1) as 0 | 1]++;
        continue;
      }
      settle();
      if (this.#repeat(known, block.slab.subarray(start, end), origin)) {
        const slot = this.#append(
          groups[code >> 1]!,
          slab,
          start,
          end - start,
          originIndex,
          block.line + index,
        );
        this.#ids.replace(left, right, slot);
      }
    }
    settle();
  }

  /** Order numbers (as terms) that lines name, sorted. */
  orders(): string[] {
    return [...this.#groupOf.keys()].sort();
  }

  /** All lines that name some orders, order by order, each in order of reading. */
  chunk(orders: readonly string[]): FactChunk {
    const slots: number[] = [];
    const groupEnds = new Int32Array(orders.length);
    for (const [index, order] of orders.entries()) {
      const from = slots.length;
      let slot = this.#lastOfGroup.get(this.#groupOf.get(order)!);
      for (; slot !== gone; slot = this.#previous.get(slot)) {
        if (this.#slabOf.get(slot) !== gone && !this.#disputed.has(slot)) slots.push(slot);
      }
      for (let left = from, right = slots.length - 1; left < right; left++, right--)
        [slots[left], slots[right]] = [slots[right]!, slots[left]!];
      groupEnds[index] = slots.length;
    }
    const lines = new Int32Array(slots.length * lineWidth);
    for (const [index, slot] of slots.entries()) {
      const at = index * lineWidth;
      lines[at] = this.#slabOf.get(slot);
      lines[at + 1] = this.#startOf.get(slot);
      lines[at + 2] = this.#lengthOf.get(slot);
      lines[at + 3] = this.#originOf.get(slot);
    }
    const chunk = { groupEnds, lines };
    this.#slotsOf.set(chunk, Int32Array.from(slots));
    return chunk;
  }

  /** Blocks and settings to which chunks point; complete when all is loaded. */
  source(): ChunkSource {
    return { slabs: this.#slabs.all(), settings: this.#origins.map(({ settings }) => settings) };
  }

  /** Takes back, in the sheets of their files, lines of a chunk that could not be read. Again: no difference. */
  refuse(chunk: FactChunk, lines: readonly RefusedLine[]): void {
    const slots = this.#slotsOf.get(chunk)!;
    for (const { line, kind, id, unread } of lines) {
      const slot = slots[line]!;
      if (this.#refused.has(slot)) continue;
      this.#refused.add(slot);
      this.factCount--;
      const { sheet, settings } = this.#origins[this.#originOf.get(slot)]!;
      const first = unread[0];
      const field = first === undefined || first.field === '' ? '' : `field ${first.field}: `;
      const place = this.#lineOf.get(slot);
      sheet.takeBack(`${field}${first?.message ?? 'nothing to read'}`, place === 0 ? undefined : place);
      if (this.unread.length >= unreadMax) continue;
      for (const one of unread) this.unread.push({ connection: settings.connection, kind, id, unread: one });
    }
  }

  /** Adds everything to a filing, to be filed together with objects of other connections. */
  fileInto(filing: Filing): void {
    const { slabs, settings } = this.source();
    const reader = new ChunkReader(slabs, settings);
    for (const order of this.orders()) {
      const chunk = this.chunk([order]);
      for (const { objects, refused } of reader.groups(chunk)) {
        for (const object of objects) filing.add(object);
        this.refuse(chunk, refused);
      }
    }
  }

  #append(group: number, slab: number, start: number, length: number, origin: number, line: number): number {
    const slot = this.#slabOf.length;
    this.#slabOf.push(slab);
    this.#startOf.push(start);
    this.#lengthOf.push(length);
    this.#originOf.push(origin);
    this.#lineOf.push(line);
    this.#previous.push(this.#lastOfGroup.get(group));
    this.#lastOfGroup.set(group, slot);
    return slot;
  }

  #groupNumber(order: string): number {
    let group = this.#groupOf.get(order);
    if (group === undefined) {
      this.#groupOf.set(order, (group = this.#groupOf.size));
      this.#lastOfGroup.push(gone);
    }
    return group;
  }

  /** Decides about a second line with the id of a slot; true: it takes the slot's place. */
  #repeat(slot: number, bytes: Buffer, origin: Origin): boolean {
    const before = this.#origins[this.#originOf.get(slot)]!;
    const { sheet } = origin;
    const known = this.#slabs.bytes(
      this.#slabOf.get(slot),
      this.#startOf.get(slot),
      this.#lengthOf.get(slot),
    );
    const body = parse(bytes);
    if (known.equals(bytes) || isDeepStrictEqual(parse(known), body)) {
      sheet.setAside('the same object again, unchanged');
      return false;
    }
    const { kind, id } = canonical.kindOf(body, '')!;
    const sameFile = before.sheet === sheet;
    const orderly =
      before.readAt !== undefined && origin.readAt !== undefined && before.readAt !== origin.readAt;
    const older = 'an older version of a fact that is here in a newer one';
    if (!sameFile && !orderly) {
      const reason = `two files differ about one id and nothing says which is newer (${kind}/${id})`;
      if (!this.#disputed.has(slot)) {
        this.#disputed.add(slot);
        before.sheet.takeBack(reason);
        this.factCount--;
      }
      sheet.setAside(reason);
      return false;
    }
    if (!sameFile && before.readAt! > origin.readAt!) {
      sheet.setAside(older);
      return false;
    }
    if (this.#disputed.delete(slot)) this.factCount++;
    else before.sheet.takeBack(older);
    sheet.keep(kindNames[kind === 'order' ? 1 : 0]);
    this.#slabOf.set(slot, gone);
    return true;
  }

  #originIndex(origin: Origin): number {
    const last = this.#origins.length - 1;
    if (last >= 0 && this.#origins[last] === origin) return last;
    this.#origins.push(origin);
    return last + 1;
  }
}

/** What chunks point into. */
export type ChunkSource = {
  readonly slabs: ReturnType<ByteSlabs['all']>;
  readonly settings: readonly ConnectionSettings[];
};

const parse = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));
