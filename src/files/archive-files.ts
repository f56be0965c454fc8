/**
 * Files of the archive: Parquet, one row per state, fact or content of a record, sorted by order.
 *
 *   const files = openArchiveFiles('/var/lib/reentry/archive');
 *   const name = await files.write(rows);            // durable, and read back
 *   await files.read(name, { orders: ['shop/1'] });
 *
 * They are ordinary Parquet: `select * from 'archive/*.parquet' where order_key = 'shop/1'` in DuckDB shows an order.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ArchivedRow, ArchiveQuery } from '../wire/archived-row.ts';
import { sqlText, type DuckdbLimits } from './with-duckdb.ts';

const columns = ['order_key', 'part', 'object_key', 'id', 'head', 'body'] as const;
const valuesOf = (row: ArchivedRow): readonly string[] => [
  row.orderKey,
  row.part,
  row.objectKey,
  row.id,
  row.head,
  row.body,
];
/** A file holds a page of orders; more is only read. */
const limits: DuckdbLimits = { memoryMb: 400, threads: 1 };
const namePattern = /^[0-9a-f]{32}\.parquet$/;
/** Rows of a group: what a look for one order reads. */
const groupRows = 2048;

export function openArchiveFiles(folder: string) {
  const pathOf = (file: string): string => {
    if (!namePattern.test(file)) throw new Error(`no name of a file of the archive: ${file}`);
    return join(folder, file);
  };
  return {
    /** Named after its content: writing the same rows again gives the same file. */
    async write(rows: readonly ArchivedRow[]): Promise<string> {
      const sorted = [...rows].sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));
      const hash = hashOf(sorted);
      const file = `${hash.slice(0, 32)}.parquet`;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const partial = join(folder, `.${file}.partial`);
      await run((connection) => writeParquet(connection, sorted, partial));
      await sync(partial);
      const back = await run((connection) => readParquet(connection, partial, ''));
      if (hashOf(back) !== hash) throw new Error(`${partial} does not hold what was written`);
      await rename(partial, pathOf(file));
      await sync(folder);
      return file;
    },
    async read(file: string, query: ArchiveQuery): Promise<readonly ArchivedRow[]> {
      const [column, keys] = 'orders' in query ? ['order_key', query.orders] : ['object_key', query.records];
      const where = `where ${column} in (${keys.map(sqlText).join(', ')})`;
      return run((connection) => readParquet(connection, pathOf(file), where));
    },
    async list(): Promise<readonly string[]> {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      return names.filter((name) => namePattern.test(name)).sort();
    },
    remove: (file: string): Promise<void> => rm(pathOf(file), { force: true }),
  };
}

const placeOf = ({ orderKey, part, objectKey, id }: ArchivedRow): string =>
  [orderKey, part, objectKey, id].join('\n');

function hashOf(rows: readonly ArchivedRow[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(JSON.stringify(valuesOf(row)));
  return hash.digest('hex');
}

/** Loaded when it is first needed: most processes never look into the archive. */
async function run<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { withDuckdb } = await import('./with-duckdb.ts');
  for await (const result of withDuckdb(limits, async function* (connection) {
    yield await use(connection);
  }))
    return result;
  throw new Error('nothing came back');
}

async function writeParquet(
  connection: DuckDBConnection,
  rows: readonly ArchivedRow[],
  path: string,
): Promise<void> {
  await connection.run(
    `create table rows (place integer, ${columns.map((name) => `${name} varchar`).join(', ')})`,
  );
  const appender = await connection.createAppender('rows');
  for (const [place, row] of rows.entries()) {
    appender.appendInteger(place);
    for (const value of valuesOf(row)) appender.appendVarchar(value);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(
    `copy (select ${columns.join(', ')} from rows order by place) to ${sqlText(path)} (format parquet, compression zstd, row_group_size ${groupRows})`,
  );
}

async function readParquet(
  connection: DuckDBConnection,
  path: string,
  where: string,
): Promise<ArchivedRow[]> {
  const reader = await connection.runAndReadAll(
    `select ${columns.join(', ')} from read_parquet(${sqlText(path)}, file_row_number = true) ${where} order by file_row_number`,
  );
  return (reader.getRows() as string[][]).map(
    ([orderKey, part, objectKey, id, head, body]) =>
      ({ orderKey, part, objectKey, id, head, body }) as ArchivedRow,
  );
}

/** Only what the disk has is there after the power went. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
