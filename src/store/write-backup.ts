/**
 * An online backup: every table as it stood at one moment, while the service goes on working. Frames of the stream:
 *
 *   F {"name","bytes"}          a file of the data folder (base64)
 *   T {"table","columns"}       a table begins; D …  its rows as PostgreSQL's COPY text; E {"rows"}  it ends
 *   Z {"tables"}                the end: nothing is missing
 *
 * Tables come in an order in which foreign keys hold at every moment of the restore.
 */
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable, type Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { sealBackup } from './backup-file.ts';
import type { Database } from './database.ts';

export type BackupOptions = {
  readonly db: Database;
  /** `checkOf` the master key, so that the backup tells which one is its own. */
  readonly keyCheck: string;
  /** Version of Reentry. */
  readonly version: string;
  /** Files of the data folder by name; the master key only where the backup is encrypted. */
  readonly files: Iterable<readonly [string, Buffer]>;
  readonly passphrase?: string;
};

export type BackupSummary = { readonly madeAt: string; readonly tables: number; readonly rows: number };

/** Writes a backup to `out` and ends it. Throws what the database or `out` throws; then the file is not complete. */
export async function writeBackup(options: BackupOptions, out: Writable): Promise<BackupSummary> {
  const { db, keyCheck, version, files, passphrase } = options;
  const client = await db.pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ madeAt: string; schema: number }>(
      `select now() as "madeAt", (select max(version) from schema_migrations) as schema`,
    );
    const { madeAt, schema } = rows[0]!;
    const header = { madeAt, version, schema, keyCheck };
    const summary = { madeAt, tables: 0, rows: 0 };
    const gzip = createGzip({ level: 6 });
    await Promise.all([
      pipeline(Readable.from(listFrames(client, files, summary)), gzip),
      pipeline(Readable.from(sealBackup(header, gzip, passphrase)), out),
    ]);
    await client.query('commit');
    return summary;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

async function* listFrames(
  client: pg.PoolClient,
  files: Iterable<readonly [string, Buffer]>,
  summary: { tables: number; rows: number },
): AsyncGenerator<Buffer> {
  for (const [name, bytes] of files) yield frame('F', { name, bytes: bytes.toString('base64') });
  for (const { table, columns } of await listTables(client)) {
    yield frame('T', { table, columns });
    const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
    const rows = client.query(copyTo(`copy ${pg.escapeIdentifier(table)} (${list}) to stdout`));
    for await (const piece of rows as AsyncIterable<Buffer>) yield frameOf('D', piece);
    if (!rows.readableEnded) await once(rows, 'end');
    yield frame('E', { rows: rows.rowCount });
    summary.tables += 1;
    summary.rows += rows.rowCount;
  }
  yield frame('Z', { tables: summary.tables });
}

type Table = { readonly table: string; readonly columns: readonly string[] };

/** Our tables, those first that others refer to. */
async function listTables(client: pg.PoolClient): Promise<readonly Table[]> {
  const { rows } = await client.query<Table & { readonly needs: readonly string[] }>(
    `select c.relname as "table",
       array(select a.attname::text from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
             order by a.attnum) as columns,
       array(select distinct f.confrelid::regclass::text from pg_constraint f
             where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = current_schema() and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> 'schema_migrations'
     order by c.relname`,
  );
  const ordered: Table[] = [];
  const done = new Set<string>();
  while (ordered.length < rows.length) {
    const ready = rows.filter((row) => !done.has(row.table) && row.needs.every((need) => done.has(need)));
    if (ready.length === 0) throw new Error('foreign keys form a circle');
    for (const row of ready) {
      done.add(row.table);
      ordered.push({ table: row.table, columns: row.columns });
    }
  }
  return ordered;
}

const frame = (kind: string, body: unknown): Buffer => frameOf(kind, Buffer.from(JSON.stringify(body)));

function frameOf(kind: string, payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}
