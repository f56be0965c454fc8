/**
 * Access: every route says who may use it, and what says nothing is not started at all. A caller is somebody with a
 * session cookie or an API token; what they may do follows from the roles they hold now.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { useSession, useToken, type User } from '../store/accounts.ts';
import { onTablet, permissionNames, permissionsOf, type Permission } from '../wire/roles.ts';
import type { ApiContext } from './api-config.ts';
import { Refused } from './refused.ts';

/**
 * `public`: anybody. `signed`: whoever signs as the connection demands. `login`: anybody who is logged in.
 * `metrics`: this machine, or the permission. Else: who has the permission.
 */
export type Access = 'public' | 'signed' | 'login' | 'metrics' | Permission;

export type Caller = {
  readonly user: User;
  /** `user/…` or `token/…`, as the audit trail names it. */
  readonly actor: string;
  /** `user/…`, also behind a token: a session and two tokens of one person are not three people. */
  readonly person: string;
  readonly via: 'session' | 'token';
  readonly permissions: ReadonlySet<Permission>;
  /** `user/…` who logged in a tablet that several share, where the user acts on it by PIN. */
  readonly tabletOf: string | undefined;
  /** Hash of the session; undefined with a token. */
  readonly sessionHash: Buffer | undefined;
  /** What a write from the console must carry; undefined with a token. */
  readonly csrf: string | undefined;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access;
    /** Not answered from what is kept for its Idempotency-Key: a login, a webhook, a mere search. */
    readonly repeats?: true;
    /** Of what needs a mere login: may be done by somebody who acts by PIN, as all reading. */
    readonly isOnTablet?: true;
    /** The answer holds a secret, which is not kept for a repetition. */
    readonly tellsSecret?: true;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

const secretBytes = 32;
/** In front of API tokens, so that scanners recognize one that leaked. */
const tokenPrefix = 'rty_';
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A secret for a session, token or link, and the hash that is stored. */
export function makeSecret(prefix = ''): { readonly secret: string; readonly hash: Buffer } {
  const secret = prefix + randomBytes(secretBytes).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

export const makeTokenSecret = (): { readonly secret: string; readonly hash: Buffer } =>
  makeSecret(tokenPrefix);

export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** What proves that a write comes from a page of ours: only a page that may read our answers knows it. */
export function csrfOf(secret: string): string {
  return createHash('sha256').update('csrf\n').update(secret).digest('base64url');
}

/** Name of the session cookie; the prefix makes browsers insist on https, this host and the whole path. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-reentry' : 'reentry';
}

export function setSessionCookie(reply: FastifyReply, api: ApiContext, secret: string): void {
  const { publicUrl } = api.config;
  reply.setCookie(cookieName(publicUrl), secret, {
    httpOnly: true, sameSite: 'strict', secure: publicUrl.startsWith('https:'), path: '/',
    maxAge: Math.floor(api.limits.sessionLifeMs / 1000),
  }); // prettier-ignore
}

export function clearSessionCookie(reply: FastifyReply, api: ApiContext): void {
  const { publicUrl } = api.config;
  reply.clearCookie(cookieName(publicUrl), { httpOnly: true, sameSite: 'strict', secure: publicUrl.startsWith('https:'), path: '/' }); // prettier-ignore
}

/** Guards all routes that are declared from here on. */
export function guardRoutes(app: FastifyInstance, api: ApiContext): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined)
      throw new Error(`route without access: ${String(route.method)} ${route.url}`);
  });
  // After `onRequest`, where requests are counted: a flood of strangers must not reach the database.
  app.addHook('preParsing', async (request) => {
    const access = request.is404 ? 'public' : (request.routeOptions.config.access ?? 'login');
    if (access === 'public' || access === 'signed') return;
    if (access === 'metrics' && isThisMachine(request)) return;
    const caller = await findCaller(api, request);
    if (caller === undefined) throw new Refused('login-required');
    request.caller = caller;
    const permission: Permission | undefined =
      access === 'login' ? undefined : access === 'metrics' ? 'metrics.read' : access;
    if (permission !== undefined) demand(request, permission);
    // A PIN on a shared tablet makes no tokens and sets no passwords.
    if (access === 'login' && caller.tabletOf !== undefined && !safeMethods.has(request.method) && request.routeOptions.config.isOnTablet !== true)
      throw new Refused('not-allowed', { detail: 'log in with your password on a device of your own' }); // prettier-ignore
    if (caller.via === 'session' && !safeMethods.has(request.method)) checkCsrf(request, caller);
  });
}

/** Who calls, by token or cookie; undefined for nobody we know. */
export async function findCaller(api: ApiContext, request: FastifyRequest): Promise<Caller | undefined> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, secret] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
    return secret === undefined ? undefined : callerByToken(api, secret);
  }
  const secret = request.cookies[cookieName(api.config.publicUrl)];
  if (secret === undefined) return undefined;
  const sessionHash = hashSecret(secret);
  const found = await useSession(api.db, sessionHash);
  if (found === undefined) return undefined;
  const { ownerId, ...user } = found;
  const held = permissionsOf(user.roles);
  return {
    user, actor: `user/${user.userId}`, person: `user/${user.userId}`, via: 'session', permissions: ownerId === null ? held : onTablet(held), sessionHash,
    tabletOf: ownerId === null ? undefined : `user/${ownerId}`, csrf: csrfOf(secret),
  }; // prettier-ignore
}

async function callerByToken(api: ApiContext, secret: string): Promise<Caller | undefined> {
  const found = await useToken(api.db, hashSecret(secret));
  if (found === undefined) return undefined;
  const { scopes, tokenId, ...user } = found;
  // Never more than the person may do now, whatever the token was once given.
  const held = permissionsOf(user.roles);
  const permissions = new Set(permissionNames.filter((name) => held.has(name) && scopes.includes(name)));
  return {
    user,
    actor: `token/${tokenId}`,
    person: `user/${user.userId}`,
    via: 'token',
    permissions,
    tabletOf: undefined,
    sessionHash: undefined,
    csrf: undefined,
  };
}

/** The caller of a guarded route. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Refused('login-required');
  return request.caller;
}

/** Whoever has only a token may not decide how its owner logs in. */
export function inPerson(request: FastifyRequest): Caller {
  const caller = callerOf(request);
  if (caller.via !== 'session') throw new Refused('not-allowed', { detail: 'a token changes no login' });
  return caller;
}

/** Refuses unless the caller has the permission. */
export function demand(request: FastifyRequest, permission: Permission): void {
  if (!callerOf(request).permissions.has(permission))
    throw new Refused('not-allowed', { detail: `it needs the permission ${permission}` });
}

function checkCsrf(request: FastifyRequest, caller: Caller): void {
  const given = request.headers['x-csrf-token'];
  if (typeof given !== 'string' || !sameText(given, caller.csrf!)) throw new Refused('csrf-invalid');
}

function sameText(left: string, right: string): boolean {
  return timingSafeEqual(hashSecret(left), hashSecret(right));
}

/** A proxy on this machine makes everybody look local, so whatever was forwarded is not. */
function isThisMachine(request: FastifyRequest): boolean {
  const forwarded = ['x-forwarded-for', 'x-real-ip', 'forwarded'].some((name) => name in request.headers);
  const address = request.socket.remoteAddress ?? '';
  return !forwarded && /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
}
