/** A table read from any kind of file: headings, and rows that come in batches. */

/** Text as written, or a value that the file itself types (XLSX, Parquet, JSON). Dates of typed files come as ISO text. */
export type Cell = string | number | boolean | null;

export type TableRow = {
  /** Where people find it: line of a text file, row of a sheet, number of the record; from 1. */
  readonly row: number;
  readonly cells: readonly Cell[];
};

export type Table = {
  /** What the file was taken for, with its delimiter and encoding: `csv ; windows-1252`. */
  readonly kind: string;
  /** Headings in order, made unique: the second `Total` is `Total (2)`. */
  readonly columns: readonly string[];
  /** Headings that stand more than once in the file. */
  readonly repeated: ReadonlySet<string>;
  readonly batches: AsyncIterable<readonly TableRow[]>;
};

export type TableOptions = {
  readonly delimiter?: string;
  /** Row of the headings, from 1; without it the first row that looks like headings. */
  readonly headerRow?: number;
  /** Headings that the mapping needs: the first row that has them all is the heading. */
  readonly expects?: readonly string[];
  readonly sheet?: string;
};

/** Makes headings unique and names empty ones by position: `A`, `A (2)`, `column 3`. */
export function uniqueColumns(names: readonly string[]): { columns: string[]; repeated: Set<string> } {
  const seen = new Map<string, number>();
  const repeated = new Set<string>();
  const columns = names.map((raw, position) => {
    const name = raw.replace(/\s+/g, ' ').trim() || `column ${position + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    if (count > 1) repeated.add(name);
    return count > 1 ? `${name} (${count})` : name;
  });
  return { columns, repeated };
}

/**
 * Position of the heading among the first rows: the first that holds every expected heading; else the first of
 * the widest shape whose cells are all words. Exports put titles, addresses and totals above it.
 */
export function findHeading(
  rows: readonly (readonly string[])[],
  expects: readonly string[] = [],
): number | undefined {
  if (expects.length > 0) {
    const at = rows.findIndex((cells) => {
      const names = new Set(uniqueColumns(cells).columns);
      return expects.every((name) => names.has(name));
    });
    if (at !== -1) return at;
  }
  const filled = rows.map((cells) => cells.filter((cell) => cell.trim() !== '').length);
  const widest = Math.max(0, ...filled);
  const at = rows.findIndex(
    (cells, position) =>
      filled[position]! >= Math.max(1, widest * 0.6) && cells.every((cell) => isWord(cell)),
  );
  return at === -1 ? undefined : at;
}

function isWord(cell: string): boolean {
  const text = cell.trim();
  return text === '' || (!/^[-+(]?[€$£]?\s*\d/.test(text) && text.length <= 80);
}
