import type { EventLog } from './event-log.ts';

/** Names and order of the columns; where a name stands for case or activity, that is written. */
export type CsvHeader = {
  readonly header: readonly string[];
  readonly caseColumn: number;
  readonly activityColumn: number;
};

/**
 * CSV text of a log, row by row in file order. Columns other than case and activity are the kept columns of that
 * name, as text: nothing is reformatted.
 */
export function* writeCsv(
  log: EventLog,
  { header, caseColumn, activityColumn }: CsvHeader,
): Generator<string> {
  yield `${header.map(cell).join(',')}\n`;
  const columns = header.map((name) => log.columns.find((column) => column.name === name));
  const caseOf = new Uint32Array(log.activity.length);
  for (let c = 0; c < log.cases.length; c++) caseOf.fill(c, log.caseStart[c], log.caseStart[c + 1]);
  const events = Array.from(log.row, (_, e) => e).sort((a, b) => log.row[a]! - log.row[b]!);
  for (const e of events) {
    const cells = columns.map((column, i) => {
      if (i === caseColumn) return cell(log.cases[caseOf[e]!]!);
      if (i === activityColumn) return cell(log.activities[log.activity[e]!]!);
      return column === undefined ? '' : cell(column.texts[column.values[e]!]!);
    });
    yield `${cells.join(',')}\n`;
  }
}

function cell(text: string): string {
  return /[",;\t|\n\r]|^\s|\s$|^\ufeff/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
