/**
 * Reads a file of any kind into canonical facts by a mapping, and draws up its balance sheet.
 *
 *     const file = await readFacts('receipts.csv', mapping);
 *     for await (const lines of file.lines) …
 *     process.stdout.write(renderBalanceSheet(file.sheet()));
 */
import {
  missingColumns,
  namedColumns,
  neededColumns,
  parseFactMapping,
  type FactMapping,
} from './fact-mapping.ts';
import { excerpt, Findings, type BalanceSheet } from './finding.ts';
import { EqualIds, finish, rowMapper, type GroupPart, type MappedLine } from './map-row.ts';
import { openTable } from './open-table.ts';
import type { Table } from './table.ts';

export type FactFile = {
  /** Facts in the order of the file; those over several rows come at its end. */
  readonly lines: AsyncIterable<readonly MappedLine[]>;
  /** Complete once `lines` has been read to its end. */
  sheet(): BalanceSheet;
};

/**
 * Opens the file. Equal rows get ids that differ, unless `numbered` is false: then the caller must number them.
 * Throws MappingError for a mapping that is wrong in itself, and the file system's errors.
 */
export async function readFacts(path: string, mapping: unknown, numbered = true): Promise<FactFile> {
  const parsed = parseFactMapping(mapping);
  const findings = new Findings();
  const table = await openTable(path, findings, { ...parsed.file, expects: neededColumns(parsed) });
  const usable = table !== undefined && checkColumns(table, parsed, findings);
  return {
    lines: usable ? mapTable(table, parsed, findings, numbered) : nothing(),
    sheet: () => findings.sheet(path.split(/[/\\]/).at(-1)!, table?.kind ?? 'unreadable'),
  };
}

/** All facts of a file at once, for files that fit in memory. */
export async function readAllFacts(
  path: string,
  mapping: unknown,
): Promise<{ lines: MappedLine[]; sheet: BalanceSheet }> {
  const file = await readFacts(path, mapping);
  const lines: MappedLine[] = [];
  for await (const batch of file.lines) lines.push(...batch);
  return { lines, sheet: file.sheet() };
}

async function* nothing(): AsyncGenerator<readonly MappedLine[]> {
  // A file of which nothing can be read; its findings say why.
}

/** Every heading the mapping names must be there, once: a twin would be a guess. */
function checkColumns(table: Table, mapping: FactMapping, findings: Findings): boolean {
  const missing = missingColumns(mapping, table.columns);
  if (missing.length > 0) {
    const has = table.columns.map((name) => `"${name}"`).join(', ');
    const message = `The file has no column ${missing.map((name) => `"${name}"`).join(', ')}; it has ${has}. Correct the mapping, or export with these columns.`;
    findings.add({ code: 'missing-column', effect: 'stopped', row: 1, column: missing[0]!, message });
    return false;
  }
  const twin = namedColumns(mapping).find((name) => table.repeated.has(name));
  if (twin !== undefined) {
    const message = `The mapping means "${twin}", but the heading stands more than once; nothing was read. Rename one of them in the file.`;
    findings.add({ code: 'ambiguous-heading', effect: 'stopped', row: 1, column: twin, message });
    return false;
  }
  return true;
}

export async function* mapTable(
  table: Table,
  mapping: FactMapping,
  findings: Findings,
  numbered: boolean,
): AsyncGenerator<readonly MappedLine[]> {
  const map = rowMapper(mapping, table.columns, numbered ? new EqualIds() : undefined);
  const groups = new Groups(mapping);
  for await (const rows of table.batches) {
    const lines: MappedLine[] = [];
    for (const row of rows) {
      const mapped = map(row);
      if (mapped.kind === 'fault') {
        findings.add({ ...mapped.fault, effect: 'set-aside', row: row.row });
        for (const group of mapped.groups) groups.breakUp(group);
      } else if (mapped.kind === 'skipped') {
        findings.rowsSkipped += 1;
        findings.add({ code: 'by-rule', effect: 'set-aside', row: row.row, message: mapped.reason });
      } else {
        findings.rowsKept += 1;
        lines.push(...mapped.lines);
        for (const part of mapped.parts) groups.add(part);
      }
    }
    if (lines.length > 0) yield lines;
  }
  const grouped = groups.finish(findings);
  if (grouped.length > 0) yield grouped;
}

/** Facts over several rows: an order with its lines, a refund with what it covers. */
class Groups {
  readonly #mapping: FactMapping;
  readonly #parts = new Map<string, GroupPart[]>();
  readonly #broken = new Set<string>();

  constructor(mapping: FactMapping) {
    this.#mapping = mapping;
  }

  add(part: GroupPart): void {
    const parts = this.#parts.get(part.group);
    if (parts === undefined) this.#parts.set(part.group, [part]);
    else parts.push(part);
  }

  /** One of its rows cannot be read: an order without one of its lines would be another order. */
  breakUp(group: string): void {
    this.#broken.add(group);
  }

  finish(findings: Findings): MappedLine[] {
    const lines: MappedLine[] = [];
    for (const [group, parts] of this.#parts) {
      const [first] = parts as [GroupPart, ...GroupPart[]];
      if (this.#broken.has(group)) {
        findings.rowsKept -= parts.length;
        const message = `"${excerpt(first.key)}" has a row that was set aside, so its other ${parts.length} were too: without all of its lines it would be wrong.`;
        findings.add({ code: 'incomplete-group', effect: 'set-aside', row: first.row, message });
        continue;
      }
      const own = parts.map(({ line, row }) => ({
        line: String(row),
        tax: 0,
        ...lineDefaults(first),
        ...line,
      }));
      const fields = { ...first.fields, lines: own, ...sums(first, parts, this.#mapping) };
      lines.push({
        row: first.row,
        line: finish(first.rule, fields, { mapping: this.#mapping }, () => `${first.key}:${first.rule.type}`),
      });
    }
    return lines;
  }
}

function lineDefaults(part: GroupPart): object {
  return part.rule.type === 'order.placed' ? { kind: 'goods' } : {};
}

/** What the type needs beside its lines, from the lines where no column gives it. */
function sums(first: GroupPart, parts: readonly GroupPart[], mapping: FactMapping): object {
  const currency = (first.fields['currency'] as string | undefined) ?? mapping.file.currency;
  const goods = parts.reduce((sum, { line }) => sum + (line['gross'] as number), 0);
  const none = { gross: 0, tax: 0 };
  const shipping = (first.fields['shipping'] as typeof none | undefined) ?? none;
  const fees = (first.fields['fees'] as typeof none | undefined) ?? none;
  const total = goods + shipping.gross + fees.gross;
  switch (first.rule.type) {
    case 'order.placed':
      return { currency, shipping, fees, total: first.fields['total'] ?? total };
    case 'refund.recorded':
      return { shipping, fees, money: first.fields['money'] ?? { minor: total, currency } };
    default:
      return { money: first.fields['money'] ?? { minor: total, currency } };
  }
}
