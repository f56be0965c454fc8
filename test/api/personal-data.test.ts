import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listAudit } from '../../src/store/audit-trail.ts';
import { storeDeclaration } from '../../src/store/declarations.ts';
import { customerKeyOf } from '../../src/store/person-fields.ts';
import { roles, type Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;

const email = 'Jana.Kowalska@mail.example';
const billing = {
  first_name: 'Jana', last_name: 'Kowalska', company: '', address_1: 'Lindenstraße 17', address_2: '', city: 'Hamburg',
  postcode: '20359', country: 'DE', email, phone: '+49 40 5550199',
}; // prettier-ignore
/** What tells who she is, as it may stand in a text. */
const traces = [/jana[. ]?kowalska/i, /kowalska/i, /lindenstra/i, /5550199/];
const declaration = '0199d3b0-0000-7000-8000-000000000007';

before(async () => {
  world = await openApiWorld(databases);
  await world.addOrder(1, { billing });
  await world.addOrder(2, { billing, status: 'refunded', refunds: [{ id: 21, reason: '', total: '-59.90' }] });
  await world.addOrder(3, { billing: { ...billing, email: 'other@mail.example', first_name: 'Ole', last_name: 'Brandt', phone: '', address_1: 'Am Deich 3' } });
  const content = { name: 'Jana Kowalska', email, order: 'T-1', part: '', language: 'de' as const };
  await storeDeclaration(world.db, world.seal, { id: declaration, declaredAt: '2026-11-19T09:00:00Z', content });
  await world.fileDeclarations();
  const told = await world.ask('support', 'POST', '/api/v1/orders/T-2/tell', { template: 'refund-sent', language: 'en', values: { name: 'Jana Kowalska', amount: '59.90 EUR' }, to: email, apply: true });
  assert.ok(told.statusCode < 300, told.body);
}); // prettier-ignore
after(() => world.close());

/** Rows of any table in which one of the traces can be read. */
async function findTraces(): Promise<string[]> {
  const { rows: tables } = await world.db.pool.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await world.db.pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    for (const { row } of rows) {
      // Bytes are shown in hex; a text among them would be hidden by that.
      const clear = row.replaceAll(/\\x([0-9a-f]*)/g, (_all, hex: string) => Buffer.from(hex, 'hex').toString('latin1')); // prettier-ignore
      if (traces.some((trace) => trace.test(clear))) found.push(`${name}: ${row.slice(0, 200)}`);
    }
  }
  return found;
}

const about = { email, reason: 'asked for it on 3 Dec' };

test('who the customer is can be read in no table', async () => {
  assert.deepEqual(await findTraces(), []);
});

test('each role sees of the customer what the table of roles says', async () => {
  const shown: Partial<Record<Role, string>> = {};
  for (const role of roles) {
    const answer = await world.ask(role, 'GET', '/api/v1/orders/T-1/person');
    const body = answer.json<{ fields: { field: string }[]; hidden: number }>();
    shown[role] =
      answer.statusCode === 200
        ? `${body.fields.map((one) => one.field).join(' ')}, hidden ${body.hidden}`
        : String(answer.statusCode);
  }
  const all = 'city country email name phone postcode street, hidden 0';
  assert.deepEqual(shown, {
    viewer: '403', support: all, ops: 'city country name postcode, hidden 3', finance: '403', admin: all,
  }); // prettier-ignore
});

test('every look at a customer is in the audit trail, with who looked', async () => {
  const key = `person/${customerKeyOf(world.seal, email)}`;
  const looks: readonly (readonly [string, Role, 'GET' | 'POST', string, object?])[] = [
    ['shop/1', 'ops', 'GET', '/api/v1/orders/T-1/person'],
    ['shop/1', 'ops', 'GET', '/api/v1/orders/T-1/records'],
    ['shop:order/1', 'ops', 'GET', `/api/v1/records/${encodeURIComponent('shop:order/1')}`],
    [key, 'support', 'POST', '/api/v1/orders/search', { text: email }],
    ['desk', 'ops', 'POST', '/api/v1/desk/scan', { text: 'Kowalska' }],
    ['desk', 'ops', 'POST', '/api/v1/desk/scan', { text: '20359' }],
    ['desk', 'support', 'GET', '/api/v1/desk/declarations'],
    [key, 'admin', 'POST', '/api/v1/persons/export', about],
  ];
  for (const [chain, role, method, url, body] of looks) {
    const count = (await listAudit(world.db, chain)).length;
    const { statusCode } = await world.ask(role, method, url, body);
    assert.equal(statusCode, 200, url);
    const entries = await listAudit(world.db, chain);
    assert.equal(entries.length, count + 1, `${url} left no entry`);
    assert.match(entries.at(-1)!.action, /^(?:person|records|declarations)\./, url);
    const { rows } = await world.db.pool.query('select user_id from tokens where token_id::text = $1', [
      entries.at(-1)!.actor.slice('token/'.length),
    ]);
    assert.deepEqual(rows, [{ user_id: world.users[role].userId }], url);
  }
});

