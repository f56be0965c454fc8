import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pairUp } from '../../src/northstar/plan/measure-controls.ts';
import { lagOf, percentile } from '../../src/northstar/plan/spread.ts';
import { plainCalendar } from '../../src/kernel/policy.ts';

const done = (...values: number[]) => values.map((value) => ({ value, done: true }));
const open = (...values: number[]) => values.map((value) => ({ value, done: false }));

test('without anything open the percentile is the plain one', () => {
  assert.equal(percentile(done(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0.5), 5);
  assert.equal(percentile(done(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0.9), 9);
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }), (values) => {
      const sorted = [...values].sort((left, right) => left - right);
      assert.equal(percentile(done(...values), 0.9), sorted[Math.ceil(values.length * 0.9) - 1]);
    }),
  );
});

test('what is still open counts as longer than it has waited, not as done', () => {
  assert.equal(percentile([...done(1, 1, 1, 1, 1, 1, 1, 1), ...open(9, 9)], 0.9), undefined);
  assert.equal(percentile([...done(1, 1, 1, 1, 1, 1, 1, 1, 1), ...open(9)], 0.9), 1);
  // An open one that has not waited long says little: the others decide.
  assert.equal(percentile([...open(0), ...done(2, 2, 2, 8)], 0.9), 8);
  assert.equal(percentile([], 0.5), undefined);
});

test('times are counted in the unit of the term, on its calendar', () => {
  const friday = '2026-11-27T10:00:00.000Z';
  const monday = '2026-11-30T10:00:00.000Z';
  const pairs = [{ order: '1', leftAt: friday, rightAt: monday }];
  const calendar = plainCalendar('UTC');
  assert.equal(lagOf(pairs, 'bd', calendar, monday)?.p90, 1);
  assert.equal(lagOf(pairs, 'cd', calendar, monday)?.p90, 3);
  assert.equal(lagOf(pairs, 'h', calendar, monday)?.p90, 72);
  const waiting = lagOf([{ order: '1', leftAt: friday, rightAt: undefined }], 'h', calendar, monday);
  assert.deepEqual(waiting, { unit: 'h', n: 1, done: 0, orders: ['1'] });
});

test('left is matched first in, first out, in parts, and never before it is covered', () => {
  const left = [
    { at: '2026-01-01', units: 2 },
    { at: '2026-01-05', units: 1 },
  ];
  const right = [
    { at: '2026-01-03', units: 1 },
    { at: '2026-01-04', units: 1 },
  ];
  assert.deepEqual(pairUp(left, right), [
    { leftAt: '2026-01-01', rightAt: '2026-01-04' },
    { leftAt: '2026-01-05', rightAt: undefined },
  ]);
  assert.deepEqual(pairUp([{ at: '2026-01-01', units: 1000 }], [{ at: '2026-01-02', units: 998 }], 3), [
    { leftAt: '2026-01-01', rightAt: '2026-01-02' },
  ]);
});
