/** Why an embedded server did not start, as an operator's error. */
import { AppError } from '../wire/errors.ts';
import { hasErrno } from './node-error.ts';

/** What the server's or initdb's own words mean to an operator. */
export function startErrorFrom(output: string): AppError {
  const cause = new Error(output.trim().split('\n').slice(-15).join('\n'));
  if (/No space left on device/i.test(output)) return new AppError('store-disk-full', { cause });
  if (/Read-only file system|Permission denied/i.test(output))
    return new AppError('store-folder-unwritable', { cause });
  if (/ENOENT|EACCES|error while loading shared libraries/i.test(output)) {
    return new AppError('store-programs-missing', { cause });
  }
  return new AppError('store-start-failed', { detail: cause.message, cause });
}

export function toStartError(error: unknown, folder: string): AppError {
  if (error instanceof AppError) return error;
  if (hasErrno(error, 'ENOSPC', 'EDQUOT'))
    return new AppError('store-disk-full', { detail: folder, cause: error });
  // SQLite says "unable to open database file" or "attempt to write a readonly database" of the lock.
  const isSqlite = hasErrno(error, 'ERR_SQLITE_ERROR');
  if (isSqlite || hasErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST')) {
    return new AppError('store-folder-unwritable', { detail: folder, cause: error });
  }
  return new AppError('store-start-failed', { detail: String(error), cause: error });
}
