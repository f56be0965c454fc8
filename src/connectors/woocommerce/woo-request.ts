/**
 * One call to `wc/v3`. Secrets are `consumerKey` and `consumerSecret`. Over https they go as Basic; over plain http
 * WooCommerce looks at nothing but OAuth 1.0a (702, 705), whose nonce counts once (710), so each attempt is signed
 * anew. Two settings for servers that are set up otherwise: `fields.permalinks: "plain"` for shops without pretty
 * addresses (737), and `fields.credentials: "query"` where the web server keeps the `Authorization` header from PHP;
 * then the key stands in the address, over https only.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { HttpResponse } from '../http-client.ts';
import type { LiveConnection } from '../live-contract.ts';
import { SourceUnreachable, unreachableStatus } from '../source-unreachable.ts';
import { type Shape, isShape } from './object-fields.ts';

export type WooCall = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/wp-json/wc/v3/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type WooAnswer =
  /** `at`: the server's clock, epoch ms. */
  | { readonly is: 'ok'; readonly body: unknown; readonly total: number | undefined; readonly at: number }
  /** WordPress's own error, whatever the status: the code decides, not the status (307, 325, 631 are 500). */
  | { readonly is: 'error'; readonly code: string; readonly message: string; readonly status: number }
  /** Nothing that WordPress says: a proxy, a maintenance page, or PHP that died (807: 200 with an empty body). */
  | { readonly is: 'unclear'; readonly response: HttpResponse };

/** RFC 3986, as OAuth wants it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Adds the parameters of OAuth 1.0a to a URL, with a fresh nonce. */
function signUrl(method: string, text: string, key: string, secret: string): string {
  const url = new URL(text);
  const fields: [string, string][] = [
    ...url.searchParams.entries(),
    ['oauth_consumer_key', key],
    ['oauth_nonce', randomBytes(16).toString('hex')],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', String(Math.floor(Date.now() / 1000))],
  ];
  const pairs = fields.map(([name, value]) => [encode(name), encode(value)] as const);
  pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const query = pairs.map(([name, value]) => `${name}=${value}`).join('&');
  const base = [method, url.origin + url.pathname, query].map(encode).join('&');
  const signature = createHmac('sha256', `${secret}&`).update(base).digest('base64');
  return `${url.origin}${url.pathname}?${query}&oauth_signature=${encode(signature)}`;
}

/** Sends one call. Throws `HttpFailure` when no answer came. */
export async function callWoo(
  connection: LiveConnection,
  call: WooCall,
  signal: AbortSignal,
): Promise<WooAnswer> {
  const { consumerKey = '', consumerSecret = '' } = connection.secrets;
  const method = call.method ?? 'GET';
  const root = connection.baseUrl.replace(/\/{1,9}$/, '');
  const { permalinks, credentials } = connection.settings.fields;
  const isSecure = root.startsWith('https:');
  const inQuery = isSecure && credentials === 'query';
  const query = new URLSearchParams({
    ...(permalinks === 'plain' ? { rest_route: `/wc/v3/${call.path}` } : {}),
    ...call.query,
    ...(inQuery ? { consumer_key: consumerKey, consumer_secret: consumerSecret } : {}),
  }).toString();
  const place = permalinks === 'plain' ? 'index.php' : `wp-json/wc/v3/${call.path}`;
  const url = `${root}/${place}${query === '' ? '' : `?${query}`}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  const basic = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}`;
  const response = await connection.http.request({
    method,
    url,
    headers: isSecure && !inQuery ? { ...headers, authorization: basic } : headers,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(isSecure
      ? {}
      : { sign: (plain: string) => ({ url: signUrl(method, plain, consumerKey, consumerSecret) }) }),
    isFinal: (answer) => readAnswer(answer).is === 'error',
    signal,
  });
  return readAnswer(response);
}

function readAnswer(response: HttpResponse): WooAnswer {
  const { status, json } = response;
  if (isShape(json) && typeof json['code'] === 'string' && status >= 400) {
    // PHP that broke down says so in the same shape (569); it may have done anything.
    if (json['code'] === 'internal_server_error') return { is: 'unclear', response };
    const message = typeof json['message'] === 'string' ? json['message'] : '';
    return { is: 'error', code: json['code'], message, status };
  }
  if (status < 200 || status > 299 || json === undefined) return { is: 'unclear', response };
  const total = response.headers['x-wp-total'];
  const at = Date.parse(response.headers['date'] ?? '');
  return { is: 'ok', body: json, total: total === undefined ? undefined : Number(total), at };
}

/** The body of a read that must succeed. */
export async function readWoo(
  connection: LiveConnection,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Extract<WooAnswer, { is: 'ok' }>> {
  const answer = await callWoo(connection, { path, query }, signal);
  if (answer.is === 'ok') return answer;
  throw refuseWoo(answer, connection);
}

/** The rows of a list. A row that is no object is left out; the caller compares counts. */
export async function listWoo(
  connection: LiveConnection,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly rows: readonly Shape[]; readonly size: number; readonly total: number | undefined }> {
  const { body, total } = await readWoo(connection, path, query, signal);
  if (!Array.isArray(body))
    throw new SourceUnreachable('bad-answer', 'WooCommerce did not answer with a list');
  const rows = (body as unknown[]).filter(isShape);
  return { rows, size: body.length, total };
}

/** Why an answer is no use. */
export function refuseWoo(
  answer: Exclude<WooAnswer, { is: 'ok' }>,
  connection: LiveConnection,
): SourceUnreachable {
  if (answer.is === 'unclear') {
    const said = answer.response.status === 200 ? 'an empty or broken answer' : 'no answer of WordPress';
    if (answer.response.status >= 200 && answer.response.status < 300)
      return new SourceUnreachable('bad-answer', said);
    return unreachableStatus(answer.response, said);
  }
  const message = connection.http.redact(`${answer.code}: ${answer.message}`);
  // 401 stands for wrong keys and for a key without the right; 403 for a user without the capability (702, 724).
  if (answer.status === 401) return new SourceUnreachable('unauthorized', message);
  if (answer.status === 403) return new SourceUnreachable('forbidden', message);
  if (answer.code === 'rest_no_route') return new SourceUnreachable('route-missing', message);
  if (answer.status === 429) return new SourceUnreachable('rate-limited', message);
  return new SourceUnreachable(answer.status >= 500 ? 'server-error' : 'bad-answer', message);
}
