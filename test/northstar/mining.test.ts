import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { directlyFollows, edgesByCount } from '../../src/northstar/directly-follows.ts';
import type { EventLog } from '../../src/northstar/event-log.ts';
import { caseDurations, performanceGraph } from '../../src/northstar/performance-graph.ts';
import { readCsv } from '../../src/northstar/read-csv.ts';
import { profileRows, temporalDeviations, temporalProfile } from '../../src/northstar/temporal-profile.ts';
import { reworkCases, variantActivities, variantsOf } from '../../src/northstar/variants.ts';
import { oracle, sharedLog, sharedLogsSkip, type LogOracle } from './shared-logs.ts';

/** One case per trace; events a minute apart. */
function logOf(traces: readonly string[]): EventLog {
  const rows = traces.flatMap((trace, c) =>
    [...trace].map((a, i) => `${c},${a},${new Date(Date.UTC(2024, 0, 1, 0, i)).toISOString()}`),
  );
  return readCsv(Buffer.from(`case,activity,time\n${rows.join('\n')}\n`)).log;
}

function edges(log: EventLog): string[] {
  const { pairs, counts } = directlyFollows(log);
  const names = log.activities;
  return edgesByCount(names, pairs, counts).map(
    (edge) => `${names[pairs.from[edge]!]}${names[pairs.to[edge]!]} ${counts[edge]}`,
  );
}

test('counts what follows what, cycles and self-loops too', () => {
  const log = logOf(['abab', 'aab', 'c']);
  assert.deepEqual(edges(log), ['ab 3', 'aa 1', 'ba 1']);
  const { starts, ends, activityCounts } = directlyFollows(log);
  assert.deepEqual([[...starts], [...ends], [...activityCounts]], [[2, 0, 1], [0, 2, 1], [4, 3, 1]]); // prettier-ignore
});

test('one event is a log without edges', () => {
  const log = logOf(['a']);
  assert.deepEqual([edges(log), variantsOf(log).counts.length], [[], 1]);
  assert.deepEqual(performanceGraph(log).spreads, []);
  assert.equal(caseDurations(log)?.max, 0);
});

test('equal sequences are one variant, the most frequent first', () => {
  const log = logOf(['ab', 'ba', 'ba', 'b', 'ab', 'ba']);
  const variants = variantsOf(log);
  assert.deepEqual(
    variants.byCount.map((v) => `${variantActivities(log, variants, v).join('')} ${variants.counts[v]}`),
    ['ba 3', 'ab 2', 'b 1'],
  );
});

test('thousands of variants are told apart', () => {
  const traces = Array.from({ length: 5000 }, (_, i) =>
    i.toString(2).replaceAll('0', 'a').replaceAll('1', 'b'),
  );
  assert.equal(variantsOf(logOf([...traces, ...traces])).counts.length, 5000);
});

test('rework counts cases, not repetitions', () => {
  const log = logOf(['aaa', 'aba', 'ab']);
  assert.deepEqual([...reworkCases(log)], [2, 0]);
});

test('waits are counted per edge, also where times tie', () => {
  const rows = ['1,a,00:00:00', '1,b,00:00:00', '2,a,00:00:00', '2,b,00:00:30', '3,a,00:00:00', '3,b,soon'];
  const text = rows.map((row) => row.replace(/,(\d\d:)/, ',2024-01-01T$1')).join('Z\n');
  const { log } = readCsv(Buffer.from(`case,activity,time\n${text}\n`));
  const [spread] = performanceGraph(log).spreads;
  assert.deepEqual([spread!.n, spread!.mean, spread!.median, spread!.min, spread!.max, spread!.sum], [2, 15, 15, 0, 30, 30]);
  assert.ok(Math.abs(spread!.stdev! - Math.sqrt(450)) < 1e-9, 'of the sample');
}); // prettier-ignore

test('a case of 100,000 events: summed per activity, equal to all pairs of a shorter one', () => {
  const started = performance.now();
  assert.ok(temporalProfile(logOf(['abc'.repeat(33_334)])).counts.length === 9);
  assert.ok(performance.now() - started < 10_000);
  // 2,100 events are summed per activity; beside it every pair is taken by hand.
  const log = logOf(['abc'.repeat(700)]);
  const waits = new Map<string, number[]>();
  for (let j = 1; j < log.activity.length; j++) {
    for (let i = 0; i < j; i++) {
      const key = `${log.activities[log.activity[i]!]}${log.activities[log.activity[j]!]}`;
      let list = waits.get(key);
      if (list === undefined) waits.set(key, (list = []));
      list.push((j - i) * 60);
    }
  }
  for (const [from, to, mean, stdev] of profileRows(log, temporalProfile(log))) {
    const list = waits.get(from + to)!;
    const expected = list.reduce((sum, wait) => sum + wait, 0) / list.length;
    const squares = list.reduce((sum, wait) => sum + (wait - expected) ** 2, 0);
    assert.ok(Math.abs(mean - expected) < 1e-6 * expected, from + to);
    assert.ok(Math.abs(stdev - Math.sqrt(squares / (list.length - 1))) < 1e-6 * stdev, from + to);
  }
});

