/**
 * HubSpot's webhooks: lists of changes in no order, signed (version 3) over method, address, body and time. The
 * address is the public one: the secret `webhookUrl` where a proxy hides it, else what the request itself names.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { LiveConnection, ObjectRef, RawDelivery, Verified } from '../live-contract.ts';
import { type JsonRecord, asList, asRecord, idOf } from './hubspot-value.ts';

const signatureToleranceMs = 5 * 60_000;

/** HubSpot signs the address with these signs in the clear, whatever was encoded. */
const clearSigns: Readonly<Record<string, string>> = {
  '%3A': ':', '%2F': '/', '%3F': '?', '%40': '@', '%21': '!', '%24': '$', '%27': "'", '%28': '(', '%29': ')',
  '%2A': '*', '%2C': ',', '%3B': ';',
}; // prettier-ignore

const clear = (url: string): string =>
  url.replace(/%[0-9A-F]{2}/gi, (code) => clearSigns[code.toUpperCase()] ?? code);

/** Addresses the delivery may have been sent to. A wrong one fits no signature, so more than one does no harm. */
function addressesOf(secrets: LiveConnection['secrets'], { headers, path }: RawDelivery): readonly string[] {
  const configured = secrets['webhookUrl'] ?? '';
  if (configured !== '') return [configured];
  const host = headers['x-forwarded-host']?.split(',')[0]?.trim() ?? headers['host'] ?? '';
  return [`https://${host}${path}`, `http://${host}${path}`];
}

export function verifyHubSpot(connection: Pick<LiveConnection, 'secrets'>, delivery: RawDelivery): Verified {
  const { headers, body, receivedAt } = delivery;
  const secret = connection.secrets['clientSecret'] ?? '';
  const time = headers['x-hubspot-request-timestamp'] ?? '';
  const given = Buffer.from(headers['x-hubspot-signature-v3'] ?? '', 'base64');
  const fits = addressesOf(connection.secrets, delivery)
    .map((url) =>
      createHmac('sha256', secret)
        .update(`POST${clear(url)}`)
        .update(body)
        .update(time)
        .digest(),
    )
    .some((wanted) => given.length === wanted.length && timingSafeEqual(given, wanted));
  if (secret === '' || !fits || !/^\d+$/.test(time))
    return { is: 'rejected', code: 'bad-signature', message: 'The signature does not fit the body.' };
  if (Math.abs(receivedAt - Number(time)) > signatureToleranceMs)
    return { is: 'rejected', code: 'too-old', message: 'The signature is more than five minutes old.' };
  const changes = parse(body);
  if (changes === undefined)
    return { is: 'rejected', code: 'unreadable', message: 'The body is no list of changes.' };
  const refs = new Map(changes.flatMap(hintsOf).map((ref) => [`${ref.kind}/${ref.id}`, ref]));
  // A list that is sent again differs only in its count of attempts.
  const ids = changes.map((change) => String(change['eventId'])).sort();
  const key = createHash('sha256').update(ids.join(',')).digest('hex').slice(0, 32);
  return { is: 'delivery', key: `events/${key}`, hints: [...refs.values()] };
}

function parse(body: Buffer): readonly JsonRecord[] | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const list = Array.isArray(value) ? asList(value) : [value];
    const changes = list.map(asRecord).filter((change) => change !== undefined);
    return changes.length === list.length ? changes : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers of object types in the newer kind of webhooks. */
const kindByType: Readonly<Record<string, string>> = { '0-5': 'ticket', '0-49': 'email', '0-46': 'note' };

function hintsOf(change: JsonRecord): readonly ObjectRef[] {
  const type = String(change['subscriptionType']);
  const named = /^(ticket|email|note)\./.exec(type)?.[1];
  const kind = named ?? kindByType[String(change['objectTypeId'])];
  if (kind === undefined) return [];
  const ids = [
    change['objectId'], change['fromObjectId'], change['primaryObjectId'], change['newObjectId'],
    ...asList(change['mergedObjectIds']),
  ]; // prettier-ignore
  return ids.flatMap((id) => idOf(id) ?? []).map((id) => ({ kind, id }));
}
