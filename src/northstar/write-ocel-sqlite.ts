import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { ImportError } from './balance-sheet.ts';
import {
  isInitialTime,
  rowStarts,
  type AttributeType,
  type ObjectLog,
  type TypeDeclaration,
} from './object-log.ts';
import { formatTime } from './time-text.ts';

const columnTypes: Readonly<Record<AttributeType, string>> = {
  string: 'TEXT', time: 'TIMESTAMP', integer: 'INTEGER', float: 'REAL', boolean: 'BOOLEAN',
}; // prettier-ignore
/** SQLite turns the text `650.0` in a REAL column into the number 650. These words keep a column as text. */
const textColumnTypes: Readonly<Record<AttributeType, string>> = {
  string: 'TEXT', time: 'TIMESTAMP TEXT', integer: 'WHOLE TEXT', float: 'FLOAT TEXT', boolean: 'BOOLEAN TEXT',
}; // prettier-ignore

/**
 * Writes OCEL 2.0 SQLite to a new file, with the keys and references of the published constraints. Rows of event
 * tables carry the event's position in the log as row number, so that events of one time keep their order.
 * @throws ImportError where attribute names of a type differ only in case, or a text has a zero character: SQLite
 * cannot hold them apart.
 */
export function writeOcelSqlite(log: ObjectLog, path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec('pragma journal_mode = off; pragma synchronous = off; begin');
    const eventTables = createTables(database, 'event', log.eventTypes, textColumns(log, 'event'));
    const objectTables = createTables(database, 'object', log.objectTypes, textColumns(log, 'object'));
    createRelations(database);
    insertObjects(database, log, objectTables);
    insertEvents(database, log, eventTables);
    insertRelations(database, log);
    database.exec('commit');
  } finally {
    database.close();
  }
}

type TableColumn = { readonly name: string; readonly type: AttributeType; readonly asText: boolean };
type Table = { readonly name: string; readonly columns: readonly TableColumn[] };

function createTables(
  database: DatabaseSync,
  kind: 'event' | 'object',
  types: readonly TypeDeclaration[],
  asText: ReadonlySet<string>,
): Table[] {
  database.exec(`
    create table "${kind}_map_type" (ocel_type TEXT primary key, ocel_type_map TEXT);
    create table "${kind}" (ocel_id TEXT primary key, ocel_type TEXT references "${kind}_map_type" (ocel_type));`);
  const map = database.prepare(`insert into "${kind}_map_type" values (?, ?)`);
  const taken = new Set(['map_type', 'object']);
  return types.map(({ name, attributes }, index) => {
    const short = freeName(name, taken);
    map.run(storable(name), short);
    const own = new Set(['ocel_id', 'ocel_time', 'ocel_changed_field', 'rowid', '']);
    const columns = attributes.map((attribute) => {
      const key = attribute.name.toLowerCase();
      if (own.has(key))
        throw new ImportError(
          'sqlite-column',
          `SQLite cannot hold the attribute "${attribute.name}" of ${name} apart from another column`,
        );
      own.add(key);
      return { ...attribute, asText: asText.has(`${index} ${attribute.name}`) };
    });
    const definitions = columns.map(
      (column) =>
        `, ${quoted(storable(column.name))} ${(column.asText ? textColumnTypes : columnTypes)[column.type]}`,
    );
    const table = `${kind}_${short}`;
    const key = kind === 'event' ? `ocel_id TEXT primary key references "event" (ocel_id), ocel_time TIMESTAMP` : `ocel_id TEXT references "object" (ocel_id), ocel_time TIMESTAMP, ocel_changed_field TEXT`; // prettier-ignore
    database.exec(`create table ${quoted(table)} (${key}${definitions.join('')})`);
    return { name: table, columns };
  });
}

/** Columns that hold a value which SQLite would change, as `type index, blank, name`. */
function textColumns(log: ObjectLog, kind: 'event' | 'object'): Set<string> {
  const { owner, name, value } = kind === 'event' ? log.eventAttributes : log.objectAttributes;
  const { type } = kind === 'event' ? log.events : log.objects;
  const declared = kind === 'event' ? log.eventTypes : log.objectTypes;
  const found = new Set<string>();
  for (let i = 0; i < owner.length; i++) {
    const ownerType = type[owner[i]!]!;
    const text = log.texts[name[i]!]!;
    const attribute = declared[ownerType]!.attributes.find((candidate) => candidate.name === text)!;
    if (
      attribute.type !== 'string' &&
      looksNumeric(value[i]!) &&
      nativeValue(value[i]!, attribute.type) === undefined
    ) {
      found.add(`${ownerType} ${text}`);
    }
  }
  return found;
}

/** A table name from a type's name: letters and digits, unlike any other whatever the case. */
function freeName(name: string, taken: Set<string>): string {
  const base = name.replace(/[^\p{L}\p{N}]/gu, '') || 'Type';
  let free = base;
  for (let i = 2; taken.has(free.toLowerCase()); i++) free = `${base}_${i}`;
  taken.add(free.toLowerCase());
  return free;
}

