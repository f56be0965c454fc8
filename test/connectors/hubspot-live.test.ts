/** HubSpot's live half against the sandbox's CRM: sweeps, reads, webhooks, and one note however badly it goes. */
import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import { hubspot } from '../../src/connectors/hubspot/hubspot-connector.ts';
import { hubspotLive } from '../../src/connectors/hubspot/hubspot-live.ts';
import type { LiveConnection, RawDelivery } from '../../src/connectors/live-contract.ts';
import { plantedKey } from '../../src/connectors/planted-key.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { CrmObject } from '../../src/sandbox/hubspot/crm-state.ts';
import { signV3 } from '../../src/sandbox/hubspot/deliver-changes.ts';
import type { SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { companyFor, receiver } from '../sandbox/sandbox-clients.ts';
import { commandOf, connectTo, never, runSweep, settingsOf } from './sandbox-connection.ts';

const settings = settingsOf('desk', 'crm');

function newTicket({ company }: SandboxCompany, stage = '102', properties = {}): CrmObject {
  return company.hubspot.crm.create('tickets', {
    subject: 'Return', hs_pipeline: '90', hs_pipeline_stage: stage, order_number: 'NK-1', return_number: 'RMA-1',
    ...properties,
  }); // prettier-ignore
}

async function open(
  t: TestContext,
  faults: readonly Fault[] = [],
): Promise<{ sandbox: SandboxCompany; connection: LiveConnection; ticket: CrmObject }> {
  const sandbox = await companyFor(t, { faults });
  const { baseUrl, token, clientSecret } = sandbox.hubspot;
  const connection = connectTo(t, { settings, baseUrl, secrets: { token, clientSecret } });
  return { sandbox, connection, ticket: newTicket(sandbox) };
}

const bodiesOfNotes = ({ company }: SandboxCompany): unknown[] =>
  [...company.hubspot.crm.objects.notes.values()].map((note) =>
    company.hubspot.crm.get(note, 'hs_note_body'),
  );

const stageOf = ({ company }: SandboxCompany, ticket: CrmObject): unknown =>
  company.hubspot.crm.get(ticket, 'hs_pipeline_stage');

const stagesOf = (ticket: CrmObject): unknown[] =>
  (ticket.history.get('hs_pipeline_stage') ?? []).map(({ value }) => value);

test('an answer is kept in the ticket property that the settings name, and changed there', async (t) => {
  const { sandbox, connection, ticket } = await open(t);
  const named = { ...connection, settings: { ...connection.settings, fields: { answer: 'content' } } };
  const answer = (text: string): ReturnType<typeof commandOf> =>
    commandOf('place-answer', { ticket: ticket.id }, { text });
  for (const text of ['1 of 2 units is back.', 'Both units are back.']) {
    assert.deepEqual(await hubspotLive.probe(named, answer(text), never), { is: 'absent' });
    assert.equal((await hubspotLive.execute(named, answer(text), never)).is, 'accepted');
    assert.equal((await hubspotLive.probe(named, answer(text), never)).is, 'effect');
    assert.ok(sandbox.company.hubspot.crm.get(ticket, 'content')?.startsWith(text));
  }
  assert.deepEqual(bodiesOfNotes(sandbox), [], 'and no note beside it');
});

describe('a note on a case', () => {
  const noteOn = (ticket: CrmObject): ReturnType<typeof commandOf> =>
    commandOf('note-case', { ticket: `7,${ticket.id}` }, { text: 'Not paid yet: 10 < 12 €' });
  const written = `Not paid yet: 10 &lt; 12 €<br>${plantedKey('prb_1.1')}`;

  test('is written once on the newest ticket, and is found again', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    assert.deepEqual(await hubspotLive.probe(connection, noteOn(ticket), never), { is: 'absent' });
    const done = await hubspotLive.execute(connection, noteOn(ticket), never);
    assert.equal(done.is, 'accepted');
    assert.deepEqual(await hubspotLive.probe(connection, noteOn(ticket), never), { ...done, is: 'effect' });
    assert.deepEqual(await hubspotLive.execute(connection, noteOn(ticket), never), done);
    assert.deepEqual(bodiesOfNotes(sandbox), [written]);
    assert.equal(ticket.associations.get('notes')?.size, 1);
  });

  const faults: readonly [string, Omit<Fault, 'on'>, string][] = [
    ['times out before its effect', { kind: 'time_out_before' }, 'unknown'],
    ['times out after its effect', { kind: 'time_out_after' }, 'unknown'],
    ['lands after the line was cut', { kind: 'lands_late', seconds: 20, reads: 99 }, 'unknown'],
    ['lands after the first look', { kind: 'lands_late', reads: 1 }, 'unknown'],
    ['is refused for its rate', { kind: 'rate_limited', seconds: 3 }, 'failed'],
    ['ends in a 500 without effect', { kind: 'error_before' }, 'unknown'],
    ['ends in a 500 with effect', { kind: 'error_after' }, 'unknown'],
  ];
  for (const [story, fault, expected] of faults) {
    test(`that ${story} is written once`, async (t) => {
      const { sandbox, connection, ticket } = await open(t, [
        { on: 'hubspot', match: /POST .*notes$/, times: 1, ...fault },
      ]);
      const first = await hubspotLive.execute(connection, noteOn(ticket), never);
      assert.equal(first.is, expected);
      if (first.is === 'failed') assert.deepEqual([first.final, first.retryAfterMs], [false, 3000]);
      await sandbox.advance({ seconds: 60 });
      const probe = await hubspotLive.probe(connection, noteOn(ticket), never);
      if (probe.is === 'absent')
        assert.equal((await hubspotLive.execute(connection, noteOn(ticket), never)).is, 'accepted');
      assert.equal((await hubspotLive.probe(connection, noteOn(ticket), never)).is, 'effect');
      assert.deepEqual(bodiesOfNotes(sandbox), [written]);
    });
  }

  test('is found again on a ticket with more notes than one answer names', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    // HubSpot names a hundred associated objects with an object, here two, and says where the others are.
    const paged: LiveConnection = {
      ...connection,
      http: {
        ...connection.http,
        async request(request) {
          const url = new URL(request.url);
          const ids = [...(ticket.associations.get('notes') ?? [])].map((id) => ({
            id,
            type: 'ticket_to_note',
          }));
          const json = (body: object): never => ({ status: 200, headers: {}, text: '', json: body }) as never;
          if (url.pathname.endsWith('/associations/notes')) {
            assert.equal(url.pathname, `/crm/v3/objects/tickets/${ticket.id}/associations/notes`);
            const from = Number(url.searchParams.get('after'));
            const next = from + 2 < ids.length ? { paging: { next: { after: String(from + 2) } } } : {};
            return json({ results: ids.slice(from, from + 2), ...next });
          }
          const answer = await connection.http.request(request);
          if (!url.pathname.endsWith(`/tickets/${ticket.id}`) || ids.length <= 2) return answer;
          const notes = { results: ids.slice(0, 2), paging: { next: { after: '2', link: 'x' } } };
          return { ...answer, json: { ...(answer.json as object), associations: { notes } } };
        },
      },
    };
    const note = (key: string): ReturnType<typeof commandOf> => ({ ...noteOn(ticket), key });
    for (const key of ['a', 'b', 'c', 'd', 'e', 'prb_1.1'])
      assert.equal((await hubspotLive.execute(paged, note(key), never)).is, 'accepted');
    assert.equal((await hubspotLive.probe(paged, note('prb_1.1'), never)).is, 'effect');
    await hubspotLive.execute(paged, note('prb_1.1'), never);
    assert.equal(bodiesOfNotes(sandbox).length, 6, 'none twice');
    for (const text of ['One.', 'Two.']) {
      const answer = commandOf('place-answer', { ticket: ticket.id }, { key: 'place', text });
      assert.equal((await hubspotLive.execute(paged, answer, never)).is, 'accepted');
    }
    assert.equal(bodiesOfNotes(sandbox).length, 7, 'one place');
  });

  test('that could not be prepared has surely not been written', async (t) => {
    const { sandbox, connection, ticket } = await open(t, [
      { on: 'hubspot', match: /GET/, kind: 'error_before' },
    ]);
    const done = await hubspotLive.execute(connection, noteOn(ticket), never);
    assert.deepEqual([done.is, done.is === 'failed' && done.final], ['failed', false]);
    assert.equal((await hubspotLive.probe(connection, noteOn(ticket), never)).is, 'undecidable');
    assert.deepEqual(bodiesOfNotes(sandbox), []);
  });

  test('is not written while notes that may be ours cannot be read, and is beside notes that are gone', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    assert.equal((await hubspotLive.execute(connection, noteOn(ticket), never)).is, 'accepted');
    const partly = (category: string): LiveConnection => ({
      ...connection,
      http: {
        ...connection.http,
        async request(request) {
          if (!request.url.endsWith('/notes/batch/read')) return connection.http.request(request);
          const errors = [
            { status: 'error', category, message: 'no', context: { ids: ['9'] }, errors: [], links: {} },
          ];
          return {
            status: 207,
            headers: {},
            text: '',
            json: { status: 'COMPLETE', results: [], numErrors: 1, errors },
          };
        },
      },
    });
    const done = await hubspotLive.execute(partly('INTERNAL_ERROR'), noteOn(ticket), never);
    assert.deepEqual([done.is, done.is === 'failed' && done.final], ['failed', false]);
    assert.equal(
      (await hubspotLive.probe(partly('INTERNAL_ERROR'), noteOn(ticket), never)).is,
      'undecidable',
    );
    assert.equal((await hubspotLive.probe(partly('OBJECT_NOT_FOUND'), noteOn(ticket), never)).is, 'absent');
    assert.deepEqual(bodiesOfNotes(sandbox), [written]);
  });

  test('without a ticket, or for a step HubSpot knows nothing of, is refused for good', async (t) => {
    const { connection } = await open(t);
    for (const [command, code] of [
      [commandOf('note-case', {}), 'incomplete'],
      [commandOf('refund', {}), 'unsupported'],
    ] as const) {
      // prettier-ignore
      const done = await hubspotLive.execute(connection, command, never);
      assert.deepEqual(done.is === 'failed' && [done.code, done.final], [code, true]);
      assert.ok(hubspotLive.contract.finalErrors.includes(code));
      assert.equal((await hubspotLive.probe(connection, command, never)).is, 'undecidable');
    }
  });
});

