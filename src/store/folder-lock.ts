/**
 * One Reentry per data folder. The lock is a file lock of the operating system, taken through SQLite because Node has
 * no call of its own for it: the kernel lets go of it when the holder dies, however it dies, so there is no stale
 * lock, no guess about a process id that was given to someone else, and it holds across containers of one machine.
 */
import { DatabaseSync } from 'node:sqlite';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../wire/errors.ts';

const lockFile = 'reentry.lock';
const holderFile = 'reentry.pid';

export type FolderLock = { release(): void };

/** Takes the lock of a folder that exists. Throws `store-folder-locked`, naming the holder, or what opening it throws. */
export function takeFolderLock(folder: string): FolderLock {
  const database = new DatabaseSync(join(folder, lockFile));
  try {
    database.exec('pragma busy_timeout = 0; pragma journal_mode = memory; begin exclusive');
  } catch (cause) {
    database.close();
    if (cause instanceof Error && cause.message.includes('locked')) {
      throw new AppError('store-folder-locked', {
        detail: `${folder}, process ${readHolder(folder)}`,
        cause,
      });
    }
    throw cause;
  }
  // For people only: who holds it. Never read to decide anything.
  writeFileSync(join(folder, holderFile), `${process.pid}\n`, { mode: 0o644 });
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

function readHolder(folder: string): string {
  try {
    return readFileSync(join(folder, holderFile), 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
