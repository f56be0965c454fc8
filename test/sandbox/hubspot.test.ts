import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { companyFor, crm, receiver } from './sandbox-clients.ts';

const ticket = (subject: string): object => ({
  properties: { subject, hs_pipeline: '90', hs_pipeline_stage: '101' },
});
const path = '/crm/v3/objects/tickets';

async function find(sandbox: SandboxCompany, subject: string): Promise<unknown> {
  const filters = [{ propertyName: 'subject', operator: 'EQ', value: subject }];
  const { body } = await crm(sandbox, 'POST', `${path}/search`, { filterGroups: [{ filters }] });
  return body['total'];
}

test('a new ticket is read at once but found by search only seconds later', async (t) => {
  const sandbox = await companyFor(t);
  const made = await crm(sandbox, 'POST', path, ticket('Return NK-1'));
  assert.equal(made.status, 201);
  assert.equal((await crm(sandbox, 'GET', `${path}/${made.body['id'] as string}`)).status, 200);
  assert.equal(await find(sandbox, 'Return NK-1'), 0);
  await sandbox.advance({ seconds: 4 });
  assert.equal(await find(sandbox, 'Return NK-1'), 0);
  await sandbox.advance({ seconds: 2 });
  assert.equal(await find(sandbox, 'Return NK-1'), 1);
});

test('history, pages and errors come in HubSpot’s shapes', async (t) => {
  const sandbox = await companyFor(t);
  const made = await crm(sandbox, 'POST', path, ticket('Return NK-2'));
  const id = made.body['id'] as string;
  await sandbox.advance({ hours: 1 });
  await crm(sandbox, 'PATCH', `${path}/${id}`, { properties: { hs_pipeline_stage: '102' } });
  const read = await crm(sandbox, 'GET', `${path}/${id}?propertiesWithHistory=hs_pipeline_stage`);
  const history = read.body['propertiesWithHistory'] as Record<string, { value: string }[]>;
  assert.deepEqual(history['hs_pipeline_stage']?.map(({ value }) => value), ['102', '101']); // prettier-ignore

  await crm(sandbox, 'POST', path, ticket('Return NK-3'));
  const first = await crm(sandbox, 'GET', `${path}?limit=1`);
  const { after } = (first.body['paging'] as { next: { after: string } }).next;
  const second = await crm(sandbox, 'GET', `${path}?limit=1&after=${after}`);
  assert.notEqual(
    (second.body['results'] as { id: string }[])[0]?.id,
    (first.body['results'] as { id: string }[])[0]?.id,
  );

  const unknown = await crm(sandbox, 'PATCH', `${path}/${id}`, { properties: { nonsense: '1' } });
  assert.deepEqual([unknown.status, unknown.body['category']], [400, 'VALIDATION_ERROR']);
  assert.match(unknown.body['message'] as string, /PROPERTY_DOESNT_EXIST/);
  assert.equal((await crm(sandbox, 'GET', `${path}/1`)).status, 404);
  const many = Array.from({ length: 101 }, () => ({ id }));
  assert.equal((await crm(sandbox, 'POST', `${path}/batch/read`, { inputs: many })).status, 400);
  const mixed = await crm(sandbox, 'POST', `${path}/batch/read`, { inputs: [{ id }, { id: '1' }] });
  assert.deepEqual([mixed.status, mixed.body['numErrors']], [207, 1]);
});

test('webhooks carry signature v3 over method, address, body and time, and are sent again', async (t) => {
  const sandbox = await companyFor(t);
  const { url, received, answer } = await receiver(t);
  await sandbox.subscribe({ hubspot: url });
  answer.status = 503;
  const made = await crm(sandbox, 'POST', path, ticket('Return NK-4'));
  await sandbox.advance({ seconds: 10 });
  assert.equal(received.length, 1);
  answer.status = 200;
  await sandbox.advance({ minutes: 5 });
  assert.equal(received.length, 2);
  const { headers, rawBody } = received[1]!;
  const time = headers['x-hubspot-request-timestamp']!;
  const expected = createHmac('sha256', sandbox.hubspot.clientSecret)
    .update(`POST${url}${rawBody}${time}`)
    .digest('base64');
  assert.equal(headers['x-hubspot-signature-v3'], expected);
  const changes = JSON.parse(rawBody) as {
    objectId: number;
    subscriptionType: string;
    attemptNumber: number;
  }[];
  assert.ok(changes.every(({ objectId }) => String(objectId) === made.body['id']));
  assert.ok(changes.some(({ subscriptionType }) => subscriptionType === 'ticket.creation'));
  assert.ok(changes.every(({ attemptNumber }) => attemptNumber === 1));
});

test('a wrong token is 401', async (t) => {
  const sandbox = await companyFor(t);
  const answer = await fetch(`${sandbox.hubspot.baseUrl}${path}`, {
    headers: { authorization: 'Bearer no' },
  });
  assert.equal(answer.status, 401);
});
