/** Collects the words in which source systems keep what became of an object. */
import type { StatusWord } from './read-statuses.ts';

/** Names of fields in which systems keep what became of an object, in whatever case; databases read the pattern too. */
export const statusFieldPattern = '^(\\w+_)?(status|state)$';
export const statusWordMax = 40;
const statusField = new RegExp(statusFieldPattern, 'i');

export class StatusWords {
  readonly #words = new Map<
    string,
    { connection: string; kind: string; field: string; word: string; objects: string[] }
  >();

  add(connection: string, kind: string, id: string, body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    for (const [field, value] of Object.entries(body) as [string, unknown][]) {
      if (
        typeof value !== 'string' ||
        value === '' ||
        value.length > statusWordMax ||
        !statusField.test(field)
      )
        continue;
      const key = `${connection}\n${kind}\n${field}\n${value}`;
      const entry = this.#words.get(key);
      if (entry === undefined)
        this.#words.set(key, { connection, kind, field: field.toLowerCase(), word: value, objects: [id] });
      else entry.objects.push(id);
    }
  }

  /** In order of their first object's arrival; the objects of each sorted. */
  list(): StatusWord[] {
    return [...this.#words.values()].map((entry) => ({ ...entry, objects: entry.objects.sort() }));
  }
}
