/**
 * The live half of a file feed: what a health check can say. Its files are read by the engine (`import-feed.ts`),
 * because rows become facts by a mapping and a corrected file has to be compared with what it replaces.
 */
import { feedSettingsSchema } from '../../wire/feed-settings.ts';
import type { ConnectorLive, HealthLine, LiveConnection } from '../live-contract.ts';
import { toUnreachable } from '../source-unreachable.ts';
import { openFeedFolder } from './feed-folder.ts';

async function check(connection: LiveConnection): Promise<readonly HealthLine[]> {
  const settings = feedSettingsSchema.safeParse(connection.settings.feed);
  const lines: HealthLine[] = [
    settings.success
      ? { check: 'settings', state: 'ok', message: 'The feed says which files, and how they are read.' }
      : { check: 'settings', state: 'failed', message: `Correct the feed: ${problemOf(settings.error)}.` },
  ];
  try {
    const folder = await openFeedFolder(connection);
    const names = settings.success ? new RegExp(settings.data.files ?? '', 'u') : /(?:)/u;
    const entries = (await folder.list()).filter(({ name }) => names.test(name));
    folder.close();
    lines.push(
      entries.length > 0
        ? { check: 'folder', state: 'ok', message: `The folder can be read: ${entries.length} files fit.` }
        : { check: 'folder', state: 'warning', message: 'The folder can be read, but no file in it fits.' },
    );
  } catch (error) {
    lines.push({ check: 'folder', state: 'failed', message: `${toUnreachable(error).message}.` });
  }
  return lines;
}

function problemOf(error: { readonly issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  return issue === undefined ? 'it is not set' : `${issue.path.join('.') || 'feed'}: ${issue.message}`;
}

const nothingToTell = 'A feed of files cannot be told anything.';

export const fileFeedLive: ConnectorLive = {
  name: 'file-feed',
  contract: { commands: {}, overlapMs: 0, requestsPerSecond: 10, finalErrors: [] },
  sweeps: [],
  sweep: (_connection, _kind, cursor) => Promise.resolve({ objects: [], cursor: cursor ?? '{}', done: true }),
  async *census() {},
  fetch: () =>
    Promise.resolve({ is: 'unreachable', code: 'route-missing', message: 'a row is read with its file' }),
  verify: () => ({ is: 'rejected', code: 'unreadable', message: 'a feed of files takes no webhooks' }),
  probe: () => Promise.resolve({ is: 'undecidable', message: nothingToTell }),
  execute: () => Promise.resolve({ is: 'failed', code: 'unsupported', message: nothingToTell, final: true }),
  check: (connection) => check(connection),
};
