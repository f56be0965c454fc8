/** Zendesk, against a server that does what its documentation says. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ConnectorCommand, LiveConnection } from '../../src/connectors/live-contract.ts';
import { zendesk } from '../../src/connectors/zendesk/zendesk-connector.ts';
import { zendeskLive } from '../../src/connectors/zendesk/zendesk-live.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { connect, factsOf, never, settingsOf, sweepAll } from './live-connections.ts';
import { type ZendeskServer, startZendesk } from './zendesk-server.ts';

const settings = settingsOf('desk', 'crm');

void describe('Zendesk', () => {
  let server: ZendeskServer;
  let connection: LiveConnection;
  const objects = new Map<string, Map<string, unknown>>();
  const cursors = new Map<string, string>();
  before(async () => {
    server = await startZendesk();
    connection = connect(settings, server.url, server.secrets);
  });
  after(async () => {
    connection.http.close();
    await server.close();
  });

  async function factsOfTicket(ticket: number): Promise<readonly Fact[]> {
    server.tick(120);
    await sweepAll(zendeskLive, connection, objects, cursors);
    const parts = [`ticket/${ticket}`, ...server.audits(ticket).map(({ id }) => `audit/${String(id)}`)];
    return factsOf(zendesk, settings, objects).filter((fact) => parts.includes(fact.object));
  }
  const types = (facts: readonly Fact[]): readonly string[] => facts.map((fact) => fact.type).toSorted();
  const command = (kind: ConnectorCommand['kind'], ticket: number, text = 'All units are back.'): ConnectorCommand => ({
    key: `test/${ticket}`, kind, orderKey: 'shop/1', problem: 'p', control: 'resolved-closed', mode: 'auto',
    refs: { ticket: String(ticket) }, text,
  }); // prettier-ignore

  void it('sees a case opened, approved, told, solved and reopened, each once and at its time', async () => {
    const ticket = server.open({ order: 'LH-10251', rma: 'RMA-5012' });
    assert.deepEqual(types(await factsOfTicket(ticket)), ['case.opened', 'return.approved', 'return.requested']);
    server.update(ticket, { status: 'solved', comment: { body: 'We have refunded your order LH-10251.' } });
    const solved = await factsOfTicket(ticket);
    assert.deepEqual(types(solved), ['case.opened', 'case.resolved', 'customer.told', 'return.approved', 'return.requested']);
    const told = solved.find((fact) => fact.type === 'customer.told');
    assert.deepEqual([told?.type === 'customer.told' && told.what, told?.at], ['refunded', solved.find((fact) => fact.type === 'case.resolved')?.at]);
    // The customer answers, which opens it again; closing for good four days later is no second resolution.
    server.update(ticket, { status: 'open', comment: { body: 'Thank you, refunded indeed.' } }, Number(server.tickets.get(ticket)?.['requester_id']));
    server.update(ticket, { status: 'solved' });
    server.update(ticket, { status: 'closed' });
    const again = types(await factsOfTicket(ticket));
    assert.equal(again.filter((type) => type === 'customer.told').length, 1, 'the customer is not told by himself');
    assert.equal(again.filter((type) => type === 'case.resolved').length, 2);
    assert.equal(again.filter((type) => type === 'case.reopened').length, 1);
  }); // prettier-ignore

  void it('links a ticket by its field, else weakly by a number in its subject', async () => {
    const byField = server.open({ order: '#LH-10252' });
    const byText = server.open({ subject: 'Where is my money for order LH-10253?' });
    await factsOfTicket(byField);
    const linksOf = (ticket: number): readonly unknown[] => {
      const body = objects.get('ticket')?.get(String(ticket));
      const lookup = (kind: string, id: string | number): unknown => objects.get(kind)?.get(String(id));
      return zendesk.read(
        { connection: 'desk', kind: 'ticket', id: String(ticket), body },
        { settings, lookup },
      ).links;
    };
    assert.deepEqual(linksOf(byField), [{ term: 'number/LH-10252' }]);
    assert.deepEqual(linksOf(byText), [{ term: 'number/LH-10253', weak: true }]);
  });

  void it('misses nothing of the minute that the export leaves out', async () => {
    server.tick(120);
    await sweepAll(zendeskLive, connection, objects, cursors);
    const late = server.open({ order: 'LH-10254' });
    server.tick(30);
    await sweepAll(zendeskLive, connection, objects, cursors);
    assert.equal(objects.get('ticket')?.has(String(late)), false, 'within the last minute');
    server.tick(31);
    await sweepAll(zendeskLive, connection, objects, cursors);
    assert.equal(objects.get('ticket')?.has(String(late)), true);
  });

  void it('hears of a deletion from the export, and takes back what the ticket said', async () => {
    const ticket = server.open({ order: 'LH-10255' });
    assert.deepEqual(types(await factsOfTicket(ticket)), ['case.opened']);
    server.remove(ticket);
    assert.deepEqual(types(await factsOfTicket(ticket)), []);
    assert.deepEqual(await zendeskLive.fetch(connection, { kind: 'ticket', id: String(ticket) }, never), { is: 'gone' });
  }); // prettier-ignore

  const readParts = (statuses: Readonly<Record<string, string>>, ticket: object, ...audits: readonly object[]): readonly string[] => {
    const base = { id: 5, created_at: '2026-06-20T10:00:00Z', status: 'open', custom_fields: [], requester_id: 1, tags: ['return'] };
    const body = { ...base, ...ticket };
    const parts = [['ticket', body], ...audits.map((events, index) => ['audit', { id: 10 + index, ticket_id: 5, author_id: 2, created_at: '2026-06-21T09:00:00Z', events }])] as const;
    return parts.flatMap(([kind, one]) => {
      const object = { connection: 'desk', kind: String(kind), id: String((one as { id: number }).id), body: one };
      const kept = { ...object, body: zendesk.keep(object) };
      return zendesk.read(kept, { settings: { ...settings, statuses }, lookup: (name) => (name === 'ticket' ? body : undefined) }).facts.map(({ type }) => type);
    });
  }; // prettier-ignore
  const custom = (from: number, to: number): object => ({ id: 21, type: 'Change', field_name: 'custom_status_id', previous_value: String(from), value: String(to) }); // prettier-ignore

  void it('reads custom statuses from the log too, and a deleted ticket says nothing whatever its custom status', () => {
    const statuses = { '77': 'approved', '88': 'resolved' };
    const live = { custom_status_id: 77, with_audits: true };
    assert.deepEqual(readParts(statuses, live, [custom(1, 77)]), ['case.opened', 'return.requested', 'return.approved']);
    const word = { id: 22, type: 'Change', field_name: 'status', previous_value: 'open', value: 'pending' };
    const solved = { status: 'pending', custom_status_id: 88, with_audits: true };
    assert.deepEqual(readParts(statuses, solved, [word, custom(1, 88)]), ['case.opened', 'return.requested', 'case.resolved']);
    assert.deepEqual(readParts(statuses, { status: 'deleted', custom_status_id: 77 }), []);
  }); // prettier-ignore

  void it('takes a ticket that was merged into another for no case of its own: that it is closed says nothing', () => {
    const closes = { id: 23, type: 'Change', field_name: 'status', previous_value: 'open', value: 'closed' };
    const merged = { status: 'closed', tags: ['return', 'closed_by_merge'], with_audits: true };
    assert.deepEqual(readParts({}, merged, [closes]), ['return.requested']);
  });

  void it('solves with its note in one update, and not what somebody changed meanwhile', async () => {
    const ticket = server.open({ order: 'LH-10256' });
    const wanted = command('resolve-case', ticket);
    const stale: LiveConnection = {
      ...connection,
      http: {
        ...connection.http,
        async request(request) {
          if (request.method === 'PUT') {
            server.tick(5);
            server.update(ticket, { comment: { body: 'I look into it.' } });
          }
          return connection.http.request(request);
        },
      },
    };
    const refused = await zendeskLive.execute(stale, wanted, never);
    assert.deepEqual([refused.is, refused.is === 'failed' && refused.code, refused.is === 'failed' && refused.final], ['failed', 'stale', false]);
    assert.equal(server.tickets.get(ticket)?.status, 'new');
    assert.equal((await zendeskLive.execute(connection, wanted, never)).is, 'accepted');
    assert.equal(server.tickets.get(ticket)?.status, 'solved');
    const before = server.audits(ticket).length;
    // Reopened by the customer: it was done, and is not done again.
    server.update(ticket, { status: 'open' });
    assert.equal((await zendeskLive.probe(connection, wanted, never)).is, 'effect');
    assert.equal((await zendeskLive.execute(connection, wanted, never)).is, 'accepted');
    assert.equal(server.audits(ticket).length, before + 1);
  }); // prettier-ignore

  void it('keeps an answer as one note where there is no field, and says that it cannot change it', async () => {
    const ticket = server.open({ order: 'LH-10257' });
    assert.equal((await zendeskLive.execute(connection, command('place-answer', ticket, 'One unit is missing.'), never)).is, 'accepted');
    const changed = await zendeskLive.execute(connection, command('place-answer', ticket, 'All is well.'), never);
    assert.deepEqual([changed.is, changed.is === 'failed' && changed.code], ['failed', 'cannot-change']);
    assert.match(changed.is === 'failed' ? changed.message : '', /fields\.answer/);
  }); // prettier-ignore

  void it('keeps no name, no address and no text of a person', async () => {
    const ticket = server.open({ subject: 'Order LH-10258 for Ada Lindholm, Ringweg 1' });
    server.update(ticket, { comment: { body: 'Dear Ada Lindholm, your return was approved.' } });
    await factsOfTicket(ticket);
    for (const kind of ['ticket', 'audit'])
      for (const [id, body] of objects.get(kind) ?? []) {
        const kept = JSON.stringify(zendesk.keep({ connection: 'desk', kind, id, body }));
        assert.doesNotMatch(kept, /Lindholm|Ringweg|Dear/);
      }
  });
});