describe('resolving a case', () => {
  const resolve = (ticket: CrmObject): ReturnType<typeof commandOf> =>
    commandOf('resolve-case', { ticket: ticket.id }, { text: 'All settled.' });

  test('says why, and closes the ticket in the stage that means resolved', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    assert.equal((await hubspotLive.execute(connection, resolve(ticket), never)).is, 'accepted');
    assert.equal((await hubspotLive.probe(connection, resolve(ticket), never)).is, 'effect');
    assert.deepEqual(stagesOf(ticket), ['102', '104']);
    assert.deepEqual(bodiesOfNotes(sandbox), [`All settled.<br>${plantedKey('prb_1.1')}`]);
  });

  for (const kind of ['time_out_before', 'time_out_after', 'error_before', 'error_after'] as const) {
    test(`through a ${kind} of either step ends in one note and one closing`, async (t) => {
      for (const match of [/POST .*notes$/, /PATCH/]) {
        const { sandbox, connection, ticket } = await open(t, [{ on: 'hubspot', kind, match, times: 1 }]);
        assert.equal((await hubspotLive.execute(connection, resolve(ticket), never)).is, 'unknown');
        const probe = await hubspotLive.probe(connection, resolve(ticket), never);
        if (probe.is === 'absent')
          assert.equal((await hubspotLive.execute(connection, resolve(ticket), never)).is, 'accepted');
        assert.deepEqual([stagesOf(ticket), bodiesOfNotes(sandbox).length], [['102', '104'], 1]); // prettier-ignore
      }
    });
  }

  test('leaves a ticket alone that a person closed, refused, or opened again', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    const { crm } = sandbox.company.hubspot;
    crm.update(ticket, { hs_pipeline_stage: '105' });
    assert.equal((await hubspotLive.execute(connection, resolve(ticket), never)).is, 'accepted');
    assert.deepEqual([stageOf(sandbox, ticket), bodiesOfNotes(sandbox)], ['105', []]);
    const other = newTicket(sandbox);
    await hubspotLive.execute(connection, resolve(other), never);
    await sandbox.advance({ hours: 1 });
    crm.update(other, { hs_pipeline_stage: '102' });
    assert.equal((await hubspotLive.execute(connection, resolve(other), never)).is, 'accepted');
    assert.equal(stageOf(sandbox, other), '102');
  });

  test('asks for a setting where no stage means resolved', async (t) => {
    const { sandbox, ticket } = await open(t);
    const { baseUrl, token } = sandbox.hubspot;
    const mapped = settingsOf('desk', 'crm', { statuses: { '104': 'open', '105': 'rejected' } });
    const connection = connectTo(t, { settings: mapped, baseUrl, secrets: { token } });
    const done = await hubspotLive.execute(connection, resolve(ticket), never);
    assert.equal(done.is === 'failed' && done.code, 'no-closing-stage');
    assert.deepEqual(bodiesOfNotes(sandbox), []);
  });
});

