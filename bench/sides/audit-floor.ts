/** DuckDB reads the same file with all threads, sorts it by order and time, and writes it: the floor of any audit. */
import { join } from 'node:path';
import { factsFile } from '../facts-file.ts';
import type { Figures, SideTask } from '../side.ts';
import { timeSql } from '../time-sql.ts';

export async function run({ size, folder }: SideTask): Promise<Figures> {
  const file = await factsFile(folder, size);
  const target = join(folder, 'sorted.parquet');
  const seconds = await timeSql(
    `copy (select * from read_json('${file}', format = 'newline_delimited') order by "order", "at") to '${target}'`,
  );
  return { seconds, 'µs/fact': (seconds * 1e6) / size };
}
