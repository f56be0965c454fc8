import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { allowedPairs } from '../../src/northstar/allowed-pairs.ts';
import { Aligner, deviationCost, type Alignment } from '../../src/northstar/alignment.ts';
import { conformanceOf } from '../../src/northstar/conformance.ts';
import { findConstraints, fitConstraints } from '../../src/northstar/declare.ts';
import type { EventLog } from '../../src/northstar/event-log.ts';
import {
  journeySteps,
  looksLikeJourney,
  readJourney,
  writeJourney,
  type Block,
  type JourneyModel,
} from '../../src/northstar/journey-model.ts';
import { journeyNet } from '../../src/northstar/journey-net.ts';
import type { PetriNet } from '../../src/northstar/petri-net.ts';
import { readCsv } from '../../src/northstar/read-csv.ts';
import { readPnml } from '../../src/northstar/read-pnml.ts';
import { readXes } from '../../src/northstar/read-xes.ts';
import { returnJourney } from '../../src/northstar/return-journey.ts';
import { oracle, sharedLog, sharedLogsSkip } from './shared-logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'reentry-models-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function pnml(text: string): Promise<PetriNet> {
  const path = join(folder, `${++files}.pnml`);
  writeFileSync(path, text);
  return readPnml(path);
}

function logOf(traces: readonly string[]): EventLog {
  const rows = traces.flatMap((trace, c) => [...trace].map((a) => `${c},${a}`));
  return readCsv(Buffer.from(`case,activity\n${rows.join('\n')}\n`)).log;
}

function journey(text: string): PetriNet {
  return journeyNet(readJourney(`journey test\n${text}`));
}

function align(net: PetriNet, trace: string): Alignment {
  const result = new Aligner(net).align([...trace]);
  assert.ok(typeof result === 'object', String(result));
  return result;
}

/** Deviations as text: `+x` an event too many, `-x` a step missing. */
function deviations(net: PetriNet, trace: string): string {
  return align(net, trace)
    .moves.flatMap(({ kind, activity }) =>
      kind === 'log' ? [`+${activity}`] : kind === 'model' ? [`-${activity}`] : [],
    )
    .sort()
    .join(' ');
}

test('a journey allows what it says and nothing else', () => {
  const net = journey('a\noptional\n  b\nany order\n  c\n  choice\n    d\n    e\nrepeat\n  f\n');
  for (const fits of ['abcdf', 'acdf', 'adcfff', 'aecf']) assert.equal(deviations(net, fits), '', fits);
  for (const [trace, expected] of [
    ['abcf', '-d'],
    ['acdef', '+e'],
    ['abcd', '-f'],
    ['acdfb', '+b'],
    ['xacdf', '+x'],
    ['', '-a -c -d -f'],
  ] as const) {
    assert.equal(align(net, trace).cost >= deviationCost, true, trace);
    assert.equal(deviations(net, trace).replace('-e', '-d').replace('+d', '+e'), expected, trace);
  }
});

test('steps under choice belong together; names may be keywords; windows are read', () => {
  const text =
    'journey Two ways\nobject order\n\nchoice\n  steps\n    a within 2 days   # soon\n    b\n  "choice"\nc c within 30 minutes\n';
  const model = readJourney(text);
  assert.deepEqual([model.name, model.object], ['Two ways', 'order']);
  assert.deepEqual(journeySteps(model.body), [
    { kind: 'step', activity: 'a', withinSeconds: 172_800 },
    { kind: 'step', activity: 'b', withinSeconds: undefined },
    { kind: 'step', activity: 'choice', withinSeconds: undefined },
    { kind: 'step', activity: 'c c', withinSeconds: 1800 },
  ]);
  const net = journeyNet(model);
  assert.equal(new Aligner(net).align(['choice', 'c c']) instanceof Object, true);
  const missing = conformanceOf(logOf(['ab']), net).missing.map((row) => row.activity);
  assert.deepEqual(missing, ['c c']);
});

