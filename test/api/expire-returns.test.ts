/** Returns that were approved and never sent: they expire by themselves where the policy says so, and never silently. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expireReturns } from '../../src/engine/expire-returns.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import { markOrders } from '../../src/store/marks.ts';
import { listNotices } from '../../src/store/notices.ts';
import type { DeskOrderAnswer } from '../../src/wire/api-returns.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, worldNow, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
const dayMs = 86_400_000;
const billing = { first_name: 'Jana', last_name: 'Müller', email: 'jana@example.com', phone: '', company: '', address_1: 'Weg 1', postcode: '20359', city: 'Hamburg', country: 'DE' }; // prettier-ignore
const controls = { 'authorized-received': { watch: 'on' } };
const units = [{ sku: 'SHOE-42', quantity: 1 }];

let now = worldNow;
let world: ApiWorld;
/** The same, where nobody said after how long. */
let silent: ApiWorld;

before(async () => {
  const options = { now: () => now };
  world = await openApiWorld(databases, { ...options, policy: { controls, expireUnused: '30cd' } });
  silent = await openApiWorld(databases, { ...options, policy: { controls } });
  for (const one of [world, silent]) {
    for (const id of [1, 2]) await one.addOrder(id, { billing });
    await one.addOrder(3);
  }
});
after(async () => {
  await world.close();
  await silent.close();
});

async function step(on: ApiWorld, order: string, name: string, body: object): Promise<string> {
  const { version } = (
    await on.ask('viewer', 'GET', `/api/v1/orders/${order}/returns`)
  ).json<DeskOrderAnswer>();
  const answer = await on.ask('support', 'POST', `/api/v1/orders/${order}/returns/${name}`, {
    version,
    ...body,
  });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json<{ rma: string }>().rma;
}
async function approved(on: ApiWorld, order: string): Promise<void> {
  const rma = await step(on, order, 'request', { units, reason: 'too_small', wish: 'refund' });
  await step(on, order, 'approve', { rma });
}
const stageOf = async (on: ApiWorld, order: string): Promise<string | undefined> =>
  (await on.ask('viewer', 'GET', `/api/v1/orders/${order}/returns`)).json<DeskOrderAnswer>().returns[0]
    ?.stage;
async function letPass(days: number): Promise<void> {
  now = worldNow + days * dayMs;
  for (const one of [world, silent]) {
    await markOrders(one.db, ['shop/1', 'shop/2', 'shop/3']);
    await one.engine().drain();
  }
}
const expire = (on: ApiWorld): Promise<number> => expireReturns(on.db, on.engine().context(), on.seal);

test('approved and never sent, it expires after the term of the policy, once, with a mail and a trail', async () => {
  for (const one of [world, silent]) await approved(one, 'T-1');
  // Overdue since day 21, but the customer was given 30.
  await letPass(25);
  assert.deepEqual([await expire(world), await stageOf(world, 'T-1')], [0, 'approved']);
  await letPass(32);
  assert.equal(await expire(world), 1);
  await world.engine().drain();
  assert.equal(await stageOf(world, 'T-1'), 'expired');
  assert.equal(await expire(world), 0, 'once');
  const kinds = (await listNotices(world.db, { subject: 'shop/1' })).rows.map((row) => row.kind);
  assert.equal(kinds.filter((kind) => kind === 'customer.return-expired').length, 1);
  const last = (await listAudit(world.db, 'shop/1')).at(-1);
  assert.deepEqual([last?.action, last?.actor], ['return.expire', 'system']);
});

test('the customer was told by when to send it', async () => {
  const { rows } = await listNotices(world.db, { subject: 'shop/1' });
  assert.ok(rows.some((row) => row.kind === 'customer.return-approved'));
});

test('without a term nothing ever expires by itself', async () => {
  assert.deepEqual([await expire(silent), await stageOf(silent, 'T-1')], [0, 'approved']);
});

test('what is on its way stays, and so does what nobody can be told of', async () => {
  now = worldNow;
  const rma = await step(world, 'T-2', 'request', { units, reason: 'too_small', wish: 'refund' });
  await step(world, 'T-2', 'approve', { rma });
  await step(world, 'T-2', 'prove-dispatch', { rma, tracking: 'JJD0001', text: 'receipt of the carrier' });
  await approved(world, 'T-3');
  await letPass(60);
  assert.equal(await expire(world), 0);
  assert.deepEqual([await stageOf(world, 'T-2'), await stageOf(world, 'T-3')], ['approved', 'approved']);
});
