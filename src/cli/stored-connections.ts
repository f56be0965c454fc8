/** Connections in the database of a data folder, for commands that work beside a service or without one. */
import { toUnreachable } from '../connectors/source-unreachable.ts';
import { findLiveConnector } from '../connectors/live-registry.ts';
import type { HealthLine } from '../connectors/live-contract.ts';
import type { ConnectedSystem } from '../engine/connected-system.ts';
import { loadSystems } from '../engine/load-systems.ts';
import { backfillKind, requestBackfill } from '../engine/sweep.ts';
import {
  changeConnectionSecrets,
  findOpenSecrets,
  readConnectionSecrets,
} from '../store/connection-secrets.ts';
import { appendAudit } from '../store/audit-trail.ts';
import { findConnection, listConnections, putConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { newId } from '../store/ids.ts';
import { listSweepCursors } from '../store/sweep-cursors.ts';
import { AppError } from '../wire/errors.ts';
import { exitCodes, type ExitCode } from '../wire/exit-codes.ts';
import { openDataFolder, unlockFolder, type UnlockedFolder } from './data-folder.ts';
import { type GivenConnection, secretsToStore } from './gather-connection.ts';
import { secretsFromEnvironment } from './environment-secrets.ts';
import { openStore } from './open-store.ts';
import type { PullTarget } from './pull-objects.ts';

async function withStore<T>(
  data: string,
  work: (db: Database, folder: UnlockedFolder) => Promise<T>,
): Promise<T> {
  const folder = openDataFolder(data);
  const { db, close } = await openStore(folder, 'beside');
  try {
    return await work(db, await unlockFolder(db, folder));
  } finally {
    await close();
  }
}

/** Who works at the command line is known to the machine, not to us. */
const actor = 'command-line';

async function tellAudit(
  db: Database,
  connection: string,
  action: string,
  { before, after }: { readonly before: unknown; readonly after: unknown },
): Promise<void> {
  await appendAudit(db, {
    chain: `connection/${connection}`,
    actor,
    action,
    body: { before, after, why: null },
  });
}

/** Stores or changes a connection; was it new? */
export async function storeConnection(
  data: string,
  given: GivenConnection,
  watchFromAt: string,
): Promise<boolean> {
  const { name, connector, system, baseUrl, allowedNetworks, settings } = given;
  return withStore(data, async (db, folder) => {
    const before = await findConnection(db, name);
    if (before !== undefined && before.connector !== connector)
      throw new AppError('connection-invalid', {
        detail: `“${name}” is a connection to ${before.connector} already; take another --name`,
      });
    await putConnection(db, {
      connection: name,
      connector,
      system,
      settings: { ...settings, baseUrl, allowedNetworks },
      // What was open before the first day stays in the opening balance when a password is changed.
      ...(before === undefined && { watchFromAt }),
    });
    const secrets = secretsToStore(given);
    await changeConnectionSecrets(db, folder.seal, name, secrets);
    await tellAudit(db, name, before === undefined ? 'connection.added' : 'connection.changed', {
      before: before === undefined ? null : { connector: before.connector, system: before.system, settings: before.settings },
      // Names of secrets, never values.
      after: { connector, system, settings: { ...settings, baseUrl, allowedNetworks }, secrets: Object.keys(secrets).sort() },
    }); // prettier-ignore
    return before === undefined;
  });
}

async function systemsOf(
  db: Database,
  folder: UnlockedFolder,
): Promise<ReadonlyMap<string, ConnectedSystem>> {
  const { zone = 'UTC', currency = 'EUR' } = folder.policyFile as { zone?: string; currency?: string };
  return loadSystems(db, {
    findLive: findLiveConnector, zone, currency, random: Math.random,
    secretsOf: async (name) => ({
      ...(await readConnectionSecrets(db, folder.seal, name)),
      ...secretsFromEnvironment(process.env, name),
    }),
  }); // prettier-ignore
}

/** Asks the systems of one or all connections. Throws `connection-not-found`. */
export async function testConnections(
  data: string,
  name: string | undefined,
  signal: AbortSignal,
): Promise<readonly { readonly connection: string; readonly lines: readonly HealthLine[] }[]> {
  return withStore(data, async (db, folder) => {
    const systems = [...(await systemsOf(db, folder))].filter(([each]) => name === undefined || each === name);
    if (name !== undefined && systems.length === 0)
      throw new AppError('connection-not-found', { detail: name });
    const tested = [];
    for (const [connection, { live, unusable }] of systems) {
      const lines: readonly HealthLine[] =
        unusable !== undefined
          ? [{ check: 'connection', state: 'failed', message: unusable }]
          : live === undefined
          ? [{ check: 'connection', state: 'warning', message: 'Is paused, stopped or fed by files; nothing to ask.' }]
          : await live.connector.check(live.connection, signal).catch((error: unknown): HealthLine[] => [
              { check: 'connection', state: 'failed', message: toUnreachable(error).message },
            ]);
      live?.connection.http.close();
      tested.push({ connection, lines });
    }
    return tested;
  }); // prettier-ignore
}

export type ListedConnection = {
  readonly connection: string;
  readonly connector: string;
  readonly system: string;
  readonly status: string;
  readonly baseUrl: string | undefined;
  /** Names, never values. */
  readonly secrets: readonly string[];
  /** One text per kind that is swept. */
  readonly progress: readonly string[];
};

export async function listStored(data: string): Promise<readonly ListedConnection[]> {
  return withStore(data, async (db, folder) => {
    const cursors = Map.groupBy(await listSweepCursors(db), ({ connection }) => connection);
    const rows: ListedConnection[] = [];
    for (const { connection, connector, system, status, settings } of await listConnections(db)) {
      const secrets = Object.keys((await findOpenSecrets(db, folder.seal, connection)) ?? { 'cannot be opened': '' }).sort();
      const { baseUrl } = settings as { readonly baseUrl?: string };
      const progress = (cursors.get(connection) ?? []).map(
        ({ name, finishedAt }) => `${name}: ${finishedAt === null ? 'under way' : `read to the end at ${finishedAt}`}`,
      );
      rows.push({ connection, connector, system, status, baseUrl, secrets, progress });
    }
    return rows;
  }); // prettier-ignore
}

/** Reads a connection anew, from an instant on or all of it, newest first where its system can; resumable. */
export async function backfillConnection(
  data: string,
  name: string,
  from: string | undefined,
  tell: (line: string) => void,
): Promise<ExitCode> {
  const since = from === undefined ? undefined : Date.parse(from);
  if (Number.isNaN(since)) throw new AppError('time-invalid', { detail: from! });
  return withStore(data, async (db, folder) => {
    const found = await findConnection(db, name);
    if (found === undefined) throw new AppError('connection-not-found', { detail: name });
    const system = (await systemsOf(db, folder)).get(name);
    if (system?.live === undefined) {
      tell(`“${name}” is ${found.status === 'active' ? 'fed by files' : found.status}; there is nothing to read.`);
      return exitCodes.failed;
    }
    const is = await requestBackfill(db, system, since);
    await tellAudit(db, name, 'connection.backfill', { before: null, after: { from: from ?? null, is } });
    const options = { holder: newId(), signal: new AbortController().signal };
    let exit: ExitCode = exitCodes.fine;
    for (const { kind } of system.live.connector.sweeps) {
      const result = await backfillKind(db, system, kind, options);
      if (result.is === 'done') tell(`${kind}: ${result.objects} records read`);
      else if (result.is === 'skipped') tell(`${kind}: a running service is reading it; it goes on there`);
      else {
        tell(`${kind}: ${result.message}`);
        exit = exitCodes.unreachable;
      }
    }
    system.live.connection.http.close();
    return exit;
  }); // prettier-ignore
}

/** The active connections of a service, opened for reading; one of them where it is named. */
export async function openStoredConnections(
  data: string,
  name: string | undefined,
): Promise<readonly PullTarget[]> {
  return withStore(data, async (db, folder) =>
    [...(await systemsOf(db, folder))].flatMap(([each, { connector, live }]) =>
      live === undefined || (name !== undefined && each !== name)
        ? []
        : [{ pure: connector, live: live.connector, connection: live.connection }],
    ),
  );
}
