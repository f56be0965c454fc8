/**
 * The newest snapshot of each object of an import. Newest is the later read; where files do not say when they were
 * read, the later modified time of the source. Two that differ and cannot be ordered are both set aside: guessing would
 * make the state depend on the order of the files. Of them counts only what all of them say.
 */
import { isDeepStrictEqual } from 'node:util';
import type { SheetCounter } from './import-sheet.ts';

export type Snapshot = {
  readonly body: unknown;
  /** Epoch milliseconds of the read, where known. */
  readonly readAt: number | undefined;
  readonly sheet: SheetCounter;
};

type Entry = Snapshot & { readonly disputed?: readonly unknown[] };

/** Objects of one connection by kind and id. */
export class NewestObjects {
  readonly #byKind = new Map<string, Map<string, Entry>>();
  readonly #connector: string;
  constructor(connector: string) {
    this.#connector = connector;
  }

  add(kind: string, id: string, snapshot: Snapshot): void {
    let byId = this.#byKind.get(kind);
    if (byId === undefined) this.#byKind.set(kind, (byId = new Map()));
    const known = byId.get(id);
    if (known === undefined) {
      byId.set(id, snapshot);
      snapshot.sheet.keep(`${this.#connector} ${kind}`);
      return;
    }
    if (isDeepStrictEqual(known.body, snapshot.body)) {
      snapshot.sheet.setAside('the same object again, unchanged');
      // The later of two equal reads is what a third one is measured against.
      if ((snapshot.readAt ?? -Infinity) > (known.readAt ?? -Infinity) && known.disputed === undefined)
        byId.set(id, { ...known, readAt: snapshot.readAt });
      return;
    }
    const order = compareSnapshots(known, snapshot);
    if (order === 0 && known.disputed === undefined && agree(known.body, snapshot.body)) {
      // Two readings that contradict each other nowhere, one with fewer fields: the fuller one says all.
      const reason = 'the same object again, read with other fields';
      if (fieldCount(snapshot.body) > fieldCount(known.body)) {
        known.sheet.takeBack(reason);
        snapshot.sheet.keep(`${this.#connector} ${kind}`);
        byId.set(id, snapshot);
      } else snapshot.sheet.setAside(reason);
    } else if (order === 0) {
      const reason = `two readings of one object differ and nothing says which is newer (${kind}/${id})`;
      if (known.disputed === undefined) known.sheet.takeBack(reason);
      byId.set(id, { ...known, disputed: [...(known.disputed ?? [known.body]), snapshot.body] });
      snapshot.sheet.setAside(reason);
    } else if (order < 0) {
      if (known.disputed === undefined)
        known.sheet.takeBack('an older reading of an object that is here in a newer one');
      snapshot.sheet.keep(`${this.#connector} ${kind}`);
      byId.set(id, snapshot);
    } else {
      snapshot.sheet.setAside('an older reading of an object that is here in a newer one');
    }
  }

  /** Bodies by kind and id, in order of kind and id. */
  bodies(): Map<string, Map<string, unknown>> {
    return this.#select((entry) => (entry.disputed === undefined ? entry.body : undefined));
  }

  /** All bodies of each object of which two could not be ordered. */
  disputed(): Map<string, Map<string, readonly unknown[]>> {
    return this.#select((entry) => entry.disputed);
  }

  #select<Value>(valueOf: (entry: Entry) => Value | undefined): Map<string, Map<string, Value>> {
    const objects = new Map<string, Map<string, Value>>();
    for (const kind of [...this.#byKind.keys()].sort()) {
      const values = new Map<string, Value>();
      const byId = this.#byKind.get(kind)!;
      for (const id of [...byId.keys()].sort()) {
        const value = valueOf(byId.get(id)!);
        if (value !== undefined) values.set(id, value);
      }
      if (values.size > 0) objects.set(kind, values);
    }
    return objects;
  }
}

/** Do two bodies say the same wherever both say something? */
function agree(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const other = right as Readonly<Record<string, unknown>>;
  return Object.entries(left).every(
    ([field, value]) => !(field in other) || isDeepStrictEqual(value, other[field]),
  );
}

const fieldCount = (body: unknown): number => Object.keys(body as object).length;

/** Negative: the right one is newer; 0: cannot be told. */
function compareSnapshots(left: Snapshot, right: Snapshot): number {
  if (left.readAt !== undefined && right.readAt !== undefined && left.readAt !== right.readAt) {
    return left.readAt - right.readAt;
  }
  const [before, after] = [modifiedOf(left.body), modifiedOf(right.body)];
  if (before === undefined || after === undefined || before.field !== after.field) return 0;
  return before.value < after.value ? -1 : before.value > after.value ? 1 : 0;
}

/** Fields in which systems say when an object was last written, all of a kind that sorts as text. */
const modifiedFields = [
  'date_modified_gmt', 'write_date', 'LastUpdated', 'updated_at', 'updatedAt', 'hs_lastmodifieddate', 'modified',
] as const; // prettier-ignore

function modifiedOf(body: unknown): { field: string; value: string } | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  for (const field of modifiedFields) {
    const value = (body as Readonly<Record<string, unknown>>)[field];
    if (typeof value === 'string' && value !== '') return { field, value };
    if (typeof value === 'object' && value !== null) {
      const encoded = encodedTime(value as Readonly<Record<string, unknown>>);
      if (encoded !== undefined) return { field, value: encoded };
    }
  }
  return undefined;
}

/** Tryton's `{"__class__": "datetime", "year": …}` as text that sorts. */
function encodedTime(value: Readonly<Record<string, unknown>>): string | undefined {
  if (value['__class__'] !== 'datetime') return undefined;
  const parts = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'].map(
    (part) => value[part] ?? 0,
  );
  return parts.every((part) => typeof part === 'number')
    ? parts.map((part) => String(part).padStart(6, '0')).join('.')
    : undefined;
}
