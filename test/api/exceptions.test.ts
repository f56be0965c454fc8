/** Exceptions over HTTP: owners by rules, dismissal, merge, undo, Normal here, the opening balance, work in bulk. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runBulkJobs } from '../../src/engine/exceptions/bulk.ts';
import { escalateProblems } from '../../src/engine/exceptions/escalate-problems.ts';
import { findStorms } from '../../src/engine/exceptions/find-storms.ts';
import { routeProblems } from '../../src/engine/exceptions/route-problems.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import { createUser } from '../../src/store/accounts.ts';
import { appendDeskEntry } from '../../src/store/desk-log.ts';
import { writeOrders, type OrderWrite } from '../../src/store/write-orders.ts';
import { readOrderInputs } from '../../src/store/order-inputs.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld, type Method } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;
before(async () => void (world = await openApiWorld(databases)));
after(() => world.close());

type Row = {
  readonly id: string; readonly version: number; readonly owner: string | null; readonly userId: string | null;
  readonly ownerGap: string | null; readonly deadlineAt: string | null; readonly dismissedAt: string | null; readonly code: string;
}; // prettier-ignore
type Role = Parameters<ApiWorld['ask']>[0];

/** Writes orders with one problem each, as a fold would. */
async function addProblems(
  prefix: string,
  count: number,
  problem: Partial<OrderWrite['problems'][number]> = {},
  version = 0,
): Promise<string[]> {
  const at = '2026-11-02T08:00:00.000Z';
  const keys = Array.from({ length: count }, (_, index) => `shop/${prefix}${index}`);
  const writes = keys.map((orderKey): OrderWrite => ({
    orderKey, version, openItems: [], commands: [],
    facts: [{ id: `${orderKey}#placed`, type: 'order.placed', at, system: 'shop', connection: 'shop', object: 'order/1', lines: [{ sku: 'SHOE-RED' }], customer: 'consumer' }] as never,
    state: {
      connection: 'shop', number: orderKey, verdict: 'breaks', body: { asOf: at }, placedAt: at, currency: 'EUR', paidMinor: 5990,
      refundedMinor: 0, goneMinor: 0, stuckMinor: 5990, booksMinor: 0, isReturn: true, codeVersion: 'test',
    },
    problems: [{
      id: 'prb_1', code: 'not-inspected', control: 'received-inspected', severity: 2, since: at, owner: 'ops', stuckMinor: 5990,
      currency: 'EUR', cause: `not-inspected · ${prefix}`, body: { amount: { minor: 5990, currency: 'EUR' }, evidence: ['erp:stock.move/1'] }, ...problem,
    }],
  })); // prettier-ignore
  await writeOrders(world.db, writes, 'test');
  return keys.map((key) => `${key}~prb_1`);
}

const send = async (
  who: Role,
  method: Method,
  url: string,
  body?: object,
): Promise<{ status: number; json: never }> => {
  const answer = await world.ask(who, method, `/api/v1${url}`, body);
  return { status: answer.statusCode, json: answer.json() as never };
};
const read = async (id: string): Promise<Row> =>
  (await send('viewer', 'GET', `/problems/${encodeURIComponent(id)}`)).json['problem'];
const listed = async (query: string): Promise<Row[]> =>
  (await send('viewer', 'GET', `/problems?${query}`)).json['rows'];
const work = (who: Role, id: string, verb: string, body: object) =>
  send(who, 'POST', `/problems/${encodeURIComponent(id)}/${verb}`, body);
const route = (): Promise<number> => routeProblems(world.db, defaultPolicy(), Date.now());
const codeOf = ({ json }: { json: { code?: string } }): string | undefined => json.code;

