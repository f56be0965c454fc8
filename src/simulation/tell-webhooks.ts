/** Webhooks of shop, gateway and helpdesk about a return: lost, late, doubled, out of order, or as they should be. */
import { createHmac } from 'node:crypto';
import type { RawDelivery } from '../connectors/live-contract.ts';
import type { SteppedReturn } from '../sandbox/life/step-return.ts';
import type { Random } from '../sandbox/random.ts';
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';
import { signEvent } from '../sandbox/stripe/deliver-events.ts';
import { renderEvent } from '../sandbox/stripe/render-gateway.ts';
import { renderOrder } from '../sandbox/woocommerce/render-order.ts';
import { hookSecret } from './simulated-company.ts';

export const webhookFaults = [
  'webhook lost',
  'webhook late',
  'webhook doubled',
  'webhook reordered',
] as const;

/** A body as it was when something happened, signed when it is sent: a source signs every attempt anew. */
type Webhook = {
  readonly connection: string;
  readonly body: Buffer;
  readonly sign: (at: number) => Readonly<Record<string, string>>;
};

export type WebhookParts = {
  readonly sandbox: SandboxCompany;
  readonly random: Random;
  readonly isFaulty: () => boolean;
  readonly count: (fault: string) => void;
  /** Runs beside everything else. */
  readonly fiber: (play: () => Promise<void>) => void;
  readonly later: (maxMinutes: number) => Promise<void>;
  readonly deliver: (connection: string, delivery: RawDelivery) => Promise<void>;
};

const lateMinutesMax = 15;

/** Tells that something happened with a return, in every system that says so by webhook. */
export function createTeller(parts: WebhookParts): (order: SteppedReturn) => void {
  const { sandbox, random, isFaulty, count, fiber, later } = parts;
  let changes = 0;
  const toldEvents = new Set<string>();

  const send = async ({ connection, body, sign }: Webhook): Promise<void> => {
    const receivedAt = sandbox.now();
    await parts.deliver(connection, { headers: sign(receivedAt), body, receivedAt, path: `/hooks/${connection}` });
  };
  const tellOne = (webhook: Webhook): void => {
    const fault = isFaulty() && random.chance(0.4) ? random.pick(webhookFaults) : undefined;
    if (fault !== undefined) count(fault);
    if (fault === 'webhook lost') return;
    fiber(async () => {
      // Late is after what it tells of has changed again; out of order is after those that were sent later.
      if (fault === 'webhook late') await later(lateMinutesMax);
      if (fault === 'webhook reordered') await later(3);
      await send(webhook);
      if (fault === 'webhook doubled') await send(webhook);
    });
  };
  const shopWebhook = (order: SteppedReturn): Webhook => {
    const { shop } = sandbox.company.woocommerce;
    const body = Buffer.from(JSON.stringify(renderOrder(shop, order.placed.order, { dp: 2, apiUrl: `${shop.settings.siteUrl}/wp-json/wc/v3` })));
    const signature = createHmac('sha256', hookSecret).update(body).digest('base64');
    return { connection: 'shop', body, sign: () => ({ 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': signature }) };
  };
  /** Events of the gateway that nobody was told of. */
  const gatewayWebhooks = (): Webhook[] =>
    [...sandbox.company.stripe.gateway.events.values()].filter((event) => !toldEvents.has(event.id)).map((event) => {
      toldEvents.add(event.id);
      const text = JSON.stringify(renderEvent(event));
      return { connection: 'stripe', body: Buffer.from(text), sign: (at) => ({ 'stripe-signature': signEvent(hookSecret, text, Math.floor(at / 1000)) }) };
    });
  const caseWebhook = (ticketId: string): Webhook => {
    changes += 1;
    const text = JSON.stringify([{ eventId: changes, subscriptionType: 'ticket.propertyChange', objectId: Number(ticketId), attemptNumber: 0 }]);
    const address = 'https://reentry.example/hooks/hubspot';
    return {
      connection: 'hubspot', body: Buffer.from(text),
      sign: (at) => ({
        host: 'reentry.example', 'x-hubspot-request-timestamp': String(Math.floor(at)),
        'x-hubspot-signature-v3': createHmac('sha256', sandbox.hubspot.clientSecret).update(`POST${address}${text}${Math.floor(at)}`).digest('base64'),
      }),
    };
  };

  return (order) => {
    tellOne(shopWebhook(order));
    for (const webhook of gatewayWebhooks()) tellOne(webhook);
    const ticket = order.ticket();
    if (ticket !== undefined) tellOne(caseWebhook(ticket.id));
  };
} // prettier-ignore
