/** Small clients of the four servers, and a receiver of webhooks, for tests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { SandboxCompany, SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

export type Answer = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
};

/** A company where nothing happens by itself unless asked for; closed with the test. */
export async function companyFor(t: TestContext, options: SandboxOptions = {}): Promise<SandboxCompany> {
  const sandbox = await startSandbox({ seed: t.name, ordersPerDay: 0, ...options });
  t.after(() => sandbox.close());
  return sandbox;
}

async function read(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const body = (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { text }) as Record<
    string,
    unknown
  >;
  return { status: answer.status, body, headers: answer.headers };
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export async function woo(
  { woocommerce }: SandboxCompany,
  method: string,
  path: string,
  body?: unknown,
  options: { origin?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Answer> {
  const answer = await fetch(`${options.origin ?? woocommerce.baseUrl}/wp-json/wc/v3${path}`, {
    method,
    headers: {
      authorization: basic(woocommerce.consumerKey, woocommerce.consumerSecret),
      'content-type': 'application/json',
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return read(answer);
}

/** Calls the ERP; throws the exception's name. */
export async function erp(
  { odoo }: SandboxCompany,
  model: string,
  method: string,
  args: readonly unknown[],
  kwargs: object = {},
): Promise<unknown> {
  const answer = await fetch(`${odoo.baseUrl}/jsonrpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      params: {
        service: 'object',
        method: 'execute_kw',
        args: [odoo.database, 2, odoo.password, model, method, args, kwargs],
      },
    }),
  });
  const body = (await answer.json()) as {
    result?: unknown;
    error?: { data: { name: string; message: string } };
  };
  if (body.error !== undefined) throw new Error(`${body.error.data.name}: ${body.error.data.message}`);
  return body.result;
}

export async function pay(
  { stripe }: SandboxCompany,
  method: string,
  path: string,
  form: Record<string, string> = {},
  key?: string,
): Promise<Answer> {
  const query =
    method === 'GET' && Object.keys(form).length > 0 ? `?${new URLSearchParams(form).toString()}` : '';
  const answer = await fetch(`${stripe.baseUrl}/v1${path}${query}`, {
    method,
    headers: {
      authorization: `Bearer ${stripe.secretKey}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
  });
  return read(answer);
}

export async function crm(
  { hubspot }: SandboxCompany,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const answer = await fetch(`${hubspot.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${hubspot.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return read(answer);
}

export type Received = {
  readonly headers: Record<string, string>;
  readonly rawBody: string;
  readonly url: string;
};

/** Listens for webhooks; `answer` may be changed while it runs. */
export async function receiver(
  t: TestContext,
): Promise<{ url: string; received: Received[]; answer: { status: number } }> {
  const received: Received[] = [];
  const answer = { status: 200 };
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        headers: request.headers as Record<string, string>,
        rawBody: Buffer.concat(chunks).toString('utf8'),
        url: request.url ?? '',
      });
      reply.writeHead(answer.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, answer };
}

/** One paid order over the API: `quantity` helmets at 84.90, the charge at the gateway included. */
export async function paidOrder(sandbox: SandboxCompany, quantity = 2): Promise<Record<string, unknown>> {
  await sandbox.addOrders(1);
  const [placed] = [...sandbox.company.woocommerce.shop.orders.values()].slice(-1);
  const { transactionId } = placed ?? { transactionId: '' };
  const listed = await woo(sandbox, 'GET', '/products?sku=HELM-U1');
  const [helmet] = listed.body as unknown as { id: number }[];
  const created = await woo(sandbox, 'POST', '/orders', {
    payment_method: 'stripe',
    transaction_id: transactionId,
    set_paid: true,
    billing: { country: 'DE', first_name: 'Ada' },
    line_items: [{ product_id: helmet?.id, quantity }],
  });
  return created.body;
}
