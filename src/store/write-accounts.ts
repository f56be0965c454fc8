/** Accounts, their postings and the results of items, as folded: written with the order, in the same transaction. */
import type { ItemResult } from '../kernel/item-results.ts';
import type { Runner } from './database.ts';
import { defineReplace } from './replace-rows.ts';

export type AccountWrite = {
  readonly control: string;
  readonly unit: 'units' | 'money';
  /** Empty for units. */
  readonly currency: string;
  readonly left: number;
  readonly right: number;
  readonly unexplained: number;
  readonly rounding: number;
  readonly since?: string;
  readonly postings: readonly {
    readonly side: 'left' | 'right';
    readonly at: string;
    readonly amount: number;
    readonly sku?: string;
    readonly fact: string;
  }[];
};

export type ItemWrite = ItemResult & { readonly currency: string };

export type FinanceWrite = {
  readonly orderKey: string;
  readonly placedAt: string;
  readonly accounts: readonly AccountWrite[];
  readonly items: readonly ItemWrite[];
};

const replaceAccounts = defineReplace('order_accounts', ['order_key', 'control'], {
  order_key: 'text', control: 'text', unit: 'text', currency: 'text', left_sum: 'bigint', right_sum: 'bigint',
  unexplained: 'bigint', rounding: 'bigint', since_at: 'timestamptz',
}); // prettier-ignore

const replacePostings = defineReplace('account_postings', ['order_key', 'control', 'side', 'place'], {
  order_key: 'text', control: 'text', side: 'text', place: 'int', posted_at: 'timestamptz', amount: 'bigint',
  currency: 'text', sku: 'text', fact_id: 'text',
}); // prettier-ignore

const replaceItems = defineReplace('order_items', ['order_key', 'sku'], {
  order_key: 'text', sku: 'text', name: 'text', currency: 'text', placed_at: 'timestamptz', sold: 'bigint',
  received: 'bigint', restored: 'bigint', written_off: 'bigint', refunded: 'bigint', unshipped: 'bigint',
  gross_minor: 'bigint', tax_minor: 'bigint', refunded_minor: 'bigint', refunded_tax_minor: 'bigint',
  unit_cost_minor: 'bigint',
}); // prettier-ignore

/** Replaces what is there of these orders. `known` are those that may have rows. Run it in the fold's transaction. */
export async function writeFinance(
  tx: Runner,
  known: readonly string[],
  writes: readonly FinanceWrite[],
): Promise<void> {
  const accounts = writes.flatMap(({ orderKey, accounts: own }) => own.map((one) => ({ ...one, orderKey })));
  await replaceAccounts(tx, known, [
    accounts.map((one) => one.orderKey), accounts.map((one) => one.control), accounts.map((one) => one.unit),
    accounts.map((one) => one.currency), accounts.map((one) => one.left), accounts.map((one) => one.right),
    accounts.map((one) => one.unexplained), accounts.map((one) => one.rounding), accounts.map((one) => one.since ?? null),
  ]); // prettier-ignore
  const postings = accounts.flatMap(({ orderKey, control, currency, postings: own }) =>
    own.map((one, place) => ({ ...one, place, orderKey, control, currency })),
  );
  await replacePostings(tx, known, [
    postings.map((one) => one.orderKey), postings.map((one) => one.control), postings.map((one) => one.side),
    postings.map((one) => one.place), postings.map((one) => one.at), postings.map((one) => one.amount),
    postings.map((one) => one.currency), postings.map((one) => one.sku ?? null), postings.map((one) => one.fact),
  ]); // prettier-ignore
  const items = writes.flatMap(({ orderKey, placedAt, items: own }) => own.map((one) => ({ ...one, orderKey, placedAt })));
  await replaceItems(tx, known, [
    items.map((one) => one.orderKey), items.map((one) => one.sku), items.map((one) => one.name ?? null),
    items.map((one) => one.currency), items.map((one) => one.placedAt), items.map((one) => one.sold),
    items.map((one) => one.received), items.map((one) => one.restored), items.map((one) => one.writtenOff),
    items.map((one) => one.refunded), items.map((one) => one.unshipped), items.map((one) => one.gross),
    items.map((one) => one.tax), items.map((one) => one.refundedGross), items.map((one) => one.refundedTax),
    items.map((one) => one.unitCost ?? null),
  ]); // prettier-ignore
} // prettier-ignore
