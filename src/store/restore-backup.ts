/**
 * Restoring a backup into an empty database. The whole file is read and checked first; only then anything is written,
 * in one transaction, at the schema the backup was made with, which is then brought up to date.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { AppError } from '../wire/errors.ts';
import { openBackup, readBackupHeader, type BackupHeader } from './backup-file.ts';
import type { Database } from './database.ts';
import { migrateDatabase, readMigrations } from './migrate.ts';

export type CheckedBackup = {
  readonly path: string;
  readonly passphrase: string | undefined;
  readonly header: BackupHeader;
  /** Files of the data folder that came along, without those of folders in it. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly tables: number;
  readonly rows: number;
};

/** Rows that must not come back to life: who was logged in then, and who held what. */
const transient = ['sessions', 'login_links', 'leases'];

type Frame = { readonly kind: string; readonly payload: Buffer };

/**
 * Reads a backup from its first to its last byte and touches nothing. Throws AppError `path-not-found`,
 * `backup-damaged`, `backup-passphrase-missing`, `backup-passphrase-wrong`, `backup-newer`.
 */
export async function checkBackup(path: string, passphrase: string | undefined): Promise<CheckedBackup> {
  const header = await readBackupHeader(path);
  const known = (await readMigrations()).length;
  if (header.schema > known)
    throw new AppError('backup-newer', { detail: `schema ${header.schema}, this Reentry knows ${known}` });
  const files = new Map<string, Buffer>();
  let [tables, rows] = [0, 0];
  let isWhole = false;
  for await (const { kind, payload } of readFrames(path, passphrase)) {
    if (isWhole) throw new AppError('backup-damaged', { detail: `${path}: more after its end` });
    if (kind === 'F') {
      const file = parse<{ name: string; bytes: string }>(payload, path);
      if (!file.name.includes('/')) files.set(file.name, Buffer.from(file.bytes, 'base64'));
    } else if (kind === 'E') {
      tables += 1;
      rows += parse<{ rows: number }>(payload, path).rows;
    } else if (kind === 'Z') isWhole = parse<{ tables: number }>(payload, path).tables === tables;
  }
  if (!isWhole) throw new AppError('backup-damaged', { detail: `${path}: its end is missing` });
  return { path, passphrase, header, files, tables, rows };
}

/** Throws AppError `restore-target-used` unless the database is empty. */
export async function checkTarget(db: Database): Promise<void> {
  const { rows } = await db.pool.query("select 1 from pg_class where oid = to_regclass('schema_migrations')");
  if (rows.length > 0) throw new AppError('restore-target-used', { detail: db.name });
}

/**
 * Fills an empty database from a checked backup. After a failure nothing but empty tables is left. `onFile` gets what lay
 * in folders of the data folder, file by file.
 */
export async function restoreBackup(
  db: Database,
  backup: CheckedBackup,
  onFile: (name: string, bytes: Buffer) => void = () => {},
): Promise<void> {
  await checkTarget(db);
  await migrateDatabase(db, undefined, backup.header.schema);
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await copyTables(client, backup, onFile);
    for (const table of transient) await client.query(`delete from ${pg.escapeIdentifier(table)}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
  await migrateDatabase(db);
  await db.pool.query('analyze');
}

async function copyTables(
  client: pg.PoolClient,
  { path, passphrase }: CheckedBackup,
  onFile: (name: string, bytes: Buffer) => void,
): Promise<void> {
  const frames = readFrames(path, passphrase);
  for (let next = await frames.next(); next.done !== true; next = await frames.next()) {
    if (next.value.kind === 'F') {
      const { name, bytes } = parse<{ name: string; bytes: string }>(next.value.payload, path);
      if (name.includes('/')) onFile(name, Buffer.from(bytes, 'base64'));
    }
    if (next.value.kind !== 'T') continue;
    const { table, columns } = parse<{ table: string; columns: readonly string[] }>(next.value.payload, path);
    const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
    const copy = client.query(copyFrom(`copy ${pg.escapeIdentifier(table)} (${list}) from stdin`));
    let rows = 0;
    await pipeline(
      Readable.from(rowsOf(frames, (ended) => (rows = parse<{ rows: number }>(ended, path).rows))),
      copy,
    );
    if (copy.rowCount !== rows)
      throw new AppError('backup-damaged', {
        detail: `${path}: ${copy.rowCount} of ${rows} rows of ${table}`,
      });
  }
}

/** COPY text of one table, up to the frame that ends it. */
async function* rowsOf(
  frames: AsyncGenerator<Frame>,
  onEnd: (payload: Buffer) => void,
): AsyncGenerator<Buffer> {
  for (let next = await frames.next(); next.done !== true; next = await frames.next()) {
    if (next.value.kind === 'E') {
      onEnd(next.value.payload);
      return;
    }
    yield next.value.payload;
  }
}

async function* readFrames(path: string, passphrase: string | undefined): AsyncGenerator<Frame> {
  const source = Readable.from(openBackup(path, passphrase));
  const gunzip = createGunzip();
  // `pipe` does not carry errors over; a damaged chunk must reach who reads.
  source.on('error', (error) => gunzip.destroy(error));
  let pending = Buffer.alloc(0);
  try {
    for await (const piece of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      pending = Buffer.concat([pending, piece]);
      while (pending.length >= 5) {
        const end = 5 + pending.readUInt32BE(1);
        if (pending.length < end) break;
        yield { kind: pending.toString('latin1', 0, 1), payload: pending.subarray(5, end) };
        pending = pending.subarray(end);
      }
    }
  } catch (error) {
    if (error instanceof AppError || !(error instanceof Error && 'code' in error)) throw error;
    throw String(error.code).startsWith('Z_')
      ? new AppError('backup-damaged', { detail: path, cause: error })
      : error;
  }
  if (pending.length > 0) throw new AppError('backup-damaged', { detail: `${path}: cut off` });
}

function parse<T>(payload: Buffer, path: string): T {
  try {
    return JSON.parse(payload.toString('utf8')) as T;
  } catch (cause) {
    throw new AppError('backup-damaged', { detail: path, cause });
  }
}
