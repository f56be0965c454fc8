import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addCoverage, type Count, type Feed } from '../../src/kernel/feeds.ts';
import type { Fact, System } from '../../src/kernel/fact.ts';
import { foldOrder, orderFacts, positionsOf } from '../../src/kernel/fold.ts';
import { randomOf } from './drawn-orders.ts';
import { ordinaryStories, type Ordinary } from './ordinary-stories.ts';
import { shopPolicy, story } from './story.ts';

/** 200 orders, each kind in turn, with units, prices and days drawn from a seed. */
function ordinaryOrders(seed: number): { kind: string; ordinary: Ordinary }[] {
  const random = randomOf(seed);
  const kinds = Object.keys(ordinaryStories).sort();
  return Array.from({ length: 200 }, (_, index) => {
    const kind = kinds[index % kinds.length]!;
    const units = 1 + Math.floor(random() * 4);
    const back = 1 + Math.floor(random() * units);
    const price = 100 + Math.floor(random() * 30_000);
    const day = 1 + Math.floor(random() * 28);
    const at = (offset: number, hour = 9): string =>
      `${Temporal.PlainDate.from('2026-09-01')
        .add({ days: day + offset })
        .toString()}T${String(hour).padStart(2, '0')}:00`;
    const told = story(String(1000 + index), at(0));
    return { kind, ordinary: ordinaryStories[kind]!(told, { units, back, price, at }) };
  });
}

/** A fact in a company without some system: gone, unless the shop tells the same. */
function toldWithout(fact: Fact, without: System | undefined): Fact[] {
  if (fact.system !== without) return [fact];
  const shopKnows =
    fact.type === 'payment.captured' || (fact.type === 'return.approved' && fact.keep === true);
  return shopKnows ? [{ ...fact, system: 'shop', connection: 'shop' }] : [];
}

/** Every problem of every order, open, pending or hanging, in words. */
function noiseOf(seed: number, without?: System): string[] {
  const orders = ordinaryOrders(seed).map(({ kind, ordinary }) => {
    const facts = ordinary.story.facts.flatMap((fact) => toldWithout(fact, without));
    return { kind, ordinary, facts, home: ordinary.home ?? 'shop' };
  });
  const coverage = new Map<Feed, Map<string, Count>>();
  for (const { facts, home } of orders) addCoverage(coverage, positionsOf(orderFacts(facts), home));
  const noise: string[] = [];
  for (const { kind, ordinary, facts, home } of orders) {
    if (facts.length === 0) continue;
    const { number } = ordinary.story;
    const state = foldOrder({
      orderKey: `shop/${number}`, home, facts, policy: ordinary.policy ?? shopPolicy, coverage, now: Date.parse('2026-12-20'),
    }); // prettier-ignore
    for (const problem of state.problems) {
      const what = [
        problem.code,
        problem.state,
        problem.sku,
        problem.units,
        problem.amount?.minor,
        problem.waitsFor,
      ];
      noise.push(`${number} ${kind}: ${what.join(' ')}`);
    }
    if (state.problems.length > 0) continue;
    assert.equal(state.verdict, 'closed');
    // Without a system that tells why money went out, what is owed is told less well than what is wrong.
    if (without !== undefined) continue;
    for (const { control, left, right } of state.accounts)
      if (Math.abs(left - right) > 2) noise.push(`${number} ${kind}: ${control} ${left} against ${right}`);
  }
  return noise;
}

for (const seed of [1, 7, 20261123]) {
  test(`200 ordinary orders show no problem, open or hanging (seed ${seed})`, () => {
    assert.deepEqual(noiseOf(seed), []);
  });
}

for (const system of ['crm', 'erp', 'psp'] as const) {
  test(`200 ordinary orders show no problem where no ${system} is connected`, () => {
    assert.deepEqual(noiseOf(3, system), []);
  });
}
