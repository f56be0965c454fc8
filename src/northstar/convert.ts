import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Balance, ImportError, type BalanceSheet } from './balance-sheet.ts';
import type { Column, EventLog } from './event-log.ts';
import { objectCases } from './object-cases.ts';
import type { ObjectLog } from './object-log.ts';
import { ObjectLogBuilder } from './object-log-builder.ts';
import { formatOf, openLog, plainFile, type LogFormat } from './open-log.ts';
import { readCsv, type CsvOptions } from './read-csv.ts';
import { readXes } from './read-xes.ts';
import { formatRfc3339, formatTime, type TimeForm } from './time-text.ts';
import { writeCsv, type CsvHeader } from './write-csv.ts';
import { writeOcelJson } from './write-ocel-json.ts';
import { writeOcelSqlite } from './write-ocel-sqlite.ts';
import { writeOcelXml, type ReferenceForm } from './write-ocel-xml.ts';
import { writeXes } from './write-xes.ts';
import type { XesAttribute, XesDocument } from './xes-document.ts';

export type ConvertOptions = {
  readonly from?: LogFormat | undefined;
  /** By the ending of the target's name where not given; a text format whose name ends in `.gz` is packed. */
  readonly to?: LogFormat | undefined;
  readonly columns?: CsvOptions['columns'];
  readonly delimiter?: string | undefined;
  /** Object type whose objects become cases, from an object-centric to a case-centric format. */
  readonly objectType?: string | undefined;
  readonly xmlReferences?: ReferenceForm | undefined;
};

const formatOfEnding: Readonly<Record<string, LogFormat>> = {
  csv: 'csv', xes: 'xes', json: 'ocel-json', jsonocel: 'ocel-json', xml: 'ocel-xml', xmlocel: 'ocel-xml',
  sqlite: 'ocel-sqlite', db: 'ocel-sqlite',
}; // prettier-ignore

const standardHeader: CsvHeader = {
  header: ['case:concept:name', 'concept:name', 'time:timestamp'],
  caseColumn: 0,
  activityColumn: 1,
};

/** A case log that knows how its times were written, so that they can be written again. */
type CaseTable = {
  readonly log: EventLog;
  readonly header: CsvHeader;
  readonly timeForm: ArrayLike<number>;
  readonly timeForms: readonly TimeForm[];
};

/**
 * Writes a log in another format, or in the same. Between case-centric formats, and between object-centric ones,
 * nothing is lost that the balance sheet does not tell; a case becomes an object of type `case`.
 * @throws ImportError where the file cannot be read or the target format cannot carry it; a target half written is removed.
 */
export async function convertLog(
  source: string,
  target: string,
  options: ConvertOptions = {},
): Promise<BalanceSheet> {
  const from = options.from ?? (await formatOf(source, options.columns));
  const to = options.to ?? formatOfName(target);
  if (to === undefined)
    throw new ImportError(
      'target-format',
      `cannot tell the format of ${target}; name one of csv, xes, json, xml, sqlite`,
    );
  const gzip = /\.gz$/i.test(target);
  if (to === 'ocel-csv')
    throw new ImportError('target-format', 'OCEL as CSV is read, not written: it holds too little of a log');
  if (gzip && to === 'ocel-sqlite')
    throw new ImportError('target-format', 'SQLite is written unpacked: leave out .gz');
  // Beside the target, then renamed: whoever waits for the target never sees half of it, and it may be the source.
  const out: Target = { path: `${target}.part`, format: to, gzip };
  try {
    const balance =
      from === 'csv' || from === 'xes'
        ? await convertCases(source, from, out, options)
        : await convertObjects(source, from, out, options);
    await rename(out.path, target);
    return balance;
  } catch (error) {
    await rm(out.path, { force: true });
    throw error;
  }
}

type Target = { readonly path: string; readonly format: LogFormat; readonly gzip: boolean };

function formatOfName(name: string): LogFormat | undefined {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  return formatOfEnding[plain.slice(plain.lastIndexOf('.') + 1)];
}

