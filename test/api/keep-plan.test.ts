/** The plan at hand is shown at once; a newer one is made in a thread when the store has moved on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlanKeeper, type PlanAtHand, type PlanKeeper } from '../../src/api/keep-plan.ts';
import { readPlan } from '../../src/api/read-plan.ts';
import type { PlanContext } from '../../src/engine/fold-returns.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import type { Database } from '../../src/store/database.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, worldNow } from './api-world.ts';

const store = useTestDatabases();
const minuteMs = 60_000;

type Watch = { now: number };
const contextAt = (now: number): PlanContext => ({
  policy: defaultPolicy('UTC'), coverage: new Map(), now, connections: [], hasPolicyFile: false,
}); // prettier-ignore
const keeperOf = (db: Database, watch: Watch): PlanKeeper =>
  createPlanKeeper({ db, clock: () => watch.now, context: () => contextAt(watch.now) });

async function renewed(keeper: PlanKeeper): Promise<PlanAtHand> {
  for (;;) {
    const found = await keeper.read();
    if (!found.isRenewing) return found;
  }
}

test('a thread makes the plan that this process would make', async () => {
  const world = await openApiWorld(store);
  await world.addOrder(10_501, { status: 'cancelled' });
  const { plan, ways } = await keeperOf(world.db, { now: worldNow }).read();
  const here = await readPlan(world.db, contextAt(worldNow));
  assert.equal(plan.scope.returns, 1);
  assert.deepEqual(JSON.parse(JSON.stringify({ plan, ways })), JSON.parse(JSON.stringify(here)));
  await world.close();
});

test('a plan is kept for the next start, and made anew when the store has moved on', async () => {
  const world = await openApiWorld(store);
  const watch = { now: worldNow };
  const first = await keeperOf(world.db, watch).read();
  assert.equal(first.plan.scope.orders, 0);

  watch.now += minuteMs;
  const keeper = keeperOf(world.db, watch);
  const kept = await keeper.read();
  assert.deepEqual([kept.plan.asOf, kept.isRenewing], [first.plan.asOf, false], 'nothing has changed');

  await world.addOrder(10_502, { status: 'cancelled' });
  assert.equal((await keeper.read()).isRenewing, false, 'it looks once a minute');
  watch.now += minuteMs + 1;
  const old = await keeper.read();
  assert.deepEqual([old.plan.scope.returns, old.isRenewing], [0, true], 'the one at hand, at once');
  const found = await renewed(keeper);
  assert.deepEqual([found.plan.scope.returns, found.plan.asOf], [1, new Date(watch.now).toISOString()]);
  await world.close();
});

test('a plan is a day old at most, and gone when it is forgotten', async () => {
  const world = await openApiWorld(store);
  const watch = { now: worldNow };
  const keeper = keeperOf(world.db, watch);
  const first = await keeper.read();
  watch.now += 24 * 60 * minuteMs + 1;
  assert.equal((await keeper.read()).isRenewing, true);
  const second = await renewed(keeper);
  assert.notEqual(second.plan.asOf, first.plan.asOf);
  watch.now += 1;
  await keeper.forget();
  assert.equal((await keeper.read()).plan.asOf, new Date(watch.now).toISOString());
  await world.close();
});

test('what goes wrong in the thread is told, and the next who asks tries again', async () => {
  const world = await openApiWorld(store);
  let isBroken = true;
  const keeper = createPlanKeeper({
    db: world.db,
    clock: () => worldNow,
    context: () => (isBroken ? { ...contextAt(worldNow), now: Number.NaN } : contextAt(worldNow)),
  });
  await assert.rejects(keeper.read(), RangeError);
  isBroken = false;
  assert.equal((await keeper.read()).plan.scope.orders, 0);
  await world.close();
});
