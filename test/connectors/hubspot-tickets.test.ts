/** HubSpot's objects: what a ticket, its history, its e-mails and its pipeline say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hubspot } from '../../src/connectors/hubspot/hubspot-connector.ts';
import type { Reading } from '../../src/connectors/contract.ts';
import { contact, email, hubspotObjects, note, pipeline, ticket } from './hubspot-objects.ts';
import { claimsBeside, contextOf, settingsOf } from './recorded-objects.ts';

function objectOf(body: object) {
  const known = hubspot.kindOf(body, '');
  assert.ok(known !== undefined);
  return { connection: 'hubspot', ...known, body };
}

const context = contextOf([objectOf(pipeline)], settingsOf(hubspot));
const read = (body: object): Reading => hubspot.read(objectOf(body), context);
const story = (reading: Reading): string[] =>
  [...reading.facts]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ at, type }) => `${at.slice(5, 16)} ${type}`);
const withProperties = (more: Readonly<Record<string, string | null>>) => {
  const { propertiesWithHistory: _past, ...present } = ticket;
  return { ...present, properties: { ...ticket.properties, ...more } };
};

it('recognizes each object by its shape, and nobody else does', () => {
  assert.deepEqual(
    hubspotObjects.map((body) => hubspot.kindOf(body, '')),
    [
      { kind: 'pipeline', id: '77' },
      { kind: 'ticket', id: '9001' },
      { kind: 'email', id: '9101' },
      { kind: 'note', id: '9201' },
      { kind: 'contact', id: '9301' },
    ],
  );
  for (const body of hubspotObjects) assert.deepEqual(claimsBeside(hubspot, body, ''), []);
});

it('recognizes no error, no page and no webhook', () => {
  const others = [
    { status: 'error', message: 'Authentication credentials not found.', category: 'INVALID_AUTHENTICATION' },
    { results: [ticket], paging: { next: { after: '100' } } },
    {
      eventId: 1,
      subscriptionType: 'ticket.propertyChange',
      objectId: 9001,
      propertyName: 'hs_pipeline_stage',
    },
    { id: '9001', properties: {}, createdAt: 1, updatedAt: 2 },
  ];
  for (const body of others) assert.equal(hubspot.kindOf(body, 'tickets'), undefined);
});

it('reads the whole story of a return from the history of its ticket', () => {
  const reading = read(ticket);
  assert.deepEqual(story(reading).sort(), [
    '11-02T08:00 case.opened',
    '11-02T08:00 return.requested',
    '11-03T08:00 return.approved',
    '11-04T08:00 case.resolved',
    '11-04T09:00 case.reopened',
    '11-05T08:00 case.resolved',
  ]);
  assert.deepEqual(reading.unread, []);
  assert.ok(
    reading.names.includes('rma/RMA5001') && reading.links.some(({ term }) => term === 'number/LH-10251'),
  );
  const approved = reading.facts.find(({ type }) => type === 'return.approved');
  assert.deepEqual([approved?.rma, approved?.at], ['RMA5001', '2026-11-03T08:00:01.000Z']);
});

describe('a ticket read without its history', () => {
  const present = (stage: string, more: Readonly<Record<string, string | null>> = {}): string[] =>
    read(withProperties({ hs_pipeline_stage: stage, return_number: null, ...more })).facts.map(
      ({ type }) => type,
    );

  it('tells its present stage', () => {
    assert.deepEqual(present('701'), ['case.opened', 'return.requested']);
    assert.deepEqual(present('702'), ['case.opened', 'return.requested', 'return.approved']);
    assert.deepEqual(present('703'), ['case.opened', 'return.requested', 'return.rejected', 'case.resolved']);
    assert.deepEqual(present('704'), ['case.opened', 'return.requested', 'case.resolved']);
  });

  it('is a question in another pipeline, by HubSpot’s own stages', () => {
    assert.deepEqual(present('1', { hs_pipeline: '0' }), ['case.opened']);
    assert.deepEqual(present('4', { hs_pipeline: '0' }), ['case.opened', 'case.resolved']);
  });

  it('names a stage that nobody knows', () => {
    const { unread } = read(withProperties({ hs_pipeline_stage: '999' }));
    assert.deepEqual(
      unread.map(({ code, value }) => [code, value]),
      [['unmapped-status', '999']],
    );
  });

  it('says nothing once it lies in the recycle bin', () => {
    assert.deepEqual(read({ ...withProperties({}), archived: true }).facts, []);
  });
});

it('tells what an e-mail that left told the customer, and of which ticket', () => {
  const { facts, links } = read(email);
  assert.deepEqual(
    facts.map((fact) => fact.type === 'customer.told' && [fact.what, fact.case, fact.at]),
    [['refunded', '9001', '2026-11-04T10:00:00.000Z']],
  );
  assert.deepEqual(links, [{ term: 'object/hubspot/ticket/9001' }]);
});

for (const more of [
  { hs_email_direction: 'INCOMING_EMAIL' },
  { hs_email_status: 'BOUNCED' },
  { hs_email_status: 'DRAFT' },
])
  it(`tells nothing of an e-mail with ${JSON.stringify(more)}`, () => {
    assert.deepEqual(read({ ...email, properties: { ...email.properties, ...more } }).facts, []);
  });

it('takes a note for no word to the customer', () => {
  const { facts, links } = read(note);
  assert.deepEqual([facts, links], [[], [{ term: 'object/hubspot/ticket/9001' }]]);
});

it('keeps no person, and reads the same from what it keeps', () => {
  for (const body of hubspotObjects) {
    const object = objectOf(body);
    const kept = hubspot.keep(object);
    assert.deepEqual(hubspot.read({ ...object, body: kept }, context), hubspot.read(object, context));
    assert.doesNotMatch(JSON.stringify(kept), /anna|beispiel|@/i);
  }
  assert.equal(hubspot.kindOf(contact, '')?.kind, 'contact');
});