test('a line that cannot be understood is named', () => {
  assert.throws(() => readJourney('journey x\n'), /no steps/);
  assert.throws(() => readJourney('journey x\na\n   b\n'), /line 3: "b" is indented deeper/);
  assert.throws(() => readJourney('journey x\n  a\nb\n'), /line 3/);
  assert.throws(() => readJourney('journey x\noptional\na\n'), /line 2: "optional" is an empty block/);
  assert.throws(() => readJourney('journey x\na within two days\n'), /line 2/);
  assert.throws(() => readJourney('journey x\na within 1.5 business days\n'), /line 2/);
  assert.equal(looksLikeJourney('# ours\n\njourney x\na'), true);
  assert.equal(looksLikeJourney('<pnml/>'), false);
});

const blocks: fc.Arbitrary<Block> = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      kind: fc.constant('step' as const),
      activity: fc.constantFrom('a', 'b', 'c', 'optional', 'x # y', 'a within 2 days', 'any order'),
      withinSeconds: fc.constantFrom(undefined, 60, 5400),
    }),
    fc.record({
      kind: fc.constantFrom('steps', 'choice', 'any order', 'optional', 'repeat'),
      parts: fc.array(tie('block'), { minLength: 1, maxLength: 3 }),
    }),
  ),
})).block;

test('a journey written as text is read back', () => {
  fc.assert(
    fc.property(fc.array(blocks, { minLength: 1, maxLength: 4 }), (parts) => {
      const model: JourneyModel = { name: 'some', object: undefined, body: { kind: 'steps', parts } };
      assert.deepEqual(readJourney(writeJourney(model)), structuredClone(model));
    }),
  );
});

/** Cheapest cost by plain search over all states: slow and surely right. */
function costBySearch(net: PetriNet, trace: readonly string[]): number {
  const start = JSON.stringify([net.initial, 0]);
  const goal = JSON.stringify([net.final, trace.length]);
  const best = new Map([[start, 0]]);
  const open = new Set([start]);
  while (open.size > 0) {
    const state = [...open].reduce((a, b) => (best.get(a)! <= best.get(b)! ? a : b));
    if (state === goal) return best.get(state)!;
    open.delete(state);
    const [marking, read] = JSON.parse(state) as [number[], number];
    const reach = (next: readonly number[], position: number, cost: number): void => {
      const key = JSON.stringify([next, position]);
      const total = best.get(state)! + cost;
      if (total >= (best.get(key) ?? Infinity)) return;
      best.set(key, total);
      open.add(key);
    };
    if (read < trace.length) reach(marking, read + 1, deviationCost);
    for (const { label, inputs, outputs } of net.transitions) {
      if (inputs.some(({ place, weight }) => marking[place]! < weight)) continue;
      const next = [...marking];
      for (const { place, weight } of inputs) next[place]! -= weight;
      for (const { place, weight } of outputs) next[place]! += weight;
      if (label !== undefined && label === trace[read]) reach(next, read + 1, 0);
      reach(next, read, label === undefined ? 1 : deviationCost);
    }
  }
  return Infinity;
}

