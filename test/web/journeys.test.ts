/** One journey per role, as people walk them, over one company: finance, ops at the table, an admin, a customer without script. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { makeSecret } from '../../src/api/access.ts';
import { makeCustomerToken } from '../../src/api/customer/customer-link.ts';
import { teamOfCommand } from '../../src/engine/plan-order.ts';
import type { StepWish } from '../../src/kernel/desk-step.ts';
import type { CommandKind } from '../../src/kernel/plan.ts';
import { createSession } from '../../src/store/accounts.ts';
import { listCommands, listCommandsByStatus } from '../../src/store/commands.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import { listOpenAccounts } from '../../src/store/list-accounts.ts';
import { listOrders } from '../../src/store/list-orders.ts';
import { listProblems } from '../../src/store/list-problems.ts';
import { listFacts } from '../../src/store/order-inputs.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import type { DeskOrderAnswer } from '../../src/wire/api-returns.ts';
import { photoBytesMax } from '../../src/wire/photo-limits.ts';
import type { Role } from '../../src/wire/roles.ts';
import { useConsole } from './console-world.ts';

// A month has to be over to be closed; two people approve above 5 euros; some fixes wait for people.
const approved = { mode: 'approve', watch: 'on' } as const;
const world = useConsole({
  days: 30,
  ordersPerDay: 2,
  policy: { secondApproval: 500, controls: { 'refund-settled': approved, 'refund-credited': approved } },
});
/** Orders of the company that each journey has for itself. */
let orders: Orders = undefined as never;
type Orders = {
  readonly refund: string;
  readonly parcel: string;
  readonly customer: string;
  readonly other: string;
  readonly shared: string;
  readonly broken: string;
};

/** Chosen by the first who asks: the company is there only then. */
async function chooseOrders(): Promise<void> {
  if (orders !== undefined) return;
  const { rows } = await world.db.pool.query<{ key: string; units: number }>(
    `select s.order_key as key, max((u ->> 'shipped')::int) as units
     from order_states s cross join jsonb_array_elements(s.state -> 'units') as u
     where not s.is_return group by s.order_key having max((u ->> 'shipped')::int) > 0 order by 2 desc, 1`,
  );
  assert.ok(rows.length >= 6 && rows[0]!.units >= 2, 'the company sold enough that stayed away');
  const [parcel, refund, customer, other, shared, broken] = rows.map((row) => row.key);
  orders = {
    parcel: parcel!,
    refund: refund!,
    customer: customer!,
    other: other!,
    shared: shared!,
    broken: broken!,
  };
}

beforeEach(chooseOrders);

/** A decision of somebody of a role, as if made at the desk before. */
async function decide(role: Role, orderKey: string, wish: StepWish): Promise<string> {
  const by = { by: `user/${world.users[role].userId}`, as: 'staff' } as const;
  const decided = await world.service.decide({ orderKey, wish, by });
  assert.ok(decided.ok, JSON.stringify(decided));
  // Returns are found by their number once the order is folded.
  await world.service.engine().drain();
  return decided.rma ?? decided.agreement ?? '';
}

