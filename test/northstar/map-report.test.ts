import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { allowedPairs } from '../../src/northstar/allowed-pairs.ts';
import type { CaseReport } from '../../src/northstar/case-report.ts';
import { caseMoney } from '../../src/northstar/case-money.ts';
import { convertLog } from '../../src/northstar/convert.ts';
import { riskRatio } from '../../src/northstar/group-comparison.ts';
import { readJourney } from '../../src/northstar/journey-model.ts';
import { journeyNet } from '../../src/northstar/journey-net.ts';
import { journeyMap } from '../../src/northstar/journey-map.ts';
import { mapReport, type MapOptions, type MapReport } from '../../src/northstar/map-report.ts';
import { durationText } from '../../src/northstar/map-words.ts';
import { checkObjectConstraint } from '../../src/northstar/object-constraint.ts';
import type { ObjectReport } from '../../src/northstar/object-report.ts';
import { detectFormat } from '../../src/northstar/open-log.ts';
import { openModel } from '../../src/northstar/open-model.ts';
import { readCsv } from '../../src/northstar/read-csv.ts';
import { readOcelJson } from '../../src/northstar/read-ocel-json.ts';
import { XmlScanner } from '../../src/northstar/xml-scan.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-map-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function fresh(ending: string): string {
  return join(folder, `${++files}.${ending}`);
}

function write(content: string | Uint8Array, ending = 'csv'): string {
  const path = fresh(ending);
  writeFileSync(path, content);
  return path;
}

async function caseReport(text: string, options?: MapOptions): Promise<CaseReport & MapReport> {
  const report = await mapReport(write(text), options);
  assert.equal(report.kind, 'cases');
  return report as CaseReport & MapReport;
}

const model = write('journey test\na\nb within 1 hour\nchoice\n  c\n  d\noptional\n  e\n', 'txt');

/** One case per trace; one step per letter, an hour apart unless a digit says how many. */
function csv(
  traces: readonly string[],
  head = 'case,activity,time',
  more: (c: number) => string = () => '',
): string {
  const rows = traces.flatMap((trace, c) => {
    let hour = 0;
    return [...trace.matchAll(/(\d*)([a-z])/g)].map(([, wait, activity], i) => {
      hour += i === 0 ? 0 : wait === '' ? 1 : Number(wait);
      return `k${c},${activity},${new Date(Date.UTC(2024, 0, 1, hour)).toISOString()}${more(c)}`;
    });
  });
  return `${head}\n${rows.join('\n')}\n`;
}

const pair = (a: string, b: string, ...more: unknown[]): unknown[] => [a, b, ...more];

test('the report of a small log, whole', async () => {
  const report = await caseReport(csv(['abc', 'abc', 'ab']));
  assert.deepEqual([report.events, report.cases, report.variants, report.shortestCase], [8, 3, 2, 2]);
  assert.deepEqual(
    report.topVariants,
    [pair('a', 'b', 'c'), pair('a', 'b')].map((v, i) => [v, 2 - i]),
  );
  assert.deepEqual([report.startActivities, report.endActivities], [{ a: 3 }, { c: 2, b: 1 }]);
  assert.deepEqual(report.dfg, [pair('a', 'b', 3), pair('b', 'c', 2)]);
  const hour = { n: 3, mean: 3600, median: 3600, p90: 3600, min: 3600, max: 3600, sum: 10_800, stdev: 0 };
  assert.deepEqual(report.performance[0], ['a', 'b', hour]);
  assert.deepEqual(report.temporalProfile, [
    pair('a', 'b', 3600, 0),
    pair('a', 'c', 7200, 0),
    pair('b', 'c', 3600, 0),
  ]);
  assert.deepEqual(report.eventuallyFollows, [pair('a', 'b', 3), pair('a', 'c', 2), pair('b', 'c', 2)]);
  assert.deepEqual(report.footprints, { sequence: [pair('a', 'b'), pair('b', 'c')], parallel: [] });
  assert.equal(report.balance.lines[0]?.kept, 8);
  assert.equal(report.conformance, undefined);
});

