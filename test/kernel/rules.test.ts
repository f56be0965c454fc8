/** Rules of single detectors, at their edges. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemCodes } from '../../src/kernel/codes.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { foldOrder } from '../../src/kernel/fold.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { clean, refunded, returned } from './code-fixture.ts';
import { allFed, coverageOf, everythingFed, roots, shopPolicy, story, type Story } from './story.ts';

const late = '2026-12-15';
const all = { coverage: allFed };

/** Roots as `code SKU units minor`. */
const found = (state: OrderState): string[] =>
  roots(state).map(({ code, sku, units, amount }) => [code, sku, units, amount?.minor].filter((part) => part !== undefined).join(' ')).sort(); // prettier-ignore
/** All problems as `code → what it waits for`. */
const everything = (state: OrderState): string[] =>
  state.problems
    .map(({ code, waitsFor }) => (waitsFor === undefined ? code : `${code} → ${waitsFor}`))
    .sort();
const eur = (minor: number): { minor: number; currency: string } => ({ minor, currency: 'EUR' });

test('severities: 1 money wrong, 2 stock or books wrong, 3 visibility', () => {
  const of = (severity: number): string[] =>
    Object.entries(problemCodes).filter(([, entry]) => entry.severity === severity).map(([code]) => code).sort(); // prettier-ignore
  assert.deepEqual(of(3), [
    'credit-note-tax-differs', 'label-unused', 'loop-closed-case-open', 'refund-rounding-residue', 'unmapped-status', 'unreadable-object',
  ]);
  assert.deepEqual(of(1), [
    'credit-note-without-refund', 'dispute-lost-partially', 'duplicate-payout', 'exchange-balance-dropped', 'promise-broken',
    'received-not-refunded', 'received-over', 'received-short', 'refund-and-dispute', 'refund-failed-at-gateway', 'refund-failed-later',
    'refund-ignores-discount', 'refund-not-at-gateway', 'refund-over-cap', 'refund-overdue', 'refund-recorded-never-paid',
    'refund-wrong-currency', 'refund-wrong-tender', 'refunded-goods-never-came', 'refunded-more-than-bought', 'refunded-not-entitled',
    'refunded-unreceived-units', 'returned-to-origin', 'shipping-refunded-twice', 'told-too-early', 'withdrawal-overdue', 'wrong-item-received',
    'wrong-serial',
  ]);
}); // prettier-ignore

describe('verdicts', () => {
  const fold = (told: Story, incomplete?: readonly string[], now = late): OrderState =>
    foldOrder({
      orderKey: 'shop/1', home: 'shop', facts: told.facts, policy: shopPolicy, coverage: everythingFed, now: Date.parse(now),
      ...(incomplete !== undefined && { incomplete }),
    }); // prettier-ignore

  test('weigh breaks over incomplete over pending over closed', () => {
    const broken = returned().restocked('SHOE', 1);
    assert.equal(fold(broken, ['stripe is stale']).verdict, 'breaks');
    assert.equal(fold(broken, ['stripe is stale'], '2026-11-04').verdict, 'incomplete');
    assert.equal(fold(broken, [], '2026-11-04').verdict, 'pending');
    assert.equal(fold(clean(), ['stripe is stale']).verdict, 'incomplete');
    assert.equal(fold(clean(), []).verdict, 'closed');
    assert.equal(fold(story('1').delivered(), ['x']).verdict, 'incomplete');
  });

  test('of orders nobody placed come from what other systems say', () => {
    const told = story('7')
      .received('SHOE', 1, '2026-11-03T09:00')
      .fact('refund.settled', 'psp', { money: { minor: 500, currency: 'USD' }, reference: 're' });
    const state = told.judge(late);
    assert.equal(state.money.currency, 'USD');
    assert.equal(state.order, 'shop/7');
    assert.equal(state.placedAt, undefined);
    const witness = story('8').line('SHOE', 1, 100);
    witness.currency = 'GBP';
    assert.deepEqual(
      [witness.placed({}, 'erp').judge(late).money.currency, witness.judge(late).order],
      ['GBP', '8'],
    );
  });
});

