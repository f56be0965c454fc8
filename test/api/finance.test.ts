/** Finance over HTTP: accounts, money that does not match, months that two people close and a late fact opens again, margin. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeTokenSecret } from '../../src/api/access.ts';
import { hashOf, readPeriod } from '../../src/engine/close-period.ts';
import { createToken, createUser } from '../../src/store/accounts.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import { permissionNames, type Role } from '../../src/wire/roles.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;
/** Token of a second person of finance. */
let reviewer: string;
const now = Date.parse('2026-12-08T12:00:00Z');

const refund = (id: number, order: number, amount: string, at: string): object => ({
  id, parent_id: order, date_created_gmt: at, amount, reason: '', refunded_payment: true, meta_data: [], shipping_lines: [], fee_lines: [], tax_lines: [],
  line_items: [{
    id: id * 10, name: 'Trail shoe', product_id: 7, variation_id: 0, quantity: -1, tax_class: '', sku: 'SHOE-42', subtotal: '-50.34', subtotal_tax: '-9.56',
    total: '-50.34', total_tax: '-9.56', taxes: [], meta_data: [{ id: 1, key: '_refunded_item_id', value: String(order * 10) }],
  }],
}); // prettier-ignore
const atGateway = (id: string, charge: string, amount: number, at: string): object => ({
  id, object: 'refund', amount, currency: 'eur', status: 'succeeded', charge, created: Date.parse(at) / 1000, metadata: {},
}); // prettier-ignore

before(async () => {
  const on = { watch: 'on' };
  world = await openApiWorld(databases, {
    now: () => now,
    policy: { zone: 'Europe/Berlin', controls: { 'refund-settled': on, 'entitled-refunded': on } },
  });
  for (const order of [1, 2, 3]) await world.addOrder(order, { transaction_id: `ch_${order}` });
  for (const order of [1, 2, 3]) await world.addRecord('shop', 'refund', String(100 + order), refund(100 + order, order, '59.90', '2026-11-10T10:00:00'));
  await world.addRecord('psp', 'refund', 're_1', atGateway('re_1', 'ch_1', 5990, '2026-11-11T10:00:00Z'));
  await world.addRecord('psp', 'refund', 're_lost', atGateway('re_lost', 'ch_elsewhere', 5990, '2026-11-12T10:00:00Z'));
  const user = await createUser(world.db, { email: 'second@example.com', name: 'Second', passwordHash: null, roles: ['finance'], team: null });
  assert.ok(user !== 'email-taken');
  const { secret, hash } = makeTokenSecret();
  await createToken(world.db, { hash, userId: user.userId, name: 'test', scopes: permissionNames, expiresAt: null });
  reviewer = secret;
}); // prettier-ignore
after(() => world.close());

