/** The thread that makes a plan: reads the store by a connection of its own, answers once and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../store/database.ts';
import type { PlanOrder } from './make-plan.ts';
import { makePlanOf } from './read-plan.ts';

const { url, context } = workerData as PlanOrder;
const db = await openDatabase({ url, connectionsMax: 2, applicationName: 'reentry plan' });
try {
  parentPort!.postMessage(await makePlanOf(db, context), []);
} finally {
  await db.close();
}
