/** The service as one process: PostgreSQL, engine, API, and the sandbox company where nothing is connected. */
import { createApi } from '../api/create-api.ts';
import { defaultLimits } from '../api/api-config.ts';
import { createLogger } from '../api/log-requests.ts';
import { makeFirstLink } from '../api/login-links.ts';
import { findLiveConnector } from '../connectors/live-registry.ts';
import { fileDeclarations } from '../engine/file-declarations.ts';
import { createService, type Service } from '../engine/service.ts';
import { startSandbox, type SandboxCompany } from '../sandbox/start-sandbox.ts';
import { driveRealTime } from '../sandbox/drive-real-time.ts';
import { listConnections } from '../store/connections.ts';
import { readConnectionSecrets } from '../store/connection-secrets.ts';
import type { Database } from '../store/database.ts';
import { connectSandbox, sandboxPolicy } from './sandbox-connections.ts';
import { sendNotices } from '../engine/notices/send-notices.ts';
import { openNoticeChannels } from './notice-channels.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { readOidcSettings } from './oidc-settings.ts';
import { openStore } from './open-store.ts';
import { say } from './output.ts';
import { productVersion } from './product-version.ts';

export type ServeOptions = {
  readonly data: string;
  readonly host: string;
  readonly port: string;
  readonly publicUrl?: string;
  readonly sandbox?: boolean;
  readonly seed: string;
};

const noticesMs = 2_000;
/** How often withdrawals that were declared without a link are looked at. */
const declarationsMs = 3_000;
/** Days that the sandbox company has lived before anybody looks. */
const sandboxDays = 45;

/** Starts everything; resolves, when requests are answered, to what stops it again. */
export async function serve(options: ServeOptions): Promise<() => Promise<void>> {
  const folder = openDataFolder(options.data);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const { db, close } = await openStore(folder, 'serve');
    stops.push(close);
    const configured = (await listConnections(db)).length > 0;
    const sandbox =
      options.sandbox === true || !configured
        ? await beginSandbox(db, folder, options.seed, stops)
        : undefined;
    const service = makeService(db, folder, sandbox, options.publicUrl);
    const publicUrl = options.publicUrl ?? `http://${options.host}:${options.port}`;
    const logger = createLogger(process.env['REENTRY_LOG_LEVEL'] ?? 'warn');
    const oidc = readOidcSettings(process.env);
    const proxies = (process.env['REENTRY_TRUSTED_PROXIES'] ?? '')
      .split(/[\s,]+/)
      .filter((part) => part !== '');
    const app = createApi({
      db, engine: service, clock: Date.now,
      config: {
        publicUrl, version: productVersion(), seal: folder.seal, logger,
        ...(proxies.length > 0 && { trustedProxies: proxies }), ...(oidc !== undefined && { oidc }),
      },
    }); // prettier-ignore
    await app.listen({ host: options.host, port: Number(options.port) });
    stops.push(() => app.close());
    await service.start();
    stops.push(() => service.stop());
    say(`Reentry listens on ${publicUrl}. API reference: ${publicUrl}/api/docs`);
    const first = await makeFirstLink({ db, clock: Date.now, limits: defaultLimits, config: { publicUrl } });
    if (first !== undefined) say(`First administrator (this link works once): ${first.link}`);
    if (sandbox !== undefined) {
      say(
        `Nothing is connected yet, so it watches ${sandbox.name}, a made-up company that lives in this process.`,
      );
      const live = driveRealTime(sandbox.company.clock, 1);
      stops.push(() => live.stop());
    }
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function beginSandbox(
  db: Database,
  folder: DataFolder,
  seed: string,
  stops: (() => Promise<void>)[],
): Promise<SandboxCompany> {
  const now = new Date(Date.now() - sandboxDays * 86_400_000).toISOString();
  const sandbox = await startSandbox({ seed, now, requestNow: Date.now });
  stops.push(() => sandbox.close());
  await sandbox.advance({ days: sandboxDays });
  await connectSandbox(db, folder.seal, sandbox);
  return sandbox;
}

function makeService(
  db: Database,
  folder: DataFolder,
  sandbox: SandboxCompany | undefined,
  publicUrl: string | undefined,
): Service {
  const policyFile = sandbox === undefined ? folder.policyFile : { ...sandboxPolicy, ...folder.policyFile };
  const { zone = 'UTC', currency = 'EUR' } = policyFile as {
    readonly zone?: string;
    readonly currency?: string;
  };
  const channels = openNoticeChannels(process.env);
  return createService({
    db, policyFile, codeVersion: productVersion(),
    load: { findLive: findLiveConnector, zone, currency, random: Math.random, seal: folder.seal, secretsOf: (name) => readConnectionSecrets(db, folder.seal, name) },
    clock: sandbox === undefined ? Date.now : () => sandbox.now(),
    isSimulated: sandbox !== undefined,
    // Without one nobody outside can reach us, and a shop must not be told to send to itself.
    ...(publicUrl !== undefined && { publicUrl }),
    tasks: ({ holder, signal, context }) => [
      { where: 'declarations', everyMs: declarationsMs, step: () => fileDeclarations(db, context(), folder.seal) },
      { where: 'notices', everyMs: noticesMs, step: () => sendNotices(db, { holder, signal, seal: folder.seal, channels }) },
    ],
    onError: (where, error) => say(`${where}: ${error instanceof Error ? error.message : String(error)}`),
    ...(sandbox !== undefined && { sandbox: () => ({ name: sandbox.name, now: new Date(sandbox.now()).toISOString() }), intervals: { sweepMs: 5_000 } }),
  }); // prettier-ignore
}
