/** Kinds that the records of an export point at and of which it holds none. */
type Lookup = (kind: string, id: string | number) => unknown;

export class AbsentKinds {
  readonly #needed: ReadonlySet<string>;
  readonly #askedFor = new Map<string, Set<string>>();

  /** `present`: kinds of which there is at least one record, also where its readings contradict each other. */
  constructor(needed: readonly string[] | undefined, present: ReadonlySet<string>) {
    this.#needed = new Set(needed?.filter((kind) => !present.has(kind)));
  }

  /** The same look-up, remembering what it is asked for in vain. */
  watch(lookup: Lookup): Lookup {
    if (this.#needed.size === 0) return lookup;
    return (kind, id) => {
      const [base = ''] = kind.split('.by.');
      if (this.#needed.has(base)) {
        const ids = this.#askedFor.get(base) ?? new Set<string>();
        this.#askedFor.set(base, ids.add(String(id)));
      }
      return lookup(kind, id);
    };
  }

  /** What is missing, a sentence for each kind. */
  told(connection: string): readonly string[] {
    return [...this.#askedFor].map(
      ([kind, { size }]) =>
        `${connection}: no ${kind} is here, though records point at ${size} of them; export them, too, or leave ${connection} out`,
    );
  }
}