describe('an accepted difference', () => {
  const accepted = (units: number | undefined, minor: number | undefined, control = 'entitled-refunded', key = 'SHOE received'): Story =>
    returned().restocked('SHOE', 1).told().resolved().fact('difference.accepted', 'desk', {
      control, key, reason: 'sample', by: 'Kim', ...(units !== undefined && { units }), ...(minor !== undefined && { money: eur(minor) }),
    }); // prettier-ignore

  test('closes exactly that open item and what hung on it', () => {
    assert.deepEqual(everything(accepted(1, 5990).judge(late)), []);
    assert.deepEqual(everything(accepted(undefined, undefined).judge(late)), []);
  });

  test('does not stand for another number, amount, control or key', () => {
    for (const told of [
      accepted(2, 5990),
      accepted(1, 5000),
      accepted(1, 5990, 'refund-settled'),
      accepted(1, 5990, 'entitled-refunded', 'HAT received'),
    ])
      assert.ok(everything(told.judge(late)).includes('received-not-refunded'));
  });
});

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

describe('what is owed', () => {
  test('is not covered by a refund of other units', () => {
    const told = story('1').line('SHOE', 1, 5990).line('HAT', 1, 2990).placed().paid().shipped('SHOE', 1).shipped('HAT', 1)
      .approved('2026-11-02T09:00').received('HAT', 1, '2026-11-03T09:00').restocked('HAT', 1).refunded('r1', [['SHOE', 1, 5990]]); // prettier-ignore
    assert.ok(found(told.judge(late)).includes('received-not-refunded HAT 1 2990'));
  });

  test('of units paid for less than half is told as overdue; a smaller deduction is agreed', () => {
    const paid = (gross: number): string[] =>
      found(
        returned()
          .restocked('SHOE', 1)
          .refunded('r1', [['SHOE', 1, gross]])
          .closed(gross)
          .judge(late),
      );
    assert.deepEqual(paid(2995), []);
    assert.deepEqual(paid(2994), ['refund-overdue 2996']);
    assert.deepEqual(paid(599), ['refund-overdue 5391']);
  });

  test('counts store credit, payments without a record, and not a second payout', () => {
    const base = (): Story => returned().restocked('SHOE', 1);
    const owed = (told: Story): boolean =>
      everything(told.judge(late)).some((one) => one.startsWith('received-not-refunded'));
    assert.equal(owed(base()), true);
    assert.equal(
      owed(base().fact('store_credit.issued', 'shop', { money: eur(5990), reference: 'g' })),
      false,
    );
    assert.equal(owed(base().atGateway('settled', 're', 5990)), false);
    assert.equal(
      owed(base().atGateway('settled', 're', 5990, 'r9')),
      false,
      'the record vanished, the money went',
    );
  });

  test('ends with what was captured', () => {
    const told = story('1')
      .line('SHOE', 2, 5990)
      .placed()
      .paid(6000)
      .shipped('SHOE', 2)
      .approved('2026-11-02T09:00')
      .received('SHOE', 2)
      .restocked('SHOE', 2);
    assert.deepEqual(found(told.judge(late)), ['received-not-refunded SHOE 2 6000']);
  });

  test('is owed before receipt where policy pays on approval, for the units approved', () => {
    const payFirst: Policy = { ...shopPolicy, payAfter: [{ from: '', value: 'approval' }] };
    const told = story('1')
      .delivered('SHOE', 3, 5990)
      .fact('return.approved', 'crm', { sku: 'SHOE', quantity: 2 }, '2026-11-02T09:00');
    assert.deepEqual(found(told.judge('2026-11-16', { policy: payFirst })), ['refund-overdue SHOE 2 11980']);
    assert.deepEqual(found(told.judge('2026-11-16')), []);
    told.fact('return.approved', 'shop', { sku: 'SHOE', quantity: 3 });
    assert.deepEqual(
      found(told.judge('2026-11-16', { policy: payFirst })),
      ['refund-overdue SHOE 2 11980'],
      'two reports of one approval',
    );
  });

  test('is nothing for units that are going back to the customer', () => {
    const told = story('1').delivered().approved('2026-11-02T09:00').fact('goods.received', 'wms', { sku: 'SHOE', quantity: 1 })
      .graded('SHOE', 1, 'return_to_customer').fact('goods.sent_back', 'wms', { sku: 'SHOE', quantity: 1, to: 'customer' }).resolved(); // prettier-ignore
    assert.deepEqual(found(told.judge(late, all)), []);
    assert.equal(told.judge(late, all).units[0]!.received, 0);
  });

  test('of a cancelled order is everything that never left, with shipping and fees', () => {
    const told = story('1')
      .line('SHOE', 2, 5990)
      .delivery(490)
      .fee(100)
      .placed()
      .paid()
      .cancelled('2026-11-02T09:00')
      .restocked('SHOE', 2, 'cancellation');
    const state = told.judge(late);
    assert.deepEqual(
      [state.money.entitled, found(state)],
      [12_570, ['refund-overdue 590', 'refund-overdue SHOE 2 11980']],
    );
    told.refunded('r1', [['SHOE', 2, 11_980]]);
    assert.deepEqual(found(told.judge(late)), ['refund-overdue 590']);
  });
});

