/** Logs and messages: nothing of customers, no secret, and nothing that looks like a line or a terminal of its own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createLogger } from '../../src/api/log-requests.ts';
import { makeCustomerToken } from '../../src/api/customer/customer-link.ts';
import { oneLine, forTerminal } from '../../src/cli/output.ts';
import { hookSecret, openApiWorld, shopHeaders, worldNow } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();

test('a log holds nothing of customers and no key, whatever is asked and whatever fails', async (t) => {
  let log = '';
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const world = await openApiWorld(databases, { now: () => worldNow, config: { logger: createLogger('trace', to) } }); // prettier-ignore
  t.after(() => world.close());
  const billing = { first_name: 'Jana', last_name: 'Müllerstein', email: 'jana@example.com', postcode: '20359', address_1: 'Geheimweg 5', phone: '0170-555' }; // prettier-ignore
  await world.addOrder(1, { billing });
  const link = makeCustomerToken(world.seal, 'shop/1', worldNow + 86_400_000);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const person = { name: 'Jana Müllerstein', order: 'T-1', email: 'jana@example.com', what: 'whole' };
  const record = JSON.stringify({ id: 1, billing });
  await world.ask('support', 'POST', '/api/v1/orders/search', { text: 'jana@example.com' });
  await world.ask('viewer', 'POST', '/api/v1/orders/search', { text: 'jana@example.com' });
  await world.ask('nobody', 'POST', '/api/v1/session', {
    email: 'jana@example.com',
    password: 'my secret password',
  });
  await world.ask('nobody', 'POST', '/api/v1/session/link', { token: 'a-link-that-was-guessed', password: 'my secret password' }); // prettier-ignore
  await world.ask('support', 'GET', '/api/v1/orders?number=jana%40example.com');
  await world.app.inject({ url: `/my-return/o/${link}?name=Jana` });
  await world.app.inject({ url: `/my-return/o/${link}/nothing` });
  await world.app.inject({ method: 'POST', url: '/my-return/withdraw/confirm', headers: form, payload: new URLSearchParams(person).toString() }); // prettier-ignore
  await world.app.inject({ method: 'POST', url: '/my-return/link', headers: form, payload: new URLSearchParams(person).toString() }); // prettier-ignore
  await world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(record, 'guess'), payload: record }); // prettier-ignore
  await world.app.inject({
    method: 'POST',
    url: '/hooks/shop',
    headers: shopHeaders(record),
    payload: record,
  });
  await world.db.pool.query('alter table deliveries rename to lost');
  const failed = await world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(record), payload: record }); // prettier-ignore
  assert.ok(failed.statusCode >= 500);
  assert.doesNotMatch(failed.body, /deliveries|relation|select|insert|node_modules|whsec/i);
  await world.db.pool.query('alter table person_terms rename to lost_terms');
  await world.ask('support', 'POST', '/api/v1/orders/search', { text: 'jana@example.com' });

  assert.ok(log.split('\n').length > 15, 'it was logged');
  assert.ok(log.includes('request failed'));
  const never = ['jana', 'Müllerstein', '20359', 'Geheimweg', '0170-555', 'my secret password', 'a-link-that-was-guessed', link, world.tokens.support, hookSecret]; // prettier-ignore
  for (const text of never) assert.ok(!log.toLowerCase().includes(text.toLowerCase()), `${text} in ${log.split('\n').find((line) => line.toLowerCase().includes(text.toLowerCase()))}`); // prettier-ignore
});

test('what strangers send never begins a line of the log', async (t) => {
  let log = '';
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const world = await openApiWorld(databases, {
    config: { logger: createLogger('trace', to) },
    hasUsers: false,
  });
  t.after(() => world.close());
  const forged = '\n{"level":"fatal","msg":"forged"}\u001b[2J';
  for (const url of [`/api/v1/orders/${encodeURIComponent(forged)}`, `/x%0a${encodeURIComponent(forged)}`, `/hooks/${encodeURIComponent(forged)}`]) // prettier-ignore
    await world.app.inject({ method: 'POST', url, headers: { 'user-agent': 'a\tb', 'x-request-id': 'x' }, payload: {} }); // prettier-ignore
  const lines = log.trim().split('\n');
  assert.ok(lines.length >= 3);
  for (const line of lines) {
    const entry = JSON.parse(line) as { readonly level: string; readonly msg: string };
    assert.notEqual(entry.msg, 'forged');
    assert.doesNotMatch(line, /\u001b/); // eslint-disable-line no-control-regex
  }
});

test('messages to people drive no terminal, and one message stays one line', () => {
  const nasty = 'a\u001b[2J\u001b]0;owned\u0007b\rc\u0000\u009b31md\nnext: forged';
  assert.equal(forTerminal('\u001b[1mbold\u001b[22m\ttab\nline'), '\u001b[1mbold\u001b[22m\ttab\nline');
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(forTerminal(nasty), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  assert.doesNotMatch(oneLine(nasty), /\n/);
  const root = join(import.meta.dirname, '../..');
  const run = spawnSync(process.execPath, ['bin/reentry.js', 'order', 'answer', nasty.replaceAll('\u0000', ''), '--from', 'sample'], { cwd: root, encoding: 'utf8' }); // prettier-ignore
  assert.ok(run.stderr.includes('owned'), run.stderr);
  assert.ok(!run.stderr.includes('\u001b'));
});
