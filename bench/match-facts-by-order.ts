/**
 * Brings the facts of a file together by order: how many a second, and how much memory it takes. The file is written
 * to a temporary folder first, with its facts in no order, and removed afterwards.
 *
 *     node bench/match-facts-by-order.ts [COUNT] [MEMORY_MB] [csv|parquet]
 */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { streamFactsByOrder } from '../src/files/stream-facts.ts';
import { generateCanonical } from './generate-canonical.ts';

const columns = ['type', 'at', 'system', 'order', 'id', 'sku', 'quantity', 'money', 'reference', 'refund'];
const count = Number(process.argv[2] ?? 1_000_000);
const memoryMb = Number(process.argv[3] ?? 800);
const format = process.argv[4] ?? 'csv';
const isFormat = format === 'csv' || format === 'parquet';
if (
  !isFormat ||
  !Number.isSafeInteger(count) ||
  count < 1 ||
  !Number.isSafeInteger(memoryMb) ||
  memoryMb < 100
) {
  console.error('usage: node bench/match-facts-by-order.ts [COUNT] [MEMORY_MB] [csv|parquet]');
  process.exit(2);
}

const cell = (value: unknown): string => {
  if (value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The same facts as Parquet, written by a process of its own: what it takes is not ours. */
async function asParquet(path: string): Promise<string> {
  const target = path.replace(/csv$/, 'parquet');
  const script = `const { DuckDBInstance } = await import('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(\`copy (select * from read_csv('${path}', all_varchar = true)) to '${target}' (format parquet)\`);`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
  });
  await rm(path);
  return target;
}

const folder = await mkdtemp(join(tmpdir(), 'reentry-bench-'));
try {
  const path = join(folder, 'facts.csv');
  const file = createWriteStream(path);
  file.write(`${columns.join(',')}\n`);
  for (const block of generateCanonical(count)) {
    const rows = block.trimEnd().split('\n').map((text) => JSON.parse(text) as Record<string, unknown>); // prettier-ignore
    const text = rows.map((row) => columns.map((name) => cell(row[name])).join(',')).join('\n');
    if (!file.write(`${text}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');

  const source = format === 'csv' ? path : await asParquet(path);
  const started = performance.now();
  const stream = streamFactsByOrder([source], 'canonical', { memoryMb, threads: 2 });
  let orders = 0;
  let facts = 0;
  for await (const [, lines] of stream.orders) {
    orders += 1;
    facts += lines.length;
  }
  const seconds = (performance.now() - started) / 1000;
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  if (facts !== count) throw new Error(`${facts} of ${count} facts came back`);
  console.log(
    `${facts} facts of ${orders} orders from ${format} in ${seconds.toFixed(1)} s, ` +
      `${Math.round(facts / seconds)} a second, peak ${peakMb} MB`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
