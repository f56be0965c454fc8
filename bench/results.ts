/** Results for people and for machines. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { benches as all } from './benches.ts';
import type { Bench, Figures, Medians } from './side.ts';

export type BenchResult = {
  readonly bench: Bench;
  readonly runs: number;
  /** Figures of every run, by size and side. */
  readonly bySize: ReadonlyMap<number, ReadonlyMap<string, readonly Figures[]>>;
};

/** What is kept of one bench between runs of the script: a bench that was not run again keeps its last result. */
type Kept = {
  readonly name: string;
  readonly on: string;
  readonly runs: number;
  readonly machine: string;
  readonly versions: string;
  readonly table: string;
  readonly goals: string;
  readonly medians: Readonly<Record<string, Readonly<Record<string, Figures>>>>;
};

const reference = join(import.meta.dirname, '../docs/reference');
const words = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

function mediansOf({ bySize }: BenchResult): Medians {
  const medians = new Map<number, Map<string, Figures>>();
  for (const [size, sides] of bySize) {
    const bySide = new Map<string, Figures>();
    for (const [side, runs] of sides) bySide.set(side, medianOf(runs));
    medians.set(size, bySide);
  }
  return medians;
}

/** Every figure by itself. */
function medianOf(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const sorted = runs.map((figures) => figures[name] ?? Number.NaN).sort((left, right) => left - right);
      const middle = sorted.length >> 1;
      return [name, sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2];
    }),
  );
}

/** One line per size and side, with the ratio of Reentry to it. */
export function describeTable(result: BenchResult): string {
  const { bench } = result;
  const rows: string[][] = [];
  const figures: string[] = [bench.figure];
  const medians = mediansOf(result);
  for (const sides of medians.values())
    for (const values of sides.values())
      for (const name of Object.keys(values)) if (!figures.includes(name)) figures.push(name);
  for (const [size, sides] of medians) {
    const own = sides.get('Reentry')?.[bench.figure];
    for (const { name, role } of bench.sides) {
      const values = sides.get(name)!;
      const theirs = values[bench.figure];
      const ratio =
        role === 'reentry' || own === undefined || theirs === undefined
          ? ''
          : `${(own / theirs).toFixed(2)} ×`;
      const shown = figures.map((figure) =>
        values[figure] === undefined ? '' : words.format(values[figure]),
      );
      rows.push([
        words.format(size),
        role === 'reentry' ? `**${name}**` : `${name} (${role})`,
        ...shown,
        ratio,
      ]);
    }
  }
  const head = [bench.unit, 'side', ...figures, 'Reentry to it'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function describeGoals(result: BenchResult): string {
  const medians = mediansOf(result);
  return result.bench.goals
    .map(({ text, isMet }) => {
      const met = isMet(medians);
      return `- ${met === undefined ? 'not measured' : met ? 'reached' : '**not reached**'}: ${text}`;
    })
    .join('\n');
}

/** Writes both files; what was not measured this time stays as it was. */
export function writeResults(results: readonly BenchResult[], isFull: boolean): void {
  const path = join(reference, 'benchmarks.json');
  const before = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { readonly benches: readonly Kept[] }).benches
    : [];
  const kept = new Map(before.map((one) => [one.name, one]));
  for (const result of results) {
    const name = isFull ? `${result.bench.name} (growth)` : result.bench.name;
    kept.set(name, {
      name,
      on: new Date().toISOString().slice(0, 10),
      runs: result.runs,
      machine: machine(),
      versions: versions(),
      table: describeTable(result),
      goals: describeGoals(result),
      medians: Object.fromEntries(
        [...mediansOf(result)].map(([size, sides]) => [String(size), Object.fromEntries(sides)]),
      ),
    });
  }
  const benches = [...kept.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  writeFileSync(path, `${JSON.stringify({ benches }, null, 2)}\n`);
  writeFileSync(join(reference, 'benchmarks.md'), page(benches));
}

function page(kept: readonly Kept[]): string {
  const sections = kept.map((one) => {
    const bench = all.find(({ name }) => name === one.name.replace(' (growth)', ''));
    const note = bench?.note === undefined ? '' : `\n\n${bench.note}`;
    return `## ${one.name}\n\n${bench?.about ?? ''}\n\n${one.table}\n\n${one.goals}\n\nMedians of ${one.runs} runs, sides taking turns, on ${one.on}: ${one.machine}; ${one.versions}.${note}\n`;
  });
  return `# Benchmarks\n\nWritten by \`npm run bench\` and \`npm run bench:full\`. Each side runs in a process of its own; the floor is the least that machine and\nPostgreSQL need for the same bytes, a peer is what one would take otherwise. \`benchmarks.json\` holds the same for machines.\n\n${sections.join('\n')}`;
}

const machine = (): string =>
  `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;

function versions(): string {
  const peers = JSON.parse(readFileSync(join(import.meta.dirname, 'peers/package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const others = Object.entries(peers.dependencies).map(([name, version]) => `${name} ${version}`);
  return [`Node ${process.versions.node}`, `Reentry ${commit()}`, 'PostgreSQL 18 (embedded)', ...others].join(
    ', ',
  );
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'outside a checkout';
  }
}
