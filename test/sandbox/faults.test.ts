import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createFaults,
  gatewayFaults,
  requestFaults,
  webhookFaults,
  type Fault,
} from '../../src/sandbox/faults.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import type { SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { chargeCard } from '../../src/sandbox/stripe/gateway-acts.ts';
import { companyFor, paidOrder, pay, receiver, woo } from './sandbox-clients.ts';

const charge = ({ company }: SandboxCompany): string =>
  chargeCard(company.stripe.gateway, {
    amount: 10_000, currency: 'eur', description: '', email: 'a@example.org', name: 'A', last4: '4242', metadata: {},
  }).id; // prettier-ignore

/** A refund at the gateway under one fault: what the client saw, and how many refunds there are. */
async function refundUnder(sandbox: SandboxCompany): Promise<[seen: unknown, refunds: () => number]> {
  const { refunds } = sandbox.company.stripe.gateway;
  const id = charge(sandbox);
  const seen = await Promise.race([
    pay(sandbox, 'POST', '/refunds', { charge: id, amount: '100' }).then(
      ({ status }) => status,
      () => 'cut',
    ),
    new Promise((resolve) => setTimeout(resolve, 300, 'nothing')),
  ]);
  return [seen, () => refunds.size];
}

const requests: readonly (readonly [Fault['kind'], Partial<Fault>, seen: unknown, refunds: number])[] = [
  ['time_out_before', {}, 'nothing', 0],
  ['time_out_after', {}, 'nothing', 1],
  ['rate_limited', { seconds: 3 }, 429, 0],
  ['error_before', {}, 500, 0],
  ['error_after', {}, 500, 1],
  ['rights_lost', {}, 401, 0],
];
for (const [kind, more, seen, refunds] of requests) {
  test(`${kind}: the client sees ${String(seen)}, and there are ${refunds} refunds`, async (t) => {
    const sandbox = await companyFor(t, {
      faults: [{ on: 'stripe', kind, match: /refunds/, times: 1, ...more }],
    });
    const [answer, count] = await refundUnder(sandbox);
    assert.deepEqual([answer, count()], [seen, refunds]);
    // Once means once.
    assert.equal((await refundUnder(sandbox))[0], 200);
  });
}

test('lands_late: the line is cut, and the effect is there after the client has looked', async (t) => {
  const sandbox = await companyFor(t, {
    faults: [{ on: 'stripe', kind: 'lands_late', match: /POST/, times: 1, reads: 2 }],
  });
  const [answer, count] = await refundUnder(sandbox);
  assert.deepEqual([answer, count()], ['cut', 0]);
  for (const expected of [0, 0, 1]) {
    const { body } = await pay(sandbox, 'GET', '/refunds');
    assert.equal((body['data'] as unknown[]).length, expected);
  }
});

