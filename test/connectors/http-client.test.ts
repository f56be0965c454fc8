/** The one way out, against real servers on loopback. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { guardAddresses } from '../../src/connectors/address-guard.ts';
import {
  HttpFailure, type HttpClient, type HttpClientOptions, type RecordedExchange, openHttpClient,
} from '../../src/connectors/http-client.ts'; // prettier-ignore

type Handler = (request: IncomingMessage, reply: ServerResponse, count: number) => void;

const closers: (() => void)[] = [];
after(() => closers.forEach((close) => close()));

async function serve(handle: Handler): Promise<{ url: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, reply) => {
    seen.push(request);
    handle(request, reply, seen.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function open(options: Partial<HttpClientOptions> = {}): HttpClient & { readonly waits: number[] } {
  const waits: number[] = [];
  const client = openHttpClient({
    secrets: [], allowedNetworks: ['127.0.0.1'], requestsPerSecond: 1000, random: () => 0.5,
    sleep: async (ms) => void waits.push(ms), ...options,
  }); // prettier-ignore
  closers.push(() => client.close());
  return { ...client, waits };
}

const failure = async (promise: Promise<unknown>): Promise<HttpFailure> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HttpFailure, String(error));
  return error;
};

void describe('retries', () => {
  const flaky =
    (status: number, headers = {}): Handler =>
    (_request, reply, count) => {
      reply.writeHead(count < 3 ? status : 200, headers);
      reply.end(count < 3 ? 'no' : '{"ok":true}');
    };

  void it('repeats a read on 5xx with growing pauses', async () => {
    const { url, seen } = await serve(flaky(503));
    const client = open();
    const response = await client.request({ method: 'GET', url });
    assert.deepEqual([response.status, response.json, seen.length], [200, { ok: true }, 3]);
    assert.deepEqual(client.waits, [375, 750]);
  });

  void it('waits as long as 429 asks, in seconds or until a date', async () => {
    const seconds = open();
    await seconds.request({ method: 'GET', url: (await serve(flaky(429, { 'retry-after': '7' }))).url });
    assert.deepEqual(seconds.waits, [7000, 7000]);
    const dated = open();
    const date = 'Mon, 23 Nov 2026 09:00:00 GMT';
    const headers = { date, 'retry-after': 'Mon, 23 Nov 2026 09:00:04 GMT' };
    await dated.request({ method: 'GET', url: (await serve(flaky(429, headers))).url });
    assert.deepEqual(dated.waits, [4000, 4000]);
  });

  void it('hands a long Retry-After to the caller', async () => {
    const { url, seen } = await serve(flaky(429, { 'retry-after': '3600' }));
    const response = await open().request({ method: 'GET', url });
    assert.deepEqual([response.status, response.retryAfterMs, seen.length], [429, 3_600_000, 1]);
  });

  void it('repeats a read whose line was cut', async () => {
    const { url, seen } = await serve((request, reply, count) => {
      if (count < 2) request.socket.destroy();
      else reply.end('{}');
    });
    assert.equal((await open().request({ method: 'GET', url })).status, 200);
    assert.equal(seen.length, 2);
  });

  void it('sends a write once, whatever happens to it', async () => {
    const broken = await serve((_request, reply) => reply.writeHead(503).end());
    assert.equal((await open().request({ method: 'POST', url: broken.url, body: '{}' })).status, 503);
    assert.equal(broken.seen.length, 1);
    const cut = await serve((request) => request.socket.destroy());
    const error = await failure(open().request({ method: 'POST', url: cut.url, body: '{}' }));
    assert.deepEqual([error.code, error.mayHaveArrived, cut.seen.length], ['connection', true, 1]);
  });

  void it('repeats a POST that is said to be a read', async () => {
    const { url, seen } = await serve(flaky(500));
    await open().request({ method: 'POST', url, body: '{}', safe: true });
    assert.equal(seen.length, 3);
  });

  void it('takes a 500 for an answer where the vendor means it so', async () => {
    const { url, seen } = await serve((_request, reply) =>
      reply.writeHead(500).end('{"code":"no_such_refund"}'),
    );
    await open().request({ method: 'GET', url, isFinal: (response) => response.json !== undefined });
    assert.equal(seen.length, 1);
  });

  void it('signs every attempt anew', async () => {
    const { url, seen } = await serve(flaky(502));
    let nonce = 0;
    await open().request({ method: 'GET', url, sign: (plain) => ({ url: `${plain}/?nonce=${++nonce}` }) });
    assert.deepEqual(
      seen.map((request) => request.url),
      ['/?nonce=1', '/?nonce=2', '/?nonce=3'],
    );
  });

  void it('knows that a refused connection did nothing', async () => {
    const { url } = await serve(() => {});
    closers.splice(-1).forEach((close) => close());
    const error = await failure(open({ attemptsMax: 1 }).request({ method: 'POST', url }));
    assert.deepEqual([error.code, error.mayHaveArrived], ['connection', false]);
  });
});

void describe('limits', () => {
  void it('ends an answer that takes too long, also in the middle', async () => {
    const { url } = await serve((_request, reply) => reply.write('{"begin'));
    const error = await failure(open({ attemptsMax: 1 }).request({ method: 'GET', url, timeoutMs: 50 }));
    assert.deepEqual([error.code, error.mayHaveArrived], ['timeout', true]);
  });

  void it('ends an answer that is too large, packed or not', async () => {
    for (const packed of [false, true]) {
      const body = Buffer.alloc(100_000, 'x');
      const { url } = await serve((_request, reply) => {
        reply.writeHead(200, packed ? { 'content-encoding': 'gzip' } : {});
        reply.end(packed ? gzipSync(body) : body);
      });
      const error = await failure(open({ bodyMaxBytes: 10_000 }).request({ method: 'GET', url }));
      assert.equal(error.code, 'too-large');
    }
  });

  void it('unpacks gzip, drops a byte order mark and says when a body is no JSON', async () => {
    const { url } = await serve((request, reply) => {
      reply.writeHead(200, { 'content-encoding': 'gzip' });
      reply.end(gzipSync(request.url === '/json' ? '\uFEFF{"a":1}' : '<html>'));
    });
    assert.deepEqual((await open().request({ method: 'GET', url: `${url}/json` })).json, { a: 1 });
    assert.equal((await open().request({ method: 'GET', url: `${url}/html` })).json, undefined);
  });

  void it('keeps to so many requests per second', async () => {
    const { url } = await serve((_request, reply) => reply.end());
    let now = 0;
    const client = open({ requestsPerSecond: 4, now: () => now, sleep: async (ms) => void (now += ms) });
    const times: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      await client.request({ method: 'GET', url });
      times.push(now);
      // Idle for a while: what was not used meanwhile may not be used at once afterwards.
      if (count === 5) now += 5_000;
    }
    for (const [index, at] of times.entries())
      assert.ok(
        times.filter((other) => other >= at && other < at + 1000).length <= 4,
        `from request ${index} on`,
      );
    assert.ok(now <= 8_000, `12 requests at 4 per second, with 5 s of nothing, took ${now} ms`);
  });

  void it('keeps to it when some timers fire late', async () => {
    const { url } = await serve((_request, reply) => reply.end());
    const times: number[] = [];
    let [now, sleeps] = [0, 0];
    const sleep = async (ms: number): Promise<void> => void (now += ms + (sleeps++ % 2 === 0 ? 500 : 0));
    const client = open({ requestsPerSecond: 4, now: () => now, sleep });
    for (let count = 0; count < 16; count += 1) {
      await client.request({ method: 'GET', url });
      times.push(now);
    }
    for (const at of times)
      assert.ok(times.filter((other) => other >= at && other < at + 1000).length <= 4, times.join());
  });

  void it('lets the next one through when one gives up waiting', async () => {
    const { url } = await serve((_request, reply) => reply.end());
    const client = openHttpClient({
      secrets: [], allowedNetworks: ['127.0.0.1'], requestsPerSecond: 1, random: () => 0.5,
    }); // prettier-ignore
    closers.push(() => client.close());
    await client.request({ method: 'GET', url });
    const stop = new AbortController();
    const left = failure(client.request({ method: 'GET', url, signal: stop.signal }));
    const next = client.request({ method: 'GET', url });
    stop.abort();
    assert.equal((await left).code, 'aborted');
    assert.equal((await next).status, 200);
  });

  void it('stops when the caller does', async () => {
    const { url } = await serve(() => {});
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 30);
    const error = await failure(open().request({ method: 'GET', url, signal: stop.signal }));
    assert.equal(error.code, 'aborted');
  });
});

void describe('addresses', () => {
  void it('refuses what is not the public internet, in every spelling', async () => {
    const judge = guardAddresses([]);
    for (const host of [
      '127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1',
      '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]', '[fe80::1]', '[fc00::1]', '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
    ]) assert.equal((await judge(host)).is, 'refused', host); // prettier-ignore
    for (const host of ['93.184.216.34', '[2606:2800:220:1::1]'])
      assert.equal((await judge(host)).is, 'allowed', host);
  });

  void it('allows what was allowed for this connection, and nothing beside it', async () => {
    const judge = guardAddresses(['10.20.0.0/16']);
    assert.equal((await judge('10.20.3.4')).is, 'allowed');
    assert.equal((await judge('10.21.3.4')).is, 'refused');
    assert.equal((await judge('[::ffff:10.20.3.4]')).is, 'refused');
    assert.throws(() => guardAddresses(['example.org']), /not an address/);
  });

  void it('refuses a name when any of its addresses is private', async () => {
    const judge = guardAddresses([], async () => ['93.184.216.34', '127.0.0.1']);
    assert.equal((await judge('shop.example')).is, 'refused');
  });

  void it('never asks the name again once it is judged', async () => {
    const { url } = await serve((request, reply) => reply.end(JSON.stringify(request.headers.host)));
    const { port } = new URL(url);
    let asked = 0;
    const client = open({ resolve: async () => (++asked === 1 ? ['127.0.0.1'] : ['10.0.0.1']) });
    const response = await client.request({ method: 'GET', url: `http://shop.example:${port}/` });
    assert.deepEqual([response.json, asked], [`shop.example:${port}`, 1]);
    const error = await failure(client.request({ method: 'GET', url: `http://shop.example:${port}/` }));
    assert.deepEqual([error.code, error.mayHaveArrived], ['refused-address', false]);
  });

  void it('refuses a redirect into a private network and other protocols', async () => {
    const inner = await serve((_request, reply) => reply.end('secret'));
    const { port } = new URL(inner.url);
    const outer = await serve((_request, reply) =>
      reply.writeHead(302, { location: `http://metadata.internal:${port}/` }).end(),
    );
    const client = open({ resolve: async () => ['169.254.169.254'] });
    assert.equal((await failure(client.request({ method: 'GET', url: outer.url }))).code, 'refused-address');
    assert.equal(inner.seen.length, 0);
    const file = await serve((_request, reply) =>
      reply.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    assert.equal((await failure(open().request({ method: 'GET', url: file.url }))).code, 'bad-url');
  });

  void it('follows a redirect of a read and leaves the credentials behind', async () => {
    const target = await serve((_request, reply) => reply.end('{}'));
    const source = await serve((_request, reply) => reply.writeHead(301, { location: target.url }).end());
    await open().request({ method: 'GET', url: source.url, headers: { authorization: 'Basic abc' } });
    assert.equal(target.seen[0]?.headers.authorization, undefined);
    const write = await open().request({ method: 'POST', url: source.url, body: '{}' });
    assert.deepEqual([write.status, target.seen.length], [301, 1], 'a write is not sent on');
  });
});

void describe('secrets', () => {
  const secret = 'cs_Pl4nted/secret+1';
  void it('stand in no error and no recording', async () => {
    const exchanges: RecordedExchange[] = [];
    const { url } = await serve((request, reply) => {
      reply.setHeader('set-cookie', 'session=abc123');
      reply.end(JSON.stringify({ echoed: request.headers.authorization, url: request.url, secret }));
    });
    const client = open({ secrets: [secret], record: (exchange) => void exchanges.push(exchange) });
    await client.request({
      method: 'POST',
      url: `${url}/?consumer_secret=${encodeURIComponent(secret)}&page=2`,
      headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
      body: JSON.stringify({ password: secret, page: 2 }),
    });
    const recorded = JSON.stringify(exchanges);
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), 'abc123'];
    for (const form of forms) assert.ok(!recorded.includes(form), `${form} in ${recorded}`);
    assert.ok(recorded.includes('page=2') && recorded.includes('<redacted>'));
    const error = await failure(
      client.request({ method: 'GET', url: `http://10.0.0.1/${secret}?key=${secret}` }),
    );
    assert.ok(!error.message.includes('Pl4nted'), error.message);
    assert.ok(!client.redact(`it said ${secret}`).includes('Pl4nted'));
  });
});
