/** Returns that were allowed and of which nothing, or less, came; and goods that came without permission. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy } from '../../src/kernel/policy.ts';
import { late, openCodes } from './found.ts';
import { allFed, everythingFed, shopPolicy, story, type Story } from './story.ts';

const bought = (units = 3): Story => story('1').delivered('SHOE', units, 1000);
const units = (quantity: number, sku = 'SHOE') => ({ sku, quantity });
const codes = (told: Story, ...beginnings: readonly string[]): string[] =>
  openCodes(told.judge(late, { coverage: allFed }), ...beginnings);
const unused = (told: Story): string[] => codes(told, 'label-unused', 'received-short');
const allowed = (quantity = 2): Story =>
  bought().fact('return.approved', 'crm', units(quantity), '2026-11-02T09:00');

describe('what was allowed', () => {
  test('and did not come is an unused label; once something came or is on its way it is short', () => {
    assert.deepEqual(unused(allowed()), ['label-unused SHOE 2']);
    assert.deepEqual(unused(allowed().received('SHOE', 1, '2026-11-03T09:00')), ['received-short SHOE 1']);
    assert.deepEqual(unused(allowed().received('SHOE', 2, '2026-11-03T09:00')), []);
    assert.deepEqual(unused(allowed().fact('dispatch.proved', 'crm', {})), ['received-short SHOE 2']);
    assert.deepEqual(unused(allowed().fact('parcel.delivered', 'carrier', { tracking: 'P' })), [
      'received-short SHOE 2',
    ]);
    assert.deepEqual(
      unused(allowed().fact('parcel.delivered', 'carrier', { tracking: 'P', toOrigin: true })),
      ['label-unused SHOE 2'],
    );
  });

  test('counts by what was announced where that is more', () => {
    assert.deepEqual(unused(allowed(1).announced('SHOE', 2)), ['label-unused SHOE 2']);
    assert.deepEqual(unused(allowed(2).announced('SHOE', 1)), ['label-unused SHOE 2']);
    const since = (told: Story): string | undefined =>
      told
        .judge(late)
        .problems.find((one) => one.code === 'label-unused')
        ?.since.slice(0, 10);
    assert.deepEqual(
      [
        since(allowed(2).announced('SHOE', 2, '2026-11-05T09:00')),
        since(allowed(1).announced('SHOE', 2, '2026-11-05T09:00')),
      ],
      ['2026-11-02', '2026-11-05'],
    );
  });

  test('is less by what stays, was lost, or was taken back at the desk', () => {
    assert.deepEqual(unused(allowed().fact('return.approved', 'crm', { ...units(1), keep: true })), [
      'label-unused SHOE 1',
    ]);
    assert.deepEqual(unused(allowed().fact('parcel.lost', 'carrier', { ...units(1), tracking: 'P' })), [
      'received-short SHOE 1',
    ]);
    assert.deepEqual(unused(allowed().fact('return.cancelled', 'desk', units(1))), ['label-unused SHOE 1']);
    assert.deepEqual(unused(allowed().fact('return.expired', 'desk', units(2))), []);
  });

  test('is not awaited once it was refused, its case is closed, or its units are refunded', () => {
    assert.deepEqual(unused(allowed().fact('return.rejected', 'crm', {})), []);
    assert.deepEqual(
      unused(allowed().fact('return.cancelled', 'crm', units(1))),
      [],
      'elsewhere a refusal may mean all of it',
    );
    assert.deepEqual(unused(allowed().approved('2026-11-02T09:00').resolved()), []);
    assert.deepEqual(unused(allowed().recorded('r1', [['SHOE', 1, 1000]])), [], 'then goods are missing');
    assert.deepEqual(
      unused(
        allowed()
          .received('SHOE', 1, '2026-11-03T09:00')
          .recorded('r1', [['SHOE', 1, 1000]]),
      ),
      ['received-short SHOE 1'],
    );
  });

  test('without units is one unused return, unless anything happened', () => {
    const whole = (): Story => bought().approved('2026-11-02T09:00');
    assert.deepEqual(unused(whole()), ['label-unused']);
    for (const tell of [
      (told: Story) => told.received('SHOE', 1, '2026-11-03T09:00'),
      (told: Story) => told.amountOnly('r1', 10),
      (told: Story) => told.fact('dispatch.proved', 'crm', {}),
      (told: Story) => told.recorded('r1', [['SHOE', 1, 1000]]),
    ])
      assert.deepEqual(unused(tell(whole())), []);
    assert.deepEqual(
      unused(bought().fact('return.approved', 'crm', { keep: true })),
      [],
      'the customer keeps all',
    );
  });

  test('is told of each item', () => {
    const told = story('1')
      .line('HAT', 1, 100)
      .delivered('SHOE', 1, 1000)
      .fact('return.approved', 'crm', units(1))
      .fact('return.approved', 'crm', units(1, 'HAT'));
    assert.deepEqual(unused(told), ['label-unused HAT 1', 'label-unused SHOE 1']);
    assert.deepEqual(unused(told.received('HAT', 1, '2026-11-03T09:00')), ['label-unused SHOE 1']);
  });
});

describe('goods without permission', () => {
  const blind = (told: Story, policy: Policy = shopPolicy): string[] =>
    openCodes(told.judge(late, { policy, coverage: everythingFed }), 'blind-return');
  const came = (quantity = 1): Story => bought().received('SHOE', quantity, '2026-11-03T09:00');

  test('are all that came where nothing was allowed', () => {
    assert.deepEqual(blind(came(2)), ['blind-return SHOE 2']);
    assert.deepEqual(
      blind(came(2).moved('SHOE', 1, 'saleable', 'customer')),
      ['blind-return SHOE 1'],
      'one went back',
    );
    assert.deepEqual(blind(came().fact('return.approved', 'crm', {}, '2026-11-01T09:00')), []);
    assert.deepEqual(
      blind(came().received('BOOT', 1)),
      ['blind-return SHOE 1'],
      'what was never bought is wrong instead',
    );
  });

  test('are none where the parcel was never delivered, or nothing was paid', () => {
    assert.deepEqual(
      blind(came().fact('parcel.delivered', 'carrier', { tracking: 'P', toOrigin: true })),
      [],
    );
    assert.deepEqual(blind(came().fact('parcel.delivered', 'carrier', { tracking: 'P' })), [
      'blind-return SHOE 1',
    ]);
    const unpaid = (tender: string): Story =>
      story('1')
        .line('SHOE', 1, 1000)
        .placed({ tender })
        .shipped('SHOE', 1)
        .received('SHOE', 1, '2026-11-03T09:00');
    assert.deepEqual(
      [blind(unpaid('cod')), blind(unpaid('card')), blind(unpaid('card').cancelled())],
      [[], ['blind-return SHOE 1'], []],
    );
    assert.deepEqual(blind(unpaid('cod').amountOnly('r1', 100)), ['blind-return SHOE 1'], 'money went out');
  });

  test('beside an announced return are the newest receipts beyond it that carry no number', () => {
    const announced = (): Story => bought().approved('2026-11-01T09:00').announced('SHOE', 1);
    assert.deepEqual(
      blind(announced().received('SHOE', 1, '2026-11-03T09:00').received('SHOE', 1, '2026-11-04T09:00')),
      ['blind-return SHOE 1'],
    );
    assert.deepEqual(
      blind(announced().received('SHOE', 2, '2026-11-03T09:00')),
      [],
      'one receipt holds the announced one',
    );
    assert.deepEqual(
      blind(
        announced().received('SHOE', 1, '2026-11-03T09:00').received('SHOE', 1, '2026-11-04T09:00', 'RMA-1'),
      ),
      ['blind-return SHOE 1'],
      'the one without a number',
    );
    assert.deepEqual(
      blind(
        announced()
          .received('SHOE', 1, '2026-11-03T09:00', 'RMA-1')
          .received('SHOE', 1, '2026-11-04T09:00', 'RMA-1'),
      ),
      [],
    );
    const edited = announced()
      .received('SHOE', 1, '2026-11-03T09:00')
      .moved('SHOE', 1, 'customer', 'saleable', '2026-11-04T09:00', { editedAt: '2026-11-05T09:00:00.000Z' });
    assert.deepEqual(blind(edited), [], 'an edited move is its own problem');
    assert.deepEqual(
      blind(announced().fact('return.approved', 'crm', units(1)).received('SHOE', 3, '2026-11-03T09:00')),
      [],
      'somebody allowed units',
    );
  });
});

describe('a parcel that the carrier delivered', () => {
  const stuck = (tell: (told: Story) => Story, payload: object = {}): string[] =>
    codes(tell(bought().approved('2026-11-02T09:00').fact('parcel.delivered', 'carrier', { tracking: 'P', ...payload }, '2026-11-04T09:00')), 'delivered-not');

  test('arrived with any receipt from the day before on, or with its units', () => {
    assert.deepEqual(stuck((told) => told.received('SHOE', 1, '2026-11-03T09:00')), []);
    assert.deepEqual(stuck((told) => told.received('SHOE', 1, '2026-11-03T08:59')), ['delivered-not-received']);
    assert.deepEqual(stuck((told) => told.moved('SHOE', 1, 'saleable', 'customer', '2026-11-05T09:00')), ['delivered-not-received'], 'what left is no receipt');
    assert.deepEqual(stuck((told) => told.received('SHOE', 1, '2026-11-01T09:00'), units(1)), []);
    assert.deepEqual(stuck((told) => told.received('SHOE', 1, '2026-11-05T09:00'), units(2)), ['delivered-not-received SHOE 2']);
  });

  test('is looked for only where somebody reports receipts', () => {
    const told = bought().approved('2026-11-02T09:00').fact('parcel.delivered', 'carrier', { tracking: 'P' }, '2026-11-04T09:00');
    assert.deepEqual(openCodes(told.judge(late, { coverage: new Map() }), 'delivered-not'), []);
  });
}); // prettier-ignore
