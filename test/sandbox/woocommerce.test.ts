import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { chargeCard } from '../../src/sandbox/stripe/gateway-acts.ts';
import { basic, companyFor, paidOrder, receiver, woo } from './sandbox-clients.ts';

type Line = { id: number; quantity: number; total: string; meta_data: { key: string; value: unknown }[] };
type Row = Record<string, unknown>;

const rows = (body: unknown): Row[] => body as Row[];
const stockOf = async (sandbox: SandboxCompany): Promise<number> => {
  const { body } = await woo(sandbox, 'GET', '/products?sku=HELM-U1');
  return rows(body)[0]!['stock_quantity'] as number;
};

/** Two helmets, paid with a charge of their own. */
async function chargedOrder(sandbox: SandboxCompany): Promise<Row> {
  const charge = chargeCard(sandbox.company.stripe.gateway, {
    amount: 16_980, currency: 'eur', description: 'Helmets', email: 'ada@example.org', name: 'Ada', last4: '4242',
    metadata: {},
  }); // prettier-ignore
  const { body: listed } = await woo(sandbox, 'GET', '/products?sku=HELM-U1');
  const { body } = await woo(sandbox, 'POST', '/orders', {
    payment_method: 'stripe',
    transaction_id: charge.id,
    set_paid: true,
    billing: { country: 'DE' },
    line_items: [{ product_id: rows(listed)[0]!['id'], quantity: 2 }],
  });
  return body;
}

/** One unit of the order's first line, with its money. */
function oneUnit(order: Row): object {
  const [line] = order['line_items'] as (Line & { taxes: { id: number; total: string }[] })[];
  const { id, total, quantity, taxes } = line!;
  return {
    line_items: [
      {
        id,
        quantity: 1,
        refund_total: (Number(total) / quantity).toFixed(6),
        refund_tax: taxes.map((tax) => ({
          id: tax.id,
          refund_total: (Number(tax.total) / quantity).toFixed(6),
        })),
      },
    ],
  };
}

test('a refund pays and restocks unless told not to, and marks the line it restocked', async (t) => {
  const sandbox = await companyFor(t);
  const order = await chargedOrder(sandbox);
  const before = await stockOf(sandbox);
  const { status, body } = await woo(sandbox, 'POST', `/orders/${order['id']}/refunds`, oneUnit(order));
  assert.deepEqual([status, body['amount'], body['refunded_payment']], [201, '84.90', true]);
  assert.equal(await stockOf(sandbox), before + 1);
  const { body: read } = await woo(sandbox, 'GET', `/orders/${order['id']}`);
  const [line] = read['line_items'] as Line[];
  assert.equal(line!.meta_data.find(({ key }) => key === '_restock_refunded_items')?.value, '1');

  const quiet = { ...oneUnit(order), api_refund: false, api_restock: false };
  const second = await woo(sandbox, 'POST', `/orders/${order['id']}/refunds`, quiet);
  assert.equal(second.body['refunded_payment'], false);
  assert.equal(await stockOf(sandbox), before + 1);
  const payouts = [...sandbox.company.stripe.gateway.refunds.values()];
  assert.deepEqual(payouts.map(({ amount }) => amount), [8490]); // prettier-ignore
});

test('nothing makes a repeated refund the same one, whatever header it carries', async (t) => {
  const sandbox = await companyFor(t);
  const order = await paidOrder(sandbox);
  const path = `/orders/${order['id']}/refunds`;
  const headers = { 'idempotency-key': 'k1' };
  const body = { amount: '10.00', api_refund: false };
  const first = await woo(sandbox, 'POST', path, body, { headers });
  const second = await woo(sandbox, 'POST', path, body, { headers });
  assert.deepEqual([first.status, second.status], [201, 201]);
  assert.notEqual(first.body['id'], second.body['id']);
});

