/** The balance sheet of one imported file: every object that came in is kept or set aside with a reason. */

export type ImportSheet = {
  /** Path below the folder that was given. */
  readonly file: string;
  /** What it was taken for: `woocommerce order, refund`; `nothing known` where no object was recognized. */
  readonly kind: string;
  /** How it was written: `JSON`, `NDJSON, gzip`, `JSON, UTF-16LE`. */
  readonly format: string;
  readonly in: number;
  readonly kept: number;
  readonly setAside: readonly { readonly reason: string; readonly count: number }[];
};

const reasonsMax = 40;

/** Counts one file while it is read. */
export class SheetCounter {
  readonly file: string;
  readonly #reasons = new Map<string, { count: number; line: number | undefined }>();
  readonly #kinds = new Map<string, number>();
  #in = 0;
  #kept = 0;
  format = 'JSON';
  /** Set when something is missing that the file should have held: cut off, undecodable. */
  incomplete: string | undefined;

  constructor(file: string) {
    this.file = file;
  }

  get kept(): number {
    return this.#kept;
  }

  /** One object came in and is used. */
  keep(kind: string, count = 1): void {
    this.#in += count;
    this.#kept += count;
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + count);
  }

  /** One object came in and is not used. Very many different reasons become one. */
  setAside(reason: string, count = 1): void {
    this.#in += count;
    this.#addReason(reason, count);
  }

  /** An object counted as kept turns out to be of no use; `line`: where it stood, in a file of lines. */
  takeBack(reason: string, line?: number): void {
    this.#kept -= 1;
    this.#addReason(reason, 1, line);
  }

  #addReason(reason: string, count: number, line?: number): void {
    const isKnown = this.#reasons.has(reason) || this.#reasons.size < reasonsMax;
    const key = isKnown ? reason : 'further reasons, each other than the above';
    const known = this.#reasons.get(key);
    if (known === undefined) this.#reasons.set(key, { count, line });
    else {
      known.count += count;
      if (line !== undefined && (known.line === undefined || line < known.line)) known.line = line;
    }
  }

  sheet(): ImportSheet {
    const byConnector = new Map<string, string[]>();
    for (const kind of this.#kinds.keys()) {
      const space = kind.indexOf(' ');
      const list = byConnector.get(kind.slice(0, space));
      if (list === undefined) byConnector.set(kind.slice(0, space), [kind.slice(space + 1)]);
      else list.push(kind.slice(space + 1));
    }
    const kinds = [...byConnector].map(([connector, list]) => `${connector} ${list.sort().join(', ')}`);
    return {
      file: this.file,
      kind: kinds.length === 0 ? 'nothing known' : kinds.join('; '),
      format: this.format,
      in: this.#in,
      kept: this.#kept,
      setAside: [...this.#reasons].map(([reason, { count, line }]) => ({
        reason: line === undefined ? reason : `${count === 1 ? '' : 'first in '}line ${line}: ${reason}`,
        count,
      })),
    };
  }
}
