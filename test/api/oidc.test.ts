/** Login by an identity provider: a real OpenID provider on this machine, and a browser that follows its redirects. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';
import { Provider } from 'oidc-provider';
import type { OidcSettings } from '../../src/api/api-config.ts';
import { createUser } from '../../src/store/accounts.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
const publicUrl = 'http://reentry.test';
const callback = `${publicUrl}/api/v1/session/oidc/callback`;

type Person = {
  readonly email: string;
  readonly email_verified: boolean;
  readonly groups?: readonly string[];
};
const people: Record<string, Person> = {
  invited: { email: 'Invited@example.com', email_verified: true },
  unverified: { email: 'invited@example.com', email_verified: false },
  recycled: { email: 'invited@example.com', email_verified: true },
  stranger: { email: 'stranger@example.com', email_verified: true },
  packer: { email: 'packer@example.com', email_verified: true, groups: ['warehouse', 'canteen'] },
};

let server: Server;
let issuer: string;

before(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'reentry', client_secret: 'the client secret', redirect_uris: [callback] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'groups'], profile: ['name'] },
    cookies: { keys: ['test'] },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
  });
  server.on('request', provider.callback());
});
after(() => {
  server.closeAllConnections();
  server.close();
});

async function openWorld(t: TestContext, oidc: Partial<OidcSettings> = {}): Promise<ApiWorld> {
  const settings: OidcSettings = {
    issuer, clientId: 'reentry', clientSecret: 'the client secret', label: 'Company login', rolesClaim: 'groups', roles: {}, ...oidc,
  }; // prettier-ignore
  const world = await openApiWorld(databases, { config: { oidc: settings, publicUrl } });
  t.after(() => world.close());
  return world;
}

/** Follows the provider as a browser would, logging in as `who`; returns the address it sends the browser back to. */
async function visitProvider(start: string, who: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let hops = 0; hops < 20; hops += 1) {
    const answer = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST', redirect: 'manual', ...(form !== undefined && { body: form }),
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    }); // prettier-ignore
    form = undefined;
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') cookies.delete(name!);
      else cookies.set(name!, value!);
    }
    const location = answer.headers.get('location');
    if (location !== null) {
      url = new URL(location, url).href;
      if (url.startsWith(callback)) return url;
      continue;
    }
    const html = await answer.text();
    url = new URL(/action="([^"]+)"/.exec(html)![1]!, url).href;
    const prompt = /name="prompt" value="([^"]+)"/.exec(html)![1]!;
    form = new URLSearchParams(prompt === 'login' ? { prompt, login: who, password: 'any' } : { prompt });
  }
  throw new Error('the provider never sends the browser back');
}

type Begun = { readonly url: string; readonly cookie: string };

async function begin(world: ApiWorld): Promise<Begun> {
  const start = await world.app.inject({ method: 'GET', url: '/api/v1/session/oidc' });
  assert.equal(start.statusCode, 302, start.body);
  const [cookie] = start.cookies;
  assert.equal(cookie!.sameSite, 'Lax');
  return { url: start.headers.location!, cookie: `${cookie!.name}=${cookie!.value}` };
}

