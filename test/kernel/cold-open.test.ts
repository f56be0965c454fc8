import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf } from '../../src/kernel/answer.ts';
import { planCommands } from '../../src/kernel/plan.ts';
import type { ControlPolicy, Policy } from '../../src/kernel/policy.ts';
import { controlIds } from '../../src/kernel/controls.ts';
import { codesOf, roots, shopPolicy, story, zone } from './story.ts';

const coldOpen = () =>
  story('1001', '2026-10-26T10:00')
    .line('SHOE', 2, 5990).placed().paid().shipped('SHOE', 2)
    .approved('2026-11-02T10:00')
    .recorded('r1', [['SHOE', 1, 5990]], '2026-11-03T09:00').atGateway('settled', 're_1', 5990, 'r1', '2026-11-03T09:01')
    .credited('CN1', 5990, '2026-11-03T09:02')
    .resolved('2026-11-03T09:05'); // prettier-ignore

test('a refund without receipt is in time until its third business day', () => {
  const state = coldOpen().judge('2026-11-04');
  assert.deepEqual(codesOf(state), []);
  assert.equal(state.verdict, 'pending');
});

test('a refund without receipt is one problem of ops, and the closed ticket hangs on it', () => {
  const state = coldOpen().judge('2026-11-09');
  const [problem, ...others] = roots(state);
  assert.deepEqual(others, []);
  assert.equal(problem?.code, 'approved-but-not-restored');
  assert.equal(problem.units, 1);
  assert.equal(problem.owner, 'ops');
  assert.equal(problem.since, '2026-11-03T08:00:00.000Z');
  assert.equal(problem.due, '2026-11-06');
  const hanging = state.problems.filter((one) => one.waitsFor !== undefined);
  assert.deepEqual(
    hanging.map((one) => [one.code, one.waitsFor]),
    [['told-too-early', 'approved-but-not-restored']],
  );
  const text = answerOf(state, { language: 'en', zone, asOf: '2026-11-09' })
    .map((sentence) => sentence.text)
    .join(' ');
  assert.match(text, /no receipt was recorded anywhere/);
  assert.match(text, /Ops owns this, due 6 Nov/);
  assert.match(
    answerOf(state, { language: 'de', zone, asOf: '2026-11-09' })
      .map((one) => one.text)
      .join(' '),
    /nirgends wurde ein Wareneingang erfasst/,
  );
});

test('no stock command is planned for units that nobody counted, in any mode', () => {
  for (const mode of ['watch', 'suggest', 'approve', 'auto'] as const) {
    const value: ControlPolicy = { mode, watch: 'auto' };
    const policy: Policy = {
      ...shopPolicy,
      controls: Object.fromEntries(controlIds.map((id) => [id, [{ from: '', value }]])),
    };
    const kinds = planCommands(coldOpen().judge('2026-11-09', { policy }), policy).map(
      (command) => command.kind,
    );
    assert.ok(
      !kinds.some((kind) => ['restore-stock', 'restock-shop', 'write-off'].includes(kind)),
      `${mode}: ${kinds.join()}`,
    );
    if (mode !== 'watch') assert.deepEqual(kinds, ['note-case'], 'the ticket may be corrected');
  }
});
