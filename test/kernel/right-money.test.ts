/** Money and goods that are right, told in a way that is not the usual one: nobody is accused. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { feeds } from '../../src/kernel/feeds.ts';
import { codesOf, coverageOf, everythingFed, shopPolicy, story, type Story } from './story.ts';

const booked = { ...shopPolicy, books: [{ from: '', value: 'per_order' as const }] };
const codes = (told: Story, coverage = everythingFed, home = 'shop'): string[] =>
  codesOf(told.judge('2026-12-15', { policy: booked, coverage, home })).sort();

describe('a unit refunded in several steps', () => {
  const back = (): Story =>
    story('1').delivered('SHOE', 1, 10_000).approved().received('SHOE', 1).graded('SHOE', 1, 'restock').restocked('SHOE', 1); // prettier-ignore
  test('is paid when the steps make up its value, whichever of them names it', () => {
    const first = back().refunded('r1', [['SHOE', 1, 4000]]).refunded('r2', [['SHOE', 0, 6000]]); // prettier-ignore
    const last = back().refunded('r1', [['SHOE', 0, 6000]]).refunded('r2', [['SHOE', 1, 4000]]); // prettier-ignore
    for (const told of [first, last]) assert.deepEqual(codes(told.closed(10_000)), []);
  });
  test('is owed what they lack', () => {
    const told = back().refunded('r1', [['SHOE', 1, 4000]]).refunded('r2', [['SHOE', 0, 1000]]).closed(5000); // prettier-ignore
    const [problem] = told.judge('2026-12-15', { policy: booked }).problems.filter(({ code }) => code === 'refund-overdue'); // prettier-ignore
    assert.equal(problem?.amount?.minor, 5000);
  });
});

describe('an order cancelled before anything left and refunded at the gateway alone', () => {
  const told = (): Story => story('1').line('SHOE', 1, 10_000).placed().paid().cancelled().atGateway('settled', 'a', 10_000); // prettier-ignore
  test('lacks the record in the shop, and no credit note: nothing was invoiced', () =>
    assert.deepEqual(codes(told()), ['gateway-refund-not-in-shop']));
  test('lacks the credit note, too, where goods had left', () => {
    const shipped = story('1').delivered('SHOE', 1, 10_000).cancelled().atGateway('settled', 'a', 10_000);
    assert.ok(codes(shipped).includes('refund-without-credit-note'));
  });
});

describe('a sale that only the ERP knows', () => {
  const told = (): Story =>
    story('1').line('SHOE', 2, 5000).placed({ channel: 'marketplace' }, 'erp').shipped('SHOE', 2).received('SHOE', 1)
      .graded('SHOE', 1, 'restock').moved('SHOE', 1, 'hold', 'saleable').credited('CN1', 5000); // prettier-ignore
  const untold = coverageOf(feeds.filter((feed) => feed !== 'shopRefunds' && feed !== 'gateway'));
  test('is not asked for a refund that nobody would tell of, nor for stock that the shop never had', () =>
    assert.deepEqual(
      codes(told(), untold, 'erp').filter((code) => /credit|restock/.test(code)),
      [],
    ));
  test('is asked for it where refunds are told of', () =>
    assert.ok(codes(told(), everythingFed, 'erp').includes('credit-note-without-refund')));
});