test('two reports of one file are the same, byte by byte', async () => {
  const path = write(csv(['abc', 'acb', 'b', 'ca']));
  const options = { model, groups: ['activity'] };
  const [once, twice] = [await mapReport(path, options), await mapReport(path, options)];
  assert.equal(JSON.stringify(once), JSON.stringify(twice));
});

test('an empty log, one event and a case of 100,000 events give a report', async () => {
  const empty = await caseReport('case,activity,time\n', { model });
  assert.deepEqual(
    [empty.events, empty.cases, empty.dfg, empty.caseDuration, empty.conformance?.cases],
    [0, 0, [], null, 0],
  );
  const one = await caseReport('case,activity,time\n1,a,2024-01-01\n', { model });
  assert.deepEqual([one.events, one.variants, one.performance, one.conformance?.deviations], [1, 1, [], 2]);
  const long = await caseReport(csv(['ab'.repeat(50_000)]));
  assert.deepEqual([long.events, long.dfg], [100_000, [pair('a', 'b', 50_000), pair('b', 'a', 49_999)]]);
});

test('drift has a word for each way to leave the journey', async () => {
  const traces = ['abc', 'ac', 'abcc', 'cab', 'abcd', 'a5bc', 'axbc', 'abce'];
  const report = await caseReport(csv(traces), { model });
  const words = Object.fromEntries(
    report.drift!.map((drift) => [`${drift.category}: ${drift.activity}`, drift.examples]),
  );
  assert.deepEqual(words, {
    'missing: b': ['k1'],
    'too often: c': ['k2'],
    'out of sequence: c': ['k3'],
    'exclusive choice broken: d': ['k4'],
    'late: b': ['k5', 'k6'],
    'not in the journey: x': ['k6'],
  });
  assert.equal(report.conformance?.fittingCases, 3);
});

test('a missing step whose time still runs is open, not drift', async () => {
  const at = (asOf: string): Promise<CaseReport & MapReport> =>
    caseReport(csv(['abc', 'ac']), { model, asOf });
  const early = await at('2024-01-01T00:30:00Z');
  assert.deepEqual([early.drift, early.openSteps], [[], 1]);
  const late = await at('2024-01-02T00:00:00Z');
  assert.deepEqual([late.drift?.length, late.openSteps], [1, 0]);
});

test('allowed drift is marked while it lasts', async () => {
  const report = (until: string): Promise<CaseReport & MapReport> =>
    caseReport(csv(['abcc', 'abc']), {
      model,
      groups: ['activity'],
      allowed: [{ category: 'too often', activity: 'c', until, reason: 'split parcels' }],
    });
  assert.equal((await report('2030-01-01')).drift?.[0]?.allowed, true);
  assert.equal((await report('2020-01-01')).drift?.[0]?.allowed, false);
});

test('groups: lift with its interval, few cases marked, money of the drifting ones', async () => {
  const traces = Array.from({ length: 100 }, (_, c) =>
    c % 10 === 0 || (c % 2 === 0 && c < 60) ? 'ac' : 'abc',
  );
  const more = (c: number): string => `,${c % 2 === 0 ? 'even' : 'odd'},${c}.50`;
  const report = await caseReport(csv(traces, 'case,activity,time,shop,total', more), {
    model,
    groups: ['shop'],
    money: { column: 'total', currency: 'EUR' },
  });
  const [even, odd] = report.groups!;
  assert.deepEqual([even?.value, even?.cases, even?.drifting, odd?.drifting], ['even', 50, 34, 0]);
  assert.ok(even!.low > 1 && even!.high > even!.lift && odd!.high < 1);
  assert.equal(even?.fewCases, false);
  assert.equal(even?.moneyMinor, report.drift?.[0]?.moneyMinor);
  const few = csv(['abc', 'ac'], 'case,activity,time,shop', (c) => `,s${c}`);
  assert.equal((await caseReport(few, { model, groups: ['shop'] })).groups?.[0]?.fewCases, true);
});

