/** Accounts over all orders: what each check holds open, and in which orders. Sums are exact, per currency. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { stampSql } from './leases.ts';
import { listFacts } from './order-inputs.ts';
import { pageLimit, readCursor, toPage, type Page } from './page.ts';

export type AccountSums = {
  readonly control: string;
  readonly unit: 'units' | 'money';
  /** Empty for units. */
  readonly currency: string;
  readonly left: number;
  readonly right: number;
  readonly orders: number;
  /** Orders that hold more than rounding, and those that hold nothing else. */
  readonly openOrders: number;
  readonly roundedOrders: number;
  /** Open left and open right apart, so that one does not hide the other. */
  readonly openLeft: number;
  readonly openRight: number;
  readonly unexplained: number;
  readonly oldestAt: string | null;
};

const sumAccountsStatement = statement<AccountSums, []>(
  'sum-accounts',
  'list',
  `select control, unit, currency, sum(left_sum)::bigint as left, sum(right_sum)::bigint as right, count(*) as orders,
     count(*) filter (where left_sum <> right_sum and rounding = 0) as "openOrders",
     count(*) filter (where rounding <> 0) as "roundedOrders",
     coalesce(sum(left_sum - right_sum) filter (where left_sum > right_sum), 0)::bigint as "openLeft",
     coalesce(sum(right_sum - left_sum) filter (where right_sum > left_sum), 0)::bigint as "openRight",
     coalesce(sum(abs(unexplained)), 0)::bigint as unexplained,
     min(since_at) filter (where left_sum <> right_sum and rounding = 0) as "oldestAt"
   from order_accounts group by control, unit, currency order by unit, control, currency`,
);

/** Every account by check and currency. */
export async function sumAccounts(db: Runner): Promise<readonly AccountSums[]> {
  return db.run(sumAccountsStatement, []);
}

export type OpenAccount = {
  readonly orderKey: string;
  readonly number: string;
  readonly control: string;
  readonly unit: 'units' | 'money';
  readonly currency: string;
  readonly left: number;
  readonly right: number;
  readonly unexplained: number;
  readonly rounding: number;
  readonly sinceAt: string | null;
  /** Open items of this check: code, amount, first instant at which it is late. */
  readonly items: readonly {
    readonly code: string;
    readonly minor: number | null;
    readonly dueAt: string | null;
  }[];
};

export type OpenAccountFilter = {
  readonly controls?: readonly string[];
  readonly currency?: string;
  /** Shop (or ERP) says more, or the other side does. */
  readonly side?: 'left' | 'right';
  readonly isUnexplained?: boolean;
  /** Only what is rounding; left out or false: only what is more. */
  readonly isRounding?: boolean;
  readonly cursor?: string;
  readonly limit?: number;
};

const listOpenStatement = statement<
  OpenAccount & { readonly sortAt: string },
  [
    readonly string[] | null,
    string | null,
    string | null,
    boolean | null,
    string,
    string,
    string,
    number,
    boolean,
  ]
>(
  'list-open-accounts',
  'list',
  `select a.order_key as "orderKey", s.number, a.control, a.unit, a.currency, a.left_sum as left, a.right_sum as right,
     a.unexplained, a.rounding, a.since_at as "sinceAt", ${stampSql('a.since_at')} as "sortAt",
     coalesce((select jsonb_agg(jsonb_build_object('code', i.side, 'minor', i.amount_minor,
         'dueAt', to_char(i.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by i.since_at, i.item_id)
       from open_items i where i.order_key = a.order_key and i.control = a.control), '[]') as items
   from order_accounts a join order_states s on s.order_key = a.order_key
   where a.left_sum <> a.right_sum and (a.rounding <> 0) = $9::bool and ($1::text[] is null or a.control = any ($1)) and ($2::text is null or a.currency = $2)
     and ($3::text is null or (a.left_sum > a.right_sum) = ($3 = 'left'))
     and ($4::bool is null or (a.unexplained <> 0) = $4)
     and (a.since_at, a.order_key, a.control) > ($5::timestamptz, $6, $7)
   order by a.since_at, a.order_key, a.control limit $8`,
);

