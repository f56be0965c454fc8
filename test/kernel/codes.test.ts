import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hangsOn } from '../../src/kernel/arrange-problems.ts';
import { problemCodes, type ProblemCode } from '../../src/kernel/codes.ts';
import { booksFixtures } from './books-fixtures.ts';
import type { CodeFixture, CodeFixtures } from './code-fixture.ts';
import { goodsFixtures } from './goods-fixtures.ts';
import { moneyFixtures } from './money-fixtures.ts';
import type { Story } from './story.ts';

const fixtures: CodeFixtures = { ...moneyFixtures, ...goodsFixtures, ...booksFixtures };

/** Everything is overdue by then. */
const late = '2026-12-15';

/** Found where objects are read and filed and commands are sent, not in the facts of an order: tested there. */
const ofTheWatch: readonly ProblemCode[] = [
  'orphan-object', 'ambiguous-order', 'unmapped-status', 'unreadable-object', 'refund-outcome-unknown',
  'command-outcome-unknown', 'command-failed', 'webhook-disabled', 'source-stale', 'source-rewound', 'census-alarm',
  'clock-skew', 'many-at-once', 'notice-failed', 'notice-outcome-unknown',
]; // prettier-ignore

const judge = (fixture: CodeFixture, told: Story, now = late) =>
  told.judge(now, {
    ...(fixture.policy !== undefined && { policy: fixture.policy }),
    ...(fixture.coverage !== undefined && { coverage: fixture.coverage }),
  });

test('every code has a fixture that fires it and a near miss', () => {
  const missing = (Object.keys(problemCodes) as ProblemCode[]).filter(
    (code) => fixtures[code] === undefined && !ofTheWatch.includes(code),
  );
  assert.deepEqual(missing, []);
  assert.ok(ofTheWatch.every((code) => fixtures[code] === undefined));
});

for (const code of Object.keys(fixtures) as ProblemCode[]) {
  const fixture = fixtures[code]!;
  describe(code, () => {
    test('fires once, with its units, money and owner, when it is due', () => {
      const { expect } = fixture;
      const state = judge(fixture, fixture.fires());
      const found = state.problems.filter((problem) => problem.code === code);
      assert.equal(found.length, 1, `found: ${state.problems.map((problem) => problem.code).join()}`);
      const problem = found[0]!;
      assert.equal(problem.state, 'open');
      assert.equal(state.verdict, 'breaks');
      assert.deepEqual(
        {
          owner: problem.owner, sku: problem.sku, units: problem.units, minor: problem.amount?.minor,
          waitsFor: problem.waitsFor, due: expect.due === undefined ? undefined : problem.due,
        },
        {
          owner: expect.owner, sku: expect.sku, units: expect.units, minor: expect.minor, waitsFor: expect.waitsFor,
          due: expect.due,
        },
      ); // prettier-ignore
      if (expect.due === undefined && expect.waitsFor === undefined) assert.equal(problem.due, problem.since);
      assert.ok(problem.evidence.length > 0);
      assert.equal(problem.severity, problemCodes[code].severity);
      assert.ok(
        problem.waitsFor === undefined || state.problems.some((one) => one.code === problem.waitsFor),
      );
    });

    test('is no other root problem than itself', () => {
      const state = judge(fixture, fixture.fires());
      const others = state.problems.filter(
        (problem) => problem.waitsFor === undefined && problem.code !== code,
      );
      const allowed = [fixture.expect.waitsFor, ...(alongside[code] ?? [])];
      assert.deepEqual(
        others.map((problem) => problem.code).filter((other) => !allowed.includes(other)),
        [],
        `beside ${code}`,
      );
    });

    if (fixture.expect.due !== undefined) {
      test('is pending until its term ends', () => {
        const end = fixture.expect.due!;
        const last =
          end.length === 10
            ? `${end}T23:59`
            : new Date(Date.parse(end) + 3_600_000 - 60_000).toISOString().slice(0, 16);
        const state = judge(fixture, fixture.fires(), last);
        const problem = state.problems.find((one) => one.code === code);
        assert.equal(problem?.state, 'pending');
        const after =
          end.length === 10 ? nextDay(end) : new Date(Date.parse(end) + 3_600_000).toISOString().slice(0, 16);
        assert.equal(
          judge(fixture, fixture.fires(), after).problems.find((one) => one.code === code)?.state,
          'open',
        );
      });
    }

    test('stays silent on the near miss', () => {
      const state = judge(fixture, fixture.nearMiss());
      assert.deepEqual(
        state.problems
          .filter((problem) => problem.code === code && problem.state === 'open')
          .map((problem) => problem.units),
        [],
      );
    });
  });
}

/** First minute of the day after, Berlin time. */
function nextDay(day: string): string {
  return `${Temporal.PlainDate.from(day).add({ days: 1 }).toString()}T00:00`;
}

/** Further roots that a fixture cannot avoid, because its story breaks two rules at once. */
const alongside: Partial<Record<ProblemCode, readonly ProblemCode[]>> = {
  'withdrawal-overdue': ['received-short'],
  'quarantine-forgotten': ['received-not-refunded'],
};

test('no code waits for itself, not even over others', () => {
  const reaches = (from: ProblemCode, wanted: ProblemCode, seen: Set<ProblemCode>): boolean =>
    (hangsOn[from] ?? []).some((next) => {
      if (next === wanted) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, wanted, seen);
    });
  for (const code of Object.keys(hangsOn) as ProblemCode[]) {
    assert.ok(!reaches(code, code, new Set()), `${code} waits for itself`);
  }
});
