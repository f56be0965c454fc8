import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { byText } from '../kernel/by-text.ts';
import { Balance, ImportError } from './balance-sheet.ts';
import { ObjectLogBuilder } from './object-log-builder.ts';
import type { ObjectImport } from './read-ocel-json.ts';
import { readOcel1Sqlite } from './read-ocel1-sqlite.ts';
import { neededTables, SqliteSource } from './sqlite-source.ts';
import { TimeReader } from './time-text.ts';

/**
 * Reads OCEL 2.0 SQLite, or the three tables of OCEL 1.0, without writing to the file. Ids compare as text. Missing keys and constraints are no
 * obstacle; the six base tables are needed. Events of one time keep the order of the rows in their own tables, then
 * of their types by name: the order in which PM4Py sees them. Our own files number those rows through all tables, so
 * that nothing is left to the names.
 * @throws ImportError for a database that is something else or damaged.
 */
export function readOcelSqlite(path: string): ObjectImport {
  const balance = new Balance('ocel2-sqlite');
  const builder = new ObjectLogBuilder(balance);
  let database: DatabaseSync | undefined;
  try {
    checkLength(path);
    database = new DatabaseSync(path, { readOnly: true });
    const source = new SqliteSource(database);
    if (source.version() === 1) return readOcel1Sqlite(source);
    readTypes(source, builder, balance);
    readObjects(source, builder);
    readEvents(source, builder, balance);
    readRelations(source, builder, balance);
    readObjectValues(source, builder, balance);
    const log = builder.finish();
    return { log, balance: balance.sheet() };
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(
      'sqlite-damaged',
      `the file is not a readable SQLite database: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    database?.close();
  }
}

/**
 * A database whose last pages are cut off may still answer, when nobody asks for those pages. Its header says how
 * long it was, where the two change counters agree (SQLite file format, section 1.3).
 */
function checkLength(path: string): void {
  const head = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    const length = fstatSync(file).size;
    if (readSync(file, head, 0, 100, 0) < 100)
      throw new ImportError('sqlite-damaged', 'the SQLite file is cut off');
    const pageSize = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
    const wanted = pageSize * head.readUInt32BE(28);
    if (head.readUInt32BE(24) === head.readUInt32BE(92) && length < wanted)
      throw new ImportError(
        'sqlite-damaged',
        `the SQLite file is cut off: it has ${length} of its ${wanted} bytes`,
      );
  } finally {
    closeSync(file);
  }
}

type TypeTable = { readonly type: string; readonly table: string };

/** Tables of all types that have one; a type without table is noted. */
function typeTables(source: SqliteSource, kind: 'event' | 'object', balance: Balance): TypeTable[] {
  const tables: TypeTable[] = [];
  for (const [type, map] of source.rows(`${kind}_map_type`, ['ocel_type', 'ocel_type_map'])) {
    const table = source.find(`${kind}_${String(map)}`);
    if (table !== undefined) tables.push({ type: String(type), table });
    else
      balance.note(
        'type-without-table',
        'types whose table is missing: they have no attributes and no times',
        String(type),
      );
  }
  const mapped = new Set([...tables.map(({ table }) => table), ...neededTables]);
  for (const name of source.names(`${kind}_`)) {
    if (!mapped.has(name))
      balance.note('table-without-type', 'tables that belong to no type; not read', name);
  }
  return tables;
}

const ownColumns = new Set(['ocel_id', 'ocel_time', 'ocel_changed_field']);

function attributeColumns(source: SqliteSource, table: string): { name: string; type: string }[] {
  return source.columns(table).filter((column) => !ownColumns.has(column.name.toLowerCase()));
}

function readTypes(source: SqliteSource, builder: ObjectLogBuilder, balance: Balance): void {
  for (const kind of ['event', 'object'] as const) {
    for (const [type, map] of source.rows(`${kind}_map_type`, ['ocel_type', 'ocel_type_map'])) {
      const table = source.find(`${kind}_${String(map)}`);
      const columns = table === undefined ? [] : attributeColumns(source, table);
      const attributes = columns.map(({ name, type }) => ({
        name,
        type: type === '' ? 'string' : type.replace(/\(.*/, ''),
      }));
      if (kind === 'event') builder.declareEventType(String(type), attributes);
      else builder.declareObjectType(String(type), attributes);
    }
  }
  if (source.names('event_').length === 0)
    balance.note('no-event-types', 'the file has no tables of event types');
}

function readObjects(source: SqliteSource, builder: ObjectLogBuilder): void {
  for (const [id, type] of source.rows('object', ['ocel_id', 'ocel_type'])) builder.addObject(id, type);
}

type EventRow = {
  readonly rowid: bigint;
  readonly time: SQLOutputValue;
  readonly type: string;
  readonly columns: readonly string[];
  readonly values: SQLOutputValue[];
};

function readEvents(source: SqliteSource, builder: ObjectLogBuilder, balance: Balance): void {
  const rows = new Map<string, EventRow>();
  for (const { type, table } of typeTables(source, 'event', balance)) {
    const columns = attributeColumns(source, table).map((column) => column.name);
    for (const [id, time, rowid, ...values] of source.numberedRows(
      table,
      ['ocel_id', 'ocel_time'],
      columns,
    )) {
      const key = `${type}\n${String(id)}`;
      if (rows.has(key))
        balance.setAside(
          'event rows',
          'duplicate-id',
          'rows of event tables whose event was there before',
          String(id),
        );
      else rows.set(key, { rowid: rowid as bigint, time: time ?? null, type, columns, values });
    }
  }
  for (const { id, type, key } of orderedEvents(source, rows)) {
    const row = rows.get(key);
    const index = builder.addEvent(id, type, timeText(row?.time));
    if (index < 0) continue;
    rows.delete(key);
    row?.values.forEach((value, i) => {
      if (value !== null) builder.addEventAttribute(index, row.columns[i]!, value);
    });
  }
  for (const key of rows.keys()) {
    balance.setAside(
      'event rows',
      'dangling-event',
      'rows of event tables whose event is not in table event',
      key.split('\n')[1],
    );
  }
}

type EventHead = { readonly id: SQLOutputValue; readonly type: SQLOutputValue; readonly key: string };

/** Events in the order that decides between equal times. */
function orderedEvents(source: SqliteSource, rows: ReadonlyMap<string, EventRow>): EventHead[] {
  const heads: EventHead[] = [];
  for (const [id, type] of source.rows('event', ['ocel_id', 'ocel_type'])) {
    heads.push({ id: id ?? null, type: type ?? null, key: `${String(type)}\n${String(id)}` });
  }
  const numbers = new Set(Array.from(rows.values(), (row) => row.rowid));
  const numberedThrough = numbers.size === rows.size;
  const times = new TimeReader();
  const keyed = heads.map((head) => {
    const row = rows.get(head.key);
    const time = numberedThrough || row === undefined ? 0 : times.readText(timeText(row.time) ?? '');
    return {
      head,
      time: Number.isNaN(time) ? 0 : time,
      row: Number(row?.rowid ?? 0n),
      type: row?.type ?? '',
    };
  });
  keyed.sort((a, b) => a.time - b.time || a.row - b.row || byText(a.type, b.type));
  return keyed.map(({ head }) => head);
}

/** Times are text by the standard; numbers are taken as epoch values by their length. */
function timeText(value: SQLOutputValue | undefined): string | undefined {
  return value === null || value === undefined || value instanceof Uint8Array ? undefined : String(value);
}

function readRelations(source: SqliteSource, builder: ObjectLogBuilder, balance: Balance): void {
  for (const [event, object, qualifier] of source.rows('event_object', [
    'ocel_event_id',
    'ocel_object_id',
    'ocel_qualifier',
  ])) {
    const index = builder.findEvent(event);
    if (index === undefined)
      balance.setAside(
        'e2o',
        'dangling-event',
        'relations of events that the file does not have',
        String(event),
      );
    else builder.relateEvent(index, object, qualifier);
  }
  for (const [from, to, qualifier] of source.rows('object_object', [
    'ocel_source_id',
    'ocel_target_id',
    'ocel_qualifier',
  ])) {
    const index = builder.findObject(from);
    if (index === undefined)
      balance.setAside(
        'o2o',
        'dangling-object',
        'relations to objects that the file does not have',
        String(from),
      );
    else builder.relateObject(index, to, qualifier);
  }
}

/** A row with `ocel_changed_field` changes that one attribute; a row without it gives values to all it names. */
function readObjectValues(source: SqliteSource, builder: ObjectLogBuilder, balance: Balance): void {
  for (const { table } of typeTables(source, 'object', new Balance(''))) {
    const attributes = attributeColumns(source, table).map((column) => column.name);
    const columns = source.columns(table).map((column) => column.name.toLowerCase());
    const withChanges = columns.includes('ocel_changed_field');
    const read = ['ocel_id', 'ocel_time', ...(withChanges ? ['ocel_changed_field'] : []), ...attributes];
    for (const [id, time, ...rest] of source.rows(table, read)) {
      const changed = withChanges ? rest.shift() : null;
      const object = builder.findObject(id);
      if (object === undefined) {
        balance.setAside(
          'object rows',
          'dangling-object',
          'rows of object tables whose object is not in table object',
          String(id),
        );
        continue;
      }
      rest.forEach((value, i) => {
        const name = attributes[i]!;
        if (value === null || (typeof changed === 'string' && changed !== '' && changed !== name)) return;
        builder.addObjectAttribute(object, name, value, timeText(time));
      });
    }
  }
}
