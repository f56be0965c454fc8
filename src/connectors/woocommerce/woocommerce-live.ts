/**
 * WooCommerce 10, live. `baseUrl` is the shop's address; secrets are `consumerKey`, `consumerSecret` and `webhook`.
 * Commands need `refs.order`.
 */
import type {
  CommandPromise, ConnectorLive, HealthLine, LiveConnection,
} from '../live-contract.ts'; // prettier-ignore
import { toExecuted, toUnreachable } from '../source-unreachable.ts';
import { isShape } from './object-fields.ts';
import { censusWoo, fetchWoo, sweepWoo, wooCursorSince, wooOverlapMs } from './woo-read-live.ts';
import { executeWoo, probeWoo } from './woo-refund-live.ts';
import { callWoo, readWoo, refuseWoo } from './woo-request.ts';
import { subscribeWoo, verifyWoo } from './woo-webhooks-live.ts';

/** PHP may run five minutes on, after the line was cut, and the gateway with it. */
const promise: CommandPromise = {
  idempotency: 'probe-only',
  keyLifetimeMs: Number.POSITIVE_INFINITY,
  settleTimeMs: 5 * 60_000,
};

const commandKinds = ['refund', 'record-refund', 'restock-shop', 'place-answer'];

/** More than that between the clocks is told. */
const clockMinutesMax = 2;

const reads = [
  ['orders', 'orders'],
  ['refunds', 'refunds'],
  ['products', 'products'],
] as const;

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  const say = (name: string, state: HealthLine['state'], message: string): void =>
    void lines.push({ check: name, state, message });
  for (const [path, name] of reads) {
    try {
      const { at } = await readWoo(connection, path, { per_page: '1' }, signal);
      say(`read ${name}`, 'ok', `Can read ${name}.`);
      const off = Math.round((at - Date.now()) / 60_000);
      if (path === 'orders' && Math.abs(off) > clockMinutesMax)
        say('clock', 'warning', `The shop's clock is ${off} minutes off; have it set by NTP.`);
    } catch (error) {
      const { code, message } = toUnreachable(error);
      const told =
        code === 'unauthorized'
          ? 'The consumer key or secret is wrong, or the key may not read; make a new one under WooCommerce › Settings › Advanced › REST API.'
          : code === 'forbidden'
            ? `The key belongs to a user who may not see ${name}; make it for a shop manager.`
            : code === 'route-missing' && path === 'refunds'
              ? 'This WooCommerce is older than 9.0: refunds are read order by order.'
              : code === 'route-missing'
                ? `There is no WooCommerce API at this address (${message}); check the address, and where the shop has plain permalinks set the field permalinks=plain.`
                : message;
      say(`read ${name}`, code === 'route-missing' && path === 'refunds' ? 'warning' : 'failed', told);
    }
  }
  if (lines.some((line) => line.state === 'failed')) return lines;
  // An order that cannot exist is refused for the right first and for the number only then (722 before 325).
  const write = await callWoo(
    connection,
    {
      method: 'POST',
      path: 'orders/0/refunds',
      body: { amount: '0', api_refund: false, api_restock: false },
    },
    signal,
  );
  if (write.is === 'error' && (write.status === 401 || write.status === 403))
    say('write', 'ok', 'May only read; enough to watch.');
  else if (write.is === 'unclear')
    say('write', 'warning', `Whether it may write is not known: ${refuseWoo(write, connection).message}.`);
  else say('write', 'ok', 'May write refunds, once you allow it.');
  const mail = await callWoo(connection, { path: 'settings/email_customer_refunded_order/enabled' }, signal);
  // A record of nothing but units is a refund to the shop too, and it mails the customer.
  if (mail.is === 'ok' && isShape(mail.body) && mail.body['value'] === 'yes')
    say(
      'mail',
      'ok',
      'The shop mails customers about each refund it records, also those that Reentry makes and those of units alone.',
    );
  const statuses = await callWoo(connection, { path: 'orders/statuses' }, signal);
  if (statuses.is === 'ok' && Array.isArray(statuses.body)) {
    for (const entry of (statuses.body as unknown[]).filter(isShape)) {
      const slug = String(entry['slug']);
      if (coreStatuses.includes(slug) || Object.hasOwn(connection.settings.statuses, slug)) continue;
      say(`status ${slug}`, 'warning', `Say what the shop's own order status “${slug}” means.`);
    }
  }
  return lines;
}

const coreStatuses = [
  'pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft', 'trash',
  'auto-draft',
]; // prettier-ignore

export const woocommerceLive: ConnectorLive = {
  name: 'woocommerce',
  contract: {
    commands: { refund: promise, 'record-refund': promise, 'restock-shop': promise, 'place-answer': promise },
    overlapMs: wooOverlapMs,
    requestsPerSecond: 5,
    finalErrors: [
      'over-remaining', 'wrong-currency', 'order-trashed', 'nothing-to-restock', 'restock-unclear',
      'woocommerce_rest_cannot_create_order_refund', 'woocommerce_rest_invalid_order_id',
    ],
  },
  sweeps: [
    { kind: 'product', census: true },
    { kind: 'variation', census: true },
    { kind: 'order', census: true },
    { kind: 'refund', census: true },
  ],
  sweep: sweepWoo,
  cursorSince: wooCursorSince,
  census: censusWoo,
  fetch: fetchWoo,
  verify: verifyWoo,
  probe: probeWoo,
  async execute(connection, command, signal) {
    if (!commandKinds.includes(command.kind)) {
      const message = `WooCommerce cannot be told to ${command.kind}.`;
      return { is: 'failed', code: 'unsupported', message, final: true };
    }
    try {
      return await executeWoo(connection, command, signal);
    } catch (error) {
      return toExecuted(error);
    }
  },
  check,
  subscribe: subscribeWoo,
}; // prettier-ignore
