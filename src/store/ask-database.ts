/** Whether the database answers. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

const ask = statement<object, []>('ask-database', 'reference', 'select 1');

/** Resolves when it does, throws when it does not. */
export async function askDatabase(db: Runner): Promise<void> {
  await db.run(ask, []);
}