test('money per edge: each case once, however often it walks there', async () => {
  const text = csv(['ab', 'abab'], 'case,activity,time,total', (c) => `,${c === 0 ? '10.00' : '2.50'}`);
  const report = await caseReport(text, { money: { column: 'total', currency: 'EUR' } });
  assert.deepEqual(report.money, {
    currency: 'EUR',
    totalMinor: 1250,
    dfg: [pair('a', 'b', 1250), pair('b', 'a', 250)],
  });
  const { log } = readCsv(Buffer.from(text), { keep: ['total'] });
  const money = { ofCase: caseMoney(log, 'total', 'EUR').ofCase, currency: 'EUR' };
  const map = await journeyMap(log, 'money', undefined, money);
  assert.match(map.svg, /b → a: 1× · 60 min · €2\.50/);
  const unknown = caseReport(text, { money: { column: 'price', currency: 'EUR' } });
  await assert.rejects(unknown, /no column "price"/);
});

test('money as people write it; what is no amount is told, with examples', async () => {
  const totals = async (...amounts: readonly string[]) => {
    const rows = amounts.map((amount, index) => `${index};a;2024-01-01T00:00:00Z;${amount}`);
    const text = ['case;activity;time;total', ...rows, ''].join('\n');
    const { money, balance } = await caseReport(text, { money: { column: 'total', currency: 'EUR' } });
    const notes = balance.notes.filter(({ code }) => code === 'amount-unreadable');
    return [money?.totalMinor, ...notes.map(({ count, examples }) => [count, ...examples])];
  };
  assert.deepEqual(await totals('12,50', '1.234,50', '€ 1'), [1250 + 123_450 + 100]);
  assert.deepEqual(await totals('12.50', '1,234.50', '59.900000000000006'), [1250 + 123_450 + 5990]);
  assert.deepEqual(await totals('12.50', 'abc', '', 'abc'), [1250, [2, 'abc']]);
});

const objects = {
  objectTypes: [{ name: 'return', attributes: [] }, { name: 'item', attributes: [] }],
  eventTypes: [],
  objects: [{ id: 'r1', type: 'return' }, { id: 'r2', type: 'return' }, ...['i1', 'i2', 'i3'].map((id) => ({ id, type: 'item' }))],
  events: [
    ['ask', 'r1', 'i1', 'i2'], ['ask', 'r2', 'i3'], ['receive', 'i1'], ['receive', 'i2'], ['close', 'r1'], ['close', 'r2'], ['receive', 'i3'],
  ].map(([type, ...related], i) => ({ id: `e${i}`, type, time: `2024-01-01T0${i}:00:00Z`, relationships: related.map((objectId) => ({ objectId, qualifier: '' })) })),
}; // prettier-ignore

test('objects are compared by their own attributes', async () => {
  const shops = objects.objects.map((object, i) => ({
    ...object,
    attributes: [{ name: 'shop', time: '1970-01-01T00:00:00Z', value: `s${i}` }],
  }));
  const path = write(JSON.stringify({ ...objects, objects: shops }), 'json');
  const journey = write('journey r\nobject return\nask\nreceive\nclose\n', 'txt');
  const report = await mapReport(path, { model: journey, groups: ['shop'] });
  const rows = report.groups?.map(({ value, cases, drifting }) => `${value} ${cases} ${drifting}`);
  assert.deepEqual(rows?.sort(), ['s0 1 1', 's1 1 1']);
  await assert.rejects(mapReport(path, { model: journey, groups: ['colour'] }), /no event has "colour"/);
});