test('a long case with times that lack or run backwards is summed per activity as well', () => {
  const many = 30_000;
  const row = (i: number, second: number): string => `k,${'abcdefghij'[i % 10]!},${second < 0 ? '' : new Date(second * 1000).toISOString()}`; // prettier-ignore
  const file = (size: number, odd: (i: number) => number): string =>
    `case,activity,time\n${Array.from({ length: size }, (_, i) => row(i, odd(i))).join('\n')}\n`;
  for (const odd of [(i: number) => (i === 9 ? -1 : i), (i: number) => (i === 600 ? 100 : i)]) {
    const before = process.cpuUsage();
    temporalProfile(readCsv(Buffer.from(file(many, odd))).log);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 8_000_000, `${user} µs of processor time`);
    // 2,100 events are summed per activity; beside it every pair is taken by hand.
    const { log } = readCsv(Buffer.from(file(2100, odd)));
    const waits = new Map<string, number[]>();
    for (let j = 1; j < log.activity.length; j++) {
      for (let i = 0; i < j; i++) {
        const wait = (log.time[j]! - log.time[i]!) / 1e6;
        if (!(wait >= 0)) continue;
        const key = `${log.activities[log.activity[i]!]}${log.activities[log.activity[j]!]}`;
        let list = waits.get(key);
        if (list === undefined) waits.set(key, (list = []));
        list.push(wait);
      }
    }
    const rows = profileRows(log, temporalProfile(log));
    assert.equal(rows.length, waits.size);
    for (const [from, to, mean] of rows) {
      const list = waits.get(from + to)!;
      const expected = list.reduce((sum, wait) => sum + wait, 0) / list.length;
      assert.ok(Math.abs(mean - expected) < 1e-6 * expected, from + to);
    }
  }
});

test('pairs further than zeta from the mean deviate, each case once', () => {
  const rows = Array.from({ length: 20 }, (_, c) => [`${c},a,2024-01-01T00:00:00Z`, `${c},b,2024-01-01T0${c === 7 ? 9 : 1}:00:00Z`]).flat();
  const { log } = readCsv(Buffer.from(`case,activity,time\n${rows.join('\n')}\n`));
  const { cases, deviations, perCase } = temporalDeviations(log, temporalProfile(log), 2);
  assert.deepEqual([cases, deviations, perCase.indexOf(1)], [1, 1, 7]);
}); // prettier-ignore

for (const name of ['receipt', 'roadtraffic100traces', 'running-example']) {
  test(`${name}.csv: equal to the values of an independent tool`, { skip: sharedLogsSkip }, () => {
    const expected = oracle<LogOracle>(`xes_${name}`);
    const { log } = readCsv(readFileSync(sharedLog(`csv/${name}.csv`)));
    assert.deepEqual([log.activity.length, log.cases.length], [expected.events, expected.cases]);
    assert.equal(variantsOf(log).counts.length, expected.variants);
    const { pairs, counts } = directlyFollows(log);
    const found = edgesByCount(log.activities, pairs, counts).map((edge) =>
      JSON.stringify([log.activities[pairs.from[edge]!], log.activities[pairs.to[edge]!], counts[edge]]),
    );
    assert.deepEqual(found.sort(), expected.dfg.map((edge) => JSON.stringify(edge)).sort()); // prettier-ignore
    const profile = temporalProfile(log);
    const rows = new Map(
      profileRows(log, profile).map(([from, to, mean, stdev]) => [from + to, [mean, stdev]]),
    );
    for (const [from, to, mean, stdev] of expected.temporal_profile) {
      const [ourMean, ourStdev] = rows.get(from + to)!;
      assert.ok(Math.abs(ourMean! - mean) <= 1e-9 * Math.max(1, mean), from + to);
      assert.ok(Math.abs(ourStdev! - stdev) <= 1e-9 * Math.max(1, stdev), from + to);
    }
    const { cases } = temporalDeviations(log, profile, 2);
    assert.equal(cases, expected['temporal_conformance_zeta2.0']!.deviating_cases);
  });
}
