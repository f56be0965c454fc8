/** Stripe's live half against the sandbox's gateway: sweeps, reads, webhooks, and one refund however badly it goes. */
import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import type { LiveConnection, RawDelivery } from '../../src/connectors/live-contract.ts';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import { minorOfStripe, stripeOfMinor } from '../../src/connectors/stripe/presentment-amount.ts';
import { stripeLive } from '../../src/connectors/stripe/stripe-live.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import {
  chargeCard,
  closeDispute,
  failRefund,
  openDispute,
  refundCharge,
} from '../../src/sandbox/stripe/gateway-acts.ts';
import type { Charge } from '../../src/sandbox/stripe/gateway-state.ts';
import { companyFor, receiver } from '../sandbox/sandbox-clients.ts';
import { commandOf, connectTo, never, runSweep, settingsOf } from './sandbox-connection.ts';

const settings = settingsOf('pay', 'psp');

function newCharge({ company }: SandboxCompany, amount = 10_000): Charge {
  return chargeCard(company.stripe.gateway, {
    amount, currency: 'eur', description: 'Order NK-1', email: 'ada@example.org', name: 'Ada', last4: '4242',
    metadata: {},
  }); // prettier-ignore
}

async function open(
  t: TestContext,
  faults: readonly Fault[] = [],
): Promise<{ sandbox: SandboxCompany; connection: LiveConnection; charge: Charge }> {
  const sandbox = await companyFor(t, { faults });
  const { baseUrl, secretKey } = sandbox.stripe;
  const connection = connectTo(t, { settings, baseUrl, secrets: { key: secretKey, webhook: 'whsec_x' } });
  return { sandbox, connection, charge: newCharge(sandbox) };
}

const refundOf = (charge: Charge, minor = 2500, key = 'prb_1.1'): ReturnType<typeof commandOf> =>
  commandOf('refund', { charge: charge.id }, { key, amount: { minor, currency: 'EUR' } });

/** Refunds there are now: amount and planted key. */
const refundsIn = ({ company }: SandboxCompany): unknown[] =>
  [...company.stripe.gateway.refunds.values()].map((refund) => [
    refund.amount,
    refund.metadata['reentry_key'],
  ]);

