/** One in-memory DuckDB with bounds: what does not fit in `memoryMb` goes to a temporary folder, which is removed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

export type DuckdbLimits = { readonly memoryMb: number; readonly threads: number };

/** Leaves room for Node within 1.5 GB; two threads, for the smallest machine it runs on. */
export const duckdbLimitsDefault: DuckdbLimits = { memoryMb: 800, threads: 2 };

/** Loaded when it is first used: it is large, and most processes never do. */
export const loadDuckdb = (): Promise<typeof import('@duckdb/node-api')> => import('@duckdb/node-api');

/** Runs `use` on a fresh database and cleans up after it, also when the consumer stops early. */
export async function* withDuckdb<Row>(
  limits: DuckdbLimits,
  use: (connection: DuckDBConnection) => AsyncIterable<Row>,
): AsyncGenerator<Row> {
  const { DuckDBInstance } = await loadDuckdb();
  const folder = await mkdtemp(join(tmpdir(), 'reentry-sort-'));
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${limits.memoryMb}MB`,
    threads: String(limits.threads),
    temp_directory: folder,
    // Nothing is loaded from elsewhere while a file is read.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    yield* use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A text as SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
