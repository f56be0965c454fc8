/**
 * The balance sheet of an import: what was in the file = what was kept + what was set aside, by reason. Nothing
 * leaves a file unmentioned. Notes say what was kept but read with an assumption (a time without zone as UTC).
 */
export type BalanceSheet = {
  readonly format: string;
  readonly lines: readonly BalanceLine[];
  readonly notes: readonly Reason[];
};

/** One kind of thing in the file: `in` equals `kept` plus the counts of `setAside`. */
export type BalanceLine = {
  readonly what: string;
  readonly in: number;
  readonly kept: number;
  readonly setAside: readonly Reason[];
};

export type Reason = {
  readonly code: string;
  readonly count: number;
  readonly message: string;
  /** The first few, as a person would look for them in the file. */
  readonly examples: readonly string[];
};

/** A file that cannot be read at all, with what to do about it. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const exampleLimit = 5;

type Tally = { code: string; count: number; message: string; examples: string[] };

function tally(
  reasons: Map<string, Tally>,
  code: string,
  message: string,
  example: string,
  count: number,
): void {
  let entry = reasons.get(code);
  if (entry === undefined) {
    entry = { code, count: 0, message, examples: [] };
    reasons.set(code, entry);
  }
  entry.count += count;
  if (example !== '' && entry.examples.length < exampleLimit) entry.examples.push(example.slice(0, 80));
}

/** Collects a balance sheet while a file is read. */
export class Balance {
  readonly #format: string;
  readonly #kept = new Map<string, number>();
  readonly #aside = new Map<string, Map<string, Tally>>();
  readonly #notes = new Map<string, Tally>();

  constructor(format: string) {
    this.#format = format;
  }

  keep(what: string, count = 1): void {
    this.#kept.set(what, (this.#kept.get(what) ?? 0) + count);
  }

  setAside(what: string, code: string, message: string, example = '', count = 1): void {
    let reasons = this.#aside.get(what);
    if (reasons === undefined) this.#aside.set(what, (reasons = new Map<string, Tally>()));
    tally(reasons, code, message, example, count);
  }

  note(code: string, message: string, example = '', count = 1): void {
    if (count > 0) tally(this.#notes, code, message, example, count);
  }

  sheet(): BalanceSheet {
    const names = new Set([...this.#kept.keys(), ...this.#aside.keys()]);
    const lines = [...names].map((what) => {
      const setAside = [...(this.#aside.get(what)?.values() ?? [])];
      const kept = this.#kept.get(what) ?? 0;
      return { what, in: setAside.reduce((sum, reason) => sum + reason.count, kept), kept, setAside };
    });
    return { format: this.#format, lines, notes: [...this.#notes.values()] };
  }
}