describe('a refund', () => {
  test('is made once, with its key in the metadata, and is found again', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const command = refundOf(charge);
    assert.deepEqual(await stripeLive.probe(connection, command, never), { is: 'absent' });
    const done = await stripeLive.execute(connection, command, never);
    assert.equal(done.is, 'accepted');
    assert.deepEqual(await stripeLive.probe(connection, command, never), { ...done, is: 'effect' });
    // Long after Stripe has forgotten the idempotency key.
    await sandbox.advance({ hours: 30 });
    assert.deepEqual(await stripeLive.execute(connection, command, never), done);
    assert.deepEqual(refundsIn(sandbox), [[2500, plantedKey('prb_1.1')]]);
  });

  const faults: readonly [string, Omit<Fault, 'on'>, string][] = [
    ['times out before its effect', { kind: 'time_out_before' }, 'unknown'],
    ['times out after its effect', { kind: 'time_out_after' }, 'unknown'],
    ['lands after the line was cut', { kind: 'lands_late', seconds: 20, reads: 99 }, 'unknown'],
    ['lands after the first look', { kind: 'lands_late', reads: 1 }, 'unknown'],
    ['is refused for its rate', { kind: 'rate_limited', seconds: 3 }, 'failed'],
    ['ends in a 500 without effect', { kind: 'error_before' }, 'unknown'],
    ['ends in a 500 with effect', { kind: 'error_after' }, 'unknown'],
  ];
  for (const [story, fault, expected] of faults) {
    test(`that ${story} is paid once`, async (t) => {
      const { sandbox, connection, charge } = await open(t, [
        { on: 'stripe', match: /POST .*refunds/, times: 1, ...fault },
      ]);
      const command = refundOf(charge);
      const first = await stripeLive.execute(connection, command, never);
      assert.equal(first.is, expected);
      if (first.is === 'failed') assert.deepEqual([first.final, first.retryAfterMs], [false, 3000]);
      await sandbox.advance({ seconds: 60 });
      const probe = await stripeLive.probe(connection, command, never);
      if (probe.is === 'absent')
        assert.equal((await stripeLive.execute(connection, command, never)).is, 'accepted');
      assert.equal((await stripeLive.probe(connection, command, never)).is, 'effect');
      assert.deepEqual(refundsIn(sandbox), [[2500, plantedKey('prb_1.1')]]);
    });
  }

  test('whose own error Stripe keeps repeating is made under a further key', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    // Remembered with the key, as Stripe does once an endpoint has begun: no refund, and a 500 for a day.
    const { service } = sandbox.company.stripe;
    const { breakAfter } = service;
    const form = `charge=${charge.id}&amount=2500&reason=requested_by_customer&metadata%5Breentry_key%5D=${plantedKey('prb_1.1')}`;
    await breakAfter?.({
      method: 'POST', path: '/v1/refunds', query: new URLSearchParams(), rawBody: form, secure: true, origin: '',
      headers: { authorization: `Bearer ${sandbox.stripe.secretKey}`, 'idempotency-key': plantedKey('prb_1.1') },
    }); // prettier-ignore
    sandbox.company.stripe.gateway.refunds.clear();
    sandbox.company.stripe.gateway.refundsByCharge.clear();
    const done = await stripeLive.execute(connection, refundOf(charge), never);
    assert.equal(done.is, 'accepted');
    assert.deepEqual(refundsIn(sandbox), [[2500, plantedKey('prb_1.1')]]);
  });

  test('of more than is left, of a disputed charge, or in another currency is not sent', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const codeOf = async (command: ReturnType<typeof commandOf>): Promise<unknown> => {
      const done = await stripeLive.execute(connection, command, never);
      return done.is === 'failed' && done.final ? done.code : done;
    };
    assert.equal(await codeOf(refundOf(charge, 10_001)), 'refund_amount_too_large');
    assert.equal(
      await codeOf(commandOf('refund', {}, { amount: { minor: 1, currency: 'EUR' } })),
      'incomplete',
    );
    const dollars = commandOf('refund', { charge: charge.id }, { amount: { minor: 1, currency: 'USD' } });
    assert.equal(await codeOf(dollars), 'refund_amount_too_large');
    assert.equal(await codeOf(commandOf('restore-stock', {})), 'unsupported');
    charge.disputed = true;
    assert.equal(await codeOf(refundOf(charge)), 'charge_disputed');
    assert.deepEqual(refundsIn(sandbox), []);
  });

  test('of a charge that was disputed is sent once that is over, or while the bank only asks', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const { gateway } = sandbox.company.stripe;
    const dispute = openDispute(gateway, charge);
    const codeOf = async (key: string): Promise<string> => {
      const done = await stripeLive.execute(connection, refundOf(charge, 2500, key), never);
      return done.is === 'failed' ? done.code : done.is;
    };
    assert.equal(await codeOf('prb_1.1'), 'charge_disputed');
    closeDispute(gateway, dispute, false);
    assert.equal(await codeOf('prb_1.1'), 'charge_disputed');
    closeDispute(gateway, dispute, true);
    assert.equal(await codeOf('prb_1.1'), 'accepted');
  });

  test('of a charge captured in part reaches all that was captured', async (t) => {
    const { connection, charge } = await open(t);
    // What Stripe says after 60 of 100 were captured: the 40 let go count as refunded.
    const part: LiveConnection = {
      ...connection,
      http: {
        ...connection.http,
        async request(request) {
          const answer = await connection.http.request(request);
          if (!/\/charges\/[^/]+$/.test(request.url)) return answer;
          const json = { ...(answer.json as object), amount_captured: 6000, amount_refunded: 4000 };
          return { ...answer, json };
        },
      },
    };
    const done = await stripeLive.execute(part, refundOf(charge, 6001), never);
    assert.equal(done.is === 'failed' && done.code, 'refund_amount_too_large');
    assert.equal((await stripeLive.execute(part, refundOf(charge, 5000), never)).is, 'accepted');
  });

  test('of an order paid in two parts goes to the charge that has so much left', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const second = newCharge(sandbox, 3000);
    const known = refundCharge(sandbox.company.stripe.gateway, charge, { amount: 9000 });
    const command = { ...refundOf(charge), refs: { charge: `${charge.id},${second.id}`, refund: known.id } };
    assert.equal((await stripeLive.execute(connection, command, never)).is, 'accepted');
    const paid = [...sandbox.company.stripe.gateway.refunds.values()].map(({ charge: id, amount }) => [
      id,
      amount,
    ]);
    assert.deepEqual(paid, [[charge.id, 9000], [second.id, 2500]]); // prettier-ignore
  });

  test('is not made beside one that somebody made meanwhile, until that is known and judged', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const theirs = refundCharge(sandbox.company.stripe.gateway, charge, { amount: 1000 });
    const done = await stripeLive.execute(connection, refundOf(charge), never);
    assert.deepEqual([done.is, done.is === 'failed' && done.code, done.is === 'failed' && done.final], ['failed', 'refunded-meanwhile', false]); // prettier-ignore
    assert.equal(refundsIn(sandbox).length, 1);
    const refs = { charge: charge.id, refund: theirs.id };
    assert.equal((await stripeLive.execute(connection, { ...refundOf(charge), refs }, never)).is, 'accepted');
  });

  test('that could not be prepared has surely not been made', async (t) => {
    const { sandbox, connection, charge } = await open(t, [
      { on: 'stripe', match: /GET/, kind: 'error_before' },
    ]);
    const done = await stripeLive.execute(connection, refundOf(charge), never);
    assert.deepEqual([done.is, done.is === 'failed' && done.final], ['failed', false]);
    assert.equal((await stripeLive.probe(connection, refundOf(charge), never)).is, 'undecidable');
    assert.deepEqual(refundsIn(sandbox), []);
  });

  test('in kronur and dinars has Stripe’s digits', () => {
    for (const [minor, currency, amount] of [
      [500, 'EUR', 500],
      [500, 'ISK', 50_000],
      [500, 'JPY', 500],
      [500, 'KWD', 500],
    ] as const) {
      // prettier-ignore
      assert.equal(stripeOfMinor(minor, currency), amount);
      assert.equal(minorOfStripe(amount, currency), minor);
    }
  });
});

