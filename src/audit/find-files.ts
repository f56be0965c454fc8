/** The files of an audit: those named, and all below the folders named, in a fixed order. */
import { readdirSync, statSync, type Stats } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../wire/errors.ts';

/** One file. `name` is what reports call it: its path below the folder that was given, with `/`. */
export type FoundFile = { readonly path: string; readonly name: string; readonly bytes: number };

/** Regular files of all paths, sorted by name, each once. Throws `path-not-found` and `folder-empty`. */
export function findFiles(paths: readonly string[]): FoundFile[] {
  const found = new Map<string, FoundFile>();
  for (const given of paths) {
    const path = resolve(given);
    const stats = statOf(path, given);
    if (!stats.isDirectory()) {
      found.set(path, { path, name: basename(path), bytes: stats.size });
      continue;
    }
    const before = found.size;
    for (const file of listFolder(path, given)) found.set(file.path, file);
    if (found.size === before && listFolder(path, given).length === 0) {
      throw new AppError('folder-empty', { detail: given });
    }
  }
  return [...found.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function statOf(path: string, given: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new AppError(isMissing(cause) ? 'path-not-found' : 'file-unreadable', { detail: given, cause });
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Files below a folder; hidden ones (`.DS_Store`, `.git`) are nobody's export. */
function listFolder(folder: string, given: string): FoundFile[] {
  const files: FoundFile[] = [];
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = relative(folder, path).split(sep).join('/');
      if (name.split('/').some((part) => part.startsWith('.'))) continue;
      const stats = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : undefined;
      if (entry.isFile()) files.push({ path, name, bytes: statSync(path).size });
      else if (stats?.isFile() === true) files.push({ path, name, bytes: stats.size });
    }
  } catch (cause) {
    throw new AppError('file-unreadable', { detail: given, cause });
  }
  return files;
}
