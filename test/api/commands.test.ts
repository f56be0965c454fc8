/** Commands over HTTP: who may approve what, two people for much money, and nobody twice. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listAudit } from '../../src/store/audit-trail.ts';
import { listCommands, planCommands, type Command, type CommandPlan } from '../../src/store/commands.ts';
import { createSession, createToken, createUser } from '../../src/store/accounts.ts';
import { cookieName, csrfOf, makeSecret, makeTokenSecret } from '../../src/api/access.ts';
import { permissionNames, type Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;
before(async () => {
  world = await openApiWorld(databases, { policy: { secondApproval: 5_000 } });
  await world.addOrder(1);
});
after(() => world.close());

const orderKey = 'shop/1';

async function plan(item: string, kind: string, changes: Partial<CommandPlan> = {}, minor = 5990): Promise<Command> {
  const body = { key: `${item}.1`, kind, orderKey, problem: item, control: 'entitled-refunded', mode: 'approve', amount: { minor, currency: 'EUR' } };
  const wanted = { orderKey, control: 'entitled-refunded', itemId: item, generation: 1, kind, connection: 'psp', effectKey: `${item}.1`, mode: 'approve', body, ...changes } as const;
  await world.db.transaction((tx) => planCommands(tx, [], [wanted]));
  return (await listCommands(world.db, [orderKey])).find((one) => one.itemId === item)!;
} // prettier-ignore

const act = async (who: Role, command: Command, what: string, reason = 'looked at it'): Promise<{ status: number; body: { code?: string; status?: string; needed?: number } }> => {
  const url = `/api/v1/orders/${encodeURIComponent(orderKey)}/commands/${command.commandId}/${what}`;
  const answer = await world.ask(who, 'POST', url, { reason });
  return { status: answer.statusCode, body: answer.json() };
}; // prettier-ignore

test('money is approved by finance, above the limit by two people, and never by one twice', async () => {
  const refund = await plan('prb_a', 'refund');
  for (const role of ['support', 'ops', 'viewer'] as const)
    assert.equal((await act(role, refund, 'approve')).status, 403, `${role} cannot approve money`);
  const first = await act('finance', refund, 'approve');
  assert.deepEqual([first.status, first.body.status, first.body.needed], [200, 'planned', 2]);
  assert.equal((await act('finance', refund, 'approve')).body.code, 'approval-same-person');
  assert.equal((await act('admin', refund, 'approve')).body.status, 'approved');
  assert.equal((await act('admin', refund, 'approve')).body.code, 'command-not-waiting');
  const trail = (await listAudit(world.db, orderKey)).filter((entry) => entry.action === 'command.approved');
  assert.equal(trail.length, 2, 'each approval is in the audit trail');
  const listed = await world.ask('finance', 'GET', `/api/v1/orders/${encodeURIComponent(orderKey)}/commands`);
  assert.equal(listed.statusCode, 200, 'with its approvals');
  const [row] = listed.json<{ rows: { approvals: { at: string }[] }[] }>().rows;
  assert.match(row?.approvals[1]?.at ?? '', /^2\d{3}-.*Z$/);
});

test('a token is the person whose it is: with a session or another token it makes no second pair of eyes', async () => {
  const refund = await plan('prb_t', 'refund');
  const url = `/api/v1/orders/${encodeURIComponent(orderKey)}/commands/${refund.commandId}/approve`;
  const { userId } = world.users.finance;
  const second = makeTokenSecret();
  await createToken(world.db, {
    hash: second.hash,
    userId,
    name: 'second',
    scopes: permissionNames,
    expiresAt: null,
  });
  const session = makeSecret();
  await createSession(world.db, { hash: session.hash, userId, lifeMs: 3_600_000, client: 'test' });
  const approve = async (headers: Record<string, string>): Promise<string> => {
    const { status, code } = (await world.app.inject({ method: 'POST', url, payload: {}, headers })).json<{ status: string; code?: string }>(); // prettier-ignore
    return code ?? status;
  };
  assert.equal(await approve({ authorization: `Bearer ${world.tokens.finance}` }), 'planned');
  assert.equal(await approve({ authorization: `Bearer ${second.secret}` }), 'approval-same-person');
  const asSession = { cookie: `${cookieName('http://reentry.test')}=${session.secret}`, 'x-csrf-token': csrfOf(session.secret) }; // prettier-ignore
  assert.equal(await approve(asSession), 'approval-same-person');
  assert.equal(await approve({ authorization: `Bearer ${world.tokens.admin}` }), 'approved');
});

test('what is under way is decided only once its target had its time', async () => {
  const refund = await plan('prb_u', 'refund', { generation: 7 });
  const set = (status: string, outcome: object): Promise<unknown> =>
    world.db.pool.query('update commands set status = $2, outcome = $3 where command_id = $1', [refund.commandId, status, outcome]); // prettier-ignore
  for (const status of ['sending', 'unknown']) {
    await set(status, { is: 'unknown' });
    assert.equal((await act('finance', refund, 'retry')).body.code, 'command-not-waiting', status);
    assert.equal((await act('finance', refund, 'leave')).body.code, 'command-not-waiting', status);
  }
  await set('unknown', { is: 'unknown', isOverdue: true });
  assert.equal((await act('finance', refund, 'leave')).body.status, 'withdrawn');
});

test('a small amount needs one, goods need ops, and a suggestion is never sent', async () => {
  const small = await plan('prb_b', 'refund', {}, 4_000);
  assert.equal((await act('finance', small, 'approve')).body.status, 'approved');
  const goods = await plan('prb_c', 'restore-stock');
  assert.equal((await act('finance', goods, 'approve')).status, 403);
  assert.equal((await act('ops', goods, 'approve')).body.status, 'approved');
  const idea = await plan('prb_d', 'refund', { mode: 'suggest' });
  assert.equal((await act('finance', idea, 'approve')).body.code, 'command-only-suggested');
});

test('a rejected command is taken back, and one that waits for nobody cannot be decided', async () => {
  const refund = await plan('prb_e', 'refund');
  assert.equal((await act('finance', refund, 'retry')).body.code, 'command-not-waiting');
  assert.equal((await act('finance', refund, 'reject')).body.status, 'withdrawn');
  assert.equal((await act('finance', refund, 'approve')).body.code, 'command-not-waiting');
  await world.db.pool.query(`update commands set status = 'dead', ended_at = now() where item_id = 'prb_e'`);
  assert.equal((await act('finance', refund, 'retry')).body.status, 'failed', 'it will be sent again');
});

test('what waits is listed, with its problem, and the same request with one key is done once', async () => {
  const refund = await plan('prb_f', 'refund', {}, 100);
  const listed = (await world.ask('finance', 'GET', '/api/v1/commands?status=planned')).json() as { rows: { commandId: string; problem: string; team: string }[] };
  const row = listed.rows.find((one) => one.commandId === refund.commandId);
  assert.deepEqual([row?.problem, row?.team], [`${orderKey}~prb_f`, 'finance']);
  const remedy = (await world.ask('support', 'GET', `/api/v1/problems/${encodeURIComponent(`${orderKey}~prb_f`)}/commands`)).json() as { rows: unknown[] };
  assert.equal(remedy.rows.length, 1);
  const { secret, hash } = makeTokenSecret();
  const user = await createUser(world.db, { email: 'f2@example.com', name: 'f2', passwordHash: null, roles: ['finance'], team: null });
  assert.ok(user !== 'email-taken');
  await createToken(world.db, { hash, userId: user.userId, name: 'test', scopes: permissionNames, expiresAt: null });
  const twice = await Promise.all([1, 2].map(() => world.app.inject({
    method: 'POST', url: `/api/v1/orders/${encodeURIComponent(orderKey)}/commands/${refund.commandId}/approve`, payload: {},
    headers: { authorization: `Bearer ${secret}`, 'idempotency-key': 'once' },
  })));
  assert.equal((await listCommands(world.db, [orderKey])).find((one) => one.itemId === 'prb_f')?.approvals.length, 1);
  assert.ok(twice.some((answer) => answer.statusCode === 200));
}); // prettier-ignore
