import { isUtf8 } from 'node:buffer';
import { Balance, ImportError, type BalanceSheet } from './balance-sheet.ts';
import { ByteDictionary } from './byte-dictionary.ts';
import { findColumns, type ColumnNames, type ColumnRoles } from './csv-columns.ts';
import { CsvScanner, detectDelimiter, fieldText } from './csv-scan.ts';
import {
  countUnorderedCases,
  groupByCase,
  type Clock,
  type Column,
  type EventLog,
  type EventOrder,
} from './event-log.ts';
import { useLocalClock } from './local-clock.ts';
import { Float64List, Uint32List } from './number-list.ts';
import { TimeReader, type TimeForm } from './time-text.ts';

export type CsvOptions = {
  /** Columns by name; what is missing is found by name or content. */
  readonly columns?: ColumnNames | undefined;
  /** One character; found in the first line where not given. */
  readonly delimiter?: string | undefined;
  /** Order of events inside a case: as in the file (default) or by time. */
  readonly order?: EventOrder | undefined;
  /** `utc` measures waits in UTC even where the log has one zone with summer time. */
  readonly clock?: 'utc' | undefined;
  /** Further columns to keep, times as text too: all, or by name. None by default: a report needs none. */
  readonly keep?: 'all' | readonly string[] | undefined;
};

export type CsvLog = {
  readonly log: EventLog;
  readonly balance: BalanceSheet;
  /** Header as in the file, and which columns were taken. */
  readonly header: readonly string[];
  readonly roles: ColumnRoles;
  /** How times were written, per event of `log`, for writing them back. */
  readonly timeForm: Uint16Array;
  readonly timeForms: readonly TimeForm[];
};

const sampleRows = 200;
/** Columns get room for so many times the rows that the first ones let expect; copying them as they grow costs more. */
const spareRoom = 1.1;

/**
 * Reads an event log from CSV bytes (UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252).
 * Rows of another width than the header, without case or without activity are set aside; an event whose time is
 * missing or unreadable is kept in its place, takes no part in time measures, and is noted.
 * @throws ImportError for an empty file or columns that cannot be told apart.
 */
export function readCsv(file: Uint8Array, options: CsvOptions = {}): CsvLog {
  const balance = new Balance('csv');
  const decoded = decodeCsv(file, balance);
  const { bytes, decode } = decoded;
  // Spreadsheets may name the delimiter in a line of its own: `sep=;`.
  const named = /^sep=(.)(?:\r\n?|\n)/i.exec(
    Buffer.from(bytes.subarray(decoded.start, decoded.start + 7)).toString('latin1'),
  );
  const start = decoded.start + (named?.[0].length ?? 0);
  const delimiter = (options.delimiter ?? named?.[1])?.charCodeAt(0) ?? detectDelimiter(bytes, start);
  const scanner = new CsvScanner(bytes, delimiter, start);
  if (!scanner.next()) throw new ImportError('csv-empty', 'the file is empty: it has no header line');
  const header = rowTexts(scanner, decode);
  const sample = firstRows(bytes, delimiter, scanner.offset, decode);
  const roles = findColumns(header, sample.rows, options.columns ?? {});
  const kept = keptColumns(header, roles, options.keep);
  const capacity = Math.ceil(((bytes.length - start) / sample.bytesPerRow) * spareRoom);
  const rows = scanRows(scanner, header.length, roles, kept, balance, capacity);
  const time = rows.time.view();
  const clock = noteClock(
    balance,
    options.clock !== 'utc' && useLocalClock(time, rows.forms.view(), rows.times.forms),
  );
  const log = groupByCase(
    {
      activities: rows.activities.toStrings(decode),
      cases: rows.cases.toStrings(decode),
      case: rows.case.view(),
      activity: rows.activity.view(),
      time,
      clock,
      columns: kept.map((column, i): Column => ({
        name: header[column]!,
        texts: rows.texts[i]!.toStrings(decode),
        values: rows.values[i]!.view(),
      })),
    },
    options.order,
  );
  const timeForm = new Uint16Array(log.row.length);
  for (let e = 0; e < timeForm.length; e++) timeForm[e] = rows.forms.at(log.row[e]!);
  noteTimes(balance, rows.times, roles.time === undefined);
  if (options.order !== 'time') {
    balance.note(
      'cases-not-in-time-order',
      'cases whose events are not in time order; kept in file order',
      '',
      countUnorderedCases(log),
    );
  }
  return { log, balance: balance.sheet(), header, roles, timeForm, timeForms: rows.times.forms };
}

type Rows = {
  readonly cases: ByteDictionary;
  readonly activities: ByteDictionary;
  readonly texts: readonly ByteDictionary[];
  readonly values: readonly Uint32List[];
  readonly case: Uint32List;
  readonly activity: Uint32List;
  readonly time: Float64List;
  readonly forms: Uint32List;
  readonly times: TimeReader;
};

const nothing = new Uint8Array(0);

