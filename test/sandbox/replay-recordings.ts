/**
 * Sends recorded requests to the sandbox and tells where its answers differ in status or top-level shape. The
 * recordings are parts of a longer story: what they name without having made it is made here from what they show.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createFaults } from '../../src/sandbox/faults.ts';
import { newDatabase } from '../../src/sandbox/odoo/new-database.ts';
import { createOdooService } from '../../src/sandbox/odoo/odoo-service.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/sandbox-clock.ts';
import { asJson, asList, asText, type Json, type SandboxResponse } from '../../src/sandbox/service.ts';
import type { GatewayAnswer } from '../../src/sandbox/woocommerce/create-refund.ts';
import type { ShopSettings } from '../../src/sandbox/woocommerce/shop-state.ts';
import { createShop } from '../../src/sandbox/woocommerce/start-woocommerce.ts';

export type Difference = { readonly recording: string; readonly difference: string };
export type Replay = { readonly replayed: number; readonly differences: readonly Difference[] };

type Recording = {
  readonly name: string;
  readonly request: Json;
  readonly response: Json;
  readonly whole: Json;
};

const folder = new URL('../fixtures/recordings/', import.meta.url);

function recordingsOf(vendor: string): Recording[] {
  return readdirSync(new URL(`${vendor}/`, folder))
    .sort()
    .map((file) => {
      const whole = JSON.parse(readFileSync(new URL(`${vendor}/${file}`, folder), 'utf8')) as Json;
      const name = file.replace('.json', '');
      return { name, whole, request: asJson(whole['request']), response: asJson(whole['response']) };
    });
}

const kindOf = (value: unknown): string =>
  Array.isArray(value)
    ? 'list'
    : value === null || value === undefined || value === ''
      ? 'nothing'
      : typeof value;

/** Differences of two bodies: kind, and the names of an object or of the first object of a list. */
export function compareShapes(recorded: unknown, given: unknown): string[] {
  if (kindOf(recorded) !== kindOf(given)) return [`body is ${kindOf(given)} instead of ${kindOf(recorded)}`];
  const [one, other] = [recorded, given].map((value) =>
    Array.isArray(value) ? (value[0] as unknown) : value,
  );
  // A list may be empty here and not there: the story around the recordings is another.
  if (kindOf(one) !== 'object' || kindOf(other) !== 'object') return [];
  const [names, found] = [Object.keys(asJson(one)), Object.keys(asJson(other))];
  const lacks = names.filter((name) => !found.includes(name)).sort();
  const more = found.filter((name) => !names.includes(name)).sort();
  return [
    ...(lacks.length > 0 ? [`body lacks ${lacks.join(', ')}`] : []),
    ...(more.length > 0 ? [`body has also ${more.join(', ')}`] : []),
  ];
}

/** Brings the clock to the time of a recording. */
async function follow(clock: SandboxClock, response: Json): Promise<void> {
  const at = Date.parse(asText(asJson(response['headers'])['Date']));
  if (at > clock.now()) await clock.advance(at - clock.now());
}

const adminKey = `ck_${'a'.repeat(40)}`;
const adminSecret = `cs_${'b'.repeat(40)}`;

function gatewayAnswer(message: string): GatewayAnswer {
  if (message.startsWith('Sandbox gateway')) return { outcome: 'declined', message };
  return { outcome: message.startsWith('An error occurred while attempting') ? 'false' : 'paid' };
}

/** The recording shows, or needs, an order that a request before it made. */
const hasOrder = ({ whole, response }: Recording): boolean =>
  whole['state_before'] !== undefined || asJson(response['body'])['code'] === 'internal_server_error';

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

class ShopReplay {
  readonly #clock = createSandboxClock(Date.UTC(2026, 10, 23, 8, 40));
  readonly #posts = new Map<number, number>();
  readonly #lines = new Map<number, number>();
  readonly #settings: Mutable<ShopSettings>;
  readonly #shop: ReturnType<typeof createShop>;
  #message = '';

