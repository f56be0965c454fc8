import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginSecondFactor } from '../../src/store/second-factors.ts';
import { createUser } from '../../src/store/accounts.ts';
import { changeConnectionSecrets, readConnectionSecrets } from '../../src/store/connection-secrets.ts';
import { putConnection } from '../../src/store/connections.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { findDeclaration, storeDeclaration } from '../../src/store/declarations.ts';
import { listMasterKeys, openSeal } from '../../src/store/master-keys.ts';
import { claimNotices, openNotice, queueNotice } from '../../src/store/notices.ts';
import {
  customerKeyOf,
  listRecordsOfPerson,
  readPersons,
  storePerson,
} from '../../src/store/person-fields.ts';
import { erasePerson } from '../../src/store/persons.ts';
import { rotateMasterKey, rotationFailpoints } from '../../src/store/rotate-master-key.ts';
import { sealedColumns } from '../../src/store/sealed-columns.ts';
import { putTeam } from '../../src/store/teams.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const [oldKey, newKey, otherKey] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [
  Buffer,
  Buffer,
  Buffer,
];
const declared = '0199d3b0-0000-7000-8000-000000000001';
const customers = 7;

/** Something in every column that is sealed. */
async function fill(db: Database): Promise<void> {
  const seal = await openSeal(db, oldKey);
  await putConnection(db, { connection: 'shop', connector: 'woocommerce', system: 'shop', settings: {} });
  await changeConnectionSecrets(db, seal, 'shop', { consumerKey: 'ck_1' });
  for (let number = 0; number < customers; number += 1)
    await storePerson(db, seal, `c${number}@example.com`, {
      objectKey: `shop:order/${number}`,
      fields: { name: `Customer ${number}` },
    });
  await erasePerson(db, customerKeyOf(seal, 'c6@example.com'));
  await queueNotice(db, seal, {
    subjectKey: 'shop/1', onceKey: 'one', kind: 'letter', channel: 'email',
    content: { to: ['c1@example.com'], subject: 'Your return', text: 'It is here.\n' },
  }); // prettier-ignore
  const user = await createUser(db, { email: 'a@example.com', name: 'A', passwordHash: null, roles: [], team: null });
  assert.ok(user !== 'email-taken');
  await beginSecondFactor(db, user.userId, seal.close(`second-factor/${user.userId}`, Buffer.from('TOTP')));
  const chat = seal.close('team/ops', Buffer.from('https://chat.example/hook'));
  assert.ok(await putTeam(db, { team: 'ops', body: {}, chat, version: 0, setBy: 'test' }));
  const content = { name: 'Customer 1', email: 'c1@example.com', order: '1', part: '', language: 'en' as const };
  await storeDeclaration(db, seal, { id: declared, declaredAt: '2026-11-20T08:00:00Z', content });
} // prettier-ignore

/** Everything opens with this key, and means what it meant. */
async function readAll(db: Database, masterKey: Buffer): Promise<void> {
  const seal = await openSeal(db, masterKey);
  assert.deepEqual(await readConnectionSecrets(db, seal, 'shop'), { consumerKey: 'ck_1' });
  for (let number = 0; number < customers - 1; number += 1) {
    // The look-up by address goes on: its key has not changed.
    const records = await listRecordsOfPerson(db, seal, `c${number}@example.com`);
    assert.deepEqual(records, [`shop:order/${number}`]);
    const { fields } = await readPersons(db, seal, records, () => true);
    assert.deepEqual(fields.map((field) => field.value), [`Customer ${number}`]); // prettier-ignore
  }
  await storePerson(db, seal, 'c6@example.com', {
    objectKey: 'shop:order/6',
    fields: { name: 'Back again' },
  });
  assert.deepEqual(await listRecordsOfPerson(db, seal, 'c6@example.com'), [], 'who was erased stays so');
  const [notice] = await claimNotices(db, { holder: 'x', limit: 9, leaseMs: 1, without: ['none'] });
  assert.equal(openNotice(seal, notice!)?.subject, 'Your return');
  assert.equal((await findDeclaration(db, seal, declared))?.content.name, 'Customer 1');
  for (const column of sealedColumns) {
    const { rows } = await db.pool.query<{ count: string }>(
      `select count(*)::text as count from ${column.table} where ${column.column} is not null`,
    );
    assert.notEqual(rows[0]?.count, '0', `nothing was stored in ${column.table}`);
  }
}

