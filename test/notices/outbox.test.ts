/** The outbox over real SMTP and HTTP: accepted once, tried again only where surely nothing arrived, never after unknown. */
import assert from 'node:assert/strict';
import { customerTemplates, fillTemplate } from '../../src/engine/notices/customer-templates.ts';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import { openChatChannel } from '../../src/engine/notices/chat-channel.ts';
import { openMailChannel, parseSmtpUrl } from '../../src/engine/notices/mail-channel.ts';
import { queueCustomerMail } from '../../src/engine/notices/queue-customer-mail.ts';
import { sendNotices } from '../../src/engine/notices/send-notices.ts';
import type { Database } from '../../src/store/database.ts';
import { putTemplate } from '../../src/store/notice-templates.ts';
import {
  beginNotice, claimNotices, eraseNotices, listNotices, queueNotice, type NewNotice, type Notice,
} from '../../src/store/notices.ts'; // prettier-ignore
import { readOrderInputs } from '../../src/store/order-inputs.ts';
import { customerKeyOf } from '../../src/store/person-fields.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { startSmtpServer, type SmtpServer } from './smtp-server.ts';

const databases = useTestDatabases();
const seal = createSeal(randomBytes(masterKeyBytes));
let db: Database;
let smtp: SmtpServer;
let web: Server;
let hookUrl = '';
let hookStatus = 200;
const posted: { readonly text?: string; readonly type?: string }[] = [];

before(async () => {
  db = await databases.open();
  smtp = await startSmtpServer();
  web = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posted.push(JSON.parse(body) as object);
      response.writeHead(hookStatus, { 'retry-after': '7' }).end('ok');
    });
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  hookUrl = `http://127.0.0.1:${(web.address() as { port: number }).port}/hooks/secret`;
});
after(async () => {
  await smtp.close();
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
});

const notice = (subjectKey: string, rest: Partial<NewNotice> = {}): NewNotice => ({
  subjectKey, onceKey: 'a', kind: 'digest', channel: 'email',
  content: { to: ['ops@shop.example'], subject: 'Überfällig: 2 Retouren', text: 'Guten Tag,\n.\nzwei Fälle.' }, ...rest,
}); // prettier-ignore

const send = (allowedNetworks: readonly string[] = ['127.0.0.0/8']): Promise<number> =>
  sendNotices(db, {
    holder: 'test', seal,
    channels: {
      email: openMailChannel(parseSmtpUrl(smtp.url), 'Returns <returns@shop.example>', { timeoutMs: 5000 }),
      chat: openChatChannel({ random: () => 0.5, allowedNetworks, timeoutMs: 5000 }),
    },
  }); // prettier-ignore

const only = async (subject: string): Promise<Notice> => {
  const { rows } = await listNotices(db, { subject });
  assert.equal(rows.length, 1);
  return rows[0]!;
};
const makeDue = (subject: string): Promise<unknown> =>
  db.pool.query('update notices set not_before_at = now(), lease_ends_at = null where subject_key = $1', [
    subject,
  ]);

test('a notice queued twice under one key is one mail, with text and subject whole', async () => {
  assert.notEqual(await queueNotice(db, seal, notice('team/ops')), undefined);
  assert.equal(await queueNotice(db, seal, notice('team/ops')), undefined);
  await send();
  assert.equal(smtp.mails.length, 1);
  const [mail] = smtp.mails;
  assert.deepEqual([mail?.headers['subject'], mail?.to], ['Überfällig: 2 Retouren', ['ops@shop.example']]);
  assert.match(mail!.text, /^Guten Tag,\n\.\nzwei Fälle\./);
  assert.equal(mail?.headers['auto-submitted'], 'auto-generated');
  const sent = await only('team/ops');
  assert.deepEqual([sent.status, sent.attemptCount], ['accepted', 1]);
  await makeDue('team/ops');
  await send();
  assert.equal(smtp.mails.length, 1);
});

test('line ends, markup and braces in what a mail is made from are text of that mail and nothing else', async () => {
  const nasty =
    'T-1\r\nBcc: eve@example.com\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script> {{link}}';
  const { text } = customerTemplates.status;
  const filled = fillTemplate(text.en, ['order', 'content'], { order: nasty, content: nasty, link: 'https://secret.example/' }); // prettier-ignore
  assert.ok(filled.is === 'filled');
  const content = { to: ['ops@shop.example'], subject: filled.subject, text: filled.text };
  await queueNotice(db, seal, notice('team/nasty', { content }));
  // And as it would be if a subject came with line ends all the same.
  await queueNotice(db, seal, notice('team/nastier', { content: { ...content, subject: nasty } }));
  await send();
  const mails = smtp.mails.filter((mail) => mail.text.includes('<script>'));
  assert.equal(mails.length, 2);
  for (const mail of mails) {
    assert.deepEqual([mail.to, mail.headers['bcc']], [['ops@shop.example'], undefined]);
    assert.match(String(mail.headers['content-type']), /^text\/plain/);
    assert.ok(mail.text.includes('{{link}}'), 'what a value holds is not filled in again');
  }
});

