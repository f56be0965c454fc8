/** The gateway, running. */
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import { serve } from '../serve.ts';
import type { Service } from '../service.ts';
import type { WebhookEndpoint } from './deliver-events.ts';
import { startEventDeliveries } from './deliver-events.ts';
import type { GatewayState } from './gateway-state.ts';
import { createGatewayState } from './gateway-state.ts';
import { createStripeService } from './stripe-service.ts';

export type RunningGateway = {
  readonly gateway: GatewayState;
  readonly service: Service;
  readonly baseUrl: string;
  readonly secretKey: string;
  /** Registers a receiver of all events; returns its signing secret. */
  subscribe(url: string): string;
  webhooksSent(): number;
  close(): Promise<void>;
};

export async function startStripe(parts: {
  clock: SandboxClock;
  faults: Faults;
  random: Random;
  requestNow?: () => number;
}): Promise<RunningGateway> {
  const { clock, faults, random } = parts;
  const secretKey = `sk_test_${random.fork('key').letters(24)}`;
  const gateway = createGatewayState(() => clock.now() + faults.skewMs('stripe'), random.fork('gateway'));
  const endpoints = new Map<string, WebhookEndpoint>();
  const service = createStripeService({ state: gateway, secretKey, endpoints });
  const deliveries = startEventDeliveries({
    state: gateway,
    endpoints,
    clock,
    faults,
    random: random.fork('events'),
    requestNow: parts.requestNow ?? clock.now,
  });
  const listener = await serve(service, { clock, faults, secure: true });
  return {
    gateway,
    service,
    baseUrl: listener.baseUrl,
    secretKey,
    subscribe(url) {
      const id = gateway.newId('we');
      const secret = `whsec_${random.letters(32)}`;
      endpoints.set(id, { id, url, secret, created: gateway.now(), events: ['*'] });
      return secret;
    },
    webhooksSent: deliveries.sent,
    close: listener.close,
  };
}
