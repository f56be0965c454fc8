import { readFile } from 'node:fs/promises';
import { ImportError, type BalanceSheet } from './balance-sheet.ts';
import type { EventLog, EventOrder } from './event-log.ts';
import { fileChunks, firstBytes } from './file-chunks.ts';
import type { ObjectLog } from './object-log.ts';
import { readCsv, type CsvOptions } from './read-csv.ts';
import { isOcelHeader, readOcelCsv } from './read-ocel-csv.ts';
import { readOcelJson } from './read-ocel-json.ts';
import { readOcelSqlite } from './read-ocel-sqlite.ts';
import { readOcelXml } from './read-ocel-xml.ts';
import { readXes } from './read-xes.ts';

export const logFormats = ['csv', 'xes', 'ocel-json', 'ocel-xml', 'ocel-sqlite', 'ocel-csv'] as const;
export type LogFormat = (typeof logFormats)[number];

export type OpenOptions = {
  /** Found by the content of the file where not given. */
  readonly format?: LogFormat | undefined;
  readonly columns?: CsvOptions['columns'];
  readonly delimiter?: string | undefined;
  readonly order?: EventOrder | undefined;
  readonly clock?: 'utc' | undefined;
  readonly keep?: CsvOptions['keep'];
};

export type OpenedLog =
  | {
      readonly kind: 'cases';
      readonly format: LogFormat;
      readonly log: EventLog;
      readonly balance: BalanceSheet;
    }
  | {
      readonly kind: 'objects';
      readonly format: LogFormat;
      readonly log: ObjectLog;
      readonly balance: BalanceSheet;
    };

const headLength = 1 << 16;

/** What kind of log a file is, by its first bytes, never by its name. */
export async function detectFormat(path: string): Promise<LogFormat> {
  let head = await firstBytes(path, headLength);
  if (Buffer.from(head.subarray(0, 15)).toString('latin1') === 'SQLite format 3') return 'ocel-sqlite';
  if (head[0] === 0x1f && head[1] === 0x8b) {
    for await (const chunk of fileChunks(path)) {
      head = chunk;
      break;
    }
  }
  // Zero bytes go so that UTF-16 looks like its ASCII.
  const text = Buffer.from(head)
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '')
    .trimStart();
  if (text.startsWith('{') || text.startsWith('[')) return 'ocel-json';
  if (text.startsWith('PAR1'))
    throw new ImportError(
      'log-parquet',
      'this is Parquet, which event logs are not read from; write it as CSV',
    );
  if (!text.startsWith('<')) return isOcelHeader(text.split(/[\r\n]/, 1)[0]!) ? 'ocel-csv' : 'csv';
  return /<(?:object-types|event-types|objects|events)\b/.test(text) ? 'ocel-xml' : 'xes';
}

/** The format of a file; columns that were named make any CSV a log of cases. */
export async function formatOf(path: string, columns: OpenOptions['columns']): Promise<LogFormat> {
  const found = await detectFormat(path);
  return found === 'ocel-csv' && columns !== undefined ? 'csv' : found;
}

/** Reads a log of any format. Throws ImportError with what is wrong and, where it helps, what to do. */
export async function openLog(path: string, options: OpenOptions = {}): Promise<OpenedLog> {
  const format = options.format ?? (await formatOf(path, options.columns));
  switch (format) {
    case 'csv': {
      const { log, balance } = readCsv(await plainFile(path), options);
      return { kind: 'cases', format, log, balance };
    }
    case 'xes': {
      const { log, balance } = await readXes(path, options);
      return { kind: 'cases', format, log, balance };
    }
    case 'ocel-csv':
      return { kind: 'objects', format, ...readOcelCsv(await plainFile(path), options.delimiter) };
    case 'ocel-json':
      return { kind: 'objects', format, ...readOcelJson(await plainFile(path)) };
    case 'ocel-xml':
      return { kind: 'objects', format, ...(await readOcelXml(path)) };
    case 'ocel-sqlite':
      return { kind: 'objects', format, ...readOcelSqlite(path) };
  }
}

/** The whole file, unpacked where it is gzip. */
export async function plainFile(path: string): Promise<Uint8Array> {
  const magic = await firstBytes(path, 2);
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return readFile(path);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of fileChunks(path)) {
    length += chunk.length;
    if (length > 2 ** 31) throw new ImportError('file-too-large', 'the file unpacks to more than 2 GB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
