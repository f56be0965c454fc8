/**
 * WooCommerce's webhooks: what they say (hints, never objects), and that they stay on. WooCommerce switches one off
 * after repeated failures and again after one more (547), tells nobody, and shows only its status (548).
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type {
  HealthLine, LiveConnection, ObjectRef, RawDelivery, Verified,
} from '../live-contract.ts'; // prettier-ignore
import { type Shape, idOf, isShape } from './object-fields.ts';
import { callWoo, listWoo, refuseWoo } from './woo-request.ts';

/** There is no topic for refunds; the actions carry no more than an id (531, 532). */
export const webhookTopics = [
  'order.created', 'order.updated', 'order.deleted', 'order.restored', 'product.updated',
  'action.woocommerce_refund_created', 'action.woocommerce_refund_deleted',
] as const; // prettier-ignore

export function verifyWoo(connection: Pick<LiveConnection, 'secrets'>, delivery: RawDelivery): Verified {
  const { headers, body } = delivery;
  const signature = headers['x-wc-webhook-signature'];
  // The ping at creation comes unsigned, as a form (521); answering it with an error would switch the webhook off.
  if (signature === undefined && /^webhook_id=\d+$/.test(body.toString('utf8').trim())) return { is: 'ping' };
  const secret = connection.secrets['webhook'] ?? '';
  const given = Buffer.from(signature ?? '', 'base64');
  const wanted = createHmac('sha256', secret).update(body).digest();
  if (secret === '' || given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return { is: 'rejected', code: 'bad-signature', message: 'The signature does not fit the body.' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return { is: 'rejected', code: 'unreadable', message: 'The body is no JSON.' };
  }
  const topic = headers['x-wc-webhook-topic'] ?? '';
  // Two orders may share one delivery id (541): the key is of what was delivered, and of the second it came in.
  const second = String(Math.floor(delivery.receivedAt / 1000));
  const key = createHash('sha256').update(topic).update('\n').update(second).update('\n').update(body);
  return { is: 'delivery', key: key.digest('hex'), hints: hintsOf(topic, parsed) };
}

/** What to read again. A signed body may be an error of the shop's API (561): it hints at nothing. */
function hintsOf(topic: string, body: unknown): readonly ObjectRef[] {
  if (!isShape(body)) return [];
  const [resource = '', event = ''] = topic.split('.');
  if (resource === 'action') {
    const id = idOf(body['arg']);
    const kind = /refund_(?:created|deleted)/.test(event) ? 'refund' : /product/.test(event) ? 'product' : 'order'; // prettier-ignore
    return id === undefined ? [] : [{ kind, id }];
  }
  const id = idOf(body['id']);
  if (id === undefined || (resource !== 'order' && resource !== 'product')) return [];
  const isVariation = resource === 'product' && body['type'] === 'variation';
  return [{ kind: isVariation ? 'variation' : resource, id }];
}

async function listWebhooks(connection: LiveConnection, signal: AbortSignal): Promise<readonly Shape[]> {
  const found: Shape[] = [];
  for (let page = 1; ; page += 1) {
    const query = { per_page: '100', page: String(page), status: 'all' };
    const { rows, size } = await listWoo(connection, 'webhooks', query, signal);
    found.push(...rows);
    if (size < 100) return found;
  }
}

/**
 * Creates what is missing and revives what was switched off. Run again and again it is the watch over them. Needs a
 * key with write permission.
 */
export async function subscribeWoo(
  connection: LiveConnection,
  url: string,
  signal: AbortSignal,
): Promise<readonly HealthLine[]> {
  const secret = connection.secrets['webhook'] ?? '';
  if (secret === '')
    return [{ check: 'webhooks', state: 'failed', message: 'There is no secret to sign webhooks with.' }];
  const there = (await listWebhooks(connection, signal)).filter((hook) => hook['delivery_url'] === url);
  const lines: HealthLine[] = [];
  for (const topic of webhookTopics) {
    const hook = there.find((each) => each['topic'] === topic);
    const id = idOf(hook?.['id']);
    const check = `webhook ${topic}`;
    if (hook !== undefined && hook['status'] === 'active') {
      lines.push({ check, state: 'ok', message: 'Is on.' });
      continue;
    }
    const answer = await callWoo(
      connection,
      id === undefined
        ? {
            method: 'POST',
            path: 'webhooks',
            body: { name: `Reentry ${topic}`, topic, delivery_url: url, secret, status: 'active' },
          }
        : { method: 'PUT', path: `webhooks/${id}`, body: { status: 'active', secret } },
      signal,
    );
    if (answer.is !== 'ok') {
      const { code, message } = refuseWoo(answer, connection);
      // A key that may only read, as the guide advises for watching: nothing of ours is there, so nothing is off.
      if (there.length === 0 && (code === 'unauthorized' || code === 'forbidden'))
        return [
          { check: 'webhooks', state: 'ok', message: 'The key may only read: changes are seen by polling.' },
        ];
      lines.push({ check, state: 'failed', message: `Could not be set up: ${message}` });
    } else if (id === undefined) lines.push({ check, state: 'ok', message: 'Was set up.' });
    else {
      const message =
        'The shop had switched it off after failed deliveries; it is on again, and what was missed is read.';
      lines.push({ check, state: 'warning', message });
    }
  }
  return lines;
}
