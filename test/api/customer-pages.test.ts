/** The customers' pages: links, requests, withdrawals in two steps with an acknowledgement at once, nothing told to strangers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { createHmac } from 'node:crypto';
import { makeCustomerToken } from '../../src/api/customer/customer-link.ts';
import { changeConnectionSecrets } from '../../src/store/connection-secrets.ts';
import type { DeskOrderAnswer } from '../../src/wire/api-returns.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
let world: ApiWorld;
/** Saturday 7 November 2026, 21:14 in Berlin. */
let now = Date.parse('2026-11-07T20:14:00Z');

const billing = {
  first_name: 'Jana',
  last_name: 'Müller',
  email: 'jana@example.com',
  company: '',
  postcode: '20359',
};
const shoes = {
  billing, total: '119.80', total_tax: '19.12', meta_data: [{ key: '_order_language', value: 'de_DE' }],
  line_items: [{ id: 11, name: 'Laufschuh <42>', product_id: 7, variation_id: 0, quantity: 2, tax_class: '', sku: 'SHOE-42', subtotal: '100.68', subtotal_tax: '19.12', total: '100.68', total_tax: '19.12', taxes: [], meta_data: [] }],
}; // prettier-ignore

before(async () => {
  world = await openApiWorld(databases, {
    now: () => now, policy: { zone: 'Europe/Berlin', shopName: 'Laufladen', returnAddress: 'Laufladen, Weg 1, 20359 Hamburg' },
    limits: { requestsPerMinute: 100_000 },
  }); // prettier-ignore
  for (const id of [1, 2, 3]) await world.addOrder(id, shoes);
  await world.addOrder(4, { ...shoes, billing: { ...billing, company: 'Firma GmbH' }, meta_data: [{ key: '_billing_vat_id', value: 'DE123456789' }] }); // prettier-ignore
});
after(() => world.close());