function scanRows(
  scanner: CsvScanner,
  width: number,
  roles: ColumnRoles,
  kept: readonly number[],
  balance: Balance,
  capacity: number,
): Rows {
  const rows: Rows = {
    cases: new ByteDictionary(),
    activities: new ByteDictionary(),
    texts: kept.map(() => new ByteDictionary()),
    values: kept.map(() => new Uint32List(capacity)),
    case: new Uint32List(capacity),
    activity: new Uint32List(capacity),
    time: new Float64List(capacity),
    forms: new Uint32List(capacity),
    times: new TimeReader(),
  };
  for (const dictionary of rows.texts) dictionary.idOf(nothing, 0, 0);
  const [caseField, activityField, timeField] = [roles.case, roles.activity, roles.time ?? -1];
  let count = 0;
  while (scanner.next()) {
    const { start, end } = scanner;
    if (scanner.fields !== width || scanner.unclosed) {
      setRowAside(scanner, width, balance);
      continue;
    }
    if (start[caseField] === end[caseField]) {
      balance.setAside('events', 'case-missing', 'rows without a case', `line ${scanner.line}`);
      continue;
    }
    if (start[activityField] === end[activityField]) {
      balance.setAside('events', 'activity-missing', 'rows without an activity', `line ${scanner.line}`);
      continue;
    }
    rows.case.push(rows.cases.idOf(scanner.bytesOf(caseField), start[caseField]!, end[caseField]!));
    rows.activity.push(
      rows.activities.idOf(scanner.bytesOf(activityField), start[activityField]!, end[activityField]!),
    );
    let time = NaN;
    if (timeField >= 0) {
      time = rows.times.read(scanner.bytesOf(timeField), start[timeField]!, end[timeField]!);
      if (Number.isNaN(time)) {
        balance.note(
          'time-unreadable',
          'events whose time is missing or unreadable; kept in file order, without time',
          `line ${scanner.line}`,
        );
      }
    }
    rows.time.push(time);
    rows.forms.push(rows.times.form);
    for (let i = 0; i < kept.length; i++) {
      const field = kept[i]!;
      rows.values[i]!.push(rows.texts[i]!.idOf(scanner.bytesOf(field), start[field]!, end[field]!));
    }
    count++;
  }
  balance.keep('events', count);
  return rows;
}

/** Books a row that is not one. */
export function setRowAside(scanner: CsvScanner, width: number, balance: Balance): void {
  if (scanner.unclosed) {
    balance.setAside(
      'events',
      'quote-not-closed',
      'the file ends inside a quoted field',
      `line ${scanner.line}`,
    );
  } else {
    balance.setAside(
      'events',
      'row-width',
      `rows that have not ${width} fields as the header has`,
      `line ${scanner.line}: ${scanner.fields} fields`,
    );
  }
}

/** What a reader assumed about times, for the balance sheet. */
export function noteTimes(balance: Balance, times: TimeReader, noTimes: boolean): void {
  if (noTimes) balance.note('no-time-column', 'no column holds times: order only, no waits');
  balance.note('zone-assumed-utc', 'times without a zone, read as UTC', '', times.assumedUtc);
  balance.note('fraction-cut', 'times finer than a microsecond, cut', '', times.cutFraction);
}

/** Which clock waits are measured on; said in the balance sheet where it is not UTC. */
export function noteClock(balance: Balance, local: boolean): Clock {
  if (!local) return 'utc';
  balance.note(
    'local-clock',
    'the offsets are one zone with summer time: waits are measured on its clock, not in UTC',
  );
  return 'local';
}

type Decoded = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly decode: (bytes: Uint8Array) => string;
};

/** Bytes whose texts `decode` reads, whatever the encoding of the file. */
export function decodeCsv(file: Uint8Array, balance: Balance): Decoded {
  if ((file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff)) {
    const text = new TextDecoder(file[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(file);
    return { bytes: Buffer.from(text), start: 0, decode: utf8 };
  }
  if (file.includes(0)) throw new ImportError('csv-binary', 'the file holds zero bytes: it is not CSV');
  const start = file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf ? 3 : 0;
  if (isUtf8(file)) return { bytes: file, start, decode: utf8 };
  balance.note('not-utf8', 'the file is not UTF-8; read as Windows-1252');
  const decoder = new TextDecoder('windows-1252');
  return { bytes: file, start, decode: (bytes) => decoder.decode(bytes) };
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function rowTexts(scanner: CsvScanner, decode: (bytes: Uint8Array) => string): string[] {
  return Array.from({ length: scanner.fields }, (_, field) => fieldText(scanner, field, decode));
}

function firstRows(
  bytes: Uint8Array,
  delimiter: number,
  start: number,
  decode: (bytes: Uint8Array) => string,
): { readonly rows: readonly string[][]; readonly bytesPerRow: number } {
  const scanner = new CsvScanner(bytes, delimiter, start);
  const rows: string[][] = [];
  while (rows.length < sampleRows && scanner.next()) rows.push(rowTexts(scanner, decode));
  const read = Math.min(scanner.offset, bytes.length) - start;
  return { rows, bytesPerRow: Math.max(1, read / Math.max(1, rows.length)) };
}

function keptColumns(header: readonly string[], roles: ColumnRoles, keep: CsvOptions['keep']): number[] {
  if (keep === undefined) return [];
  if (keep === 'all') {
    return header.map((_, i) => i).filter((i) => i !== roles.case && i !== roles.activity);
  }
  return keep.map((name) => {
    const index = header.indexOf(name);
    if (index < 0) throw new ImportError('csv-column-missing', `there is no column "${name}" to keep`);
    return index;
  });
}
