/** The folder a service keeps its data in: the database, the master key, the policy file. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createSeal, masterKeyBytes, type Seal } from '../store/seal.ts';
import { AppError } from '../wire/errors.ts';

export type DataFolder = {
  readonly path: string;
  /** Folder of the embedded PostgreSQL. */
  readonly postgres: string;
  readonly seal: Seal;
  /** Parsed `policy.json`; `{}` where there is none. */
  readonly policyFile: object;
};

/**
 * Opens the data folder, making it and the master key where they are missing. The key comes from
 * `REENTRY_MASTER_KEY` (64 hex digits) or the file `master.key`, which only its owner may read.
 */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { recursive: true });
    const seal = createSeal(readMasterKey(join(folder, 'master.key')));
    return {
      path: folder,
      postgres: join(folder, 'postgres'),
      seal,
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
