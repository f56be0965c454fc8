/**
 * What a reader of files found wrong, and the balance sheet of one file. Nothing is dropped in silence: every row
 * that came in is kept or set aside, and a finding says where to look.
 */

/** `note`: read nevertheless. `set-aside`: this row was not used. `stopped`: reading ended here. */
export type FindingEffect = 'note' | 'set-aside' | 'stopped';

export type Finding = {
  /** Short name of what was found, kebab-case: `ragged-row`, `bad-date`. */
  readonly code: string;
  readonly effect: FindingEffect;
  /** First place: the line in a text file, the row in a sheet, the record elsewhere; counted from 1. */
  readonly row?: number;
  /** Column as the file names it (a heading, or a sheet's letter). */
  readonly column?: string;
  /** One sentence: what is there, and what to do. Values are cut to 80 characters. */
  readonly message: string;
};

/** Equal findings of one file: the first one, and how many there were. */
export type FindingCount = Finding & { readonly count: number };

export type BalanceSheet = {
  readonly file: string;
  /** What it was taken for: `csv`, `xlsx`, `parquet`, `ndjson`, `camt.053`, with delimiter and encoding. */
  readonly kind: string;
  /** Rows below the heading: `in` = `kept` + `setAside`. */
  readonly in: number;
  readonly kept: number;
  readonly setAside: number;
  /** Rows that were read but say nothing to import (subtotals, other record types); part of `setAside`. */
  readonly skipped: number;
  /** False where reading ended before the file did: how many rows follow is not known. */
  readonly complete: boolean;
  readonly findings: readonly FindingCount[];
};

/** Different findings of one file that are listed apart. */
const findingsMax = 200;

/** Collects findings and counts rows while one file is read. */
export class Findings {
  readonly #byKey = new Map<string, { first: Finding; count: number }>();
  rowsIn = 0;
  rowsKept = 0;
  rowsSkipped = 0;
  complete = true;

  /** Adds a finding; of equal ones only the first is kept, with a count. */
  add(finding: Finding): void {
    // Words and rules that the mapping lacks are listed one by one: each needs its own line in it.
    const each =
      ['no-rule', 'unknown-word', 'by-rule'].includes(finding.code) && this.#byKey.size < findingsMax;
    const key = [finding.code, finding.effect, finding.column ?? '', each ? finding.message : ''].join(
      '\u0000',
    );
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, { first: finding, count: 1 });
    else known.count += 1;
    if (finding.effect === 'stopped') this.complete = false;
  }

  list(): FindingCount[] {
    return [...this.#byKey.values()].map(({ first, count }) => ({ ...first, count }));
  }

  sheet(file: string, kind: string): BalanceSheet {
    return {
      file,
      kind,
      in: this.rowsIn,
      kept: this.rowsKept,
      setAside: this.rowsIn - this.rowsKept,
      skipped: this.rowsSkipped,
      complete: this.complete,
      findings: this.list(),
    };
  }
}

/** A value as it may stand in a message: one line, at most 80 characters. */
export function excerpt(value: unknown): string {
  const text = String(value).replace(/\s+/g, ' ').trim();
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Lines for people, one finding each: `row 7, column "Total": …`. */
export function renderBalanceSheet(sheet: BalanceSheet): string {
  const lines = [
    `${sheet.file} (${sheet.kind}): ${sheet.in} rows in, ${sheet.kept} kept, ${sheet.setAside} set aside` +
      (sheet.skipped > 0 ? ` (${sheet.skipped} of them by rule)` : '') +
      (sheet.complete ? '' : '; not read to the end'),
  ];
  for (const finding of sheet.findings) {
    const place = [
      finding.row === undefined ? undefined : `row ${finding.row}`,
      finding.column === undefined ? undefined : `column "${finding.column}"`,
    ].filter((part) => part !== undefined);
    const times = finding.count > 1 ? ` (${finding.count} times, first here)` : '';
    lines.push(`  ${place.length > 0 ? `${place.join(', ')}: ` : ''}${finding.message}${times}`);
  }
  return lines.join('\n');
}
