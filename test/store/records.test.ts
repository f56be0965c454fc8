/** The smaller records: deliveries, leases, cursors, the audit trail, match claims, accounts, what a repeated request gets. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import {
  createLoginLink, createSession, createToken, createUser, deactivateUser, findUserByEmail, recordLogin, revokeSession,
  revokeToken, useLoginLink, useSession, useToken, type User,
} from '../../src/store/accounts.ts'; // prettier-ignore
import { verifyAudit } from '../../src/store/verify-audit.ts';
import { appendAudit, findAuditBreak, listAudit } from '../../src/store/audit-trail.ts';
import { changeConnectionSecrets, readConnectionSecrets } from '../../src/store/connection-secrets.ts';
import { findConnectionSecrets, putConnection } from '../../src/store/connections.ts';
import { allAccelerators, listStatements, noAccelerators } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import {
  claimDeliveries, finishDeliveries, listDeliveries, postponeDeliveries, recordDeliveries, replayDelivery,
} from '../../src/store/deliveries.ts'; // prettier-ignore
import { hashText } from '../../src/store/json-text.ts';
import { releaseLease, renewLease, takeLease } from '../../src/store/leases.ts';
import { claimMatch, listMatchClaims, releaseMatch } from '../../src/store/match-claims.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { findSweepCursor, saveSweepCursor } from '../../src/store/sweep-cursors.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const leaseMs = 60_000;

const delivery = (body = 'a') => ({
  connection: 'shop', topic: 'webhook', objectKey: 'shop:order/7', bodyHash: hashText(body),
}); // prettier-ignore

for (const [name, switches] of Object.entries({ allAccelerators, noAccelerators })) {
  test(`${name}: equal deliveries collapse only while they wait`, async () => {
    const db = await databases.open(switches);
    const [first, twin] = await recordDeliveries(db, [delivery(), delivery()]);
    assert.equal(first, twin);
    assert.deepEqual(await recordDeliveries(db, [delivery()]), [first]);
    const [other] = await recordDeliveries(db, [delivery('b')]);
    assert.notEqual(other, first);
    const claimed = await claimDeliveries(db, { holder: 'me', limit: 10, leaseMs });
    assert.deepEqual(claimed.map((row) => row.deliveryId).sort(), [first, other].sort());
    const [anew] = await recordDeliveries(db, [delivery()]);
    assert.notEqual(anew, first, 'the read under way may not have seen what it tells');
    const counts = new Map((await listDeliveries(db, {})).rows.map((row) => [row.deliveryId, row.seenCount]));
    assert.deepEqual([counts.get(first!), counts.get(other!), counts.get(anew!)], [3, 1, 1]);
  });

  test(`${name}: a delivery of a dead holder is claimed again, a finished one not`, async () => {
    const db = await databases.open(switches);
    await recordDeliveries(db, [delivery()]);
    const claim = (ms = leaseMs) => claimDeliveries(db, { holder: 'me', limit: 10, leaseMs: ms });
    assert.equal((await claim(500)).length, 1);
    assert.equal((await claim()).length, 0);
    await sleep(600);
    const [again] = await claim();
    assert.equal(again?.attemptCount, 2);
    await postponeDeliveries(db, [again!], 100);
    assert.equal((await claim()).length, 0);
    await sleep(150);
    const [last] = await claim();
    await finishDeliveries(db, [last!], 'read');
    assert.equal((await claim()).length, 0);
    assert.equal(await replayDelivery(db, last!), true);
    assert.equal((await claim()).length, 1);
    assert.equal(await replayDelivery(db, last!), false, 'it is under way');
  });
}

test('what waits of one connection is claimed without a look at what waits of another', async (t) => {
  const db = await databases.open();
  await db.pool.query(
    `insert into deliveries (object_key, delivery_id, connection, topic, body_hash, not_before_at)
     select 'slow:order/' || n, gen_random_uuid(), 'slow', 'webhook', '', now() - interval '1 hour' from generate_series(1, 5000) as n`,
  );
  await recordDeliveries(db, [delivery()]);
  const claimed = await claimDeliveries(db, { holder: 'me', limit: 10, leaseMs, only: 'shop' });
  assert.deepEqual(claimed.map((row) => row.objectKey), ['shop:order/7']);
  if (!db.switches.batches) return t.skip('plans of a cluster lie on its workers');
  await db.pool.query('analyze deliveries');
  const { sql } = listStatements().find((one) => one.name === 'claim-own-deliveries-candidates')!;
  const client = await db.pool.connect();
  await client.query(`prepare claimed as ${sql}`);
  const { rows } = await client.query<{ 'QUERY PLAN': string }>("explain execute claimed (10, '{shop}')");
  client.release(true);
  assert.match(rows.map((row) => row['QUERY PLAN']).join('\n'), /Index Scan using deliveries_connection_idx/);
}); // prettier-ignore

test('a lease has one holder; its fence grows with every taking', async () => {
  const db = await databases.open();
  const taken = await Promise.all(
    ['a', 'b', 'c'].map((holder) => takeLease(db, 'sweep/shop', holder, leaseMs)),
  );
  assert.equal(taken.filter((lease) => lease !== undefined).length, 1);
  assert.equal(await takeLease(db, 'sweep/shop', 'a', leaseMs), undefined, 'also not to the same holder');
  assert.equal(await renewLease(db, 'sweep/shop', 1, leaseMs), true);
  await releaseLease(db, 'sweep/shop', 1);
  assert.equal(await renewLease(db, 'sweep/shop', 1, leaseMs), false);
  const next = await takeLease(db, 'sweep/shop', 'b', 50);
  assert.equal(next?.fence, 2);
  assert.match(next.takenAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  await releaseLease(db, 'sweep/shop', 1);
  assert.equal(await takeLease(db, 'sweep/shop', 'c', 50), undefined, 'an old fence releases nothing');
  await sleep(80);
  assert.equal((await takeLease(db, 'sweep/shop', 'c', 50))?.fence, 3);
});

test('a sweep cursor is moved only by who read its newest version', async () => {
  const db = await databases.open();
  const place = { connection: 'shop', name: 'sweep/order' };
  assert.equal(await findSweepCursor(db, 'shop', 'sweep/order'), undefined);
  assert.equal(
    await saveSweepCursor(db, { ...place, cursor: { page: 9 }, version: 4 }),
    undefined,
    'there is none yet',
  );
  assert.equal(await saveSweepCursor(db, { ...place, cursor: { page: 1 }, version: 0 }), 1);
  assert.equal(await saveSweepCursor(db, { ...place, cursor: { page: 1 }, version: 0 }), undefined);
  assert.equal(await saveSweepCursor(db, { ...place, cursor: { page: 2 }, version: 1, isFinished: true }), 2);
  assert.equal(await saveSweepCursor(db, { ...place, cursor: { page: 0 }, version: 1 }), undefined);
  const found = await findSweepCursor(db, 'shop', 'sweep/order');
  assert.deepEqual([found?.cursor, found?.version, found?.finishedAt !== null], [{ page: 2 }, 2, true]);
});

const entry = (action: string, chain = 'shop/1') => ({
  chain,
  actor: 'user/a',
  action,
  body: { note: action },
});

test('an audit chain without tampering has no break, also when many append at once', async () => {
  const db = await databases.open();
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((action) => appendAudit(db, entry(action))));
  await appendAudit(db, entry('other', 'shop/2'));
  assert.deepEqual((await listAudit(db, 'shop/1')).map((row) => row.position), [1, 2, 3, 4, 5]); // prettier-ignore
  assert.equal(await findAuditBreak(db, 'shop/1'), undefined);
});

const tamperings = {
  'a changed body': "update audit_entries set body = '{}' where position = 3",
  'another actor': "update audit_entries set actor = 'user/b' where position = 3",
  'another time': "update audit_entries set made_at = '2020-01-01T00:00:00Z' where position = 3",
  'an entry taken out': 'delete from audit_entries where position = 3',
  'an entry replaced with a hash of its own':
    "update audit_entries set action = 'x', entry_hash = sha256('x') where position = 3",
};
for (const [name, sql] of Object.entries(tamperings)) {
  test(`the audit chain shows ${name}`, async () => {
    const db = await databases.open();
    for (const action of ['a', 'b', 'c', 'd']) await appendAudit(db, entry(action));
    await db.pool.query(sql);
    assert.equal(await findAuditBreak(db, 'shop/1'), name === 'an entry taken out' ? 4 : 3);
  });
}

test('a part of an object has one active match claim, across all orders', async () => {
  const db = await databases.open();
  const claim = { objectKey: 'bank:line/1', part: '', orderKey: 'shop/1', item: 'R1', madeBy: 'system' };
  const made = await Promise.all(
    ['shop/1', 'shop/2', 'shop/3'].map((orderKey) => claimMatch(db, { ...claim, orderKey })),
  );
  const [claimId, ...others] = made.filter((id) => id !== undefined);
  assert.equal(others.length, 0);
  assert.ok(await claimMatch(db, { ...claim, part: 'fee' }), 'another part is free');
  assert.equal(await releaseMatch(db, { ...claim, claimId: claimId! }), true);
  assert.equal(await releaseMatch(db, { ...claim, claimId: claimId! }), false);
  assert.ok(await claimMatch(db, { ...claim, orderKey: 'shop/9' }));
  assert.deepEqual(
    (await listMatchClaims(db, ['bank:line/1'])).map((row) => [row.part, row.orderKey]),
    [
      ['', 'shop/9'],
      ['fee', 'shop/1'],
    ],
  );
});

async function makeUser(db: Database, email = 'ann@example.com'): Promise<User> {
  const user = await createUser(db, { email, name: 'Ann', passwordHash: null, roles: ['ops'], team: null });
  assert.ok(user !== 'email-taken');
  return user;
}

test('an e-mail address belongs to one user, whatever its letter case', async () => {
  const db = await databases.open();
  const user = await makeUser(db, 'Ann@Example.com');
  assert.equal((await findUserByEmail(db, ' ANN@example.com'))?.userId, user.userId);
  const again = { email: 'ann@EXAMPLE.com', name: 'B', passwordHash: null, roles: [], team: null };
  assert.equal(await createUser(db, again), 'email-taken');
});

test('a session works until it ends or is revoked', async () => {
  const db = await databases.open();
  const { userId } = await makeUser(db);
  const [long, short] = [randomBytes(32), randomBytes(32)];
  await createSession(db, { hash: long, userId, lifeMs: leaseMs, client: '' });
  await createSession(db, { hash: short, userId, lifeMs: 50, client: '' });
  assert.equal((await useSession(db, long))?.userId, userId);
  assert.equal(await useSession(db, randomBytes(32)), undefined);
  await sleep(80);
  assert.equal(await useSession(db, short), undefined);
  await revokeSession(db, long);
  assert.equal(await useSession(db, long), undefined);
});

test('a token works until it ends or is revoked', async () => {
  const db = await databases.open();
  const { userId } = await makeUser(db);
  const [hash, old] = [randomBytes(32), randomBytes(32)];
  const made = await createToken(db, { hash, userId, name: 't', scopes: ['orders.read'], expiresAt: null });
  await createToken(db, { hash: old, userId, name: 'o', scopes: [], expiresAt: '2020-01-01T00:00:00Z' });
  assert.deepEqual((await useToken(db, hash))?.scopes, ['orders.read']);
  assert.equal(await useToken(db, old), undefined);
  assert.equal(await revokeToken(db, made.tokenId), true);
  assert.equal(await revokeToken(db, made.tokenId), false);
  assert.equal(await useToken(db, hash), undefined);
});

test('whoever is deactivated is locked out at once', async () => {
  const db = await databases.open();
  const { userId } = await makeUser(db);
  const [session, token] = [randomBytes(32), randomBytes(32)];
  await createSession(db, { hash: session, userId, lifeMs: leaseMs, client: '' });
  await createToken(db, { hash: token, userId, name: 't', scopes: [], expiresAt: null });
  await deactivateUser(db, userId);
  assert.equal(await useSession(db, session), undefined);
  assert.equal(await useToken(db, token), undefined);
});

test('a login link works once and not for ever', async () => {
  const db = await databases.open();
  const [once, short] = [randomBytes(32), randomBytes(32)];
  await createLoginLink(db, { hash: once, purpose: 'setup', lifeMs: leaseMs });
  await createLoginLink(db, { hash: short, purpose: 'setup', lifeMs: 30 });
  const used = await Promise.all([1, 2, 3].map(() => useLoginLink(db, once)));
  assert.equal(used.filter((link) => link !== undefined).length, 1);
  await sleep(60);
  assert.equal(await useLoginLink(db, short), undefined);
});

test('wrong passwords in a row lock the account for a while, a good login sets the count back', async () => {
  const db = await databases.open();
  const { userId, email } = await makeUser(db);
  const limits = { triesMax: 3, lockMs: leaseMs };
  const fail = () => recordLogin(db, userId, false, limits);
  await fail();
  await fail();
  await recordLogin(db, userId, true, limits);
  await fail();
  await fail();
  assert.equal((await findUserByEmail(db, email))?.lockedUntilAt, null);
  await fail();
  assert.ok(Date.parse((await findUserByEmail(db, email))!.lockedUntilAt!) > Date.now());
});

test('secrets of a connection are stored sealed and change by name', async () => {
  const db = await databases.open();
  const seal = createSeal(randomBytes(masterKeyBytes));
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings: {} });
  await changeConnectionSecrets(db, seal, 'shop', { key: 'ck_secret', hook: 'whsec' });
  await changeConnectionSecrets(db, seal, 'shop', { hook: null });
  assert.deepEqual(await readConnectionSecrets(db, seal, 'shop'), { key: 'ck_secret' });
  const sealed = (await findConnectionSecrets(db, 'shop'))!;
  assert.equal(sealed.includes('ck_secret'), false);
  assert.throws(() => seal.open('connection/other', sealed), 'it opens only where it belongs');
  assert.throws(() => createSeal(randomBytes(masterKeyBytes)).open('connection/shop', sealed));
});

test('that a chain was cut short, lost its first entry or is gone shows against an anchor', async () => {
  const db = await databases.open();
  for (const chain of ['a', 'b', 'c'])
    for (const action of ['one', 'two', 'three'])
      await appendAudit(db, { chain, actor: 'user/x', action, body: {} });
  const { heads, breaks } = await verifyAudit(db);
  assert.deepEqual([heads.length, breaks], [3, []]);
  await appendAudit(db, { chain: 'a', actor: 'user/x', action: 'four', body: {} });
  assert.deepEqual((await verifyAudit(db, { anchor: heads })).breaks, [], 'a chain that grew is fine');
  await db.pool.query("delete from audit_entries where (chain = 'a' and position >= 3) or chain = 'b'");
  await db.pool.query("delete from audit_entries where chain = 'c' and position = 1");
  assert.deepEqual((await verifyAudit(db, { anchor: heads })).breaks, [
    { chain: 'c', position: 2, what: 'changed' },
    { chain: 'a', position: 3, what: 'missing' },
    { chain: 'b', position: 3, what: 'missing' },
  ]);
});
