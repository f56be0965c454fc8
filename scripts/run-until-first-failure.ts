/** Runs test files in this process, with a fixed seed for property tests, and ends with the first failure. */
import { run } from 'node:test';
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_261_123 });
const stream = run({ files: process.argv.slice(2), isolation: 'none', concurrency: 1 });
stream.on('test:fail', () => process.exit(1));
stream.resume();
