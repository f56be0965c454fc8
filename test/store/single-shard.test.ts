/**
 * What is done per order goes to one shard: for every statement of folding, dispatching and answering, by its text, and
 * where the database is a Citus cluster by its plan.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { listStatements, type Database, type Statement } from '../../src/store/database.ts';
import { families } from '../../src/store/distribute.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const folder = join(import.meta.dirname, '../../src/store');

/** What absorb's second step, dispatch and the answer run for one order. */
const perOrder = [
  'claim-dirty-orders-one', 'list-state-versions', 'list-order-objects', 'list-desk-entries', 'list-commands',
  'list-subject-problems', 'upsert-order-states', 'retract-facts', 'upsert-facts', 'delete-open-items', 'upsert-open-items',
  'resolve-problems', 'upsert-problems', 'withdraw-commands', 'change-command-mode', 'insert-commands', 'confirm-commands', 'delete-order-returns',
  'delete-order-accounts', 'insert-order-accounts', 'delete-account-postings', 'insert-account-postings', 'delete-order-items',
  'insert-order-items', 'insert-order-returns', 'delete-held-goods', 'insert-held-goods', 'clear-order-marks', 'free-order-marks',
  'claim-commands-one', 'renew-command-lease', 'lock-command-settling', 'mark-command-sending', 'count-command-probe',
  'insert-command-attempt', 'list-archived-orders', 'delete-archived-order', 'end-command-attempt', 'note-command-outcome', 'settle-command', 'find-order-states', 'list-facts',
] as const; // prettier-ignore

type Declared = Statement<unknown, readonly unknown[]>;
let statements: ReadonlyMap<string, Declared>;
let db: Database;

before(async () => {
  for (const file of readdirSync(folder)) await import(join(folder, file));
  statements = new Map(listStatements().map((statement) => [statement.name, statement]));
  db = await databases.open();
});

const named = (name: string): Declared => {
  const found = statements.get(name);
  assert.ok(found !== undefined, `there is no statement ${name}`);
  return found;
};
const sqlOf = ({ one, sql }: Declared): string => one ?? sql;

const keyOf = new Map(families.flatMap(({ key, tables }) => tables.map((table) => [table, key] as const)));
const tablesIn = (sql: string): string[] =>
  [...sql.matchAll(/(?:from|join|into|update) ([a-z_]+)/g)].flatMap(([, table]) =>
    keyOf.has(table!) ? [table!] : [],
  );

test('every statement per order names one key, in every table that it touches', () => {
  for (const name of perOrder) {
    const sql = sqlOf(named(name));
    const tables = tablesIn(sql);
    assert.ok(tables.length > 0, `${name} touches no table of a family`);
    const groups = new Set(tables.map((table) => families.find((one) => one.tables.includes(table))!.group));
    assert.deepEqual([...groups], ['orders'], name);
    // `= $1`, one element of an array, or an array of one.
    const fixed = [...sql.matchAll(/(?:order_key|subject_key) = (?:\$1|any \(\$1\)|\(\$1::text\[\]\)\[1\])/g)]
      .length;
    const isValues = /^\s*insert into [a-z_]+(?: as [a-z])?\s*\([^)]*\)\s*values \(\(?\$1/.test(sql);
    const reads = tables.length - (/^\s*insert into/.test(sql) ? 1 : 0);
    assert.ok(isValues || fixed >= reads, `${name} does not say which order in each of ${tables.join(', ')}`);
    assert.doesNotMatch(sql, /using unnest|from unnest\(\$1/, `${name} finds its keys in rows`);
  }
});

const samples: Readonly<Record<string, string>> = {
  text: "'shop/1'", 'text[]': "array['shop/1']", uuid: "'00000000-0000-7000-8000-000000000001'",
  'uuid[]': "array['00000000-0000-7000-8000-000000000001'::uuid]", bytea: String.raw`'\x01'`, 'bytea[]': String.raw`array['\x01'::bytea]`,
  integer: '1', bigint: '1', smallint: '1', numeric: '1', 'double precision': '1', 'integer[]': 'array[1]', 'bigint[]': 'array[1::bigint]',
  'smallint[]': 'array[1::smallint]', boolean: 'true', 'boolean[]': 'array[true]', jsonb: "'{}'", 'jsonb[]': "array['{}'::jsonb]",
  date: "'2026-01-01'", 'date[]': "array['2026-01-01'::date]", interval: "'1 second'",
  'timestamp with time zone': "'2026-01-01Z'", 'timestamp with time zone[]': "array['2026-01-01Z'::timestamptz]",
}; // prettier-ignore

/** The plan of a statement for one made-up row. */
async function planOf(statement: Declared): Promise<string> {
  const client = await db.pool.connect();
  try {
    await client.query(`prepare planned as ${sqlOf(statement)}`);
    const { rows } = await client.query<{ types: string[] }>("select parameter_types::text[] as types from pg_prepared_statements where name = 'planned'"); // prettier-ignore
    const values = rows[0]!.types.map((type) => samples[type] ?? `null::${type}`);
    const call = values.length === 0 ? 'planned' : `planned(${values.join(', ')})`;
    const plan = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) execute ${call}`);
    return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('deallocate all');
    client.release();
  }
}

test('where the database is a cluster, their plans have one task', async (t) => {
  if (db.switches.batches || process.env['TEST_DATABASE_PATHS'] === 'plain') return t.skip('no cluster here');
  for (const name of perOrder) {
    const plan = await planOf(named(name));
    assert.match(plan, /Task Count: 1\n/, `${name}\n${plan}`);
    assert.doesNotMatch(plan, /pull to coordinator|Distributed Subplan/, `${name}\n${plan}`);
  }
});

test('where the database is a cluster, every other statement has a plan too', async (t) => {
  if (db.switches.batches || process.env['TEST_DATABASE_PATHS'] === 'plain') return t.skip('no cluster here');
  const refused: string[] = [];
  for (const statement of statements.values()) {
    // Locks rows in passing: never run there. Cursor texts of pages are read as ids.
    if (statement.name.endsWith('-many') || statement.name.startsWith('list-sealed-')) continue;
    await planOf(statement).catch((error: unknown) => refused.push(`${statement.name}: ${String(error)}`));
  }
  assert.deepEqual(refused, []);
});
