/** One call to RT's REST 2.0. Secrets are `token`, or `user` and `password`; a token is made per user in RT. */
import type { HttpResponse } from '../http-client.ts';
import type { Executed, LiveConnection } from '../live-contract.ts';
import { SourceUnreachable } from '../source-unreachable.ts';
import { type RtAnswer, readRtAnswer } from './rt-answer.ts';

export type RtCall = {
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** Below `/REST/2.0/`, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type RtReply = { readonly answer: RtAnswer; readonly response: HttpResponse };

function authorization(secrets: LiveConnection['secrets']): string {
  const { token, user = '', password = '' } = secrets;
  if (token !== undefined && token !== '') return `token ${token}`;
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export async function callRt(
  connection: LiveConnection,
  call: RtCall,
  signal: AbortSignal,
): Promise<RtReply> {
  const response = await connection.http.request({
    method: call.method ?? 'GET',
    url: `${connection.baseUrl.replace(/\/{1,9}$/, '')}/REST/2.0/${call.path}`,
    headers: {
      accept: 'application/json',
      // Sentences in English, where the user has not chosen another language.
      'accept-language': 'en',
      authorization: authorization(connection.secrets),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    signal,
  });
  return { answer: readRtAnswer(response.status, response.json), response };
}

/** Body of a read that must succeed. */
export async function readRt(
  connection: LiveConnection,
  path: string,
  signal: AbortSignal,
): Promise<RtReply> {
  const reply = await callRt(connection, { path }, signal);
  const { outcome } = reply.answer;
  if (outcome === 'object' || outcome === 'page') return reply;
  throw refuse(reply);
}

/** Why an answer is no use. */
export function refuse({ answer, response }: RtReply): SourceUnreachable {
  if (response.status === 429)
    return new SourceUnreachable('rate-limited', 'RT asks to slow down', response.retryAfterMs);
  switch (answer.outcome) {
    case 'unauthorized':
      return new SourceUnreachable('unauthorized', 'RT refuses the token or the password');
    case 'not-found':
      return new SourceUnreachable('route-missing', 'RT does not know this address');
    case 'refused':
      return new SourceUnreachable(response.status === 403 ? 'forbidden' : 'bad-answer', answer.message);
    case 'broken':
      return new SourceUnreachable(response.status >= 500 ? 'server-error' : 'bad-answer', answer.message);
    default:
      return new SourceUnreachable('bad-answer', `RT answered HTTP ${response.status}`);
  }
}

/** What a write that RT did not confirm means. Throws `SourceUnreachable` where the outcome is not known. */
export function notDone(reply: RtReply): Executed {
  const { answer, response } = reply;
  if (answer.outcome === 'stale')
    return { is: 'failed', code: 'stale', message: 'Somebody changed the ticket meanwhile.', final: false };
  if (answer.outcome === 'refused' || answer.outcome === 'not-found') {
    const message = answer.outcome === 'refused' ? answer.message : 'The ticket is gone.';
    return { is: 'failed', code: 'refused', message, final: response.status !== 429 };
  }
  throw refuse(reply);
}
