/** Returned units in no stock, in the wrong one, or in two: each under one code. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refunded, returned } from './code-fixture.ts';
import { found, late, openCodes } from './found.ts';
import { allFed, coverageOf, roots, shopPolicy, story, type Story } from './story.ts';

const all = { coverage: allFed };
const codes = (told: Story, ...beginnings: readonly string[]): string[] =>
  openCodes(told.judge(late, all), ...beginnings);
const bought = (units = 3): Story => story('1').delivered('SHOE', units, 1000).approved('2026-11-02T09:00');

describe('the shop’s stock', () => {
  const stock = (told: Story): string[] => codes(told, 'restored-', 'shop-not', 'restore-had');

  test('holds no more than its refunds list, where their records are there', () => {
    assert.deepEqual(stock(refunded()), []);
    assert.deepEqual(stock(refunded().restocked('SHOE', 1)), ['restored-twice SHOE 1']);
    const gone = refunded().restocked('SHOE', 1).fact('refund.deleted', 'shop', { refund: 'r9' });
    assert.deepEqual(
      stock(gone),
      ['restored-without-receipt SHOE 1'],
      'a record is gone: nothing tells how much was asked for',
    );
    const vanished = refunded().restocked('SHOE', 1).atGateway('settled', 're9', 1, 'r9');
    assert.deepEqual(stock(vanished), ['restored-without-receipt SHOE 1']);
    assert.deepEqual(
      stock(returned().restocked('SHOE', 2)),
      ['restored-without-receipt SHOE 1'],
      'nothing was refunded',
    );
  });

  test('takes in no units that are damaged, while the good ones may come before the ERP’s', () => {
    const came = (tell: (told: Story) => Story): string[] =>
      stock(
        tell(
          bought(2)
            .moved('SHOE', 2, 'customer', 'input', '2026-11-03T09:00')
            .refunded('r1', [['SHOE', 2, 2000]]),
        ),
      );
    assert.deepEqual(
      came((told) => told.moved('SHOE', 1, 'input', 'scrap').restocked('SHOE', 1)),
      [],
    );
    assert.deepEqual(
      came((told) => told.moved('SHOE', 1, 'input', 'scrap').restocked('SHOE', 2)),
      ['restored-though-damaged SHOE 1'],
    );
    assert.deepEqual(
      came((told) => told.graded('SHOE', 2, 'scrap').restocked('SHOE', 2)),
      ['restored-though-damaged SHOE 2'],
    );
    assert.deepEqual(
      came((told) =>
        told.graded('SHOE', 1, 'scrap').moved('SHOE', 2, 'input', 'saleable').restocked('SHOE', 1),
      ),
      ['restored-though-damaged SHOE 1', 'shop-not-restocked SHOE 1'],
    );
  });

  test('is compared with scrap only where the ERP’s stock is told, but always with a grade', () => {
    const silent = { coverage: coverageOf(['shopRefunds', 'shipments']) };
    const told = (tell: (told: Story) => Story): string[] =>
      openCodes(
        tell(bought(2).moved('SHOE', 1, 'customer', 'input', '2026-11-03T09:00'))
          .recorded('r1', [['SHOE', 1, 1000]])
          .restocked('SHOE', 1)
          .judge(late, silent),
        'restored-',
      );
    assert.deepEqual(
      told((one) => one.moved('SHOE', 1, 'input', 'scrap')),
      [],
    );
    assert.deepEqual(
      told((one) => one.graded('SHOE', 1, 'scrap')),
      ['restored-though-damaged SHOE 1'],
    );
  });

  test('takes in nothing that nobody received, but what the customer keeps is nobody’s receipt', () => {
    const told = (): Story =>
      bought(2)
        .refunded('r1', [['SHOE', 1, 1000]], '2026-11-03T09:00')
        .restocked('SHOE', 1);
    assert.deepEqual(stock(told()), ['restored-without-receipt SHOE 1']);
    assert.deepEqual(
      stock(told().fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1, keep: true })),
      [],
    );
  });

  test('put back twice, of units that got lost, is told of each once', () => {
    const told = bought(2).fact('parcel.lost', 'carrier', { sku: 'SHOE', quantity: 1, tracking: 'P' });
    assert.deepEqual(stock(told.recorded('r1', [['SHOE', 1, 1000]]).restocked('SHOE', 2)), [
      'restored-twice SHOE 1',
      'restored-without-receipt SHOE 1',
    ]);
  });

  test('lacks what the ERP can sell, from the later of refund and receipt', () => {
    assert.deepEqual(stock(returned()), ['shop-not-restocked SHOE 1']);
    assert.deepEqual(stock(returned().restocked('SHOE', 1, 'cancellation')), []);
    assert.deepEqual(stock(returned().recorded('r0', [['SHOE', 1, 0]])), ['restore-had-no-effect SHOE 1']);
    assert.deepEqual(stock(returned().recorded('r0', [['SHOE', 1, 1]])), ['shop-not-restocked SHOE 1']);
    const due = (told: Story): string | undefined =>
      told.judge(late).problems.find((one) => one.code === 'shop-not-restocked')?.due;
    assert.deepEqual(
      [
        due(returned()),
        due(returned().refunded('r1', [['SHOE', 1, 5990]], '2026-11-10T09:00')),
        due(returned().refunded('r1', [['SHOE', 1, 5990]], '2026-11-02T10:00')),
      ],
      ['2026-11-03T10:00:00.000Z', '2026-11-10T09:00:00.000Z', '2026-11-03T10:00:00.000Z'],
      'an hour later',
    );
  });
});

describe('units that came and are in no stock', () => {
  const open = (told: Story): string[] =>
    codes(
      told,
      'approved-but',
      'not-inspected',
      'quarantine',
      'wrong-location',
      'cancelled-but',
      'write-off',
      'goods-not',
    );
  const came = (units: number): Story =>
    bought(4).moved('SHOE', units, 'customer', 'input', '2026-11-03T09:00');

  test('are refunded ones first, then those on hold, elsewhere and waiting', () => {
    const told = came(4)
      .moved('SHOE', 1, 'input', 'hold')
      .moved('SHOE', 1, 'input', 'other')
      .recorded('r1', [['SHOE', 1, 1000]]);
    assert.deepEqual(open(told), [
      'approved-but-not-restored SHOE 1',
      'not-inspected SHOE 1',
      'quarantine-forgotten SHOE 1',
      'wrong-location SHOE 1',
    ]);
    assert.deepEqual(
      open(
        came(1)
          .recorded('r1', [['SHOE', 1, 1000]])
          .recorded('r2', [['SHOE', 1, 1000]]),
      ).filter((one) => one.startsWith('approved')),
      ['approved-but-not-restored SHOE 1'],
    );
  });

  test('are told on hold, or waiting', () => {
    const note = (told: Story): string | undefined =>
      roots(told.judge(late, all)).find((one) => one.code === 'approved-but-not-restored')?.note;
    assert.equal(note(came(1).recorded('r1', [['SHOE', 1, 1000]])), 'in_input');
    assert.equal(
      note(
        came(1)
          .moved('SHOE', 1, 'input', 'hold')
          .recorded('r1', [['SHOE', 1, 1000]]),
      ),
      'on_hold',
    );
    assert.equal(note(bought().recorded('r1', [['SHOE', 1, 1000]])), 'no_receipt');
  });

  test('in a cancelled document are told as that alone', () => {
    const told = bought().moved('SHOE', 1, 'customer', 'input', '2026-11-03T09:00', {
      documentCancelled: true,
    });
    assert.deepEqual(open(told), ['cancelled-but-moved SHOE 1']);
  });

  test('that were graded are told by their grades, less what was done', () => {
    assert.deepEqual(open(came(2).graded('SHOE', 2, 'restock')), ['approved-but-not-restored SHOE 2']);
    assert.deepEqual(open(came(2).graded('SHOE', 2, 'restock').moved('SHOE', 1, 'input', 'saleable')), [
      'approved-but-not-restored SHOE 1',
    ]);
    assert.deepEqual(open(came(2).graded('SHOE', 2, 'scrap').moved('SHOE', 1, 'input', 'scrap')), [
      'write-off-missing SHOE 1',
    ]);
    assert.deepEqual(
      open(
        came(2)
          .graded('SHOE', 2, 'return_to_vendor')
          .fact('goods.sent_back', 'desk', { sku: 'SHOE', quantity: 1, to: 'vendor' }),
      ),
      ['goods-not-sent-back SHOE 1'],
    );
  });

  test('that were held at the desk are forgotten until they are graded for good', () => {
    const held = (told: Story): string[] => codes(told, 'quarantine');
    assert.deepEqual(held(came(2).graded('SHOE', 2, 'quarantine')), ['quarantine-forgotten SHOE 2']);
    assert.deepEqual(held(came(2).graded('SHOE', 2, 'quarantine').graded('SHOE', 1, 'restock')), [
      'quarantine-forgotten SHOE 1',
    ]);
    assert.deepEqual(
      held(came(3).graded('SHOE', 2, 'quarantine').graded('SHOE', 1, 'restock')),
      ['quarantine-forgotten SHOE 2'],
      'the third was never held',
    );
    const released = came(3)
      .graded('SHOE', 2, 'quarantine')
      .graded('SHOE', 1, 'restock')
      .fact('goods.inspected', 'desk', {
        sku: 'SHOE',
        quantity: 1,
        disposition: 'scrap',
        from: 'quarantine',
      });
    assert.deepEqual(held(released), ['quarantine-forgotten SHOE 1']);
    const atWarehouse = (disposition: 'quarantine' | 'restock', quantity: number) => (one: Story): Story =>
      one.fact('goods.inspected', 'wms', { sku: 'SHOE', quantity, disposition }); // prettier-ignore
    assert.deepEqual(
      held(atWarehouse('restock', 1)(atWarehouse('quarantine', 2)(came(3)))),
      ['quarantine-forgotten SHOE 1'],
      'only the desk says what it never held',
    );
  });
});

describe('units that were refunded and never came', () => {
  const gone = (told: Story): string[] => codes(told, 'refunded-unreceived', 'approved-but', 'restored-without', 'refunded-goods', 'return-backorder');

  test('are counted after what came, is kept, or was lost', () => {
    const told = (tell: (one: Story) => Story): string[] => gone(tell(bought(3)).recorded('r1', [['SHOE', 2, 2000]]));
    assert.deepEqual(told((one) => one), ['approved-but-not-restored SHOE 2']);
    assert.deepEqual(told((one) => one.received('SHOE', 1, '2026-11-03T09:00')), ['refunded-unreceived-units SHOE 1']);
    assert.deepEqual(told((one) => one.fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1, keep: true })), ['approved-but-not-restored SHOE 1']);
    assert.deepEqual(told((one) => one.fact('return.approved', 'crm', { keep: true })), []);
    assert.deepEqual(told((one) => one.fact('parcel.lost', 'carrier', { sku: 'SHOE', quantity: 2, tracking: 'P' })), []);
  });

  test('and that the shop restocked were put into stock without a receipt', () => {
    const told = (units: number): string[] => gone(bought(3).recorded('r1', [['SHOE', 2, 2000]], '2026-11-03T09:00').restocked('SHOE', units));
    assert.deepEqual([told(0), told(1), told(2)], [['approved-but-not-restored SHOE 2'], ['approved-but-not-restored SHOE 1', 'restored-without-receipt SHOE 1'], ['restored-without-receipt SHOE 2']]);
  });

  test('where money goes first never came', () => {
    const policy = { ...shopPolicy, payAfter: [{ from: '', value: 'approval' as const }] };
    const told = bought(3).recorded('r1', [['SHOE', 2, 2000]], '2026-11-03T09:00');
    assert.deepEqual(found(told.judge(late, { policy, coverage: allFed })).filter((one) => one.startsWith('refunded-goods')), ['refunded-goods-never-came SHOE 2']);
    assert.deepEqual(found(told.judge(late, { policy, coverage: coverageOf(['shopRefunds']) })).filter((one) => one.startsWith('refunded-goods')), []);
  });

  test('are those of the refund whose receipt is missing, the newest receipts standing for earlier refunds', () => {
    const since = (tell: (one: Story) => Story): string | undefined =>
      roots(tell(bought(3)).judge(late, all)).find((one) => one.code === 'refunded-unreceived-units')?.since.slice(0, 10);
    const twice = (one: Story, first?: string, second?: string): Story =>
      one.recorded('r1', [['SHOE', 1, 1000]], '2026-11-05T09:00', {}, first).recorded('r2', [['SHOE', 1, 1000]], '2026-11-08T09:00', {}, second);
    assert.equal(since((one) => twice(one.received('SHOE', 1, '2026-11-04T09:00'))), '2026-11-08');
    assert.equal(since((one) => twice(one.received('SHOE', 1, '2026-11-07T09:00'))), '2026-11-05');
    assert.equal(since((one) => twice(one.received('SHOE', 1, '2026-11-04T09:00', 'RMA-2'), 'RMA-1', 'RMA-2')), '2026-11-05');
  });

  test('hang in a document without a link where all cases are closed', () => {
    const told = (linked: boolean, resolved: boolean): string[] => {
      const one = bought(3).received('SHOE', 1, '2026-11-03T09:00').fact('return.waiting', 'erp', { sku: 'SHOE', quantity: 1, document: 'IN9', linked }).recorded('r1', [['SHOE', 2, 2000]]);
      return gone(resolved ? one.resolved() : one);
    };
    assert.deepEqual([told(false, true), told(true, true), told(false, false)], [['return-backorder-lost SHOE 1'], ['refunded-unreceived-units SHOE 1'], ['refunded-unreceived-units SHOE 1']]);
  });
}); // prettier-ignore
