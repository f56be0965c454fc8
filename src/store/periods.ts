/**
 * Months of money accounts: what stood open when one began, what it moved, what was carried forward, and packs of it that
 * one person prepared and another signed. A pack never changes; what later facts changed is compared with it.
 */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { canonicalJson } from './json-text.ts';

export type PeriodSums = {
  readonly control: string;
  readonly currency: string;
  /** Left less right of everything before the period. */
  readonly opening: number;
  readonly left: number;
  readonly right: number;
  readonly closing: number;
};

const sumPeriodStatement = statement<PeriodSums, [string, string]>(
  'sum-period',
  'list',
  `with posted as (
     select control, currency, side, posted_at, case side when 'left' then amount else -amount end as signed, amount
     from account_postings where currency <> '' and posted_at < $2::timestamptz
   )
   select control, currency, coalesce(sum(signed) filter (where posted_at < $1::timestamptz), 0)::bigint as opening,
     coalesce(sum(amount) filter (where posted_at >= $1::timestamptz and side = 'left'), 0)::bigint as left,
     coalesce(sum(amount) filter (where posted_at >= $1::timestamptz and side = 'right'), 0)::bigint as right,
     coalesce(sum(signed), 0)::bigint as closing
   from posted group by control, currency order by control, currency`,
);

/** Every money account over a period: instants from (inclusive) and to (exclusive). */
export async function sumPeriod(db: Runner, from: string, to: string): Promise<readonly PeriodSums[]> {
  return db.run(sumPeriodStatement, [from, to]);
}

export type PeriodOpen = {
  readonly orderKey: string;
  readonly number: string;
  readonly control: string;
  readonly currency: string;
  readonly balance: number;
  /** Last posting before the end. */
  readonly lastAt: string;
  /** As it stands now: null where it was settled since. */
  readonly code: string | null;
  readonly unexplained: number;
  readonly balanceNow: number;
};

const listPeriodOpenStatement = statement<PeriodOpen, [string]>(
  'list-period-open',
  'list',
  `with open as (
     select order_key, control, currency, sum(case side when 'left' then amount else -amount end)::bigint as balance,
       max(posted_at) as last_at
     from account_postings where currency <> '' and posted_at < $1::timestamptz
     group by order_key, control, currency having sum(case side when 'left' then amount else -amount end) <> 0
   )
   select o.order_key as "orderKey", s.number, o.control, o.currency, o.balance, o.last_at as "lastAt",
     (select i.side from open_items i where i.order_key = o.order_key and i.control = o.control order by i.since_at, i.item_id limit 1) as code,
     case when a.left_sum - a.right_sum = o.balance then a.unexplained else 0 end as unexplained,
     coalesce(a.left_sum - a.right_sum, 0)::bigint as "balanceNow"
   from open o join order_states s on s.order_key = o.order_key
   left join order_accounts a on a.order_key = o.order_key and a.control = o.control
   order by o.currency, abs(o.balance) desc, o.order_key, o.control`,
);

/** What stood open at the end of a period, order by order, largest first. */
export async function listPeriodOpen(db: Runner, to: string): Promise<readonly PeriodOpen[]> {
  return db.run(listPeriodOpenStatement, [to]);
}

export type PeriodLine = {
  readonly orderKey: string;
  readonly control: string;
  readonly currency: string;
  readonly left: number;
  readonly right: number;
};

const movedSql = `select order_key, control, currency,
    coalesce(sum(amount) filter (where side = 'left'), 0)::bigint as left_minor,
    coalesce(sum(amount) filter (where side = 'right'), 0)::bigint as right_minor
  from account_postings where currency <> '' and posted_at >= $1::timestamptz and posted_at < $2::timestamptz
  group by order_key, control, currency`;

const listMovedStatement = statement<PeriodLine, [string, string]>(
  'list-period-moved',
  'list',
  `with moved as (${movedSql})
   select order_key as "orderKey", control, currency, left_minor as left, right_minor as right
   from moved order by order_key, control, currency`,
);

/** What each order moved within a period. */
export async function listPeriodMoved(db: Runner, from: string, to: string): Promise<readonly PeriodLine[]> {
  return db.run(listMovedStatement, [from, to]);
}

const insertLinesStatement = statement<
  object,
  [
    string,
    number,
    readonly string[],
    readonly string[],
    readonly string[],
    readonly number[],
    readonly number[],
  ]
>(
  'insert-period-lines',
  'batch',
  `insert into period_lines (period, revision, order_key, control, currency, left_minor, right_minor)
   select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])`,
);

export type StoredPack = {
  readonly period: string;
  readonly revision: number;
  readonly fromAt: string;
  readonly toAt: string;
  readonly pack: unknown;
  /** SHA-256 of the pack as text, hex. */
  readonly hash: string;
  readonly status: 'prepared' | 'signed' | 'sent-back';
  readonly preparedBy: string;
  readonly preparedAt: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
};

const packColumns = `period, revision, from_at as "fromAt", to_at as "toAt", pack, encode(pack_hash, 'hex') as hash, status,
  prepared_by as "preparedBy", prepared_at as "preparedAt", decided_by as "decidedBy", decided_at as "decidedAt", note`;