async function convertCases(
  source: string,
  from: 'csv' | 'xes',
  target: Target,
  options: ConvertOptions,
): Promise<BalanceSheet> {
  if (from === 'xes') {
    const { log, balance, document, timeForm, timeForms } = await readXes(source, {
      keep: 'all',
      document: true,
      clock: 'utc',
    });
    if (target.format === 'xes') await writeText(target, writeXes(document!));
    else await writeCases({ log, header: standardHeader, timeForm, timeForms }, target, options);
    return balance;
  }
  const { log, balance, header, roles, timeForm, timeForms } = readCsv(await plainFile(source), {
    ...options,
    keep: 'all',
    clock: 'utc',
  });
  const table = {
    log,
    header: { header, caseColumn: roles.case, activityColumn: roles.activity },
    timeForm,
    timeForms,
  };
  if (target.format === 'csv') await writeText(target, writeCsv(log, table.header));
  else
    await writeCases(
      { ...table, log: withoutColumn(log, roles.time === undefined ? undefined : header[roles.time]) },
      target,
      options,
    );
  return balance;
}

async function convertObjects(
  source: string,
  from: LogFormat,
  target: Target,
  options: ConvertOptions,
): Promise<BalanceSheet> {
  const opened = await openLog(source, { ...options, format: from });
  if (opened.kind !== 'objects') throw new ImportError('ocel-not-ocel', `${from} holds cases, not objects`);
  const { log, balance } = opened;
  if (target.format === 'csv' || target.format === 'xes')
    await writeCases(flattened(log, options.objectType), target, options);
  else await writeObjects(log, target, options);
  return balance;
}

async function writeObjects(log: ObjectLog, target: Target, options: ConvertOptions): Promise<void> {
  if (target.format === 'ocel-json') await writeText(target, writeOcelJson(log));
  else if (target.format === 'ocel-xml') await writeText(target, writeOcelXml(log, options.xmlReferences));
  else {
    await rm(target.path, { force: true });
    writeOcelSqlite(log, target.path);
  }
}

async function writeCases(table: CaseTable, target: Target, options: ConvertOptions): Promise<void> {
  if (target.format === 'xes') await writeText(target, writeXes(caseDocument(table)));
  else if (target.format === 'csv') {
    const times = timeColumn(table);
    const log = {
      ...table.log,
      cases: distinctNames(table.log.cases),
      columns: [times, ...table.log.columns],
    };
    const header = [...standardHeader.header, ...table.log.columns.map(({ name }) => name)];
    await writeText(target, writeCsv(log, { ...standardHeader, header }));
  } else await writeObjects(caseObjects(table), target, options);
}

async function writeText({ path, gzip }: Target, parts: Generator<string>): Promise<void> {
  const [text, file] = [Readable.from(batches(parts)), createWriteStream(path)];
  if (gzip) await pipeline(text, createGzip(), file);
  else await pipeline(text, file);
}

/** Few large writes instead of many small ones. */
function* batches(parts: Generator<string>): Generator<string> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length > 1 << 18) {
      yield text;
      text = '';
    }
  }
  yield text;
}

function withoutColumn(log: EventLog, name: string | undefined): EventLog {
  return { ...log, columns: log.columns.filter((column) => column.name !== name) };
}

function timeColumn({ log, timeForm, timeForms }: CaseTable): Column {
  const texts = [''];
  const values = Uint32Array.from(log.time, (time, e) =>
    Number.isNaN(time) ? 0 : texts.push(formatTime(time, timeForms[timeForm[e]!])) - 1,
  );
  return { name: 'time:timestamp', texts, values };
}

function attribute(type: XesAttribute['type'], key: string, value: string): XesAttribute {
  return { type, key, value, children: [] };
}

