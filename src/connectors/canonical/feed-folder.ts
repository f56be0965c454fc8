/**
 * The folder of a file feed: on this machine (`file:///var/feeds/bank`) or on an SFTP server
 * (`sftp://files.example:22/outgoing`; secrets `user`, and `password` or `privateKey` with `passphrase`).
 *
 * A server is known by the fingerprint of its key (secret `hostKey`, `SHA256:…`). Without one nothing is read: the health
 * check names the key that the server showed, for a person to compare.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { Client, FileEntryWithStats, SFTPWrapper } from 'ssh2';
import { guardAddresses } from '../address-guard.ts';
import type { LiveConnection } from '../live-contract.ts';
import { isInside, isPlainName } from './inside-folder.ts';
import { SourceUnreachable } from '../source-unreachable.ts';

export type FeedEntry = {
  readonly name: string;
  readonly size: number;
  /** Epoch milliseconds, by the clock of the folder's machine. */
  readonly modifiedAt: number;
};

export type FeedFolder = {
  /** Files by name, without those that are still being written by their name (`.x`, `x.part`, `x.tmp`, `x.filepart`). */
  list(): Promise<readonly FeedEntry[]>;
  download(name: string, target: string): Promise<void>;
  close(): void;
};

const connectTimeoutMs = 20_000;
const unfinished = /^\.|\.(?:part|tmp|filepart|crdownload)$/i;

/** Opens the folder. @throws SourceUnreachable with what to do. */
export async function openFeedFolder(connection: LiveConnection): Promise<FeedFolder> {
  const url = new URL(connection.baseUrl);
  if (url.protocol === 'file:') return localFolder(fileURLToPath(url));
  if (url.protocol === 'sftp:') return sftpFolder(connection, url);
  throw new SourceUnreachable('route-missing', `a feed is read from file: or sftp:, not ${url.protocol}`);
}

function localFolder(folder: string): FeedFolder {
  return {
    async list() {
      // A folder that is not mounted must never look like one that was emptied.
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        const code = error.code === 'EACCES' ? 'forbidden' : 'route-missing';
        throw new SourceUnreachable(code, `the folder ${folder} cannot be read`);
      });
      const entries: FeedEntry[] = [];
      for (const name of names.filter((each) => !unfinished.test(each)).sort()) {
        if (!(await isInside(folder, name))) continue;
        const found = await stat(join(folder, name));
        if (found.isFile()) entries.push({ name, size: found.size, modifiedAt: Math.trunc(found.mtimeMs) });
      }
      return entries;
    },
    download: (name, target) => copyFile(join(folder, name), target),
    close: () => undefined,
  };
}

async function sftpFolder(connection: LiveConnection, url: URL): Promise<FeedFolder> {
  const { secrets } = connection;
  const judged = await guardAddresses(connection.allowedNetworks ?? [])(url.hostname).catch(() => {
    throw new SourceUnreachable('route-missing', `there is no host ${url.hostname}`);
  });
  if (judged.is === 'refused')
    throw new SourceUnreachable('refused-address', `${url.hostname} leads into a private network`);
  // Loaded where files come this way: most shops have none that do.
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const sftp = await connect(client, {
    host: judged.address,
    port: url.port === '' ? 22 : Number(url.port),
    ...pick(secrets, 'user', 'username'),
    ...pick(secrets, 'password', 'password'),
    ...pick(secrets, 'privateKey', 'privateKey'),
    ...pick(secrets, 'passphrase', 'passphrase'),
    wanted: secrets['hostKey'],
  });
  const folder = decodeURIComponent(url.pathname) || '/';
  return {
    async list() {
      const found = await new Promise<FileEntryWithStats[]>((resolve, reject) => {
        sftp.readdir(folder, (error, list) => {
          if (error === undefined) resolve(list);
          else {
            // 2: no such file, 3: permission denied (SFTP version 3, section 7).
            const code = (error as { code?: unknown }).code === 3 ? 'forbidden' : 'route-missing';
            reject(new SourceUnreachable(code, `the folder ${folder} cannot be read: ${error.message}`));
          }
        });
      });
      return found
        .filter(
          ({ filename, attrs }) => attrs.isFile() && !unfinished.test(filename) && isPlainName(filename),
        )
        .map(({ filename, attrs }) => ({
          name: filename,
          size: attrs.size,
          modifiedAt: attrs.mtime * 1000,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async download(name, target) {
      const path = `${folder.replace(/\/$/, '')}/${name}`;
      await pipeline(sftp.createReadStream(path), createWriteStream(target));
    },
    close: () => client.end(),
  };
}

const pick = (secrets: Readonly<Record<string, string>>, name: string, as: string): Record<string, string> =>
  (secrets[name] ?? '') === '' ? {} : { [as]: secrets[name]! };

type Login = {
  readonly host: string;
  readonly port: number;
  /** `SHA256:…` of the server's key. */
  readonly wanted: string | undefined;
};

/** Logs in and opens SFTP. The server's key is compared before any secret is sent. */
async function connect(client: Client, { wanted, ...login }: Login): Promise<SFTPWrapper> {
  let shown = '';
  return new Promise((resolve, reject) => {
    const fail = (code: ConstructorParameters<typeof SourceUnreachable>[0], message: string): void => {
      client.end();
      reject(new SourceUnreachable(code, message));
    };
    client
      .on('ready', () =>
        client.sftp((error, sftp) => {
          if (error === undefined) resolve(sftp);
          else fail('bad-answer', `the server opens no SFTP: ${error.message}`);
        }),
      )
      .on('error', (error) => {
        const { level } = error as { level?: string };
        if (shown !== '' && shown !== wanted) {
          fail(
            'unauthorized',
            wanted === undefined || wanted === ''
              ? `the server shows the key ${shown}; compare it with its owner, then set it as secret hostKey`
              : `the server shows the key ${shown}, not ${wanted}: it was changed, or it is another server`,
          );
        } else if (level === 'client-authentication') fail('unauthorized', 'the server refuses the login');
        else if (level === 'client-timeout') fail('timeout', 'the server does not answer');
        else fail('server-error', error.message);
      })
      .connect({
        ...login,
        readyTimeout: connectTimeoutMs,
        hostVerifier: (key: Buffer) => {
          shown = `SHA256:${createHash('sha256')
            .update(key)
            .digest('base64')
            .replace(/={1,2}$/, '')}`;
          return shown === wanted;
        },
      });
  });
}
