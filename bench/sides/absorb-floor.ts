/** The same bodies by the widest plain insert there is: 200 rows a transaction, one index, fsync on. */
import pg from 'pg';
import { companyCopies } from '../company-copies.ts';
import type { Figures, SideTask } from '../side.ts';

const batchMax = 200;

export async function run({ size, databaseUrl }: SideTask): Promise<Figures> {
  const { snapshots } = companyCopies(size);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  await pool.query('create table bodies (object_key text primary key, body jsonb not null)');
  const began = performance.now();
  for (let start = 0; start < snapshots.length; start += batchMax) {
    const page = snapshots.slice(start, start + batchMax);
    await pool.query('insert into bodies select * from unnest($1::text[], $2::jsonb[])', [
      page.map(({ connection, kind, id }) => `${connection}:${kind}/${id}`),
      page.map(({ body }) => JSON.stringify(body)),
    ]);
  }
  const seconds = (performance.now() - began) / 1000;
  await pool.end();
  return { 'observations/s': size / seconds };
}
