import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerOf } from '../../src/kernel/answer.ts';
import { problemCodes } from '../../src/kernel/codes.ts';
import { controls } from '../../src/kernel/controls.ts';
import { shareOf, takeFrom } from '../../src/kernel/entitle.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { foldOrder } from '../../src/kernel/fold.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { day0, drawnOrder, drawSteps, happenTo, randomOf, steps, type Step } from './drawn-orders.ts';
import { drawDeskOrder, drawFrom, drawPolicy } from './drawn-wishes.ts';
import { allFed, everythingFed, shopPolicy, zone } from './story.ts';

const stepArb: fc.Arbitrary<Step> = fc.record({
  what: fc.nat(steps.length - 1), sku: fc.constantFrom('SHOE', 'SHOE', 'HAT', 'PAN'), units: fc.integer({ min: 1, max: 3 }),
  hours: fc.integer({ min: 0, max: 400 }), id: fc.integer({ min: 1, max: 3 }),
}); // prettier-ignore

const policyArb: fc.Arbitrary<Policy> = fc
  .record({
    payAfter: fc.constantFrom('receipt', 'approval'), stockAuthority: fc.constantFrom('shop', 'unset'),
    books: fc.constantFrom('per_order', 'none'),
  })
  .map(({ payAfter, stockAuthority, books }): Policy => ({
    ...shopPolicy, payAfter: [{ from: '', value: payAfter }], stockAuthority: [{ from: '', value: stockAuthority }],
    books: [{ from: '', value: books }],
  })) as fc.Arbitrary<Policy>; // prettier-ignore

/** An order of 3 shoes and 2 hats, and some of everything. */
const factsArb: fc.Arbitrary<readonly Fact[]> = fc
  .array(stepArb, { maxLength: 14 })
  .map((drawn) => drawnOrder(drawn).facts);

const fold = (
  facts: readonly Fact[],
  now: number,
  policy: Policy = shopPolicy,
  coverage = allFed,
): OrderState => foldOrder({ orderKey: 'shop/1001', home: 'shop', facts, policy, coverage, now });

const nowArb = fc.integer({ min: 0, max: 1200 }).map((hours) => day0 + hours * 3_600_000);
const runs = { numRuns: 300 };

/** What two states of one order must have in common to be equal. */
const shown = (state: OrderState): unknown => ({ ...state, positions: undefined });

test('facts in any order, and repeated, give the same state, problem ids and answer', () => {
  fc.assert(
    fc.property(factsArb, nowArb, policyArb, fc.infiniteStream(fc.nat()), (facts, now, policy, order) => {
      const mixed = [...facts, ...facts.filter((_, index) => index % 3 === 0)]
        .map((fact) => ({ fact, rank: order.next().value }))
        .sort((left, right) => left.rank - right.rank)
        .map(({ fact }) => fact);
      const [one, other] = [fold(facts, now, policy), fold(mixed, now, policy)];
      assert.deepEqual(shown(other), shown(one));
      const options = { language: 'en', zone, asOf: '2026-12-01' } as const;
      assert.deepEqual(answerOf(other, options), answerOf(one, options));
    }),
    runs,
  );
});

test('the order of facts says nothing on odd orders either, under any policy', () => {
  for (let seed = 1; seed <= 250; seed++) {
    const random = randomOf(seed);
    const draw = drawFrom(random);
    const policy = drawPolicy(draw);
    const told = happenTo(drawDeskOrder(draw), drawSteps(random, true));
    const known = told.judge('2026-12-24', { policy, coverage: allFed });
    told.facts.sort((left, right) => (hashOf(left.id, seed) < hashOf(right.id, seed) ? -1 : 1));
    assert.deepEqual(told.judge('2026-12-24', { policy, coverage: allFed }), known, `seed ${seed}`);
  }
});

/** Puts ids into another order for each seed. */
const hashOf = (id: string, seed: number): number =>
  [...id].reduce((hash, sign) => Math.imul(hash ^ sign.charCodeAt(0), 0x01000193), seed);

