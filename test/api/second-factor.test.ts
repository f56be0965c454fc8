/** The second factor: begun by its owner, asked for at login, each code once, ended by password or by an admin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate } from 'otplib';
import { hashPassword } from '../../src/api/passwords.ts';
import { updateUser } from '../../src/store/accounts.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type Method } from './api-world.ts';

const databases = useTestDatabases();
const password = 'a long enough password';

test('a second factor guards the login of its owner, and every code works once', async (t) => {
  const world = await openApiWorld(databases, { limits: { loginTriesMax: 4 } });
  t.after(() => world.close());
  const user = world.users.finance;
  await updateUser(world.db, { ...user, passwordHash: await hashPassword(password) });
  const logIn = (code?: string) =>
    world.ask('nobody', 'POST', '/api/v1/session', { email: user.email, password, ...(code !== undefined && { code }) }); // prettier-ignore
  const codeAt = (secret: string, offsetMs = 0): Promise<string> =>
    generate({ secret, epoch: Math.floor((Date.now() + offsetMs) / 1000) });

  const first = await logIn();
  assert.equal(first.statusCode, 200, first.body);
  const [cookie] = first.cookies;
  const headers = {
    cookie: `${cookie!.name}=${cookie!.value}`,
    'x-csrf-token': first.json<{ csrf: string }>().csrf,
  };
  const ask = (method: Method, url: string, payload?: object) =>
    world.app.inject({ method, url: `/api/v1/session/second-factor${url}`, headers, ...(payload !== undefined && { payload }) }); // prettier-ignore

  const begun = await ask('POST', '');
  assert.equal(begun.statusCode, 201, begun.body);
  const { secret, uri } = begun.json<{ secret: string; uri: string }>();
  assert.match(uri, /^otpauth:\/\/totp\/Reentry/);
  assert.equal((await logIn()).statusCode, 200, 'not in force before a first code');
  assert.equal((await ask('POST', '/confirm', { code: '000000' })).statusCode, 422);

  const code = await codeAt(secret, -30_000);
  const confirmed = await ask('POST', '/confirm', { code });
  assert.equal(confirmed.statusCode, 200, confirmed.body);
  const { recoveryCodes } = confirmed.json<{ recoveryCodes: string[] }>();
  assert.equal(new Set(recoveryCodes).size, 10);
  assert.equal((await ask('POST', '')).statusCode, 403, 'it cannot be replaced without ending it');

  const missing = await logIn();
  assert.equal(missing.json<{ code: string }>().code, 'second-factor-required');
  assert.equal((await logIn(code)).statusCode, 401, 'the code that confirmed it is used up');
  const fresh = await codeAt(secret);
  assert.equal((await logIn(fresh)).statusCode, 200);
  assert.equal((await logIn(fresh)).statusCode, 401, 'a code works once');
  assert.equal((await logIn(recoveryCodes[0]!.toUpperCase())).statusCode, 200);
  assert.equal((await logIn(recoveryCodes[0])).statusCode, 401, 'a recovery code works once');
  assert.equal((await ask('GET', '')).json<{ recoveryCodesLeft: number }>().recoveryCodesLeft, 9);

  await t.test('wrong codes lock the account like wrong passwords', async () => {
    for (let tries = 0; tries < 4; tries += 1) await logIn('123 456');
    const locked = await logIn(recoveryCodes[1]);
    assert.equal(locked.statusCode, 401);
    assert.equal(
      (await ask('GET', '')).json<{ recoveryCodesLeft: number }>().recoveryCodesLeft,
      9,
      'and use nothing up',
    );
  });

  await t.test('a token changes nothing of it, an admin takes it away', async () => {
    assert.equal((await world.ask('finance', 'POST', '/api/v1/session/second-factor')).statusCode, 403);
    const url = `/api/v1/users/${user.userId}/second-factor`;
    assert.equal((await world.ask('support', 'DELETE', url)).statusCode, 403);
    assert.equal((await world.ask('admin', 'DELETE', url)).statusCode, 204);
    assert.equal((await ask('GET', '')).statusCode, 401, 'and all sessions end');
  });
});

test('the owner ends it with the password', async (t) => {
  const world = await openApiWorld(databases);
  t.after(() => world.close());
  const user = world.users.ops;
  await updateUser(world.db, { ...user, passwordHash: await hashPassword(password) });
  const login = await world.ask('nobody', 'POST', '/api/v1/session', { email: user.email, password });
  const [cookie] = login.cookies;
  const headers = {
    cookie: `${cookie!.name}=${cookie!.value}`,
    'x-csrf-token': login.json<{ csrf: string }>().csrf,
  };
  const post = (url: string, payload?: object) =>
    world.app.inject({ method: 'POST', url: `/api/v1/session/second-factor${url}`, headers, ...(payload !== undefined && { payload }) }); // prettier-ignore
  const { secret } = (await post('')).json<{ secret: string }>();
  assert.equal((await post('/confirm', { code: await generate({ secret }) })).statusCode, 200);
  assert.equal((await post('/end', { password: 'not the password' })).statusCode, 401);
  assert.equal((await post('/end', { password })).statusCode, 204);
  const again = await world.ask('nobody', 'POST', '/api/v1/session', { email: user.email, password });
  assert.equal(again.statusCode, 200);
});
