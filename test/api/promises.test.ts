/** Promises over HTTP: who may make them, for which days, and what the list says of them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;
before(async () => {
  // A promise is made now, so the orders are folded now, too.
  world = await openApiWorld(databases, {
    now: Date.now,
    policy: { controls: { 'entitled-refunded': { watch: 'on' } } },
  });
  await world.addOrder(1);
});
after(() => world.close());

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const promise = async (who: 'support' | 'viewer', until: string): Promise<number> => {
  const body = { promised: 'refund', until, reason: 'on the phone' };
  return (await world.ask(who, 'POST', '/api/v1/orders/T-1/promises', body)).statusCode;
};
type Row = { readonly number: string; readonly until: string; readonly state: string; readonly by: string };
const list = async (state: string): Promise<readonly Row[]> =>
  (await world.ask('support', 'GET', `/api/v1/promises?state=${state}`)).json<{ rows: Row[] }>().rows;

test('a promise stands in the list until it is kept', async () => {
  assert.equal(await promise('support', day(3)), 201);
  // Whatever is written next has the order folded, too.
  await world.addOrder(2);
  const [row, ...others] = await list('open');
  assert.deepEqual([row?.number, row?.until, row?.state, others.length], ['T-1', day(3), 'open', 0]);
  assert.match(row!.by, /^(?:user|token)\//);
  assert.deepEqual(await list('kept'), []);
});

test('whether a promise was kept is not said where nothing reports it', async () => {
  const body = { promised: 'replacement', until: day(4), reason: 'on the phone' };
  assert.equal((await world.ask('support', 'POST', '/api/v1/orders/T-2/promises', body)).statusCode, 201);
  await world.addOrder(3);
  const ofSecond = async (state: string): Promise<readonly string[]> =>
    (await list(state)).filter((row) => row.number === 'T-2').map((row) => row.state);
  assert.deepEqual(await ofSecond('not-watched'), ['not-watched']);
  assert.deepEqual(
    await ofSecond('open'),
    ['not-watched'],
    'it stands with the open ones until its day is over',
  );
  assert.deepEqual(await ofSecond('kept'), []);
});

test('a day that is over is refused, and who may not tell customers promises nothing', async () => {
  assert.equal(await promise('support', day(-2)), 400);
  assert.equal(await promise('viewer', day(3)), 403);
});
