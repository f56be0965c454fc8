/** Which payment pays which record, and which credit note books it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchCreditNotes, type Bookable } from '../../src/kernel/match-credit-notes.ts';
import { positionsOf } from '../../src/kernel/fold.ts';
import type { CreditDocument } from '../../src/kernel/positions.ts';
import { settleRefunds } from '../../src/kernel/settle-refunds.ts';
import { story, type Story } from './story.ts';

const bought = (): Story => story('1').line('SHOE', 9, 1000).placed();

/** `refund: payments` of every record, then what no record explains. */
function settled(told: Story): string[] {
  const { byRefund, unmatched, ofVanished, foreign } = settleRefunds(positionsOf(told.facts, 'shop'));
  return [
    ...byRefund.map((one) => `${one.refund.refund}: ${one.payments.map((payment) => payment.reference).join('+')} ${one.settled}/${one.pending}/${one.failed}`),
    ...unmatched.map((payment) => `unmatched ${payment.reference}`),
    ...foreign.map((payment) => `foreign ${payment.reference}`),
    ...ofVanished.map((payment) => `vanished ${payment.reference}`),
  ]; // prettier-ignore
}

describe('gateway refunds pay shop refunds', () => {
  test('by the reference they carry, even where the amount differs', () => {
    assert.deepEqual(
      settled(
        bought()
          .amountOnly('r1', 1000)
          .amountOnly('r2', 2000)
          .atGateway('settled', 'a', 900, 'r1')
          .atGateway('pending', 'b', 2000, 'r2'),
      ),
      ['r1: a 900/0/0', 'r2: b 0/2000/0'],
    );
  });

  test('else by amount, the one nearest in time first', () => {
    const told = bought()
      .amountOnly('r1', 1000, undefined, '2026-11-02T09:00')
      .amountOnly('r2', 1000, undefined, '2026-11-05T09:00');
    assert.deepEqual(settled(told.atGateway('settled', 'a', 1000, undefined, '2026-11-05T10:00')), [
      'r1:  0/0/0',
      'r2: a 1000/0/0',
    ]);
    assert.deepEqual(settled(told.atGateway('settled', 'b', 1000, undefined, '2026-11-06T10:00')), [
      'r1: b 1000/0/0',
      'r2: a 1000/0/0',
    ]);
    assert.deepEqual(settled(told.atGateway('settled', 'c', 1000, undefined, '2026-11-07T10:00')), [
      'r1: b 1000/0/0',
      'r2: a 1000/0/0',
      'unmatched c',
    ]);
  });

  test('what a named one leaves open is paid by amount', () => {
    const told = bought().amountOnly('r1', 1000).atGateway('settled', 'a', 700, 'r1');
    assert.deepEqual(settled(told.atGateway('settled', 'b', 300)), ['r1: a+b 1000/0/0']);
    const pending = bought().amountOnly('r1', 1000).atGateway('pending', 'a', 700, 'r1');
    assert.deepEqual(settled(pending.atGateway('settled', 'b', 300)), ['r1: a+b 300/700/0']);
    assert.deepEqual(
      settled(
        bought()
          .amountOnly('r1', 1000)
          .atGateway('pending', 'a', 1000, 'r1')
          .atGateway('settled', 'b', 1000, 'r1'),
      ),
      ['r1: a 0/1000/0', 'unmatched b'],
    );
  });

  test('those of one time in order of their references', () => {
    const at = '2026-11-05T10:00';
    for (const references of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const told = bought()
        .amountOnly('r1', 1000, undefined, '2026-11-02T09:00')
        .amountOnly('r2', 1000, undefined, '2026-11-04T09:00');
      for (const reference of references) told.atGateway('settled', reference, 1000, undefined, at);
      assert.deepEqual(settled(told), ['r1: b 1000/0/0', 'r2: a 1000/0/0']);
    }
  });

  test('never by amount over currencies, never more than the record', () => {
    const told = bought().amountOnly('r1', 1000);
    told.currency = 'USD';
    assert.deepEqual(settled(told.atGateway('settled', 'a', 1000)), ['r1:  0/0/0', 'foreign a']);
    const named = bought().amountOnly('r1', 1000);
    named.currency = 'USD';
    assert.deepEqual(settled(named.atGateway('settled', 'a', 1000, 'r1')), ['r1:  0/0/0', 'foreign a']);
    assert.deepEqual(
      settled(
        bought()
          .amountOnly('r1', 1000)
          .atGateway('settled', 'a', 1000, 'r1')
          .atGateway('settled', 'b', 1000, 'r1'),
      ),
      ['r1: a 1000/0/0', 'unmatched b'],
    );
  });

  test('a failed one pays nothing: the next one does, named or not', () => {
    assert.deepEqual(
      settled(bought().amountOnly('r1', 1000).atGateway('failed', 'a', 1000).atGateway('settled', 'b', 1000)),
      ['r1: a+b 1000/0/1000'],
    );
    assert.deepEqual(settled(bought().atGateway('failed', 'a', 1000)), []);
    assert.deepEqual(settled(bought().atGateway('failed', 'a', 1000, 'r9')), []);
  });

  test('several make up one record, one makes up several, only when it adds up', () => {
    assert.deepEqual(
      settled(
        bought()
          .amountOnly('r1', 1000)
          .atGateway('settled', 'a', 400)
          .atGateway('settled', 'b', 600)
          .atGateway('settled', 'c', 70),
      ),
      ['r1: a+b 1000/0/0', 'unmatched c'],
    );
    assert.deepEqual(
      settled(
        bought()
          .amountOnly('r1', 400)
          .amountOnly('r2', 600)
          .amountOnly('r3', 50)
          .atGateway('settled', 'a', 1000),
      ),
      ['r1: a 400/0/0', 'r2: a 600/0/0', 'r3:  0/0/0'],
    );
    assert.deepEqual(
      settled(bought().amountOnly('r1', 400).amountOnly('r2', 600).atGateway('pending', 'a', 1000)),
      ['r1: a 0/400/0', 'r2: a 0/600/0'],
    );
    assert.deepEqual(
      settled(bought().amountOnly('r1', 1000).atGateway('settled', 'a', 400).atGateway('settled', 'b', 500)),
      ['r1:  0/0/0', 'unmatched a', 'unmatched b'],
    );
  });

  test('of one record and one payment that are left over the difference is what is left, either way', () => {
    for (const minor of [700, 1300])
      assert.deepEqual(settled(bought().amountOnly('r1', 1000).atGateway('settled', 'a', minor)), [
        `r1: a ${minor}/0/0`,
      ]);
    assert.deepEqual(
      settled(bought().amountOnly('r1', 1000).amountOnly('r2', 900).atGateway('settled', 'a', 700)),
      ['r1:  0/0/0', 'r2:  0/0/0', 'unmatched a'],
      'nothing says of which',
    );
    const paid = bought().amountOnly('r1', 1000).atGateway('settled', 'a', 1000);
    assert.deepEqual(settled(paid.atGateway('settled', 'b', 700)), ['r1: a 1000/0/0', 'unmatched b']);
  });

  test('one that names a record which is gone pays the one that was entered in its place, and nothing else', () => {
    const told = (minor: number): Story =>
      bought().amountOnly('r1', minor).atGateway('settled', 'a', 1000, 'r9');
    assert.deepEqual(settled(told(1000)), ['r1: a 1000/0/0']);
    assert.deepEqual(settled(told(1001)), ['r1:  0/0/0', 'vanished a']);
    assert.deepEqual(settled(told(1000).atGateway('settled', 'b', 1000, 'r1')), [
      'r1: b 1000/0/0',
      'vanished a',
    ]);
    const erpHome = story('1')
      .line('SHOE', 1, 1000)
      .placed({}, 'erp')
      .amountOnly('r1', 1000)
      .atGateway('settled', 'a', 1000, 'r9');
    const { byRefund } = settleRefunds(positionsOf(erpHome.facts, 'erp'));
    assert.equal(byRefund[0]!.settled, 1000, 'only a shop would hold the record');
  });

  test('a reversal takes back what had settled', () => {
    const told = bought()
      .amountOnly('r1', 1000)
      .atGateway('settled', 'a', 1000, 'r1')
      .reversed('a', 1000, 'r1');
    assert.deepEqual(settled(told), ['r1: a 0/0/1000']);
    const [payment] = positionsOf(told.facts, 'shop').gateway.values();
    assert.equal(payment!.wasSettled, true);
    const alone = positionsOf(bought().reversed('a', 1000, 'r1').facts, 'shop')
      .gateway.values()
      .next().value!;
    assert.deepEqual([alone.state, alone.wasSettled], ['failed', true]);
    const never = positionsOf(
      bought().atGateway('pending', 'a', 1000).atGateway('failed', 'a', 1000).facts,
      'shop',
    )
      .gateway.values()
      .next().value!;
    assert.deepEqual([never.state, never.wasSettled], ['failed', false]);
  });
});

