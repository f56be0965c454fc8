/** Webhooks: acknowledged only when stored, refused with the status that says why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import { listDeliveries } from '../../src/store/deliveries.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { gatewayHeaders, openApiWorld, shopHeaders, type ApiWorld, type WorldOptions } from './api-world.ts';

const databases = useTestDatabases();
const body = JSON.stringify({ id: 7, status: 'completed' });

async function open(t: TestContext, limits: WorldOptions['limits'] = {}): Promise<ApiWorld> {
  const world = await openApiWorld(databases, { limits, hasUsers: false });
  t.after(() => world.close());
  return world;
}

function send(
  world: ApiWorld,
  connection: string,
  headers: Record<string, string>,
  payload = body,
): Promise<LightMyRequestResponse> {
  return world.app.inject({ method: 'POST', url: `/hooks/${connection}`, headers, payload });
}

async function storedKeys(world: ApiWorld): Promise<readonly string[]> {
  return (await listDeliveries(world.db, {})).rows.map((row) => row.objectKey);
}

test('a delivery is answered only when it is stored', async (t) => {
  const world = await open(t);
  const blocker = await world.db.pool.connect();
  t.after(() => blocker.release());
  await blocker.query('begin');
  await blocker.query('lock table deliveries in exclusive mode');
  let answered: LightMyRequestResponse | undefined;
  const sending = send(world, 'shop', shopHeaders(body)).then((answer) => (answered = answer));
  await sleep(300);
  assert.equal(answered, undefined, 'the store has not taken it yet');
  await blocker.query('commit');
  const answer = await sending;
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(await storedKeys(world), ['shop:order/7']);
  const { deliveries } = answer.json<{ deliveries: readonly string[] }>();
  assert.deepEqual((await listDeliveries(world.db, {})).rows.map((row) => row.deliveryId), deliveries); // prettier-ignore
});

test('what cannot be stored is not acknowledged', async (t) => {
  const world = await open(t);
  await world.db.pool.query('alter table deliveries rename to lost');
  const { statusCode } = await send(world, 'shop', shopHeaders(body));
  assert.ok(statusCode >= 500, String(statusCode));
});

test('a bad signature, none, or one over other bytes is 401 and stores nothing', async (t) => {
  const world = await open(t);
  const unsigned = { 'content-type': 'application/json' };
  for (const headers of [shopHeaders(body, 'guess'), unsigned, shopHeaders(`${body} `)]) {
    const answer = await send(world, 'shop', headers);
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.json<{ code: string }>().code, 'signature-invalid');
  }
  assert.deepEqual(await storedKeys(world), []);
});

test('a delivery that was signed too long ago is 401', async (t) => {
  const world = await open(t);
  const event = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'charge.updated',
    data: { object: { object: 'charge', id: 'ch_1' } },
  });
  const old = await send(world, 'psp', gatewayHeaders(event, Date.now() - 3_600_000), event);
  assert.equal(old.statusCode, 401);
  assert.equal(old.json<{ code: string }>().code, 'delivery-too-old');
  assert.deepEqual(await storedKeys(world), []);
  const fresh = await send(world, 'psp', gatewayHeaders(event, Date.now()), event);
  assert.equal(fresh.statusCode, 200, fresh.body);
});

test('a signed body that is no JSON is 400, one too large 413, an unknown connection 404', async (t) => {
  const world = await open(t, { hookBodyMax: 500 });
  assert.equal((await send(world, 'shop', shopHeaders('{'), '{')).statusCode, 400);
  const large = JSON.stringify({ id: 7, note: 'x'.repeat(500) });
  assert.equal((await send(world, 'shop', shopHeaders(large), large)).statusCode, 413);
  assert.equal((await send(world, 'nobody', shopHeaders(body))).statusCode, 404);
});

test('the unsigned ping of a shop is answered with 200 and stores nothing', async (t) => {
  const world = await open(t);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send(world, 'shop', headers, 'webhook_id=3');
  assert.deepEqual([answer.statusCode, answer.json<{ is: string }>().is], [200, 'ping']);
  assert.deepEqual(await storedKeys(world), []);
});

test('too many of a connection are 429 with Retry-After', async (t) => {
  const world = await open(t, { hooksPerMinute: 2 });
  const statuses: number[] = [];
  let last: LightMyRequestResponse | undefined;
  // Six tries, because a minute may begin in between.
  for (let count = 0; count < 6; count += 1) {
    last = await send(world, 'shop', shopHeaders(body));
    statuses.push(last.statusCode);
    if (last.statusCode === 429) break;
  }
  assert.equal(last?.statusCode, 429, statuses.join(' '));
  const seconds = Number(last.headers['retry-after']);
  assert.ok(seconds >= 1 && seconds <= 60, String(seconds));
  const event = '{}';
  const other = await send(world, 'psp', gatewayHeaders(event, Date.now()), event);
  assert.notEqual(other.statusCode, 429, 'other connections go on');
});

test('a stranger who guesses is shut out, the real sender is not', async (t) => {
  const world = await open(t, { badHooksPerMinute: 2 });
  const from = (remoteAddress: string, headers: Record<string, string>): Promise<LightMyRequestResponse> =>
    world.app.inject({ method: 'POST', url: '/hooks/shop', headers, payload: body, remoteAddress });
  let status = 0;
  for (let count = 0; count < 6 && status !== 429; count += 1)
    status = (await from('203.0.113.9', shopHeaders(body, 'guess'))).statusCode;
  assert.equal(status, 429);
  assert.equal((await from('198.51.100.7', shopHeaders(body))).statusCode, 200);
});
