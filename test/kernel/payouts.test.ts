/** Which payout pays which refund that no gateway paid, and what a returned transfer opens again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countedPayouts, payOutRefunds, type PayoutNeed } from '../../src/kernel/pay-out-refunds.ts';
import { positionsOf } from '../../src/kernel/fold.ts';
import { allFed, berlin, story, type Story } from './story.ts';

const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T09:00`;
/** Refunds by hand of so much each, `r1` first, on 1 November. */
const owed = (...minors: readonly number[]): Story => {
  const told = story('1').line('SHOE', 9, 1000).placed();
  for (const [index, minor] of minors.entries())
    told.amountOnly(`r${index + 1}`, minor, 'return', day(1), { payment: 'manual' });
  return told;
};

/** `refund: open` of each, with the day since when where that is not the first. */
function open(told: Story): string[] {
  const { refunds, payouts } = positionsOf(told.facts, 'shop');
  const needs = refunds.map((refund): PayoutNeed => ({ refund, rest: refund.minor }));
  return payOutRefunds(payouts, needs).map(({ refund, open, since, facts }) =>
    `${refund.refund}: ${open}${since === berlin(day(1)) ? '' : ` since ${since.slice(8, 10)}`} (${facts.length})`,
  );
} // prettier-ignore

describe('payouts pay refunds', () => {
  test('by the name they carry, whatever the amount', () => {
    assert.deepEqual(open(owed(1000, 2000).paidOut(900, 'r2')), ['r1: 1000 (1)', 'r2: 1100 (2)']);
    assert.deepEqual(open(owed(1000).paidOut(1000, 'r9')), ['r1: 1000 (1)'], 'another’s name');
  });

  test('else by amount, each once', () => {
    assert.deepEqual(open(owed(1000, 1000).paidOut(1000)), ['r1: 0 (2)', 'r2: 1000 (1)']);
    assert.deepEqual(open(owed(1000, 1000).paidOut(1000).paidOut(1000)), ['r1: 0 (2)', 'r2: 0 (2)']);
    assert.deepEqual(open(owed(1000).paidOut(1001)), ['r1: 1000 (1)']);
    assert.deepEqual(open(owed(1000).paidOut(600, 'r1').paidOut(400)), ['r1: 0 (3)'], 'what is left of it');
  });

  test('never by amount in another currency', () => {
    const told = owed(1000);
    told.currency = 'USD';
    assert.deepEqual(open(told.paidOut(1000)), ['r1: 1000 (1)']);
    assert.deepEqual(open(told.paidOut(600).paidOut(400)), ['r1: 1000 (1)']);
  });

  test('several one, or one several, only when it adds up', () => {
    assert.deepEqual(open(owed(1000).paidOut(600).paidOut(400)), ['r1: 0 (3)']);
    assert.deepEqual(open(owed(1000).paidOut(600).paidOut(300)), ['r1: 1000 (1)']);
    assert.deepEqual(open(owed(1000, 2000).paidOut(3000)), ['r1: 0 (2)', 'r2: 0 (2)']);
    assert.deepEqual(open(owed(1000, 2000).paidOut(3001)), ['r1: 1000 (1)', 'r2: 2000 (1)']);
    const named = owed(1000).paidOut(600, 'r9').paidOut(400);
    assert.deepEqual(open(named), ['r1: 1000 (1)'], 'what names another is no part of this');
  });

  test('and a transfer that pays one is no part of another', () => {
    assert.deepEqual(open(owed(600, 1000).paidOut(600).paidOut(400)), ['r1: 0 (2)', 'r2: 1000 (1)']);
  });
});

