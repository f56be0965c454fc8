/**
 * The newest plan there is, and when the next is made. Whoever asks gets the one at hand at once; where the store has
 * moved on since, the next is made meanwhile. It is kept in the store too: a restart and other processes begin with it.
 */
import { gunzipSync } from 'node:zlib';
import type { Database } from '../store/database.ts';
import type { PlanContext } from '../engine/fold-returns.ts';
import { findKeptReport, forgetKeptReport, readPosition } from '../store/plan-inputs.ts';
import { makePlan } from './make-plan.ts';
import { keptName, readPeopleOf, type MadePlan, type ServicePlan } from './read-plan.ts';

export type PlanAtHand = ServicePlan & {
  /** Is a newer one being made? */
  readonly isRenewing: boolean;
};

export type PlanKeeper = {
  /** The plan at hand; waits only where there is none. */
  read(): Promise<PlanAtHand>;
  /** What was decided changes the plan: the one at hand is not shown any more. */
  forget(): Promise<void>;
};

/** Whoever asks again within this time of the last look gets the same one, whatever has changed. */
const freshMs = 60_000;
/** Equal records a day later: what is due and what the times come to has moved on. */
const dayMs = 86_400_000;

export type KeeperOptions = {
  readonly db: Database;
  readonly context: () => PlanContext;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly onError?: (error: unknown) => void;
};

export function createPlanKeeper({ db, context, clock, onError }: KeeperOptions): PlanKeeper {
  let ready: MadePlan | undefined;
  let lookedAt = -Infinity;
  let running: Promise<MadePlan> | undefined;
  // A plan that was begun before it was forgotten is not kept.
  let generation = 0;
  const make = async (): Promise<MadePlan> => {
    const own = generation;
    try {
      const made = await makePlan(db, context());
      if (own === generation) {
        ready = made;
        lookedAt = clock();
      } else await forgetKeptReport(db, keptName);
      return made;
    } finally {
      if (own === generation) running = undefined;
    }
  };
  const begin = (): Promise<MadePlan> => {
    running ??= make();
    running.catch((error: unknown) => onError?.(error));
    return running;
  };
  /** Did anything change since the plan at hand was made? Looked at once a minute. */
  const isOld = async ({ position, found: { plan } }: MadePlan): Promise<boolean> => {
    const now = clock();
    if (Math.abs(now - lookedAt) <= freshMs) return false;
    lookedAt = now;
    return context().now - Date.parse(plan.asOf) > dayMs || position !== (await readPosition(db));
  };

  return {
    async read() {
      ready ??= await readKept(db);
      if (ready !== undefined && (await isOld(ready))) void begin();
      const [at, isRenewing] = [ready, running !== undefined && ready !== undefined];
      const { found } = at ?? (await begin());
      // What people typed meanwhile shows at once.
      const plan = { ...found.plan, people: await readPeopleOf(db) };
      return { ...found, plan, isRenewing };
    },
    async forget() {
      generation += 1;
      ready = undefined;
      running = undefined;
      await forgetKeptReport(db, keptName);
    },
  };
}

async function readKept(db: Database): Promise<MadePlan | undefined> {
  const kept = await findKeptReport(db, keptName);
  if (kept === undefined) return undefined;
  try {
    return { position: kept.position, found: JSON.parse(gunzipSync(kept.body).toString()) as ServicePlan };
  } catch {
    // Kept by another version, or cut off: it is made anew.
    return undefined;
  }
}
