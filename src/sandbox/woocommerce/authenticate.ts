/**
 * Who asks. Keys work by Basic or by the query string over https only; over plain http they are not even looked at
 * (702, 704), there only OAuth 1.0a does, with a nonce that counts once and a time within 15 minutes (705 to 712).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SandboxRequest } from '../service.ts';
import { RestError } from './rest-error.ts';
import type { ApiKey, ShopState } from './shop-state.ts';

const windowSeconds = 15 * 60;

const refuse = (message: string): RestError =>
  new RestError(401, 'woocommerce_rest_authentication_error', message);

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

type OauthFields = Readonly<Record<string, string>>;

function oauthFields(request: SandboxRequest): OauthFields | undefined {
  const header = request.headers['authorization'] ?? '';
  if (/^OAuth\s/i.test(header)) {
    const pairs = [...header.matchAll(/(oauth_\w+)="([^"]*)"/g)];
    return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, decodeURIComponent(value)]));
  }
  if (!request.query.has('oauth_consumer_key')) return undefined;
  return Object.fromEntries([...request.query.entries()].filter(([name]) => name.startsWith('oauth_')));
}

function signature(request: SandboxRequest, fields: OauthFields, secret: string): string {
  const parameters = [
    ...[...request.query.entries()].filter(([name]) => !name.startsWith('oauth_')),
    ...Object.entries(fields).filter(([name]) => name !== 'oauth_signature'),
  ].map(([name, value]): [string, string] => [encode(name), encode(value)]);
  parameters.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const query = parameters.map(([name, value]) => `${name}=${value}`).join('&');
  const base = [request.method, `${request.origin}${request.path}`, query].map(encode).join('&');
  const algorithm = fields['oauth_signature_method'] === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  return createHmac(algorithm, `${secret}&`).update(base).digest('base64');
}

const same = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

export type Authenticator = (request: SandboxRequest) => ApiKey | undefined;

/** Returns the key, undefined for nobody; throws where core refuses at once. `now` judges OAuth times. */
export function createAuthenticator(shop: ShopState, now: () => number): Authenticator {
  const nonces = new Set<string>();
  const keyOf = (consumerKey: string): ApiKey | undefined =>
    shop.settings.keys.find((key) => key.consumerKey === consumerKey);

  const byOauth = (request: SandboxRequest, fields: OauthFields): ApiKey | undefined => {
    const key = keyOf(fields['oauth_consumer_key'] ?? '');
    if (key === undefined) throw refuse('Consumer key is invalid.');
    if (!same(signature(request, fields, key.consumerSecret), fields['oauth_signature'] ?? '')) {
      throw refuse('Invalid signature - provided signature does not match.');
    }
    const stamp = Number(fields['oauth_timestamp']);
    if (!(Math.abs(now() / 1000 - stamp) <= windowSeconds)) throw refuse('Invalid timestamp.');
    const nonce = `${stamp}/${fields['oauth_nonce'] ?? ''}`;
    if (nonces.has(nonce)) throw refuse('Invalid nonce - nonce has already been used.');
    nonces.add(nonce);
    return key;
  };

  const byPassword = (request: SandboxRequest): ApiKey | undefined => {
    const basic = /^Basic\s+(.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
    const [user = '', ...rest] =
      basic === undefined
        ? [request.query.get('consumer_key') ?? '', request.query.get('consumer_secret') ?? '']
        : Buffer.from(basic, 'base64').toString('utf8').split(':');
    // An unknown key counts as none at all (720).
    const key = keyOf(user);
    if (key !== undefined && !same(key.consumerSecret, rest.join(':')))
      throw refuse('Consumer secret is invalid.');
    return key;
  };

  return (request) => {
    const fields = oauthFields(request);
    const key =
      fields !== undefined ? byOauth(request, fields) : request.secure ? byPassword(request) : undefined;
    if (key === undefined) return undefined;
    const reads = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
    if (reads && key.permissions === 'write') {
      throw refuse('The API key provided does not have read permissions.');
    }
    if (!reads && key.permissions === 'read') {
      throw refuse('The API key provided does not have write permissions.');
    }
    return key;
  };
}

/** Checks that somebody may do this: 401 for nobody, 403 for a user without the right (717, 724). */
export function demand(key: ApiKey | undefined, act: 'list' | 'view' | 'create' | 'edit' | 'delete'): void {
  if (key?.owner === 'admin') return;
  const status = key === undefined ? 401 : 403;
  const [code, message] =
    act === 'list'
      ? ['view', 'Sorry, you cannot list resources.']
      : act === 'view'
        ? ['view', 'Sorry, you cannot view this resource.']
        : act === 'create'
          ? ['create', 'Sorry, you are not allowed to create resources.']
          : [act, `Sorry, you are not allowed to ${act} this resource.`];
  throw new RestError(status, `woocommerce_rest_cannot_${code}`, message, { status });
}
