/** Parcels, permission and serial numbers of returns. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy } from '../../src/kernel/policy.ts';
import { found, late } from './found.ts';
import { allFed, coverageOf, everythingFed, roots, shopPolicy, story, type Story } from './story.ts';

const all = { coverage: allFed };

describe('parcels', () => {
  const sent = (payload: object, at = '2026-11-04T09:00'): Story =>
    story('1')
      .delivered('SHOE', 2, 5990)
      .approved('2026-11-02T09:00')
      .fact('parcel.delivered', 'carrier', { tracking: 'P1', ...payload }, at);
  const stuck = (told: Story): string[] =>
    found(told.judge(late, all)).filter((one) => one.startsWith('delivered'));

  test('that name units wait for those, others for any receipt from the day before', () => {
    assert.deepEqual(stuck(sent({ sku: 'SHOE', quantity: 2 })), ['delivered-not-received SHOE 2']);
    assert.deepEqual(stuck(sent({ sku: 'SHOE', quantity: 2 }).received('SHOE', 1)), [
      'delivered-not-received SHOE 2',
    ]);
    assert.deepEqual(stuck(sent({ sku: 'SHOE', quantity: 2 }).received('SHOE', 2)), []);
    assert.deepEqual(stuck(sent({ sku: 'SHOE' }).received('SHOE', 1)), []);
    assert.deepEqual(stuck(sent({ sku: 'GONE' })), ['delivered-not-received GONE']);
    assert.deepEqual(stuck(sent({}).received('SHOE', 1, '2026-11-03T10:00')), []);
    assert.deepEqual(stuck(sent({}).received('SHOE', 1, '2026-11-03T08:00')), ['delivered-not-received']);
  });

  test('that came back undelivered excuse the cancellation, of what they hold', () => {
    const cancelled = (payload: object): string[] =>
      found(story('1').delivered('SHOE', 2, 5990).fact('parcel.delivered', 'carrier', { tracking: 'P', toOrigin: true, ...payload }, '2026-11-02T09:00').cancelled().restocked('SHOE', 2, 'cancellation').judge(late))
        .filter((one) => one.startsWith('cancelled')); // prettier-ignore
    assert.deepEqual(cancelled({}), []);
    assert.deepEqual(cancelled({ sku: 'SHOE' }), []);
    assert.deepEqual(cancelled({ sku: 'SHOE', quantity: 1 }), ['cancelled-after-shipping-restocked SHOE 1']);
    assert.deepEqual(cancelled({ sku: 'HAT' }), ['cancelled-after-shipping-restocked SHOE 2']);
  });

  test('lost on the way are nobody’s missing receipt', () => {
    const told = story('1')
      .delivered('SHOE', 2, 5990)
      .approved('2026-11-02T09:00')
      .fact('parcel.lost', 'carrier', { tracking: 'P', sku: 'SHOE', quantity: 1 });
    assert.deepEqual(
      found(
        told
          .refunded('r1', [['SHOE', 2, 11_980]])
          .closed(11_980)
          .judge(late),
      ),
      ['approved-but-not-restored SHOE 1'],
    );
  });

  test('handed over turn an unused label into a short receipt', () => {
    const told = story('1').delivered('SHOE', 2, 5990).approved('2026-11-02T09:00').announced('SHOE', 2);
    assert.deepEqual(found(told.judge(late)), ['label-unused SHOE 2']);
    assert.deepEqual(found(told.fact('parcel.handed_over', 'carrier', { tracking: 'P' }).judge(late)), [
      'received-short SHOE 2',
    ]);
  });
});

describe('returns without permission', () => {
  const rule = (value: 'required' | 'none' | 'auto'): Policy => ({
    ...shopPolicy,
    authorization: [{ from: '', value }],
  });
  const blind = (told: Story, policy = shopPolicy, coverage = everythingFed): string[] =>
    found(told.judge('2026-11-04', { policy, coverage })).filter((one) => one.startsWith('blind'));
  const came = (): Story => story('1').delivered('SHOE', 3, 5990).received('SHOE', 1, '2026-11-03T09:00');

  test('need a shop where returns are authorized', () => {
    assert.deepEqual(blind(came()), ['blind-return SHOE 1']);
    assert.deepEqual(blind(came(), rule('none')), []);
    const silent = coverageOf(['receipts', 'erpStock', 'shopRefunds']);
    assert.deepEqual(blind(came(), rule('auto'), silent), []);
    assert.deepEqual(blind(came(), rule('required'), silent), ['blind-return SHOE 1']);
  });

  test('beside an approved one are units that no document announced', () => {
    const announced = (): Story =>
      story('1')
        .delivered('SHOE', 3, 5990)
        .approved('2026-11-02T09:00', 'RMA-1')
        .announced('SHOE', 1, undefined, 'RMA-1')
        .received('SHOE', 1, '2026-11-03T09:00', 'RMA-1');
    assert.deepEqual(blind(announced()), []);
    assert.deepEqual(blind(announced().received('SHOE', 2)), ['blind-return SHOE 2']);
    assert.deepEqual(
      blind(announced().received('SHOE', 2, undefined, 'RMA-1')),
      [],
      'its number says whose it is',
    );
    const ticketOnly = story('1')
      .delivered('SHOE', 3, 5990)
      .approved('2026-11-02T09:00')
      .received('SHOE', 3, '2026-11-03T09:00');
    assert.deepEqual(blind(ticketOnly), [], 'where nothing is announced nothing is unexpected');
  });

  test('say so when the return had been refused', () => {
    const told = came().fact('return.rejected', 'crm', {});
    assert.equal(roots(told.judge('2026-11-04'))[0]?.note, 'rejected');
    assert.equal(roots(came().judge('2026-11-04'))[0]?.note, undefined);
  });
});

describe('serial numbers', () => {
  const lamp = (): Story =>
    story('1').line('LAMP', 2, 5990).placed().paid().fact('goods.shipped', 'erp', { sku: 'LAMP', quantity: 1, serial: 'A' })
      .fact('goods.shipped', 'erp', { sku: 'LAMP', quantity: 1, serial: 'B' }).approved('2026-11-02T09:00'); // prettier-ignore
  const wrong = (told: Story): number =>
    told.judge(late).problems.filter((one) => one.code === 'wrong-serial').length;
  const back = (told: Story, serial?: string): Story =>
    told.moved('LAMP', 1, 'customer', 'input', undefined, serial === undefined ? {} : { serial });

  test('come back once each', () => {
    assert.equal(wrong(back(back(lamp(), 'B'), 'A')), 0);
    assert.equal(wrong(back(back(lamp(), 'A'), 'A')), 1);
    assert.equal(wrong(back(lamp(), 'C')), 1);
    assert.equal(wrong(back(lamp())), 0, 'no serial says nothing');
    assert.equal(
      wrong(back(story('1').delivered('LAMP', 2, 5990).approved(), 'C')),
      0,
      'none left, so none is wrong',
    );
  });
});

describe('sending back', () => {
  const sent = (to: 'customer' | 'vendor'): Story =>
    story('1')
      .delivered('SHOE', 2, 5990)
      .approved('2026-11-02T09:00')
      .received('SHOE', 1, '2026-11-03T09:00')
      .fact('goods.sent_back', 'desk', { sku: 'SHOE', quantity: 1, to });

  test('to the customer undoes the receipt, to the vendor does not', () => {
    assert.equal(sent('customer').judge(late).units[0]!.received, 0);
    assert.equal(sent('vendor').judge(late).units[0]!.received, 1);
  });

  test('told by the ERP and by the desk is one', () => {
    const told = sent('customer').moved('SHOE', 1, 'saleable', 'customer').received('SHOE', 1);
    assert.equal(told.judge(late).units[0]!.received, 1);
  });
});

describe('units in the wrong place', () => {
  const codes = (told: Story): string[] =>
    told.judge(late, { coverage: allFed }).problems.map(({ code, sku, units }) => `${code} ${sku ?? ''} ${units ?? ''}`.trim()).filter((one) => !one.startsWith('received-not') && !one.startsWith('shop-not')).sort(); // prettier-ignore
  const came = (units: number): Story =>
    story('1')
      .delivered('SHOE', 4, 5990)
      .approved('2026-11-02T09:00')
      .moved('SHOE', units, 'customer', 'input', '2026-11-03T09:00');

  test('are told apart: on hold, elsewhere, waiting, each unit once', () => {
    assert.deepEqual(codes(came(4).moved('SHOE', 1, 'input', 'hold').moved('SHOE', 1, 'input', 'other').moved('SHOE', 1, 'input', 'saleable')), [
      'not-inspected SHOE 1', 'quarantine-forgotten SHOE 1', 'wrong-location SHOE 1',
    ]); // prettier-ignore
    assert.deepEqual(codes(came(1).moved('SHOE', 1, 'input', 'vendor')), []);
  });

  test('graded at the desk are told by what the grade asks for', () => {
    assert.deepEqual(codes(came(3).graded('SHOE', 1, 'restock').graded('SHOE', 1, 'recycle').graded('SHOE', 1, 'quarantine')), [
      'approved-but-not-restored SHOE 1', 'quarantine-forgotten SHOE 1', 'write-off-missing SHOE 1',
    ]); // prettier-ignore
    assert.deepEqual(
      codes(
        came(1)
          .graded('SHOE', 1, 'quarantine')
          .graded('SHOE', 1, 'restock')
          .moved('SHOE', 1, 'input', 'saleable'),
      ),
      [],
    );
    assert.deepEqual(codes(came(1).graded('SHOE', 1, 'return_to_vendor')), ['goods-not-sent-back SHOE 1']);
    assert.deepEqual(
      codes(came(1).graded('SHOE', 1, 'return_to_vendor').moved('SHOE', 1, 'input', 'vendor')),
      [],
    );
  });

  test('graded as bad and put into the ERP’s stock are damaged stock', () => {
    assert.deepEqual(codes(came(1).graded('SHOE', 1, 'scrap').moved('SHOE', 1, 'input', 'saleable')), [
      'restored-though-damaged SHOE 1',
      'write-off-missing SHOE 1',
    ]);
  });
});
