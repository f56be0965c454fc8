/** What anybody may put into queries and bodies, for every operation of the description: SQL, members that are not theirs. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiWorld, type ApiWorld, type Method } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';
import type { Schema } from './draw-value.ts';

const databases = useTestDatabases();
let world: ApiWorld;
let operations: readonly Operation[];

type Described = {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
};
type Operation = Described & { readonly method: Method; readonly path: string };
let schemas: Readonly<Record<string, Schema>>;

before(async () => {
  world = await openApiWorld(databases, { limits: { badHooksPerMinute: 1e6 } });
  for (const id of [1, 2, 3]) await world.addOrder(id);
  await world.addProblem('9');
  const described = (await world.ask('nobody', 'GET', '/api/openapi.json')).json<{ paths: Record<string, Record<string, Described>>; components: { schemas: Record<string, Schema> } }>(); // prettier-ignore
  schemas = described.components.schemas;
  operations = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() as Method })),
  ); // prettier-ignore
});
after(() => world.close());

/** Each would show: as an error of the database, as more rows than there should be, as a table that is gone, as time. */
const injections = [
  "' or '1'='1", "'; drop table orders; --", "'||pg_sleep(3)||'", '%', "E'\\x00'",
]; // prettier-ignore

test('SQL in every filter and every place of an address is a value and nothing else', async () => {
  const tables = "select count(*)::int as count from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"; // prettier-ignore
  const count = async (): Promise<number> =>
    (await world.db.pool.query<{ count: number }>(tables)).rows[0]!.count;
  const before = await count();
  let asked = 0;
  for (const { method, path, parameters = [] } of operations) {
    if (method !== 'GET' || path === '/api/v1/events') continue;
    const places = [
      ...parameters.filter((one) => one.in === 'query').map((one) => ({ name: one.name, schema: one.schema, in: 'query' })),
      ...[...path.matchAll(/\{(\w+)\}/g)].map((match) => ({ name: match[1]!, schema: {} as Schema, in: 'path' })),
    ]; // prettier-ignore
    for (const place of places) {
      for (const injection of injections) {
        const at = (value: string): string =>
          place.in === 'query'
            ? `${path.replaceAll(/\{\w+\}/g, '501')}?${new URLSearchParams({ [place.name]: value })}`
            : path.replace(`{${place.name}}`, encodeURIComponent(value)).replaceAll(/\{\w+\}/g, '501');
        const beganAt = performance.now();
        const answer = await world.ask('admin', 'GET', at(injection));
        asked += 1;
        const what = `GET ${at(injection)}: ${answer.statusCode} ${answer.body.slice(0, 300)}`;
        assert.ok(answer.statusCode < 500, what);
        assert.ok(performance.now() - beganAt < 2_900, `slept: ${what}`);
        assert.doesNotMatch(answer.body, /syntax error|unterminated|pg_catalog|SQLSTATE/i, what);
        const isText = place.in === 'path' || isFreeText(place.schema);
        const { rows } = (answer.statusCode === 200 && answer.headers['content-type']?.toString().includes('json') ? answer.json() : {}) as { rows?: readonly unknown[] }; // prettier-ignore
        // Nothing here is called so: a filter that finds something has run it.
        if (
          isText &&
          place.in === 'query' &&
          rows !== undefined &&
          /[';]/.test(injection) &&
          filters.has(place.name)
        )
          assert.equal(rows.length, 0, what);
      }
    }
  }
  assert.ok(asked > 300, `${asked} requests`);
  assert.equal(await count(), before, 'no table is gone');
  assert.equal((await world.ask('viewer', 'GET', '/api/v1/orders')).statusCode, 200);
});

/** Filters by a value that rows have; others choose a form or a period. */
const filters = new Set(['number', 'sku', 'team', 'code', 'connection', 'owner', 'text', 'search', 'status', 'actor', 'action', 'chain']); // prettier-ignore
const isFreeText = (schema: Schema): boolean => schema.type === 'string' && schema.enum === undefined;

test('a body with a member that the description does not name is refused, for every operation', async () => {
  const members = {
    userId: 'x',
    passwordHash: 'x',
    roles: ['admin'],
    isAdmin: true,
    version: 1,
    permissions: [],
  };
  const open: string[] = [];
  let looked = 0;
  for (const { method, path, requestBody } of operations) {
    const schema = requestBody?.content['application/json']?.schema;
    if (schema === undefined) continue;
    for (const one of alternativesOf(schema)) {
      looked += 1;
      if ((one as { additionalProperties?: unknown }).additionalProperties !== false) open.push(`${method} ${path}`);
    }
  } // prettier-ignore
  assert.ok(looked > 40, `${looked} bodies`);
  assert.deepEqual(open, [], 'every body says that it takes nothing else');
  const user = { email: 'm@example.com', name: 'M', roles: ['viewer'] };
  for (const [name, value] of Object.entries(members).filter(([key]) => key !== 'roles')) {
    const answer = await world.ask('admin', 'POST', '/api/v1/users', { ...user, [name]: value });
    assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [400, 'request-invalid'], name); // prettier-ignore
  }
  const own = await world.ask('viewer', 'PUT', `/api/v1/users/${world.users.viewer.userId}`, { roles: ['admin'], reason: 'me' }); // prettier-ignore
  assert.equal(own.statusCode, 403);
});

function alternativesOf(schema: Schema): readonly Schema[] {
  if (schema.$ref !== undefined) return alternativesOf(schemas[schema.$ref.split('/').at(-1)!]!);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.flatMap(alternativesOf);
  return schema.type === 'object' ? [schema] : [];
}
