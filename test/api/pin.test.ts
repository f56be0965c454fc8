/** Change of person by PIN: set by its owner alone, locked after five wrong ones, and worth the desk's work only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSession, updateUser } from '../../src/store/accounts.ts';
import { hashPassword } from '../../src/api/passwords.ts';
import { makeSecret } from '../../src/api/access.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import type { Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld, type Method } from './api-world.ts';

const databases = useTestDatabases();
type Answer = { readonly status: number; readonly body: Record<string, never> & { readonly code?: string } };

/** A browser where somebody of a role is logged in. */
async function browserOf(world: ApiWorld, role: Role): Promise<(method: Method, url: string, payload?: object) => Promise<Answer>> {
  const { secret, hash } = makeSecret();
  await createSession(world.db, { hash, userId: world.users[role].userId, lifeMs: 3_600_000, client: 'test' });
  const cookie = `reentry=${secret}`;
  const me = await world.app.inject({ method: 'GET', url: '/api/v1/session', headers: { cookie } });
  const headers = { cookie, 'x-csrf-token': me.json<{ csrf: string }>().csrf };
  return async (method, url, payload) => {
    const answer = await world.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload !== undefined && { payload }) });
    return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json() };
  };
} // prettier-ignore

test('a PIN is set with the own password, and shown to nobody', async (t) => {
  const world = await openApiWorld(databases);
  t.after(() => world.close());
  await updateUser(world.db, { ...world.users.ops, passwordHash: await hashPassword('a long enough password') });
  const own = await browserOf(world, 'ops');
  assert.equal((await own('PUT', '/session/pin', { pin: '12' })).status, 400);
  assert.equal((await own('PUT', '/session/pin', { pin: '1234', password: 'another' })).body.code, 'login-failed');
  assert.equal((await own('GET', '/session/pin')).body['setAt'], null);
  assert.equal((await own('PUT', '/session/pin', { pin: '1234', password: 'a long enough password' })).status, 200);
  const { rows } = await world.db.pool.query<{ hash: string }>('select pin_hash as hash from pins');
  assert.match(rows[0]!.hash, /^\$argon2id\$/);
  assert.equal((await world.ask('ops', 'PUT', '/api/v1/session/pin', { pin: '1234' })).statusCode, 403, 'a token sets none');
  assert.equal((await own('DELETE', '/session/pin')).status, 204);
  assert.equal((await own('GET', '/session/pin')).body['setAt'], null);
}); // prettier-ignore

test('who acts changes, the session stays, and it does the work of the desk only, whoever acts', async (t) => {
  const world = await openApiWorld(databases);
  t.after(() => world.close());
  const [admin, tablet] = [await browserOf(world, 'admin'), await browserOf(world, 'ops')];
  assert.equal((await admin('PUT', '/session/pin', { pin: '98765' })).status, 200);
  const { userId } = world.users.admin;
  assert.deepEqual((await tablet('GET', '/session/persons')).body['rows'], [{ userId, name: 'admin' }]);
  const changed = await tablet('POST', '/session/person', { userId, pin: '98765' });
  assert.equal(changed.status, 200);
  const me = (await tablet('GET', '/session')).body as unknown as { user: { userId: string }; isTablet: boolean; permissions: string[] };
  assert.deepEqual([me.user.userId, me.isTablet], [userId, true]);
  assert.ok(me.permissions.includes('returns.goods'));
  for (const beyond of ['users.write', 'refunds.agree', 'refunds.approve', 'finance.write', 'persons.read', 'commands.decide', 'policy.write'])
    assert.ok(!me.permissions.includes(beyond), beyond);
  assert.equal((await tablet('GET', '/users')).status, 403);
  const token = { name: 'stolen', scopes: ['orders.read'] };
  assert.equal((await tablet('POST', '/tokens', token)).status, 403, 'a PIN makes no token');
  assert.equal((await tablet('PUT', '/session/pin', { pin: '1111' })).status, 403);
  assert.equal((await tablet('POST', '/session/second-factor')).status, 403);
  const [entry] = (await listAudit(world.db, `user/${userId}`)).filter(({ action }) => action === 'tablet.changed');
  assert.equal(entry!.actor, `user/${userId}`);
  const body = entry!.body as { before: { person: string }; after: { tabletOf: string } };
  assert.deepEqual([body.before.person, body.after.tabletOf], [`user/${world.users.ops.userId}`, `user/${world.users.ops.userId}`]);
  assert.equal((await tablet('DELETE', '/session')).status, 204);
  assert.equal((await tablet('GET', '/session')).status, 401);
}); // prettier-ignore

test('five wrong PINs lock it, also when they come at once; a new one opens it', async (t) => {
  const world = await openApiWorld(databases);
  t.after(() => world.close());
  const [own, tablet] = [await browserOf(world, 'support'), await browserOf(world, 'ops')];
  await own('PUT', '/session/pin', { pin: '2468' });
  const { userId } = world.users.support;
  const type = (pin: string): Promise<Answer> => tablet('POST', '/session/person', { userId, pin });
  const wrong = await Promise.all(Array.from({ length: 12 }, (_, index) => type(`100${index % 10}`)));
  assert.equal(wrong.filter(({ body }) => body.code === 'pin-wrong').length, 4);
  assert.equal(wrong.filter(({ body }) => body.code === 'pin-locked').length, 8);
  assert.equal((await type('2468')).body.code, 'pin-locked', 'the right one is no use now');
  const trail = (await listAudit(world.db, `user/${userId}`)).map(({ action }) => action);
  assert.ok(trail.includes('pin.failed') && trail.includes('pin.locked'));
  await own('PUT', '/session/pin', { pin: '1357' });
  assert.equal((await type('1357')).status, 200);
}); // prettier-ignore

test('only a tablet of somebody who works at the desk changes persons', async (t) => {
  const world = await openApiWorld(databases);
  t.after(() => world.close());
  const [own, finance] = [await browserOf(world, 'ops'), await browserOf(world, 'finance')];
  await own('PUT', '/session/pin', { pin: '2468' });
  const person = { userId: world.users.ops.userId, pin: '2468' };
  assert.equal((await finance('GET', '/session/persons')).status, 403);
  assert.equal((await finance('POST', '/session/person', person)).status, 403);
  assert.equal((await world.ask('ops', 'POST', '/api/v1/session/person', person)).statusCode, 403, 'a token has no session');
}); // prettier-ignore
