/** What is owed by an agreement, for units or by an exchange, and what counts as paid for it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Payloads } from '../../src/kernel/fact.ts';
import { returned } from './code-fixture.ts';
import { eur, late, openCodes } from './found.ts';
import { allFed, shoesAndHat, story, type Story } from './story.ts';

const all = { coverage: allFed };
const codes = (told: Story, ...beginnings: readonly string[]): string[] =>
  openCodes(told.judge(late, all), ...beginnings);
const byHand = { payment: 'manual' } as const;
const agree = (
  told: Story,
  minor: number,
  units: number,
  more: Partial<Payloads['refund.agreed']> = {},
  at = '2026-11-05T09:00',
): Story =>
  told.fact(
    'refund.agreed',
    'desk',
    {
      money: eur(minor),
      agreement: 'RF-1',
      lines: units === 0 ? [] : [{ sku: 'SHOE', quantity: units, gross: minor, tax: 0 }],
      shipping: { gross: 0, tax: 0 },
      fees: { gross: 0, tax: 0 },
      purpose: 'return',
      pay: 'original',
      by: 'ada',
      ...more,
    },
    at,
  );

describe('an agreed refund', () => {
  const owed = (told: Story): string[] => codes(told.restocked('SHOE', 1), 'refund-overdue', 'received-not');

  test('is owed by its word from the last approval on, and its units are owed no second time', () => {
    assert.deepEqual(owed(agree(returned(), 5990, 1)), ['refund-overdue 5990']);
    assert.deepEqual(owed(agree(returned(), 5990, 0)), [
      'received-not-refunded SHOE 1 5990',
      'refund-overdue 5990',
    ]);
    const approved = agree(returned(), 5990, 1).fact(
      'refund.approved',
      'desk',
      { agreement: 'RF-1', by: 'ben' },
      '2026-11-09T09:00',
    );
    const [problem] = approved.judge(late).problems.filter((one) => one.code === 'refund-overdue');
    assert.equal(problem?.since, '2026-11-09T08:00:00.000Z');
    assert.deepEqual([...approved.judge(late).positions.agreements.values()][0]!.by, ['ada', 'ben']);
  });

  test('is owed no more once it is made or taken back', () => {
    assert.deepEqual(owed(agree(returned(), 5990, 1).refunded('r1', [['SHOE', 1, 5990]])), []);
    assert.deepEqual(
      owed(agree(returned(), 5990, 1).fact('refund.revoked', 'desk', { agreement: 'RF-1', by: 'ada' })),
      ['received-not-refunded SHOE 1 5990'],
    );
  });

  test('is made by the record of its amount that nobody had seen, the one of the same units first', () => {
    const made = (tell: (told: Story) => Story): string | undefined => {
      const [agreement] = tell(returned()).judge(late, all).positions.agreements.values();
      const fact = agreement?.made;
      return fact?.type === 'refund.recorded' ? fact.refund : fact?.type;
    };
    const record = (told: Story, id: string, units: number, minor = 5990): Story =>
      told.recorded(id, units === 0 ? [] : [['SHOE', units, minor]], undefined, { money: eur(minor) });
    assert.equal(
      made((told) => record(record(agree(told, 5990, 1), 'r1', 2), 'r2', 1)),
      'r2',
    );
    assert.equal(
      made((told) => record(agree(told, 5990, 1), 'r1', 2)),
      'r1',
    );
    assert.equal(
      made((told) => record(agree(told, 5990, 1), 'r1', 1, 5989)),
      undefined,
    );
    assert.equal(
      made((told) => agree(record(told, 'r1', 1), 5990, 1, { seen: 'r0,r1' })),
      undefined,
    );
    assert.equal(
      made((told) => agree(record(told, 'r1', 1), 5990, 1, { seen: 'r0' })),
      'r1',
    );
    assert.equal(
      made((told) => record(agree(told, 5990, 1), 'r1', 1).fact('refund.deleted', 'shop', { refund: 'r1' })),
      undefined,
    );
  });

  test('by hand or as store credit is made by that, afterwards', () => {
    const made = (
      pay: 'manual' | 'store_credit' | 'original',
      tell: (told: Story) => Story,
      before = (told: Story): Story => told,
    ): string | undefined =>
      [
        ...tell(agree(before(returned()), 5990, 1, { pay }))
          .judge(late, all)
          .positions.agreements.values(),
      ][0]!.made?.type;
    const credit = (told: Story, at?: string, minor = 5990): Story =>
      told.fact('store_credit.issued', 'shop', { money: eur(minor), reference: 'V' }, at);
    assert.equal(
      made('manual', (told) => told.paidOut(5990)),
      'payout.confirmed',
    );
    assert.equal(
      made('manual', (told) => told.paidOut(5989)),
      undefined,
    );
    assert.equal(
      made('original', (told) => told.paidOut(5990)),
      undefined,
    );
    assert.equal(
      made('store_credit', (told) => credit(told)),
      'store_credit.issued',
    );
    assert.equal(
      made('store_credit', (told) => credit(told, undefined, 5989)),
      undefined,
    );
    assert.equal(
      made(
        'store_credit',
        (told) => told,
        (told) => credit(told, '2026-11-04T09:00'),
      ),
      undefined,
    );
    assert.equal(
      made('manual', (told) => credit(told)),
      undefined,
    );
  });

  test('that nobody knows is neither approved nor taken back', () => {
    const told = returned()
      .fact('refund.approved', 'desk', { agreement: 'RF-9', by: 'ben' })
      .fact('refund.revoked', 'desk', { agreement: 'RF-9', by: 'ben' });
    assert.equal(told.judge(late).positions.agreements.size, 0);
  });

  test('each by its own record', () => {
    const told = agree(
      agree(returned(), 700, 0, { purpose: 'goodwill' }),
      700,
      0,
      { purpose: 'goodwill', agreement: 'RF-2' },
      '2026-11-06T09:00',
    );
    const made = (one: Story): boolean[] =>
      [...one.judge(late, all).positions.agreements.values()].map(
        (agreement) => agreement.made !== undefined,
      );
    assert.deepEqual(made(told.amountOnly('r1', 700)), [true, false]);
    assert.equal(
      told.judge(late, all).positions.refunds[0]!.purpose,
      'goodwill',
      'what people agreed on is better known',
    );
    assert.deepEqual(made(told.amountOnly('r2', 700, 'price')), [true, true]);
    assert.equal(told.judge(late, all).positions.refunds[1]!.purpose, 'price');
  });
});

describe('what is owed for units', () => {
  const owed = (told: Story): string[] => codes(told, 'received-not', 'refund-overdue');
  const two = (): Story => shoesAndHat(1000, 500).approved('2026-11-02T09:00');

  test('is that of each item, up to what amounts without units leave', () => {
    const came = (): Story => two().received('SHOE', 2, '2026-11-03T09:00').received('HAT', 1);
    assert.deepEqual(owed(came()), ['received-not-refunded HAT 1 500', 'received-not-refunded SHOE 2 2000']);
    assert.deepEqual(owed(came().amountOnly('r1', 300, 'return')), [
      'received-not-refunded HAT 1 200',
      'received-not-refunded SHOE 2 2000',
    ]);
    assert.deepEqual(owed(came().amountOnly('r1', 600, 'return')), ['received-not-refunded SHOE 2 1900']);
    assert.deepEqual(owed(came().amountOnly('r1', 2498, 'return')), [], 'a cent for each line is rounding');
    assert.deepEqual(owed(came().amountOnly('r1', 2497, 'return')), ['received-not-refunded SHOE 2 3']);
    assert.deepEqual(owed(came().amountOnly('r1', 600, 'goodwill')), [
      'received-not-refunded HAT 1 500',
      'received-not-refunded SHOE 2 2000',
    ]);
  });

  test('is not covered by units that the customer keeps', () => {
    const kept = two()
      .received('SHOE', 1, '2026-11-03T09:00')
      .fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1, keep: true });
    assert.deepEqual(owed(kept.recorded('r1', [['SHOE', 1, 1000]])), ['received-not-refunded SHOE 1 1000']);
    assert.deepEqual(owed(kept.recorded('r2', [['SHOE', 1, 1000]])), []);
  });

  test('is covered by what a record gives beyond its units, but not by its shipping', () => {
    const told = (minor: number, shipping: number): string[] =>
      owed(
        two()
          .received('SHOE', 1, '2026-11-03T09:00')
          .received('HAT', 1)
          .recorded('r1', [['SHOE', 1, 1000]], undefined, {
            money: eur(minor),
            shipping: { gross: shipping, tax: 0 },
          }),
      );
    assert.deepEqual(
      [told(1000, 0), told(1490, 490), told(1500, 0)],
      [['received-not-refunded HAT 1 500'], ['received-not-refunded HAT 1 500'], []],
    );
  });

  test('is more where refunds gave less than half, of refunds that count', () => {
    const told = (tell: (one: Story) => Story): string[] =>
      owed(tell(two().received('SHOE', 2, '2026-11-03T09:00')));
    assert.deepEqual(
      told((one) => one.recorded('r1', [['SHOE', 2, 999]])),
      ['refund-overdue 1001'],
    );
    assert.deepEqual(
      told((one) => one.recorded('r1', [['SHOE', 2, 1000]])),
      [],
    );
    assert.deepEqual(
      told((one) => one.recorded('r1', [['SHOE', 2, 0]])),
      ['received-not-refunded SHOE 2 2000'],
    );
  });

  test('of a cancelled order is since its cancellation', () => {
    const told = story('1')
      .line('SHOE', 2, 1000)
      .placed()
      .paid()
      .cancelled('2026-11-04T09:00')
      .restocked('SHOE', 2, 'cancellation');
    const [problem] = told.judge(late, all).problems;
    assert.deepEqual(
      [problem?.code, problem?.since, problem?.units],
      ['refund-overdue', '2026-11-04T08:00:00.000Z', 2],
    );
  });

  test('of an item on two lines is owed once', () => {
    const told = story('1')
      .line('SHOE', 1, 1000)
      .line('SHOE', 1, 800)
      .placed()
      .paid()
      .shipped('SHOE', 2)
      .received('SHOE', 2, '2026-11-03T09:00');
    assert.deepEqual(owed(told), ['received-not-refunded SHOE 2 1800']);
    assert.deepEqual(
      owed(told.recorded('r1', [['SHOE', 1, 1000]])),
      ['received-not-refunded SHOE 1 800'],
      'the rest of both',
    );
  });

  test('partly unshipped and partly back is told of both, refunds counting once', () => {
    const told = (units: number): string[] => {
      const one = story('1')
        .line('SHOE', 3, 1000)
        .placed()
        .paid()
        .shipped('SHOE', 2)
        .cancelled('2026-11-02T09:00')
        .received('SHOE', 2, '2026-11-03T09:00');
      return owed(units === 0 ? one : one.recorded('r1', [['SHOE', units, units * 1000]]));
    };
    assert.deepEqual(told(0), ['received-not-refunded SHOE 2 2000', 'refund-overdue SHOE 1 1000']);
    assert.deepEqual(told(2), ['received-not-refunded SHOE 1 1000']);
    assert.deepEqual(told(3), []);
  });
});

describe('an exchange', () => {
  const swapped = (difference: number | undefined): Story =>
    returned().restocked('SHOE', 1).fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 1, ...(difference !== undefined && { difference: eur(difference) }) }, '2026-11-04T09:00');
  const balance = (told: Story): string[] => codes(told, 'exchange');

  test('is shipped unit by unit, by an order of its own or again', () => {
    const open = (tell: (told: Story) => Story): string[] =>
      balance(tell(story('1').delivered('SHOE', 3, 1000).received('SHOE', 2, '2026-11-03T09:00').fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 2 }, '2026-11-04T09:00')));
    assert.deepEqual(open((told) => told), ['exchange-not-shipped SHOE 2']);
    assert.deepEqual(open((told) => told.shipped('SHOE', 1)), ['exchange-not-shipped SHOE 1']);
    assert.deepEqual(open((told) => told.fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 })), ['exchange-not-shipped SHOE 1']);
    assert.deepEqual(open((told) => told.fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 }).shipped('SHOE', 1)), ['exchange-not-shipped SHOE 1'], 'one event, told twice');
    assert.deepEqual(open((told) => told.shipped('SHOE', 2)), []);
  });

  test('for something dearer is paid by what was captured beyond the order', () => {
    const open = (tell: (told: Story) => Story): string[] => balance(tell(swapped(1000).fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 })));
    assert.deepEqual(open((told) => told.paid(999)), ['exchange-balance-dropped 1']);
    assert.deepEqual(open((told) => told.paid(1000)), []);
  });

  test('for something cheaper is paid by refunds since, that count', () => {
    const open = (tell: (told: Story) => Story): string[] => balance(tell(swapped(-700).fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 })));
    const price = (told: Story, minor: number, at: string): Story => told.amountOnly('r1', minor, 'price', at, byHand);
    assert.deepEqual(open((told) => price(told, 700, '2026-11-04T09:00')), []);
    assert.deepEqual(open((told) => price(told, 699, '2026-11-05T09:00')), ['exchange-balance-dropped 1']);
    assert.deepEqual(open((told) => price(told, 700, '2026-11-04T08:59')), ['exchange-balance-dropped 700']);
    assert.deepEqual(open((told) => price(told, 700, '2026-11-05T09:00').fact('refund.deleted', 'shop', { refund: 'r1' })), ['exchange-balance-dropped 700']);
  });

  test('is not looked for where nobody reports exchanges', () => {
    assert.deepEqual(openCodes(swapped(1000).judge(late), 'exchange'), []);
  });
}); // prettier-ignore
