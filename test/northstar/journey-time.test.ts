import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { Calendar } from '../../src/kernel/calendar.ts';
import { BusinessClock } from '../../src/northstar/business-clock.ts';
import type { CaseReport } from '../../src/northstar/case-report.ts';
import { executionsOf } from '../../src/northstar/executions.ts';
import { readJourney, writeJourney } from '../../src/northstar/journey-model.ts';
import { logSkeleton } from '../../src/northstar/log-skeleton.ts';
import {
  mapReport,
  type BusinessTime,
  type MapOptions,
  type MapReport,
} from '../../src/northstar/map-report.ts';
import { Durations } from '../../src/northstar/open-waits.ts';
import { lifecycles } from '../../src/northstar/object-graph.ts';
import { readCsv } from '../../src/northstar/read-csv.ts';
import { readOcelJson } from '../../src/northstar/read-ocel-json.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-journey-time-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(content: string, ending: string): string {
  const path = join(folder, `${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

async function report(rows: readonly string[], options?: MapOptions): Promise<CaseReport & MapReport> {
  const path = write(`case,activity,time\n${rows.join('\n')}\n`, 'csv');
  return (await mapReport(path, options)) as CaseReport & MapReport;
}

const berlin: Calendar = {
  zone: 'Europe/Berlin',
  workdays: [1, 2, 3, 4, 5],
  holidays: new Set(['2024-05-01']),
};
const hour = 3_600_000_000;
const micros = (text: string): number => Date.parse(text) * 1000;

test('a business clock stands still on weekends and holidays of its zone', () => {
  const clock = new BusinessClock(berlin, micros('2024-01-01T00:00:00Z'), micros('2024-12-31T00:00:00Z'));
  const hours = (from: string, to: string): number => (clock.at(micros(to)) - clock.at(micros(from))) / hour;
  assert.equal(hours('2024-04-26T15:00:00+02:00', '2024-04-29T09:00:00+02:00'), 18, 'Friday to Monday');
  assert.equal(hours('2024-04-30T12:00:00+02:00', '2024-05-02T12:00:00+02:00'), 24, 'over the first of May');
  assert.equal(hours('2024-04-27T01:00:00+02:00', '2024-04-28T23:00:00+02:00'), 0, 'a weekend');
  assert.equal(
    hours('2024-04-26T22:30:00Z', '2024-04-28T21:30:00Z'),
    0,
    'the same weekend: the zone decides',
  );
  assert.equal(
    hours('2024-03-29T12:00:00+01:00', '2024-04-01T12:00:00+02:00'),
    24,
    'over the change of clocks',
  );
});

test('a business clock never runs backwards nor faster than time, but for the change of clocks', () => {
  const [first, last] = [micros('2023-12-01T00:00:00Z'), micros('2025-02-01T00:00:00Z')];
  const clock = new BusinessClock(berlin, first, last);
  const instant = fc.integer({ min: first / 1e6, max: last / 1e6 }).map((seconds) => seconds * 1e6);
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const worked = clock.at(to) - clock.at(from);
      assert.ok(worked >= -hour && worked <= to - from + hour);
    }),
  );
});

test('waits are told in business time where a calendar is given, beside the time on the wall', async () => {
  const rows = [
    '1,a,2024-04-26T15:00:00+02:00',
    '1,b,2024-04-29T09:00:00+02:00',
    '2,a,2024-04-29T10:00:00+02:00',
    '2,b,soon',
  ];
  const { performance, businessTime, caseDuration } = await report(rows, { calendar: berlin });
  assert.equal(performance[0]![2].mean, 66 * 3600);
  const business = businessTime as BusinessTime;
  assert.equal(business.zone, 'Europe/Berlin');
  assert.deepEqual([business.performance[0]![2].mean, business.caseDuration!.max], [18 * 3600, 18 * 3600]);
  assert.equal(caseDuration!.max, 66 * 3600);
  assert.equal((await report(rows)).businessTime, undefined);
});

test('business days of a journey end with the last of them, on the calendar given', async () => {
  const model = write('journey x\na\nb within 1 business day\n', 'txt');
  // From the Tuesday before the holiday; the day ends on Thursday at midnight in Berlin.
  const drift = async (b: string, calendar: Calendar = berlin): Promise<unknown> => {
    const { drift: drifts } = await report(['1,a,2024-04-30T10:00:00Z', `1,b,${b}`], { model, calendar });
    return drifts!.map(({ category }) => category);
  };
  assert.deepEqual(await drift('2024-05-02T21:59:59Z'), []);
  assert.deepEqual(await drift('2024-05-02T22:00:00Z'), ['late']);
  assert.deepEqual(await drift('2024-05-02T12:00:00Z', { ...berlin, holidays: new Set() }), ['late']);
  const asOf = '2024-05-02T20:00:00Z';
  const waiting = await report(['1,a,2024-04-30T10:00:00Z'], { model, calendar: berlin, asOf });
  assert.deepEqual([waiting.drift, waiting.openSteps], [[], 1]);
});

test('open cases count as long as they were watched, not as if they were done', async () => {
  const model = write('journey x\na\nb\n', 'txt');
  const day = (d: number): string => `2024-01-${String(d).padStart(2, '0')}T00:00:00Z`;
  const rows = [
    `1,a,${day(1)}`,
    `1,b,${day(3)}`,
    `2,a,${day(1)}`,
    `2,b,${day(5)}`,
    `3,a,${day(1)}`,
    `4,a,${day(10)}`,
  ];
  const { durations } = await report(rows, { model, asOf: day(11) });
  // Done after 2 and 4 days, open for 1 and 10: of the three still watched at 2 days a third is done, then half of two.
  assert.deepEqual(durations!.steps.at(-1), {
    activity: 'b',
    done: 2,
    open: 2,
    medianSeconds: 4 * 86_400,
    p90Seconds: null,
  });
  assert.deepEqual([durations!.cases.done, durations!.cases.open], [2, 2]);
});

test('what comes after a step whose time still runs is not missing yet', async () => {
  const model = write('journey x\na\nb within 2 days\nc within 21 days\nd within 14 days\n', 'txt');
  const rows = ['a', 'b', 'c', 'd'].map((name, i) => `1,${name},2026-01-0${i + 1}T00:00:00Z`);
  const told = async (asOf: string): Promise<unknown> => {
    const { drift, openSteps } = await report([...rows, '2,a,2026-01-05T00:00:00Z'], { model, asOf });
    return [openSteps, (drift ?? []).map(({ category, activity }) => `${category} ${activity}`).sort()];
  };
  assert.deepEqual(await told('2026-01-05T00:00:00Z'), [3, []]);
  assert.deepEqual(await told('2026-01-08T00:00:00Z'), [0, ['missing b', 'missing c', 'missing d']]);
});

test('a case without events takes nothing from the fitness of the others', async () => {
  const trace = (events: string): string => `<trace>${events}</trace>`;
  const event = '<event><string key="concept:name" value="a"/></event>';
  const path = write(`<log xes.version="1.0">${trace(event)}${trace('')}</log>`, 'xes');
  const { conformance } = (await mapReport(path, { model: write('journey T\na\n', 'txt') })) as CaseReport & MapReport; // prettier-ignore
  assert.equal(conformance?.averageTraceFitness, 1);
});

test('censored quantiles are those of the textbook', () => {
  // Kaplan and Meier: remission of leukaemia under 6-MP (Freireich 1963), + marks open ones; the median is 23 weeks.
  const weeks = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+'.split(' ');
  const durations = new Durations();
  for (const week of weeks) durations.add(week.endsWith('+'), 0, Number.parseInt(week, 10) * 1e6);
  assert.deepEqual(durations.spread(), { done: 9, open: 12, medianSeconds: 23, p90Seconds: null });
});

const returns = JSON.stringify({
  objectTypes: ['return', 'item'].map((name) => ({ name, attributes: [] })),
  eventTypes: [],
  objects: [
    ...['r1', 'r2'].map((id) => ({ id, type: 'return' })),
    ...['i1', 'i2', 'i3', 'i4'].map((id) => ({ id, type: 'item' })),
  ],
  events: [
    ['ask', 'r1', 'i1', 'i2'],
    ['ask', 'r2', 'i3'],
    ['receive', 'i1'],
    ['receive', 'i2'],
    ['close', 'r1'],
    ['close', 'r2'],
    ['receive', 'i3'],
  ].map(([type, ...objects], i) => ({
    id: `e${i}`,
    type,
    time: `2024-01-01T0${i}:00:00Z`,
    relationships: objects.map((objectId) => ({ objectId, qualifier: '' })),
  })),
});

test('a journey says what each, any or all related objects must go through', async () => {
  const text = 'journey r\nobject return\neach item has receive before close\nask\nclose\nall item has ask\n';
  const { related, conformance } = await mapReport(write(returns, 'json'), { model: write(text, 'txt') });
  assert.equal(conformance?.fittingCases, 2);
  const rows = related!.map(({ quantifier, activity, applies, kept, broken }) => [
    quantifier,
    activity,
    applies,
    kept,
    broken,
  ]);
  assert.deepEqual(rows, [
    ['each', 'receive', 2, 1, 1],
    ['all', 'ask', 2, 2, 0],
  ]);
  assert.deepEqual(related![0]!.examples, [{ object: 'r2', related: ['i3'] }]);
  assert.throws(() => readJourney('journey r\nask\neach item has receive\n'), /needs a line "object TYPE"/);
});

test('related objects and business days are written and read back', () => {
  const name = fc.constantFrom('item', 'any order', 'a has b', 'x before y', 'goods.received');
  const related = fc.record({
    quantifier: fc.constantFrom('each' as const, 'any' as const, 'all' as const),
    related: name,
    activity: name,
    before: fc.option(name, { nil: undefined }),
  });
  fc.assert(
    fc.property(
      fc.array(related, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 30 }),
      (constraints, withinBusinessDays) => {
        const parts = ['each item has x', 'b'].map((activity) => ({
          kind: 'step' as const,
          activity,
          withinSeconds: undefined,
          withinBusinessDays,
        }));
        const body = { kind: 'steps' as const, parts };
        const model = { name: 'r', object: 'return', body, related: constraints };
        assert.deepEqual(readJourney(writeJourney(model)), structuredClone(model));
      },
    ),
  );
});

test('executions are groups of objects tied by events', () => {
  const { log } = readOcelJson(Buffer.from(returns));
  assert.equal(executionsOf(log, lifecycles(log)).count, 2);
});

test('the log skeleton of a small log, whole', () => {
  const rows = ['abd', 'abbd', 'acd'].flatMap((trace, c) => [...trace].map((a) => `${c},${a}`));
  const skeleton = logSkeleton(readCsv(Buffer.from(`case,activity\n${rows.join('\n')}\n`)).log);
  const { frequencies, ...relations } = skeleton;
  const text = Object.values(relations).map((pairs) => pairs.map((pair) => pair.join('')).join(' '));
  assert.deepEqual(text, ['ad ca cd da', 'cd', 'ca', 'bc cb', 'cd']);
  assert.deepEqual(frequencies, { a: [1], b: [0, 1, 2], c: [0, 1], d: [1] });
});
