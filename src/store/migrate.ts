/**
 * Brings a database to the schema of this version: numbered SQL files, forward only, each in a transaction of its own.
 *
 *   await migrateDatabase(db);   // → versions that were applied now
 *
 * A file is `migrations/NNNN-name.sql`, starts with a comment that says why, and is never edited once released.
 * Two processes that start at once queue on a lock of the migration table itself, so no advisory lock is needed.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../wire/errors.ts';
import type { Database } from './database.ts';

export type Migration = {
  readonly version: number;
  readonly name: string;
  /** First comment of the file. */
  readonly note: string;
  readonly sql: string;
  /** SHA-256 of the SQL, hex. */
  readonly checksum: string;
};

const defaultFolder = join(import.meta.dirname, '..', '..', 'migrations');
const namePattern = /^(\d{4})-([a-z0-9-]+)\.sql$/;

const createTable = `
  create table if not exists schema_migrations (
    version integer not null,
    name text not null,
    note text not null,
    checksum text not null,
    applied_at timestamptz not null default now(),
    constraint schema_migrations_pkey primary key (version)
  )`;

/** The migrations of a folder, in order. Throws when numbers have gaps, a name is wrong or a note is missing. */
export async function readMigrations(folder: string = defaultFolder): Promise<readonly Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()) {
    const match = namePattern.exec(file);
    const version = Number(match?.[1]);
    if (match === null || version !== migrations.length + 1) {
      throw new Error(
        `migration ${file}: expected ${String(migrations.length + 1).padStart(4, '0')}-name.sql`,
      );
    }
    const sql = await readFile(join(folder, file), 'utf8');
    const note = /^-- (.+)/.exec(sql)?.[1];
    if (note === undefined)
      throw new Error(`migration ${file}: the first line must be a comment that says why`);
    const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
    migrations.push({ version, name: match[2]!, note, sql, checksum });
  }
  return migrations;
}

/**
 * Applies what is missing, up to version `through`, and returns the versions applied. Throws AppError: `store-schema-newer` (nothing was
 * touched), `store-migration-changed`, `store-migration-failed` (rolled back; earlier ones stay).
 */
export async function migrateDatabase(
  db: Database,
  folder?: string,
  through = Infinity,
): Promise<readonly number[]> {
  const migrations = await readMigrations(folder);
  const applied: number[] = [];
  await ensureTable(db);
  for (const migration of migrations) {
    if (migration.version > through) break;
    if (await applyMigration(db, migrations, migration)) applied.push(migration.version);
  }
  return applied;
}

/** Throws unless the database has exactly this version's schema: `store-schema-missing` or `store-schema-newer`. */
export async function checkSchema(db: Database, folder?: string): Promise<void> {
  const migrations = await readMigrations(folder);
  const { rows: tables } = await db.pool.query(
    "select to_regclass('schema_migrations') is not null as found",
  );
  const known = tables[0]?.['found'] === true ? await listApplied(db.pool) : [];
  checkApplied(migrations, known);
  if (known.length < migrations.length) {
    throw new AppError('store-schema-missing', { detail: `has ${known.length}, needs ${migrations.length}` });
  }
}

/** unique_violation, duplicate_table, duplicate_object */
const madeMeanwhile = ['23505', '42P07', '42710'];

async function ensureTable(db: Database): Promise<void> {
  try {
    await db.pool.query(createTable);
  } catch (error) {
    // "if not exists" is no protection against another session creating it, or the type of its rows, at the same moment.
    if (error instanceof Error && 'code' in error && madeMeanwhile.includes(String(error.code))) return;
    throw error;
  }
}

async function applyMigration(
  db: Database,
  all: readonly Migration[],
  migration: Migration,
): Promise<boolean> {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await client.query('lock table schema_migrations in share row exclusive mode');
    const known = await listApplied(client);
    checkApplied(all, known);
    if (known.some((row) => row.version === migration.version)) {
      await client.query('rollback');
      return false;
    }
    try {
      await client.query(migration.sql);
    } catch (cause) {
      throw new AppError('store-migration-failed', {
        detail: `${migration.version} ${migration.name}: ${String(cause)}`,
        cause,
      });
    }
    await client.query('insert into schema_migrations (version, name, note, checksum) values ($1, $2, $3, $4)', [
      migration.version, migration.name, migration.note, migration.checksum,
    ]); // prettier-ignore
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

type Applied = { readonly version: number; readonly name: string; readonly checksum: string };

async function listApplied(client: Pick<Database['pool'], 'query'>): Promise<readonly Applied[]> {
  const { rows } = await client.query<Applied>(
    'select version, name, checksum from schema_migrations order by version',
  );
  return rows;
}

function checkApplied(all: readonly Migration[], known: readonly Applied[]): void {
  for (const row of known) {
    const migration = all.find((one) => one.version === row.version);
    if (migration === undefined) {
      throw new AppError('store-schema-newer', {
        detail: `schema ${row.version}, this Reentry knows ${all.length}`,
      });
    }
    if (migration.checksum !== row.checksum) {
      throw new AppError('store-migration-changed', { detail: `${row.version} ${row.name}` });
    }
  }
}
