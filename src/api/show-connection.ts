/** A connection as the API shows it: the names of its secrets, never their values. */
import type { z } from 'zod';
import { findOpenSecrets } from '../store/connection-secrets.ts';
import { listConnections, type Connection } from '../store/connections.ts';
import { listSweepCursors } from '../store/sweep-cursors.ts';
import type { connectionSchema } from '../wire/api-connections.ts';
import type { ApiContext } from './api-config.ts';
import { Refused } from './refused.ts';

type ShownConnection = z.output<typeof connectionSchema>;

/** What is stored as settings of a connection: its own, and where its system is. */
export type StoredSettings = {
  readonly baseUrl?: string;
  readonly allowedNetworks?: readonly string[];
  readonly [name: string]: unknown;
};

export async function findConnection({ db }: ApiContext, name: string): Promise<Connection | undefined> {
  return (await listConnections(db)).find((one) => one.connection === name);
}

/** All connections with progress. */
export async function showConnections(api: ApiContext): Promise<readonly ShownConnection[]> {
  const cursors = Map.groupBy(await listSweepCursors(api.db), (cursor) => cursor.connection);
  const shown: ShownConnection[] = [];
  for (const one of await listConnections(api.db)) {
    const { baseUrl, allowedNetworks, ...settings } = one.settings as StoredSettings;
    shown.push({
      connection: one.connection,
      connector: one.connector,
      system: one.system,
      status: one.status,
      baseUrl: baseUrl ?? null,
      allowedNetworks: allowedNetworks ?? [],
      settings,
      secrets: Object.keys((await findOpenSecrets(api.db, api.config.seal, one.connection)) ?? {}).sort(),
      watchFromAt: one.watchFromAt,
      webhook: `${api.config.publicUrl}/hooks/${one.connection}`,
      health: one.health,
      progress: (cursors.get(one.connection) ?? []).map(({ name, progress, startedAt, movedAt, finishedAt }) => ({ name, progress, startedAt, movedAt, finishedAt })),
      changedAt: one.changedAt,
    });
  }
  return shown;
} // prettier-ignore

export async function showConnection(api: ApiContext, name: string): Promise<ShownConnection> {
  const found = (await showConnections(api)).find((one) => one.connection === name);
  if (found === undefined) throw new Refused('connection-not-found', { detail: name });
  return found;
}
