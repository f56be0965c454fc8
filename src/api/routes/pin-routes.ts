/** The own PIN, and the change of person on a tablet that several share: the session stays, who acts in it changes. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { listUsers } from '../../store/accounts.ts';
import { actInSession, findPin, listPinPersons, removePin, setPin, takePinTry } from '../../store/pins.ts';
import {
  changePersonSchema, meSchema, pinPersonsSchema, pinStateSchema, setPinSchema,
} from '../../wire/api-access.ts'; // prettier-ignore
import { onTablet, permissionsOf } from '../../wire/roles.ts';
import { callerOf, inPerson, type Caller } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { audit, auditAs } from '../audited.ts';
import { hashPassword, isPassword } from '../passwords.ts';
import { Refused } from '../refused.ts';
import { meOf } from '../start-session.ts';

const tags = ['access'];

export function addPinRoutes(app: ApiApp, api: ApiContext): void {
  const { db, limits } = api;
  const rate = { rateLimit: { max: limits.loginsPerMinute, timeWindow: 60_000 } };

  app.get(
    '/session/pin',
    {
      config: { access: 'login' },
      schema: { tags, summary: 'Whether I have a PIN for the shared tablet', response: { 200: pinStateSchema } },
    },
    async (request) => ({ setAt: (await findPin(db, callerOf(request).user.userId)) ?? null }),
  ); // prettier-ignore

  app.put(
    '/session/pin',
    {
      config: { access: 'login', repeats: true, ...rate },
      schema: { tags, summary: 'Set my PIN for the shared tablet', body: setPinSchema, response: { 200: pinStateSchema } },
    },
    async (request) => {
      const { user } = inPerson(request);
      const { pin, password } = request.body;
      if (user.passwordHash !== null && !(await isPassword(password, user.passwordHash))) throw new Refused('login-failed');
      await setPin(db, user.userId, await hashPassword(pin));
      await audit(api, request, { chain: `user/${user.userId}`, action: 'pin.set' });
      return { setAt: (await findPin(db, user.userId)) ?? null };
    },
  ); // prettier-ignore

  app.delete(
    '/session/pin',
    {
      config: { access: 'login' },
      schema: { tags, summary: 'Take my PIN away', response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      const { user } = inPerson(request);
      if (await removePin(db, user.userId))
        await audit(api, request, { chain: `user/${user.userId}`, action: 'pin.removed' });
      return reply.code(204).send();
    },
  );

  app.get(
    '/session/persons',
    {
      config: { access: 'login' },
      schema: {
        tags,
        summary: 'Who may act on this tablet by their PIN',
        response: { 200: pinPersonsSchema },
      },
    },
    async (request) => {
      await demandTablet(api, request);
      return { rows: await listPinPersons(db) };
    },
  );

  app.post(
    '/session/person',
    {
      config: { access: 'login', repeats: true, isOnTablet: true, ...rate },
      schema: {
        tags, summary: 'Change who acts on a tablet that several share, by PIN',
        description: 'The session stays. From the first change on it may do the work of the returns desk only, whoever acts.',
        body: changePersonSchema, response: { 200: meSchema },
      },
    },
    async (request) => {
      const { caller, owner } = await demandTablet(api, request);
      const { userId, pin } = request.body;
      const chain = `user/${userId}`;
      const taken = await takePinTry(db, userId, { triesMax: limits.loginTriesMax, lockMs: limits.loginLockMs });
      const user = (await listUsers(db)).find((one) => one.userId === userId && one.deactivatedAt === null);
      // Costs the same without a PIN, so that the time tells nothing.
      const fits = await isPassword(pin, taken?.pinHash ?? null);
      if (!fits || taken === undefined || user === undefined) {
        const isKnown = user !== undefined && (taken !== undefined || (await findPin(db, userId)) !== undefined);
        if (isKnown) {
          const action = taken === undefined || taken.isLast ? 'pin.locked' : 'pin.failed';
          await auditAs(api, request, 'system', { chain, action, after: { tabletOf: owner, address: request.ip } });
        }
        throw new Refused(isKnown && (taken === undefined || taken.isLast) ? 'pin-locked' : 'pin-wrong');
      }
      await actInSession(db, caller.sessionHash!, userId);
      await auditAs(api, request, `user/${userId}`, { chain, action: 'tablet.changed', before: { person: caller.actor }, after: { person: `user/${userId}`, tabletOf: owner } });
      return meOf(api, { ...caller, user, permissions: onTablet(permissionsOf(user.roles)), tabletOf: owner });
    },
  ); // prettier-ignore
}

/** A session that people may change in: of somebody who may work with goods at the desk. Refused: `not-allowed`. */
async function demandTablet(
  { db }: ApiContext,
  request: FastifyRequest,
): Promise<{ readonly caller: Caller; readonly owner: string }> {
  const caller = callerOf(request);
  const owner = caller.tabletOf ?? caller.actor;
  const user = (await listUsers(db)).find((one) => `user/${one.userId}` === owner);
  if (caller.via !== 'session' || user === undefined || !permissionsOf(user.roles).has('returns.goods'))
    throw new Refused('not-allowed', { detail: 'this is no tablet of the returns desk' });
  return { caller, owner };
}
