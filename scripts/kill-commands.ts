/**
 * npm run kill:commands -- [--commands 2000] [--workers 4] [--every-ms 1000]
 *
 * Several processes send commands on one database, and one of them is killed (-9) every second and replaced, until each
 * command was in somebody's hands; then those that are left clear up. At the end no effect was made twice by our hand, none
 * was lost, and every command is confirmed or has an owner.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectSandbox } from '../src/cli/sandbox-connections.ts';
import { findLiveConnector } from '../src/connectors/live-registry.ts';
import type { ConnectorLive } from '../src/connectors/live-contract.ts';
import { createEngine, type Engine, type EngineOptions } from '../src/engine/engine.ts';
import { loadSystems } from '../src/engine/load-systems.ts';
import { controlIds } from '../src/kernel/controls.ts';
import { defaultPolicy, type Policy } from '../src/kernel/policy.ts';
import { stepReturn } from '../src/sandbox/life/step-return.ts';
import { createRandom } from '../src/sandbox/random.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';
import { approveCommand, listCommandsByStatus } from '../src/store/commands.ts';
import { readConnectionSecrets } from '../src/store/connection-secrets.ts';
import { listConnections, putConnection, setConnectionStatus } from '../src/store/connections.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts';
import { migrateDatabase } from '../src/store/migrate.ts';
import { createSeal, masterKeyBytes } from '../src/store/seal.ts';
import { createCrew, type Crew } from './crew.ts';

const sku = 'LOCK-90';
const never = Number.POSITIVE_INFINITY;
const dayMs = 86_400_000;
/** What a killed process held is free after this; 17 s of it are kept for a request and for writing down what came out. */
const leaseMs = 20_000;
/** A gateway on this machine has ended what it began long before its contract says. */
const settleTimeMs = 5_000;
/** Sends between two kills: a busy machine, on which a second brings nothing about, would else never come to an end. */
const sendsMin = 2;
/** Nothing was confirmed for so long: what is missing does not come. */
const stuckMs = 5 * 60_000;
const sayEveryMs = 10_000;

/** Goods are back, money is owed: refunds at the gateway, approved by people. */
const policy: Policy = {
  ...defaultPolicy('Europe/Berlin'),
  controls: Object.fromEntries(controlIds.map((id) => [id, [{ from: '', value: id === 'entitled-refunded' ? ({ mode: 'auto', watch: 'on' } as const) : ({ mode: 'watch', watch: 'off' } as const) }]])),
}; // prettier-ignore

type Intervals = NonNullable<EngineOptions['intervals']>;
const asleep: Intervals = {
  workMs: never, dispatchMs: never, sweepMs: never, backfillMs: never, wakeMs: never, coverageMs: never, censusMs: never,
}; // prettier-ignore

function findLive(name: string): ConnectorLive | undefined {
  const live = findLiveConnector(name);
  const refund = live?.contract.commands.refund;
  if (live === undefined || refund === undefined) return live;
  const commands = { ...live.contract.commands, refund: { ...refund, settleTimeMs } };
  return { ...live, contract: { ...live.contract, commands } };
}

export async function makeEngine(
  db: Database,
  key: Buffer,
  now: number,
  intervals: Intervals,
  // All of a batch is read before its first command goes out, and lies still when its process dies.
  batchMax = 2,
): Promise<Engine> {
  const seal = createSeal(key);
  const systems = await loadSystems(db, {
    findLive, zone: 'Europe/Berlin', currency: 'EUR', random: Math.random,
    secretsOf: (name) => readConnectionSecrets(db, seal, name),
  }); // prettier-ignore
  return createEngine({
    db, systems, policy, codeVersion: 'kill', clock: () => now, isSimulated: true,
    onError: (where, error) => console.error(`${where}:`, error),
    dispatch: { batchMax, leaseMs, atOnce: batchMax },
    intervals: { ...asleep, ...intervals },
  }); // prettier-ignore
}

