/** What can be said about the documentation without running it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isTyped, listBlocks, listCommands, listPages, notRun, root } from './shell-commands.ts';

test('what the front page says of the recorded company is what the audit of it says', () => {
  const said = /a recorded company first: (\d+) orders, (\d+) with something wrong/.exec(readFileSync(join(root, 'README.md'), 'utf8')); // prettier-ignore
  const { stdout } = spawnSync(process.execPath, [join(root, 'bin/reentry.js'), 'audit', '--sample'], { encoding: 'utf8' }); // prettier-ignore
  assert.match(stdout, new RegExp(`^${said?.[1]} orders, `, 'm'));
  assert.match(stdout, new RegExp(`^${said?.[2]} orders need someone`, 'm'));
});

test('what is not run is listed with a reason that still holds for something, and is little', () => {
  const all = listPages().flatMap(listCommands);
  const left = all.filter(({ command }) => notRun.some(([pattern]) => pattern.test(command)));
  for (const [pattern, reason] of notRun) {
    assert.ok(all.some(({ command }) => pattern.test(command)), `${pattern} matches nothing any more`); // prettier-ignore
    assert.ok(reason.length > 20);
  }
  assert.ok(all.length > 30 && left.length < all.length / 4, `${left.length} of ${all.length} are not run`);
});

test('what is to be typed stands in a block marked sh', () => {
  const wrong = listPages().flatMap((page) =>
    listBlocks(page)
      .filter(({ language, lines }) => language !== 'sh' && language !== 'bash' && lines.some(isTyped))
      .map(({ line }) => `${page}:${line}`),
  );
  assert.deepEqual(wrong, []);
});

test('the file for nginx in the guide is the one below deploy', () => {
  const [block] = listBlocks('docs/guides/reverse-proxy.md').filter(({ language }) => language === 'nginx');
  assert.equal(`${block?.lines.join('\n')}\n`, readFileSync(join(root, 'deploy/nginx.conf'), 'utf8'));
});
