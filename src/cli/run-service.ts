/** The service as one process: PostgreSQL, engine, API, and the sandbox company where nothing is connected. */
import { createApi } from '../api/create-api.ts';
import { defaultLimits } from '../api/api-config.ts';
import { makeFirstLink } from '../api/login-links.ts';
import { findLiveConnector } from '../connectors/live-registry.ts';
import { fileDeclarations } from '../engine/file-declarations.ts';
import { keepHouse } from '../engine/keep-house.ts';
import { createService, type Service } from '../engine/service.ts';
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';
import { driveRealTime } from '../sandbox/drive-real-time.ts';
import { readConnectionSecrets } from '../store/connection-secrets.ts';
import type { Database } from '../store/database.ts';
import { AppError } from '../wire/errors.ts';
import { beginSandbox, forgetSandbox, hasOwnConnections } from './sandbox-company.ts';
import { policyWithSandbox } from './sandbox-connections.ts';
import { exceptionTasks } from '../engine/exceptions/exception-tasks.ts';
import { openNoticeChannels } from './notice-channels.ts';
import { storeConnectionsFile } from './connections-file.ts';
import { secretsFromEnvironment } from './environment-secrets.ts';
import { openDataFolder, unlockFolder, type UnlockedFolder } from './data-folder.ts';
import { readOidcSettings } from './oidc-settings.ts';
import { openStore } from './open-store.ts';
import { say } from './output.ts';
import { startTracing } from './start-tracing.ts';
import { openProcessRecords, type ProcessRecords } from './process-records.ts';
import { productVersion } from './product-version.ts';

export type ServeOptions = {
  readonly data: string;
  readonly host: string;
  readonly port: string;
  readonly publicUrl?: string;
  readonly sandbox?: boolean;
  readonly seed: string;
  /** What this process does: answer, work, or both. */
  readonly role: 'all' | 'api' | 'worker';
  /** Port on which a worker says how it is. */
  readonly probePort?: string;
};

/** How often it is asked whether an hour has passed since the last tidying, by whatever process. */
const housekeepingMs = 5 * 60_000;
/** How often withdrawals that were declared without a link are looked at. */
const declarationsMs = 3_000;

