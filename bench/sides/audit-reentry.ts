/** `reentry audit` as one runs it: a process of its own, from the file to the report. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { factsFile } from '../facts-file.ts';
import type { Figures, SideTask } from '../side.ts';

const root = join(import.meta.dirname, '../..');

/** The process reports its own peak and processor time when it ends. */
const meter = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(JSON.stringify({ maxRSS, cpu: (userCPUTime + systemCPUTime) / 1e6 }));
});`;

export async function run({ size, folder }: SideTask): Promise<Figures> {
  const file = await factsFile(folder, size);
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(meter)}`, join(root, 'bin/reentry.js'), 'audit', file, '--as-of', '2026-11-30'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  ); // prettier-ignore
  let [said, errors] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (said += String(data)));
  child.stderr.on('data', (data: Buffer) => (errors += String(data)));
  const [code] = (await once(child, 'close')) as [number];
  const seconds = (performance.now() - began) / 1000;
  if (code !== 3 || !said.includes('with a return'))
    throw new Error(`the audit ended with ${code}: ${errors}`);
  const used = JSON.parse(errors.slice(errors.lastIndexOf('{'))) as { maxRSS: number; cpu: number };
  return { seconds, 'CPU s': used.cpu, 'peak MB': used.maxRSS / 1024, 'µs/fact': (seconds * 1e6) / size };
}
