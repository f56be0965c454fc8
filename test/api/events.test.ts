/** Live hints: what changed is told to those who may read it, and nobody misses one unawares. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, shopHeaders, type ApiWorld } from './api-world.ts';
import type { Role } from '../../src/wire/roles.ts';

const databases = useTestDatabases();
let world: ApiWorld;
let address: string;

before(async () => {
  world = await openApiWorld(databases, { limits: { streamsPerUserMax: 2, hintsKept: 3 } });
  address = await world.app.listen({ host: '127.0.0.1', port: 0 });
});
after(() => world.close());

type Event = { readonly id: string; readonly event: string; readonly data: unknown };

/** Opens a stream; the function returned gives one event after another. */
async function listen(t: TestContext, role: Role, lastId?: string): Promise<() => Promise<Event>> {
  const ending = new AbortController();
  t.after(() => ending.abort());
  const answer = await fetch(`${address}/api/v1/events`, {
    signal: ending.signal,
    headers: {
      authorization: `Bearer ${world.tokens[role]}`,
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    },
  });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async () => {
    while (!text.includes('\n\n')) {
      const { done, value } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += value;
    }
    const end = text.indexOf('\n\n');
    const fields = new Map(
      text
        .slice(0, end)
        .split('\n')
        .map((line): [string, string] => [
          line.slice(0, line.indexOf(':')),
          line.slice(line.indexOf(':') + 2),
        ]),
    );
    text = text.slice(end + 2);
    return {
      id: fields.get('id')!,
      event: fields.get('event')!,
      data: JSON.parse(fields.get('data')!) as unknown,
    };
  };
}

async function deliver(id: number): Promise<void> {
  const payload = JSON.stringify({ id });
  const headers = shopHeaders(payload);
  const answer = await world.app.inject({ method: 'POST', url: '/hooks/shop', headers, payload });
  assert.equal(answer.statusCode, 200);
}

async function comment(problem: string): Promise<void> {
  const url = `/api/v1/problems/${problem}/comments`;
  assert.equal((await world.ask('finance', 'POST', url, { text: 'seen' })).statusCode, 201);
}

test('hints go to those who may read what they are about', async (t) => {
  const problem = await world.addProblem('E-1');
  const [viewer, ops] = [await listen(t, 'viewer'), await listen(t, 'ops')];
  assert.equal((await viewer()).event, 'ready');
  assert.equal((await ops()).event, 'ready');
  await deliver(1);
  await comment(problem);
  assert.deepEqual((await ops()).data, { kind: 'delivery' });
  const hint = { kind: 'problem', key: decodeURIComponent(problem) };
  assert.deepEqual((await ops()).data, hint);
  assert.deepEqual((await viewer()).data, hint, 'a viewer hears nothing of deliveries');
});

test('who comes back gets what they missed, or is told to read all again', async (t) => {
  const first = await listen(t, 'admin');
  const { id } = await first();
  await deliver(2);
  await deliver(3);
  const again = await listen(t, 'admin', id);
  assert.deepEqual(
    [(await again()).event, (await again()).event, (await again()).event],
    ['hint', 'hint', 'ready'],
  );
  for (const order of [4, 5, 6, 7]) await deliver(order);
  const late = await listen(t, 'ops', id);
  assert.equal((await late()).event, 'resync');
});

test('one user has so many streams and no more', async (t) => {
  await listen(t, 'support');
  await listen(t, 'support');
  const third = await fetch(`${address}/api/v1/events`, {
    headers: { authorization: `Bearer ${world.tokens.support}` },
  });
  assert.equal(third.status, 429);
  assert.ok(Number(third.headers.get('retry-after')) > 0);
});
