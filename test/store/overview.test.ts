/** The trend of the overview: problems per day since the history was read, not those that came with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putPolicyValue } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { countProblemsByDay } from '../../src/store/overview.ts';
import { writeProblems } from '../../src/store/problems.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const now = '2026-11-20T12:00:00Z';
const problem = (id: string, since: string, dueAt?: string) => ({
  subjectKey: 'shop/1', id, code: 'refund-overdue', control: 'entitled-refunded', severity: 1 as const, since, owner: 'support', body: {},
  ...(dueAt !== undefined && { dueAt }),
}); // prettier-ignore

const openedBy = async (db: Database): Promise<readonly (readonly [string, number])[]> =>
  (await countProblemsByDay(db, now, 'Europe/Berlin', 30))
    .filter((day) => day.opened > 0)
    .map((day) => [day.day, day.opened]);

test('what was a problem before the first import was read is no trend; what became one later is', async () => {
  const db = await databases.open();
  await db.transaction((tx) =>
    writeProblems(
      tx,
      ['shop/1'],
      [
        problem('imported', '2026-11-02T08:00:00.000Z', '2026-11-05T08:00:00.000Z'),
        problem('due-later', '2026-11-08T08:00:00.000Z', '2026-11-14T08:00:00.000Z'),
        problem('new', '2026-11-16T23:30:00.000Z'),
      ],
    ),
  );
  assert.deepEqual(await openedBy(db), [], 'while the history is being read nothing is counted');
  const value = { name: 'notices-began', scope: '', validToAt: null, value: true, setBy: 'system' };
  await putPolicyValue(db, { ...value, validFromAt: '2026-11-10T09:00:00.000Z' });
  assert.deepEqual(await openedBy(db), [
    ['2026-11-14', 1],
    ['2026-11-17', 1],
  ]);
});
