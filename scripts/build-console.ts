/**
 * Builds the console into dist/web: `npm run build:console`, and by itself after `npm ci` and before `npm pack`.
 *
 *   node scripts/build-console.ts             builds
 *   node scripts/build-console.ts --if-stale  builds only when a source is newer than the build (what tests ask for)
 *
 * Where the build tools are not installed (`npm ci --omit=dev`) it says so and leaves what is there.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const built = join(root, 'dist/web/index.html');
const lock = join(root, 'node_modules/.cache/console-build.lock');
/** A build takes seconds; a lock older than this belongs to a process that died. */
const lockLifeMs = 120_000;

if (!isInstalled('vite')) {
  process.stdout.write(
    existsSync(built)
      ? 'The console is left as it was built: its build tools are not installed.\n'
      : 'The console is not built: its build tools are not installed. The service runs without it; "npm ci" brings them.\n',
  );
} else if (!process.argv.includes('--if-stale')) {
  await build();
} else if (isStale()) {
  await lockedBuild();
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

async function build(): Promise<void> {
  const { build: viteBuild } = await import('vite');
  await viteBuild({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
}

/** Several test files may ask at once: one builds, the others wait. */
async function lockedBuild(): Promise<void> {
  mkdirSync(join(lock, '..'), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > lockLifeMs) rmSync(lock, { recursive: true, force: true });
      await wait(200);
    }
  }
  try {
    if (isStale()) await build();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isStale(): boolean {
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newest = (folder: string): number =>
    Math.max(
      0,
      ...readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
    );
  return (
    Math.max(newest('web'), newest('src/wire'), statSync(join(root, 'package-lock.json')).mtimeMs) > builtAt
  );
}