/** As the command line opens it: told apart from processes that work. */
const openBeside = async (url: string): Promise<Database> =>
  openDatabase({ url, applicationName: 'reentry keys' });

async function prepare(): Promise<string> {
  const db = await databases.open();
  await fill(db);
  const url = databases.urlOf(db);
  await db.close();
  return url;
}

test('every sealed column of the schema is sealed anew', async () => {
  const db = await databases.open();
  const { rows } = await db.pool.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and data_type = 'bytea' and table_name !~ '_[0-9]+$' and column_name !~ '_hash$'
     order by 1`,
  );
  const known = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  // Sealed with the customer's key · sealed with the master key as rows of its own · not sealed.
  const others = ['person_fields.sealed_value', 'master_keys.sealed_lookup_key', 'photos.content', 'kept_reports.body']; // prettier-ignore
  assert.deepEqual(rows.map((row) => row.name), [...known, ...others].sort()); // prettier-ignore
});

test('after a rotation the new key opens everything, and the old one is refused', async () => {
  const url = await prepare();
  const db = await openBeside(url);
  assert.deepEqual(await rotateMasterKey(db, { from: oldKey, to: newKey, batchMax: 2 }), { is: 'rotated', values: 11 });
  await readAll(db, newKey);
  for (const wrong of [oldKey, otherKey])
    await assert.rejects(() => openSeal(db, wrong), { code: 'master-key-wrong' });
  await assert.rejects(() => rotateMasterKey(db, { from: newKey, to: oldKey }), { code: 'master-key-wrong' });
  assert.deepEqual(await rotateMasterKey(db, { from: oldKey, to: newKey }), { is: 'done', values: 0 });
  await rotateMasterKey(db, { from: newKey, to: otherKey });
  await readAll(db, otherKey);
  assert.deepEqual((await listMasterKeys(db)).map((one) => one.status).sort(), ['current', 'retired', 'retired']);
  await db.close();
}); // prettier-ignore

for (const place of rotationFailpoints)
  for (const nth of place === 'batch' ? [1, 3, 5] : [1])
    test(`a rotation that died at “${place}” (${nth}) goes on and ends`, async () => {
      const url = await prepare();
      const db = await openBeside(url);
      let seen = 0;
      const reach = (reached: string): void => {
        if (reached === place && ++seen === nth) throw new Error('killed');
      };
      await assert.rejects(() => rotateMasterKey(db, { from: oldKey, to: newKey, batchMax: 2, reach }), /killed/);
      if (place !== 'ended') {
        for (const key of [oldKey, newKey])
          await assert.rejects(() => openSeal(db, key), { code: 'master-key-rotating' }, 'nobody works in between');
        await assert.rejects(() => rotateMasterKey(db, { from: oldKey, to: otherKey }), { code: 'master-key-wrong' });
      }
      await rotateMasterKey(db, { from: oldKey, to: newKey, batchMax: 2 });
      await readAll(db, newKey);
      await assert.rejects(() => openSeal(db, oldKey), { code: 'master-key-wrong' });
      await db.close();
    }); // prettier-ignore

test('while another process works on the database nothing is rotated', async () => {
  const url = await prepare();
  const working = await databases.open(undefined, url);
  const db = await openBeside(url);
  await assert.rejects(() => rotateMasterKey(db, { from: oldKey, to: newKey }), { code: 'service-running' });
  await working.close();
  // Its session ends a moment after it; that is waited for.
  assert.equal((await rotateMasterKey(db, { from: oldKey, to: newKey })).is, 'rotated');
  await db.close();
});

test('a database from before keys were written down takes only the key that opens what is in it', async () => {
  const db = await databases.open();
  await fill(db);
  await db.pool.query('delete from master_keys');
  await assert.rejects(() => openSeal(db, otherKey), { code: 'master-key-wrong' });
  assert.deepEqual(await listMasterKeys(db), []);
  await readAll(db, oldKey);
});