describe('reading', () => {
  test('a first run lists all tickets whole, a later one what was modified', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    for (let count = 0; count < 120; count += 1) newTicket(sandbox);
    await sandbox.advance({ hours: 1 });
    const first = await runSweep(hubspotLive, connection, 'ticket');
    assert.deepEqual([new Set(first.objects.map(({ id }) => id)).size, first.pages], [121, 3]);
    await sandbox.advance({ hours: 1 });
    sandbox.company.hubspot.crm.update(ticket, { hs_pipeline_stage: '104' });
    await sandbox.advance({ seconds: 10 });
    const second = await runSweep(hubspotLive, connection, 'ticket', first.cursor);
    assert.deepEqual(
      second.objects.map(({ id }) => id),
      [ticket.id],
    );
    const [snapshot] = second.objects;
    assert.ok(snapshot);
    const { objects: pipelines } = await runSweep(hubspotLive, connection, 'pipeline');
    const lookup = (_kind: string, id: string | number): unknown =>
      pipelines.find((pipeline) => pipeline.id === String(id))?.body;
    const types = hubspot.read(snapshot, { settings, lookup }).facts.map(({ type }) => type);
    assert.ok(types.includes('case.resolved') && types.includes('return.approved'));
  });

  test('hundreds that were modified in one instant are all found', async (t) => {
    const { sandbox, connection } = await open(t);
    await sandbox.advance({ hours: 1 });
    const first = await runSweep(hubspotLive, connection, 'ticket');
    await sandbox.advance({ hours: 1 });
    const made = new Set<string>();
    for (let count = 0; count < 330; count += 1) made.add(newTicket(sandbox).id);
    await sandbox.advance({ seconds: 30 });
    made.add(newTicket(sandbox).id);
    await sandbox.advance({ seconds: 30 });
    const second = await runSweep(hubspotLive, connection, 'ticket', first.cursor);
    assert.deepEqual(new Set(second.objects.map(({ id }) => id)), made);
    assert.ok(second.objects.length <= made.size + 100, `${second.objects.length} reads`);
  });

  test('what the search did not show yet comes with the next run', async (t) => {
    const { sandbox, connection } = await open(t);
    await sandbox.advance({ hours: 1 });
    const first = await runSweep(hubspotLive, connection, 'ticket');
    const fresh = newTicket(sandbox);
    const second = await runSweep(hubspotLive, connection, 'ticket', first.cursor);
    assert.ok(!second.objects.some(({ id }) => id === fresh.id));
    await sandbox.advance({ minutes: 2 });
    const third = await runSweep(hubspotLive, connection, 'ticket', second.cursor);
    assert.ok(third.objects.some(({ id }) => id === fresh.id));
  });

  test('a ticket comes with the e-mails on it; the sweep of e-mails names their ticket', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    const { crm } = sandbox.company.hubspot;
    const first = await runSweep(hubspotLive, connection, 'email');
    await sandbox.advance({ hours: 1 });
    const at = new Date(sandbox.now()).toISOString();
    for (const direction of ['EMAIL', 'INCOMING_EMAIL']) {
      const text = 'We have refunded 12.00 EUR.';
      const mail = crm.create('emails', {
        hs_timestamp: at,
        hs_email_direction: direction,
        hs_email_text: text,
      });
      crm.associate(mail, ticket);
    }
    await sandbox.advance({ seconds: 10 });
    const { objects } = await runSweep(hubspotLive, connection, 'email', first.cursor);
    const fetched = await hubspotLive.fetch(connection, { kind: 'ticket', id: ticket.id }, never);
    assert.equal(fetched.is === 'snapshot' && fetched.others?.length, 2);
    assert.equal(objects.length, 1, 'what customers write is not fetched one by one');
    const [mail] = objects;
    assert.ok(mail);
    const [fact] = hubspot.read(mail, { settings, lookup: () => undefined }).facts;
    assert.ok(fact?.type === 'customer.told');
    assert.deepEqual([fact.what, fact.case, fact.at], ['refunded', ticket.id, at]);
  });

  test('only a missing object of a type that answers is gone', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    const fetched = async (id: string, to = connection, kind = 'ticket'): Promise<unknown> => {
      const result = await hubspotLive.fetch(to, { kind, id }, never);
      return result.is === 'unreachable' ? result.code : result.is;
    };
    assert.equal(await fetched(ticket.id), 'snapshot');
    assert.equal(await fetched('90', connection, 'pipeline'), 'snapshot');
    assert.equal(await fetched('91', connection, 'pipeline'), 'gone');
    assert.equal(await fetched('99'), 'gone');
    sandbox.company.hubspot.crm.archive(ticket);
    assert.equal(await fetched(ticket.id), 'gone');
    const { baseUrl } = sandbox.hubspot;
    const wrong = connectTo(t, { settings, baseUrl, secrets: { token: 'wrong' } });
    assert.equal(await fetched('99', wrong), 'unauthorized');
    const lost = connectTo(t, { settings, baseUrl: `${baseUrl}/elsewhere`, secrets: connection.secrets });
    assert.equal(await fetched('99', lost), 'route-missing');
    for (const [kind, code] of [
      ['error_before', 'server-error'],
      ['rate_limited', 'rate-limited'],
      ['time_out_before', 'timeout'],
      ['rights_lost', 'unauthorized'],
    ] as const) {
      // prettier-ignore
      sandbox.faults.add({ on: 'hubspot', kind, seconds: 40 });
      assert.equal(await fetched('99'), code);
      sandbox.faults.clear();
    }
  });

  test('a ticket that cannot be read is set aside, and the sweep goes on', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    const first = await runSweep(hubspotLive, connection, 'ticket');
    const other = newTicket(sandbox);
    await sandbox.advance({ seconds: 10 });
    sandbox.faults.add({ on: 'hubspot', kind: 'error_before', match: new RegExp(`GET .*${ticket.id}`) });
    const page = await hubspotLive.sweep(connection, 'ticket', first.cursor, never);
    assert.deepEqual([page.objects.map(({ id }) => id), page.setAside?.map(({ ref }) => ref.id), page.done], [[other.id], [ticket.id], true]); // prettier-ignore
    sandbox.faults.clear();
    sandbox.faults.add({ on: 'hubspot', kind: 'rights_lost' });
    await assert.rejects(hubspotLive.sweep(connection, 'ticket', first.cursor, never), {
      code: 'unauthorized',
    });
  });

  test('the census lists what is there and not in the recycle bin', async (t) => {
    const { sandbox, connection, ticket } = await open(t);
    const kept: string[] = [];
    for (let count = 0; count < 130; count += 1) kept.push(newTicket(sandbox).id);
    sandbox.company.hubspot.crm.archive(ticket);
    const ids: string[] = [];
    for await (const page of hubspotLive.census(connection, 'ticket', never))
      ids.push(...page.map(({ id }) => id));
    assert.deepEqual(ids.sort(), kept.sort());
  });
});

