/** What a connection says of itself where the answer is not the usual one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import type { HttpRequest } from '../../src/connectors/http-client.ts';
import { rtLive } from '../../src/connectors/rt/rt-live.ts';
import { woocommerceLive } from '../../src/connectors/woocommerce/woocommerce-live.ts';
import { settingsOf } from './live-connections.ts';

type Answer = { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly text?: string; readonly json?: unknown }; // prettier-ignore
const { signal } = new AbortController();

const answering = (answer: (request: HttpRequest) => Answer): LiveConnection => ({
  settings: settingsOf('crm', 'crm'), baseUrl: 'https://there.test', secrets: { token: 'x' }, allowedNetworks: [],
  http: {
    redact: (text) => text, close() {},
    request: (request) => {
      const { status = 200, headers = {}, text = '', json } = answer(request);
      return Promise.resolve({ status, headers: { date: new Date().toUTCString(), ...headers }, text, json });
    },
  },
}); // prettier-ignore

test('all queues of Request Tracker are looked at, on however many pages', async () => {
  const connection = answering(({ url }) => {
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith('/queues/all')) {
      const [page, size] = [Number(searchParams.get('page') ?? 1), Math.min(100, Number(searchParams.get('per_page') ?? 20))]; // prettier-ignore
      const items = Array.from({ length: 130 }, (_, i) => ({ type: 'queue', id: String(i + 1) })).slice((page - 1) * size, page * size); // prettier-ignore
      return { json: { per_page: size, page, pages: null, items, count: items.length, total: null } };
    }
    const isLast = pathname.endsWith('/queue/130');
    return { json: { id: 1, TicketCustomFields: isLast ? [{ id: '1', name: 'Order number' }, { id: '2', name: 'Return number' }] : [] } }; // prettier-ignore
  });
  const lines = await rtLive.check(connection, signal);
  assert.ok(lines.some(({ message }) => message === 'Sees 130 queues.'));
  assert.deepEqual(lines.filter(({ message }) => /is visible/.test(message)), []); // prettier-ignore
});

test('a firewall that answers the trial write in the place of WooCommerce is no permission', async () => {
  const connection = answering(({ method }) =>
    method === 'POST' ? { status: 403, headers: { 'content-type': 'text/html' }, text: '<html>Forbidden</html>' } : { headers: { 'x-wp-total': '0' }, text: '[]', json: [] },
  ); // prettier-ignore
  const [write] = (await woocommerceLive.check(connection, signal)).filter(({ check }) => check === 'write');
  assert.equal(write?.state, 'warning');
});
