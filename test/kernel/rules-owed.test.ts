/** What the customer is owed: units, withdrawals, exchanges. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy } from '../../src/kernel/policy.ts';
import { returned } from './code-fixture.ts';
import { eur, everything, found, late } from './found.ts';
import { allFed, shopPolicy, story, type Story } from './story.ts';

const all = { coverage: allFed };

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
