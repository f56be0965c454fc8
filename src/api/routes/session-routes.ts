/** Logging in and out, one-time links, the own password, the own API tokens. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  createToken, createUser, findUserByEmail, listTokens, listUsers, recordLogin, revokeSession,
  revokeSessions, revokeToken, updateUser, useLoginLink, type Token, type User,
} from '../../store/accounts.ts'; // prettier-ignore
import {
  changePasswordSchema, loginSchema, madeTokenSchema, meSchema, newTokenSchema, tokenListSchema, useLinkSchema,
} from '../../wire/api-access.ts'; // prettier-ignore
import type { Permission } from '../../wire/roles.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  callerOf, clearSessionCookie, hashSecret, makeTokenSecret,
} from '../access.ts'; // prettier-ignore
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit, auditAs } from '../audited.ts';
import { hashPassword, isPassword } from '../passwords.ts';
import { Refused } from '../refused.ts';
import { meOf, startSession, type Me } from '../start-session.ts';
import { checkSecondFactor } from '../second-factor.ts';

const tags = ['access'];

export function addSessionRoutes(app: ApiApp, api: ApiContext): void {
  const { db, limits } = api;
  const loginRate = { rateLimit: { max: limits.loginsPerMinute, timeWindow: 60_000 } };

  app.get(
    '/session',
    {
      config: { access: 'login' },
      schema: { tags, summary: 'Who I am and what I may do', response: { 200: meSchema } },
    },
    async (request) => meOf(api, callerOf(request)),
  );

  app.post(
    '/session',
    {
      config: { access: 'public', repeats: true, ...loginRate },
      schema: { tags, summary: 'Log in', body: loginSchema, response: { 200: meSchema } },
    },
    async (request, reply) => {
      const { email, password, code } = request.body;
      const beganAt = performance.now();
      const user = await findUserByEmail(db, email);
      const isLocked = isAfter(user?.lockedUntilAt, api.clock());
      const fits = await isPassword(password, isLocked ? null : (user?.passwordHash ?? null));
      if (user === undefined || isLocked || user.deactivatedAt !== null || !fits) {
        await refuseLogin(api, request, user, isLocked);
        await answerAfter(beganAt);
        throw new Refused('login-failed');
      }
      // Only who knows the password learns that there is a second factor; a wrong code counts like a wrong password.
      const second = await checkSecondFactor(api, user.userId, code);
      if (second === 'missing') throw new Refused('second-factor-required');
      if (second === 'wrong') {
        await refuseLogin(api, request, user, false);
        await answerAfter(beganAt);
        throw new Refused('login-failed');
      }
      await recordLogin(db, user.userId, true, {
        triesMax: limits.loginTriesMax,
        lockMs: limits.loginLockMs,
      });
      return startSession(api, request, reply, user, 'login.done');
    },
  );

  app.delete(
    '/session',
    {
      config: { access: 'login', isOnTablet: true },
      schema: { tags, summary: 'Log out', response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const { sessionHash, user } = callerOf(request);
      if (sessionHash !== undefined) await revokeSession(db, sessionHash);
      await audit(api, request, { chain: `user/${user.userId}`, action: 'login.ended' });
      clearSessionCookie(reply, api);
      return reply.code(204).send();
    },
  );

  app.post(
    '/session/link',
    {
      config: { access: 'public', repeats: true, ...loginRate },
      schema: {
        tags,
        summary: 'Use a one-time link: first admin, invitation, new password',
        body: useLinkSchema,
        response: { 200: meSchema },
      },
    },
    async (request, reply) => followLink(api, request, reply, request.body),
  );

  app.post(
    '/session/password',
    {
      config: { access: 'login', repeats: true, ...loginRate },
      schema: {
        tags,
        summary: 'Change the own password; all other sessions end',
        body: changePasswordSchema,
        response: { 200: meSchema },
      },
    },
    async (request, reply) => {
      const { user, via } = callerOf(request);
      const { current, password } = request.body;
      if (via !== 'session') throw new Refused('not-allowed', { detail: 'a token changes no password' });
      if (!(await isPassword(current, user.passwordHash))) throw new Refused('login-failed');
      const changed = await updateUser(db, { ...user, passwordHash: await hashPassword(password) });
      await revokeSessions(db, user.userId);
      await audit(api, request, { chain: `user/${user.userId}`, action: 'password.changed' });
      return startSession(api, request, reply, changed ?? user, 'login.renewed');
    },
  );

  addTokenRoutes(app, api);
}

function addTokenRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/tokens',
    {
      config: { access: 'login' },
      schema: { tags, summary: 'My API tokens', response: { 200: tokenListSchema } },
    },
    async (request) => ({ rows: (await listTokens(db, callerOf(request).user.userId)).map(toToken) }),
  );

  app.post(
    '/tokens',
    {
      config: { access: 'login', tellsSecret: true },
      schema: {
        tags,
        summary: 'Make an API token for me',
        body: newTokenSchema,
        response: { 201: madeTokenSchema },
      },
    },
    async (request, reply) => {
      const { user, permissions, via } = callerOf(request);
      // It would outlive the one that made it.
      if (via !== 'session') throw new Refused('not-allowed', { detail: 'a token makes no token' });
      const { name, scopes, expiresAt } = request.body;
      if (expiresAt !== null && Date.parse(expiresAt) <= api.clock())
        throw new Refused('request-invalid', { detail: 'expiresAt: the time has passed' });
      const beyond = scopes.filter((scope: Permission) => !permissions.has(scope));
      if (beyond.length > 0)
        throw new Refused('not-allowed', { detail: `you may not do it yourself: ${beyond.join(', ')}` });
      const { secret, hash } = makeTokenSecret();
      const token = await createToken(db, { hash, userId: user.userId, name, scopes, expiresAt });
      const after = { token: token.tokenId, name, scopes, expiresAt };
      await audit(api, request, { chain: `user/${user.userId}`, action: 'token.made', after });
      return reply.code(201).send({ token: toToken(token), secret });
    },
  );

  app.delete(
    '/tokens/:token',
    {
      config: { access: 'login' },
      schema: {
        tags,
        summary: 'Revoke one of my API tokens',
        params: z.object({ token: z.uuid() }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { user } = callerOf(request);
      const { token } = request.params;
      const isMine = (await listTokens(db, user.userId)).some((one) => one.tokenId === token);
      if (!isMine || !(await revokeToken(db, token))) throw new Refused('token-not-found');
      await audit(api, request, {
        chain: `user/${user.userId}`,
        action: 'token.revoked',
        after: { token },
      });
      return reply.code(204).send();
    },
  );
}

const toToken = ({ userId: _userId, ...token }: Token): Omit<Token, 'userId'> => token;

const isAfter = (instant: string | null | undefined, now: number): boolean =>
  instant !== null && instant !== undefined && Date.parse(instant) > now;

/** What is recorded about known accounts takes time; answered at one moment, it tells nobody that there is one. */
const refusedAfterMs = 300;

