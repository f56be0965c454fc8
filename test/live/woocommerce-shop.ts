/** Things to sell in a real WooCommerce, and what its customers and clerks do. Everything goes by its own REST API. */
import type { LiveConnection } from '../../src/connectors/live-contract.ts';
import { callWoo } from '../../src/connectors/woocommerce/woo-request.ts';
import { connect, givenServer, never, settingsOf } from '../connectors/live-connections.ts';

export type Row = Record<string, unknown>;

export const shopAt = givenServer('WOOCOMMERCE');
export const zone = process.env['REENTRY_LIVE_WOOCOMMERCE_ZONE'] ?? 'UTC';
/** A payment method of that shop whose refunds succeed; without one nothing is refunded through a gateway. */
export const gateway = process.env['REENTRY_LIVE_WOOCOMMERCE_GATEWAY'];
export const shopSettings = settingsOf('shop', 'shop', {
  zone,
  statuses: { 'return-requested': 'requested' },
});
export const shopSecrets = {
  consumerKey: process.env['REENTRY_LIVE_WOOCOMMERCE_KEY'] ?? '',
  consumerSecret: process.env['REENTRY_LIVE_WOOCOMMERCE_SECRET'] ?? '',
  webhook: 'whsec-of-the-live-test',
};

export const openShop = (more: Partial<LiveConnection['secrets']> = {}): LiveConnection =>
  connect(shopSettings, shopAt.url, { ...shopSecrets, ...more } as LiveConnection['secrets']);

/** Marks what this run made, so that many runs may share a shop. */
export const runMark = Date.now().toString(36).toUpperCase();

export type Shop = {
  readonly connection: LiveConnection;
  /** Product ids by the short name of the product; its SKU carries the mark of the run. */
  readonly products: Readonly<Record<string, number>>;
};

export const skuOf = (name: string): string => `${name}-${runMark}`;

/** One call as the shop's own people make it; what the shop refuses fails the test. */
export async function ask(
  connection: LiveConnection,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  query?: Readonly<Record<string, string>>,
): Promise<Row> {
  const answer = await callWoo(
    connection,
    { method, path, ...(body === undefined ? {} : { body }), ...(query === undefined ? {} : { query }) },
    never,
  );
  if (answer.is !== 'ok') throw new Error(`${method} ${path}: ${JSON.stringify(answer).slice(0, 400)}`);
  return answer.body as Row;
}

export async function listAll(
  connection: LiveConnection,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (let page = 1; ; page += 1) {
    const rows = (await ask(connection, 'GET', path, undefined, {
      ...query, per_page: '100', page: String(page),
    })) as unknown as Row[]; // prettier-ignore
    found.push(...rows);
    if (rows.length < 100) return found;
  }
}

let shop: Promise<Shop> | undefined;

/** The products of this run; made once. */
export function setUpShop(connection: LiveConnection): Promise<Shop> {
  shop ??= (async () => {
    const products: Record<string, number> = {};
    for (const [name, price] of [
      ['SHOE', '59.50'],
      ['MUG', '19.99'],
      ['LAMP', '35.00'],
    ] as const) {
      const made = await ask(connection, 'POST', 'products', {
        name: `${name} of the live test`, type: 'simple', sku: skuOf(name), regular_price: price, manage_stock: true,
        stock_quantity: 100,
      }); // prettier-ignore
      products[name] = Number(made['id']);
    }
    return { connection, products };
  })();
  return shop;
}

/** A paid order; answers it as the shop does. */
export async function sell(
  { connection, products }: Shop,
  lines: Readonly<Record<string, number>>,
  more: Row = {},
): Promise<Row> {
  return ask(connection, 'POST', 'orders', {
    status: 'completed', payment_method: gateway ?? 'bacs', payment_method_title: 'Live test', set_paid: true,
    transaction_id: `live-${runMark}`,
    billing: { first_name: 'Ada', last_name: 'Meyer', email: 'ada@example.test', country: 'DE' },
    line_items: Object.entries(lines).map(([name, quantity]) => ({ product_id: products[name], quantity })),
    ...more,
  }); // prettier-ignore
}

/** Order lines by the short name of their product. */
export function lineOf(order: Row, name: string): Row {
  const lines = order['line_items'] as readonly Row[];
  const found = lines.find((line) => line['sku'] === skuOf(name));
  if (found === undefined) throw new Error(`no line of ${name}`);
  return found;
}

export async function stockOf({ connection, products }: Shop, name: string): Promise<number> {
  return Number((await ask(connection, 'GET', `products/${products[name]}`))['stock_quantity']);
}
