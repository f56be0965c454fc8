/**
 * A WooCommerce of many plain orders behind real HTTP, for runs that are too large for the sandbox: lists, single
 * orders, their refunds, nothing else. Counts what it is asked.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wooOrder } from '../audit/woo-order.ts';

type Row = { readonly id: number; readonly modified: string; readonly body: Record<string, unknown> };

const [prefix, second] = ['/wp-json/wc/v3/', 1000];

export class PlainShop {
  readonly #orders = new Map<number, Row>();
  readonly #refunds = new Map<number, Row>();
  #byModified: Row[] | undefined;
  #server = createServer((request, response) => this.#answer(request, response));
  /** Lists answer 503: then only webhooks tell what changed. */
  areListsDown = false;
  /** When each request came, epoch milliseconds. */
  readonly requestedAt: number[] = [];

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Places or changes an order; `at` is its day, `modified` when it last changed (ISO without zone). */
  putOrder(id: number, at: string, modified: string, changes: Readonly<Record<string, unknown>> = {}): void {
    const refunds = (this.#orders.get(id)?.body['refunds'] ?? []) as readonly unknown[];
    const times = {
      date_created_gmt: at,
      date_paid_gmt: at,
      date_completed_gmt: at,
      date_modified_gmt: modified,
    };
    this.#orders.set(id, { id, modified, body: wooOrder(id, { refunds, ...times, ...changes }) });
    this.#byModified = undefined;
  }

  statusOf(id: number): unknown {
    return this.#orders.get(id)?.body['status'];
  }

  /** Refunds an order's only line whole, by hand: nothing at a gateway. */
  refundOrder(refundId: number, orderId: number, at: string): void {
    const line = { id: refundId * 10, product_id: 7, variation_id: 0, sku: 'SHOE-42', quantity: -1, total: '-50.34', total_tax: '-9.56', taxes: [], meta_data: [{ key: '_refunded_item_id', value: String(orderId * 10) }] }; // prettier-ignore
    this.#refunds.set(refundId, {
      id: refundId,
      modified: at,
      body: {
        id: refundId, parent_id: orderId, amount: '59.90', reason: '', refunded_payment: false, date_created_gmt: at,
        date_modified_gmt: at, meta_data: [], shipping_lines: [], fee_lines: [], line_items: [line],
      },
    }); // prettier-ignore
    const { body, modified } = this.#orders.get(orderId)!;
    const refunds = [{ id: refundId, reason: '', total: '-59.90' }];
    this.#orders.set(orderId, { id: orderId, modified, body: { ...body, refunds } });
    this.#byModified = undefined;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requestedAt.push(Date.now());
    const url = new URL(request.url ?? '/', 'http://shop');
    const [kind = '', id, part] = url.pathname.slice(prefix.length).split('/');
    if (id === undefined && this.areListsDown) return send(response, 503, { code: 'down', message: 'later' });
    if (kind === 'orders' && id !== undefined) return this.#answerOrder(response, Number(id), part);
    if (kind === 'orders') return this.#listOrders(response, url.searchParams);
    if (kind === 'refunds') return this.#listRefunds(response, url.searchParams);
    if (kind === 'products' || kind === 'variations') return sendPage(response, [], new URLSearchParams());
    send(response, 404, { code: 'rest_no_route', message: 'no route' });
  }

  #answerOrder(response: ServerResponse, id: number, part: string | undefined): void {
    const row = this.#orders.get(id);
    if (row === undefined)
      return send(response, 404, { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.' });
    if (part === undefined) return send(response, 200, row.body);
    if (part !== 'refunds') return sendPage(response, [], new URLSearchParams());
    const ids = (row.body['refunds'] as readonly { readonly id: number }[]).map((one) => one.id);
    sendPage(response, ids.map((one) => this.#refunds.get(one)!), new URLSearchParams()); // prettier-ignore
  }

  #listOrders(response: ServerResponse, query: URLSearchParams): void {
    if (query.get('status') === 'trash') return sendPage(response, [], query);
    this.#byModified ??= [...this.#orders.values()].sort((a, b) => (a.modified < b.modified ? -1 : a.modified > b.modified ? 1 : a.id - b.id)); // prettier-ignore
    let rows = within(this.#byModified, query);
    if (query.get('orderby') === 'id') rows = [...rows].sort((a, b) => a.id - b.id);
    if (query.get('order') === 'desc') rows = [...rows].reverse();
    sendPage(response, rows, query);
  }

  #listRefunds(response: ServerResponse, query: URLSearchParams): void {
    const include = query.get('include');
    const all =
      include === null
        ? [...this.#refunds.values()].sort((a, b) => a.id - b.id)
        : include.split(',').flatMap((id) => this.#refunds.get(Number(id)) ?? []);
    sendPage(response, within(all, query), query);
  }
}

function within(rows: readonly Row[], query: URLSearchParams): readonly Row[] {
  const [before, after] = [query.get('modified_before'), query.get('modified_after')];
  return rows.filter(({ modified }) => (before === null || modified < before) && (after === null || modified > after)); // prettier-ignore
}

function sendPage(response: ServerResponse, rows: readonly Row[], query: URLSearchParams): void {
  const size = Number(query.get('per_page') ?? 100);
  const from = (Number(query.get('page') ?? 1) - 1) * size;
  response.setHeader('x-wp-total', String(rows.length));
  response.setHeader('x-wp-totalpages', String(Math.ceil(rows.length / size)));
  send(response, 200, rows.slice(from, from + size).map((row) => row.body)); // prettier-ignore
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Most requests that came within any second. */
export function busiestSecond(times: readonly number[]): number {
  let [most, from] = [0, 0];
  for (const [index, at] of times.entries()) {
    while (times[from]! <= at - second) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