/** Asks the API with the session of a role, as a page would. */
async function ask(role: Role, method: string, path: string, body?: object): Promise<{ status: number; body: never }> {
  const { secret, hash } = makeSecret();
  await createSession(world.db, { hash, userId: world.users[role].userId, lifeMs: 3_600_000, client: 'test' });
  const cookie = `reentry=${secret}`;
  const session = await fetch(`${world.address}/api/v1/session`, { headers: { cookie } });
  const { csrf } = (await session.json()) as { csrf: string };
  const answer = await fetch(`${world.address}/api/v1${path}`, {
    method, headers: { cookie, 'x-csrf-token': csrf, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as never };
} // prettier-ignore

const said = (page: Page, text: string | RegExp): Promise<void> =>
  page.getByRole('status').filter({ hasText: text }).first().waitFor({ state: 'attached' });
const itemOf = async (orderKey: string): Promise<{ sku: string; shipped: number }> => {
  const open = await world.service.openOrder(orderKey);
  return open!.state.units.toSorted((left, right) => right.shipped - left.shipped)[0]!;
};

test('finance approves a refund as second person; who agreed it, and support, cannot', async () => {
  await decide('support', orders.refund, { step: 'refund', refund: { amountMinor: 1000, purpose: 'price' }, totalMinor: 1000 });
  const path = `/desk?order=${encodeURIComponent(orders.refund)}`;
  const support = await world.open('support', path);
  await support.getByText('1 of 2 approvals').waitFor();
  assert.equal(await support.getByRole('button', { name: 'Approve the refund' }).count(), 0);
  const { body: desk } = await ask('support', 'GET', `/orders/${encodeURIComponent(orders.refund)}/returns`);
  const { version, agreements } = desk as { version: string; agreements: { agreement: string }[] };
  const step = `/orders/${encodeURIComponent(orders.refund)}/returns/approve-refund`;
  const { agreement } = agreements[0]!;
  assert.equal((await ask('support', 'POST', step, { version, agreement })).status, 403);

  const page = await world.open('finance', path);
  await page.getByRole('button', { name: 'Approve the refund' }).click();
  await page.getByText('Ready to be made').waitFor();
  const trail = await listAudit(world.db, orders.refund);
  assert.ok(trail.some((entry) => entry.action === 'return.approve-refund' && entry.actor === `user/${world.users.finance.userId}`));
}); // prettier-ignore

test('finance puts money without an order where it belongs, and the account closes', async () => {
  const [open] = (await listOpenAccounts(world.db, { controls: ['refund-settled'], side: 'left' })).rows;
  assert.ok(open !== undefined, 'the company has a refund that no money is seen of');
  await addGatewayRefund('re_astray', 'ch_of_nobody', open.left - open.right, new Date(world.sandbox.now()).toISOString());
  const page = await world.open('finance', '/finance?show=orphans');
  await page.getByRole('row').filter({ hasText: 're_astray' }).click();
  await page.getByRole('radio', { name: `Order ${open.number}` }).check();
  await page.getByLabel('Why').fill('The bank statement names this order');
  await page.getByRole('button', { name: `It belongs to order ${open.number}` }).click();
  await said(page, `Put under order ${open.number}.`);
  await world.catchUp();
  const facts = await listFacts(world.db, open.orderKey);
  assert.ok(facts.some((fact) => fact.type === 'match.confirmed'));
  const after = (await listOpenAccounts(world.db, { controls: ['refund-settled'] })).rows;
  assert.equal(after.find((row) => row.orderKey === open.orderKey), undefined, 'balanced to the cent');
}); // prettier-ignore

test('a month is prepared by one, signed by another, and a late fact opens it again in sight of all', async () => {
  const page = await world.open('finance', '/finance?view=close&period=2026-10');
  await page.getByRole('button', { name: 'Prepare for signature' }).click();
  await page.getByText('You prepared it, so somebody else must sign it.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign', exact: true }).count(), 0);
  const reviewer = await world.open('admin', '/finance?view=close&period=2026-10');
  await reviewer.getByRole('button', { name: 'Sign', exact: true }).click();
  await reviewer.getByText('Nothing has changed since.').waitFor();

  const late = (await listOpenAccounts(world.db, { controls: ['refund-settled'], side: 'left' })).rows.find((row) => row.sinceAt! < '2026-10-31');
  assert.ok(late !== undefined, 'a refund of October still waits for its money');
  const captured = (await listFacts(world.db, late.orderKey)).find((fact) => fact.type === 'payment.captured' && fact.objectKey.startsWith('stripe'));
  const { reference } = captured!.body as { reference: string };
  await addGatewayRefund('re_late', reference, late.left - late.right, '2026-10-31T12:00:00Z');
  await page.goto(`${world.address}/console/finance?view=close&period=2026-10`);
  const changes = page.getByRole('table', { name: 'Adjustments since it was signed' });
  await changes.getByRole('link', { name: late.number }).first().waitFor();
  await page.getByText('Open again').first().waitFor();
  await page.getByRole('button', { name: 'Prepare again, with the adjustments' }).waitFor();
}); // prettier-ignore