describe('a withdrawal', () => {
  const bought = (customer: 'consumer' | 'business' = 'consumer'): Story =>
    story('1').line('SHOE', 2, 5990).delivery(990).placed({ customer }).paid().shipped('SHOE', 2);
  const whole = (told = bought()): Story =>
    told.fact('withdrawal.declared', 'shop', { wholeOrder: true }, '2026-11-07T21:14');
  const express: Policy = { ...shopPolicy, standardShipping: [{ from: '', value: 490 }] };
  const overdue = (told: Story, now = '2026-11-22', policy = express): string[] =>
    told.judge(now, { policy }).problems.filter((one) => one.code === 'withdrawal-overdue').map(({ state, amount, due, note }) => [state, amount?.minor, due, note].filter((part) => part !== undefined).join(' ')); // prettier-ignore
  const proof = (told: Story): Story => told.fact('dispatch.proved', 'crm', {}, '2026-11-10T09:00');

  test('from the whole order is owed the goods and the standard shipping, 14 days from its declaration', () => {
    assert.deepEqual(overdue(proof(whole())), ['open 12470 2026-11-21']);
    assert.deepEqual(overdue(proof(whole()), '2026-11-21'), ['pending 12470 2026-11-21']);
    assert.deepEqual(
      overdue(proof(whole()), '2026-11-22', shopPolicy),
      ['open 12970 2026-11-21'],
      'what was charged, where no standard is set',
    );
  });

  test('without goods or proof of dispatch is withheld, never late', () => {
    assert.deepEqual(overdue(whole(), '2027-06-01'), ['pending 12470 2026-11-21 withheld']);
    assert.deepEqual(overdue(whole().received('SHOE', 1, '2026-11-12T09:00')), ['open 12470 2026-11-21']);
    const other = bought()
      .line('HAT', 1, 100)
      .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-07T21:14');
    assert.deepEqual(overdue(other.fact('dispatch.proved', 'crm', { sku: 'HAT' })), [
      'pending 5990 2026-11-21 withheld',
    ]);
    assert.deepEqual(overdue(other.fact('dispatch.proved', 'crm', { sku: 'SHOE' })), [
      'open 5990 2026-11-21',
    ]);
  });

  test('of a business has no legal date', () => {
    assert.deepEqual(overdue(proof(whole(bought('business')))), []);
  });

  test('is paid by what reached the customer since, each cent once', () => {
    const paid = (told: Story): string[] => overdue(proof(told), '2026-11-30');
    assert.deepEqual(
      paid(
        whole().refunded('r1', [['SHOE', 2, 11_980]], '2026-11-08T09:00', {
          shipping: { gross: 490, tax: 78 },
        }),
      ),
      [],
    );
    assert.deepEqual(
      paid(whole().recorded('r1', [['SHOE', 2, 11_980]], '2026-11-08T09:00')),
      ['open 12470 2026-11-21'],
      'recorded, not at the gateway',
    );
    assert.deepEqual(
      paid(whole().recorded('r1', [['SHOE', 2, 12_470]], '2026-11-08T09:00', { payment: 'manual' })),
      [],
    );
    assert.deepEqual(paid(whole().atGateway('settled', 're', 12_000, undefined, '2026-11-08T09:00')), [
      'open 470 2026-11-21',
    ]);
    assert.deepEqual(
      paid(whole().amountOnly('r1', 12_470, 'goodwill', '2026-11-08T09:00', { payment: 'manual' })),
      ['open 12470 2026-11-21'],
    );
    const two = bought()
      .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-07T09:00')
      .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-07T10:00');
    assert.deepEqual(
      paid(two.recorded('r1', [['SHOE', 1, 5990]], '2026-11-08T09:00', { payment: 'manual' })),
      ['open 5990 2026-11-21'],
    );
  });

  test('owes less where some was refunded before', () => {
    const told = bought().recorded('r1', [['SHOE', 1, 5990]], '2026-11-02T09:00', { payment: 'manual' });
    assert.deepEqual(overdue(proof(whole(told))), ['open 6480 2026-11-21']);
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

describe('cases', () => {
  const early = (told: Story): string[] =>
    everything(told.judge(late)).filter((one) => one.startsWith('told'));

  test('closed or told too early hang on what is open first', () => {
    const open = (): Story =>
      returned()
        .recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00')
        .restocked('SHOE', 1)
        .credited('CN', 5990);
    assert.deepEqual(early(open()), []);
    assert.deepEqual(early(open().told()), ['told-too-early → refund-not-at-gateway']);
    assert.deepEqual(early(open().resolved()), ['told-too-early → refund-not-at-gateway']);
    assert.deepEqual(early(open().fact('status.claimed', 'erp', { claim: 'done' })), [
      'told-too-early → refund-not-at-gateway',
    ]);
    assert.deepEqual(early(open().fact('status.claimed', 'erp', { claim: 'other' })), []);
    assert.deepEqual(early(open().fact('customer.told', 'crm', { what: 'approved' })), []);
    assert.deepEqual(
      early(open().resolved().fact('case.reopened', 'crm', { case: 't1001', about: 'return' })),
      [],
    );
  });

  test('told of the money are not too early where only goods are open', () => {
    const goods = story('1')
      .delivered('SHOE', 2, 5990)
      .approved('2026-11-02T09:00')
      .refunded('r1', [['SHOE', 1, 5990]])
      .credited('CN', 5990)
      .told();
    assert.deepEqual(early(goods), []);
  });

  test('stay open to be reminded of only when theirs is done', () => {
    const reminder = (told: Story): string[] =>
      found(told.judge(late)).filter((one) => one.startsWith('loop'));
    const done = (): Story => refunded().credited('CN', 5990, '2026-11-04T09:00');
    assert.deepEqual(reminder(done()), ['loop-closed-case-open']);
    assert.deepEqual(
      reminder(done().fact('return.rejected', 'crm', {}, undefined, { object: 'ticket/1001' })),
      [],
    );
    assert.deepEqual(
      reminder(done().fact('return.rejected', 'crm', {}, undefined, { object: 'ticket/9' })),
      [],
      'a refusal of no known case may be of this one',
    );
    const later = clean().fact('case.opened', 'crm', { case: 't2', about: 'return' }, '2026-11-20T09:00');
    assert.deepEqual(reminder(later), [], 'opened after all was done: it waits for something new');
    const question = done()
      .resolved()
      .fact('case.opened', 'crm', { case: 't2', about: 'question' }, '2026-11-02T10:00');
    assert.deepEqual(reminder(question), []);
  });

  test('of two returns are told apart by their numbers', () => {
    const two = (number: string): Story =>
      story('1').delivered('SHOE', 2, 5990)
        .fact('case.opened', 'crm', { case: 'a', about: 'return' }, '2026-11-02T09:00', { object: 'ticket/a' }).fact('return.approved', 'crm', {}, undefined, { object: 'ticket/a', rma: 'RMA-1' })
        .fact('case.opened', 'crm', { case: 'b', about: 'return' }, '2026-11-02T10:00', { object: 'ticket/b' }).fact('return.approved', 'crm', {}, undefined, { object: 'ticket/b', rma: 'RMA-2' })
        .received('SHOE', 1, '2026-11-03T09:00', number).recorded('r1', [['SHOE', 1, 5990]], undefined, {}, number).atGateway('settled', 're', 5990, 'r1').restocked('SHOE', 1)
        .fact('credit_note.posted', 'erp', { money: eur(5990), tax: 956, document: 'CN' }, undefined, { rma: number }); // prettier-ignore
    const open = (number: string): string[] =>
      roots(two(number).judge(late))
        .filter((one) => one.code === 'loop-closed-case-open')
        .flatMap((one) => one.evidence);
    assert.deepEqual(open('RMA-1'), ['crm:ticket/a']);
    assert.deepEqual(open('RMA-2'), ['crm:ticket/b']);
  });
});

describe('promises', () => {
  const promised = (until: string, what: 'refund' | 'replacement' = 'refund'): Story =>
    returned()
      .restocked('SHOE', 1)
      .fact('promise.made', 'crm', { by: 'Kim', promised: what, until }, '2026-11-04T09:00');
  const broken = (told: Story, now = late): string[] =>
    told
      .judge(now, all)
      .problems.filter((one) => one.code === 'promise-broken')
      .map(({ state, due }) => `${state} ${due}`);

  test('hold to the end of their day', () => {
    assert.deepEqual(broken(promised('2026-11-06'), '2026-11-06T23:59'), ['pending 2026-11-06']);
    assert.deepEqual(broken(promised('2026-11-06'), '2026-11-07T00:00'), ['open 2026-11-06']);
  });

  test('are kept by money that reached the customer, not by a record', () => {
    assert.deepEqual(broken(promised('2026-11-06').recorded('r1', [['SHOE', 1, 5990]])), ['open 2026-11-06']);
    assert.deepEqual(broken(promised('2026-11-06').refunded('r1', [['SHOE', 1, 5990]])), []);
    assert.deepEqual(
      broken(promised('2026-11-06').recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: 'manual' })),
      [],
    );
    assert.deepEqual(
      broken(promised('2026-11-06').recorded('r1', [['SHOE', 1, 0]], undefined, { payment: 'manual' })),
      ['open 2026-11-06'],
    );
    const before = returned()
      .recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: 'manual' })
      .fact(
        'promise.made',
        'crm',
        { by: 'Kim', promised: 'refund', until: '2026-11-06' },
        '2026-11-05T09:00',
      );
    assert.deepEqual(
      broken(before),
      ['open 2026-11-06'],
      'a record from before the promise is not what was promised',
    );
  });

  test('of a replacement are kept by what leaves after them', () => {
    assert.deepEqual(broken(promised('2026-11-06', 'replacement')), ['open 2026-11-06']);
    assert.deepEqual(
      broken(
        promised('2026-11-06', 'replacement').fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 }),
      ),
      [],
    );
  });
});

