/** What is sent to WooCommerce, held against what the server itself says it takes (901, 902, 903). */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { HttpClient, HttpRequest, HttpResponse } from '../../src/connectors/http-client.ts';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { wooCursorSince } from '../../src/connectors/woocommerce/woo-read-live.ts';
import { woocommerceLive } from '../../src/connectors/woocommerce/woocommerce-live.ts';
import { never, settingsOf } from './live-connections.ts';
import { type Json, isJson, recordingsOf } from './recorded-objects.ts';

type Endpoint = { readonly methods: readonly string[]; readonly args: Readonly<Record<string, Json>> };

const bodyOf = (name: string): Json => {
  const body = recordingsOf('woocommerce').find((recording) => recording.name === name)?.response?.['body'];
  assert.ok(isJson(body), name);
  return body;
};
const routes = Object.entries(
  bodyOf('901-routes-index')['routes'] as Record<string, { endpoints: Endpoint[] }>,
);

/** The order that every list and every read shows. */
const order = {
  id: 19, number: '19', status: 'completed', currency: 'EUR', total: '119.000000', date_modified_gmt: '2026-11-20T10:00:00',
  refunds: [{ id: 7, total: '-10.00' }],
  line_items: [
    {
      id: 3, sku: 'SHOE-42', quantity: 3, total: '100.000001', total_tax: '18.999999',
      taxes: [{ id: 1, total: '18.999999', subtotal: '18.999999' }], meta_data: [{ id: 1, key: '_reduced_stock', value: '3' }],
    },
  ],
}; // prettier-ignore

function answering(sent: HttpRequest[], fields: Readonly<Record<string, string>> = {}, root = 'https://shop.example'): LiveConnection {
  const http: Pick<HttpClient, 'request' | 'redact'> = {
    redact: (text) => text,
    async request(request) {
      const signed = request.sign?.(request.url);
      sent.push(signed === undefined ? request : { ...request, url: signed.url });
      const path = new URL(request.url).pathname;
      const isOne = /\/orders\/\d+$/.test(path);
      const json: unknown = request.method === 'POST' ? { id: 70, refunded_payment: true } : isOne ? order : path.endsWith('/orders') ? [order] : [];
      return { status: 200, headers: { 'x-wp-total': '0' }, json, text: '' } satisfies HttpResponse;
    },
  };
  const secrets = { consumerKey: 'ck_1', consumerSecret: 'cs_1', webhook: 'whsec' };
  return { settings: settingsOf('shop', 'shop', { fields }), baseUrl: root, secrets, http: http as HttpClient };
} // prettier-ignore

const command = (kind: ConnectorCommand['kind'], more: Partial<ConnectorCommand> = {}): ConnectorCommand => ({
  key: `routes/${kind}`, kind, orderKey: 'shop/19', problem: 'p', control: 'entitled-refunded', mode: 'approve',
  refs: { order: '19' }, amount: { minor: 3967, currency: 'EUR' }, sku: 'SHOE-42', units: 1, text: 'Return RMA-7', ...more,
}); // prettier-ignore

