/** What refund records show by themselves, and the limits of a whole order. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy } from '../../src/kernel/policy.ts';
import { clean, returned } from './code-fixture.ts';
import { eur, found, late, openCodes } from './found.ts';
import { allFed, coverageOf, shopPolicy, story, type Story } from './story.ts';

/** Open root problems with these beginnings. */
const codes = (told: Story, ...beginnings: readonly string[]): string[] =>
  found(told.judge(late, { coverage: allFed })).filter((one) =>
    beginnings.some((beginning) => one.startsWith(beginning)),
  );
const bought = (): Story => story('1').delivered('SHOE', 2, 5990);

describe('the lines of a refund', () => {
  const unequal = (told: Story): string[] => codes(told, 'refund-lines');

  test('add up with shipping and fees to its amount', () => {
    const parts = { shipping: { gross: 490, tax: 0 }, fees: { gross: -200, tax: 0 } };
    assert.deepEqual(
      unequal(bought().recorded('r1', [['SHOE', 1, 5990]], undefined, { ...parts, money: eur(6280) })),
      [],
    );
    assert.deepEqual(
      unequal(bought().recorded('r1', [['SHOE', 1, 5990]], undefined, { ...parts, money: eur(5990) })),
      ['refund-lines-unequal-amount 290'],
    );
    assert.deepEqual(
      unequal(bought().recorded('r1', [], undefined, { shipping: { gross: 490, tax: 0 }, money: eur(700) })),
      ['refund-lines-unequal-amount 210'],
    );
    assert.deepEqual(
      unequal(bought().recorded('r1', [], undefined, { fees: { gross: 490, tax: 0 }, money: eur(700) })),
      ['refund-lines-unequal-amount 210'],
    );
  });

  test('are not compared where there are none, or where nothing was given', () => {
    assert.deepEqual(unequal(bought().amountOnly('r1', 700)), []);
    assert.deepEqual(unequal(bought().recorded('r1', [['SHOE', 1, 5990]], undefined, { money: eur(0) })), []);
  });

  test('may differ by the rounding that the order itself has', () => {
    const rounded = (by: number, minor: number): string[] => {
      const told = story('1').line('SHOE', 2, 5990);
      return unequal(
        told
          .placed({ total: told.total + by })
          .paid(told.total + by)
          .shipped('SHOE', 2)
          .recorded('r1', [['SHOE', 1, 5990]], undefined, { money: eur(minor) }),
      );
    };
    assert.deepEqual(
      [rounded(3, 5993), rounded(-3, 5987), rounded(3, 5994)],
      [[], [], ['refund-lines-unequal-amount 4']],
    );
    assert.deepEqual(rounded(4, 5994), ['refund-lines-unequal-amount 4'], 'that much is no rounding');
    const noOrder = story('1').recorded('r1', [['SHOE', 1, 100]], undefined, { money: eur(102) });
    assert.deepEqual(unequal(noOrder), ['refund-lines-unequal-amount 2']);
  });

  test('give no more for an item than was charged, over all refunds', () => {
    const twice = (first: number, second: number): string[] =>
      codes(
        bought()
          .refunded('r1', [['SHOE', 1, first]])
          .refunded('r2', [['SHOE', 1, second]]),
        'refunded-not',
        'refund-ignores',
      );
    assert.deepEqual(twice(5990, 5990), []);
    assert.deepEqual(twice(6990, 5990), ['refunded-not-entitled SHOE 1000']);
    assert.deepEqual(twice(11_980, 100), ['refunded-not-entitled SHOE 100'], 'only what this one gives');
    const units = bought().refunded('r1', [['SHOE', 3, 17_970]]);
    assert.deepEqual(codes(units, 'refunded-not'), [], 'more units than were bought is another problem');
  });

  test('at the list price ignore a discount, of all lines of the item', () => {
    const told = (gross: number): string[] =>
      codes(
        story('1')
          .line('SHOE', 1, 4000, { listGross: 5000 })
          .line('SHOE', 1, 4000, { listGross: 5000 })
          .delivery(3000)
          .placed()
          .paid()
          .shipped('SHOE', 2)
          .refunded('r1', [['SHOE', 2, gross]]),
        'refund-ignores',
        'refunded-not',
      );
    assert.deepEqual(told(10_000), ['refund-ignores-discount SHOE 2000']);
    assert.deepEqual(told(10_001), ['refund-ignores-discount SHOE 2001']);
    assert.deepEqual(told(10_002), ['refunded-not-entitled SHOE 2002']);
    const plain = story('1')
      .line('SHOE', 1, 4000, { listGross: 4000 })
      .delivery(1000)
      .placed()
      .paid()
      .shipped('SHOE', 1)
      .refunded('r1', [['SHOE', 1, 4002]]);
    assert.deepEqual(
      codes(plain, 'refund-ignores', 'refunded-not'),
      ['refunded-not-entitled SHOE 2'],
      'there was no discount',
    );
  });
});

