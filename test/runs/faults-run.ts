/**
 * What surrounds the service breaks, one thing after the other, while webhooks arrive: the disk is full, the folder
 * read-only, the database gone, the clock a day off, the file descriptors used up. It must say so, go on with what is
 * possible, recover by itself, and lose nothing that it acknowledged.
 *
 *   node test/runs/faults-run.ts [seconds]      how long each lasts: 60 unless said otherwise
 *
 * Disk and folder need a file system of their own, which only root can mount.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { findRunningPostgres } from '../../src/store/embedded-postgres.ts';
import { freePort } from './free-port.ts';
import { PlainShop } from './plain-shop.ts';
import { spawnService, type RunningService } from './running-service.ts';
import { signedDelivery } from './service-caller.ts';

const lastsMs = Number(process.argv[2] ?? 60) * 1000;
assert.ok(lastsMs >= 1000, 'a number of seconds, 1 or more');
const [orders, perSecond, secret, dayMs, filesMax] = [40, 5, 'whsec_of_the_run', 86_400_000, 256] as const;
const recoverMaxMs = 120_000;
const root = join(import.meta.dirname, '../..');

const place = mkdtempSync(join(tmpdir(), 'reentry-faults-'));
// Where root's PostgreSQL, which runs as another user, can reach it.
chmodSync(place, 0o755);
const isMounted = mountOwnDisk();
const folder = join(place, 'data');
const cluster = join(folder, 'postgres/cluster');
const pidFile = join(cluster, 'postmaster.pid');
const filler = join(place, 'filler');
const clockFile = join(tmpdir(), `reentry-clock-${process.pid}`);
writeFileSync(clockFile, '0');

const shop = new PlainShop();
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const acknowledged: string[] = [];
let [sent, refused] = [0, 0];
const traffic = { isOver: false };
let service: RunningService | undefined;
try {
  const baseUrl = await shop.listen();
  execFileSync('mkdir', ['-p', folder]);
  const connection = {
    connector: 'woocommerce',
    baseUrl,
    allowedNetworks: ['127.0.0.1'],
    requestsPerSecond: 1000,
  };
  writeFileSync(join(folder, 'connections.json'), JSON.stringify({ shop: connection }));
  await start();
  const sending = Array.from({ length: perSecond }, keepSending);

  await suffer('database gone', { begin: takeDatabaseAway, end: bringDatabaseBack, isSaid: saysDatabase });
  await suffer('clock a day ahead', { begin: () => setClock(dayMs), end: () => setClock(0) });
  await suffer('clock a day behind', { begin: () => setClock(-dayMs), end: () => setClock(0) });
  const held: Socket[] = [];
  await suffer('file descriptors used up', {
    begin: () => holdSockets(held),
    end: () => letGo(held),
    isSaid: saysFiles,
  });
  if (isMounted) {
    await suffer('disk full', { begin: fillDisk, end: emptyDisk, isSaid: saysDisk });
    await sufferReadOnly();
  } else
    console.log('disk full, folder read-only: left out, because only root can mount a file system for them');

  traffic.isOver = true;
  await Promise.all(sending);
  await judge();
  service!.child.kill('SIGTERM');
  await service!.ended;
  const check = spawnSync(process.execPath, ['bin/reentry.js', 'rebuild', '--check', '--data', folder], { cwd: root, encoding: 'utf8' }); // prettier-ignore
  assert.equal(check.stdout, '0 differences\n', check.stderr);
  console.log(`${acknowledged.length} of ${sent} deliveries acknowledged and all there, ${refused} attempts refused and sent again; all orders right, rebuild --check: 0 differences`); // prettier-ignore
} finally {
  traffic.isOver = true;
  service?.child.kill('SIGTERM');
  await service?.ended;
  await shop.close();
  if (isMounted) spawnSync('umount', ['-l', place]);
  for (const path of [place, clockFile]) rmSync(path, { recursive: true, force: true });
}

/** A file system of its own in memory, small enough to be filled. */
function mountOwnDisk(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', place]).status === 0;
}

