/** Secrets of a connection, sealed as one value. */
import { findConnectionSecrets, setConnectionSecrets } from './connections.ts';
import type { Runner } from './database.ts';
import type { Seal } from './seal.ts';

export type Secrets = Readonly<Record<string, string>>;

const placeOf = (connection: string): string => `connection/${connection}`;

/** Secrets that are stored with a connection, by name; none when there are none. */
export async function readConnectionSecrets(db: Runner, seal: Seal, connection: string): Promise<Secrets> {
  const sealed = await findConnectionSecrets(db, connection);
  if (sealed === undefined) return {};
  return JSON.parse(seal.open(placeOf(connection), sealed).toString('utf8')) as Secrets;
}

/** Sets secrets by name; null takes one away, those not named stay. */
export async function changeConnectionSecrets(
  db: Runner,
  seal: Seal,
  connection: string,
  changes: Readonly<Record<string, string | null>>,
): Promise<void> {
  const before = await readConnectionSecrets(db, seal, connection);
  const after = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
  const text = JSON.stringify(Object.fromEntries(after));
  const sealed = after.length === 0 ? null : seal.close(placeOf(connection), Buffer.from(text));
  await setConnectionSecrets(db, connection, sealed);
}
