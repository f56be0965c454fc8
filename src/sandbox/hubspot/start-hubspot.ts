/** The CRM, running. */
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import { serve } from '../serve.ts';
import type { Service } from '../service.ts';
import type { CrmState } from './crm-state.ts';
import { createCrmState } from './crm-state.ts';
import { startChangeDeliveries } from './deliver-changes.ts';
import { createHubSpotService } from './hubspot-service.ts';

export type RunningCrm = {
  readonly crm: CrmState;
  readonly service: Service;
  readonly baseUrl: string;
  readonly token: string;
  /** Secret of the app, which signs its webhooks. */
  readonly clientSecret: string;
  subscribe(url: string): void;
  webhooksSent(): number;
  close(): Promise<void>;
};

export async function startHubSpot(parts: {
  clock: SandboxClock;
  faults: Faults;
  random: Random;
  requestNow?: () => number;
}): Promise<RunningCrm> {
  const { clock, faults, random } = parts;
  const token = `pat-eu1-${random.fork('token').letters(32)}`;
  const clientSecret = random.fork('secret').letters(36);
  const crm = createCrmState(() => clock.now() + faults.skewMs('hubspot'));
  const targets = new Set<string>();
  const service = createHubSpotService(crm, token);
  const deliveries = startChangeDeliveries({
    state: crm,
    targets,
    secret: clientSecret,
    clock,
    faults,
    random: random.fork('changes'),
    requestNow: parts.requestNow ?? clock.now,
  });
  const listener = await serve(service, { clock, faults, secure: true });
  return {
    crm,
    service,
    baseUrl: listener.baseUrl,
    token,
    clientSecret,
    subscribe: (url) => void targets.add(url),
    webhooksSent: deliveries.sent,
    close: listener.close,
  };
}
