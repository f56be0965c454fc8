/**
 * Group commit: what arrives while something is being written goes with the next write, all in one statement. Nobody waits
 * for a clock, only for writes that are under way; under load many are made durable for the price of one.
 */
type Waiting<Item, Result> = {
  readonly items: readonly Item[];
  readonly resolve: (results: readonly Result[]) => void;
  readonly reject: (error: unknown) => void;
};

export type GroupOptions = {
  /** Writes at the same time. */
  readonly atOnce: number;
  /** Items per write. */
  readonly itemsMax: number;
};

export class GroupCommit<Item, Result> {
  readonly #write: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #options: GroupOptions;
  readonly #waiting: Waiting<Item, Result>[] = [];
  #running = 0;

  /** `write` is all or nothing, and gives one result per item, in order. */
  constructor(write: (items: readonly Item[]) => Promise<readonly Result[]>, options: GroupOptions) {
    this.#write = write;
    this.#options = options;
  }

  /** Resolves once these are written, with their results; rejects when they are not. */
  add(items: readonly Item[]): Promise<readonly Result[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      this.#start();
    });
  }

  #start(): void {
    while (this.#running < this.#options.atOnce && this.#waiting.length > 0) {
      const group = [this.#waiting.shift()!];
      let count = group[0]!.items.length;
      while (this.#waiting.length > 0 && count + this.#waiting[0]!.items.length <= this.#options.itemsMax) {
        const next = this.#waiting.shift()!;
        group.push(next);
        count += next.items.length;
      }
      this.#running += 1;
      void this.#run(group).finally(() => {
        this.#running -= 1;
        this.#start();
      });
    }
  }

  async #run(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#write(group.flatMap(({ items }) => items));
      let start = 0;
      for (const { items, resolve } of group) resolve(results.slice(start, (start += items.length)));
    } catch (error) {
      // One that the database does not take must not take the others with it.
      if (group.length > 1 && isAboutContent(error)) await Promise.all(group.map((one) => this.#run([one])));
      else for (const { reject } of group) reject(error);
    }
  }
}

/** SQLSTATE classes of what is wrong with the rows themselves: data exception, integrity constraint violation. */
function isAboutContent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('22') || code.startsWith('23');
}