test('alignments are optimal: equal to a plain search, for any journey and trace', () => {
  const small = fc.letrec<{ block: Block }>((tie) => ({
    block: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.record({
        kind: fc.constant('step' as const),
        activity: fc.constantFrom('a', 'b', 'c'),
        withinSeconds: fc.constant(undefined),
      }),
      fc.record({
        kind: fc.constantFrom('steps', 'choice', 'any order', 'optional', 'repeat'),
        parts: fc.array(tie('block'), { minLength: 1, maxLength: 2 }),
      }),
    ),
  })).block;
  const trace = fc.array(fc.constantFrom('a', 'b', 'c', 'x'), { maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(small, { minLength: 1, maxLength: 3 }),
      fc.array(trace, { minLength: 1, maxLength: 3 }),
      (parts, traces) => {
        const net = journeyNet({ name: 'any', object: undefined, body: { kind: 'steps', parts } });
        const aligner = new Aligner(net);
        for (const trace of traces) {
          const result = aligner.align(trace);
          assert.ok(typeof result === 'object');
          assert.equal(result.cost, costBySearch(net, trace));
          const events = result.moves.filter(({ kind }) => kind === 'both' || kind === 'log');
          assert.deepEqual(events.map(({ activity }) => activity), trace); // prettier-ignore
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('fitness: deviations against events and the shortest run; unplanned activities count', () => {
  const result = conformanceOf(logOf(['abc', 'abc', 'axc', 'ab']), journey('a\nb\nc\n'));
  assert.deepEqual([result.fittingCases, result.deviations], [2, 3]);
  assert.equal(result.averageTraceFitness, (1 + 1 + (1 - 2 / 6) + (1 - 1 / 5)) / 4);
  assert.deepEqual(result.extra, [{ activity: 'x', occurrences: 1, cases: 1 }]);
  const missing = result.missing.map(({ activity, cases }) => `${activity} ${cases}`);
  assert.deepEqual(missing, ['b 1', 'c 1']);
});

test('the default journey of a return: a refund without stock is missing its move', () => {
  const net = journeyNet(returnJourney);
  const whole = [
    'return.requested', 'return.approved', 'goods.received', 'goods.inspected', 'stock.moved', 'refund.recorded',
    'refund.settled', 'credit_note.posted', 'case.resolved',
  ]; // prettier-ignore
  const fits = new Aligner(net).align(whole);
  assert.ok(typeof fits === 'object' && fits.cost < deviationCost);
  const lacks = new Aligner(net).align(whole.filter((step) => step !== 'stock.moved'));
  assert.deepEqual(
    typeof lacks === 'object' && lacks.moves.filter(({ kind }) => kind === 'model' || kind === 'log'),
    [{ kind: 'model', activity: 'stock.moved' }],
  );
});

const simple = (inside: string): string => `<pnml><net id="n"><page id="p">${inside}</page></net></pnml>`;
const place = (id: string, inside = ''): string => `<place id="${id}">${inside}</place>`;
const transition = (id: string, name: string, inside = ''): string =>
  `<transition id="${id}"><name><text>${name}</text></name>${inside}</transition>`;
const arc = (source: string, target: string, inside = ''): string =>
  `<arc id="${source}${target}" source="${source}" target="${target}">${inside}</arc>`;
const marked = '<initialMarking><text>1</text></initialMarking>';

test('PNML: silent transitions, weights, final marking guessed', async () => {
  const silent = '<toolspecific tool="t" version="1" activity="$invisible$"/>';
  const twice = '<inscription><text>2</text></inscription>';
  const net = await pnml(
    simple(
      `${place('p1', marked)}${place('p2')}${place('p3')}${transition('t1', 'a')}${transition('t2', 'skip', silent)}${arc('p1', 't1')}${arc('t1', 'p2', twice)}${arc('p2', 't2', twice)}${arc('t2', 'p3')}`,
    ),
  );
  assert.deepEqual(net.transitions.map(({ label }) => label), ['a', undefined]); // prettier-ignore
  assert.deepEqual([net.initial, net.final], [[1, 0, 0], [0, 0, 1]]); // prettier-ignore
  assert.equal(align(net, 'a').cost, 1);
});

test('a model without a run to its end says so', async () => {
  const stuck = await pnml(
    simple(`${place('p1')}${place('p2')}${transition('t', 'a')}${arc('p1', 't')}${arc('t', 'p2')}`),
  );
  const result = conformanceOf(logOf(['a', 'aa']), stuck);
  assert.deepEqual([result.notAligned, result.fittingCases, result.averageTraceFitness], [2, 0, 0]);
  assert.equal(new Aligner(stuck).align(['a']), 'no-run');
});

test('a model that piles up tokens is refused', async () => {
  const net = await pnml(
    simple(
      `${place('p1', marked)}${place('p2')}${transition('t', 'a')}${arc('p1', 't')}${arc('t', 'p1')}${arc('t', 'p2')}`,
    ),
  );
  assert.throws(() => allowedPairs(net), /piles up tokens in place "p2"/);
});

test('a search beyond its limit is given up and said, not run for hours', () => {
  const net = journey(`any order\n${[...'abcdefgh'].map((step) => `  ${step}\n`).join('')}`);
  assert.equal(new Aligner(net, 5).align([...'hgfedcba']), 'too-large');
  assert.equal(align(net, 'hgfedcba').cost < deviationCost, true);
});

test('damaged and foreign models are refused', async () => {
  await assert.rejects(pnml('<bpmn/>'), /not PNML/);
  await assert.rejects(pnml('<pnml/>'), /no net/);
  await assert.rejects(pnml(simple(`${place('p')}${arc('p', 'nothing')}`)), /no transition "nothing"/);
  await assert.rejects(pnml(simple(`${place('p')}${place('p')}`)), /twice/);
  const inhibitor = arc('p', 't', '<arctype><text>inhibitor</text></arctype>');
  await assert.rejects(pnml(simple(`${place('p')}${transition('t', 'a')}${inhibitor}`)), /inhibitor/);
  const many = place('p', '<initialMarking><text>many</text></initialMarking>');
  await assert.rejects(pnml(`<pnml><net id="n">${many}</net></pnml>`), /no count of tokens/);
});

type AlignmentOracle = {
  readonly model: string;
  readonly alignment_fit_traces: number;
  readonly alignment_cost_total: number;
  readonly alignment_cost_deviations: number;
};

test(
  'receipt against a single path: the 12 cases that follow it, not the 53 % of token replay',
  { skip: sharedLogsSkip },
  async () => {
    const { log } = await readXes(sharedLog('xes/receipt.xes.gz'));
    const steps = [
    'Confirmation of receipt', 'T02 Check confirmation of receipt', 'T04 Determine confirmation of receipt',
    'T05 Print and send confirmation of receipt', 'T06 Determine necessity of stop advice',
  ]; // prettier-ignore
    const expected = oracle<AlignmentOracle[]>('conformance_petri').find(
      (row) => row.model === 'models/receipt_one_variant.pnml',
    )!;
    const result = conformanceOf(log, journeyNet(readJourney(`journey one\n${steps.join('\n')}\n`)));
    assert.deepEqual(
      [result.fittingCases, result.cost, result.deviations],
      [expected.alignment_fit_traces, expected.alignment_cost_total, expected.alignment_cost_deviations],
    );
  },
);

test('constraints speak about cases, keep or break', () => {
  const found = findConstraints(logOf(['abc', 'abc', 'abc', 'abc', 'acb']));
  const text = (template: string): string[] =>
    found
      .filter((row) => row.template === template)
      .map((row) => `${row.activity}${row.other ?? ''} ${row.confidence}/${row.support}`);
  assert.deepEqual(text('init'), ['a 5/5']);
  assert.deepEqual(text('response'), ['ab 5/5', 'ac 5/5', 'bc 4/5']);
  assert.deepEqual(text('chainresponse'), ['ab 4/5', 'bc 4/5']);
  assert.deepEqual(text('absence'), []);
  assert.equal(fitConstraints(logOf(['acb']), found).fittingCases, 0);
});

test('a case may break a constraint that it is silent about when constraints are looked for', () => {
  const broken = (template: Parameters<typeof constraint>[0], trace: string): number =>
    fitConstraints(logOf([trace]), [constraint(template)]).deviations;
  assert.deepEqual(
    [broken('precedence', 'b'), broken('precedence', 'a'), broken('precedence', 'ab')],
    [1, 0, 0],
  );
  assert.deepEqual(
    [broken('exactly_one', 'b'), broken('exactly_one', 'a'), broken('exactly_one', 'aa')],
    [1, 0, 1],
  );
  assert.deepEqual([broken('chainresponse', 'bab'), broken('chainresponse', 'axb')], [0, 1]);
  assert.deepEqual(
    [broken('altprecedence', 'a'), broken('altprecedence', 'aab'), broken('altsuccession', 'bab')],
    [1, 0, 1],
  );
});

function constraint(
  template: 'precedence' | 'exactly_one' | 'chainresponse' | 'altprecedence' | 'altsuccession',
) {
  return {
    template,
    activity: 'a',
    other: template === 'exactly_one' ? undefined : 'b',
    support: 1,
    confidence: 1,
  };
}
