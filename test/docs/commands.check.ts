/**
 * Every command in the documentation is run as it stands there, in the order of its page, in a folder that has what the
 * page assumes: exports, and a database. What cannot be run here is listed with its reason.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { useTestDatabases } from '../store/test-database.ts';
import { listCommands, listPages, notRun, root, type DocCommand } from './shell-commands.ts';

const databases = useTestDatabases();

/** What people put in place of an example. */
const ownValues = (folder: string, database: string): readonly (readonly [string, string])[] => [
  ['DATABASE_URL=postgres://…', `DATABASE_URL=${database}`],
  ['/etc/reentry/backup-passphrase', join(folder, 'passphrase')],
];

/** They say by 3 that they found something. */
const mayFind = /reentry (?:audit|order answer|rebuild --check|map|plan)\b/;
const isService = /reentry serve\b/;
const masterKey = Buffer.alloc(32, 9);
/** What is typed when `connect add` asks for it. */
const signingSecret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'reentry-docs-'));
  chmodSync(folder, 0o755);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const call = `exec "${process.execPath}" "${join(root, 'bin/reentry.js')}"`;
  writeFileSync(join(bin, 'reentry'), `#!/bin/sh\n${call} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\n[ "$1" = reentry ] || exit 99\nshift\n${call} "$@"\n`, { mode: 0o755 }); // prettier-ignore
});
after(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { readonly code: number | null; readonly out: string };

/** Runs a command; a service is asked to stop once it says that it runs. */
async function run({ command }: DocCommand, place: string, database: string): Promise<Ran> {
  const typed = ownValues(place, database).reduce((text, [from, to]) => text.replaceAll(from, to), command);
  const { TEST_DATABASE_URL: _url, ...environment } = process.env;
  const env = {
    ...environment, PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, DATABASE_URL: database, REENTRY_PORT: '0',
    REENTRY_MASTER_KEY: masterKey.toString('hex'), REENTRY_SECRET_WAREHOUSE__WEBHOOK: signingSecret,
  }; // prettier-ignore
  const child = spawn('bash', ['-euo', 'pipefail', '-c', isService.test(typed) ? `exec env ${typed}` : typed], { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] }); // prettier-ignore
  let out = '';
  let isAsked = !isService.test(typed);
  const hear = (chunk: Buffer): void => {
    out += String(chunk);
    if (isAsked || !/listens on|^Working\./m.test(out)) return;
    isAsked = true;
    child.kill('SIGTERM');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })));
}

for (const page of listPages()) {
  const commands = listCommands(page).filter(({ command }) => !notRun.some(([pattern]) => pattern.test(command)));
  if (commands.length === 0) continue;
  test(`the commands of ${page} work`, { timeout: 120_000 }, async (t) => {
    const place = mkdtempSync(join(folder, 'page-'));
    cpSync(join(root, 'sample'), join(place, 'exports'), { recursive: true });
    writeFileSync(join(place, 'passphrase'), 'four words and a colour\n');
    const db = await databases.open();
    const url = databases.urlOf(db);
    await db.close();
    const empty = await databases.openEmpty();
    const emptyUrl = databases.urlOf(empty);
    await empty.close();
    for (const one of commands) {
      // What is restored goes into a database of its own, and is served from there.
      const database = one.command.includes('.reentry-new') ? emptyUrl : url;
      const { code, out } = await run(one, place, database);
      const isFine = code === 0 || (code === 3 && mayFind.test(one.command));
      assert.ok(isFine, `${one.file}:${one.line} ended with ${code}: ${one.command}\n${out}`);
    }
    t.diagnostic(`${commands.length} commands`);
  });
} // prettier-ignore
