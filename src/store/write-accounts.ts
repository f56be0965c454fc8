/** Accounts, their postings and the results of items, as folded: written with the order, in the same transaction. */
import type { ItemResult } from '../kernel/item-results.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { rowsBesideState } from './rows-beside-state.ts';

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

type Texts = readonly (string | null)[];
type Numbers = readonly (number | null)[];

const deleteAccounts = statement<object, [readonly string[]]>(
  'delete-order-accounts',
  'batch',
  'delete from order_accounts where order_key = any ($1)',
);
const deletePostings = statement<object, [readonly string[]]>(
  'delete-account-postings',
  'batch',
  'delete from account_postings where order_key = any ($1)',
);
const deleteItems = statement<object, [readonly string[]]>(
  'delete-order-items',
  'batch',
  'delete from order_items where order_key = any ($1)',
);

const accountArrays = `$2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
     $9::timestamptz[]`;
const postingArrays = `$2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::bigint[], $7::text[], $8::text[],
     $9::text[]`;
const itemArrays = `$2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[],
     $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
     $16::bigint[]`;

const insertAccounts = statement<object, [Texts, Texts, Texts, Texts, Numbers, Numbers, Numbers, Numbers, Texts]>(
  'insert-order-accounts',
  'batch',
  `insert into order_accounts (order_key, control, unit, currency, left_sum, right_sum, unexplained, rounding, since_at)
   select * from unnest($1::text[], ${accountArrays})`,
  `insert into order_accounts (order_key, control, unit, currency, left_sum, right_sum, unexplained, rounding, since_at)
   ${rowsBesideState(accountArrays)}`,
); // prettier-ignore

const insertPostings = statement<object, [Texts, Texts, Texts, Numbers, Texts, Numbers, Texts, Texts, Texts]>(
  'insert-account-postings',
  'batch',
  `insert into account_postings (order_key, control, side, place, posted_at, amount, currency, sku, fact_id)
   select * from unnest($1::text[], ${postingArrays})`,
  `insert into account_postings (order_key, control, side, place, posted_at, amount, currency, sku, fact_id)
   ${rowsBesideState(postingArrays)}`,
);

const insertItems = statement<
  object,
  [Texts, Texts, Texts, Texts, Texts, Numbers, Numbers, Numbers, Numbers, Numbers, Numbers, Numbers, Numbers, Numbers,
    Numbers, Numbers]
>(
  'insert-order-items',
  'batch',
  `insert into order_items (order_key, sku, name, currency, placed_at, sold, received, restored, written_off, refunded,
     unshipped, gross_minor, tax_minor, refunded_minor, refunded_tax_minor, unit_cost_minor)
   select * from unnest($1::text[], ${itemArrays})`,
  `insert into order_items (order_key, sku, name, currency, placed_at, sold, received, restored, written_off, refunded,
     unshipped, gross_minor, tax_minor, refunded_minor, refunded_tax_minor, unit_cost_minor)
   ${rowsBesideState(itemArrays)}`,
); // prettier-ignore

/** Replaces what is there of these orders. `known` are those that may have rows. Run it in the fold's transaction. */
export async function writeFinance(
  tx: Runner,
  known: readonly string[],
  writes: readonly FinanceWrite[],
): Promise<void> {
  if (known.length > 0) {
    await tx.run(deleteAccounts, [known]);
    await tx.run(deletePostings, [known]);
    await tx.run(deleteItems, [known]);
  }
  const accounts = writes.flatMap(({ orderKey, accounts: own }) => own.map((one) => ({ ...one, orderKey })));
  if (accounts.length > 0)
    await tx.run(insertAccounts, [
      accounts.map((one) => one.orderKey), accounts.map((one) => one.control), accounts.map((one) => one.unit),
      accounts.map((one) => one.currency), accounts.map((one) => one.left), accounts.map((one) => one.right),
      accounts.map((one) => one.unexplained), accounts.map((one) => one.rounding), accounts.map((one) => one.since ?? null),
    ]); // prettier-ignore
  const postings = accounts.flatMap(({ orderKey, control, currency, postings: own }) =>
    own.map((one, place) => ({ ...one, place, orderKey, control, currency })),
  );
  if (postings.length > 0)
    await tx.run(insertPostings, [
      postings.map((one) => one.orderKey), postings.map((one) => one.control), postings.map((one) => one.side),
      postings.map((one) => one.place), postings.map((one) => one.at), postings.map((one) => one.amount),
      postings.map((one) => one.currency), postings.map((one) => one.sku ?? null), postings.map((one) => one.fact),
    ]); // prettier-ignore
  const items = writes.flatMap(({ orderKey, placedAt, items: own }) => own.map((one) => ({ ...one, orderKey, placedAt })));
  if (items.length > 0)
    await tx.run(insertItems, [
      items.map((one) => one.orderKey), items.map((one) => one.sku), items.map((one) => one.name ?? null),
      items.map((one) => one.currency), items.map((one) => one.placedAt), items.map((one) => one.sold),
      items.map((one) => one.received), items.map((one) => one.restored), items.map((one) => one.writtenOff),
      items.map((one) => one.refunded), items.map((one) => one.unshipped), items.map((one) => one.gross),
      items.map((one) => one.tax), items.map((one) => one.refundedGross), items.map((one) => one.refundedTax),
      items.map((one) => one.unitCost ?? null),
    ]); // prettier-ignore
} // prettier-ignore