let visitor = 0;
const get = (url: string): Promise<LightMyRequestResponse> => world.app.inject({ method: 'GET', url, remoteAddress: `198.51.100.${++visitor % 250}` }); // prettier-ignore
const post = (url: string, form: Record<string, string>): Promise<LightMyRequestResponse> =>
  world.app.inject({
    method: 'POST', url, payload: new URLSearchParams(form).toString(), remoteAddress: `198.51.100.${++visitor % 250}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }); // prettier-ignore
const baseOf = (id: number): string =>
  `/my-return/o/${makeCustomerToken(world.seal, `shop/${id}`, now + 86_400_000)}`;
const fieldsOf = (page: string): Record<string, string> =>
  Object.fromEntries([...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((match) => [match[1]!, match[2]!])); // prettier-ignore
const desk = async (id: number): Promise<DeskOrderAnswer> => (await world.ask('support', 'GET', `/api/v1/orders/T-${id}/returns`)).json(); // prettier-ignore
type Mail = { readonly kind: string; readonly status: string; readonly waitMs: number; readonly to: readonly string[]; readonly text: string }; // prettier-ignore
async function mailsOf(subjectKey: string): Promise<Mail[]> {
  const { rows } = await world.db.pool.query<{ id: string; kind: string; status: string; waitMs: number; sealed: Buffer }>(
    `select notice_id as id, kind, status, sealed_content as sealed,
       extract(epoch from not_before_at - queued_at)::float * 1000 as "waitMs"
     from notices where subject_key = $1 order by notice_id`,
    [subjectKey],
  );
  return rows.map(({ id, sealed, ...row }) => {
    const content = world.seal.open(`notice/${subjectKey}/${id}`, sealed).toString();
    return { ...row, ...(JSON.parse(content) as Pick<Mail, 'to' | 'text'>) };
  });
} // prettier-ignore

test('a guest withdraws from 1 unit of 2: declared, confirmed, acknowledged at once on the page and by mail', async () => {
  const base = baseOf(1);
  const form = await get(`${base}/withdraw`);
  assert.match(form.body, /Vertrag hier widerrufen/);
  const declared = await post(`${base}/withdraw`, { ...fieldsOf(form.body), 'units:SHOE-42': '1' });
  assert.match(declared.body, /Widerruf bestätigen/);
  assert.deepEqual((await desk(1)).returns, [], 'declaring alone stores nothing');
  const done = await post(`${base}/withdraw/confirm`, fieldsOf(declared.body));
  assert.equal(done.statusCode, 200, done.body);
  for (const said of [
    '1 × Laufschuh &lt;42&gt; (SHOE-42)',
    'Jana Müller, jana@example.com',
    'Samstag, 7. November 2026 um 21:14 MEZ',
    '21. November 2026',
  ])
    // prettier-ignore
    assert.ok(done.body.includes(said), said);
  const [mail] = await mailsOf('shop/1');
  assert.deepEqual([mail?.kind, mail?.to, mail?.status], ['customer.withdrawal-received', ['jana@example.com'], 'waiting']); // prettier-ignore
  for (const said of ['1 × Laufschuh <42> (SHOE-42)', 'Samstag, 7. November 2026 um 21:14 MEZ', '21. November 2026']) assert.ok(mail!.text.includes(said), said); // prettier-ignore
  // Queued with the decision; the outbox is looked through every few seconds.
  assert.ok(mail!.waitMs < 1000);
  const order = await desk(1);
  const [own] = order.returns;
  assert.deepEqual([own?.kind, own?.stage, own?.legalOn, own?.isWithheld], ['withdrawal', 'withdrawn', '2026-11-21', true]); // prettier-ignore
  assert.ok(!own!.steps.some((step) => step.step === 'approve' || step.step === 'reject'));
  const right = await world.ask('support', 'POST', '/api/v1/orders/T-1/returns/reject', { version: order.version, rma: own!.rma, why: 'too late' }); // prettier-ignore
  assert.equal(right.json<{ refusal: { reason: string } }>().refusal.reason, 'withdrawal-is-a-right');
});

test('confirmed twice by an impatient finger, it is one withdrawal and one mail', async () => {
  const base = baseOf(2);
  const form = await get(`${base}/withdraw`);
  const declared = await post(`${base}/withdraw`, { ...fieldsOf(form.body), 'units:SHOE-42': '2' });
  const sent = await Promise.all([1, 2].map(() => post(`${base}/withdraw/confirm`, fieldsOf(declared.body))));
  assert.deepEqual(sent.map((one) => one.statusCode), [200, 200]); // prettier-ignore
  const { returns } = await desk(2);
  assert.deepEqual(returns.map((one) => one.wholeOrder), [true]); // prettier-ignore
  assert.equal((await mailsOf('shop/2')).length, 1);
  const status = await get(base);
  assert.match(status.body, /119,80/);
  assert.match(status.body, /Versandnachweis/);
});

test('a request is made, shown with what to do next, and proof of dispatch is taken', async () => {
  const base = baseOf(3);
  const form = await get(`${base}/request?lang=en`);
  const sent = await post(`${base}/request?lang=en`, { ...fieldsOf(form.body), 'units:SHOE-42': '1', reason: 'too_small', wish: 'exchange' }); // prettier-ignore
  assert.equal(sent.statusCode, 303, sent.body);
  const [own] = (await desk(3)).returns;
  assert.deepEqual([own?.stage, own?.reason, own?.wish], ['requested', 'too_small', 'exchange']);
  const { version } = await desk(3);
  await world.ask('support', 'POST', '/api/v1/orders/T-3/returns/approve', { version, rma: own!.rma });
  const page = await get(`${base}?lang=en`);
  assert.ok(page.body.includes('Laufladen<br>Weg 1<br>20359 Hamburg') && page.body.includes(own!.rma));
  await post(`${base}/sent?lang=en`, { rma: own!.rma, tracking: '00340434' });
  assert.match((await get(`${base}?lang=en`)).body, /proof of dispatch of/);
  assert.deepEqual((await mailsOf('shop/3')).map((mail) => mail.kind).sort(), ['customer.request-received', 'customer.return-approved']); // prettier-ignore
  const none = await post(`${base}/request?lang=en`, { 'units:SHOE-42': '2' });
  assert.deepEqual([none.statusCode, /not in a return already/.test(none.body)], [409, true]);
});

test('a business has no legal date and is offered no withdrawal', async () => {
  const base = baseOf(4);
  assert.doesNotMatch((await get(base)).body, /widerrufen/i);
  const { version } = await desk(4);
  const refused = await world.ask('support', 'POST', '/api/v1/orders/T-4/returns/withdraw', { version });
  assert.equal(refused.json<{ refusal: { reason: string } }>().refusal.reason, 'not-a-consumer');
});

test('asking for a link says the same whether there is such an order or not, and mails only who placed it', async () => {
  const ask = (order: string, email: string) => post('/my-return/link?lang=en', { order, email });
  const answers = [await ask('T-3', 'jana@example.com'), await ask('T-3', 'eve@example.com'), await ask('T-99', 'jana@example.com')]; // prettier-ignore
  assert.equal(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size, 1);
  for (
    let wait = 0;
    wait < 200 && !(await mailsOf('shop/3')).some((mail) => mail.kind === 'customer.status');
    wait++
  )
    await new Promise((resolve) => setTimeout(resolve, 10));
  const links = (await mailsOf('shop/3')).filter((mail) => mail.kind === 'customer.status');
  assert.deepEqual(links.map((mail) => mail.to), [['jana@example.com']]); // prettier-ignore
  const url = /https?:\/\/\S+/.exec(links[0]!.text)![0];
  assert.match((await get(new URL(url).pathname)).body, /T-3/);
});

test('a link opens one order only, and none when it was changed or is too old', async () => {
  const token = makeCustomerToken(world.seal, 'shop/1', now + 1000);
  assert.equal((await get(`/my-return/o/${token}`)).statusCode, 200);
  const other = Buffer.from(Buffer.from(token.split('.')[0]!, 'base64url').toString().replace('shop/1', 'shop/2')).toString('base64url'); // prettier-ignore
  for (const bad of [
    `${other}.${token.split('.')[1]}`,
    makeCustomerToken(world.seal, 'shop/1', now - 1000),
    'x',
    `${token}x`,
  ])
    // prettier-ignore
    assert.equal((await get(`/my-return/o/${bad}`)).statusCode, 410);
});

test('a withdrawal without a link is acknowledged at once, and filed under its order as of then', async () => {
  await world.addOrder(5, shoes);
  const declare = async (given: Record<string, string>): Promise<LightMyRequestResponse> => {
    const confirm = await post('/my-return/withdraw?lang=de', given);
    assert.match(confirm.body, /Widerruf bestätigen/);
    return post('/my-return/withdraw/confirm?lang=de', fieldsOf(confirm.body));
  };
  const known = await declare({
    name: 'Jana Müller',
    order: 'T-5',
    email: 'jana@example.com',
    what: 'whole',
  });
  const unknown = await declare({
    name: 'Jana Müller',
    order: 'T-55',
    email: 'jana@example.com',
    what: 'whole',
  });
  assert.equal(known.body.replaceAll('T-5', 'X'), unknown.body.replaceAll('T-55', 'X'));
  assert.match(known.body, /Samstag, 7\. November 2026 um 21:14 MEZ/);
  const declaredAt = now;
  now += 3_600_000;
  assert.equal(await world.fileDeclarations(), 2);
  const [own] = (await desk(5)).returns;
  assert.deepEqual([own?.wholeOrder, own?.openedAt, own?.legalOn], [true, new Date(declaredAt).toISOString(), '2026-11-21']); // prettier-ignore
  const open = (await world.ask('support', 'GET', '/api/v1/desk/declarations')).json<{ rows: { id: string; order: string }[] }>(); // prettier-ignore
  assert.deepEqual(open.rows.map((row) => row.order), ['T-55']); // prettier-ignore
  const problems = (await world.ask('support', 'GET', '/api/v1/problems?code=orphan-object')).json<{ rows: { owner: string }[] }>(); // prettier-ignore
  assert.deepEqual(problems.rows.map((row) => row.owner), ['support']); // prettier-ignore
  await world.addOrder(6, shoes);
  const filed = await world.ask('support', 'POST', `/api/v1/desk/declarations/${open.rows[0]!.id}/file`, {
    order: 'T-6',
  });
  assert.deepEqual(filed.json(), { orderKey: 'shop/6', rma: 'RMA-T-6-1' });
  assert.equal((await world.ask('support', 'GET', '/api/v1/problems?code=orphan-object')).json<{ rows: unknown[] }>().rows.length, 0); // prettier-ignore
});

test('pages are small, without script, not indexed, and not held by any cache', async () => {
  const pages = [
    '/my-return',
    '/my-return/withdraw',
    baseOf(1),
    `${baseOf(3)}/withdraw`,
    '/my-return/style.css',
  ];
  for (const url of pages) {
    const { body, headers } = await get(url);
    assert.ok(body.length < 50_000, `${url}: ${body.length}`);
    assert.doesNotMatch(body, /<script|javascript:|\son[a-z]+=|style="/i);
    assert.match(String(headers['x-robots-tag']), /noindex/);
    if (!url.endsWith('.css')) assert.equal(headers['cache-control'], 'no-store');
  }
});

test('a flood from one address is told to wait, on a page', async () => {
  const send = () => world.app.inject({ method: 'POST', url: '/my-return/link?lang=en', payload: 'order=1&email=a@b.c', remoteAddress: '203.0.113.77', headers: { 'content-type': 'application/x-www-form-urlencoded' } }); // prettier-ignore
  let last = await send();
  for (let index = 0; index < 30 && last.statusCode !== 429; index++) last = await send();
  assert.deepEqual([last.statusCode, /wait a minute/.test(last.body)], [429, true]);
});

test('the shop’s own signature opens the pages of the order it names', async () => {
  await changeConnectionSecrets(world.db, world.seal, 'shop', { customerPages: 'a-long-enough-secret' });
  const time = String(Math.floor(now / 1000));
  const sign = (text: string): string =>
    createHmac('sha256', 'a-long-enough-secret').update(text).digest('hex');
  const good = await get(
    `/my-return/from-shop?connection=shop&order=1&time=${time}&signature=${sign(`shop.1.${time}`)}`,
  );
  assert.match(String(good.headers.location), /^\/my-return\/o\//);
  const bad = await get(
    `/my-return/from-shop?connection=shop&order=2&time=${time}&signature=${sign(`shop.1.${time}`)}`,
  );
  assert.match(String(bad.headers.location), /^\/my-return\?/);
});
