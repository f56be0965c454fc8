import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { ImportError } from './balance-sheet.ts';

export const neededTables = [
  'event',
  'object',
  'event_object',
  'object_object',
  'event_map_type',
  'object_map_type',
];

const tablesOfVersion1 = ['events', 'objects', 'relations'];

/** The tables of the database, by plain `select`. */
export class SqliteSource {
  readonly #database: DatabaseSync;
  readonly #tables: ReadonlyMap<string, string>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const names = database.prepare("select name from sqlite_master where type = 'table'").all();
    this.#tables = new Map(names.map((row) => [String(row['name']).toLowerCase(), String(row['name'])]));
  }

  /** Which version of OCEL the tables are. @throws ImportError where they are neither. */
  version(): 1 | 2 {
    const missing = neededTables.filter((name) => !this.#tables.has(name));
    if (missing.length === 0) return 2;
    if (tablesOfVersion1.every((name) => this.#tables.has(name))) return 1;
    const names = [...this.#tables.values()].slice(0, 20).join(', ') || 'no table';
    throw new ImportError(
      'sqlite-not-ocel',
      `this SQLite file is not OCEL: it has ${names}, and lacks ${missing.join(', ')}`,
    );
  }

  /** Name of the table as the database spells it, or undefined. */
  find(table: string): string | undefined {
    return this.#tables.get(table.toLowerCase());
  }

  names(prefix: string): string[] {
    return [...this.#tables.values()].filter((name) => name.toLowerCase().startsWith(prefix));
  }

  columns(table: string): { name: string; type: string }[] {
    return this.#database
      .prepare(`pragma table_info(${quoted(table)})`)
      .all()
      .map((row) => ({ name: String(row['name']), type: String(row['type']) }));
  }

  /** Rows in file order; columns as listed. Large whole numbers stay exact. */
  *rows(table: string, columns: readonly string[], withRowid = false): Generator<SQLOutputValue[]> {
    const known = new Set(this.columns(table).map((column) => column.name.toLowerCase()));
    const lacks = columns.find((column) => !known.has(column.toLowerCase()));
    if (lacks !== undefined)
      throw new ImportError('sqlite-not-ocel', `table ${table} has no column ${lacks}`);
    const statement = this.#database.prepare(
      `select ${withRowid ? 'rowid, ' : ''}${columns.map(quoted).join(', ')} from ${quoted(this.find(table)!)} order by ${this.#fileOrder(table)}`,
    );
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    yield* statement.iterate() as unknown as Iterable<SQLOutputValue[]>;
  }

  /** The same with the row's number after the first columns. */
  *numberedRows(
    table: string,
    first: readonly string[],
    then: readonly string[],
  ): Generator<SQLOutputValue[]> {
    const withRowid = this.#fileOrder(table) === 'rowid';
    let count = 0n;
    for (const row of this.rows(table, [...first, ...then], withRowid)) {
      const number = withRowid ? row.shift()! : ++count;
      yield [...row.slice(0, first.length), number, ...row.slice(first.length)];
    }
  }

  /** By row number; a table made `without rowid` has its key order. */
  #fileOrder(table: string): string {
    const sql = this.#database
      .prepare("select sql from sqlite_master where type = 'table' and lower(name) = ?")
      .get(table.toLowerCase())?.['sql'];
    return /without\s+rowid/i.test(String(sql)) ? '1' : 'rowid';
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
