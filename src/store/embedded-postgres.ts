/**
 * The database that comes with Reentry: PostgreSQL 18 from npm, in a folder, on a free port of 127.0.0.1.
 *
 *   const server = await startEmbeddedPostgres({ folder: '.reentry/postgres' });
 *   … server.url …
 *   await server.stop();
 *
 * In the folder: `cluster/` (PostgreSQL's own), `password`, `postgres.log`, `reentry.lock`. Writes are durable (fsync
 * is on). A server that a killed Reentry left behind is taken over; one that dies is started again on its port.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../wire/errors.ts';
import { takeFolderLock } from './folder-lock.ts';
import { clusterRole, makeCluster } from './make-cluster.ts';
import type { ClusterPlace } from './make-cluster.ts';
import { noteOwner } from './outside-clusters.ts';
import { findPostmaster, isPostgresOf, isRunning, listPostgresOf } from './postmaster.ts';
import { preparePostgresPrograms } from './postgres-programs.ts';
import { startErrorFrom, toStartError } from './postgres-start-error.ts';
import { findClusterPlace, findPostgresUser, placeCluster } from './postgres-user.ts';

const databaseName = 'reentry';
const readyTimeoutMs = 60_000;
/** Fast shutdown writes a checkpoint; a slow disk may need long for it. */
const stopTimeoutMs = 60_000;
const pollMs = 25;
const portTries = 5;
const logBytesMax = 5_000_000;
/**
 * Starting again after a crash, or after a start that failed: at once, then with pauses that double. It never gives up,
 * because a full disk is emptied and a folder comes back, and nobody should have to restart the service for that.
 */
const calmMs = 60_000;
const pauseMsMin = 250;
const pauseMsMax = 15_000;

const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // No socket file: nothing in /tmp to leave behind, no limit on the length of the folder's path.
  unix_socket_directories: '',
  fsync: 'on',
  max_connections: '100',
  max_wal_size: '2GB',
  // A page from anywhere costs about as much as the next one, on every disk that a database is run on today.
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  jit: 'off',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
};

export type EmbeddedPostgresOptions = {
  readonly folder: string;
  /** Fixed port; without it a free one is taken. */
  readonly port?: number;
  /** More `postgresql.conf` settings, over ours. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Folder of the programs instead of the npm package's (tests). */
  readonly programs?: string;
  /** Called each time a dead server could not be started again; it is tried further. */
  readonly onFailure?: (error: AppError) => void;
};

export type EmbeddedPostgres = {
  /** Connection string with password for the database `reentry`, for `openDatabase`. */
  readonly url: string;
  readonly port: number;
  /** Process id of the server that runs now. */
  pid(): number;
  /** True when the server was left running by a Reentry that was killed. */
  readonly wasAdopted: boolean;
  /** Fast, clean shutdown: open transactions roll back; resolves when no process is left. Repeatable. */
  stop(): Promise<void>;
};

type Place = ClusterPlace & {
  readonly folder: string;
  readonly flags: readonly string[];
};

type Running = { readonly pid: number; readonly port: number; readonly child?: ChildProcess };

/**
 * Starts the server of a folder, which is made if it is not there, or takes over one that still runs. Throws
 * AppError: `store-folder-locked`, `store-folder-unwritable`, `store-disk-full`, `store-port-taken`,
 * `store-programs-missing`, `store-cluster-version`, `store-start-failed`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder);
  let lock;
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    lock = takeFolderLock(folder);
  } catch (error) {
    throw toStartError(error, folder);
  }
  try {
    const place = await preparePlace(folder, options);
    const adopted = await adoptOrStop(place, options.port);
    const running = adopted ?? (await launch(place, options.port));
    try {
      await createDatabase(place, running.port);
    } catch (error) {
      await stopProcess(place, running.pid);
      throw error;
    }
    return supervise(place, running, adopted !== undefined, lock.release, options.onFailure);
  } catch (error) {
    lock.release();
    throw toStartError(error, folder);
  }
}

/**
 * Connection string of the server that another process runs in this folder, or undefined. For commands that work beside
 * a running service: they neither lock the folder nor stop the server.
 */
