/**
 * Stripe, live. `baseUrl` is empty for Stripe itself; secrets are `key` (a restricted key) and `webhook` (the signing
 * secret of the endpoint; two with a comma between them while it is rolled). Commands need `refs.charge`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  ConnectorLive, HealthLine, LiveConnection, ObjectRef, RawDelivery, Verified,
} from '../live-contract.ts'; // prettier-ignore
import { SourceUnreachable, toUnreachable } from '../source-unreachable.ts';
import {
  censusStripe,
  fetchStripe,
  stripeCursorSince,
  stripeOverlapMs,
  subjectOf,
  sweepStripe,
} from './stripe-read-live.ts';
import { executeStripe, probeStripe } from './stripe-refund-live.ts';
import { listStripe, readStripe } from './stripe-request-live.ts';
import { isShape, textOf } from './stripe-object.ts';

/** As Stripe's own libraries have it. */
const signatureToleranceMs = 5 * 60_000;

/** `t=seconds,v1=hex[,v1=hex]`: HMAC-SHA256 over `seconds.body`, one per secret that is valid. */
function verify(connection: Pick<LiveConnection, 'secrets'>, delivery: RawDelivery): Verified {
  const parts = (delivery.headers['stripe-signature'] ?? '').split(',').map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  const given = parts.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'));
  const secrets = (connection.secrets['webhook'] ?? '').split(',').map((secret) => secret.trim());
  const fits = secrets
    .filter((secret) => secret !== '')
    .map((secret) => createHmac('sha256', secret).update(`${time}.`).update(delivery.body).digest())
    .some((wanted) => given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted)));
  if (!fits || !/^\d+$/.test(time))
    return { is: 'rejected', code: 'bad-signature', message: 'The signature does not fit the body.' };
  if (Math.abs(delivery.receivedAt - Number(time) * 1000) > signatureToleranceMs)
    return { is: 'rejected', code: 'too-old', message: 'The signature is more than five minutes old.' };
  let event: unknown;
  try {
    event = JSON.parse(delivery.body.toString('utf8')) as unknown;
  } catch {
    return { is: 'rejected', code: 'unreadable', message: 'The body is no JSON.' };
  }
  const id = isShape(event) && event['object'] === 'event' ? textOf(event['id']) : undefined;
  if (id === undefined) return { is: 'rejected', code: 'unreadable', message: 'The body is no event.' };
  const subject = subjectOf(event);
  // The event too: it tells what the refund was before it failed.
  const hints: ObjectRef[] = subject === undefined ? [] : [subject, { kind: 'event', id }];
  return { is: 'delivery', key: `event/${id}`, hints };
}

const reads = [
  ['charges', 'charges'],
  ['refunds', 'refunds'],
  ['disputes', 'disputes'],
  ['events', 'events'],
  ['balance_transactions', 'balance transactions'],
] as const;

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  const say = (name: string, state: HealthLine['state'], message: string): void =>
    void lines.push({ check: name, state, message });
  const key = connection.secrets['key'] ?? '';
  if (/^(?:sk|rk)_test_/.test(key)) say('mode', 'warning', 'This is a key of the test mode: no real money is seen.');
  if (key.startsWith('sk_live_'))
    say('key', 'warning', 'This key may do everything; a restricted key that reads, and writes refunds only, is enough.');
  for (const [path, name] of reads) {
    try {
      const { now } = await listStripe(connection, path, [['limit', '1']], signal);
      say(`read ${name}`, 'ok', `Can read ${name}.`);
      const skewMs = now === undefined ? 0 : now * 1000 - Date.now();
      if (path === 'charges' && Math.abs(skewMs) > 120_000)
        say('clock', 'warning', `This machine's clock and Stripe's are ${Math.round(Math.abs(skewMs) / 60_000)} minutes apart; have yours set by NTP, or webhooks will be refused.`);
    } catch (error) {
      const { code, message } = toUnreachable(error);
      if (code === 'unauthorized') {
        say('login', 'failed', 'Stripe refuses the key; enter it again.');
        return lines;
      }
      say(`read ${name}`, 'failed', code === 'forbidden' ? `The key may not read ${name}; add that right in Stripe's dashboard.` : message);
    }
  }
  await checkWebhooks(connection, say, signal);
  return lines;
} // prettier-ignore

async function checkWebhooks(
  connection: LiveConnection,
  say: (name: string, state: HealthLine['state'], message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if ((connection.secrets['webhook'] ?? '') === '') {
    say('webhook', 'warning', 'No signing secret: changes are seen by polling only. Add a webhook endpoint.');
    return;
  }
  try {
    const { body } = await readStripe(connection, 'webhook_endpoints', [['limit', '100']], signal);
    const rows: readonly unknown[] = Array.isArray(body['data']) ? (body['data'] as unknown[]) : [];
    const enabled = rows.filter(isShape).filter((row) => row['status'] === 'enabled');
    if (enabled.length === 0)
      say(
        'webhook',
        'warning',
        'No webhook endpoint is switched on in Stripe; changes are seen by polling only.',
      );
    else say('webhook', 'ok', 'A webhook endpoint is switched on.');
  } catch (error) {
    // A restricted key need not see endpoints.
    if (!(error instanceof SourceUnreachable)) throw error;
    say('webhook', 'ok', 'The key does not see webhook endpoints, so they are not checked.');
  }
}

export const stripeLive: ConnectorLive = {
  name: 'stripe',
  contract: {
    commands: {
      refund: { idempotency: 'native-key', keyLifetimeMs: 24 * 3_600_000, settleTimeMs: 60_000 },
    },
    overlapMs: stripeOverlapMs,
    requestsPerSecond: 20,
    finalErrors: [
      'charge_already_refunded', 'charge_disputed', 'refund_amount_too_large', 'refund_disputed_payment',
      'resource_missing', 'idempotency_error', 'incomplete', 'unsupported',
    ], // prettier-ignore
  },
  sweeps: [
    { kind: 'event', census: false },
    { kind: 'charge', census: false },
    { kind: 'refund', census: false },
    { kind: 'dispute', census: false },
    { kind: 'balance_transaction', census: false },
  ],
  sweep: sweepStripe,
  cursorSince: stripeCursorSince,
  census: censusStripe,
  fetch: fetchStripe,
  verify,
  async probe(connection, command, signal) {
    if (command.kind !== 'refund')
      return { is: 'undecidable', message: `Stripe cannot be told to ${command.kind}.` };
    return probeStripe(connection, command, signal);
  },
  async execute(connection, command, signal) {
    const message = `Stripe cannot be told to ${command.kind}.`;
    if (command.kind !== 'refund') return { is: 'failed', code: 'unsupported', message, final: true };
    return executeStripe(connection, command, signal);
  },
  check,
};