describe('reading', () => {
  test('a first run lists everything, a later one only what is new', async (t) => {
    const { sandbox, connection } = await open(t);
    for (let count = 0; count < 230; count += 1) newCharge(sandbox);
    await sandbox.advance({ hours: 1 });
    const first = await runSweep(stripeLive, connection, 'charge');
    assert.deepEqual([new Set(first.objects.map(({ id }) => id)).size, first.pages], [231, 3]);
    await sandbox.advance({ hours: 1 });
    const late = newCharge(sandbox);
    const second = await runSweep(stripeLive, connection, 'charge', first.cursor);
    assert.deepEqual(
      second.objects.map(({ id }) => id),
      [late.id],
    );
  });

  test('events bring the changed object as it is now, and each is followed once', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const { gateway } = sandbox.company.stripe;
    const first = await runSweep(stripeLive, connection, 'event');
    await sandbox.advance({ hours: 2 });
    const refund = refundCharge(gateway, charge, { amount: 1000 });
    await sandbox.advance({ minutes: 1 });
    failRefund(gateway, refund, 'declined');
    const second = await runSweep(stripeLive, connection, 'event', first.cursor);
    const read = second.objects.find(({ kind, id }) => kind === 'refund' && id === refund.id);
    assert.equal((read?.body as { status?: string } | undefined)?.status, 'failed');
    assert.equal(second.objects.filter(({ kind }) => kind === 'refund').length, 1);
    const types = second.objects.flatMap(({ kind, body }) =>
      kind === 'event' ? [(body as { type: string }).type] : [],
    );
    assert.deepEqual(types.sort(), [
      'charge.refund.updated',
      'charge.refunded',
      'refund.created',
      'refund.failed',
    ]);
    const third = await runSweep(stripeLive, connection, 'event', second.cursor);
    assert.deepEqual(third.objects, []);
  });

  test('after a month of silence everything is read again, because its events are gone', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const first = await runSweep(stripeLive, connection, 'charge');
    await sandbox.advance({ hours: 40 * 24 });
    const again = await runSweep(stripeLive, connection, 'charge', first.cursor);
    assert.deepEqual(
      again.objects.map(({ id }) => id),
      [charge.id],
    );
    assert.deepEqual((await runSweep(stripeLive, connection, 'charge', again.cursor)).objects, []);
  });

  test('only Stripe’s own word for a missing object means gone', async (t) => {
    const { sandbox, connection, charge } = await open(t);
    const fetched = async (id: string, to = connection): Promise<unknown> => {
      const result = await stripeLive.fetch(to, { kind: 'charge', id }, never);
      return result.is === 'unreachable' ? result.code : result.is;
    };
    assert.equal(await fetched(charge.id), 'snapshot');
    assert.equal(await fetched('ch_nothing'), 'gone');
    const wrong = connectTo(t, {
      settings,
      baseUrl: sandbox.stripe.baseUrl,
      secrets: { key: 'sk_test_wrong' },
    });
    assert.equal(await fetched('ch_nothing', wrong), 'unauthorized');
    const lost = connectTo(t, {
      settings,
      baseUrl: `${sandbox.stripe.baseUrl}/elsewhere`,
      secrets: connection.secrets,
    });
    assert.equal(await fetched(charge.id, lost), 'route-missing');
    for (const [kind, code] of [
      ['error_before', 'server-error'],
      ['rate_limited', 'rate-limited'],
      ['time_out_before', 'timeout'],
    ] as const) {
      // prettier-ignore
      sandbox.faults.add({ on: 'stripe', kind, seconds: 40 });
      assert.equal(await fetched(charge.id), code);
      sandbox.faults.clear();
    }
  });

  test('balance transactions and disputes are swept too', async (t) => {
    const { connection } = await open(t);
    const swept = await runSweep(stripeLive, connection, 'balance_transaction');
    assert.deepEqual(
      swept.objects.map(({ kind }) => kind),
      ['balance_transaction'],
    );
    assert.deepEqual((await runSweep(stripeLive, connection, 'dispute')).objects, []);
    const ids: string[] = [];
    for await (const page of stripeLive.census(connection, 'charge', never))
      ids.push(...page.map(({ id }) => id));
    assert.equal(ids.length, 1);
  });
});

