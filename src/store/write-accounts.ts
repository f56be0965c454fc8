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

type Columns = Readonly<Record<string, 'text' | 'bigint' | 'int' | 'timestamptz'>>;
type Value = string | number | null;
type Rows = readonly (readonly Value[])[];

/** Makes the rows of some orders in one table those given, column by column. `known`: orders that may have rows. */
type Replace = (tx: Runner, known: readonly string[], columns: Rows) => Promise<void>;

/**
 * Declares the statements for one table. What differs goes, what lacks comes, and what is as it should be is not touched: most
 * folds change no account, and each row written anew leaves a dead one. `keys` are the columns of the primary key, the
 * order's first.
 */
function defineReplace(table: string, keys: readonly string[], columns: Columns): Replace {
  const names = Object.keys(columns);
  const arrays = (from: number, of = Object.values(columns)): string =>
    of.map((type, index) => `$${index + from}::${type}[]`).join(', ');
  const all = (alias: string, of: readonly string[]): string =>
    of.map((name) => `${alias}.${name}`).join(', ');
  const isSame = (left: string, right: string): string =>
    keys.map((key) => `${left}.${key} = ${right}.${key}`).join(' and ');
  const rest = names.filter((name) => !keys.includes(name));
  const statementName = table.replaceAll('_', '-');

  const insert = `insert into ${table} (${names.join(', ')})`;
  const deleteChanged = statement<object, [readonly string[], ...Rows]>(
    `delete-changed-${statementName}`,
    'batch',
    `delete from ${table} t where t.order_key = any ($1)
       and not exists (select from unnest(${arrays(2)}) as n (${names.join(', ')})
         where ${isSame('n', 't')} and (${all('n', rest)}) is not distinct from (${all('t', rest)}))`,
  );
  const insertLacking = statement<object, Rows>(
    `insert-lacking-${statementName}`,
    'batch',
    `${insert} select n.* from unnest(${arrays(1)}) as n (${names.join(', ')})
       left join lateral (select true as is_there from ${table} t where ${isSame('t', 'n')} offset 0) as h on true
     where h.is_there is null`,
  );
  const deleteAll = statement<object, [readonly string[]]>(
    `delete-${statementName}`,
    'batch',
    `delete from ${table} where order_key = any ($1)`,
  );
  const insertAll = statement<object, Rows>(
    `insert-${statementName}`,
    'batch',
    `${insert} select * from unnest(${arrays(1)})`,
    `${insert} ${rowsBesideState(arrays(2, Object.values(columns).slice(1)))}`,
  );
  return async (tx, known, rows) => {
    // Order by order, for a distributed database, without a look: plain statements go to one shard.
    const looks = known.length > 0 && tx.switches.batches;
    if (looks) await tx.run(deleteChanged, [known, ...rows]);
    else if (known.length > 0) await tx.run(deleteAll, [known]);
    if (rows[0]!.length > 0) await tx.run(looks ? insertLacking : insertAll, rows);
  };
}

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
