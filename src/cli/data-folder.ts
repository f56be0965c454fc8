/** The folder a service keeps its data in: the database, the master key, the policy file. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Database } from '../store/database.ts';
import { masterKeyBytes, type Seal } from '../store/seal.ts';
import { AppError } from '../wire/errors.ts';

/** Files of closed orders that `reentry archive` moved out of the database. */
export const archiveFolder = 'archive';
/** A key that `reentry keys rotate` has begun with. */
export const newKeyFile = 'master.key.new';

export type DataFolder = {
  readonly path: string;
  /** Folder of the embedded PostgreSQL. */
  readonly postgres: string;
  readonly masterKey: Buffer;
  /** Parsed `policy.json`; `{}` where there is none. */
  readonly policyFile: object;
};

/** With the seal of its database, of which the folder alone knows only the key. */
export type UnlockedFolder = DataFolder & { readonly seal: Seal };

/** Throws AppError `master-key-wrong`, `master-key-rotating`. */
export async function unlockFolder(db: Database, folder: DataFolder): Promise<UnlockedFolder> {
  // Loaded only here: most commands know no database.
  const { openSeal } = await import('../store/master-keys.ts');
  try {
    return { ...folder, seal: await openSeal(db, folder.masterKey) };
  } catch (error) {
    // All is sealed with the new key already, only the file has not taken its place.
    if (
      error instanceof AppError &&
      error.code === 'master-key-wrong' &&
      existsSync(join(folder.path, newKeyFile))
    )
      throw new AppError('master-key-rotating', { detail: folder.path });
    throw error;
  }
}

/**
 * Opens the data folder, making it and the master key where they are missing. The key comes from
 * `REENTRY_MASTER_KEY` (64 hex digits) or the file `master.key`, which only its owner may read.
 */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true });
    const masterKey = readMasterKey(join(folder, 'master.key'));
    return {
      path: folder,
      postgres: join(folder, 'postgres'),
      masterKey,
      policyFile: readPolicyFile(join(folder, 'policy.json')),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('data-folder-unusable', { detail: folder, cause: error });
  }
}

function readMasterKey(file: string): Buffer {
  const given = process.env['REENTRY_MASTER_KEY'];
  if (given === undefined && !existsSync(file)) {
    const key = randomBytes(masterKeyBytes);
    writeFileSync(file, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  }
  const key = Buffer.from((given ?? readFileSync(file, 'utf8')).trim(), 'hex');
  if (key.length !== masterKeyBytes)
    throw new AppError('master-key-invalid', { detail: given === undefined ? file : 'REENTRY_MASTER_KEY' });
  return key;
}

function readPolicyFile(file: string): object {
  if (!existsSync(file)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
    throw new Error('not an object');
  } catch (cause) {
    throw new AppError('policy-invalid', { detail: file, cause });
  }
}
