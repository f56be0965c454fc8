/** The own second factor: begin, confirm, end. */
import { z } from 'zod';
import { revokeSessions } from '../../store/accounts.ts';
import {
  beginSecondFactor, confirmSecondFactor, endSecondFactor, findSecondFactor,
} from '../../store/second-factors.ts'; // prettier-ignore
import {
  confirmSecondFactorSchema, endSecondFactorSchema, newSecondFactorSchema, recoveryCodesSchema, secondFactorStateSchema,
} from '../../wire/api-access.ts'; // prettier-ignore
import { callerOf, inPerson } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit } from '../audited.ts';
import { isPassword } from '../passwords.ts';
import { Refused } from '../refused.ts';
import { findStep, makeRecoveryCodes, makeSecondFactor } from '../second-factor.ts';

const tags = ['access'];

export function addSecondFactorRoutes(app: ApiApp, api: ApiContext): void {
  const { db } = api;
  const rate = { rateLimit: { max: api.limits.loginsPerMinute, timeWindow: 60_000 } };

  app.get(
    '/session/second-factor',
    {
      config: { access: 'login' },
      schema: { tags, summary: 'Whether I have a second factor', response: { 200: secondFactorStateSchema } },
    },
    async (request) => {
      const factor = await findSecondFactor(db, callerOf(request).user.userId);
      const isOn = factor !== undefined && factor.confirmedAt !== null;
      return { isOn, recoveryCodesLeft: isOn ? factor.recoveryHashes.length : 0 };
    },
  );

  app.post(
    '/session/second-factor',
    {
      config: { access: 'login', tellsSecret: true, ...rate },
      schema: {
        tags,
        summary: 'Begin a second factor; it is in force once a first code was given',
        response: { 201: newSecondFactorSchema },
      },
    },
    async (request, reply) => {
      const { user } = inPerson(request);
      const { secret, uri, sealed } = makeSecondFactor(api, user);
      if (!(await beginSecondFactor(db, user.userId, sealed)))
        throw new Refused('not-allowed', { detail: 'there is one; end it first' });
      return reply.code(201).send({ secret, uri });
    },
  );

  app.post(
    '/session/second-factor/confirm',
    {
      config: { access: 'login', tellsSecret: true, ...rate },
      schema: {
        tags,
        summary: 'Give the first code; answers with recovery codes',
        body: confirmSecondFactorSchema,
        response: { 200: recoveryCodesSchema },
      },
    },
    async (request) => {
      const { userId } = inPerson(request).user;
      const factor = await findSecondFactor(db, userId);
      if (factor === undefined) throw new Refused('second-factor-invalid', { detail: 'begin one first' });
      const step = await findStep(api, userId, factor.sealedSecret, request.body.code);
      if (step === undefined) throw new Refused('second-factor-invalid');
      const { codes, hashes } = makeRecoveryCodes();
      if (!(await confirmSecondFactor(db, userId, step, hashes)))
        throw new Refused('not-allowed', { detail: 'it is in force already' });
      await audit(api, request, { chain: `user/${userId}`, action: 'second-factor.begun' });
      return { recoveryCodes: codes };
    },
  );

  app.post(
    '/session/second-factor/end',
    {
      config: { access: 'login', repeats: true, ...rate },
      schema: {
        tags,
        summary: 'End the second factor',
        body: endSecondFactorSchema,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { user } = inPerson(request);
      if (!(await isPassword(request.body.password, user.passwordHash))) throw new Refused('login-failed');
      if (await endSecondFactor(db, user.userId))
        await audit(api, request, { chain: `user/${user.userId}`, action: 'second-factor.ended' });
      return reply.code(204).send();
    },
  );

  app.delete(
    '/users/:user/second-factor',
    {
      config: { access: 'users.write' },
      schema: {
        tags,
        summary: 'Take away the second factor of somebody who lost it; all their sessions end',
        params: z.object({ user: z.uuid() }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { user } = request.params;
      if (await endSecondFactor(db, user)) {
        await revokeSessions(db, user);
        await audit(api, request, { chain: `user/${user}`, action: 'second-factor.taken-away' });
      }
      return reply.code(204).send();
    },
  );
}
