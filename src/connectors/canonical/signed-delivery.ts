/**
 * Facts posted by another system, signed as Standard Webhooks has it: HMAC-SHA256 in base64 over `id.timestamp.body`,
 * in `webhook-signature` as `v1,<base64>`, several with blanks between them while a secret is rolled. The secret is
 * `whsec_<base64>`; two with a comma between them are both valid.
 *
 * The body is one line of canonical facts, several (NDJSON), or a JSON list of them. A body with a line that is no
 * canonical line is refused whole, so that the sender hears of it; a line with a wrong value is taken and listed.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { LiveConnection, RawDelivery, Snapshot, Verified } from '../live-contract.ts';
import { canonical } from './canonical-connector.ts';

const toleranceMs = 5 * 60_000;
/** A delivery is a batch, not an import; imports go through a watched folder. */
const linesMax = 10_000;

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8');
}

export function verifySigned(
  connection: Pick<LiveConnection, 'settings' | 'secrets'>,
  delivery: RawDelivery,
): Verified {
  const { headers, body } = delivery;
  const id = headers['webhook-id'] ?? '';
  const time = headers['webhook-timestamp'] ?? '';
  const given = (headers['webhook-signature'] ?? '')
    .split(' ')
    .flatMap((part) => (part.startsWith('v1,') ? [Buffer.from(part.slice(3), 'base64')] : []));
  const fits = (connection.secrets['webhook'] ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
    .map((secret) => createHmac('sha256', keyOf(secret)).update(`${id}.${time}.`).update(body).digest())
    .some((wanted) => given.some((one) => one.length === wanted.length && timingSafeEqual(one, wanted)));
  if (!fits || id === '' || !/^\d+$/.test(time))
    return {
      is: 'rejected',
      code: 'bad-signature',
      message: 'The signature does not fit id, time and body.',
    };
  if (Math.abs(delivery.receivedAt - Number(time) * 1000) > toleranceMs)
    return { is: 'rejected', code: 'too-old', message: 'The signature is more than five minutes old.' };
  const read = readLines(connection.settings.connection, body.toString('utf8'));
  return typeof read === 'string'
    ? { is: 'rejected', code: 'unreadable', message: read }
    : { is: 'delivery', key: id, hints: [], objects: read };
}

/** The lines of a body as objects, or what is wrong with it. */
function readLines(connection: string, text: string): readonly Snapshot[] | string {
  const values = parseBody(text);
  if (values === undefined) return 'The body is neither JSON nor one JSON object a line.';
  if (values.length > linesMax) return `More than ${linesMax} lines in one delivery; split it.`;
  const objects: Snapshot[] = [];
  for (const [index, value] of values.entries()) {
    const found = canonical.kindOf(value, '');
    if (found === undefined)
      return `Line ${index + 1} is no canonical fact: it needs type, at, system and order.`;
    objects.push({ connection, kind: found.kind, id: found.id, body: value });
  }
  return objects;
}

function parseBody(text: string): readonly unknown[] | undefined {
  try {
    const whole: unknown = JSON.parse(text);
    return Array.isArray(whole) ? (whole as unknown[]) : [whole];
  } catch {
    // Several lines are no JSON as a whole.
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  try {
    return lines.map((line): unknown => JSON.parse(line));
  } catch {
    return undefined;
  }
}
