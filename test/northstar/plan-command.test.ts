import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runProgram } from '../../src/cli/program.ts';
import { readPeople } from '../../src/northstar/plan/people.ts';
import { companyO, planDay } from './plan-company.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-plan-command-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => join(folder, name);
const plan = (...options: string[]): Promise<number> =>
  runProgram(['plan', '--from', companyO, '--as-of', planDay, ...options]);

test('reentry plan: what people typed into the page survives when the page is written anew', async () => {
  const page = file('plan.html');
  assert.equal(await plan('--html', page), 0);
  const fresh = readFileSync(page, 'utf8');
  writeFileSync(page, fresh.replace(/(<!-- reentry:name ops\.owner -->)[^<]*/, '$1Maria &amp; Jon'));
  assert.equal(await plan('--html', page), 0);
  const again = readFileSync(page, 'utf8');
  assert.deepEqual(readPeople(again).names, { 'ops.owner': 'Maria & Jon' });
  assert.equal(await plan('--html', page), 0);
  assert.equal(readFileSync(page, 'utf8'), again, 'equal runs, equal bytes');
});

test('reentry plan apply: --policy and --from are its own', async () => {
  const policy = file('policy.json');
  const run = ['plan', 'apply', 'back-restored:due=2bd', '--policy', policy, '--from', '2027-01-01'];
  assert.equal(await runProgram(run), 0);
  const { controls } = JSON.parse(readFileSync(policy, 'utf8')) as { controls: unknown };
  assert.deepEqual(controls, {
    'back-restored': [{ value: {} }, { from: '2027-01-01', value: { due: '2bd' } }],
  });
});

test('reentry plan: what cannot be used ends with a clear code', async () => {
  writeFileSync(file('no-plan.json'), '{}');
  assert.equal(await runProgram(['plan']), 2);
  assert.equal(await plan('--since', file('no-plan.json')), 2);
  assert.equal(await plan('--since', file('missing.json')), 4);
  assert.equal(
    await runProgram(['plan', 'apply', 'no-check', '--policy', file('p.json'), '--from', '2027-01-01']),
    2,
  );
  assert.equal(await runProgram(['map', file('missing.csv')]), 4);
});