type Answer<T> = { readonly status: number; readonly body: T };
async function ask<T>(who: Role | 'reviewer', method: 'GET' | 'POST', path: string, body?: object): Promise<Answer<T>> {
  const token = who === 'reviewer' ? reviewer : world.tokens[who];
  const answer = await world.app.inject({
    method, url: `/api/v1${path}`, headers: { authorization: `Bearer ${token}` }, ...(body !== undefined && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json() };
} // prettier-ignore

type Problem = { readonly code: string; readonly refusal?: { readonly reason: string } };
type Account = { control: string; currency: string; left: number; right: number; openLeft: number; openRight: number; openOrders: number; unexplained: number }; // prettier-ignore
type Open = {
  orderKey: string;
  number: string;
  difference: number;
  reasons: { code: string; isLate: boolean }[];
};
type PeriodRow = { period: string; status: string; adjustments: number };
type Detail = PeriodRow & {
  accounts: { control: string; opening: number; left: number; right: number; closing: number; carried: number | null; signedClosing: number | null }[];
  open: Open[]; waiting: { hash: string; revision: number } | null; signed: { hash: string } | null; blockedBy: string | null;
  changes: { number: string; control: string; signed: number; now: number; difference: number; knownAt: string | null }[];
}; // prettier-ignore

const settled = async (): Promise<Account> => {
  const { body } = await ask<{ rows: Account[] }>('viewer', 'GET', '/accounts');
  return body.rows.find((row) => row.control === 'refund-settled' && row.currency === 'EUR')!;
};

test('an account over all orders is the sum of its orders, to the minor unit, and says what is open', async () => {
  const account = await settled();
  assert.deepEqual(
    [account.left, account.right, account.openLeft, account.openRight, account.openOrders, account.unexplained],
    [17_970, 5990, 11_980, 0, 2, 0],
  );
  const { body } = await ask<{ rows: Open[] }>('viewer', 'GET', '/accounts/orders?control=refund-settled');
  assert.deepEqual(body.rows.map((row) => [row.number, row.difference]), [['T-2', 5990], ['T-3', 5990]]);
  assert.deepEqual(body.rows[0]!.reasons.map((reason) => [reason.code, reason.isLate]), [['refund-not-at-gateway', true]]);
  const none = await ask<{ rows: Open[] }>('viewer', 'GET', '/accounts/orders?isUnexplained=true&control=refund-settled');
  assert.deepEqual(none.body.rows, []);
}); // prettier-ignore

test('both sides of a difference stand record by record, with the reference the other side could know', async () => {
  const { body, status } = await ask<{ leftRecords: { amount: number; reference: string; system: string }[]; rightRecords: unknown[]; difference: number }>('viewer', 'GET', '/reconcile/T-2/refund-settled');
  assert.equal(status, 200);
  assert.deepEqual(body.leftRecords.map((one) => [one.amount, one.reference, one.system]), [[5990, '102', 'shop']]);
  assert.deepEqual([body.rightRecords, body.difference], [[], 5990]);
  const missing = await ask<Problem>('viewer', 'GET', '/reconcile/T-2/refund-credited');
  assert.deepEqual([missing.status, missing.body.code], [404, 'account-not-found']);
}); // prettier-ignore

test('roles: support and ops see no accounts, a viewer writes nothing, finance does', async () => {
  for (const path of ['/accounts', '/reconcile', '/reconcile/orphans', '/periods', '/margin']) {
    for (const role of ['support', 'ops'] as const)
      assert.equal((await ask(role, 'GET', path)).status, 403, path);
    for (const role of ['viewer', 'finance', 'admin'] as const)
      assert.equal((await ask(role, 'GET', path)).status, 200, path);
  }
  const record = encodeURIComponent('psp:refund/re_lost');
  const match = { orderKey: 'shop/2', reason: 'the customer told' };
  for (const role of ['viewer', 'support', 'ops'] as const) {
    assert.equal((await ask(role, 'POST', `/reconcile/orphans/${record}/match`, match)).status, 403);
    assert.equal((await ask(role, 'POST', '/periods/2026-11/prepare', {})).status, 403);
  }
});

test('money without an order shows the refunds it may be; a person confirms one, and the account closes', async () => {
  const { body } = await ask<{ rows: { record: string; amount: { minor: number } }[] }>('finance', 'GET', '/reconcile/orphans');
  assert.deepEqual(body.rows.map((row) => [row.record, row.amount.minor]), [['psp:refund/re_lost', 5990]]);
  const record = encodeURIComponent('psp:refund/re_lost');
  const { body: found } = await ask<{ status: string; rows: { number: string; minor: number; evidence: { kind: string }[] }[] }>('finance', 'GET', `/reconcile/orphans/${record}/candidates`);
  assert.equal(found.status, 'several', 'two refunds fit alike, so nothing is decided by itself');
  assert.deepEqual(found.rows.map((row) => row.number).sort(), ['T-2', 'T-3']);
  assert.ok(found.rows[0]!.evidence.some((one) => one.kind === 'quantity'));

  const done = await ask<{ orderKey: string }>('finance', 'POST', `/reconcile/orphans/${record}/match`, { orderKey: 'T-3', reason: 'Bank statement 11, line 4' });
  assert.deepEqual([done.status, done.body.orderKey], [201, 'shop/3']);
  const timeline = await ask<{ facts: { type: string; body: { subject?: string } }[] }>('finance', 'GET', '/orders/T-3/timeline');
  assert.ok(timeline.body.facts.some((fact) => fact.type === 'match.confirmed' && fact.body.subject === 'psp:refund/re_lost'));
  const account = await settled();
  assert.deepEqual([account.right, account.openLeft, account.openOrders], [11_980, 5990, 1]);
  const again = await ask<Problem>('finance', 'POST', `/reconcile/orphans/${record}/match`, { orderKey: 'T-2', reason: 'once more' });
  assert.deepEqual([again.status, again.body.refusal?.reason], [409, 'match-taken']);
  const trail = await listAudit(world.db, 'shop/3');
  const entry = trail.find((one) => one.action === 'reconcile.matched');
  assert.ok(entry?.actor.startsWith('token/') === true);
  assert.equal((entry.body as { why: string }).why, 'Bank statement 11, line 4');
}); // prettier-ignore

test('a month is closed by two people, carries its balances forward, and a late fact opens it again as an adjustment', async () => {
  const { body: early } = await ask<Problem>('finance', 'POST', '/periods/2026-12/prepare', {});
  assert.equal(early.code, 'period-not-over');
  assert.equal((await ask<Problem>('finance', 'POST', '/periods/2025-01/prepare', {})).body.code, 'period-not-found');
  const prepared = await ask<Detail>('finance', 'POST', '/periods/2026-11/prepare', { note: 'November' });
  assert.equal(prepared.status, 201);
  const { waiting } = prepared.body;
  const line = prepared.body.accounts.find((one) => one.control === 'refund-settled')!;
  assert.deepEqual([line.opening, line.left, line.right, line.closing], [0, 17_970, 11_980, 5990]);
  assert.deepEqual(prepared.body.open.filter((one) => (one as never as { control: string }).control === 'refund-settled').map((one) => one.number), ['T-2']);

  const own = await ask<Problem>('finance', 'POST', '/periods/2026-11/sign', { hash: waiting!.hash });
  assert.deepEqual([own.status, own.body.code], [403, 'period-same-person']);
  const wrong = await ask<Problem>('reviewer', 'POST', '/periods/2026-11/sign', { hash: '0'.repeat(64) });
  assert.equal(wrong.body.code, 'period-not-prepared');
  const signed = await ask<Detail>('reviewer', 'POST', '/periods/2026-11/sign', { hash: waiting!.hash });
  assert.deepEqual([signed.status, signed.body.status], [200, 'signed']);
  const pack = await ask<{ pack: unknown; hash: string }>('viewer', 'GET', '/periods/2026-11/packs/1');
  assert.equal(hashOf(pack.body.pack), pack.body.hash, 'whoever has the pack can check its hash');
  assert.equal((await ask<Problem>('finance', 'POST', '/periods/2026-11/prepare', {})).body.code, 'period-unchanged');

  // The gateway tells in December what it did in November.
  await world.addRecord('psp', 'refund', 're_2', atGateway('re_2', 'ch_2', 5990, '2026-11-28T10:00:00Z'));
  const reopened = (await ask<Detail>('viewer', 'GET', '/periods/2026-11')).body;
  assert.equal(reopened.status, 'reopened');
  const change = reopened.changes.find((one) => one.control === 'refund-settled')!;
  assert.deepEqual([change.number, change.signed, change.now, change.difference], ['T-2', 5990, 0, -5990]);
  assert.ok(change.knownAt !== null);
  const after = reopened.accounts.find((one) => one.control === 'refund-settled')!;
  assert.deepEqual([after.closing, after.signedClosing], [0, 5990], 'what was signed still stands beside');
  const december = (await ask<Detail>('viewer', 'GET', '/periods/2026-12')).body;
  const carried = december.accounts.find((one) => one.control === 'refund-settled')!;
  assert.deepEqual([carried.opening, carried.carried], [0, 5990]);
  assert.equal((await ask<{ pack: unknown; hash: string }>('viewer', 'GET', '/periods/2026-11/packs/1')).body.hash, pack.body.hash, 'nobody touched the pack');

  const again = await ask<Detail>('reviewer', 'POST', '/periods/2026-11/prepare', {});
  assert.equal(again.body.waiting?.revision, 2);
  const closed = await ask<Detail>('finance', 'POST', '/periods/2026-11/sign', { hash: again.body.waiting!.hash });
  assert.deepEqual([closed.body.status, closed.body.changes], ['signed', []]);
  const actions = (await listAudit(world.db, 'period/2026-11')).map((entry) => entry.action);
  assert.deepEqual(actions, ['period.prepared', 'period.signed', 'period.prepared', 'period.signed']);
}); // prettier-ignore

test('a month begins where the one before was signed to end, also when the shop’s zone changed since', async () => {
  const [signed, next] = await Promise.all(
    ['2026-11', '2026-12'].map((period) =>
      readPeriod(world.db, period, 'Europe/Berlin', Date.parse('2027-01-02T00:00:00Z')),
    ),
  );
  assert.equal(signed?.to, '2026-12-01T00:00:00.000Z');
  assert.equal(next?.from, signed?.to, 'else what was posted in that hour is in two months');
});

test('figures that changed after they were prepared are not signed; a pack goes back with a reason', async () => {
  await world.addRecord('psp', 'refund', 're_1b', atGateway('re_1b', 'ch_1', 100, '2026-11-29T10:00:00Z'));
  const prepared = await ask<Detail>('finance', 'POST', '/periods/2026-11/prepare', {});
  assert.equal(prepared.body.waiting?.revision, 3);
  await world.addRecord('psp', 'refund', 're_1c', atGateway('re_1c', 'ch_1', 200, '2026-11-29T11:00:00Z'));
  const sign = await ask<Problem>('reviewer', 'POST', '/periods/2026-11/sign', { hash: prepared.body.waiting!.hash });
  assert.deepEqual([sign.status, sign.body.code], [409, 'period-changed']);
  const back = await ask<Detail>('reviewer', 'POST', '/periods/2026-11/send-back', { reason: 'a payment came in between' });
  assert.deepEqual([back.body.status, back.body.waiting], ['reopened', null]);
}); // prettier-ignore

test('margin after returns counts what stayed sold, and is silent where a cost is unknown', async () => {
  type Row = { sku: string; sold: number; kept: number; sellThrough: number; netMinor: number; refundedNetMinor: number; revenueMinor: number; marginMinor: number | null };
  const { body } = await ask<{ rows: Row[]; totals: Row[]; from: string }>('finance', 'GET', '/margin?from=2026-11-01&to=2026-11-30');
  const row = body.rows.find((one) => one.sku === 'SHOE-42')!;
  assert.deepEqual([row.sold, row.kept, row.sellThrough], [3, 0, 0]);
  assert.deepEqual([row.netMinor, row.refundedNetMinor, row.revenueMinor, row.marginMinor], [15_102, 15_102, 0, null]);
  assert.equal(body.totals[0]!.netMinor, 15_102);
  const none = await ask<{ rows: Row[] }>('finance', 'GET', '/margin?from=2026-12-01');
  assert.deepEqual(none.body.rows, []);
}); // prettier-ignore

test('every list is a file with the time of its figures in the name, for whom the list is', async () => {
  const paths = [
    '/orders/export', '/problems/export', '/accounts/export', '/accounts/orders/export', '/reconcile/export', '/reconcile/orphans/export',
    '/margin/export', '/periods/2026-11/export',
  ];
  for (const path of paths) {
    const url = `/api/v1${path}?language=de`;
    const answer = await world.ask('finance', 'GET', url);
    assert.equal(answer.statusCode, 200, `${path}: ${answer.body}`);
    assert.match(String(answer.headers['content-disposition']), /filename="reentry-[a-z0-9-]+-2026-12-08T1200Z\.csv"/);
    assert.ok(answer.body.startsWith('\u{feff}'), path);
    const book = await world.ask('finance', 'GET', `${url}&format=xlsx`);
    assert.equal(book.rawPayload.subarray(0, 2).toString(), 'PK', path);
    const isOpen = path.startsWith('/orders') || path.startsWith('/problems');
    assert.equal((await world.ask('ops', 'GET', url)).statusCode, isOpen ? 200 : 403, path);
  }
  const { body } = await world.ask('viewer', 'GET', '/api/v1/orders/export?language=de&verdict=closed');
  const list = await world.ask('viewer', 'GET', '/api/v1/orders?verdict=closed');
  assert.equal(body.trimEnd().split('\r\n').length - 1, list.json<{ rows: unknown[] }>().rows.length, 'by the filter of the page');
  const all = await world.ask('viewer', 'GET', '/api/v1/orders/export?language=de');
  assert.match(all.body, /T-1;shop\/1;shop;[^\r]*;59,90;59,90;/);
}); // prettier-ignore