export type Orders = {
  readonly url: string;
  readonly key: string;
  readonly now: number;
  readonly batchMax?: number;
};

/** What a member of the crew runs: this file, with its orders. */
export const sender = { file: import.meta.filename, args: ['--worker'] } as const;

if (import.meta.main) {
  if (process.argv.includes('--worker')) process.once('message', (orders: Orders) => void work(orders));
  else await lead();
}

/** Sends; the lead reads and folds, which goes on when a sender dies. */
async function work({ url, key, now, batchMax }: Orders): Promise<void> {
  const db = await openDatabase({ url, connectionsMax: Math.max(4, batchMax ?? 0) });
  const engine = await makeEngine(db, Buffer.from(key, 'hex'), now, { dispatchMs: 100 }, batchMax);
  // A killed process leaves no cache behind.
  flushCompileCache();
  process.once('message', () => void engine.start());
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
}

type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

async function lead(): Promise<void> {
  const { values } = parseArgs({
    options: {
      commands: { type: 'string', default: '2000' },
      workers: { type: 'string', default: '4' },
      'every-ms': { type: 'string', default: '1000' },
    },
  });
  const [count, workers, everyMs] = [Number(values.commands), Number(values.workers), Number(values['every-ms'])];
  if (![count, workers, everyMs].every((one) => Number.isSafeInteger(one) && one > 0)) {
    console.error('--commands, --workers and --every-ms take whole numbers from 1');
    process.exit(2);
  }
  const folder = await mkdtemp(join(tmpdir(), 'reentry-kill-commands-'));
  // A lost power supply is no part of this; a killed process loses nothing that PostgreSQL has.
  const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off', full_page_writes: 'off' } });
  const sandbox = await startSandbox({ seed: 'kill', now: '2026-10-01T08:00:00Z', ordersPerDay: 0, requestNow: Date.now });
  const db = await openDatabase({ url: server.url });
  const key = randomBytes(masterKeyBytes);
  let crew: Crew | undefined;
  let engine: Engine | undefined;
  const giveUp = async (): Promise<never> => {
    crew?.killAll();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void giveUp());
  try {
    const planned = await prepare(db, sandbox, key, count);
    console.log(`${planned} commands approved; ${workers} processes, one killed every ${everyMs} ms`);
    // Nothing that happens in the run lies in the future of a fold.
    const now = sandbox.now() + dayMs;
    engine = await makeEngine(db, key, now, { workMs: 100, sweepMs: 5_000 });
    await engine.start();
    const orders: Orders = { url: server.url, key: key.toString('hex'), now };
    crew = createCrew(workers, { ...sender, compileCache: join(folder, 'compiled') }, () => orders);
    const began = performance.now();
    let [kills, saidAt, sentBefore] = [0, began, 0];
    let [confirmed, confirmedAt] = [0, began];
    for (;;) {
      await sleep(everyMs);
      // Time goes on in the company, or every look would read again whatever was changed since the beginning.
      await sandbox.advance({ minutes: 1 });
      const left = await countOpen(db);
      if (left.confirmed > confirmed) [confirmed, confirmedAt] = [left.confirmed, performance.now()];
      if (left.moving === 0 || performance.now() - confirmedAt > stuckMs) break;
      if (performance.now() - saidAt > sayEveryMs) {
        saidAt = performance.now();
        console.log(`  ${kills} kills; ${left.confirmed} confirmed, ${left.moving} still moving, ${left.untouched} untouched`);
      }
      if (left.untouched === 0 || left.sent - sentBefore < sendsMin || !crew.killOne()) continue;
      kills += 1;
      sentBefore = left.sent;
    }
    crew.killAll();
    await report(db, sandbox, planned, kills, Math.round((performance.now() - began) / 1000));
  } finally {
    crew?.killAll();
    await engine?.stop();
    await db.close();
    await sandbox.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
} // prettier-ignore

/** A company with `count` returns that are back and not refunded, of which each refund is approved. Returns how many. */
export async function prepare(db: Database, sandbox: Sandbox, key: Buffer, count: number): Promise<number> {
  await migrateDatabase(db);
  await connectSandbox(db, createSeal(key), sandbox);
  await setConnectionStatus(db, 'hubspot', 'removed');
  const shop = (await listConnections(db)).find((one) => one.connection === 'shop')!;
  const settings = { ...(shop.settings as object), payoutPath: 'gateway' };
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings });
  const random = createRandom('kill');
  for (let made = 0; made < count; made += 1) {
    const order = stepReturn(sandbox.company, sandbox.catalog, random, { [sku]: 2 }, { [sku]: 1 });
    order.approve();
    order.announce('stock');
    order.receive();
    // Apart in time, so that a look at what changed lately does not see all of them.
    await sandbox.advance({ minutes: 7 });
    if (made % 100 === 99) restock(sandbox);
  }
  await sandbox.advance({ days: 9 });
  const engine = await makeEngine(db, key, sandbox.now(), asleep);
  await engine.sweepAll();
  await engine.drain();
  for (let planned = 0; ;) {
    const page = await listCommandsByStatus(db, ['planned'], 200);
    if (page.length === 0) return planned;
    for (const command of page) await approveCommand(db, command, 'user/finance', 1);
    planned += page.length;
  }
}

