/**
 * Forgets a connection with everything that came from it: for the sandbox company, when a real system takes its place.
 * Real ones are never forgotten so: they are paused or removed, and what they said stays.
 */
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';

/** How rows name the connection: an object, an order, a subject of problems and notices, or the connection itself. */
const ofObject = "starts_with(object_key, $1 || ':')";
const ofOrder = "starts_with(order_key, $1 || '/')";
const ofSubject = `(starts_with(subject_key, $1 || '/') or subject_key = 'connection/' || $1
  or starts_with(subject_key, 'object/' || $1 || ':'))`;
const ofConnection = 'connection = $1';

/** Every table that holds something of a connection, and which rows those are. Referring tables come first. */
export const forgotten: Readonly<Record<string, string>> = {
  deliveries: ofObject,
  object_dependents: `${ofObject} or starts_with(dependent_key, $1 || ':')`,
  object_marks: ofObject,
  match_claims: `${ofObject} or ${ofOrder}`,
  keys: ofObject,
  objects: ofObject,
  observations: ofObject,
  feed_rows: ofObject,
  feed_files: ofConnection,
  person_terms: ofObject,
  person_fields: ofObject,
  command_attempts: ofOrder,
  commands: ofOrder,
  order_marks: ofOrder,
  order_objects: `${ofOrder} or ${ofObject}`,
  facts: `${ofOrder} or ${ofConnection}`,
  open_items: ofOrder,
  order_returns: ofOrder,
  held_goods: ofOrder,
  photos: ofOrder,
  placed_answers: `${ofOrder} or ${ofConnection}`,
  declarations: ofOrder,
  desk_entries: ofOrder,
  order_accounts: ofOrder,
  account_postings: ofOrder,
  order_items: ofOrder,
  period_lines: ofOrder,
  archived_orders: ofOrder,
  order_states: ofOrder,
  notices: ofSubject,
  bulk_items: ofSubject,
  problems: ofSubject,
  sweep_cursors: ofConnection,
  connections: ofConnection,
};

/** What then belongs to nobody any more: keys of people without a field, jobs without an item. */
export const orphaned: Readonly<Record<string, string>> = {
  person_keys: `erased_at is null
    and not exists (select from person_fields f where f.customer_key = t.customer_key)
    and t.customer_key not in (select customer_key from person_terms)
    and t.customer_key not in (select customer_key from notices where customer_key is not null)`,
  // Made from the whole store: the next one is made without it.
  kept_reports: 'true',
  bulk_jobs: 'not exists (select from bulk_items i where i.job_id = t.job_id)',
};

/** What is nobody's in particular, made by people for all, or ends by itself. The audit trail forgets nothing. */
export const kept: readonly string[] = [
  'audit_entries', 'policy_values', 'leases', 'users', 'sessions', 'tokens', 'login_links', 'idempotent_requests',
  'notice_templates', 'second_factors', 'pins', 'user_identities', 'schema_migrations', 'teams', 'routing_rules', 'normal_rules',
  'opening_decisions', 'master_keys', 'period_packs', 'queue_floors',
]; // prettier-ignore

const deletions = Object.entries(forgotten).map(([table, rows]) =>
  statement<object, [string]>(
    `forget-${table.replaceAll('_', '-')}`,
    'list',
    `delete from ${table} where ${rows}`,
  ),
);
const tidyings = Object.entries(orphaned).map(([table, rows]) =>
  statement<object, []>(
    `forget-${table.replaceAll('_', '-')}`,
    'list',
    `delete from ${table} t where ${rows}`,
  ),
);

/** Deletes all rows of a connection in one transaction. */
export async function forgetConnection(db: Database, connection: string): Promise<void> {
  await db.transaction((tx) => forgetIn(tx, connection));
}

async function forgetIn(tx: Runner, connection: string): Promise<void> {
  for (const deletion of deletions) await tx.run(deletion, [connection]);
  for (const tidying of tidyings) await tx.run(tidying, []);
}
