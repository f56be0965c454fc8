/**
 * The HTTP app, apart from the server that listens:
 *
 *   const app = createApi({ db, engine, clock: Date.now, config });
 *   await app.listen({ port: 8080 });   // or app.inject({ url: '/api/v1/orders' }) in tests
 *
 * Every route has a schema for what goes in and out, says who may use it, and fails with a problem document.
 */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { fastify, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pruneRequests } from '../store/idempotent-requests.ts';
import type { Database } from '../store/database.ts';
import { guardRoutes } from './access.ts';
import { answerErrors } from './answer-errors.ts';
import type { ApiApp } from './api-app.ts';
import { defaultLimits, type ApiConfig, type ApiContext } from './api-config.ts';
import { describeApi } from './describe-api.ts';
import type { EngineCalls } from './engine-calls.ts';
import { addCustomerRoutes } from './customer/customer-routes.ts';
import { createEventHub } from './event-hub.ts';
import { keepAnswers } from './idempotency.ts';
import { measureRequests } from './metrics.ts';
import { Refused } from './refused.ts';
import { addAccountRoutes } from './routes/account-routes.ts';
import { addAuditRoutes } from './routes/audit-routes.ts';
import { addCommandRoutes } from './routes/command-routes.ts';
import { addBulkRoutes } from './routes/bulk-routes.ts';
import { addConnectionRoutes } from './routes/connection-routes.ts';
import { addConsoleRoutes } from './routes/console-routes.ts';
import { addDeclarationRoutes } from './routes/declaration-routes.ts';
import { addDeliveryRoutes } from './routes/delivery-routes.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addExportRoutes } from './routes/export-routes.ts';
import { addHookRoutes } from './routes/hook-routes.ts';
import { addKeptAnswerRoutes } from './routes/kept-answer-routes.ts';
import { addNoticeRoutes } from './routes/notice-routes.ts';
import { addDeskRoutes } from './routes/desk-routes.ts';
import { addProbeRoutes, addSystemRoutes } from './routes/operation-routes.ts';
import { addLedgerRoutes } from './routes/ledger-routes.ts';
import { addOrderRoutes } from './routes/order-routes.ts';
import { addOverviewRoutes } from './routes/overview-routes.ts';
import { addPageRoutes } from './routes/page-routes.ts';
import { addPeriodRoutes } from './routes/period-routes.ts';
import { addPersonRoutes } from './routes/person-routes.ts';
import { addPlanRoutes } from './routes/plan-routes.ts';
import { addPolicyRoutes } from './routes/policy-routes.ts';
import { addProblemRoutes } from './routes/problem-routes.ts';
import { addProblemWorkRoutes } from './routes/problem-work-routes.ts';
import { addPromiseRoutes } from './routes/promise-routes.ts';
import { addReconcileRoutes } from './routes/reconcile-routes.ts';
import { addReturnRoutes } from './routes/return-routes.ts';
import { addOidcRoutes } from './routes/oidc-routes.ts';
import { addPinRoutes } from './routes/pin-routes.ts';
import { addSecondFactorRoutes } from './routes/second-factor-routes.ts';
import { addSessionRoutes } from './routes/session-routes.ts';
import { addTeamRoutes } from './routes/team-routes.ts';
import { addUserRoutes } from './routes/user-routes.ts';

export type ApiOptions = {
  readonly db: Database;
  readonly engine: EngineCalls;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly config: ApiConfig;
  /** Health and metrics alone: what a process that only works has to say. */
  readonly probesOnly?: boolean;
};

/** Order keys and delivery ids stand in addresses; those of real systems stay below 200 characters. */
const paramLengthMax = 500;
const pruneEveryMs = 3_600_000;
const checkConnectionsMs = 5_000;

