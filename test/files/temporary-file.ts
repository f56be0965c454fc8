/** Files for one test, in a folder that goes with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Writes a file and gives its path. */
export function fileFor(t: TestContext, content: string | Buffer, name = 'file.csv'): string {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
