/** Imports a package that is no dependency of Reentry: the bench installs those into `bench/peers`. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const fromPeers = createRequire(join(import.meta.dirname, 'peers/package.json'));

export const importPeer = (name: string): Promise<unknown> =>
  import(pathToFileURL(fromPeers.resolve(name)).href);
