import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFiveYears } from '../runs/five-years.ts';
import { useTestDatabases } from '../store/test-database.ts';

const store = useTestDatabases();

test('five years that are connected: the newest month answers first, what was open before is one line, nobody is told', async () => {
  const size = { orders: 2000, openBefore: 200, openAfter: 40, requestsPerSecond: 100 };
  const result = await runFiveYears(await store.open(), size);
  assert.equal(result.states, 2040);
  assert.equal(result.problems, 40);
  assert.deepEqual(
    result.opening.map(({ control, count, minor }) => ({ control, count, minor })),
    [{ control: 'refund-paid-out', count: 200, minor: 200 * 5990 }],
  );
  assert.equal(result.notices + result.commands, 0);
  assert.equal(result.atNewest.problems, 40, 'and with its problems');
  assert.ok(result.atNewest.older < 0.2 * 2000, `${result.atNewest.older} older ones were answered before`);
  assert.ok(result.requests > 20, 'they were counted');
  assert.ok(result.busiestSecond <= 100, `${result.busiestSecond} requests in one second`);
});
