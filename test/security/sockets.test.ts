/** What strangers do on the wire: slow requests, cut bodies, oversized heads, foreign hosts, readers that do not read. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEventHub } from '../../src/api/event-hub.ts';
import { listDeliveries } from '../../src/store/deliveries.ts';
import { permissionNames } from '../../src/wire/roles.ts';
import { openApiWorld, shopHeaders, type ApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
let world: ApiWorld;
let port: number;

before(async () => {
  world = await openApiWorld(databases, { limits: { requestTimeoutMs: 1_500 } });
  port = Number(new URL(await world.app.listen({ host: '127.0.0.1', port: 0 })).port);
});
after(() => world.close());

/** Sends bytes; what comes back until the other side ends. */
async function talk(socket: Socket, text: string): Promise<string> {
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
  socket.on('error', () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve());
  socket.write(text);
  if (!socket.destroyed) await promise;
  return said;
}

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

const order = JSON.stringify({ id: 7, status: 'completed' });
const head = (headers: Record<string, string>): string =>
  `POST /hooks/shop HTTP/1.1\r\nhost: x\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`; // prettier-ignore
const stored = async (): Promise<number> => (await listDeliveries(world.db, {})).rows.length;

test('who sends a request byte by byte is cut off, in the head as in the body, and others are served meanwhile', async () => {
  const slow = await Promise.all(Array.from({ length: 40 }, open));
  const beganAt = performance.now();
  const ends = slow.map(async (socket, index) => {
    const inBody = index % 2 === 0;
    const ended = talk(socket, inBody ? head({ 'content-length': '100000' }) : 'GET /api/v1/orders HTTP/1.1\r\nhost: x\r\n'); // prettier-ignore
    const drip = setInterval(() => socket.write(inBody ? 'x' : 'x-a: b\r\n'), 200);
    await ended.finally(() => clearInterval(drip));
    return performance.now() - beganAt;
  });
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
  assert.equal(answer.status, 200);
  const slowest = Math.max(...(await Promise.all(ends)));
  assert.ok(slowest < 15_000, `the last one held on for ${slowest} ms`);
});

test('a webhook that breaks off is not stored, wherever it was cut', async () => {
  const headers = { ...shopHeaders(order), 'content-length': String(Buffer.byteLength(order)) };
  for (const length of [0, 1, order.length >> 1, order.length - 1]) {
    const socket = await open();
    const ended = talk(socket, head(headers) + order.slice(0, length));
    await sleep(20);
    socket.destroy();
    await ended;
    // The same cut by somebody in between who corrects the length: the signature is over other bytes.
    const cut = await world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(order), payload: order.slice(0, length) }); // prettier-ignore
    assert.ok([400, 401].includes(cut.statusCode), `${length}: ${cut.statusCode}`);
  }
  assert.equal(await stored(), 0);
  const whole = await world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(order), payload: order }); // prettier-ignore
  assert.deepEqual([whole.statusCode, await stored()], [200, 1]);
});

test('a webhook that is played again is one more hint to read, never a second event', async () => {
  const send = () => world.app.inject({ method: 'POST', url: '/hooks/shop', headers: shopHeaders(order), payload: order }); // prettier-ignore
  const before = await stored();
  for (let count = 0; count < 5; count += 1) assert.equal((await send()).statusCode, 200);
  assert.ok((await stored()) - before <= 1, 'those that wait collapse into one');
  const { rows } = await world.db.pool.query<{ facts: number; objects: number }>('select (select count(*) from facts) as facts, (select count(*) from objects) as objects'); // prettier-ignore
  assert.deepEqual(rows, [{ facts: 0, objects: 0 }], 'it says nothing about the order itself');
});

test('a head or a body that is too large is refused without being read to its end', async () => {
  const large = await talk(
    await open(),
    `GET / HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(20_000)}\r\n\r\n`,
  );
  assert.match(large, /^HTTP\/1\.1 431 /);
  const many = await talk(await open(), `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(4_000)}\r\n`);
  assert.match(many, /^HTTP\/1\.1 4(?:31|00) /);
  const body = await talk(await open(), `${head({ 'content-type': 'application/json', 'content-length': '999999999' })}{`); // prettier-ignore
  assert.match(body, /^HTTP\/1\.1 413 /);
  const twice = await talk(await open(), `${head({ 'content-length': '5', 'transfer-encoding': 'chunked' })}0\r\n\r\nGET /api/v1/users HTTP/1.1\r\n\r\n`); // prettier-ignore
  assert.match(twice, /^HTTP\/1\.1 400 /, 'two lengths are no length');
});

test('a foreign host, and what proxies are said to have forwarded, stands in no link and no redirect', async () => {
  const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }; // prettier-ignore
  for (const url of [
    '/',
    '/console',
    '/my-return',
    '/my-return/from-shop?connection=//evil.example&order=1',
    '//evil.example/%2e%2e',
    '/api/docs',
  ]) {
    // prettier-ignore
    const answer = await world.app.inject({ url, headers: evil });
    assert.doesNotMatch(`${JSON.stringify(answer.headers)}${answer.body}`, /evil\.example\b(?!%)/, url);
    const { location } = answer.headers;
    if (location !== undefined) assert.match(String(location), /^\/(?!\/)/, url);
  }
  const invited = await world.app.inject({
    method: 'POST', url: '/api/v1/users', payload: { email: 'h@example.com', name: 'H', roles: ['ops'] },
    headers: { ...evil, authorization: `Bearer ${world.tokens.admin}` },
  }); // prettier-ignore
  assert.match(invited.json<{ invitation: { link: string } }>().invitation.link, /^http:\/\/reentry\.test\//);
});

test('line ends in what is sent back make no header of their own', async () => {
  for (const id of ['abcdefgh\r\nset-cookie: a=b', 'abcdefgh%0d%0aset-cookie: a=b']) {
    const answer = await world.app.inject({ url: '/health/live', headers: { 'x-request-id': id } });
    assert.match(String(answer.headers['x-request-id']), /^[\w.-]{8,64}$/);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
  for (const url of [
    '/my-return/from-shop?lang=de%0d%0aset-cookie:a=b',
    '/console%0d%0aset-cookie:a=b',
    '/my-return?lang=%0d%0aset-cookie:a',
  ]) {
    // prettier-ignore
    const answer = await world.app.inject({ url });
    assert.equal(answer.headers['set-cookie'], undefined, url);
    assert.doesNotMatch(String(answer.headers.location ?? ''), /[\r\n]/);
  }
});

test('a page that does not read its hints is let go before they fill the memory', () => {
  const hub = createEventHub({ streamsMax: 3, streamsPerUserMax: 2, streamBacklogMax: 10_000, hintsKept: 5 });
  const permissions = new Set(permissionNames);
  let [waiting, ended] = [0, 0];
  const stuck = { userId: 'a', permissions, sink: { write: (text: string) => (waiting += text.length), end: () => ended++ } }; // prettier-ignore
  const fine = { userId: 'b', permissions, sink: { write: () => 0, end: () => {} } };
  assert.ok(hub.join(stuck, undefined) !== undefined);
  for (let count = 0; count < 2; count += 1) assert.ok(hub.join({ ...fine }, undefined) !== undefined);
  assert.equal(hub.join({ ...fine, userId: 'c' }, undefined), undefined, 'there are only so many');
  for (let count = 0; count < 1000; count += 1) hub.tell({ kind: 'order', key: `shop/${count}` });
  assert.deepEqual([ended, hub.size], [1, 2]);
  assert.ok(waiting < 10_500, `${waiting} bytes wait`);
});