async function answerAfter(beganAt: number): Promise<void> {
  await sleep(Math.max(0, refusedAfterMs - (performance.now() - beganAt)));
}

/** Counts and records a login that failed; a locked account is not counted further, so that it opens in time. */
async function refuseLogin(
  api: ApiContext,
  request: FastifyRequest,
  user: User | undefined,
  isLocked: boolean,
): Promise<void> {
  const { loginTriesMax: triesMax, loginLockMs: lockMs } = api.limits;
  if (user === undefined) return;
  const chain = `user/${user.userId}`;
  if (!isLocked) await recordLogin(api.db, user.userId, false, { triesMax, lockMs });
  const locksNow = !isLocked && user.failedCount + 1 >= triesMax;
  const action = locksNow ? 'login.locked' : 'login.failed';
  await auditAs(api, request, 'system', { chain, action, after: { address: request.ip } });
}

/** Uses a link up: it makes the first admin, or sets the password of the user it was made for. */
export async function followLink(
  api: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: z.output<typeof useLinkSchema>,
): Promise<Me> {
  const { db } = api;
  const isFirst = (await listUsers(db)).length === 0;
  if (isFirst && (given.email === undefined || given.name === undefined)) {
    const missing = (['email', 'name'] as const).filter((field) => given[field] === undefined);
    const fields = missing.map((path) => ({ path, message: 'the first user needs it' }));
    throw new Refused('request-invalid', { fields });
  }
  const passwordHash = await hashPassword(given.password);
  const link = await useLoginLink(db, hashSecret(given.token));
  if (link === undefined) throw new Refused('login-link-invalid');
  if (link.userId === null) {
    // A link of the first start that lay around until there was an admin opens nothing.
    if (!isFirst) throw new Refused('login-link-invalid');
    const user = await createUser(db, {
      email: given.email!, name: given.name!, passwordHash, roles: ['admin'], team: null,
    }); // prettier-ignore
    if (user === 'email-taken') throw new Refused('email-taken');
    return startSession(api, request, reply, user, 'user.first');
  }
  const user = (await listUsers(db)).find((one) => one.userId === link.userId);
  if (user === undefined || user.deactivatedAt !== null) throw new Refused('login-link-invalid');
  const changed = await updateUser(db, { ...user, passwordHash });
  await revokeSessions(db, user.userId);
  await recordLogin(db, user.userId, true, { triesMax: 1, lockMs: 0 });
  return startSession(api, request, reply, changed ?? user, `link.${link.purpose}`);
}
