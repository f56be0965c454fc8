/**
 * Goes through every row of the published expectations (EXPECTED.md beside the public logs) and every oracle file,
 * and prints for each whether our figures are equal, and where not, why.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CaseReport } from '../../src/northstar/case-report.ts';
import { mapReport, type MapReport } from '../../src/northstar/map-report.ts';
import type { ObjectReport } from '../../src/northstar/object-report.ts';
import { oracle, sharedLog, sharedLogsSkip, type LogOracle } from './shared-logs.ts';

const absent = 'its file is not beside the repository';

/** `equal`, or what differs. */
type Verdict = { readonly row: string; readonly verdict: string };

const reports = new Map<string, Promise<MapReport>>();

/** The report of a log by the name that the tables give it; undefined where the file is not there. */
async function report(name: string, model?: string): Promise<MapReport | undefined> {
  const bases = ['xes', 'ocel', 'csv'].flatMap((folder) =>
    ['', '.gz', '.xes', '.xes.gz'].map((end) => `${folder}/${name}${end}`),
  );
  const file = bases.find((candidate) => /\.\w+$/.test(candidate) && existsSync(sharedLog(candidate)));
  if (file === undefined || (model !== undefined && !existsSync(sharedLog(`models/${model}`))))
    return undefined;
  const key = `${file} ${model ?? ''}`;
  let found = reports.get(key);
  if (found === undefined) {
    found = mapReport(sharedLog(file), model === undefined ? {} : { model: sharedLog(`models/${model}`) });
    reports.set(key, found);
  }
  return found;
}

/** Rows of the tables whose first column has that heading, as records by heading. */
function tables(first: string): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  let heading: string[] | undefined;
  for (const line of readFileSync(sharedLog('EXPECTED.md'), 'utf8').split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim())
      : undefined;
    if (cells === undefined) heading = undefined;
    else if (heading === undefined) heading = cells;
    else if (heading[0] === first && !cells[0]!.startsWith('---'))
      rows.push(Object.fromEntries(heading.map((name, i) => [name, cells[i] ?? ''])));
  }
  return rows;
}

/** What of the expectations differs, in one text; `equal` where nothing does. Numbers as far as they are printed. */
function compare(
  pairs: readonly (readonly [
    name: string,
    expected: string | undefined,
    ours: number | string | undefined,
  ])[],
): string {
  const off = pairs.filter(([, expected, ours]) => {
    if (expected === undefined || expected === '-') return false;
    const digits = /^-?\d+\.(\d+)$/.exec(expected)?.[1]?.length;
    return (
      expected !== (digits === undefined || typeof ours !== 'number' ? String(ours) : ours.toFixed(digits))
    );
  });
  return off.length === 0
    ? 'equal'
    : off.map(([name, expected, ours]) => `${name}: ${String(ours)}, not ${expected}`).join('; ');
}

function same(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

/** Equal but for the last digits of sums taken in another order. */
function close(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => close(item, b[i]));
  return same(a, b);
}

const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
const size = (record: object): number => Object.keys(record).length;

/** `equal`, or the names of what is not. */
function differing(checks: readonly (readonly [string, boolean])[]): string {
  const off = checks.filter(([, holds]) => !holds).map(([name]) => name);
  return off.length === 0 ? 'equal' : `differs in ${off.join(', ')}`;
}

async function caseLogRow(row: Record<string, string>): Promise<string> {
  const ours = (await report(row['log']!)) as CaseReport | undefined;
  if (ours === undefined) return absent;
  return compare([
    ['events', row['events'], ours.events], ['cases', row['cases'], ours.cases], ['activities', row['activities'], size(ours.activities)],
    ['variants', row['variants'], ours.variants], ['edges', row['DFG edges'], ours.dfg.length], ['edge total', row['DFG total'], ours.dfg.reduce((sum, edge) => sum + edge[2], 0)],
    ['starts', row['start acts'], size(ours.startActivities)], ['ends', row['end acts'], size(ours.endActivities)],
    ['median case hours', row['median case h'], ours.caseDuration!.median / 3600],
    ['deviating cases', row['dev. cases z=2'], ours.temporalDeviations.find(({ zeta }) => zeta === 2)!.cases],
  ]); // prettier-ignore
}