test('the interval of a lift is that of the textbook', () => {
  // Katz log interval for 15/100 against 5/100: 3.00 (1.13 to 7.94).
  const { lift, low, high } = riskRatio(15, 100, 5, 100);
  assert.deepEqual(
    [lift, low, high].map((value) => value.toFixed(2)),
    ['3.00', '1.13', '7.94'],
  );
  assert.ok(riskRatio(0, 50, 0, 50).low < 1 && riskRatio(0, 50, 0, 50).high > 1);
});

test('each, any and all of the related objects', () => {
  const { log } = readOcelJson(Buffer.from(JSON.stringify(objects)));
  const check = (quantifier: 'each' | 'any' | 'all', activity: string, before?: string) => {
    const constraint = { of: 'return', related: 'item', quantifier, activity, before };
    const { applies, kept, examples } = checkObjectConstraint(log, constraint);
    return [applies, kept, examples.map(({ object, related }) => `${object}: ${related.join(' ')}`)];
  };
  assert.deepEqual(check('each', 'receive'), [2, 2, []]);
  assert.deepEqual(check('each', 'receive', 'close'), [2, 1, ['r2: i3']]);
  assert.deepEqual(check('any', 'receive', 'close'), [2, 1, ['r2: i3']]);
  assert.deepEqual(check('all', 'receive'), [2, 1, ['r1: i1 i2']]);
  assert.deepEqual(check('all', 'ask'), [2, 2, []]);
});

test('an object-centric log against a model: one type of object is the case', async () => {
  const path = write(JSON.stringify(objects), 'json');
  const journey = write('journey r\nobject return\nask\nclose\n', 'txt');
  const report = (await mapReport(path, { model: journey })) as ObjectReport & MapReport;
  assert.equal(report.conformance?.fittingCases, 2);
  const counts = { eventCouples: 2, uniqueObjects: 2, totalObjects: 2 };
  assert.deepEqual(report.dfg['return'], [['ask', 'close', counts]]);
  assert.deepEqual(report.objectTypes, { item: 3, return: 2 });
  await assert.rejects(mapReport(path, { model }), /name the object type.*return, item/);
});

test('a file is known by what is in it, not by its name', async () => {
  assert.equal(await detectFormat(write('case,activity\n', 'xes')), 'csv');
  assert.equal(await detectFormat(write('\ufeff <?xml version="1.0"?><log><trace/></log>', 'csv')), 'xes');
  assert.equal(await detectFormat(write(gzipSync('<log><object-types/></log>'), 'xes')), 'ocel-xml');
  assert.equal(await detectFormat(write('{"events":[]}', 'xes')), 'ocel-json');
  assert.equal(await detectFormat(write('', 'xes')), 'csv');
  await assert.rejects(mapReport(join(folder, 'missing.csv')), /ENOENT/);
  await assert.rejects(openModel(write('nothing of that kind', 'txt')), /neither PNML nor/);
});

test('a log goes from format to format and keeps its graph', async () => {
  const source = write(csv(['abc', 'acb', 'ab'], 'case,activity,time,note', (c) => `,"n ${c}, ""x"""`));
  const expected = (await mapReport(source)) as CaseReport;
  for (const ending of ['csv', 'xes', 'xes.gz', 'json', 'xml', 'sqlite']) {
    const target = fresh(ending);
    await convertLog(source, target);
    const report = await mapReport(target);
    const waits = report.kind === 'cases' ? report.performance : report.performance['case'];
    assert.deepEqual(waits, expected.performance, ending);
    const back = fresh('csv');
    await convertLog(target, back, { objectType: 'case' });
    const { log } = readCsv(readFileSync(back), { keep: ['note'] });
    assert.equal(log.cases.length, 3);
    assert.equal(log.columns[0]?.texts[log.columns[0].values[0]!], 'n 0, "x"', ending);
  }
});

