/** A new PostgreSQL cluster in a folder: initdb, all or nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../wire/errors.ts';
import type { PostgresPrograms } from './postgres-programs.ts';
import { startErrorFrom } from './postgres-start-error.ts';
import type { PostgresUser } from './postgres-user.ts';

/** Owner of the cluster and of everything in it. */
export const clusterRole = 'reentry';
const majorVersion = '18';

export type ClusterPlace = {
  /** Folder of the cluster; made when it is not there. */
  readonly cluster: string;
  readonly programs: PostgresPrograms;
  readonly user: PostgresUser;
  readonly password: string;
};

/** Makes the cluster beside its place and moves it there when it is whole, so a kill in between leaves no half one. */
export async function makeCluster(place: ClusterPlace): Promise<void> {
  const home = dirname(place.cluster);
  for (const name of await readdir(home)) {
    if (name.startsWith('cluster.')) await rm(join(home, name), { recursive: true, force: true });
  }
  const version = await readFile(join(place.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version?.trim() === majorVersion) return;
  if (version !== undefined)
    throw new AppError('store-cluster-version', { detail: `PostgreSQL ${version.trim()}` });

  const fresh = join(home, `cluster.${process.pid}`);
  const passwordFile = `${fresh}.password`;
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${place.password}\n`, { mode: 0o600 });
  const { uid, gid } = place.user.spawn;
  if (uid !== undefined && gid !== undefined) {
    await chown(fresh, uid, gid);
    await chown(passwordFile, uid, gid);
  }
  const flags = [
    `--pgdata=${fresh}`, `--username=${clusterRole}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
    // One collation on every machine, inside PostgreSQL: libc's would change under the indexes with an upgrade.
    '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions',
  ]; // prettier-ignore
  const child = spawn(place.programs.initdb, flags, {
    ...place.user.spawn,
    cwd: fresh,
    env: { ...place.programs.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  await rm(passwordFile, { force: true });
  if (code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw startErrorFrom(output);
  }
  await rename(fresh, place.cluster);
}
