/** What a report over all returns reads: facts as they were stored when their orders were folded, and counts. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type ReturnRow = {
  readonly orderKey: string;
  readonly connection: string;
  /** All facts that hold, each a whole one. */
  readonly facts: readonly unknown[];
};

// Aggregated in the database: one row and one parse for an order, not for each of its twenty facts.
const factsOfOrder = `coalesce((select jsonb_agg(f.body) from facts f
               where f.order_key = s.order_key and f.retracted_at is null), '[]') as facts`;

const notArchived = 'not exists (select from archived_orders a where a.order_key = s.order_key)';

const pageReturnsStatement = statement<ReturnRow, [string, number]>(
  'page-returns',
  'list',
  `select s.order_key as "orderKey", s.connection,
     ${factsOfOrder}
   from order_states s where s.is_return and s.order_key > $1 and ${notArchived} order by s.order_key limit $2`,
);

/** Orders with a return, refund or cancellation that are not archived, and their facts, in pages by key; start after `''`. */
export async function pageReturns(db: Runner, after: string, limit: number): Promise<readonly ReturnRow[]> {
  return db.run(pageReturnsStatement, [after, limit]);
}

const pageOrdersStatement = statement<ReturnRow, [string, number]>(
  'page-orders-with-facts',
  'list',
  `select s.order_key as "orderKey", s.connection,
     ${factsOfOrder}
   from order_states s where s.order_key > $1 and ${notArchived} order by s.order_key limit $2`,
);

/** As `pageReturns`, of every order. */
export async function pageOrders(db: Runner, after: string, limit: number): Promise<readonly ReturnRow[]> {
  return db.run(pageOrdersStatement, [after, limit]);
}

export type OtherOrders = { readonly verdict: string; readonly orders: number };

const countOthersStatement = statement<OtherOrders, []>(
  'count-orders-without-return',
  'list',
  'select verdict, count(*) as orders from order_states where not is_return group by verdict order by verdict',
);

const countFactsStatement = statement<{ readonly count: number }, []>(
  'count-facts',
  'list',
  'select count(*) as count from facts where retracted_at is null',
);

export type KindCount = { readonly connection: string; readonly kind: string; readonly count: number };

const countKindsStatement = statement<KindCount, []>(
  'count-objects-by-kind',
  'list',
  'select connection, kind, count(*) as count from objects group by connection, kind order by connection, kind',
);

/** Orders without a return by verdict, all facts, and objects by connection and kind. */
export async function readCounts(db: Runner): Promise<{
  readonly others: readonly OtherOrders[];
  readonly facts: number;
  readonly kinds: readonly KindCount[];
}> {
  const others = await db.run(countOthersStatement, []);
  const [facts] = await db.run(countFactsStatement, []);
  return { others, facts: facts!.count, kinds: await db.run(countKindsStatement, []) };
}

export type StatusWordRow = {
  readonly connection: string;
  readonly kind: string;
  readonly field: string;
  readonly word: string;
  readonly objects: readonly string[];
};

// Taken out by the database: bodies of a few kilobytes stay there.
const listStatusWordsStatement = statement<StatusWordRow, [string, number]>(
  'list-status-words',
  'list',
  `select o.connection, o.kind, lower(e.key) as field, e.value #>> '{}' as word,
     array_agg(o.object_id order by o.object_id collate "C") as objects
   from objects o
   join observations v on v.object_key = o.object_key and v.content_hash = o.content_hash
   cross join lateral jsonb_each(case when jsonb_typeof(v.body) = 'object' then v.body else '{}' end) e
   where e.key ~* $1 and jsonb_typeof(e.value) = 'string' and length(e.value #>> '{}') between 1 and $2
   group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
);

/** Words of the fields whose names match `field` (a regular expression), no longer than `wordMax`. */
export async function listStatusWords(
  db: Runner,
  field: string,
  wordMax: number,
): Promise<readonly StatusWordRow[]> {
  return db.run(listStatusWordsStatement, [field, wordMax]);
}

export type ObjectProblemRow = { readonly objectKey: string; readonly body: unknown };

const listObjectProblemsStatement = statement<ObjectProblemRow, []>(
  'list-object-problems',
  'list',
  `select substr(subject_key, 8) as "objectKey", body from problems
   where subject_key >= 'object/' and subject_key < 'object0' and resolved_at is null
   order by subject_key, problem_id`,
);

/** Open problems of records themselves: without an order, with words or values that nobody understands. */
export async function listObjectProblems(db: Runner): Promise<readonly ObjectProblemRow[]> {
  return db.run(listObjectProblemsStatement, []);
}

const positionStatement = statement<{ readonly position: string }, []>(
  'read-store-position',
  'list',
  `select concat_ws(' ',
     (select count(*) || '/' || coalesce(sum(version), 0) || '/' || coalesce(max(folded_at)::text, '') from order_states),
     (select count(*) || '/' || coalesce(max(changed_at)::text, '') from problems
      where subject_key >= 'object/' and subject_key < 'object0' and resolved_at is null),
     (select coalesce(max(set_at)::text, '') from policy_values where name <> 'plan-people'),
     (select coalesce(max(changed_at)::text, '') from connections)) as position`,
);

/** A text that stays the same for as long as no order, record, policy value or connection changes. */
export async function readPosition(db: Runner): Promise<string> {
  return (await db.run(positionStatement, []))[0]!.position;
}

export type KeptReport = { readonly position: string; readonly madeAt: string; readonly body: Buffer };

const findKeptStatement = statement<KeptReport, [string]>(
  'find-kept-report',
  'reference',
  'select position, made_at as "madeAt", body from kept_reports where name = $1',
);

const keepStatement = statement<object, [string, string, string, Buffer]>(
  'keep-report',
  'reference',
  `insert into kept_reports as k (name, position, made_at, body) values ($1, $2, $3::timestamptz, $4)
   on conflict (name) do update
     set position = excluded.position, made_at = excluded.made_at, body = excluded.body
     where k.made_at <= excluded.made_at`,
);

const forgetKeptStatement = statement<object, [string]>(
  'forget-kept-report',
  'reference',
  'delete from kept_reports where name = $1',
);

/** The report of that name as it was last made, or undefined. */
export async function findKeptReport(db: Runner, name: string): Promise<KeptReport | undefined> {
  return (await db.run(findKeptStatement, [name]))[0];
}

/** Keeps a report in the place of the one before; never in that of a later one. */
export async function keepReport(db: Runner, name: string, report: KeptReport): Promise<void> {
  await db.run(keepStatement, [name, report.position, report.madeAt, report.body]);
}

export async function forgetKeptReport(db: Runner, name: string): Promise<void> {
  await db.run(forgetKeptStatement, [name]);
}
