/** From the front page alone to the first answer: a fresh copy of the sources, then what README says, and a clock. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { listCommands, root } from './shell-commands.ts';

const limitMs = 5 * 60_000;

test('the first command of README leads to an answer about an order within five minutes', { timeout: 2 * limitMs }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-first-'));
  chmodSync(folder, 0o755);
  const copy = join(folder, 'reentry');
  const [first] = listCommands('README.md');
  assert.ok(first !== undefined && first.command.startsWith('npm ci'), `${first?.command}`);
  const startedMs = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedMs) / 1000);
  assert.equal(spawnSync('git', ['clone', '--quiet', root, copy]).status, 0);
  // A group of its own, so that what npm started ends with it.
  const { TEST_DATABASE_URL: _url, ...environment } = process.env;
  const child = spawn('bash', ['-c', first.command], { cwd: copy, detached: true, env: { ...environment, REENTRY_PORT: '4189' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += String(chunk)));
  t.after(async () => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGTERM');
    await closed;
    rmSync(folder, { recursive: true, force: true });
  });
  const until = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      assert.ok(child.exitCode === null && Date.now() - startedMs < limitMs, `no answer after ${seconds()} s:\n${out.slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const link = await until(() => /First administrator .*: (http\S+)/.exec(out)?.[1]);
  t.diagnostic(`it listens after ${seconds()} s`);
  const { origin, hash } = new URL(link);
  const headers = { 'content-type': 'application/json', origin };
  const body = JSON.stringify({ token: hash.slice(1), email: 'owner@shop.example', name: 'Owner', password: 'a long enough passphrase' });
  const login = await fetch(`${origin}/api/v1/session/link`, { method: 'POST', headers, body });
  const cookie = login.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  const ask = async <T>(path: string): Promise<T> => (await fetch(`${origin}${path}`, { headers: { cookie } })).json() as Promise<T>;
  const order = await until(async () => (await ask<{ rows: { orderKey: string }[] }>('/api/v1/orders?verdict=breaks')).rows[0]?.orderKey);
  const { text } = await ask<{ text: string }>(`/api/v1/orders/${encodeURIComponent(order)}/answer`);
  assert.ok(text.length > 20, text);
  const page = await fetch(`${origin}/console/`, { headers: { cookie } });
  assert.match(await page.text(), /<div id=/, 'the console is there');
  t.diagnostic(`first answer after ${seconds()} s: ${text}`);
  assert.ok(Date.now() - startedMs < limitMs);
}); // prettier-ignore
