/** Where every key has a statement or transaction of its own, waiting for one after another would be most of the work. */

/** At once; of the pool's connections some stay free for others. */
const atOnceMax = 6;

/** Does `work` for each, a few at a time; results in the order given. The first error ends it. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, run));
  return results;
}
