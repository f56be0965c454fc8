/**
 * Who runs the embedded server, and where its files can lie. PostgreSQL refuses to run as root, and containers and
 * fresh machines mostly run everything as root: then the server runs as an unprivileged user, who must be able to
 * reach the programs and the data through every folder above them.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Where files go that another user must reach while the folder given by the operator is closed to others. */
export const sharedFolder = '/var/lib/reentry';

/** Accounts to run the server as, in this order; both exist on nearly every Linux. */
const accountNames = ['postgres', 'nobody'];
const nobodyId = 65_534;

export type PostgresUser = {
  /** True when the server runs as another user than this process. */
  readonly isOther: boolean;
  /** Options for `spawn`: uid and gid, or nothing. */
  readonly spawn: { readonly uid?: number; readonly gid?: number };
};

/** This process's own user, or the one that root starts the server as. An existing cluster keeps its owner. */
export async function findPostgresUser(cluster: string): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { isOther: false, spawn: {} };
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0)
    return { isOther: true, spawn: { uid: owner.uid, gid: owner.gid } };
  const accounts = (await readFile('/etc/passwd', 'utf8').catch(() => ''))
    .split('\n')
    .map((row) => row.split(':'));
  for (const name of accountNames) {
    const account = accounts.find((fields) => fields[0] === name);
    const [uid, gid] = [Number(account?.[2]), Number(account?.[3])];
    if (uid > 0 && gid > 0) return { isOther: true, spawn: { uid, gid } };
  }
  return { isOther: true, spawn: { uid: nobodyId, gid: nobodyId } };
}

/** True when every folder on the way to `path`, and `path` itself, can be entered by anyone. */
export async function isReachable(path: string): Promise<boolean> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * The folder for the server's own files. Normally the data folder itself. When root's data folder lies where the
 * server's user cannot come (`/root/shop/.reentry`), one under `/var/lib/reentry`, named by the data folder's path.
 */
export async function placeCluster(folder: string): Promise<string> {
  if (process.getuid?.() !== 0) return folder;
  // The folder is ours: only those above it are left as they are.
  await chmod(folder, (await stat(folder)).mode | 0o011);
  if (await isReachable(folder)) return folder;
  const place = outsidePlace(folder);
  await mkdir(place, { recursive: true, mode: 0o755 });
  return place;
}

/** Where the cluster of a data folder lies if it cannot lie in it. */
export function outsidePlace(folder: string): string {
  return join(sharedFolder, createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12));
}

/** The folder where a cluster was made earlier, whether or not it is there; makes nothing. */
export async function findClusterPlace(folder: string): Promise<string> {
  if (process.getuid?.() !== 0 || existsSync(join(folder, 'cluster'))) return folder;
  return existsSync(outsidePlace(folder)) ? outsidePlace(folder) : folder;
}
