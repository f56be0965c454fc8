import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../runs/free-port.ts';
import { lineWith } from './line-with.ts';

const root = join(import.meta.dirname, '../..');
/** From the start of the process to the first open problem that the API shows; half of it on an idle machine. */
const firstProblemMs = 120_000;

type Problems = { readonly rows: readonly { readonly code: string; readonly owner: string | null }[] };

test(
  'with nothing configured the service watches the sandbox company and shows open loops and who owns them',
  { timeout: 240_000 },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'reentry-serve-'));
    // Where root's server, which runs as another user, can reach it: else the cluster would lie elsewhere and stay.
    chmodSync(folder, 0o755);
    const port = await freePort();
    const started = Date.now();
    // As `npm start` does: no argument. The database of the test run is not its own.
    const { TEST_DATABASE_URL: _url, ...environment } = process.env;
    const env = { ...environment, REENTRY_DATA: folder, REENTRY_PORT: String(port) };
    const child = spawn(process.execPath, ['bin/reentry.js'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] }); // prettier-ignore
    const exited = once(child, 'exit');
    t.after(async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    });

    const link = (await lineWith(child, 'First administrator')).split(' ').at(-1)!;
    const token = new URL(link).hash.slice(1);
    const base = `http://127.0.0.1:${port}`;
    assert.equal((await fetch(`${base}/api/v1/problems`)).status, 401, 'nothing without login');
    const follow = (email: string): Promise<Response> =>
      fetch(`${base}/api/v1/session/link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: base },
        body: JSON.stringify({ token, email, name: 'Owner', password: 'a long enough passphrase' }),
      });
    const login = await follow('owner@shop.example');
    assert.ok(login.ok, `${login.status} ${await login.clone().text()}`);
    const cookie = login.headers.getSetCookie().map((one) => one.split(';')[0]).join('; '); // prettier-ignore

    let rows: Problems['rows'] = [];
    while (rows.length === 0 && Date.now() - started < firstProblemMs) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const answer = await fetch(`${base}/api/v1/problems`, { headers: { cookie } });
      assert.equal(answer.status, 200, await answer.clone().text());
      rows = ((await answer.json()) as Problems).rows;
    }
    assert.ok(rows.length > 0, `no open problem within ${firstProblemMs} ms`);
    assert.ok(rows.every((row) => row.owner !== null), 'every problem has an owner'); // prettier-ignore
    assert.equal((await follow('other@shop.example')).ok, false, 'the link works once');

    const pidFile = join(folder, 'postgres', 'cluster', 'postmaster.pid');
    const postgres = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : undefined;
    child.kill('SIGTERM');
    const [code] = (await exited) as [number | null];
    assert.equal(code, 0);
    if (postgres !== undefined)
      assert.throws(() => process.kill(postgres, 0), 'PostgreSQL has ended as well');
  },
);