describe('a webhook', () => {
  async function delivered(t: TestContext): Promise<{ delivery: RawDelivery; secret: string; refund: string }> {
    const { sandbox, charge } = await open(t);
    const { url, received } = await receiver(t);
    const { stripe: secret = '' } = await sandbox.subscribe({ stripe: url });
    const refund = refundCharge(sandbox.company.stripe.gateway, charge, { amount: 1000 });
    await sandbox.advance({ minutes: 1 });
    const sent = received.find(({ rawBody }) => rawBody.includes('"refund.created"'));
    assert.ok(sent);
    const time = Number(/t=(\d+)/.exec(sent.headers['stripe-signature'] ?? '')?.[1]) * 1000;
    const body = Buffer.from(sent.rawBody);
    return { delivery: { headers: sent.headers, body, receivedAt: time + 2000, path: '/hook' }, secret, refund: refund.id };
  } // prettier-ignore

  test('hints at its object and at the event, under a key that repeats with the event', async (t) => {
    const { delivery, secret, refund } = await delivered(t);
    const { id } = JSON.parse(delivery.body.toString()) as { id: string };
    assert.deepEqual(
      stripeLive.verify({ settings, secrets: { webhook: `whsec_old, ${secret}` } }, delivery),
      {
        is: 'delivery',
        key: `event/${id}`,
        hints: [{ kind: 'refund', id: refund }, { kind: 'event', id }], // prettier-ignore
      },
    );
  });

  test('with another secret, body or time is refused', async (t) => {
    const { delivery, secret } = await delivered(t);
    const codeOf = (change: Partial<RawDelivery>, webhook = secret): string => {
      const verified = stripeLive.verify({ settings, secrets: { webhook } }, { ...delivery, ...change });
      return verified.is === 'rejected' ? verified.code : verified.is;
    };
    assert.equal(codeOf({}), 'delivery');
    assert.equal(codeOf({}, 'whsec_other'), 'bad-signature');
    assert.equal(codeOf({}, ''), 'bad-signature');
    assert.equal(codeOf({ body: Buffer.concat([delivery.body, Buffer.from(' ')]) }), 'bad-signature');
    assert.equal(codeOf({ headers: {} }), 'bad-signature');
    assert.equal(codeOf({ receivedAt: delivery.receivedAt + 301_000 }), 'too-old');
  });
});

describe('the check', () => {
  test('names a wrong key, and what a right one sees', async (t) => {
    const { sandbox, connection } = await open(t);
    const lines = await stripeLive.check(connection, never);
    assert.deepEqual(
      lines.filter(({ state }) => state === 'failed'),
      [],
    );
    assert.ok(lines.some(({ check, state }) => check === 'read refunds' && state === 'ok'));
    assert.ok(lines.some(({ check, state }) => check === 'webhook' && state === 'warning'));
    const wrong = connectTo(t, {
      settings,
      baseUrl: sandbox.stripe.baseUrl,
      secrets: { key: 'rk_live_wrong' },
    });
    const [line] = await stripeLive.check(wrong, never);
    assert.deepEqual([line?.check, line?.state], ['login', 'failed']);
    assert.ok(!JSON.stringify(lines).includes(sandbox.stripe.secretKey));
  });
});
