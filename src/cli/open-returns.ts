/** The store of a data folder, for reports over all returns: beside a running service, or started for a moment. */
import { planContextOf, type PlanContext } from '../engine/fold-returns.ts';
import { loadCoverage } from '../engine/measure-coverage.ts';
import type { Database } from '../store/database.ts';
import { openContext } from './open-context.ts';
import { openDataFolder } from './data-folder.ts';
import { openStore } from './open-store.ts';

/** Opens the store, does the work and closes it again. `asOf` in epoch milliseconds, by the zone of the policy. */
export async function withReturns<T>(
  data: string,
  asOf: (zone: string) => number,
  work: (db: Database, context: PlanContext) => Promise<T>,
): Promise<T> {
  const folder = openDataFolder(data);
  const { db, close } = await openStore(folder, 'beside');
  try {
    const context = await openContext(db, folder);
    const now = asOf(context.policy.zone);
    const coverage = await loadCoverage(db, now);
    return await work(db, planContextOf({ ...context, coverage, now }, folder.policyFile));
  } finally {
    await close();
  }
}