/** An XES document of a table: columns named `case:KEY` belong to the trace, by its first event that has them. */
function caseDocument({ log, timeForm, timeForms }: CaseTable): XesDocument {
  const valueAt = (column: Column, e: number): string => column.texts[column.values[e]!]!;
  const traceColumns = log.columns.filter(({ name }) => name.startsWith('case:'));
  const eventColumns = log.columns.filter(({ name }) => !name.startsWith('case:'));
  const traces = log.cases.map((name, c) => {
    const events = Array.from(
      { length: log.caseStart[c + 1]! - log.caseStart[c]! },
      (_, i) => log.caseStart[c]! + i,
    );
    const ofTrace = traceColumns.flatMap((column) => {
      const e = events.find((candidate) => valueAt(column, candidate) !== '');
      return e === undefined ? [] : [attribute('string', column.name.slice(5), valueAt(column, e))];
    });
    return {
      attributes: [attribute('string', 'concept:name', name), ...ofTrace],
      events: events.map((e) => [
        attribute('string', 'concept:name', log.activities[log.activity[e]!]!),
        ...(Number.isNaN(log.time[e]!)
          ? []
          : [attribute('date', 'time:timestamp', formatRfc3339(log.time[e]!, timeForms[timeForm[e]!]))]),
        ...eventColumns.flatMap((column) =>
          valueAt(column, e) === '' ? [] : [attribute('string', column.name, valueAt(column, e))],
        ),
      ]),
    };
  });
  const extension = (name: string): Record<string, string> => ({
    name,
    prefix: name.toLowerCase(),
    uri: `http://www.xes-standard.org/${name.toLowerCase()}.xesext`,
  });
  return {
    header: { 'xes.version': '1849-2016', 'xes.features': '', xmlns: 'http://www.xes-standard.org/' },
    extensions: [extension('Concept'), extension('Time')],
    globals: [],
    classifiers: [{ name: 'Activity', keys: 'concept:name' }],
    attributes: [],
    traces,
    orphans: [],
  };
}

/** Each case an object, each event related to it alone. Events without time cannot stand in an OCEL file. */
function caseObjects({ log, timeForm, timeForms }: CaseTable): ObjectLog {
  if (log.time.some((time) => Number.isNaN(time))) {
    throw new ImportError('time-missing', 'OCEL needs a time for every event, and some have none');
  }
  const builder = new ObjectLogBuilder(new Balance('cases'));
  builder.declareObjectType('case', []);
  const ids = distinctNames(log.cases);
  for (const id of ids) builder.addObject(id, 'case');
  const caseOf = new Uint32Array(log.activity.length);
  for (let c = 0; c < log.cases.length; c++) caseOf.fill(c, log.caseStart[c], log.caseStart[c + 1]);
  const events = Array.from(log.row, (_, e) => e).sort((a, b) => log.row[a]! - log.row[b]!);
  for (const e of events) {
    const event = builder.addEvent(
      `e${log.row[e]! + 1}`,
      log.activities[log.activity[e]!]!,
      formatRfc3339(log.time[e]!, timeForms[timeForm[e]!]),
    );
    for (const column of log.columns)
      if (column.values[e] !== 0)
        builder.addEventAttribute(event, column.name, column.texts[column.values[e]!]!);
    builder.relateEvent(event, ids[caseOf[e]!]!, 'case');
  }
  return builder.finish();
}

/** The objects of one type as cases, with the attributes of their events as columns. */
function flattened(log: ObjectLog, type: string | undefined): CaseTable {
  const flat = objectCases(log, type);
  const columns = new Map<number, { texts: string[]; ofEvent: Map<number, number> }>();
  log.eventAttributes.owner.forEach((event, i) => {
    const name = log.eventAttributes.name[i]!;
    let column = columns.get(name);
    if (column === undefined) columns.set(name, (column = { texts: [''], ofEvent: new Map() }));
    column.ofEvent.set(event, column.texts.push(log.eventAttributes.value[i]!) - 1);
  });
  const table = Array.from(columns, ([name, { texts, ofEvent }]): Column => ({
    name: log.texts[name]!,
    texts,
    values: flat.row.map((event) => ofEvent.get(event) ?? 0),
  }));
  const row = flat.row.map((_, e) => e);
  return {
    log: { ...flat, row, columns: table },
    header: standardHeader,
    timeForm: flat.row.map((event) => log.events.form[event]!),
    timeForms: log.timeForms,
  };
}

/** Two traces of one name stay two where the name alone tells them apart. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let id = name;
    for (let i = 2; taken.has(id); i++) id = `${name} (${i})`;
    taken.add(id);
    return id;
  });
}
