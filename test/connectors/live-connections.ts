/** Connections to servers of the sandbox or of `scripts/live/start.sh`, and what goes wrong on the way to them. */
import type { ConnectionSettings, ConnectorPure, SourceObject } from '../../src/connectors/contract.ts';
import {
  type HttpClient, HttpFailure, type HttpRequest, openHttpClient,
} from '../../src/connectors/http-client.ts'; // prettier-ignore
import type { ConnectorLive, LiveConnection, Snapshot } from '../../src/connectors/live-contract.ts';
import type { Fact } from '../../src/kernel/fact.ts';

export const never = new AbortController().signal;

/** Address of a live server, or the reason to skip its tests. */
export function liveUrl(name: 'TRYTON' | 'RT'): { readonly url: string; readonly skip: string | false } {
  const url = process.env[`LIVE_${name}_URL`] ?? '';
  return { url, skip: url === '' ? 'no real server: run npm run test:live' : false };
}

/** Address of a server that somebody else runs, or the reason to skip its tests. */
export function givenServer(name: 'WOOCOMMERCE' | 'ODOO'): {
  readonly url: string;
  readonly skip: string | false;
} {
  const url = process.env[`REENTRY_LIVE_${name}_URL`] ?? '';
  return { url, skip: url === '' ? `no server given: set REENTRY_LIVE_${name}_URL` : false };
}

export function settingsOf(
  connection: string,
  system: ConnectionSettings['system'],
  more: Partial<ConnectionSettings> = {},
): ConnectionSettings {
  return {
    connection, system, zone: 'UTC', currency: 'EUR', orderReference: 'number', locations: {}, statuses: {},
    reasons: {}, tenders: {}, fields: {}, ...more,
  }; // prettier-ignore
}

export function connect(
  settings: ConnectionSettings,
  baseUrl: string,
  secrets: Readonly<Record<string, string>>,
): LiveConnection {
  const http = openHttpClient({
    secrets: Object.values(secrets),
    allowedNetworks: ['127.0.0.1'],
    requestsPerSecond: 200,
    random: Math.random,
  });
  return { settings, baseUrl, secrets, http };
}

/** A connection on which our process dies right after (or right before) its nth write. */
export function crashing(
  connection: LiveConnection,
  nth: number,
  when: 'before' | 'after',
): { readonly connection: LiveConnection; readonly crashed: () => boolean } {
  let writes = 0;
  let dead = false;
  const http: HttpClient = {
    ...connection.http,
    async request(request: HttpRequest) {
      if (dead) throw new HttpFailure('connection', 'the process is gone', false);
      const safe = request.safe ?? (request.method === 'GET' || request.method === 'HEAD');
      if (!safe) writes += 1;
      const strikes = !safe && writes === nth;
      if (strikes && when === 'before') {
        dead = true;
        throw new HttpFailure('connection', 'died before sending', true);
      }
      const response = await connection.http.request(request);
      if (strikes) {
        dead = true;
        throw new HttpFailure('connection', 'died before hearing the answer', true);
      }
      return response;
    },
  };
  return { connection: { ...connection, http }, crashed: () => dead };
}

/** Everything a sweep of all kinds gives, by kind and id; `cursors` continue from run to run. */
export async function sweepAll(
  live: ConnectorLive,
  connection: LiveConnection,
  into: Map<string, Map<string, unknown>>,
  cursors: Map<string, string>,
): Promise<readonly Snapshot[]> {
  const seen: Snapshot[] = [];
  for (const { kind } of live.sweeps) {
    for (let done = false; !done;) {
      const page = await live.sweep(connection, kind, cursors.get(kind), never);
      cursors.set(kind, page.cursor);
      done = page.done;
      for (const snapshot of page.objects) {
        seen.push(snapshot);
        const byId = into.get(snapshot.kind) ?? new Map<string, unknown>();
        byId.set(snapshot.id, snapshot.body);
        into.set(snapshot.kind, byId);
      }
    }
  }
  return seen;
}

/** All facts of what was swept, read through `keep` as the service stores it. */
export function factsOf(
  pure: ConnectorPure,
  settings: ConnectionSettings,
  objects: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
): readonly Fact[] {
  const kept = new Map<string, Map<string, unknown>>();
  for (const [kind, byId] of objects) {
    const bodies = new Map<string, unknown>();
    for (const [id, body] of byId)
      bodies.set(id, pure.keep({ connection: settings.connection, kind, id, body }));
    kept.set(kind, bodies);
  }
  const lookup = (kind: string, id: string | number): unknown => kept.get(kind)?.get(String(id));
  return [...kept].flatMap(([kind, byId]) =>
    [...byId].flatMap(([id, body]) => {
      const object: SourceObject = { connection: settings.connection, kind, id, body };
      return pure.read(object, { settings, lookup }).facts;
    }),
  );
}
