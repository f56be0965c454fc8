/**
 * Fuzzing of the whole API, driven by its own description: every operation with values that fit its schemas and values
 * that break them, as every role. FUZZ_REQUESTS and FUZZ_SEED say how many and which; a failure prints the request.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { permissions, roles, type Permission, type Role } from '../../src/wire/roles.ts';
import { openApiWorld, type Method } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { drawValue, makeRandom, pick, pickNasty, type Schema } from './draw-value.ts';

const databases = useTestDatabases();
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 1500);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const answerMaxMs = 30_000;

type Operation = {
  readonly 'x-access'?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
};
type Described = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
};

/** Endless, or ends every session of the world's own users, which would end the test. */
const left = new Set([
  'GET /api/v1/events',
  'DELETE /api/v1/users/{user}/sessions',
  'POST /api/v1/users/{user}/deactivate',
  'PUT /api/v1/users/{user}',
]);

test(`${requests} drawn requests: none fails inside, hangs, or tells a role what is not its own`, async (t) => {
  const world = await openApiWorld(databases, { limits: { badHooksPerMinute: 1e6, hooksPerMinute: 1e6 } });
  t.after(() => world.close());
  for (const id of [501, 502]) await world.addOrder(id);
  const problem = decodeURIComponent(await world.addProblem('600'));
  const described = (await world.ask('nobody', 'GET', '/api/openapi.json')).json<Described>();
  const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase() as Method, path, operation })),
  ).filter(({ method, path }) => !left.has(`${method} ${path}`)); // prettier-ignore

  const random = makeRandom(seed);
  const known = [
    'shop/501',
    'shop/502',
    '501',
    problem,
    'shop',
    'psp',
    'SKU-1',
    'finance',
    'en',
    'de',
    'prb_1',
  ];
  const resolve = (ref: string): Schema => described.components!.schemas![ref.split('/').at(-1)!]!;
  const who: readonly (Role | 'nobody')[] = [...roles, 'nobody'];
  const statuses = new Map<number, number>();

  for (let number = 0; number < requests; number += 1) {
    // Every operation comes up, whatever the draw.
    const { method, path, operation } = operations[number % operations.length]!;
    const caller = pick(who, random);
    const drawing = { random, resolve, known, broken: random() < 0.5 ? 0 : 0.15 };
    let url = path.replaceAll(/\{(\w+)\}/g, () => encodeURIComponent((random() < 0.75 ? pick(known, random) : pickNasty(random)).toWellFormed().slice(0, 400)) || 'x'); // prettier-ignore
    const query = new URLSearchParams();
    for (const { in: place, name, schema } of operation.parameters ?? []) {
      if (place === 'query' && random() < 0.6) query.append(name, String(drawValue(schema, drawing)));
    }
    if (query.size > 0) url += `?${query}`;
    const schema = operation.requestBody?.content['application/json']?.schema;
    const body = schema === undefined ? undefined : drawValue(schema, drawing);
    const what = `request ${number} of seed ${seed}: ${caller} ${method} ${url} ${JSON.stringify(body)}`;

    const answer = await Promise.race([
      world.app.inject({
        method, url, remoteAddress: '203.0.113.9',
        headers: { ...(caller !== 'nobody' && { authorization: `Bearer ${world.tokens[caller]}` }), ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      }),
      sleep(answerMaxMs, undefined, { ref: false }),
    ]); // prettier-ignore
    assert.ok(answer !== undefined, `no answer: ${what}`);
    const { statusCode } = answer;
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    assert.ok(statusCode < 500 || statusCode === 503, `${statusCode} ${answer.body.slice(0, 500)}\n${what}`);
    if (statusCode >= 400 && path.startsWith('/api/v1/')) {
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/, what);
      assert.doesNotMatch(answer.body, /\bat \S+:\d+:\d+|node_modules|select .* from /i, what);
    }
    const access = operation['x-access'] ?? 'none';
    if (statusCode < 300 && access in permissions) {
      const held: readonly string[] = permissions[access as Permission].roles;
      assert.ok(caller !== 'nobody' && held.includes(caller), `let in: ${what}`);
    }
    assert.doesNotMatch(answer.body, /whsec_test/, `a secret: ${what}`);
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.ok((statuses.get(200) ?? 0) > requests / 50, 'some of them are answered');
  t.diagnostic([...statuses].sort(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`).join(', ')); // prettier-ignore
});
