/** Whether Reentry itself is well: for load balancers, for Prometheus, for people; and deriving everything again. */
import { z } from 'zod';
import type { Difference } from '../../engine/rebuild.ts';
import { askDatabase } from '../../store/ask-database.ts';
import { listConnections } from '../../store/connections.ts';
import { countOrders } from '../../store/list-orders.ts';
import { aliveSchema, readySchema, rebuildCheckSchema, systemSchema } from '../../wire/api-operations.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';

const tags = ['system'];
/** Differences that are sent; there should be none. */
const differencesShownMax = 100;

/** Outside of `/api/v1`: what machines ask. */
export function addProbeRoutes(app: ApiApp, api: ApiContext, metrics: () => Promise<string>): void {
  app.get(
    '/health/live',
    {
      config: { access: 'public', rateLimit: false },
      schema: { tags, summary: 'The process runs', response: { 200: aliveSchema } },
    },
    async () => ({ status: 'live' as const }),
  );

  app.get(
    '/health/ready',
    {
      config: { access: 'public', rateLimit: false },
      schema: {
        tags, summary: 'Requests may be sent here: the database answers, nothing is starting or stopping',
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (request, reply) => {
      const reason = await whyNotReady(api);
      if (reason === undefined) return { status: 'ready' as const };
      request.log.warn({ reason }, 'not ready');
      return reply.code(503).header('retry-after', 2).send({ status: 'not-ready', reason });
    },
  ); // prettier-ignore

  app.get(
    '/metrics',
    {
      config: { access: 'metrics', rateLimit: false },
      schema: {
        tags, summary: 'Metrics for Prometheus', description: 'From this machine without a login, else with a token.',
        produces: ['text/plain'],
      },
    },
    async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
  ); // prettier-ignore
}

async function whyNotReady({ db, engine }: ApiContext): Promise<string | undefined> {
  try {
    await askDatabase(db);
  } catch {
    return 'the database does not answer';
  }
  if (db.isFull()) return 'the disk of the database is full or read-only';
  return engine.notReady();
}

/** Below `/api/v1`: what people ask. */
export function addSystemRoutes(app: ApiApp, api: ApiContext): void {
  const { db, engine, clock } = api;
  const check = holdRebuildCheck(api);

  app.get(
    '/system',
    {
      config: { access: 'system.read' },
      schema: { tags, summary: 'How Reentry itself is doing', response: { 200: systemSchema } },
    },
    async () => {
      const connections = (await listConnections(db)).map(({ connection, status, health }) => ({ connection, status, health }));
      return {
        version: api.config.version, isReady: engine.notReady() === undefined, now: new Date(clock()).toISOString(),
        orders: await countOrders(db), connections, streams: api.hub.size, sandbox: engine.sandbox() ?? null,
      };
    },
  ); // prettier-ignore

  app.post(
    '/system/rebuild',
    {
      config: { access: 'system.run' },
      schema: {
        tags, summary: 'Derive everything below the records again',
        response: { 202: z.object({ records: z.int() }) },
      },
    },
    async (request, reply) => {
      const records = await engine.rebuild();
      await audit(api, request, { chain: 'system', action: 'rebuild.started', after: { records } });
      return reply.code(202).send({ records });
    },
  ); // prettier-ignore

  app.post(
    '/system/rebuild-check',
    {
      config: { access: 'system.run' },
      schema: {
        tags, summary: 'Derive everything again and compare with what is stored, changing nothing',
        response: { 202: rebuildCheckSchema },
      },
    },
    async (request, reply) => {
      check.start();
      await audit(api, request, { chain: 'system', action: 'rebuild.checked' });
      return reply.code(202).send(check.state());
    },
  ); // prettier-ignore

  app.get(
    '/system/rebuild-check',
    {
      config: { access: 'system.read' },
      schema: { tags, summary: 'What the last comparison found', response: { 200: rebuildCheckSchema } },
    },
    async () => check.state(),
  );
}

type RebuildCheck = z.output<typeof rebuildCheckSchema>;

/** One comparison at a time: it reads everything there is. */
function holdRebuildCheck({ engine, clock, config }: ApiContext): { start(): void; state(): RebuildCheck } {
  let state: RebuildCheck = {
    is: 'none',
    startedAt: null,
    endedAt: null,
    differences: [],
    differenceCount: 0,
  };
  const now = (): string => new Date(clock()).toISOString();
  const end = (is: 'done' | 'failed', differences: readonly Difference[]): void => {
    const shown = differences.slice(0, differencesShownMax);
    state = { ...state, is, endedAt: now(), differences: shown, differenceCount: differences.length };
  };
  return {
    state: () => state,
    start() {
      if (state.is === 'running') return;
      state = { is: 'running', startedAt: now(), endedAt: null, differences: [], differenceCount: 0 };
      engine.checkRebuild().then(
        (differences) => end('done', differences),
        (error: unknown) => {
          config.logger?.error({ err: error }, 'rebuild check failed');
          end('failed', []);
        },
      );
    },
  };
}
