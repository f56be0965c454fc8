/** Policy values stored with dates: what is set for some days leaves all others as they were. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPolicy } from '../../src/engine/load-policy.ts';
import type { ControlId } from '../../src/kernel/controls.ts';
import { controlOn, valueOn } from '../../src/kernel/policy.ts';
import { putPolicyValue } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { useTestDatabases } from '../store/test-database.ts';

const store = useTestDatabases();
const set = (db: Database, name: string, from: string, value: unknown, to?: string): Promise<void> =>
  putPolicyValue(db, {
    name, scope: '', validFromAt: `${from}T00:00:00Z`, validToAt: to === undefined ? null : `${to}T00:00:00Z`, value, setBy: 'test',
  }); // prettier-ignore
const days = ['2026-06-01', '2027-01-15', '2027-02-15', '2027-04-01', '2028-01-01'];
const dueOn = async (db: Database, file: object, control: ControlId): Promise<unknown[]> => {
  const policy = await loadPolicy(db, file);
  return days.map((day) => controlOn(policy, control, day).due?.count);
};

test('a list of dates set later leaves the dates that were there', async () => {
  const db = await store.open();
  const file = { controls: { 'back-restored': [{ value: { due: '9bd' } }, { from: '2028-01-01', value: { due: '1bd' } }] } };
  await set(db, 'controls', '2027-01-01', { 'back-restored': { due: '8bd' } });
  await set(db, 'controls', '2027-02-01', {
    'back-restored': [{ value: { due: '7bd' } }, { from: '2027-03-01', value: { due: '6bd' } }],
  });
  assert.deepEqual(await dueOn(db, file, 'back-restored'), [9, 8, 7, 6, 1]);
  await set(db, 'controls', '2027-01-10', { 'refund-credited': { owner: 'maria' } });
  assert.deepEqual(await dueOn(db, file, 'back-restored'), [9, 8, 7, 6, 1], 'other controls do not matter');
}); // prettier-ignore

test('a control that was never set is as in the matrix before its first day', async () => {
  const db = await store.open();
  await set(db, 'controls', '2027-02-01', { 'refund-paid-out': { due: '8bd', mode: 'suggest' } });
  assert.deepEqual(await dueOn(db, {}, 'refund-paid-out'), [3, 3, 8, 8, 8]);
  const policy = await loadPolicy(db, {});
  assert.deepEqual(
    days.map((day) => controlOn(policy, 'refund-paid-out', day).mode),
    ['watch', 'watch', 'suggest', 'suggest', 'suggest'],
  );
});

test('other values carry dates too, several of them in one value', async () => {
  const db = await store.open();
  await set(db, 'payAfter', '2027-01-01', 'approval');
  await set(db, 'payAfter', '2027-02-01', [{ value: 'receipt' }, { from: '2027-04-01', value: 'approval' }]);
  const policy = await loadPolicy(db, {});
  assert.deepEqual(
    days.map((day) => valueOn(policy.payAfter, day)),
    ['receipt', 'approval', 'receipt', 'approval', 'approval'],
  );
});

test('a value that ends leaves what would have held without it', async () => {
  const db = await store.open();
  await set(db, 'controls', '2027-01-01', { 'back-restored': { due: '8bd' } }, '2027-02-01');
  await set(db, 'payAfter', '2027-01-01', 'approval', '2027-03-01');
  assert.deepEqual(await dueOn(db, {}, 'back-restored'), [3, 8, 3, 3, 3]);
  const file = { controls: { 'back-restored': [{ value: { due: '9bd' } }, { from: '2027-01-20', value: { due: '1bd' } }] } };
  assert.deepEqual(await dueOn(db, file, 'back-restored'), [9, 8, 1, 1, 1]);
  const policy = await loadPolicy(db, {});
  const usual = valueOn(policy.payAfter, days[0]!);
  assert.deepEqual(days.map((day) => valueOn(policy.payAfter, day)), [usual, 'approval', 'approval', usual, usual]);
  assert.notEqual(usual, 'approval');
}); // prettier-ignore

test('of a value without dates the newest holds', async () => {
  const db = await store.open();
  await set(db, 'owners', '2027-01-01', { 'refund-overdue': 'maria' });
  await set(db, 'owners', '2027-02-01', { 'refund-overdue': 'jo' });
  assert.deepEqual((await loadPolicy(db, { owners: { 'refund-overdue': 'kim' } })).owners, {
    'refund-overdue': 'jo',
  });
});
