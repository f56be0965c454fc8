/** Metrics for Prometheus: of the process, of requests, and of what is stored, read when asked for. */
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { countOrders } from '../store/list-orders.ts';
import { sumProblems } from '../store/list-problems.ts';
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

function addStoreMetrics(register: Registry, { db }: ApiContext): void {
  const orders = new Gauge({
    name: 'reentry_return_orders',
    help: 'Orders with a return, by verdict',
    labelNames: ['verdict'] as const,
    registers: [register],
    async collect() {
      orders.reset();
      for (const { verdict, count } of await countOrders(db)) orders.set({ verdict }, count);
    },
  });
  const problems = new Gauge({
    name: 'reentry_open_problems',
    help: 'Open problems, by code and severity',
    labelNames: ['code', 'severity'] as const,
    registers: [register],
    async collect() {
      problems.reset();
      for (const { code, severity, count } of await sumProblems(db))
        problems.inc({ code, severity: String(severity) }, count);
    },
  });
}
