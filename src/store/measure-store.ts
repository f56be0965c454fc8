/** What waits, and how long already: for metrics. Each is a look at an index of what is not done. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

const countWaitingStatement = statement<
  { readonly count: number; readonly oldestSeconds: number | null },
  []
>(
  'count-waiting-deliveries',
  'list',
  `select count(*) as count, extract(epoch from now() - min(received_at))::float8 as "oldestSeconds"
   from deliveries where processed_at is null`,
);

/** Webhooks that are stored and not worked off. */
export async function countWaitingDeliveries(
  db: Runner,
): Promise<{ readonly count: number; readonly oldestSeconds: number | null }> {
  return (await db.run(countWaitingStatement, []))[0]!;
}

type Counted = { readonly status: string; readonly count: number };

const countCommandsStatement = statement<Counted, []>(
  'count-commands',
  'list',
  `select status, count(*) as count from commands
   where status in ('planned', 'approved', 'sending', 'unknown', 'failed') or ended_at > now() - interval '1 day'
   group by status`,
);

/** Fixes that are not done, and those that ended within a day. */
export async function countCommands(db: Runner): Promise<readonly Counted[]> {
  return db.run(countCommandsStatement, []);
}

const countNoticesStatement = statement<Counted, []>(
  'count-notices',
  'list',
  `select status, count(*) as count from notices
   where status in ('waiting', 'sending') or ended_at > now() - interval '1 day' group by status`,
);

/** Notices that have not gone out, and those that ended within a day. */
export async function countNotices(db: Runner): Promise<readonly Counted[]> {
  return db.run(countNoticesStatement, []);
}

const measureConnectionsStatement = statement<
  { readonly connection: string; readonly status: string; readonly sweptSecondsAgo: number | null },
  []
>(
  'measure-connections',
  'reference',
  `select c.connection, c.status,
     (select extract(epoch from now() - min(s.finished_at))::float8 from sweep_cursors s
      where s.connection = c.connection) as "sweptSecondsAgo"
   from connections c where c.status <> 'removed' order by c.connection`,
);

/** Of each connection, how long ago the kind that is furthest behind was read to its end. */
export async function measureConnections(
  db: Runner,
): Promise<readonly { readonly connection: string; readonly status: string; readonly sweptSecondsAgo: number | null }[]> {
  return db.run(measureConnectionsStatement, []);
} // prettier-ignore

export type Holdings = { readonly orders: number; readonly records: number; readonly bytes: number };

const holdingsSql = (size: string): string =>
  `select (select count(*) from order_states) as orders, (select count(*) from objects) as records, (${size})::bigint as bytes`;

const readHoldingsStatement = statement<Holdings, []>(
  'read-holdings',
  'list',
  holdingsSql(`select coalesce(sum(pg_total_relation_size(oid)), 0) from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'r'`),
);

const readSpreadHoldingsStatement = statement<Holdings, []>(
  'read-spread-holdings',
  'list',
  holdingsSql('select coalesce(sum(citus_total_relation_size(logicalrelid)), 0) from pg_dist_partition'),
);

/** How much there is, on all machines where the tables are distributed. */
export async function readHoldings(db: Runner, isDistributed = false): Promise<Holdings> {
  return (await db.run(isDistributed ? readSpreadHoldingsStatement : readHoldingsStatement, []))[0]!;
}

const readTrafficStatement = statement<
  { readonly ordersOfMonth: number; readonly ordersInBusiestHour: number },
  []
>(
  'read-traffic',
  'list',
  `select coalesce(sum(count), 0)::int as "ordersOfMonth", coalesce(max(count), 0)::int as "ordersInBusiestHour"
   from (select date_trunc('hour', placed_at) as hour, count(*) as count from order_states
         where placed_at > now() - interval '30 days' and placed_at <= now() group by 1) as hours`,
);

/** Orders placed in the last thirty days, and the most in one hour. */
export async function readTraffic(
  db: Runner,
): Promise<{ readonly ordersOfMonth: number; readonly ordersInBusiestHour: number }> {
  return (await db.run(readTrafficStatement, []))[0]!;
}
