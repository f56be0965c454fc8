/**
 * Runs the benches and writes `docs/reference/benchmarks.md` and `.json`.
 *
 *     npm run bench                  all, as a rule at one million facts
 *     npm run bench -- audit fold    some
 *     npm run bench:full             growth curves
 *     … -- --runs 3                  runs per side, taken in turns; medians are shown (default 5)
 *     … -- --scale 0.1               a tenth of every size: to see whether it works; writes nothing
 *
 * Databases are PostgreSQL as it comes with Reentry, fsync on, in a temporary folder. Peers are installed into
 * `bench/peers` when they are first needed.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/store/embedded-postgres.ts';
import { benches } from './benches.ts';
import { freshDatabase } from './fresh-database.ts';
import { describeGoals, describeTable, writeResults, type BenchResult } from './results.ts';
import type { Bench, Figures } from './side.ts';

const run = promisify(execFile);
const runsDefault = 5;
const runSide = join(import.meta.dirname, 'run-side.ts');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' }, scale: { type: 'string', default: '1' }, full: { type: 'boolean', default: false },
  },
}); // prettier-ignore

const chosen = positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name));
const unknown = positionals.filter((name) => benches.every((bench) => bench.name !== name));
if (unknown.length > 0) {
  console.error(
    `no bench of that name: ${unknown.join(', ')}; there are: ${benches.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

installPeers();
const folder = mkdtempSync(join(tmpdir(), 'reentry-bench-'));
let server: EmbeddedPostgres | undefined;
try {
  if (chosen.some((bench) => bench.usesDatabase))
    server = await startEmbeddedPostgres({ folder: join(folder, 'store') });
  const results: BenchResult[] = [];
  for (const bench of chosen) {
    const result = await measure(bench, server);
    results.push(result);
    console.log(`\n${bench.name}: ${bench.about}\n${describeTable(result)}\n${describeGoals(result)}`);
  }
  if (values.scale === '1') writeResults(results, values.full);
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(bench: Bench, database: EmbeddedPostgres | undefined): Promise<BenchResult> {
  const runs = Number(values.runs ?? bench.runs ?? runsDefault);
  const sizes = (values.full ? bench.sizes.full : bench.sizes.usual).map((size) =>
    Math.round(size * Number(values.scale)),
  );
  const bySize = new Map<number, Map<string, Figures[]>>();
  for (const size of sizes) {
    const bySide = new Map<string, Figures[]>(bench.sides.map(({ name }) => [name, []]));
    bySize.set(size, bySide);
    for (let turn = 0; turn < runs; turn++) {
      for (const side of bench.sides) {
        process.stderr.write(`${bench.name} ${size} ${side.name} ${turn + 1}/${runs}\r`);
        bySide.get(side.name)!.push(await oneRun(side.module, size, database));
      }
    }
  }
  return { bench, runs, bySize };
}

async function oneRun(
  module: string,
  size: number,
  database: EmbeddedPostgres | undefined,
): Promise<Figures> {
  const fresh = database === undefined ? undefined : await freshDatabase(database.url);
  try {
    const { stdout } = await run(
      process.execPath,
      ['--max-old-space-size=8192', runSide, module, String(size), folder, fresh?.url ?? ''],
      {
        maxBuffer: 1 << 26,
      },
    );
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Figures;
  } finally {
    await fresh?.drop();
  }
}

function installPeers(): void {
  const peers = join(import.meta.dirname, 'peers');
  if (existsSync(join(peers, 'node_modules/xstate'))) return;
  console.error('installing what is compared with into bench/peers …');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peers,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
