/** Logins under attack: fixed sessions, dumps, the time an answer takes, what belongs to others. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { hashPassword } from '../../src/api/passwords.ts';
import { createUser } from '../../src/store/accounts.ts';
import { openApiWorld, type ApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const [email, password] = ['owner@example.com', 'a long enough password'];

async function openWithOwner(t: TestContext): Promise<ApiWorld> {
  const world = await openApiWorld(databases, { limits: { loginTriesMax: 100 } });
  t.after(() => world.close());
  const passwordHash = await hashPassword(password);
  await createUser(world.db, { email, name: 'Owner', passwordHash, roles: ['admin'], team: null });
  return world;
}

function logIn(world: ApiWorld, cookie?: string, given = { email, password }): Promise<LightMyRequestResponse> {
  const headers = cookie === undefined ? {} : { cookie };
  return world.app.inject({ method: 'POST', url: '/api/v1/session', headers, payload: given });
} // prettier-ignore

const sessionOf = (answer: LightMyRequestResponse): string => {
  const [cookie] = answer.cookies;
  return `${cookie!.name}=${cookie!.value}`;
};
const isOpen = async (world: ApiWorld, cookie: string): Promise<boolean> =>
  (await world.app.inject({ url: '/api/v1/session', headers: { cookie } })).statusCode === 200;

test('a session that somebody else planted never becomes that of who logs in, and the old one ends', async (t) => {
  const world = await openWithOwner(t);
  const planted = 'reentry=planted-by-somebody-else-before-the-login';
  const first = sessionOf(await logIn(world, planted));
  assert.notEqual(first, planted);
  assert.deepEqual([await isOpen(world, planted), await isOpen(world, first)], [false, true]);
  const second = sessionOf(await logIn(world, first));
  assert.notEqual(second, first);
  assert.deepEqual([await isOpen(world, first), await isOpen(world, second)], [false, true]);
});

test('a dump of the database opens nothing: no session, token, link or password stands in it', async (t) => {
  const world = await openWithOwner(t);
  const login = await logIn(world);
  const headers = { cookie: sessionOf(login), 'x-csrf-token': login.json<{ csrf: string }>().csrf };
  const send = (url: string, payload: object): Promise<LightMyRequestResponse> =>
    world.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload });
  const made = await send('/tokens', { name: 'bot', scopes: ['orders.read'] });
  const invited = await send('/users', { email: 'new@example.com', name: 'New', roles: ['ops'] });
  const link = invited.json<{ invitation: { link: string } }>().invitation.link;
  const secrets = [
    login.cookies[0]!.value, headers['x-csrf-token'], made.json<{ secret: string }>().secret,
    link.slice(link.indexOf('#') + 1), password, 'whsec_test',
  ]; // prettier-ignore
  const dump = await dumpOf(world);
  assert.ok(dump.includes(email), 'the dump holds what is stored');
  for (const secret of secrets) {
    assert.ok(secret.length >= 10, secret);
    for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')])
      assert.ok(!dump.includes(form), `stored in clear: ${secret}`);
  }
  assert.match(dump, /\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

/** All rows of all tables, as text. */
async function dumpOf({ db }: ApiWorld): Promise<string> {
  const tables = await db.pool.query<{ name: string }>("select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"); // prettier-ignore
  const parts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await db.pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    parts.push(...rows.map(({ row }) => row));
  }
  return parts.join('\n');
}

test('a login that fails takes as long, and as much work, whether the address is known or not', async (t) => {
  const world = await openWithOwner(t);
  const measure = async (address: string): Promise<{ ms: number; cpu: number }> => {
    const [from, used] = [performance.now(), process.cpuUsage()];
    const answer = await logIn(world, undefined, { email: address, password: 'wrong password' });
    assert.equal(answer.statusCode, 401);
    const { user, system } = process.cpuUsage(used);
    return { ms: performance.now() - from, cpu: user + system };
  };
  for (const address of [email, 'nobody@example.com']) await measure(address);
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 5; turn += 1) {
    for (const [address, list] of [[email, known], ['nobody@example.com', unknown]] as const) {
      const { ms, cpu } = await measure(address);
      assert.ok(ms >= 295, `${address} after ${ms} ms: what is faster tells something`);
      list.push(cpu);
    } // prettier-ignore
  }
  const [least, other] = [Math.min(...known), Math.min(...unknown)];
  assert.ok(other > least / 2 && least > other / 2, `${least} µs of work for a known address, ${other} for an unknown one`); // prettier-ignore
});

test('what belongs to one user is not found by another, whatever ids they know', async (t) => {
  const world = await openWithOwner(t);
  const headers = (role: 'ops' | 'support'): Record<string, string> => ({ authorization: `Bearer ${world.tokens[role]}` }); // prettier-ignore
  const listed = await world.app.inject({ url: '/api/v1/tokens', headers: headers('ops') });
  const [token] = listed.json<{ rows: readonly { tokenId: string }[] }>().rows;
  const revoke = (role: 'ops' | 'support') => world.app.inject({ method: 'DELETE', url: `/api/v1/tokens/${token!.tokenId}`, headers: headers(role) }); // prettier-ignore
  const stolen = await revoke('support');
  assert.deepEqual([stolen.statusCode, stolen.json<{ code: string }>().code], [404, 'token-not-found']);
  assert.equal((await world.app.inject({ url: '/api/v1/session', headers: headers('ops') })).statusCode, 200);
  assert.equal((await revoke('ops')).statusCode, 204);
});

test('answers kept for repetition are kept for who asked: the same key of another starts anew', async (t) => {
  const world = await openWithOwner(t);
  const problem = await world.addProblem('K-1');
  const comment = (role: 'finance' | 'admin', text: string) =>
    world.app.inject({
      method: 'POST', url: `/api/v1/problems/${problem}/comments`, payload: { text },
      headers: { authorization: `Bearer ${world.tokens[role]}`, 'idempotency-key': 'one-and-the-same' },
    }); // prettier-ignore
  const [mine, again, theirs] = [await comment('finance', 'a'), await comment('finance', 'a'), await comment('admin', 'b')]; // prettier-ignore
  assert.deepEqual([mine.statusCode, again.body, theirs.statusCode], [201, mine.body, 201]);
  assert.notEqual(theirs.body, mine.body);
});
