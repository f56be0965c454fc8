/**
 * Runs test files in this process, one after the other, with a fixed seed for property tests, and ends with the first
 * failure: node:test would load every file before the first test, and a mutant that dies at once would pay for them all.
 *
 *   node scripts/run-until-first-failure.ts test/kernel/golden.test.ts …
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';

const tests: (() => unknown)[] = [];

/** What the tests run so use of node:test: each takes no context, and a group is no more than its tests. */
const declared = {
  test: (_title: string, body: () => unknown) => tests.push(body),
  describe: (_title: string, declare: () => void) => declare(),
};
Object.assign(globalThis, { declared });
const source = 'export const { test, describe } = globalThis.declared;';
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node:test'
      ? { url: `data:text/javascript,${source}`, shortCircuit: true }
      : next(specifier, context),
});

fc.configureGlobal({ seed: 20_261_123 });
try {
  for (const file of process.argv.slice(2)) {
    await import(pathToFileURL(join(process.cwd(), file)).href);
    for (const body of tests.splice(0)) await body();
  }
} catch {
  process.exit(1);
}
