import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlanInput } from '../../src/cli/read-plan-input.ts';
import { ocelOfOrders } from '../../src/northstar/plan/ocel-of-orders.ts';
import { readOcelJson } from '../../src/northstar/read-ocel-json.ts';
import { writeOcelJson } from '../../src/northstar/write-ocel-json.ts';
import { planDay, sample } from './plan-company.ts';

test('the orders as OCEL: every fact an event of its order, nothing dangling, read back without loss', async () => {
  const { states } = await readPlanInput({
    paths: [sample],
    asOf: () => Date.parse(planDay),
    language: 'en',
  });
  const text = [...writeOcelJson(ocelOfOrders(states))].join('');
  assert.equal(
    text,
    [...writeOcelJson(ocelOfOrders([...states].reverse()))].join(''),
    'order of input is nothing',
  );
  const { log, balance } = readOcelJson(Buffer.from(text));
  const facts = states.reduce((sum, state) => sum + state.facts.length, 0);
  assert.equal(log.events.ids.length, facts);
  for (const line of balance.lines) assert.deepEqual(line.setAside, [], line.what);
  const types = new Set(Array.from(log.objects.type, (type) => log.objectTypes[type]!.name));
  assert.deepEqual([...types].sort(), ['credit note', 'line units', 'order', 'refund', 'return', 'ticket']);
  const orders = Array.from(log.objects.type).filter(
    (type) => log.objectTypes[type]!.name === 'order',
  ).length;
  assert.equal(orders, states.length);
  const eventsWithOrder = new Set(
    Array.from(log.e2o.from).filter(
      (_, index) => log.objectTypes[log.objects.type[log.e2o.to[index]!]!]!.name === 'order',
    ),
  );
  assert.equal(eventsWithOrder.size, facts, 'each event names its order');
});
