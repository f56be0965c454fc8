/** Logging in: the first administrator, passwords, cookies against forged writes, tokens, lock-outs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { defaultLimits } from '../../src/api/api-config.ts';
import { makeFirstLink } from '../../src/api/login-links.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld, type Method } from './api-world.ts';

const databases = useTestDatabases();
const password = 'a long enough password';
const email = 'first@example.com';

type Login = { readonly cookie: string; readonly csrf: string };
type Code = { readonly code: string };

/** A world with one administrator who came by the link of the first start, logged in. */
async function openWithAdmin(
  t: TestContext,
): Promise<{ world: ApiWorld; login: Login; token: string; first: LightMyRequestResponse }> {
  const world = await openApiWorld(databases, { hasUsers: false, limits: { loginTriesMax: 3 } });
  t.after(() => world.close());
  const config = { publicUrl: 'http://reentry.test' };
  const made = await makeFirstLink({ db: world.db, clock: Date.now, limits: defaultLimits, config });
  const token = made!.link.split('#')[1]!;
  const first = await world.ask('nobody', 'POST', '/api/v1/session/link', {
    token,
    password,
    email,
    name: 'First',
  });
  assert.equal(first.statusCode, 200, first.body);
  return { world, login: loginOf(first), token, first };
}

function loginOf(answer: LightMyRequestResponse): Login {
  const [cookie] = answer.cookies;
  return { cookie: `${cookie!.name}=${cookie!.value}`, csrf: answer.json<{ csrf: string }>().csrf };
}

function ask(
  world: ApiWorld,
  login: Partial<Login>,
  method: Method,
  url: string,
  payload?: object,
): Promise<LightMyRequestResponse> {
  const headers = {
    ...(login.cookie !== undefined && { cookie: login.cookie }),
    ...(login.csrf !== undefined && { 'x-csrf-token': login.csrf }),
  };
  return world.app.inject({
    method,
    url: `/api/v1${url}`,
    headers,
    ...(payload !== undefined && { payload }),
  });
}

test('the link of the first start makes one administrator, once', async (t) => {
  const { world, login, token, first } = await openWithAdmin(t);
  assert.deepEqual(first.json<{ user: { roles: string[] } }>().user.roles, ['admin']);
  const [cookie] = first.cookies;
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.path], [true, 'Strict', '/']);
  assert.equal((await ask(world, login, 'GET', '/session')).statusCode, 200);
  const second = await ask(world, {}, 'POST', '/session/link', { token, password });
  assert.deepEqual([second.statusCode, second.json<Code>().code], [410, 'login-link-invalid']);
  const again = { db: world.db, clock: Date.now, limits: defaultLimits, config: { publicUrl: 'http://x' } };
  assert.equal(await makeFirstLink(again), undefined);
});

test('a write with a cookie needs the token that only our pages can read', async (t) => {
  const { world, login } = await openWithAdmin(t);
  const user = { email: 'b@example.com', name: 'B', roles: ['ops'] };
  for (const csrf of [undefined, 'guess']) {
    const forged = await ask(
      world,
      { cookie: login.cookie, ...(csrf !== undefined && { csrf }) },
      'POST',
      '/users',
      user,
    );
    assert.deepEqual([forged.statusCode, forged.json<Code>().code], [403, 'csrf-invalid']);
  }
  assert.equal((await ask(world, login, 'POST', '/users', user)).statusCode, 201);
});

test('a session ends with the logout', async (t) => {
  const { world, login } = await openWithAdmin(t);
  assert.equal((await ask(world, login, 'DELETE', '/session')).statusCode, 204);
  assert.equal((await ask(world, login, 'GET', '/session')).statusCode, 401);
});

test('a wrong password tells no more than an unknown address, and locks the account after some', async (t) => {
  const { world } = await openWithAdmin(t);
  const logIn = (given: string, address = email) =>
    ask(world, {}, 'POST', '/session', { email: address, password: given });
  assert.equal((await logIn(password)).statusCode, 200);
  const [wrong, unknown] = [await logIn('wrong'), await logIn('wrong', 'nobody@example.com')];
  const told = (answer: LightMyRequestResponse): unknown => ({ ...answer.json<object>(), requestId: '' });
  assert.equal(wrong.statusCode, 401);
  assert.deepEqual(told(wrong), told(unknown));
  await logIn('wrong');
  await logIn('wrong');
  assert.equal((await logIn(password)).statusCode, 401, 'locked, although the password is right');
});

test('a changed password ends all other sessions', async (t) => {
  const { world, login } = await openWithAdmin(t);
  const next = 'another long password';
  const wrong = await ask(world, login, 'POST', '/session/password', { current: 'no', password: next });
  assert.equal(wrong.statusCode, 401);
  const changed = await ask(world, login, 'POST', '/session/password', { current: password, password: next });
  assert.equal(changed.statusCode, 200, changed.body);
  assert.equal((await ask(world, login, 'GET', '/session')).statusCode, 401);
  assert.equal((await ask(world, loginOf(changed), 'GET', '/session')).statusCode, 200);
  assert.equal((await ask(world, {}, 'POST', '/session', { email, password })).statusCode, 401);
});

test('a token does what is among its scopes and nothing else, until it is revoked', async (t) => {
  const { world, login } = await openWithAdmin(t);
  const body = { name: 'bot', scopes: ['orders.read'], expiresAt: null };
  const made = await ask(world, login, 'POST', '/tokens', body);
  assert.equal(made.statusCode, 201, made.body);
  const { token, secret } = made.json<{ token: { tokenId: string }; secret: string }>();
  assert.match(secret, /^rty_/);
  const call = async (url: string): Promise<number> =>
    (await world.app.inject({ url: `/api/v1${url}`, headers: { authorization: `Bearer ${secret}` } }))
      .statusCode;
  assert.equal(await call('/orders'), 200);
  assert.equal(await call('/problems'), 403);
  const child = await world.app.inject({
    method: 'POST', url: '/api/v1/tokens', headers: { authorization: `Bearer ${secret}` }, payload: body,
  }); // prettier-ignore
  assert.equal(child.statusCode, 403, 'it would outlive the one that made it');
  const past = await ask(world, login, 'POST', '/tokens', { ...body, expiresAt: '2020-01-01T00:00:00.000Z' });
  assert.equal(past.statusCode, 400, past.body);
  assert.equal((await ask(world, login, 'GET', '/tokens')).body.includes(secret), false, 'told only once');
  assert.equal((await ask(world, login, 'DELETE', `/tokens/${token.tokenId}`)).statusCode, 204);
  assert.equal(await call('/orders'), 401);
});

test('the last administrator cannot be locked out', async (t) => {
  const { world, login, first } = await openWithAdmin(t);
  const { userId } = first.json<{ user: { userId: string } }>().user;
  const answer = await ask(world, login, 'PUT', `/users/${userId}`, { roles: ['ops'], reason: 'moving on' });
  assert.deepEqual([answer.statusCode, answer.json<Code>().code], [409, 'last-admin']);
});