test('slow: the answer leaves only when the company’s time has passed', async (t) => {
  const sandbox = await companyFor(t, { faults: [{ on: 'stripe', kind: 'slow', seconds: 30, times: 1 }] });
  const waiting = pay(sandbox, 'GET', '/refunds');
  let answered = false;
  void waiting.then(() => (answered = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(answered, false);
  await sandbox.advance({ seconds: 31 });
  assert.equal((await waiting).status, 200);
});

test('page_shift: what was on the first page moves while the second is asked for', async (t) => {
  const sandbox = await companyFor(t);
  await sandbox.addOrders(4);
  await sandbox.advance({ minutes: 5 });
  const query = '/orders?orderby=modified&order=asc&per_page=2';
  const ids = ({ body }: { body: unknown }): unknown[] => (body as { id: number }[]).map(({ id }) => id);
  const first = ids(await woo(sandbox, 'GET', `${query}&page=1`));
  sandbox.faults.add({ on: 'woocommerce', kind: 'page_shift', times: 1 });
  const second = ids(await woo(sandbox, 'GET', `${query}&page=2`));
  const again = ids(await woo(sandbox, 'GET', `${query}&page=1`));
  assert.notDeepEqual(
    [...again].sort(),
    [...first].sort(),
    'an object of the first page has gone to the end',
  );
  assert.equal(second.length, 2);
});

test('clock_skew: a server’s answers and records are ahead', async (t) => {
  const sandbox = await companyFor(t, { faults: [{ on: 'woocommerce', kind: 'clock_skew', seconds: 3600 }] });
  const order = await paidOrder(sandbox);
  const written = Date.parse(`${order['date_created_gmt'] as string}Z`);
  assert.ok(Math.abs(written - sandbox.now() - 3_600_000) < 2000, `${written - sandbox.now()} ms ahead`);
});

const webhooks: readonly (readonly [
  (typeof webhookFaults)[number],
  afterSeconds: number,
  afterHours: number,
])[] = [
  ['webhook_lost', 0, 0],
  ['webhook_late', 0, 1],
  ['webhook_doubled', 2, 2],
  ['webhook_reordered', 0, 1],
];
for (const [kind, soon, later] of webhooks) {
  test(`${kind}: ${soon} deliveries at once, ${later} after two hours`, async (t) => {
    const sandbox = await companyFor(t, { faults: [{ on: 'stripe', kind, times: 1 }] });
    const { url, received } = await receiver(t);
    await sandbox.subscribe({ stripe: url });
    charge(sandbox);
    await sandbox.advance({ seconds: 10 });
    assert.equal(received.length, soon);
    await sandbox.advance({ hours: 2 });
    assert.equal(received.length, later);
  });
}

const gateways: readonly (readonly [(typeof gatewayFaults)[number], status: number, left: number])[] = [
  ['gateway_declined', 500, 0],
  ['gateway_false', 500, 0],
  ['gateway_dies', 200, 1],
];
for (const [kind, status, left] of gateways) {
  test(`${kind}: the shop answers ${status} and keeps ${left} refunds, none of them paid`, async (t) => {
    const sandbox = await companyFor(t, { faults: [{ on: 'woocommerce', kind, times: 1 }] });
    const order = await paidOrder(sandbox);
    const answer = await woo(sandbox, 'POST', `/orders/${order['id']}/refunds`, { amount: '1.00' });
    assert.equal(answer.status, status);
    const { body } = await woo(sandbox, 'GET', `/orders/${order['id']}/refunds`);
    const kept = body as unknown as { refunded_payment: boolean }[];
    assert.deepEqual(kept.map((refund) => refund.refunded_payment), Array.from({ length: left }, () => false)); // prettier-ignore
    assert.equal(sandbox.company.stripe.gateway.refunds.size, 0);
  });
}

test('gateway_slow: the refund is public while the gateway still thinks', async (t) => {
  const sandbox = await companyFor(t, {
    faults: [{ on: 'woocommerce', kind: 'gateway_slow', seconds: 20, times: 1 }],
  });
  const order = await paidOrder(sandbox);
  const path = `/orders/${order['id']}/refunds`;
  const posted = woo(sandbox, 'POST', path, { amount: '1.00' });
  let seen: unknown[] = [];
  for (let look = 0; look < 50 && seen.length === 0; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    seen = (await woo(sandbox, 'GET', path)).body as unknown as unknown[];
  }
  assert.deepEqual([seen.length, sandbox.company.stripe.gateway.refunds.size], [1, 0]);
  await sandbox.advance({ seconds: 21 });
  assert.deepEqual([(await posted).status, sandbox.company.stripe.gateway.refunds.size], [201, 1]);
});

test('every kind of fault has a test above', () => {
  const tested = [...requests.map(([kind]) => kind), 'lands_late', 'slow', 'page_shift'];
  assert.deepEqual([...requestFaults].sort(), tested.sort());
  assert.deepEqual([...webhookFaults].sort(), webhooks.map(([kind]) => kind).sort());
  assert.deepEqual([...gatewayFaults].sort(), [...gateways.map(([kind]) => kind), 'gateway_slow'].sort());
});

test('a rate strikes about so often, and the same seed strikes the same requests', () => {
  const strikes = (): boolean[] => {
    const faults = createFaults([{ on: 'odoo', kind: 'error_before', rate: 0.3 }], createRandom('x'));
    return Array.from({ length: 1000 }, () => faults.strike('odoo', requestFaults, 'any') !== undefined);
  };
  const first = strikes();
  assert.deepEqual(strikes(), first);
  const count = first.filter(Boolean).length;
  assert.ok(count > 250 && count < 350, `${count} of 1000`);
});
