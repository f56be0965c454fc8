/** What a problem puts at stake, and under which of the three sums. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderState, Problem } from '../../src/kernel/order-state.ts';
import { stakeKind, stakeMinor, stakeOf } from '../../src/kernel/stake.ts';
import { late } from './found.ts';
import { story } from './story.ts';

const costs = { HAT: 300, GONE: 70 };
const { positions }: OrderState = story('1').line('SHOE', 2, 1190, { tax: 380 }).line('HAT', 1, 595, { tax: 95 }).placed({ unitCost: costs }).judge(late); // prettier-ignore
const problem = (change: Partial<Problem>): Problem => ({ state: 'open', ...change }) as Problem;
const minor = (change: Partial<Problem>): number => stakeMinor(problem(change), positions);
const amount = { minor: 7, currency: 'EUR' };

test('each code belongs to one of three', () => {
  assert.deepEqual(
    (['duplicate-payout', 'not-inspected', 'refund-without-credit-note'] as const).map(stakeKind),
    ['gone', 'stuck', 'books'],
  );
});

test('stuck units are worth their cost, else their net price; others what was charged', () => {
  assert.equal(minor({ code: 'not-inspected', sku: 'HAT', units: 2, amount }), 600);
  assert.equal(minor({ code: 'not-inspected', sku: 'SHOE', units: 1 }), 1000);
  assert.equal(minor({ code: 'refunded-more-than-bought', sku: 'HAT', units: 1 }), 595);
  assert.equal(minor({ code: 'refunded-more-than-bought', sku: 'SHOE', units: 1 }), 1190);
});

test('an amount says more than units, but for what is stuck', () => {
  assert.equal(minor({ code: 'refunded-more-than-bought', sku: 'SHOE', units: 1, amount }), 7);
  assert.equal(minor({ code: 'not-inspected', amount }), 7);
  assert.equal(minor({ code: 'not-inspected', sku: 'SHOE', amount }), 7);
  assert.equal(minor({ code: 'not-inspected', sku: 'SHOE' }), 0);
});

test('what was never bought is worth its cost, where that is known', () => {
  assert.equal(minor({ code: 'not-inspected', sku: 'GONE', units: 2 }), 140);
  assert.equal(minor({ code: 'wrong-item-received', sku: 'BOOT', units: 2 }), 0);
});

test('the sums are of what is open and hangs on nothing', () => {
  const duplicate = { code: 'duplicate-payout', amount } as const;
  const stuck = { code: 'not-inspected', sku: 'HAT', units: 1 } as const;
  assert.deepEqual(
    stakeOf(
      [duplicate, duplicate, stuck, { ...duplicate, state: 'pending' as const }, { ...duplicate, waitsFor: 'refund-overdue' as const }, { code: 'refund-without-credit-note' as const, amount }].map(problem),
      positions,
    ),
    { gone: 14, stuck: 300, books: 7 },
  );
}); // prettier-ignore