describe('exchanges', () => {
  const agreed = (difference?: number): Story =>
    returned().restocked('SHOE', 1).fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 1, ...(difference !== undefined && { difference: eur(difference) }) }, '2026-11-04T09:00')
      .fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 }).told().resolved(); // prettier-ignore
  const balance = (told: Story): string[] => found(told.judge(late, all));

  test('are even, dearer or cheaper', () => {
    assert.deepEqual(balance(agreed()), []);
    assert.deepEqual(balance(agreed(0)), []);
    assert.deepEqual(balance(agreed(1000)), ['exchange-balance-dropped 1000']);
    assert.deepEqual(balance(agreed(1000).paid(400)), ['exchange-balance-dropped 600']);
    assert.deepEqual(balance(agreed(1000).paid(1000)), []);
    assert.deepEqual(balance(agreed(-700)), ['exchange-balance-dropped 700']);
    assert.deepEqual(
      balance(
        agreed(-700)
          .amountOnly('r1', 300, 'price', undefined, { payment: 'manual' })
          .paidOut(300, 'r1')
          .credited('CN', 300),
      ),
      ['exchange-balance-dropped 400'],
    );
    assert.deepEqual(
      balance(
        agreed(-700)
          .amountOnly('r1', 700, 'price', undefined, { payment: 'manual' })
          .paidOut(700, 'r1')
          .credited('CN', 700),
      ),
      [],
    );
  });

  test('are shipped by an exchange order or again under the same order', () => {
    const open = (): Story =>
      returned()
        .restocked('SHOE', 1)
        .fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 1 }, '2026-11-04T09:00')
        .told()
        .resolved();
    assert.deepEqual(balance(open()), ['exchange-not-shipped SHOE 1']);
    assert.deepEqual(balance(open().shipped('SHOE', 1)), []);
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

