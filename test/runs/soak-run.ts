/**
 * Half of what the service can do, for a long time: memory must stay flat, no connection, handle or file may leak, and
 * no table may grow that has no reason to.
 *
 *   node test/runs/soak-run.ts [minutes]      30 unless said otherwise
 *
 * First the service is measured: webhooks as fast as it takes them, until all is worked off. Then half of that arrives
 * evenly, while people read lists and orders, keep pages open, log in and out, and a connection is paused and resumed.
 */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findRunningPostgres } from '../../src/store/embedded-postgres.ts';
import { freePort } from './free-port.ts';
import { PlainShop } from './plain-shop.ts';
import { spawnService } from './running-service.ts';
import { ServiceCaller } from './service-caller.ts';
import { judgeSoak, takeSample, type Sample } from './soak-samples.ts';

const minutes = Number(process.argv[2] ?? 30);
assert.ok(minutes >= 1, 'a number of minutes, 1 or more');
const [orders, capacityMs, sampleMs] = [400, 20_000, 2_000];
/** While capacity is measured no more than so many wait, a quarter of the orders. */
const aheadMax = 100;
/** Working off what a full blast left behind. */
const settleMs = 5 * 60_000;
/** Longer than either side keeps an idle connection open. */
const restMs = 75_000;
/** More waiting than this, and every order once, would mean that the work is not done as it comes: seconds of arrivals. */
const backlogSecondsMax = 20;

const folder = mkdtempSync(join(tmpdir(), 'reentry-soak-'));
// Where root's PostgreSQL, which runs as another user, can reach it.
chmodSync(folder, 0o755);
const shop = new PlainShop();
const port = await freePort();
let changes = 0;
const secret = 'whsec_of_the_soak';
const service = spawnServiceFor(await shop.listen());
const ending = new AbortController();
try {
  await service.ready;
  const caller = new ServiceCaller(port, secret);
  await caller.logInFirst(service.said);
  const client = new pg.Client({ connectionString: await findRunningPostgres(join(folder, 'postgres')) });
  await client.connect();
  try {
    const fresh = await takeSample(service.child.pid!, port, client);
    const capacity = await measureCapacity(caller, client);
    const rate = Math.max(1, Math.floor(capacity / 2));
    console.log(`capacity ${capacity.toFixed(0)} deliveries a second; ${rate} a second for ${minutes} min`);
    await soak(caller, client, rate, fresh);
  } finally {
    await client.end();
  }
  service.child.kill('SIGTERM');
  await service.ended;
} finally {
  ending.abort();
  service.child.kill('SIGTERM');
  await service.ended;
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
}

function spawnServiceFor(baseUrl: string): ReturnType<typeof spawnService> {
  const settings = { baseUrl, allowedNetworks: ['127.0.0.1'], requestsPerSecond: 1000 };
  // The second one has nothing to say; it is there to be paused and resumed.
  const connections = {
    shop: { connector: 'woocommerce', ...settings },
    spare: { connector: 'stripe', ...settings },
  };
  writeFileSync(join(folder, 'connections.json'), JSON.stringify(connections));
  return spawnService({
    REENTRY_DATA: folder, REENTRY_PORT: String(port), REENTRY_LOG_LEVEL: 'silent',
    REENTRY_SECRET_SHOP__WEBHOOK: secret, REENTRY_SECRET_SHOP__CONSUMER_KEY: 'ck_run',
    REENTRY_SECRET_SHOP__CONSUMER_SECRET: 'cs_run', REENTRY_SECRET_SPARE__API_KEY: 'sk_run',
  }); // prettier-ignore
}

/** Makes the next change happen in the shop and sends its webhook. */
async function deliver(caller: ServiceCaller): Promise<void> {
  const count = changes++;
  const id = (count % orders) + 1;
  const modified = new Date(Date.UTC(2026, 10, 2, 8) + count * 1000).toISOString().slice(0, 19);
  const status = Math.floor(count / orders) % 2 === 0 ? 'processing' : 'completed';
  shop.putOrder(id, '2026-11-02T08:00:00', modified, { status });
  await caller.deliver({ id, status, change: count });
}

async function waiting(client: pg.Client): Promise<number> {
  const sql = 'select (select count(*) from deliveries where processed_at is null) + (select count(*) from object_marks) + (select count(*) from order_marks) as count'; // prettier-ignore
  return Number((await client.query<{ count: string }>(sql)).rows[0]!.count);
}

/**
 * Deliveries per second that are worked off as they come, from the first one sent to the last one done: who gets ahead of
 * the work waits for it. Else changes of one order pile up and are worked off as one, and it seems to carry twice as much.
 */
async function measureCapacity(caller: ServiceCaller, client: pg.Client): Promise<number> {
  const startedAt = performance.now();
  const isOver = (): boolean => performance.now() - startedAt >= capacityMs;
  let isAhead = false;
  const watch = async (): Promise<void> => {
    for (; !isOver(); await sleep(50)) isAhead = (await waiting(client)) > aheadMax;
  };
  const send = async (): Promise<void> => {
    while (!isOver()) await (isAhead ? sleep(20) : deliver(caller));
  };
  await Promise.all([watch(), ...Array.from({ length: 24 }, send)]);
  while ((await waiting(client)) > 0) {
    assert.ok(performance.now() - startedAt < settleMs, 'what was delivered is worked off');
    await sleep(100);
  }
  return caller.delivered / ((performance.now() - startedAt) / 1000);
}

