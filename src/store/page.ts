/** Pages of a list: the cursor names the last row by its sort values, so rows that come or go shift nothing. */
export type Page<T> = {
  readonly rows: readonly T[];
  /** For the next page; undefined on the last one. */
  readonly next: string | undefined;
};

export const pageSizeMax = 500;

/** Sort values of the row a page ended with; undefined for the first page. Throws RangeError for what we did not make. */
export function readCursor(
  cursor: string | undefined,
  length: number,
): readonly (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isOurs =
      Array.isArray(values) &&
      values.length === length &&
      values.every((value) => typeof value === 'string' || typeof value === 'number');
    if (isOurs) return values as (string | number)[];
  } catch {
    // Falls through to the refusal.
  }
  throw new RangeError('cursor is not one of ours');
}

/**
 * Cuts a result that was asked for one row more than the page holds. `sortValues` are those of a row, as the statement
 * compares them.
 */
export function toPage<T>(
  rows: readonly T[],
  limit: number,
  sortValues: (row: T) => readonly unknown[],
): Page<T> {
  if (rows.length <= limit) return { rows, next: undefined };
  const kept = rows.slice(0, limit);
  return { rows: kept, next: Buffer.from(JSON.stringify(sortValues(kept.at(-1)!))).toString('base64url') };
}

/** Rows to ask for: between 1 and `pageSizeMax`, and one more to see whether there is a next page. */
export function pageLimit(limit: number | undefined): number {
  return Math.max(1, Math.min(limit ?? 50, pageSizeMax));
}