export async function findRunningPostgres(folder: string): Promise<string | undefined> {
  const path = resolve(folder);
  const password = (await readFile(join(path, 'password'), 'utf8').catch(() => '')).trim();
  if (password === '') return undefined;
  const cluster = join(await realpath(await findClusterPlace(path)), 'cluster');
  const found = await findPostmaster(cluster);
  if (found?.status !== 'ready' || !(await isPostgresOf(cluster, found.pid))) return undefined;
  return urlOf(password, found.port);
}

function urlOf(password: string, port: number): string {
  return `postgres://${clusterRole}:${encodeURIComponent(password)}@127.0.0.1:${port}/${databaseName}`;
}

async function preparePlace(folder: string, options: EmbeddedPostgresOptions): Promise<Place> {
  const home = await realpath(await placeCluster(folder));
  await noteOwner(folder, home);
  const cluster = join(home, 'cluster');
  const user = await findPostgresUser(cluster);
  const programs = await preparePostgresPrograms(home, user, options.programs);
  const password = await readPassword(folder);
  const all = { ...settings, ...options.settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Says which program with which settings runs; one that differs is not adopted but started anew.
  const name = createHash('sha256')
    .update([programs.version, ...flags].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const place = {
    folder,
    cluster,
    programs,
    user,
    password,
    flags: [...flags, '-c', `cluster_name=reentry-${name}`],
  };
  await makeCluster(place);
  return place;
}

async function readPassword(folder: string): Promise<string> {
  const path = join(folder, 'password');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const fresh = randomBytes(24).toString('base64url');
  await writeFile(path, `${fresh}\n`, { mode: 0o600 });
  return fresh;
}

/** The server that a killed Reentry left, if it is the one we would start; any other one of this cluster is stopped. */
async function adoptOrStop(place: Place, port: number | undefined): Promise<Running | undefined> {
  const left = await findPostmaster(place.cluster);
  if (left !== undefined && (await isPostgresOf(place.cluster, left.pid))) {
    const isWanted = port === undefined || port === left.port;
    if (isWanted && (await isOurs(place, left.port))) return { pid: left.pid, port: left.port };
    await stopProcess(place, left.pid);
  }
  await endStrays(place);
  // Its process id may belong to someone else by now (containers count from 1 again), which PostgreSQL would take
  // for a living server. Nothing works in the cluster any more, so the file is stale.
  await rm(join(place.cluster, 'postmaster.pid'), { force: true });
  return undefined;
}

/** Children of a killed postmaster end by themselves within moments; what does not is ended. */
async function endStrays(place: Place): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const strays = await listPostgresOf(place.cluster);
    if (strays.length === 0) return;
    if (waitedMs >= 5_000) for (const pid of strays) signal(pid, 'SIGKILL');
    await sleep(pollMs);
  }
}

async function isOurs(place: Place, port: number): Promise<boolean> {
  try {
    const [row] = await ask(place, port, 'postgres', "select current_setting('cluster_name') as name");
    return place.flags.includes(`cluster_name=${String(row?.['name'])}`);
  } catch {
    return false;
  }
}

/** Starts the server and waits until it takes connections. */
async function launch(place: Place, port: number | undefined): Promise<Running> {
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port ?? (await findFreePort());
    const result = await tryLaunch(place, chosen);
    if (typeof result !== 'string') return result;
    if (/could not bind|Address already in use/i.test(result)) {
      if (port !== undefined)
        throw new AppError('store-port-taken', { detail: String(port), cause: new Error(result) });
      if (attempt < portTries) continue;
    }
    throw startErrorFrom(result);
  }
}

