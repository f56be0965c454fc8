/** The live catalog keeps the rules at the head of the first migration: names, kinds of columns, leading keys. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { constraintCodes } from '../../src/store/constraint-codes.ts';
import type { Database } from '../../src/store/database.ts';
import { families, referenceTables as smallTables } from '../../src/store/distribute.ts';
import { useTestDatabases } from './test-database.ts';

const referenceTables = new Set(smallTables);
/** The column by which each table can be distributed; one that stands nowhere fails the test. */
const familyOf = new Map(families.flatMap(({ key, tables }) => tables.map((table) => [table, key] as const)));

type Column = { readonly table: string; readonly column: string; readonly type: string };
type Constraint = {
  readonly table: string;
  readonly name: string;
  /** As in pg_constraint: `p u f c`; `i` is a unique index without a constraint. */
  readonly kind: string;
  readonly columns: readonly string[];
  readonly target: string | null;
  readonly targetColumns: readonly string[] | null;
};

const databases = useTestDatabases();
let db: Database;
let columns: readonly Column[];
let constraints: readonly Constraint[];

before(async () => {
  db = await databases.open();
  columns = (
    await db.pool.query<Column>(
      `select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type
       from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0
         and not a.attisdropped
       order by c.relname, a.attnum`,
    )
  ).rows;
  constraints = (
    await db.pool.query<Constraint>(
      `select c.relname as "table", k.conname as name, k.contype::text as kind,
         (select array_agg(a.attname::text order by n.place) from unnest(k.conkey) with ordinality as n (attnum, place)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.attnum) as columns,
         t.relname as target,
         (select array_agg(a.attname::text order by n.place) from unnest(k.confkey) with ordinality as n (attnum, place)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.attnum) as "targetColumns"
       from pg_constraint k join pg_class c on c.oid = k.conrelid left join pg_class t on t.oid = k.confrelid
       where k.connamespace = 'public'::regnamespace and k.contype in ('p', 'u', 'f', 'c', 'x')
       union all
       select c.relname, i.relname, 'i',
         (select array_agg(a.attname::text order by n.place) from unnest(x.indkey::int2[]) with ordinality as n (attnum, place)
          join pg_attribute a on a.attrelid = x.indrelid and a.attnum = n.attnum), null, null
       from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
       where x.indisunique and i.relnamespace = 'public'::regnamespace
         and not exists (select from pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
       order by 1, 2`,
    )
  ).rows;
});

const tables = (): readonly string[] => [...new Set(columns.map((column) => column.table))];

test('every table belongs to a family or is a reference table', () => {
  const unknown = tables().filter((table) => !familyOf.has(table) && !referenceTables.has(table));
  assert.deepEqual(unknown, []);
  const missing = [...familyOf.keys(), ...referenceTables].filter((table) => !tables().includes(table));
  assert.deepEqual(missing, []);
});

test('tables are plural, and all names are snake_case', () => {
  const isSnake = (name: string): boolean => /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name);
  assert.deepEqual(
    tables().filter((table) => !isSnake(table) || !table.endsWith('s')),
    [],
  );
  assert.deepEqual(
    columns.filter(({ column }) => !isSnake(column)),
    [],
  );
});

test('instants and only instants end in _at and know their zone', () => {
  const isWrong = ({ column, type }: Column): boolean =>
    column.endsWith('_at') !== (type === 'timestamp with time zone') ||
    type === 'timestamp without time zone';
  assert.deepEqual(columns.filter(isWrong), []);
});

test('dates end in _on, sums of money in _minor and are whole', () => {
  const isWrong = ({ column, type }: Column): boolean =>
    column.endsWith('_on') !== (type === 'date') || (column.endsWith('_minor') && type !== 'bigint');
  assert.deepEqual(columns.filter(isWrong), []);
  assert.deepEqual(
    columns.filter(({ type }) => ['real', 'double precision', 'money'].includes(type)),
    [],
  );
});

test('every constraint is named after its table and kind', () => {
  const ends: Readonly<Record<string, RegExp>> = {
    p: /_pkey$/,
    u: /_key$/,
    i: /_key$/,
    f: /_fkey$/,
    c: /_check$/,
  };
  const isWrong = ({ table, name, kind }: Constraint): boolean =>
    ends[kind]?.test(name) !== true || !name.startsWith(`${table}_`.replace(/s_$/, ''));
  assert.deepEqual(constraints.filter(isWrong), []);
});

test('the codes and the catalog name the same constraints', () => {
  assert.deepEqual(
    Object.keys(constraintCodes).sort(),
    [...new Set(constraints.map(({ name }) => name))].sort(),
  );
});

test('the key of the family leads every primary key, unique constraint and foreign key', () => {
  const isWrong = ({ table, kind, columns: own, targetColumns }: Constraint): boolean => {
    const key = familyOf.get(table);
    if (key === undefined || kind === 'c') return false;
    return own[0] !== key || (targetColumns !== null && targetColumns[0] !== key);
  };
  assert.deepEqual(constraints.filter(isWrong), []);
});

test('no foreign key leaves its family', () => {
  const isWrong = ({ table, target }: Constraint): boolean =>
    target !== null && familyOf.get(table) !== familyOf.get(target);
  assert.deepEqual(constraints.filter(isWrong), []);
});

test('every table has a primary key', () => {
  const keyed = new Set(constraints.filter(({ kind }) => kind === 'p').map(({ table }) => table));
  assert.deepEqual(
    tables().filter((table) => !keyed.has(table)),
    [],
  );
});

test('there are no triggers, sequences, functions or views', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    // What an extension brings along is not ours.
    `select t.tgname::text as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal and c.relnamespace = 'public'::regnamespace
     union all
     select relname::text from pg_class
     where relnamespace = 'public'::regnamespace and relkind not in ('r', 'i') and oid not in (select objid from pg_depend where deptype = 'e')
     union all
     select proname::text from pg_proc where pronamespace = 'public'::regnamespace`,
  );
  assert.deepEqual(rows, []);
});