describe('several reports of one event', () => {
  test('are not summed: the book counts, a witness that differs is told', () => {
    const told = clean().fact('goods.received', 'wms', { sku: 'SHOE', quantity: 1 }, '2026-11-03T10:00');
    assert.deepEqual(told.judge(late).problems, []);
    assert.equal(told.judge(late).units[0]!.received, 1);
    told.fact('goods.received', 'wms', { sku: 'SHOE', quantity: 1 }, '2026-11-03T11:00');
    assert.equal(told.judge(late).units[0]!.received, 2, 'the warehouse ranks above the ERP');
    assert.ok(everything(told.judge(late)).some((one) => one.startsWith('reports-differ')));
  });

  test('of the same payment are one payment', () => {
    const told = story('1')
      .line('SHOE', 1, 5990)
      .placed()
      .paid()
      .fact('payment.captured', 'shop', { money: eur(5990), tender: 'card', reference: 'ch_1_card' });
    assert.equal(told.judge(late).money.paid, 5990);
    told.fact('payment.captured', 'shop', { money: eur(1000), tender: 'gift_card' });
    assert.equal(told.judge(late).money.paid, 6990);
    told.fact('payment.captured', 'shop', { money: eur(300), tender: 'other', reference: 'ch_1_card' });
    assert.equal(told.judge(late).money.paid, 6990, 'the reference is known');
    const foreign = story('2')
      .line('SHOE', 1, 5990)
      .placed()
      .paid()
      .fact('payment.captured', 'psp', { money: { minor: 100, currency: 'USD' }, tender: 'card' });
    assert.equal(foreign.judge(late).money.paid, 5990);
  });

  test('of what is gone: of several cancellations and deletions the first counts', () => {
    const told = story('1')
      .line('SHOE', 1, 5990)
      .placed()
      .paid()
      .cancelled('2026-11-02T09:00')
      .cancelled('2026-11-05T09:00');
    assert.equal(roots(told.judge(late))[0]?.since, '2026-11-02T08:00:00.000Z');
    const elsewhere = story('1').line('SHOE', 1, 5990).placed().paid().fact('order.cancelled', 'erp', {});
    assert.equal(elsewhere.judge(late).hasReturn, false, 'only its home cancels an order');
  });
});

