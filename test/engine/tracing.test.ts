/** Traces as a collector gets them: over HTTP, decoded from the wire. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { startTracing } from '../../src/cli/start-tracing.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { processDeliveries, receiveDelivery } from '../../src/engine/receive.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openDispatchWorld, policyIn } from './dispatch-world.ts';

const databases = useTestDatabases();
const secret = 'whsec_trace';

type Field = { readonly number: number; readonly bytes: Buffer };
/** Length-delimited fields of a protobuf message; numbers are skipped. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      fields.push({ number, bytes: message.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}
const all = (message: Buffer, number: number): Buffer[] =>
  fieldsOf(message).filter((field) => field.number === number).map((field) => field.bytes); // prettier-ignore

type Span = { readonly trace: string; readonly id: string; readonly parent: string; readonly name: string };
/** ExportTraceServiceRequest → ResourceSpans → ScopeSpans → Span. */
const spansOf = (body: Buffer): Span[] =>
  all(body, 1).flatMap((resource) =>
    all(resource, 2).flatMap((scope) =>
      all(scope, 2).map((span) => {
        const text = (number: number, encoding: BufferEncoding): string => all(span, number)[0]?.toString(encoding) ?? ''; // prettier-ignore
        return { trace: text(1, 'hex'), id: text(2, 'hex'), parent: text(4, 'hex'), name: text(5, 'utf8') };
      }),
    ),
  );

type Collector = { readonly spans: Span[]; readonly bodies: Buffer[]; readonly types: Set<string> };

async function startCollector(t: TestContext): Promise<Collector> {
  const collector: Collector = { spans: [], bodies: [], types: new Set() };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (request.url === '/v1/traces') collector.spans.push(...spansOf(body));
      collector.bodies.push(body);
      collector.types.add(String(request.headers['content-type']));
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    server.close();
  });
  return collector;
}

/** The systems, with a signing secret at the shop. */
function signed(systems: ConnectedSystems): ConnectedSystems {
  const shop = systems.get('shop')!;
  const connection = { ...shop.live!.connection, secrets: { ...shop.live!.connection.secrets, webhook: secret } }; // prettier-ignore
  return new Map([...systems, ['shop', { ...shop, live: { ...shop.live!, connection } }]]);
}

test('one trace covers a webhook, what was read, absorbed and folded because of it, and the command that went out', async (t) => {
  const collector = await startCollector(t);
  const world = await openDispatchWorld(databases, policyIn('auto', { 'entitled-refunded': 'watch', 'resolved-closed': 'watch' }));
  t.after(() => world.close());
  const order = world.stepReturn({ 'LOCK-90': 2 }, { 'LOCK-90': 1 });
  order.approve();
  order.announce('inspection');
  await world.sandbox.advance({ days: 1 });
  order.receive();
  await world.catchUp();
  await world.grade(order, { 'LOCK-90': 1 }, 'restock');
  await world.sandbox.advance({ days: 6 });
  await order.refund();
  assert.deepEqual(await world.commandsOf(order), []);

  const stop = await startTracing(process.env, 'test');
  assert.ok(stop !== undefined);
  const { id } = order.placed.order;
  const body = Buffer.from(JSON.stringify({ id, number: String(id), status: 'completed' }));
  const headers = {
    'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-resource': 'order', 'x-wc-webhook-event': 'updated', 'x-wc-webhook-id': '1',
    'x-wc-webhook-delivery-id': 'd1', 'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
  };
  const systems = signed(world.systems);
  const received = await receiveDelivery(world.db, systems, 'shop', { headers, body, receivedAt: Date.now(), path: '/hooks/shop' });
  assert.equal(received.is, 'stored');
  // Another process may do all that follows: nothing but the store connects it with the webhook.
  await processDeliveries(world.db, systems, { holder: 'test', signal: new AbortController().signal });
  await world.engine.drain();
  assert.ok((await world.commandsOf(order)).length > 0);
  await world.engine.dispatch();
  await stop();

  const root = collector.spans.find((span) => span.name === 'receive');
  assert.ok(root, 'the webhook begins a trace');
  assert.equal(root.parent, '');
  const mine = collector.spans.filter((span) => span.trace === root.trace && span !== root);
  assert.deepEqual([...new Set(mine.map((span) => span.name))].sort(), ['absorb', 'dispatch', 'fold', 'read']);
  assert.ok(mine.every((span) => span.parent === root.id));
  assert.deepEqual([...collector.types], ['application/x-protobuf']);
  const wire = Buffer.concat(collector.bodies).toString('latin1');
  for (const part of ['service.name', 'reentry.connection', `shop/${id}`]) assert.ok(wire.includes(part), part);
  assert.ok(!wire.includes(secret));
}); // prettier-ignore

test('without the variables nothing is traced and nothing is stored with a delivery', async () => {
  assert.equal(await startTracing({}, 'test'), undefined);
  assert.equal(await startTracing({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, 'test'), undefined);
  assert.equal(await startTracing({ OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'otlp' }, 'test'), undefined);
  for (const wrong of [{ OTEL_TRACES_EXPORTER: 'zipkin' }, { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'jaeger_remote' }])
    await assert.rejects(() => startTracing(wrong, 'test'), { code: 'tracing-unknown' });
  const world = await openDispatchWorld(databases, policyIn('watch'));
  const body = Buffer.from('{"id":7}');
  const headers = { 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64') };
  await receiveDelivery(world.db, signed(world.systems), 'shop', { headers, body, receivedAt: Date.now(), path: '/hooks/shop' });
  const { rows } = await world.db.pool.query('select headers from deliveries');
  assert.deepEqual(rows, [{ headers: {} }]);
  await world.close();
}); // prettier-ignore
