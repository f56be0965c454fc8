/**
 * Webhooks as WooCommerce sends them: queued per webhook and object, built when the cron gets to them (up to a minute
 * later), so that several changes arrive as one (540); one attempt each; switched off after more than five failures
 * in a row, and at once again after one more (547).
 */
import { createHash, createHmac } from 'node:crypto';
import type { Faults } from '../faults.ts';
import { webhookFaults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import type { ShopHook, ShopState, Webhook } from './shop-state.ts';

const cronMs = 60_000;
/** Failures beyond this switch a webhook off. */
const failureLimit = 5;
/** Real time a receiver gets; a receiver that hangs must not hold up the company's clock for long. */
const answerLimitMs = 5000;

/** JSON as PHP writes it: slashes and everything beyond ASCII escaped, which is why only raw bytes verify (550). */
export const phpJson = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/\//g, '\\/')
    .replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const sign = (secret: string, rawBody: string): string =>
  createHmac('sha256', secret).update(rawBody).digest('base64');

const userAgent = 'WooCommerce/10.5.0 Hookshot (WordPress/6.9)';

async function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'User-Agent': userAgent, Accept: '*/*', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerLimitMs),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

/** The form post without signature that tests a new webhook's address (521). */
export const ping = (webhook: Webhook): Promise<number> =>
  post(
    webhook.deliveryUrl,
    { 'Content-Type': 'application/x-www-form-urlencoded' },
    `webhook_id=${webhook.id}`,
  );

export type Delivery = {
  readonly webhook: Webhook;
  readonly headers: Record<string, string>;
  readonly rawBody: string;
};

/**
 * Listens to the shop and delivers on the clock. `payload` builds the body of an object at the time of delivery; for
 * one that is gone that is the REST error (561). `sent` counts what left the house, for tests and figures.
 */
export function startDeliveries(options: {
  shop: ShopState;
  clock: SandboxClock;
  faults: Faults;
  random: Random;
  payload: (resource: 'order' | 'product' | 'customer', id: number) => unknown;
}): { sent(): number } {
  const { shop, clock, faults, random } = options;
  const phase = random.int(0, cronMs - 1);
  const queue = new Map<string, { webhook: Webhook; hook: ShopHook }>();
  let scheduled = false;
  let sent = 0;

  const body = (webhook: Webhook, hook: ShopHook): unknown => {
    const [resource, event = ''] = webhook.topic.split('.');
    if (resource === 'action') {
      // Core passes the hook's first argument; a product is an object and comes out as [] (528).
      return { action: event, arg: event.startsWith('woocommerce_product') ? [] : hook.id };
    }
    if (event === 'deleted') return { id: hook.id };
    return options.payload(resource as 'order' | 'product' | 'customer', hook.id);
  };

  const build = (webhook: Webhook, hook: ShopHook): Delivery => {
    const rawBody = phpJson(body(webhook, hook));
    const [resource = '', ...event] = webhook.topic.split('.');
    const stamp = Math.floor(clock.now() / 1000);
    return {
      webhook,
      rawBody,
      headers: {
        'Content-Type': 'application/json',
        'X-WC-Webhook-Source': `${shop.settings.siteUrl}/`,
        'X-WC-Webhook-Topic': webhook.topic,
        'X-WC-Webhook-Resource': resource,
        'X-WC-Webhook-Event': event.join('.'),
        'X-WC-Webhook-Signature': sign(webhook.secret, rawBody),
        'X-WC-Webhook-ID': String(webhook.id),
        // Of the webhook and the second, so two deliveries can share it (541).
        'X-WC-Webhook-Delivery-ID': createHash('md5').update(`${webhook.id}/${stamp}`).digest('hex'),
      },
    };
  };

  const send = async ({ webhook, headers, rawBody }: Delivery): Promise<void> => {
    sent += 1;
    const status = await post(webhook.deliveryUrl, headers, rawBody);
    // A redirect that is not followed counts as delivered, 307 does not (551).
    if ((status >= 200 && status < 300) || status === 301 || status === 302) {
      webhook.failures = 0;
      return;
    }
    webhook.failures += 1;
    if (webhook.failures > failureLimit) {
      webhook.status = 'disabled';
      webhook.modifiedAt = clock.now();
    }
  };

  const deliver = async (webhook: Webhook, hook: ShopHook): Promise<void> => {
    if (webhook.status === 'disabled' || !shop.webhooks.has(webhook.id)) return;
    const delivery = build(webhook, hook);
    const fault = faults.strike('woocommerce', webhookFaults, webhook.topic);
    const laterMs = (fault?.seconds ?? random.int(60, 3600)) * 1000;
    switch (fault?.kind) {
      case 'webhook_lost':
        return;
      case 'webhook_late':
        // Built late as well: the cron was late, not the network.
        clock.after(laterMs, () => send(build(webhook, hook)));
        return;
      case 'webhook_reordered':
        // Built now, sent later: an older state arrives after a newer one.
        clock.after(laterMs, () => send(delivery));
        return;
      case 'webhook_doubled':
        await send(delivery);
        await send(delivery);
        return;
      default:
        await send(delivery);
    }
  };

  const tick = async (): Promise<void> => {
    scheduled = false;
    const due = [...queue.values()];
    queue.clear();
    for (const { webhook, hook } of due) await deliver(webhook, hook);
  };

  shop.listen((hook) => {
    for (const webhook of shop.webhooks.values()) {
      if (webhook.topic !== hook.name || webhook.status === 'disabled') continue;
      // One waiting delivery per webhook and object: later changes ride with it.
      queue.set(`${webhook.id}/${hook.id}`, { webhook, hook });
      if (scheduled) continue;
      scheduled = true;
      clock.at(Math.floor((clock.now() - phase) / cronMs + 1) * cronMs + phase, tick);
    }
  });
  return { sent: () => sent };
}
