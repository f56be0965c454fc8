/**
 * NorthStar beside pm4js (npm), one after the other in one run on one machine:
 *
 *     node bench/northstar.ts [events, default 1000000]
 *
 * Writes its logs into a temporary folder and removes them. The alignments need the public receipt log beside the
 * repository; without it that row is left out.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { csvLog, objectLog, xesLog } from './northstar-log.ts';

const events = Number(process.argv[2] ?? 1_000_000);

/** What must hold at 1 million events (objects: 200,000; XES: 65,000), in milliseconds; MB for memory. */
const goals: Readonly<Record<string, number>> = {
  'CSV to usable log': 1000,
  'directly-follows graph': 50,
  'variants': 60,
  'temporal profile': 150,
  'OCEL JSON read': 3000,
  'object-centric graph': 350,
  'XES read': 2000,
  'whole journey report': 3000,
  'peak memory of the report, MB': 500,
}; // prettier-ignore
const alignmentRatio = 20;

const folder = mkdtempSync(join(tmpdir(), 'northstar-bench-'));
const shared = fileURLToPath(new URL('../../shared/data/event-logs/', import.meta.url));
const receipt = [`${shared}xes/receipt.xes.gz`, `${shared}models/receipt-pm4py-imf0.2.pnml`].filter((path) =>
  existsSync(path),
);

async function run(side: string): Promise<Record<string, number>> {
  const script = fileURLToPath(new URL('northstar-run.ts', import.meta.url));
  const models = receipt.length === 2 ? receipt : [];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--max-old-space-size=12000', script, side, folder, ...models],
    { maxBuffer: 1 << 28 },
  );
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, number>;
}

try {
  console.log(`${events.toLocaleString('en')} events, ${process.version}`);
  writeFileSync(join(folder, 'log.csv'), csvLog(events));
  writeFileSync(join(folder, 'log.xes'), xesLog(Math.round(events * 0.065)));
  writeFileSync(join(folder, 'objects.json'), objectLog(Math.round(events * 0.2)));
  const ours = { ...(await run('cases')), ...(await run('report')), ...(await run('formats')) };
  const theirs = await run('pm4js');
  const rows = Object.entries(ours).map(([name, value]) => {
    const other = theirs[name];
    const goal = goals[name];
    const ratio = other === undefined ? undefined : other / value;
    const met = name.startsWith('alignments')
      ? (ratio ?? Infinity) >= alignmentRatio
      : goal === undefined || value <= goal;
    return {
      step: name,
      ours: Math.round(value),
      pm4js: other === undefined ? '' : Math.round(other),
      ratio: ratio === undefined ? '' : `${ratio.toFixed(1)}×`,
      goal: goal ?? '',
      met,
    };
  });
  console.table(rows);
  if (receipt.length < 2)
    console.log('alignments left out: the public receipt log is not beside the repository');
  if (events >= 1_000_000 && rows.some((row) => !row.met)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
