/**
 * One side of the benchmark, in a process of its own: `node bench/northstar-run.ts cases|formats|report|pm4js FOLDER`. Prints one
 * JSON object of milliseconds by step, and the peak of resident memory in megabytes where it says so.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { conformanceOf } from '../src/northstar/conformance.ts';
import { directlyFollows } from '../src/northstar/directly-follows.ts';
import { mapReport } from '../src/northstar/map-report.ts';
import { flatten, lifecycles, objectEdges } from '../src/northstar/object-graph.ts';
import { performanceGraph } from '../src/northstar/performance-graph.ts';
import { readCsv } from '../src/northstar/read-csv.ts';
import { readOcelJson } from '../src/northstar/read-ocel-json.ts';
import { readPnml } from '../src/northstar/read-pnml.ts';
import { readXes } from '../src/northstar/read-xes.ts';
import { temporalDeviations, temporalProfile } from '../src/northstar/temporal-profile.ts';
import { variantsOf } from '../src/northstar/variants.ts';

const [side = '', folder = '', receiptLog = '', receiptModel = ''] = process.argv.slice(2);
const steps: Record<string, number> = {};

/** Times one step; of several runs the median. */
async function step<T>(name: string, run: () => T | Promise<T>, runs = 1): Promise<T> {
  const times: number[] = [];
  let result = await timed(run, times);
  for (let i = 1; i < runs; i++) result = await timed(run, times);
  steps[name] = times.sort((a, b) => a - b)[times.length >> 1]!;
  return result;
}

async function timed<T>(run: () => T | Promise<T>, times: number[]): Promise<T> {
  const start = performance.now();
  const result = await run();
  times.push(performance.now() - start);
  return result;
}

async function cases(): Promise<void> {
  const { log } = await step('CSV to usable log', () => readCsv(readFileSync(join(folder, 'log.csv'))));
  await step('directly-follows graph', () => directlyFollows(log), 5);
  await step('performance graph', () => performanceGraph(log), 3);
  await step('variants', () => variantsOf(log), 5);
  const profile = await step('temporal profile', () => temporalProfile(log), 3);
  await step('temporal profile conformance', () => temporalDeviations(log, profile, 2), 3);
}

/** Object-centric steps, XES and alignments, in a process without the million events. */
async function formats(): Promise<void> {
  const { log: objects } = await step('OCEL JSON read', () =>
    readOcelJson(readFileSync(join(folder, 'objects.json'))),
  );
  const graphs = (): unknown => {
    const lives = lifecycles(objects);
    return objects.objectTypes.map((_, type) => objectEdges(flatten(objects, lives, type)));
  };
  await step('object-centric graph', graphs, 3);
  await step('XES read', () => readXes(join(folder, 'log.xes')));
  if (receiptLog === '') return;
  const [{ log: receipt }, net] = [await readXes(receiptLog), await readPnml(receiptModel)];
  await step('alignments, receipt log', () => conformanceOf(receipt, net));
}

/** The whole report alone, so that its memory is its own. */
async function report(): Promise<void> {
  await step('whole journey report', () => mapReport(join(folder, 'log.csv')));
  steps['peak memory of the report, MB'] = process.resourceUsage().maxRSS / 1024;
}

/** What we use of pm4js, which has no types of its own. */
type Pm4js = Readonly<
  Record<
    | 'CsvImporter' | 'FrequencyDfgDiscovery' | 'PerformanceDfgDiscovery' | 'TemporalProfileDiscovery'
    | 'TemporalProfileConformance' | 'XesImporter' | 'PnmlImporter' | 'PetriNetAlignments',
    { apply(...args: unknown[]): unknown }
  > & { GeneralLogStatistics: { getVariants(log: unknown): unknown } }
>; // prettier-ignore

async function pm4js(): Promise<void> {
  createRequire(import.meta.url)('pm4js');
  const tool = globalThis as unknown as Pm4js;
  const csv = readFileSync(join(folder, 'log.csv'), 'utf8');
  const log = await step('CSV to usable log', () =>
    tool.CsvImporter.apply(csv, ',', '"', 'case_id', 'activity', 'timestamp'),
  );
  await step('directly-follows graph', () => tool.FrequencyDfgDiscovery.apply(log));
  await step('performance graph', () => tool.PerformanceDfgDiscovery.apply(log));
  await step('variants', () => tool.GeneralLogStatistics.getVariants(log));
  const profile = await step('temporal profile', () => tool.TemporalProfileDiscovery.apply(log));
  await step('temporal profile conformance', () => tool.TemporalProfileConformance.apply(log, profile, 2));
  await step('XES read', () => tool.XesImporter.apply(readFileSync(join(folder, 'log.xes'), 'utf8')));
  if (receiptLog === '') return;
  const { gunzipSync } = await import('node:zlib');
  const receipt = tool.XesImporter.apply(gunzipSync(readFileSync(receiptLog)).toString('utf8'));
  const net = tool.PnmlImporter.apply(readFileSync(receiptModel, 'utf8'));
  await step('alignments, receipt log', () => tool.PetriNetAlignments.apply(receipt, net));
}

const sides: Readonly<Record<string, () => Promise<void>>> = { cases, formats, report, pm4js };
await sides[side]?.();
// pm4js prints as it goes: the figures are the last line.
console.log(`\n${JSON.stringify(steps)}`);