async function addGatewayRefund(id: string, charge: string, amount: number, at: string): Promise<void> {
  const body = { id, object: 'refund', amount, currency: 'eur', status: 'succeeded', charge, created: Math.floor(Date.parse(at) / 1000), metadata: {} };
  const readStartedAt = new Date(world.sandbox.now()).toISOString();
  await storeObservations(world.db, [{ connection: 'stripe', kind: 'refund', id, body, readStartedAt, via: 'fetch' }]);
  await world.catchUp();
} // prettier-ignore

test('ops receives a parcel by scanner on a tablet, grades one unit damaged and restocks one', async () => {
  const { sku } = await itemOf(orders.parcel);
  const units = [{ sku, quantity: 2 }];
  const rma = await decide('support', orders.parcel, { step: 'request', units });
  await decide('support', orders.parcel, { step: 'approve', rma });
  const page = await world.open('ops', '/desk', { viewport: { width: 820, height: 1180 }, hasTouch: true });
  await page.getByRole('searchbox', { name: 'Scan or type' }).waitFor();
  // A scanner types into whatever has the focus, and ends with Enter.
  const scan = async (code: string): Promise<void> => {
    await page.keyboard.type(code);
    await page.keyboard.press('Enter');
  };
  await scan(rma);
  await page.getByRole('heading', { name: /^Order / }).waitFor();
  const table = page.getByRole('row').filter({ hasText: sku }).locator('output');
  await scan(sku);
  await table.getByText('1').waitFor();
  await scan(sku);
  await table.getByText('2').waitFor();
  await page.getByRole('button', { name: 'Count what lies here (2)' }).click();
  await said(page, '2 units counted');
  await page.getByRole('button', { name: 'Grade differently' }).click();
  await page.getByLabel('Condition').nth(1).selectOption({ label: 'Damaged on the way' });
  assert.equal(await page.getByLabel('What happens to it').nth(1).inputValue(), 'scrap', 'what that usually means is proposed');
  // The other was opened: it goes on hold first, and for sale once somebody has looked at it again.
  await page.getByLabel('Condition').first().selectOption({ label: 'Opened' });
  await page.getByRole('button', { name: 'Inspect (2)' }).click();
  await said(page, '2 units inspected');
  const release = page.getByRole('form', { name: 'Release from quarantine' });
  await release.getByLabel('Condition').selectOption({ label: 'Like new' });
  await release.getByRole('button', { name: 'Release from quarantine (1)' }).click();
  await said(page, '1 unit released');
  await page.getByText('Ops one').first().waitFor();
  await world.catchUp();
  const graded = (await listFacts(world.db, orders.parcel)).filter((fact) => fact.type === 'goods.inspected');
  const seen = graded.map((fact) => fact.body as { quantity: number; disposition: string });
  assert.deepEqual(seen.map((one) => [one.disposition, one.quantity]).sort(), [['quarantine', 1], ['restock', 1], ['scrap', 1]]);
}); // prettier-ignore