async function soak(caller: ServiceCaller, client: pg.Client, rate: number, fresh: Sample): Promise<void> {
  const endAt = performance.now() + minutes * 60_000;
  const isOver = (): boolean => performance.now() >= endAt || ending.signal.aborted;
  const [samples, backlogs]: [Sample[], number[]] = [[], []];
  const rows = await countRows(client);
  const before = { changes, delivered: caller.delivered };
  // Who sends as fast as it goes is told to wait; of half of that nothing is refused.
  assert.deepEqual(
    caller.failures.filter((one) => !one.startsWith('deliver: 429 ')),
    [],
  );
  caller.failures.length = 0;

  const pacing = pace(rate, isOver, () => deliver(caller));
  const people = [
    every(200, isOver, () => caller.readSomething(orders)),
    every(5_000, isOver, () => caller.logInAndOut()),
    every(7_000, isOver, () => caller.openAndCloseStream(ending.signal)),
    every(30_000, isOver, () => caller.pauseAndResume('spare')),
  ];
  while (!isOver()) {
    samples.push(await takeSample(service.child.pid!, port, client));
    backlogs.push(await waiting(client));
    if (samples.length % 30 === 0) console.log(`${((endAt - performance.now()) / 60_000).toFixed(1)} min to go, ${Math.round(samples.at(-1)!.rssBytes / 1e6)} MB, ${backlogs.at(-1)} waiting`); // prettier-ignore
    await sleep(sampleMs);
  }
  const worst = await pacing;
  await Promise.all(people);
  for (const until = performance.now() + settleMs; (await waiting(client)) > 0; await sleep(200))
    assert.ok(performance.now() < until, 'what was delivered is worked off');

  await sleep(restMs);
  // Coverage is measured now and then, and has orders folded anew.
  for (const until = performance.now() + settleMs; (await waiting(client)) > 0; await sleep(200))
    assert.ok(performance.now() < until, 'what was found meanwhile is worked off');
  const rested = await takeSample(service.child.pid!, port, client);

  const lines = judgeSoak({
    samples, fresh, rested, before: rows, after: await countRows(client),
    changes: changes - before.changes, delivered: caller.delivered - before.delivered, logins: caller.logins,
  }); // prettier-ignore
  lines.push(
    { what: 'failed requests', from: 0, to: caller.failures.length, limit: 0, unit: '' },
    {
      what: 'waiting at most',
      from: 0,
      to: Math.max(...backlogs),
      limit: orders + rate * backlogSecondsMax,
      unit: '',
    },
    { what: 'acknowledged, slowest of 99 %', from: 0, to: caller.percentile(0.99), limit: 2000, unit: 'ms' },
  );
  print(lines);
  const sent = caller.delivered - before.delivered;
  console.log(`${sent} deliveries in ${minutes} min (${(sent / minutes / 60).toFixed(1)} a second), furthest behind the pace ${worst.toFixed(0)} ms; ${caller.reads} reads, ${caller.logins} logins, ${caller.streams} streams, ${caller.pauses} pauses`); // prettier-ignore
  for (const failure of caller.failures.slice(0, 5)) console.log(failure);
  const broken = lines.filter(({ to, limit }) => to > limit);
  assert.deepEqual(broken, [], 'every figure stays within its limit');
}

/** Calls `step` so many times a second without waiting for it, at most 200 at once; returns the largest delay in ms. */
async function pace(rate: number, isOver: () => boolean, step: () => Promise<void>): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let worst = 0;
  const startedAt = performance.now();
  for (let count = 0; !isOver(); count += 1) {
    const dueIn = startedAt + (count * 1000) / rate - performance.now();
    if (dueIn > 0) await sleep(dueIn);
    worst = Math.max(worst, -dueIn);
    if (underWay.size >= 200) await Promise.race(underWay);
    const done: Promise<void> = step().finally(() => underWay.delete(done));
    underWay.add(done);
  }
  await Promise.all(underWay);
  return worst;
}

async function every(ms: number, isOver: () => boolean, step: () => Promise<void>): Promise<void> {
  while (!isOver()) {
    await step();
    await sleep(ms);
  }
}

async function countRows(client: pg.Client): Promise<ReadonlyMap<string, number>> {
  const tables = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1",
  );
  const counts = new Map<string, number>();
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from ${pg.escapeIdentifier(name)}`,
    );
    counts.set(name, Number(rows[0]!.count));
  }
  return counts;
}

function print(lines: ReturnType<typeof judgeSoak>): void {
  const shown = (value: number, unit: string): string => `${unit === 'MB' ? value.toFixed(1) : Math.round(value)}${unit === '' ? '' : ` ${unit}`}`; // prettier-ignore
  console.log(`${'what'.padEnd(34)}${'from'.padStart(12)}${'to'.padStart(12)}${'limit'.padStart(12)}`);
  for (const { what, from, to, limit, unit } of lines)
    console.log(
      `${what.padEnd(34)}${[from, to, limit].map((value) => shown(value, unit).padStart(12)).join('')}${to > limit ? '  !' : ''}`,
    );
}
