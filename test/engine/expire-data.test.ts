import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expireData } from '../../src/engine/expire-data.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { parsePolicyFile } from '../../src/kernel/policy-file.ts';
import { findDeclaration, settleDeclaration, storeDeclaration } from '../../src/store/declarations.ts';
import { findPhoto, listPhotos, storePhoto } from '../../src/store/photos.ts';
import { listNoticesOf, queueNotice } from '../../src/store/notices.ts';
import { customerKeyOf, listRecordsOfPerson } from '../../src/store/person-fields.ts';
import { expiringClasses } from '../../src/store/retention.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld } from '../api/api-world.ts';

const databases = useTestDatabases();
const dayMs = 24 * 3_600_000;
const retention = defaultPolicy().retention;
const email = 'jana@example.com';
const billing = { first_name: 'Jana', last_name: 'Kowalska', email, phone: '', company: '', address_1: 'Weg 1', postcode: '20359', city: 'Hamburg', country: 'DE' }; // prettier-ignore

test('each class of data goes when its days are over and not a day before, what is never deleted stays', async () => {
  const world = await openApiWorld(databases);
  const { db, seal } = world;
  await world.addOrder(1, { billing });
  // Ended and seen now, by the clock of the database: then the clock is moved on.
  await db.pool.query(`insert into deliveries (object_key, delivery_id, connection, topic, body_hash, processed_at)
    values ('shop:order/1', gen_random_uuid(), 'shop', 'webhook', '', now()), ('shop:order/9', gen_random_uuid(), 'shop', 'webhook', '', null)`);
  const { userId } = world.users.ops;
  await db.pool.query(`insert into sessions (session_hash, user_id, expires_at) values ('\\x01', $1, now()), ('\\x02', $1, now() + interval '900 days')`, [userId]);
  await db.pool.query(`insert into login_links (link_hash, purpose, user_id, expires_at) values ('\\x01', 'reset', $1, now())`, [userId]);
  const customerKey = customerKeyOf(seal, email);
  for (const [onceKey, status] of [['sent', 'accepted'], ['waits', 'waiting']] as const) {
    const content = { to: [email], subject: onceKey, text: 'Hello' };
    await queueNotice(db, seal, { subjectKey: 'shop/1', onceKey, kind: 'letter', channel: 'email', content, customerKey });
    await db.pool.query(`update notices set status = $2${status === 'accepted' ? ', ended_at = now()' : ''} where once_key = $1`, [onceKey, status]);
  }
  const [filed, open] = ['0199d3b0-0000-7000-8000-000000000001', '0199d3b0-0000-7000-8000-000000000002'] as const;
  for (const id of [filed, open]) {
    const content = { name: 'Jana Kowalska', email, order: 'T-1', part: '', language: 'en' as const };
    await storeDeclaration(db, seal, { id, declaredAt: '2026-11-19T09:00:00Z', content });
  }
  await settleDeclaration(db, filed, 'shop/1', 'filed');
  await settleDeclaration(db, open, null, 'open');
  const photo = await storePhoto(db, { orderKey: 'shop/1', contentType: 'image/png', content: Buffer.of(1), takenBy: 'ops' });
  const facts = async () => (await db.pool.query('select count(*)::int as n from facts')).rows as unknown;
  const before = await facts();

  const startMs = Date.now();
  const left = async () => ({
    deliveries: (await db.pool.query('select object_key from deliveries order by 1')).rows.map((row: { object_key: string }) => row.object_key),
    sessions: (await db.pool.query('select session_hash from sessions union all select link_hash from login_links')).rowCount,
    notices: (await listNoticesOf(db, seal, customerKey)).map((one) => `${one.onceKey} ${one.content !== null}`).sort(),
    declarations: [(await findDeclaration(db, seal, filed)) !== undefined, (await findDeclaration(db, seal, open)) !== undefined],
    photos: (await listPhotos(db, 'shop/1')).length,
    persons: (await listRecordsOfPerson(db, seal, email)).length,
  });
  const whole = await left();
  assert.deepEqual(whole, {
    deliveries: ['shop:order/1', 'shop:order/9'], sessions: 3, notices: ['sent true', 'waits true'], declarations: [true, true], photos: 1, persons: 1,
  });
  const gone = {
    deliveries: ['shop:order/9'], sessions: 1, notices: ['sent false', 'waits true'], declarations: [false, true], photos: 0, persons: 0,
  };
  // The order was placed eighteen days before the world's first day: its last event is what counts.
  const lastEvent = Date.parse('2026-11-03T08:00:00Z');
  for (const name of [...expiringClasses, 'persons'] as const) {
    const others = Object.fromEntries(Object.entries(retention).map(([one]) => [one, undefined])) as unknown as typeof retention;
    const only = { ...others, [name]: retention[name]! };
    const from = name === 'persons' ? Math.max(lastEvent, startMs) : startMs;
    await expireData(db, only, from + retention[name]! * dayMs - dayMs / 2);
    assert.deepEqual((await left())[name], whole[name], `${name}: half a day too early`);
    await expireData(db, only, from + retention[name]! * dayMs + dayMs / 2);
    assert.deepEqual((await left())[name], gone[name], `${name}: half a day later`);
  }
  assert.deepEqual(await facts(), before);
  assert.deepEqual(await world.checkRebuild(), []);
  assert.equal(await findPhoto(db, 'shop/1', photo), undefined);
  await world.close();
}); // prettier-ignore

