/** The product's own API: signature checked over raw bytes, stored, answered. */
import { openDatabase } from '../../src/store/database.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';
import { openBenchApi } from '../bench-api.ts';
import type { Figures, SideTask } from '../side.ts';
import { hookSecret, measureHooks } from './serve-hooks.ts';

export async function run({ size, databaseUrl }: SideTask): Promise<Figures> {
  const db = await openDatabase({ url: databaseUrl });
  await migrateDatabase(db);
  const { app } = await openBenchApi(db, hookSecret);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const figures = await measureHooks(`${address}/hooks/shop`, size);
  const { rows } = await db.pool.query<{ count: number }>('select count(*)::int as count from deliveries');
  if (rows[0]!.count < size) throw new Error(`${rows[0]!.count} of ${size} webhooks were stored`);
  await app.close();
  await db.close();
  return figures;
}
