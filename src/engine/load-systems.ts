/** Configured connections as the engine works with them: settings completed, secrets resolved, a way out opened. */
import type { ConnectionSettings } from '../connectors/contract.ts';
import { openHttpClient } from '../connectors/http-client.ts';
import type { ConnectorLive, LiveConnection } from '../connectors/live-contract.ts';
import { findConnector } from '../connectors/registry.ts';
import type { System } from '../kernel/fact.ts';
import { AppError, errors } from '../wire/errors.ts';
import { listConnections, type Connection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import type { Seal } from '../store/seal.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';

/** A connection as it is stored: settings beside where it is and what it may reach. */
type StoredSettings = Partial<Omit<ConnectionSettings, 'connection' | 'system'>> & {
  readonly baseUrl?: string;
  readonly allowedNetworks?: readonly string[];
  /** Below what the connector allows itself, for a source that is weak; above, for one that is ours. */
  readonly requestsPerSecond?: number;
  /** Where refunds of this shop are paid out. */
  readonly payoutPath?: 'gateway' | 'shop';
  /** One of the company that is watched while nothing real is connected. */
  readonly isSandbox?: boolean;
};

export type LoadOptions = {
  readonly findLive: (connector: string) => ConnectorLive | undefined;
  /** Secrets of a connection by name. */
  readonly secretsOf: (connection: string) => Promise<Readonly<Record<string, string>>>;
  readonly zone: string;
  readonly currency: string;
  /** Seals what objects say about people; without one it is dropped. */
  readonly seal?: Seal;
  /** 0 ≤ x < 1, spreads retries. */
  readonly random: () => number;
};

/** Every active connection. Paused, stopped and unknown ones are left out: nothing of theirs is read meanwhile. */
export async function loadSystems(db: Database, options: LoadOptions): Promise<ConnectedSystems> {
  const systems = new Map<string, ConnectedSystem>();
  for (const row of await listConnections(db)) {
    const connector = findConnector(row.connector);
    if (connector === undefined) continue;
    const settings = settingsOf(row, options);
    // Facts may be posted to a feed that has neither a server nor a folder.
    const given = row.settings as StoredSettings;
    const stored =
      given.baseUrl === undefined && row.connector === 'canonical' ? { ...given, baseUrl: '' } : given;
    const live = options.findLive(row.connector);
    const speaks = live !== undefined && row.status === 'active' && stored.baseUrl !== undefined;
    const opened = speaks ? await tryOpen(row, settings, stored, live, options) : undefined;
    systems.set(row.connection, {
      connector,
      settings,
      ...(options.seal !== undefined && { seal: options.seal }),
      ...(row.status !== 'active' && { isPaused: true }),
      ...(stored.payoutPath !== undefined && { payoutPath: stored.payoutPath }),
      ...(row.watchFromAt !== null && { watchFrom: new Date(row.watchFromAt).toISOString() }),
      ...(typeof opened === 'string' && { unusable: opened }),
      ...(live !== undefined && typeof opened === 'object' && { live: { connector: live, connection: opened } }),
    });
  }
  return systems;
} // prettier-ignore

/** The way to a system, or why there is none: one that cannot be opened stops none of the others. */
async function tryOpen(...given: Parameters<typeof open>): Promise<LiveConnection | string> {
  try {
    return await open(...given);
  } catch (error) {
    if (error instanceof AppError) return `${error.message}. ${errors[error.code].todo}`;
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

async function open(
  row: Connection,
  settings: ConnectionSettings,
  stored: StoredSettings,
  live: ConnectorLive,
  options: LoadOptions,
): Promise<LiveConnection> {
  const secrets = await options.secretsOf(row.connection);
  const http = openHttpClient({
    secrets: Object.values(secrets),
    allowedNetworks: stored.allowedNetworks ?? [],
    requestsPerSecond: stored.requestsPerSecond ?? live.contract.requestsPerSecond,
    random: options.random,
  });
  return {
    settings, baseUrl: stored.baseUrl!, secrets, http, allowedNetworks: stored.allowedNetworks ?? [],
  }; // prettier-ignore
}

function settingsOf(row: Connection, { zone, currency }: LoadOptions): ConnectionSettings {
  const {
    baseUrl: _baseUrl,
    allowedNetworks: _networks,
    requestsPerSecond: _rate,
    payoutPath: _path,
    isSandbox: _isSandbox,
    ...settings
  } = row.settings as StoredSettings;
  return {
    zone, currency, orderReference: 'number', locations: {}, statuses: {}, reasons: {}, tenders: {}, fields: {},
    ...settings, connection: row.connection, system: row.system as System,
  }; // prettier-ignore
}
