/**
 * The company that is watched while nothing real is connected. It is the same one after a restart: its seed and its
 * first day are kept, and it lives on to today.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox, type SandboxCompany } from '../sandbox/start-sandbox.ts';
import { listConnections, type Connection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { forgetConnection } from '../store/forget-connection.ts';
import type { DataFolder, UnlockedFolder } from './data-folder.ts';
import { connectSandbox } from './sandbox-connections.ts';

/** Days that the company has lived before anybody looks. */
const daysBefore = 45;
/** Further back it is not played again at every start: a new company begins. */
const daysMax = 120;
const dayMs = 86_400_000;

/** Is this connection one of the sandbox's, and not somebody's own under that name? */
export function isOfSandbox({ settings }: Pick<Connection, 'settings'>): boolean {
  return (settings as { readonly isSandbox?: unknown }).isSandbox === true;
}

/** Is anything real connected? */
export async function hasOwnConnections(db: Database): Promise<boolean> {
  return (await listConnections(db)).some((one) => !isOfSandbox(one));
}

/** Plays the company up to now and connects its servers, which have new ports at every start. */
export async function beginSandbox(
  db: Database,
  folder: UnlockedFolder,
  seed: string,
): Promise<SandboxCompany> {
  const begun = readBeginning(folder, seed);
  if (begun.isNew) await forgetSandbox(db);
  const sandbox = await startSandbox({ seed, now: begun.at, requestNow: Date.now });
  try {
    await sandbox.advance({ milliseconds: Date.now() - Date.parse(begun.at) });
    await connectSandbox(db, folder.seal, sandbox);
    return sandbox;
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

/** Takes the company and all that was read from it away: something real is connected now. */
export async function forgetSandbox(db: Database): Promise<readonly string[]> {
  const names = (await listConnections(db)).filter(isOfSandbox).map((one) => one.connection);
  for (const name of names) await forgetConnection(db, name);
  return names;
}

type Beginning = { readonly seed: string; readonly at: string };

function readBeginning(folder: DataFolder, seed: string): Beginning & { readonly isNew: boolean } {
  const file = join(folder.path, 'sandbox.json');
  if (existsSync(file)) {
    const known = JSON.parse(readFileSync(file, 'utf8')) as Beginning;
    if (known.seed === seed && Date.now() - Date.parse(known.at) < daysMax * dayMs)
      return { ...known, isNew: false };
  }
  const fresh = { seed, at: new Date(Date.now() - daysBefore * dayMs).toISOString() };
  writeFileSync(file, `${JSON.stringify(fresh)}\n`);
  return { ...fresh, isNew: true };
}