/** Orders that hold a balance, open longest first. */
export async function listOpenAccounts(db: Runner, filter: OpenAccountFilter): Promise<Page<OpenAccount>> {
  const [at = '-infinity', key = '', control = ''] = readCursor(filter.cursor, 3) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listOpenStatement, [
    filter.controls ?? null, filter.currency ?? null, filter.side ?? null, filter.isUnexplained ?? null, String(at), String(key),
    String(control), limit + 1, filter.isRounding ?? false,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.sortAt, row.orderKey, row.control]);
}

export type StoredPosting = {
  readonly side: 'left' | 'right';
  readonly at: string;
  readonly amount: number;
  readonly fact: string;
  readonly type: string | null;
  readonly system: string | null;
  readonly connection: string | null;
  readonly record: string | null;
  readonly body: unknown;
};

const listPostingsStatement = statement<StoredPosting, [string, string]>(
  'list-account-postings',
  'order',
  `select p.side, p.posted_at as at, p.amount, p.fact_id as fact, f.type, f.system, f.connection, f.object_key as record, f.body
   from account_postings p left join facts f on f.order_key = p.order_key and f.fact_id = p.fact_id
   where p.order_key = $1 and p.control = $2 order by p.posted_at, p.side, p.place`,
);

/** Postings of one account with the records behind them, oldest first. */
export async function listPostings(
  db: Runner,
  orderKey: string,
  control: string,
): Promise<readonly StoredPosting[]> {
  const rows = await db.run(listPostingsStatement, [orderKey, control]);
  if (rows.every((row) => row.type !== null)) return rows;
  // The order is archived, and the facts behind its postings with it.
  const facts = new Map((await listFacts(db, orderKey)).map((fact) => [fact.factId, fact]));
  return rows.map((row) => {
    const fact = row.type === null ? facts.get(row.fact) : undefined;
    if (fact === undefined) return row;
    const { system, connection } = fact.body as { readonly system: string; readonly connection: string };
    return { ...row, type: fact.type, system, connection, record: fact.objectKey, body: fact.body };
  });
}

export type OrphanMoney = {
  readonly subjectKey: string;
  readonly problemId: string;
  readonly code: string;
  readonly currency: string;
  readonly body: unknown;
  readonly openedAt: string;
};

const listOrphansStatement = statement<
  OrphanMoney & { readonly sortAt: string },
  [string | null, string, string, number]
>(
  'list-orphan-money',
  'list',
  `select subject_key as "subjectKey", problem_id as "problemId", code, currency, body, opened_at as "openedAt",
     ${stampSql('opened_at')} as "sortAt"
   from problems
   where resolved_at is null and code in ('orphan-object', 'ambiguous-order') and currency is not null
     and ($1::text is null or currency = $1) and (opened_at, subject_key) > ($2::timestamptz, $3)
   order by opened_at, subject_key limit $4`,
);

/** Records of money that no order claims, oldest first. */
export async function listOrphanMoney(
  db: Runner,
  filter: { readonly currency?: string; readonly cursor?: string; readonly limit?: number },
): Promise<Page<OrphanMoney>> {
  const [at = '-infinity', key = ''] = readCursor(filter.cursor, 2) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listOrphansStatement, [
    filter.currency ?? null,
    String(at),
    String(key),
    limit + 1,
  ]);
  return toPage(rows, limit, (row) => [row.sortAt, row.subjectKey]);
}

export type OpenRefund = {
  readonly orderKey: string;
  readonly number: string;
  readonly control: string;
  readonly minor: number;
  readonly sinceAt: string;
};

const listOpenRefundsStatement = statement<OpenRefund, [string, string, number]>(
  'list-open-refunds',
  'list',
  `select a.order_key as "orderKey", s.number, a.control, a.left_sum - a.right_sum as minor, a.since_at as "sinceAt"
   from order_accounts a join order_states s on s.order_key = a.order_key
   where a.control in ('refund-settled', 'refund-paid-out') and a.left_sum > a.right_sum and a.currency = $1
     and a.since_at >= $2::timestamptz
   order by a.since_at desc limit $3`,
);

/** Refunds that wait for their money, newest first: what a payment without an order may belong to. */
export async function listOpenRefunds(
  db: Runner,
  filter: { readonly currency: string; readonly since: string; readonly limit: number },
): Promise<readonly OpenRefund[]> {
  return db.run(listOpenRefundsStatement, [filter.currency, filter.since, filter.limit]);
}