async function finish(
  world: ApiWorld,
  back: string,
  cookie: string | undefined,
): Promise<{ goesTo: string; session: string | undefined }> {
  const url = back.slice(publicUrl.length);
  const answer = await world.app.inject({
    method: 'GET',
    url,
    headers: cookie === undefined ? {} : { cookie },
  });
  const session = answer.cookies.find((one) => one.name === 'reentry');
  return {
    goesTo: /url=([^"]+)"/.exec(answer.body)![1]!,
    session: session && `${session.name}=${session.value}`,
  };
}

async function logIn(world: ApiWorld, who: string): Promise<{ goesTo: string; session: string | undefined }> {
  const { url, cookie } = await begin(world);
  return finish(world, await visitProvider(url, who), cookie);
}

async function rolesOf(world: ApiWorld, session: string | undefined): Promise<readonly string[]> {
  const me = await world.app.inject({ method: 'GET', url: '/api/v1/session', headers: { cookie: session! } });
  return me.json<{ user: { roles: string[] } }>().user.roles;
}

test('who was invited logs in by a verified address, and stays that person when the address goes to another', async (t) => {
  const world = await openWorld(t);
  await createUser(world.db, {
    email: 'invited@example.com',
    name: 'Invited',
    passwordHash: null,
    roles: ['support'],
    team: null,
  });
  const methods = await world.ask('nobody', 'GET', '/api/v1/session/methods');
  assert.equal(methods.json<{ oidc: { label: string } }>().oidc.label, 'Company login');

  assert.deepEqual(await logIn(world, 'unverified'), {
    goesTo: '/console/login?error=oidc-no-account',
    session: undefined,
  });
  const { goesTo, session } = await logIn(world, 'invited');
  assert.equal(goesTo, '/console/');
  assert.deepEqual(await rolesOf(world, session), ['support']);
  assert.equal((await logIn(world, 'recycled')).goesTo, '/console/login?error=oidc-no-account');
  assert.equal((await logIn(world, 'stranger')).goesTo, '/console/login?error=oidc-no-account');
});

test('mapped groups give roles at every login, and take them', async (t) => {
  const world = await openWorld(t, { roles: { warehouse: 'ops' } });
  const { session } = await logIn(world, 'packer');
  assert.deepEqual(await rolesOf(world, session), ['ops']);
  people['packer'] = { ...people['packer']!, groups: ['canteen'] };
  assert.equal((await logIn(world, 'packer')).goesTo, '/console/login?error=oidc-no-account');
});

test('an answer of the provider serves the browser that asked, once', async (t) => {
  const world = await openWorld(t, { roles: { warehouse: 'ops' } });
  people['packer'] = { ...people['packer']!, groups: ['warehouse'] };
  const [mine, theirs] = [await begin(world), await begin(world)];
  const back = await visitProvider(mine.url, 'packer');
  assert.equal((await finish(world, back, undefined)).goesTo, '/console/login?error=oidc-refused');
  assert.equal((await finish(world, back, theirs.cookie)).goesTo, '/console/login?error=oidc-refused');
  const forged = new URL(back);
  forged.searchParams.set('state', 'another');
  assert.equal((await finish(world, forged.href, mine.cookie)).goesTo, '/console/login?error=oidc-refused');
  assert.equal((await finish(world, back, mine.cookie)).goesTo, '/console/');
  assert.equal((await finish(world, back, mine.cookie)).goesTo, '/console/login?error=oidc-refused');
});

test('an answer made for another login, or sent on by another provider, is refused', async (t) => {
  const world = await openWorld(t, { roles: { warehouse: 'ops' } });
  people['packer'] = { ...people['packer']!, groups: ['warehouse'] };
  const refused = '/console/login?error=oidc-refused';
  const mine = await begin(world);
  const back = await visitProvider(mine.url, 'packer');
  const mixed = new URL(back);
  assert.equal(mixed.searchParams.get('iss'), issuer);
  mixed.searchParams.set('iss', 'https://another.example');
  assert.equal((await finish(world, mixed.href, mine.cookie)).goesTo, refused);
  // Same browser and state, but the identity was asked for with another nonce: an answer that was planted.
  const [name, sealed] = [mine.cookie.split('=', 1)[0]!, mine.cookie.slice(mine.cookie.indexOf('=') + 1)];
  const pending = JSON.parse(
    world.seal.open('oidc login', Buffer.from(sealed, 'base64url')).toString(),
  ) as object;
  const planted = world.seal.close(
    'oidc login',
    Buffer.from(JSON.stringify({ ...pending, nonce: 'another' })),
  );
  assert.equal((await finish(world, back, `${name}=${planted.toString('base64url')}`)).goesTo, refused);
  // What was refused by then is used up at the provider; a fresh one shows that nothing else was wrong.
  assert.equal((await logIn(world, 'packer')).goesTo, '/console/');
});

test('a provider that is not there is said to be so, and local login goes on', async (t) => {
  const world = await openWorld(t, { issuer: 'http://127.0.0.1:9' });
  const answer = await world.app.inject({ method: 'GET', url: '/api/v1/session/oidc' });
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.json<{ code: string }>().code, 'oidc-unavailable');
  assert.equal((await world.ask('viewer', 'GET', '/api/v1/session')).statusCode, 200);
});
