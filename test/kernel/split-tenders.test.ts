/** Which payment gives a refund back: cards before vouchers, the larger first, each up to what it took. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitTenders } from '../../src/kernel/split-tenders.ts';
import { allFed, story, type Story } from './story.ts';

const paidTwice = (): Story =>
  story('1').line('SHOE', 2, 5000).placed().paid(1500, 'gift_card').paid(8500).shipped('SHOE', 2);

const split = (
  told: Story,
  total: number,
  pay: 'original' | 'store_credit' | 'manual' = 'original',
): string[] =>
  splitTenders(told.judge('2026-11-20', { coverage: allFed }).positions, total, pay).map(
    ({ tender, captured, before, minor }) => `${tender} ${minor} of ${captured} after ${before}`,
  );

test('the card gives back first, the voucher the rest', () => {
  assert.deepEqual(split(paidTwice(), 2000), ['card 2000 of 8500 after 0']);
  assert.deepEqual(split(paidTwice(), 10_000), [
    'card 8500 of 8500 after 0',
    'gift_card 1500 of 1500 after 0',
  ]);
});

test('what went back before is used up first, in the same order', () => {
  const once = paidTwice().refunded('r1', [['SHOE', 1, 8000]]);
  assert.deepEqual(split(once, 1000), ['card 500 of 8500 after 8000', 'gift_card 500 of 1500 after 0']);
  const twice = once.refunded('r2', [['SHOE', 1, 1000]]);
  assert.deepEqual(split(twice, 700), ['gift_card 700 of 1500 after 500']);
});

test('store credit and payment by hand go out in one part', () => {
  const once = paidTwice().refunded('r1', [['SHOE', 1, 3000]]);
  assert.deepEqual(split(once, 4000, 'store_credit'), ['store_credit 4000 of 10000 after 3000']);
  assert.deepEqual(split(once, 4000, 'manual'), ['manual 4000 of 10000 after 3000']);
});

test('parts add up to the refund and none is more than its payment has left', () => {
  const amount = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 4 }), amount, fc.nat(), (payments, before, wanted) => {
      const told = story('1').line('SHOE', 1, 20_000).placed();
      for (const [index, minor] of payments.entries()) told.paid(minor, index % 2 === 0 ? 'card' : 'gift_card');
      const paid = payments.reduce((sum, minor) => sum + minor, 0);
      const gone = Math.min(before, paid);
      told.amountOnly('r0', gone, 'goodwill');
      if (gone === paid) return;
      const total = 1 + (wanted % (paid - gone));
      const parts = splitTenders(told.judge('2026-11-20').positions, total, 'original');
      assert.equal(parts.reduce((sum, part) => sum + part.minor, 0), total);
      for (const part of parts) assert.ok(part.minor > 0 && part.before + part.minor <= part.captured);
    }),
    { seed: 5, numRuns: 200 },
  );
}); // prettier-ignore
