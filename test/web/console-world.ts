/**
 * The console as people meet it: a real browser, the real service, the sandbox company. One of each per test file.
 *
 *   const world = useConsole({ days: 25 });
 *   test('…', async () => {
 *     const page = await world.open('support', '/orders');
 *   });
 *
 * The company's time stands still unless a test moves it, so that what is shown is the same every time.
 */
import { randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { hashSecret, makeSecret } from '../../src/api/access.ts';
import { defaultLimits } from '../../src/api/api-config.ts';
import { createApi } from '../../src/api/create-api.ts';
import { connectSandbox, policyWithSandbox } from '../../src/cli/sandbox-connections.ts';
import { findLiveConnector } from '../../src/connectors/live-registry.ts';
import { createService, type Service } from '../../src/engine/service.ts';
import { startSandbox, type SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { createSession, createUser, type User } from '../../src/store/accounts.ts';
import { listConnections } from '../../src/store/connections.ts';
import { readConnectionSecrets } from '../../src/store/connection-secrets.ts';
import type { Database } from '../../src/store/database.ts';
import { countMarks } from '../../src/store/marks.ts';
import { createSeal, masterKeyBytes, type Seal } from '../../src/store/seal.ts';
import { roles, type Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { launchBrowser } from './launch-browser.ts';
import { buildConsoleOnce } from './build-console-once.ts';

export type ConsoleWorld = {
  readonly db: Database;
  readonly app: FastifyInstance;
  readonly service: Service;
  readonly sandbox: SandboxCompany;
  readonly browser: Browser;
  /** `http://127.0.0.1:…`, without `/console`. */
  readonly address: string;
  readonly seal: Seal;
  readonly users: Readonly<Record<Role, User>>;
  /** Reads, files and folds everything that the company's systems hold now. */
  catchUp(): Promise<void>;
  /** A page of the console in a browser where somebody with this role is logged in. */
  open(role: Role | 'nobody', path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Ends what answers and streams; it comes back at the same address when the returned function is called. */
  stopApi(): Promise<() => Promise<void>>;
};

export type WorldOptions = {
  /** Days that the company has lived. Default 18; 0: nothing is connected, unless `isConnected`. */
  readonly days?: number;
  readonly isConnected?: boolean;
  /** Values of the policy file. */
  readonly policy?: object;
  readonly ordersPerDay?: number;
  readonly seed?: string;
};

const never = Number.POSITIVE_INFINITY;
const triesMax = 3;

/** Starts and stops the world around the tests of the calling file. */
export function useConsole(options: WorldOptions = {}): ConsoleWorld {
  const databases = useTestDatabases();
  const world = {} as { -readonly [Name in keyof ConsoleWorld]: ConsoleWorld[Name] };
  const ends: (() => Promise<unknown>)[] = [];
  const contexts: BrowserContext[] = [];

  before(async () => {
    const building = buildConsoleOnce();
    const db = await databases.open();
    const seal = createSeal(randomBytes(masterKeyBytes));
    const { days = 18, ordersPerDay = 3, seed = 'console', isConnected = days > 0, policy = {} } = options;
    const sandbox = await startSandbox({
      seed,
      now: '2026-10-05T07:00:00Z',
      ordersPerDay,
      returnRate: 0.7,
      storyRate: 0.6,
      requestNow: Date.now,
    });
    ends.push(() => sandbox.close());
    await sandbox.advance({ days });
    if (isConnected) await connectSandbox(db, seal, sandbox);
    const companyNames = (await listConnections(db)).map(({ connection }) => connection);
    let failures: { readonly where: string; readonly error: unknown }[] = [];
    const service = createService({
      db, policyFile: policyWithSandbox(policy, true), codeVersion: 'test', clock: () => sandbox.now(), isSimulated: true,
      onError: (where, error) => void failures.push({ where, error }),
      load: { seal, findLive: findLiveConnector, zone: 'Europe/Berlin', currency: 'EUR', random: () => 0.5, secretsOf: (name) => readConnectionSecrets(db, seal, name) },
      sandbox: () => (isConnected ? { name: sandbox.name, now: new Date(sandbox.now()).toISOString() } : undefined),
      // Everything happens when a test says so.
      intervals: { workMs: never, wakeMs: never, sweepMs: never, censusMs: never, webhookMs: never, dispatchMs: never },
    }); // prettier-ignore
    const startApi = async (port: number): Promise<string> => {
      world.app = createApi({
        db, engine: service, clock: () => sandbox.now(),
        config: {
          publicUrl: 'http://reentry.test', version: 'test', seal,
          limits: { ...defaultLimits, requestsPerMinute: 1_000_000, loginsPerMinute: 1_000_000, streamsPerUserMax: 100 },
        },
      });
      return world.app.listen({ host: '127.0.0.1', port });
    }; // prettier-ignore
    const address = await startApi(0);
    ends.push(() => world.app.close());
    world.stopApi = async () => {
      await world.app.close();
      return async () => void (await startApi(Number(new URL(address).port)));
    };
    await service.start();
    ends.push(() => service.stop());

    const users: Partial<Record<Role, User>> = {};
    for (const role of roles) {
      const user = await createUser(db, {
        email: `${role}@example.com`,
        name: names[role],
        passwordHash: null,
        roles: [role],
        team: null,
      });
      if (user === 'email-taken') throw new Error(role);
      users[role] = user;
    }
    Object.assign(world, { db, service, sandbox, address, users, seal });
    world.catchUp = async () => {
      // As in the service, the next sweep reads what one could not; there it comes a minute later.
      for (let left = triesMax; left > 0; left -= 1) {
        failures = [];
        const engine = service.engine();
        await engine.sweepAll();
        await engine.drain();
        await engine.measure();
        await engine.drain();
        // Connections that a test makes beside the company's may be meant to fail.
        failures = failures.filter(({ where }) => companyNames.includes(where.split('/')[0]!));
        const isWhole = failures.length === 0 && (await countMarks(db)).objects === 0;
        if (isWhole && engine === service.engine()) return;
        await setTimeout(100);
      }
      if (failures.length > 0)
        throw new AggregateError(failures.map(({ where, error }) => new Error(where, { cause: error })), 'the company could not be read');
    }; // prettier-ignore
    if (isConnected) await world.catchUp();
    await building;
    world.browser = await launchBrowser();
    ends.push(() => world.browser.close());
    world.open = async (role, path, contextOptions = {}) => {
      const context = await world.browser.newContext({
        locale: 'en-GB', timezoneId: 'Europe/Berlin', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...contextOptions,
      }); // prettier-ignore
      contexts.push(context);
      if (role !== 'nobody') {
        const { secret } = await startSessionOf(db, users[role]!.userId);
        await context.addCookies([
          { name: 'reentry', value: secret, url: address, httpOnly: true, sameSite: 'Strict' },
        ]);
      }
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      await page.goto(`${address}/console${path}`);
      return page;
    };
  });
  after(async () => {
    for (const context of contexts) await context.close();
    for (const end of ends.reverse()) await end();
  });
  return world;
}

const names: Readonly<Record<Role, string>> = {
  viewer: 'Viewer one', support: 'Support one', ops: 'Ops one', finance: 'Finance one', admin: 'Admin one',
}; // prettier-ignore

export async function startSessionOf(db: Database, userId: string): Promise<{ readonly secret: string }> {
  const { secret } = makeSecret();
  await createSession(db, { hash: hashSecret(secret), userId, lifeMs: 3_600_000, client: 'test' });
  return { secret };
}
