/** Connections in the database of a data folder, for commands that work beside a service or without one. */
import { toUnreachable } from '../connectors/source-unreachable.ts';
import { findLiveConnector } from '../connectors/live-registry.ts';
import type { HealthLine } from '../connectors/live-contract.ts';
import type { ConnectedSystem } from '../engine/connected-system.ts';
import { loadSystems } from '../engine/load-systems.ts';
import { resetSweeps, sweepKind } from '../engine/sweep.ts';
import { changeConnectionSecrets, readConnectionSecrets } from '../store/connection-secrets.ts';
import { findConnection, listConnections, putConnection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { newId } from '../store/ids.ts';
import { listSweepCursors } from '../store/sweep-cursors.ts';
import { AppError, exitCodes, type ExitCode } from '../wire/errors.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { type GivenConnection, secretsToStore } from './gather-connection.ts';
import { secretsFromEnvironment } from './environment-secrets.ts';
import { openStore } from './open-store.ts';
import type { PullTarget } from './pull-objects.ts';

async function withStore<T>(
  data: string,
  work: (db: Database, folder: DataFolder) => Promise<T>,
): Promise<T> {
  const folder = openDataFolder(data);
  const { db, close } = await openStore(folder, 'beside');
  try {
    return await work(db, folder);
  } finally {
    await close();
  }
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
    await changeConnectionSecrets(db, folder.seal, name, secretsToStore(given));
    return before === undefined;
  });
}

async function systemsOf(db: Database, folder: DataFolder): Promise<ReadonlyMap<string, ConnectedSystem>> {
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
    for (const [connection, { live }] of systems) {
      const lines: readonly HealthLine[] =
        live === undefined
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
      const secrets = Object.keys(await readConnectionSecrets(db, folder.seal, connection)).sort();
      const { baseUrl } = settings as { readonly baseUrl?: string };
      const progress = (cursors.get(connection) ?? []).map(
        ({ name, finishedAt }) => `${name}: ${finishedAt === null ? 'under way' : `read to the end at ${finishedAt}`}`,
      );
      rows.push({ connection, connector, system, status, baseUrl, secrets, progress });
    }
    return rows;
  }); // prettier-ignore
}

/** Reads everything of a connection from the beginning, newest first where its system can; resumable. */
export async function backfillConnection(
  data: string,
  name: string,
  tell: (line: string) => void,
): Promise<ExitCode> {
  return withStore(data, async (db, folder) => {
    const found = await findConnection(db, name);
    if (found === undefined) throw new AppError('connection-not-found', { detail: name });
    const system = (await systemsOf(db, folder)).get(name);
    if (system?.live === undefined) {
      tell(`“${name}” is ${found.status === 'active' ? 'fed by files' : found.status}; there is nothing to read.`);
      return exitCodes.failed;
    }
    await resetSweeps(db, system);
    const options = { holder: newId(), signal: new AbortController().signal };
    let exit: ExitCode = exitCodes.fine;
    for (const { kind } of system.live.connector.sweeps) {
      const result = await sweepKind(db, system, kind, options);
      if (result.is === 'done') tell(`${kind}: ${result.objects} records read`);
      else if (result.is === 'skipped') tell(`${kind}: a running service is reading it; it goes on there from the beginning`);
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
