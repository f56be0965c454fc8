/**
 * The watch over webhooks: each system is told to send them to us, signed with our own secret, and asked again and again
 * whether they are still on. WooCommerce switches one off after repeated failures and tells nobody (547).
 */
import type { HealthLine } from '../connectors/live-contract.ts';
import { toUnreachable } from '../connectors/source-unreachable.ts';
import type { Database } from '../store/database.ts';
import { readClock } from '../store/leases.ts';
import { setConnectionProblem } from './connection-problems.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';

/** Address at which a connection's system reaches us. */
export const hookUrl = (publicUrl: string, connection: string): string =>
  `${publicUrl.replace(/\/{1,9}$/, '')}/hooks/${connection}`;

/** Sets up what is missing and revives what is off, at every system that can be told. */
export async function watchWebhooks(
  db: Database,
  systems: ConnectedSystems,
  publicUrl: string,
  signal: AbortSignal,
): Promise<void> {
  for (const [name, system] of systems) {
    const lines = await subscribeTo(system, hookUrl(publicUrl, name), signal);
    if (lines === undefined || signal.aborted) continue;
    const off = lines.filter((line) => line.state !== 'ok');
    await setConnectionProblem(
      db,
      name,
      'webhook-disabled',
      off.length === 0
        ? undefined
        : {
            note: [...new Set(off.map(({ check, message }) => `${check}: ${message}`))].join(' '),
            since: await readClock(db),
          },
    );
  }
}

/** Undefined: nothing to set up there, or no word of it, which is what the sweep complains about. */
async function subscribeTo(
  { live }: ConnectedSystem,
  url: string,
  signal: AbortSignal,
): Promise<readonly HealthLine[] | undefined> {
  if (live?.connector.subscribe === undefined) return undefined;
  if ((live.connection.secrets['webhook'] ?? '') === '') return undefined;
  try {
    return await live.connector.subscribe(live.connection, url, signal);
  } catch (error) {
    const { code, message } = toUnreachable(error);
    if (code !== 'unauthorized' && code !== 'forbidden') return undefined;
    const told = `The key may not set up webhooks (${message}); give it the right to write, or set them up by hand and take the secret “webhook” away.`;
    return [{ check: 'webhooks', state: 'failed', message: told }];
  }
}
