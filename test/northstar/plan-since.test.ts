import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparePlans, parsePlan } from '../../src/northstar/plan/compare-plans.ts';
import { planDocument } from '../../src/northstar/plan/plan-document.ts';
import { renderMarkdown } from '../../src/northstar/plan/render-markdown.ts';
import type { Plan } from '../../src/northstar/plan/plan.ts';
import { planOf, sample } from './plan-company.ts';

const throughJson = (plan: Plan): Plan => {
  const read = parsePlan(JSON.parse(JSON.stringify(plan)));
  assert.ok(read);
  return read;
};

test('a plan compared with itself has changed nothing', async () => {
  const plan = await planOf(sample);
  const changes = comparePlans(throughJson(plan), plan);
  assert.deepEqual([changes.resolved, changes.appeared], [[], []]);
  assert.equal(changes.stayed, plan.problems.length);
  assert.deepEqual(
    [...changes.causesGreen, ...changes.causesWorse, ...changes.controlsGreen, ...changes.controlsWorse],
    [],
  );
});

test('it says what appeared as time passed, and what turned green when it is put right', async () => {
  const early = await planOf(sample, { asOf: '2026-11-23T11:00:00Z' });
  const late = await planOf(sample);
  const grown = comparePlans(throughJson(early), late);
  assert.ok(grown.appeared.some(({ code }) => code === 'approved-but-not-restored'));
  assert.ok(grown.controlsWorse.some(({ key }) => key === 'back-restored'));
  assert.ok(grown.codesNew.includes('refund-without-credit-note'));

  const better = comparePlans(throughJson(late), early);
  assert.ok(better.controlsGreen.some(({ key, now }) => key === 'back-restored' && now === 0));
  assert.ok(better.causesGreen.some(({ key }) => key === 'credit-note'));
  assert.deepEqual(better.resolved, grown.appeared);

  const text = renderMarkdown(planDocument(early, { language: 'en', changes: better }));
  assert.match(text, /Turned green[\s\S]*Goods back, in ERP stock \(8 → 0\)/);
});

test('the money of what left and what came explains the difference of the sums', async () => {
  const early = await planOf(sample, { asOf: '2026-11-23T11:00:00Z' });
  const late = await planOf(sample);
  const { moneyResolved, moneyAppeared, moneyBefore } = comparePlans(throughJson(early), late);
  for (const kind of ['gone', 'stuck', 'books'] as const) {
    const of = (amounts: typeof moneyBefore): number => amounts[0]?.[kind] ?? 0;
    assert.equal(of(moneyBefore) - of(moneyResolved) + of(moneyAppeared), of(late.money), kind);
  }
});

test('what is no plan is refused', () => {
  for (const wrong of [
    undefined,
    null,
    'text',
    {},
    { format: 'reentry-plan/1' },
    { format: 'other', problems: [] },
  ])
    assert.equal(parsePlan(wrong), undefined);
});