test('what came broken is photographed and written off, and something dearer goes out instead', async () => {
  const { sku } = await itemOf(orders.broken);
  const units = [{ sku, quantity: 1 }];
  const rma = await decide('support', orders.broken, { step: 'request', units });
  await decide('support', orders.broken, { step: 'approve', rma });
  await decide('ops', orders.broken, { step: 'receive', rma, units });
  const path = `/desk?order=${encodeURIComponent(orders.broken)}&rma=${rma}`;
  const ops = await world.open('ops', path, { viewport: { width: 820, height: 1180 }, hasTouch: true });
  await ops.getByRole('button', { name: 'Write off' }).click();
  const form = ops.getByRole('dialog', { name: 'Write off?' });
  await form.locator('input[type=file]').setInputFiles([
    { name: 'crack.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64') },
    { name: 'huge.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(photoBytesMax + 1) },
  ]);
  await form.getByRole('alert').getByText('larger than 5 MB').waitFor();
  assert.equal(await form.getByRole('img', { name: /^Photo/ }).count(), 1);
  assert.equal(await form.getByRole('button', { name: 'Write off' }).isDisabled(), true, 'not without a count');
  await form.getByLabel(sku).fill('1');
  for (const button of await form.getByRole('button').all()) assert.ok((await button.boundingBox())!.height >= 44);
  await form.getByRole('button', { name: 'Write off' }).click();
  await said(ops, 'Done: Write off');
  assert.equal(await ops.getByRole('button', { name: 'Agree an exchange' }).count(), 0, 'support agrees on that');

  const support = await world.open('support', path);
  const card = support.getByRole('article').filter({ hasText: rma });
  await card.getByText(/^Not possible now/).click();
  await card.getByText(/^Approve, Customer keeps it, .+: ./).waitFor();
  await card.getByRole('button', { name: 'Agree an exchange' }).click();
  const exchange = support.getByRole('dialog', { name: 'Agree an exchange' });
  await exchange.getByLabel('Goes out instead').fill('NEW-1');
  await exchange.getByLabel('Price of the new one').selectOption('dearer');
  await exchange.getByLabel('Difference in EUR').fill('5.00');
  await exchange.getByRole('button', { name: 'Agree an exchange' }).click();
  await said(support, 'Done: Agree an exchange');
  assert.equal(await support.getByRole('button', { name: 'Write off' }).count(), 0, 'goods are for ops');

  const of = `/orders/${encodeURIComponent(orders.broken)}`;
  const { returns, entries } = (await ask('ops', 'GET', `${of}/returns`)).body as DeskOrderAnswer;
  const { rows: photos } = (await ask('ops', 'GET', `${of}/photos`)).body as { rows: { photoId: string }[] };
  assert.equal(photos.length, 1);
  assert.deepEqual(returns.find((one) => one.rma === rma)!.units[0]!.graded, { scrap: 1 });
  const writeOff = entries.find((entry) => entry.step === 'write-off')!;
  assert.deepEqual(writeOff.photos, [photos[0]!.photoId]);
  await world.service.engine().drain();
  const agreed = (await listFacts(world.db, orders.broken)).find((fact) => fact.type === 'exchange.agreed')!;
  const { newSku, quantity, difference } = agreed.body as { newSku: string; quantity: number; difference: object };
  assert.deepEqual([newSku, quantity, difference], ['NEW-1', 1, { minor: 500, currency: 'EUR' }]);
}); // prettier-ignore

