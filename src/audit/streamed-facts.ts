/**
 * Canonical facts of an import. They may be millions, so nothing of them stays on the heap: of each line its bytes
 * stay, grouped by the order number it names, and are read order by order. A million facts of 220 bytes take 0.5 GB
 * so, where the facts themselves took 1.5 GB.
 *
 * A later line of one file with the same id replaces the earlier one; two files that differ about an id and do not
 * say when they were read are not believed either.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionSettings, ConnectorPure, Reading, ReadContext } from '../connectors/contract.ts';
import type { Filable, Filing } from '../kernel/file-facts.ts';
import { term } from '../kernel/term.ts';
import { ByteSlabs } from './byte-slabs.ts';
import { IdTable } from './id-table.ts';
import type { SheetCounter } from './import-sheet.ts';
import { NumberColumn } from './number-column.ts';
import type { UnreadObject } from './reconcile.ts';

/** Where a line came from. */
export type Origin = {
  readonly sheet: SheetCounter;
  readonly readAt: number | undefined;
  readonly connector: ConnectorPure;
  readonly settings: ConnectionSettings;
  /** What its kinds are called in a balance sheet. */
  readonly kindNames: Readonly<Record<string, string>>;
  /** Told before the id of a fact, to keep it apart from ids of other connections and of orders. */
  readonly factPrefix: string;
};

/** Where canonical objects of one file come from. */
export function originOf(
  sheet: SheetCounter,
  readAt: number | undefined,
  connector: ConnectorPure,
  settings: ConnectionSettings,
): Origin {
  const kindNames = Object.fromEntries(
    connector.stateKinds.map((kind) => [kind, `${connector.name} ${kind}`]),
  );
  return { sheet, readAt, connector, settings, kindNames, factPrefix: `${settings.connection}/` };
}

/** What the lines of one order number say, and which of them could not be read. */
export type Group = { readonly objects: readonly Filable[]; readonly refused: readonly string[] };

/** How many lines that cannot be read are listed one by one; all are counted in the balance sheet. */
const unreadMax = 1000;
const gone = -1;
const noLookup = (): undefined => undefined;

export class StreamedFacts {
  readonly #bytes = new ByteSlabs();
  /** Entry in `#bytes` per slot; `gone` where nothing of the slot is used. */
  readonly #entryOf = new NumberColumn();
  readonly #originOf = new NumberColumn();
  /** The slot before it in its group; `gone` at the first. */
  readonly #previous = new NumberColumn();
  readonly #lastOfGroup = new Map<string, number>();
  readonly #origins: Origin[] = [];
  readonly #ids = new IdTable();
  readonly #disputed = new Set<number>();
  readonly #refused = new Set<number>();
  readonly #refusedOf = new Map<string, string[]>();
  #lastNumber = '';
  #lastTerm = term.number('');
  /** Complete when every group was read. */
  readonly unread: UnreadObject[] = [];
  factCount = 0;

  /**
   * Takes one canonical object and counts it in the sheet of its file; what cannot be read is found when its group
   * is. `line`: its bytes where they are at hand.
   */
  add(
    found: { readonly kind: string; readonly id: string },
    body: unknown,
    origin: Origin,
    line?: Buffer,
  ): void {
    const slot = this.#entryOf.length;
    const known = this.#ids.findOrAdd(idOf(found, origin), slot);
    const bytes = line ?? Buffer.from(JSON.stringify(body));
    if (known !== undefined) {
      this.#repeat(known, found, body, bytes, origin);
      return;
    }
    this.#append(this.#groupOf(body), bytes, origin);
    this.factCount++;
    origin.sheet.keep(origin.kindNames[found.kind] ?? found.kind);
  }