test('core’s refusals come as 500 with another status inside', async (t) => {
  const sandbox = await companyFor(t);
  const order = await paidOrder(sandbox);
  const path = `/orders/${order['id']}/refunds`;
  const refusal = async (to: string, body: object): Promise<unknown[]> => {
    const answer = await woo(sandbox, 'POST', to, body);
    const data = answer.body['data'] as { status?: number } | number;
    return [answer.status, answer.body['code'], typeof data === 'number' ? data : data?.status];
  };
  const [status, code] = await refusal(path, { amount: '9999.00' });
  assert.deepEqual([status, code], [500, 'woocommerce_rest_cannot_create_order_refund']);
  assert.equal((await refusal(path, { amount: 'abc' }))[1], 'woocommerce_rest_cannot_create_order_refund');
  assert.deepEqual((await refusal(path, { amount: '-1' })).slice(0, 2), [
    500,
    'woocommerce_rest_invalid_order_refund',
  ]);
  assert.deepEqual((await refusal('/orders/999999/refunds', { amount: '1' })).slice(0, 2), [
    500,
    'woocommerce_rest_invalid_order_id',
  ]);
  assert.deepEqual((await refusal(path, { amount: 1 })).slice(0, 2), [400, 'rest_invalid_param']);
  const { body } = await woo(sandbox, 'GET', path);
  assert.deepEqual(body, []);
});

test('a refund the gateway declines leaves no trace', async (t) => {
  const faults = [{ on: 'woocommerce', kind: 'gateway_declined', times: 1 } as const];
  const sandbox = await companyFor(t, { faults });
  const order = await paidOrder(sandbox);
  const answer = await woo(sandbox, 'POST', `/orders/${order['id']}/refunds`, { amount: '10.00' });
  assert.equal(answer.status, 500);
  const { body } = await woo(sandbox, 'GET', `/orders/${order['id']}/refunds`);
  assert.deepEqual(body, []);
  assert.equal(sandbox.company.stripe.gateway.refunds.size, 0);
});

test('modified_after is exclusive and knows whole seconds', async (t) => {
  const sandbox = await companyFor(t);
  const order = await paidOrder(sandbox);
  await sandbox.advance({ minutes: 5 });
  const { body } = await woo(sandbox, 'PUT', `/orders/${order['id']}`, { customer_note: 'x' });
  const modified = body['date_modified_gmt'] as string;
  const listed = async (text: string): Promise<unknown[]> => {
    const answer = await woo(sandbox, 'GET', `/orders?dates_are_gmt=true&modified_after=${text}`);
    return rows(answer.body).map(({ id }) => id);
  };
  assert.deepEqual(await listed(modified), []);
  const earlier = new Date(Date.parse(`${modified}Z`) - 1000).toISOString().slice(0, 19);
  assert.deepEqual(await listed(earlier), [order['id']]);
  const bad = await woo(sandbox, 'GET', '/orders?modified_after=yesterday');
  assert.deepEqual([bad.status, bad.body['code']], [400, 'rest_invalid_param']);
});

test('lists come in pages of ten, at most a hundred, and are empty beyond the last', async (t) => {
  const sandbox = await companyFor(t);
  await sandbox.addOrders(12);
  const first = await woo(sandbox, 'GET', '/orders');
  assert.equal(rows(first.body).length, 10);
  assert.deepEqual([first.headers.get('x-wp-total'), first.headers.get('x-wp-totalpages')], ['12', '2']);
  assert.match(first.headers.get('link') ?? '', /page=2.*rel="next"/);
  const second = await woo(sandbox, 'GET', '/orders?page=2');
  const ids = [...rows(first.body), ...rows(second.body)].map(({ id }) => id);
  assert.equal(new Set(ids).size, 12);
  assert.deepEqual((await woo(sandbox, 'GET', '/orders?page=3')).body, []);
  assert.equal((await woo(sandbox, 'GET', '/orders?per_page=101')).status, 400);
});

