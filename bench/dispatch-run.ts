/** Jobs that each make one refund, worked on by processes of which one is killed every second. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../src/sandbox/random.ts';
import { stepReturn } from '../src/sandbox/life/step-return.ts';
import { createCrew } from '../scripts/crew.ts';
import { openGateway, type Gateway, type Refund } from './gateway.ts';
import type { Figures, SideTask } from './side.ts';

const workers = 2;
const killEveryMs = 1_000;
/** Nothing new for so long: what is missing does not come. */
const stuckMs = 60_000;
/** What is done twice is done twice a little later. */
const afterMs = 15_000;
/** Waits for the gateway at a time, in each process. */
export const atOnce = 10;

export type Fire = {
  readonly task: SideTask;
  readonly gateway: Gateway;
  readonly member: { readonly file: string; readonly args: readonly string[] };
  readonly ordersOf: (index: number) => unknown;
  readonly onKilled?: (index: number) => void;
  /** Called every second: what somebody who runs it would have done beside it. */
  readonly tick?: () => Promise<void>;
};

/** Runs until every refund is made, or nothing more comes. */
export async function runUnderFire(fire: Fire): Promise<Figures> {
  const { task, gateway, member, ordersOf, onKilled, tick } = fire;
  const crew = createCrew(workers, { ...member, compileCache: join(task.folder, 'compiled') }, ordersOf, onKilled); // prettier-ignore
  const [began, callsBefore] = [performance.now(), gateway.calls()];
  let [made, madeAt, kills, madeBefore] = [0, began, 0, 0];
  let nextKillAt = began + killEveryMs;
  try {
    while (made < task.size && performance.now() - madeAt < stuckMs) {
      await sleep(50);
      const { size } = gateway.effects();
      if (size > made) [made, madeAt] = [size, performance.now()];
      if (performance.now() < nextKillAt) continue;
      nextKillAt = performance.now() + killEveryMs;
      await tick?.();
      // A busy machine, on which a second brings nothing about, would else never come to an end.
      if (made === madeBefore || made === task.size || !crew.killOne()) continue;
      madeBefore = made;
      kills += 1;
    }
    const seconds = (madeAt - began) / 1000;
    for (let waited = 0; waited < afterMs; waited += killEveryMs) {
      await sleep(killEveryMs);
      await tick?.();
    }
    const times = [...gateway.effects().values()];
    const effects = times.reduce((sum, count) => sum + count, 0);
    return {
      'effects/s': times.length / seconds,
      'made twice': times.filter((count) => count > 1).length,
      'never made': task.size - times.length,
      'calls per effect': (gateway.calls() - callsBefore) / effects,
      kills,
    };
  } finally {
    crew.killAll();
  }
}

export type PeerOrders = { readonly databaseUrl: string; readonly url: string; readonly key: string; readonly name: string }; // prettier-ignore

/** A gateway with as many charges as the task is large, and the refunds that the peers are to make. */
export async function openCharges(
  size: number,
): Promise<{ readonly gateway: Gateway; readonly refunds: readonly Refund[] }> {
  const gateway = await openGateway();
  const { sandbox } = gateway;
  const random = createRandom('bench');
  for (let made = 0; made < size; made += 1)
    stepReturn(sandbox.company, sandbox.catalog, random, { 'LOCK-90': 2 });
  const refunds = [...sandbox.company.stripe.gateway.charges.keys()].map((charge) => ({
    charge,
    amount: 100,
  }));
  if (refunds.length !== size) throw new Error(`${refunds.length} charges instead of ${size}`);
  return { gateway, refunds };
}