/** Starts everything; resolves, when requests are answered, to what stops it again. */
export async function serve(options: ServeOptions): Promise<() => Promise<void>> {
  const given = openDataFolder(options.data);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    if (options.role !== 'all' && process.env['DATABASE_URL'] === undefined)
      throw new AppError('role-needs-database', { detail: `--role ${options.role}` });
    const endTracing = await startTracing(process.env, productVersion());
    if (endTracing !== undefined) stops.push(endTracing);
    const { db, close } = await openStore(given, 'serve');
    stops.push(close);
    const folder = await unlockFolder(db, given);
    await storeConnectionsFile(db, folder.path);
    const sandbox = await openSandbox(db, folder, options, stops);
    const records = openProcessRecords();
    const service = makeService(db, folder, options, sandbox, records);
    service.subscribe(records.onChanged);
    if (options.role === 'worker') {
      const { host, probePort: port } = options;
      if (port !== undefined) {
        await listen(
          db,
          folder,
          service,
          { host, port, probesOnly: true },
          `http://${host}:${port}`,
          stops,
          records,
        );
        say(`Health and metrics: http://${host}:${port}/metrics`);
      }
      await service.start();
      stops.push(() => service.stop());
      say('Working. Requests are answered by processes with --role api or all.');
      return stop;
    }
    const publicUrl = options.publicUrl ?? `http://${options.host}:${options.port}`;
    await listen(db, folder, service, options, publicUrl, stops, records);
    await service.start();
    stops.push(() => service.stop());
    say(`Reentry listens on ${publicUrl}. API reference: ${publicUrl}/api/docs`);
    const first = await makeFirstLink({ db, clock: Date.now, limits: defaultLimits, config: { publicUrl } });
    if (first !== undefined) say(`First administrator (this link works once): ${first.link}`);
    if (sandbox !== undefined)
      say(
        `Nothing is connected yet, so it watches ${sandbox.name}, a made-up company that lives in this process.`,
      );
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The sandbox company where nothing real is connected; what is left of it goes where something is. */
async function openSandbox(
  db: Database,
  folder: UnlockedFolder,
  options: ServeOptions,
  stops: (() => Promise<void>)[],
): Promise<SandboxCompany | undefined> {
  // It lives in one process: where several share a database, each would play it.
  if (options.role !== 'all') return undefined;
  if (options.sandbox !== true && (await hasOwnConnections(db))) {
    const names = await forgetSandbox(db);
    if (names.length > 0) say('The sandbox company and all that was read from it are gone: your own systems are connected.'); // prettier-ignore
    return undefined;
  }
  const sandbox = await beginSandbox(db, folder, options.seed);
  stops.push(() => sandbox.close());
  const live = driveRealTime(sandbox.company.clock, 1);
  stops.push(() => live.stop());
  return sandbox;
}

async function listen(
  db: Database,
  folder: UnlockedFolder,
  service: Service,
  { host, port, probesOnly }: { readonly host: string; readonly port: string; readonly probesOnly?: boolean },
  publicUrl: string,
  stops: (() => Promise<void>)[],
  { logger, registry }: ProcessRecords,
): Promise<void> {
  const oidc = readOidcSettings(process.env);
  const proxies = (process.env['REENTRY_TRUSTED_PROXIES'] ?? '')
    .split(/[\s,]+/)
    .filter((part) => part !== '');
  const app = createApi({
    db, engine: service, clock: Date.now, ...(probesOnly === true && { probesOnly }),
    config: {
      publicUrl, version: productVersion(), seal: folder.seal, logger, registry,
      ...(proxies.length > 0 && { trustedProxies: proxies }), ...(oidc !== undefined && { oidc }),
    },
  }); // prettier-ignore
  try {
    await app.listen({ host, port: Number(port) });
  } catch (cause) {
    await app.close();
    throw new AppError('address-unusable', { detail: `${host}:${port}`, cause });
  }
  stops.push(() => app.close());
}

function makeService(
  db: Database,
  folder: UnlockedFolder,
  { role, publicUrl, host, port }: ServeOptions,
  sandbox: SandboxCompany | undefined,
  records: ProcessRecords,
): Service {
  const consoleUrl = publicUrl ?? `http://${host}:${port}`;
  const policyFile = policyWithSandbox(folder.policyFile, sandbox !== undefined);
  const { zone = 'UTC', currency = 'EUR' } = policyFile as {
    readonly zone?: string;
    readonly currency?: string;
  };
  const channels = openNoticeChannels(process.env);
  return createService({
    db, policyFile, codeVersion: productVersion(),
    load: { findLive: findLiveConnector, zone, currency, random: Math.random, seal: folder.seal, secretsOf: async (name) => ({ ...(await readConnectionSecrets(db, folder.seal, name)), ...secretsFromEnvironment(process.env, name) }) },
    clock: sandbox === undefined ? Date.now : () => sandbox.now(),
    isSimulated: sandbox !== undefined,
    isWorking: role !== 'api',
    // Without one nobody outside can reach us, and a shop must not be told to send to itself.
    ...(publicUrl !== undefined && { publicUrl }),
    tasks: (room) => [
      { where: 'housekeeping', everyMs: housekeepingMs, step: () => keepHouse(db, room.context().systems, { ...room, retention: room.context().policy.retention, nowMs: Date.now() }) },
      { where: 'declarations', everyMs: declarationsMs, step: () => fileDeclarations(db, room.context(), folder.seal) },
      ...exceptionTasks({ db, seal: folder.seal, channels, publicUrl: consoleUrl, onProblem: room.onProblem }, room),
    ],
    onError: records.onError,
    ...(sandbox !== undefined && { sandbox: () => ({ name: sandbox.name, now: new Date(sandbox.now()).toISOString() }), intervals: { sweepMs: 5_000 } }),
  }); // prettier-ignore
}
