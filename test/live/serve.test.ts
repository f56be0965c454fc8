/**
 * The whole way with real servers and real processes: connected from the command line, read by the service, answered, and
 * one step made in Tryton after a person has allowed it.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import { callRt } from '../../src/connectors/rt/rt-request.ts';
import { openTryton } from '../../src/connectors/tryton/tryton-rpc.ts';
import { lineWith } from '../cli/line-with.ts';
import { connect, liveUrl, never, settingsOf } from '../connectors/live-connections.ts';
import { freePort } from '../runs/free-port.ts';
import { type Company, inStorage, openCompany, sell } from './tryton-company.ts';

const trytonAt = liveUrl('TRYTON');
const rtAt = liveUrl('RT');
const skip = trytonAt.skip === false ? rtAt.skip : trytonAt.skip;
const root = join(import.meta.dirname, '../..');
/** Of this run alone: Tryton keeps the number unique. */
const number = `LH-9${Date.now() % 1_000_000}`;
const patienceMs = 180_000;

const { TEST_DATABASE_URL: _url, ...environment } = process.env;
const [trytonPassword, rtPassword] = [
  process.env['LIVE_TRYTON_PASSWORD'] ?? '',
  process.env['LIVE_RT_PASSWORD'] ?? '',
];

async function reentry(args: readonly string[], input: string): Promise<string> {
  const child = spawn(process.execPath, ['bin/reentry.js', ...args], { cwd: root, env: { ...environment, NO_COLOR: '1' } });
  child.stdin.end(input);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, said);
  return said;
} // prettier-ignore

void describe('from connect to confirmed', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-live-'));
  const opened: LiveConnection[] = [];
  let shop: Company;
  let ticket = '';
  let service: ChildProcess | undefined;
  let base = '';
  let headers: Record<string, string> = {};

  const api = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const method = body === undefined ? 'GET' : 'POST';
    const response = await fetch(`${base}/api/v1/${path}`, {
      method, headers: { ...headers, 'content-type': 'application/json', origin: base, 'idempotency-key': `${path} ${JSON.stringify(body)}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }); // prettier-ignore
    const text = await response.text();
    assert.ok(response.ok || response.status === 404, `${method} ${path}: ${response.status} ${text}`);
    return response.ok ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (const started = Date.now(); Date.now() - started < patienceMs;) {
      const found = await look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`${what}: not within ${patienceMs} ms`);
  }
  const step = async (name: string, unit: Record<string, unknown>): Promise<unknown> => {
    const { version } = await api(`orders/${number}/returns`);
    return api(`orders/${number}/returns/${name}`, {
      version,
      units: [{ sku: 'SHOE-42', quantity: 1, ...unit }],
    });
  };
  type Row = Readonly<Record<string, unknown>>;
  const commandOf = async (): Promise<Row | undefined> => {
    const { rows = [] } = (await api(`orders/${number}/commands`)) as { rows?: readonly Row[] };
    return rows.find((row) => row['kind'] === 'restore-stock');
  };

  before(async () => {
    // Where root's server, which runs as another user, can reach it: else the cluster would lie elsewhere and stay.
    chmodSync(folder, 0o755);
    const check = { due: '0h', mode: 'approve', watch: 'on' };
    const controls = { 'back-restored': check, 'inspected-restored': check };
    writeFileSync(join(folder, 'policy.json'), JSON.stringify({ currency: 'EUR', controls }));
    const open = (): LiveConnection => {
      const connection = connect(settingsOf('erp', 'erp'), trytonAt.url, {
        user: 'admin',
        password: trytonPassword,
      });
      opened.push(connection);
      return connection;
    };
    shop = await openCompany(() => openTryton(open(), never));
    await sell(shop, number, { 'SHOE-42': 2 });
    const clerk = connect(settingsOf('desk', 'crm'), rtAt.url, { user: 'clerk', password: 'Vq7-clerk-9' });
    opened.push(clerk);
    const body = {
      Queue: 'Returns', Subject: 'It pinches', Requestor: 'ada@example.test', Content: 'One pair goes back.', ContentType: 'text/plain',
      CustomFields: { 'Order number': number },
    }; // prettier-ignore
    const { answer } = await callRt(clerk, { method: 'POST', path: 'ticket', body }, never);
    ticket = answer.outcome === 'created' ? answer.id : '';
  });
  after(async () => {
    opened.forEach((each) => each.http.close());
    if (service !== undefined && service.exitCode === null) {
      service.kill('SIGTERM');
      await once(service, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  void it('connects both from the command line, and says what their users may do', async () => {
    const shared = ['--allow-network', '127.0.0.1', '--data', folder, '--secrets-stdin'];
    const erp = await reentry(
      ['connect', 'add', 'tryton', '--name', 'erp', '--url', trytonAt.url, ...shared],
      JSON.stringify({ user: 'admin', password: trytonPassword }),
    );
    assert.match(erp, /✓/);
    const desk = await reentry(
      ['connect', 'add', 'rt', '--name', 'desk', '--url', rtAt.url, ...shared],
      JSON.stringify({ user: process.env['LIVE_RT_USER'] ?? '', password: rtPassword }),
    );
    assert.match(desk, /✓ field Order number/);
    for (const secret of [trytonPassword, rtPassword]) assert.ok(!`${erp}${desk}`.includes(secret));
  });

  void it('reads both systems and answers for the order', async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const env = { ...environment, REENTRY_DATA: folder, REENTRY_PORT: String(port) };
    service = spawn(process.execPath, ['bin/reentry.js', 'serve'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const link = new URL((await lineWith(service, 'First administrator')).split(' ').at(-1)!);
    const login = await fetch(`${base}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: base },
      body: JSON.stringify({ token: link.hash.slice(1), email: 'owner@shop.example', name: 'Owner', password: 'a long enough passphrase' }),
    }); // prettier-ignore
    const { csrf } = (await login.json()) as { csrf: string };
    const cookie = login.headers.getSetCookie().map((one) => one.split(';')[0]).join('; '); // prettier-ignore
    headers = { cookie, 'x-csrf-token': csrf };
    const has = (rows: readonly Row[], kind: string): boolean => rows.some((row) => row['kind'] === kind);
    const rows = await until('the order with its case', async () => {
      const { rows: found = [] } = (await api(`orders/${number}/records`)) as { rows?: readonly Row[] };
      return has(found, 'stock.move') && found.some((row) => row['kind'] === 'ticket' && row['id'] === ticket) ? found : undefined;
    });
    assert.ok(has(rows, 'sale.sale'));
    const { sentences } = (await api(`orders/${number}/answer`)) as { sentences?: readonly unknown[] };
    assert.ok((sentences ?? []).length > 0);
  }); // prettier-ignore

  void it('puts a counted unit back into Tryton once a person allows it, and sees that it is there', async () => {
    const before = await inStorage(shop, 'SHOE-42');
    await step('receive', {});
    await step('inspect', { condition: 'sellable', disposition: 'restock' });
    const planned = await until('a command that waits', async () => {
      const command = await commandOf();
      return command?.['status'] === 'planned' ? command : undefined;
    });
    assert.equal(await inStorage(shop, 'SHOE-42'), before, 'nothing goes out before it is allowed');
    await api(`orders/${number}/commands/${String(planned['commandId'])}/approve`, { reason: 'counted' });
    await until('the command confirmed', async () => ((await commandOf())?.['status'] === 'confirmed' ? true : undefined));
    assert.equal(await inStorage(shop, 'SHOE-42'), before + 1);
  }); // prettier-ignore
});
