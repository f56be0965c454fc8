/** Metrics for Prometheus: of the process, of requests, and of what is stored, read when asked for. */
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { askDatabase } from '../store/ask-database.ts';
import { countOrders } from '../store/list-orders.ts';
import { sumProblems } from '../store/list-problems.ts';
import { countMarks } from '../store/marks.ts';
import {
  countCommands,
  countNotices,
  countWaitingDeliveries,
  measureConnections,
} from '../store/measure-store.ts';
import type { ApiContext } from './api-config.ts';

/** Seconds; lists promise 0.15. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Measures every request of the app; returns the text of /metrics. */
export function measureRequests(app: FastifyInstance, api: ApiContext): () => Promise<string> {
  const own = new Registry();
  collectDefaultMetrics({ register: own, prefix: 'reentry_' });
  const duration = new Histogram({
    name: 'reentry_http_request_duration_seconds',
    help: 'Time to answer requests, by route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets,
    registers: [own],
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the address: that names orders, and would make a series for each.
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1000);
  });
  addStoreMetrics(own, api);
  const streams: Gauge = new Gauge({
    name: 'reentry_event_streams',
    help: 'Open event streams',
    registers: [own],
    collect(): void {
      streams.set(api.hub.size);
    },
  });
  const { registry } = api.config;
  const all = registry === undefined ? own : Registry.merge([own, registry]);
  return () => all.metrics();
}

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** A gauge that is read from the store whenever somebody asks. */
function gauge(
  register: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  read: () => Promise<readonly Sample[]> | readonly Sample[],
): void {
  const made: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [register],
    async collect() {
      made.reset();
      // Metrics are asked for most when the database does not answer: then the others still come.
      const samples = await Promise.try(read).catch(() => []);
      for (const { labels, value } of samples) made.inc(labels, value);
    },
  });
}

const one = (value: number): readonly Sample[] => [{ labels: {}, value }];
const byStatus = (rows: readonly { readonly status: string; readonly count: number }[]): readonly Sample[] =>
  rows.map(({ status, count }) => ({ labels: { status }, value: count }));

function addStoreMetrics(register: Registry, { db, config }: ApiContext): void {
  gauge(register, 'reentry_build_info', 'Version of this process; always 1', ['version'], () => [
    { labels: { version: config.version }, value: 1 },
  ]);
  gauge(register, 'reentry_database_up', '1 while the database answers and takes in what is written', [], async () =>
    askDatabase(db).then(
      () => one(db.isFull() ? 0 : 1),
      () => one(0),
    ),
  );
  gauge(register, 'reentry_return_orders', 'Orders with a return, by verdict', ['verdict'], async () =>
    (await countOrders(db)).map(({ verdict, count }) => ({ labels: { verdict }, value: count })),
  );
  gauge(register, 'reentry_open_problems', 'Open problems, by code and severity', ['code', 'severity'], async () =>
    (await sumProblems(db)).map(({ code, severity, count }) => ({ labels: { code, severity: String(severity) }, value: count })),
  );
  gauge(register, 'reentry_stake_minor', 'Money at stake in minor units: gone, stuck, books wrong; never to be added', ['kind', 'currency'], async () =>
    (await sumProblems(db)).flatMap(({ currency, goneMinor, stuckMinor, booksMinor }) =>
      currency === null ? [] : Object.entries({ gone: goneMinor, stuck: stuckMinor, books: booksMinor }).map(([kind, value]) => ({ labels: { kind, currency }, value })),
    ),
  );
  gauge(register, 'reentry_waiting_deliveries', 'Webhooks that are stored and not worked off', [], async () =>
    one((await countWaitingDeliveries(db)).count),
  );
  gauge(register, 'reentry_oldest_delivery_seconds', 'Age of the oldest webhook that is not worked off; 0 when none waits', [], async () =>
    one((await countWaitingDeliveries(db)).oldestSeconds ?? 0),
  );
  gauge(register, 'reentry_waiting_changes', 'Records that changed and orders that are to be folded', ['of'], async () => {
    const { objects, orders } = await countMarks(db);
    return [{ labels: { of: 'records' }, value: objects }, { labels: { of: 'orders' }, value: orders }];
  });
  gauge(register, 'reentry_oldest_change_seconds', 'Age of the oldest change that is not folded; 0 when none waits', [], async () => {
    const { oldestAt } = await countMarks(db);
    return one(oldestAt === null ? 0 : Math.max(0, (Date.now() - Date.parse(oldestAt)) / 1000));
  });
  gauge(register, 'reentry_connection_active', '1 where a connection is read, 0 where it is paused or stopped', ['connection', 'status'], async () =>
    (await measureConnections(db)).map(({ connection, status }) => ({ labels: { connection, status }, value: status === 'active' ? 1 : 0 })),
  );
  gauge(register, 'reentry_sweep_age_seconds', 'Since a connection was last read to its end', ['connection'], async () =>
    (await measureConnections(db)).flatMap(({ connection, sweptSecondsAgo }) => (sweptSecondsAgo === null ? [] : [{ labels: { connection }, value: sweptSecondsAgo }])),
  );
  gauge(register, 'reentry_fixes', 'Fixes that are not done, and those that ended within a day', ['status'], async () => byStatus(await countCommands(db)));
  gauge(register, 'reentry_notices', 'Notices that have not gone out, and those that ended within a day', ['status'], async () => byStatus(await countNotices(db)));
  gauge(register, 'reentry_database_connections', 'Connections of this process to the database', ['state'], () => [
    { labels: { state: 'idle' }, value: db.pool.idleCount },
    { labels: { state: 'busy' }, value: db.pool.totalCount - db.pool.idleCount },
    { labels: { state: 'waited for' }, value: db.pool.waitingCount },
  ]);
} // prettier-ignore
