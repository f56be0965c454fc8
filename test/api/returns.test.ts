/** The returns desk over HTTP: a return from request to agreed refund, refusals with reasons, scans, photos, lists. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { makeTokenSecret } from '../../src/api/access.ts';
import { createToken } from '../../src/store/accounts.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import type { DeskOrderAnswer } from '../../src/wire/api-returns.ts';
import { permissionNames, type Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;

const policy = {
  secondApproval: 10_000,
  items: { 'SET-3': [{ sku: 'PART-A' }, { sku: 'PART-B' }, { sku: 'PART-C' }] },
  barcodes: { '4006381333931': 'PART-A', '4006381333948': 'PART-B' },
};
const line = (id: number, sku: string, quantity: number, total: string, tax: string): object => ({
  id, name: sku, product_id: id, variation_id: 0, quantity, tax_class: '', sku, subtotal: total, subtotal_tax: tax, total, total_tax: tax, taxes: [], meta_data: [],
}); // prettier-ignore
const billing = { first_name: 'Jana', last_name: 'Müller', email: 'jana@example.com', phone: '', company: '', address_1: 'Weg 1', postcode: '20359', city: 'Hamburg', country: 'DE' }; // prettier-ignore

before(async () => {
  world = await openApiWorld(databases, { policy });
  await world.addOrder(1, { billing });
  await world.addOrder(2);
  await world.addOrder(3, {
    total: '238.00',
    total_tax: '38.00',
    line_items: [line(31, 'COAT', 2, '200.00', '38.00')],
  });
  await world.addOrder(4, {
    total: '59.50',
    total_tax: '9.50',
    line_items: [line(41, 'SET-3', 1, '50.00', '9.50')],
  });
});
after(() => world.close());

type Done = { readonly rma: string; readonly agreement: string; readonly isRepeated: boolean; readonly order: DeskOrderAnswer }; // prettier-ignore
type ProblemBody = { readonly code: string; readonly refusal?: { readonly reason: string; readonly text: { readonly en: string; readonly de: string } } }; // prettier-ignore

const open = async (order: string): Promise<DeskOrderAnswer> =>
  (await world.ask('viewer', 'GET', `/api/v1/orders/${order}/returns`)).json();
async function step(who: Role, order: string, name: string, body: object): Promise<Done> {
  const { version } = await open(order);
  const answer = await world.ask(who, 'POST', `/api/v1/orders/${order}/returns/${name}`, {
    version,
    ...body,
  });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json();
}
async function refused(who: Role, order: string, name: string, body: object): Promise<string> {
  const { version } = await open(order);
  const answer = await world.ask(who, 'POST', `/api/v1/orders/${order}/returns/${name}`, {
    version,
    ...body,
  });
  const problem = answer.json<ProblemBody>();
  assert.equal(answer.statusCode, 409, answer.body);
  assert.ok((problem.refusal?.text.de.length ?? 0) > 10 && (problem.refusal?.text.en.length ?? 0) > 10);
  return problem.refusal!.reason;
}
const stepsOf = (order: DeskOrderAnswer, rma: string): string[] =>
  order.returns.find((one) => one.rma === rma)!.steps.filter((one) => one.isOffered).map((one) => one.step); // prettier-ignore

test('a return goes from request to an agreed refund, each step offered when its turn comes', async () => {
  const { rma, order } = await step('support', 'T-1', 'request', { units: [{ sku: 'SHOE-42', quantity: 1 }], reason: 'too_small', wish: 'refund' }); // prettier-ignore
  assert.equal(rma, 'RMA-T-1-1');
  assert.deepEqual(stepsOf(order, rma).slice(0, 3), ['approve', 'reject', 'cancel']);
  const approved = await step('support', 'T-1', 'approve', { rma });
  assert.equal(approved.order.returns[0]?.stage, 'approved');
  assert.equal(await refused('ops', 'T-1', 'inspect', { rma, units: [{ sku: 'SHOE-42', quantity: 1, condition: 'opened', disposition: 'restock' }] }), 'not-counted'); // prettier-ignore
  assert.equal(await refused('support', 'T-1', 'refund', { rma, refund: { lines: [{ sku: 'SHOE-42', units: 1 }] }, totalMinor: 5990 }), 'not-received'); // prettier-ignore
  await step('ops', 'T-1', 'receive', { rma, units: [{ sku: 'SHOE-42', quantity: 1 }] });
  assert.equal(await refused('ops', 'T-1', 'inspect', { rma, units: [{ sku: 'SHOE-42', quantity: 1, condition: 'customer_damaged', disposition: 'restock' }] }), 'damaged-not-for-restock'); // prettier-ignore
  const graded = await step('ops', 'T-1', 'inspect', { rma, units: [{ sku: 'SHOE-42', quantity: 1, condition: 'opened', disposition: 'quarantine' }], note: 'box torn' }); // prettier-ignore
  assert.deepEqual([graded.order.returns[0]?.stage, graded.order.items[0]?.onHold], ['inspected', 1]);
  const shelf = (await world.ask('ops', 'GET', '/api/v1/desk/quarantine')).json<{ rows: { sku: string; units: number; rma: string }[] }>(); // prettier-ignore
  assert.deepEqual(shelf.rows.map(({ sku, units, rma: number }) => [sku, units, number]), [['SHOE-42', 1, rma]]); // prettier-ignore
  await step('ops', 'T-1', 'release', {
    rma,
    units: [{ sku: 'SHOE-42', quantity: 1, disposition: 'restock' }],
  });
  assert.equal((await world.ask('ops', 'GET', '/api/v1/desk/quarantine')).json<{ rows: unknown[] }>().rows.length, 0); // prettier-ignore
  const preview = (await world.ask('support', 'POST', '/api/v1/orders/T-1/refund-preview', { lines: [{ sku: 'SHOE-42', units: 1 }] })).json<{ total: number; tax: number; mayAgree: boolean; explained: { de: string[] } }>(); // prettier-ignore
  assert.deepEqual([preview.total, preview.tax, preview.mayAgree], [5990, 956, true]);
  assert.match(preview.explained.de.join(' '), /Zusammen 59,90\u00a0€/);
  const agreed = await step('support', 'T-1', 'refund', { rma, refund: { lines: [{ sku: 'SHOE-42', units: 1 }] }, totalMinor: preview.total }); // prettier-ignore
  assert.deepEqual(agreed.order.agreements.map(({ agreement, state }) => [agreement, state]), [['RF-T-1-1', 'ready']]); // prettier-ignore
  assert.equal(await refused('support', 'T-1', 'refund', { rma, refund: { lines: [{ sku: 'SHOE-42', units: 1 }] }, totalMinor: 5990 }), 'more-than-left'); // prettier-ignore
  const listed = (await world.ask('viewer', 'GET', `/api/v1/returns/${rma}`)).json<{ rows: { orderKey: string; stage: string }[] }>(); // prettier-ignore
  assert.deepEqual(listed.rows.map((row) => [row.orderKey, row.stage]), [['shop/1', 'inspected']]); // prettier-ignore
  const trail = await listAudit(world.db, 'shop/1');
  assert.deepEqual(trail.map((entry) => entry.action), ['return.request', 'return.approve', 'return.receive', 'return.inspect', 'return.release', 'return.refund']); // prettier-ignore
});

test('a form that is out of date is refused, and says so in two languages', async () => {
  const { version } = await open('T-2');
  await step('support', 'T-2', 'request', { units: [{ sku: 'SHOE-42', quantity: 1 }] });
  const late = await world.ask('support', 'POST', '/api/v1/orders/T-2/returns/withdraw', { version });
  const problem = late.json<ProblemBody>();
  assert.deepEqual(
    [late.statusCode, problem.code, problem.refusal?.reason],
    [409, 'version-stale', 'form-stale'],
  );
});

test('of two equal forms sent at once one is done and the other is out of date', async () => {
  await world.addOrder(20);
  const { version } = await open('T-20');
  const body = { version, units: [{ sku: 'SHOE-42', quantity: 1 }] };
  const sent = await Promise.all([1, 2].map(() => world.ask('support', 'POST', '/api/v1/orders/T-20/returns/request', body)));
  assert.deepEqual(sent.map((answer) => answer.statusCode).sort(), [201, 409]);
  assert.equal((await open('T-20')).returns.length, 1);
}); // prettier-ignore

test('one request sent twice with its key is decided once', async () => {
  await world.addOrder(21);
  const { version } = await open('T-21');
  const send = () =>
    world.app.inject({
      method: 'POST', url: '/api/v1/orders/T-21/returns/request', payload: { version, units: [{ sku: 'SHOE-42', quantity: 1 }] },
      headers: { authorization: `Bearer ${world.tokens.support}`, 'idempotency-key': 'once' },
    }); // prettier-ignore
  const [first, second] = [await send(), await send()];
  assert.deepEqual([first.statusCode, second.statusCode, second.headers['idempotency-replayed']], [201, 201, 'true']); // prettier-ignore
  assert.equal((await open('T-21')).returns.length, 1);
});

test('above the limit a second person approves, never the same', async () => {
  const { rma } = await step('support', 'T-3', 'request', { units: [{ sku: 'COAT', quantity: 2 }] });
  await step('support', 'T-3', 'approve', { rma });
  const { agreement, order } = await step('finance', 'T-3', 'refund', { rma, refund: { lines: [{ sku: 'COAT', units: 2 }] }, totalMinor: 23_800, payFirst: true }); // prettier-ignore
  assert.equal(order.agreements[0]?.state, 'waits-for-approval');
  assert.equal(await refused('finance', 'T-3', 'approve-refund', { agreement }), 'same-person');
  const other = makeTokenSecret();
  await createToken(world.db, { hash: other.hash, userId: world.users.finance.userId, name: 'other', scopes: permissionNames, expiresAt: null }); // prettier-ignore
  const again = await world.app.inject({ method: 'POST', url: '/api/v1/orders/T-3/returns/approve-refund', payload: { version: order.version, agreement }, headers: { authorization: `Bearer ${other.secret}` } }); // prettier-ignore
  assert.equal(again.json<{ refusal: { reason: string } }>().refusal.reason, 'same-person', 'another token of the same person'); // prettier-ignore
  const done = await step('admin', 'T-3', 'approve-refund', { agreement });
  assert.deepEqual(
    [done.order.agreements[0]?.state, done.order.agreements[0]?.approvedBy.length],
    ['ready', 1],
  );
  const early = await world.ask('support', 'POST', '/api/v1/orders/T-3/returns/refund', { version: done.order.version, refund: { lines: [{ sku: 'COAT', units: 1 }] }, totalMinor: 1, payFirst: true }); // prettier-ignore
  assert.equal(early.statusCode, 403);
});

test('a set of three parts is scanned part by part; two of three say what is missing', async () => {
  type Found = { found: string; sku: string; kit: { sku: string; counted: number; of: number; missing: { sku: string; units: number }[] } }; // prettier-ignore
  const scan = async (text: string): Promise<Found[]> =>
    (await world.ask('ops', 'POST', '/api/v1/desk/scan', { text, orders: ['shop/4'] })).json<{
      rows: Found[];
    }>().rows;
  const [first] = await scan('4006381333931');
  assert.deepEqual([first?.found, first?.sku, first?.kit.counted, first?.kit.of], ['item', 'PART-A', 1, 3]);
  await step('ops', 'T-4', 'receive', { units: [{ sku: 'PART-A', quantity: 1 }] });
  const [second] = await scan('4006381333948');
  assert.deepEqual([second?.kit.sku, second?.kit.counted, second?.kit.of, second?.kit.missing], ['SET-3', 2, 3, [{ sku: 'PART-C', units: 1 }]]); // prettier-ignore
  assert.deepEqual(await scan('SHOE-42'), []);
});

test('what lies on the table is found by order, return number, name and postcode, and looks at people are logged', async () => {
  const scan = async (who: Role, text: string): Promise<string[]> => {
    const answer = await world.ask(who, 'POST', '/api/v1/desk/scan', { text });
    return answer.statusCode === 200 ? answer.json<{ rows: { number: string; found: string }[] }>().rows.map((row) => `${row.found} ${row.number}`) : [String(answer.statusCode)]; // prettier-ignore
  };
  assert.deepEqual(await scan('ops', 'T-2'), ['order T-2']);
  assert.deepEqual(await scan('ops', 'rma-t-1-1'), ['rma T-1']);
  assert.deepEqual(await scan('ops', 'muller'), ['name T-1']);
  assert.deepEqual(await scan('ops', 'Jana Müller'), ['name T-1']);
  assert.deepEqual(await scan('ops', '20359'), ['postcode T-1']);
  assert.deepEqual(await scan('finance', 'muller'), ['403']);
  assert.ok((await listAudit(world.db, 'desk')).every((entry) => entry.action === 'person.searched'));
});

test('photos are kept apart by size and kind, and a step names only those there are', async () => {
  const send = (payload: Buffer, type = 'image/png') =>
    world.app.inject({
      method: 'POST', url: '/api/v1/orders/T-2/photos', payload,
      headers: { authorization: `Bearer ${world.tokens.ops}`, 'content-type': type },
    }); // prettier-ignore
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    Buffer.alloc(64),
  ]);
  const stored = await send(png);
  assert.equal(stored.statusCode, 201, stored.body);
  const { photoId } = stored.json<{ photoId: string }>();
  const shown = await world.ask('ops', 'GET', `/api/v1/orders/T-2/photos/${photoId}`);
  assert.deepEqual([shown.headers['content-type'], shown.rawPayload.equals(png)], ['image/png', true]);
  assert.equal((await world.ask('ops', 'GET', `/api/v1/orders/T-1/photos/${photoId}`)).statusCode, 404);
  const looks = (await listAudit(world.db, 'shop/2')).filter((entry) => entry.action === 'return.photo-read');
  assert.equal(looks.length, 1);
  assert.match(JSON.stringify(looks[0]!.body), new RegExp(photoId), 'who looked at which is known');
  assert.equal((await send(Buffer.from('<script>alert(1)</script>'))).statusCode, 415);
  assert.equal((await send(Buffer.alloc(6 * 1024 * 1024), 'image/jpeg')).statusCode, 413);
  const { version } = await open('T-2');
  const units = [{ sku: 'SHOE-42', quantity: 1 }];
  const unknown = await world.ask('ops', 'POST', '/api/v1/orders/T-2/returns/receive', { version, units, photos: ['0198c2b4-0000-7000-8000-000000000000'] }); // prettier-ignore
  assert.equal(unknown.statusCode, 404);
  const known = await world.ask('ops', 'POST', '/api/v1/orders/T-2/returns/receive', { version, units, photos: [photoId] }); // prettier-ignore
  assert.deepEqual(known.json<Done>().order.entries.at(-1)?.photos, [photoId]);
});

test('roles keep to their steps', async () => {
  const { version } = await open('T-2');
  const ask = async (who: Role, name: string, body: object): Promise<number> =>
    (await world.ask(who, 'POST', `/api/v1/orders/T-2/returns/${name}`, { version, ...body })).statusCode;
  assert.equal(await ask('viewer', 'request', { units: [{ sku: 'SHOE-42', quantity: 1 }] }), 403);
  assert.equal(await ask('support', 'receive', { units: [{ sku: 'SHOE-42', quantity: 1 }] }), 403);
  assert.equal(await ask('ops', 'refund', { refund: {}, totalMinor: 1 }), 403);
  assert.equal(await ask('support', 'approve-refund', { agreement: 'RF-T-2-1' }), 403);
  const keep = { units: [{ sku: 'SHOE-42', quantity: 1, condition: 'sellable', disposition: 'keep' }] };
  assert.equal(await ask('ops', 'inspect', keep), 403, 'to let somebody keep it is a decision');
  const vouch = (type: string) => ({ text: 'the bank said so', assertion: { type, minor: 100, reference: 'E2E-1' } }); // prettier-ignore
  for (const type of ['payout.confirmed', 'store_credit.issued'])
    assert.equal(await ask('support', 'assert', vouch(type)), 403, type);
});

test('a record that found no order is put under one by a person, once', async () => {
  await world.addOrder(30);
  const refund = { id: 're_lost', object: 'refund', amount: 5990, currency: 'eur', charge: 'ch_nobody', created: 1_793_000_000, status: 'succeeded', metadata: {} }; // prettier-ignore
  await world.addRecord('psp', 'refund', 're_lost', refund);
  const facts = async (): Promise<string[]> =>
    (await world.ask('viewer', 'GET', '/api/v1/orders/T-30/timeline')).json<{ facts: { type: string }[] }>().facts.map((fact) => fact.type); // prettier-ignore
  assert.ok(!(await facts()).includes('refund.settled'));
  await step('finance', 'T-30', 'match', { subject: 'psp:refund/re_lost', text: 'same amount, same day' });
  assert.ok((await facts()).includes('refund.settled') && (await facts()).includes('match.confirmed'));
  assert.equal(
    await refused('finance', 'T-2', 'match', { subject: 'psp:refund/re_lost', text: 'no, mine' }),
    'match-taken',
  );
  assert.equal(
    await refused('finance', 'T-2', 'match', { subject: 'psp:refund/re_none', text: 'no, mine' }),
    'match-unknown',
  );
});

test('of two people who put one record under two orders at once, one is told that it is taken', async () => {
  for (const order of [31, 32, 33, 34, 35, 36]) await world.addOrder(order);
  for (const count of [1, 2, 3]) {
    const id = `re_raced${count}`;
    const refund = { id, object: 'refund', amount: 5990, currency: 'eur', charge: 'ch_nobody', created: 1_793_000_000, status: 'succeeded', metadata: {} }; // prettier-ignore
    await world.addRecord('psp', 'refund', id, refund);
    const ask = async (order: string): Promise<number> => {
      const { version } = await open(order);
      return (await world.ask('finance', 'POST', `/api/v1/orders/${order}/returns/match`, { version, subject: `psp:refund/${id}`, text: 'same amount' })).statusCode; // prettier-ignore
    };
    const answers = await Promise.all([ask(`T-${29 + 2 * count}`), ask(`T-${30 + 2 * count}`)]);
    assert.deepEqual(answers.sort(), [201, 409]);
  }
});

test('a ticket that knows nothing but the return number of the desk finds its order, also when it came first', async () => {
  const put = await world.ask('admin', 'PUT', '/api/v1/connections/helpdesk', { connector: 'rt' });
  assert.ok(put.statusCode < 300, put.body);
  const { response } = JSON.parse(readFileSync(new URL('../fixtures/recordings/rt/012-ticket-read.json', import.meta.url), 'utf8')) as { response: { body: { CustomFields: { name: string; values: string[] }[] } } }; // prettier-ignore
  const ticket = (id: number, rma: string): object => ({
    ...response.body, id, EffectiveId: { id: String(id) }, Subject: 'Return', CustomFields: response.body.CustomFields.filter((field) => field.name !== 'Order number').map((field) => (field.name === 'Return number' ? { ...field, values: [rma] } : field)),
  }); // prettier-ignore
  const cases = async (order: string): Promise<number> =>
    (await world.ask('viewer', 'GET', `/api/v1/orders/${order}/timeline`)).json<{ facts: { type: string }[] }>().facts.filter((fact) => fact.type === 'case.opened').length; // prettier-ignore
  await world.addRecord('helpdesk', 'ticket', '71', ticket(71, 'RMA-T-1-1'));
  assert.equal(await cases('T-1'), 1);
  await world.addOrder(40);
  await world.addRecord('helpdesk', 'ticket', '72', ticket(72, 'RMA-T-40-1'));
  assert.equal(await cases('T-40'), 0);
  await step('support', 'T-40', 'request', { units: [{ sku: 'SHOE-42', quantity: 1 }] });
  assert.equal(await cases('T-40'), 1);
});

test('decisions are inputs: everything derives again to what is stored', async () => {
  assert.deepEqual(await world.checkRebuild(), []);
});
