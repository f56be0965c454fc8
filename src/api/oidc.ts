/** Login by an identity provider: OpenID Connect, authorization code with PKCE. */
import {
  allowInsecureRequests, authorizationCodeGrant, buildAuthorizationUrl, calculatePKCECodeChallenge, discovery, fetchUserInfo, None,
  randomNonce, randomPKCECodeVerifier, randomState, type Configuration,
} from 'openid-client'; // prettier-ignore
import type { ApiConfig, OidcSettings } from './api-config.ts';
import { Refused } from './refused.ts';

/** How long somebody may take at the provider. */
export const oidcLifeMs = 10 * 60_000;
const timeoutSeconds = 10;
/** What the sealed cookie is bound to. */
const place = 'oidc login';

type Pending = {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly until: number;
};

/** Who the provider says somebody is. */
export type Identity = {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly isEmailVerified: boolean;
  readonly name: string | undefined;
  /** Values of the claim with the groups. */
  readonly groups: readonly string[];
};

export type OidcLogin = {
  /** Where to send the browser, and what it must bring back. Throws Refused `oidc-unavailable`. */
  begin(now: number): Promise<{ readonly url: string; readonly cookie: string }>;
  /** Checks what the browser came back with. Throws Refused `oidc-unavailable`, `oidc-refused`. */
  finish(query: string, cookie: string | undefined, now: number): Promise<Identity>;
};

/** Speaks to one provider; its configuration is discovered at the first login, and again after a failure. */
export function createOidcLogin(config: ApiConfig, settings: OidcSettings): OidcLogin {
  const redirectUri = `${config.publicUrl}/api/v1/session/oidc/callback`;
  let discovered: Promise<Configuration> | undefined;
  const provider = async (): Promise<Configuration> => {
    discovered ??= discover(settings);
    try {
      return await discovered;
    } catch (cause) {
      discovered = undefined;
      throw new Refused('oidc-unavailable', { cause });
    }
  };

  return {
    async begin(now) {
      const server = await provider();
      const pending: Pending = {
        state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), until: now + oidcLifeMs,
      }; // prettier-ignore
      const url = buildAuthorizationUrl(server, {
        redirect_uri: redirectUri, scope: 'openid email profile', state: pending.state, nonce: pending.nonce,
        code_challenge: await calculatePKCECodeChallenge(pending.verifier), code_challenge_method: 'S256',
      }); // prettier-ignore
      const sealed = config.seal.close(place, Buffer.from(JSON.stringify(pending)));
      return { url: url.href, cookie: sealed.toString('base64url') };
    },
    async finish(query, cookie, now) {
      const pending = openCookie(config, cookie);
      if (pending === undefined || pending.until < now) throw new Refused('oidc-refused');
      const server = await provider();
      try {
        const tokens = await authorizationCodeGrant(server, new URL(`${redirectUri}${query}`), {
          pkceCodeVerifier: pending.verifier,
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        // Many providers tell the address only to who asks for it with the access token.
        const more =
          claims['email'] === undefined
            ? await fetchUserInfo(server, tokens.access_token, claims.sub)
            : undefined;
        return identityOf({ ...more, ...claims }, settings);
      } catch (cause) {
        throw new Refused('oidc-refused', { cause });
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const url = new URL(issuer);
  // A provider on this machine may do without TLS; no other.
  const isLocal = url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return discovery(url, clientId, clientSecret, clientSecret === undefined ? None() : undefined, {
    timeout: timeoutSeconds,
    ...(isLocal && { execute: [allowInsecureRequests] }),
  });
}

function openCookie({ seal }: ApiConfig, cookie: string | undefined): Pending | undefined {
  if (cookie === undefined) return undefined;
  try {
    return JSON.parse(seal.open(place, Buffer.from(cookie, 'base64url')).toString()) as Pending;
  } catch {
    return undefined;
  }
}

function identityOf(claims: Readonly<Record<string, unknown>>, { rolesClaim }: OidcSettings): Identity {
  const text = (name: string): string | undefined =>
    typeof claims[name] === 'string' && claims[name] !== '' ? claims[name] : undefined;
  const groups = claims[rolesClaim];
  return {
    issuer: String(claims['iss']),
    subject: String(claims['sub']),
    email: text('email')?.trim().toLowerCase(),
    isEmailVerified: claims['email_verified'] === true,
    name: text('name') ?? text('preferred_username'),
    groups: Array.isArray(groups) ? groups.map(String) : typeof groups === 'string' ? [groups] : [],
  };
}
