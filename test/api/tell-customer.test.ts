/** Telling a customer over HTTP: shown first, sent once, under the name of who had it sent. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sendNotices } from '../../src/engine/notices/send-notices.ts';
import { openMailChannel, parseSmtpUrl } from '../../src/engine/notices/mail-channel.ts';
import { watchNotices } from '../../src/engine/notices/watch-notices.ts';
import { readOrderInputs } from '../../src/store/order-inputs.ts';
import { startSmtpServer, type SmtpServer } from '../notices/smtp-server.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
const billing = { first_name: 'Jana', last_name: 'Müller', email: 'jana@example.com', phone: '', company: '', address_1: 'Weg 1', postcode: '20359', city: 'Hamburg', country: 'DE' }; // prettier-ignore
let world: ApiWorld;
let smtp: SmtpServer;

before(async () => {
  smtp = await startSmtpServer();
  world = await openApiWorld(databases);
  await world.addOrder(1, { billing });
  await world.addOrder(2, { billing });
  await world.addOrder(3);
});
after(async () => {
  await world.close();
  await smtp.close();
});

type Told = {
  readonly is: string;
  readonly id: string | null;
  readonly text: string;
  readonly code?: string;
};
const tell = async (who: 'support' | 'ops', number: string, body: object): Promise<Told & { readonly status: number }> => {
  const answer = await world.ask(who, 'POST', `/api/v1/orders/${number}/tell`, { template: 'status', ...body });
  return { ...answer.json<Told>(), status: answer.statusCode };
}; // prettier-ignore
const send = async (): Promise<void> => {
  const email = openMailChannel(parseSmtpUrl(smtp.url), 'Returns <returns@shop.example>', {
    timeoutMs: 5000,
  });
  await sendNotices(world.db, { holder: 'test', seal: world.seal, channels: { email } });
};
type Row = {
  readonly subject: string;
  readonly code: string;
  readonly owner: string | null;
  readonly id: string;
};
const problems = async (): Promise<readonly Row[]> => {
  await watchNotices(world.db);
  const { rows } = (await world.ask('support', 'GET', '/api/v1/problems')).json<{ rows: Row[] }>();
  return rows.filter((row) => row.subject.startsWith('notice/'));
};

test('is shown before it is sent, and sent once however often it is asked for', async () => {
  const preview = await tell('support', 'T-1', {});
  assert.deepEqual([preview.status, preview.is, preview.id], [200, 'preview', null]);
  await send();
  assert.equal(smtp.mails.length, 0);
  const first = await tell('support', 'T-1', { apply: true });
  assert.equal(first.is, 'queued');
  assert.notEqual(first.id, null);
  assert.equal((await tell('support', 'T-1', { apply: true })).id, null, 'the same words are the same mail');
  await send();
  assert.deepEqual(smtp.mails.map((mail) => mail.to), [['jana@example.com']]); // prettier-ignore
  assert.ok(smtp.mails[0]!.text.includes(preview.text.split('\n')[0]!));
});

test('the order knows who told the customer', async () => {
  const [inputs] = await readOrderInputs(world.db, ['shop/1']);
  const told = inputs!.deskEntries.filter((entry) => (entry.body as { type?: string }).type === 'customer.told');
  assert.equal(told.length, 1);
  assert.match(told[0]!.madeBy, /^token\//, 'not Reentry: a person had it sent');
}); // prettier-ignore

test('who may not is refused, and where nobody knows an address it is asked for', async () => {
  assert.equal((await tell('ops', 'T-1', { apply: true })).status, 403);
  assert.equal((await tell('support', 'T-3', { apply: true })).code, 'customer-address-unknown');
});

test('what the server refuses is a problem with an owner, until a later mail gets through', async () => {
  smtp.misbehave('refuse-recipient');
  await tell('support', 'T-2', { apply: true });
  await send();
  const [failed, ...others] = await problems();
  assert.deepEqual([failed?.subject, failed?.code, failed?.owner, others.length], ['notice/shop/2', 'notice-failed', 'support', 0]); // prettier-ignore
  assert.equal((await problems()).length, 1, 'looked at again it is the same');
  await tell('support', 'T-2', { apply: true, to: 'jana.mueller@example.com' });
  await send();
  assert.deepEqual(await problems(), []);
});

test('what nobody knows is a problem too, and is not sent again', async () => {
  smtp.misbehave('drop-after-data');
  await tell('support', 'T-3', { apply: true, to: 'x@example.com' });
  await send();
  assert.deepEqual((await problems()).map((row) => [row.subject, row.code]), [['notice/shop/3', 'notice-outcome-unknown']]); // prettier-ignore
});
