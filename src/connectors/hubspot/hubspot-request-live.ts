/** One call to HubSpot's API. The secret `token` is the access token of a private app. */
import type { HttpResponse } from '../http-client.ts';
import type { LiveConnection } from '../live-contract.ts';
import { SourceUnreachable, unreachableStatus } from '../source-unreachable.ts';
import { type JsonRecord, asList, asRecord, associatedIds, idOf } from './hubspot-value.ts';

const hourMs = 3_600_000;

export type HubSpotCall = {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  /** From the root, with its query: `/crm/v3/objects/tickets?limit=1`. */
  readonly path: string;
  readonly body?: unknown;
  /** A POST that changes nothing (search, batch read) and so may be repeated. */
  readonly safe?: boolean;
};

export type HubSpotAnswer = {
  readonly response: HttpResponse;
  /** The body of a success. */
  readonly body: JsonRecord | undefined;
  /** HubSpot's own word for what is wrong: `VALIDATION_ERROR`, `CONFLICT`, `RATE_LIMITS`. */
  readonly category: string | undefined;
  readonly message: string;
};

/** Sends one call. Throws `HttpFailure` when no answer came. */
export async function callHubSpot(
  connection: LiveConnection,
  call: HubSpotCall,
  signal: AbortSignal,
): Promise<HubSpotAnswer> {
  const root = (connection.baseUrl === '' ? 'https://api.hubapi.com' : connection.baseUrl).replace(
    /\/{1,9}$/,
    '',
  );
  const response = await connection.http.request({
    method: call.method ?? 'GET',
    url: `${root}${call.path}`,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${connection.secrets['token'] ?? ''}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(call.safe === undefined ? {} : { safe: call.safe }),
    signal,
  });
  const body = asRecord(response.json);
  const said = body?.['message'];
  const category = body?.['category'];
  return {
    response,
    body: response.status >= 200 && response.status < 300 ? body : undefined,
    category: typeof category === 'string' ? category : undefined,
    message: typeof said === 'string' ? said : `HTTP ${response.status}`,
  };
}

/** Why an answer is no use. */
export function refuseHubSpot({ response, message }: HubSpotAnswer): SourceUnreachable {
  const policy = asRecord(response.json)?.['policyName'];
  // The limit of a day is not over in seconds; which limit it was, people must know to raise it.
  if (response.status === 429 && policy === 'DAILY')
    return new SourceUnreachable('rate-limited', 'HubSpot’s daily limit of requests is used up', response.retryAfterMs ?? hourMs); // prettier-ignore
  if (response.status >= 200 && response.status < 300)
    return new SourceUnreachable('bad-answer', 'HubSpot answered with something else than it documents');
  return unreachableStatus(response, message);
}

/** The body of a read that must succeed. */
export async function readHubSpot(
  connection: LiveConnection,
  call: HubSpotCall,
  signal: AbortSignal,
): Promise<{ readonly body: JsonRecord; readonly response: HttpResponse }> {
  const answer = await callHubSpot(connection, call, signal);
  if (answer.body === undefined) throw refuseHubSpot(answer);
  return { body: answer.body, response: answer.response };
}

/** Epoch milliseconds on HubSpot's own clock. */
export function serverTime(response: HttpResponse): number | undefined {
  const time = Date.parse(response.headers['date'] ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** Where a list goes on. */
export function nextAfter(list: JsonRecord | undefined): string | undefined {
  const after = asRecord(asRecord(list?.['paging'])?.['next'])?.['after'];
  return typeof after === 'string' && after !== '' ? after : undefined;
}

/** Ids of all that hangs on a ticket. An object that is read brings a hundred of them; the others are paged. */
export async function allAssociatedIds(
  connection: LiveConnection,
  ticket: JsonRecord,
  type: 'notes' | 'emails',
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ids = new Set(associatedIds(ticket, type));
  let after = nextAfter(asRecord(asRecord(ticket['associations'])?.[type]));
  while (after !== undefined) {
    const path = `/crm/v3/objects/tickets/${idOf(ticket['id'])}/associations/${type}?limit=500&after=${encodeURIComponent(after)}`;
    const { body } = await readHubSpot(connection, { path }, signal);
    for (const row of asList(body['results']).map(asRecord)) {
      const id = idOf(row?.['id'] ?? row?.['toObjectId']);
      if (id !== undefined) ids.add(id);
    }
    const next = nextAfter(body);
    after = next === after ? undefined : next;
  }
  return [...ids];
}