describe('a webhook', () => {
  async function delivered(t: TestContext): Promise<{ delivery: RawDelivery; secret: string; ids: string[]; url: string }> {
    const { sandbox, ticket } = await open(t);
    const { url, received } = await receiver(t);
    await sandbox.subscribe({ hubspot: url });
    const other = newTicket(sandbox);
    sandbox.company.hubspot.crm.update(ticket, { hs_pipeline_stage: '104' });
    await sandbox.advance({ seconds: 10 });
    const [sent] = received;
    assert.ok(sent);
    const receivedAt = Number(sent.headers['x-hubspot-request-timestamp']) + 2000;
    const delivery = { headers: sent.headers, body: Buffer.from(sent.rawBody), receivedAt, path: sent.url };
    return { delivery, secret: sandbox.hubspot.clientSecret, ids: [ticket.id, other.id].sort(), url };
  } // prettier-ignore

  test('hints at each ticket once, in whatever order the changes came', async (t) => {
    const { delivery, secret, ids } = await delivered(t);
    const verified = hubspotLive.verify({ settings, secrets: { clientSecret: secret } }, delivery);
    assert.ok(verified.is === 'delivery');
    assert.deepEqual(verified.hints.map(({ id }) => id).sort(), ids);
    assert.ok(verified.hints.every(({ kind }) => kind === 'ticket'));
  });

  test('with another secret, body, address or time is refused', async (t) => {
    const { delivery, secret, url } = await delivered(t);
    const codeOf = (change: Partial<RawDelivery>, secrets: Record<string, string> = {}): string => {
      const all = { clientSecret: secret, ...secrets };
      const verified = hubspotLive.verify({ settings, secrets: all }, { ...delivery, ...change });
      return verified.is === 'rejected' ? verified.code : verified.is;
    };
    assert.equal(codeOf({}), 'delivery');
    assert.equal(
      codeOf({ headers: { ...delivery.headers, host: 'inner' } }, { webhookUrl: url }),
      'delivery',
    );
    assert.equal(codeOf({}, { clientSecret: 'other' }), 'bad-signature');
    assert.equal(codeOf({}, { clientSecret: '' }), 'bad-signature');
    assert.equal(codeOf({}, { webhookUrl: `${url}/2` }), 'bad-signature');
    assert.equal(codeOf({ path: '/other' }), 'bad-signature');
    assert.equal(codeOf({ body: Buffer.from('[]') }), 'bad-signature');
    assert.equal(codeOf({ headers: {} }), 'bad-signature');
    assert.equal(codeOf({ receivedAt: delivery.receivedAt + 301_000 }), 'too-old');
  });

  test('knows merged tickets, the newer kind of changes, and what it has no use for', () => {
    const verify = (changes: unknown, path = '/hooks/desk'): ReturnType<typeof hubspotLive.verify> => {
      const body = JSON.stringify(changes);
      const signature = signV3('s', `https://r.example${path}`, body, 1000);
      const headers = {
        host: 'r.example', 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': '1000',
      }; // prettier-ignore
      const delivery = { headers, body: Buffer.from(body), receivedAt: 1000, path };
      return hubspotLive.verify({ settings, secrets: { clientSecret: 's' } }, delivery);
    };
    const hints = (changes: unknown): unknown => {
      const verified = verify(changes);
      return verified.is === 'delivery' ? verified.hints.map(({ kind, id }) => `${kind}/${id}`) : verified.is;
    };
    const merge = {
      eventId: 1,
      subscriptionType: 'ticket.merge',
      objectId: 5,
      primaryObjectId: 5,
      mergedObjectIds: [6],
    };
    assert.deepEqual(hints([merge]), ['ticket/5', 'ticket/6']);
    // What two tickets become may be a third one.
    assert.deepEqual(hints([{ ...merge, newObjectId: 7 }]), ['ticket/5', 'ticket/7', 'ticket/6']);
    const generic = {
      eventId: 2,
      subscriptionType: 'object.propertyChange',
      objectTypeId: '0-5',
      objectId: 8,
    };
    assert.deepEqual(hints([generic, { eventId: 3, subscriptionType: 'contact.creation', objectId: 9 }]), [
      'ticket/8',
    ]);
    assert.equal(hints('text'), 'rejected');
    // The same list, tried again.
    const again = [verify([generic]), verify([{ ...generic, attemptNumber: 1 }])];
    assert.deepEqual(again[0], again[1]);
  });

  test('signed with the address in the clear fits an address that arrives encoded', () => {
    const signature = signV3('s', 'https://r.example/hooks/a:b', '[]', 1000);
    const headers = {
      host: 'r.example',
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': '1000',
    };
    const delivery = { headers, body: Buffer.from('[]'), receivedAt: 1000, path: '/hooks/a%3Ab' };
    assert.equal(hubspotLive.verify({ settings, secrets: { clientSecret: 's' } }, delivery).is, 'delivery');
  });
});

