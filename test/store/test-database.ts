/**
 * Databases for tests: a fresh one per test, a clone of one migrated template, so opening one takes moments.
 *
 *   const databases = useTestDatabases();
 *   test('…', async () => {
 *     const db = await databases.open();
 *   });
 *
 * The server is that of the run, or one of the calling file alone: see `test-server.ts`. Databases are dropped when
 * the file has ended.
 */
import { randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { findCluster } from './test-cluster.ts';
import type { ArchiveFiles } from '../../src/store/archive.ts';
import { noAccelerators, openDatabase } from '../../src/store/database.ts';
import type { Database, StoreSwitches } from '../../src/store/database.ts';
import {
  createDatabase,
  databaseUrl,
  dropDatabases,
  startTestServer,
  type TestServer,
} from './test-server.ts';

/** `plain`: every database that no test opens otherwise is without the accelerators, as where several machines share it. */
export const pathsVariable = 'TEST_DATABASE_PATHS';

export type TestDatabases = {
  /** A fresh, migrated database; with `url` one more connection to a database that is already there. */
  open(switches?: StoreSwitches, url?: string, archive?: ArchiveFiles): Promise<Database>;
  /** A fresh database without any table. */
  openEmpty(archive?: ArchiveFiles): Promise<Database>;
  /** Connection string, with password, of a database opened here. */
  urlOf(db: Database): string;
};

let server: Promise<TestServer> | undefined;
let users = 0;

/** Registers the hooks that find or start the server before the tests of the calling file, and clean up after them. */
export function useTestDatabases(): TestDatabases {
  const prefix = `reentry_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  const names: string[] = [];
  const opened = new Map<Database, string>();
  // Memoized: a file's own `before` may open a database while this one is still under way.
  const prepare = (): Promise<TestServer> => (server ??= startTestServer());

  const create = async (from?: string): Promise<string> => {
    const { url, template } = await prepare();
    const name = `${prefix}_${names.length}`;
    names.push(name);
    await createDatabase(url, name, from ?? template);
    return databaseUrl(url, name);
  };

  const connect = async (
    url: string,
    switches?: StoreSwitches,
    archive?: ArchiveFiles,
  ): Promise<Database> => {
    const isPlain = process.env[pathsVariable] === 'plain' || (await findCluster(url)) !== undefined;
    // On a cluster there is no other way.
    const wanted = isPlain ? noAccelerators : switches;
    const db = await openDatabase({ url, ...(wanted !== undefined && { switches: wanted }), ...(archive !== undefined && { archive }) }); // prettier-ignore
    opened.set(db, url);
    return db;
  };

  users += 1;
  before(async () => void (await prepare()));

  after(async () => {
    users -= 1;
    try {
      await Promise.all([...opened.keys()].map(closeOnce));
      const { url } = await prepare();
      await dropDatabases(url, names);
    } finally {
      if (users === 0) {
        await (await server)?.stop();
        server = undefined;
      }
    }
  });

  return {
    open: async (switches, url, archive) => connect(url ?? (await create()), switches, archive),
    openEmpty: async (archive) => connect(await create('template0'), undefined, archive),
    urlOf: (db) => {
      const url = opened.get(db);
      if (url === undefined) throw new Error(`not a database of this test: ${db.name}`);
      return url;
    },
  };
}

/** A test may have closed its database itself. */
async function closeOnce(db: Database): Promise<void> {
  if (!db.pool.ended) await db.close();
}