async function start(): Promise<void> {
  service = spawnService({
    REENTRY_DATA: folder, REENTRY_PORT: String(port), REENTRY_LOG_LEVEL: 'warn', SHIFTED_CLOCK: clockFile,
    NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href}`,
    REENTRY_SECRET_SHOP__WEBHOOK: secret, REENTRY_SECRET_SHOP__CONSUMER_KEY: 'ck_run',
    REENTRY_SECRET_SHOP__CONSUMER_SECRET: 'cs_run',
  }, filesMax); // prettier-ignore
  await service.ready;
  // It listens a little before its start is over.
  for (const until = Date.now() + 60_000; !(await look()).ready.startsWith('200'); await sleep(200))
    assert.ok(Date.now() < until, service.said());
  await sleep(3000);
}

/** Makes changes happen in the shop and sends their webhooks, each until it is acknowledged, as a shop does. */
async function keepSending(): Promise<void> {
  while (!traffic.isOver) {
    const count = sent++;
    const id = (count % orders) + 1;
    const modified = new Date(Date.UTC(2026, 10, 2, 8) + count * 1000).toISOString().slice(0, 19);
    const status = Math.floor(count / orders) % 2 === 0 ? 'processing' : 'completed';
    shop.putOrder(id, '2026-11-02T08:00:00', modified, { status });
    const { headers, text } = signedDelivery({ id, status, change: count }, secret);
    for (;;) {
      const answer = await fetch(`${base}/hooks/shop`, { method: 'POST', headers, body: text, signal: AbortSignal.timeout(15_000) }).catch(() => undefined); // prettier-ignore
      const said = answer?.status === 200 ? ((await answer.json()) as { deliveries: string[] }) : undefined;
      if (said !== undefined) {
        acknowledged.push(said.deliveries[0]!);
        break;
      }
      await answer?.body?.cancel();
      refused += 1;
      await sleep(500);
    }
    await sleep(1000);
  }
}

type Seen = { readonly ready: string; readonly live: number | undefined; readonly up: string; readonly api: string }; // prettier-ignore

/** What the probes, the metrics and the API say now. */
async function look(): Promise<Seen> {
  const ask = async (path: string): Promise<{ status: number; text: string } | undefined> => {
    const answer = await fetch(base + path, { signal: AbortSignal.timeout(12_000), headers: { connection: 'close' } }).catch(() => undefined); // prettier-ignore
    return answer === undefined ? undefined : { status: answer.status, text: await answer.text().catch(() => '') }; // prettier-ignore
  };
  const [ready, live, metrics, api] = [await ask('/health/ready'), await ask('/health/live'), await ask('/metrics'), await ask('/api/v1/session/methods')]; // prettier-ignore
  const up = /^reentry_database_up (\d)/m.exec(metrics?.text ?? '')?.[1] ?? 'no answer';
  const { code = '' } = api?.status === 503 ? (JSON.parse(api.text) as { code?: string }) : {};
  return { ready: ready === undefined ? 'no answer' : `${ready.status} ${ready.text}`, live: live?.status, up, api: api === undefined ? 'no answer' : `${api.status} ${code}`.trim() }; // prettier-ignore
}

type Fault = {
  readonly begin: () => void | Promise<void>;
  readonly end: () => void | Promise<void>;
  /** Whether it is said as it should be; without it the service must go on as if nothing were. */
  readonly isSaid?: (seen: Seen, log: string) => boolean;
};

async function suffer(name: string, { begin, end, isSaid }: Fault): Promise<void> {
  const [before, failed, logged] = [acknowledged.length, refused, service!.said().length];
  const beganAt = Date.now();
  await begin();
  const said = new Set<string>();
  let hasSaid = isSaid === undefined;
  while (Date.now() - beganAt < lastsMs || (!hasSaid && Date.now() - beganAt < recoverMaxMs)) { // prettier-ignore
    const seen = await look();
    said.add(`ready ${seen.ready}; live ${seen.live}; database_up ${seen.up}; API ${seen.api}`);
    hasSaid ||= isSaid?.(seen, service!.said().slice(logged)) ?? true;
    await sleep(1000);
  }
  const during = acknowledged.length - before;
  await end();
  const endedAt = Date.now();
  while (!(await look()).ready.startsWith('200')) {
    assert.ok(Date.now() - endedAt < recoverMaxMs, `${name}: it does not recover; ${JSON.stringify(await look())}\n${service!.said().slice(-3000)}`); // prettier-ignore
    await sleep(250);
  }
  const from = acknowledged.length;
  while (acknowledged.length === from) {
    assert.ok(Date.now() - endedAt < recoverMaxMs, `${name}: nothing is acknowledged any more`);
    await sleep(100);
  }
  console.log(`${name}: ${((endedAt - beganAt) / 1000).toFixed(0)} s, meanwhile ${during} acknowledged and ${refused - failed} attempts refused; well again after ${((Date.now() - endedAt) / 1000).toFixed(1)} s`); // prettier-ignore
  for (const line of said) console.log(`  ${line}`);
  const lines = [...new Set(service!.said().slice(logged).split('\n').map(shortened).filter((line) => line !== ''))];
  for (const line of lines.slice(0, 6)) console.log(`  log: ${line}`);
  assert.ok(hasSaid, `${name} is said`);
  if (isSaid === undefined) assert.ok(during > 0, `${name}: deliveries are still taken`);
} // prettier-ignore

/** A line of the log without what changes from one to the next. */
function shortened(line: string): string {
  if (!line.startsWith('{')) return line.slice(0, 200);
  try {
    const { where, reason, msg, code } = JSON.parse(line) as Record<string, unknown>;
    return [where, msg, code, reason].filter((part) => part !== undefined).join(': ').slice(0, 200);
  } catch {
    return '';
  }
} // prettier-ignore

/** Killed, and its folder is not where it was: it cannot just be started again. */
async function takeDatabaseAway(): Promise<void> {
  process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGKILL');
  renameSync(cluster, `${cluster}-away`);
  await sleep(500);
}

function bringDatabaseBack(): void {
  if (existsSync(cluster)) rmSync(cluster, { recursive: true });
  renameSync(`${cluster}-away`, cluster);
}

function saysDatabase(seen: Seen, log: string): boolean {
  const isReady = seen.ready.startsWith('503') && seen.ready.includes('the database does not answer');
  return isReady && seen.live === 200 && seen.up === '0' && seen.api === '503 unavailable' && log.includes('postgres: '); // prettier-ignore
}

function fillDisk(): void {
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'], { stdio: 'ignore' });
}

function emptyDisk(): void {
  rmSync(filler);
}

/** Doctor says it in any case; the others once something could not be written. */
function saysDisk(seen: Seen): boolean {
  const doctor = spawnSync(process.execPath, ['bin/reentry.js', 'doctor', '--data', folder, '--port', String(port)], { cwd: root, encoding: 'utf8' }); // prettier-ignore
  assert.match(doctor.stdout, /^failed +disk: 0 MB free/m);
  return seen.ready.startsWith('503') && seen.up === '0' && seen.live === 200;
}

/** Whoever has a connection is served on; that others find none is said in the log. */
function saysFiles(_seen: Seen, log: string): boolean {
  return log.includes('connections refused');
}

function setClock(ms: number): void {
  writeFileSync(clockFile, String(ms));
}

async function holdSockets(held: Socket[]): Promise<void> {
  for (let count = 0; count < filesMax * 2; count += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    held.push(socket);
  }
  await sleep(500);
}

function letGo(held: Socket[]): void {
  for (const socket of held) socket.destroy();
}

/** A service does not start in a folder that it cannot write, and says so; what was there is there afterwards. */
async function sufferReadOnly(): Promise<void> {
  service!.child.kill('SIGTERM');
  await service!.ended;
  execFileSync('mount', ['-o', 'remount,ro', place]);
  try {
    const { ended, child, said } = spawnService({ REENTRY_DATA: folder, REENTRY_PORT: String(port) });
    await ended;
    assert.ok([69, 75, 78].includes(child.exitCode ?? 0), `exit code ${child.exitCode}: ${said()}`);
    assert.match(said(), /cannot be written|cannot be used/);
    console.log(
      `folder read-only: not started, exit code ${child.exitCode}: ${said().trim().split('\n')[0]}`,
    );
  } finally {
    execFileSync('mount', ['-o', 'remount,rw', place]);
  }
  await start();
}

/** Is every acknowledged delivery there, worked off, and every order as the shop has it? */
async function judge(): Promise<void> {
  const client = new pg.Client({ connectionString: await findRunningPostgres(join(folder, 'postgres')) });
  await client.connect();
  try {
    const count = async (sql: string, values: readonly unknown[] = []): Promise<number> =>
      Number((await client.query<{ count: string }>(sql, [...values])).rows[0]!.count);
    assert.equal(new Set(acknowledged).size, acknowledged.length, 'each has an id of its own');
    const found = await count('select count(*) from deliveries where delivery_id = any ($1::uuid[])', [acknowledged]); // prettier-ignore
    assert.equal(found, acknowledged.length, 'every acknowledged delivery is there');
    const waiting = 'select (select count(*) from deliveries where processed_at is null) + (select count(*) from object_marks) + (select count(*) from order_marks) as count'; // prettier-ignore
    for (const until = Date.now() + 5 * 60_000; (await count(waiting)) > 0; await sleep(500))
      assert.ok(Date.now() < until, 'what was delivered is worked off');
    assert.equal(await count('select count(*) from order_states'), orders);
    const { rows } = await client.query<{ id: string; status: string }>("select object_id as id, v.body->>'status' as status from objects o join observations v using (object_key, content_hash) where kind = 'order'"); // prettier-ignore
    for (const { id, status } of rows) assert.equal(status, shop.statusOf(Number(id)), `order ${id}`);
  } finally {
    await client.end();
  }
}
