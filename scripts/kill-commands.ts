/**
 * npm run kill:commands -- [--commands 2000] [--workers 4] [--every-ms 1000]
 *
 * Several processes send commands on one database, and one of them is killed (-9) every second and replaced. At the end no
 * effect was made twice by our hand, none was lost, and every command is confirmed or has an owner.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectSandbox } from '../src/cli/sandbox-connections.ts';
import { findLiveConnector } from '../src/connectors/live-registry.ts';
import { createEngine, type Engine } from '../src/engine/engine.ts';
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

const { values } = parseArgs({
  options: {
    commands: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '4' },
    'every-ms': { type: 'string', default: '1000' },
    /** Internal: this process is one of the workers. */
    worker: { type: 'boolean', default: false },
  },
});
const sku = 'LOCK-90';

/** Goods are back, money is owed: refunds at the gateway, approved by people. */
const policy: Policy = {
  ...defaultPolicy('Europe/Berlin'),
  controls: Object.fromEntries(controlIds.map((id) => [id, [{ from: '', value: id === 'entitled-refunded' ? ({ mode: 'auto', watch: 'on' } as const) : ({ mode: 'watch', watch: 'off' } as const) }]])),
}; // prettier-ignore

async function makeEngine(db: Database, key: Buffer, now: number): Promise<Engine> {
  const seal = createSeal(key);
  const systems = await loadSystems(db, {
    findLive: findLiveConnector, zone: 'Europe/Berlin', currency: 'EUR', random: Math.random,
    secretsOf: (name) => readConnectionSecrets(db, seal, name),
  }); // prettier-ignore
  return createEngine({
    db, systems, policy, codeVersion: 'kill', clock: () => now, isSimulated: true,
    // Short, because every killed process leaves what it held until then.
    dispatch: { batchMax: 4, leaseMs: 20_000 },
    intervals: { workMs: 100, dispatchMs: 100, sweepMs: 20_000, wakeMs: 600_000, coverageMs: 86_400_000, censusMs: 86_400_000 },
  }); // prettier-ignore
}

type Orders = { readonly url: string; readonly key: string; readonly now: number };

if (values.worker) process.once('message', (orders: Orders) => void work(orders));
else await lead();

async function work({ url, key, now }: Orders): Promise<void> {
  const db = await openDatabase({ url, connectionsMax: 4 });
  const engine = await makeEngine(db, Buffer.from(key, 'hex'), now);
  await engine.start();
  process.send?.('at work');
}