test('units and money are those of the facts: none appears, none vanishes', () => {
  fc.assert(
    fc.property(factsArb, nowArb, (facts, now) => {
      const state = fold(facts, now);
      for (const item of state.positions.items.values()) {
        const moved = Object.values(item.net).reduce((sum, units) => sum + units, 0);
        assert.equal(moved, 0, 'what leaves one place enters another');
        const told = facts.filter(
          (fact) =>
            fact.type === 'stock.moved' &&
            fact.system === 'erp' &&
            fact.sku === item.sku &&
            fact.from === 'customer',
        );
        const units = told.reduce((sum, fact) => sum + (fact.type === 'stock.moved' ? fact.quantity : 0), 0);
        assert.equal(state.units.find((row) => row.sku === item.sku)?.received, units);
      }
      const { money, positions } = state;
      const settled = [...positions.gateway.values()].reduce((sum, payment) => sum + payment.minor, 0);
      assert.equal(money.settled + money.pending + money.failed, settled);
      assert.equal(money.paid, 5500);
      assert.ok(money.entitled >= 0 && money.entitled <= money.paid);
      for (const sum of Object.values(state.stake)) assert.ok(Number.isSafeInteger(sum) && sum >= 0);
    }),
    runs,
  );
});

for (const [currency, unit] of [
  ['JPY', 1],
  ['EUR', 100],
  ['KWD', 1000],
] as const) {
  test(`any sequence of partial refunds adds up to what was charged, in ${currency}`, () => {
    const amount = fc.integer({ min: 0, max: 9999 * unit });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        amount,
        amount,
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 }),
        (units, gross, part, sizes) => {
          const tax = Math.min(gross, part);
          let remaining = { units, gross, tax };
          let [sum, taxes] = [0, 0];
          const take = (wanted: number): void => {
            const share = shareOf(remaining, wanted);
            assert.ok(share.gross >= 0 && share.tax >= 0 && share.tax <= share.gross + 1);
            const exact = (remaining.gross * wanted) / remaining.units;
            assert.ok(
              wanted === remaining.units || Math.abs(share.gross - exact) <= 0.5,
              'no step is off by more than half a unit',
            );
            sum += share.gross;
            taxes += share.tax;
            remaining = takeFrom(remaining, wanted, share);
          };
          for (const size of sizes) if (remaining.units > 0) take(Math.min(size, remaining.units));
          if (remaining.units > 0) take(remaining.units);
          assert.deepEqual([sum, taxes, remaining], [gross, tax, { units: 0, gross: 0, tax: 0 }]);
        },
      ),
      runs,
    );
  });
}

test('closed means that every watched account is zero within tolerance and no limit is broken', () => {
  fc.assert(
    fc.property(factsArb, policyArb, (facts, policy) => {
      const state = fold(facts, day0 + 4000 * 3_600_000, policy);
      if (state.verdict !== 'closed') return;
      assert.deepEqual(state.problems, []);
      for (const account of state.accounts) {
        const tolerance =
          account.unit === 'units'
            ? 0
            : Math.max(1, account.postings.left.length + account.postings.right.length);
        // Drawn refunds of any amount need not be owed, and drawn grades need not have goods.
        if (account.control === 'entitled-refunded') continue;
        if (account.unit === 'units' && account.right > account.left) continue;
        assert.ok(
          Math.abs(account.left - account.right) <= tolerance,
          `${account.control}: ${account.left} against ${account.right}`,
        );
      }
      assert.ok(state.money.refunded <= state.money.paid);
      for (const item of state.units) assert.ok(item.refunded <= item.ordered);
    }),
    { numRuns: 1500 },
  );
});

test('what is not watched never accuses: without coverage only limits and what a system itself reports speak', () => {
  const itself = new Set([
    'refund-failed-at-gateway',
    'refund-failed-later',
    'refund-stuck-pending',
    'refund-without-lines',
  ]);
  fc.assert(
    fc.property(factsArb, nowArb, policyArb, (facts, now, policy) => {
      for (const problem of fold(facts, now, policy, new Map()).problems) {
        const { kind } = controls[problem.control];
        if (kind === 'limit' || itself.has(problem.code) || problem.waitsFor !== undefined) continue;
        if (
          problem.code === 'restored-though-damaged' ||
          problem.code === 'one-payout-two-records' ||
          problem.code === 'refund-vanished'
        )
          continue;
        assert.fail(`${problem.code} of ${problem.control}`);
      }
    }),
    runs,
  );
});