test('the first rule that fits gives owner and deadline; an unknown owner is a shown gap', async () => {
  const [dear, cheap, lost] = [
    (await addProblems('dear', 1, { stuckMinor: 50_000 }))[0]!, (await addProblems('cheap', 1))[0]!,
    (await addProblems('lost', 1, { owner: 'maria' }))[0]!,
  ];
  const rules = [
    { when: { minorMin: 10_000, currency: 'EUR', skus: ['SHOE-*'], customer: 'consumer' }, team: 'finance', deadline: '4h' },
    { when: { connections: ['erp'], codes: ['not-inspected'], minorMax: 9999, currency: 'EUR', channels: ['phone'] }, team: 'support' },
  ];
  const { stamp } = (await send('admin', 'GET', '/routing')).json as { stamp: string };
  const tried = (await send('admin', 'POST', '/routing/try', { rules, days: 90 })).json as { problems: number; moved: number; gaps: number; rules: object[] };
  assert.deepEqual([tried.problems, tried.moved, tried.gaps, tried.rules], [3, 1, 1, [{ place: 0, count: 1 }, { place: 1, count: 0 }]]);
  assert.equal((await send('ops', 'PUT', '/routing', { stamp, rules })).status, 403);
  assert.equal((await send('admin', 'PUT', '/routing', { stamp, rules: [{ when: { codes: ['no-such'] }, team: 'ops' }] })).status, 400);
  assert.equal((await send('admin', 'PUT', '/routing', { stamp, rules })).status, 200);
  assert.equal(codeOf(await send('admin', 'PUT', '/routing', { stamp, rules }) as never), 'version-stale');
  await route();
  const [first, second, third] = [await read(dear), await read(cheap), await read(lost)];
  assert.deepEqual([first.owner, second.owner, third.owner], ['finance', 'ops', 'maria']);
  assert.deepEqual([first.ownerGap, second.ownerGap, third.ownerGap], [null, null, 'unknown']);
  const hours = (Date.parse(first.deadlineAt!) - Date.now()) / 3_600_000;
  assert.ok(hours > 3.9 && hours <= 4, `${hours} h`);
  // What a person says goes before what a rule says.
  await work('finance', dear, 'assign', { version: first.version, team: 'support' });
  await route();
  assert.equal((await read(dear)).owner, 'support');
}); // prettier-ignore

test('who is on duty gets it, the deputy stands in, and what somebody owned is handed over', async () => {
  const [anna, ben] = await Promise.all(['anna', 'ben'].map(async (name) => {
    const user = await createUser(world.db, { email: `${name}@example.com`, name, passwordHash: null, roles: ['ops'], team: 'night' });
    if (user === 'email-taken') throw new Error(name);
    return user.userId;
  }));
  const today = new Date().toISOString().slice(0, 10);
  const team = {
    version: 0, title: { en: 'Night', de: 'Nacht' }, emails: ['night@shop.example'], escalateTo: 'ops', deadline: '1h',
    rota: [{ from: '2026-01-01', userId: anna }], deputies: [],
  };
  assert.equal((await send('admin', 'PUT', '/teams/night', team)).status, 200);
  const [one] = await addProblems('duty', 1, { owner: 'night' });
  await route();
  assert.equal((await read(one!)).userId, anna);
  await send('admin', 'PUT', '/teams/night', { ...team, version: 1, deputies: [{ userId: anna, deputyId: ben, from: today, until: '2099-01-01' }] });
  await route();
  assert.equal((await read(one!)).userId, ben);
  const gone = await send('admin', 'POST', `/users/${ben}/deactivate`, { handOverTo: anna, reason: 'left us' });
  assert.deepEqual(gone.json, { handedOver: 1 });
  assert.equal((await read(one!)).userId, anna);
  const { rows } = (await send('admin', 'GET', '/teams')).json as { rows: { team: string; gaps: string[] }[] };
  assert.match(rows.find((row) => row.team === 'night')!.gaps.join(), /deputy .* gone/);
  // Past its deadline it goes to whoever stands above, once.
  assert.equal(await escalateProblems(world.db, Date.now()), 0);
  const later = Date.now() + 2 * 3_600_000;
  assert.equal(await escalateProblems(world.db, later), 1);
  assert.equal(await escalateProblems(world.db, later), 0);
  assert.deepEqual([(await read(one!)).owner, (await listAudit(world.db, one!.split('~')[0]!)).at(-1)?.action], ['ops', 'problem.escalated']);
}); // prettier-ignore

test('a difference is accepted at the desk by who may work on its problem', async () => {
  const [one] = await addProblems('desk', 1, { owner: 'finance' });
  const [subject, problem] = [one!.slice(0, one!.lastIndexOf('~')), one!.slice(one!.lastIndexOf('~') + 1)];
  const accept = (who: Role) => send(who, 'POST', `/orders/${encodeURIComponent(subject)}/returns/accept`, { version: 'any', problem, why: 'because' });
  const refused = await accept('support');
  assert.deepEqual([refused.status, codeOf(refused as never)], [403, 'not-allowed']);
  assert.notEqual((await accept('finance')).status, 403);
}); // prettier-ignore