test('refund lines are told under the SKU that was bought, by their line', () => {
  const told = returned().restocked('SHOE', 1);
  const line = { line: '1', sku: 'SHOE-RENAMED', quantity: 1, gross: 5990, tax: 956 };
  told.fact('refund.recorded', 'shop', {
    money: eur(5990),
    refund: 'r1',
    lines: [line],
    shipping: { gross: 0, tax: 0 },
    fees: { gross: 0, tax: 0 },
    payment: 'gateway',
  });
  assert.deepEqual(found(told.atGateway('settled', 're', 5990, 'r1').closed(5990).judge(late)), []);
});

test('a refund of something that was never bought is more than was bought', () => {
  const told = clean()
    .refunded('r2', [['HAT', 2, 1000]])
    .credited('CN2', 1000);
  assert.deepEqual(found(told.judge(late)), ['refunded-more-than-bought HAT 2']);
});

test('problems come worst first: open before in time, causes before what hangs, then severity and due day', () => {
  const told = story('1').delivered('SHOE', 3, 5990).approved('2026-11-02T09:00').received('SHOE', 1, '2026-11-03T09:00').refunded('r1', [['SHOE', 2, 11_980]], '2026-11-04T09:00').told().resolved('2026-11-04T12:00');
  const order = told.judge('2026-11-11').problems.map(({ code, state, severity, waitsFor }) => `${state} ${severity} ${code}${waitsFor === undefined ? '' : ' hangs'}`);
  assert.deepEqual(order, [
    'open 1 refunded-unreceived-units', 'open 2 refund-without-credit-note', 'open 2 shop-not-restocked', 'open 1 told-too-early hangs',
  ]);
}); // prettier-ignore

test('evidence names each object once', () => {
  for (const problem of refunded().told().resolved().judge(late).problems)
    assert.equal(new Set(problem.evidence).size, problem.evidence.length);
});

test('facts of one time sort by their id', () => {
  const told = clean();
  const same: Fact[] = told.facts.map((fact) => ({ ...fact, at: '2026-11-03T09:00:00.000Z' }));
  const ids = foldOrder({
    orderKey: 'x',
    home: 'shop',
    facts: same,
    policy: shopPolicy,
    coverage: everythingFed,
    now: 0,
  }).facts.map((fact) => fact.id);
  assert.deepEqual(ids, [...ids].sort());
});
