import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const scriptOf = (shell: string): string => {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'bin/reentry.js'), 'completion', shell], { encoding: 'utf8' }); // prettier-ignore
  assert.equal(status, 0);
  return stdout;
};
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What a shell offers when the tab key is pressed after these words. */
function offered(script: string, words: readonly string[]): string[] {
  const typed = words.map((word) => `'${word}'`).join(' ');
  const ask = `${script}\nCOMP_WORDS=(reentry ${typed}); COMP_CWORD=${words.length}; _reentry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

test('bash offers commands, their commands, options and the values an argument may have', () => {
  const script = scriptOf('bash');
  assert.ok(['restore', 'rebuild', 'replay'].every((name) => offered(script, ['re']).includes(name)));
  assert.deepEqual(offered(script, ['keys', '']).slice(0, 1), ['rotate']);
  assert.deepEqual(offered(script, ['person', 'e']), ['export', 'erase', 'erasures']);
  assert.deepEqual(offered(script, ['serve', '--pu']), ['--public-url']);
  assert.deepEqual(offered(script, ['completion', 'z']), ['zsh']);
  assert.deepEqual(offered(script, ['person', 'erase', 'jana@example.com', '--rea']), ['--reason'], 'an argument in between does no harm');
}); // prettier-ignore

test(
  'the script for zsh is one that zsh reads',
  { skip: has('zsh') ? false : 'zsh is not installed' },
  () => {
    const { status, stderr } = spawnSync('zsh', ['-n'], { input: scriptOf('zsh'), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  },
);

test('fish offers commands of commands', { skip: has('fish') ? false : 'fish is not installed' }, () => {
  const { stdout } = spawnSync('fish', ['--no-config', '-c', `source (echo $argv[1] | psub); complete -C 'reentry person e'`, scriptOf('fish')], { encoding: 'utf8' }); // prettier-ignore
  assert.deepEqual(stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t')[0]).sort(), ['erase', 'erasures', 'export']); // prettier-ignore
});
