/**
 * What the test files of one run share: `node --test --test-global-setup=test/global-setup.ts …`, as `npm test` does.
 *
 * - one PostgreSQL with a migrated template instead of one per file (a fresh cluster costs seconds);
 * - one compile cache, filled before the first file: hundreds of processes load the same TypeScript, and stripping it anew
 *   was 40 % of their time.
 *
 * Both lie in temporary folders and are gone after the run. A file that is run without this starts what it needs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serverVariable, startTestServer, templateVariable, type TestServer } from './store/test-server.ts';

let server: TestServer | undefined;
let cache: string | undefined;

/** Called by the test runner before the first file; the files inherit the environment. */
export async function globalSetup(): Promise<void> {
  cache = await mkdtemp(join(tmpdir(), 'reentry-compiled-'));
  process.env['NODE_COMPILE_CACHE'] = cache;
  [server] = await Promise.all([startTestServer(), compileAll()]);
  process.env[serverVariable] = server.url;
  process.env[templateVariable] = server.template;
}

/**
 * Fills the compile cache in one process. Modules are loaded and compiled before the first of them is evaluated, and the
 * first throws: nothing runs, whatever a file would do.
 */
async function compileAll(): Promise<void> {
  const folder = join(import.meta.dirname, '..');
  const files = globSync(['src/**/*.ts', 'test/**/*.test.ts'], { cwd: folder });
  const lines = files.map((file) => `import ${JSON.stringify(pathToFileURL(join(folder, file)).href)};`);
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(`import 'data:text/javascript,throw undefined';\n${lines.join('\n')}`);
  await once(child, 'exit');
}

/** Called by the test runner after the last file. */
export async function globalTeardown(): Promise<void> {
  await server?.stop();
  if (cache !== undefined) await rm(cache, { recursive: true, force: true });
}