/** Stock for the next hundred orders. */
function restock(sandbox: Sandbox): void {
  const { database } = sandbox.company.odoo;
  for (const quant of database.search('stock.quant', [['location_id', '=', 8], ['product_id.default_code', '=', sku]]))
    database.set('stock.quant', quant.id, { quantity: 1000 });
} // prettier-ignore

type Open = { moving: number; owned: number; confirmed: number; untouched: number; sent: number };

async function countOpen(db: Database): Promise<Open> {
  const { rows } = await db.pool.query<Open>(
    `select count(*) filter (where status in ('approved', 'failed')
         or (status in ('sending', 'unknown') and coalesce(outcome->>'isOverdue', 'false') <> 'true'))::int as moving,
       count(*) filter (where status = 'dead' or (status in ('sending', 'unknown') and outcome->>'isOverdue' = 'true'))::int as owned,
       count(*) filter (where status = 'confirmed')::int as confirmed,
       count(*) filter (where fence = 0)::int as untouched,
       coalesce(sum(attempt_count), 0)::int as sent
     from commands`,
  );
  return rows[0]!;
}

/** Compares what the store believes with what the gateway has done. */
async function report(db: Database, sandbox: Sandbox, planned: number, kills: number, seconds: number): Promise<void> {
  const { moving, owned, confirmed } = await countOpen(db);
  const { refunds } = sandbox.company.stripe.gateway;
  const timesOf = Map.groupBy([...refunds.values()], (refund) => refund.charge);
  const doubled = [...timesOf.values()].filter((made) => made.length > 1).length;
  const { rows } = await db.pool.query<{ refund: string | null }>(
    `select outcome->'refs'->0->>'id' as refund from commands where status = 'confirmed'`,
  );
  const seen = new Set(rows.flatMap(({ refund }) => (refund !== null && refunds.has(refund) ? [refund] : [])));
  // Believed and not made; an effect of which nobody knows is a double to come.
  const lost = confirmed - seen.size;
  const unknown = refunds.size - seen.size;
  console.log(
    `${kills} kills in ${seconds} s: ${planned} commands, ${refunds.size} effects, ${doubled} doubled, ${lost} lost, ${unknown} unseen; ` +
      `${confirmed} confirmed, ${owned} with an owner, ${moving} still moving`,
  );
  const isFine = doubled === 0 && lost === 0 && unknown <= owned && moving === 0 && confirmed + owned === planned;
  process.exitCode = isFine && planned > 0 && kills > 0 ? 0 : 1;
} // prettier-ignore
