/** HubSpot's webhooks: arrays of changes, in no order, signed with method, address, body and time. */
import { createHmac } from 'node:crypto';
import type { Faults } from '../faults.ts';
import { webhookFaults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import type { Json } from '../service.ts';
import type { CrmEvent, CrmState } from './crm-state.ts';

const answerLimitMs = 5000;
/** Changes are gathered so long, up to a hundred in one request. */
const gatherMs = 3000;
const batchMax = 100;
/** Minutes after which a failed request is sent again; ten times within a day. */
const retryAfterMinutes = [1, 5, 10, 30, 60, 120, 180, 240, 300, 360];

/** Signature v3: base64 HMAC-SHA256 of method, address, raw body and the time in milliseconds. */
export const signV3 = (secret: string, url: string, rawBody: string, timeMs: number): string =>
  createHmac('sha256', secret).update(`POST${url}${rawBody}${timeMs}`).digest('base64');

export function startChangeDeliveries(options: {
  state: CrmState;
  targets: ReadonlySet<string>;
  secret: string;
  clock: SandboxClock;
  faults: Faults;
  random: Random;
  requestNow: () => number;
}): { sent(): number } {
  const { state, targets, secret, clock, faults, random, requestNow } = options;
  let waiting: Json[] = [];
  let scheduled = false;
  let sent = 0;
  let eventId = 100;

  const post = async (url: string, rawBody: string): Promise<boolean> => {
    sent += 1;
    const time = Math.floor(requestNow());
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-HubSpot-Request-Timestamp': String(time),
          'X-HubSpot-Signature-v3': signV3(secret, url, rawBody, time),
          'X-HubSpot-Signature-Version': 'v3',
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

  const attempt = async (url: string, changes: readonly Json[], tries: number): Promise<void> => {
    if (!targets.has(url)) return;
    const body = JSON.stringify(changes.map((change) => ({ ...change, attemptNumber: tries })));
    if (await post(url, body)) return;
    const minutes = retryAfterMinutes[tries];
    if (minutes !== undefined) clock.after(minutes * 60_000, () => attempt(url, changes, tries + 1));
  };

  const shuffled = (changes: readonly Json[]): Json[] =>
    changes
      .map((change) => ({ change, key: random.next() }))
      .sort((left, right) => left.key - right.key)
      .map(({ change }) => change);

  const flush = async (): Promise<void> => {
    scheduled = false;
    const changes = shuffled(waiting);
    waiting = [];
    for (let from = 0; from < changes.length; from += batchMax) {
      const part = changes.slice(from, from + batchMax);
      const fault = faults.strike('hubspot', webhookFaults, String(part[0]?.['subscriptionType']));
      if (fault?.kind === 'webhook_lost') continue;
      for (const url of targets) {
        if (fault?.kind === 'webhook_late' || fault?.kind === 'webhook_reordered') {
          clock.after((fault.seconds ?? random.int(60, 3600)) * 1000, () => attempt(url, part, 0));
          continue;
        }
        await attempt(url, part, 0);
        if (fault?.kind === 'webhook_doubled') await attempt(url, part, 0);
      }
    }
  };

  state.listen((event: CrmEvent) => {
    if (targets.size === 0 || event.object.type !== 'tickets') return;
    eventId += 1;
    waiting.push({
      eventId,
      subscriptionId: event.kind === 'creation' ? 1 : event.kind === 'deletion' ? 2 : 3,
      portalId: state.portalId,
      appId: 7,
      occurredAt: state.now(),
      subscriptionType: `ticket.${event.kind}`,
      objectId: Number(event.object.id),
      ...(event.property === undefined ? {} : { propertyName: event.property, propertyValue: event.value }),
      changeSource: 'CRM',
    });
    if (scheduled) return;
    scheduled = true;
    clock.after(gatherMs, flush);
  });
  return { sent: () => sent };
}