test('dismissed with a reason, back when the amount changes; merged, reopened, and undone', async () => {
  const [one, two] = await addProblems('acts', 2);
  const dismissed = await work('ops', one!, 'dismiss', { version: 1, reason: 'counted twice' });
  assert.deepEqual(dismissed, { status: 200, json: { version: 2 } });
  assert.ok(!(await listed('limit=500')).some((row) => row.id === one));
  assert.deepEqual((await listed('view=dismissed')).map((row) => row.id), [one]);
  await addProblems('acts', 1, { stuckMinor: 9990, body: { amount: { minor: 9990, currency: 'EUR' } } }, 1);
  const back = await read(one!);
  assert.equal(back.dismissedAt, null);
  assert.equal((await work('ops', one!, 'merge', { version: back.version, into: two! })).status, 200);
  assert.ok(!(await listed('limit=500')).some((row) => row.id === one));
  const undone = await work('ops', one!, 'undo', { version: back.version + 1 });
  assert.equal(undone.json['undone'], 'merged');
  assert.ok((await listed('limit=500')).some((row) => row.id === one));
  const resolved = await work('ops', two!, 'resolve', { version: 1, reason: 'small enough' });
  assert.equal(resolved.status, 200);
  assert.equal((await work('ops', two!, 'reopen', { version: 2, reason: 'was not' })).status, 200);
  const decided = async (): Promise<readonly string[]> => {
    const [inputs] = await readOrderInputs(world.db, ['shop/acts1']);
    return inputs!.deskEntries.filter((entry) => entry.kind === 'decision').map((entry) => (entry.body as { type: string }).type);
  };
  assert.deepEqual(await decided(), ['difference.accepted', 'difference.withdrawn']);
  assert.equal(codeOf(await work('ops', two!, 'undo', { version: 1 }) as never), 'version-stale');
  // Reopened by mistake: what was accepted is accepted again.
  assert.equal((await work('ops', two!, 'undo', { version: 3 })).json['undone'], 'reopened');
  assert.equal((await read(two!) as unknown as { readonly resolution: string }).resolution, 'small enough');
  assert.deepEqual(await decided(), ['difference.accepted', 'difference.withdrawn', 'difference.accepted']);
}); // prettier-ignore

test('Normal here: a preview says what it silences and what proved real; it ends', async () => {
  const ids = await addProblems('norm', 12, { code: 'label-unused', control: 'authorized-received', severity: 3 });
  await appendDeskEntry(world.db, { orderKey: 'shop/norm3', kind: 'decision', problemId: 'prb_1', madeBy: 'user/x', body: { type: 'difference.accepted', control: 'authorized-received', key: 'x', reason: 'real' } });
  const scope = { codes: ['label-unused'], minorMax: 6000, currency: 'EUR' };
  const preview = (await send('ops', 'POST', '/normal-rules/preview', { scope })).json as { problems: number; real: number; open: number; sample: string[] };
  assert.deepEqual([preview.problems, preview.real, preview.open, preview.sample[0]], [12, 1, 12, ids[3]]);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  assert.equal((await send('support', 'POST', '/normal-rules', { scope, reason: 'they always keep them', expiresAt })).status, 403);
  assert.equal((await send('ops', 'POST', '/normal-rules', { scope: {}, reason: 'everything', expiresAt })).status, 400);
  const added = await send('ops', 'POST', '/normal-rules', { scope, reason: 'they always keep them', expiresAt });
  assert.equal(added.status, 201);
  await route();
  assert.equal((await listed('code=label-unused')).length, 0);
  assert.equal((await listed('code=label-unused&view=silenced')).length, 12);
  const { rows } = (await send('viewer', 'GET', '/normal-rules')).json as { rows: { ruleId: string; silenced: number; isActive: boolean }[] };
  assert.deepEqual(rows.map((row) => [row.silenced, row.isActive]), [[12, true]]);
  await routeProblems(world.db, defaultPolicy(), Date.now() + 2 * 86_400_000);
  assert.equal((await listed('code=label-unused')).length, 12, 'it has expired by then');
}); // prettier-ignore