async function declareRow(row: Record<string, string>): Promise<string> {
  const ours = (await report(row['log']!)) as CaseReport | undefined;
  if (ours === undefined) return absent;
  const { constraints } = ours;
  return compare([
    ['constraints', row['constraints found'], constraints!.found.length], ['fit traces', row['fit traces'], constraints!.fittingCases],
    ['mean fitness', row['mean dev_fitness'], constraints!.meanFitness], ['deviations', row['deviations'], constraints!.deviations],
    ['eventually follows', row['eventually-follows pairs'], ours.eventuallyFollows.length],
  ]); // prettier-ignore
}

async function conformanceRow(row: Record<string, string>): Promise<string> {
  if (row['align fit traces'] === '-')
    return 'no alignment expected; token replay is not built: it hides unplanned activities';
  const ours = await report(row['log']!, row['model']);
  if (ours === undefined) return absent;
  return compare([
    ['cases', row['cases'], ours.conformance!.cases], ['fit traces', row['align fit traces'], ours.conformance!.fittingCases],
    ['average fitness', row['align avg fitness'], ours.conformance!.averageTraceFitness], ['log fitness', row['align log fitness'], ours.conformance!.logFitness],
    ['deviations', row['deviations'], ours.conformance!.deviations],
  ]); // prettier-ignore
}

/** `Invoice 3; Payment 1`, types without any left out, by name. */
function perType(entries: readonly (readonly [string, string | number])[]): string {
  const some = entries.filter(([, text]) => text !== 0 && text !== '');
  return some.map(([type, text]) => `${type} ${text}`).sort().join('; '); // prettier-ignore
}

async function objectLogRow(row: Record<string, string>): Promise<string> {
  const ours = (await report(row['file']!)) as ObjectReport | undefined;
  if (ours === undefined) return absent;
  const list = (text: string): string => text.split('; ').sort().join('; ');
  const graphs = Object.entries(ours.dfg).map(
    ([type, edges]) =>
      [
        type,
        edges.length === 0
          ? ''
          : `${edges.length} (${edges.reduce((sum, edge) => sum + edge[2].totalObjects, 0)})`,
      ] as const,
  );
  const dropped = ours.balance.notes.find(({ code }) => code === 'event-without-objects')?.count ?? 0;
  const rest = compare([
    ['events', row['events'], ours.events - dropped], ['objects', row['objects'], ours.objects], ['E2O', row['E2O'], ours.e2o], ['O2O', row['O2O'], ours.o2o],
    ['changes', row['changes'], ours.changes], ['graphs', list(row['OC-DFG edges per type (total_objects)']!), perType(graphs)],
    ['variants', list(row['flattened variants per type']!), perType(Object.entries(ours.variantsInPm4py))],
  ]); // prettier-ignore
  if (rest !== 'equal') return rest;
  const kept =
    dropped === 0
      ? ''
      : `, but ${ours.events} events: ${dropped} whose only object is not declared are kept, not dropped`;
  return `equal${kept}; variants as the tool slices them, really ${perType(Object.entries(ours.variants))}`;
}

async function lossRow(row: Record<string, string>): Promise<string> {
  const inFile = /([\d,]+) ev, ([\d,]+) obj, ([\d,]+) E2O, ([\d,]+) O2O/.exec(row['in the file']!);
  if (inFile === null)
    return row['in the file'] === 'kept by the standard'
      ? 'objects without events are kept: see object-formats.test.ts'
      : 'read without the optional header';
  const ours = (await report(row['file']!)) as ObjectReport;
  const counted = Object.fromEntries(ours.balance.lines.map((line) => [line.what, line.in]));
  return compare(
    ['events', 'objects', 'e2o', 'o2o'].map((what, i) => [
      what,
      inFile[i + 1]!.replace(',', ''),
      counted[what],
    ]),
  );
}

async function oracleOfLog(file: string): Promise<string> {
  const expected = oracle<LogOracle & { readonly file: string }>(file.replace('.json', ''));
  const ours = (await report(expected.file.replace(/\.gz$/, ''))) as CaseReport | undefined;
  if (ours === undefined) return absent;
  const waits = new Map(ours.performance.map(([from, to, spread]) => [`${from}\n${to}`, spread]));
  return differing([
    ['activities', same(ours.activities, expected.activities)], ['starts', same(ours.startActivities, expected.start_activities)], ['ends', same(ours.endActivities, expected.end_activities)],
    ['variants', ours.variants === expected.variants], ['edges', same(sorted(ours.dfg), sorted(expected.dfg))], ['rework', same(ours.rework, expected.rework_cases_per_activity)],
    ['top variants', expected.top_variants.every(([names, count]) => ours.topVariants.some((row) => same(row, [names, count])) || ours.topVariants.at(-1)![1] >= count)],
    ['waits', expected.performance_dfg_seconds.every(([from, to, spread]) => Object.entries(spread).every(([name, value]) => close(waits.get(`${from}\n${to}`)![name as 'mean'], value)))],
    ['durations', Object.entries(expected.case_duration_seconds).every(([name, value]) => close(ours.caseDuration![name as 'mean'], value))],
    ['temporal profile', expected.temporal_profile === undefined || close(byName(ours.temporalProfile), byName(expected.temporal_profile))],
    ['temporal deviations', [1, 2, 3].every((zeta) => {
      const row = expected[`temporal_conformance_zeta${zeta}.0`];
      const found = ours.temporalDeviations.find((candidate) => candidate.zeta === zeta)!;
      return row === undefined || (row.deviating_cases === found.cases && row.deviations === found.deviations);
    })],
  ]); // prettier-ignore
}