function createRelations(database: DatabaseSync): void {
  database.exec(`
    create table event_object (
      ocel_event_id TEXT references "event" (ocel_id), ocel_object_id TEXT references "object" (ocel_id), ocel_qualifier TEXT,
      primary key (ocel_event_id, ocel_object_id, ocel_qualifier));
    create table object_object (
      ocel_source_id TEXT references "object" (ocel_id), ocel_target_id TEXT references "object" (ocel_id), ocel_qualifier TEXT,
      primary key (ocel_source_id, ocel_target_id, ocel_qualifier));`);
}

function insertEvents(database: DatabaseSync, log: ObjectLog, tables: readonly Table[]): void {
  const head = database.prepare('insert into "event" values (?, ?)');
  const rows = tables.map((table) => insertInto(database, table, ['rowid', 'ocel_id', 'ocel_time']));
  const starts = rowStarts(log.eventAttributes.owner, log.events.ids.length);
  for (let e = 0; e < log.events.ids.length; e++) {
    const type = log.events.type[e]!;
    const id = storable(log.events.ids[e]!);
    head.run(id, log.eventTypes[type]!.name);
    const { columns } = tables[type]!;
    const values: SQLInputValue[] = columns.map(() => null);
    for (let i = starts[e]!; i < starts[e + 1]!; i++) {
      const column = columnOf(columns, log.texts[log.eventAttributes.name[i]!]!);
      values[column] = stored(log.eventAttributes.value[i]!, columns[column]!);
    }
    rows[type]!.run(
      e + 1,
      id,
      formatTime(log.events.time[e]!, log.timeForms[log.events.form[e]!]),
      ...values,
    );
  }
}

function insertObjects(database: DatabaseSync, log: ObjectLog, tables: readonly Table[]): void {
  const head = database.prepare('insert into "object" values (?, ?)');
  const rows = tables.map((table) =>
    insertInto(database, table, ['ocel_id', 'ocel_time', 'ocel_changed_field']),
  );
  const { name, value, time, form, owner } = log.objectAttributes;
  const starts = rowStarts(owner, log.objects.ids.length);
  for (let o = 0; o < log.objects.ids.length; o++) {
    const type = log.objects.type[o]!;
    const id = storable(log.objects.ids[o]!);
    head.run(id, log.objectTypes[type]!.name);
    const { columns } = tables[type]!;
    // Values of one time share a row while their columns rise, so that reading by column keeps their order.
    for (let i = starts[o]!; i < starts[o + 1]!;) {
      const values: SQLInputValue[] = columns.map(() => null);
      const first = i;
      let last = -1;
      for (; i < starts[o + 1]! && time[i] === time[first]; i++) {
        const column = columnOf(columns, log.texts[name[i]!]!);
        if (column <= last || (last >= 0 && !isInitialTime(time[first]!))) break;
        values[column] = stored(value[i]!, columns[column]!);
        last = column;
      }
      const changed = isInitialTime(time[first]!) ? null : columns[last]!.name;
      rows[type]!.run(id, formatTime(time[first]!, log.timeForms[form[first]!]), changed, ...values);
    }
  }
}

function insertRelations(database: DatabaseSync, log: ObjectLog): void {
  const e2o = database.prepare('insert into event_object values (?, ?, ?)');
  log.e2o.from.forEach((event, i) => {
    e2o.run(
      log.events.ids[event]!,
      log.objects.ids[log.e2o.to[i]!]!,
      storable(log.texts[log.e2o.qualifier[i]!]!),
    );
  });
  const o2o = database.prepare('insert into object_object values (?, ?, ?)');
  log.o2o.from.forEach((source, i) => {
    o2o.run(
      log.objects.ids[source]!,
      log.objects.ids[log.o2o.to[i]!]!,
      storable(log.texts[log.o2o.qualifier[i]!]!),
    );
  });
}

function insertInto(database: DatabaseSync, table: Table, first: readonly string[]): StatementSync {
  const names = [...first, ...table.columns.map(({ name }) => quoted(name))];
  return database.prepare(
    `insert into ${quoted(table.name)} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
  );
}

function columnOf(columns: Table['columns'], name: string): number {
  return columns.findIndex((column) => column.name === name);
}

/** The number that SQLite gives back as the same text; undefined where there is none. */
function nativeValue(value: string, type: AttributeType): bigint | number | undefined {
  if (type === 'float' && String(Number(value)) === value && Number.isFinite(Number(value)))
    return Number(value);
  return type !== 'float' && /^(0|-?[1-9]\d{0,17})$/.test(value) ? BigInt(value) : undefined;
}

function stored(value: string, column: TableColumn): SQLInputValue {
  if (column.asText || column.type === 'string' || !looksNumeric(value)) return storable(value);
  return nativeValue(value, column.type)!;
}

function looksNumeric(value: string): boolean {
  return /^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value);
}

function storable(text: string): string {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new ImportError(
      'sqlite-character',
      `SQLite cannot carry the text ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  return text;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