describe('a refund', () => {
  test('in another currency is told as that, and as nothing else', () => {
    const told = returned();
    told.currency = 'USD';
    told.recorded('r1', [['SHOE', 1, 99_000]]);
    assert.deepEqual(
      codes(told, 'refund-', 'refunded-not').filter(
        (one) => !one.includes('credit-note') && !one.includes('gateway'),
      ),
      ['refund-wrong-currency 99000'],
    );
  });

  test('of shipping is counted over all refunds, each for its own part', () => {
    const twice = (first: number, second: number): string[] => {
      const told = story('1').line('SHOE', 1, 5990).delivery(490).placed().paid().shipped('SHOE', 1);
      for (const [index, gross] of [first, second].entries())
        told.recorded(`r${index}`, [], undefined, { shipping: { gross, tax: 0 } });
      return codes(told, 'shipping');
    };
    assert.deepEqual(
      [twice(490, 1), twice(490, 2), twice(490, 490), twice(600, 0)],
      [[], ['shipping-refunded-twice 2'], ['shipping-refunded-twice 490'], ['shipping-refunded-twice 110']],
    );
  });

  test('to a method that did not pay is told, but to store credit is the customer’s choice', () => {
    const to = (tender: string, minor = 5990): string[] =>
      codes(returned().recorded('r1', [['SHOE', 1, minor]], undefined, { tender }), 'refund-wrong-tender');
    assert.deepEqual([to('card'), to('store_credit'), to('paypal', 0)], [[], [], []]);
    assert.deepEqual(to('paypal'), ['refund-wrong-tender 5990']);
    const mixed = returned()
      .paid(100, 'paypal')
      .recorded('r1', [['SHOE', 1, 5990]], undefined, { tender: 'paypal' });
    assert.deepEqual(codes(mixed, 'refund-wrong-tender'), []);
  });
});

describe('an amount without lines', () => {
  const unclear = (told: Story): string[] =>
    codes(told.amountOnly('r1', 5990).atGateway('settled', 're', 5990, 'r1'), 'refund-without-lines');

  test('says too little where units came back that no refund names', () => {
    assert.deepEqual(unclear(returned()), ['refund-without-lines 1 5990']);
    assert.deepEqual(unclear(bought().announced('SHOE', 2, '2026-11-02T09:00')), [
      'refund-without-lines 2 5990',
    ]);
    assert.deepEqual(unclear(bought().fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1 })), [
      'refund-without-lines 1 5990',
    ]);
    assert.deepEqual(unclear(returned().recorded('r0', [['SHOE', 1, 5990]])), []);
  });

  test('or where a return was approved and nobody named units', () => {
    assert.deepEqual(unclear(bought().approved('2026-11-02T09:00')), ['refund-without-lines 5990']);
    assert.deepEqual(unclear(bought()), []);
    assert.deepEqual(
      unclear(
        bought()
          .approved('2026-11-02T09:00')
          .recorded('r0', [['SHOE', 1, 5990]]),
      ),
      [],
    );
  });

  test('is clear where its units were exchanged, replaced or kept', () => {
    const exchanged = returned().fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 1 });
    assert.deepEqual(unclear(exchanged), []);
    assert.deepEqual(unclear(returned().fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 })), []);
    assert.deepEqual(
      unclear(returned().fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1, keep: true })),
      [],
    );
  });

  test('is clear by its purpose', () => {
    assert.deepEqual(codes(returned().amountOnly('r1', 700, 'price'), 'refund-without-lines'), []);
  });
});

describe('the limit of an order', () => {
  const over = (told: Story): string[] => codes(told, 'refund-over-cap');

  test('is what was captured; records, store credit and payments without one count', () => {
    assert.deepEqual(over(clean().amountOnly('r2', 5990, 'goodwill')), []);
    assert.deepEqual(over(clean().amountOnly('r2', 5991, 'goodwill')), ['refund-over-cap 1']);
    assert.deepEqual(
      over(story('1').line('SHOE', 1, 100).placed().amountOnly('r1', 500, 'goodwill')),
      [],
      'nothing was captured',
    );
    assert.deepEqual(
      over(bought().fact('store_credit.issued', 'shop', { money: eur(12_000), reference: 'V' })),
      ['refund-over-cap 20'],
    );
  });

  test('counts a payment that no record explains', () => {
    const credit = (minor: number): string[] =>
      over(
        returned()
          .atGateway('settled', 're', 5990)
          .fact('store_credit.issued', 'shop', { money: eur(minor), reference: 'V' }),
      );
    assert.deepEqual([credit(5990), credit(6000)], [[], ['refund-over-cap 10']]);
  });

  test('leaves out payments made twice, which have their own problem', () => {
    const twice = clean()
      .amountOnly('r2', 5990, 'goodwill')
      .atGateway('settled', 're2', 5990, 'r2')
      .atGateway('settled', 're3', 5990);
    assert.deepEqual(codes(twice, 'refund-over-cap', 'duplicate-payout'), ['duplicate-payout 5990']);
  });
});