function byName(rows: readonly (readonly [string, string, number, number])[]): unknown[] {
  return [...rows].sort((a, b) => (`${a[0]}\n${a[1]}` < `${b[0]}\n${b[1]}` ? -1 : 1));
}

type RelationsOracle = {
  readonly log: string;
  readonly model: Readonly<Record<string, readonly (readonly [string | readonly string[], { support: number; confidence: number }])[]>>;
  readonly declare_conformance: { readonly fit_traces: number; readonly mean_dev_fitness: number; readonly total_deviations: number };
  readonly log_skeleton: Readonly<Record<'equivalence' | 'always_after' | 'always_before' | 'never_together' | 'directly_follows', readonly unknown[]>> & { readonly activ_freq: object };
  readonly footprints: { readonly sequence: readonly unknown[]; readonly parallel: readonly unknown[] };
  readonly min_trace_length: number;
  readonly eventually_follows: readonly unknown[];
}; // prettier-ignore

async function relationsOf(expected: RelationsOracle): Promise<string> {
  const ours = (await report(expected.log)) as CaseReport;
  const { constraints, logSkeleton } = ours;
  const model = Object.entries(expected.model).flatMap(([template, rows]) =>
    rows.map(([names, { support, confidence }]) => [template, [names].flat(), support, confidence]),
  );
  const skeleton = [
    ['equivalence', 'equivalence'],
    ['alwaysAfter', 'always_after'],
    ['alwaysBefore', 'always_before'],
    ['neverTogether', 'never_together'],
    ['directlyFollows', 'directly_follows'],
  ] as const;
  return differing([
    ['constraints', same(sorted(constraints!.found.map((row) => [row.template, row.activities, row.support, row.confidence])), sorted(model))],
    ['conformance', close([constraints!.fittingCases, constraints!.meanFitness, constraints!.deviations], [expected.declare_conformance.fit_traces, expected.declare_conformance.mean_dev_fitness, expected.declare_conformance.total_deviations])],
    ...skeleton.map(([own, theirs]) => [`skeleton ${theirs}`, same(sorted(logSkeleton![own]), sorted(expected.log_skeleton[theirs]))] as const),
    ['skeleton frequencies', same(logSkeleton!.frequencies, expected.log_skeleton.activ_freq)],
    ['sequence', same(sorted(ours.footprints.sequence), sorted(expected.footprints.sequence))], ['parallel', same(sorted(ours.footprints.parallel), sorted(expected.footprints.parallel))],
    ['shortest trace', ours.shortestCase === expected.min_trace_length],
    ['eventually follows', same(sorted(ours.eventuallyFollows), sorted(expected.eventually_follows))],
  ]); // prettier-ignore
}

type AlignmentOracle = {
  readonly log: string; readonly model: string; readonly cases: number; readonly alignment_fit_traces?: number; readonly alignment_cost_total?: number;
  readonly alignment_cost_deviations?: number; readonly alignment_fitness?: { readonly average_trace_fitness: number; readonly log_fitness: number };
}; // prettier-ignore

async function alignmentsOf(expected: AlignmentOracle): Promise<string> {
  if (expected.alignment_fitness === undefined) return 'no alignment expected; token replay is not built';
  const ours = (await report(expected.log, expected.model.replace('models/', '')))?.conformance;
  if (ours === undefined) return absent;
  const { average_trace_fitness: average, log_fitness: whole } = expected.alignment_fitness;
  const found = [
    ours.cases,
    ours.fittingCases,
    ours.cost,
    ours.deviations,
    ours.averageTraceFitness,
    ours.logFitness,
  ];
  const wanted = [
    expected.cases,
    expected.alignment_fit_traces,
    expected.alignment_cost_total,
    expected.alignment_cost_deviations,
    average,
    whole,
  ];
  return same(found, wanted) ? 'equal' : `${found.join(' ')}, not ${wanted.join(' ')}`;
}

