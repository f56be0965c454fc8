import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Whether a name is a file of this folder itself: whoever may put a link there must not have other files read. */
export async function isInside(folder: string, name: string): Promise<boolean> {
  if (!isPlainName(name)) return false;
  const [root, target] = await Promise.all([realpath(folder), realpath(join(folder, name)).catch(() => '')]);
  return target.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** A name and no path: servers list what they like. */
export const isPlainName = (name: string): boolean => !/[/\\\0]/.test(name) && name !== '..'; // eslint-disable-line no-control-regex