test('an export holds everything that is held on one customer, and nothing of another', async () => {
  const held = (await world.ask('admin', 'POST', '/api/v1/persons/export', about)).json<Record<string, never[]>>();
  assert.deepEqual((held['orders'] as { number: string }[]).map((one) => one.number), ['T-1', 'T-2']);
  const said = JSON.stringify(held);
  for (const part of ['Lindenstraße 17', '+49 40 5550199', 'Jana Kowalska', 'withdrawal.declared', 'SHOE-42', 'person.read'])
    assert.ok(said.includes(part), part);
  assert.deepEqual((held['declarations'] as { id: string; name: string }[]).map((one) => [one.id, one.name]), [[declaration, 'Jana Kowalska']]);
  assert.deepEqual((held['notices'] as { to: string[] }[]).map((one) => one.to), [[email]]);
  for (const other of ['Brandt', 'Am Deich', 'T-3']) assert.ok(!said.includes(other), other);
  for (const role of ['viewer', 'support', 'ops', 'finance'] as const)
    assert.equal((await world.ask(role, 'POST', '/api/v1/persons/export', about)).statusCode, 403, role);
}); // prettier-ignore

test('erasure takes who the customer is, and the ledger stays whole', async () => {
  const ledger = async (): Promise<unknown> => {
    const tables = ['facts', 'order_states', 'open_items', 'problems', 'commands', 'desk_entries', 'objects', 'observations'];
    const sums = [];
    for (const table of tables) {
      const { rows } = await world.db.pool.query<{ sum: string }>(
        `select '${table} ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, '' order by t::text), '')) as sum from ${table} t`,
      );
      sums.push(rows[0]!.sum);
    }
    return sums;
  };
  const whole = await ledger();
  const erased = await world.ask('admin', 'POST', '/api/v1/persons/erase', about);
  assert.deepEqual(erased.json(), { erased: true, fields: 14, notices: 1, declarations: 1, waiting: 0 });
  assert.deepEqual(await ledger(), whole);
  assert.deepEqual(await world.checkRebuild(), []);
  assert.equal((await world.ask('support', 'GET', '/api/v1/orders/T-1/answer')).statusCode, 200);

  // The shop still has her, and is read again: nothing comes back.
  await world.addOrder(1, { billing: { ...billing, phone: '+49 40 5550199 1' }, total: '59.91' });
  for (const url of ['/api/v1/orders/T-1/person', '/api/v1/orders/T-2/person'])
    assert.deepEqual((await world.ask('admin', 'GET', url)).json<{ fields: [] }>().fields, []);
  const held = (await world.ask('admin', 'POST', '/api/v1/persons/export', about)).json<Record<string, unknown[]>>();
  assert.deepEqual([held['person'], held['orders'], held['declarations']], [[], [], []]);
  assert.deepEqual((held['notices'] as { to: null }[]).map((one) => one.to), [null]);
  assert.deepEqual((await world.ask('ops', 'POST', '/api/v1/desk/scan', { text: 'Kowalska' })).json(), { rows: [] });
  assert.ok((await world.ask('support', 'POST', '/api/v1/orders/search', { text: 'other@mail.example' })).body.includes('T-3'), 'others stay');
  assert.deepEqual(await findTraces(), []);
  // A second time changes nothing.
  const again = await world.ask('admin', 'POST', '/api/v1/persons/erase', about);
  assert.deepEqual(again.json(), { erased: true, fields: 0, notices: 0, declarations: 0, waiting: 0 });
}); // prettier-ignore
