/**
 * HubSpot, live. `baseUrl` is empty for HubSpot itself; secrets are `token` (access token of a private app with the
 * scopes `tickets` and, to know what customers were told, `sales-email-read`), `clientSecret` (of the same app, which
 * signs its webhooks) and, behind a proxy that hides it, `webhookUrl`. Commands need `refs.ticket`.
 */
import type { CommandPromise, ConnectorLive, HealthLine, LiveConnection } from '../live-contract.ts';
import { toUnreachable } from '../source-unreachable.ts';
import { executeHubSpot, probeHubSpot } from './hubspot-command-live.ts';
import { censusHubSpot, fetchHubSpot, hubspotOverlapMs, sweepHubSpot } from './hubspot-read-live.ts';
import { readHubSpot, serverTime } from './hubspot-request-live.ts';
import { isClosed, stageOf } from './hubspot-stage.ts';
import { orderNumberProperty, returnNumberProperty } from './hubspot-ticket.ts';
import { asList, asRecord } from './hubspot-value.ts';
import { verifyHubSpot } from './hubspot-webhook.ts';

const promise = (idempotency: CommandPromise['idempotency']): CommandPromise => ({
  idempotency,
  keyLifetimeMs: Number.POSITIVE_INFINITY,
  settleTimeMs: 60_000,
});

const commandKinds = ['note-case', 'resolve-case', 'place-answer'];

type Say = (name: string, state: HealthLine['state'], message: string) => void;

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  const say: Say = (name, state, message) => void lines.push({ check: name, state, message });
  try {
    const account = await readHubSpot(connection, { path: '/account-info/v3/details' }, signal);
    say('login', 'ok', 'Signed in.');
    const skewMs = (serverTime(account.response) ?? Date.now()) - Date.now();
    if (Math.abs(skewMs) > 120_000)
      say(
        'clock',
        'warning',
        `This machine's clock and HubSpot's are ${Math.round(Math.abs(skewMs) / 60_000)} minutes apart; have yours set by NTP, or webhooks will be refused.`,
      );
  } catch (error) {
    const { code, message } = toUnreachable(error);
    if (code === 'unauthorized') {
      say('login', 'failed', 'HubSpot refuses the token; enter it again.');
      return lines;
    }
    if (code !== 'forbidden') say('login', 'failed', message);
  }
  const scopes = [['tickets', 'tickets'], ['emails', 'sales-email-read']] as const; // prettier-ignore
  for (const [type, scope] of scopes) {
    try {
      await readHubSpot(connection, { path: `/crm/v3/objects/${type}?limit=1` }, signal);
      say(`read ${type}`, 'ok', `Can read ${type}.`);
    } catch (error) {
      const { code, message } = toUnreachable(error);
      const told = `The token may not read ${type}; add the scope ${scope} to the private app.`;
      say(`read ${type}`, type === 'tickets' ? 'failed' : 'warning', code === 'forbidden' ? told : message);
    }
  }
  await checkProperties(connection, say, signal);
  await checkPipelines(connection, say, signal);
  if ((connection.secrets['clientSecret'] ?? '') === '')
    say('webhook', 'warning', 'No client secret: changes are seen by polling only.');
  return lines;
}

async function checkProperties(connection: LiveConnection, say: Say, signal: AbortSignal): Promise<void> {
  const context = { settings: connection.settings, lookup: () => undefined };
  try {
    const { body } = await readHubSpot(connection, { path: '/crm/v3/properties/tickets' }, signal);
    const names = new Set(asList(body['results']).map((property) => asRecord(property)?.['name']));
    const { answer } = connection.settings.fields;
    const wanted = [orderNumberProperty(context), returnNumberProperty(context), ...(answer === undefined ? [] : [answer])]; // prettier-ignore
    for (const name of wanted) {
      if (names.has(name)) say(`property ${name}`, 'ok', `Tickets have the property “${name}”.`);
      else
        say(`property ${name}`, 'warning', `Tickets have no property “${name}”; name yours, or add one in HubSpot.`);
    }
  } catch (error) {
    say('properties', 'warning', toUnreachable(error).message);
  }
} // prettier-ignore

async function checkPipelines(connection: LiveConnection, say: Say, signal: AbortSignal): Promise<void> {
  try {
    const { body } = await readHubSpot(connection, { path: '/crm/v3/pipelines/tickets' }, signal);
    for (const pipeline of asList(body['results']).map(asRecord)) {
      if (pipeline === undefined) continue;
      const context = { settings: connection.settings, lookup: () => pipeline };
      const id = String(pipeline['id']);
      const ids = asList(pipeline['stages']).map((stage) => String(asRecord(stage)?.['id']));
      const unknown = ids.filter((stage) => stageOf(context, id, stage) === undefined);
      const closing = ids.some((stage) => isClosed(stageOf(context, id, stage)?.meaning));
      const name = `pipeline ${String(pipeline['label'])}`;
      if (unknown.length > 0)
        say(name, 'warning', `Say in the settings what these stages mean: ${unknown.join(', ')}.`);
      else if (!closing) say(name, 'warning', 'No stage closes a ticket; none will ever count as resolved.');
      else say(name, 'ok', `All ${ids.length} stages are understood.`);
    }
  } catch (error) {
    say('pipelines', 'warning', toUnreachable(error).message);
  }
}

export const hubspotLive: ConnectorLive = {
  name: 'hubspot',
  contract: {
    commands: {
      'note-case': promise('probe-only'),
      'resolve-case': promise('state'),
      'place-answer': promise('probe-only'),
    },
    overlapMs: hubspotOverlapMs,
    // The search allows five a second for the whole account.
    requestsPerSecond: 5,
    finalErrors: [
      'VALIDATION_ERROR',
      'OBJECT_NOT_FOUND',
      'CONFLICT',
      'refused',
      'unsupported',
      'incomplete',
      'no-closing-stage',
    ],
  },
  sweeps: [
    { kind: 'pipeline', census: true },
    { kind: 'ticket', census: true },
    { kind: 'email', census: false },
  ],
  sweep: sweepHubSpot,
  census: censusHubSpot,
  fetch: fetchHubSpot,
  verify: verifyHubSpot,
  async probe(connection, command, signal) {
    if (!commandKinds.includes(command.kind))
      return { is: 'undecidable', message: `HubSpot cannot be told to ${command.kind}.` };
    return probeHubSpot(connection, command, signal);
  },
  async execute(connection, command, signal) {
    const message = `HubSpot cannot be told to ${command.kind}.`;
    if (!commandKinds.includes(command.kind))
      return { is: 'failed', code: 'unsupported', message, final: true };
    return executeHubSpot(connection, command, signal);
  },
  check,
};
