/**
 * The API over a real database: a user with a token for every role, a shop and a gateway that sign their webhooks, and
 * the engine's own steps, done when asked instead of in loops.
 *
 *   const world = await openApiWorld(databases);
 *   const answer = await world.ask('viewer', 'GET', '/api/v1/orders');
 */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { createHmac, randomBytes } from 'node:crypto';
import { defaultLimits, type ApiConfig, type ApiLimits } from '../../src/api/api-config.ts';
import { createApi } from '../../src/api/create-api.ts';
import type { EngineCalls } from '../../src/api/engine-calls.ts';
import { makeTokenSecret } from '../../src/api/access.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { findLiveConnector } from '../../src/connectors/live-registry.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { fileDeclarations, fileUnder } from '../../src/engine/file-declarations.ts';
import { decideOrder, openOrder } from '../../src/engine/decide-order.ts';
import { planContextOf } from '../../src/engine/fold-returns.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { caseNoteOf } from '../../src/engine/exceptions/case-notes.ts';
import { loadPolicy } from '../../src/engine/load-policy.ts';
import { loadSystems } from '../../src/engine/load-systems.ts';
import { checkRebuild, rebuildAll, type Difference } from '../../src/engine/rebuild.ts';
import { receiveDelivery, toStored } from '../../src/engine/receive.ts';
import { storePersons } from '../../src/engine/store-persons.ts';
import { createToken, createUser, type User } from '../../src/store/accounts.ts';
import { changeConnectionSecrets, readConnectionSecrets } from '../../src/store/connection-secrets.ts';
import { listConnections, putConnection, setConnectionStatus } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { createSeal, masterKeyBytes, type Seal } from '../../src/store/seal.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import { writeOrders } from '../../src/store/write-orders.ts';
import { permissionNames, roles, type Role } from '../../src/wire/roles.ts';
import type { TestDatabases } from '../store/test-database.ts';
import { wooOrder } from '../audit/woo-order.ts';

/** Milliseconds: `2026-11-20T12:00:00Z`, after everything that the world's records tell. */
export const worldNow = Date.UTC(2026, 10, 20, 12);
export const hookSecret = 'whsec_test';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type ApiWorld = {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly seal: Seal;
  policy(): Policy;
  engine(): Engine;
  /** Derives everything again and compares. */
  checkRebuild(): Promise<readonly Difference[]>;
  /** Finds the orders of withdrawals declared without a link. */
  fileDeclarations(): Promise<number>;
  readonly users: Readonly<Record<Role, User>>;
  readonly tokens: Readonly<Record<Role, string>>;
  /** Sends a request with the token of a role, or as nobody. */
  ask(who: Role | 'nobody', method: Method, url: string, body?: object): Promise<LightMyRequestResponse>;
  /** Stores an order of the shop and does all that follows. */
  addOrder(id: number, changes?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Stores any record and does all that follows. */
  addRecord(connection: string, kind: string, id: string, body: object): Promise<void>;
  /** Writes an order with one open problem of the team `finance`; returns the problem's reference. */
  addProblem(number: string): Promise<string>;
  close(): Promise<void>;
};

export type WorldOptions = {
  readonly limits?: Partial<ApiLimits>;
  readonly hasUsers?: boolean;
  /** Parsed policy file. */
  readonly policy?: object;
  /** Epoch milliseconds; `worldNow` where left out. */
  readonly now?: () => number;
  readonly config?: Partial<ApiConfig>;
  /** Stores the connections; where left out a shop and a gateway that nobody can ask. */
  readonly connect?: (db: Database, seal: Seal) => Promise<void>;
};

export async function connectNobody(db: Database, seal: Seal): Promise<void> {
  const settings = { allowedNetworks: ['127.0.0.0/8'], baseUrl: 'http://127.0.0.1:9' };
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings });
  await putConnection(db, { connection: 'psp', connector: 'stripe', system: 'psp', settings });
  for (const name of ['shop', 'psp']) await changeConnectionSecrets(db, seal, name, { webhook: hookSecret });
}

