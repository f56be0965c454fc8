/** Rules of refunds, payouts, limits and disputes, at their edges. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OrderState } from '../../src/kernel/order-state.ts';
import { clean, refunded, returned } from './code-fixture.ts';
import { eur, found, late } from './found.ts';
import { allFed, roots, shopPolicy, story, type Story } from './story.ts';

const all = { coverage: allFed };

describe('a second record of one payout', () => {
  const twice = (first: 'gateway' | 'manual', second: 'gateway' | 'manual', named: string): OrderState =>
    returned().recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: first }).recorded('r2', [['SHOE', 1, 5990]], undefined, { payment: second })
      .atGateway('settled', 're', 5990, named === '' ? undefined : named).restocked('SHOE', 1).closed(5990).judge(late); // prettier-ignore
  const duplicate = (state: OrderState): string | undefined =>
    state.positions.refunds.find((refund) => refund.excluded === 'duplicate')?.refund;

  test('is the one that no payment names, else the one not by gateway, else the later', () => {
    assert.equal(duplicate(twice('gateway', 'gateway', 'r2')), 'r1');
    assert.equal(duplicate(twice('manual', 'gateway', '')), 'r1');
    assert.equal(duplicate(twice('gateway', 'gateway', '')), 'r2');
    assert.equal(
      duplicate(twice('manual', 'gateway', 'r1')),
      'r2',
      'a name says more than the kind of payment',
    );
  });

  test('is not assumed where as many units came back, nor where the gateway paid twice or never', () => {
    const two = (payments: number, units: number): OrderState => {
      const told = story('1').delivered('SHOE', 3, 5990).approved('2026-11-02T09:00').received('SHOE', units);
      told.recorded('r1', [['SHOE', 1, 5990]]).recorded('r2', [['SHOE', 1, 5990]]);
      for (let index = 0; index < payments; index++) told.atGateway('settled', `re${index}`, 5990);
      return told.judge(late);
    };
    assert.equal(duplicate(two(1, 1)), 'r2');
    assert.equal(duplicate(two(1, 2)), undefined);
    assert.equal(duplicate(two(2, 1)), undefined);
    assert.equal(duplicate(two(0, 1)), undefined);
  });

  test('is looked for in units, not in lines that only give money back', () => {
    const told = story('1').line('SHOE', 1, 5990).line('HAT', 1, 1000).placed().paid().shipped('SHOE', 1).shipped('HAT', 1)
      .received('SHOE', 2, '2026-11-03T09:00').recorded('r0', [['HAT', 2, 0]], undefined, { money: eur(10) }); // prettier-ignore
    for (const id of ['r1', 'r2'])
      told.recorded(id, [
        ['SHOE', 1, 5990],
        ['HAT', 0, 10],
      ]);
    assert.equal(duplicate(told.atGateway('settled', 're', 6000).judge(late)), undefined);
    told.recorded('r3', [['SHOE', 1, 5000]]);
    assert.equal(duplicate(told.judge(late)), 'r2', 'now more shoes are refunded than came');
  });

  test('needs the same lines for the same money', () => {
    const other = returned()
      .refunded('r1', [['SHOE', 1, 5990]])
      .recorded('r2', [['SHOE', 1, 5980]])
      .judge(late);
    assert.equal(duplicate(other), undefined);
    const three = returned()
      .refunded('r1', [['SHOE', 1, 5990]])
      .recorded('r2', [['SHOE', 1, 5990]])
      .recorded('r3', [['SHOE', 1, 5990]])
      .judge(late);
    assert.equal(three.positions.refunds.filter((refund) => refund.excluded === 'duplicate').length, 2);
  });
});

describe('the purpose of a refund', () => {
  const purpose = (told: Story): string => told.judge(late).positions.refunds[0]!.purpose;

  test('follows from its lines, and from whether anything had left', () => {
    const shipped = (): Story => story('1').delivered('SHOE', 2, 5990);
    const unshipped = (): Story => story('1').line('SHOE', 2, 5990).placed().paid();
    const shipping = { shipping: { gross: 490, tax: 78 } };
    assert.equal(purpose(shipped().recorded('r', [['SHOE', 1, 5990]])), 'return');
    assert.equal(purpose(unshipped().recorded('r', [['SHOE', 1, 5990]])), 'cancellation');
    assert.equal(purpose(shipped().recorded('r', [['SHOE', 0, 500]])), 'price');
    assert.equal(purpose(shipped().recorded('r', [], undefined, shipping)), 'shipping');
    assert.equal(
      purpose(shipped().recorded('r', [], undefined, { shipping: { gross: 1, tax: 0 } })),
      'shipping',
    );
    assert.equal(purpose(shipped().amountOnly('r', 500)), 'unclear');
    assert.equal(purpose(unshipped().amountOnly('r', 500)), 'cancellation');
    assert.equal(purpose(shipped().amountOnly('r', 500, 'goodwill')), 'goodwill');
    assert.equal(purpose(shipped().recorded('r', [['SHOE', 0, 0]])), 'unclear');
  });

  test('decides whether anything is owed besides', () => {
    const base = (): Story => returned().restocked('SHOE', 1);
    assert.deepEqual(
      found(base().amountOnly('r', 5990, 'goodwill').judge(late)).filter((one) => one.startsWith('received')),
      ['received-not-refunded SHOE 1 5990'],
    );
    assert.deepEqual(
      found(base().amountOnly('r', 5990, 'return').judge(late)).filter((one) => one.startsWith('received')),
      [],
    );
    assert.deepEqual(
      found(base().amountOnly('r', 4000, 'return').judge(late)).filter((one) => one.startsWith('received')),
      ['received-not-refunded SHOE 1 1990'],
    );
  });
});

describe('payouts by hand', () => {
  const manual = (): Story =>
    returned()
      .recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00', { payment: 'manual' })
      .restocked('SHOE', 1)
      .closed(5990);
  const unpaid = (told: Story): string[] =>
    found(told.judge(late, all)).filter((one) => one.startsWith('refund-recorded'));

  test('are shown by the refund they name, or by their amount', () => {
    assert.deepEqual(unpaid(manual()), ['refund-recorded-never-paid 5990']);
    assert.deepEqual(unpaid(manual().paidOut(5990)), []);
    assert.deepEqual(unpaid(manual().paidOut(5990, 'r1')), []);
    assert.deepEqual(unpaid(manual().paidOut(5990, 'r2')), ['refund-recorded-never-paid 5990']);
    assert.deepEqual(unpaid(manual().paidOut(5000)), ['refund-recorded-never-paid 5990']);
    assert.deepEqual(unpaid(manual().paidOut(5000, 'r1')), ['refund-recorded-never-paid 990']);
  });

  test('that come back open the refund again, from the day they came back', () => {
    const told = manual().paidOut(5990, 'r1').paidOut(5990, 'r1', '2026-11-20T09:00', 'payout.returned');
    const [problem] = roots(told.judge(late, all)).filter((one) => one.code === 'refund-recorded-never-paid');
    assert.deepEqual(
      [problem?.amount?.minor, problem?.since, problem?.due],
      [5990, '2026-11-20T08:00:00.000Z', '2026-11-25'],
    );
    assert.deepEqual(unpaid(told.paidOut(5990, 'r1')), []);
  });

  test('are not asked for where the gateway paid after all', () => {
    assert.deepEqual(unpaid(manual().atGateway('settled', 're', 5990, 'r1')), []);
  });
});

describe('money limits', () => {
  test('count store credit and payments without a record', () => {
    const credit = clean()
      .fact('store_credit.issued', 'shop', { money: eur(6000), reference: 'g' })
      .credited('CN2', 6000);
    assert.deepEqual(found(credit.judge(late)), ['refund-over-cap 10']);
    const fits = clean()
      .fact('store_credit.issued', 'shop', { money: eur(5990), reference: 'g' })
      .credited('CN2', 5990);
    assert.deepEqual(found(fits.judge(late)), []);
  });

  test('take a customer who wants store credit at his word', () => {
    const told = returned()
      .restocked('SHOE', 1)
      .recorded('r1', [['SHOE', 1, 5990]], undefined, { tender: 'store_credit', payment: 'manual' })
      .closed(5990);
    assert.deepEqual(found(told.judge(late)), []);
  });

  test('see a residue only when all units and the shipping are refunded', () => {
    const bought = (): Story =>
      story('1')
        .line('SHOE', 2, 5990)
        .delivery(490)
        .placed()
        .paid()
        .shipped('SHOE', 2)
        .approved('2026-11-02T09:00')
        .received('SHOE', 2)
        .restocked('SHOE', 2);
    const shipping = (gross: number): object => ({
      shipping: { gross, tax: Math.round((gross * 19) / 119) },
    });
    const residue = (told: Story): string[] =>
      found(told.judge(late)).filter((one) => one.startsWith('refund-rounding'));
    assert.deepEqual(
      residue(
        bought()
          .refunded('r1', [['SHOE', 2, 11_978]], undefined, shipping(490))
          .closed(12_468),
      ),
      ['refund-rounding-residue 2'],
    );
    assert.deepEqual(
      residue(
        bought()
          .refunded('r1', [['SHOE', 2, 11_977]], undefined, shipping(490))
          .closed(12_467),
      ),
      [],
    );
    assert.deepEqual(
      residue(
        bought()
          .refunded('r1', [['SHOE', 2, 11_980]], undefined, shipping(490))
          .closed(12_470),
      ),
      [],
    );
    assert.deepEqual(
      residue(
        bought()
          .refunded('r1', [['SHOE', 2, 11_980]])
          .closed(11_980),
      ),
      [],
    );
  });

  test('know a gift card from what the gateway can give back', () => {
    const split = (state: 'settled' | 'failed', minor: number): string[] =>
      found(
        story('1')
          .line('SHOE', 1, 5990)
          .placed()
          .paid(4000)
          .paid(1990, 'gift_card', 'shop')
          .shipped('SHOE', 1)
          .approved('2026-11-02T09:00')
          .received('SHOE', 1)
          .restocked('SHOE', 1)
          .recorded('r1', [['SHOE', 1, 5990]])
          .atGateway(state, 're', minor, 'r1')
          .closed(5990)
          .judge(late),
      );
    assert.deepEqual(split('settled', 4000), []);
    assert.deepEqual(split('settled', 3000), ['refund-not-at-gateway 1000']);
  });
});

describe('disputes', () => {
  const disputed = (state: 'opened' | 'won' | 'lost', charge: string | undefined, refundCharge: string | undefined): string[] =>
    found(
      returned().recorded('r1', [['SHOE', 1, 5990]]).restocked('SHOE', 1).closed(5990)
        .fact('refund.settled', 'psp', { money: eur(5990), reference: 're', refund: 'r1', ...(refundCharge !== undefined && { charge: refundCharge }) })
        .fact(`dispute.${state}`, 'psp', { money: eur(11_980), dispute: 'dp', ...(charge !== undefined && { charge }) }).judge(late),
    ); // prettier-ignore

  test('meet refunds of the same charge, and of charges nobody names', () => {
    assert.deepEqual(disputed('opened', 'ch1', 'ch1'), ['refund-and-dispute 5990']);
    assert.deepEqual(disputed('lost', 'ch1', undefined), ['refund-and-dispute 5990']);
    assert.deepEqual(disputed('opened', undefined, 'ch1'), ['refund-and-dispute 5990']);
    assert.deepEqual(disputed('opened', 'ch2', 'ch1'), []);
    assert.deepEqual(disputed('won', 'ch1', 'ch1'), []);
  });
});

describe('amounts at the edge of rounding', () => {
  const codes = (told: Story, prefix: string): string[] =>
    found(told.judge(late)).filter((one) => one.startsWith(prefix));

  test('one minor unit is nothing, two are something', () => {
    const lines = (minor: number): Story =>
      returned().recorded('r1', [['SHOE', 1, 5990]], undefined, { money: eur(minor) });
    assert.deepEqual(codes(lines(5989), 'refund-lines'), []);
    assert.deepEqual(codes(lines(5988), 'refund-lines'), ['refund-lines-unequal-amount 2']);
    assert.deepEqual(codes(lines(5992), 'refund-lines'), ['refund-lines-unequal-amount 2']);
    const shipping = (gross: number): Story =>
      story('1')
        .line('SHOE', 1, 5990)
        .delivery(490)
        .placed()
        .paid()
        .shipped('SHOE', 1)
        .recorded('r1', [], undefined, { shipping: { gross, tax: 0 } });
    assert.deepEqual(codes(shipping(491), 'shipping'), []);
    assert.deepEqual(codes(shipping(492), 'shipping'), ['shipping-refunded-twice 2']);
    const line = (gross: number): Story => returned().refunded('r1', [['SHOE', 1, gross]]);
    assert.deepEqual(codes(line(11_981), 'refunded-not'), []);
    assert.deepEqual(codes(line(11_982), 'refunded-not'), ['refunded-not-entitled SHOE 2']);
    const paid = (minor: number): Story =>
      returned()
        .recorded('r1', [['SHOE', 1, 5990]])
        .atGateway('settled', 're', minor, 'r1');
    assert.deepEqual(codes(paid(5991), 'refunded-not'), []);
    assert.deepEqual(codes(paid(5992), 'refunded-not'), ['refunded-not-entitled 2']);
    assert.deepEqual(codes(paid(5989), 'refund-not'), ['refund-not-at-gateway 1']);
  });

  test('a discount is ignored up to the list price; above it is no discount', () => {
    const told = (gross: number): string[] =>
      codes(
        story('1')
          .line('SHOE', 1, 4990, { listGross: 5990 })
          .delivery(2000)
          .placed()
          .paid()
          .shipped('SHOE', 1)
          .refunded('r1', [['SHOE', 1, gross]]),
        'refund',
      );
    assert.ok(told(5991).includes('refund-ignores-discount SHOE 1001'));
    assert.ok(told(5992).includes('refunded-not-entitled SHOE 1002'));
  });

  test('goodwill within its cap needs no explanation, and nobody sets a cap by default', () => {
    const goodwill = (minor: number, cap?: number): string[] =>
      found(clean().amountOnly('r2', minor, 'goodwill').atGateway('settled', 're2', minor, 'r2').credited('CN2', minor)
        .judge(late, { policy: { ...shopPolicy, goodwillCap: [{ from: '', value: cap }] } })); // prettier-ignore
    assert.deepEqual(goodwill(1000, 1000), []);
    assert.deepEqual(goodwill(1001, 1000), ['refunded-not-entitled 1']);
    assert.deepEqual(goodwill(5000), []);
  });
});

describe('a payment that no record explains', () => {
  const codes = (told: Story, goodwillCap?: number): string[] =>
    found(
      told.judge(late, { policy: { ...shopPolicy, goodwillCap: [{ from: '', value: goodwillCap }] } }),
    ).filter((one) => one.startsWith('duplicate') || one.startsWith('gateway'));

  test('is the second for the same, or the first of what is owed', () => {
    assert.deepEqual(codes(refunded().atGateway('settled', 're2', 5990)), ['duplicate-payout 5990']);
    assert.deepEqual(codes(refunded().atGateway('settled', 're2', 700)), ['duplicate-payout 700']);
    assert.deepEqual(codes(refunded().atGateway('settled', 're2', 700), 1000), [
      'gateway-refund-not-in-shop 700',
    ]);
    assert.deepEqual(codes(refunded().atGateway('settled', 're2', 1001), 1000), ['duplicate-payout 1001']);
    assert.deepEqual(codes(refunded().received('SHOE', 1).atGateway('settled', 're2', 5990)), [
      'gateway-refund-not-in-shop 5990',
    ]);
    assert.deepEqual(
      codes(refunded().received('SHOE', 1).atGateway('settled', 're2', 5991)),
      ['duplicate-payout 5991'],
      'more than was ever paid',
    );
    assert.deepEqual(codes(story('1').delivered('SHOE', 2, 5990).atGateway('settled', 're', 3000)), [
      'gateway-refund-not-in-shop 3000',
    ]);
    assert.deepEqual(
      codes(
        story('1')
          .delivered('SHOE', 2, 5990)
          .atGateway('settled', 're', 3000)
          .atGateway('settled', 're2', 3000),
      ),
      ['duplicate-payout 3000', 'duplicate-payout 3000'],
    );
    assert.deepEqual(codes(story('1').delivered('SHOE', 2, 5990).atGateway('failed', 're', 3000)), []);
  });

  test('made twice is proved by the payments of the same amount, settled and pending together', () => {
    const told = returned()
      .recorded('r1', [['SHOE', 1, 5990]])
      .atGateway('settled', 'a', 3000, 'r1')
      .atGateway('pending', 'b', 2990, 'r1')
      .atGateway('settled', 'c', 5990);
    const evidence = (one: Story): number | undefined =>
      one.judge(late).problems.find((problem) => problem.code === 'duplicate-payout')?.evidence.length;
    assert.equal(evidence(told), 3);
    assert.equal(evidence(refunded().atGateway('settled', 'c', 700)), 1, 'nothing else was of that amount');
    assert.equal(evidence(refunded().atGateway('settled', 'c', 700).atGateway('settled', 'd', 700)), 2);
    assert.equal(evidence(refunded().atGateway('settled', 'c', 700).atGateway('failed', 'd', 700)), 1);
  });

  test('of an order that lives in the ERP is nobody’s missing record', () => {
    const told = story('1')
      .line('SHOE', 1, 5990)
      .placed({}, 'erp')
      .paid()
      .shipped('SHOE', 1)
      .atGateway('settled', 're', 5990);
    assert.ok(
      !told.judge(late, { home: 'erp' }).problems.some((one) => one.code === 'gateway-refund-not-in-shop'),
    );
  });

  test('that was deleted in the shop is told by the gateway, else by the books', () => {
    const deleted = (told: Story): string[] =>
      found(told.fact('refund.deleted', 'shop', { refund: 'r9', money: eur(5990) }).judge(late)).filter(
        (one) => one.startsWith('refund-vanished'),
      );
    assert.deepEqual(deleted(returned().atGateway('settled', 're', 5990, 'r9').credited('CN', 5990)), [
      'refund-vanished 5990',
    ]);
    assert.deepEqual(deleted(returned().credited('CN', 5990)), ['refund-vanished 5990']);
    assert.deepEqual(deleted(returned().credited('CN', 5000)), []);
    assert.deepEqual(deleted(returned().credited('CN', 5990, undefined, 'drafted')), []);
    assert.deepEqual(deleted(clean()), [], 'the credit note belongs to the refund that is there');
  });
});

test('money tells what went out by hand and what came back', () => {
  const told = returned()
    .recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: 'manual' })
    .paidOut(5990, 'r1')
    .paidOut(1000, 'r1', undefined, 'payout.returned');
  const { money } = told
    .disputed('lost', 700)
    .fact('store_credit.issued', 'shop', { money: eur(40), reference: 'g' })
    .judge(late);
  assert.deepEqual([money.refunded, money.paidOut, money.disputed, money.storeCredit], [5990, 4990, 700, 40]);
  assert.equal(returned().disputed('won', 700).judge(late).money.disputed, 0);
});
