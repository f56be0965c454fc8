/**
 * Databases for tests: one PostgreSQL server per test process, a fresh database per test.
 *
 *   const databases = useTestDatabases();
 *   test('…', async () => {
 *     const db = await databases.open();
 *   });
 *
 * The server is the embedded one in a temporary folder, or the one that TEST_DATABASE_URL names (whose login must be
 * allowed to create databases). Every database is a clone of one migrated template, so opening one takes moments.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import pg from 'pg';
import { openDatabase } from '../../src/store/database.ts';
import type { Database, StoreSwitches } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';

export type TestDatabases = {
  /** A fresh, migrated database; with `url` one more connection to a database that is already there. */
  open(switches?: StoreSwitches, url?: string): Promise<Database>;
  /** A fresh database without any table. */
  openEmpty(): Promise<Database>;
  /** Connection string, with password, of a database opened here. */
  urlOf(db: Database): string;
};

type TestServer = {
  readonly url: string;
  stop(): Promise<void>;
};

let server: Promise<TestServer> | undefined;
let users = 0;

/** Registers the hooks that start the server before the tests of the calling file and stop it after them. */
export function useTestDatabases(): TestDatabases {
  const prefix = `reentry_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;
  const names: string[] = [];
  const opened = new Map<Database, string>();
  let serverUrl = '';

  const urlFor = (name: string): string => {
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return url.href;
  };

  const create = async (from: string): Promise<string> => {
    await prepare();
    const name = `${prefix}_${names.length}`;
    names.push(name);
    await administer(serverUrl, [`create database ${name} template ${from} encoding 'UTF8'`]);
    return urlFor(name);
  };

  const connect = async (url: string, switches?: StoreSwitches): Promise<Database> => {
    const db = await openDatabase({ url, ...(switches === undefined ? {} : { switches }) });
    opened.set(db, url);
    return db;
  };

  // Memoized: a file's own `before` may open a database while this one is still under way.
  let preparing: Promise<void> | undefined;
  const prepare = (): Promise<void> => (preparing ??= makeTemplate());
  const makeTemplate = async (): Promise<void> => {
    serverUrl = (await (server ??= startServer())).url;
    names.push(template);
    await administer(serverUrl, [`create database ${template} template template0 encoding 'UTF8'`]);
    const db = await openDatabase({ url: urlFor(template) });
    try {
      await migrateDatabase(db);
    } finally {
      await db.close();
    }
  };

  users += 1;
  before(prepare);

  after(async () => {
    users -= 1;
    try {
      await Promise.all([...opened.keys()].map(closeOnce));
      // The embedded server's go with its folder; each drop would cost a checkpoint.
      if (process.env['TEST_DATABASE_URL'])
        await administer(
          serverUrl,
          names.map((name) => `drop database if exists ${name} with (force)`),
        );
    } finally {
      if (users === 0) {
        await (await server)?.stop();
        server = undefined;
      }
    }
  });

  return {
    open: async (switches, url) => connect(url ?? (await create(template)), switches),
    openEmpty: async () => connect(await create('template0')),
    urlOf: (db) => {
      const url = opened.get(db);
      if (url === undefined) throw new Error(`not a database of this test: ${db.name}`);
      return url;
    },
  };
}

async function startServer(): Promise<TestServer> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url !== undefined && url !== '') return { url, stop: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'reentry-test-'));
  // A crash may lose everything here, so nothing waits for the disk.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };
  const embedded = await startEmbeddedPostgres({ folder, settings });
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs statements that no transaction can hold, one by one, on a connection of their own. */
async function administer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const sql of statements) await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A test may have closed its database itself. */
async function closeOnce(db: Database): Promise<void> {
  if (!db.pool.ended) await db.close();
}
