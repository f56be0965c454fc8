/** A live connection to a server of the sandbox, as the engine would hand it to a connector. */
import type { TestContext } from 'node:test';
import type { ConnectionSettings } from '../../src/connectors/contract.ts';
import { openHttpClient } from '../../src/connectors/http-client.ts';
import type {
  ConnectorCommand,
  ConnectorLive,
  LiveConnection,
  Snapshot,
} from '../../src/connectors/live-contract.ts';

export const never = new AbortController().signal;

export function settingsOf(
  connection: string,
  system: ConnectionSettings['system'],
  more: Partial<ConnectionSettings> = {},
): ConnectionSettings {
  return {
    connection, system, zone: 'UTC', currency: 'EUR', orderReference: 'number', locations: {}, statuses: {}, reasons: {},
    tenders: {}, fields: {}, ...more,
  }; // prettier-ignore
}

/** Requests that are never answered end after `timeoutMs`; repeated reads wait next to nothing. */
export function connectTo(
  t: TestContext,
  parts: {
    readonly settings: ConnectionSettings;
    readonly baseUrl: string;
    readonly secrets: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
  },
): LiveConnection {
  const { settings, baseUrl, secrets, timeoutMs = 300 } = parts;
  const http = openHttpClient({
    secrets: Object.values(secrets), allowedNetworks: ['127.0.0.1'], requestsPerSecond: 1000, random: () => 0.5,
    timeoutMs, attemptsMax: 2, backoffMs: 1,
  }); // prettier-ignore
  t.after(() => http.close());
  return { settings, baseUrl, secrets, http };
}

/** A command of the order NK-1. */
export function commandOf(
  kind: ConnectorCommand['kind'],
  refs: ConnectorCommand['refs'],
  more: Partial<ConnectorCommand> = {},
): ConnectorCommand {
  return {
    key: 'prb_1.1', kind, orderKey: 'shop/NK-1', problem: 'prb_1', control: 'resolved-closed', mode: 'approve', refs,
    ...more,
  }; // prettier-ignore
}

/** One run of a sweep from a cursor to its end. */
export async function runSweep(
  connector: ConnectorLive,
  connection: LiveConnection,
  kind: string,
  from?: string,
): Promise<{ readonly objects: readonly Snapshot[]; readonly cursor: string; readonly pages: number }> {
  const objects: Snapshot[] = [];
  let cursor = from;
  for (let pages = 1; ; pages += 1) {
    const page = await connector.sweep(connection, kind, cursor, never);
    objects.push(...page.objects);
    ({ cursor } = page);
    if (page.done) return { objects, cursor, pages };
    if (pages > 500) throw new Error('the sweep does not end');
  }
}
