/**
 * A running postmaster as its `postmaster.pid` and the process table tell it. Lines of that file: process id, data
 * folder, start time, port, socket folder, listen address, shared memory, status.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Postmaster = {
  readonly pid: number;
  readonly port: number;
  /** `starting ready stopping standby`, or empty in the first moments. */
  readonly status: string;
};

/** What `postmaster.pid` says, or undefined when there is none. Says nothing about whether it is alive. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isSafeInteger(pid) || pid === 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: lines[7] ?? '' };
}

/** True while a process runs. A zombie does not: where Node is process 1, an orphan that ended stays as one. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The program's name stands in parentheses and may contain anything; the state follows the last one.
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** True when the process is a PostgreSQL that works in this cluster, not another one that got a dead one's id. */
export async function isPostgresOf(cluster: string, pid: number): Promise<boolean> {
  if (!(await isRunning(pid))) return false;
  // Every PostgreSQL process changes into its data folder.
  if (process.platform === 'linux') return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster;
  if (process.platform === 'win32') return true;
  const { stdout } = await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({ stdout: '' }));
  return stdout.includes(cluster);
}

/** Processes that still work in the cluster: after the postmaster was killed its children end a little later. */
export async function listPostgresOf(cluster: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && (await isPostgresOf(cluster, pid))) found.push(pid);
  }
  return found;
}
