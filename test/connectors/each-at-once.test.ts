import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eachAtOnce } from '../../src/connectors/each-at-once.ts';

test('no more at the same time than said, and every one once', async () => {
  let [now, most] = [0, 0];
  const done: number[] = [];
  await eachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await sleep(item % 2 === 0 ? 5 : 1);
    now -= 1;
    done.push(item);
  });
  assert.deepEqual([most, done.sort()], [3, [1, 2, 3, 4, 5, 6, 7]]);
});

test('an error is told when nothing goes on any more; who did not fail goes on with what is left', async () => {
  const ended: number[] = [];
  const work = eachAtOnce([1, 2, 3, 4], 2, async (item) => {
    if (item === 1) throw new Error('one');
    await sleep(5);
    ended.push(item);
  });
  await assert.rejects(work, /one/);
  assert.deepEqual(ended, [2, 3, 4]);
});
