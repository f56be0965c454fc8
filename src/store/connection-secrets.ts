/** Secrets of a connection, sealed as one value. */
import { AppError } from '../wire/errors.ts';
import { findConnectionSecrets, setConnectionSecrets } from './connections.ts';
import type { Runner } from './database.ts';
import type { Seal } from './seal.ts';

export type Secrets = Readonly<Record<string, string>>;

const placeOf = (connection: string): string => `connection/${connection}`;

/**
 * Secrets that are stored with a connection, by name; none when there are none. Throws `secrets-unopened` where they were
 * sealed with another master key, or were changed.
 */
export async function readConnectionSecrets(db: Runner, seal: Seal, connection: string): Promise<Secrets> {
  const sealed = await findConnectionSecrets(db, connection);
  if (sealed === undefined) return {};
  try {
    return JSON.parse(seal.open(placeOf(connection), sealed).toString('utf8')) as Secrets;
  } catch (cause) {
    throw new AppError('secrets-unopened', { detail: connection, cause });
  }
}

/** The same, or undefined where they cannot be opened. */
export async function findOpenSecrets(
  db: Runner,
  seal: Seal,
  connection: string,
): Promise<Secrets | undefined> {
  try {
    return await readConnectionSecrets(db, seal, connection);
  } catch (error) {
    if (error instanceof AppError && error.code === 'secrets-unopened') return undefined;
    throw error;
  }
}

/** Sets secrets by name; null takes one away, those not named stay. What cannot be opened is given up for the new ones. */
export async function changeConnectionSecrets(
  db: Runner,
  seal: Seal,
  connection: string,
  changes: Readonly<Record<string, string | null>>,
): Promise<void> {
  const before = (await findOpenSecrets(db, seal, connection)) ?? {};
  const after = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
  const text = JSON.stringify(Object.fromEntries(after));
  const sealed = after.length === 0 ? null : seal.close(placeOf(connection), Buffer.from(text));
  await setConnectionSecrets(db, connection, sealed);
}
