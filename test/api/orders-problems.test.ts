/** Orders and problems over HTTP: the answer by number, lists, work on problems, repetition, the audit trail. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listAudit } from '../../src/store/audit-trail.ts';
import { listOrders } from '../../src/store/list-orders.ts';
import { readOrderInputs } from '../../src/store/order-inputs.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;

before(async () => {
  world = await openApiWorld(databases);
  await world.addOrder(1);
  await world.addOrder(2);
});
after(() => world.close());

type Problem = { readonly code: string; readonly errors?: readonly { readonly path: string }[] };
type Row = { readonly orderKey: string; readonly number: string };

test('the answer to an order number is sentences with evidence, in two languages', async () => {
  const answer = await world.ask('viewer', 'GET', '/api/v1/orders/T-1/answer');
  assert.equal(answer.statusCode, 200, answer.body);
  const { number, text, sentences } = answer.json<{
    number: string;
    text: string;
    sentences: { text: string }[];
  }>();
  assert.equal(number, 'T-1');
  assert.equal(text, sentences.map((sentence) => sentence.text).join(' '));
  assert.ok(text.length > 10);
  const german = (await world.ask('viewer', 'GET', '/api/v1/orders/T-1/answer?language=de')).json<{
    text: string;
  }>();
  assert.notEqual(german.text, text);
});

test('an order is listed, found by its number, and has a timeline', async () => {
  const { rows } = (await world.ask('viewer', 'GET', '/api/v1/orders')).json<{ rows: Row[] }>();
  assert.deepEqual(rows.map((row) => row.number).sort(), ['T-1', 'T-2']);
  const search = await world.ask('viewer', 'POST', '/api/v1/orders/search', { text: 'T-2' });
  assert.deepEqual(search.json<{ rows: Row[] }>().rows.map((row) => row.number), ['T-2']); // prettier-ignore
  const key = encodeURIComponent(rows[0]!.orderKey);
  const timeline = await world.ask('viewer', 'GET', `/api/v1/orders/${key}/timeline`);
  assert.ok(timeline.json<{ facts: unknown[] }>().facts.length > 0);
});

test('pages hold every order once; a cursor that is none of ours is refused', async () => {
  const first = (await world.ask('viewer', 'GET', '/api/v1/orders?limit=1')).json<{ rows: Row[]; next: string }>();
  const second = (await world.ask('viewer', 'GET', `/api/v1/orders?limit=1&cursor=${first.next}`)).json<{ rows: Row[]; next: null }>();
  assert.notEqual(first.rows[0]?.orderKey, second.rows[0]?.orderKey);
  assert.equal(second.next, null);
  const forged = await world.ask('viewer', 'GET', '/api/v1/orders?cursor=made-up');
  assert.deepEqual([forged.statusCode, forged.json<Problem>().code], [400, 'cursor-invalid']);
}); // prettier-ignore

test('an unknown order is 404, as a problem document that says what to do', async () => {
  const answer = await world.ask('viewer', 'GET', '/api/v1/orders/none/answer');
  assert.equal(answer.statusCode, 404);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const document = answer.json<Record<string, unknown>>();
  assert.deepEqual(
    [document['code'], document['status'], document['detail']],
    ['order-not-found', 404, 'none'],
  );
  assert.ok(String(document['todo']).length > 5);
  assert.equal(document['requestId'], answer.headers['x-request-id']);
});

test('a team works on its own problems; a stale form is refused', async () => {
  const url = `/api/v1/problems/${await world.addProblem('P-1')}`;
  const assign = { version: 1, team: 'finance', userId: world.users.finance.userId, reason: 'knows it' };
  const other = await world.ask('ops', 'POST', `${url}/assign`, assign);
  assert.deepEqual([other.statusCode, other.json<Problem>().code], [403, 'not-allowed']);
  const done = await world.ask('finance', 'POST', `${url}/assign`, assign);
  assert.deepEqual([done.statusCode, done.json<unknown>()], [200, { version: 2 }]);
  const stale = await world.ask('finance', 'POST', `${url}/assign`, assign);
  assert.deepEqual([stale.statusCode, stale.json<Problem>().code], [409, 'version-stale']);
  const mine = await world.ask('finance', 'GET', '/api/v1/problems?userId=me');
  assert.equal(mine.json<{ rows: unknown[] }>().rows.length, 1);
  const { notes } = (await world.ask('viewer', 'GET', url)).json<{ notes: { kind: string }[] }>();
  assert.deepEqual(notes.map((note) => note.kind), ['assigned']); // prettier-ignore
});

test('accepting a difference needs a reason, and becomes an input of the fold and of the audit trail', async () => {
  const url = `/api/v1/problems/${await world.addProblem('P-2')}/resolve`;
  const without = await world.ask('finance', 'POST', url, { version: 1 });
  assert.equal(without.statusCode, 400);
  assert.deepEqual(without.json<Problem>().errors?.map((error) => error.path), ['reason']); // prettier-ignore
  const done = await world.ask('finance', 'POST', url, { version: 1, reason: 'goodwill' });
  assert.equal(done.statusCode, 200, done.body);
  const [inputs] = await readOrderInputs(world.db, ['shop/P-2']);
  const decision = inputs?.deskEntries.find((entry) => entry.kind === 'decision');
  assert.ok(decision !== undefined);
  assert.deepEqual((decision.body as { money: unknown }).money, { minor: 5990, currency: 'EUR' });
  const trail = await listAudit(world.db, 'shop/P-2');
  assert.deepEqual(trail.map((entry) => entry.action), ['problem.resolved']); // prettier-ignore
  const verified = await world.ask('finance', 'GET', '/api/v1/audit?chain=shop/P-2');
  assert.equal(verified.statusCode, 200);
});

test('a snooze into the past is refused field by field', async () => {
  const url = `/api/v1/problems/${await world.addProblem('P-3')}/snooze`;
  const answer = await world.ask('finance', 'POST', url, { version: 1, untilAt: '2020-01-01T00:00:00Z' });
  assert.deepEqual(answer.json<Problem>().errors?.map((error) => error.path), ['untilAt']); // prettier-ignore
});

test('a request sent twice with one Idempotency-Key is done once', async () => {
  const url = `/api/v1/problems/${await world.addProblem('P-4')}/comments`;
  const send = (text: string, role: 'finance' | 'admin' = 'finance') =>
    world.app.inject({
      method: 'POST',
      url,
      payload: { text },
      headers: { authorization: `Bearer ${world.tokens[role]}`, 'idempotency-key': 'once' },
    });
  const [first, second] = [await send('called them'), await send('called them')];
  assert.equal(first.statusCode, 201);
  assert.equal(second.headers['idempotency-replayed'], 'true');
  assert.equal(second.body, first.body);
  assert.equal((await send('something else')).json<Problem>().code, 'idempotency-key-reused');
  assert.equal(
    (await send('called them', 'admin')).headers['idempotency-replayed'],
    undefined,
    'keys are per caller',
  );
  const { notes } = (await world.ask('viewer', 'GET', url.replace('/comments', ''))).json<{
    notes: unknown[];
  }>();
  assert.equal(notes.length, 2);
});

test('records are cut to the role', async () => {
  const { rows } = (await world.ask('viewer', 'GET', '/api/v1/orders?number=T-1')).json<{ rows: Row[] }>();
  const url = `/api/v1/orders/${encodeURIComponent(rows[0]!.orderKey)}/records`;
  assert.equal((await world.ask('viewer', 'GET', url)).statusCode, 403);
  const records = (await world.ask('ops', 'GET', url)).json<{ rows: { record: string }[] }>().rows;
  assert.deepEqual(records.map((row) => row.record), ['shop:order/1']); // prettier-ignore
});

test('an order is found by an item that comes back and by the id of any of its records', async () => {
  await world.addOrder(3, { refunds: [{ id: 31, reason: '', total: '-59.90' }] });
  const find = async (text: string): Promise<string[]> =>
    (await world.ask('viewer', 'POST', '/api/v1/orders/search', { text })).json<{ rows: Row[] }>().rows.map((row) => row.number);
  assert.deepEqual(await find('no-such-item'), []);
  const [key] = (await listOrders(world.db, { numberPrefix: 'T-3' })).rows.map((row) => row.orderKey);
  await world.db.pool.query('update order_states set is_return = true where order_key = $1', [key]);
  assert.deepEqual(await find('SHOE-42'), ['T-3'], 'only where something comes back');
}); // prettier-ignore

test('the ledger is folded now and explains every balance; the overview counts what is open', async () => {
  type Overview = {
    owners: { owner: string; count: number; stake: { stuck: number } }[];
    trend: { day: string; opened: number }[];
    systems: { connection: string }[];
  };
  const readOverview = async (): Promise<Overview> => (await world.ask('viewer', 'GET', '/api/v1/overview')).json();
  const ofFinance = ({ owners }: Overview): { count: number; stuck: number } => {
    const row = owners.find(({ owner }) => owner === 'finance');
    return { count: row?.count ?? 0, stuck: row?.stake.stuck ?? 0 };
  };
  const earlier = ofFinance(await readOverview());
  await world.addProblem('L-1');
  const ledger = await world.ask('viewer', 'GET', '/api/v1/orders/T-1/ledger');
  assert.equal(ledger.statusCode, 200, ledger.body);
  for (const account of ledger.json<{ accounts: { balance: number; left: number; right: number; unexplained: number }[] }>().accounts) {
    assert.equal(account.balance, account.left - account.right);
    assert.equal(account.unexplained, 0);
  }
  const overview = await readOverview();
  assert.deepEqual(ofFinance(overview), { count: earlier.count + 1, stuck: earlier.stuck + 5990 });
  assert.equal(overview.trend.length, 30);
  assert.deepEqual(overview.systems.map((system) => system.connection), ['psp', 'shop']);
}); // prettier-ignore