describe('credit notes book refunds', () => {
  const bookable = (id: string, minor: number, rma?: string): Bookable => ({
    id,
    minor,
    rma,
    at: '2026-11-02T09:00:00.000Z',
  });
  const credit = (
    document: string,
    minor: number,
    extra: { rma?: string; refund?: string } = {},
  ): CreditDocument => {
    const fact = { type: 'credit_note.posted', ...extra } as unknown as CreditDocument['fact'];
    return { document, minor, tax: 0, state: 'posted', at: '2026-11-02T09:00:00.000Z', fact };
  };
  const match = (
    bookables: readonly Bookable[],
    credits: readonly CreditDocument[],
    tolerance = 1,
  ): string => {
    const { unbooked, surplus, difference } = matchCreditNotes(bookables, credits, tolerance);
    return `unbooked ${unbooked.map((one) => one.id).join('+')}, surplus ${surplus.map((one) => one.document).join('+')}, off by ${difference}`;
  };

  test('by reference, whatever the amount', () => {
    assert.equal(
      match(
        [bookable('r1', 100), bookable('r2', 900)],
        [credit('A', 900, { refund: 'r1' }), credit('B', 900)],
      ),
      'unbooked , surplus , off by 800',
    );
  });

  test('by amount within the tolerance, the same return number first', () => {
    assert.equal(
      match([bookable('r1', 100, 'R1'), bookable('r2', 100, 'R2')], [credit('A', 100, { rma: 'R2' })]),
      'unbooked r1, surplus , off by 0',
    );
    assert.equal(match([bookable('r1', 100)], [credit('A', 101)]), 'unbooked , surplus , off by 1');
    assert.equal(match([bookable('r1', 100)], [credit('A', 101)], 0), 'unbooked , surplus , off by 1');
  });

  test('several for one and one for several, when it adds up', () => {
    assert.equal(
      match([bookable('r1', 300)], [credit('A', 100), credit('B', 200)]),
      'unbooked , surplus , off by 0',
    );
    assert.equal(
      match([bookable('r1', 100), bookable('r2', 200)], [credit('A', 300)]),
      'unbooked , surplus , off by 0',
    );
    assert.equal(
      match([bookable('r1', 100), bookable('r2', 200), bookable('r3', 700)], [credit('A', 300)]),
      'unbooked r3, surplus , off by 0',
    );
  });

  test('with a difference where only one of each is left, or the return number says so', () => {
    assert.equal(match([bookable('r1', 100)], [credit('A', 60)]), 'unbooked , surplus , off by -40');
    assert.equal(match([bookable('r1', 100)], [credit('A', 50)]), 'unbooked , surplus , off by -50');
    assert.equal(match([bookable('r1', 100)], [credit('A', 49)]), 'unbooked r1, surplus A, off by 0');
    assert.equal(
      match([bookable('r1', 100, 'R1')], [credit('A', 10, { rma: 'R1' })]),
      'unbooked , surplus , off by -90',
    );
    assert.equal(
      match([bookable('r1', 100), bookable('r2', 100)], [credit('A', 60)]),
      'unbooked r1+r2, surplus A, off by 0',
    );
    assert.equal(
      match([bookable('r1', 100)], [credit('A', 60), credit('B', 60)]),
      'unbooked r1, surplus A+B, off by 0',
    );
  });

  test('not at all where there is nothing to book', () => {
    assert.equal(match([], [credit('A', 60)]), 'unbooked , surplus A, off by 0');
    assert.equal(match([bookable('r1', 100)], []), 'unbooked r1, surplus , off by 0');
  });
});