const listPacksStatement = statement<StoredPack, [string | null]>(
  'list-period-packs',
  'reference',
  `select ${packColumns} from period_packs where $1::text is null or period = $1 order by period, revision`,
);

/** All packs, or those of one period, oldest revision first. */
export async function listPacks(db: Runner, period?: string): Promise<readonly StoredPack[]> {
  return db.run(listPacksStatement, [period ?? null]);
}

const insertPackStatement = statement<
  StoredPack,
  [string, number, string, string, string, Buffer, string, string | null]
>(
  'insert-period-pack',
  'reference',
  `insert into period_packs (period, revision, from_at, to_at, pack, pack_hash, prepared_by, note)
   values ($1, $2, $3::timestamptz, $4::timestamptz, $5::jsonb, $6, $7, $8) returning ${packColumns}`,
);

export type NewPack = Pick<
  StoredPack,
  'period' | 'revision' | 'fromAt' | 'toAt' | 'pack' | 'hash' | 'preparedBy' | 'note'
>;

/** Stores a prepared pack with its lines. Throws on the constraint `period-pack-waits` where another one waits. */
export async function insertPack(tx: Runner, pack: NewPack, lines: readonly PeriodLine[]): Promise<StoredPack> {
  const { period, revision, fromAt, toAt, hash, preparedBy, note } = pack;
  const [stored] = await tx.run(insertPackStatement, [
    period, revision, fromAt, toAt, canonicalJson(pack.pack), Buffer.from(hash, 'hex'), preparedBy, note,
  ]);
  await tx.run(insertLinesStatement, [
    period, revision, lines.map((line) => line.orderKey), lines.map((line) => line.control), lines.map((line) => line.currency),
    lines.map((line) => line.left), lines.map((line) => line.right),
  ]);
  return stored!;
} // prettier-ignore

const decidePackStatement = statement<StoredPack, [string, number, string, string, string | null]>(
  'decide-period-pack',
  'reference',
  `update period_packs set status = $3, decided_by = $4, decided_at = now(), note = coalesce($5, note)
   where period = $1 and revision = $2 and status = 'prepared' returning ${packColumns}`,
);

/** Signs or sends back a prepared pack; undefined when somebody decided it before. */
export async function decidePack(
  db: Runner,
  { period, revision }: Pick<StoredPack, 'period' | 'revision'>,
  decision: { readonly status: 'signed' | 'sent-back'; readonly by: string; readonly note: string | null },
): Promise<StoredPack | undefined> {
  return (
    await db.run(decidePackStatement, [period, revision, decision.status, decision.by, decision.note])
  )[0];
}

export type Adjustment = {
  readonly orderKey: string;
  readonly number: string | null;
  readonly control: string;
  readonly currency: string;
  readonly signedLeft: number;
  readonly signedRight: number;
  readonly left: number;
  readonly right: number;
  /** When the latest of its facts within the period came to be known. */
  readonly knownAt: string | null;
};

const listAdjustmentsStatement = statement<Adjustment, [string, string, string, number]>(
  'list-period-adjustments',
  'list',
  `with moved as (${movedSql}),
     signed as (select order_key, control, currency, left_minor, right_minor from period_lines where period = $3 and revision = $4),
     changed as (
       select order_key, control, currency, coalesce(s.left_minor, 0) as signed_left, coalesce(s.right_minor, 0) as signed_right,
         coalesce(m.left_minor, 0) as left_now, coalesce(m.right_minor, 0) as right_now
       from signed s full outer join moved m using (order_key, control, currency)
       where (coalesce(s.left_minor, 0), coalesce(s.right_minor, 0)) is distinct from (coalesce(m.left_minor, 0), coalesce(m.right_minor, 0))
     ),
     known as (
       select p.order_key, p.control, max(greatest(f.recorded_at, f.retracted_at)) as at from account_postings p
         join facts f on f.order_key = p.order_key and f.fact_id = p.fact_id
       where p.posted_at >= $1::timestamptz and p.posted_at < $2::timestamptz and p.order_key in (select order_key from changed)
       group by p.order_key, p.control
     )
   select c.order_key as "orderKey", o.number, c.control, c.currency, c.signed_left as "signedLeft", c.signed_right as "signedRight",
     c.left_now as left, c.right_now as right,
     k.at as "knownAt"
   from changed c left join order_states o on o.order_key = c.order_key
     left join known k on k.order_key = c.order_key and k.control = c.control
   order by c.currency, abs((c.left_now - c.right_now) - (c.signed_left - c.signed_right)) desc, c.order_key, c.control`,
);

/** What changed within a period since a pack of it was made, order by order. */
export async function listAdjustments(
  db: Runner,
  { period, revision, fromAt, toAt }: Pick<StoredPack, 'period' | 'revision' | 'fromAt' | 'toAt'>,
): Promise<readonly Adjustment[]> {
  return db.run(listAdjustmentsStatement, [fromAt, toAt, period, revision]);
}

const firstPostingStatement = statement<{ readonly at: string | null }, []>(
  'find-first-posting',
  'list',
  `select min(posted_at) as at from account_postings where currency <> ''`,
);

/** When the accounts begin; undefined while nothing was posted. */
export async function findFirstPosting(db: Runner): Promise<string | undefined> {
  return (await db.run(firstPostingStatement, []))[0]?.at ?? undefined;
}
