/** What people did about an order. A decision is input of the fold; comments and assignments are history. */
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { newId } from './ids.ts';
import { canonicalJson } from './json-text.ts';
import { markOrders } from './marks.ts';

export type NewDeskEntry = {
  readonly orderKey: string;
  /** `decision comment assignment snooze note …` */
  readonly kind: string;
  readonly problemId?: string;
  readonly madeBy: string;
  readonly body: unknown;
};

const insertDeskEntry = statement<object, [string, string, string, string | null, string, string]>(
  'insert-desk-entry',
  'order',
  `insert into desk_entries (order_key, entry_id, kind, problem_id, made_by, body)
   values ($1, $2, $3, $4, $5, $6::jsonb)`,
);

/** Appends an entry and marks the order to be folded; returns the entry's id. Entries are never changed. */
export async function appendDeskEntry(db: Database, entry: NewDeskEntry): Promise<string> {
  return db.transaction((tx) => appendDeskEntryIn(tx, entry));
}

/** As `appendDeskEntry`, within a transaction that holds more. */
export async function appendDeskEntryIn(tx: Runner, entry: NewDeskEntry): Promise<string> {
  const id = newId();
  await tx.run(insertDeskEntry, [
    entry.orderKey, id, entry.kind, entry.problemId ?? null, entry.madeBy, canonicalJson(entry.body),
  ]); // prettier-ignore
  await markOrders(tx, [entry.orderKey]);
  return id;
}
