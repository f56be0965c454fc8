/** Verdicts, accepted differences, several reports of one event, and the order of problems. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problemCodes } from '../../src/kernel/codes.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { foldOrder } from '../../src/kernel/fold.ts';
import type { Gap } from '../../src/kernel/gap.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import { clean, refunded, returned } from './code-fixture.ts';
import { eur, everything, found, late } from './found.ts';
import { everythingFed, roots, shopPolicy, story, type Story } from './story.ts';

test('severities: 1 money wrong, 2 stock or books wrong, 3 visibility', () => {
  const of = (severity: number): string[] =>
    Object.entries(problemCodes).filter(([, entry]) => entry.severity === severity).map(([code]) => code).sort(); // prettier-ignore
  assert.deepEqual(of(3), [
    'clock-skew', 'credit-note-tax-differs', 'label-unused', 'loop-closed-case-open', 'notice-outcome-unknown', 'refund-rounding-residue', 'unmapped-status', 'unreadable-object',
  ]);
  assert.deepEqual(of(1), [
    'credit-note-without-refund', 'dispute-lost-partially', 'duplicate-payout', 'exchange-balance-dropped', 'promise-broken',
    'received-not-refunded', 'received-over', 'received-short', 'refund-and-dispute', 'refund-failed-at-gateway', 'refund-failed-later',
    'refund-ignores-discount', 'refund-not-at-gateway', 'refund-outcome-unknown', 'refund-over-cap', 'refund-overdue', 'refund-recorded-never-paid',
    'refund-wrong-currency', 'refund-wrong-tender', 'refunded-goods-never-came', 'refunded-more-than-bought', 'refunded-not-entitled',
    'refunded-unreceived-units', 'returned-to-origin', 'shipping-refunded-twice', 'told-too-early', 'withdrawal-overdue', 'wrong-item-received',
    'wrong-serial',
  ]);
}); // prettier-ignore

describe('verdicts', () => {
  const fold = (told: Story, incomplete?: readonly Gap[], now = late): OrderState =>
    foldOrder({
      orderKey: 'shop/1', home: 'shop', facts: told.facts, policy: shopPolicy, coverage: everythingFed, now: Date.parse(now),
      ...(incomplete !== undefined && { incomplete }),
    }); // prettier-ignore

  test('weigh breaks over incomplete over pending over closed', () => {
    const broken = returned().restocked('SHOE', 1);
    const refused = [{ is: 'refused', connection: 'stripe' }] as const;
    assert.equal(fold(broken, refused).verdict, 'breaks');
    assert.equal(fold(broken, refused, '2026-11-04').verdict, 'incomplete');
    assert.equal(fold(broken, [], '2026-11-04').verdict, 'pending');
    assert.equal(fold(clean(), refused).verdict, 'incomplete');
    assert.equal(fold(clean(), []).verdict, 'closed');
    assert.equal(fold(story('1').delivered(), refused).verdict, 'incomplete');
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
    'open 1 refunded-unreceived-units', 'open 2 shop-not-restocked', 'open 2 refund-without-credit-note', 'open 1 told-too-early hangs',
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