test('500 problems in bulk: previewed, done once each by a job, with an outcome per item; a cancelled one stops', async () => {
  const ids = await addProblems('bulk', 500);
  await work('ops', ids[7]!, 'dismiss', { version: 1, reason: 'done before' });
  const body = { action: { do: 'dismiss', reason: 'test data' }, ids: [...ids, 'shop/none~prb_1'] };
  const preview = (await send('ops', 'POST', '/problems/bulk/preview', body)).json as { counts: object; stamp: string };
  assert.deepEqual(preview.counts, { applied: 499, 'no-op': 1, refused: 1 });
  assert.deepEqual((await send('support', 'POST', '/problems/bulk/preview', body)).json['counts'], { applied: 0, 'no-op': 0, refused: 501 });
  const started = await send('ops', 'POST', '/problems/bulk', { ...body, stamp: preview.stamp });
  assert.equal(started.status, 202);
  const { jobId } = started.json as { jobId: string };
  // Somebody was faster with one of them.
  await work('ops', ids[400]!, 'assign', { version: 1, userId: world.users.ops.userId });
  const run = (): Promise<number> => runBulkJobs(world.db, { holder: 'test', now: Date.now });
  while ((await run()) > 0);
  const job = (await send('ops', 'GET', `/jobs/${jobId}`)).json as { status: string; counts: object };
  assert.deepEqual([job.status, job.counts], ['done', { waiting: 0, applied: 498, 'no-op': 1, refused: 1, failed: 0, cancelled: 0 }]);
  const { rows } = (await send('ops', 'GET', `/jobs/${jobId}/items?limit=500`)).json as { rows: { id: string; outcome: string }[] };
  assert.equal(rows.find((row) => row.outcome === 'refused')?.id, ids[400]);
  assert.equal((await listAudit(world.db, 'shop/bulk499')).length, 1);
  // Nothing of it is done twice, and what changed since a preview does not start.
  assert.equal(codeOf(await send('ops', 'POST', '/problems/bulk', { ...body, stamp: preview.stamp }) as never), 'version-stale');
  const next = { action: { do: 'snooze', toNextFact: true }, filter: { code: 'not-inspected' } };
  const again = (await send('admin', 'POST', '/problems/bulk/preview', next)).json as { stamp: string };
  const second = (await send('admin', 'POST', '/problems/bulk', { ...next, stamp: again.stamp })).json as { jobId: string };
  const cancelled = (await send('admin', 'POST', `/jobs/${second.jobId}/cancel`)).json as { status: string; counts: { cancelled: number } };
  assert.ok(cancelled.status === 'cancelled' && cancelled.counts.cancelled > 0);
  assert.equal(await run(), 0);
}); // prettier-ignore

test('a storm becomes one problem about its cause, and lets go of its last members', async () => {
  const ids = await addProblems('storm', 25, { code: 'refund-without-credit-note', severity: 2, owner: 'finance', stuckMinor: 0, booksMinor: 1000 });
  await findStorms(world.db);
  const shown = (await listed('team=finance&limit=500')).filter((row) => ids.includes(row.id) || row.code === 'many-at-once');
  assert.deepEqual(shown.map((row) => row.code), ['many-at-once']);
  assert.equal((await listed(`storm=${encodeURIComponent(shown[0]!.id)}&limit=500`)).length, 25);
  const { rows } = (await send('viewer', 'GET', '/problems/groups?team=finance')).json as { rows: { code: string; count: number; stake: { books: number } }[] };
  const group = rows.find((row) => row.code === 'many-at-once');
  assert.deepEqual([group?.count, group?.stake.books], [1, 25_000]);
  // Facts close most of them.
  await writeOrders(world.db, (await import('../../src/store/list-orders.ts').then((store) => store.listOrderStates(world.db, ids.slice(3).map((id) => id.split('~')[0]!)))).map((order) => ({
    orderKey: order.orderKey, version: order.version, facts: [], openItems: [], commands: [], problems: [],
    state: { connection: 'shop', number: order.number, verdict: 'closed', body: {}, currency: 'EUR', paidMinor: 0, refundedMinor: 0, goneMinor: 0, stuckMinor: 0, booksMinor: 0, isReturn: true, codeVersion: 'test' },
  })), 'test');
  await findStorms(world.db);
  const left = (await listed('team=finance&limit=500')).filter((row) => ids.includes(row.id) || row.code === 'many-at-once');
  assert.deepEqual(left.map((row) => row.code), Array.from({ length: 3 }, () => 'refund-without-credit-note'));
}); // prettier-ignore
