/** Who a problem belongs to, what a rule is about, and when a team is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseTerm, type Calendar } from '../../src/kernel/calendar.ts';
import { lastOccurrence, nextNoticeAt } from '../../src/kernel/notice-hours.ts';
import { plainCalendar } from '../../src/kernel/policy.ts';
import {
  fitsPattern,
  fitsScope,
  type ProblemScope,
  type ScopedProblem,
} from '../../src/kernel/problem-scope.ts';
import { onDuty, routeProblem, type DutyTeam, type RoutingRule } from '../../src/kernel/route-problem.ts';
import { berlin, zone } from './story.ts';

const problem: ScopedProblem & { owner: string | undefined } = {
  code: 'refund-overdue', control: 'entitled-refunded', severity: 1, minor: 5990, currency: 'EUR',
  connections: ['shop', 'stripe'], skus: ['SHOE-42', 'HAT'], customer: 'consumer', channel: 'shop', owner: 'support',
}; // prettier-ignore

describe('a pattern', () => {
  test('fits as a regular expression with .* in place of each star would', () => {
    const letters = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(fc.stringMatching(/^[ab]{0,10}$/), letters, (text, pattern) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'u').test(text);
        assert.equal(fitsPattern(text, pattern), expected);
      }),
      { numRuns: 3000, seed: 11 },
    );
  });

  test('takes every other sign for itself', () => {
    assert.equal(fitsPattern('SHOE.42', 'SHOE.42'), true);
    assert.equal(fitsPattern('SHOEx42', 'SHOE.42'), false);
    assert.equal(fitsPattern('aba', 'ab*ba'), false);
    assert.equal(fitsPattern('a-b-b', 'a*b*b'), true);
    assert.equal(fitsPattern('a-b', 'a*b*b'), false);
  });
});

describe('a scope', () => {
  const fits: readonly [ProblemScope, boolean][] = [
    [{}, true],
    [{ codes: ['refund-overdue', 'write-off-missing'] }, true],
    [{ codes: ['write-off-missing'] }, false],
    [{ codes: [] }, false],
    [{ controls: ['entitled-refunded'] }, true],
    [{ controls: ['refund-settled'] }, false],
    [{ severities: [1, 2] }, true],
    [{ severities: [2] }, false],
    [{ currency: 'EUR' }, true],
    [{ currency: 'USD' }, false],
    [{ minorMin: 5990 }, true],
    [{ minorMin: 5991 }, false],
    [{ minorMax: 5990 }, true],
    [{ minorMax: 5989 }, false],
    [{ connections: ['odoo', 'stripe'] }, true],
    [{ connections: ['odoo'] }, false],
    [{ skus: ['SHOE-*'] }, true],
    [{ skus: ['BOOT-*', 'H*T'] }, true],
    [{ skus: ['BOOT-*'] }, false],
    [{ customer: 'consumer' }, true],
    [{ customer: 'business' }, false],
    [{ channels: ['pos', 'shop'] }, true],
    [{ channels: ['pos'] }, false],
    [{ codes: ['refund-overdue'], customer: 'business' }, false],
  ];
  for (const [scope, expected] of fits)
    test(`${JSON.stringify(scope)} ${expected ? 'is' : 'is not'} about it`, () => {
      assert.equal(fitsScope(problem, scope), expected);
    });

  test('without a channel fits no rule about channels', () => {
    assert.equal(fitsScope({ ...problem, channel: undefined }, { channels: ['shop'] }), false);
    assert.equal(fitsScope({ ...problem, channel: undefined }, {}), true);
  });
});

const team = (name: string, extra: Partial<DutyTeam> = {}): DutyTeam => ({
  team: name,
  calendar: plainCalendar(zone),
  rota: [],
  deputies: [],
  ...extra,
});

describe('routing', () => {
  // Mon 2 Nov 2026, 09:00 in Berlin.
  const now = Date.parse(berlin('2026-11-02T09:00'));
  const people = new Set(['ann', 'bob', 'cem']);
  const route = (
    teams: readonly DutyTeam[],
    rules: readonly RoutingRule[] = [],
    owner = 'support',
    active: ReadonlySet<string> = people,
  ) =>
    routeProblem(
      { ...problem, owner: owner || undefined },
      rules,
      new Map(teams.map((one) => [one.team, one])),
      active,
      now,
    );

  test('without a rule: the owner of the check, nobody in particular, no deadline', () => {
    assert.deepEqual(route([team('support')]), {
      ruleId: undefined, team: 'support', userId: undefined, deadlineAt: undefined,
    }); // prettier-ignore
    assert.equal(route([team('support')], [], '').team, undefined);
  });

  test('the first rule that fits decides', () => {
    const rules: RoutingRule[] = [
      { ruleId: '1', when: { codes: ['write-off-missing'] }, team: 'ops' },
      { ruleId: '2', when: { minorMin: 5000 }, team: 'finance' },
      { ruleId: '3', when: {}, team: 'ops' },
    ];
    const routed = route([team('support'), team('finance')], rules);
    assert.deepEqual([routed.ruleId, routed.team], ['2', 'finance']);
  });

  test('a rule for a person leaves the team out, a rule without either keeps the owner', () => {
    const one = route([team('support')], [{ ruleId: '1', when: {}, userId: 'ann' }]);
    assert.deepEqual([one.team, one.userId], [undefined, 'ann']);
    const other = route([team('support')], [{ ruleId: '1', when: {}, deadline: parseTerm('4h')! }]);
    assert.deepEqual([other.team, other.deadlineAt], ['support', berlin('2026-11-02T13:00')]);
  });

  test('the deadline is the rule’s, else the team’s, on its calendar', () => {
    const teams = [team('support', { deadline: parseTerm('2bd')! })];
    assert.equal(route(teams).deadlineAt, berlin('2026-11-05T00:00'));
    assert.equal(route(teams, [{ ruleId: '1', when: {}, deadline: parseTerm('1bd')! }]).deadlineAt, berlin('2026-11-04T00:00')); // prettier-ignore
    // A person without a team: the first team's calendar.
    assert.equal(route(teams, [{ ruleId: '1', when: {}, userId: 'ann', deadline: parseTerm('1bd')! }]).deadlineAt, berlin('2026-11-04T00:00')); // prettier-ignore
    assert.equal(route([], [{ ruleId: '1', when: {}, deadline: parseTerm('1bd')! }]).deadlineAt, undefined);
  });

  test('duty goes by the rota, from the day itself', () => {
    const rota = [
      { from: '2026-10-26', userId: 'ann' },
      { from: '2026-11-02', userId: 'bob' },
      { from: '2026-11-03', userId: 'cem' },
    ];
    assert.equal(route([team('support', { rota })]).userId, 'bob');
    assert.equal(onDuty(team('support', { rota }), '2026-10-25T12:00:00Z'), undefined);
    // 23:30 UTC on the 1st is the 2nd in Berlin.
    assert.equal(onDuty(team('support', { rota }), '2026-11-01T23:30:00Z'), 'bob');
  });

  test('who is away is stood in for, deputies too; both days count', () => {
    const rota = [{ from: '2026-10-01', userId: 'ann' }];
    const away = (userId: string, deputyId: string, from = '2026-11-02', until = '2026-11-02') => ({
      userId,
      deputyId,
      from,
      until,
    });
    const duty = (...deputies: ReturnType<typeof away>[]) =>
      route([team('support', { rota, deputies })]).userId;
    assert.equal(duty(), 'ann');
    assert.equal(duty(away('ann', 'bob')), 'bob');
    assert.equal(duty(away('ann', 'bob'), away('bob', 'cem')), 'cem');
    assert.equal(duty(away('ann', 'bob', '2026-11-03', '2026-11-09')), 'ann');
    assert.equal(duty(away('ann', 'bob', '2026-10-20', '2026-11-01')), 'ann');
    // Two who stand in for each other: the team has it.
    assert.equal(duty(away('ann', 'bob'), away('bob', 'ann')), undefined);
  });

  test('who is not active owns nothing', () => {
    const rota = [{ from: '2026-10-01', userId: 'ann' }];
    assert.equal(route([team('support', { rota })], [], 'support', new Set(['bob'])).userId, undefined);
  });

  test('a person without a team is stood in for by any team’s deputies', () => {
    const deputies = [{ userId: 'ann', deputyId: 'bob', from: '2026-11-01', until: '2026-11-05' }];
    const rule: RoutingRule = { ruleId: '1', when: {}, userId: 'ann' };
    assert.equal(route([team('ops'), team('support', { deputies })], [rule]).userId, 'bob');
  });
});

describe('notice hours', () => {
  const calendar: Calendar = { ...plainCalendar(zone), holidays: new Set(['2026-11-04']) };
  const next = (at: string): string => nextNoticeAt(berlin(at), { from: '08:00', until: '18:00' }, calendar);

  test('at once within them, from the first minute to before the last', () => {
    for (const at of ['2026-11-02T08:00', '2026-11-02T12:00', '2026-11-02T17:59'])
      assert.equal(next(at), berlin(at));
  });

  test('else when the team next works: over the night, the weekend, a holiday', () => {
    assert.equal(next('2026-11-02T07:59'), berlin('2026-11-02T08:00'));
    assert.equal(next('2026-11-02T18:00'), berlin('2026-11-03T08:00'));
    assert.equal(next('2026-11-06T19:00'), berlin('2026-11-09T08:00'));
    assert.equal(next('2026-11-07T07:00'), berlin('2026-11-09T08:00'));
    assert.equal(next('2026-11-07T12:00'), berlin('2026-11-09T08:00'));
    assert.equal(next('2026-11-03T20:00'), berlin('2026-11-05T08:00'));
    assert.equal(next('2026-11-04T12:00'), berlin('2026-11-05T08:00'));
  });

  test('a time of the day has come on working days, at its minute', () => {
    assert.equal(lastOccurrence(berlin('2026-11-02T07:59'), '08:00', calendar), undefined);
    assert.equal(lastOccurrence(berlin('2026-11-02T08:00'), '08:00', calendar), '2026-11-02');
    assert.equal(lastOccurrence(berlin('2026-11-04T09:00'), '08:00', calendar), undefined);
    assert.equal(lastOccurrence(berlin('2026-11-07T09:00'), '08:00', calendar), undefined);
  });
});
