/** Stripe's webhooks: signed with the time, in no order, tried again for three days. */
import { createHmac } from 'node:crypto';
import type { Faults } from '../faults.ts';
import { webhookFaults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import type { GatewayEvent, GatewayState } from './gateway-state.ts';
import { renderEvent } from './render-gateway.ts';

export type WebhookEndpoint = {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly created: number;
  /** `*` or names of events. */
  readonly events: readonly string[];
};

const answerLimitMs = 5000;
/** Hours after which a failed delivery is tried again; the last within three days. */
const retryAfterHours = [0.1, 0.5, 2, 5, 10, 22, 32];

export const signEvent = (secret: string, rawBody: string, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${rawBody}`).digest('hex')}`;

export function startEventDeliveries(options: {
  state: GatewayState;
  endpoints: ReadonlyMap<string, WebhookEndpoint>;
  clock: SandboxClock;
  faults: Faults;
  random: Random;
  /** Clock of the receivers, for the signature's time; milliseconds. */
  requestNow: () => number;
}): { sent(): number } {
  const { state, endpoints, clock, faults, random, requestNow } = options;
  let sent = 0;

  const post = async (endpoint: WebhookEndpoint, rawBody: string): Promise<boolean> => {
    sent += 1;
    try {
      const answer = await fetch(endpoint.url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'Stripe-Signature': signEvent(endpoint.secret, rawBody, Math.floor(requestNow() / 1000)),
        },
        body: rawBody,
        redirect: 'manual',
        signal: AbortSignal.timeout(answerLimitMs),
      });
      await answer.body?.cancel();
      return answer.status >= 200 && answer.status < 300;
    } catch {
      return false;
    }
  };

  const attempt = async (endpoint: WebhookEndpoint, rawBody: string, tries: number): Promise<void> => {
    if (!endpoints.has(endpoint.id) || (await post(endpoint, rawBody))) return;
    const hours = retryAfterHours[tries];
    if (hours !== undefined) clock.after(hours * 3_600_000, () => attempt(endpoint, rawBody, tries + 1));
  };

  const deliver = async (endpoint: WebhookEndpoint, event: GatewayEvent): Promise<void> => {
    const rawBody = JSON.stringify(renderEvent(event), null, 2);
    const fault = faults.strike('stripe', webhookFaults, event.type);
    if (fault?.kind === 'webhook_lost') return;
    if (fault?.kind === 'webhook_late' || fault?.kind === 'webhook_reordered') {
      const seconds = fault.seconds ?? random.int(60, 3600);
      clock.after(seconds * 1000, () => attempt(endpoint, rawBody, 0));
      return;
    }
    await attempt(endpoint, rawBody, 0);
    if (fault?.kind === 'webhook_doubled') await attempt(endpoint, rawBody, 0);
  };

  state.listen((event) => {
    for (const endpoint of endpoints.values()) {
      if (!endpoint.events.includes('*') && !endpoint.events.includes(event.type)) continue;
      // No order is promised: each event finds its own way within seconds.
      clock.after(random.int(200, 4000), () => deliver(endpoint, event));
    }
  });
  return { sent: () => sent };
}
