/** The database of a data folder, for the service and for commands that work beside it. */
import { join } from 'node:path';
import { openArchiveFiles } from '../files/archive-files.ts';
import { noAccelerators, openDatabase, type Database } from '../store/database.ts';
import { distributeAdded } from '../store/distribute.ts';
import { findRunningPostgres, startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import { checkSchema, migrateDatabase } from '../store/migrate.ts';
import { errors } from '../wire/errors.ts';
import { archiveFolder, type DataFolder } from './data-folder.ts';
import { oneLine, say } from './output.ts';

export type OpenStore = {
  readonly db: Database;
  /** Closes the pool, and stops the server if it was started for this. */
  close(): Promise<void>;
};

/**
 * Opens `DATABASE_URL`, or else the embedded PostgreSQL of the folder. `serve` starts it, owns it and brings the schema
 * up to date; `beside` uses the one that a running service owns, and starts it for a moment where none runs; `empty` is
 * for a restore and leaves the schema alone. Throws AppError `store-…`; beside a service of another version
 * `store-schema-newer` or `store-schema-missing`.
 */
export async function openStore(
  folder: Pick<DataFolder, 'postgres' | 'path'>,
  how: 'serve' | 'beside' | 'empty',
  /** What the server shows this process as, where it must be told apart from others. */
  applicationName?: string,
): Promise<OpenStore> {
  const given = process.env['DATABASE_URL'];
  const running = given ?? (how === 'beside' ? await findRunningPostgres(folder.postgres) : undefined);
  const server =
    running === undefined
      ? await startEmbeddedPostgres({
          folder: folder.postgres,
          onFailure: (error) =>
            say(oneLine(`postgres: ${error.message}. ${errors[error.code].todo} It is tried again.`)),
        })
      : undefined;
  let db: Database | undefined;
  const close = async (): Promise<void> => {
    await db?.close();
    await server?.stop();
  };
  try {
    // For databases that lack the accelerators and do not say so themselves.
    const isPlain = process.env['REENTRY_DATABASE_PATHS'] === 'plain';
    db = await openDatabase({
      url: running ?? server!.url,
      archive: openArchiveFiles(join(folder.path, archiveFolder)),
      ...(isPlain && { switches: noAccelerators }),
      ...(applicationName !== undefined && { applicationName }),
    });
    // Somebody else may work on it: a command must not migrate under a running service of an older version.
    const isShared = how === 'beside' && server === undefined;
    if (isShared && (await hasSchema(db))) await checkSchema(db);
    else if (how !== 'empty') {
      await migrateDatabase(db);
      await distributeAdded(db);
    }
    return { db, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function hasSchema(db: Database): Promise<boolean> {
  const { rows } = await db.pool.query<{ found: boolean }>(
    "select to_regclass('schema_migrations') is not null as found",
  );
  return rows[0]?.found === true;
}
