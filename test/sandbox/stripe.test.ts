import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { chargeCard, failRefund, openDispute } from '../../src/sandbox/stripe/gateway-acts.ts';
import type { Charge } from '../../src/sandbox/stripe/gateway-state.ts';
import type { SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { companyFor, pay, receiver } from './sandbox-clients.ts';

const chargeOf = ({ company }: SandboxCompany): Charge =>
  chargeCard(company.stripe.gateway, {
    amount: 10_000, currency: 'eur', description: 'Order NK-1', email: 'ada@example.org', name: 'Ada', last4: '4242',
    metadata: {},
  }); // prettier-ignore

const errorOf = (body: Record<string, unknown>): Record<string, unknown> =>
  body['error'] as Record<string, unknown>;

test('a key makes one refund of two requests, and refuses other parameters', async (t) => {
  const sandbox = await companyFor(t);
  const charge = chargeOf(sandbox);
  const form = { charge: charge.id, amount: '2500' };
  const first = await pay(sandbox, 'POST', '/refunds', form, 'k1');
  const again = await pay(sandbox, 'POST', '/refunds', form, 'k1');
  assert.equal(again.body['id'], first.body['id']);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  const other = await pay(sandbox, 'POST', '/refunds', { ...form, amount: '2600' }, 'k1');
  assert.deepEqual([other.status, errorOf(other.body)['type']], [400, 'idempotency_error']);
  assert.equal(sandbox.company.stripe.gateway.refunds.size, 1);

  // Without a key, and after a day, the same request is another refund.
  await pay(sandbox, 'POST', '/refunds', form);
  await sandbox.advance({ hours: 25 });
  const late = await pay(sandbox, 'POST', '/refunds', form, 'k1');
  assert.notEqual(late.body['id'], first.body['id']);
  assert.equal(sandbox.company.stripe.gateway.refunds.size, 3);
});

test('more than is left, a disputed charge and an unknown one are refused in Stripe’s words', async (t) => {
  const sandbox = await companyFor(t);
  const charge = chargeOf(sandbox);
  const refusal = async (form: Record<string, string>): Promise<unknown[]> => {
    const { status, body } = await pay(sandbox, 'POST', '/refunds', form);
    return [status, errorOf(body)['code']];
  };
  assert.deepEqual(await refusal({ charge: charge.id, amount: '10001' }), [400, 'refund_amount_too_large']);
  assert.deepEqual(await refusal({ charge: 'ch_none' }), [404, 'resource_missing']);
  await pay(sandbox, 'POST', '/refunds', { charge: charge.id });
  assert.deepEqual(await refusal({ charge: charge.id }), [400, 'charge_already_refunded']);
  const disputed = chargeOf(sandbox);
  openDispute(sandbox.company.stripe.gateway, disputed);
  assert.deepEqual(await refusal({ charge: disputed.id }), [400, 'charge_disputed']);
});

test('a refund may fail days after it succeeded: its events say so in turn', async (t) => {
  const sandbox = await companyFor(t);
  const charge = chargeOf(sandbox);
  const { body } = await pay(sandbox, 'POST', '/refunds', { charge: charge.id, amount: '2500' });
  assert.equal(body['status'], 'succeeded');
  await sandbox.advance({ days: 5 });
  const { gateway } = sandbox.company.stripe;
  failRefund(gateway, gateway.refunds.get(body['id'] as string)!);
  const after = await pay(sandbox, 'GET', `/refunds/${body['id'] as string}`);
  assert.deepEqual(
    [after.body['status'], after.body['failure_reason']],
    ['failed', 'expired_or_canceled_card'],
  );
  const events = await pay(sandbox, 'GET', '/events', { limit: '100' });
  const types = (events.body['data'] as { type: string }[]).map(({ type }) => type).toReversed();
  assert.deepEqual(types, [
    'charge.succeeded',
    'refund.created',
    'charge.refunded',
    'refund.failed',
    'charge.refund.updated',
  ]);
  // The money is back on the balance, so the charge can be refunded in full again.
  const again = await pay(sandbox, 'POST', '/refunds', { charge: charge.id });
  assert.equal(again.body['amount'], 10_000);
});

test('lists go page by page and by time', async (t) => {
  const sandbox = await companyFor(t);
  const ids: string[] = [];
  for (let at = 0; at < 5; at += 1) {
    ids.unshift(chargeOf(sandbox).id);
    await sandbox.advance({ minutes: 1 });
  }
  const seen: string[] = [];
  let more = true;
  while (more) {
    const query = { limit: '2', ...(seen.length > 0 ? { starting_after: seen.at(-1)! } : {}) };
    const { body } = await pay(sandbox, 'GET', '/charges', query);
    seen.push(...(body['data'] as { id: string }[]).map(({ id }) => id));
    more = body['has_more'] as boolean;
  }
  assert.deepEqual(seen, ids);
  const since = String(Math.floor(sandbox.now() / 1000) - 130);
  const recent = await pay(sandbox, 'GET', '/charges', { 'created[gte]': since });
  assert.equal((recent.body['data'] as unknown[]).length, 2);
});

test('webhooks are signed with their time, and tried again until they are taken', async (t) => {
  const sandbox = await companyFor(t);
  const { url, received, answer } = await receiver(t);
  const { stripe: secret } = await sandbox.subscribe({ stripe: url });
  answer.status = 500;
  const charge = chargeOf(sandbox);
  await sandbox.advance({ minutes: 1 });
  assert.equal(received.length, 1);
  answer.status = 200;
  await sandbox.advance({ days: 3 });
  assert.equal(received.length, 2);
  const [, hook] = received;
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(hook!.headers['stripe-signature']!)!;
  assert.equal(createHmac('sha256', secret!).update(`${seconds}.${hook!.rawBody}`).digest('hex'), signature);
  const event = JSON.parse(hook!.rawBody) as { type: string; data: { object: { id: string } } };
  assert.deepEqual([event.type, event.data.object.id], ['charge.succeeded', charge.id]);
});

test('a wrong key is 401', async (t) => {
  const sandbox = await companyFor(t);
  const answer = await fetch(`${sandbox.stripe.baseUrl}/v1/charges`, {
    headers: { authorization: 'Bearer no' },
  });
  assert.equal(answer.status, 401);
});
