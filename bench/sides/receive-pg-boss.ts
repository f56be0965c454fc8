/** Fastify and a job per request by pg-boss, nothing checked. */
import fastify from 'fastify';
import { PgBoss } from 'pg-boss';
import type { Figures, SideTask } from '../side.ts';
import { measureHooks } from './serve-hooks.ts';

export async function run({ size, databaseUrl }: SideTask): Promise<Figures> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 10 });
  await boss.start();
  await boss.createQueue('hooks');
  const app = fastify();
  app.post('/hooks/shop', async (request) => {
    await boss.send('hooks', request.body as object);
    return { ok: true };
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const figures = await measureHooks(`${address}/hooks/shop`, size);
  await app.close();
  await boss.stop({ graceful: false });
  return figures;
}
