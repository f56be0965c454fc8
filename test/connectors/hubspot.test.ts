/** Single rules of reading HubSpot, each on the smallest story that shows it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ConnectionSettings, Reading } from '../../src/connectors/contract.ts';
import { hubspot } from '../../src/connectors/hubspot/hubspot-connector.ts';
import { referencesIn } from '../../src/connectors/hubspot/hubspot-value.ts';
import { settingsOf } from './sandbox-connection.ts';

type Body = Record<string, unknown>;

const stage = (id: string, label: string, closed = false): Body => ({
  id, label, displayOrder: 0, metadata: { isClosed: String(closed), ticketState: closed ? 'CLOSED' : 'OPEN' },
}); // prettier-ignore

const returns: Body = {
  id: '90', label: 'Returns', displayOrder: 1,
  stages: [
    stage('101', 'Requested'), stage('102', 'Approved'), stage('103', 'Refunded'), stage('104', 'Resolved', true),
    stage('105', 'Rejected', true),
  ],
}; // prettier-ignore

/** The day of November 2026, at noon. */
const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T12:00:00.000Z`;

/** Stages by day, oldest first. */
const past = (...stages: readonly (readonly [string, number])[]): Body => ({
  hs_pipeline_stage: stages
    .map(([value, at]) => ({ value, timestamp: day(at), sourceType: 'CRM_UI' }))
    .reverse(),
});

function ticket(properties: Body = {}, more: Body = {}): Body {
  return {
    id: '7', createdAt: day(1), updatedAt: day(20), archived: false,
    properties: {
      hs_object_id: '7', createdate: day(1), hs_lastmodifieddate: day(20), hs_pipeline: '90', hs_pipeline_stage: '101',
      subject: 'Return', order_number: 'NK-1', ...properties,
    },
    ...more,
  }; // prettier-ignore
}

function read(
  kind: string,
  body: unknown,
  options: { settings?: Partial<ConnectionSettings>; pipelines?: readonly Body[]; id?: string } = {},
): Reading {
  const { pipelines = [returns], settings = {}, id = '7' } = options;
  const context = {
    settings: settingsOf('desk', 'crm', settings),
    lookup: (wanted: string, one: string | number) =>
      wanted === 'pipeline' ? pipelines.find((pipeline) => pipeline['id'] === String(one)) : undefined,
  };
  return hubspot.read({ connection: 'desk', kind, id, body }, context);
}

/** Type and day of each fact. */
const told = (reading: Reading): string[] =>
  reading.facts.map(({ type, at }) => `${type} ${Number(at.slice(8, 10))}`);

describe('a ticket', () => {
  test('tells its way through the stages, each step at its time', () => {
    const stages = past(['101', 1], ['102', 2], ['104', 5], ['102', 8], ['104', 9]);
    const reading = read('ticket', ticket({ hs_pipeline_stage: '104' }, { propertiesWithHistory: stages }));
    assert.deepEqual(told(reading), [
      'case.opened 1', 'return.requested 1', 'return.approved 2', 'case.resolved 5', 'case.reopened 8',
      'case.resolved 9',
    ]); // prettier-ignore
    assert.equal(new Set(reading.facts.map(({ id }) => id)).size, 6);
  });

  test('is approved when its return number was written, and carries the number', () => {
    const numbers = [{ value: 'rma 5', timestamp: day(3) }, { value: '', timestamp: day(1) }]; // prettier-ignore
    const reading = read(
      'ticket',
      ticket(
        { hs_pipeline_stage: '102', return_number: 'rma 5' },
        { propertiesWithHistory: { return_number: numbers } },
      ),
    );
    const approved = reading.facts.find(({ type }) => type === 'return.approved');
    assert.deepEqual([approved?.rma, approved?.at], ['RMA5', day(3)]);
    assert.ok(reading.names.includes('rma/RMA5'));
    assert.deepEqual(
      reading.links.map((link) => link.term),
      ['number/NK-1', 'rma/RMA5'],
    );
  });

  test('without history tells its present state, under the same id as with it', () => {
    const closed = { hs_pipeline_stage: '104', closed_date: day(9) };
    const plain = read('ticket', ticket(closed));
    assert.deepEqual(told(plain), ['case.opened 1', 'return.requested 1', 'case.resolved 9']);
    const whole = read('ticket', ticket(closed, { propertiesWithHistory: past(['101', 1], ['104', 9]) }));
    assert.deepEqual(whole.facts, plain.facts);
    const entered = ticket({ hs_pipeline_stage: '102', hs_v2_date_entered_102: day(4) });
    assert.deepEqual(told(read('ticket', entered)), [
      'case.opened 1',
      'return.requested 1',
      'return.approved 4',
    ]);
  });

  test('that asks again is no longer decided; a refusal stands with the ticket', () => {
    const back = past(['101', 1], ['102', 2], ['101', 3]);
    assert.deepEqual(told(read('ticket', ticket({}, { propertiesWithHistory: back }))), ['case.opened 1', 'return.requested 1']); // prettier-ignore
    const refused = ticket(
      { hs_pipeline_stage: '105' },
      { propertiesWithHistory: past(['102', 2], ['105', 6]) },
    );
    assert.deepEqual(told(read('ticket', refused)), ['case.opened 1', 'return.requested 1', 'return.rejected 6', 'case.resolved 6']); // prettier-ignore
  });

  test('is a question unless its pipeline, its number or its stage says return', () => {
    const about = (properties: Body, settings = {}, pipelines: readonly Body[] = [returns]): unknown => {
      const [opened] = read('ticket', ticket(properties), { settings, pipelines }).facts;
      return opened?.type === 'case.opened' ? opened.about : undefined;
    };
    const support = {
      id: '0',
      label: 'Support',
      displayOrder: 0,
      stages: [stage('1', 'New'), stage('9', 'Freigegeben')],
    };
    const question = { hs_pipeline: '0', hs_pipeline_stage: '1' };
    assert.equal(about({}), 'return');
    assert.equal(about(question, {}, [support]), 'question');
    assert.equal(about({ ...question, return_number: 'RMA-1' }, {}, [support]), 'return');
    assert.equal(about({ ...question, hs_pipeline_stage: '9' }, {}, [support]), 'return');
    assert.equal(about(question, { fields: { returnPipelines: 'Sales, support' } }, [support]), 'return');
    assert.equal(about({}, { fields: { returnPipelines: '0' } }), 'question');
    assert.equal(about(question, {}, []), 'question', 'HubSpot’s default pipeline needs no metadata');
  });

  test('in the recycle bin, or merged into another one, says nothing itself', () => {
    assert.deepEqual(read('ticket', ticket({}, { archived: true })).facts, []);
    const merged = read('ticket', ticket(), { id: '6' });
    assert.deepEqual([merged.facts, merged.links], [[], [{ term: 'object/desk/ticket/7' }]]); // prettier-ignore
  });

  test('without an order takes numbers in its text for weak ones', () => {
    const text = { order_number: null, subject: 'Order NK-20417', content: 'It is about RMA-77' };
    assert.deepEqual(read('ticket', ticket(text)).links, [
      { term: 'number/NK-20417', weak: true },
      { term: 'rma/RMA-77', weak: true },
    ]);
  });

  test('names its numbers where the settings say', () => {
    const settings = {
      fields: { orderNumber: 'bestellung', returnNumber: 'retoure' },
      orderReference: 'either' as const,
    };
    const { links } = read('ticket', ticket({ bestellung: 'Nr. NK-1; NK-2', retoure: 'R-9' }), { settings });
    assert.deepEqual(
      links.map((link) => link.term),
      ['ref/NK-1', 'ref/NK-2', 'rma/R-9'],
    );
  });
});

describe('a stage', () => {
  const typesFor = (label: string, closed = false): string[] => {
    const pipeline = { ...returns, stages: [stage('1', label, closed)] };
    const properties = { hs_pipeline_stage: '1', closed_date: day(9) };
    const { facts, unread } = read('ticket', ticket(properties), { pipelines: [pipeline] });
    assert.deepEqual(unread, []);
    return facts
      .map(({ type }) => type)
      .filter((type) => type !== 'case.opened' && type !== 'return.requested');
  };

  test('means what its label says, in English and German', () => {
    for (const label of ['Approved', 'Return accepted', 'Genehmigt', 'Freigegeben', 'Refunded', 'Erstattet'])
      assert.deepEqual(typesFor(label), ['return.approved'], label);
    for (const label of ['Rejected', 'Declined', 'Abgelehnt'])
      assert.deepEqual(typesFor(label, true), ['return.rejected', 'case.resolved'], label);
    for (const label of ['Closed', 'Erledigt', 'Approved and closed'])
      assert.deepEqual(typesFor(label, true), ['case.resolved'], label);
    for (const label of ['Not approved yet', 'Waiting for refund', 'Warten auf Kunde', 'To be refunded', 'Zur Erstattung', 'New'])
      assert.deepEqual(typesFor(label), [], label); // prettier-ignore
  });

  test('that nothing explains is reported, and the settings explain it by id, pipeline or label', () => {
    const unknown = read('ticket', ticket({ hs_pipeline_stage: '777' }));
    assert.deepEqual(unknown.unread.map(({ code, value }) => [code, value]), [['unmapped-status', '777']]); // prettier-ignore
    assert.deepEqual(told(unknown), ['case.opened 1', 'return.requested 1']);
    for (const key of ['777', '90/777']) {
      const body = ticket({ hs_pipeline_stage: '777', closed_date: day(9) });
      const mapped = read('ticket', body, { settings: { statuses: { [key]: 'resolved' } } });
      assert.deepEqual(told(mapped), ['case.opened 1', 'return.requested 1', 'case.resolved 9']);
    }
    const settings = { statuses: { Requested: 'approved' } };
    assert.ok(read('ticket', ticket(), { settings }).facts.some(({ type }) => type === 'return.approved'));
    const wrong = read('ticket', ticket(), { settings: { statuses: { '101': 'done' } } });
    assert.equal(wrong.unread[0]?.code, 'unmapped-status');
  });

  test('of the past in another pipeline is looked up there', () => {
    const intake = { id: '5', label: 'Intake', displayOrder: 0, stages: [stage('51', 'Done', true)] };
    const history = {
      hs_pipeline: [{ value: '90', timestamp: day(3) }, { value: '5', timestamp: day(1) }],
      ...past(['51', 1], ['101', 3]),
    }; // prettier-ignore
    const reading = read('ticket', ticket({}, { propertiesWithHistory: history }), {
      pipelines: [returns, intake],
    });
    assert.deepEqual(told(reading), [
      'case.opened 1',
      'return.requested 1',
      'case.resolved 1',
      'case.reopened 3',
    ]);
  });
});

describe('an e-mail', () => {
  const email = (properties: Body = {}): Body => ({
    id: '8', createdAt: day(4), updatedAt: day(4), archived: false,
    properties: {
      hs_timestamp: day(4), hs_email_direction: 'EMAIL', hs_email_status: 'SENT',
      hs_email_text: 'We have refunded 12.34 EUR to your card. RMA-5', ...properties,
    },
    associations: { tickets: { results: [{ id: '7', type: 'email_to_ticket' }] } },
  }); // prettier-ignore
  const what = (properties: Body): unknown => {
    const [fact] = read('email', email(properties), { id: '8' }).facts;
    return fact?.type === 'customer.told' ? [fact.what, fact.case, fact.rma, fact.at] : undefined;
  };

  test('to the customer tells what it says', () => {
    assert.deepEqual(what({}), ['refunded', '7', 'RMA-5', day(4)]);
    const html = '<p>Ihre Rücksendung wurde <b>genehmigt</b>.</p>';
    assert.deepEqual(what({ hs_email_text: null, hs_email_html: html }), [
      'approved',
      '7',
      undefined,
      day(4),
    ]);
    assert.deepEqual(read('email', email(), { id: '8' }).links, [{ term: 'object/desk/ticket/7' }]);
  });

  test('that came in, was passed on, or never left tells nothing', () => {
    for (const hs_email_direction of ['INCOMING_EMAIL', 'FORWARDED_EMAIL', undefined])
      assert.equal(what({ hs_email_direction }), undefined);
    for (const hs_email_status of ['BOUNCED', 'FAILED', 'SCHEDULED'])
      assert.equal(what({ hs_email_status }), undefined);
    assert.notEqual(what({ hs_email_status: null }), undefined, 'logged by hand');
  });
});

describe('recognition', () => {
  test('goes by properties, then by the name of the file, and takes nothing else', () => {
    const kindOf = (body: unknown, hint = 'export'): unknown => hubspot.kindOf(body, hint)?.kind;
    assert.equal(kindOf(ticket()), 'ticket');
    assert.equal(kindOf(returns), 'pipeline');
    const bare = { id: '7', properties: { hs_createdate: day(1) }, createdAt: day(1), updatedAt: day(1) };
    assert.equal(kindOf(bare), undefined);
    assert.equal(kindOf(bare, 'notes'), 'note');
    assert.equal(kindOf({ ...bare, properties: { hs_email_direction: 'EMAIL' } }), 'email');
    assert.equal(kindOf({ ...bare, properties: { email: 'a@b.example', lastname: 'A' } }), 'contact');
    const custom = { ...bare, properties: { hs_createdate: day(1), hs_pipeline_stage: '1' } };
    assert.equal(kindOf(custom), undefined, 'a custom object has stages too');
    for (const other of [
      null,
      7,
      [],
      {},
      { id: '7' },
      { id: 7, properties: [] },
      { object: 'charge', id: 'ch_1' },
    ])
      assert.equal(kindOf(other, 'tickets'), undefined);
  });
});

describe('what is kept', () => {
  const anyText = fc.oneof(
    fc.constantFrom(
      'NK-20417',
      ' #nk-1 ',
      'Nr. NO 5',
      'RMA-5, RMA 6',
      'ada@example.org',
      '+49 151 1234',
      'Ada L. 3',
      '',
    ),
    fc.string({ maxLength: 30 }),
  );
  const anyTime = fc.oneof(fc.constantFrom(day(1), day(9), '1793534400000', '', 'soon'), fc.constant(null));
  const anyHistory = fc.array(fc.record({ value: anyText, timestamp: anyTime }), { maxLength: 4 });
  const anyStages = fc.array(
    fc.record({ value: fc.constantFrom('101', '102', '104', '9', ''), timestamp: anyTime }),
    { maxLength: 5 },
  );
  const anyProperties = fc.record(
    {
      createdate: anyTime,
      closed_date: anyTime,
      hs_pipeline: fc.constantFrom('90', '0', null),
      hs_pipeline_stage: fc.constantFrom('101', '104', '105', '9', null),
      hs_v2_date_entered_102: anyTime,
      subject: anyText,
      content: anyText,
      order_number: anyText,
      return_number: anyText,
      phone_number: anyText,
      hs_timestamp: anyTime,
      hs_email_direction: fc.constantFrom('EMAIL', 'INCOMING_EMAIL'),
      hs_email_status: fc.constantFrom('SENT', 'BOUNCED', null),
      hs_email_text: anyText,
      hs_email_html: anyText,
    },
    { requiredKeys: [] },
  );
  const anyBody = fc.record(
    {
      id: fc.constantFrom('7', 7, '6', 'x'),
      createdAt: anyTime,
      updatedAt: anyTime,
      archived: fc.boolean(),
      properties: anyProperties,
      propertiesWithHistory: fc.record(
        { hs_pipeline_stage: anyStages, return_number: anyHistory, order_number: anyHistory },
        { requiredKeys: [] },
      ),
      associations: fc.constantFrom(
        undefined,
        { tickets: { results: [{ id: '7' }, { id: 'x' }] }, contacts: { results: [{ id: '5' }] } },
        { tickets: null },
      ),
    },
    { requiredKeys: [] },
  );

  test('reads the same as the whole, stays as it is when kept again, and never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ticket', 'email', 'note', 'contact'),
        fc.oneof({ weight: 20, arbitrary: anyBody }, { weight: 1, arbitrary: fc.anything() }),
        (kind, body) => {
          const kept = hubspot.keep({ connection: 'desk', kind, id: '7', body });
          assert.deepEqual(read(kind, kept), read(kind, body));
          assert.deepEqual(hubspot.keep({ connection: 'desk', kind, id: '7', body: kept }), kept);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('holds no name, address or text, and every short reference', () => {
    const whole = ticket({
      subject: 'Ada Lovelace wants to return NK-1', content: 'Hello, I am Ada, ada@example.org', kunde: 'Ada Lovelace',
      mail: 'ada@example.org', phone: '0151 12345', hubspot_owner_id: '55', bestellung: ' nk-1 ',
    }); // prettier-ignore
    const kept = JSON.stringify(hubspot.keep({ connection: 'desk', kind: 'ticket', id: '7', body: whole }));
    assert.ok(!/ada|lovelace|hello|12345|"55"/i.test(kept), kept);
    assert.ok(kept.includes('"bestellung":"NK-1"'));
    const body = {
      id: '5',
      properties: { email: 'ada@example.org', firstname: 'Ada' },
      createdAt: day(1),
      updatedAt: day(1),
    };
    assert.ok(
      !/ada/i.test(JSON.stringify(hubspot.keep({ connection: 'desk', kind: 'contact', id: '5', body }))),
    );
  });

  test('normalizes a reference to what stays the same', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const found = referencesIn('order_number', text);
        assert.deepEqual(referencesIn('order_number', found.join(', ')), found);
      }),
    );
  });
});
