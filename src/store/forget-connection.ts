/**
 * Forgets a connection with everything that came from it: for the sandbox company, when a real system takes its place.
 * Real ones are never forgotten so: they are paused or removed, and what they said stays.
 */
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';

/** Tables by the column that names the connection, and how. Referring tables come first. */
const tables = [
  ...['deliveries', 'object_dependents', 'object_marks', 'match_claims', 'keys', 'objects', 'observations', 'person_fields'].map(
    (table) => ({ table, column: 'object_key', prefix: ':' }),
  ),
  ...['command_attempts', 'commands', 'order_marks', 'order_objects', 'facts', 'open_items', 'desk_entries', 'order_states'].map(
    (table) => ({ table, column: 'order_key', prefix: '/' }),
  ),
  { table: 'problems', column: 'subject_key', prefix: '/' },
  { table: 'sweep_cursors', column: 'connection', prefix: '' },
  { table: 'connections', column: 'connection', prefix: '' },
]; // prettier-ignore

const statements = tables.map(({ table, column, prefix }) => ({
  prefix,
  sql: statement<object, [string]>(
    `forget-${table.replaceAll('_', '-')}`,
    'list',
    prefix === ''
      ? `delete from ${table} where ${column} = $1`
      : `delete from ${table} where starts_with(${column}, $1)`,
  ),
}));

/** Deletes all rows of a connection in one transaction. */
export async function forgetConnection(db: Database, connection: string): Promise<void> {
  await db.transaction((tx) => forgetIn(tx, connection));
}

async function forgetIn(tx: Runner, connection: string): Promise<void> {
  for (const { prefix, sql } of statements) await tx.run(sql, [`${connection}${prefix}`]);
}
