/** Derives everything again from the observations of a store that is up to date. */
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import { foldOrders } from '../../src/engine/fold-orders.ts';
import { rebuildAll } from '../../src/engine/rebuild.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import { companyCopies, copiesContext } from '../company-copies.ts';
import type { Figures, SideTask } from '../side.ts';

export async function run({ size, databaseUrl }: SideTask): Promise<Figures> {
  const { systems, snapshots } = companyCopies(size);
  const context = copiesContext(systems);
  const db = await openDatabase({ url: databaseUrl });
  await migrateDatabase(db);
  /** Each in its own loop, as the engine does. */
  const deriveAll = async (): Promise<void> => {
    let isFiled = false;
    const file = async (): Promise<void> => {
      while ((await absorbObjects(db, systems, { holder: 'a' })) > 0);
      isFiled = true;
    };
    const fold = async (): Promise<void> => {
      for (;;) {
        const wasFiled = isFiled;
        if ((await foldOrders(db, context, { holder: 'f' })) > 0) continue;
        if (wasFiled) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await Promise.all([file(), fold()]);
  };
  for (let start = 0; start < snapshots.length; start += 500)
    await storeObservations(db, snapshots.slice(start, start + 500));
  await deriveAll();
  await db.pool.query('analyze');
  const began = performance.now();
  const marked = await rebuildAll(db);
  await deriveAll();
  const seconds = (performance.now() - began) / 1000;
  if (marked !== size) throw new Error(`${marked} of ${size} objects were derived again`);
  await db.close();
  return { 'observations/s': size / seconds };
}
