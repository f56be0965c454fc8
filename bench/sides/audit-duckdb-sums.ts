/** DuckDB sums the money of every order: balances only, no rule, no due time, no answer. */
import { join } from 'node:path';
import { factsFile } from '../facts-file.ts';
import type { Figures, SideTask } from '../side.ts';
import { timeSql } from '../time-sql.ts';

export async function run({ size, folder }: SideTask): Promise<Figures> {
  const file = await factsFile(folder, size);
  const target = join(folder, 'sums.csv');
  const seconds = await timeSql(
    `copy (select "order", "type", count(*), sum(quantity), sum(money.minor) from read_json('${file}', format = 'newline_delimited') group by 1, 2) to '${target}'`,
  );
  return { seconds, 'µs/fact': (seconds * 1e6) / size };
}