test('CSV comes back as it was, row by row', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é', ';'), maxLength: 4 });
  const row = fc.tuple(
    fc.constantFrom('1', '2', 'x,y'),
    fc.constantFrom('a', 'b "c"'),
    fc.constantFrom('2024-01-01', '2024-01-01 10:00:00+01:00', 'soon', ''),
    cell,
  );
  const quoted = (texts: readonly string[]): string =>
    texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 10 }), async (rows) => {
      const lines = rows.map(([id, activity, time, note]) => quoted([note, time, activity, id]));
      const source = write(`note,time,activity,case\n${lines.join('\n')}\n`);
      const target = fresh('csv');
      await convertLog(source, target);
      const [again, before] = [target, source].map((path) => readCsv(readFileSync(path), { keep: 'all' }));
      assert.deepEqual(again!.header, ['note', 'time', 'activity', 'case']);
      assert.deepEqual({ ...again, balance: undefined }, { ...before, balance: undefined });
    }),
    { numRuns: 50 },
  );
});

test('a target that cannot be written is not left behind half', async () => {
  const source = write('case,activity\n1,a\n');
  const target = fresh('json');
  await assert.rejects(convertLog(source, target), /a time for every event/);
  assert.throws(() => readFileSync(target), /ENOENT/);
  await assert.rejects(convertLog(source, fresh('docx')), /cannot tell the format/);
  await assert.rejects(convertLog(source, fresh('sqlite.gz')), /leave out \.gz/);
});

test('what may follow what is read from the model itself', () => {
  const net = journeyNet(readJourney('journey x\na\noptional\n  b\nany order\n  c\n  d\n'));
  assert.deepEqual(
    allowedPairs(net)?.map((edge) => edge.join('')),
    ['ab', 'ac', 'ad', 'bc', 'bd', 'cd', 'dc'],
  );
});

test('the map: every activity and every step has its place, drift is said in words', async () => {
  const { log } = readCsv(Buffer.from(csv(['abc', 'axc', 'abc'])));
  const { layout, svg, table } = await journeyMap(log, 'Test & map', await openModel(model));
  assert.deepEqual(layout.nodes.map(({ id }) => id).sort(), ['a', 'b', 'c', 'd', 'e', 'x']);
  const y = (id: string): number => layout.nodes.find((node) => node.id === id)!.y;
  assert.ok(y('a') < y('b') && y('b') < y('c'), 'the journey runs down');
  assert.match(svg, /a → x: 1× · 60 min · not agreed/);
  assert.match(svg, /b → d: agreed, never seen/);
  assert.match(svg, /Test &amp; map/);
  const scanner = new XmlScanner({ open: () => undefined, close: () => undefined });
  scanner.push(svg);
  scanner.end();
  const row = { from: 'a', to: 'x', count: 1, medianSeconds: 3600, money: undefined, agreed: false };
  assert.deepEqual(table.find(({ to }) => to === 'x'), row); // prettier-ignore
  assert.equal((await journeyMap(log, 'Test & map', await openModel(model))).svg, svg);
});

test('a map of thousands of edges draws the most frequent, and says so', async () => {
  const rows = Array.from(
    { length: 6000 },
    (_, i) => `${i >> 1},a${i % 2 === 0 ? (i >> 1) % 60 : ((i >> 1) * 7) % 59}`,
  );
  const { log } = readCsv(Buffer.from(`case,activity\n${rows.join('\n')}\n`));
  const map = await journeyMap(log, 'crowd');
  assert.equal(map.layout.edges.length, 250);
  assert.equal(map.omittedEdges, map.table.length - 250);
  assert.match(map.svg, /crowd \(the 250 most frequent of \d+ edges\)/);
});

test('an empty map and durations in words', async () => {
  assert.match((await journeyMap(readCsv(Buffer.from('case,activity\n')).log, 'nothing')).svg, /^<svg/);
  const texts = [0, 59, 600, 12_960, 604_800].map((seconds) => durationText(seconds));
  assert.deepEqual(texts, ['0 s', '59 s', '10 min', '3.6 h', '7 d']);
});
