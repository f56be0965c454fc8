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

export type NewDecision = {
  readonly orderKey: string;
  /** Made before, because the facts carry it; the same entry is stored once. */
  readonly entryId: string;
  readonly madeBy: string;
  readonly body: object;
  /** Idempotency key of the request, with who sent it. */
  readonly request?: string;
  /** Stored in the same transaction. */
  readonly also?: (tx: Runner) => Promise<void>;
  /** How many decisions there were when this one was made. */
  readonly seen: number;
};

export type StoredDecision =
  | { readonly is: 'stored'; readonly entryId: string }
  /** The same request was stored before: its entry. */
  | { readonly is: 'repeated'; readonly entryId: string; readonly body: unknown }
  /** Somebody decided meanwhile: look again. */
  | { readonly is: 'overtaken' };

const countDecisions = statement<{ readonly count: number }, [string]>(
  'count-decisions',
  'order',
  `select count(*) as count from desk_entries
   where order_key = $1 and kind = 'decision' and coalesce(body ->> 'type', '') <> 'customer.told'`,
);

const findByRequest = statement<{ readonly entryId: string; readonly body: unknown }, [string, string]>(
  'find-decision-by-request',
  'order',
  `select entry_id as "entryId", body from desk_entries
   where order_key = $1 and kind = 'decision' and body ->> 'request' = $2`,
);

/**
 * Appends a decision, unless it is there already or somebody was faster. The order's mark is taken first: of several
 * decisions on one order at once each waits for the one before and then sees it.
 */
export async function appendDecision(db: Database, decision: NewDecision): Promise<StoredDecision> {
  const { orderKey, entryId, madeBy, request, seen } = decision;
  return db.transaction(async (tx): Promise<StoredDecision> => {
    await markOrders(tx, [orderKey]);
    if (request !== undefined) {
      const [before] = await tx.run(findByRequest, [orderKey, request]);
      if (before !== undefined) return { is: 'repeated', ...before };
    }
    const [row] = await tx.run(countDecisions, [orderKey]);
    if (row!.count !== seen) return { is: 'overtaken' };
    const body = canonicalJson({ ...decision.body, ...(request !== undefined && { request }) });
    await tx.run(insertDeskEntry, [orderKey, entryId, 'decision', null, madeBy, body]);
    await decision.also?.(tx);
    return { is: 'stored', entryId };
  });
}
