/** Users: invite, change, lock out. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  createUser, deactivateUser, listUsers, revokeSessions, updateUser, type User,
} from '../../store/accounts.ts'; // prettier-ignore
import { handOverProblems } from '../../store/problems.ts';
import {
  changeUserSchema, deactivateUserSchema, invitedUserSchema, linkSchema, newUserSchema, userListSchema, userSchema,
} from '../../wire/api-access.ts'; // prettier-ignore
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { makeUserLink } from '../login-links.ts';
import { Refused } from '../refused.ts';
import { toUser } from '../show-user.ts';

const tags = ['access'];
const params = z.object({ user: z.uuid() });

export function addUserRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;

  app.get(
    '/users',
    {
      config: { access: 'users.write' },
      schema: { tags, summary: 'All users', response: { 200: userListSchema } },
    },
    async () => ({ rows: (await listUsers(db)).map(toUser) }),
  );

  app.post(
    '/users',
    {
      config: { access: 'users.write', tellsSecret: true },
      schema: { tags, summary: 'Invite a user', body: newUserSchema, response: { 201: invitedUserSchema } },
    },
    async (request, reply) => {
      const user = await createUser(db, { ...request.body, passwordHash: null });
      if (user === 'email-taken') throw new Refused('email-taken');
      const invitation = await makeUserLink(api, 'invitation', user.userId);
      await audit(api, request, {
        chain: `user/${user.userId}`,
        action: 'user.invited',
        after: workOf(user),
      });
      api.hub.tell({ kind: 'user', key: user.userId });
      return reply.code(201).send({ user: toUser(user), invitation });
    },
  );

  app.put(
    '/users/:user',
    {
      config: { access: 'users.write' },
      schema: {
        tags,
        summary: 'Change name, roles, team or language of a user',
        params,
        body: changeUserSchema,
        response: { 200: userSchema },
      },
    },
    async (request) => {
      const { reason, ...changes } = request.body;
      const before = await readUser(api, request);
      const next = { ...before, ...changes };
      if (!next.roles.includes('admin')) await keepAnAdmin(api, before);
      const after = await updateUser(db, next);
      if (after === undefined) throw new Refused('user-not-found');
      await audit(api, request, {
        chain: `user/${after.userId}`,
        action: 'user.changed',
        before: workOf(before),
        after: workOf(after),
        why: reason,
      });
      api.hub.tell({ kind: 'user', key: after.userId });
      return toUser(after);
    },
  );

  app.post(
    '/users/:user/deactivate',
    {
      config: { access: 'users.write' },
      schema: {
        tags,
        summary: 'Lock a user out; their open problems go to someone else or back to the teams',
        params,
        body: deactivateUserSchema,
        response: { 200: z.object({ handedOver: z.int() }) },
      },
    },
    async (request) => {
      const { reason, handOverTo } = request.body;
      const user = await readUser(api, request);
      await keepAnAdmin(api, user);
      if (handOverTo !== null) {
        const heir = (await listUsers(db)).find((one) => one.userId === handOverTo);
        if (heir === undefined || heir.deactivatedAt !== null || heir.userId === user.userId)
          throw new Refused('user-not-found', { detail: handOverTo });
      }
      await deactivateUser(db, user.userId);
      const handedOver = await handOverProblems(db, user.userId, handOverTo);
      await audit(api, request, {
        chain: `user/${user.userId}`,
        action: 'user.deactivated',
        after: { handOverTo, handedOver },
        why: reason,
      });
      api.hub.tell({ kind: 'user', key: user.userId });
      return { handedOver };
    },
  );

  app.post(
    '/users/:user/password-link',
    {
      config: { access: 'users.write', tellsSecret: true },
      schema: {
        tags,
        summary: 'Make a link by which a user sets a new password',
        params,
        response: { 201: linkSchema },
      },
    },
    async (request, reply) => {
      const user = await readUser(api, request);
      const link = await makeUserLink(api, 'password', user.userId);
      await audit(api, request, { chain: `user/${user.userId}`, action: 'password.link-made' });
      return reply.code(201).send(link);
    },
  );

  app.delete(
    '/users/:user/sessions',
    {
      config: { access: 'users.write' },
      schema: { tags, summary: 'End all sessions of a user', params, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const user = await readUser(api, request);
      await revokeSessions(db, user.userId);
      await audit(api, request, { chain: `user/${user.userId}`, action: 'sessions.revoked' });
      return reply.code(204).send();
    },
  );
}

/** What an audit entry says of a user. */
const workOf = ({ name, roles, team, language }: User): object => ({ name, roles, team, language });

async function readUser(
  { db }: ApiContext,
  request: FastifyRequest<{ Params: { user: string } }>,
): Promise<User> {
  const user = (await listUsers(db)).find((one) => one.userId === request.params.user);
  if (user === undefined) throw new Refused('user-not-found');
  return user;
}

async function keepAnAdmin({ db }: ApiContext, leaving: User): Promise<void> {
  const others = (await listUsers(db)).filter(
    (user) => user.userId !== leaving.userId && user.deactivatedAt === null && user.roles.includes('admin'),
  );
  if (leaving.roles.includes('admin') && others.length === 0) throw new Refused('last-admin');
}
