/** Answers kept where people work: what stands in which system, and which orders have moved on since. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type PlacedAnswer = {
  readonly orderKey: string;
  readonly connection: string;
  readonly stateVersion: number;
  readonly textHash: Buffer | null;
  readonly asOfAt: string | null;
  readonly placedAt: string | null;
  /** `placed` · `unknown`: may stand there, read before it is written again · `failed` · `no-place`: no object to put it on. */
  readonly outcome: 'placed' | 'unknown' | 'failed' | 'no-place';
  readonly detail: string | null;
  readonly attemptCount: number;
};

const columns = `p.order_key as "orderKey", p.connection, p.state_version as "stateVersion", p.text_hash as "textHash",
  p.as_of_at as "asOfAt", p.placed_at as "placedAt", p.outcome, p.detail, p.attempt_count as "attemptCount"`;

const listMovedStatement = statement<{ readonly orderKey: string }, [string, string, number]>(
  'list-moved-answers',
  'list',
  `select s.order_key as "orderKey" from order_states s
   left join placed_answers p on p.order_key = s.order_key and p.connection = $1
   where s.is_return and (p.order_key is null and (s.verdict <> 'closed' or s.closed_at >= $2::timestamptz)
       or p.state_version < s.version or p.outcome in ('unknown', 'failed'))
     and (p.not_before_at is null or p.not_before_at <= now())
   order by s.order_key limit $3`,
);

/**
 * Orders with a return whose answer in a connection is older than their state, or did not arrive for sure. Of those
 * never written there, all that are open or were closed since `from`.
 */
export async function listMovedAnswers(
  db: Runner,
  connection: string,
  from: string,
  limit: number,
): Promise<readonly string[]> {
  return (await db.run(listMovedStatement, [connection, from, limit])).map((row) => row.orderKey);
}

const listPlacedStatement = statement<PlacedAnswer, [readonly string[]]>(
  'list-placed-answers',
  'order',
  `select ${columns} from placed_answers p where p.order_key = any ($1) order by p.order_key, p.connection`,
);

export async function listPlacedAnswers(
  db: Runner,
  orderKeys: readonly string[],
): Promise<readonly PlacedAnswer[]> {
  return db.run(listPlacedStatement, [orderKeys]);
}

const writeStatement = statement<
  object,
  [string, string, number, Buffer | null, string | null, string, string | null, number, number]
>(
  'write-placed-answer',
  'order',
  `insert into placed_answers as p
     (order_key, connection, state_version, text_hash, as_of_at, outcome, detail, attempt_count, placed_at, not_before_at)
   values ($1, $2, $3, $4, $5::timestamptz, $6, $7, $8, case when $6 = 'placed' then now() end,
     now() + $9 * interval '1 millisecond')
   on conflict (order_key, connection) do update
     set state_version = excluded.state_version, text_hash = excluded.text_hash, as_of_at = excluded.as_of_at,
       outcome = excluded.outcome, detail = excluded.detail, attempt_count = excluded.attempt_count,
       placed_at = coalesce(excluded.placed_at, p.placed_at), not_before_at = excluded.not_before_at`,
);

/** Records what stands in a system now, or what became of the try. */
export async function writePlacedAnswer(
  db: Runner,
  answer: Omit<PlacedAnswer, 'placedAt'> & { readonly delayMs?: number },
): Promise<void> {
  await db.run(writeStatement, [
    answer.orderKey, answer.connection, answer.stateVersion, answer.textHash, answer.asOfAt, answer.outcome,
    answer.detail, answer.attemptCount, answer.delayMs ?? 0,
  ]); // prettier-ignore
}

const touchStatement = statement<object, [string, string, number]>(
  'touch-placed-answer',
  'order',
  'update placed_answers set state_version = $3 where order_key = $1 and connection = $2',
);

/** The state moved on and says the same: what stands there stays, with its time. */
export async function keepPlacedAnswer(
  db: Runner,
  orderKey: string,
  connection: string,
  stateVersion: number,
): Promise<void> {
  await db.run(touchStatement, [orderKey, connection, stateVersion]);
}

const countStatement = statement<
  { readonly connection: string; readonly outcome: string; readonly count: number },
  []
>(
  'count-placed-answers',
  'list',
  'select connection, outcome, count(*) as count from placed_answers group by connection, outcome',
);

/** Orders by outcome, for each connection. */
export async function countPlacedAnswers(
  db: Runner,
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const rows = Map.groupBy(await db.run(countStatement, []), (row) => row.connection);
  return new Map(
    [...rows].map(([connection, own]) => [
      connection,
      Object.fromEntries(own.map(({ outcome, count }) => [outcome, count])),
    ]),
  );
}
