/** Units that came back: of the wrong item, too many, undelivered, and what their moves and reports show. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { returned } from './code-fixture.ts';
import { late, openCodes } from './found.ts';
import { allFed, story, type Story } from './story.ts';

const all = { coverage: allFed };
const codes = (told: Story, ...beginnings: readonly string[]): string[] =>
  openCodes(told.judge(late, all), ...beginnings);
const bought = (units = 3): Story => story('1').delivered('SHOE', units, 1000).approved('2026-11-02T09:00');

describe('items that are not on the order', () => {
  const wrong = (told: Story): string[] => codes(told, 'wrong-item', 'refunded-more');

  test('are wrong beyond what left of them', () => {
    assert.deepEqual(wrong(bought().received('BOOT', 2, '2026-11-03T09:00')), ['wrong-item-received BOOT 2']);
    assert.deepEqual(wrong(bought().shipped('BOOT', 1).received('BOOT', 2, '2026-11-03T09:00')), [
      'wrong-item-received BOOT 1',
    ]);
    assert.deepEqual(wrong(bought().shipped('BOOT', 2).received('BOOT', 2, '2026-11-03T09:00')), []);
    assert.deepEqual(wrong(bought().refunded('r1', [['BOOT', 1, 500]])), [
      'refunded-more-than-bought BOOT 1',
    ]);
  });

  test('are none where nobody says what was bought', () => {
    const told = story('1').received('SHOE', 1, '2026-11-03T09:00').restocked('SHOE', 1);
    assert.deepEqual(wrong(told), []);
    assert.ok(told.judge(late).units.some((one) => one.received === 1));
  });

  test('stand for the missing ones, each for one', () => {
    const swapped = (units: number): string[] =>
      codes(
        bought()
          .received('BOOT', units, '2026-11-03T09:00')
          .refunded('r1', [['SHOE', 2, 2000]]),
        'wrong-item',
        'refunded-unreceived',
        'approved-but',
        'restored',
      );
    assert.deepEqual(swapped(2), ['wrong-item-received BOOT 2']);
    assert.deepEqual(swapped(1), ['refunded-unreceived-units SHOE 1', 'wrong-item-received BOOT 1']);
  });
});

describe('units beyond what left', () => {
  test('came back too many', () => {
    const over = (units: number): string[] =>
      codes(bought(2).received('SHOE', units, '2026-11-03T09:00'), 'received-over');
    assert.deepEqual([over(2), over(3)], [[], ['received-over SHOE 1']]);
    const again = bought(2).shipped('SHOE', 1).received('SHOE', 3, '2026-11-03T09:00');
    assert.deepEqual(codes(again, 'received-over'), [], 'a replacement may come back too');
  });

  test('were refunded too many', () => {
    const more = (units: number): string[] =>
      codes(
        bought(2)
          .received('SHOE', 2, '2026-11-03T09:00')
          .refunded('r1', [['SHOE', units, 2000]]),
        'refunded-more',
      );
    assert.deepEqual([more(2), more(3)], [[], ['refunded-more-than-bought SHOE 1']]);
  });
});

describe('a parcel that came back undelivered', () => {
  const toOrigin = (told: Story, payload: object = {}): Story =>
    told.fact(
      'parcel.delivered',
      'carrier',
      { tracking: 'P', toOrigin: true, ...payload },
      '2026-11-04T09:00',
    );

  test('of an unpaid order pays nothing back', () => {
    const unpaid = (): Story => story('1').line('SHOE', 1, 1000).placed({ tender: 'cod' }).shipped('SHOE', 1);
    const told = (tell: (one: Story) => Story): string[] =>
      codes(toOrigin(tell(unpaid())), 'returned-to-origin');
    assert.deepEqual(
      told((one) => one),
      [],
    );
    assert.deepEqual(
      told((one) => one.amountOnly('r1', 300, 'goodwill').amountOnly('r2', 200, 'goodwill')),
      ['returned-to-origin 500'],
    );
    assert.deepEqual(
      told((one) => one.amountOnly('r1', 300).fact('refund.deleted', 'shop', { refund: 'r1' })),
      [],
    );
    assert.deepEqual(
      told((one) => one.paid(1).amountOnly('r1', 300)),
      [],
    );
  });

  test('is no parcel that somebody should have received', () => {
    assert.deepEqual(codes(toOrigin(bought()), 'delivered-not'), []);
  });

  test('excuses the cancellation of what it held, added up', () => {
    const cancelled = (tell: (told: Story) => Story): string[] =>
      codes(
        tell(story('1').delivered('SHOE', 3, 1000))
          .cancelled('2026-11-05T09:00')
          .restocked('SHOE', 3, 'cancellation'),
        'cancelled-after',
      );
    assert.deepEqual(
      cancelled((told) => told),
      ['cancelled-after-shipping-restocked SHOE 3'],
    );
    assert.deepEqual(
      cancelled((told) =>
        toOrigin(toOrigin(told, { sku: 'SHOE', quantity: 1 }), { sku: 'SHOE', quantity: 1, tracking: 'Q' }),
      ),
      ['cancelled-after-shipping-restocked SHOE 1'],
    );
    assert.deepEqual(
      cancelled((told) => told.received('SHOE', 2, '2026-11-04T09:00')),
      ['cancelled-after-shipping-restocked SHOE 1'],
    );
    assert.deepEqual(
      cancelled((told) => told.fact('parcel.delivered', 'carrier', { tracking: 'P' }, '2026-11-04T09:00')),
      ['cancelled-after-shipping-restocked SHOE 3'],
    );
  });
});

describe('an edited move', () => {
  const edited = (by: number | undefined, tell: (told: Story) => Story = (told) => told): string[] =>
    codes(
      tell(bought()).moved('SHOE', 1, 'customer', 'saleable', '2026-11-03T09:00', {
        editedAt: '2026-11-05T09:00',
        ...(by !== undefined && { editedBy: by }),
      }),
      'done-move',
    );

  test('is told with the units it changed, or as what was expected differs from what came', () => {
    assert.deepEqual([edited(-2), edited(0)], [['done-move-edited SHOE 2'], ['done-move-edited SHOE']]);
    assert.deepEqual(edited(undefined), ['done-move-edited SHOE']);
    assert.deepEqual(
      edited(undefined, (told) => told.announced('SHOE', 3)),
      ['done-move-edited SHOE 2'],
    );
    assert.deepEqual(
      edited(undefined, (told) =>
        told.announced('SHOE', 3).refunded('r1', [['SHOE', 2, 2000]], '2026-11-02T12:00'),
      ),
      ['done-move-edited SHOE 1'],
    );
  });
});

describe('what the ERP’s order line still counts as delivered', () => {
  const claimed = (...quantities: readonly (number | undefined)[]): string[] => {
    const told = bought(3).received('SHOE', 1, '2026-11-03T09:00');
    for (const quantity of quantities)
      told.fact('status.claimed', 'erp', {
        claim: 'delivered_quantity',
        sku: 'SHOE',
        ...(quantity !== undefined && { quantity }),
      });
    return codes(told, 'return-not-on-order');
  };

  test('is what left less what came back, over all lines of the item', () => {
    assert.deepEqual(
      [claimed(2), claimed(3), claimed(1, 1), claimed(2, 1)],
      [[], ['return-not-on-order SHOE 1'], [], ['return-not-on-order SHOE 1']],
    );
    assert.deepEqual([claimed(undefined), claimed()], [[], []]);
  });

  test('is not asked before anything came back', () => {
    assert.deepEqual(
      codes(
        bought().fact('status.claimed', 'erp', { claim: 'delivered_quantity', sku: 'SHOE', quantity: 9 }),
        'return-not',
      ),
      [],
    );
    assert.deepEqual(
      codes(
        returned().fact('status.claimed', 'erp', { claim: 'other', sku: 'SHOE', quantity: 9 }),
        'return-not',
      ),
      [],
    );
  });
});

describe('the cost of a unit', () => {
  const valued = (out: number | undefined, back: number | undefined, units = 1): string[] =>
    codes(
      story('1')
        .line('SHOE', 3, 1000)
        .placed()
        .paid()
        .fact('goods.shipped', 'erp', {
          sku: 'SHOE',
          quantity: 3,
          ...(out !== undefined && { unitCost: out }),
        })
        .moved(
          'SHOE',
          units,
          'customer',
          'saleable',
          '2026-11-03T09:00',
          back === undefined ? {} : { unitCost: back },
        ),
      'return-valued',
    );

  test('is the same in as out, where both are known', () => {
    assert.deepEqual([valued(400, 400), valued(400, undefined), valued(undefined, 500)], [[], [], []]);
    assert.deepEqual(valued(400, 350, 2), ['return-valued-wrong SHOE 2 100']);
  });
});

describe('stock beyond what was received', () => {
  test('was put away without a receipt, or moved by two documents', () => {
    const phantom = (told: Story): string[] => codes(told, 'restored-without', 'stock-moved');
    assert.deepEqual(
      phantom(bought().moved('SHOE', 1, 'input', 'saleable', '2026-11-03T09:00').restocked('SHOE', 1)),
      ['restored-without-receipt SHOE 1'],
    );
    assert.deepEqual(
      phantom(
        bought()
          .received('SHOE', 1, '2026-11-03T09:00')
          .moved('SHOE', 1, 'other', 'saleable')
          .restocked('SHOE', 2),
      ),
      ['stock-moved-by-two-documents SHOE 1'],
    );
    assert.deepEqual(
      phantom(
        bought()
          .received('SHOE', 1, '2026-11-03T09:00')
          .moved('SHOE', 1, 'input', 'saleable')
          .restocked('SHOE', 2),
      ),
      ['restored-without-receipt SHOE 1'],
    );
    const byWarehouse = bought()
      .fact('goods.received', 'wms', { sku: 'SHOE', quantity: 1 }, '2026-11-03T09:00')
      .moved('SHOE', 2, 'input', 'saleable')
      .restocked('SHOE', 2);
    assert.deepEqual(codes(byWarehouse, 'stock-moved'), [], 'the ERP does not report its receipts');
  });
});

describe('reports that differ', () => {
  const differ = (wms: number, erp: number): string[] => {
    const told = bought()
      .fact('goods.received', 'wms', { sku: 'SHOE', quantity: wms }, '2026-11-03T09:00')
      .moved('SHOE', erp, 'customer', 'input', '2026-11-03T10:00')
      .moved('SHOE', erp, 'input', 'saleable');
    return codes(told, 'reports-differ');
  };
  test('are told with the difference', () => {
    assert.deepEqual(
      [differ(1, 1), differ(3, 1), differ(1, 3)],
      [[], ['reports-differ SHOE 2'], ['reports-differ SHOE 2']],
    );
  });
});
