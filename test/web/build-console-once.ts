/** Builds the console where a source is newer than the build: after `npm ci` there is nothing to do. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export async function buildConsoleOnce(): Promise<void> {
  const script = join(import.meta.dirname, '../../scripts/build-console.ts');
  await promisify(execFile)(process.execPath, [script, '--if-stale']);
}