test('who has an order that is not closed, or whose order saw an event lately, stays', async () => {
  const world = await openApiWorld(databases);
  const { db, seal } = world;
  await world.addOrder(1, { billing });
  await world.addOrder(2, { billing: { ...billing, email: 'ole@example.com' } });
  const laterMs = Date.now() + 1200 * dayMs;
  await db.pool.query("update order_states set verdict = 'breaks' where order_key = 'shop/1'");
  await db.pool.query(`insert into facts (order_key, fact_id, type, happened_at, system, connection, object_key, body)
    values ('shop/2', 'late', 'case.opened', $1, 'crm', 'crm', 'crm:ticket/1', '{}')`, [new Date(laterMs - 300 * dayMs).toISOString()]);
  const left = async () => [(await listRecordsOfPerson(db, seal, email)).length, (await listRecordsOfPerson(db, seal, 'ole@example.com')).length];
  assert.equal((await expireData(db, retention, laterMs))['persons'], 0);
  assert.deepEqual(await left(), [1, 1]);
  await db.pool.query("update order_states set verdict = 'closed' where order_key = 'shop/1'");
  assert.equal((await expireData(db, retention, laterMs))['persons'], 1);
  assert.deepEqual(await left(), [0, 1]);
  // Whose time was over may come back with a new order, unlike one who was erased.
  await world.addOrder(5, { billing: { ...billing, city: 'Kiel' } });
  assert.equal((await listRecordsOfPerson(db, seal, email)).length, 1);
  await world.close();
}); // prettier-ignore

test('the words of a withdrawal that waited when its customer was erased go once it is filed', async () => {
  const world = await openApiWorld(databases);
  const { db, seal } = world;
  const id = '0199d3b0-0000-7000-8000-000000000003';
  const content = { name: 'Jana', email, order: 'T-1', part: '', language: 'en' as const };
  await storeDeclaration(db, seal, { id, declaredAt: '2026-11-19T09:00:00Z', content });
  await settleDeclaration(db, id, null, 'open');
  const erased = await world.ask('admin', 'POST', '/api/v1/persons/erase', { email, reason: 'asked for it' });
  assert.equal(erased.json<{ waiting: number }>().waiting, 1);
  await expireData(db, retention, Date.now());
  assert.ok(await findDeclaration(db, seal, id), 'somebody must still find its order');
  await settleDeclaration(db, id, 'shop/1', 'filed');
  await expireData(db, retention, Date.now());
  assert.equal(await findDeclaration(db, seal, id), undefined);
  await world.close();
}); // prettier-ignore

test('the policy says for how long, or for ever', () => {
  const read = parsePolicyFile({ retention: { notices: 30, persons: 'forever' } }, []);
  assert.ok(read.ok);
  assert.deepEqual(read.policy.retention, { ...retention, notices: 30, persons: undefined });
  const wrong = parsePolicyFile({ retention: { notices: 0, mails: 3 } }, []);
  assert.ok(!wrong.ok);
  assert.deepEqual(wrong.errors.map((error) => error.path), ['retention.notices', 'retention.mails']); // prettier-ignore
});