/** Values that the suites of other tools state; those whose files are here. */
async function statedRow(row: Record<string, string>): Promise<string> {
  const value = row['value']!;
  const traces = /^(\S+) has (\d+) traces/.exec(value);
  if (traces !== null) {
    const ours = (await report(traces[1]!.replace(/\.gz$/, ''))) as CaseReport | undefined;
    return ours === undefined ? absent : compare([['cases', traces[2], ours.cases]]);
  }
  if (value.startsWith('RepairExample'))
    return compare([['cases', '1104', ((await report('03_repairExample')) as CaseReport).cases]]);
  const objects =
    /p2p-normal\.jsonocel: (\d+) process executions.*?, (\d+) variants; leading type (.*)$/.exec(value);
  if (objects !== null) {
    const ours = (await report('p2p-normal.jsonocel')) as ObjectReport;
    const perType = objects[3]!.split(', ').map((text) => text.split(' ') as [string, string]);
    return compare([
      ['executions', objects[1], ours.executions],
      ['variants of executions', objects[2], ours.executionVariants],
      ...perType.map(([type, count]) => [type, count, ours.objectTypes[type]] as const),
    ]);
  }
  return value.includes('OC Petri net')
    ? 'discovery of object-centric nets is not built'
    : value.includes('marking equation')
      ? 'the bound is inside the alignment, which is equal'
      : absent;
}

/** What may stand in place of `equal`: reasons that hold, and say so. */
const explained =
  /^(equal|its file is not|no alignment expected|objects without events are kept|read without the optional header|discovery of object-centric nets|the bound is inside)/;

test(
  'every expected row and every oracle file: equal, or the reason',
  { skip: sharedLogsSkip },
  async (t) => {
    const verdicts: Verdict[] = [];
    const add = async (
      group: string,
      rows: readonly Record<string, string>[],
      name: string,
      judge: (row: Record<string, string>) => Promise<string>,
    ): Promise<void> => {
      assert.ok(rows.length > 0, `no rows of ${group}`);
      for (const row of rows)
        verdicts.push({
          row: `${group}: ${[row[name], row['model']].filter(Boolean).join(' on ').slice(0, 60)}`,
          verdict: await judge(row),
        });
    };
    const [byLog, byFile] = [tables('log'), tables('file')];
    await add('log', byLog.filter((row) => 'start acts' in row), 'log', caseLogRow); // prettier-ignore
    await add('model', byLog.filter((row) => 'model' in row), 'log', conformanceRow); // prettier-ignore
    await add('DECLARE', byLog.filter((row) => 'constraints found' in row), 'log', declareRow); // prettier-ignore
    await add('objects', byFile.filter((row) => 'E2O' in row), 'file', objectLogRow); // prettier-ignore
    await add('losses', byFile.filter((row) => 'in the file' in row), 'file', lossRow); // prettier-ignore
    await add('stated', tables('source'), 'value', statedRow);
    for (const file of readdirSync(sharedLog('oracle')).filter((name) => name.startsWith('xes_')))
      verdicts.push({ row: `oracle ${file}`, verdict: await oracleOfLog(file) });
    for (const row of oracle<RelationsOracle[]>('declare_skeleton_footprints'))
      verdicts.push({ row: `oracle relations: ${row.log}`, verdict: await relationsOf(row) });
    for (const row of oracle<AlignmentOracle[]>('conformance_petri'))
      verdicts.push({
        row: `oracle alignments: ${row.log} on ${row.model}`,
        verdict: await alignmentsOf(row),
      });
    for (const { row, verdict } of verdicts) t.diagnostic(`${row.padEnd(72)} ${verdict}`);
    assert.deepEqual(verdicts.filter(({ verdict }) => !explained.test(verdict)), []); // prettier-ignore
  },
);

test('one log in several formats gives one answer', { skip: sharedLogsSkip }, async () => {
  const names = [
    'ocel20_example.jsonocel',
    'ocel20_example.sqlite',
    'ocel20_example.xmlocel',
    'ocpa-ocel20_example.xmlocel',
  ];
  const [first, ...others] = (await Promise.all(names.map((name) => report(name)))) as ObjectReport[];
  for (const other of others) {
    const { format: _, balance: __, ...figures } = other;
    const { format: ___, balance: ____, ...expected } = first!;
    assert.deepEqual(figures, expected);
  }
});