describe('the check', () => {
  test('names what is missing, and shows no secret', async (t) => {
    const { sandbox, connection } = await open(t);
    const lines = await hubspotLive.check(connection, never);
    assert.deepEqual(lines.filter(({ state }) => state === 'failed'), []); // prettier-ignore
    for (const name of ['login', 'read tickets', 'read emails', 'property order_number', 'pipeline Returns'])
      assert.equal(lines.find(({ check }) => check === name)?.state, 'ok', name);
    const { baseUrl, token } = sandbox.hubspot;
    const odd = settingsOf('desk', 'crm', {
      fields: { orderNumber: 'bestellnummer' },
      statuses: { Approved: 'maybe' },
    });
    const partly = connectTo(t, { settings: odd, baseUrl, secrets: { token } });
    const warnings = (await hubspotLive.check(partly, never)).filter(({ state }) => state === 'warning');
    const named = warnings.map(({ check }) => check).filter((check) => check !== 'clock');
    assert.deepEqual(named, ['property bestellnummer', 'pipeline Returns', 'webhook']);
    const wrong = connectTo(t, { settings, baseUrl, secrets: { token: 'nope' } });
    const [line] = await hubspotLive.check(wrong, never);
    assert.deepEqual([line?.check, line?.state], ['login', 'failed']);
    assert.ok(!JSON.stringify(lines).includes(token));
  });
});
