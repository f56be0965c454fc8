/** Makes a plan beside the event loop: folding tens of thousands of returns takes seconds in which nothing else would be answered. */
import { Worker } from 'node:worker_threads';
import type { Database } from '../store/database.ts';
import type { PlanContext } from '../engine/fold-returns.ts';
import type { MadePlan } from './read-plan.ts';

export type PlanOrder = { readonly url: string; readonly context: PlanContext };

const source = new URL('./plan-worker.ts', import.meta.url);
/** A checkout runs its sources; the package carries them compiled. */
const program = import.meta.url.endsWith('.ts') ? source : new URL(source.href.replace(/\.ts$/, '.js'));

/** The plan as of `context.now`, made and kept by a thread. Throws what went wrong there. */
export async function makePlan(db: Database, context: PlanContext): Promise<MadePlan> {
  const { connectionString: url } = db.pool.options;
  if (url === undefined) throw new Error('the database was opened without a connection string');
  const worker = new Worker(program, {
    workerData: { url, context } satisfies PlanOrder,
  });
  // Whoever stops the service does not wait for it: a plan that was not finished is made anew.
  worker.unref();
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that makes the plan ended without one')));
  });
}
