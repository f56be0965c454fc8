/**
 * Canonical facts, live: posted with a signature (`signed-delivery.ts`; secret `webhook`), or in a folder that is watched
 * (`watched-folder.ts`; `baseUrl` is `file:///var/feeds/warehouse`). A connection without a folder has nothing to sweep.
 */
import type { ConnectorLive, HealthLine, LiveConnection } from '../live-contract.ts';
import { toUnreachable } from '../source-unreachable.ts';
import { verifySigned } from './signed-delivery.ts';
import { censusFolder, fetchFromFolder, sweepFolder } from './watched-folder.ts';

const hasFolder = (connection: LiveConnection): boolean => connection.baseUrl.startsWith('file:');

async function* nothing(): AsyncGenerator<never> {}

async function check(connection: LiveConnection): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  if (hasFolder(connection)) {
    try {
      for await (const _page of censusFolder(connection, 'order')) break;
      lines.push({ check: 'folder', state: 'ok', message: 'The folder can be read.' });
    } catch (error) {
      const { message } = toUnreachable(error);
      lines.push({ check: 'folder', state: 'failed', message: `Check the path and its rights: ${message}.` });
    }
  }
  if ((connection.secrets['webhook'] ?? '') !== '')
    lines.push({ check: 'secret', state: 'ok', message: 'Signed facts can be posted.' });
  else if (!hasFolder(connection))
    lines.push({
      check: 'secret',
      state: 'failed',
      message: 'There is neither a folder nor a signing secret.',
    });
  return lines;
}

export const canonicalLive: ConnectorLive = {
  name: 'canonical',
  contract: { commands: {}, overlapMs: 0, requestsPerSecond: 10, finalErrors: [] },
  sweeps: [
    { kind: 'order', census: true },
    { kind: 'fact', census: true },
  ],
  sweep: (connection, kind, cursor, signal) =>
    hasFolder(connection)
      ? sweepFolder(connection, kind, cursor, signal)
      : Promise.resolve({ objects: [], cursor: cursor ?? '{"files":{}}', done: true }),
  census: (connection, kind) => (hasFolder(connection) ? censusFolder(connection, kind) : nothing()),
  fetch: (connection, ref) =>
    hasFolder(connection)
      ? fetchFromFolder(connection, ref)
      : Promise.resolve({
          is: 'unreachable',
          code: 'route-missing',
          message: 'posted facts cannot be read again',
        }),
  verify: verifySigned,
  probe: () => Promise.resolve({ is: 'undecidable', message: 'A feed of facts cannot be told anything.' }),
  execute: (_connection, command) => {
    const message = `A feed of facts cannot be told to ${command.kind}.`;
    return Promise.resolve({ is: 'failed', code: 'unsupported', message, final: true });
  },
  check: (connection) => check(connection),
};
