/** Forgetting a connection leaves nothing of it, whatever tables later migrations brought: the live catalog says which. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import { forgetConnection, forgotten, kept, orphaned } from '../../src/store/forget-connection.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();

async function listTables(db: Database): Promise<readonly string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1",
  );
  return rows.map((row) => row.name);
}

test('every table is forgotten with a connection, tidied up after it, or kept on purpose', async () => {
  const known = [...Object.keys(forgotten), ...Object.keys(orphaned), ...kept];
  assert.deepEqual(known.toSorted(), await listTables(await databases.open()));
});

/** What a column says in a row of the connection `name`. */
function valueOf(column: string, type: string, name: string): unknown {
  const texts: Readonly<Record<string, string>> = {
    object_key: `${name}:order/1`, dependent_key: `${name}:order/1`, order_key: `${name}/1`, subject_key: `${name}/1`,
    connection: name, customer_key: `customer of ${name}`,
  }; // prettier-ignore
  if (texts[column] !== undefined) return texts[column];
  if (type === 'uuid') return `00000000-0000-7000-8000-00000000000${name.length}`;
  if (type === 'bytea') return Buffer.from(name);
  if (type === 'jsonb' || type.endsWith('[]')) return '{}';
  if (type === 'boolean') return false;
  if (type.startsWith('timestamp')) return '2026-11-02T08:00:00Z';
  return /int/.test(type) ? 1 : `text of ${name}`;
}

test('all rows of one connection go, and none of another', async () => {
  const db = await databases.open();
  const run = async (sql: string): Promise<void> => void (await db.pool.query(sql));
  // Only which rows are deleted is looked at: any value will do elsewhere.
  const { rows: constraints } = await db.pool.query<{ table: string; name: string }>(
    `select c.relname as "table", k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.connamespace = 'public'::regnamespace and k.contype in ('c', 'f')`,
  );
  for (const { table, name } of constraints) await run(`alter table ${table} drop constraint ${pg.escapeIdentifier(name)}`); // prettier-ignore
  const tables = [...Object.keys(forgotten), ...Object.keys(orphaned)];
  for (const table of tables) {
    const { rows: columns } = await db.pool.query<{ name: string; type: string }>(
      `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped
         and (attnotnull or attname in ('order_key', 'customer_key')) and attname <> 'erased_at'`,
      [table],
    );
    for (const name of ['gone', 'stays']) {
      // A problem of a record of the connection, beside that of an order.
      const isOfRecord = (column: string): boolean =>
        table === 'problems' && column === 'subject_key' && name === 'gone';
      const values = columns.map((column) => (isOfRecord(column.name) ? 'object/gone:order/1' : valueOf(column.name, column.type, name))); // prettier-ignore
      const places = columns.map((column, index) => `$${index + 1}::${column.type}`);
      await db.pool.query(`insert into ${table} (${columns.map((column) => column.name).join(', ')}) values (${places.join(', ')})`, values); // prettier-ignore
    }
  }
  await forgetConnection(db, 'gone');
  for (const table of tables) {
    const { rows } = await db.pool.query<{ all: string }>(`select t::text as all from ${table} t`);
    assert.equal(rows.length, table === 'kept_reports' ? 0 : 1, `${table}: ${JSON.stringify(rows)}`);
  }
});
