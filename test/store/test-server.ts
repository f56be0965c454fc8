/**
 * The PostgreSQL of a test run, and the migrated template that every test database is a clone of.
 *
 * `npm test` starts one for the whole run (`test/global-setup.ts`) and tells the test files by two variables; a
 * file that is run alone starts its own.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../../src/store/database.ts';
import { distributeDatabase } from '../../src/store/distribute.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';
import { createClusterDatabase, everywhere, findCluster, sealTemplate } from './test-cluster.ts';

/** A server whose login may create databases, and the name of a migrated database on it. */
export const serverVariable = 'TEST_DATABASE_URL';
export const templateVariable = 'TEST_DATABASE_TEMPLATE';

export type TestServer = {
  readonly url: string;
  /** Migrated, and never written to: `create database … template` of it takes moments. */
  readonly template: string;
  stop(): Promise<void>;
};

/** The server of the run, or else one of our own in a temporary folder, or a template on the one that is named. */
export async function startTestServer(): Promise<TestServer> {
  const named = process.env[serverVariable] ?? '';
  const known = process.env[templateVariable] ?? '';
  if (named !== '' && known !== '') return { url: named, template: known, stop: async () => {} };
  const template = `reentry_template_${process.pid}_${randomBytes(4).toString('hex')}`;
  if (named !== '') {
    await makeTemplate(named, template);
    const stop = (): Promise<void> => dropDatabases(named, [template]);
    return { url: named, template, stop };
  }
  const folder = await mkdtemp(join(tmpdir(), 'reentry-test-'));
  // A crash may lose everything here, so nothing waits for the disk.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };
  const embedded = await startEmbeddedPostgres({ folder, settings });
  const stop = async (): Promise<void> => {
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeTemplate(embedded.url, template);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: embedded.url, template, stop };
}

async function makeTemplate(serverUrl: string, template: string): Promise<void> {
  const cluster = await findCluster(serverUrl);
  if (cluster !== undefined) await createClusterDatabase(serverUrl, template, cluster);
  else await administer(serverUrl, [`create database ${template} template template0 encoding 'UTF8'`]);
  const db = await openDatabase({ url: databaseUrl(serverUrl, template) });
  try {
    await migrateDatabase(db);
    if (cluster !== undefined) await distributeDatabase(db);
  } finally {
    await db.close();
  }
  if (cluster !== undefined) await sealTemplate(serverUrl, template);
}

/** A clone of a template, or of nothing with `template0`, on every machine where there are several. */
export async function createDatabase(serverUrl: string, name: string, from: string): Promise<void> {
  const cluster = await findCluster(serverUrl);
  if (cluster !== undefined && from === 'template0') return createClusterDatabase(serverUrl, name, cluster);
  // Copying files needs no write-ahead log of every page: an eighth of the time where nothing is synced.
  const sql = `create database ${name} template ${from} encoding 'UTF8' strategy file_copy`;
  await (cluster === undefined ? administer(serverUrl, [sql]) : everywhere(serverUrl, sql));
}

export async function dropDatabases(serverUrl: string, names: readonly string[]): Promise<void> {
  const drops = names.map((name) => `drop database if exists ${name} with (force)`);
  if ((await findCluster(serverUrl)) === undefined) return administer(serverUrl, drops);
  for (const drop of drops) await everywhere(serverUrl, drop);
}

/** Connection string of another database of the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs statements that no transaction can hold, one by one, on a connection of their own. */
export async function administer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}
