/** Paths that lead out: links in a folder that is read, names that a server makes up, addresses of files. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import ssh2, { type Connection } from 'ssh2';
import { openFeedFolder } from '../../src/connectors/canonical/feed-folder.ts';
import { sweepFolder } from '../../src/connectors/canonical/watched-folder.ts';
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import { openApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-paths-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const connectionTo = (baseUrl: string, secrets: Readonly<Record<string, string>> = {}): LiveConnection =>
  ({ settings: { connection: 'feed' }, baseUrl, secrets, allowedNetworks: ['127.0.0.1'] }) as unknown as LiveConnection; // prettier-ignore

test('a link in a watched folder has no file outside of it read', async (t) => {
  const root = makeFolder(t);
  const inside = join(root, 'feed');
  mkdirSync(inside);
  const fact =
    '{"type":"goods.received","at":"2026-11-02T08:00:00Z","system":"wms","order":"secret-1","lines":[]}\n';
  writeFileSync(join(root, 'outside.ndjson'), fact);
  writeFileSync(join(inside, 'own.ndjson'), fact.replace('secret-1', 'own-1'));
  symlinkSync('../outside.ndjson', join(inside, 'a.ndjson'));
  symlinkSync('/etc/passwd', join(inside, 'b.csv'));
  symlinkSync(join(root, 'gone'), join(inside, 'c.ndjson'));
  symlinkSync('own.ndjson', join(inside, 'd.ndjson'));
  const folder = await openFeedFolder(connectionTo(pathToFileURL(inside).href));
  assert.deepEqual((await folder.list()).map((entry) => entry.name), ['d.ndjson', 'own.ndjson']); // prettier-ignore
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 });
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 6; page += 1) {
    const swept = await sweepFolder(connectionTo(pathToFileURL(inside).href), 'fact', cursor, new AbortController().signal); // prettier-ignore
    seen.push(JSON.stringify(swept));
    cursor = swept.cursor;
    if (swept.done) break;
  }
  assert.ok(seen.join('').includes('own-1'), seen.join('\n'));
  assert.ok(!seen.join('').includes('secret-1'));
});

/** A server that lists names with a way out in them and gives any file that is asked for. */
async function startLyingServer(
  t: TestContext,
  names: readonly string[],
): Promise<{ url: string; secrets: Record<string, string>; asked: string[] }> {
  // prettier-ignore
  const asked: string[] = [];
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'pkcs1', format: 'pem' } }); // prettier-ignore
  const { STATUS_CODE } = ssh2.utils.sftp;
  const serve = (client: Connection): void =>
    void client
      .on('authentication', (context) => context.accept())
      .on('error', () => {})
      .on('ready', () =>
        client.on('session', (accept) =>
          accept().on('sftp', (acceptSftp) => {
            const sftp = acceptSftp();
            let isListed = false;
            sftp.on('OPENDIR', (id) => sftp.handle(id, Buffer.from('d')));
            sftp.on('READDIR', (id) => {
              if (isListed) return sftp.status(id, STATUS_CODE.EOF);
              isListed = true;
              const attrs = { mode: 0o100644, uid: 0, gid: 0, size: 4, atime: 1, mtime: 1 };
              return sftp.name(id, names.map((filename) => ({ filename, longname: filename, attrs }))); // prettier-ignore
            });
            sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
            sftp.on('OPEN', (id, filename) => {
              asked.push(filename);
              sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
            });
          }),
        ),
      ); // prettier-ignore
  const server = new ssh2.Server({ hostKeys: [privateKey] }, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const parsed = ssh2.utils.parseKey(privateKey);
  assert.ok(!(parsed instanceof Error));
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  const hostKey = `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/={1,2}$/, '')}`; // prettier-ignore
  const { port } = server.address() as { port: number };
  return { url: `sftp://127.0.0.1:${port}/out`, secrets: { user: 'u', password: 'p', hostKey }, asked };
}

test('names that an SFTP server makes up lead nowhere, neither here nor there', async (t) => {
  const names = ['../../../../etc/cron.d/evil', '/etc/passwd', '..\\..\\evil.csv', 'a/b.csv', '..', 'good.csv', 'nul\0.csv']; // prettier-ignore
  const server = await startLyingServer(t, names);
  const folder = await openFeedFolder(connectionTo(server.url, server.secrets));
  t.after(() => folder.close());
  assert.deepEqual((await folder.list()).map((entry) => entry.name), ['good.csv']); // prettier-ignore
  const target = makeFolder(t);
  await assert.rejects(() => folder.download('good.csv', join(target, 'good.csv')));
  assert.deepEqual(server.asked, ['/out/good.csv']);
  assert.deepEqual(readdirSync(target).filter((name) => name !== 'good.csv'), []); // prettier-ignore
});

test('no address of the service gives a file that is not one of the console', async (t) => {
  const world = await openApiWorld(databases, { hasUsers: false });
  t.after(() => world.close());
  const ways = ['..', '%2e%2e', '..%2f', '%2e%2e%2f', '..%5c', '....//', '%252e%252e%252f', '.%00./'];
  for (const way of ways) {
    for (const start of ['/console/assets/', '/console/', '/api/docs/', '/my-return/', '/']) {
      for (const file of ['package.json', 'etc/passwd', 'index.html.map', '.git/config']) {
        const url = `${start}${`${way}/`.repeat(4)}${file}`;
        const { body } = await world.app.inject({ url });
        assert.doesNotMatch(body, /"name": "reentry"|root:.*:0:0|repositoryformatversion/, url);
      }
    }
  }
});