/** The running server, or what the log said while it failed. */
async function tryLaunch(place: Place, port: number): Promise<Running | string> {
  const path = join(place.folder, 'postgres.log');
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logBytesMax) await rename(path, `${path}.old`);
  const log = await open(path, 'a', 0o640);
  const from = size > logBytesMax ? 0 : size;
  const flags = ['-D', place.cluster, '-p', String(port), ...place.flags];
  // A group of its own: Ctrl-C in a terminal must reach Reentry only, which then stops the server when it is done.
  // The log is a file and no pipe: the server may outlive us.
  const child = spawn(place.programs.postgres, flags, {
    ...place.user.spawn,
    cwd: place.cluster,
    env: { ...place.programs.env, LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let spawnError: Error | undefined;
  child.on('error', (error) => (spawnError = error));
  await log.close();
  const readLog = async (): Promise<string> => (await readFile(path)).subarray(from).toString('utf8');
  for (let waitedMs = 0; waitedMs < readyTimeoutMs; waitedMs += pollMs) {
    if (spawnError !== undefined) return spawnError.message;
    if (child.exitCode !== null || child.signalCode !== null) return readLog();
    const found = await findPostmaster(place.cluster);
    if (found?.pid === child.pid && found?.status === 'ready') {
      child.unref();
      return { pid: found.pid, port, child };
    }
    await sleep(pollMs);
  }
  child.kill('SIGKILL');
  return `no answer within ${readyTimeoutMs / 1000} s\n${await readLog()}`;
}

/** A port that was free a moment ago; the caller tries again when someone was faster. */
async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function createDatabase(place: Place, port: number): Promise<void> {
  const found = await ask(
    place,
    port,
    'postgres',
    `select 1 from pg_database where datname = '${databaseName}'`,
  );
  if (found.length === 0) await ask(place, port, 'postgres', `create database ${databaseName}`);
}

async function ask(
  place: Place,
  port: number,
  database: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    host: '127.0.0.1', port, user: clusterRole, password: place.password, database, connectionTimeoutMillis: 5_000,
  }); // prettier-ignore
  client.on('error', () => {}); // A cut connection also rejects the query.
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Watches over a running server until `stop`. */
function supervise(
  place: Place,
  first: Running,
  wasAdopted: boolean,
  release: () => void,
  onFailure: ((error: AppError) => void) | undefined,
): EmbeddedPostgres {
  let running = first;
  let failures = 0;
  const ending = new AbortController();
  let restarting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  // `process.exit` without `stop`: ask for a fast shutdown, which needs no one to wait for it.
  const onExit = (): void => signal(running.pid, 'SIGINT');
  process.on('exit', onExit);

  const watch = (): void => {
    const startedAt = performance.now();
    const died = (): void => {
      if (ending.signal.aborted) return;
      failures = performance.now() - startedAt > calmMs ? 0 : failures + 1;
      restarting = restart();
    };
    if (running.child === undefined) {
      // An adopted server is no child of ours: nobody tells us of its end.
      timer = setInterval(() => {
        void isRunning(running.pid).then((isAlive) => {
          if (isAlive || timer === undefined) return;
          clearInterval(timer);
          timer = undefined;
          died();
        });
      }, 250).unref();
    } else {
      running.child.once('exit', died);
      if (running.child.exitCode !== null || running.child.signalCode !== null) died();
    }
  };

  const restart = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const pauseMs = failures === 0 ? 0 : Math.min(pauseMsMax, pauseMsMin * 2 ** failures);
      await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => {});
      if (ending.signal.aborted) return;
      try {
        await adoptOrStop(place, 0);
        running = await launch(place, running.port);
        watch();
        return;
      } catch (error) {
        failures += 1;
        onFailure?.(toStartError(error, place.folder));
      }
    }
  };

  const stop = async (): Promise<void> => {
    ending.abort();
    await restarting;
    clearInterval(timer);
    timer = undefined;
    process.off('exit', onExit);
    await stopProcess(place, running.pid);
    release();
  };

  watch();
  return {
    url: urlOf(place.password, first.port),
    port: first.port,
    pid: () => running.pid,
    wasAdopted,
    stop: () => (stopping ??= stop()),
  };
}

/** Stops a postmaster: fast, then at once (recovery follows at the next start), then hard. */
async function stopProcess(place: Place, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    // No signals there: pg_ctl speaks to the server's own pipe.
    const child = spawn(place.programs.pgCtl, ['stop', '-D', place.cluster, '-m', 'fast', '-w'], {
      stdio: 'ignore',
    });
    await once(child, 'close');
    return;
  }
  for (const [name, timeoutMs] of [
    ['SIGINT', stopTimeoutMs],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    // prettier-ignore
    if (!(await isPostgresOf(place.cluster, pid))) break;
    signal(pid, name);
    for (let waitedMs = 0; waitedMs < timeoutMs && (await isRunning(pid)); waitedMs += pollMs)
      await sleep(pollMs);
  }
  await endStrays(place);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself meanwhile.
  }
}
