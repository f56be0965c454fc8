/** Stripe's objects: charges, refunds and disputes in every state, and the events that tell a refund's history. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripe } from '../../src/connectors/stripe/stripe-connector.ts';
import type { Reading } from '../../src/connectors/contract.ts';
import { claimsBeside, contextOf, factWords, settingsOf } from './recorded-objects.ts';

const charge = {
  id: 'ch_1', object: 'charge', amount: 5990, amount_captured: 5990, amount_refunded: 0, captured: true, refunded: false,
  currency: 'eur', created: 1793606400, status: 'succeeded', payment_intent: 'pi_1',
  description: 'Lindholm Outdoor - Order LH-10251', metadata: { order_id: '1239', customer_email: 'anna@example.test' },
  payment_method_details: { type: 'card', card: { last4: '4242' } },
  billing_details: { name: 'Anna Beispiel', email: 'anna@example.test' },
}; // prettier-ignore
const refund = {
  id: 're_1', object: 'refund', amount: 2990, currency: 'eur', charge: 'ch_1', payment_intent: 'pi_1',
  created: 1793692800, status: 'succeeded', metadata: { woo_refund_id: '1274' },
}; // prettier-ignore
const dispute = {
  id: 'dp_1', object: 'dispute', amount: 5990, currency: 'eur', charge: 'ch_1', created: 1793779200, status: 'needs_response',
  balance_transactions: [{ created: 1793779300 }],
}; // prettier-ignore

const context = contextOf([], settingsOf(stripe));
function read(body: object): Reading {
  const known = stripe.kindOf(body, '');
  assert.ok(known !== undefined);
  assert.deepEqual(claimsBeside(stripe, body, ''), []);
  const object = { connection: 'stripe', ...known, body };
  const reading = stripe.read(object, context);
  const kept = stripe.keep(object);
  assert.doesNotMatch(JSON.stringify(kept), /anna|4242/i);
  assert.deepEqual(stripe.read({ ...object, body: kept }, context), reading);
  return reading;
}
const said = (body: object): string[] => read(body).facts.map(factWords);

describe('a charge', () => {
  it('is money captured, known by its intent and linked to its order', () => {
    assert.deepEqual(said(charge), ['payment.captured 5990 EUR tender=card reference=ch_1']);
    const { names, links } = read(charge);
    assert.deepEqual(names.slice(1), ['payment/ch_1', 'payment/pi_1']);
    assert.ok(links.some(({ term, weak }) => term === 'ref/1239' && weak !== true));
    assert.ok(links.some(({ term, weak }) => term === 'number/LH-10251' && weak === true));
  });
  it('captured in part counts for that part', () =>
    assert.deepEqual(said({ ...charge, amount_captured: 4000 }), [
      'payment.captured 4000 EUR tender=card reference=ch_1',
    ]));
  it('not captured is authorized, and voided once all of it was let go', () => {
    const held = { ...charge, captured: false, amount_captured: 0 };
    assert.deepEqual(said(held), ['payment.authorized 5990 EUR tender=card reference=ch_1']);
    assert.deepEqual(said({ ...held, amount_refunded: 5990 }), [
      'payment.voided 5990 EUR tender=card reference=ch_1',
    ]);
  });
  for (const status of ['failed', 'pending'])
    it(`that is ${status} moved no money`, () => assert.deepEqual(said({ ...charge, status }), []));
});

describe('a refund', () => {
  const types = {
    pending: 'pending', requires_action: 'pending', succeeded: 'settled', failed: 'failed', canceled: 'failed',
  }; // prettier-ignore
  for (const [status, type] of Object.entries(types))
    it(`${status} is refund.${type}, for the shop's refund`, () =>
      assert.deepEqual(said({ ...refund, status }), [`refund.${type} 2990 EUR reference=re_1 refund=1274`]));
  it('that failed says why', () => {
    const [fact] = read({ ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' }).facts;
    assert.ok(fact?.type === 'refund.failed');
    assert.deepEqual([fact.failure, fact.charge], ['expired_or_canceled_card', 'ch_1']);
  });
});

describe('a refund object of money that was never taken', () => {
  const facts = (body: object, beside: object): string[] => {
    const known = stripe.kindOf(body, '');
    assert.ok(known !== undefined);
    const object = { connection: 'stripe', ...known, body };
    const near = contextOf(
      [{ connection: 'stripe', kind: 'charge', id: 'ch_1', body: beside }],
      settingsOf(stripe),
    );
    const reading = stripe.read(object, near);
    assert.deepEqual(stripe.read({ ...object, body: stripe.keep(object) }, near), reading);
    return reading.facts.map(factWords);
  };
  it('is none: a payment intent that was canceled before its capture', () => {
    const voided = { ...charge, captured: false, amount_captured: 0, amount_refunded: 5990, refunded: true };
    const release = { ...refund, amount: 5990, metadata: {} };
    assert.deepEqual(facts(release, voided), []);
    const event = {
      id: 'evt_1',
      object: 'event',
      type: 'refund.created',
      created: 1793692900,
      data: { object: release },
    };
    assert.deepEqual(facts(event, voided), []);
  });
  it('is none: the rest of a capture in part, but what is given back after it is one', () => {
    const part = { ...charge, amount_captured: 4000, amount_refunded: 1990 };
    assert.deepEqual(facts({ ...refund, amount: 1990, metadata: {} }, part), []);
    const more = { ...part, amount_refunded: 3490 };
    assert.deepEqual(facts({ ...refund, amount: 1500, metadata: {} }, more), [
      'refund.settled 1500 EUR reference=re_1',
    ]);
    const both = { ...part, amount_refunded: 3980 };
    assert.equal(facts({ ...refund, amount: 1990 }, both).length, 1, 'somebody wrote whose it is');
    const moved = { ...refund, amount: 1990, metadata: {}, balance_transaction: 'txn_1' };
    assert.equal(facts(moved, both).length, 1, 'money moved');
  });
});

describe('a dispute', () => {
  const outcomes = {
    needs_response: [], under_review: [], appeal_needs_response: [], appeal_under_review: [], won: ['won'], warning_closed: ['won'], prevented: ['won'], charge_refunded: ['won'], lost: ['lost'],
  }; // prettier-ignore
  for (const [status, ends] of Object.entries(outcomes))
    it(`${status}: opened${ends.map((end) => ` and ${end}`).join('')}`, () => {
      const { facts } = read({ ...dispute, status });
      assert.deepEqual(
        facts.map(({ type }) => type),
        ['dispute.opened', ...ends.map((end) => `dispute.${end}`)],
      );
      assert.ok(facts.length < 2 || facts[0]!.at < facts[1]!.at);
    });
});

describe('an inquiry of the bank', () => {
  for (const status of ['warning_needs_response', 'warning_under_review'])
    it(`${status}: no money is withdrawn, and nothing is disputed`, () =>
      assert.deepEqual(said({ ...dispute, status, balance_transactions: [] }), []));
});

describe('an event', () => {
  const event = (type: string, object: object) => ({
    id: 'evt_1',
    object: 'event',
    type,
    created: 1793692900,
    data: { object },
  });
  for (const type of ['charge.refund.updated', 'refund.created', 'refund.updated', 'refund.failed'])
    it(`${type} tells how the refund stood then`, () => {
      const { facts } = read(event(type, { ...refund, status: 'failed' }));
      assert.deepEqual(
        facts.map((fact) => [fact.type, fact.at]),
        [['refund.failed', new Date(1793692900000).toISOString()]],
      );
    });
  it('never goes back behind what the refund says now', () => {
    const among = (status: string) => contextOf([{ connection: 'stripe', kind: 'refund', id: 're_1', body: { ...refund, status } }], settingsOf(stripe)); // prettier-ignore
    const told = (then: string, now: string): unknown[] => {
      const body = event('refund.updated', { ...refund, status: then });
      const { facts } = stripe.read({ connection: 'stripe', kind: 'event', id: 'evt_1', body }, among(now));
      return facts.map(({ type, at }) => `${type} ${Date.parse(at) - 1793692900000}`);
    };
    assert.deepEqual(told('pending', 'pending'), ['refund.pending 0']);
    assert.deepEqual(told('pending', 'succeeded'), []);
    assert.deepEqual(told('pending', 'failed'), []);
    assert.deepEqual(told('succeeded', 'succeeded'), ['refund.settled 0']);
    assert.deepEqual(told('succeeded', 'pending'), ['refund.settled 0'], 'the refund was read before');
    assert.deepEqual(
      told('succeeded', 'failed'),
      ['refund.settled 0', 'refund.failed 1'],
      'it came back since',
    );
    assert.deepEqual(told('failed', 'succeeded'), ['refund.failed 0'], 'the refund was read before');
  });
  it('about anything else says nothing of its own', () =>
    assert.deepEqual(said(event('charge.succeeded', charge)), []));
  it('names a wrong field by its place in the event', () =>
    assert.deepEqual(
      read(event('refund.updated', { ...refund, amount: '1,234.56' })).unread.map(({ field }) => field),
      ['data.object.amount'],
    ));
});

describe('amounts in other currencies', () => {
  const minor = (currency: string, amount: number): unknown => {
    const [fact] = read({ ...refund, currency, amount }).facts;
    return fact?.type === 'refund.settled' ? fact.money : undefined;
  };
  it('are in the currency’s own digits, where Stripe has others too', () => {
    assert.deepEqual(minor('jpy', 500), { minor: 500, currency: 'JPY' });
    assert.deepEqual(minor('isk', 500), { minor: 5, currency: 'ISK' });
    assert.equal(minor('isk', 550), undefined);
    assert.deepEqual(minor('kwd', 1500), { minor: 1500, currency: 'KWD' });
  });
});

it('recognizes no error and no list', () => {
  const error = { error: { type: 'invalid_request_error', code: 'charge_already_refunded', charge: 'ch_1' } };
  for (const body of [
    error,
    { object: 'list', data: [refund], has_more: false },
    { object: 'refund' },
    { id: 're_1' },
  ])
    assert.equal(stripe.kindOf(body, 'refunds'), undefined);
});