test('an admin connects a shop with a wrong key and is told what is wrong, and nothing of the key', async () => {
  const page = await world.open('admin', '/connections');
  await page.getByRole('button', { name: 'Connect a system' }).click();
  const form = page.getByRole('dialog', { name: 'Connect a system' });
  await form.getByLabel('System', { exact: true }).selectOption('woocommerce');
  await form.getByLabel('Name here').fill('shop-two');
  await form.getByLabel(/^Address of the shop/).fill(world.sandbox.woocommerce.baseUrl);
  await form.getByLabel(/^Consumer key/).fill('ck_wrong');
  await form.getByLabel(/^Consumer secret/).fill('cs_wrong_secret');
  await form.getByLabel(/^Private networks/).fill('127.0.0.0/8');
  await form.getByRole('button', { name: 'Save and test' }).click();
  await form.getByText('It is stored, but it does not work yet.').waitFor();
  const told = await form.locator('li[data-state=failed]').allInnerTexts();
  assert.match(told.join(' '), /key|login|credential/i);
  assert.doesNotMatch(await page.content(), /cs_wrong_secret(?!")/);
  for (const role of ['viewer', 'support', 'ops', 'finance'] as const)
    assert.equal((await ask(role, 'PUT', '/connections/shop-two', { connector: 'woocommerce' })).status, 403, role);
}); // prettier-ignore

test('a customer asks for a return, withdraws from the rest and reads the status, with script off', async () => {
  const expires = world.sandbox.now() + 86_400_000;
  const base = (orderKey: string): string => `${world.address}/my-return/o/${makeCustomerToken(world.seal, orderKey, expires)}`;
  const context = await world.browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${base(orders.customer)}?lang=en`);
    await page.getByRole('link', { name: 'Return something' }).click();
    await page.locator('select[name^="units:"]').first().selectOption('1');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText('We have your request').first().waitFor();
    await page.goto(`${base(orders.other)}/withdraw?lang=en`);
    await page.locator('select[name^="units:"]').first().selectOption('1');
    await page.getByRole('button', { name: 'Next: look at it and confirm' }).click();
    await page.getByRole('button', { name: 'Confirm withdrawal' }).click();
    await page.getByText('We have received your withdrawal').first().waitFor();
    const number = (await world.service.openOrder(orders.other))!.state.order;
    await page.goto(`${base(orders.other)}?lang=en`);
    await page.getByText(/Withdrawal .+/).first().waitFor();
    const text = await page.locator('body').innerText();
    assert.match(text, new RegExp(number));
    const own = await world.service.openOrder(orders.customer);
    assert.doesNotMatch(text, new RegExp(own!.state.order), 'a link shows one order only');
    assert.equal(await page.locator('script').count(), 0);

    // The signature of one order opens no other, and a session of nobody opens nothing of the API.
    const [payload, signature] = makeCustomerToken(world.seal, orders.other, expires).split('.') as [string, string];
    const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace(orders.other, orders.customer)).toString('base64url');
    const answer = await fetch(`${world.address}/my-return/o/${forged}.${signature}`);
    assert.ok(answer.status >= 400);
    assert.doesNotMatch(await answer.text(), new RegExp(own!.state.order));
    assert.equal((await fetch(`${world.address}/api/v1/orders/${encodeURIComponent(orders.other)}`)).status, 401);
  } finally {
    await context.close();
  }
}); // prettier-ignore

test('a viewer writes nothing, on the page or by the API', async () => {
  const [order] = (await listOrders(world.db, { isReturn: true })).rows;
  const key = encodeURIComponent(order!.orderKey);
  const { rows } = (await ask('viewer', 'GET', '/problems')).body as { rows: { id: string; version: number }[] };
  const writes: readonly (readonly [string, string, object])[] = [
    ['POST', `/problems/${encodeURIComponent(rows[0]!.id)}/dismiss`, { version: rows[0]!.version, reason: 'a test' }],
    ['POST', `/orders/${key}/returns/request`, { version: '', units: [{ sku: 'x', quantity: 1 }] }],
    ['POST', `/orders/${key}/returns/approve-refund`, { version: '', agreement: 'x' }],
    ['POST', `/reconcile/${key}/accept`, { version: '', problem: 'x', reason: 'a test' }],
    ['POST', '/periods/2026-10/prepare', {}],
    ['POST', `/orders/${key}/read-again`, {}],
  ];
  for (const [method, path, body] of writes) assert.equal((await ask('viewer', method, path, body)).status, 403, path);
  const page = await world.open('viewer', '/finance?view=close&period=2026-10');
  await page.getByRole('table', { name: 'Money accounts of the month, with what is carried forward' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /Prepare|Sign/ }).count(), 0);
}); // prettier-ignore

/** Presses Tab until something with this name has the focus, as somebody does who has no mouse. */
async function tabTo(page: Page, name: RegExp, stopsMax = 40): Promise<void> {
  const focused = `(() => {
    const at = document.activeElement;
    const label = at.labels?.[0]?.innerText ?? '';
    return at.getAttribute('aria-label') ?? (label === '' ? at.innerText ?? '' : label);
  })()`;
  const seen: string[] = [];
  for (let stop = 0; stop < stopsMax; stop += 1) {
    await page.keyboard.press('Tab');
    const text = (await page.evaluate<string>(focused)).trim();
    if (name.test(text)) return;
    seen.push(text.slice(0, 30));
  }
  assert.fail(`Tab does not lead to ${name}: ${seen.join(' | ')}`);
}

test('finance accepts a difference and prepares the month by the keyboard alone', async () => {
  const page = await world.open('finance', '/overview');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await page.getByRole('heading', { level: 1, name: 'Finance' }).waitFor();
  await page.getByRole('row').nth(1).waitFor();
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>('document.activeElement.matches("tr")')) break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('complementary').getByText('Difference').first().waitFor();
  const order = new URL(page.url()).searchParams.get('order')!;
  await page.getByRole('button', { name: /^Accept/ }).first().waitFor();
  await tabTo(page, /^Accept/);
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Why' }).waitFor();
  await page.keyboard.type('The customer agreed to keep it so');
  await tabTo(page, /^Accept/, 3);
  await page.keyboard.press('Enter');
  await said(page, 'The difference is accepted.');
  const trail = await listAudit(world.db, order);
  assert.ok(trail.some((entry) => entry.action === 'reconcile.accepted' && entry.actor === `user/${world.users.finance.userId}`));

  // Back through the tabs of the page to the month.
  await page.locator('h1').evaluate('(heading) => heading.focus()');
  await tabTo(page, /^Reconcile/);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('navigation', { name: 'Months, newest first' }).waitFor();
  await tabTo(page, /^October 2026/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Prepare/ }).waitFor();
  await tabTo(page, /^Prepare/);
  await page.keyboard.press('Enter');
  await page.getByText('You prepared it, so somebody else must sign it.').waitFor();
}); // prettier-ignore

test('an order is worked on from its page: a fix is let go by its team alone, records are read again, an event is vouched for', async () => {
  const [fix] = await listCommandsByStatus(world.db, ['planned'], 20);
  assert.ok(fix !== undefined, 'the company has money or books that are to be put right');
  const path = `/orders/${fix.orderKey}?problem=${encodeURIComponent(`${fix.orderKey}~${fix.itemId}`)}`;
  assert.equal(teamOfCommand[fix.kind as CommandKind], 'finance');
  const ops = await world.open('ops', path);
  await ops.getByText('Finance decides on it.').first().waitFor();
  assert.equal(await ops.getByRole('button', { name: 'Approve', exact: true }).count(), 0);

  const page = await world.open('finance', path);
  await page.getByRole('button', { name: 'Approve', exact: true }).first().click();
  await said(page, 'Goes out · 1 of 1');
  const sent = (await listCommands(world.db, [fix.orderKey])).find((one) => one.commandId === fix.commandId);
  assert.deepEqual(sent!.approvals.map((one) => one.by), [`user/${world.users.finance.userId}`]);
  await page.getByRole('button', { name: 'Read again' }).click();
  await said(page, /are being read again/);

  await page.getByRole('button', { name: 'Vouch for an event' }).click();
  const form = page.getByRole('dialog', { name: 'Vouch for an event' });
  await form.getByLabel('What happened').selectOption({ label: 'Parcel lost' });
  await form.getByLabel('Tracking number').fill('00340434161094015902');
  assert.equal(await form.getByRole('button', { name: 'Vouch for it' }).isDisabled(), true, 'not without evidence');
  await form.getByLabel('What proves it').fill('Search result of the carrier of Monday');
  await form.getByRole('button', { name: 'Vouch for it' }).click();
  await said(page, 'Vouched for: Parcel lost');
  await world.catchUp();
  const facts = await listFacts(world.db, fix.orderKey);
  assert.ok(facts.some((fact) => fact.type === 'parcel.lost' && (fact.body as { tracking: string }).tracking === '00340434161094015902'));
  const vouched = facts.find((fact) => fact.type === 'fact.asserted')!.body as { by: string; text: string };
  assert.deepEqual([vouched.by, vouched.text], [`user/${world.users.finance.userId}`, 'Search result of the carrier of Monday']);
}); // prettier-ignore

test('finance accepts a difference from the page of the order; support may only read and comment there', async () => {
  const { rows } = await listProblems(world.db, { team: 'finance', limit: 100 });
  const problem = rows.find((row) => !/^(?:object|sku|connection)\//.test(row.subjectKey))!;
  const path = `/orders/${problem.subjectKey}?problem=${encodeURIComponent(`${problem.subjectKey}~${problem.problemId}`)}`;
  const support = await world.open('support', path);
  await support.getByText('It belongs to another team, so you can read and comment only.').waitFor();
  assert.equal(await support.getByRole('button', { name: 'Accept the difference' }).count(), 0);
  const page = await world.open('finance', path);
  await page.getByRole('button', { name: 'Accept the difference' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Small change, as agreed with the tax adviser');
  await page.getByRole('button', { name: 'Accept the difference' }).last().click();
  await said(page, 'Accepted.');
  await page.getByText('Small change, as agreed with the tax adviser').first().waitFor();
  await world.catchUp();
  const facts = await listFacts(world.db, problem.subjectKey);
  assert.ok(facts.some((fact) => fact.type === 'difference.accepted'));
}); // prettier-ignore

test('two people share a tablet: who counts says so by a PIN, the session stays, money stays out of reach', async () => {
  const own = await world.open('support', '/settings');
  await own.getByLabel('New PIN').fill('4711');
  await own.getByRole('button', { name: 'Set the PIN' }).click();
  await own.getByText('You have a PIN, set on').waitFor();

  const page = await world.open('ops', `/desk?order=${encodeURIComponent(orders.shared)}`, { viewport: { width: 1024, height: 768 } });
  await page.getByRole('heading', { name: /^Order / }).waitFor();
  const cookie = async (): Promise<string> => (await page.context().cookies())[0]!.value;
  const before = await cookie();
  await page.getByRole('button', { name: 'Change person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change person' });
  await dialog.getByRole('radio', { name: 'Support one' }).check();
  await dialog.getByLabel('Your PIN').fill('4712');
  await dialog.getByRole('button', { name: 'Change person' }).click();
  await dialog.getByText('The PIN does not fit').waitFor();
  await dialog.getByLabel('Your PIN').fill('4711');
  await page.keyboard.press('Enter');
  await page.getByText('At the tablet: Support one').first().waitFor({ state: 'attached' });
  assert.equal(await cookie(), before);
  await page.getByRole('button', { name: 'Open a return' }).click();
  const request = page.getByRole('dialog', { name: 'Open a return' });
  await request.getByLabel((await itemOf(orders.shared)).sku).fill('1');
  await request.getByRole('button', { name: 'Open the return' }).click();
  await said(page, /^Opened: RMA-/);
  await page.getByRole('button', { name: 'Approve', exact: true }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
  await said(page, 'Done: Approve');
  assert.equal(await page.getByRole('button', { name: 'Agree a refund' }).count(), 0);
  const entry = (await listAudit(world.db, orders.shared)).find(({ action }) => action === 'return.approve')!;
  assert.equal(entry.actor, `user/${world.users.support.userId}`);
  assert.equal((entry.body as { tabletOf: string }).tabletOf, `user/${world.users.ops.userId}`);
}); // prettier-ignore
