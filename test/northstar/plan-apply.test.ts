import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { acceptRows } from '../../src/cli/accept-rows.ts';
import { controlOn } from '../../src/kernel/policy.ts';
import { parsePolicyFile } from '../../src/kernel/policy-file.ts';
import { applyRows, parseRow, type AcceptedRow } from '../../src/northstar/plan/apply-rows.ts';
import { AppError } from '../../src/wire/errors.ts';
import { planOf, sample } from './plan-company.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-plan-'));
after(() => rmSync(folder, { recursive: true }));

const row = (text: string): AcceptedRow => {
  const read = parseRow(text);
  if ('error' in read) throw new Error(read.error);
  return read;
};

type Json = Readonly<Record<string, unknown>>;
const settingOn = (policy: unknown, day: string) => {
  const file = parsePolicyFile(policy, []);
  assert.ok(file.ok);
  return controlOn(file.policy, 'back-restored', day);
};
const twoDays = { count: 2, unit: 'bd' };
const threeDays = { count: 3, unit: 'bd' };

test('an accepted row holds from its day on, and nothing before it changes', () => {
  const { policy } = applyRows({}, [row('back-restored:due=2bd,owner=maria,mode=suggest')], '2027-01-01');
  assert.deepEqual(settingOn(policy, '2026-12-31'), settingOn({}, '2026-12-31'));
  const from = settingOn(policy, '2027-01-01');
  assert.deepEqual([from.due, from.owner, from.mode], [twoDays, 'maria', 'suggest']);
});

test('what a row leaves out keeps the value that holds on its day', () => {
  const before: Json = { controls: { 'back-restored': { due: '4bd', owner: 'ops', watch: 'on' } } };
  const { policy } = applyRows(before, [row('back-restored:due=2bd')], '2027-01-01');
  const value = settingOn(policy, '2027-06-01');
  assert.deepEqual([value.due, value.owner, value.watch], [twoDays, 'ops', 'on']);
  assert.deepEqual(settingOn(policy, '2026-06-01'), settingOn(before, '2026-06-01'));
});

test('a day before the first dated value does not make the new value hold from ever', () => {
  const before: Json = { controls: { 'back-restored': [{ from: '2026-06-01', value: { due: '3bd' } }] } };
  const { policy } = applyRows(before, [row('back-restored:due=2bd')], '2026-03-01');
  assert.deepEqual(settingOn(policy, '2026-02-28').due, threeDays);
  assert.deepEqual(settingOn(policy, '2026-03-01').due, twoDays);
});

test('later values stay and are named; a second acceptance on one day replaces the first', () => {
  const before: Json = {
    controls: { 'back-restored': [{ value: {} }, { from: '2027-06-01', value: { due: '5bd' } }] },
  };
  const once = applyRows(before, [row('back-restored:due=1bd')], '2027-01-01');
  assert.deepEqual(once.later, [{ control: 'back-restored', from: '2027-06-01' }]);
  const twice = applyRows(once.policy, [row('back-restored:due=2bd')], '2027-01-01');
  assert.deepEqual(settingOn(twice.policy, '2027-01-01').due, twoDays);
  assert.deepEqual(settingOn(twice.policy, '2027-06-01').due, { count: 5, unit: 'bd' });
});

test('rows are read with what a plan proposes, and refused with what is wrong', async () => {
  const plan = await planOf(sample);
  const proposed = parseRow('refund-credited', plan);
  assert.deepEqual(proposed, { control: 'refund-credited', due: '1bd', owner: 'finance', mode: 'suggest' });
  assert.deepEqual(parseRow('refund-credited:due=2bd', plan), { ...proposed, due: '2bd' });
  const messages = [
    'back-stored',
    'back-restored',
    'back-restored:due=soon',
    'back-restored:mode=on',
    'back-restored:x',
  ].map((text) => {
    const read = parseRow(text);
    return 'error' in read ? read.error : 'accepted';
  });
  assert.match(messages[0]!, /"back-stored" is no check; there are: .*back-restored/);
  assert.match(messages[1]!, /sets nothing/);
  assert.match(messages[2]!, /"soon" is no term/);
  assert.match(messages[3]!, /mode=watch\|suggest/);
  assert.match(messages[4]!, /"x" is not understood/);
});

test('the matrix and the problems follow the accepted rows from the date, and only from it', async () => {
  const path = join(folder, 'policy.json');
  const asOf = '2026-11-27T12:00:00Z';
  const write = (from: string): void => {
    writeFileSync(path, readFileSync(join(sample, 'policy.json'), 'utf8'));
    acceptRows([row('back-restored:due=20bd,owner=maria,mode=suggest')], { policy: path, from });
  };
  const plain = await planOf(sample, { asOf });
  const openBefore = plain.problems.filter(({ control }) => control === 'back-restored');
  assert.ok(openBefore.length > 0, 'three business days are over');

  // The steps are of 23 November: a row accepted for the 24th concerns none of them.
  write('2026-11-24');
  const next = await planOf(sample, { asOf, policyPath: path });
  assert.deepEqual(next.problems, plain.problems);
  const accepted = next.matrix.find(({ control }) => control === 'back-restored')!;
  assert.deepEqual(
    [accepted.due, accepted.owner, accepted.mode],
    ['20bd', 'maria', 'suggest'],
    'the matrix of today has it',
  );

  write('2026-11-23');
  const now = await planOf(sample, { asOf, policyPath: path });
  assert.deepEqual(
    now.problems.filter(({ control }) => control === 'back-restored'),
    [],
  );
  const money = (list: typeof plain.problems) => list.filter(({ control }) => control.startsWith('refund-'));
  assert.deepEqual(money(now.problems), money(plain.problems), 'the checks on money are as they were');
});

test('the file keeps its other keys; a broken one is refused and left alone', () => {
  const path = join(folder, 'keep.json');
  acceptRows([row('back-restored:due=2bd')], { policy: path, from: '2027-01-01' });
  writeFileSync(
    path,
    JSON.stringify({
      ...(JSON.parse(readFileSync(path, 'utf8')) as Json),
      _note: 'ours',
      zone: 'Europe/Berlin',
    }),
  );
  acceptRows([row('refund-credited:mode=suggest')], { policy: path, from: '2027-01-01' });
  const kept = JSON.parse(readFileSync(path, 'utf8')) as Json;
  assert.deepEqual([kept['_note'], kept['zone']], ['ours', 'Europe/Berlin']);
  assert.deepEqual(Object.keys(kept['controls'] as Json), ['back-restored', 'refund-credited']);
  writeFileSync(path, '{ "zone": ');
  assert.throws(
    () => acceptRows([row('back-restored:due=2bd')], { policy: path, from: '2027-01-01' }),
    (error) => error instanceof AppError && error.code === 'policy-invalid',
  );
  assert.equal(readFileSync(path, 'utf8'), '{ "zone": ');
});