describe('a transfer that came back', () => {
  test('opens what it had paid, from the day it came back', () => {
    const told = owed(1000).paidOut(1000, 'r1', day(3)).paidOut(1000, 'r1', day(5), 'payout.returned');
    assert.deepEqual(open(told), ['r1: 1000 since 05 (3)']);
    assert.deepEqual(open(told.paidOut(1000, 'r1', day(6))), ['r1: 0 since 05 (4)']);
  });

  test('without a name is the latest of its amount', () => {
    const twice = owed(1000, 1000).paidOut(1000, undefined, day(3)).paidOut(1000, undefined, day(4));
    assert.deepEqual(open(twice.paidOut(1000, undefined, day(5), 'payout.returned')), [
      'r1: 0 (2)',
      'r2: 1000 since 05 (3)',
    ]);
    assert.deepEqual(open(twice.paidOut(1000, undefined, day(6), 'payout.returned')), [
      'r1: 1000 since 06 (3)',
      'r2: 1000 since 05 (3)',
    ]);
  });

  test('with a name is one of that refund’s', () => {
    const twice = owed(1000, 1000).paidOut(1000, 'r1', day(3)).paidOut(1000, 'r2', day(4));
    assert.deepEqual(open(twice.paidOut(1000, 'r1', day(5), 'payout.returned')), [
      'r1: 1000 since 05 (3)',
      'r2: 0 (2)',
    ]);
  });

  test('in part opens that part of the refund it names', () => {
    const told = owed(1000, 500).paidOut(1000, 'r1', day(3)).paidOut(500, 'r2', day(3));
    assert.deepEqual(open(told.paidOut(300, 'r1', day(5), 'payout.returned')), [
      'r1: 300 since 05 (3)',
      'r2: 0 (2)',
    ]);
  });

  test('does not count as a part of anything', () => {
    const told = owed(1000)
      .paidOut(600, undefined, day(3))
      .paidOut(600, undefined, day(4), 'payout.returned');
    assert.deepEqual(open(told.paidOut(400, undefined, day(5))), ['r1: 1000 (1)']);
  });
});

describe('an incoming payment', () => {
  const counted = (told: Story): string[] =>
    countedPayouts(positionsOf(told.facts, 'shop').payouts).map((fact) => `${fact.type} ${fact.money.minor}`);

  test('is a returned transfer only where that much had left before, and not come back yet', () => {
    const back = (told: Story, minor: number, refund?: string): Story =>
      told.paidOut(minor, refund, undefined, 'payout.returned');
    assert.deepEqual(counted(back(owed(), 1000)), []);
    assert.deepEqual(counted(back(owed().paidOut(1000), 1000)), [
      'payout.confirmed 1000',
      'payout.returned 1000',
    ]);
    assert.deepEqual(counted(back(owed().paidOut(1000), 999)), ['payout.confirmed 1000']);
    assert.deepEqual(counted(back(back(owed().paidOut(1000), 1000), 1000)), [
      'payout.confirmed 1000',
      'payout.returned 1000',
    ]);
    assert.deepEqual(counted(back(owed(), 1000, 'r1')), ['payout.returned 1000'], 'it says whose it is');
  });

  test('in another currency is none', () => {
    const told = owed().paidOut(1000);
    told.currency = 'USD';
    assert.deepEqual(counted(told.paidOut(1000, undefined, undefined, 'payout.returned')), [
      'payout.confirmed 1000',
    ]);
  });
});

describe('a refund that failed at the gateway', () => {
  const failed = (): Story =>
    story('1').line('SHOE', 1, 10_000).placed().paid().shipped('SHOE', 1).approved(day(1)).received('SHOE', 1, day(2))
      .recorded('r1', [['SHOE', 1, 10_000]], day(3)).atGateway('failed', 're1', 10_000, 'r1', day(4)); // prettier-ignore
  /** Problems of money that was to be paid, and the two accounts of it. */
  const money = (told: Story): readonly string[] => {
    const { problems, accounts } = told.judge('2026-12-01', { coverage: allFed });
    return [
      ...problems.filter(({ control }) => control === 'refund-settled' || control === 'refund-paid-out').map(({ code, amount }) => `${code} ${amount?.minor}`),
      ...accounts.filter(({ control }) => control === 'refund-settled' || control === 'refund-paid-out').map(({ control, left, right }) => `${control} ${left}:${right}`),
    ];
  }; // prettier-ignore

  test('is closed by what a bank or a person paid instead, with its name or its amount', () => {
    assert.deepEqual(money(failed()), ['refund-failed-at-gateway 10000', 'refund-settled 10000:0']);
    for (const paid of [failed().paidOut(10_000, 'r1', day(6)), failed().paidOut(10_000, undefined, day(6))])
      assert.deepEqual(money(paid), ['refund-paid-out 10000:10000']);
  });

  test('is open for the rest, and again when the transfer comes back', () => {
    const part = failed().paidOut(4000, 'r1', day(6));
    assert.deepEqual(money(part), ['refund-failed-at-gateway 6000', 'refund-settled 6000:0', 'refund-paid-out 4000:4000']); // prettier-ignore
    const back = failed().paidOut(10_000, 'r1', day(6)).paidOut(10_000, 'r1', day(9), 'payout.returned');
    assert.equal(money(back)[0], 'refund-failed-at-gateway 10000');
  });

  test('that was paid at the gateway after all needs no transfer', () => {
    assert.deepEqual(money(failed().atGateway('settled', 're2', 10_000, 'r1', day(5))), ['refund-settled 10000:10000']); // prettier-ignore
  });
});