test('keys work by Basic behind TLS only; plain http wants OAuth, once per nonce', async (t) => {
  const sandbox = await companyFor(t);
  const { consumerKey, consumerSecret, readOnly, plainUrl } = sandbox.woocommerce;
  const site = new URL(plainUrl).origin;
  const path = '/wp-json/wc/v3/orders';
  const byBasic = await fetch(`${site}${path}`, {
    headers: { authorization: basic(consumerKey, consumerSecret) },
  });
  assert.equal(byBasic.status, 401);

  const signed = (nonce: string, secret = consumerSecret): string => {
    const fields: Record<string, string> = {
      oauth_consumer_key: consumerKey,
      oauth_nonce: nonce,
      oauth_signature_method: 'HMAC-SHA256',
      oauth_timestamp: String(Math.floor(sandbox.now() / 1000)),
    };
    const query = Object.keys(fields).sort().map((name) => `${name}=${fields[name]}`).join('&'); // prettier-ignore
    const text = ['GET', `${site}${path}`, query].map(encodeURIComponent).join('&');
    const signature = createHmac('sha256', `${secret}&`).update(text).digest('base64');
    return `${site}${path}?${query}&oauth_signature=${encodeURIComponent(signature)}`;
  };
  assert.equal((await fetch(signed('n1'))).status, 200);
  assert.equal((await fetch(signed('n1'))).status, 401);
  assert.equal((await fetch(signed('n2', 'wrong'))).status, 401);

  const headers = { authorization: basic(readOnly.consumerKey, readOnly.consumerSecret) };
  assert.equal((await woo(sandbox, 'GET', '/orders', undefined, { headers })).status, 200);
  assert.equal((await woo(sandbox, 'POST', '/orders', {}, { headers })).status, 401);
});

test('webhooks are signed over their raw bytes, and several changes arrive as one', async (t) => {
  const sandbox = await companyFor(t);
  const order = await paidOrder(sandbox);
  await sandbox.advance({ minutes: 2 });
  const { url, received } = await receiver(t);
  const { woocommerce: secret } = await sandbox.subscribe({ woocommerce: url });
  received.length = 0; // the pings of the new webhooks
  for (const note of ['größer', 'a/b', 'last'])
    await woo(sandbox, 'PUT', `/orders/${order['id']}`, { customer_note: note });
  await woo(sandbox, 'PUT', `/orders/${order['id']}`, { customer_note: 'Schöne Grüße' });
  await sandbox.advance({ minutes: 2 });
  const updates = received.filter(({ headers }) => headers['x-wc-webhook-topic'] === 'order.updated');
  assert.equal(updates.length, 1);
  const [{ headers, rawBody }] = updates as [(typeof updates)[number]];
  assert.match(rawBody, /Sch\\u00f6ne/);
  assert.equal(
    createHmac('sha256', secret!).update(rawBody).digest('base64'),
    headers['x-wc-webhook-signature'],
  );
  assert.equal((JSON.parse(rawBody) as Row)['customer_note'], 'Schöne Grüße');
});

test('a webhook is switched off after its sixth failure in a row', async (t) => {
  const sandbox = await companyFor(t);
  const order = await paidOrder(sandbox);
  await sandbox.advance({ minutes: 2 });
  const { url, answer } = await receiver(t);
  await sandbox.subscribe({ woocommerce: url });
  answer.status = 500;
  const statuses: unknown[] = [];
  for (let failure = 1; failure <= 6; failure += 1) {
    await woo(sandbox, 'PUT', `/orders/${order['id']}`, { customer_note: `note ${failure}` });
    await sandbox.advance({ minutes: 2 });
    const { body } = await woo(sandbox, 'GET', '/webhooks');
    statuses.push(rows(body).find(({ topic }) => topic === 'order.updated')?.['status']);
  }
  assert.deepEqual(statuses, ['active', 'active', 'active', 'active', 'active', 'disabled']);
});
