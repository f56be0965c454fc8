/**
 * Request Tracker 5, live. `baseUrl` is RT's own address; secrets are `token`, or `user` and `password`, and
 * `webhook` for the key that its scrip signs with. Commands need `refs.ticket`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  CommandPromise, ConnectorLive, HealthLine, LiveConnection, RawDelivery, Verified,
} from '../live-contract.ts'; // prettier-ignore
import { toExecuted, toUnreachable } from '../source-unreachable.ts';
import { hintedObjects } from './rt-answer.ts';
import { executeRt, probeRt } from './rt-command-live.ts';
import { censusRt, fetchRt, rtCursorSince, rtOverlapMs, sweepRt } from './rt-read-live.ts';
import { callRt, readRt } from './rt-request.ts';
import { asRecord, idOf } from './rt-value.ts';

const promise = (idempotency: CommandPromise['idempotency']): CommandPromise => ({
  idempotency,
  keyLifetimeMs: Number.POSITIVE_INFINITY,
  settleTimeMs: 30_000,
});

const commandKinds = ['note-case', 'resolve-case', 'place-answer'];

/** HMAC-SHA256 in hex over the raw body, in `X-RT-Signature`, as the scrip of the guide sends it. */
function verify(connection: Pick<LiveConnection, 'secrets'>, delivery: RawDelivery): Verified {
  const secret = connection.secrets['webhook'] ?? '';
  const given = Buffer.from(delivery.headers['x-rt-signature'] ?? '', 'hex');
  const wanted = createHmac('sha256', secret).update(delivery.body).digest();
  if (secret === '' || given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return { is: 'rejected', code: 'bad-signature', message: 'The signature does not fit the body.' };
  let body: unknown;
  try {
    body = JSON.parse(delivery.body.toString('utf8')) as unknown;
  } catch {
    return { is: 'rejected', code: 'unreadable', message: 'The body is no JSON.' };
  }
  const hints = hintedObjects(body);
  if (hints.length === 0) return { is: 'rejected', code: 'unreadable', message: 'The body names no ticket.' };
  const transaction = hints.find((hint) => hint.kind === 'transaction');
  // The transaction comes with its ticket, which is what is read again.
  const tickets = hints.filter((hint) => hint.kind === 'ticket');
  return {
    is: 'delivery',
    key: `transaction/${transaction?.id ?? createHmac('sha256', secret).update(delivery.body).digest('hex')}`,
    hints: tickets.length > 0 ? tickets : hints,
  };
}

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  const say = (name: string, state: HealthLine['state'], message: string): void =>
    void lines.push({ check: name, state, message });
  try {
    const { response } = await readRt(connection, 'rt', signal);
    say('login', 'ok', 'Signed in.');
    const skew = Date.parse(response.headers['date'] ?? '') - Date.now();
    if (Math.abs(skew) > 120_000)
      say('clock', 'warning', `RT's clock is ${Math.round(skew / 60_000)} minutes off; have it set by NTP.`);
    const queues: string[] = [];
    for (let page = 1; page <= 50; page += 1) {
      const { answer } = await readRt(connection, `queues/all?per_page=100&page=${page}`, signal);
      const items = answer.outcome === 'page' ? answer.items : [];
      queues.push(...items.flatMap((item) => idOf(asRecord(item)?.['id']) ?? []));
      if (items.length < 100) break;
    }
    if (queues.length === 0)
      say('queues', 'failed', 'No queue is visible; give the user the right SeeQueue on the queue of returns.');
    else say('queues', 'ok', `Sees ${queues.length} queue${queues.length === 1 ? '' : 's'}.`);
    const names = new Set<string>();
    for (const queue of queues) {
      const reply = await callRt(connection, { path: `queue/${queue}?fields=TicketCustomFields` }, signal);
      const body = reply.answer.outcome === 'object' ? asRecord(reply.answer.body) : undefined;
      const fields = body?.['TicketCustomFields'];
      for (const field of Array.isArray(fields) ? (fields as unknown[]) : [])
        names.add(String(asRecord(field)?.['name']).toLowerCase());
    }
    for (const [key, usual] of [['orderNumber', 'Order number'], ['returnNumber', 'Return number']] as const) {
      const wanted = connection.settings.fields[key] ?? usual;
      if (names.has(wanted.toLowerCase())) say(`field ${wanted}`, 'ok', `Tickets have the field “${wanted}”.`);
      else
        say(`field ${wanted}`, 'warning', `No field “${wanted}” is visible; name yours, or give the right SeeCustomField.`);
    }
  } catch (error) {
    const { code, message } = toUnreachable(error);
    say('login', 'failed', code === 'unauthorized' ? 'The token or the password is wrong; enter it again.' : message);
  }
  return lines;
} // prettier-ignore

export const rtLive: ConnectorLive = {
  name: 'rt',
  contract: {
    commands: {
      'note-case': promise('probe-only'),
      'resolve-case': promise('state'),
      'place-answer': promise('state'),
    },
    overlapMs: rtOverlapMs,
    requestsPerSecond: 10,
    finalErrors: ['refused', 'incomplete', 'cannot-change'],
    growingVersion: 'ETag, the id of the last transaction',
  },
  // Transactions and messages come with their ticket; they are entries of a log and do not vanish.
  sweeps: [{ kind: 'ticket', census: true }],
  sweep: (connection, _kind, cursor, signal) => sweepRt(connection, cursor, signal),
  cursorSince: rtCursorSince,
  census: (connection, _kind, signal) => censusRt(connection, signal),
  fetch: fetchRt,
  verify,
  async probe(connection, command, signal) {
    if (!commandKinds.includes(command.kind))
      return { is: 'undecidable', message: `RT cannot be told to ${command.kind}.` };
    try {
      return await probeRt(connection, command, signal);
    } catch (error) {
      return { is: 'undecidable', message: toUnreachable(error).message };
    }
  },
  async execute(connection, command, signal) {
    const message = `RT cannot be told to ${command.kind}.`;
    if (!commandKinds.includes(command.kind))
      return { is: 'failed', code: 'unsupported', message, final: true };
    try {
      return await executeRt(connection, command, signal);
    } catch (error) {
      return toExecuted(error);
    }
  },
  check,
};
