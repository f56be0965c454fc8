/** The Request Tracker connector against a real RT 5 whose users live in New York. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { ConnectorCommand, LiveConnection, Verified } from '../../src/connectors/live-contract.ts';
import { rt } from '../../src/connectors/rt/rt-connector.ts';
import { rtLive } from '../../src/connectors/rt/rt-live.ts';
import { callRt } from '../../src/connectors/rt/rt-request.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import {
  connect, crashing, factsOf, liveUrl, never, settingsOf, sweepAll,
} from '../connectors/live-connections.ts'; // prettier-ignore

const { url, skip } = liveUrl('RT');
const settings = settingsOf('desk', 'crm');
const user = process.env['LIVE_RT_USER'] ?? '';
const password = process.env['LIVE_RT_PASSWORD'] ?? '';

void describe('Request Tracker, live', { skip }, () => {
  const baseUrl = skip === false ? url : 'http://127.0.0.1';
  const connection = connect(settings, baseUrl, { user, password });
  const clerk = connect(settings, baseUrl, { user: 'clerk', password: 'Vq7-clerk-9' });
  const objects = new Map<string, Map<string, unknown>>();
  const cursors = new Map<string, string>();
  const deliveries: Verified[] = [];
  const hooks = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const delivery = { headers, body: Buffer.concat(chunks), receivedAt: 0, path: '/rt' };
      deliveries.push(rtLive.verify({ settings, secrets: { webhook: 'hook-secret' } }, delivery));
      reply.end();
    });
  });
  before(async () => {
    const port = Number(process.env['LIVE_RT_HOOK_PORT']);
    await new Promise<void>((resolve) => hooks.listen(port, '127.0.0.1', resolve));
  });
  after(() => {
    hooks.close();
    connection.http.close();
    clerk.http.close();
  });

  async function act(
    path: string,
    body: Readonly<Record<string, unknown>>,
    method: 'POST' | 'PUT' = 'POST',
  ): Promise<string> {
    const { response, answer } = await callRt(clerk, { method, path, body }, never);
    assert.ok(response.status < 300, response.text);
    return answer.outcome === 'created' ? answer.id : '';
  }
  const openTicket = (order: string, rma?: string): Promise<string> =>
    act('ticket', {
      Queue: 'Returns', Subject: `Return of order ${order}`, Requestor: 'ada@example.test', Content: 'It is torn.',
      ContentType: 'text/plain',
      CustomFields: { 'Order number': order, ...(rma === undefined ? {} : { 'Return number': rma }) },
    }); // prettier-ignore
  const hide = (subject: string): Promise<string> =>
    act('ticket', { Queue: 'Internal IT', Subject: subject, Content: 'broken' });
  const setStatus = (ticket: string, Status: string): Promise<string> =>
    act(`ticket/${ticket}`, { Status }, 'PUT');

  /** What a sweep adds, as facts of one ticket. */
  async function factsOfTicket(ticket: string): Promise<readonly Fact[]> {
    await sweepAll(rtLive, connection, objects, cursors);
    return factsOf(rt, settings, objects).filter((fact) => 'case' in fact && fact.case === ticket);
  }
  const types = (facts: readonly Fact[]): readonly string[] => facts.map((fact) => fact.type).toSorted();

  void it('checks the connection and names what is missing', async () => {
    const health = await rtLive.check(connection, never);
    assert.deepEqual(
      health.filter((line) => line.state !== 'ok'),
      [],
    );
    const wrong = connect(settings, baseUrl, { user, password: 'no-such-password' });
    const [line] = await rtLive.check(wrong, never);
    assert.deepEqual([line?.check, line?.state], ['login', 'failed']);
  });

  void it('sees a case opened, answered, resolved and reopened', async () => {
    const ticket = await openTicket('LH-1001', 'RMA-1001');
    assert.deepEqual(types(await factsOfTicket(ticket)), ['case.opened']);
    const Content = 'We have refunded your order LH-1001.';
    await act(`ticket/${ticket}/correspond`, { Content, ContentType: 'text/plain' });
    await setStatus(ticket, 'resolved');
    const told = await factsOfTicket(ticket);
    assert.deepEqual(types(told), ['case.opened', 'case.resolved', 'customer.told']);
    assert.equal(told.find((fact) => fact.type === 'customer.told')?.what, 'refunded');
    await setStatus(ticket, 'open');
    const again = await factsOfTicket(ticket);
    assert.deepEqual(types(again), ['case.opened', 'case.reopened', 'case.resolved', 'customer.told']);
  });

  void it('reads each side of a message once', async () => {
    const ticket = await openTicket('LH-1006');
    const Content = '<p>We have <b>refunded</b> your order.</p>';
    await act(`ticket/${ticket}/correspond`, { Content, ContentType: 'text/html' });
    const told = (await factsOfTicket(ticket)).filter((fact) => fact.type === 'customer.told');
    assert.deepEqual(
      told.map((fact) => fact.what),
      ['refunded'],
    );
  });

  void it('reads an unchanged ticket once', async () => {
    await sweepAll(rtLive, connection, objects, cursors);
    assert.deepEqual(await sweepAll(rtLive, connection, new Map(), cursors), []);
  });

  void it('finds its tickets in between many that it must not see', async () => {
    for (let count = 0; count < 30; count += 1) await hide(`printer ${count}`);
    const first = await openTicket('LH-1002');
    for (let count = 0; count < 30; count += 1) await hide(`mouse ${count}`);
    const second = await openTicket('LH-1003');
    await sweepAll(rtLive, connection, objects, cursors);
    const tickets = new Set(objects.get('ticket')?.keys());
    assert.ok(tickets.has(first) && tickets.has(second));
    const fresh = new Map<string, Map<string, unknown>>();
    await sweepAll(rtLive, connection, fresh, new Map());
    assert.deepEqual(new Set(fresh.get('ticket')?.keys()), tickets);
    const refs: string[] = [];
    for await (const page of rtLive.census(connection, 'ticket', never))
      refs.push(...page.map((ref) => ref.id));
    assert.deepEqual(new Set(refs), tickets);
  });

  void it('says forbidden of what it must not see, and gone of what is not there', async () => {
    const hidden = await hide('secret');
    const result = await rtLive.fetch(connection, { kind: 'ticket', id: hidden }, never);
    assert.deepEqual([result.is, result.is === 'unreachable' && result.code], ['unreachable', 'forbidden']);
    const missing = { kind: 'ticket', id: '999999' };
    assert.deepEqual(await rtLive.fetch(connection, missing, never), { is: 'gone' });
    const lost = { ...connection, baseUrl: `${baseUrl}/no-such-place` };
    assert.equal((await rtLive.fetch(lost, missing, never)).is, 'unreachable');
  });

  void it('fetches a ticket with its history and a version that grows', async () => {
    const ticket = await openTicket('LH-1004');
    const ref = { kind: 'ticket', id: ticket };
    const before = await rtLive.fetch(connection, ref, never);
    await setStatus(ticket, 'open');
    const later = await rtLive.fetch(connection, ref, never);
    assert.ok(before.is === 'snapshot' && later.is === 'snapshot');
    assert.ok(Number(later.snapshot.version) > Number(before.snapshot.version));
    const message = later.others?.find((other) => other.kind === 'attachment');
    assert.ok(message);
    const alone = await rtLive.fetch(connection, { kind: 'attachment', id: message.id }, never);
    assert.ok(alone.is === 'snapshot' && JSON.stringify(alone.snapshot.body).includes('It is torn.'));
  });

  void it('is told of every change by a signed webhook', async () => {
    deliveries.length = 0;
    const ticket = await openTicket('LH-1005');
    const hinted = deliveries.flatMap((each) => (each.is === 'delivery' ? each.hints : []));
    assert.ok(deliveries.length > 0 && deliveries.every((each) => each.is === 'delivery'));
    assert.deepEqual(new Set(hinted.map((hint) => `${hint.kind}/${hint.id}`)), new Set([`ticket/${ticket}`]));
  });

  const command = (kind: ConnectorCommand['kind'], ticket: string): ConnectorCommand => ({
    key: `test/${ticket}/${kind}`, kind, orderKey: 'shop/1', problem: 'p', control: 'resolved-closed', mode: 'auto',
    refs: { ticket: `1,${ticket}` }, text: 'All 2 units are back and € 59.90 has settled.',
  }); // prettier-ignore

  async function throughCrashes(wanted: ConnectorCommand): Promise<number> {
    for (let crashes = 0; crashes < 10; crashes += 1) {
      const probed = await rtLive.probe(connection, wanted, never);
      if (probed.is === 'effect') return crashes;
      const cut = crashing(connection, 1, crashes === 0 ? 'before' : 'after');
      const result = await rtLive.execute(cut.connection, wanted, never);
      assert.equal(result.is, cut.crashed() ? 'unknown' : 'accepted', JSON.stringify(result));
    }
    throw new Error('never got through');
  }
  async function history(ticket: string): Promise<readonly string[]> {
    const path = `ticket/${ticket}/history?fields=Type,NewValue`;
    const { answer } = await callRt(connection, { path }, never);
    const items = (answer.outcome === 'page' ? answer.items : []) as readonly Record<string, unknown>[];
    return items
      .map((row) => (row['Type'] === 'Status' ? `Status ${String(row['NewValue'])}` : String(row['Type'])))
      .filter((type) => type === 'Comment' || type.startsWith('Status'));
  }

  void it('writes one note however often it is cut off', async () => {
    const ticket = await openTicket('LH-2001');
    const wanted = command('note-case', ticket);
    assert.equal(await throughCrashes(wanted), 2);
    assert.equal((await rtLive.execute(connection, wanted, never)).is, 'accepted');
    assert.deepEqual(await history(ticket), ['Comment']);
  });

  void it('resolves once, with the answer as a note before it, and never behind the back of people', async () => {
    const ticket = await openTicket('LH-2002');
    const wanted = command('resolve-case', ticket);
    await throughCrashes(wanted);
    assert.deepEqual(await history(ticket), ['Comment', 'Status resolved']);
    await setStatus(ticket, 'open');
    assert.equal((await rtLive.probe(connection, wanted, never)).is, 'effect');
    assert.equal((await rtLive.execute(connection, wanted, never)).is, 'accepted');
    assert.deepEqual(await history(ticket), ['Comment', 'Status resolved', 'Status open']);
  });

  void it('does not resolve what somebody changed since it was read', async () => {
    const ticket = await openTicket('LH-2003');
    const meddled: LiveConnection = {
      ...connection,
      http: {
        ...connection.http,
        async request(request) {
          if (request.method === 'PUT')
            await act(`ticket/${ticket}/comment`, { Content: 'wait!', ContentType: 'text/plain' });
          return connection.http.request(request);
        },
      },
    };
    const result = await rtLive.execute(meddled, command('resolve-case', ticket), never);
    assert.deepEqual([result.is, result.is === 'failed' && result.code], ['failed', 'stale']);
    assert.ok(!(await history(ticket)).includes('Status resolved'));
  });
});
