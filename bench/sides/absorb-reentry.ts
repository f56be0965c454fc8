/** Stores, files and folds, each in its own loop as the engine does, on one process. */
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import { foldOrders } from '../../src/engine/fold-orders.ts';
import { openDatabase } from '../../src/store/database.ts';
import { countMarks } from '../../src/store/marks.ts';
import { migrateDatabase } from '../../src/store/migrate.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import { companyCopies, copiesContext } from '../company-copies.ts';
import type { Figures, SideTask } from '../side.ts';

/** As many as one page of a sweep holds. */
const batchMax = 200;

export async function run({ size, databaseUrl }: SideTask): Promise<Figures> {
  const { systems, snapshots } = companyCopies(size);
  const context = copiesContext(systems);
  const db = await openDatabase({ url: databaseUrl });
  await migrateDatabase(db);
  let isStored = false;
  const began = performance.now();
  const store = async (): Promise<void> => {
    for (let start = 0; start < snapshots.length; start += batchMax) {
      const page = snapshots.slice(start, start + batchMax);
      // What a sweep does with every object; what is stored is the whole body all the same.
      for (const snapshot of page) systems.get(snapshot.connection)!.connector.keep(snapshot);
      await storeObservations(db, page);
    }
    isStored = true;
  };
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  /** Works until nothing can come any more. */
  const loop = async (step: () => Promise<number>): Promise<void> => {
    for (;;) {
      if ((await step()) > 0) continue;
      if (isStored) {
        const { objects, orders } = await countMarks(db);
        if (objects + orders === 0) return;
      }
      await pause();
    }
  };
  await Promise.all([
    store(),
    loop(() => absorbObjects(db, systems, { holder: 'a' })),
    loop(() => foldOrders(db, context, { holder: 'f' })),
  ]);
  const seconds = (performance.now() - began) / 1000;
  const { rows } = await db.pool.query<{ states: number; problems: number; bytes: number }>(
    `select (select count(*)::int from order_states) states, (select count(*)::int from problems) problems,
      (select avg(length(body::text))::float8 from observations) bytes`,
  );
  const [{ states, problems, bytes }] = rows as [{ states: number; problems: number; bytes: number }];
  if (states === 0 || problems === 0) throw new Error('no order came of it');
  if (bytes < 2900) throw new Error(`bodies of ${bytes} bytes`);
  await db.close();
  return { 'observations/s': size / seconds, orders: states, problems };
}
