/** The checks of `reentry doctor`, in the order in which a start needs what they look at. */
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { findLiveConnector } from '../connectors/live-registry.ts';
import { readConnectionSecrets } from '../store/connection-secrets.ts';
import { listConnections, type Connection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { countMarks } from '../store/marks.ts';
import { openSeal } from '../store/master-keys.ts';
import type { Seal } from '../store/seal.ts';
import { listOutsideClusters } from '../store/outside-clusters.ts';
import { readMigrations } from '../store/migrate.ts';
import { listSweepCursors } from '../store/sweep-cursors.ts';
import { readConnectionsFile } from './connections-file.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { toFinding, type Finding } from './doctor-command.ts';
import { findUnknownVariables } from './environment-variables.ts';
import { secretsFromEnvironment } from './environment-secrets.ts';
import { openStore } from './open-store.ts';

const nodeMajorMin = 26;
const diskMinBytes = 512 * 1024 * 1024;
/** A sweep that ended longer ago than this is late. */
const sweepLateMs = 15 * 60_000;
/** Records or orders waiting longer than this say that nothing works on them. */
const waitingLateMs = 10 * 60_000;
const mega = 1024 * 1024;

export type Examined = { readonly data: string; readonly host: string; readonly port: string };

/** Looks at one thing after another; what cannot be looked at because of an earlier failure is left out. */
export async function* examine(options: Examined): AsyncIterable<Finding> {
  yield examineRuntime();
  const unknown = findUnknownVariables(process.env);
  if (unknown.length > 0)
    yield { check: 'environment', state: 'warning', message: `${unknown.join(', ')}: nothing reads this. docs/reference/configuration.md lists what is read.` }; // prettier-ignore
  yield* examinePlace(options.data);
  yield* examineLeftClusters();
  let folder: DataFolder;
  try {
    folder = openDataFolder(options.data);
    readConnectionsFile(folder.path);
    yield { check: 'data folder', state: 'ok', message: `${folder.path}, master key and files are readable` };
  } catch (error) {
    yield toFinding('data folder', error);
    return;
  }
  yield await examineAddress(options.host, Number(options.port));
  let store: Awaited<ReturnType<typeof openStore>>;
  try {
    store = await openStore(folder, 'beside');
  } catch (error) {
    yield toFinding('database', error);
    return;
  }
  try {
    const { rows } = await store.db.pool.query<{ version: string }>(
      "select current_setting('server_version') as version",
    );
    yield { check: 'database', state: 'ok', message: `${store.db.name}, PostgreSQL ${rows[0]?.version}` };
    const newest = (await readMigrations()).at(-1)?.version;
    yield { check: 'schema', state: 'ok', message: `version ${newest}, the one of this program` };
    let seal: Seal | undefined;
    try {
      seal = await openSeal(store.db, folder.masterKey, { isOnlyLooking: true });
    } catch (error) {
      yield toFinding('master key', error);
    }
    yield* examineConnections(store.db, seal);
    yield await examineBacklog(store.db);
  } catch (error) {
    yield toFinding('database', error);
  } finally {
    await store.close();
  }
}

function examineRuntime(): Finding {
  const { node } = process.versions;
  const isNew = Number(node.split('.')[0]) >= nodeMajorMin;
  return isNew
    ? { check: 'runtime', state: 'ok', message: `Node ${node} on ${process.platform}-${process.arch}` }
    : { check: 'runtime', state: 'failed', message: `Node ${node}; needs ${nodeMajorMin} or newer. Run "npm ci" without "--omit=optional", which brings it.` }; // prettier-ignore
}

/** The folder, or the nearest one above it that is there: may it be written, and is there room? */
async function* examinePlace(data: string): AsyncIterable<Finding> {
  let place = resolve(data);
  while (place !== dirname(place) && !(await stat(place).then(() => true, () => false))) place = dirname(place); // prettier-ignore
  try {
    await access(place, constants.W_OK | constants.X_OK);
  } catch {
    const message = `${place} cannot be written by this user. Choose another --data, or give it to this user.`;
    yield { check: 'disk', state: 'failed', message };
    return;
  }
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const message = `${Math.floor(free / mega)} MB free at ${place}`;
  yield free < diskMinBytes
    ? { check: 'disk', state: 'failed', message: `${message}; at least ${diskMinBytes / mega} MB are needed` }
    : { check: 'disk', state: 'ok', message };
}

/** Databases of folders that somebody deleted: only root's can lie elsewhere. */
async function* examineLeftClusters(): AsyncIterable<Finding> {
  const check = 'left database';
  for (const { place, folder, isLeft, isRunning } of await listOutsideClusters()) {
    if (isRunning) continue;
    if (isLeft)
      yield { check, state: 'warning', message: `${place} is the database of ${folder}, which is not there any more. If it is gone for good: reentry remove --data ${dirname(folder!)} --yes` }; // prettier-ignore
    else if (folder === undefined)
      yield { check, state: 'warning', message: `${place} is a database that says not whose it is. Start the service whose it is, and it will; if there is none any more, delete it.` }; // prettier-ignore
  }
}

async function examineAddress(host: string, port: number): Promise<Finding> {
  const check = 'address';
  const answer = await fetch(`http://${host}:${port}/health/ready`, { signal: AbortSignal.timeout(3_000) }).catch(
    () => undefined,
  ); // prettier-ignore
  const said = (await answer?.json().catch(() => undefined)) as
    { readonly status?: string; readonly reason?: string } | undefined;
  if (said?.status === 'ready') return { check, state: 'ok', message: `Reentry answers on ${host}:${port}` };
  if (said?.status === 'not-ready')
    return { check, state: 'warning', message: `Reentry runs on ${host}:${port} and is not ready: ${said.reason}` }; // prettier-ignore
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((done) => {
    const probe = createServer();
    probe.once('error', done);
    probe.listen({ host, port }, () => probe.close(() => done(undefined)));
  });
  return failure === undefined
    ? { check, state: 'ok', message: `${host}:${port} is free` }
    : { check, state: 'failed', message: `${host}:${port} cannot be used (${failure.code}). Choose another --port or --host.` }; // prettier-ignore
}

async function* examineConnections(db: Database, seal: Seal | undefined): AsyncIterable<Finding> {
  const connections = await listConnections(db);
  if (connections.length === 0)
    yield { check: 'connections', state: 'ok', message: 'none yet: the service watches a made-up company' };
  const cursors = Map.groupBy(await listSweepCursors(db), (row) => row.connection);
  for (const one of connections) {
    const check = `connection ${one.connection}`;
    const wrong = await examineOne(db, seal, one);
    if (wrong !== undefined) {
      yield { check, ...wrong };
      continue;
    }
    const ended = (cursors.get(one.connection) ?? [])
      .filter((row) => row.name.startsWith('sweep/'))
      .flatMap((row) => row.finishedAt ?? []);
    const oldest = ended.map((at) => Date.parse(at)).sort((left, right) => left - right)[0];
    const isLate = oldest !== undefined && Date.now() - oldest > sweepLateMs;
    yield isLate
      ? { check, state: 'warning', message: `last swept completely at ${new Date(oldest).toISOString()}. Is the service running? Its log says why a sweep failed.` }
      : { check, state: 'ok', message: oldest === undefined ? 'not swept yet' : `swept at ${new Date(oldest).toISOString()}` }; // prettier-ignore
  }
}

async function examineOne(
  db: Database,
  seal: Seal | undefined,
  { connection, connector, status, health }: Connection,
): Promise<Omit<Finding, 'check'> | undefined> {
  if (status === 'paused')
    return { state: 'warning', message: 'paused: nothing is read until it is resumed' };
  if (status === 'stopped') {
    const { code = 'unknown' } = health as { readonly code?: string };
    return { state: 'failed', message: `stopped (${code}): ${JSON.stringify(health)}. Check the system, then resume it.` }; // prettier-ignore
  }
  if (findLiveConnector(connector) === undefined || seal === undefined) return undefined;
  try {
    const stored = await readConnectionSecrets(db, seal, connection);
    const names = Object.keys({ ...stored, ...secretsFromEnvironment(process.env, connection) });
    if (names.length === 0) return { state: 'warning', message: 'has no secrets: no login is possible' };
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { state: 'failed', message: `its secrets cannot be opened (${said}): master.key or REENTRY_MASTER_KEY is not the key they were stored with.` }; // prettier-ignore
  }
}

async function examineBacklog(db: Database): Promise<Finding> {
  const { objects, orders, oldestAt } = await countMarks(db);
  const message = `${objects} records and ${orders} orders wait`;
  const isLate = oldestAt !== null && Date.now() - Date.parse(oldestAt) > waitingLateMs;
  return isLate
    ? { check: 'backlog', state: 'warning', message: `${message}, the oldest since ${oldestAt}. Is a process with --role all or worker running?` }
    : { check: 'backlog', state: 'ok', message }; // prettier-ignore
}
