import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

test('the package that npm publishes runs below node_modules', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  execFileSync('tar', ['-xzf', join(folder, tarball!), '-C', folder]);
  // As npm lays it out, with the dependencies beside it; those of this checkout serve.
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  const installed = join(modules, 'reentry');
  renameSync(join(folder, 'package'), installed);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name), 'dir');
  }
  const run = spawnSync(process.execPath, [join(installed, 'bin/reentry.js'), 'audit', join(installed, 'sample'), '--as-of', '2026-12-03T12:00:00Z', '--json'], {
    encoding: 'utf8', maxBuffer: 1 << 28, cwd: dirname(folder),
  }); // prettier-ignore
  assert.equal(run.status, 3, run.stderr);
  assert.equal((JSON.parse(run.stdout) as { readonly orders: readonly unknown[] }).orders.length, 93);
});
