/** Works on some items at the same time. All of them end before an error is told: nothing goes on behind the caller's back. */
export async function eachAtOnce<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  // One iterator for all: whoever is free takes the next.
  const waiting = Iterator.from(items);
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) await work(next.value);
  });
  await Promise.allSettled(workers);
  await Promise.all(workers);
}