void describe('what is sent to WooCommerce', () => {
  const sent: HttpRequest[] = [];
  before(async () => {
    const connection = answering(sent);
    for (const { kind } of woocommerceLive.sweeps) {
      await woocommerceLive.sweep(connection, kind, undefined, never);
      const since = wooCursorSince(kind, 0) ?? '{"since":1760000000000}';
      await woocommerceLive.sweep(connection, kind, since, never);
      for await (const _page of woocommerceLive.census(connection, kind, never)) break;
      await woocommerceLive.fetch(connection, { kind, id: '19' }, never);
    }
    await woocommerceLive.check(connection, never);
    await woocommerceLive.subscribe?.(connection, 'https://reentry.example/hooks/shop', never);
    for (const kind of ['refund', 'record-refund', 'restock-shop', 'place-answer'] as const)
      await woocommerceLive.execute(connection, command(kind), never);
  });

  void it('goes to routes that exist, with parameters and values that they take', () => {
    const paths = new Set<string>();
    for (const { method, url } of sent) {
      const { pathname, searchParams } = new URL(url);
      const path = pathname.replace('/wp-json', '');
      paths.add(path);
      const found = routes
        .filter(([route]) => new RegExp(`^${route.replaceAll('(?P<', '(?<')}$`).test(path))
        .flatMap(([, { endpoints }]) => endpoints)
        .filter(({ methods }) => methods.includes(method));
      assert.ok(found.length > 0, `${method} ${path}`);
      for (const [name, value] of searchParams) {
        // What every route of WordPress takes; and `dp`, which one order takes without saying so (962).
        if (name === '_fields' || name === 'force' || (name === 'dp' && path === '/wc/v3/orders/19'))
          continue;
        const arg = found.map(({ args }) => args[name]).find((each) => each !== undefined);
        assert.ok(arg !== undefined, `${method} ${path} takes no ${name}`);
        const values = arg['enum'] ?? (isJson(arg['items']) ? arg['items']['enum'] : undefined);
        if (Array.isArray(values))
          assert.ok((values as unknown[]).includes(value), `${path} ${name}=${value}`);
      }
    }
    assert.ok(paths.size > 10);
  });

  void it('asks for all decimals that the server can give, and never sends a zone with dates_are_gmt', () => {
    const lists = sent.filter(({ method, url }) => method === 'GET' && /\/(?:orders|refunds)\?/.test(url) && !url.includes('_fields') && !url.includes('per_page=1&') && !url.endsWith('per_page=1'));
    assert.ok(lists.length > 4);
    for (const { url } of lists) assert.equal(new URL(url).searchParams.get('dp'), '6', url);
    const dated = sent.filter(({ url }) => /modified_(?:after|before)/.test(url));
    assert.ok(dated.length > 2);
    for (const { url } of dated) {
      const { searchParams } = new URL(url);
      const at = searchParams.get('modified_after') ?? searchParams.get('modified_before') ?? '';
      assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      assert.equal(searchParams.get('dates_are_gmt'), 'true');
    }
  }); // prettier-ignore

  void it('says whether to pay and whether to restock each time, because both are true by default', () => {
    const schema = bodyOf('902-options-refunds')['schema'] as { properties: Record<string, Json> };
    assert.deepEqual([schema.properties['api_refund']?.['default'], schema.properties['api_restock']?.['default']], [true, true]);
    const bodies = sent
      .filter(({ method, url }) => method === 'POST' && /orders\/19\/refunds/.test(url))
      .map(({ body }) => JSON.parse(body ?? '{}') as Json);
    assert.deepEqual(bodies.map((body) => [body['api_refund'], body['api_restock']]), [[true, false], [false, false], [false, true]]);
    // A number as amount is a 400 (321).
    for (const body of bodies) assert.equal(typeof body['amount'], 'string');
    // Net unrounded, tax rounded: the unit's share of their sum is the amount to the cent, so the line can be named.
    assert.deepEqual(bodies[0]?.['line_items'], [
      { id: 3, quantity: 1, refund_total: '33.34', refund_tax: [{ id: 1, refund_total: '6.33' }] },
    ]);
  }); // prettier-ignore

  void it('reads fields that the server says an order has', () => {
    const { properties } = bodyOf('903-options-orders')['schema'] as { properties: Record<string, Json> };
    const read = ['number', 'status', 'currency', 'total', 'shipping_total', 'shipping_tax', 'date_paid_gmt', 'date_completed_gmt', 'date_modified_gmt', 'transaction_id', 'payment_method', 'line_items', 'shipping_lines', 'fee_lines', 'refunds', 'meta_data'];
    assert.deepEqual(read.filter((name) => !Object.hasOwn(properties, name)), []);
    assert.equal(properties['line_items']?.['type'], 'array');
  }); // prettier-ignore

  void it('finds shops with plain permalinks, and those whose web server keeps the header from PHP', async () => {
    const plain: HttpRequest[] = [];
    await woocommerceLive.fetch(answering(plain, { permalinks: 'plain' }), { kind: 'order', id: '19' }, never);
    const first = new URL(plain[0]?.url ?? '');
    assert.equal(first.pathname, '/index.php');
    assert.equal(first.searchParams.get('rest_route'), '/wc/v3/orders/19');
    const inQuery: HttpRequest[] = [];
    await woocommerceLive.fetch(answering(inQuery, { credentials: 'query' }), { kind: 'order', id: '19' }, never);
    assert.match(inQuery[0]?.url ?? '', /consumer_key=ck_1&consumer_secret=cs_1/);
    assert.equal(inQuery[0]?.headers?.['authorization'], undefined);
    // Over plain http the secret never travels, whatever is set.
    const http: HttpRequest[] = [];
    await woocommerceLive.fetch(answering(http, { credentials: 'query' }, 'http://shop.example'), { kind: 'order', id: '19' }, never);
    assert.match(http[0]?.url ?? '', /oauth_signature=/);
    assert.doesNotMatch(http[0]?.url ?? '', /cs_1/);
  }); // prettier-ignore
});
