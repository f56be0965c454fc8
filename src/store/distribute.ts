/**
 * Spreads the tables over the workers of a Citus cluster: each family by its key (docs/adr/store-two-families.md), small
 * tables whole on every worker. Same schema, same statements; what is distributed already stays as it is.
 *
 *   await distributeDatabase(db);   // → tables distributed now
 */
import { AppError } from '../wire/errors.ts';
import type { Database } from './database.ts';

/**
 * Tables by the column that spreads them, those that others refer to first. Those of one group lie together: rows of
 * equal keys on one worker, so that they can be joined and written in one transaction there.
 */
export const families: readonly { readonly key: string; readonly group: string; readonly tables: readonly string[] }[] = [
  { key: 'object_key', group: 'objects', tables: ['observations', 'objects', 'object_dependents', 'object_marks', 'deliveries', 'match_claims', 'feed_rows'] },
  { key: 'order_key', group: 'orders', tables: [
    'order_states', 'order_marks', 'order_objects', 'facts', 'open_items', 'commands', 'command_attempts', 'desk_entries',
    'order_returns', 'held_goods', 'photos', 'placed_answers', 'order_accounts', 'account_postings', 'order_items', 'period_lines',
    'archived_orders',
  ] },
  { key: 'subject_key', group: 'orders', tables: ['problems', 'notices'] },
  { key: 'term_hash', group: 'terms', tables: ['keys', 'person_terms'] },
  { key: 'chain', group: 'chains', tables: ['audit_entries'] },
  { key: 'declaration_id', group: 'declarations', tables: ['declarations'] },
  { key: 'customer_key', group: 'customers', tables: ['person_keys', 'person_fields'] },
]; // prettier-ignore

/** Small, and read everywhere; those that others refer to first. */
export const referenceTables: readonly string[] = [
  'schema_migrations', 'connections', 'policy_values', 'sweep_cursors', 'leases', 'users', 'sessions', 'tokens', 'login_links',
  'second_factors', 'pins', 'user_identities', 'idempotent_requests', 'feed_files', 'notice_templates', 'teams', 'routing_rules',
  'normal_rules', 'opening_decisions', 'bulk_jobs', 'bulk_items', 'master_keys', 'kept_reports', 'period_packs',
  'queue_floors',
]; // prettier-ignore

const listDistributed =
  "select logicalrelid::text as name from pg_dist_partition where partmethod in ('h', 'n')";

/** Tables that are distributed; undefined where the database is no Citus at all. */
async function findDistributed(db: Pick<Database, 'pool'>): Promise<ReadonlySet<string> | undefined> {
  const { rows } = await db.pool.query<{ found: boolean }>(
    "select exists (select from pg_extension where extname = 'citus') as found",
  );
  if (rows[0]?.found !== true) return undefined;
  const { rows: names } = await db.pool.query<{ name: string }>(listDistributed);
  return new Set(names.map((row) => row.name));
}

/** Does this database spread its orders over several machines? Then batches and row locks in passing are not for it. */
export async function isDistributed(db: Pick<Database, 'pool'>): Promise<boolean> {
  return (await findDistributed(db))?.has('order_states') === true;
}

/** Distributes every table that is not; returns their names. Throws AppError `store-not-citus`. */
export async function distributeDatabase(db: Pick<Database, 'pool' | 'name'>): Promise<readonly string[]> {
  const known = await findDistributed(db);
  if (known === undefined) throw new AppError('store-not-citus', { detail: db.name });
  const done: string[] = [];
  const distribute = async (table: string, call: string, args: readonly string[]): Promise<void> => {
    if (known.has(table)) return;
    await db.pool.query(`select ${call}`, [...args]);
    done.push(table);
  };
  const firstOf = new Map<string, string>();
  for (const { key, group, tables } of families) {
    for (const table of tables) {
      const first = firstOf.get(group);
      if (first === undefined) {
        firstOf.set(group, table);
        await distribute(table, "create_distributed_table($1, $2, colocate_with => 'none')", [table, key]);
      } else {
        await distribute(table, 'create_distributed_table($1, $2, colocate_with => $3)', [table, key, first]);
      }
    }
  }
  for (const table of referenceTables) await distribute(table, 'create_reference_table($1)', [table]);
  return done;
}

/** After a migration: what it added to a distributed database is distributed too. */
export async function distributeAdded(db: Pick<Database, 'pool' | 'name'>): Promise<void> {
  if (await isDistributed(db)) await distributeDatabase(db);
}