  constructor() {
    const key = (letter: string, secret: string, permissions: 'read' | 'write' | 'read_write', owner: 'admin' | 'customer' = 'admin') => ({
      consumerKey: `ck_${letter.repeat(40)}`, consumerSecret: `cs_${secret.repeat(40)}`, permissions, owner,
    }); // prettier-ignore
    const rate = (id: number, percent: number, taxClass: string) => ({
      id, country: 'DE', state: '', taxClass, percent, name: 'VAT', priority: 1, onShipping: taxClass === '',
    }); // prettier-ignore
    this.#settings = {
      siteUrl: 'https://127.0.0.1:8443',
      currency: 'USD', currencySymbol: '$', digits: 2, zone: 'UTC', pricesIncludeTax: false,
      base: { country: 'DE', state: '' },
      taxRates: [rate(1, 19, ''), rate(2, 7, 'reduced-rate')],
      customStatuses: [],
      keys: [key('a', 'b', 'read_write'), key('c', 'd', 'read'), key('e', 'f', 'write'), key('1', '2', 'read_write', 'customer')],
      refundingGateways: ['stripe'],
      knownGateways: ['stripe', 'bacs', 'cod'],
      fulfillments: false,
      firstPostId: 10,
    }; // prettier-ignore
    this.#shop = createShop({
      settings: this.#settings,
      clock: this.#clock,
      faults: createFaults([], createRandom('replay')),
      random: createRandom('replay'),
      gateway: () => gatewayAnswer(this.#message),
    }); // prettier-ignore
  }

  async #send(
    method: string,
    path: string,
    more: { query?: Json; body?: unknown; headers?: Json; origin?: string } = {},
  ): Promise<SandboxResponse> {
    const origin = more.origin ?? 'https://127.0.0.1:8443';
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(more.query ?? {})) {
      if (Array.isArray(value)) for (const each of value) query.append(`${name}[]`, asText(each));
      else query.append(name, asText(value));
    }
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(more.headers ?? {}))
      headers[name.toLowerCase()] = asText(value);
    if (headers['authorization']?.startsWith('Basic base64(') ?? more.headers === undefined) {
      headers['authorization'] = `Basic ${Buffer.from(`${adminKey}:${adminSecret}`).toString('base64')}`;
    }
    const body = more.body;
    const rawBody =
      body === undefined || body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    return this.#shop.service.handle({
      method,
      path,
      query,
      headers,
      rawBody,
      secure: origin.startsWith('https'),
      origin,
    });
  }

  /** Makes an order that the recordings use but did not make, from what they show of it. */
  async #makeOrder(id: number, { whole, response }: Recording): Promise<void> {
    const shown = asJson(response['body']);
    const before = asJson(asJson(whole['state_before'])['order']);
    const source = asList(shown['line_items']).length > 0 && shown['id'] === id ? shown : before;
    const products = [...this.#shop.shop.products.values()];
    const line_items = asList(source['line_items']).map(asJson).map((line) => ({
      product_id: products.find(({ sku }) => sku === line['sku'])?.id ?? products[0]?.id,
      quantity: line['quantity'],
      subtotal: asText(line['total']).replace('-', ''),
      total: asText(line['total']).replace('-', ''),
    })); // prettier-ignore
    const total = Number(source['total'] ?? 0);
    const goods = line_items.reduce((sum, line) => sum + Number(line.total), 0);
    const product = { product_id: products[0]?.id, quantity: 5, total: '500.00' };
    const message = asText(shown['message']);
    const status = asText(source['status']);
    const made = await this.#send('POST', '/wp-json/wc/v3/orders', {
      body: {
        status:
          status === '' || ['trash', 'refunded', 'return-requested'].includes(status) ? 'processing' : status,
        payment_method: message.includes('does not exist')
          ? ''
          : message.includes('does not support')
            ? 'bacs'
            : 'stripe',
        // Where there is no tax, lines and shipping make up the total that was recorded.
        billing: { country: 'US' },
        line_items: line_items.length > 0 ? line_items : [product],
        shipping_lines: [
          {
            method_id: 'flat_rate',
            method_title: 'Flat',
            total: total === 0 ? '50.00' : (total - goods).toFixed(2),
          },
        ],
      },
    });
    this.#learn({ ...source, id }, made.body);
    if (shown['code'] !== 'internal_server_error') return;
    // Core falls over where the id is that of a refund.
    const path = `/wp-json/wc/v3/orders/${asText(asJson(made.body)['id'])}/refunds`;
    const refund = await this.#send('POST', path, { body: { amount: '0', api_refund: false } });
    this.#learn({ id }, refund.body);
  }

  /** Pairs recorded ids with those given here. */
  #learn(recorded: unknown, given: unknown): void {
    const [one, other] = [asJson(recorded), asJson(given)];
    if (typeof one['id'] === 'number' && typeof other['id'] === 'number')
      this.#posts.set(one['id'], other['id']);
    for (const list of ['line_items', 'shipping_lines', 'fee_lines']) {
      for (const [at, line] of asList(one[list]).entries()) {
        const twin = asJson(asList(other[list])[at])['id'];
        if (typeof twin === 'number') this.#lines.set(Number(asJson(line)['id']), twin);
      }
    }
  }

  #translate(value: unknown, name = '', inLines = false): unknown {
    if (Array.isArray(value))
      return value.map((each) =>
        this.#translate(each, name, inLines || /^(?:line_items|shipping_lines|fee_lines)$/.test(name)),
      );
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, this.#translate(each, key, inLines)]),
      );
    }
    if (typeof value !== 'number') return value;
    if (name === 'product_id' || name === 'variation_id' || name === 'delete')
      return this.#posts.get(value) ?? value;
    if (name === 'id') return (inLines ? this.#lines : this.#posts).get(value) ?? value;
    return value;
  }

  async replay(recording: Recording): Promise<string[]> {
    const { request, response } = recording;
    await follow(this.#clock, response);
    const path = asText(request['path']);
    const status = Number(response['status']);
    // What the shop's owner switched on meanwhile.
    if (recording.name.includes('custom-status-list')) {
      this.#settings.customStatuses = [{ slug: 'return-requested', name: 'Return requested' }];
    }
    if (recording.name.includes('fulfillments-on')) this.#settings.fulfillments = true;
    const order = /\/orders\/(\d+)/.exec(path)?.[1];
    const known = order === undefined || this.#posts.has(Number(order));
    if (!known && order !== '99999' && (status < 300 || hasOrder(recording))) {
      await this.#makeOrder(Number(order), recording);
    }
    this.#message = asText(asJson(response['body'])['message']);
    const method = asText(request['method']);
    const here = path.replace(/\/(\d+)(?=\/|$)/g, (_, id: string) => `/${this.#posts.get(Number(id)) ?? id}`);
    const answer = await this.#send(method, here, {
      query: asJson(request['query']),
      body: this.#translate(request['body']),
      headers: asJson(request['headers']),
      origin: asText(request['base']),
    });
    this.#learn(response['body'], answer.body);
    const differences = answer.status === status ? [] : [`status ${answer.status} instead of ${status}`];
    if (differences.length > 0 || method === 'HEAD') return differences;
    return compareShapes(response['body'], answer.body);
  }
}