test('what surely did not arrive is tried again; what may have arrived never is', async () => {
  for (const [how, status] of [
    ['busy', 'waiting'], ['drop-before-data', 'waiting'], ['refuse-recipient', 'dead'], ['drop-after-data', 'unknown'],
  ] as const) {
    const before = smtp.mails.length;
    smtp.misbehave(how);
    await queueNotice(db, seal, notice(`team/${how}`));
    await send();
    const first = await only(`team/${how}`);
    assert.equal(first.status, status, how);
    assert.doesNotMatch(JSON.stringify(first.outcome), /ops@shop/);
    await makeDue(`team/${how}`);
    await send();
    const arrived = smtp.mails.length - before;
    assert.equal(arrived, how === 'refuse-recipient' ? 0 : 1, how);
    assert.equal((await only(`team/${how}`)).status, status === 'waiting' ? 'accepted' : status, how);
  }
}); // prettier-ignore

test('a sender that died while sending leaves an unknown, which is not sent again', async () => {
  const before = smtp.mails.length;
  await queueNotice(db, seal, notice('team/crash'));
  const [claimed] = await claimNotices(db, { holder: 'dead', limit: 1, leaseMs: 60_000 });
  const hold = { subjectKey: 'team/crash', noticeId: claimed!.noticeId, holder: 'dead' };
  assert.equal(await beginNotice(db, hold, 60_000), true);
  await makeDue('team/crash');
  await send();
  assert.deepEqual([(await only('team/crash')).status, smtp.mails.length], ['unknown', before]);
});

test('a customer mail speaks the language of the order, in the wording of the shop, and is a fact once accepted', async () => {
  const orderKey = 'shop/10251';
  await putTemplate(db, { name: 'refund-sent', language: 'de', subject: 'Geld zurück, {{order}}', body: '{{amount}} sind unterwegs.\nRetoure {{rma}}.', version: 0, setBy: 'user/x' });
  const queue = (values: object) =>
    queueCustomerMail(db, seal, {
      orderKey, template: 'refund-sent', language: 'de-AT', values: { order: '10251', ...values },
      to: 'kunde@example.com', onceKey: 'refund/1',
    });
  assert.deepEqual(await queue({}), { is: 'lacking', fields: ['amount'] });
  assert.equal((await queue({ amount: '59,90 €' })).is, 'queued');
  const facts = async (): Promise<unknown[]> =>
    (await readOrderInputs(db, [orderKey]))[0]!.deskEntries.map((entry) => entry.body);
  assert.deepEqual(await facts(), []);
  await send();
  const mail = smtp.mails.at(-1)!;
  assert.deepEqual([mail.headers['subject'], mail.text.trim()], ['Geld zurück, 10251', '59,90 € sind unterwegs.']);
  const { noticeId } = await only(orderKey);
  assert.deepEqual(await facts(), [{ type: 'customer.told', what: 'refunded', notice: noticeId }]);
  // Kept content goes with the customer.
  await eraseNotices(db, customerKeyOf(seal, 'Kunde@example.com'));
  const { rows } = await db.pool.query('select sealed_content from notices where subject_key = $1', [orderKey]);
  assert.deepEqual(rows, [{ sealed_content: null }]);
}); // prettier-ignore

test('chat gets the form it wants; a private address is refused, a server error is not repeated', async () => {
  const chat = (subject: string, format: 'slack' | 'teams') =>
    queueNotice(db, seal, notice(subject, { channel: 'chat', content: { to: [hookUrl], subject: 'Two <late>', text: 'a & b', format } }));
  await chat('team/slack', 'slack');
  await chat('team/teams', 'teams');
  await send();
  assert.deepEqual(posted.map((body) => body.text ?? body.type).sort(), ['*Two &lt;late&gt;*\na &amp; b', 'message']);
  await chat('team/private', 'slack');
  await send([]);
  const refused = await only('team/private');
  assert.deepEqual([refused.status, posted.length], ['dead', 2]);
  assert.doesNotMatch(JSON.stringify(refused.outcome), /secret/);
  for (const [status, expected] of [[503, 'unknown'], [429, 'waiting'], [404, 'dead']] as const) {
    hookStatus = status;
    await chat(`team/${status}`, 'slack');
    await send();
    assert.equal((await only(`team/${status}`)).status, expected);
  }
}); // prettier-ignore

test('an address of a mail server is read strictly', () => {
  assert.deepEqual(parseSmtpUrl('smtp://me%40x:p%3A@mail.example'), {
    host: 'mail.example', port: 587, secure: false, plain: false, auth: { user: 'me@x', pass: 'p:' },
  }); // prettier-ignore
  assert.equal(parseSmtpUrl('smtps://mail.example').port, 465);
  for (const bad of ['mail.example', 'http://mail.example', 'smtp://mail.example?tls=maybe'])
    assert.throws(() => parseSmtpUrl(bad), RangeError);
});
