import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../../src/kernel/fact.ts';
import { withoutRepeats } from '../../src/northstar/plan/steps.ts';

type State = 'pending' | 'settled' | 'failed';

/** A refund at the gateway as it is told: by its record (`refund/…`), or by an event. */
function told(object: string, state: State, at: string, reference = 're_1'): Fact {
  return {
    id: `${object}#${state}`, at, system: 'psp', connection: 'stripe', object, type: `refund.${state}`,
    money: { minor: 5580, currency: 'EUR' }, reference, charge: 'ch_1',
  } as Fact; // prettier-ignore
}

const made = '2026-11-18T05:56:18.000Z';
const later = '2026-11-18T20:33:33.000Z';
const shown = (facts: readonly Fact[]): string[] =>
  withoutRepeats(facts).map(
    ({ object, type, at }) => `${object} ${type} ${at === made ? 'at once' : 'later'}`,
  );

test('a refund that a bank takes a day for settles once, when its event says so', () => {
  const facts = [
    told('event/1', 'pending', made),
    told('refund/1', 'settled', made),
    told('event/2', 'settled', later),
    told('event/3', 'settled', later),
  ];
  assert.deepEqual(shown(facts), ['event/1 refund.pending at once', 'event/2 refund.settled later']);
});

test('without events the record counts; two refunds are two', () => {
  const facts = [told('refund/1', 'settled', made), told('refund/2', 'settled', made, 're_2')];
  assert.deepEqual(shown(facts), ['refund/1 refund.settled at once', 'refund/2 refund.settled at once']);
});

test('one that had settled and came back keeps both', () => {
  const facts = [
    told('event/1', 'settled', made),
    told('refund/1', 'failed', made),
    told('event/2', 'failed', later),
  ];
  assert.deepEqual(shown(facts), ['event/1 refund.settled at once', 'event/2 refund.failed later']);
});

test('what is no refund at a gateway is left as it is', () => {
  const received = { id: 'r', at: made, system: 'erp', connection: 'odoo', object: 'stock.move/1', type: 'goods.received', sku: 'A', quantity: 1 } as Fact; // prettier-ignore
  assert.deepEqual(withoutRepeats([received, received]), [received, received]);
});
