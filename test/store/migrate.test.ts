/** Migrations go forward only, each in a transaction of its own. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { checkSchema, migrateDatabase, readMigrations } from '../../src/store/migrate.ts';
import { AppError } from '../../src/wire/errors.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();

const first = '-- Makes a table.\ncreate table apples (apple integer not null);\n';
const second = '-- Adds a column.\nalter table apples add column colour text;\n';

async function makeFolder(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reentry-migrations-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
}

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code;

async function listTables(db: Database): Promise<readonly string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1",
  );
  return rows.map((row) => row.name);
}

test('applies what is missing, in order, and nothing the second time', async (t) => {
  const db = await databases.openEmpty();
  const folder = await makeFolder(t, { '0001-apples.sql': first });
  assert.deepEqual(await migrateDatabase(db, folder), [1]);
  await writeFile(join(folder, '0002-colour.sql'), second);
  assert.deepEqual(await migrateDatabase(db, folder), [2]);
  assert.deepEqual(await migrateDatabase(db, folder), []);
  const { rows } = await db.pool.query('select version, name, note from schema_migrations order by version');
  assert.deepEqual(rows, [
    { version: 1, name: 'apples', note: 'Makes a table.' },
    { version: 2, name: 'colour', note: 'Adds a column.' },
  ]);
});

test('refuses a newer schema and touches nothing', async (t) => {
  const db = await databases.openEmpty();
  await migrateDatabase(db, await makeFolder(t, { '0001-apples.sql': first, '0002-colour.sql': second }));
  const older = await makeFolder(t, { '0001-apples.sql': first });
  await assert.rejects(migrateDatabase(db, older), hasCode('store-schema-newer'));
  await assert.rejects(checkSchema(db, older), hasCode('store-schema-newer'));
  assert.deepEqual(await listTables(db), ['apples', 'schema_migrations']);
});

test('refuses a migration that was changed after it was applied', async (t) => {
  const db = await databases.openEmpty();
  const folder = await makeFolder(t, { '0001-apples.sql': first });
  await migrateDatabase(db, folder);
  await writeFile(join(folder, '0001-apples.sql'), first.replace('integer', 'bigint'));
  await writeFile(join(folder, '0002-colour.sql'), second);
  await assert.rejects(migrateDatabase(db, folder), hasCode('store-migration-changed'));
  const { rows } = await db.pool.query('select version from schema_migrations');
  assert.deepEqual(rows, [{ version: 1 }]);
});

test('line ends of a checkout on Windows are no change', async (t) => {
  const db = await databases.openEmpty();
  const folder = await makeFolder(t, { '0001-apples.sql': first });
  await migrateDatabase(db, folder);
  await writeFile(join(folder, '0001-apples.sql'), first.replaceAll('\n', '\r\n'));
  assert.deepEqual(await migrateDatabase(db, folder), []);
});

test('rolls a failing migration back as a whole and keeps the ones before it', async (t) => {
  const db = await databases.openEmpty();
  const failing = '-- Fails in the middle.\ncreate table pears (pear integer);\nselect 1 / 0;\n';
  const folder = await makeFolder(t, { '0001-apples.sql': first, '0002-pears.sql': failing });
  await assert.rejects(
    migrateDatabase(db, folder),
    (error) =>
      hasCode('store-migration-failed')(error) && String((error as AppError).detail).includes('2 pears'),
  );
  assert.deepEqual(await listTables(db), ['apples', 'schema_migrations']);
  await writeFile(join(folder, '0002-pears.sql'), failing.replace('1 / 0', '1'));
  assert.deepEqual(await migrateDatabase(db, folder), [2]);
});

test('two that start at once apply each migration once', async () => {
  const left = await databases.openEmpty();
  const right = await databases.open(undefined, databases.urlOf(left));
  const applied = await Promise.all([migrateDatabase(left), migrateDatabase(right)]);
  const expected = (await readMigrations()).map((migration) => migration.version);
  assert.deepEqual(
    applied.flat().sort((a, b) => a - b),
    expected,
  );
});

test('says that a schema is missing, and is content with its own', async (t) => {
  const db = await databases.openEmpty();
  await assert.rejects(checkSchema(db), hasCode('store-schema-missing'));
  assert.deepEqual(await listTables(db), [], 'a mere check makes no table');
  const folder = await makeFolder(t, { '0001-apples.sql': first });
  await migrateDatabase(db, folder);
  await checkSchema(db, folder);
});

test('refuses gaps in the numbers and files that do not say why', async (t) => {
  const gap = await makeFolder(t, { '0001-apples.sql': first, '0003-colour.sql': second });
  await assert.rejects(readMigrations(gap), /expected 0002/);
  const silent = await makeFolder(t, { '0001-apples.sql': 'select 1;\n' });
  await assert.rejects(readMigrations(silent), /comment that says why/);
});

test('released migrations say what they are for in their first line', async () => {
  for (const { name, note, sql } of await readMigrations()) {
    assert.ok(note.length > 20, `${name}: ${note}`);
    assert.doesNotMatch(sql, /^\s*(?:begin|commit|rollback)\s*;/im, name);
  }
});
