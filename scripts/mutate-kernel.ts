/**
 * Mutation run over the kernel: makes one small change at a time and asks whether the kernel's tests notice.
 *
 *   node scripts/mutate-kernel.ts                            every mutant
 *   node scripts/mutate-kernel.ts --sample 300 --seed 1      a fixed sample
 *   node scripts/mutate-kernel.ts --file find- --survivors   only files whose name holds that; list what survived
 *   node scripts/mutate-kernel.ts --file match-              the matcher of orphans, by its quick tests alone
 *
 * Ends with exit code 1 when fewer than `--least` percent (85) are killed.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listMutants, type Mutant } from './list-mutants.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' }, seed: { type: 'string', default: '1' }, file: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' }, least: { type: 'string', default: '85' },
    survivors: { type: 'boolean', default: false },
  },
}); // prettier-ignore

const root = join(import.meta.dirname, '..');
const kernel = join(root, 'src/kernel');
/** The matcher of orphans is a piece of its own, with its own slow tests: only when asked for. */
const isMatcher = (file: string): boolean => file.startsWith('match-') && file !== 'match-credit-notes.ts';
const isWanted = (file: string): boolean =>
  file.includes(values.file) && (!isMatcher(file) || values.file.startsWith('match-'));

/** Some files have their tests elsewhere; everything else is held to those of the kernel. */
function testsOf(file: string): readonly string[] {
  if (file.startsWith('policy-'))
    return ['test/audit/policy-file.test.ts', 'test/kernel/policy-values.test.ts'];
  return isMatcher(file) ? ['test/match/match-items.test.ts'] : kernelTests;
}

/** Telling ones first, as most mutants die in them; the slow ones last. */
const first = ['golden', 'golden-drawn', 'golden-decisions'];
const last = ['noise-budget', 'variants', 'properties'];
const others = readdirSync(join(root, 'test/kernel'))
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.test.ts'.length))
  .filter((name) => !first.includes(name) && !last.includes(name));
const kernelTests = [...first, ...others.sort(), ...last].map((name) => `test/kernel/${name}.test.ts`);

/** A copy of what the tests need, so that mutants never touch the working tree. */
function makeBench(): string {
  const bench = mkdtempSync(join(tmpdir(), 'mutate-kernel-'));
  for (const folder of ['src', 'test/kernel', 'test/match', 'test/audit', 'docs', 'scripts'])
    cpSync(join(root, folder), join(bench, folder), { recursive: true });
  cpSync(join(root, 'package.json'), join(bench, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(bench, 'node_modules'));
  return bench;
}

type Outcome = 'killed' | 'survived';

function runTests(bench: string, tests: readonly string[], limitMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/run-until-first-failure.ts', ...tests], {
      cwd: bench,
      stdio: 'ignore',
      // What no mutant touches is compiled once.
      env: { ...process.env, NODE_COMPILE_CACHE: join(bench, 'compiled') },
    });
    // A mutant that loops for ever is as dead as one that fails.
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? 'survived' : 'killed');
    });
  });
}

/** Mulberry32: the same seed draws the same sample everywhere. */
function drawSample(all: readonly Mutant[], size: number, seed: number): Mutant[] {
  let state = seed;
  const ranked = all.map((mutant) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return { mutant, rank: (mixed ^ (mixed >>> 14)) >>> 0 };
  });
  return ranked
    .sort((left, right) => left.rank - right.rank)
    .slice(0, size)
    .map(({ mutant }) => mutant);
}

const all = readdirSync(kernel)
  .filter((file) => file.endsWith('.ts') && isWanted(file))
  .sort()
  .flatMap((file) => listMutants(file, readFileSync(join(kernel, file), 'utf8')));
const chosen =
  values.sample === undefined ? all : drawSample(all, Number(values.sample), Number(values.seed));
console.log(`${all.length} mutants, ${chosen.length} to run (seed ${values.seed})`);

const queue = [...chosen];
const outcomes: { mutant: Mutant; outcome: Outcome }[] = [];

async function work(): Promise<void> {
  const bench = makeBench();
  try {
    const started = performance.now();
    if ((await runTests(bench, kernelTests, 600_000)) === 'killed')
      throw new Error('the tests fail without any mutant');
    const limitMs = Math.max(10_000, 4 * (performance.now() - started));
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const path = join(bench, 'src/kernel', mutant.file);
      const source = readFileSync(path, 'utf8');
      writeFileSync(path, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
      outcomes.push({
        mutant,
        outcome: await runTests(bench, testsOf(mutant.file), limitMs),
      });
      writeFileSync(path, source);
      // A run of hours may be broken off: what it found so far is not lost.
      if (outcomes.length % 50 === 0) {
        const dead = outcomes.filter(({ outcome }) => outcome === 'killed').length;
        console.log(`${outcomes.length} done, ${dead} killed`);
      }
      if (values.survivors && outcomes.at(-1)!.outcome === 'survived')
        console.log(`survived ${mutant.file}:${mutant.line} ${mutant.what}`);
    }
  } finally {
    unlinkSync(join(bench, 'node_modules')); // The link first: what it points to is not ours to remove.
    rmSync(bench, { recursive: true, force: true });
  }
}

await Promise.all(Array.from({ length: Number(values.workers) }, work));

const perFile = Map.groupBy(outcomes, ({ mutant }) => mutant.file);
let killed = 0;
for (const [file, list] of [...perFile].sort(([left], [right]) => (left < right ? -1 : 1))) {
  const dead = list.filter(({ outcome }) => outcome === 'killed').length;
  killed += dead;
  console.log(
    `${file.padEnd(30)} ${String(dead).padStart(5)} killed ${String(list.length - dead).padStart(5)} survived`,
  );
}
const share = (100 * killed) / outcomes.length;
console.log(`${killed} of ${outcomes.length} killed: ${share.toFixed(1)} %`);
if (share < Number(values.least)) process.exitCode = 1;
