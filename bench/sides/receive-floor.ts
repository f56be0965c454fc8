/** Fastify and one insert per request, nothing checked. */
import fastify from 'fastify';
import pg from 'pg';
import type { Figures, SideTask } from '../side.ts';
import { measureHooks } from './serve-hooks.ts';

export async function run({ size, databaseUrl }: SideTask): Promise<Figures> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  await pool.query(
    'create table hooks (id bigint generated always as identity primary key, body jsonb not null)',
  );
  const app = fastify();
  app.post('/hooks/shop', async (request) => {
    await pool.query('insert into hooks (body) values ($1)', [JSON.stringify(request.body)]);
    return { ok: true };
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const figures = await measureHooks(`${address}/hooks/shop`, size);
  await app.close();
  await pool.end();
  return figures;
}
