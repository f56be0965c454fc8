/** `reentry serve` as a process of its own, to be killed and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export type RunningService = {
  readonly child: ChildProcess;
  /** Resolves when requests are answered; rejects when the process ends before. */
  readonly ready: Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  /** The end of what it wrote to standard error. */
  said(): string;
};

const saidMax = 10_000_000;

/** With `filesMax` the process and all that it starts may open only so many files. */
export function spawnService(
  environment: Readonly<Record<string, string>>,
  filesMax?: number,
): RunningService {
  const command = [process.execPath, 'bin/reentry.js', 'serve'];
  const limited =
    filesMax === undefined ? command : ['sh', '-c', `ulimit -n ${filesMax}; exec "$@"`, 'sh', ...command];
  const child = spawn(limited[0]!, limited.slice(1), {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').then(() => {});
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + String(chunk)).slice(-saidMax);
      if (said.includes('Reentry listens')) resolve();
    });
    void ended.then(() => reject(new Error(`the service ended: ${said}`)));
  });
  ready.catch(() => {}); // Killed on purpose now and then.
  return { child, ready, ended, said: () => said };
}
