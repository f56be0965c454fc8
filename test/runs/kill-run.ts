/**
 * Nothing lost, nothing doubled: signed webhooks arrive while the service is killed (SIGKILL) two seconds after each
 * start, or sooner once a tenth of all was taken in that life, and PostgreSQL twice. Whatever was answered with 2xx must be stored, every order must end as if nothing had
 * happened, and deriving everything again must show no difference.
 *
 *   node test/runs/kill-run.ts [deliveries]      20,000 unless said otherwise
 *
 * Lists of the shop are down meanwhile, so that no sweep makes up for a lost delivery.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findRunningPostgres } from '../../src/store/embedded-postgres.ts';
import { freePort } from './free-port.ts';
import { PlainShop } from './plain-shop.ts';
import { spawnService, type RunningService } from './running-service.ts';

const deliveries = Number(process.argv[2] ?? 20_000);
const changesPerOrder = 10;
/** Of these an order's refund is one. */
const refundAtChange = 5;
const inFlight = 24;
const lifeMs = 2_000;
const settleMs = 15 * 60_000;
const secret = 'whsec_of_the_run';

const folder = mkdtempSync(join(tmpdir(), 'reentry-kill-'));
// Where root's PostgreSQL, which runs as another user, can reach it.
chmodSync(folder, 0o755);
const shop = new PlainShop();
const port = await freePort();
const environment = {
  REENTRY_DATA: folder,
  REENTRY_PORT: String(port),
  REENTRY_LOG_LEVEL: 'silent',
  REENTRY_SECRET_SHOP__WEBHOOK: secret,
  REENTRY_SECRET_SHOP__CONSUMER_KEY: 'ck_run',
  REENTRY_SECRET_SHOP__CONSUMER_SECRET: 'cs_run',
};
const startedAt = Date.now();
let [kills, postgresKills, acknowledged, refused] = [0, 0, 0, 0];
let service: RunningService | undefined;
try {
  const baseUrl = await shop.listen();
  shop.areListsDown = true;
  const connection = {
    connector: 'woocommerce',
    baseUrl,
    allowedNetworks: ['127.0.0.1'],
    requestsPerSecond: 1000,
  };
  writeFileSync(join(folder, 'connections.json'), JSON.stringify({ shop: connection }));
  const ids = await deliverUnderFire();
  const sentAt = Date.now();
  service = spawnService(environment);
  await service.ready;
  await judge(ids);
  service.child.kill('SIGTERM');
  await service.ended;
  checkRebuild();
  console.log(
    `${deliveries} deliveries acknowledged in ${seconds(sentAt - startedAt)} s (${refused} attempts failed and were sent again), ` +
      `service killed ${kills} times, PostgreSQL ${postgresKills} times; all there, all orders right, ` +
      `rebuild --check: 0 differences; ${seconds(Date.now() - startedAt)} s in all`,
  );
} finally {
  service?.child.kill('SIGKILL');
  await service?.ended;
  // What a killed service leaves is stopped by the next one that ends well.
  if (await findRunningPostgres(join(folder, 'postgres'))) {
    const last = spawnService(environment);
    await last.ready.catch(() => {});
    last.child.kill('SIGTERM');
    await last.ended;
  }
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Sends everything; returns the id under which each delivery was acknowledged. */
async function deliverUnderFire(): Promise<readonly string[]> {
  const firing = { isOver: false };
  const killing = (async () => {
    while (!firing.isOver) {
      service = spawnService(environment);
      await service.ready.catch(() => {});
      // A fast machine would take a short run whole in its first life: a tenth of the run ends a life too.
      const enough = acknowledged + deliveries / 10;
      for (const diesAt = Date.now() + lifeMs; Date.now() < diesAt; await sleep(10)) if (acknowledged >= enough) break; // prettier-ignore
      service.child.kill('SIGKILL');
      await service.ended;
      kills += 1;
      console.log(`killed ${kills} times, ${acknowledged} acknowledged`);
      if (acknowledged > (deliveries * (postgresKills + 1)) / 4 && postgresKills < 2) killPostgres();
    }
  })();
  const ids: string[] = [];
  let next = 0;
  const send = async (): Promise<void> => {
    while (next < deliveries) ids.push(await deliver(next++));
  };
  await Promise.all(Array.from({ length: inFlight }, send));
  firing.isOver = true;
  await killing;
  assert.equal(postgresKills, 2, 'PostgreSQL was killed twice');
  assert.ok(kills >= 5, `the service was killed ${kills} times`);
  return ids;
}

function killPostgres(): void {
  const file = join(folder, 'postgres/cluster/postmaster.pid');
  if (!existsSync(file)) return;
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
  postgresKills += 1;
}

/** Makes change number `count` happen in the shop, and sends its webhook until it is acknowledged. */
async function deliver(count: number): Promise<string> {
  const orders = deliveries / changesPerOrder;
  const [id, change] = [(count % orders) + 1, Math.floor(count / orders)];
  const modified = new Date(Date.UTC(2026, 10, 2, 8) + count * 1000).toISOString().slice(0, 19);
  const status = change < 2 ? 'processing' : 'completed';
  shop.putOrder(id, '2026-11-02T08:00:00', modified, { status });
  if (change === refundAtChange) shop.refundOrder(1_000_000 + id, id, '2026-11-05T08:00:00');
  const body = JSON.stringify({ id, status, change: count });
  const headers = {
    'content-type': 'application/json',
    'x-wc-webhook-topic': 'order.updated',
    'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
  };
  for (;;) {
    try {
      const url = `http://127.0.0.1:${port}/hooks/shop`;
      const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(15_000) });
      const said = (await answer.json()) as { readonly deliveries?: readonly string[] };
      if (answer.status === 200) {
        acknowledged += 1;
        return said.deliveries![0]!;
      }
    } catch {
      // Nobody listens, or the line was cut: a source sends again.
    }
    refused += 1;
    await sleep(400);
  }
}

/** Is every acknowledged delivery there, and every order what the shop says? */
async function judge(ids: readonly string[]): Promise<void> {
  const url = await findRunningPostgres(join(folder, 'postgres'));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const count = async (sql: string, values: readonly unknown[] = []): Promise<number> =>
      Number((await client.query<{ count: string }>(sql, [...values])).rows[0]!.count);
    const found = await count('select count(distinct delivery_id) from deliveries where delivery_id = any ($1::uuid[])', [ids]); // prettier-ignore
    assert.equal(new Set(ids).size, deliveries, 'each has an id of its own');
    assert.equal(found, deliveries, 'every acknowledged delivery is there');
    const waiting = 'select (select count(*) from deliveries where processed_at is null) + (select count(*) from object_marks) + (select count(*) from order_marks) as count'; // prettier-ignore
    for (const until = Date.now() + settleMs; (await count(waiting)) > 0; await sleep(500))
      assert.ok(Date.now() < until, 'what was delivered is worked off');
    const orders = deliveries / changesPerOrder;
    assert.equal(await count('select count(*) from order_states'), orders);
    assert.equal(await count('select count(*) from order_states where refunded_minor = 5990 and paid_minor = 5990'), orders); // prettier-ignore
    for (const type of ['order.placed', 'refund.recorded'])
      assert.equal(await count('select count(*) from facts where type = $1 and retracted_at is null', [type]), orders, `${type}: one of each order`); // prettier-ignore
  } finally {
    await client.end();
  }
}

function checkRebuild(): void {
  const run = spawnSync(process.execPath, ['bin/reentry.js', 'rebuild', '--check', '--data', folder], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  assert.equal(run.stdout, '0 differences\n', run.stderr);
  assert.equal(run.status, 0);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(0);
}
