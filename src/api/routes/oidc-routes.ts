/** Logging in by an identity provider. */
import type { FastifyReply } from 'fastify';
import { createUser, findUserByEmail, listUsers, updateUser, type User } from '../../store/accounts.ts';
import { findUserIdentity, linkUserIdentity } from '../../store/second-factors.ts';
import { loginMethodsSchema } from '../../wire/api-access.ts';
import type { Role } from '../../wire/roles.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext, OidcSettings } from '../api-config.ts';
import { createOidcLogin, oidcLifeMs, type Identity } from '../oidc.ts';
import { Refused } from '../refused.ts';
import { startSession } from '../start-session.ts';

const tags = ['access'];
const cookiePath = '/api/v1/session/oidc';
const cookieName = 'reentry-oidc';

export function addOidcRoutes(app: ApiApp, api: ApiContext): void {
  const { config, limits } = api;
  const settings = config.oidc;
  const rate = { rateLimit: { max: limits.loginsPerMinute, timeWindow: 60_000 } };
  const access = 'public' as const;

  app.get(
    '/session/methods',
    {
      config: { access },
      schema: { tags, summary: 'How one can log in', response: { 200: loginMethodsSchema } },
    },
    async () => ({
      isFirstRun: (await listUsers(api.db)).length === 0,
      password: true,
      oidc: settings === undefined ? null : { label: settings.label, url: cookiePath },
    }),
  );
  if (settings === undefined) return;
  const login = createOidcLogin(config, settings);

  app.get(
    '/session/oidc',
    { config: { access, ...rate }, schema: { tags, summary: 'Go to the identity provider', hide: true } },
    async (_request, reply) => {
      const { url, cookie } = await login.begin(api.clock());
      // Lax, not strict: the provider sends the browser back from another site.
      reply.setCookie(cookieName, cookie, {
        httpOnly: true, sameSite: 'lax', secure: config.publicUrl.startsWith('https:'), path: cookiePath,
        maxAge: oidcLifeMs / 1000,
      }); // prettier-ignore
      return reply.redirect(url);
    },
  );

  app.get(
    '/session/oidc/callback',
    {
      config: { access, ...rate },
      schema: { tags, summary: 'Come back from the identity provider', hide: true },
    },
    async (request, reply) => {
      reply.clearCookie(cookieName, { path: cookiePath });
      try {
        const at = request.url.indexOf('?');
        const query = at < 0 ? '' : request.url.slice(at);
        const identity = await login.finish(query, request.cookies[cookieName], api.clock());
        const user = await admit(api, settings, identity);
        await startSession(api, request, reply, user, 'login.oidc');
        return await goTo(reply, '/console/');
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        request.log.warn({ err: error.cause, code: error.code }, 'login by the identity provider failed');
        return goTo(reply, `/console/login?error=${error.code}`);
      }
    },
  );
}

/**
 * The user that an identity is here: the one tied to it, else the one with its verified address, else a new one where
 * its groups give roles. With groups mapped, roles follow them at every login.
 */
async function admit(api: ApiContext, settings: OidcSettings, identity: Identity): Promise<User> {
  const { db } = api;
  const isMapped = Object.keys(settings.roles).length > 0;
  const roles: readonly Role[] = [
    ...new Set(identity.groups.map((group) => settings.roles[group]).filter((role) => role !== undefined)),
  ];
  const known = await findUserIdentity(db, identity.issuer, identity.subject);
  const user =
    known === undefined
      ? await linkByAddress(api, identity, isMapped ? roles : [])
      : (await listUsers(db)).find((one) => one.userId === known);
  if (user === undefined || user.deactivatedAt !== null) throw new Refused('oidc-no-account');
  if (!isMapped) return user;
  if (roles.length === 0) throw new Refused('oidc-no-account');
  return (await updateUser(db, { ...user, roles })) ?? user;
}

async function linkByAddress(
  { db }: ApiContext,
  { issuer, subject, email, isEmailVerified, name }: Identity,
  roles: readonly Role[],
): Promise<User | undefined> {
  // Anybody can claim an address that nobody has verified.
  if (email === undefined || !isEmailVerified) return undefined;
  let user: User | 'email-taken' | undefined = await findUserByEmail(db, email);
  if (user === undefined && roles.length > 0)
    user = await createUser(db, { email, name: name ?? email, passwordHash: null, roles, team: null });
  if (user === undefined || user === 'email-taken') return undefined;
  return (await linkUserIdentity(db, { issuer, subject, userId: user.userId })) ? user : undefined;
}

/** A page that goes on by itself: the session cookie is strict, and a redirect from another site would not carry it. */
function goTo(reply: FastifyReply, path: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .serializer((body: unknown) => String(body))
    .send(
      `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${path}"><title>Reentry</title><a href="${path}">Go on</a></html>`,
    );
}
