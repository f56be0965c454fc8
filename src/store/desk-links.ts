/**
 * What the desk ties together: return numbers that it gave, and records that a person put under an order. Inputs of
 * filing, as decisions are inputs of the fold.
 */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type DeskLink = { readonly orderKey: string; readonly rma: string };

const findDeskReturnsStatement = statement<DeskLink, [readonly string[]]>(
  'find-desk-returns',
  'list',
  `select distinct order_key as "orderKey", body ->> 'rma' as rma from desk_entries
   where kind = 'decision' and body ->> 'rma' = any ($1) order by 1, 2`,
);

/** Orders for which the desk gave these return numbers. */
export async function findDeskReturns(db: Runner, rmas: readonly string[]): Promise<readonly DeskLink[]> {
  return rmas.length === 0 ? [] : db.run(findDeskReturnsStatement, [rmas]);
}

/** Item of a claim that puts a whole record under an order. */
export const wholeRecord = 'order';

const listMatchedStatement = statement<
  { readonly objectKey: string; readonly orderKey: string },
  [readonly string[], string]
>(
  'list-matched-records',
  'batch',
  `select object_key as "objectKey", order_key as "orderKey" from match_claims
   where object_key = any ($1) and part = '' and item = $2 and released_at is null order by object_key`,
);

/** Orders under which people put these records, by record. */
export async function listMatchedRecords(
  db: Runner,
  objectKeys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (objectKeys.length === 0) return new Map();
  const rows = await db.run(listMatchedStatement, [objectKeys, wholeRecord]);
  return new Map(rows.map((row) => [row.objectKey, row.orderKey]));
}

const listMembersStatement = statement<{ readonly objectKey: string }, [readonly string[]]>(
  'list-members-of-orders',
  'order',
  'select object_key as "objectKey" from order_objects where order_key = any ($1) order by object_key',
);

/** Records that stand under some orders. */
export async function listMembers(db: Runner, orderKeys: readonly string[]): Promise<readonly string[]> {
  return orderKeys.length === 0
    ? []
    : (await db.run(listMembersStatement, [orderKeys])).map((row) => row.objectKey);
}
