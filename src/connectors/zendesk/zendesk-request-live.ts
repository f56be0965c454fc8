/** One call to Zendesk's Support API. Secrets are `user` (e-mail of the agent) and `token` (API token). */
import type { HttpResponse } from '../http-client.ts';
import type { LiveConnection } from '../live-contract.ts';
import { SourceUnreachable, unreachableStatus } from '../source-unreachable.ts';
import { type JsonRecord, asRecord } from './zendesk-value.ts';

export type ZendeskCall = {
  readonly method?: 'GET' | 'PUT';
  /** Below `/api/v2/`, with its query. */
  readonly path: string;
  readonly body?: unknown;
};

export type ZendeskAnswer = {
  readonly response: HttpResponse;
  /** The body of a success. */
  readonly body: JsonRecord | undefined;
  /** Zendesk's own word: `RecordNotFound RecordInvalid UpdateConflict`. Pages of a proxy have none. */
  readonly word: string | undefined;
  readonly message: string;
};

/** Sends one call. Throws `HttpFailure` when no answer came. */
export async function callZendesk(
  connection: LiveConnection,
  call: ZendeskCall,
  signal: AbortSignal,
): Promise<ZendeskAnswer> {
  const { user = '', token = '' } = connection.secrets;
  const response = await connection.http.request({
    method: call.method ?? 'GET',
    url: `${connection.baseUrl.replace(/\/{1,9}$/, '')}/api/v2/${call.path}`,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${user}/token:${token}`).toString('base64')}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    signal,
  });
  const json = asRecord(response.json);
  const error = json?.['error'];
  // Some errors are a word with a description, others an object of title and message.
  const word = typeof error === 'string' ? error : (asRecord(error)?.['title'] as string | undefined);
  const said = json?.['description'] ?? asRecord(error)?.['message'] ?? word;
  return {
    response,
    body: response.status >= 200 && response.status < 300 ? json : undefined,
    word: typeof word === 'string' ? word : undefined,
    message: connection.http.redact(typeof said === 'string' ? said : `HTTP ${response.status}`),
  };
}

/** Why an answer is no use. */
export function refuseZendesk({ response, message }: ZendeskAnswer): SourceUnreachable {
  if (response.status >= 200 && response.status < 300)
    return new SourceUnreachable('bad-answer', 'Zendesk answered with something else than it documents');
  return unreachableStatus(response, message);
}

/** The body of a read that must succeed. */
export async function readZendesk(
  connection: LiveConnection,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly body: JsonRecord; readonly response: HttpResponse }> {
  const answer = await callZendesk(connection, { path }, signal);
  if (answer.body === undefined) throw refuseZendesk(answer);
  return { body: answer.body, response: answer.response };
}
