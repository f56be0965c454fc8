/** Beginning a session, however somebody proved who they are. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { createSession, revokeSession, type User } from '../store/accounts.ts';
import type { meSchema } from '../wire/api-access.ts';
import { permissionsOf } from '../wire/roles.ts';
import { cookieName, csrfOf, hashSecret, makeSecret, setSessionCookie, type Caller } from './access.ts';
import type { ApiContext } from './api-config.ts';
import { auditAs } from './audited.ts';
import { toUser } from './show-user.ts';

export type Me = z.output<typeof meSchema>;

/** A new session with a new secret; the one the browser came with ends. */
export async function startSession(
  api: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  action: string,
): Promise<Me> {
  const old = request.cookies[cookieName(api.config.publicUrl)];
  if (old !== undefined) await revokeSession(api.db, hashSecret(old));
  const { secret, hash } = makeSecret();
  const client = String(request.headers['user-agent'] ?? '').slice(0, 200);
  await createSession(api.db, { hash, userId: user.userId, lifeMs: api.limits.sessionLifeMs, client });
  setSessionCookie(reply, api, secret);
  await auditAs(api, request, `user/${user.userId}`, { chain: `user/${user.userId}`, action });
  const permissions = permissionsOf(user.roles);
  return meOf(api, { user, permissions, via: 'session', tabletOf: undefined, csrf: csrfOf(secret) });
}

/** A caller as they see themselves. */
export function meOf(
  api: ApiContext,
  {
    user,
    permissions,
    via,
    tabletOf,
    csrf,
  }: Pick<Caller, 'user' | 'permissions' | 'via' | 'tabletOf' | 'csrf'>,
): Me {
  const isTablet = tabletOf !== undefined;
  return {
    user: toUser(user),
    permissions: [...permissions],
    via,
    isTablet,
    csrf: csrf ?? null,
    ...shopOf(api),
  };
}

/** What a console shows beside the person: the shop's zone, and whether it is a made-up company. */
function shopOf({ engine }: ApiContext): Pick<Me, 'zone' | 'sandbox'> {
  const sandbox = engine.sandbox() as { readonly name: string } | undefined;
  return { zone: engine.zone(), sandbox: sandbox?.name ?? null };
}