/** Replays all recorded requests to WooCommerce's API. */
export async function replayWooCommerce(): Promise<Replay> {
  const shop = new ShopReplay();
  const differences: Difference[] = [];
  let replayed = 0;
  for (const recording of recordingsOf('woocommerce')) {
    const { name, request, response } = recording;
    // Deliveries to a receiver, and figures about them, are no requests to the shop.
    if (response['status'] === undefined || !/^\/(?:wp-json|index\.php)/.test(asText(request['path'])))
      continue;
    replayed += 1;
    for (const difference of await shop.replay(recording)) differences.push({ recording: name, difference });
  }
  return { replayed, differences };
}

/** What a JSON-RPC answer is: its exception, or the shape of its result. */
const outcomeOf = (body: Json): string =>
  body['error'] === undefined ? 'result' : asText(asJson(asJson(body['error'])['data'])['name']);

/** The request with our ids of transfers; recordings hide passwords, also the wrong ones. */
function reworded(name: string, body: unknown, transfers: ReadonlyMap<number, number>): unknown {
  const params = asJson(asJson(body)['params']);
  const args = [...asList(params['args'])];
  if (args.length === 0) return body;
  if (/wrong-password|access-denied/.test(name)) args[2] = 'wrong';
  const [ids] = asList(args[5]);
  if (args[3] === 'stock.picking' && Array.isArray(ids)) {
    args[5] = [ids.map((id: unknown) => transfers.get(Number(id)) ?? id), ...asList(args[5]).slice(1)];
  }
  return { ...asJson(body), params: { ...params, args } };
}

/** Replays all recorded requests to Odoo. */
export async function replayOdoo(): Promise<Replay> {
  const clock = createSandboxClock(Date.UTC(2026, 10, 23, 9, 0));
  const database = newDatabase(
    {
      company: 'My Company',
      currency: 'EUR',
      currencySymbol: '€',
      taxes: [{ name: '15%', percent: 15 }],
      inspection: false,
    },
    clock.now,
  );
  const access = { database: 'odoo18', login: 'admin', password: '<password>' };
  const service = createOdooService(database, access);
  const differences: Difference[] = [];
  let replayed = 0;
  let cookie = '';
  /** Transfers by the ids that were recorded: those made by requests that were not recorded lack here. */
  const transfers = new Map<number, number>();
  for (const { name, request, response } of recordingsOf('odoo')) {
    await follow(clock, response);
    const sent = reworded(name, request['body'], transfers);
    const answer = await service.handle({
      method: asText(request['method']),
      path: asText(request['path']),
      query: new URLSearchParams(),
      headers: name.includes('call-kw') ? { cookie } : {},
      rawBody: typeof sent === 'string' ? sent : JSON.stringify(sent),
      secure: true,
      origin: 'http://127.0.0.1:8069',
    });
    cookie = /session_id=[\w-]+/.exec(answer.headers?.['Set-Cookie'] ?? '')?.[0] ?? cookie;
    replayed += 1;
    const [before, now] = [response['body'], answer.body].map((body) => asJson(asJson(body)['result']));
    if (before?.['res_model'] === 'stock.picking') {
      transfers.set(Number(before['res_id']), Number(now?.['res_id']));
    }
    const status = Number(response['status']);
    const found = answer.status === status ? [] : [`status ${answer.status} instead of ${status}`];
    const [one, other] = [asJson(response['body']), asJson(answer.body)];
    if (found.length === 0 && kindOf(response['body']) === 'object') {
      const [wanted, given] = [outcomeOf(one), outcomeOf(other)];
      found.push(
        ...(wanted === given
          ? compareShapes(one['result'], other['result'])
          : [`${given} instead of ${wanted}`]),
      );
    }
    for (const difference of found) differences.push({ recording: name, difference });
  }
  return { replayed, differences };
}
