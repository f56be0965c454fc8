/**
 * Clusters that lie apart from their data folder, because the server's user cannot come where that is. Whoever deletes
 * such a folder leaves its cluster behind: here they are listed with the folder they belong to, and removed with it.
 */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../wire/errors.ts';
import { findPostmaster, isPostgresOf } from './postmaster.ts';
import { outsidePlace, sharedFolder } from './postgres-user.ts';

/** In the cluster's folder: path of the data folder's `postgres/`, for people and for this file. */
const noteFile = 'belongs-to';

/** Notes whose cluster it is; does nothing where it lies in its own folder. */
export async function noteOwner(folder: string, home: string): Promise<void> {
  if (home === resolve(folder) || !home.startsWith(sharedFolder)) return;
  const path = join(home, noteFile);
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known !== `${resolve(folder)}\n`) await writeFile(path, `${resolve(folder)}\n`, { mode: 0o644 });
}

export type OutsideCluster = {
  readonly place: string;
  /** The `postgres/` of a data folder; undefined where an older version made it and it was not started since. */
  readonly folder: string | undefined;
  /** Its data folder is not there any more. */
  readonly isLeft: boolean;
  readonly isRunning: boolean;
};

/** All clusters below the shared folder. */
export async function listOutsideClusters(): Promise<readonly OutsideCluster[]> {
  const found: OutsideCluster[] = [];
  for (const name of (await readdir(sharedFolder).catch(() => [])).sort()) {
    const place = join(sharedFolder, name);
    const cluster = join(place, 'cluster');
    if (!(await isThere(cluster))) continue;
    const folder = (await readFile(join(place, noteFile), 'utf8').catch(() => '')).trim() || undefined;
    const server = await findPostmaster(cluster);
    const isRunning = server !== undefined && (await isPostgresOf(cluster, server.pid));
    found.push({ place, folder, isLeft: folder !== undefined && !(await isThere(folder)), isRunning });
  }
  return found;
}

/** Removes the cluster that a data folder has elsewhere, if any. Throws `store-folder-locked` while a server works in it. */
export async function removeOutsideCluster(folder: string): Promise<void> {
  const place = outsidePlace(folder);
  const server = await findPostmaster(join(place, 'cluster'));
  if (server !== undefined && (await isPostgresOf(join(place, 'cluster'), server.pid)))
    throw new AppError('store-folder-locked', { detail: `${place}, process ${server.pid}` });
  await rm(place, { recursive: true, force: true });
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
