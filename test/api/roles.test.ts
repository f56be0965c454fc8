/** Every route of the description, walked by everybody: who gets in is what the table of roles says. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { createApi } from '../../src/api/create-api.ts';
import { referenceBlocks, type ApiDocument } from '../../src/api/reference-blocks.ts';
import { renderMarkdown } from '../../src/api/render-blocks.ts';
import type { EngineCalls } from '../../src/api/engine-calls.ts';
import type { Database } from '../../src/store/database.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { permissionNames, permissions, roles, type Permission, type Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld, type Method } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;
let document: ApiDocument;

before(async () => {
  world = await openApiWorld(databases, { limits: { badHooksPerMinute: 1000 } });
  document = (await world.ask('nobody', 'GET', '/api/openapi.json')).json();
});
after(() => world.close());

type Route = { readonly method: Method; readonly url: string; readonly access: string };

const anyId = '00000000-0000-7000-8000-000000000000';
/** Endless: never answered as a whole. */
const streams = new Set(['/api/v1/events']);

/** A second factor and a PIN are a person's own, and persons change in a session: no token may touch them. */
function isOwn(method: Method, url: string): boolean {
  const changes = ['second-factor', 'pin'].some((name) => url.startsWith(`/api/v1/session/${name}`));
  return (changes && method !== 'GET') || url.startsWith('/api/v1/session/person');
}

function listRoutes(): readonly Route[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as Method,
      url: path.replace(/\{[^}]+\}/g, anyId),
      access: operation['x-access'] ?? 'none',
    })),
  );
}

function mayCome(role: Role, access: string): boolean {
  if (['public', 'signed', 'login'].includes(access)) return true;
  const name = (access === 'metrics' ? 'metrics.read' : access) as Permission;
  const held: readonly Role[] = permissions[name].roles;
  return held.includes(role);
}

test('every route says who may use it, and every permission opens a route or a part of one', () => {
  const routes = listRoutes();
  assert.ok(routes.length > 40, `${routes.length} routes`);
  const known = new Set<string>(['public', 'signed', 'login', 'metrics', ...permissionNames]);
  assert.deepEqual(routes.filter((route) => !known.has(route.access)), []); // prettier-ignore
  const used = new Set(routes.map((route) => route.access));
  const unused = permissionNames.filter((name) => !used.has(name) && name !== 'metrics.read');
  // Checked within a search by e-mail address, and within the step that agrees a refund.
  assert.deepEqual(unused, ['persons.search', 'refunds.early']);
});

test('without a login every route that is not public answers 401', async () => {
  for (const { method, url, access } of listRoutes()) {
    const { statusCode } = await world.ask('nobody', method, url);
    const isOpen = access === 'public' || access === 'signed';
    if (isOpen) assert.notEqual(statusCode, 401, `${method} ${url}`);
    else assert.equal(statusCode, 401, `${method} ${url}`);
  }
});

for (const role of roles) {
  test(`${role} gets where the table of roles says, and nowhere else`, async () => {
    for (const { method, url, access } of listRoutes()) {
      if (streams.has(url) || isOwn(method, url)) continue;
      const { statusCode, body } = await world.ask(role, method, url);
      assert.equal(statusCode !== 403, mayCome(role, access), `${method} ${url} (${access}): ${statusCode}`);
      assert.ok(statusCode !== 401 && statusCode < 500, `${method} ${url}: ${statusCode} ${body}`);
    }
  });
}

test('a search by e-mail address needs its own permission', async () => {
  for (const role of roles) {
    const { statusCode } = await world.ask(role, 'POST', '/api/v1/orders/search', {
      text: 'ann@example.com',
    });
    assert.equal(statusCode, mayCome(role, 'persons.search') ? 200 : 403, role);
  }
});

test('metrics are told to this machine, not to what a proxy on it forwards', async () => {
  const ask = (headers: Record<string, string>) => world.app.inject({ url: '/metrics', headers });
  assert.equal((await ask({})).statusCode, 200);
  assert.equal((await ask({ 'x-forwarded-for': '203.0.113.9' })).statusCode, 401);
});

test('the reference in docs is what the code says', async () => {
  // Nothing is asked of them: a description needs neither database nor engine.
  const app = createApi({
    db: {} as Database,
    engine: { subscribe: () => () => {} } as unknown as EngineCalls,
    clock: () => 0,
    config: { publicUrl: '/', version: '1', seal: createSeal(Buffer.alloc(masterKeyBytes)) },
  });
  await app.ready();
  const described = app.swagger();
  await app.close();
  const files = {
    'openapi.json': `${JSON.stringify(described, null, 2)}\n`,
    'api.md': renderMarkdown(referenceBlocks(described as ApiDocument)),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = new URL(`../../docs/reference/${name}`, import.meta.url);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(path, text);
    const isFresh = (await readFile(path, 'utf8')) === text;
    assert.ok(isFresh, `docs/reference/${name} is stale: run this test with UPDATE_DOCS=1`);
  }
});