/** Makes the app. It owns its event streams and ends them when it closes; database and engine are the caller's. */
export function createApi({ db, engine, clock, config, probesOnly = false }: ApiOptions): FastifyInstance {
  const limits = { ...defaultLimits, ...config.limits };
  const hub = createEventHub(limits);
  const api: ApiContext = { db, engine, clock, config, limits, hub };
  const app = fastify({
    ...(config.logger === undefined ? { logger: false } : { loggerInstance: config.logger }),
    bodyLimit: limits.bodyMax,
    requestTimeout: limits.requestTimeoutMs,
    handlerTimeout: limits.requestTimeoutMs,
    // Who sends a request byte by byte is cut off soon after the limit, not at the half minute that Node looks at.
    http: {
      headersTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(checkConnectionsMs, limits.requestTimeoutMs),
    },
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: paramLengthMax },
    trustProxy: config.trustedProxies === undefined ? false : [...config.trustedProxies],
    genReqId: requestId,
    // Streams end by themselves when the app closes; nothing else may hold it up.
    forceCloseConnections: 'idle',
  });
  boundConnections(app as unknown as FastifyInstance);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerErrors(app as unknown as FastifyInstance);
  addHeaders(app as unknown as FastifyInstance, config);
  void app.register(cookie);
  void app.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, context) =>
      new Refused('rate-limited', { retryAfterSeconds: Math.ceil(context.ttl / 1000) }),
  });
  describeApi(app as unknown as FastifyInstance, config);
  void app.register(async (plain) => {
    const root = plain.withTypeProvider<ZodTypeProvider>();
    guardRoutes(root as unknown as FastifyInstance, api);
    addProbeRoutes(root, api, measureRequests(root as unknown as FastifyInstance, api));
    if (!probesOnly) await addAllRoutes(root, api);
  });

  const unsubscribe = engine.subscribe((hint) => hub.tell(hint));
  const pruning = setInterval(() => {
    pruneRequests(db, limits.idempotencyLifeMs).catch((error: unknown) => app.log.warn({ err: error }, 'not pruned'));
  }, pruneEveryMs); // prettier-ignore
  pruning.unref();
  // Before the server waits for open answers to end: streams never would.
  app.addHook('preClose', async () => {
    unsubscribe();
    clearInterval(pruning);
    hub.close();
  });
  return app as unknown as FastifyInstance;
}

/** Files that the database, connected systems and the process itself need besides. */
const filesKept = 64;
const toldEveryMs = 10_000;

/** Lets no more callers in than the process may open files for: the others would take them from the database. */
function boundConnections(app: FastifyInstance): void {
  const limit = findFilesMax();
  if (limit !== undefined) app.server.maxConnections = Math.max(filesKept, limit - 2 * filesKept);
  let toldAt = Number.NEGATIVE_INFINITY;
  app.server.on('drop', () => {
    if (performance.now() - toldAt < toldEveryMs) return;
    toldAt = performance.now();
    app.log.warn({ connectionsMax: app.server.maxConnections }, 'connections refused: the limit of open files is too low, or somebody holds too many'); // prettier-ignore
  });
}

/** Soft limit of open files, where the system tells. */
function findFilesMax(): number | undefined {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}

async function addAllRoutes(root: ApiApp, api: ApiContext): Promise<void> {
  keepAnswers(root as unknown as FastifyInstance, api);
  await root.register(async (plain) => addCustomerRoutes(plain as unknown as FastifyInstance, api));
  addPageRoutes(root);
  addConsoleRoutes(root);
  await root.register(async (hooks) => addHookRoutes(hooks.withTypeProvider<ZodTypeProvider>(), api));
  await root.register(
    async (plain) => {
      const app = plain.withTypeProvider<ZodTypeProvider>();
      addSessionRoutes(app, api);
      addSecondFactorRoutes(app, api);
      addPinRoutes(app, api);
      addOidcRoutes(app, api);
      addUserRoutes(app, api);
      addOverviewRoutes(app, api);
      addOrderRoutes(app, api);
      addPersonRoutes(app, api);
      addLedgerRoutes(app, api);
      addAccountRoutes(app, api);
      addReconcileRoutes(app, api);
      addPeriodRoutes(app, api);
      addExportRoutes(app, api);
      addReturnRoutes(app, api);
      addDeskRoutes(app, api);
      addDeclarationRoutes(app, api);
      addProblemRoutes(app, api);
      addCommandRoutes(app, api);
      addProblemWorkRoutes(app, api);
      addBulkRoutes(app, api);
      addTeamRoutes(app, api);
      addPromiseRoutes(app, api);
      addNoticeRoutes(app, api);
      addKeptAnswerRoutes(app, api);
      addConnectionRoutes(app, api);
      addDeliveryRoutes(app, api);
      addPolicyRoutes(app, api);
      addPlanRoutes(app, api);
      addAuditRoutes(app, api);
      addSystemRoutes(app, api);
      addEventRoutes(app, api);
    },
    { prefix: '/api/v1' },
  );
}

/** Headers that tell browsers to run, frame and remember nothing that is not ours. */
function addHeaders(app: FastifyInstance, config: ApiConfig): void {
  const isSecure = config.publicUrl.startsWith('https:');
  void app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"], connectSrc: ["'self'"], formAction: ["'self'"], baseUri: ["'none'"], frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
  }); // prettier-ignore
  app.addHook('onRequest', async (request, reply) => {
    // Answers are about orders and people: no cache on the way may keep them.
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store' });
  });
}

/** The id that a proxy gave, where it looks like one; it ties the logs of both together. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
}