  /** Order numbers (as terms) that lines name, sorted. */
  groups(): string[] {
    return [...this.#lastOfGroup.keys()].sort();
  }

  /** All that the lines of one group say, in order of their reading. */
  group(number: string): Group {
    const slots: number[] = [];
    for (let slot = this.#lastOfGroup.get(number) ?? gone; slot !== gone; slot = this.#previous.get(slot)) {
      if (this.#entryOf.get(slot) !== gone && !this.#disputed.has(slot)) slots.push(slot);
    }
    const objects: Filable[] = [];
    for (const slot of slots.reverse()) {
      const origin = this.#origins[this.#originOf.get(slot)]!;
      const body: unknown = JSON.parse(this.#bytes.text(this.#entryOf.get(slot)));
      const found = origin.connector.kindOf(body, '')!;
      const reading = readObject(found, body, origin);
      const ref = `${origin.settings.connection}:${found.kind}/${found.id}`;
      if (reading.facts.length > 0)
        objects.push({ ref, names: reading.names, links: reading.links, facts: reading.facts });
      else if (!this.#refused.has(slot)) this.#refuse(slot, number, ref, reading, found, origin);
    }
    return { objects, refused: this.#refusedOf.get(number) ?? [] };
  }

  /** Adds everything to a filing, to be filed together with objects of other connections. */
  fileInto(filing: Filing): void {
    for (const number of this.groups()) for (const object of this.group(number).objects) filing.add(object);
  }

  #append(group: string, bytes: Buffer, origin: Origin): number {
    const slot = this.#entryOf.length;
    this.#entryOf.push(this.#bytes.add(bytes));
    this.#originOf.push(this.#originIndex(origin));
    this.#previous.push(this.#lastOfGroup.get(group) ?? gone);
    this.#lastOfGroup.set(group, slot);
    return slot;
  }

  #refuse(
    slot: number,
    number: string,
    ref: string,
    reading: Reading,
    { kind, id }: { readonly kind: string; readonly id: string },
    { sheet, settings }: Origin,
  ): void {
    this.#refused.add(slot);
    const list = this.#refusedOf.get(number);
    if (list === undefined) this.#refusedOf.set(number, [ref]);
    else list.push(ref);
    this.factCount--;
    const first = reading.unread[0];
    const field = first === undefined || first.field === '' ? '' : `field ${first.field}: `;
    sheet.takeBack(`${field}${first?.message ?? 'nothing to read'}`);
    if (this.unread.length >= unreadMax) return;
    for (const unread of reading.unread)
      this.unread.push({ connection: settings.connection, kind, id, unread });
  }

  #repeat(
    slot: number,
    found: { readonly kind: string; readonly id: string },
    body: unknown,
    bytes: Buffer,
    origin: Origin,
  ): void {
    const before = this.#origins[this.#originOf.get(slot)]!;
    const known: unknown = JSON.parse(this.#bytes.text(this.#entryOf.get(slot)));
    const { sheet } = origin;
    if (isDeepStrictEqual(known, body)) {
      sheet.setAside('the same object again, unchanged');
      return;
    }
    const sameFile = before.sheet === sheet;
    const orderly =
      before.readAt !== undefined && origin.readAt !== undefined && before.readAt !== origin.readAt;
    if (!sameFile && !orderly) {
      const reason = `two files differ about one id and nothing says which is newer (${found.kind}/${found.id})`;
      if (!this.#disputed.has(slot)) {
        this.#disputed.add(slot);
        before.sheet.takeBack(reason);
        this.factCount--;
      }
      sheet.setAside(reason);
    } else if (sameFile || before.readAt! < origin.readAt!) {
      const reason = 'an older version of a fact that is here in a newer one';
      if (this.#disputed.delete(slot)) this.factCount++;
      else before.sheet.takeBack(reason);
      sheet.keep(origin.kindNames[found.kind] ?? found.kind);
      this.#entryOf.set(slot, gone);
      this.#ids.replace(idOf(found, origin), this.#append(this.#groupOf(body), bytes, origin));
    } else sheet.setAside('an older version of a fact that is here in a newer one');
  }

  /** The number by which a line names its order, as its link will have it. Lines of one order follow each other. */
  #groupOf(body: unknown): string {
    const { order } = body as { readonly order?: unknown };
    const number = typeof order === 'string' ? order : '';
    if (number !== this.#lastNumber) [this.#lastNumber, this.#lastTerm] = [number, term.number(number)];
    return this.#lastTerm;
  }

  #originIndex(origin: Origin): number {
    const last = this.#origins.length - 1;
    if (last >= 0 && this.#origins[last] === origin) return last;
    this.#origins.push(origin);
    return last + 1;
  }
}

function readObject(
  found: { readonly kind: string; readonly id: string },
  body: unknown,
  origin: Origin,
): Reading {
  const context: ReadContext = { settings: origin.settings, lookup: noLookup };
  return origin.connector.read({ connection: origin.settings.connection, ...found, body }, context);
}

/** Kind and id tell objects of one connection apart; most imports have one. */
function idOf({ kind, id }: { readonly kind: string; readonly id: string }, origin: Origin): string {
  return `${kind === 'order' ? origin.settings.connection : origin.factPrefix}${id}`;
}
