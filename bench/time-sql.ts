/** Seconds that DuckDB takes for one statement, with as many threads as the machine has. */
import { DuckDBInstance } from '@duckdb/node-api';
import { availableParallelism } from 'node:os';

export async function timeSql(sql: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(availableParallelism()) });
  const connection = await instance.connect();
  try {
    const began = performance.now();
    await connection.run(sql);
    return (performance.now() - began) / 1000;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
