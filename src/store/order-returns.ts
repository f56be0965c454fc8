/** Returns and goods on hold, as the fold derives them: what the desk lists over all orders. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';
import { stampSql } from './leases.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';
import { defineReplace } from './replace-rows.ts';

export type ReturnWrite = {
  readonly rma: string;
  readonly kind: 'return' | 'withdrawal';
  readonly stage: string;
  /** Instant in UTC. */
  readonly openedAt: string;
  /** `YYYY-MM-DD`. */
  readonly legalOn?: string;
  readonly isWithheld: boolean;
  readonly body: unknown;
};

export type HeldWrite = {
  readonly sku: string;
  /** Empty: without a return number. */
  readonly rma: string;
  readonly units: number;
  readonly since: string;
  readonly heldBy: 'desk' | 'erp';
  readonly body: unknown;
};

export type DeskWrite = {
  readonly orderKey: string;
  readonly returns: readonly ReturnWrite[];
  readonly held: readonly HeldWrite[];
};

const replaceReturns = defineReplace('order_returns', ['order_key', 'rma'], {
  order_key: 'text', rma: 'text', kind: 'text', stage: 'text', opened_at: 'timestamptz', legal_on: 'date',
  is_withheld: 'bool', body: 'jsonb',
}); // prettier-ignore

const replaceHeld = defineReplace('held_goods', ['order_key', 'sku', 'rma', 'held_by'], {
  order_key: 'text', sku: 'text', rma: 'text', held_by: 'text', units: 'bigint', since_at: 'timestamptz', body: 'jsonb',
}); // prettier-ignore

/** Replaces what is there of these orders. `known` are those that may have rows. Run it in the fold's transaction. */
export async function writeDesk(
  tx: Runner,
  known: readonly string[],
  writes: readonly DeskWrite[],
): Promise<void> {
  const returns = writes.flatMap(({ orderKey, returns: own }) => own.map((one) => ({ ...one, orderKey })));
  await replaceReturns(tx, known, [
    returns.map((one) => one.orderKey), returns.map((one) => one.rma), returns.map((one) => one.kind),
    returns.map((one) => one.stage), returns.map((one) => one.openedAt), returns.map((one) => one.legalOn ?? null),
    returns.map((one) => one.isWithheld), returns.map((one) => canonicalJson(one.body)),
  ]); // prettier-ignore
  const held = writes.flatMap(({ orderKey, held: own }) => own.map((one) => ({ ...one, orderKey })));
  await replaceHeld(tx, known, [
    held.map((one) => one.orderKey), held.map((one) => one.sku), held.map((one) => one.rma), held.map((one) => one.heldBy),
    held.map((one) => one.units), held.map((one) => one.since), held.map((one) => canonicalJson(one.body)),
  ]); // prettier-ignore
}

export type StoredReturn = {
  readonly orderKey: string;
  readonly number: string;
  readonly connection: string;
  readonly rma: string;
  readonly kind: 'return' | 'withdrawal';
  readonly stage: string;
  readonly openedAt: string;
  readonly legalOn: string | null;
  readonly isWithheld: boolean;
  readonly body: unknown;
};

const returnColumns = `r.order_key as "orderKey", s.number, s.connection, r.rma, r.kind, r.stage,
  r.opened_at as "openedAt", r.legal_on as "legalOn", r.is_withheld as "isWithheld", r.body`;

export type ReturnFilter = {
  readonly stages?: readonly string[];
  readonly kind?: 'return' | 'withdrawal';
  readonly cursor?: string;
  readonly limit?: number;
};

const listReturnsStatement = statement<
  StoredReturn & { readonly sortAt: string },
  [readonly string[] | null, string | null, string, string, string, number]
>(
  'list-order-returns',
  'list',
  `select ${returnColumns}, ${stampSql('r.opened_at')} as "sortAt"
   from order_returns r join order_states s on s.order_key = r.order_key
   where ($1::text[] is null or r.stage = any ($1)) and ($2::text is null or r.kind = $2)
     and (r.opened_at, r.order_key, r.rma) > ($3::timestamptz, $4, $5)
   order by r.opened_at, r.order_key, r.rma limit $6`,
);

/** Returns, oldest first: what waits longest is on top. */
export async function listReturns(db: Runner, filter: ReturnFilter): Promise<Page<StoredReturn>> {
  const [at = '-infinity', key = '', rma = ''] = readCursor(filter.cursor, 3) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listReturnsStatement, [
    filter.stages ?? null, filter.kind ?? null, String(at), String(key), String(rma), limit + 1,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.sortAt, row.orderKey, row.rma]);
}

const findReturnStatement = statement<StoredReturn, [string]>(
  'find-order-return',
  'list',
  `select ${returnColumns} from order_returns r join order_states s on s.order_key = r.order_key
   where r.rma = $1 order by r.order_key limit 20`,
);

/** Returns with this number; several only where two shops have equal order numbers. */
export async function findReturns(db: Runner, rma: string): Promise<readonly StoredReturn[]> {
  return db.run(findReturnStatement, [rma]);
}

export type StoredHeld = {
  readonly orderKey: string;
  readonly number: string;
  readonly sku: string;
  readonly rma: string;
  readonly units: number;
  readonly sinceAt: string;
  readonly heldBy: 'desk' | 'erp';
  readonly body: unknown;
};

const listHeldStatement = statement<
  StoredHeld & { readonly sortAt: string },
  [string, string, string, string, number]
>(
  'list-held-goods',
  'list',
  `select h.order_key as "orderKey", s.number, h.sku, h.rma, h.units, h.since_at as "sinceAt", h.held_by as "heldBy",
     h.body, ${stampSql('h.since_at')} as "sortAt"
   from held_goods h join order_states s on s.order_key = h.order_key
   where (h.since_at, h.order_key, h.sku, h.rma) > ($1::timestamptz, $2, $3, $4)
   order by h.since_at, h.order_key, h.sku, h.rma limit $5`,
);

/** The quarantine shelf, longest on hold first. */
export async function listHeld(
  db: Runner,
  filter: { readonly cursor?: string; readonly limit?: number },
): Promise<Page<StoredHeld>> {
  const [at = '-infinity', key = '', sku = '', rma = ''] = readCursor(filter.cursor, 4) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listHeldStatement, [
    String(at),
    String(key),
    String(sku),
    String(rma),
    limit + 1,
  ]);
  return toPage(rows, limit, (row) => [row.sortAt, row.orderKey, row.sku, row.rma]);
}