test('every problem has a stable id of its own, an owner, a catalogue entry and evidence that exists', () => {
  fc.assert(
    fc.property(factsArb, nowArb, policyArb, (facts, now, policy) => {
      const { problems } = fold(facts, now, policy);
      const refs = new Set(facts.map((fact) => `${fact.connection}:${fact.object}`));
      assert.equal(new Set(problems.map((problem) => problem.id)).size, problems.length);
      for (const problem of problems) {
        assert.ok(problemCodes[problem.code].owner === problem.owner);
        assert.ok(problem.evidence.length > 0 && problem.evidence.every((ref) => refs.has(ref)));
        assert.ok(
          problem.units === undefined || (Number.isSafeInteger(problem.units) && problem.units > 0),
          problem.code,
        );
        assert.ok(problem.amount === undefined || problem.amount.minor > 0, problem.code);
      }
    }),
    runs,
  );
});

test('what a problem waits for is a problem of the order, and in the end something that waits for nothing', () => {
  fc.assert(
    fc.property(factsArb, nowArb, policyArb, (facts, now, policy) => {
      const { problems } = fold(facts, now, policy);
      for (const problem of problems) {
        let code = problem.waitsFor;
        for (let depth = 0; code !== undefined; depth++) {
          assert.ok(depth < problems.length, 'a circle');
          const causes = problems.filter((one) => one.code === code);
          assert.ok(causes.length > 0, `${problem.code} waits for ${code}`);
          code = causes.every((cause) => cause.waitsFor !== undefined) ? causes[0]!.waitsFor : undefined;
        }
      }
    }),
    runs,
  );
});

/** Codes under which a refunded unit may be missing from stock: only one of them at a time. */
const missingUnit: ReadonlySet<string> = new Set([
  'approved-but-not-restored', 'refunded-unreceived-units', 'restored-without-receipt', 'refunded-goods-never-came',
  'return-backorder-lost', 'kit-partly-restored',
]); // prettier-ignore

test('each unit that was refunded is missing under one root code at most', () => {
  fc.assert(
    fc.property(factsArb, policyArb, (facts, policy) => {
      const state = fold(facts, day0 + 4000 * 3_600_000, policy);
      for (const item of state.units) {
        let units = 0;
        for (const problem of state.problems) {
          if (problem.sku !== item.sku || problem.waitsFor !== undefined || !missingUnit.has(problem.code))
            continue;
          if (problem.control === 'back-restored' || problem.control === 'entitlement-cap')
            units += problem.units ?? 0;
        }
        assert.ok(units <= Math.max(item.refunded, item.received), `${units} of ${item.refunded}`);
      }
    }),
    runs,
  );
});

test('nothing changes until the next due time, and something does when it comes', () => {
  fc.assert(
    fc.property(factsArb, nowArb, policyArb, (facts, now, policy) => {
      const last = Math.max(...facts.map((fact) => Date.parse(fact.at)));
      const start = Math.max(now, last);
      const state = fold(facts, start, policy);
      const next = state.nextDueAt;
      const states = (at: number): string => JSON.stringify(fold(facts, at, policy).problems);
      if (next === undefined) {
        assert.equal(states(start + 400 * 86_400_000), JSON.stringify(state.problems));
        return;
      }
      assert.ok(next > start);
      assert.equal(states(next - 1), JSON.stringify(state.problems));
      assert.notEqual(fold(facts, next, policy).nextDueAt, next);
    }),
    runs,
  );
});

test('a fold with everything fed differs from one with the usual feeds only in what is watched more', () => {
  fc.assert(
    fc.property(factsArb, nowArb, (facts, now) => {
      const [usual, all] = [
        fold(facts, now, shopPolicy, everythingFed),
        fold(facts, now, shopPolicy, allFed),
      ];
      assert.ok(usual.watched.every((control) => all.watched.includes(control)));
      assert.equal(all.notWatched.length, 0);
      assert.deepEqual(all.money, usual.money);
      assert.deepEqual(all.units, usual.units);
    }),
    runs,
  );
});