export async function openApiWorld(databases: TestDatabases, options: WorldOptions = {}): Promise<ApiWorld> {
  const db = await databases.open();
  const seal = createSeal(randomBytes(masterKeyBytes));
  await (options.connect ?? connectNobody)(db, seal);

  const load = async (): Promise<Engine> => {
    const systems = await loadSystems(db, {
      findLive: findLiveConnector, zone: 'UTC', currency: 'EUR', random: () => 0.5, seal,
      secretsOf: (name) => readConnectionSecrets(db, seal, name),
    }); // prettier-ignore
    const policy = await loadPolicy(db, options.policy ?? {});
    return createEngine({
      db,
      systems,
      policy,
      codeVersion: 'test',
      clock: options.now ?? (() => worldNow),
      isSimulated: true,
    });
  };
  let engine = await load();
  const systems = (): ConnectedSystems => engine.context().systems;
  const reload = async (): Promise<void> => void (engine = await load());
  const setStatus = async (name: string, status: 'active' | 'paused'): Promise<boolean> => {
    const isFound = await setConnectionStatus(db, name, status);
    await reload();
    return isFound;
  };
  const isKnown = async (name: string): Promise<boolean> =>
    (await listConnections(db)).some((one) => one.connection === name);
  const calls: EngineCalls = {
    receive: (name, delivery) => receiveDelivery(db, systems(), name, delivery),
    pause: (name) => setStatus(name, 'paused'),
    resume: (name) => setStatus(name, 'active'),
    backfill: async (name) => ((await isKnown(name)) ? 'started' : undefined),
    check: async (name) => ((await isKnown(name)) ? [] : undefined),
    connectionChanged: reload,
    policyChanged: reload,
    rebuild: () => rebuildAll(db),
    checkRebuild: () => checkRebuild(db, engine.context()),
    openOrder: (orderKey) => openOrder(db, engine.context(), orderKey),
    decide: async (request) => {
      const decided = await decideOrder(db, engine.context(), request);
      await engine.drain();
      return decided;
    },
    zone: () => 'UTC',
    shop: async () => ({ zone: engine.context().policy.zone, shop: engine.context().policy.shopName }),
    fileDeclaration: (declaration, orderKey, units) =>
      fileUnder(db, engine.context(), declaration, orderKey, units),
    caseNote: (orderKey, language) => caseNoteOf(db, engine.context(), orderKey, language),
    sandbox: () => undefined,
    policyFile: () => options.policy ?? {},
    policy: () => engine.context().policy,
    planContext: () => planContextOf(engine.context(), options.policy ?? {}),
    notReady: () => undefined,
    subscribe: () => () => {},
  };
  const app = createApi({
    db,
    engine: calls,
    // Sessions and links end by the database's clock, so the API's own is the real one.
    clock: options.now ?? Date.now,
    config: {
      publicUrl: 'http://reentry.test',
      version: 'test',
      seal,
      ...options.config,
      limits: { ...defaultLimits, requestsPerMinute: 100_000, loginsPerMinute: 100_000, ...options.limits },
    },
  });
  await app.ready();

  const users: Partial<Record<Role, User>> = {};
  const tokens: Partial<Record<Role, string>> = {};
  for (const role of options.hasUsers === false ? [] : roles) {
    const email = `${role}@example.com`;
    const user = await createUser(db, { email, name: role, passwordHash: null, roles: [role], team: null });
    if (user === 'email-taken') throw new Error(email);
    const { secret, hash } = makeTokenSecret();
    await createToken(db, {
      hash,
      userId: user.userId,
      name: 'test',
      scopes: permissionNames,
      expiresAt: null,
    });
    users[role] = user;
    tokens[role] = secret;
  }

  return {
    app,
    db,
    seal,
    policy: () => engine.context().policy,
    engine: () => engine,
    checkRebuild: () => checkRebuild(db, engine.context()),
    fileDeclarations: async () => {
      const count = await fileDeclarations(db, engine.context(), seal);
      await engine.drain();
      return count;
    },
    users: users as Record<Role, User>,
    tokens: tokens as Record<Role, string>,
    ask: (who, method, url, body) =>
      app.inject({
        method,
        url,
        // From elsewhere: this machine alone may read the metrics without a login.
        remoteAddress: '203.0.113.9',
        ...(who !== 'nobody' && { headers: { authorization: `Bearer ${tokens[who]}` } }),
        ...(body !== undefined && { payload: body }),
      }),
    async addOrder(id, changes) {
      const snapshot = { connection: 'shop', kind: 'order', id: String(id), body: wooOrder(id, changes) };
      await storePersons(db, systems().get('shop')!, [snapshot]);
      const read = { readStartedAt: '2026-11-19T08:00:00Z', via: 'file' } as const;
      await storeObservations(db, [toStored(systems().get('shop')!, snapshot, read)]);
      await engine.drain();
    },
    async addRecord(connection, kind, id, body) {
      await storeObservations(db, [
        { connection, kind, id, body, readStartedAt: '2026-11-19T08:00:00Z', via: 'file' },
      ]);
      await engine.drain();
    },
    async addProblem(number) {
      const orderKey = `shop/${number}`;
      const at = '2026-11-02T08:00:00.000Z';
      await writeOrders(db, [{
        orderKey, version: 0, facts: [], openItems: [], commands: [],
        state: {
          connection: 'shop', number, verdict: 'breaks', body: { asOf: at }, placedAt: at, currency: 'EUR', paidMinor: 5990,
          refundedMinor: 0, goneMinor: 0, stuckMinor: 5990, booksMinor: 0, isReturn: true, codeVersion: 'test',
        },
        problems: [{
          id: 'prb_1', code: 'refund-missing', control: 'R1', severity: 1, since: at, owner: 'finance', stuckMinor: 5990,
          currency: 'EUR', body: { amount: { minor: 5990, currency: 'EUR' } },
        }],
      }], 'test'); // prettier-ignore
      return encodeURIComponent(`${orderKey}~prb_1`);
    },
    close: () => app.close(),
  };
}

/** Headers of a webhook as the shop signs it. */
export function shopHeaders(body: string, secret = hookSecret): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-wc-webhook-topic': 'order.updated',
    'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
  };
}

/** Headers of a webhook as the gateway signs it, at a time in epoch milliseconds. */
export function gatewayHeaders(body: string, atMs: number): Record<string, string> {
  const time = Math.floor(atMs / 1000);
  const signature = createHmac('sha256', hookSecret).update(`${time}.${body}`).digest('hex');
  return { 'content-type': 'application/json', 'stripe-signature': `t=${time},v1=${signature}` };
}