describe('a residue', () => {
  const rest = (minor: number, lines = 1): string[] => {
    const told = story('1').line('SHOE', 1, 5990);
    for (let index = 1; index < lines; index++) told.line(`HAT${index}`, 1, 1000);
    told.placed().paid().shipped('SHOE', 1);
    for (let index = 1; index < lines; index++) told.shipped(`HAT${index}`, 1);
    const hats = Array.from({ length: lines - 1 }, (_, index) => [`HAT${index + 1}`, 1, 1000] as const);
    return codes(told.refunded('r1', [['SHOE', 1, 5990 - minor], ...hats]), 'refund-rounding');
  };

  test('is a cent for each item, at least two', () => {
    assert.deepEqual(
      [rest(0), rest(1), rest(2), rest(3)],
      [[], ['refund-rounding-residue 1'], ['refund-rounding-residue 2'], []],
    );
    assert.deepEqual([rest(3, 3), rest(4, 3)], [['refund-rounding-residue 3'], []]);
  });

  test('is none while units are not refunded', () => {
    assert.deepEqual(codes(bought().refunded('r1', [['SHOE', 1, 11_979]]), 'refund-rounding'), []);
  });
});

describe('a dispute', () => {
  const disputed = (told: Story, state: 'opened' | 'won' | 'lost', minor = 5990): string[] =>
    codes(told.disputed(state, minor), 'refund-and-dispute', 'dispute-');

  test('beside records that were not paid is told when it ends', () => {
    const unpaid = (): Story => returned().recorded('r1', [['SHOE', 1, 5990]]);
    assert.deepEqual(disputed(unpaid(), 'opened'), []);
    assert.deepEqual(disputed(unpaid(), 'won'), ['dispute-won-still-refunded 5990']);
    assert.deepEqual(disputed(unpaid(), 'lost', 5990), []);
    assert.deepEqual(disputed(returned().amountOnly('r1', 1), 'won'), ['dispute-won-still-refunded 1']);
    assert.deepEqual(disputed(returned().amountOnly('r1', 0), 'won'), []);
    assert.deepEqual(disputed(unpaid(), 'lost', 5000), ['dispute-lost-partially 990']);
  });

  test('beside refunds that failed is told as little as beside none', () => {
    const failed = returned()
      .recorded('r1', [['SHOE', 1, 5990]])
      .atGateway('failed', 're', 5990, 'r1');
    assert.deepEqual(disputed(failed, 'opened'), []);
    assert.deepEqual(disputed(returned(), 'won'), []);
  });

  test('counts what is pending as given', () => {
    const told = returned()
      .recorded('r1', [['SHOE', 1, 5990]])
      .atGateway('pending', 're', 5990, 'r1');
    assert.deepEqual(disputed(told, 'opened'), ['refund-and-dispute 5990']);
  });
});

describe('goodwill', () => {
  test('has the cap of the day on which it was given', () => {
    const policy: Policy = { ...shopPolicy, goodwillCap: [{ from: '', value: 1000 }, { from: '2026-11-10', value: 500 }] };
    const given = (at: string): string[] =>
      found(clean().amountOnly('r2', 700, 'goodwill', at).atGateway('settled', 're2', 700, 'r2').credited('CN2', 700).judge(late, { policy }));
    assert.deepEqual([given('2026-11-09T09:00'), given('2026-11-10T09:00')], [[], ['refunded-not-entitled 200']]);
  });
}); // prettier-ignore

describe('a record that vanished', () => {
  const vanished = (told: Story, coverage = allFed): string[] => openCodes(told.judge(late, { coverage }), 'refund-vanished');
  const paid = (): Story => returned().atGateway('settled', 're', 5990, 'r9');

  test('is told where the shop’s refunds are, or where one was deleted', () => {
    const silent = coverageOf(['gateway', 'receipts', 'erpStock']);
    assert.deepEqual(vanished(paid()), ['refund-vanished 5990']);
    assert.deepEqual(vanished(paid(), silent), []);
    assert.deepEqual(vanished(paid().fact('refund.deleted', 'shop', { refund: 'r9' }), silent), ['refund-vanished 5990']);
  });

  test('and is booked is told once, by the gateway', () => {
    const both = paid().credited('CN', 5990).fact('refund.deleted', 'shop', { refund: 'r9', money: eur(5990) });
    assert.deepEqual(vanished(both), ['refund-vanished 5990']);
  });
}); // prettier-ignore
