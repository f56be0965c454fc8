import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupCommit } from '../../src/store/group-commit.ts';

/** A write that stays under way until it is let go. */
function heldWrites(): {
  readonly writes: { readonly items: readonly number[]; finish(): void; fail(error: Error): void }[];
  readonly write: (items: readonly number[]) => Promise<readonly string[]>;
} {
  const writes: { items: readonly number[]; finish(): void; fail(error: Error): void }[] = [];
  const write = (items: readonly number[]): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      writes.push({ items, finish: () => resolve(items.map((item) => `w${item}`)), fail: reject });
    });
  return { writes, write };
}

/** Lets everything run that waits for nothing else. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const refused = (code: string): Error => Object.assign(new Error(code), { code });

test('one that comes alone is written at once; what comes meanwhile goes together with the next', async () => {
  const { writes, write } = heldWrites();
  const group = new GroupCommit(write, { atOnce: 1, itemsMax: 4 });
  const results = [group.add([1]), group.add([2]), group.add([3, 4]), group.add([5, 6])];
  assert.deepEqual(writes.map(({ items }) => items), [[1]]); // prettier-ignore
  writes[0]!.finish();
  await settle();
  // The last would make five.
  assert.deepEqual(writes.map(({ items }) => items), [[1], [2, 3, 4]]); // prettier-ignore
  writes[1]!.finish();
  await settle();
  writes[2]!.finish();
  assert.deepEqual(await Promise.all(results), [['w1'], ['w2'], ['w3', 'w4'], ['w5', 'w6']]);
});

test('nobody is told before it is written, and all are told when it cannot be', async () => {
  const { writes, write } = heldWrites();
  const group = new GroupCommit(write, { atOnce: 1, itemsMax: 100 });
  const first = group.add([1]);
  let told = 0;
  const others = [group.add([2]), group.add([3])].map((one) => one.then(() => told++, () => (told += 10))); // prettier-ignore
  writes[0]!.finish();
  assert.deepEqual(await first, ['w1']);
  await settle();
  assert.equal(told, 0);
  // Gone is the whole database: no row of them is to blame, so none is tried again by itself.
  writes[1]!.fail(refused('57P01'));
  await Promise.all(others);
  assert.equal(told, 20);
  assert.equal(writes.length, 2);
});

test('a row that the database does not take is refused alone', async () => {
  const written: number[] = [];
  const group = new GroupCommit(
    async (items: readonly number[]) => {
      await settle();
      if (items.includes(13)) throw refused('22021');
      written.push(...items);
      return items.map(String);
    },
    { atOnce: 1, itemsMax: 100 },
  );
  const results = await Promise.allSettled([group.add([1]), group.add([2]), group.add([13]), group.add([3])]);
  assert.deepEqual(results.map((one) => one.status), ['fulfilled', 'fulfilled', 'rejected', 'fulfilled']); // prettier-ignore
  assert.deepEqual(written.sort(), [1, 2, 3]);
  assert.deepEqual(await group.add([4]), ['4']);
});
