/** The report of an event log for people at a terminal. */
import type { CaseReport } from '../northstar/case-report.ts';
import { durationText } from '../northstar/map-words.ts';
import type { MapReport } from '../northstar/map-report.ts';
import type { ObjectReport } from '../northstar/object-report.ts';

const edgesShown = 15;
const driftsShown = 10;
const examplesShown = 3;
const countWidth = 9;

export function mapText(report: MapReport): string {
  const lines = report.kind === 'cases' ? caseLines(report) : objectLines(report);
  return `${[...lines, ...modelLines(report)].join('\n')}\n`;
}

const row = (count: number, text: string): string => `${String(count).padStart(countWidth)}  ${text}`;

function caseLines({ events, cases, activities, variants, dfg, performance }: CaseReport): string[] {
  const waits = new Map(performance.map(([from, to, spread]) => [`${from}\n${to}`, spread]));
  const kinds = Object.keys(activities).length;
  return [
    `${events} events, ${cases} cases, ${kinds} activities, ${variants} variants`,
    '',
    'Most frequent steps',
    ...dfg.slice(0, edgesShown).map(([from, to, count]) => {
      const spread = waits.get(`${from}\n${to}`);
      const wait =
        spread === undefined
          ? ''
          : `  (median ${durationText(spread.median)}, p90 ${durationText(spread.p90)})`;
      return row(count, `${from} → ${to}${wait}`);
    }),
  ];
}

function objectLines(report: ObjectReport): string[] {
  const { events, objects, e2o, o2o, objectTypes, variants } = report;
  const lines = [
    `${events} events, ${objects} objects, ${e2o} event-object and ${o2o} object-object relations`,
  ];
  for (const [type, edges] of Object.entries(report.dfg)) {
    lines.push('', `${type}: ${objectTypes[type] ?? 0} objects, ${variants[type] ?? 0} variants`);
    for (const [from, to, { eventCouples }] of edges.slice(0, edgesShown))
      lines.push(row(eventCouples, `${from} → ${to}`));
  }
  return lines;
}

function modelLines({ conformance, drift = [] }: MapReport): string[] {
  if (conformance === undefined) return [];
  const { fittingCases, cases, averageTraceFitness, deviations } = conformance;
  return [
    '',
    `${fittingCases} of ${cases} cases fit the model; average fitness ${averageTraceFitness.toFixed(4)}, ${deviations} deviations`,
    ...drift.slice(0, driftsShown).map((one) => {
      const examples = one.examples.slice(0, examplesShown).join(', ');
      return row(one.cases, `${one.category}: ${one.activity}  (as in ${examples})`);
    }),
  ];
}
