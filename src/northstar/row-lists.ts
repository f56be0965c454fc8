import { Float64List, Uint32List } from './number-list.ts';
import type { Attributes, Relations } from './object-log.ts';

/** Row numbers in order of `key`, equal keys in their order: one counting sort. Undefined where they are sorted. */
function sortedRows(key: Uint32Array, keys: number): Uint32Array | undefined {
  let sorted = true;
  for (let i = 1; i < key.length && sorted; i++) sorted = key[i]! >= key[i - 1]!;
  if (sorted) return undefined;
  const next = new Uint32Array(keys + 1);
  for (const k of key) next[k + 1]!++;
  for (let k = 0; k < keys; k++) next[k + 1]! += next[k]!;
  const rows = new Uint32Array(key.length);
  for (let i = 0; i < key.length; i++) rows[next[key[i]!]!++] = i;
  return rows;
}

/** Relations as they come from a file. */
export class RelationList {
  readonly #from = new Uint32List();
  readonly #to = new Uint32List();
  readonly #qualifier = new Uint32List();

  push(from: number, to: number, qualifier: number): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#qualifier.push(qualifier);
  }

  /** Sorted by `from`; what points nowhere or repeats is left out and told. */
  resolve(
    owners: number,
    objectOf: readonly (number | undefined)[],
    dangling: (to: number) => void,
    repeated: (to: number) => void,
  ): Relations {
    const [from, to, qualifier] = [new Uint32List(), new Uint32List(), new Uint32List()];
    const rows = sortedRows(this.#from.view(), owners);
    let first = 0;
    let last = -1;
    /** Filled only for owners with many relations; few are compared one by one. */
    const seen = new Set<string>();
    for (let i = 0; i < this.#from.length; i++) {
      const row = rows === undefined ? i : rows[i]!;
      const owner = this.#from.at(row);
      if (owner !== last) {
        first = from.length;
        last = owner;
        seen.clear();
      }
      const target = objectOf[this.#to.at(row)];
      const how = this.#qualifier.at(row);
      if (target === undefined) {
        dangling(this.#to.at(row));
        continue;
      }
      if (includesRow(to, qualifier, first, target, how, seen)) {
        repeated(this.#to.at(row));
        continue;
      }
      from.push(owner);
      to.push(target);
      qualifier.push(how);
    }
    return { from: from.view(), to: to.view(), qualifier: qualifier.view() };
  }
}

const fewRows = 40;

/** Whether the rows from `first` on hold the pair; remembers pairs in `seen` once the rows are many. */
function includesRow(
  to: Uint32List,
  qualifier: Uint32List,
  first: number,
  target: number,
  how: number,
  seen: Set<string>,
): boolean {
  const until = Math.min(to.length, first + fewRows);
  for (let i = first; i < until; i++) if (to.at(i) === target && qualifier.at(i) === how) return true;
  if (until < first + fewRows) return false;
  const key = `${target} ${how}`;
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

/** Attribute values as they come from a file. */
export class AttributeList {
  readonly #owner = new Uint32List();
  readonly #name = new Uint32List();
  readonly #value: string[] = [];
  readonly #time = new Float64List();
  readonly #form = new Uint32List();

  /** Whether the owner, whose attributes come one after the other, has this one already. */
  has(owner: number, name: number): boolean {
    for (let i = this.#owner.length - 1; i >= 0 && this.#owner.at(i) === owner; i--)
      if (this.#name.at(i) === name) return true;
    return false;
  }

  push(owner: number, name: number, value: string, time: number, form: number): void {
    this.#owner.push(owner);
    this.#name.push(name);
    this.#value.push(value);
    this.#time.push(time);
    this.#form.push(form);
  }

  sorted(owners: number): Attributes {
    const rows = sortedRows(this.#owner.view(), owners);
    if (rows === undefined) {
      return {
        owner: this.#owner.view(),
        name: this.#name.view(),
        value: this.#value,
        time: this.#time.view(),
        form: this.#form.view(),
      };
    }
    return {
      owner: Uint32Array.from(rows, (row) => this.#owner.at(row)),
      name: Uint32Array.from(rows, (row) => this.#name.at(row)),
      value: Array.from(rows, (row) => this.#value[row]!),
      time: Float64Array.from(rows, (row) => this.#time.at(row)),
      form: Uint32Array.from(rows, (row) => this.#form.at(row)),
    };
  }
}
