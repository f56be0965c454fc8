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
};

export function spawnService(environment: Readonly<Record<string, string>>): RunningService {
  const child = spawn(process.execPath, ['bin/reentry.js', 'serve'], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').then(() => {});
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + String(chunk)).slice(-4000);
      if (said.includes('Reentry listens')) resolve();
    });
    void ended.then(() => reject(new Error(`the service ended: ${said}`)));
  });
  ready.catch(() => {}); // Killed on purpose now and then.
  return { child, ready, ended };
}