async function lead(): Promise<void> {
  const [count, workers, everyMs] = [Number(values.commands), Number(values.workers), Number(values['every-ms'])];
  if (![count, workers, everyMs].every((one) => Number.isSafeInteger(one) && one > 0)) {
    console.error('--commands, --workers and --every-ms take whole numbers from 1');
    process.exit(2);
  }
  const folder = await mkdtemp(join(tmpdir(), 'reentry-kill-commands-'));
  // A lost power supply is no part of this; a killed process loses nothing that PostgreSQL has.
  const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off', full_page_writes: 'off' } });
  const crew = new Set<ChildProcess>();
  /** Those that have started: killing one that does nothing yet proves nothing. */
  const atWork = new Set<ChildProcess>();
  const sandbox = await startSandbox({ seed: 'kill', now: '2026-10-01T08:00:00Z', ordersPerDay: 0, requestNow: Date.now });
  const db = await openDatabase({ url: server.url });
  try {
    await migrateDatabase(db);
    const key = randomBytes(masterKeyBytes);
    await connectSandbox(db, createSeal(key), sandbox);
    await setConnectionStatus(db, 'hubspot', 'removed');
    const shop = (await listConnections(db)).find((one) => one.connection === 'shop')!;
    await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings: { ...(shop.settings as object), payoutPath: 'gateway' } });
    const random = createRandom('kill');
    const charges = new Set<string>();
    for (let made = 0; made < count; made += 1) {
      const order = stepReturn(sandbox.company, sandbox.catalog, random, { [sku]: 2 }, { [sku]: 1 });
      order.approve();
      order.announce('stock');
      order.receive();
      charges.add(order.placed.charge!.id);
      // Apart in time, so that a look at what changed lately does not see all of them.
      await sandbox.advance({ minutes: 7 });
      if (made % 100 === 99) company(sandbox).restock();
    }
    await sandbox.advance({ days: 9 });
    const engine = await makeEngine(db, key, sandbox.now());
    await engine.sweepAll();
    await engine.drain();
    const planned: Awaited<ReturnType<typeof listCommandsByStatus>>[number][] = [];
    for (let page = await listCommandsByStatus(db, ['planned'], 200); page.length > 0; page = await listCommandsByStatus(db, ['planned'], 200)) {
      for (const command of page) await approveCommand(db, command, 'user/finance', 1);
      planned.push(...page);
    }
    console.log(`${planned.length} commands approved; ${workers} processes, one killed every ${everyMs} ms`);
    const hire = (): void => {
      const child = fork(import.meta.filename, ['--worker'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') } });
      crew.add(child);
      child.once('message', () => atWork.add(child));
      child.once('exit', () => (crew.delete(child), atWork.delete(child)));
      child.send({ url: server.url, key: key.toString('hex'), now: sandbox.now() } satisfies Orders);
    };
    for (let index = 0; index < workers; index += 1) hire();
    let kills = 0;
    const began = performance.now();
    for (;;) {
      await sleep(everyMs);
      const left = await countOpen(db);
      if (left.moving === 0) break;
      if (performance.now() - began > 30 * 60_000) break;
      const victims = [...atWork];
      const victim = victims[kills % Math.max(1, victims.length)];
      if (victim === undefined) continue;
      victim.kill('SIGKILL');
      atWork.delete(victim);
      kills += 1;
      hire();
      // What a killed process held is free again after its lease and the time its target may need.
    }
    const seconds = Math.round((performance.now() - began) / 1000);
    for (const child of crew) child.kill('SIGKILL');
    await report(db, sandbox, charges, planned.length, kills, seconds);
  } finally {
    for (const child of crew) child.kill('SIGKILL');
    await db.close();
    await sandbox.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
} // prettier-ignore

/** Stock for the next hundred orders. */
const company = (sandbox: Awaited<ReturnType<typeof startSandbox>>): { restock(): void } => ({
  restock() {
    const { database } = sandbox.company.odoo;
    for (const quant of database.search('stock.quant', [['location_id', '=', 8], ['product_id.default_code', '=', sku]]))
      database.set('stock.quant', quant.id, { quantity: 1000 });
  },
}); // prettier-ignore

async function countOpen(db: Database): Promise<{ moving: number; owned: number; confirmed: number }> {
  const { rows } = await db.pool.query<{ moving: number; owned: number; confirmed: number }>(
    `select count(*) filter (where status in ('approved', 'failed')
         or (status in ('sending', 'unknown') and coalesce(outcome->>'isOverdue', 'false') <> 'true'))::int as moving,
       count(*) filter (where status = 'dead' or (status in ('sending', 'unknown') and outcome->>'isOverdue' = 'true'))::int as owned,
       count(*) filter (where status = 'confirmed')::int as confirmed
     from commands`,
  );
  return rows[0]!;
}

async function report(
  db: Database,
  sandbox: Awaited<ReturnType<typeof startSandbox>>,
  charges: ReadonlySet<string>,
  planned: number,
  kills: number,
  seconds: number,
): Promise<void> {
  const { moving, owned, confirmed } = await countOpen(db);
  const made = new Map<string, number>();
  for (const refund of sandbox.company.stripe.gateway.refunds.values())
    made.set(refund.charge, (made.get(refund.charge) ?? 0) + 1);
  const doubles = [...made.values()].filter((times) => times > 1).length;
  const lost = confirmed - [...charges].filter((charge) => made.has(charge)).length;
  console.log(
    `${kills} kills in ${seconds} s: ${confirmed} confirmed, ${owned} with an owner, ${moving} still moving; ${doubles} double effects, ${Math.max(0, lost)} lost`,
  );
  const isFine = doubles === 0 && lost <= 0 && moving === 0 && confirmed + owned === planned;
  process.exitCode = isFine && planned > 0 ? 0 : 1;
}
