/**
 * Zendesk Support, live; from the documentation. `baseUrl` is `https://<company>.zendesk.com`; secrets are `user`
 * (e-mail of an agent), `token` (API token) and `webhook` (signing secret of the webhook). Commands need `refs.ticket`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  CommandPromise, ConnectorLive, HealthLine, LiveConnection, RawDelivery, Verified,
} from '../live-contract.ts'; // prettier-ignore
import { toUnreachable } from '../source-unreachable.ts';
import { executeZendesk, probeZendesk } from './zendesk-command-live.ts';
import {
  censusZendesk, fetchZendesk, sweepZendesk, zendeskCursorSince, zendeskOverlapMs,
} from './zendesk-read-live.ts'; // prettier-ignore
import { readZendesk } from './zendesk-request-live.ts';
import { asRecord, idOf, orderNumberField, recordsIn, returnNumberField } from './zendesk-value.ts';

const promise = (idempotency: CommandPromise['idempotency']): CommandPromise => ({
  idempotency,
  keyLifetimeMs: Number.POSITIVE_INFINITY,
  settleTimeMs: 60_000,
});

const commandKinds = ['note-case', 'resolve-case', 'place-answer'];
/** Older deliveries are refused: a copy of one must not be worth anything. */
const ageMaxMs = 5 * 60_000;

/** Base64 of HMAC-SHA256 over timestamp and raw body. */
function verify(connection: Pick<LiveConnection, 'secrets'>, { headers, body, receivedAt }: RawDelivery): Verified {
  const secret = connection.secrets['webhook'] ?? '';
  const time = headers['x-zendesk-webhook-signature-timestamp'] ?? '';
  const given = Buffer.from(headers['x-zendesk-webhook-signature'] ?? '', 'base64');
  const wanted = createHmac('sha256', secret).update(time).update(body).digest();
  if (secret === '' || given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return { is: 'rejected', code: 'bad-signature', message: 'The signature does not fit the body.' };
  const at = Date.parse(time);
  if (Number.isNaN(at) || Math.abs(receivedAt - at) > ageMaxMs)
    return { is: 'rejected', code: 'too-old', message: 'The delivery is too old, or the clocks are apart.' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return { is: 'rejected', code: 'unreadable', message: 'The body is no JSON.' };
  }
  const record = asRecord(parsed) ?? {};
  const id = ticketIn(record);
  const key = String(record['id'] ?? headers['x-zendesk-webhook-invocation-id'] ?? wanted.toString('hex'));
  return { is: 'delivery', key, hints: id === undefined ? [] : [{ kind: 'ticket', id }] };
} // prettier-ignore

/** Events name it in `subject` and `detail`; the body of a trigger is written by the shop: `ticket_id` or `ticket.id`. */
function ticketIn(body: Readonly<Record<string, unknown>>): string | undefined {
  const subject = /^zen:ticket:(\d+)$/.exec(String(body['subject']))?.[1];
  return idOf(subject) ?? idOf(asRecord(body['detail'])?.['id']) ?? idOf(body['ticket_id']) ?? idOf(asRecord(body['ticket'])?.['id']);
} // prettier-ignore

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  const say = (name: string, state: HealthLine['state'], message: string): void =>
    void lines.push({ check: name, state, message });
  try {
    const { body, response } = await readZendesk(connection, 'users/me.json', signal);
    const me = asRecord(body['user']);
    // Nobody in particular is an "anonymous user" without an id.
    if (idOf(me?.['id']) === undefined) say('login', 'failed', 'Zendesk does not know this user; enter e-mail and token again.');
    else say('login', 'ok', 'Signed in.');
    const skew = Date.parse(response.headers['date'] ?? '') - Date.now();
    if (Math.abs(skew) > 120_000)
      say('clock', 'warning', `This machine's clock and Zendesk's are ${Math.round(Math.abs(skew) / 60_000)} minutes apart; have yours set by NTP, or webhooks will be refused.`);
  } catch (error) {
    const { code, message } = toUnreachable(error);
    const told =
      code === 'unauthorized'
        ? 'Zendesk refuses the e-mail or the token; enter them again, and allow token access under Admin Center › APIs.'
        : message;
    say('login', 'failed', told);
    return lines;
  }
  try {
    await readZendesk(connection, 'incremental/tickets/cursor.json?start_time=1&per_page=1', signal);
    say('export', 'ok', 'Can read tickets by the incremental export.');
  } catch (error) {
    const { code, message } = toUnreachable(error);
    const told = 'The agent may not use the incremental export; make the agent an administrator, or give the custom role that right.';
    say('export', code === 'rate-limited' ? 'warning' : 'failed', code === 'forbidden' ? told : message);
  }
  try {
    const { body } = await readZendesk(connection, 'ticket_fields.json?page[size]=100', signal);
    const fields = recordsIn(body['ticket_fields']);
    const known = new Set(fields.flatMap((field) => [String(field['title']).toLowerCase(), String(field['id'])]));
    const context = { settings: connection.settings, lookup: () => undefined };
    for (const name of [orderNumberField(context), returnNumberField(context)])
      if (known.has(name.toLowerCase())) say(`field ${name}`, 'ok', `Tickets have the field “${name}”.`);
      else say(`field ${name}`, 'warning', `Tickets have no field “${name}”; name yours, or add one in Admin Center › Ticket fields.`);
  } catch (error) {
    say('fields', 'warning', toUnreachable(error).message);
  }
  if ((connection.secrets['webhook'] ?? '') === '')
    say('webhook', 'warning', 'No signing secret: changes are seen by polling only.');
  return lines;
} // prettier-ignore

export const zendeskLive: ConnectorLive = {
  name: 'zendesk',
  contract: {
    commands: {
      'note-case': promise('probe-only'),
      'resolve-case': promise('state'),
      'place-answer': promise('state'),
    },
    overlapMs: zendeskOverlapMs,
    requestsPerSecond: 3,
    finalErrors: ['RecordInvalid', 'incomplete', 'closed', 'cannot-change', 'refused', 'unsupported'],
  },
  sweeps: [
    { kind: 'ticket_field', census: true },
    { kind: 'ticket', census: false },
  ],
  sweep: sweepZendesk,
  cursorSince: zendeskCursorSince,
  census: censusZendesk,
  fetch: fetchZendesk,
  verify,
  async probe(connection, command, signal) {
    if (!commandKinds.includes(command.kind))
      return { is: 'undecidable', message: `Zendesk cannot be told to ${command.kind}.` };
    return probeZendesk(connection, command, signal);
  },
  async execute(connection, command, signal) {
    const message = `Zendesk cannot be told to ${command.kind}.`;
    if (!commandKinds.includes(command.kind))
      return { is: 'failed', code: 'unsupported', message, final: true };
    return executeZendesk(connection, command, signal);
  },
  check,
};
