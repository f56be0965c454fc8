/**
 * npm run simulate -- [--seeds 300] [--minutes N] [--seed NAME] [--without GUARD] [--workers 2]
 *
 * Plays many seeded runs of the real engine, store and connectors against the sandbox company, with every kind of fault,
 * and says what must never happen and did. A failure prints its seed; `--seed` plays that one again, step by step the same.
 * After `--minutes` no further seed is begun, and the report says how many of them were played.
 */
import { fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { guards, type Guard } from '../src/simulation/guards.ts';
import { faultKinds, simulateSeed, type SeedResult } from '../src/simulation/simulate-seed.ts';
import { openSimulatedStore } from '../src/simulation/simulated-store.ts';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    without: { type: 'string' },
    workers: { type: 'string', default: '2' },
    /** Internal: address of the server, and which seeds are this process's. */
    server: { type: 'string' },
    worker: { type: 'string' },
  },
});

if (values.without !== undefined && !(guards as readonly string[]).includes(values.without)) {
  console.error(`--without takes one of: ${guards.join(', ')}`);
  process.exit(2);
}
const without = values.without as Guard | undefined;
const options = without === undefined ? {} : { without };
const seedsMax = Number(values.seeds);
const minutesMax = Number(values.minutes ?? Infinity);
const workers = Number(values.workers);
if (!Number.isSafeInteger(seedsMax) || seedsMax < 1 || !Number.isSafeInteger(workers) || workers < 1) {
  console.error('--seeds and --workers take whole numbers from 1');
  process.exit(2);
}

if (Number.isNaN(minutesMax) || minutesMax <= 0) {
  console.error('--minutes takes a number above 0');
  process.exit(2);
}

if (values.server !== undefined) await work(values.server, Number(values.worker));
else await lead();

/** Plays its share of the seeds, as many as there is time for but at least one, and tells each result. */
async function work(server: string, worker: number): Promise<void> {
  const store = await openSimulatedStore(server);
  const until = performance.now() + minutesMax * 60_000;
  for (
    let index = worker;
    index < seedsMax && (index === worker || performance.now() < until);
    index += workers
  ) {
    const result = await simulateSeed(store, String(index + 1), options);
    process.send?.({ ...result, faults: [...result.faults] });
  }
  await store.close();
  process.disconnect?.();
}

async function lead(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reentry-simulate-'));
  // A crash may lose everything here, so nothing waits for the disk.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off', shared_buffers: '64MB', unix_socket_directories: folder };
  // PostgreSQL may run as another user. Through a socket a statement costs a third less.
  await chmod(folder, 0o777);
  const server = await startEmbeddedPostgres({ folder, settings });
  const url = new URL(server.url);
  url.searchParams.set('host', folder);
  const results: SeedResult[] = [];
  try {
    if (values.seed !== undefined) {
      const store = await openSimulatedStore(url.href);
      results.push(await simulateSeed(store, values.seed, options));
      await store.close();
    } else {
      const crew = Array.from({ length: Math.min(workers, seedsMax) }, (_, index) => new Promise<void>((resolve, reject) => {
        const args = ['--server', url.href, '--worker', String(index), '--seeds', String(seedsMax), '--workers', String(workers)];
        if (values.minutes !== undefined) args.push('--minutes', values.minutes);
        if (without !== undefined) args.push('--without', without);
        const child = fork(import.meta.filename, args);
        child.on('message', (message) => {
          const told = message as Omit<SeedResult, 'faults'> & { readonly faults: readonly (readonly [string, number])[] };
          results.push({ ...told, faults: new Map(told.faults) });
          if (told.violation !== undefined) console.log(`seed ${told.seed}: ${told.violation}`);
        });
        child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`worker ${index} ended with ${code}`))));
      }));
      await Promise.all(crew);
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  report(results);
} // prettier-ignore

function report(results: readonly SeedResult[]): void {
  const sum = (count: (result: SeedResult) => number): number => results.reduce((all, one) => all + count(one), 0);
  const planned = values.seed === undefined && results.length < seedsMax ? ` of ${seedsMax}, for time` : '';
  console.log(`${results.length} seeds${planned}, ${sum((one) => one.steps)} steps, ${sum((one) => one.commands)} commands sent, ${sum((one) => one.effects)} effects`);
  for (const kind of faultKinds) console.log(`  ${kind}: ${sum((one) => one.faults.get(kind) ?? 0)}`);
  const failed = results.filter((result) => result.violation !== undefined);
  for (const { seed, violation } of failed) console.log(`violation in seed ${seed}: ${violation}\n  again: npm run simulate -- --seed ${seed}`);
  const silent = values.seed === undefined && results.length >= 100 ? faultKinds.filter((kind) => sum((one) => one.faults.get(kind) ?? 0) === 0) : [];
  if (silent.length > 0) console.log(`never happened: ${silent.join(', ')}`);
  console.log(`${failed.length} violations`);
  process.exitCode = failed.length > 0 || silent.length > 0 ? 1 : 0;
} // prettier-ignore
